//! Names that a person recognises: which operation, which parameter of it, which property of which response.

use super::{Level, Operation, Schema, SchemaOwner, SchemaPosition, Swagger};

impl Swagger<'_> {
    /// An operation by its id, or by method and path where it has none.
    pub fn operation_label(&self, operation: &Operation<'_>) -> String {
        match &operation.id {
            Some(id) => id.to_string(),
            None => format!("{} {}", operation.method.to_uppercase(), self.paths[operation.path as usize].template),
        }
    }

    fn level_label(&self, level: &Level<'_>) -> Option<String> {
        match level {
            Level::Operation(index) => Some(self.operation_label(&self.operations[*index as usize])),
            Level::Path(index) => Some(format!("the path {}", self.paths[*index as usize].template)),
            Level::Shared(_) => None,
        }
    }

    /// E.g. "parameter `q` of ListItems".
    pub fn parameter_label(&self, index: u32) -> String {
        let parameter = &self.parameters[index as usize];
        let name = parameter.name.as_deref().unwrap_or("(unnamed)");
        match (self.level_label(&parameter.level), &parameter.level) {
            (Some(owner), _) => format!("parameter `{name}` of {owner}"),
            (None, Level::Shared(key)) => format!("the shared parameter `{key}`"),
            (None, _) => format!("parameter `{name}`"),
        }
    }

    /// E.g. "response 200 of ListItems".
    pub fn response_label(&self, index: u32) -> String {
        let response = &self.responses[index as usize];
        let status = response.status.as_deref().unwrap_or_default();
        match (self.level_label(&response.level), &response.level) {
            (Some(owner), _) => format!("response {status} of {owner}"),
            (None, Level::Shared(key)) => format!("the shared response `{key}`"),
            (None, _) => format!("response {status}"),
        }
    }

    /// E.g. "property `address.city` of the definition `Customer`" or "the body of CreateItem".
    pub fn schema_label(&self, index: u32) -> String {
        let schema = &self.schemas[index as usize];
        let parent = |schema: &&Schema<'_>| schema.parent.map(|parent| &self.schemas[parent as usize]);
        let around: Vec<&Schema<'_>> = std::iter::successors(Some(schema), parent).collect();
        let (mut path, mut is_at_top) = (String::with_capacity(16 * around.len()), true);
        for schema in around.iter().rev() {
            let step = match schema.position {
                SchemaPosition::Property => schema.name.as_deref().unwrap_or_default(),
                SchemaPosition::Items | SchemaPosition::SimpleItems => "[]",
                SchemaPosition::AdditionalProperties => "*",
                _ => continue,
            };
            if !is_at_top && step != "[]" {
                path.push('.');
            }
            path.push_str(step);
            is_at_top = false;
        }
        let top = around.last().copied().unwrap_or(schema);
        let owner = self.owner_label(&top.owner);
        match (is_at_top, schema.position) {
            (true, _) if matches!(top.position, SchemaPosition::Response) => format!("the schema of {owner}"),
            (true, _) => owner,
            (false, SchemaPosition::Property) => ["property `", &path, "` of ", &owner].concat(),
            (false, SchemaPosition::SimpleItems) => ["the items of ", &owner].concat(),
            (false, _) => ["`", &path, "` of ", &owner].concat(),
        }
    }

    fn owner_label(&self, owner: &SchemaOwner<'_>) -> String {
        match owner {
            SchemaOwner::Definition(name) => format!("the definition `{name}`"),
            SchemaOwner::Parameter(index) => {
                let parameter = &self.parameters[*index as usize];
                match (&parameter.level, parameter.is_body()) {
                    (Level::Operation(operation), true) => {
                        format!("the body of {}", self.operation_label(&self.operations[*operation as usize]))
                    }
                    _ => self.parameter_label(*index),
                }
            }
            SchemaOwner::Response(index) => self.response_label(*index),
            SchemaOwner::Notification(index) => format!("the notification content of {}", self.paths[*index as usize].template),
            SchemaOwner::Header(index) => self.header_label(*index),
        }
    }

    /// E.g. "header `Location` of response 201 of CreateItem".
    pub fn header_label(&self, index: u32) -> String {
        let header = &self.headers[index as usize];
        format!("header `{}` of {}", header.node.key().unwrap_or_default(), self.response_label(header.response))
    }
}
