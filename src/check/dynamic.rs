//! Checks on calls of other operations: what they pass, and whether what they read exists in the answer.

use serde::Deserialize;

use super::agreement::fits;
use super::dynamic_twin::{reference, twin, without_properties};
use super::visibility::is_hidden_source;
use super::{Context, Demand, Hit, Hits};
use crate::fix::json_edit::{self, Fragment, Position};
use crate::model::At;
use crate::source::json::{NodeKind, Value};
use crate::swagger::{DynamicCall, DynamicExtension, Operation, Parameter, Swagger};
use crate::words;

/// A call of another operation (kind `dynamic-call`). Nothing is said about calls of operations that do not exist. For repairs there are
/// `reference` (an argument that refers to the caller's parameter of the same name), `source-default` (the default of an internal source),
/// `twin` (the newer form of the call), each as JSON, and `accepted`, what the called operation accepts; a source that is optional is
/// proposed to be required.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DynamicCallCheck {
    /// What to look for.
    pub problem: DynamicProblem,
}

/// A problem of a dynamic call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DynamicProblem {
    /// It passes a parameter that the called operation does not have.
    UnknownParameter,
    /// It leaves out a required parameter without default.
    MissingParameter,
    /// A literal value has the wrong type.
    LiteralType,
    /// A referenced parameter has another type than the one it feeds.
    ReferenceType,
    /// A required parameter is fed by an optional one.
    OptionalSource,
    /// The name is both a parameter and a body property of the called operation.
    AmbiguousParameter,
    /// The source is internal although the operation is visible.
    InternalSource,
    /// An argument is a reference where only literal values can work.
    Reference,
    /// It refers to a name that is both a parameter of the calling operation and a field of its body.
    AmbiguousSource,
    /// It refers to a field of the calling operation's body.
    FieldSource,
    /// The paths of x-ms-dynamic-schema and x-ms-dynamic-properties lead to different places.
    TwinPath,
    /// It reads the properties of a schema, which the newer extension expresses better. Said of calls of unknown operations too.
    PropertiesPath,
    /// There is no list where the extension looks for one.
    NoList,
    /// There is no property where the extension looks for one.
    NoProperty,
}

impl Demand for DynamicCallCheck {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        let call = &swagger.dynamic_calls[context.subject.index as usize];
        let target = call.target.map(|index| &swagger.operations[index as usize]);
        if self.problem == DynamicProblem::PropertiesPath {
            return properties_path(swagger, call, target, hits);
        }
        let Some(target) = target else { return };
        match self.problem {
            DynamicProblem::NoList => no_list(swagger, call, target, hits),
            DynamicProblem::NoProperty => no_property(swagger, call, target, hits),
            DynamicProblem::MissingParameter => missing(swagger, call, target, hits),
            DynamicProblem::TwinPath => twin_path(swagger, call, target, hits),
            DynamicProblem::AmbiguousSource | DynamicProblem::FieldSource => self.judge_source(swagger, call, target, hits),
            _ => {
                for (name, argument) in call.node.get("parameters").into_iter().flat_map(|parameters| parameters.members()) {
                    self.judge_argument(swagger, call, target, &name, argument, hits);
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["name", "target", "path", "did-you-mean", "actual", "expected", "source", "source-default", "reference", "accepted", "twin"]
    }
}

fn hit<'a>(swagger: &Swagger<'a>, at: At<'a>, target: &Operation<'a>, name: &str) -> Hit<'a> {
    Hit::new(at)
        .with("name", name)
        .with("target", swagger.operation_label(target))
        .related(format!("{} is defined here", swagger.operation_label(target)), At::Key(target.node))
}

/// Parameters of an operation that a call can feed by name.
fn parameters<'s, 'a>(swagger: &'s Swagger<'a>, operation: &'s Operation<'a>) -> Vec<&'s Parameter<'a>> {
    swagger.parameters_of(operation).collect()
}

/// Whether a path of names leads to a property of a body schema.
pub(super) fn body_has<'a>(swagger: &Swagger<'a>, operation: &Operation<'a>, path: &str) -> bool {
    parameters(swagger, operation).iter().filter(|parameter| parameter.is_body()).any(|body| {
        let Some(schema) = body.node.get("schema") else { return false };
        let direct = resolve(swagger, schema, path);
        // The newer extensions write the name of the body parameter in front.
        let behind_name = body.name.as_deref().and_then(|name| path.strip_prefix(name)).and_then(|rest| rest.strip_prefix('/'));
        direct.is_some() || behind_name.is_some_and(|rest| resolve(swagger, schema, rest).is_some())
    })
}

/// A body whose members cannot be known: free-form or itself dynamic.
fn body_is_open(swagger: &Swagger<'_>, operation: &Operation<'_>) -> bool {
    parameters(swagger, operation).iter().filter(|parameter| parameter.is_body()).any(|body| {
        let schema = body.node.get("schema").and_then(|schema| swagger.resolve_schema(schema));
        schema.is_none_or(|schema| schema.get("properties").is_none() && schema.get("allOf").is_none())
    })
}

/// What an argument refers to: `{"parameter": X}` or `{"parameterReference": X}`.
pub(super) fn source_name<'a>(argument: Value<'a>) -> Option<std::borrow::Cow<'a, str>> {
    argument.get_str("parameter").or_else(|| argument.get_str("parameterReference"))
}

/// A literal argument: a plain value, or `{"value": X}` in the newer extensions.
fn literal(argument: Value<'_>) -> Option<Value<'_>> {
    if argument.is_object() { argument.get("value") } else { Some(argument) }
}

impl DynamicCallCheck {
    /// One finding a call: what the older extensions cannot express, they cannot express for any argument.
    fn judge_source<'a>(&self, swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>, hits: &mut Hits<'a>) {
        let Some(caller) = call.callers.first().map(|&index| &swagger.operations[index as usize]) else { return };
        let arguments = call.node.get("parameters").into_iter().flat_map(|parameters| parameters.children());
        let source = arguments.filter_map(|argument| argument.get_str("parameter")).find(|name| {
            let is_parameter =
                swagger.parameters_of(caller).any(|parameter| !parameter.is_body() && parameter.name.as_deref() == Some(name.as_ref()));
            is_parameter == (self.problem == DynamicProblem::AmbiguousSource) && body_source(swagger, caller, name).is_some()
        });
        if let Some(source) = source {
            let twin = sound_twin(swagger, call, target);
            hits.push(hit(swagger, At::Object(call.node), target, "").with("source", source).with("twin", twin.unwrap_or_default()));
        }
    }

    fn judge_argument<'a>(
        &self,
        swagger: &Swagger<'a>,
        call: &DynamicCall<'a>,
        target: &Operation<'a>,
        name: &str,
        argument: Value<'a>,
        hits: &mut Hits<'a>,
    ) {
        let known = parameters(swagger, target);
        let fed = known.iter().find(|parameter| parameter.name.as_deref() == Some(name));
        let source = || source_name(argument).filter(|_| !call.callers.is_empty());
        let caller = call.callers.first().map(|&index| &swagger.operations[index as usize]);
        let source_parameter = || {
            let (source, caller) = (source()?, caller?);
            swagger.parameters_of(caller).find(|parameter| parameter.name.as_deref() == Some(source.as_ref()) && !parameter.is_body())
        };
        match self.problem {
            DynamicProblem::UnknownParameter => {
                if fed.is_none() && !body_has(swagger, target, name) && !body_is_open(swagger, target) && !has_unknown_parameter(target) {
                    let names: Vec<&str> = known.iter().filter_map(|parameter| parameter.name.as_deref()).collect();
                    let hint = words::did_you_mean(name, names.iter().copied());
                    let accepted = words::list_and(&names);
                    hits.push(hit(swagger, At::Value(argument), target, name).with("did-you-mean", hint).with("accepted", accepted));
                }
            }
            DynamicProblem::Reference => {
                if source_name(argument).is_some() {
                    hits.push(hit(swagger, At::Value(argument), target, name));
                }
            }
            DynamicProblem::AmbiguousParameter => {
                if fed.is_some_and(|parameter| !parameter.is_body()) && body_has(swagger, target, name) {
                    hits.push(hit(swagger, At::Value(argument), target, name));
                }
            }
            DynamicProblem::LiteralType => {
                let (Some(parameter), Some(value)) = (fed.filter(|parameter| !parameter.is_body()), literal(argument)) else { return };
                let Some(expected) = parameter.node.get_str("type") else { return };
                if value.kind() != NodeKind::Null && value.kind() != NodeKind::Invalid && !fits(value, &expected) {
                    hits.push(
                        hit(swagger, At::Value(argument), target, name).with("actual", value.kind().word()).with("expected", expected),
                    );
                }
            }
            DynamicProblem::ReferenceType => {
                let (Some(parameter), Some(from)) = (fed.filter(|parameter| !parameter.is_body()), source_parameter()) else { return };
                let (Some(expected), Some(actual)) = (parameter.node.get_str("type"), from.node.get_str("type")) else { return };
                if expected != actual {
                    let source = from.name.as_deref().unwrap_or_default();
                    hits.push(
                        hit(swagger, At::Value(argument), target, name)
                            .with("actual", actual)
                            .with("expected", expected)
                            .with("source", source),
                    );
                }
            }
            DynamicProblem::OptionalSource => {
                let (Some(parameter), Some(from)) = (fed, source_parameter()) else { return };
                let required = |parameter: &Parameter<'_>| parameter.node.get_bool("required") == Some(true);
                if required(parameter) && !required(from) && from.node.get("default").is_none() && parameter.node.get("default").is_none() {
                    // Makers cannot fill in what is internal.
                    let behind = ["required", "type", "in", "name"].iter().find_map(|name| from.node.get(name));
                    let position = behind.map_or(Position::Last, Position::Behind);
                    let required = Fragment::New(true.into());
                    let edit = (!from.is_internal()).then(|| json_edit::set_member(from.node, "required", &required, position)).flatten();
                    let source = from.name.as_deref().unwrap_or_default();
                    hits.push(hit(swagger, At::Value(argument), target, name).with("source", source).propose(edit));
                }
            }
            DynamicProblem::InternalSource => {
                let Some(caller) = caller.filter(|caller| !caller.internal) else { return };
                let Some(source) = source() else { return };
                let from = match source_parameter() {
                    Some(from) => from.is_internal().then_some(from.node),
                    None => body_source(swagger, caller, &source).filter(|_| is_hidden_source(swagger, caller, &source)),
                };
                if let Some(from) = from {
                    let expected = fed.and_then(|parameter| parameter.node.get_str("type"));
                    let default = from.get("default").filter(|default| expected.is_some_and(|expected| fits(*default, &expected)));
                    let default = default.map(|default| default.raw()).unwrap_or_default();
                    hits.push(hit(swagger, At::Value(argument), target, name).with("source", source).with("source-default", default));
                }
            }
            _ => {}
        }
    }
}

fn properties_path<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: Option<&Operation<'a>>, hits: &mut Hits<'a>) {
    let Some((value, path)) = call.node.get("value-path").and_then(|value| Some((value, value.as_str()?))) else { return };
    if path != without_properties(&path) {
        let twin = target.and_then(|target| sound_twin(swagger, call, target)).unwrap_or_default();
        hits.push(Hit::new(At::Value(value)).with("path", path).with("twin", twin));
    }
}

/// The newer form of a call that has no fault of its own: a fault that is written twice is no repair.
fn sound_twin<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>) -> Option<String> {
    let mut faults = Vec::new();
    missing(swagger, call, target, &mut faults);
    for problem in [DynamicProblem::UnknownParameter, DynamicProblem::LiteralType, DynamicProblem::ReferenceType] {
        for (name, argument) in call.node.get("parameters").into_iter().flat_map(|parameters| parameters.members()) {
            DynamicCallCheck { problem }.judge_argument(swagger, call, target, &name, argument, &mut faults);
        }
    }
    if faults.is_empty() { twin(swagger, call, target) } else { None }
}

/// The older extension may point at the map of properties, the newer one points at the object around it.
fn twin_path<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>, hits: &mut Hits<'a>) {
    let Some(older) = call.holder.get("x-ms-dynamic-schema").filter(|_| call.extension == DynamicExtension::Properties) else { return };
    let path = older.get_str("value-path").unwrap_or_default();
    let expected = without_properties(&path);
    let actual = call.node.get("itemValuePath");
    if actual.and_then(|path| path.as_str()).unwrap_or_default() != expected {
        let path = actual.and_then(|path| path.as_str()).unwrap_or_default();
        hits.push(hit(swagger, actual.map_or(At::Object(call.node), At::Value), target, "").with("path", path).with("expected", expected));
    }
}

/// The body property of the calling operation that an argument refers to.
pub(super) fn body_source<'a>(swagger: &Swagger<'a>, caller: &Operation<'a>, path: &str) -> Option<Value<'a>> {
    let body = swagger.parameters_of(caller).find(|parameter| parameter.is_body())?;
    let schema = body.node.get("schema")?;
    let behind_name = body.name.as_deref().and_then(|name| path.strip_prefix(name)).and_then(|rest| rest.strip_prefix('/'));
    behind_name.and_then(|rest| resolve(swagger, schema, rest)).or_else(|| resolve(swagger, schema, path))
}

/// A parameter that could not be resolved may be the one that is meant.
fn has_unknown_parameter(target: &Operation<'_>) -> bool {
    target.parameters.iter().any(|used| used.parameter.is_none())
}

fn missing<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>, hits: &mut Hits<'a>) {
    let passed: Vec<String> =
        call.node.get("parameters").into_iter().flat_map(|parameters| parameters.members()).map(|(name, _)| name.into_owned()).collect();
    for parameter in parameters(swagger, target) {
        let Some(name) = parameter
            .name
            .as_deref()
            .filter(|_| parameter.node.get_bool("required") == Some(true) && parameter.node.get("default").is_none())
        else {
            continue;
        };
        let supplied = passed.iter().any(|passed| {
            passed == name || (parameter.is_body() && (passed.starts_with(&format!("{name}/")) || body_has(swagger, target, passed)))
        });
        // A body without required members is satisfied by an empty one.
        let needs_nothing = parameter.is_body();
        if !supplied && !needs_nothing {
            let place = call.node.get("parameters").map_or(At::Object(call.node), At::Value);
            let reference = reference(swagger, call, parameter).unwrap_or_default();
            hits.push(hit(swagger, place, target, name).with("reference", reference));
        }
    }
}

/// The schema of the first successful answer that has one.
fn answer<'a>(swagger: &Swagger<'a>, operation: &Operation<'a>) -> Option<Value<'a>> {
    let mut answers: Vec<_> = operation
        .responses
        .iter()
        .filter(|used| used.status == "default" || used.status.starts_with('2'))
        .filter_map(|used| Some((used.status.clone(), swagger.responses[used.response? as usize].node.get("schema")?)))
        .collect();
    answers.sort_by(|a, b| a.0.cmp(&b.0));
    answers.first().map(|(_, schema)| *schema)
}

/// Follows a path through properties, allOf and array items. An empty path is the schema itself.
fn resolve<'a>(swagger: &Swagger<'a>, schema: Value<'a>, path: &str) -> Option<Value<'a>> {
    path.split('/')
        .filter(|step| !step.is_empty())
        .try_fold(schema, |here, step| property(swagger, here, step, 0))
        .and_then(|end| swagger.resolve_schema(end))
}

pub(super) fn property<'a>(swagger: &Swagger<'a>, schema: Value<'a>, name: &str, depth: usize) -> Option<Value<'a>> {
    if depth > 16 {
        return None;
    }
    let schema = swagger.resolve_schema(schema)?;
    if let Some(found) = schema.get("properties").and_then(|all| all.get(name)) {
        return Some(found);
    }
    let in_all_of =
        schema.get("allOf").into_iter().flat_map(|all| all.items()).find_map(|member| property(swagger, member, name, depth + 1));
    in_all_of.or_else(|| property(swagger, schema.get("items").filter(Value::is_object)?, name, depth + 1)).or_else(|| {
        let more = schema.get("additionalProperties")?;
        more.is_object().then_some(more)
    })
}

/// The list an extension reads from, with the member that names the path to it.
fn collection<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, schema: Value<'a>) -> (Option<Value<'a>>, Option<Value<'a>>) {
    let named = call.extension.collection_key().and_then(|key| call.node.get(key));
    let path = named.and_then(|path| path.as_str()).unwrap_or_default();
    (resolve(swagger, schema, &path), named)
}

fn is_list(swagger: &Swagger<'_>, schema: Value<'_>) -> bool {
    schema.get_str("type").as_deref() == Some("array")
        || schema.get("items").is_some()
        || schema
            .get("allOf")
            .into_iter()
            .flat_map(|all| all.items())
            .any(|member| swagger.resolve_schema(member).is_some_and(|member| member.get_str("type").as_deref() == Some("array")))
}

fn no_list<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>, hits: &mut Hits<'a>) {
    if !matches!(call.extension, DynamicExtension::Values | DynamicExtension::List) {
        return;
    }
    let Some(schema) = answer(swagger, target) else { return };
    let (list, named) = collection(swagger, call, schema);
    // A schema that says nothing may be a list.
    if list.is_some_and(|list| list.is_empty()) {
        return;
    }
    if list.is_none_or(|list| !is_list(swagger, list)) {
        let path = named.and_then(|path| path.as_str()).unwrap_or_default();
        hits.push(hit(swagger, named.map_or(At::Object(call.node), At::Value), target, "").with("path", path));
    }
}

fn no_property<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>, hits: &mut Hits<'a>) {
    let Some(schema) = answer(swagger, target) else { return };
    let base = if call.extension.collection_key().is_some() {
        // Without a list there is nothing to look into: that has a finding of its own.
        let Some(list) = collection(swagger, call, schema).0.filter(|list| is_list(swagger, *list)) else { return };
        let Some(item) = list.get("items").and_then(|item| swagger.resolve_schema(item)) else { return };
        // Items of any shape may hold anything.
        if item.get("properties").is_none() && item.get("allOf").is_none() {
            return;
        }
        item
    } else {
        schema
    };
    for key in call.extension.value_keys() {
        let Some(value) = call.node.get(key) else { continue };
        let Some(path) = value.as_str().filter(|path| !path.is_empty()) else { continue };
        if resolve(swagger, base, &path).is_none() {
            hits.push(hit(swagger, At::Value(value), target, key).with("path", path));
        }
    }
}
