//! The one pass over a definition that fills the index.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::source::json::{NodeKind, Value};

use super::{
    Format, Header, Level, METHODS, Operation, Parameter, ParameterUse, PathItem, ReferenceKind, Response, ResponseUse, SchemaOwner,
    SchemaPosition, SecurityRequirement, Swagger, Text, parse_reference,
};

pub(super) fn build(root: Value<'_>) -> Option<Swagger<'_>> {
    if !root.is_object() {
        return None;
    }
    let mut index = Swagger {
        root,
        format: format(root),
        paths: Vec::new(),
        operations: Vec::new(),
        parameters: Vec::new(),
        responses: Vec::new(),
        headers: Vec::new(),
        schemas: Vec::new(),
        references: Vec::new(),
        security_requirements: Vec::new(),
        dynamic_calls: Vec::new(),
        definitions: HashMap::new(),
        schema_by_node: HashMap::new(),
        declared_by_node: OnceLock::new(),
        paths_by_shape: OnceLock::new(),
        operation_by_id: HashMap::new(),
        shared_ids: HashSet::new(),
    };
    if index.format == Format::Swagger2 {
        index.fill();
    }
    Some(index)
}

fn format(root: Value<'_>) -> Format {
    if let Some(version) = root.get("openapi") {
        let version = version.as_str().map_or_else(|| version.raw().to_owned(), Text::into_owned);
        return Format::OpenApi3(version);
    }
    if root.get("swagger").is_some() || root.get("paths").is_some() { Format::Swagger2 } else { Format::Other }
}

impl<'a> Swagger<'a> {
    fn fill(&mut self) {
        let root = self.root;
        self.definitions = section(root, "definitions").collect();
        let mut shared_parameters = HashMap::new();
        let mut shared_responses = HashMap::new();
        // File order of the index follows file order of the sections, so that findings and snapshots read top to bottom.
        for part in root.children() {
            match part.key().as_deref() {
                Some("parameters") => {
                    for (name, node) in part.members().filter(|(_, node)| node.is_object()) {
                        let parameter = self.add_parameter(node, Level::Shared(name.clone()));
                        shared_parameters.insert(name, parameter);
                    }
                }
                Some("responses") => {
                    for (name, node) in part.members().filter(|(_, node)| node.is_object()) {
                        let response = self.add_response(node, Level::Shared(name.clone()), None);
                        shared_responses.insert(name, response);
                    }
                }
                _ => {}
            }
        }
        for part in root.children() {
            match part.key().as_deref() {
                Some("paths") => self.add_paths(part, &shared_parameters, &shared_responses),
                Some("definitions") => {
                    for (name, node) in part.members() {
                        if node.is_object() {
                            self.add_schema(node, SchemaPosition::Definition, Some(name.clone()), None, &SchemaOwner::Definition(name));
                        }
                    }
                }
                Some("security") => self.add_security(part, None),
                _ => {}
            }
        }
        self.mark_roles();
        self.find_dynamic_calls();
        self.find_notification_urls();
    }

    fn add_paths(&mut self, paths: Value<'a>, parameters: &HashMap<Text<'a>, u32>, responses: &HashMap<Text<'a>, u32>) {
        for (template, node) in paths.members() {
            if template.starts_with("x-") || !node.is_object() {
                continue;
            }
            let path = self.paths.len() as u32;
            if let Some(target) = node.get("$ref") {
                self.add_reference(node, target, ReferenceKind::PathItem);
            }
            let notification_content = node.get("x-ms-notification-content");
            self.paths.push(PathItem { template, node, operations: Vec::new(), notification_content, braces: OnceLock::new() });
            let shared: Vec<ParameterUse<'a>> =
                node.get("parameters").map(|list| self.add_parameter_list(list, &Level::Path(path), parameters)).unwrap_or_default();
            if let Some(schema) = notification_content.and_then(|content| content.get("schema")).filter(Value::is_object) {
                self.add_schema(schema, SchemaPosition::Notification, None, None, &SchemaOwner::Notification(path));
            }
            for (method, operation) in node.members() {
                let Some(&method) = METHODS.iter().find(|&&known| known == method) else { continue };
                if operation.is_object() {
                    self.add_operation(path, method, operation, &shared, parameters, responses);
                }
            }
        }
    }

    fn add_operation(
        &mut self,
        path: u32,
        method: &'static str,
        node: Value<'a>,
        shared: &[ParameterUse<'a>],
        parameters: &HashMap<Text<'a>, u32>,
        responses: &HashMap<Text<'a>, u32>,
    ) {
        let index = self.operations.len() as u32;
        let id = node.get_str("operationId").filter(|id| !id.trim().is_empty());
        if let Some(id) = &id {
            if self.operation_by_id.contains_key(id) {
                self.shared_ids.insert(id.clone());
            } else {
                self.operation_by_id.insert(id.clone(), index);
            }
        }
        self.paths[path as usize].operations.push(index);
        self.operations.push(Operation {
            node,
            path,
            method,
            id,
            internal: super::is_internal(node),
            trigger: node.get_str("x-ms-trigger"),
            parameters: Vec::new(),
            responses: Vec::new(),
            notification_urls: Vec::new(),
        });
        let mut used =
            node.get("parameters").map(|list| self.add_parameter_list(list, &Level::Operation(index), parameters)).unwrap_or_default();
        let own: Vec<_> = used.iter().filter_map(|used| self.identity(used)).collect();
        used.extend(shared.iter().filter(|used| self.identity(used).is_none_or(|identity| !own.contains(&identity))).copied());
        for parameter in used.iter().filter_map(|used| used.parameter) {
            self.parameters[parameter as usize].users.push(index);
        }
        let answers = node.get("responses").map(|list| self.add_responses(list, index, responses)).unwrap_or_default();
        let operation = &mut self.operations[index as usize];
        operation.parameters = used;
        operation.responses = answers;
        if let Some(security) = node.get("security") {
            self.add_security(security, Some(index));
        }
    }

    fn identity(&self, used: &ParameterUse<'a>) -> Option<(Text<'a>, Text<'a>)> {
        let parameter = &self.parameters[used.parameter? as usize];
        Some((parameter.name.clone()?, parameter.location.clone()?))
    }

    fn add_parameter_list(&mut self, list: Value<'a>, level: &Level<'a>, shared: &HashMap<Text<'a>, u32>) -> Vec<ParameterUse<'a>> {
        let from_path = matches!(level, Level::Path(_));
        let mut used = Vec::new();
        for node in list.items().filter(Value::is_object) {
            let parameter = match node.get("$ref") {
                Some(target) => {
                    self.add_reference(node, target, ReferenceKind::Parameter);
                    target
                        .as_str()
                        .and_then(|text| parse_reference(&text, "parameters"))
                        .and_then(|name| shared.get(name.as_str()).copied())
                }
                None => Some(self.add_parameter(node, level.clone())),
            };
            used.push(ParameterUse { node, parameter, from_path });
        }
        used
    }

    fn add_parameter(&mut self, node: Value<'a>, level: Level<'a>) -> u32 {
        let index = self.parameters.len() as u32;
        if let (Level::Shared(_), Some(target)) = (&level, node.get("$ref")) {
            self.add_reference(node, target, ReferenceKind::Parameter);
        }
        let owner = SchemaOwner::Parameter(index);
        self.parameters.push(Parameter {
            node,
            level,
            name: node.get_str("name"),
            location: node.get_str("in"),
            schema: None,
            users: Vec::new(),
        });
        if let Some(schema) = node.get("schema").filter(Value::is_object) {
            self.parameters[index as usize].schema = Some(self.add_schema(schema, SchemaPosition::Body, None, None, &owner));
        }
        if let Some(items) = node.get("items").filter(Value::is_object) {
            self.add_schema(items, SchemaPosition::SimpleItems, None, None, &owner);
        }
        index
    }

    fn add_responses(&mut self, list: Value<'a>, operation: u32, shared: &HashMap<Text<'a>, u32>) -> Vec<ResponseUse<'a>> {
        let mut used = Vec::new();
        for (status, node) in list.members() {
            if status.starts_with("x-") || node.kind() != NodeKind::Object {
                continue;
            }
            let response = match node.get("$ref") {
                Some(target) => {
                    self.add_reference(node, target, ReferenceKind::Response);
                    target.as_str().and_then(|text| parse_reference(&text, "responses")).and_then(|name| shared.get(name.as_str()).copied())
                }
                None => Some(self.add_response(node, Level::Operation(operation), Some(status.clone()))),
            };
            if let Some(response) = response {
                let response = &mut self.responses[response as usize];
                response.users.push(operation);
                response.status.get_or_insert_with(|| status.clone());
            }
            used.push(ResponseUse { status, node, response });
        }
        used
    }

    fn add_response(&mut self, node: Value<'a>, level: Level<'a>, status: Option<Text<'a>>) -> u32 {
        let index = self.responses.len() as u32;
        if let (Level::Shared(_), Some(target)) = (&level, node.get("$ref")) {
            self.add_reference(node, target, ReferenceKind::Response);
        }
        self.responses.push(Response { node, level, status, schema: None, users: Vec::new() });
        if let Some(schema) = node.get("schema").filter(Value::is_object) {
            self.responses[index as usize].schema =
                Some(self.add_schema(schema, SchemaPosition::Response, None, None, &SchemaOwner::Response(index)));
        }
        for (_, header) in node.get("headers").into_iter().flat_map(|headers| headers.members()) {
            if header.is_object() {
                let number = self.headers.len() as u32;
                self.headers.push(Header { node: header, response: index });
                if let Some(items) = header.get("items").filter(Value::is_object) {
                    self.add_schema(items, SchemaPosition::SimpleItems, None, None, &SchemaOwner::Header(number));
                }
            }
        }
        index
    }

    fn add_security(&mut self, list: Value<'a>, operation: Option<u32>) {
        for requirement in list.items() {
            self.security_requirements.extend(requirement.members().map(|(_, node)| SecurityRequirement { node, operation }));
        }
    }
}

/// The members of a section at the top of the definition.
fn section<'a>(root: Value<'a>, name: &str) -> impl Iterator<Item = (Text<'a>, Value<'a>)> + use<'a> {
    root.get(name).into_iter().flat_map(|section| section.members())
}
