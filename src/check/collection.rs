//! Checks on collections: uniqueness, repeats, counts.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::{At, Model, Subject};
use crate::rule::attribute::{Attribute, AttributeValue};
use crate::rule::file::Select;
use crate::rule::kind::Kind;
use crate::source::json::{NodeKind, Value};
use crate::words;

/// Things of the same kind that must not share a value; every one after the first is reported, with `free`, the value with a number
/// that nothing else has; `same` says that it has all members of the first with the same values, whatever their case. Runs once for all things of the kind:
/// select the `definition`, `properties` or `connector` and say here what to compare.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unique {
    /// The things to compare.
    pub among: Select,
    /// The member whose text or number is compared; of a list, each entry.
    #[serde(default)]
    pub member: Option<String>,
    /// The attribute that is compared.
    #[serde(default)]
    pub attribute: Option<Attribute>,
    /// Differences of case do not count.
    #[serde(default)]
    pub ignore_case: bool,
    /// Only things with the same parent are compared.
    #[serde(default)]
    pub siblings: bool,
    /// Point at the key of the thing rather than at its value.
    #[serde(default)]
    pub key: bool,
}

impl Demand for Unique {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let model = context.model;
        let mut seen: HashMap<(Option<u32>, String), (At<'a>, String)> = HashMap::new();
        let mut repeated: Vec<(Option<u32>, String, Hit<'a>)> = Vec::new();
        for &kind in self.among.kind.list() {
            for (subject, member) in self.compared(model, kind) {
                let text = match self.attribute {
                    Some(attribute) => match model.attribute(&subject, attribute) {
                        AttributeValue::Absent => None,
                        value => Some(value.to_string()),
                    },
                    None => member.and_then(text_of),
                };
                let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
                let folded = if self.ignore_case { text.to_lowercase() } else { text.clone() };
                let parent = if self.siblings { subject.node.and_then(|node| node.parent()).map(|parent| parent.id()) } else { None };
                let at = match (member.or(subject.node), self.key) {
                    (Some(node), true) => At::Key(node),
                    (Some(node), false) => At::Value(node),
                    (None, _) => At::File(String::new()),
                };
                // The very same key twice in one object is a matter of JSON and reported as such.
                let same_key = |first: &At<'a>| match (first, subject.node) {
                    (At::Key(first), Some(node)) => first.parent() == node.parent() && first.key() == node.key(),
                    _ => false,
                };
                let label = model.label(&subject);
                match seen.get(&(parent, folded.clone())) {
                    Some((first, _)) if same_key(first) => {}
                    Some((first, first_label)) => {
                        let same = match (&at, first) {
                            (At::Value(value), At::Value(first)) | (At::Key(value), At::Key(first)) => agree(*value, *first),
                            _ => false,
                        };
                        let hit = Hit::new(at)
                            .with("same", if same { "yes" } else { "" })
                            .with("value", words::excerpt(&text, 80))
                            .with("thing", label)
                            .with("first", first_label)
                            .related(format!("first used by {first_label}"), first.clone());
                        repeated.push((parent, text, hit));
                    }
                    None => {
                        seen.insert((parent, folded), (at, label));
                    }
                }
            }
        }
        // Numbers that make the others different from all, the last ones included.
        let mut numbered: HashSet<(Option<u32>, String)> = HashSet::new();
        // Where the search for one text has come, the search for the next equal one goes on.
        let mut tried: HashMap<(Option<u32>, String), i64> = HashMap::new();
        for (parent, text, hit) in repeated {
            let folded = |text: &str| (parent, if self.ignore_case { text.to_lowercase() } else { text.to_owned() });
            let is_free = |text: &String| !seen.contains_key(&folded(text)) && !numbered.contains(&folded(text));
            let number = text.parse::<i64>().ok().filter(|_| matches!(hit.at, At::Value(value) if value.kind() == NodeKind::Number));
            let more = tried.entry((parent, text.clone())).or_insert(if number.is_some() { 1 } else { 2 });
            let mut candidates = std::iter::from_fn(|| {
                let this = (*more < 1000).then_some(*more)?;
                *more += 1;
                match number {
                    Some(number) => number.checked_add(this).map(|number| number.to_string()),
                    None => Some(format!("{text} {this}")),
                }
            });
            let free = candidates.find(is_free).unwrap_or_default();
            numbered.insert(folded(&free));
            hits.push(hit.with("free", free));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "thing", "first", "free", "same"]
    }
}

impl Unique {
    /// The things of a kind with the member to compare; with a list, once for each of its different entries.
    fn compared<'a>(&self, model: &Model<'a>, kind: Kind) -> Vec<(Subject<'a>, Option<Value<'a>>)> {
        let mut compared = Vec::new();
        for subject in model.subjects(kind).into_iter().filter(|subject| crate::engine::selects(&self.among, model, subject)) {
            let member = self.member.as_deref().and_then(|path| super::member_of(subject.node?, path));
            match member.filter(Value::is_array) {
                Some(list) => {
                    let mut entries = HashSet::new();
                    compared.extend(list.items().filter(|item| entries.insert(text_of(*item))).map(|item| (subject, Some(item))));
                }
                None => compared.push((subject, member)),
            }
        }
        compared
    }
}

/// A text, or a number as text.
fn text_of(value: Value<'_>) -> Option<String> {
    value.as_str().map(|text| text.into_owned()).or_else(|| value.as_f64().map(|number| number.to_string()))
}

/// Whether two values are the same but for the case of texts.
fn agree(one: Value<'_>, other: Value<'_>) -> bool {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(&other),
        _ if one.is_object() && other.is_object() => {
            one.children().count() == other.children().count()
                && one.members().all(|(key, value)| other.get(&key).is_some_and(|there| agree(value, there)))
        }
        _ => one.equals(&other),
    }
}

/// Entries of a list that must not repeat; every one after the first is reported. `covered` says that the first one holds everything
/// that this one does.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UniqueItems {
    /// The list; the thing itself when left out. A text with `separator` is a list too.
    #[serde(default)]
    pub member: String,
    /// Compare this member of the entries rather than the whole entries.
    pub by: Option<String>,
    /// Differences of case do not count.
    #[serde(default)]
    pub ignore_case: bool,
    /// The member is a text that lists values with this separator.
    pub separator: Option<String>,
}

impl Demand for UniqueItems {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(list) = context.member(&self.member) else { return };
        if let (Some(separator), Some(text)) = (&self.separator, list.as_str()) {
            let mut seen: HashSet<String> = HashSet::new();
            for part in text.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty()) {
                let folded = if self.ignore_case { part.to_lowercase() } else { part.to_owned() };
                if !seen.insert(folded) {
                    hits.push(Hit::new(At::Value(list)).with("value", part).with("covered", "yes"));
                }
            }
            return;
        }
        let compared = |item: Value<'a>| self.by.as_deref().map_or(Some(item), |by| item.get(by));
        // Texts, by far the most common entries, are compared by hash; everything else pair by pair, which short lists can afford.
        let mut texts: HashMap<String, Value<'a>> = HashMap::new();
        let mut others: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for item in list.items() {
            let Some(value) = compared(item) else { continue };
            let first = match value.as_str() {
                Some(text) => {
                    let folded = if self.ignore_case { text.to_lowercase() } else { text.into_owned() };
                    let first = texts.get(&folded).copied();
                    texts.entry(folded).or_insert(item);
                    first
                }
                None => {
                    let first = others.iter().take(500).find(|(_, earlier)| earlier.equals(&value)).map(|(item, _)| *item);
                    others.push((item, value));
                    first
                }
            };
            if let Some(first) = first {
                let covered = item.equals(&first)
                    || (item.is_object() && item.members().all(|(key, value)| first.get(&key).is_some_and(|there| there.equals(&value))));
                hits.push(
                    Hit::new(At::Value(item))
                        .with("value", shown(value, 40))
                        .with("covered", if covered { "yes" } else { "" })
                        .related("the first one is here", At::Value(first)),
                );
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "covered"]
    }
}

/// The number of entries of a member, or of things in the connector.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Count {
    /// The list or object whose entries are counted; the thing itself when left out. Nothing is wrong when it is missing.
    #[serde(default)]
    pub member: String,
    /// Count these things of the connector instead.
    pub things: Option<Select>,
    /// The member is a text that lists values with this separator; blank parts do not count.
    pub separator: Option<String>,
    /// At least this many.
    pub min: Option<usize>,
    /// At most this many.
    pub max: Option<usize>,
    /// Point at this member rather than at what is counted.
    pub at: Option<String>,
}

impl Demand for Count {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let node = context.member(&self.member);
        let count = match (&self.things, &self.separator, node) {
            (Some(things), _, _) => {
                // Without their file nothing can be said about the things in it.
                if things
                    .kind
                    .list()
                    .iter()
                    .filter_map(|kind| kind.artifact())
                    .any(|artifact| context.model.connector.document(artifact).is_none())
                {
                    return;
                }
                let select = |subject: &crate::model::Subject<'a>| crate::engine::selects(things, context.model, subject);
                things.kind.list().iter().map(|&kind| context.model.subjects(kind).iter().filter(|subject| select(subject)).count()).sum()
            }
            (None, Some(separator), Some(node)) => match node.as_str() {
                Some(text) => text.split(separator.as_str()).filter(|part| !part.trim().is_empty()).count(),
                None => return,
            },
            (None, None, Some(node)) if node.is_array() || node.is_object() => node.children().count(),
            _ => return,
        };
        let limit = self.min.filter(|&min| count < min).or_else(|| self.max.filter(|&max| count > max));
        if let Some(limit) = limit {
            let node = self.at.as_deref().and_then(|at| context.member(at)).or(node);
            let at = match (node, context.subject.artifact) {
                (Some(node), _) if node.key_span().is_some() && (node.is_object() || node.is_array()) => At::Key(node),
                (Some(node), _) => At::Value(node),
                (None, Some(artifact)) => At::Top(artifact),
                (None, None) => At::File(String::new()),
            };
            hits.push(Hit::new(at).with("count", count).with("limit", limit));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "limit"]
    }
}
