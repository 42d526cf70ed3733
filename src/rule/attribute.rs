//! What a rule can ask about a thing beyond its raw members, and name in its message.

use serde::{Deserialize, Serialize, de};

/// An attribute of a thing: worked out by the index, so that rules need not know how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// What is written in the newer version; `none` where nothing is, `any` for a type.
    After,
    /// Whether every operation of the path is internal.
    AllInternal,
    /// Why an artifact could not be read; absent when it could.
    Problem,
    /// Which artifact a file is: definition, properties, settings, icon, script, readme, intro; `other` for further files.
    Artifact,
    /// Whether it is sent without anybody's doing: it is internal and has a default.
    Automatic,
    /// What was written in the older version; `none` where nothing was, `any` for a type.
    Before,
    /// `type` of the request body, references followed.
    BodyType,
    /// Types of the request bodies of all operations, each once, separated by blanks; `unknown` for one that says none.
    BodyTypes,
    /// Size in bytes.
    Bytes,
    /// The expected spelling of the file's name.
    Canonical,
    /// Whether the entry is itself a reference, so that references chain.
    Chained,
    /// Media types of the effective `consumes`, separated by blanks.
    Consumes,
    /// Whether the security definition a requirement names exists.
    Defined,
    /// Whether the operation is deprecated.
    Deprecated,
    /// What is otherwise than in the older version: operation-deleted, input-type-changed, ...
    Difference,
    /// Whether a response's schema is dynamic (x-ms-dynamic-schema or -properties).
    DynamicResponse,
    /// What a directory entry is: file, folder, link-outside, special.
    EntryKind,
    /// The extension of a dynamic call, or of a file name.
    Extension,
    /// Whether the entry is a folder.
    Folder,
    /// Whether the called operation exists.
    Found,
    /// What the file is: swagger-2, openapi-3, other; for an icon: PNG, JPEG, ...
    Format,
    /// Whether the connector asks for credentials.
    HasAuthentication,
    /// Whether the schema of the response, or one of its properties, is a list.
    HasArray,
    /// Whether the operation has a body parameter.
    HasBody,
    /// Whether a dynamichosturl policy replaces the host.
    HasDynamicHost,
    /// Whether a form parameter is a file.
    HasFileParameter,
    /// Whether the operation has form parameters.
    HasFormData,
    /// Whether a connection parameter asks for an on-premises gateway.
    HasGateway,
    /// Whether the path has x-ms-notification-content.
    HasNotificationContent,
    /// Whether the response has a schema.
    HasSchema,
    /// Whether a script file lies in the folder.
    HasScript,
    /// Whether apiProperties.json has scriptOperations.
    HasScriptOperations,
    /// Whether securityDefinitions has entries.
    HasSecurityDefinitions,
    /// Height in pixels.
    Height,
    /// Whether the thing, or one around it, is internal; for a connection parameter: constraints.hidden.
    Hidden,
    /// What carries the extension or text, by the name people know it under.
    Holder,
    /// Where a parameter is sent: query, header, path, formData, body.
    In,
    /// Whether the schema is reachable from a request body.
    Input,
    /// Whether x-ms-visibility is internal.
    Internal,
    /// Whether the extension is one the platform knows.
    Known,
    /// Where it is declared: operation, path, shared; for lists and requirements: definition or operation.
    Level,
    /// `consumes` or `produces`.
    List,
    /// HTTP method in capitals.
    Method,
    /// The name: of a parameter, property, definition, header, file, tag, path, status code, ...; for the connector that of its folder.
    Name,
    /// Whether settings.json names a script.
    NamesScript,
    /// The known extension that is spelt most like this one, when close; for a reference in the form of OpenAPI 3 the one that is meant.
    Nearest,
    /// Whether the schema is reachable from a webhook's notification.
    Notification,
    /// Number of fields that receive the webhook's address.
    NotificationUrls,
    /// Whether `default` is the only response.
    OnlyDefault,
    /// The operation, by id or by method and path.
    Operation,
    /// Whether every operation that uses it is internal.
    OperationInternal,
    /// Number of operations.
    Operations,
    /// Whether the schema is reachable from a response.
    Output,
    /// Whether a pollingtrigger policy names the operation.
    PollingPolicy,
    /// Where a schema stands: definition, body, response, notification, property, items, additional-properties, all-of, simple-items.
    Position,
    /// Media types of the effective `produces`, separated by blanks.
    Produces,
    /// The identity provider.
    Provider,
    /// Whether the schema is only a `$ref`.
    Referenced,
    /// Whether it must be given: `required: true`, or listed by the schema around it.
    Required,
    /// Number of responses with a schema.
    ResponseSchemas,
    /// The parameter set it belongs to; absent for single ones.
    Set,
    /// Whether the `$ref` has other members beside it.
    Siblings,
    /// Whether a reference resolves: found, not-found, not-valid, pointer-not-valid.
    State,
    /// Status codes of the responses, separated by blanks.
    Statuses,
    /// Whether the status code is 2xx.
    Success,
    /// Number of 2xx responses with a schema, for a response those of its operation; absent when one of them is a reference that leads nowhere.
    SuccessSchemas,
    /// Whether the operation has a 2xx response.
    SuccessStatus,
    /// What a reference must point at (schema, parameter, response, path), or the called operation.
    Target,
    /// HTTP method of the called operation, in capitals.
    TargetMethod,
    /// The policy template, in lower case.
    Template,
    /// x-ms-trigger.
    Trigger,
    /// Number of triggers.
    Triggers,
    /// `type` as written.
    Type,
    /// Number of files and folders beyond those that were looked at; absent when all were.
    Unlisted,
    /// Whether anything uses it.
    Used,
    /// The version as written.
    Version,
    /// Number of operations that makers see.
    VisibleOperations,
    /// Whether the operation subscribes to a webhook.
    Webhook,
    /// Number of webhook triggers.
    Webhooks,
    /// Width in pixels.
    Width,
}

impl Attribute {
    /// The name in rule files and message templates.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The attribute of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::deserialize(de::value::StrDeserializer::<de::value::Error>::new(name)).ok()
    }
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue<'a> {
    /// It does not apply here.
    Absent,
    /// Yes or no.
    Bool(bool),
    /// A count or size.
    Number(i64),
    /// A name.
    Text(std::borrow::Cow<'a, str>),
}

impl<'a> From<bool> for AttributeValue<'a> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<usize> for AttributeValue<'a> {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for AttributeValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<String> for AttributeValue<'a> {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<std::borrow::Cow<'a, str>> for AttributeValue<'a> {
    fn from(value: std::borrow::Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a, T: Into<AttributeValue<'a>>> From<Option<T>> for AttributeValue<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl std::fmt::Display for AttributeValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}
