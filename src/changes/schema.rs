//! Schemas in two versions, followed through references into every field, each under the path by which flows reach it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::field::FieldWords;
use super::{Comparison, Difference, MAX_DEPTH, MAX_DIFFERENCES, MAX_STEPS};
use crate::source::json::Value;
use crate::swagger::{Swagger, is_internal};

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
        Self { side, path, holder, fields: String::new(), entries: false, required: false }
    }

    fn below(&self, step: &str, field: &str, required: bool) -> Self {
        let fields = match (self.fields.is_empty(), field.is_empty()) {
            (_, true) => self.fields.clone(),
            (true, false) => field.to_owned(),
            (false, false) => format!("{}.{field}", self.fields),
        };
        let path = format!("{}/{step}", self.path);
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

/// An object schema with what `allOf` puts into it.
#[derive(Default)]
struct Fields<'a> {
    /// In file order. Of fields that several parts declare the first counts.
    properties: Vec<(Cow<'a, str>, Value<'a>)>,
    by_name: HashMap<Cow<'a, str>, Value<'a>>,
    required: HashSet<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    fn of(swagger: &Swagger<'a>, node: Value<'a>) -> Self {
        let mut all = Self::default();
        all.add(swagger, node, &mut Vec::new());
        all
    }

    fn add(&mut self, swagger: &Swagger<'a>, node: Value<'a>, met: &mut Vec<u32>) {
        if met.len() >= MAX_DEPTH || met.contains(&node.id()) {
            return;
        }
        met.push(node.id());
        for (name, field) in node.get("properties").into_iter().flat_map(|all| all.members()).filter(|(_, field)| field.is_object()) {
            if let Entry::Vacant(vacant) = self.by_name.entry(name.clone()) {
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

    fn get(&self, name: &str) -> Option<Value<'a>> {
        self.by_name.get(name).copied()
    }

    fn requires(&self, name: &str) -> bool {
        self.required.contains(name)
    }
}

impl<'a> Comparison<'_, 'a> {
    /// Compares two schemas and everything inside them.
    pub(super) fn schemas(&mut self, old: Value<'a>, new: Value<'a>, spot: &Spot) {
        self.walk(old, new, spot);
        debug_assert!(self.open.is_empty());
    }

    /// Compares a pair. Gives the place in [`Comparison::open`] of the outermost pair that it met again inside itself; none met, its own.
    fn walk(&mut self, old: Value<'a>, new: Value<'a>, spot: &Spot) -> usize {
        let depth = self.open.len();
        self.steps += 1;
        if self.steps > MAX_STEPS || depth >= MAX_DEPTH || self.found.len() >= MAX_DIFFERENCES {
            self.is_cut = true;
            return 0;
        }
        // A reference that leads nowhere is the linter's business.
        let (Some(before), Some(after)) = (self.old.resolve_schema(old), self.new.resolve_schema(new)) else { return depth };
        let pair = (before.id(), after.id());
        if let Some(at) = self.open.iter().position(|open| *open == pair) {
            return at;
        }
        let known = (before.id(), after.id(), spot.side);
        if self.alike.contains(&known) {
            return depth;
        }
        let found = self.found.len();
        self.open.push(pair);
        let words = FieldWords::of(spot.side);
        let mut outermost = depth;
        if self.field(before, after, &spot.path, &spot.label(), words, spot.required) {
            outermost = self.inside(before, after, spot, words).min(depth);
        }
        self.open.pop();
        if outermost >= depth && found == self.found.len() && !self.is_cut {
            self.alike.insert(known);
        }
        outermost
    }

    fn inside(&mut self, before: Value<'a>, after: Value<'a>, spot: &Spot, words: &FieldWords) -> usize {
        let mut outermost = usize::MAX;
        for step in ["items", "additionalProperties"] {
            if let (Some(old), Some(new)) = (before.get(step), after.get(step))
                && old.is_object()
                && new.is_object()
            {
                outermost = outermost.min(self.walk(old, new, &spot.below(step, "", spot.required)));
            }
        }
        let (old, new) = (Fields::of(self.old, before), Fields::of(self.new, after));
        for (name, field) in &old.properties {
            let (was_required, is_required) = (old.requires(name), new.requires(name));
            let Some(now) = new.get(name) else {
                let there = spot.below(name, name, was_required);
                let difference = Difference::new(words.deleted, there.path.clone(), there.label(), Some(*field), None);
                self.add(difference.near(after).of(*field, was_required));
                continue;
            };
            let there = spot.below(name, name, is_required);
            let requirement = match (was_required, is_required) {
                (false, true) => words.became_required,
                (true, false) => words.became_optional,
                _ => "",
            };
            let of = |what: &'static str, member: &str| {
                let difference = Difference::new(what, format!("{}/{member}", there.path), there.label(), Some(*field), Some(now));
                difference.of(now, is_required)
            };
            if !requirement.is_empty() {
                self.add(of(requirement, "required"));
            }
            let is_hidden =
                |swagger: &Swagger<'a>, field: Value<'a>| is_internal(field) || swagger.resolve_schema(field).is_some_and(is_internal);
            if !is_hidden(self.old, *field) && is_hidden(self.new, now) {
                self.add(of(words.hidden, "x-ms-visibility"));
            }
            outermost = outermost.min(self.walk(*field, now, &there));
        }
        if spot.side == Side::Input {
            for (name, field) in &new.properties {
                if old.get(name).is_none() && new.requires(name) {
                    let there = spot.below(name, name, true);
                    let difference = Difference::new("required-input-field-added", there.path.clone(), there.label(), None, Some(*field));
                    self.add(difference.of(*field, true));
                }
            }
        }
        outermost
    }
}
