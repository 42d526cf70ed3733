//! apiProperties.json and settings.json against conncert's JSON Schemas, with violations in our own words.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde::Deserialize;
use serde_json::Value as Schema;

use crate::connector::Artifact;
use crate::model::{At, Model};
use crate::source::json::{NodeKind, Value};
use crate::words;

/// One of the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SchemaName {
    /// schemas/api-properties.schema.json
    Properties,
    /// schemas/settings.schema.json
    Settings,
}

/// A place where a file does not follow its schema.
#[derive(Debug, Clone)]
pub struct Violation<'a> {
    /// Which schema.
    pub schema: SchemaName,
    /// The part of the schema (`x-part`), which names the rule that answers for it.
    pub part: String,
    /// Where.
    pub at: At<'a>,
    /// The missing or unknown member.
    pub property: Option<String>,
    /// The member that is wrong, by name.
    pub member: String,
    /// What is wrong, as the rest of a sentence that begins with the member.
    pub problem: String,
    /// What the member belongs to, for people.
    pub holder: String,
}

/// All violations of a connector.
#[derive(Debug, Default)]
pub struct Violations<'a> {
    all: Vec<Violation<'a>>,
}

struct Prepared {
    schema: Schema,
    validator: Validator,
}

const SOURCES: [(SchemaName, Artifact, &str); 2] = [
    (SchemaName::Properties, Artifact::Properties, include_str!("../schemas/api-properties.schema.json")),
    (SchemaName::Settings, Artifact::Settings, include_str!("../schemas/settings.schema.json")),
];

fn prepared(name: SchemaName) -> Option<&'static Prepared> {
    static PREPARED: [OnceLock<Option<Prepared>>; 2] = [OnceLock::new(), OnceLock::new()];
    PREPARED[name as usize]
        .get_or_init(|| {
            let source = SOURCES.iter().find(|(known, ..)| *known == name)?.2;
            let schema: Schema = serde_json::from_str(source).ok()?;
            let validator = jsonschema::options().build(&schema).ok()?;
            Some(Prepared { schema, validator })
        })
        .as_ref()
}

impl<'a> Violations<'a> {
    pub(crate) fn of(model: &Model<'a>) -> Self {
        let mut all = Vec::new();
        for (name, artifact, _) in SOURCES {
            let (Some(root), Some(prepared)) = (model.root(artifact), prepared(name)) else { continue };
            let instance = root.to_serde();
            for error in prepared.validator.iter_errors(&instance) {
                collect(name, prepared, root, &error, &mut all);
            }
        }
        Self { all }
    }

    /// Violations in one part of a schema.
    pub fn of_part<'s>(&'s self, schema: SchemaName, part: &'s str) -> impl Iterator<Item = &'s Violation<'a>> {
        self.all.iter().filter(move |violation| violation.schema == schema && violation.part == part)
    }
}

/// Every part named in a schema, for the test that each has its rule.
pub fn parts(name: SchemaName) -> Vec<String> {
    fn walk(schema: &Schema, parts: &mut Vec<String>) {
        match schema {
            Schema::Object(members) => {
                parts.extend(members.get("x-part").and_then(Schema::as_str).map(str::to_owned));
                members.values().for_each(|member| walk(member, parts));
            }
            Schema::Array(items) => items.iter().for_each(|item| walk(item, parts)),
            _ => {}
        }
    }
    let mut parts = Vec::new();
    if let Some(prepared) = prepared(name) {
        walk(&prepared.schema, &mut parts);
    }
    parts.sort();
    parts.dedup();
    parts
}

/// Of the branches of a `oneOf` or `anyOf` the one that fits best speaks: the one whose first complaint lies deepest, then the one
/// with the fewest complaints.
fn collect<'a>(name: SchemaName, prepared: &Prepared, root: Value<'a>, error: &ValidationError<'_>, all: &mut Vec<Violation<'a>>) {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = error.kind() {
        let depth = |branch: &Vec<ValidationError<'static>>| branch.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or(0);
        let wrong_type = |branch: &Vec<ValidationError<'static>>| branch.iter().any(|inner| matches!(inner.kind(), ValidationErrorKind::Type { .. }) && inner.instance_path() == error.instance_path());
        let best = context.iter().filter(|branch| !branch.is_empty()).min_by_key(|branch| (wrong_type(branch), std::cmp::Reverse(depth(branch)), branch.len()));
        if let Some(best) = best.filter(|branch| !wrong_type(branch)) {
            best.iter().for_each(|inner| collect(name, prepared, root, inner, all));
            return;
        }
    }
    all.extend(violations(name, prepared, root, error));
}

fn violations<'a>(name: SchemaName, prepared: &Prepared, root: Value<'a>, error: &ValidationError<'_>) -> Vec<Violation<'a>> {
    let Some(value) = root.at(error.instance_path().as_str()) else { return Vec::new() };
    // What is broken as JSON has been reported as such.
    if value.kind() == NodeKind::Invalid {
        return Vec::new();
    }
    let part = part_of(&prepared.schema, error.schema_path().as_str());
    let member = value.key().map(|key| key.into_owned()).unwrap_or_else(|| "the entry".to_owned());
    let make = |at: At<'a>, property: Option<String>, member: String, problem: String, holder: Value<'a>| Violation { schema: name, part: part.clone(), at, property, member, problem, holder: holder_label(holder) };
    let holder = value.parent().unwrap_or(value);
    let simple = |problem: String| vec![make(At::Value(value), None, member.clone(), problem, holder)];
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default().to_owned();
            vec![make(At::Object(value), Some(property.clone()), property, "is missing".to_owned(), value)]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let known = known_members(&prepared.schema, error.schema_path().as_str());
            let one = |key: &String| {
                let at = value.get(key).map_or(At::Object(value), At::Key);
                let hint = words::did_you_mean(key, known.iter().map(String::as_str));
                make(at, Some(key.clone()), key.clone(), format!("is not known here.{hint}"), value)
            };
            unexpected.iter().map(one).collect()
        }
        ValidationErrorKind::Enum { options } => {
            let allowed: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let text = value.as_str().unwrap_or_else(|| value.raw().into());
            let hint = words::did_you_mean(&text, allowed.iter().map(String::as_str));
            simple(format!("is `{}`; allowed are {}.{hint}", words::excerpt(&text, 40), words::list_and(&allowed)))
        }
        ValidationErrorKind::Constant { expected_value } => simple(format!("must be `{}`", plain(expected_value))),
        ValidationErrorKind::Type { kind } => simple(format!("is {}, but must be {}", with_article(value.kind().word()), type_words(kind))),
        ValidationErrorKind::Pattern { .. } => {
            let hint = described(&prepared.schema, error.schema_path().as_str()).unwrap_or_else(|| "it does not have the expected form".to_owned());
            simple(format!("is `{}`: {hint}", words::excerpt(&value.as_str().unwrap_or_default(), 40)))
        }
        ValidationErrorKind::MinLength { .. } => simple("is empty".to_owned()),
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => simple("has no entries".to_owned()),
        ValidationErrorKind::FalseSchema => simple("must not be here".to_owned()),
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::OneOfMultipleValid { .. } => {
            let hint = described(&prepared.schema, error.schema_path().as_str()).unwrap_or_else(|| "it has none of the expected forms".to_owned());
            simple(format!("is not right: {hint}"))
        }
        ValidationErrorKind::PropertyNames { error: inner } => {
            let wrong = inner.instance().as_str().unwrap_or_default().to_owned();
            let hint = described(&prepared.schema, error.schema_path().as_str()).unwrap_or_else(|| "the name does not have the expected form".to_owned());
            let at = value.get(&wrong).map_or(At::Object(value), At::Key);
            vec![make(at, Some(wrong.clone()), wrong, format!("is no valid name: {hint}"), value)]
        }
        _ => simple("does not have the expected form".to_owned()),
    }
}

fn plain(value: &Schema) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn with_article(kind: &str) -> String {
    match kind {
        "null" => "null".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "an object".to_owned(),
        "string" => "a text in quotes".to_owned(),
        "boolean" => "true or false without quotes".to_owned(),
        other => format!("a {other}"),
    }
}

fn type_words(kind: &jsonschema::error::TypeKind) -> String {
    let words_of = |kind: &str| match kind {
        "integer" => "a whole number without quotes".to_owned(),
        other => with_article(other),
    };
    match kind {
        jsonschema::error::TypeKind::Single(kind) => words_of(&kind.to_string()),
        jsonschema::error::TypeKind::Multiple(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|kind| words_of(&kind.to_string())).collect();
            words::list_or(&kinds)
        }
    }
}

/// The schemas on the way to a keyword, outermost first.
fn way<'s>(schema: &'s Schema, path: &str) -> Vec<&'s Schema> {
    let mut here = schema;
    let mut way = vec![here];
    for token in path.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = match here {
            Schema::Array(items) => token.parse::<usize>().ok().and_then(|at| items.get(at)),
            other => other.get(&token),
        };
        let Some(next) = next else { break };
        here = next;
        way.push(here);
    }
    way
}

/// The nearest `x-part` around a keyword.
fn part_of(schema: &Schema, path: &str) -> String {
    way(schema, path).iter().rev().find_map(|schema| schema.get("x-part")?.as_str()).unwrap_or("shape").to_owned()
}

/// The `x-expected` text nearest to a keyword: what is expected there, in words.
fn described(schema: &Schema, path: &str) -> Option<String> {
    way(schema, path).iter().rev().take(3).find_map(|schema| schema.get("x-expected")?.as_str()).map(str::to_owned)
}

/// Members that the schema around a keyword knows.
fn known_members(schema: &Schema, path: &str) -> Vec<String> {
    let object = way(schema, path).into_iter().rev().find_map(|schema| schema.get("properties")?.as_object());
    object.into_iter().flat_map(|members| members.keys()).cloned().collect()
}

/// The holder of a member, by the names people gave: the nearest keys around it.
fn holder_label(holder: Value<'_>) -> String {
    const STRUCTURE: [&str; 9] = ["properties", "uiDefinition", "constraints", "customParameters", "parameters", "connectionParameters", "values", "oAuthSettings", "metadata"];
    let mut here = Some(holder);
    let mut inner: Vec<String> = Vec::new();
    while let Some(value) = here {
        let name = value.get_str("title").or_else(|| value.get_str("name")).filter(|_| value.key().is_none());
        if let Some(name) = name {
            inner.push(format!("`{name}`"));
            break;
        }
        if let Some(key) = value.key() {
            let named = !STRUCTURE.contains(&key.as_ref());
            inner.push(if named { format!("`{key}`") } else { key.into_owned() });
            if named {
                break;
            }
        }
        here = value.parent();
    }
    if inner.is_empty() || inner == ["properties"] {
        return "the file".to_owned();
    }
    inner.join(" of ")
}
