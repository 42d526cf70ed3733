//! Check of the definition against the object model of Swagger 2.0.

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::json::{NodeKind, Value};
use crate::swagger::{Misfit, Object, ObjectFault};
use crate::words;

/// Every object of the definition against the object model of Swagger 2.0. Runs once: select the `definition`. Of an unknown member
/// `right` is the name that differs by case only and `near` the one that is spelt alike, where it is free and takes such a value.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ObjectModel {
    /// What to look for.
    pub problem: ObjectProblem,
    /// Only objects of these kinds; all when left out.
    #[serde(default)]
    pub objects: Vec<Object>,
    /// Not these members: another rule answers for them.
    #[serde(default)]
    pub except: Vec<String>,
    /// Only these members.
    #[serde(default)]
    pub only: Vec<String>,
}

/// A problem of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ObjectProblem {
    /// A member that the object cannot have and that is no extension.
    UnknownMember,
    /// A member of the wrong JSON type.
    WrongType,
}

impl Demand for ObjectModel {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        for fault in context.model.object_faults().iter().filter(|fault| self.concerns(fault)) {
            hits.push(match &fault.problem {
                Misfit::Unknown(member) => unknown(context, fault.object, *member),
                Misfit::WrongType { value, name, expected } => wrong_type(context, fault.object, *value, name, expected),
            });
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        match self.problem {
            ObjectProblem::UnknownMember => &["member", "object", "holder", "did-you-mean", "right", "near"],
            ObjectProblem::WrongType => &["member", "object", "holder", "actual", "expected"],
        }
    }
}

impl ObjectModel {
    fn concerns(&self, fault: &ObjectFault<'_>) -> bool {
        let is_meant = |names: &[String]| names.iter().any(|name| *name == fault.member);
        let problem = match fault.problem {
            Misfit::Unknown(_) => ObjectProblem::UnknownMember,
            Misfit::WrongType { .. } => ObjectProblem::WrongType,
        };
        problem == self.problem
            && (self.objects.is_empty() || self.objects.contains(&fault.object))
            && !is_meant(&self.except)
            && (self.only.is_empty() || is_meant(&self.only))
    }
}

fn unknown<'a>(context: &Context<'_, 'a>, object: Object, member: Value<'a>) -> Hit<'a> {
    let key = member.key().unwrap_or_default();
    let holder = member.parent();
    let is_free = |name: &str| holder.is_none_or(|holder| holder.get(name).is_none());
    let near = words::nearest(&key, object.names()).filter(|name| is_free(name) && object.takes(name, member));
    let right = near.filter(|name| name.eq_ignore_ascii_case(&key));
    Hit::new(At::Key(member))
        .property(key.clone())
        .with("did-you-mean", words::did_you_mean(&key, object.names()))
        .with("member", key)
        .with("object", object.word())
        .with("holder", holder.map(|holder| context.model.holder_label(holder)).unwrap_or_default())
        .with("right", right.unwrap_or_default())
        .with("near", near.unwrap_or_default())
}

fn wrong_type<'a>(context: &Context<'_, 'a>, object: Object, value: Value<'a>, name: &str, expected: &str) -> Hit<'a> {
    let mut holder = value.parent();
    while let Some(list) = holder.filter(|holder| holder.is_array()) {
        holder = list.parent();
    }
    let holder = holder.map(|holder| context.model.holder_label(holder)).unwrap_or_default();
    let actual = match value.kind() {
        NodeKind::Object | NodeKind::Array | NodeKind::Null => value.kind().word().to_owned(),
        kind => format!("{} `{}`", kind.word(), shown(value, 30)),
    };
    Hit::new(At::Value(value))
        .with("member", name)
        .with("object", object.word())
        .with("holder", holder)
        .with("actual", actual)
        .with("expected", expected)
}
