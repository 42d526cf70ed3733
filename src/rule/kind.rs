//! The kinds of things in a connector that a rule can ask for.

use serde::{Deserialize, Serialize};

use super::attribute::Attribute;
use crate::connector::Artifact;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: [$($attribute:ident),* $(,)?],)*) => {
        /// A kind of thing in a connector. Each thing meets only the rules that ask for its kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// What a rule can ask of this kind with `where`, and say in a message.
            pub fn attributes(self) -> &'static [Attribute] {
                match self {
                    $(Kind::$name => &[$(Attribute::$attribute,)*],)*
                }
            }
        }
    };
}

kinds! {
    /// The connector as a whole; findings lie at the folder unless the check says otherwise.
    Connector: [Name, HasScript, HasScriptOperations, NamesScript, Webhooks, Triggers, HasGateway, Unlisted],
    /// A file of the folder, artifact or not.
    File: [Name, Artifact, Extension, Canonical, Folder, EntryKind, Problem, Bytes],
    /// A definition, properties or settings file, as JSON text.
    JsonFile: [Artifact],
    /// The top of the definition.
    Definition: [Name, Format, Version, Operations, VisibleOperations, Webhooks, Triggers, HasSecurityDefinitions, HasDynamicHost, HasGateway],
    /// `info`
    Info: [],
    /// `info.contact`
    Contact: [],
    /// `info.license`
    License: [],
    /// An `externalDocs` object.
    ExternalDocs: [],
    /// An entry of the definition's `tags`.
    Tag: [],
    /// `x-ms-connector-metadata`
    Metadata: [],
    /// An entry of `x-ms-connector-metadata`.
    MetadataEntry: [Name],
    /// A path of the definition.
    Path: [Name, HasNotificationContent, AllInternal],
    /// `x-ms-notification-content` of a path.
    NotificationContent: [Name],
    /// An operation.
    Operation: [Operation, Method, Name, Internal, Deprecated, Trigger, Webhook, NotificationUrls, HasNotificationContent, HasBody, BodyType, BodyTypes, HasFormData, HasFileParameter, Produces, Consumes, SuccessStatus, SuccessSchemas, ResponseSchemas, OnlyDefault, DynamicResponse, PollingPolicy, Statuses],
    /// A parameter, wherever it is declared; each object once.
    Parameter: [Operation, Method, Name, In, Internal, OperationInternal, Level, Used, Required, Type, Webhook, Consumes],
    /// A response, wherever it is declared; each object once.
    Response: [Operation, Method, Name, Success, OperationInternal, Level, Used, Webhook, HasSchema, DynamicResponse, Trigger, HasArray, Statuses, SuccessSchemas],
    /// A response header.
    Header: [Operation, Name, Type],
    /// Every schema object: definitions, bodies, responses and everything inside them.
    Schema: [Name, Position, Input, Output, Notification, Internal, Hidden, Required, Type, Referenced, Used, Operation],
    /// A property of a schema.
    Property: [Name, Position, Input, Output, Notification, Internal, Hidden, Required, Type, Referenced, Operation],
    /// A `$ref`.
    Reference: [Name, Target, State, Siblings, Chained, Nearest],
    /// An entry of `securityDefinitions`.
    SecurityDefinition: [Name, Type],
    /// A name in a `security` requirement, of the definition or an operation.
    SecurityRequirement: [Name, Operation, Defined, Type, Level],
    /// An entry of `consumes` or `produces`.
    MediaType: [Name, List, Level, Operation],
    /// An entry of `schemes`.
    Scheme: [Name, Level, Operation],
    /// A call of another operation: x-ms-dynamic-values, -list, -schema, -properties, -tree, testConnection, file-picker.
    DynamicCall: [Name, Extension, Target, Found, TargetMethod, Operation],
    /// An entry of `x-ms-enum-values`.
    EnumValue: [Name],
    /// `x-ms-api-annotation` of an operation.
    ApiAnnotation: [Operation, Deprecated, Internal],
    /// Any `x-ms-*` member of the definition.
    Extension: [Name, Holder, Known, Nearest],
    /// A title, summary or description of the definition that makers read.
    Text: [Name, Holder, Operation],
    /// The top of apiProperties.json.
    PropertiesFile: [],
    /// `properties` of apiProperties.json.
    Properties: [HasScript, HasSecurityDefinitions],
    /// A connection parameter, single or inside a parameter set.
    ConnectionParameter: [Name, Type, Set, Hidden],
    /// An entry of `connectionParameterSets.values`.
    ParameterSet: [Name],
    /// `oAuthSettings` of a connection parameter.
    OauthSettings: [Name, Provider, Set],
    /// An entry of `customParameters` in `oAuthSettings`.
    CustomParameter: [Name, Provider],
    /// An entry of `policyTemplateInstances`.
    Policy: [Name, Template],
    /// The top of settings.json.
    Settings: [HasScript],
    /// README.md
    Readme: [HasAuthentication],
    /// INTRO.md
    Intro: [HasAuthentication],
    /// The icon file.
    Icon: [Bytes, Format, Width, Height],
    /// The script file.
    Script: [Bytes],
    /// Something that is otherwise than in the older version; there are none unless two versions are compared.
    Difference: [Difference, Before, After, Required, Automatic],
}

impl Kind {
    /// The artifact in which things of this kind lie; `None` for the connector and its files.
    pub fn artifact(self) -> Option<Artifact> {
        match self {
            Self::Connector | Self::File | Self::JsonFile | Self::Difference => None,
            Self::PropertiesFile
            | Self::Properties
            | Self::ConnectionParameter
            | Self::ParameterSet
            | Self::OauthSettings
            | Self::CustomParameter
            | Self::Policy => Some(Artifact::Properties),
            Self::Settings => Some(Artifact::Settings),
            Self::Readme => Some(Artifact::Readme),
            Self::Intro => Some(Artifact::Intro),
            Self::Icon => Some(Artifact::Icon),
            Self::Script => Some(Artifact::Script),
            _ => Some(Artifact::Definition),
        }
    }

    /// The name in rule files.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
