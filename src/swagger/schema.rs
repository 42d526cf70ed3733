//! Schemas: where each stands, what it is used for, and the walk that finds them.

use crate::source::json::Value;

use super::{Reference, ReferenceKind, ReferenceState, Swagger, Text, is_internal};

/// Where a schema stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPosition {
    /// An entry of `definitions`.
    Definition,
    /// The schema of a body parameter.
    Body,
    /// The schema of a response.
    Response,
    /// The schema of `x-ms-notification-content`.
    Notification,
    /// An entry of `properties`.
    Property,
    /// `items` of an array schema.
    Items,
    /// `additionalProperties` as a schema.
    AdditionalProperties,
    /// A member of `allOf`.
    AllOf,
    /// `items` of a parameter or header that is no body.
    SimpleItems,
}

impl SchemaPosition {
    /// The word for it, as attribute value.
    pub fn word(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Body => "body",
            Self::Response => "response",
            Self::Notification => "notification",
            Self::Property => "property",
            Self::Items => "items",
            Self::AdditionalProperties => "additional-properties",
            Self::AllOf => "all-of",
            Self::SimpleItems => "simple-items",
        }
    }
}

/// What a schema is used for; a shared one may have several roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Reachable from a body parameter.
    Input = 1,
    /// Reachable from a response.
    Output = 2,
    /// Reachable from the content of a webhook notification.
    Notification = 4,
}

/// The thing at the top of the tree a schema belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaOwner<'a> {
    /// An entry of `definitions`, by name.
    Definition(Text<'a>),
    /// A parameter, by index.
    Parameter(u32),
    /// A response, by index.
    Response(u32),
    /// The notification content of a path, by index.
    Notification(u32),
    /// A header, by index.
    Header(u32),
}

/// One schema object.
#[derive(Debug)]
pub struct Schema<'a> {
    /// The schema object.
    pub node: Value<'a>,
    /// Where it stands.
    pub position: SchemaPosition,
    /// Name of the property or definition.
    pub name: Option<Text<'a>>,
    /// The schema around it.
    pub parent: Option<u32>,
    /// Index behind the last schema inside it.
    pub subtree_end: u32,
    /// Bits of [`Role`].
    pub roles: u8,
    /// The definition its `$ref` names, once resolved.
    pub target: Option<u32>,
    /// Whether the schema around it lists it as required.
    pub required: bool,
    /// What it belongs to.
    pub owner: SchemaOwner<'a>,
}

impl Schema<'_> {
    /// Whether it has this role.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles & role as u8 != 0
    }

    /// Whether makers never see it (its own mark; see [`Swagger::is_hidden`] for inherited ones).
    pub fn is_internal(&self) -> bool {
        is_internal(self.node)
    }
}

impl<'a> Swagger<'a> {
    /// Whether a schema or one around it is internal.
    pub fn is_hidden(&self, index: u32) -> bool {
        let mut here = Some(index);
        while let Some(at) = here {
            let schema = &self.schemas[at as usize];
            if schema.is_internal() {
                return true;
            }
            here = schema.parent;
        }
        false
    }

    /// Adds a schema and everything inside it.
    pub(super) fn add_schema(
        &mut self,
        node: Value<'a>,
        position: SchemaPosition,
        name: Option<Text<'a>>,
        parent: Option<u32>,
        owner: &SchemaOwner<'a>,
    ) -> u32 {
        let index = self.schemas.len() as u32;
        let required = match (&name, parent) {
            (Some(name), Some(parent)) if position == SchemaPosition::Property => self.requires(parent, name),
            _ => false,
        };
        self.schemas.push(Schema {
            node,
            position,
            name,
            parent,
            subtree_end: index + 1,
            roles: 0,
            target: None,
            required,
            owner: owner.clone(),
        });
        self.schema_by_node.insert(node.id(), index);
        if let Some(target) = node.get("$ref") {
            self.add_reference(node, target, ReferenceKind::Schema);
        } else {
            self.add_parts(node, index, owner);
        }
        self.schemas[index as usize].subtree_end = self.schemas.len() as u32;
        index
    }

    /// Whether a schema requires a property: itself, or as a member of `allOf` the schema around it or one of its siblings.
    fn requires(&self, index: u32, name: &str) -> bool {
        let schema = &self.schemas[index as usize];
        if lists(schema.node, name) {
            return true;
        }
        match schema.parent.filter(|_| schema.position == SchemaPosition::AllOf) {
            Some(around) => {
                let siblings = self.schemas[around as usize].node.get("allOf");
                siblings.into_iter().flat_map(|all| all.items()).any(|sibling| lists(sibling, name)) || self.requires(around, name)
            }
            None => schema.node.get("allOf").into_iter().flat_map(|all| all.items()).any(|member| lists(member, name)),
        }
    }

    fn add_parts(&mut self, node: Value<'a>, index: u32, owner: &SchemaOwner<'a>) {
        if !node.is_object() {
            return;
        }
        for part in node.children() {
            match part.key().as_deref() {
                Some("properties") if part.is_object() => {
                    for (name, property) in part.members() {
                        if property.is_object() {
                            self.add_schema(property, SchemaPosition::Property, Some(name), Some(index), owner);
                        }
                    }
                }
                Some("items") if part.is_object() => {
                    self.add_schema(part, SchemaPosition::Items, None, Some(index), owner);
                }
                Some("additionalProperties") if part.is_object() => {
                    self.add_schema(part, SchemaPosition::AdditionalProperties, None, Some(index), owner);
                }
                Some("allOf") => {
                    for member in part.items().filter(Value::is_object) {
                        self.add_schema(member, SchemaPosition::AllOf, None, Some(index), owner);
                    }
                }
                _ => {}
            }
        }
    }

    /// Marks everything reachable from the bodies, responses and notifications with its role, and links references.
    pub(super) fn mark_roles(&mut self) {
        for index in 0..self.schemas.len() {
            let node = self.schemas[index].node;
            let target = node.get("$ref").and_then(|target| target.as_str()).and_then(|text| parse_definition(&text));
            let target = target.and_then(|name| self.definitions.get(name.as_str())).and_then(|node| self.schema_by_node.get(&node.id()));
            self.schemas[index].target = target.copied();
        }
        for index in 0..self.schemas.len() as u32 {
            let role = match self.schemas[index as usize].position {
                SchemaPosition::Body => Role::Input,
                SchemaPosition::Response => Role::Output,
                SchemaPosition::Notification => Role::Notification,
                _ => continue,
            };
            let mut open = vec![index];
            while let Some(at) = open.pop() {
                if self.schemas[at as usize].has_role(role) {
                    continue;
                }
                for inner in at..self.schemas[at as usize].subtree_end {
                    let schema = &mut self.schemas[inner as usize];
                    schema.roles |= role as u8;
                    open.extend(schema.target);
                }
            }
        }
    }

    pub(super) fn add_reference(&mut self, node: Value<'a>, target: Value<'a>, kind: ReferenceKind) {
        let state = self.reference_state(target, kind);
        self.references.push(Reference { node, target, kind, state });
    }

    fn reference_state(&self, target: Value<'a>, kind: ReferenceKind) -> ReferenceState {
        let Some(text) = target.as_str() else { return ReferenceState::NotValid };
        if !super::reference::is_valid_fragment_of(&text) {
            return ReferenceState::PointerNotValid;
        }
        let Some(name) = super::parse_reference(&text, kind.section()) else { return ReferenceState::NotValid };
        let found = match kind {
            ReferenceKind::Schema => self.definitions.contains_key(name.as_str()),
            _ => self.root.get(kind.section()).and_then(|section| section.get(&name)).is_some(),
        };
        if found { ReferenceState::Found } else { ReferenceState::NotFound }
    }
}

fn parse_definition(reference: &str) -> Option<String> {
    super::parse_reference(reference, ReferenceKind::Schema.section())
}

/// Whether an object schema lists a property as required.
pub fn lists(schema: Value<'_>, name: &str) -> bool {
    schema.get("required").is_some_and(|required| required.items().any(|item| item.as_str().as_deref() == Some(name)))
}
