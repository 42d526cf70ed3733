//! The words by which people know the things of a connector.

use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::Declared;

use super::{Model, Subject};

impl<'a> Model<'a> {
    /// The thing by the name people know it under, e.g. "parameter `q` of ListItems".
    pub fn label(&self, subject: &Subject<'a>) -> String {
        let key = || subject.node.and_then(|node| node.key()).unwrap_or_default();
        let swagger = self.swagger.as_ref();
        let text = |member: &str| subject.node.and_then(|node| node.get_str(member)).unwrap_or_default();
        let label = match subject.kind {
            Kind::Connector => Some("the connector".to_owned()),
            Kind::File => Some(format!("`{}`", self.connector.entries[subject.index as usize].path)),
            Kind::JsonFile
            | Kind::Readme
            | Kind::Intro
            | Kind::Icon
            | Kind::Script
            | Kind::Settings
            | Kind::PropertiesFile
            | Kind::Definition => {
                subject.artifact.and_then(|artifact| self.connector.document(artifact)).map(|document| document.path.to_string())
            }
            Kind::Difference => Some(self.differences()[subject.index as usize].label.clone()),
            Kind::Info => Some("the info section".to_owned()),
            Kind::Contact => Some("the contact".to_owned()),
            Kind::License => Some("the license".to_owned()),
            Kind::ExternalDocs => Some("the external documentation".to_owned()),
            Kind::Tag => Some(format!("tag `{}`", text("name"))),
            Kind::Metadata => Some("the connector metadata".to_owned()),
            Kind::MetadataEntry => Some(format!("the metadata entry `{}`", text("propertyName"))),
            Kind::Path => swagger.map(|swagger| format!("the path {}", swagger.paths[subject.index as usize].template)),
            Kind::NotificationContent => {
                swagger.map(|swagger| format!("the notification content of {}", swagger.paths[subject.index as usize].template))
            }
            Kind::Operation => swagger.map(|swagger| swagger.operation_label(&swagger.operations[subject.index as usize])),
            Kind::ApiAnnotation => {
                swagger.map(|swagger| format!("the annotation of {}", swagger.operation_label(&swagger.operations[subject.index as usize])))
            }
            Kind::Parameter => swagger.map(|swagger| swagger.parameter_label(subject.index)),
            Kind::Response => swagger.map(|swagger| swagger.response_label(subject.index)),
            Kind::Header => swagger.map(|swagger| swagger.header_label(subject.index)),
            Kind::Schema | Kind::Property => swagger.map(|swagger| swagger.schema_label(subject.index)),
            Kind::SecurityDefinition => Some(format!("the security definition `{}`", key())),
            Kind::SecurityRequirement => Some(format!("the security requirement `{}`", key())),
            Kind::MediaType | Kind::Scheme => Some(format!("`{}`", subject.node.and_then(|node| node.as_str()).unwrap_or_default())),
            Kind::DynamicCall => swagger.map(|swagger| {
                let call = &swagger.dynamic_calls[subject.index as usize];
                let holder = if call.holder == swagger.root { "the definition".to_owned() } else { self.holder_label(call.holder) };
                format!("{} of {holder}", call.extension.key())
            }),
            Kind::Reference | Kind::EnumValue => subject.node.and_then(|node| node.parent()).map(|_| match subject.kind {
                Kind::Reference => format!("the reference `{}`", text("$ref")),
                _ => format!(
                    "the entry `{}` of x-ms-enum-values",
                    subject
                        .node
                        .and_then(|node| node.get("value"))
                        .map(|value| value.as_str().unwrap_or_else(|| value.raw().into()))
                        .unwrap_or_default()
                ),
            }),
            Kind::Extension => Some(format!("`{}`", key())),
            Kind::Text => {
                subject.node.and_then(|node| node.parent()).map(|holder| format!("the {} of {}", key(), self.holder_label(holder)))
            }
            Kind::Properties => Some("apiProperties.json".to_owned()),
            Kind::ConnectionParameter | Kind::OauthSettings => self.properties.as_ref().map(|properties| {
                let parameter = &properties.connection_parameters[subject.index as usize];
                let what =
                    if subject.kind == Kind::OauthSettings { "the OAuth settings of connection parameter" } else { "connection parameter" };
                match &parameter.set {
                    Some(set) => format!("{what} `{}` of the set `{set}`", parameter.name),
                    None => format!("{what} `{}`", parameter.name),
                }
            }),
            Kind::CustomParameter => Some(format!("the custom parameter `{}`", key())),
            Kind::ParameterSet => Some(format!("the parameter set `{}`", text("name"))),
            Kind::Policy => {
                Some(format!("the policy `{}`", if text("title").trim().is_empty() { text("templateId") } else { text("title") }))
            }
        };
        label.unwrap_or_default()
    }

    /// The name of whatever object a member of the definition stands in.
    pub fn holder_label(&self, holder: Value<'a>) -> String {
        let Some(swagger) = &self.swagger else { return String::new() };
        if let Some(index) = swagger.schema_at(holder) {
            return swagger.schema_label(index);
        }
        match swagger.declared_at(holder) {
            Some(Declared::Parameter(number)) => return swagger.parameter_label(number),
            Some(Declared::Operation(number)) => return swagger.operation_label(&swagger.operations[number as usize]),
            Some(Declared::Response(number)) => return swagger.response_label(number),
            Some(Declared::Path(number)) => return format!("the path {}", swagger.paths[number as usize].template),
            None => {}
        }
        match holder.key() {
            Some(key) => format!("`{key}`"),
            None if holder == swagger.root => "the definition".to_owned(),
            None => "an entry".to_owned(),
        }
    }
}
