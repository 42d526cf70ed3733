//! The object model of Swagger 2.0: which members each object may have, and the JSON type of each.

use serde::Deserialize;

use crate::source::json::{NodeKind, Value};

/// An object of Swagger 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Object {
    /// The top of the definition.
    Definition,
    /// `info`
    Info,
    /// `info.contact`
    Contact,
    /// `info.license`
    License,
    /// A path.
    PathItem,
    /// An operation.
    Operation,
    /// `externalDocs`
    ExternalDocs,
    /// A body parameter.
    BodyParameter,
    /// Any other parameter.
    Parameter,
    /// `items` of a parameter or header.
    Items,
    /// A response.
    Response,
    /// A response header.
    Header,
    /// A tag.
    Tag,
    /// A schema.
    Schema,
    /// `xml` of a schema.
    Xml,
    /// A security definition.
    SecurityDefinition,
}

/// What a member may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    Text,
    Flag,
    Number,
    Texts,
    List,
    Is(Object),
    ListOf(Object),
    MapOf(Object),
    /// An object with names of the author's own and free values.
    Map,
    /// `parameters`: body parameters and others, told apart by `in`.
    ParameterList,
    ParameterMap,
    /// `additionalProperties`
    SchemaOrFlag,
    /// `security`
    Requirements,
    /// `responses` of an operation.
    Responses,
}

use Shape::{
    Any, Flag, Is, List, ListOf, Map, MapOf, Number, ParameterList, ParameterMap, Requirements, Responses, SchemaOrFlag, Text, Texts,
};

impl Shape {
    /// Whether a value has the JSON type, and the words for it; `None` when every value will do.
    pub(super) fn demand(self, value: Value<'_>) -> Option<(bool, &'static str)> {
        Some(match self {
            Any => return None,
            Text => (value.kind() == NodeKind::String, "a text in quotes"),
            Flag => (value.kind() == NodeKind::Boolean, "true or false without quotes"),
            Number => (value.kind() == NodeKind::Number, "a number without quotes"),
            Texts | List | ListOf(_) | ParameterList | Requirements => (value.is_array(), "a list in square brackets"),
            Is(_) | MapOf(_) | Map | ParameterMap | Responses => (value.is_object(), "an object in braces"),
            SchemaOrFlag => (value.is_object() || value.kind() == NodeKind::Boolean, "an object in braces, or true or false"),
        })
    }
}

/// Members that parameters, items and headers share.
const SIMPLE: &[(&str, Shape)] = &[
    ("type", Text),
    ("format", Text),
    ("items", Is(Object::Items)),
    ("collectionFormat", Text),
    ("default", Any),
    ("maximum", Number),
    ("exclusiveMaximum", Flag),
    ("minimum", Number),
    ("exclusiveMinimum", Flag),
    ("maxLength", Number),
    ("minLength", Number),
    ("pattern", Text),
    ("maxItems", Number),
    ("minItems", Number),
    ("uniqueItems", Flag),
    ("enum", List),
    ("multipleOf", Number),
];

impl Object {
    /// Every object.
    pub const ALL: [Self; 16] = [
        Self::Definition,
        Self::Info,
        Self::Contact,
        Self::License,
        Self::PathItem,
        Self::Operation,
        Self::ExternalDocs,
        Self::BodyParameter,
        Self::Parameter,
        Self::Items,
        Self::Response,
        Self::Header,
        Self::Tag,
        Self::Schema,
        Self::Xml,
        Self::SecurityDefinition,
    ];

    /// Members of its own, and whether those of [`SIMPLE`] belong to it too.
    fn members(self) -> (&'static [(&'static str, Shape)], bool) {
        match self {
            Self::Definition => (
                &[
                    ("swagger", Any),
                    ("info", Is(Object::Info)),
                    ("host", Text),
                    ("basePath", Text),
                    ("schemes", Texts),
                    ("consumes", Texts),
                    ("produces", Texts),
                    ("paths", MapOf(Object::PathItem)),
                    ("definitions", MapOf(Object::Schema)),
                    ("parameters", ParameterMap),
                    ("responses", MapOf(Object::Response)),
                    ("securityDefinitions", MapOf(Object::SecurityDefinition)),
                    ("security", Requirements),
                    ("tags", ListOf(Object::Tag)),
                    ("externalDocs", Is(Object::ExternalDocs)),
                ],
                false,
            ),
            Self::Info => (
                &[
                    ("title", Text),
                    ("description", Text),
                    ("termsOfService", Text),
                    ("contact", Is(Object::Contact)),
                    ("license", Is(Object::License)),
                    ("version", Text),
                ],
                false,
            ),
            Self::Contact => (&[("name", Text), ("url", Text), ("email", Text)], false),
            Self::License => (&[("name", Text), ("url", Text)], false),
            Self::PathItem => (
                &[
                    ("$ref", Text),
                    ("get", Is(Object::Operation)),
                    ("put", Is(Object::Operation)),
                    ("post", Is(Object::Operation)),
                    ("delete", Is(Object::Operation)),
                    ("options", Is(Object::Operation)),
                    ("head", Is(Object::Operation)),
                    ("patch", Is(Object::Operation)),
                    ("parameters", ParameterList),
                ],
                false,
            ),
            Self::Operation => (
                &[
                    ("tags", Texts),
                    ("summary", Text),
                    ("description", Text),
                    ("externalDocs", Is(Object::ExternalDocs)),
                    ("operationId", Text),
                    ("consumes", Texts),
                    ("produces", Texts),
                    ("parameters", ParameterList),
                    ("responses", Responses),
                    ("schemes", Texts),
                    ("deprecated", Flag),
                    ("security", Requirements),
                ],
                false,
            ),
            Self::ExternalDocs => (&[("description", Text), ("url", Text)], false),
            Self::BodyParameter => {
                (&[("name", Text), ("in", Text), ("description", Text), ("required", Flag), ("schema", Is(Object::Schema))], false)
            }
            Self::Parameter => {
                (&[("name", Text), ("in", Text), ("description", Text), ("required", Flag), ("allowEmptyValue", Flag)], true)
            }
            Self::Items => (&[], true),
            Self::Response => {
                (&[("description", Text), ("schema", Is(Object::Schema)), ("headers", MapOf(Object::Header)), ("examples", Map)], false)
            }
            Self::Header => (&[("description", Text)], true),
            Self::Tag => (&[("name", Text), ("description", Text), ("externalDocs", Is(Object::ExternalDocs))], false),
            Self::Schema => (
                &[
                    ("$ref", Text),
                    ("title", Text),
                    ("description", Text),
                    ("items", Is(Object::Schema)),
                    ("maxProperties", Number),
                    ("minProperties", Number),
                    ("required", Texts),
                    ("allOf", ListOf(Object::Schema)),
                    ("properties", MapOf(Object::Schema)),
                    ("additionalProperties", SchemaOrFlag),
                    ("discriminator", Any),
                    ("readOnly", Flag),
                    ("xml", Is(Object::Xml)),
                    ("externalDocs", Is(Object::ExternalDocs)),
                    ("example", Any),
                    ("filterFunctions", Any),
                ],
                true,
            ),
            Self::Xml => (&[("name", Text), ("namespace", Text), ("prefix", Text), ("attribute", Flag), ("wrapped", Flag)], false),
            Self::SecurityDefinition => (
                &[
                    ("type", Text),
                    ("description", Text),
                    ("name", Text),
                    ("in", Text),
                    ("flow", Text),
                    ("authorizationUrl", Text),
                    ("tokenUrl", Text),
                    ("scopes", Map),
                ],
                false,
            ),
        }
    }

    pub(super) fn shape(self, member: &str) -> Option<Shape> {
        let (own, simple) = self.members();
        let simple = if simple { SIMPLE } else { &[] };
        own.iter().chain(simple).find(|(name, _)| *name == member).map(|&(_, shape)| shape)
    }

    /// Whether a member of this name may hold a value; true for names it does not know.
    pub fn takes(self, name: &str, value: Value<'_>) -> bool {
        self.shape(name).and_then(|shape| shape.demand(value)).is_none_or(|(fits, _)| fits)
    }

    /// The members it may have.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let (own, simple) = self.members();
        let simple = if simple { SIMPLE } else { &[] };
        own.iter().chain(simple).map(|&(name, _)| name)
    }

    /// The words for it in findings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Definition => "the definition",
            Self::Info => "the info section",
            Self::Contact => "the contact",
            Self::License => "the license",
            Self::PathItem => "a path",
            Self::Operation => "an operation",
            Self::ExternalDocs => "external documentation",
            Self::BodyParameter => "a body parameter",
            Self::Parameter => "a parameter",
            Self::Items => "the items of a parameter",
            Self::Response => "a response",
            Self::Header => "a header",
            Self::Tag => "a tag",
            Self::Schema => "a schema",
            Self::Xml => "the xml section",
            Self::SecurityDefinition => "a security definition",
        }
    }
}

/// The object of Swagger 2.0 whose member a value is; `None` in free data, in extensions and for the entries of lists and maps.
pub fn object_around(member: Value<'_>) -> Option<Object> {
    let mut way = vec![member];
    while let Some(parent) = way.last().and_then(Value::parent) {
        way.push(parent);
    }
    way.pop();
    let mut object = Object::Definition;
    loop {
        let step = way.pop()?;
        let shape = object.shape(&step.key()?);
        if way.is_empty() {
            return Some(object);
        }
        object = match shape? {
            Is(inner) => inner,
            SchemaOrFlag => Object::Schema,
            entries @ (ListOf(_) | MapOf(_) | Responses | ParameterMap | ParameterList) => {
                let entry = way.pop()?;
                match entries {
                    ListOf(inner) | MapOf(inner) => inner,
                    Responses => Object::Response,
                    _ => parameter_kind(entry),
                }
            }
            _ => return None,
        };
        if way.is_empty() {
            return None;
        }
    }
}

/// What an entry of `parameters` is.
pub(super) fn parameter_kind(node: Value<'_>) -> Object {
    if node.get_str("in").as_deref() == Some("body") { Object::BodyParameter } else { Object::Parameter }
}
