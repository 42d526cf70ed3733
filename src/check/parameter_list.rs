//! Checks on lists of parameters: what repeats or excludes each other there.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use super::repeated::fingerprint;
use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::ParameterUse;

/// Parameters of one list that repeat or exclude each other.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ParameterList {
    /// What to look for, in the lists of operations or paths.
    pub problem: ListProblem,
}

/// A problem of a parameter list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ListProblem {
    /// The same entry twice: equal objects, or the same reference.
    Repeated,
    /// Two parameters with the same name and location that are otherwise different.
    SameName,
    /// More than one body parameter.
    SeveralBodies,
    /// Body and form parameters together.
    BodyAndForm,
}

impl Demand for ParameterList {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let list = node.get("parameters");
        let at_list = list.map_or(At::Object(node), At::Key);
        let effective: &[ParameterUse<'a>] = match context.subject.kind {
            Kind::Operation => &swagger.operations[context.subject.index as usize].parameters,
            _ => &[],
        };
        let own: Vec<Value<'a>> = list.into_iter().flat_map(|list| list.items()).filter(Value::is_object).collect();
        let resolved = |entry: &Value<'a>| match entry.get("$ref") {
            Some(target) => {
                let name = crate::swagger::parse_reference(&target.as_str()?, "parameters")?;
                swagger.root.get("parameters")?.get(&name)
            }
            None => Some(*entry),
        };
        let located = |location: &'static str| {
            let declared = effective.iter().filter_map(|used| used.parameter).map(|index| swagger.parameters[index as usize].node);
            let all: Vec<Value<'a>> = if effective.is_empty() { own.iter().filter_map(resolved).collect() } else { declared.collect() };
            all.into_iter().filter(|parameter| parameter.get_str("in").as_deref() == Some(location)).count()
        };
        match self.problem {
            ListProblem::SeveralBodies => {
                let count = located("body");
                if count > 1 {
                    hits.push(Hit::new(at_list).with("count", count).with("name", ""));
                }
            }
            ListProblem::BodyAndForm => {
                if located("body") > 0 && located("formData") > 0 {
                    hits.push(Hit::new(at_list).with("count", 0).with("name", ""));
                }
            }
            ListProblem::Repeated | ListProblem::SameName => {
                let mut known = Known::default();
                for entry in own.iter().filter(|_| own.len() > 1) {
                    let Some(this) = resolved(entry) else { continue };
                    let (name, location) = (this.get_str("name"), this.get_str("in"));
                    // Several bodies have a finding of their own, whatever their names.
                    let several_bodies = self.problem == ListProblem::SameName && location.as_deref() == Some("body");
                    if name.is_none() || several_bodies {
                        continue;
                    }
                    let (equal, other) = known.add(*entry, name.clone(), location);
                    if let Some(first) = if self.problem == ListProblem::Repeated { equal } else { other } {
                        hits.push(
                            Hit::new(At::Object(*entry))
                                .with("name", name.unwrap_or_default())
                                .with("count", 0)
                                .related("the first one is here", At::Object(first)),
                        );
                    }
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "name"]
    }
}

/// Entries of one name and location: the first two that differ, and all of them by fingerprint. Most entries are the only one of their
/// name, and nobody needs their fingerprint.
#[derive(Default)]
struct Alike<'a> {
    first: Vec<Value<'a>>,
    by_print: HashMap<u64, Vec<Value<'a>>>,
}

/// A name and a location; either may be missing.
type Key<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);

/// Entries of a list that were looked at, by name and location: lists may be long, and each entry meets its equals only.
#[derive(Default)]
struct Known<'a> {
    by_name: HashMap<Key<'a>, Alike<'a>>,
}

impl<'a> Known<'a> {
    /// Adds an entry; gives the first equal one before it, and the first of its name that differs.
    fn add(
        &mut self,
        entry: Value<'a>,
        name: Option<Cow<'a, str>>,
        location: Option<Cow<'a, str>>,
    ) -> (Option<Value<'a>>, Option<Value<'a>>) {
        // Names of headers are the same in any case.
        let is_header = location.as_deref() == Some("header");
        let folded = if is_header { name.map(|name| Cow::Owned(name.to_lowercase())) } else { name };
        let alike = self.by_name.entry((folded, location)).or_default();
        match alike.first[..] {
            [] => {
                alike.first.push(entry);
                return (None, None);
            }
            [only] if alike.by_print.is_empty() => alike.by_print.entry(fingerprint(only)).or_default().push(only),
            _ => {}
        }
        let same = alike.by_print.entry(fingerprint(entry)).or_default();
        let equal = same.iter().copied().find(|earlier| earlier.equals(&entry));
        let other = alike.first.iter().copied().find(|earlier| Some(*earlier) != equal);
        if equal.is_none() {
            same.push(entry);
            if alike.first.len() < 2 {
                alike.first.push(entry);
            }
        }
        (equal, other)
    }
}
