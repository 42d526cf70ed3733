//! Conditions on attributes and members: the right-hand sides of `where` and `members` in a rule file.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::attribute::AttributeValue;
use super::pattern::Pattern;
use crate::source::json::{NodeKind, Value};

/// A condition: a plain value (equal), a list (equal to one of them) or a table of tests that must all hold.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// Equal to this.
    Is(Scalar),
    /// Equal to one of these.
    AnyOf(Vec<Scalar>),
    /// Every test holds.
    Tests(Box<Tests>),
}

/// A plain value in a rule file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// Tests of a condition; all that are given must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Tests {
    /// Whether it is there at all.
    pub present: Option<bool>,
    /// Not equal to this, or to any of these; what is absent passes.
    pub not: Option<OneOrMany>,
    /// A text in which this regular expression is found.
    pub matches: Option<Pattern>,
    /// A text in which this regular expression is not found; what is absent passes.
    pub not_matches: Option<Pattern>,
    /// A number of at least this.
    pub min: Option<f64>,
    /// A number of at most this.
    pub max: Option<f64>,
    /// The JSON kind: null, boolean, number, string, array, object.
    pub r#type: Option<OneOrMany>,
    /// Whether a text is empty or blank, or an array or object has no entries.
    pub empty: Option<bool>,
    /// An array or object with exactly this many entries.
    pub entries: Option<usize>,
    /// Whether it is there and not empty; `filled = false` is the test for "missing or empty".
    pub filled: Option<bool>,
}

/// One plain value or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(Scalar),
    /// Several.
    Many(Vec<Scalar>),
}

impl OneOrMany {
    fn any(&self, test: impl Fn(&Scalar) -> bool) -> bool {
        match self {
            Self::One(scalar) => test(scalar),
            Self::Many(scalars) => scalars.iter().any(test),
        }
    }
}

impl Matcher {
    /// Whether an attribute fulfils the condition.
    pub fn matches_attribute(&self, value: &AttributeValue<'_>) -> bool {
        let equals = |scalar: &Scalar| match (scalar, value) {
            (Scalar::Bool(a), AttributeValue::Bool(b)) => a == b,
            (Scalar::Number(a), AttributeValue::Number(b)) => *a == *b as f64,
            (Scalar::Text(a), AttributeValue::Text(b)) => a == b,
            _ => false,
        };
        match self {
            Self::Is(scalar) => equals(scalar),
            Self::AnyOf(scalars) => scalars.iter().any(equals),
            Self::Tests(tests) => {
                let text = match value {
                    AttributeValue::Text(text) => Some(text.as_ref()),
                    _ => None,
                };
                let number = match value {
                    AttributeValue::Number(number) => Some(*number as f64),
                    _ => None,
                };
                tests.hold(*value != AttributeValue::Absent, &equals, text, number, None, text.map(|text| text.trim().is_empty()))
            }
        }
    }

    /// Whether a member (or its absence) fulfils the condition.
    pub fn matches_value(&self, value: Option<Value<'_>>) -> bool {
        let equals = |scalar: &Scalar| {
            value.is_some_and(|value| match scalar {
                Scalar::Bool(wanted) => value.as_bool() == Some(*wanted),
                Scalar::Number(wanted) => value.as_f64() == Some(*wanted),
                Scalar::Text(wanted) => value.as_str().as_deref() == Some(wanted),
            })
        };
        match self {
            Self::Is(scalar) => equals(scalar),
            Self::AnyOf(scalars) => scalars.iter().any(equals),
            Self::Tests(tests) if tests.present.is_some_and(|wanted| wanted != value.is_some()) => false,
            Self::Tests(tests) => {
                let text = value.and_then(|value| value.as_str());
                let empty = value.and_then(|value| match value.kind() {
                    NodeKind::String => Some(text.as_deref().unwrap_or_default().trim().is_empty()),
                    NodeKind::Array | NodeKind::Object => Some(value.is_empty()),
                    _ => None,
                });
                // A list may be long, and every finding in it may ask: one entry too many is enough to know.
                let has = |wanted: usize| {
                    let container = value.filter(|value| value.is_array() || value.is_object());
                    container.is_some_and(|container| container.children().take(wanted.saturating_add(1)).count() == wanted)
                };
                tests.entries.is_none_or(has)
                    && tests.hold(
                        value.is_some(),
                        &equals,
                        text.as_deref(),
                        value.and_then(|value| value.as_f64()),
                        value.map(|value| value.kind()),
                        empty,
                    )
            }
        }
    }

    /// Regular expressions in the condition, for checking a rule file when it is loaded.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let tests = match self {
            Self::Tests(tests) => Some(tests),
            _ => None,
        };
        tests.into_iter().flat_map(|tests| tests.matches.iter().chain(&tests.not_matches))
    }
}

impl Tests {
    fn hold(
        &self,
        present: bool,
        equals: &dyn Fn(&Scalar) -> bool,
        text: Option<&str>,
        number: Option<f64>,
        kind: Option<NodeKind>,
        empty: Option<bool>,
    ) -> bool {
        self.present.is_none_or(|wanted| wanted == present)
            && self.not.as_ref().is_none_or(|scalars| !scalars.any(equals))
            && self.matches.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.is_match(text)))
            && self.not_matches.as_ref().is_none_or(|pattern| !text.is_some_and(|text| pattern.is_match(text)))
            && self.min.is_none_or(|min| number.is_some_and(|number| number >= min))
            && self.max.is_none_or(|max| number.is_some_and(|number| number <= max))
            && self.r#type.as_ref().is_none_or(|kinds| {
                kind.is_some_and(|kind| kinds.any(|wanted| matches!(wanted, Scalar::Text(word) if word == kind.word())))
            })
            && self.empty.is_none_or(|wanted| empty == Some(wanted))
            && self.filled.is_none_or(|wanted| (present && empty != Some(true)) == wanted)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MatcherVisitor;

        impl<'de> Visitor<'de> for MatcherVisitor {
            type Value = Matcher;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a value, a list of values, or a table of tests (present, not, matches, not-matches, min, max, type, empty, entries, filled)",
                )
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Matcher, E> {
                Ok(Matcher::Is(Scalar::Bool(value)))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Matcher, E> {
                Ok(Matcher::Is(Scalar::Number(value as f64)))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Matcher, E> {
                Ok(Matcher::Is(Scalar::Number(value as f64)))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Matcher, E> {
                Ok(Matcher::Is(Scalar::Number(value)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Matcher, E> {
                Ok(Matcher::Is(Scalar::Text(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Matcher, A::Error> {
                Ok(Matcher::AnyOf(Deserialize::deserialize(de::value::SeqAccessDeserializer::new(seq))?))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Matcher, A::Error> {
                Ok(Matcher::Tests(Box::new(Tests::deserialize(de::value::MapAccessDeserializer::new(map))?)))
            }
        }

        deserializer.deserialize_any(MatcherVisitor)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Matcher {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let scalar = generator.subschema_for::<Scalar>();
        let tests = generator.subschema_for::<Tests>();
        schemars::json_schema!({
            "description": "A condition: a plain value (equal), a list (equal to one of them) or a table of tests that must all hold.",
            "anyOf": [scalar, {"type": "array", "items": scalar}, tests]
        })
    }
}
