//! Checks on families of operations: revisions that repeat, too many active or empty ones, ids without the revision.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::edit::Edit;
use crate::fix::json_edit::{self, Fragment, Position};
use crate::model::At;
use crate::source::json::Value;
use crate::swagger::Operation;

/// Families and revisions by `x-ms-api-annotation`. Runs once: select the `definition`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revision {
    /// What to look for.
    pub problem: RevisionProblem,
}

/// A problem of an operation family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RevisionProblem {
    /// Two operations of a family have the same revision; `next` is a free one.
    Duplicate,
    /// More than one operation of a family has no revision; `next` is a free one.
    ManyEmpty,
    /// An operation names its family but has no revision; `next` is 1 when it is the only one without and nothing else is revision 1.
    Missing,
    /// More than two operations of a family are not deprecated; proposes to deprecate all but the two highest revisions.
    ManyActive,
    /// More than one operation of a family that is not deprecated says that its status is Production.
    ManyProduction,
    /// Revision 2 or later, and the operationId does not end in it; `base` is the id, unless it ends in the mark of another revision, or
    /// an operation is or would be called so with the mark of this one.
    IdWithoutRevision,
}

impl Demand for Revision {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        let annotation = |operation: &Operation<'a>| operation.node.get("x-ms-api-annotation").filter(Value::is_object);
        let mut families: Vec<(String, Vec<(&Operation<'a>, Value<'a>)>)> = Vec::new();
        let mut by_name: HashMap<String, usize> = HashMap::new();
        for operation in &swagger.operations {
            let Some(annotation) = annotation(operation) else { continue };
            let family =
                annotation.get_str("family").map(|family| family.into_owned()).or_else(|| operation.id.as_deref().map(str::to_owned));
            let Some(family) = family.filter(|family| !family.trim().is_empty()) else { continue };
            let at = *by_name.entry(family.clone()).or_insert_with(|| {
                families.push((family, Vec::new()));
                families.len() - 1
            });
            families[at].1.push((operation, annotation));
        }
        let mut names: HashSet<String> =
            swagger.operations.iter().filter_map(|operation| Some(operation.id.as_deref()?.to_lowercase())).collect();
        for (family, members) in &families {
            self.judge(family, members, &|operation| swagger.operation_label(operation), &mut names, hits);
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["family", "thing", "revision", "count", "next", "base"]
    }
}

impl Revision {
    fn judge<'a>(
        &self,
        family: &str,
        members: &[(&Operation<'a>, Value<'a>)],
        label: &dyn Fn(&Operation<'a>) -> String,
        names: &mut HashSet<String>,
        hits: &mut Hits<'a>,
    ) {
        let revision = |annotation: &Value<'a>| {
            annotation.get("revision").filter(|revision| revision.as_str().is_none_or(|text| !text.trim().is_empty()))
        };
        let number = |annotation: &Value<'a>| {
            revision(annotation).map(|revision| revision.as_str().map_or_else(|| revision.raw().to_owned(), |text| text.into_owned()))
        };
        let active: Vec<_> = members.iter().filter(|(operation, _)| operation.node.get_bool("deprecated") != Some(true)).collect();
        let hit = |operation: &Operation<'a>, at: At<'a>, revision: String, count: usize| {
            Hit::new(at).with("family", family).with("thing", label(operation)).with("revision", revision).with("count", count)
        };
        // What stands for no revision counts as the first.
        let order = |annotation: &Value<'a>| number(annotation).map_or(1, |text| text.trim().parse::<u64>().unwrap_or(u64::MAX));
        let taken: Vec<u64> = members.iter().map(|(_, annotation)| order(annotation)).collect();
        let mut free = (2..).filter(|next| !taken.contains(next));
        let mut next = || free.next().unwrap_or_default();
        match self.problem {
            RevisionProblem::Duplicate => {
                let mut seen: HashMap<String, &Operation<'a>> = HashMap::new();
                for (operation, annotation) in members {
                    let (Some(text), Some(place)) = (number(annotation), revision(annotation)) else { continue };
                    match seen.get(&text) {
                        Some(first) => hits.push(
                            hit(operation, At::Value(place), text, 0)
                                .with("next", next())
                                .related(format!("{} has it too", label(first)), At::Key(first.node)),
                        ),
                        None => {
                            seen.insert(text, operation);
                        }
                    }
                }
            }
            RevisionProblem::ManyEmpty => {
                let empty: Vec<_> = members.iter().filter(|(_, annotation)| revision(annotation).is_none()).collect();
                for (operation, annotation) in empty.iter().skip(1) {
                    hits.push(hit(operation, At::Object(*annotation), String::new(), empty.len()).with("next", next()));
                }
            }
            RevisionProblem::Missing => {
                let empty: Vec<_> = members.iter().filter(|(_, annotation)| revision(annotation).is_none()).collect();
                let is_clear = empty.len() == 1 && taken.iter().filter(|number| **number == 1).count() == 1;
                for (operation, annotation) in empty.iter().filter(|(_, annotation)| annotation.get("family").is_some()) {
                    let hit = hit(operation, At::Object(*annotation), String::new(), empty.len());
                    hits.push(hit.property("revision").with("next", if is_clear { "1" } else { "" }));
                }
            }
            RevisionProblem::ManyActive => {
                if let (true, Some((operation, annotation))) = (active.len() > 2, active.last()) {
                    let place = annotation.get("family").unwrap_or(*annotation);
                    let mut oldest: Vec<_> = active.iter().map(|(operation, annotation)| (order(annotation), *operation)).collect();
                    oldest.sort_by_key(|(order, operation)| (*order, operation.node.id()));
                    let deprecated = oldest[..oldest.len() - 2].iter().filter_map(|(_, operation)| deprecate(operation.node));
                    hits.push(hit(operation, At::Value(place), String::new(), active.len()).propose(deprecated));
                }
            }
            RevisionProblem::ManyProduction => {
                let production: Vec<_> = active
                    .iter()
                    .filter_map(|(operation, annotation)| {
                        Some((operation, annotation.get("status").filter(|status| status.as_str().as_deref() == Some("Production"))?))
                    })
                    .collect();
                for (operation, status) in production.iter().skip(1) {
                    hits.push(hit(operation, At::Value(*status), String::new(), production.len()));
                }
            }
            RevisionProblem::IdWithoutRevision => {
                for (operation, annotation) in members {
                    let (Some(text), Some(id)) = (number(annotation), operation.id.as_deref()) else { continue };
                    let ends = id.to_lowercase().ends_with(&format!("v{text}"));
                    if text.parse::<u32>().is_ok_and(|revision| revision >= 2) && !ends {
                        let place = operation.node.get("operationId").unwrap_or(operation.node);
                        let base = Some(id).filter(|id| !is_marked(id) && names.insert(format!("{id}_v{text}").to_lowercase()));
                        hits.push(hit(operation, At::Value(place), text, 0).with("base", base.unwrap_or_default()));
                    }
                }
            }
        }
    }
}

/// Whether an id ends in `V2` or the like.
fn is_marked(id: &str) -> bool {
    let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.len() < id.len() && stem.ends_with(['v', 'V'])
}

fn deprecate(operation: Value<'_>) -> Option<Edit> {
    let position = operation.get("operationId").map_or(Position::Last, Position::Behind);
    json_edit::set_member(operation, "deprecated", &Fragment::New(true.into()), position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_a_revision_is_known() {
        for (id, expected) in [("GetItem_V2", true), ("GetItemv10", true), ("Solve", false), ("Div", false), ("Item2", false)] {
            assert_eq!(is_marked(id), expected, "{id}");
        }
    }
}
