//! Schemas in two versions, followed through references into every field, each under the path by which flows reach it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use super::field::FieldWords;
use super::{Comparison, Difference, MAX_DEPTH, MAX_DIFFERENCES, MAX_STEPS, MAX_WAYS};
use crate::source::json::Value;
use crate::swagger::{Swagger, is_internal, parse_reference};
use crate::words;

/// Which way data flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// From the flow to the service.
    Input,
    /// From the service to the flow.
    Output,
}

/// Where a schema is met.
pub(super) struct Spot {
    side: Side,
    /// In the grammar of Microsoft's comparison.
    path: String,
    /// What the fields belong to: "the body of CreateItem".
    holder: String,
    /// Names of the fields around it, with dots; empty at the top.
    fields: String,
    /// Whether it is each entry of a list that is meant, or each value of a dictionary.
    entries: bool,
    required: bool,
}

impl Spot {
    /// The schema of a body, response or notification.
    pub(super) fn root(side: Side, path: String, holder: String) -> Self {
        // Ten thousand ways may lead below a name as long as a file.
        let (path, holder) = (words::beginning(path), words::beginning(holder));
        Self { side, path, holder, fields: String::new(), entries: false, required: false }
    }

    fn below(&self, step: &str, field: &str, required: bool) -> Self {
        let fields = match (self.fields.is_empty(), field.is_empty()) {
            (_, true) => self.fields.clone(),
            (true, false) => field.to_owned(),
            (false, false) => format!("{}.{field}", self.fields),
        };
        let path = words::beginning(format!("{}/{step}", self.path));
        let fields = words::beginning(fields);
        Self { side: self.side, path, holder: self.holder.clone(), fields, entries: field.is_empty(), required }
    }

    fn label(&self) -> String {
        match (self.fields.as_str(), self.entries) {
            ("", false) => self.holder.clone(),
            ("", true) => format!("each entry of {}", self.holder),
            (fields, false) => format!("field `{fields}` in {}", self.holder),
            (fields, true) => format!("each entry of `{fields}` in {}", self.holder),
        }
    }
}

/// A field of an object schema.
#[derive(Clone, Copy)]
struct Field<'a> {
    /// As it is written below its name.
    node: Value<'a>,
    /// What it refers to in the end, if not itself; `None` where that is nowhere.
    schema: Option<Value<'a>>,
    is_hidden: bool,
}

impl<'a> Field<'a> {
    fn of(swagger: &Swagger<'a>, node: Value<'a>) -> Self {
        let schema = swagger.resolve_schema(node);
        Self { node, schema, is_hidden: is_internal(node) || schema.is_some_and(is_internal) }
    }
}

/// An object schema with what `allOf` puts into it.
#[derive(Default)]
struct Fields<'a> {
    /// In file order. Of fields that several parts declare the first counts.
    properties: Vec<(Cow<'a, str>, Field<'a>)>,
    by_name: HashMap<Cow<'a, str>, Field<'a>>,
    /// What each entry of a list is, and each value of a dictionary.
    entries: Vec<(&'static str, Field<'a>)>,
    required: HashSet<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    fn of(swagger: &Swagger<'a>, node: Value<'a>) -> Self {
        let mut all = Self::default();
        all.add(swagger, node, &mut Vec::new());
        for step in ["items", "additionalProperties"] {
            let entries = node.get(step).filter(Value::is_object);
            all.entries.extend(entries.map(|entries| (step, Field::of(swagger, entries))));
        }
        all
    }

    fn add(&mut self, swagger: &Swagger<'a>, node: Value<'a>, met: &mut Vec<u32>) {
        if met.len() >= MAX_DEPTH || met.contains(&node.id()) {
            return;
        }
        met.push(node.id());
        for (name, field) in node.get("properties").into_iter().flat_map(|all| all.members()).filter(|(_, field)| field.is_object()) {
            if let Entry::Vacant(vacant) = self.by_name.entry(name.clone()) {
                let field = Field::of(swagger, field);
                vacant.insert(field);
                self.properties.push((name, field));
            }
        }
        self.required.extend(node.get("required").into_iter().flat_map(|list| list.items()).filter_map(|name| name.as_str()));
        for part in node.get("allOf").into_iter().flat_map(|parts| parts.items()) {
            if let Some(part) = swagger.resolve_schema(part) {
                self.add(swagger, part, met);
            }
        }
    }

    fn get(&self, name: &str) -> Option<Field<'a>> {
        self.by_name.get(name).copied()
    }

    fn requires(&self, name: &str) -> bool {
        self.required.contains(name)
    }
}

/// The fields of the schemas of one version, each put together once.
#[derive(Default)]
pub(super) struct AllFields<'a>(HashMap<u32, Rc<Fields<'a>>>);

impl<'a> AllFields<'a> {
    fn of(&mut self, swagger: &Swagger<'a>, node: Value<'a>) -> Rc<Fields<'a>> {
        Rc::clone(self.0.entry(node.id()).or_insert_with(|| Rc::new(Fields::of(swagger, node))))
    }
}

/// A pair of schemas that waits to be compared.
struct Waiting<'a> {
    before: Value<'a>,
    after: Value<'a>,
    spot: Spot,
    /// Its place in the list of those that lie around others.
    around: Option<usize>,
    depth: usize,
}

/// Takes what waits to be compared: a field of the older version, the same of the newer, and where they are.
type Wait<'w, 'a> = &'w mut dyn FnMut(&Field<'a>, &Field<'a>, &dyn Fn() -> Spot);

/// A pair of schemas, by the numbers of their objects.
type Pair = (u32, u32);

impl<'a> Comparison<'_, 'a> {
    /// Compares two schemas and everything inside them, level by level, so that what is said first lies nearest.
    pub(super) fn schemas(&mut self, old: Value<'a>, new: Value<'a>, spot: Spot) {
        // References that lead nowhere are the linter's business.
        let Some((before, after)) = self.old.resolve_schema(old).zip(self.new.resolve_schema(new)) else { return };
        let mut waiting = VecDeque::from([Waiting { before, after, spot, around: None, depth: 0 }]);
        // Pairs that were compared, each with the one around it: what holds itself is not walked again.
        let mut compared: Vec<(Pair, Option<usize>)> = Vec::new();
        let mut met: HashSet<Pair> = HashSet::new();
        let unchanged = Rc::clone(&self.unchanged);
        while let Some(Waiting { before, after, spot, around, depth }) = waiting.pop_front() {
            let pair = (before.id(), after.id());
            let mut surrounding = std::iter::successors(around, |&at| compared[at].1);
            if unchanged.contains(&pair) || surrounding.any(|at| compared[at].0 == pair) {
                continue;
            }
            if depth >= MAX_DEPTH || self.found.len() >= MAX_DIFFERENCES {
                self.is_cut = true;
                continue;
            }
            met.insert(pair);
            compared.push((pair, around));
            let around = Some(compared.len() - 1);
            let words = FieldWords::of(spot.side);
            if self.field(before, after, &spot.path, &spot.label(), words, spot.required) {
                let (steps, ways) = (self.steps, waiting.len() + compared.len());
                let mut added = 0;
                let mut wait = |old: &Field<'a>, new: &Field<'a>, spot: &dyn Fn() -> Spot| {
                    let Some((before, after)) = old.schema.zip(new.schema) else { return };
                    let pair = (before.id(), after.id());
                    // Who has that many ways to one schema is told of one of them.
                    let is_enough = steps + added > MAX_STEPS || ways + added > MAX_WAYS;
                    if !unchanged.contains(&pair) && (!is_enough || met.insert(pair)) {
                        added += 1;
                        waiting.push_back(Waiting { before, after, spot: spot(), around, depth: depth + 1 });
                    }
                };
                self.inside(before, after, &spot, words, &mut wait);
                self.steps += added;
            }
        }
    }

    /// Compares what schemas hold, and hands on the pairs of schemas inside them.
    fn inside(&mut self, before: Value<'a>, after: Value<'a>, spot: &Spot, words: &FieldWords, wait: Wait<'_, 'a>) {
        let (old, new) = (self.old_fields.of(self.old, before), self.new_fields.of(self.new, after));
        for (step, entry) in &old.entries {
            if let Some((_, now)) = new.entries.iter().find(|(known, _)| known == step) {
                wait(entry, now, &|| spot.below(step, "", spot.required));
            }
        }
        for (name, field) in &old.properties {
            let (was_required, is_required) = (old.requires(name), new.requires(name));
            let Some(now) = new.get(name) else {
                let there = spot.below(name, name, was_required);
                let difference = Difference::new(words.deleted, there.path.clone(), there.label(), Some(field.node), None);
                self.add(difference.near(after).of(field.node, was_required));
                continue;
            };
            let there = || spot.below(name, name, is_required);
            let requirement = match (was_required, is_required) {
                (false, true) => words.became_required,
                (true, false) => words.became_optional,
                _ => "",
            };
            let of = |what: &'static str, member: &str| {
                let there = there();
                let difference = Difference::new(what, format!("{}/{member}", there.path), there.label(), Some(field.node), Some(now.node));
                difference.of(now.node, is_required)
            };
            if !requirement.is_empty() {
                self.add(of(requirement, "required"));
            }
            if !field.is_hidden && now.is_hidden {
                self.add(of(words.hidden, "x-ms-visibility"));
            }
            wait(field, &now, &there);
        }
        if spot.side == Side::Input {
            for (name, field) in new.properties.iter().filter(|(name, _)| old.get(name).is_none() && new.requires(name)) {
                let there = spot.below(name, name, true);
                let difference = Difference::new("required-input-field-added", there.path.clone(), there.label(), None, Some(field.node));
                self.add(difference.of(field.node, true));
            }
        }
    }
}

/// Definitions that say the same in both versions, as does everything they refer to: by far the most, and nothing inside them need be compared.
pub(super) fn unchanged(old: &Swagger<'_>, new: &Swagger<'_>) -> HashSet<Pair> {
    let both = || old.definitions.iter().filter_map(|(name, before)| Some((name.as_ref(), *before, *new.definitions.get(name)?)));
    let mut users: HashMap<String, Vec<&str>> = HashMap::new();
    for (name, before, _) in both() {
        for target in references(before) {
            users.entry(target).or_default().push(name);
        }
    }
    let is_alike =
        |name: &str| old.definitions.get(name).zip(new.definitions.get(name)).is_some_and(|(before, after)| before.equals(after));
    let mut changed: HashSet<&str> = HashSet::new();
    let mut reached: Vec<&str> =
        both().map(|(name, ..)| name).chain(users.keys().map(String::as_str)).filter(|name| !is_alike(name)).collect();
    while let Some(name) = reached.pop() {
        if changed.insert(name) {
            reached.extend(users.get(name).into_iter().flatten());
        }
    }
    both().filter(|(name, ..)| !changed.contains(name)).map(|(_, before, after)| (before.id(), after.id())).collect()
}

/// Names of the definitions to which a value refers, anywhere inside.
fn references(value: Value<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        if value.is_object()
            && let Some(target) = value.get_str("$ref")
        {
            names.extend(parse_reference(&target, "definitions"));
        }
        left.extend(value.children());
    }
    names
}
