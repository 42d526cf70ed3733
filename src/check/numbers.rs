//! Checks on numbers: bounds, whole numbers, order.

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::json::NodeKind;

/// A number within bounds. What is missing passes; what is no number is wrong.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Number {
    /// The member.
    pub member: String,
    /// The smallest that is fine.
    pub min: Option<f64>,
    /// Every number up to and including this is wrong.
    pub above: Option<f64>,
    /// It must have no fraction.
    #[serde(default)]
    pub integer: bool,
}

impl Demand for Number {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.member(&self.member).filter(|value| value.kind() != NodeKind::Invalid) else { return };
        let fine = value.as_f64().is_some_and(|number| {
            self.min.is_none_or(|min| number >= min)
                && self.above.is_none_or(|above| number > above)
                && (!self.integer || number.fract() == 0.0)
        });
        if !fine {
            hits.push(Hit::new(At::Value(value)).with("value", shown(value, 40)));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value"]
    }
}

/// Two numbers of which the first must not be greater. Nothing is wrong when one is missing or no number.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Order {
    /// The member with the lower number.
    pub lower: String,
    /// The member with the higher number.
    pub upper: String,
}

impl Demand for Order {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(lower), Some(upper)) = (context.member(&self.lower), context.member(&self.upper)) else { return };
        let (Some(low), Some(high)) = (lower.as_f64(), upper.as_f64()) else { return };
        if low > high {
            hits.push(
                Hit::new(At::Value(lower))
                    .with("lower", lower.raw())
                    .with("upper", upper.raw())
                    .related(format!("`{}` is here", self.upper), At::Value(upper)),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["lower", "upper"]
    }
}
