//! The definition indexed once: operations with effective parameters, schemas by role, references and dynamic calls, all with places.

mod braces;
mod build;
mod dynamic;
mod label;
mod object;
mod object_fault;
mod reference;
mod schema;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::source::json::Value;

pub use braces::{Braces, shape, variables};
pub use dynamic::{DynamicCall, DynamicExtension};
pub use object::{Object, object_around};
pub use object_fault::{Misfit, ObjectFault, object_faults};
pub use reference::{ReferenceKind, ReferenceState, parse_reference};
pub use schema::{Role, Schema, SchemaOwner, SchemaPosition, lists as requires};

/// HTTP methods of a path item, in the order in which the Swagger Validator visits them.
pub const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Text borrowed from the file where it has no escapes.
pub type Text<'a> = Cow<'a, str>;

/// What the top of a definition file says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// `"swagger": "2.0"`, or no version but paths: read as Swagger 2.0.
    Swagger2,
    /// An OpenAPI 3 document, with the version as written.
    OpenApi3(String),
    /// Another JSON document.
    Other,
}

/// One key of `paths`.
#[derive(Debug)]
pub struct PathItem<'a> {
    /// The path template, e.g. `/items/{id}`.
    pub template: Text<'a>,
    /// The path item object.
    pub node: Value<'a>,
    /// Operations below it, as indices of [`Swagger::operations`].
    pub operations: Vec<u32>,
    /// `x-ms-notification-content` beside the methods.
    pub notification_content: Option<Value<'a>>,
    braces: OnceLock<Braces>,
}

impl PathItem<'_> {
    /// The braces of its template.
    pub fn braces(&self) -> &Braces {
        self.braces.get_or_init(|| Braces::of(&self.template))
    }
}

/// One method of one path.
#[derive(Debug)]
pub struct Operation<'a> {
    /// The operation object.
    pub node: Value<'a>,
    /// Index of its path item.
    pub path: u32,
    /// HTTP method, lower-case.
    pub method: &'static str,
    /// `operationId`, when it is a non-blank string.
    pub id: Option<Text<'a>>,
    /// Whether `x-ms-visibility` is `internal`.
    pub internal: bool,
    /// `x-ms-trigger`, as written.
    pub trigger: Option<Text<'a>>,
    /// Effective parameters: the operation's own, and those of the path it does not override.
    pub parameters: Vec<ParameterUse<'a>>,
    /// Its responses, as indices of [`Swagger::responses`].
    pub responses: Vec<ResponseUse<'a>>,
    /// Fields marked `x-ms-notification-url: true` in its parameters.
    pub notification_urls: Vec<Value<'a>>,
}

/// A parameter as one operation uses it.
#[derive(Debug, Clone, Copy)]
pub struct ParameterUse<'a> {
    /// The entry of the `parameters` array: the parameter itself or a `$ref`.
    pub node: Value<'a>,
    /// The declared parameter, where the reference resolves.
    pub parameter: Option<u32>,
    /// Whether it stands at the path rather than at the operation.
    pub from_path: bool,
}

/// A response as one operation uses it.
#[derive(Debug, Clone)]
pub struct ResponseUse<'a> {
    /// The status code or `default`.
    pub status: Text<'a>,
    /// The entry of `responses`: the response itself or a `$ref`.
    pub node: Value<'a>,
    /// The declared response, where the reference resolves.
    pub response: Option<u32>,
}

/// Where a parameter or response is declared.
#[derive(Debug, Clone, PartialEq)]
pub enum Level<'a> {
    /// In the list of an operation (its index).
    Operation(u32),
    /// In the list of a path item (its index).
    Path(u32),
    /// Shared, under a name at the top of the definition.
    Shared(Text<'a>),
}

/// A declared parameter: every object once, however many operations use it.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// The parameter object.
    pub node: Value<'a>,
    /// Where it is declared.
    pub level: Level<'a>,
    /// `name`
    pub name: Option<Text<'a>>,
    /// `in`
    pub location: Option<Text<'a>>,
    /// The body schema, as index of [`Swagger::schemas`].
    pub schema: Option<u32>,
    /// Operations that use it.
    pub users: Vec<u32>,
}

impl Parameter<'_> {
    /// Whether it is sent as the request body.
    pub fn is_body(&self) -> bool {
        self.location.as_deref() == Some("body")
    }

    /// Whether makers never see it.
    pub fn is_internal(&self) -> bool {
        is_internal(self.node)
    }
}

/// A declared response: every object once.
#[derive(Debug)]
pub struct Response<'a> {
    /// The response object.
    pub node: Value<'a>,
    /// Where it is declared.
    pub level: Level<'a>,
    /// Status code or `default`; for shared responses that of its first use.
    pub status: Option<Text<'a>>,
    /// The schema, as index of [`Swagger::schemas`].
    pub schema: Option<u32>,
    /// Operations that use it.
    pub users: Vec<u32>,
}

/// A header of a response.
#[derive(Debug)]
pub struct Header<'a> {
    /// The header object.
    pub node: Value<'a>,
    /// Index of its response.
    pub response: u32,
}

/// An object that holds a `$ref`.
#[derive(Debug)]
pub struct Reference<'a> {
    /// The object that holds the `$ref`.
    pub node: Value<'a>,
    /// The value of `$ref`.
    pub target: Value<'a>,
    /// What may stand here.
    pub kind: ReferenceKind,
    /// Whether it resolves.
    pub state: ReferenceState,
}

/// One name inside a security requirement object.
#[derive(Debug)]
pub struct SecurityRequirement<'a> {
    /// The value beside the name: the list of scopes.
    pub node: Value<'a>,
    /// The operation it stands at; `None` at the top of the definition.
    pub operation: Option<u32>,
}

/// The index of one definition. Everything borrows from the parsed file.
#[derive(Debug)]
pub struct Swagger<'a> {
    /// The top object.
    pub root: Value<'a>,
    /// What the file says it is.
    pub format: Format,
    /// Path items in file order.
    pub paths: Vec<PathItem<'a>>,
    /// Operations in file order.
    pub operations: Vec<Operation<'a>>,
    /// Declared parameters.
    pub parameters: Vec<Parameter<'a>>,
    /// Declared responses.
    pub responses: Vec<Response<'a>>,
    /// Headers of responses.
    pub headers: Vec<Header<'a>>,
    /// Every schema object once, each before the schemas inside it.
    pub schemas: Vec<Schema<'a>>,
    /// Every `$ref`.
    pub references: Vec<Reference<'a>>,
    /// Security requirements of the definition and its operations.
    pub security_requirements: Vec<SecurityRequirement<'a>>,
    /// Calls of other operations out of `x-ms-dynamic-*` and `x-ms-capabilities`.
    pub dynamic_calls: Vec<DynamicCall<'a>>,
    /// `definitions` by name.
    pub definitions: HashMap<Text<'a>, Value<'a>>,
    schema_by_node: HashMap<u32, u32>,
    declared_by_node: OnceLock<HashMap<u32, Declared>>,
    paths_by_shape: OnceLock<HashMap<String, Vec<u32>>>,
    operation_by_id: HashMap<Text<'a>, u32>,
    /// Ids that several operations have.
    shared_ids: HashSet<Text<'a>>,
}

/// What an object declares, by its number in the list of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// A path item.
    Path(u32),
    /// A response.
    Response(u32),
    /// An operation.
    Operation(u32),
    /// A parameter.
    Parameter(u32),
}

impl<'a> Swagger<'a> {
    /// Indexes a definition. `None` when the file holds no JSON object.
    pub fn build(root: Value<'a>) -> Option<Self> {
        build::build(root)
    }

    /// The operation with this id (exact spelling).
    pub fn operation(&self, id: &str) -> Option<&Operation<'a>> {
        self.operation_by_id.get(id).map(|&index| &self.operations[index as usize])
    }

    /// Whether several operations have this id (exact spelling).
    pub fn is_shared(&self, id: &str) -> bool {
        self.shared_ids.contains(id)
    }

    /// Number of the schema whose object is this node.
    pub fn schema_at(&self, node: Value<'_>) -> Option<u32> {
        self.schema_by_node.get(&node.id()).copied()
    }

    /// What an object of the definition declares.
    pub fn declared_at(&self, node: Value<'_>) -> Option<Declared> {
        if !std::ptr::eq(node.tree(), self.root.tree()) {
            return None;
        }
        let by_node = self.declared_by_node.get_or_init(|| {
            let paths = (0..).zip(&self.paths).map(|(number, path)| (path.node, Declared::Path(number)));
            let responses = (0..).zip(&self.responses).map(|(number, response)| (response.node, Declared::Response(number)));
            let operations = (0..).zip(&self.operations).map(|(number, operation)| (operation.node, Declared::Operation(number)));
            let parameters = (0..).zip(&self.parameters).map(|(number, parameter)| (parameter.node, Declared::Parameter(number)));
            paths.chain(responses).chain(operations).chain(parameters).map(|(node, declared)| (node.id(), declared)).collect()
        });
        by_node.get(&node.id()).copied()
    }

    /// The paths, by number, that are the same as a template apart from case, the names of variables and what follows a `?` or `#`.
    pub fn paths_of_shape(&self, template: &str) -> &[u32] {
        let by_shape = self.paths_by_shape.get_or_init(|| {
            let mut by_shape: HashMap<String, Vec<u32>> = HashMap::new();
            for (number, path) in (0..).zip(&self.paths) {
                let template = path.template.split(['?', '#']).next().unwrap_or_default();
                by_shape.entry(braces::shape(template)).or_default().push(number);
            }
            by_shape
        });
        by_shape.get(&braces::shape(template)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Follows `$ref`s from a schema object to the object they end in; `None` when they lead nowhere or in a circle.
    pub fn resolve_schema(&self, node: Value<'a>) -> Option<Value<'a>> {
        let mut here = node;
        for _ in 0..64 {
            let Some(target) = here.get("$ref") else { return Some(here) };
            let name = parse_reference(&target.as_str()?, "definitions")?;
            here = *self.definitions.get(name.as_str())?;
        }
        None
    }

    /// The path item of an operation.
    pub fn path_of(&self, operation: &Operation<'a>) -> &PathItem<'a> {
        &self.paths[operation.path as usize]
    }

    /// Media types an operation accepts (`consumes`) or returns (`produces`): its own list, else the definition's.
    pub fn media_types(&self, operation: &Operation<'a>, list: &str) -> Vec<Text<'a>> {
        let list = operation.node.get(list).or_else(|| self.root.get(list));
        list.map(|list| list.items().filter_map(|item| item.as_str()).collect()).unwrap_or_default()
    }

    /// The declared parameters an operation uses.
    pub fn parameters_of<'s>(&'s self, operation: &'s Operation<'a>) -> impl Iterator<Item = &'s Parameter<'a>> {
        operation.parameters.iter().filter_map(|used| Some(&self.parameters[used.parameter? as usize]))
    }

    /// Whether an operation subscribes to a webhook: a trigger whose path describes the notification.
    pub fn is_webhook(&self, operation: &Operation<'a>) -> bool {
        operation.trigger.is_some() && (self.path_of(operation).notification_content.is_some() || !operation.notification_urls.is_empty())
    }
}

/// Whether an object carries `x-ms-visibility: internal`.
pub fn is_internal(node: Value<'_>) -> bool {
    node.get("x-ms-visibility").is_some_and(|visibility| visibility.raw() == "\"internal\"")
}
