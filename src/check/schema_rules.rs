//! Checks on schemas as a whole: loops, names in `required`, what nothing uses.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::{SchemaPosition, Swagger};
use crate::words;

/// Definitions that can never be complete. Runs once: select the `definition`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SchemaLoop {
    /// What to look for.
    pub problem: LoopProblem,
}

/// A kind of loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LoopProblem {
    /// A schema requires a property that leads back to the schema, so that no value can ever be complete.
    Required,
    /// A schema contains itself through properties, items or allOf.
    Recursive,
}

impl Demand for SchemaLoop {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        for (index, schema) in swagger.schemas.iter().enumerate().filter(|(_, schema)| schema.position == SchemaPosition::Definition) {
            // What requires itself is reported as such, not as merely recursive.
            let required =
                self.problem == LoopProblem::Recursive && SchemaLoop { problem: LoopProblem::Required }.leads_back(swagger, index as u32);
            if schema.target.is_none() && !required && self.leads_back(swagger, index as u32) {
                hits.push(Hit::new(At::Key(schema.node)).with("name", schema.name.as_deref().unwrap_or_default()));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["name"]
    }
}

impl SchemaLoop {
    /// Whether following the steps that count leads from a definition back to it.
    fn leads_back(&self, swagger: &Swagger<'_>, start: u32) -> bool {
        let mut seen = vec![false; swagger.schemas.len()];
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at as usize], true) {
                continue;
            }
            let schema = &swagger.schemas[at as usize];
            if let Some(target) = schema.target {
                if target == start {
                    return true;
                }
                open.push(target);
            }
            let mut child = at + 1;
            while child < schema.subtree_end {
                let inner = &swagger.schemas[child as usize];
                let counts = match (self.problem, inner.position) {
                    (LoopProblem::Recursive, _) | (LoopProblem::Required, SchemaPosition::AllOf) => true,
                    (LoopProblem::Required, SchemaPosition::Property) => inner.required,
                    // An empty list ends the loop.
                    (LoopProblem::Required, _) => false,
                };
                if counts {
                    open.push(child);
                }
                child = inner.subtree_end;
            }
        }
        false
    }
}

/// Names of one list for which a slip is looked for. Nobody mistypes more of them in one schema.
const MAX_GUESSED: usize = 50;

/// Names in `required` that are no properties. Looks through `allOf` and references before it complains. `right` is the only property
/// that differs in case only, unless it is required already.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RequiredNames {}

impl Demand for RequiredNames {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let Some(required) = node.get("required").filter(Value::is_array) else { return };
        let mut names = Vec::new();
        let mut open_ended = false;
        collect(swagger, node, &mut names, &mut open_ended, 0);
        // A member of allOf may require what its siblings or the schema around it define.
        if let Some(parent) = node.parent().filter(|parent| parent.key().as_deref() == Some("allOf")).and_then(|list| list.parent()) {
            collect(swagger, parent, &mut names, &mut open_ended, 0);
        }
        if open_ended || names.is_empty() && node.get("properties").is_none() {
            return;
        }
        let known: HashSet<&str> = names.iter().map(String::as_str).collect();
        let unknown = || required.items().filter(|item| item.as_str().is_some_and(|name| !known.contains(name.as_ref())));
        if unknown().next().is_none() {
            return;
        }
        let listed: HashSet<Cow<'_, str>> = required.items().filter_map(|item| item.as_str()).collect();
        let mut in_any_case: HashMap<String, Vec<&str>> = HashMap::new();
        for name in &names {
            in_any_case.entry(name.to_ascii_lowercase()).or_default().push(name);
        }
        for (number, item) in unknown().enumerate() {
            let name = item.as_str().unwrap_or_default();
            let hint = words::did_you_mean(&name, names.iter().map(String::as_str).filter(|_| number < MAX_GUESSED));
            let right = match in_any_case.get(&name.to_ascii_lowercase()).map(Vec::as_slice) {
                Some(&[only]) if !listed.contains(only) => only,
                _ => "",
            };
            hits.push(Hit::new(At::Value(item)).with("name", name).with("did-you-mean", hint).with("right", right));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["name", "did-you-mean", "right"]
    }
}

fn collect<'a>(swagger: &Swagger<'a>, node: Value<'a>, names: &mut Vec<String>, open_ended: &mut bool, depth: usize) {
    if depth > 16 {
        *open_ended = true;
        return;
    }
    let Some(node) = swagger.resolve_schema(node) else {
        *open_ended = true;
        return;
    };
    names.extend(node.get("properties").into_iter().flat_map(|all| all.members()).map(|(name, _)| name.into_owned()));
    if node.get("additionalProperties").is_some_and(|more| more.is_object() || more.as_bool() == Some(true))
        || node.get("x-ms-dynamic-schema").is_some()
        || node.get("x-ms-dynamic-properties").is_some()
    {
        *open_ended = true;
    }
    for member in node.get("allOf").into_iter().flat_map(|all| all.items()) {
        collect(swagger, member, names, open_ended, depth + 1);
    }
}

/// Shared definitions, parameters and responses that nothing refers to. Runs once: select the `definition`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Unused {}

impl Demand for Unused {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Kind::Definition) = (&context.model.swagger, context.subject.kind) else { return };
        let used: std::collections::HashSet<String> =
            swagger.references.iter().filter_map(|reference| reference.target.as_str()).map(|target| target.into_owned()).collect();
        for section in ["definitions", "parameters", "responses"] {
            for (name, node) in swagger.root.get(section).into_iter().flat_map(|section| section.members()) {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                let plain = format!("#/{section}/{escaped}");
                let is_used = used.contains(&plain)
                    || used.iter().any(|target| {
                        target.contains('%') && crate::swagger::parse_reference(target, section).as_deref() == Some(name.as_ref())
                    });
                if !is_used {
                    let thing = section.trim_end_matches('s');
                    hits.push(Hit::new(At::Key(node)).with("name", name).with("thing", thing));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["name", "thing"]
    }
}

/// A `discriminator` that is not the name of a required property of type string. `optional` is its name when only that is missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Discriminator {}

impl Demand for Discriminator {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let Some(value) = node.get("discriminator") else { return };
        let members = || node.get("allOf").into_iter().flat_map(|all| all.items()).filter_map(|member| swagger.resolve_schema(member));
        let schemas: Vec<Value<'a>> = std::iter::once(node).chain(members()).collect();
        let problem = match value.as_str() {
            None => Some("is no name in quotes, which is how OpenAPI 3 writes it".to_owned()),
            Some(name) => {
                let property = schemas
                    .iter()
                    .find_map(|schema| schema.get("properties")?.get(&name))
                    .and_then(|property| swagger.resolve_schema(property));
                match property {
                    None => Some(format!("names `{name}`, which is no property of it")),
                    Some(property) if property.get_str("type").as_deref() != Some("string") => {
                        Some(format!("names `{name}`, which is no text"))
                    }
                    Some(_) if !schemas.iter().any(|schema| crate::swagger::requires(*schema, &name)) => {
                        Some(format!("names `{name}`, which is not required"))
                    }
                    Some(_) => None,
                }
            }
        };
        if let Some(problem) = problem {
            let optional = value.as_str().filter(|_| problem.ends_with("not required")).unwrap_or_default();
            hits.push(Hit::new(At::Value(value)).with("problem", problem).with("optional", optional));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["problem", "optional"]
    }
}

/// Examples of a response (kind `response`) in a media type that no operation with the response produces.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProducedExamples {}

impl Demand for ProducedExamples {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let users = &swagger.responses[context.subject.index as usize].users;
        let produced: Vec<String> = users
            .iter()
            .flat_map(|&user| swagger.media_types(&swagger.operations[user as usize], "produces"))
            .map(|media| media.trim().to_lowercase())
            .collect();
        // Without any list nothing is promised, so nothing is broken.
        if produced.is_empty() {
            return;
        }
        for (media, example) in node.get("examples").into_iter().flat_map(|examples| examples.members()) {
            if !produced.contains(&media.trim().to_lowercase()) {
                let mut produced = produced.clone();
                produced.dedup();
                hits.push(Hit::new(At::Key(example)).with("media-type", media).with("produced", words::list_and(&produced)));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["media-type", "produced"]
    }
}
