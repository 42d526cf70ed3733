//! apiProperties.json and settings.json against conncert's JSON Schemas, with violations in our own words.

use std::collections::HashSet;
use std::sync::OnceLock;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
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
    /// The member or value that differs from what is written by case only; the constant that is expected, as JSON.
    pub right: Option<String>,
    /// The member that is called like a missing one, but for case.
    pub misspelt: Option<Value<'a>>,
}

/// All violations of a connector.
#[derive(Debug, Default)]
pub struct Violations<'a> {
    all: Vec<Violation<'a>>,
}

// The schemas are compiled with the program: at run time that takes longer than all other checks of a small connector together. Our
// patterns look neither ahead nor behind; the engine for those that do takes longer to begin.
#[jsonschema::validator(path = "schemas/api-properties.schema.json", pattern_options = { engine = regex }, methods = { is_valid = false, validate = false, iter_errors = true })]
struct PropertiesSchema;

#[jsonschema::validator(path = "schemas/settings.schema.json", pattern_options = { engine = regex }, methods = { is_valid = false, validate = false, iter_errors = true })]
struct SettingsSchema;

const SOURCES: [(SchemaName, Artifact, &str); 2] = [
    (SchemaName::Properties, Artifact::Properties, include_str!("../schemas/api-properties.schema.json")),
    (SchemaName::Settings, Artifact::Settings, include_str!("../schemas/settings.schema.json")),
];

/// Violations that are looked at in one file: nobody reads more, and finding the place of each takes its time.
const LIMIT: usize = 1_000;

/// The schema itself, for what it says of the parts of a file.
fn schema(name: SchemaName) -> Option<&'static Schema> {
    static SCHEMAS: [OnceLock<Option<Schema>>; 2] = [OnceLock::new(), OnceLock::new()];
    let source = SOURCES.iter().find(|(known, ..)| *known == name)?.2;
    SCHEMAS[name as usize].get_or_init(|| serde_json::from_str(source).ok()).as_ref()
}

fn errors(name: SchemaName, instance: &Schema) -> Vec<ValidationError<'_>> {
    match name {
        SchemaName::Properties => PropertiesSchema::iter_errors(instance).take(LIMIT).collect(),
        SchemaName::Settings => SettingsSchema::iter_errors(instance).take(LIMIT).collect(),
    }
}

impl<'a> Violations<'a> {
    pub(crate) fn of(model: &Model<'a>) -> Self {
        let mut all = Vec::new();
        for (name, artifact, _) in SOURCES {
            let Some(root) = model.root(artifact) else { continue };
            let instance = root.to_serde();
            let errors = errors(name, &instance);
            let Some(schema) = (if errors.is_empty() { None } else { schema(name) }) else { continue };
            // A value of the wrong type is not the one that must be there either.
            let mistyped: HashSet<&str> =
                errors.iter().filter(|error| is_type(error)).map(|error| error.instance_path().as_str()).collect();
            for error in &errors {
                let closed = matches!(error.kind(), ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. });
                if !(closed && mistyped.contains(error.instance_path().as_str())) {
                    collect(name, schema, root, error, &mut all);
                }
            }
        }
        Self { all }
    }

    /// Violations in one part of a schema.
    pub fn of_part<'s>(&'s self, schema: SchemaName, part: &'s str) -> impl Iterator<Item = &'s Violation<'a>> {
        self.all.iter().filter(move |violation| violation.schema == schema && violation.part == part)
    }
}

/// What a schema says of a member, for people who write the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    /// Its name for people.
    pub title: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// Values that are allowed, or else some that are usual.
    pub values: Vec<String>,
}

/// What the schema of an artifact says of a value of that file.
pub fn describe(artifact: Artifact, value: Value<'_>) -> Option<Described> {
    let name = SOURCES.iter().find(|(_, known, _)| *known == artifact)?.0;
    let root = schema(name)?;
    let mut way = vec![value];
    while let Some(parent) = way.last().and_then(Value::parent) {
        way.push(parent);
    }
    let mut here = vec![root];
    for step in way.into_iter().rev().skip(1) {
        here = here.into_iter().flat_map(|schema| inside(root, schema, step)).collect();
    }
    let all: Vec<&Schema> = here.into_iter().flat_map(|schema| laid_open(root, schema, value, 0)).collect();
    let text = |key: &str| all.iter().find_map(|schema| schema.get(key)?.as_str()).map(str::to_owned);
    let list = |key: &str| all.iter().find_map(|schema| schema.get(key)?.as_array());
    let values = list("enum").or_else(|| list("examples")).into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned));
    let described = Described { title: text("title"), description: text("description"), values: values.collect() };
    (described != Described::default()).then_some(described)
}

/// A schema with those it refers to or is put together from, as far as they concern a value.
fn laid_open<'s>(root: &'s Schema, schema: &'s Schema, value: Value<'_>, depth: usize) -> Vec<&'s Schema> {
    let mut all = vec![schema];
    if depth < 8 {
        let target = schema.get("$ref").and_then(Schema::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
        let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        let holds = schema.get("if").map(|condition| {
            let validator = jsonschema::options().build(condition);
            validator.is_ok_and(|validator| validator.is_valid(&value.to_serde()))
        });
        let either = holds.and_then(|holds| schema.get(if holds { "then" } else { "else" }));
        for part in target.into_iter().chain(branches).chain(either) {
            all.extend(laid_open(root, part, value, depth + 1));
        }
    }
    all
}

/// The schemas of a member or entry of what a schema describes.
fn inside<'s>(root: &'s Schema, schema: &'s Schema, step: Value<'_>) -> Vec<&'s Schema> {
    let all = step.parent().map(|holder| laid_open(root, schema, holder, 0)).unwrap_or_default();
    let Some(key) = step.key() else { return all.into_iter().filter_map(|schema| schema.get("items")).collect() };
    let named: Vec<&Schema> = all.iter().filter_map(|schema| schema.get("properties")?.get(key.as_ref())).collect();
    if !named.is_empty() {
        return named;
    }
    all.into_iter().filter_map(|schema| schema.get("additionalProperties")).collect()
}

fn is_type(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Type { .. })
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
    if let Some(schema) = schema(name) {
        walk(schema, &mut parts);
    }
    parts.sort();
    parts.dedup();
    parts
}

/// Of the branches of a `oneOf` or `anyOf` the one that fits best speaks: the one whose first complaint lies deepest, then the one
/// with the fewest complaints.
fn collect<'a>(name: SchemaName, schema: &Schema, root: Value<'a>, error: &ValidationError<'_>, all: &mut Vec<Violation<'a>>) {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = error.kind() {
        let depth = |branch: &Vec<ValidationError<'static>>| {
            branch.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or(0)
        };
        let wrong_type = |branch: &Vec<ValidationError<'static>>| {
            branch.iter().any(|inner| is_type(inner) && inner.instance_path() == error.instance_path())
        };
        let best = context
            .iter()
            .filter(|branch| !branch.is_empty())
            .min_by_key(|branch| (wrong_type(branch), std::cmp::Reverse(depth(branch)), branch.len()));
        if let Some(best) = best.filter(|branch| !wrong_type(branch)) {
            best.iter().for_each(|inner| collect(name, schema, root, inner, all));
            return;
        }
    }
    all.extend(violations(name, schema, root, error));
}

fn violations<'a>(name: SchemaName, schema: &Schema, root: Value<'a>, error: &ValidationError<'_>) -> Vec<Violation<'a>> {
    let Some(value) = root.at(error.instance_path().as_str()) else { return Vec::new() };
    // What is broken as JSON has been reported as such.
    if value.kind() == NodeKind::Invalid {
        return Vec::new();
    }
    let path = error.schema_path().as_str();
    let part = part_of(schema, path);
    let expected = || described(schema, path);
    let make = |at: At<'a>, property: Option<String>, member: String, problem: String, holder: Value<'a>| Violation {
        schema: name,
        part: part.clone(),
        at,
        property,
        member,
        problem,
        holder: holder_label(holder),
        right: None,
        misspelt: None,
    };
    let simple = |problem: String| {
        let (member, holder, entry) = named(value);
        let problem = entry.map_or(problem.clone(), |number| format!("has a wrong entry {number}: it {problem}"));
        vec![make(At::Value(value), None, member, problem, holder)]
    };
    // A member that must not be there at all, whatever it holds.
    let unwanted = |value: Value<'a>, problem: String| {
        let (key, parent) = (value.key().unwrap_or_default().into_owned(), value.parent().unwrap_or(value));
        make(At::Key(value), Some(key.clone()), key, problem, parent)
    };
    let unknown = |value: Value<'a>| {
        let known = known_members(schema, path);
        let key = value.key().unwrap_or_default();
        let hint = words::did_you_mean(&key, known.iter().map(String::as_str));
        Violation { right: same_but_for_case(&key, &known), ..unwanted(value, sentence("is not known here", &hint)) }
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default().to_owned();
            let slip = value.members().find(|(key, _)| strsim::osa_distance(&key.to_lowercase(), &property.to_lowercase()) <= 2);
            let slip = slip.filter(|_| property.len() > 4);
            let hint = slip.as_ref().map(|(key, _)| format!(" Is `{key}` meant to be it?")).unwrap_or_default();
            let misspelt = slip.filter(|(key, _)| key.eq_ignore_ascii_case(&property)).map(|(_, member)| member);
            let missing = make(At::Object(value), Some(property.clone()), property, sentence("is missing", &hint), value);
            vec![Violation { misspelt, ..missing }]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().filter_map(|key| value.get(key)).map(unknown).collect()
        }
        ValidationErrorKind::Not { .. } | ValidationErrorKind::FalseSchema if value.key().is_some() => match expected() {
            None if path.contains("/additionalProperties") => vec![unknown(value)],
            None => vec![unwanted(value, "must not be here".to_owned())],
            Some(reason) => vec![unwanted(value, format!("must not be here: {reason}"))],
        },
        ValidationErrorKind::Enum { options } => {
            // A value of the wrong type is none of the allowed ones either; the type says it better.
            if let Some(kinds) = mistaken_for(schema, path, value) {
                return simple(format!("is {}, but must be {}", shown(value), type_words(&kinds)));
            }
            let allowed: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let text = value.as_str().unwrap_or_else(|| value.raw().into());
            let hint = words::did_you_mean(&text, allowed.iter().map(String::as_str));
            let verb = if allowed.len() == 1 { "is" } else { "are" };
            let problem = format!("is `{}`; allowed {verb} {}", words::excerpt(&text, 40), words::list_and(&allowed));
            let right = same_but_for_case(text.trim(), &allowed);
            simple(sentence(&problem, &hint)).into_iter().map(|violation| Violation { right: right.clone(), ..violation }).collect()
        }
        ValidationErrorKind::Constant { expected_value } => {
            let violations = simple(format!("is {}, but must be `{}`", shown(value), plain(expected_value)));
            violations.into_iter().map(|violation| Violation { right: Some(expected_value.to_string()), ..violation }).collect()
        }
        ValidationErrorKind::Type { kind } => {
            let kinds: Vec<String> = match kind {
                TypeKind::Single(kind) => vec![kind.to_string()],
                TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
            };
            simple(format!("is {}, but must be {}", shown(value), type_words(&kinds)))
        }
        _ if path.contains("/propertyNames/") => {
            let wrong = error.instance().as_str().unwrap_or_default().to_owned();
            let hint = expected().unwrap_or_else(|| "the name does not have the expected form".to_owned());
            value.get(&wrong).map(|member| unwanted(member, format!("has no valid name: {hint}"))).into_iter().collect()
        }
        ValidationErrorKind::Pattern { .. } => {
            let hint = expected().unwrap_or_else(|| "it does not have the expected form".to_owned());
            simple(format!("is `{}`: {hint}", words::excerpt(&value.as_str().unwrap_or_default(), 60)))
        }
        ValidationErrorKind::MinLength { .. } => simple("is empty".to_owned()),
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => simple("has no entries".to_owned()),
        _ => {
            let hint = expected().unwrap_or_else(|| "it does not have the expected form".to_owned());
            simple(format!("is not right: {hint}"))
        }
    }
}

/// The name that differs from a text by case only.
fn same_but_for_case(text: &str, names: &[String]) -> Option<String> {
    names.iter().find(|name| name.eq_ignore_ascii_case(text)).cloned()
}

/// A statement with an afterthought, which makes a sentence of its own; without one the statement stands without a full stop.
fn sentence(statement: &str, hint: &str) -> String {
    if hint.is_empty() { statement.to_owned() } else { format!("{statement}.{hint}") }
}

/// The member that a value belongs to, what holds that member, and the number of the entry when the value stands in a list.
fn named(value: Value<'_>) -> (String, Value<'_>, Option<usize>) {
    let mut member = value;
    while let Some(parent) = member.parent().filter(|_| member.key().is_none()) {
        member = parent;
    }
    let entry = (member != value).then(|| number_of(value)).flatten();
    (member.key().unwrap_or_default().into_owned(), member.parent().unwrap_or(member), entry)
}

/// The number of an entry in its list, from 1; none far down in a long list.
fn number_of(value: Value<'_>) -> Option<usize> {
    let list = value.parent().filter(Value::is_array)?;
    list.items().take(LIMIT).position(|item| item == value).map(|at| at + 1)
}

/// What a value is, in words.
fn shown(value: Value<'_>) -> String {
    match value.kind() {
        NodeKind::Boolean => format!("{} without quotes", value.raw()),
        NodeKind::Number => format!("the number {}", words::excerpt(value.raw(), 20)),
        NodeKind::String => format!("the text `{}`", words::excerpt(&value.as_str().unwrap_or_default(), 40)),
        kind => with_article(kind.word()),
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

fn type_words(kinds: &[String]) -> String {
    let words_of = |kind: &str| match kind {
        "integer" => "a whole number without quotes".to_owned(),
        other => with_article(other),
    };
    match kinds {
        [kind] => words_of(kind),
        // null is how a member says that it is not there: nobody should write it.
        kinds => words::list_or(&kinds.iter().filter(|kind| *kind != "null").map(|kind| words_of(kind)).collect::<Vec<_>>()),
    }
}

/// The types that the schema around a keyword allows, where a value has none of them.
fn mistaken_for(schema: &Schema, path: &str, value: Value<'_>) -> Option<Vec<String>> {
    let declared = way(schema, path).into_iter().rev().find_map(|schema| schema.as_object())?.get("type")?;
    let kinds: Vec<String> = match declared {
        Schema::Array(kinds) => kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect(),
        kind => vec![kind.as_str()?.to_owned()],
    };
    let own = value.kind().word();
    (!kinds.iter().any(|kind| kind == own || (kind == "integer" && own == "number"))).then_some(kinds)
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

/// What holds a member, by the names people gave: the connection parameter, set or policy around it rather than every object between.
fn holder_label(holder: Value<'_>) -> String {
    let mut label: Vec<String> = Vec::new();
    let mut here = Some(holder);
    while let Some(value) = here {
        let parent = value.parent();
        let around = parent.and_then(|parent| parent.key()).unwrap_or_default();
        let (part, last) = match (value.key().as_deref(), around.as_ref()) {
            (None, "policyTemplateInstances") => (Some(thing("policy", value.get_str("title"), value)), true),
            (None, "values") => (Some(thing("parameter set", value.get_str("name"), value)), true),
            (None, _) => (number_of(value).map(|number| format!("entry {number}")), false),
            // A set has its connection parameters under `parameters`; a policy has its own there, which begin with x-ms-.
            (Some(key), "connectionParameters" | "parameters") if !key.starts_with("x-ms-") => {
                (Some(format!("connection parameter `{key}`")), around == "connectionParameters")
            }
            (Some(key), "customParameters") => (Some(format!("the custom parameter `{key}`")), false),
            (Some("customParameters"), _) => (label.is_empty().then(|| "the custom parameters".to_owned()), false),
            (Some("oAuthSettings"), _) => (label.is_empty().then(|| "the OAuth settings".to_owned()), false),
            (Some("properties" | "uiDefinition" | "constraints" | "parameters" | "connectionParameters" | "values" | "metadata"), _) => {
                (None, false)
            }
            (Some(key), _) => (Some(format!("`{key}`")), key == "connectionParameterSets"),
        };
        label.extend(part);
        here = parent.filter(|_| !last);
    }
    if label.is_empty() { "the file".to_owned() } else { label.join(" of ") }
}

/// An entry of a list by its name, or by its number when it has none.
fn thing(noun: &str, name: Option<std::borrow::Cow<'_, str>>, entry: Value<'_>) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("the {noun} `{}`", words::excerpt(&name, 60)),
        None => format!("{noun} {}", number_of(entry).unwrap_or_default()),
    }
}
