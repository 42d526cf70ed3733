//! Check on objects that are written out several times instead of once under a name.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::rule::file::Select;
use crate::source::json::{NodeKind, Value};
use crate::words;

/// Things that are equal in everything, whatever the order of their members: one finding for each group, at its first thing. Runs once
/// for all things of the kind: select the `definition` and say here what to compare.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repeated {
    /// The things to compare.
    pub among: Select,
    /// So many equal ones are too many.
    pub copies: usize,
    /// Only things with at least this many `properties` are compared.
    #[serde(default)]
    pub min_properties: usize,
}

/// Findings name the other places up to this number: a list that nobody reads to the end helps nobody.
const MAX_RELATED: usize = 10;

impl Demand for Repeated {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let model = context.model;
        let mut groups: Vec<(Value<'a>, String, Vec<Value<'a>>)> = Vec::new();
        let mut by_content: HashMap<u64, Vec<usize>> = HashMap::new();
        for &kind in self.among.kind.list() {
            for subject in model.subjects(kind).into_iter().filter(|subject| crate::engine::selects(&self.among, model, subject)) {
                let Some(node) = subject.node else { continue };
                let properties = node.get("properties").map_or(0, |properties| properties.children().count());
                if properties < self.min_properties {
                    continue;
                }
                let same = by_content.entry(fingerprint(node)).or_default();
                match same.iter().copied().find(|&group| groups[group].0.equals(&node)) {
                    Some(group) => groups[group].2.push(node),
                    None => {
                        same.push(groups.len());
                        groups.push((node, model.label(&subject), Vec::new()));
                    }
                }
            }
        }
        for (first, label, others) in groups.into_iter().filter(|(_, _, others)| others.len() + 1 >= self.copies) {
            let hit = Hit::new(At::Object(first)).with("thing", label).with("count", words::count(others.len(), "more time"));
            hits.push(others.into_iter().take(MAX_RELATED).fold(hit, |hit, other| hit.related("the same again", At::Object(other))));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["thing", "count"]
    }
}

/// A number that is the same for equal values.
pub(super) fn fingerprint(value: Value<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value.kind() {
        NodeKind::Object => {
            // A sum does not depend on the order.
            let sum = value.members().map(|(key, member)| {
                let mut hasher = DefaultHasher::new();
                (key, fingerprint(member)).hash(&mut hasher);
                hasher.finish()
            });
            ('o', sum.fold(0u64, u64::wrapping_add)).hash(&mut hasher);
        }
        NodeKind::Array => ('a', value.items().map(fingerprint).collect::<Vec<_>>()).hash(&mut hasher),
        NodeKind::String => ('s', value.as_str()).hash(&mut hasher),
        NodeKind::Number => ('n', value.as_f64().map(f64::to_bits)).hash(&mut hasher),
        _ => ('v', value.raw()).hash(&mut hasher),
    }
    hasher.finish()
}
