//! Calls of other operations: `x-ms-dynamic-*` extensions, `x-ms-capabilities`, and the fields that receive webhook addresses.

use crate::source::json::Value;

use super::{SchemaOwner, Swagger, Text};

/// The extension a call stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DynamicExtension {
    /// `x-ms-dynamic-values`
    Values,
    /// `x-ms-dynamic-list`
    List,
    /// `x-ms-dynamic-schema`
    Schema,
    /// `x-ms-dynamic-properties`
    Properties,
    /// `open` or `browse` of `x-ms-dynamic-tree`
    Tree,
    /// `testConnection` of `x-ms-capabilities`
    TestConnection,
    /// `open` or `browse` of the `file-picker` capability
    FilePicker,
}

impl DynamicExtension {
    /// The key of the extension.
    pub fn key(self) -> &'static str {
        match self {
            Self::Values => "x-ms-dynamic-values",
            Self::List => "x-ms-dynamic-list",
            Self::Schema => "x-ms-dynamic-schema",
            Self::Properties => "x-ms-dynamic-properties",
            Self::Tree => "x-ms-dynamic-tree",
            Self::TestConnection => "testConnection",
            Self::FilePicker => "file-picker",
        }
    }

    /// Key of the path to the list in the called operation's response.
    pub fn collection_key(self) -> Option<&'static str> {
        match self {
            Self::Values => Some("value-collection"),
            Self::List | Self::Tree => Some("itemsPath"),
            _ => None,
        }
    }

    /// Keys of paths to single values in the response (in each item, where there is a collection).
    pub fn value_keys(self) -> &'static [&'static str] {
        match self {
            Self::Values => &["value-path", "value-title"],
            Self::List => &["itemValuePath", "itemTitlePath"],
            Self::Schema => &["value-path"],
            Self::Properties => &["itemValuePath"],
            _ => &[],
        }
    }
}

/// One call of another operation.
#[derive(Debug)]
pub struct DynamicCall<'a> {
    /// The extension it stands in.
    pub extension: DynamicExtension,
    /// The object with `operationId` and `parameters`.
    pub node: Value<'a>,
    /// The parameter or schema that carries the extension; the top of the definition for capabilities.
    pub holder: Value<'a>,
    /// `operationId` as written.
    pub operation_id: Option<Value<'a>>,
    /// The called operation, where it exists.
    pub target: Option<u32>,
    /// Operations in which the call is made; empty where that cannot be told (shared definitions).
    pub callers: Vec<u32>,
}

const HOLDER_EXTENSIONS: [DynamicExtension; 4] =
    [DynamicExtension::Values, DynamicExtension::List, DynamicExtension::Schema, DynamicExtension::Properties];

impl<'a> Swagger<'a> {
    pub(super) fn find_dynamic_calls(&mut self) {
        let mut calls = Vec::new();
        for parameter in &self.parameters {
            self.calls_of(parameter.node, &parameter.users, &mut calls);
        }
        for schema in &self.schemas {
            let users: &[u32] = match schema.owner {
                SchemaOwner::Parameter(index) => &self.parameters[index as usize].users,
                SchemaOwner::Response(index) => &self.responses[index as usize].users,
                SchemaOwner::Notification(index) => &self.paths[index as usize].operations,
                _ => &[],
            };
            self.calls_of(schema.node, users, &mut calls);
        }
        if let Some(capabilities) = self.root.get("x-ms-capabilities") {
            if let Some(test) = capabilities.get("testConnection").filter(Value::is_object) {
                calls.push(self.call(DynamicExtension::TestConnection, test, self.root, &[]));
            }
            if let Some(picker) = capabilities.get("file-picker") {
                for step in ["open", "browse"].into_iter().filter_map(|step| picker.get(step)).filter(Value::is_object) {
                    calls.push(self.call(DynamicExtension::FilePicker, step, self.root, &[]));
                }
            }
        }
        calls.sort_by_key(|call| call.node.id());
        self.dynamic_calls = calls;
    }

    fn calls_of(&self, holder: Value<'a>, callers: &[u32], calls: &mut Vec<DynamicCall<'a>>) {
        for member in holder.children() {
            let Some(key) = member.key().filter(|key| key.starts_with("x-ms-dynamic-")) else { continue };
            if !member.is_object() {
                continue;
            }
            if let Some(&extension) = HOLDER_EXTENSIONS.iter().find(|extension| extension.key() == key) {
                calls.push(self.call(extension, member, holder, callers));
            } else if key == DynamicExtension::Tree.key() {
                for step in ["open", "browse"].into_iter().filter_map(|step| member.get(step)).filter(Value::is_object) {
                    calls.push(self.call(DynamicExtension::Tree, step, holder, callers));
                }
            }
        }
    }

    fn call(&self, extension: DynamicExtension, node: Value<'a>, holder: Value<'a>, callers: &[u32]) -> DynamicCall<'a> {
        let operation_id = node.get("operationId");
        let target = operation_id.and_then(|id| id.as_str()).and_then(|id: Text<'a>| self.operation_by_id.get(&id).copied());
        DynamicCall { extension, node, holder, operation_id, target, callers: callers.to_vec() }
    }

    pub(super) fn find_notification_urls(&mut self) {
        let marked = |node: Value<'a>| node.get_bool("x-ms-notification-url") == Some(true);
        let any = self.parameters.iter().any(|parameter| marked(parameter.node)) || self.schemas.iter().any(|schema| marked(schema.node));
        if !any {
            return;
        }
        for index in 0..self.operations.len() {
            let mut found = Vec::new();
            for parameter in self.parameters_of(&self.operations[index]) {
                if marked(parameter.node) {
                    found.push(parameter.node);
                }
                let Some(start) = parameter.schema else { continue };
                let mut open = vec![start];
                let mut seen = Vec::new();
                while let Some(at) = open.pop() {
                    if seen.contains(&at) {
                        continue;
                    }
                    seen.push(at);
                    for schema in &self.schemas[at as usize..self.schemas[at as usize].subtree_end as usize] {
                        open.extend(schema.target);
                        if marked(schema.node) {
                            found.push(schema.node);
                        }
                    }
                }
            }
            found.dedup();
            self.operations[index].notification_urls = found;
        }
    }
}
