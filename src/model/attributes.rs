//! Works out the attributes of things.

mod declared;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::connector::Artifact;
use crate::connector::load::EntryKind;
use crate::rule::attribute::{Attribute, AttributeValue};
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::{Declared, Format, Operation, Parameter, Reference, ReferenceKind, Response, Swagger, parse_reference};
use crate::words;
use declared::{parameter_attribute, response_attribute, schema_attribute};

use super::{KNOWN_EXTENSIONS, Model, Subject};

impl<'a> Model<'a> {
    /// The value of an attribute of a thing; `Absent` where the kind has no such attribute.
    pub fn attribute(&self, subject: &Subject<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let own_key = || subject.node.and_then(|node| node.key());
        let swagger = self.swagger.as_ref();
        match subject.kind {
            Kind::Connector | Kind::Definition => self.whole(attribute),
            Kind::File => self.file_attribute(subject, attribute),
            Kind::JsonFile => subject.artifact.map(Artifact::word).into(),
            Kind::Operation | Kind::ApiAnnotation => swagger.map_or(AttributeValue::Absent, |swagger| {
                self.operation_attribute(swagger, &swagger.operations[subject.index as usize], attribute)
            }),
            Kind::Parameter => swagger.map_or(AttributeValue::Absent, |swagger| parameter_attribute(swagger, subject.index, attribute)),
            Kind::Response => swagger.map_or(AttributeValue::Absent, |swagger| {
                response_attribute(swagger, &swagger.responses[subject.index as usize], attribute)
            }),
            Kind::Schema | Kind::Property => {
                swagger.map_or(AttributeValue::Absent, |swagger| schema_attribute(swagger, subject.index, attribute))
            }
            Kind::Header => match attribute {
                Attribute::Type => subject.node.and_then(|node| node.get_str("type")).into(),
                Attribute::Operation => {
                    swagger.map(|swagger| swagger.response_label(swagger.headers[subject.index as usize].response)).into()
                }
                _ => own_key().into(),
            },
            Kind::Path | Kind::NotificationContent => swagger.map_or(AttributeValue::Absent, |swagger| {
                let path = &swagger.paths[subject.index as usize];
                match attribute {
                    Attribute::HasNotificationContent => path.notification_content.is_some().into(),
                    Attribute::AllInternal => {
                        path.operations.iter().all(|&operation| swagger.operations[operation as usize].internal).into()
                    }
                    _ => path.template.clone().into(),
                }
            }),
            Kind::MetadataEntry => subject.node.and_then(|node| node.get_str("propertyName")).map(|name| name.trim().to_lowercase()).into(),
            Kind::Reference => swagger.map_or(AttributeValue::Absent, |swagger| {
                let reference = &swagger.references[subject.index as usize];
                match attribute {
                    Attribute::Name => reference.target.as_str().into(),
                    Attribute::Target => reference.kind.word().into(),
                    Attribute::State => reference.state.word().into(),
                    Attribute::Siblings => (reference.node.children().count() > 1).into(),
                    Attribute::Nearest => meant_definition(swagger, reference).into(),
                    // An entry of a shared section that is itself a reference: chains and loops begin there.
                    _ => reference.node.parent().is_some_and(|section| section.parent() == Some(swagger.root)).into(),
                }
            }),
            Kind::SecurityDefinition => match attribute {
                Attribute::Type => subject.node.and_then(|node| node.get_str("type")).into(),
                _ => own_key().into(),
            },
            Kind::SecurityRequirement => swagger.map_or(AttributeValue::Absent, |swagger| {
                let requirement = &swagger.security_requirements[subject.index as usize];
                let definition = own_key().and_then(|name| swagger.root.get("securityDefinitions")?.get(&name));
                match attribute {
                    Attribute::Operation => {
                        requirement.operation.map(|index| swagger.operation_label(&swagger.operations[index as usize])).into()
                    }
                    Attribute::Level => if requirement.operation.is_some() { "operation" } else { "definition" }.into(),
                    Attribute::Defined => definition.is_some().into(),
                    Attribute::Type => definition.and_then(|definition| definition.get_str("type")).into(),
                    _ => own_key().into(),
                }
            }),
            Kind::MediaType | Kind::Scheme => swagger.map_or(AttributeValue::Absent, |swagger| {
                let list = subject.node.and_then(|node| node.parent());
                let holder = list.and_then(|list| list.parent());
                match attribute {
                    Attribute::List => list.and_then(|list| list.key()).into(),
                    Attribute::Level => if holder == Some(swagger.root) { "definition" } else { "operation" }.into(),
                    Attribute::Operation => holder.and_then(|holder| operation_at(swagger, holder)).into(),
                    _ => subject.node.and_then(|node| node.as_str()).into(),
                }
            }),
            Kind::DynamicCall => swagger.map_or(AttributeValue::Absent, |swagger| {
                let call = &swagger.dynamic_calls[subject.index as usize];
                match attribute {
                    Attribute::Extension => call.extension.key().into(),
                    Attribute::Found => call.operation_id.map(|_| call.target.is_some()).into(),
                    Attribute::TargetMethod => call.target.map(|index| swagger.operations[index as usize].method.to_uppercase()).into(),
                    Attribute::Operation => {
                        call.callers.first().map(|&index| swagger.operation_label(&swagger.operations[index as usize])).into()
                    }
                    Attribute::Target => call.operation_id.and_then(|id| id.as_str()).into(),
                    _ => call.holder.get_str("name").or_else(|| call.holder.key()).into(),
                }
            }),
            Kind::EnumValue => {
                subject.node.and_then(|node| node.get("value")).map(|value| value.as_str().unwrap_or_else(|| value.raw().into())).into()
            }
            Kind::Extension => self.extension_attribute(subject, attribute),
            Kind::Text => match attribute {
                Attribute::Holder => subject.node.and_then(|node| node.parent()).map(|holder| self.holder_label(holder)).into(),
                Attribute::Operation => AttributeValue::Absent,
                _ => own_key().into(),
            },
            Kind::Properties => match attribute {
                Attribute::HasScript => self.connector.entry(Artifact::Script).is_some().into(),
                _ => self.whole(attribute),
            },
            Kind::ConnectionParameter | Kind::OauthSettings | Kind::CustomParameter => self.connection_attribute(subject, attribute),
            Kind::ParameterSet => subject.node.and_then(|node| node.get_str("name")).into(),
            Kind::Policy => match (attribute, &self.properties) {
                (Attribute::Template, Some(properties)) => properties.policies[subject.index as usize].template.clone().into(),
                _ => subject.node.and_then(|node| node.get_str("title")).into(),
            },
            Kind::Settings => self.connector.entry(Artifact::Script).is_some().into(),
            Kind::Readme | Kind::Intro => self.has_authentication().into(),
            Kind::Difference => {
                let difference = &self.differences()[subject.index as usize];
                match attribute {
                    Attribute::Difference => difference.what.into(),
                    Attribute::Before => difference.before.clone().into(),
                    Attribute::After => difference.after.clone().into(),
                    Attribute::Required => difference.required.into(),
                    _ => difference.automatic.into(),
                }
            }
            Kind::Icon | Kind::Script => self.asset_attribute(subject, attribute),
            Kind::Info | Kind::Contact | Kind::License | Kind::ExternalDocs | Kind::Tag | Kind::Metadata | Kind::PropertiesFile => {
                AttributeValue::Absent
            }
        }
    }

    /// The last part of the connector's path; of "." the name of the folder one stands in.
    fn folder_name(&self) -> Option<String> {
        let written = self.connector.path.rsplit('/').next().filter(|name| !matches!(*name, "" | "." | ".."));
        written.map(str::to_owned).or_else(|| {
            let absolute = std::path::absolute(&self.connector.path).ok()?;
            Some(absolute.file_name()?.to_string_lossy().into_owned())
        })
    }

    fn whole(&self, attribute: Attribute) -> AttributeValue<'a> {
        let swagger = self.swagger.as_ref();
        let operations = swagger.map(|swagger| swagger.operations.as_slice()).unwrap_or_default();
        let member =
            |name: &str| self.properties.as_ref().and_then(|properties| properties.properties).and_then(|properties| properties.get(name));
        match attribute {
            Attribute::Name => self.folder_name().into(),
            Attribute::Unlisted => Some(self.connector.unlisted).filter(|&unlisted| unlisted > 0).into(),
            Attribute::HasScript => self.connector.entry(Artifact::Script).is_some().into(),
            Attribute::HasScriptOperations => member("scriptOperations").is_some().into(),
            Attribute::NamesScript => {
                let script = self.root(Artifact::Settings).and_then(|settings| settings.get_str("script"));
                script.is_some_and(|script| !script.trim().is_empty()).into()
            }
            Attribute::HasGateway => {
                let gateway = self.properties.as_ref().is_some_and(|properties| {
                    properties
                        .connection_parameters
                        .iter()
                        .any(|parameter| parameter.node.get_str("type").as_deref() == Some("gatewaySetting"))
                });
                gateway.into()
            }
            Attribute::HasDynamicHost => self.properties.as_ref().is_some_and(|properties| properties.has_policy("dynamichosturl")).into(),
            Attribute::HasSecurityDefinitions => {
                swagger.and_then(|swagger| swagger.root.get("securityDefinitions")).is_some_and(|all| !all.is_empty()).into()
            }
            Attribute::Operations => operations.len().into(),
            Attribute::VisibleOperations => operations.iter().filter(|operation| !operation.internal).count().into(),
            Attribute::Triggers => operations.iter().filter(|operation| operation.trigger.is_some()).count().into(),
            Attribute::Webhooks => {
                swagger.map_or(0, |swagger| operations.iter().filter(|operation| swagger.is_webhook(operation)).count()).into()
            }
            Attribute::Format => match swagger.map(|swagger| &swagger.format) {
                Some(Format::Swagger2) => "swagger-2".into(),
                Some(Format::OpenApi3(_)) => "openapi-3".into(),
                _ => "other".into(),
            },
            Attribute::Version => match swagger.map(|swagger| &swagger.format) {
                Some(Format::OpenApi3(version)) => version.clone().into(),
                _ => swagger
                    .and_then(|swagger| swagger.root.get("swagger"))
                    .map(|version| version.as_str().unwrap_or_else(|| version.raw().into()))
                    .into(),
            },
            _ => AttributeValue::Absent,
        }
    }

    fn file_attribute(&self, subject: &Subject<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let entry = &self.connector.entries[subject.index as usize];
        match attribute {
            Attribute::Artifact => entry.artifact.map_or("other", Artifact::word).into(),
            Attribute::Bytes => AttributeValue::Number(i64::try_from(entry.bytes).unwrap_or(i64::MAX)),
            Attribute::Folder => (entry.kind == EntryKind::Folder).into(),
            Attribute::Problem => entry.problem.as_deref().into(),
            Attribute::EntryKind => match entry.kind {
                EntryKind::File => "file",
                EntryKind::Folder => "folder",
                EntryKind::LinkOutside => "link-outside",
                EntryKind::Special => "special",
            }
            .into(),
            Attribute::Extension => entry.path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).into(),
            Attribute::Canonical => entry.artifact.map(|artifact| artifact.names()[0]).into(),
            _ => entry.path.as_str().into(),
        }
    }

    fn operation_attribute(&self, swagger: &Swagger<'a>, operation: &Operation<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let location =
            |wanted: &'static str| swagger.parameters_of(operation).any(|parameter| parameter.location.as_deref() == Some(wanted));
        let responses =
            || operation.responses.iter().filter_map(|used| Some((used.status.as_ref(), &swagger.responses[used.response? as usize])));
        match attribute {
            Attribute::Operation => swagger.operation_label(operation).into(),
            Attribute::Method => operation.method.to_uppercase().into(),
            Attribute::Name => swagger.path_of(operation).template.clone().into(),
            Attribute::Internal => operation.internal.into(),
            Attribute::Deprecated => (operation.node.get_bool("deprecated") == Some(true)).into(),
            Attribute::Trigger => operation.trigger.clone().into(),
            Attribute::Webhook => swagger.is_webhook(operation).into(),
            Attribute::NotificationUrls => operation.notification_urls.len().into(),
            Attribute::HasNotificationContent => swagger.path_of(operation).notification_content.is_some().into(),
            Attribute::HasBody => location("body").into(),
            Attribute::BodyType => swagger.parameters_of(operation).find_map(|parameter| body_type(swagger, parameter)).into(),
            Attribute::BodyTypes => {
                let bodies = swagger.parameters.iter().filter(|parameter| parameter.is_body());
                let types: BTreeSet<Cow<'a, str>> = bodies.map(|body| body_type(swagger, body).unwrap_or("unknown".into())).collect();
                types.into_iter().collect::<Vec<_>>().join(" ").into()
            }
            Attribute::HasFormData => location("formData").into(),
            Attribute::HasFileParameter => {
                swagger.parameters_of(operation).any(|parameter| parameter.node.get_str("type").as_deref() == Some("file")).into()
            }
            Attribute::Produces => swagger.media_types(operation, "produces").join(" ").into(),
            Attribute::Consumes => swagger.media_types(operation, "consumes").join(" ").into(),
            Attribute::Statuses => operation.responses.iter().map(|used| used.status.as_ref()).collect::<Vec<_>>().join(" ").into(),
            Attribute::SuccessStatus => operation.responses.iter().any(|used| is_success(&used.status)).into(),
            Attribute::SuccessSchemas => {
                if operation.responses.iter().any(|used| is_success(&used.status) && used.response.is_none()) {
                    return AttributeValue::Absent;
                }
                success_schemas(swagger, operation).into()
            }
            Attribute::ResponseSchemas => responses().filter(|(_, response)| response.schema.is_some()).count().into(),
            Attribute::OnlyDefault => (operation.responses.len() == 1 && operation.responses[0].status == "default").into(),
            Attribute::DynamicResponse => responses().any(|(status, response)| is_success(status) && is_dynamic(response)).into(),
            Attribute::PollingPolicy => {
                let names = |policy: &super::Policy<'a>| {
                    policy
                        .node
                        .get("parameters")
                        .and_then(|parameters| parameters.get("x-ms-apimTemplate-operationName"))
                        .is_none_or(|list| list.items().any(|item| item.as_str() == operation.id))
                };
                self.properties
                    .as_ref()
                    .map(|properties| {
                        properties.policies.iter().any(|policy| policy.template.as_deref() == Some("pollingtrigger") && names(policy))
                    })
                    .into()
            }
            _ => AttributeValue::Absent,
        }
    }

    fn extension_attribute(&self, subject: &Subject<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let Some(node) = subject.node else { return AttributeValue::Absent };
        let name = node.key().unwrap_or_default();
        match attribute {
            Attribute::Known => super::is_known(&name).into(),
            Attribute::Nearest => {
                let folded = name.replace([' ', ':'], "-");
                let length = folded.chars().count();
                let alike = KNOWN_EXTENSIONS.iter().copied().filter(|known| known.len().abs_diff(length) <= 2);
                let close = words::nearest(&folded, alike.filter(|known| strsim::osa_distance(known, &folded) <= 2));
                close.filter(|close| *close != name).into()
            }
            Attribute::Holder => node.parent().map(|holder| self.holder_label(holder)).into(),
            _ => name.into(),
        }
    }

    fn connection_attribute(&self, subject: &Subject<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let Some(properties) = &self.properties else { return AttributeValue::Absent };
        let (parameter, settings) = match subject.kind {
            Kind::ConnectionParameter => (&properties.connection_parameters[subject.index as usize], None),
            _ => {
                let parameter = &properties.connection_parameters[subject.index as usize];
                (parameter, parameter.node.get("oAuthSettings"))
            }
        };
        match attribute {
            Attribute::Type => parameter.node.get_str("type").into(),
            Attribute::Set => parameter.set.clone().into(),
            Attribute::Provider => settings.and_then(|settings| settings.get_str("identityProvider")).into(),
            Attribute::Hidden => {
                let hidden = parameter.node.at("/uiDefinition/constraints/hidden");
                hidden.is_some_and(|hidden| hidden.raw().trim_matches('"').eq_ignore_ascii_case("true")).into()
            }
            _ if subject.kind == Kind::CustomParameter => subject.node.and_then(|node| node.key()).into(),
            _ => parameter.name.clone().into(),
        }
    }

    fn asset_attribute(&self, subject: &Subject<'a>, attribute: Attribute) -> AttributeValue<'a> {
        let entry = subject.artifact.and_then(|artifact| self.connector.entry(artifact));
        let dimensions = self.icon().and_then(|icon| icon.dimensions());
        match attribute {
            Attribute::Bytes => {
                entry.map(|entry| AttributeValue::Number(i64::try_from(entry.bytes).unwrap_or(i64::MAX))).unwrap_or(AttributeValue::Absent)
            }
            Attribute::Format => self.icon().map(|icon| icon.kind().word()).into(),
            Attribute::Width => dimensions.map(|(width, _)| width as usize).into(),
            Attribute::Height => dimensions.map(|(_, height)| height as usize).into(),
            _ => AttributeValue::Absent,
        }
    }
}

/// `type` of a body parameter's schema, references followed.
fn body_type<'a>(swagger: &Swagger<'a>, parameter: &Parameter<'a>) -> Option<Cow<'a, str>> {
    let schema = parameter.node.get("schema").filter(|_| parameter.is_body())?;
    swagger.resolve_schema(schema)?.get_str("type")
}

/// The definition that a reference in the form of OpenAPI 3 means, when there is one of that name.
fn meant_definition(swagger: &Swagger<'_>, reference: &Reference<'_>) -> Option<String> {
    let meant = format!("#/definitions/{}", reference.target.as_str()?.strip_prefix("#/components/schemas/")?);
    let name = parse_reference(&meant, "definitions").filter(|_| reference.kind == ReferenceKind::Schema)?;
    swagger.definitions.contains_key(name.as_str()).then_some(meant)
}

fn success_schemas(swagger: &Swagger<'_>, operation: &Operation<'_>) -> usize {
    let successes = operation.responses.iter().filter(|used| is_success(&used.status)).filter_map(|used| used.response);
    successes.filter(|&index| swagger.responses[index as usize].schema.is_some()).count()
}

fn is_success(status: &str) -> bool {
    status.len() == 3 && status.starts_with('2')
}

fn is_dynamic(response: &Response<'_>) -> bool {
    response
        .node
        .get("schema")
        .is_some_and(|schema| ["x-ms-dynamic-schema", "x-ms-dynamic-properties"].iter().any(|key| schema.get(key).is_some()))
}

fn operation_at(swagger: &Swagger<'_>, node: Value<'_>) -> Option<String> {
    match swagger.declared_at(node)? {
        Declared::Operation(number) => Some(swagger.operation_label(&swagger.operations[number as usize])),
        _ => None,
    }
}
