//! Lists the things of each kind, in file order.

use crate::connector::Artifact;
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::{Format, SchemaPosition, Swagger};

use super::{Model, Subject};

/// Members whose text makers read.
const TEXT_MEMBERS: [&str; 4] = ["title", "summary", "x-ms-summary", "description"];

impl<'a> Model<'a> {
    /// The things of a kind. Kinds of the definition are empty when it is no Swagger 2.0 document: nothing sensible can be said then.
    pub fn subjects(&self, kind: Kind) -> Vec<Subject<'a>> {
        let one = |artifact: Option<Artifact>, node: Option<Value<'a>>| vec![Subject { kind, index: 0, node, artifact }];
        let json = |artifact: Artifact, nodes: &mut dyn Iterator<Item = Value<'a>>| -> Vec<Subject<'a>> {
            nodes.zip(0..).map(|(node, index)| Subject { kind, index, node: Some(node), artifact: Some(artifact) }).collect()
        };
        match kind {
            Kind::Connector => one(None, None),
            Kind::File => (0..self.connector.entries.len() as u32)
                .map(|index| Subject { kind, index, node: None, artifact: self.connector.entries[index as usize].artifact })
                .collect(),
            Kind::JsonFile => {
                let files = self.connector.documents.iter().filter(|document| document.json().is_some());
                files
                    .map(|document| Subject {
                        kind,
                        index: 0,
                        node: document.json().and_then(|json| json.root()),
                        artifact: Some(document.artifact),
                    })
                    .collect()
            }
            Kind::Readme | Kind::Intro | Kind::Icon | Kind::Script => {
                let artifact = match kind {
                    Kind::Readme => Artifact::Readme,
                    Kind::Intro => Artifact::Intro,
                    Kind::Icon => Artifact::Icon,
                    _ => Artifact::Script,
                };
                self.connector.document(artifact).map(|_| one(Some(artifact), None)).unwrap_or_default()
            }
            Kind::Settings => self.root(Artifact::Settings).map(|root| one(Some(Artifact::Settings), Some(root))).unwrap_or_default(),
            Kind::PropertiesFile => {
                self.root(Artifact::Properties).map(|root| one(Some(Artifact::Properties), Some(root))).unwrap_or_default()
            }
            Kind::Properties
            | Kind::ConnectionParameter
            | Kind::ParameterSet
            | Kind::OauthSettings
            | Kind::CustomParameter
            | Kind::Policy => self.properties_subjects(kind),
            Kind::Difference => (0..)
                .zip(self.differences())
                .map(|(index, difference)| Subject { kind, index, node: difference.nearest, artifact: Some(difference.artifact) })
                .collect(),
            Kind::Definition => {
                self.json(Artifact::Definition).map(|json| one(Some(Artifact::Definition), json.root())).unwrap_or_default()
            }
            _ => match self.swagger.as_ref().filter(|swagger| swagger.format == Format::Swagger2) {
                Some(swagger) => self.definition_subjects(kind, swagger, &json),
                None => Vec::new(),
            },
        }
    }

    fn properties_subjects(&self, kind: Kind) -> Vec<Subject<'a>> {
        let Some(index) = &self.properties else { return Vec::new() };
        let subject = |(node, index): (Value<'a>, u32)| Subject { kind, index, node: Some(node), artifact: Some(Artifact::Properties) };
        match kind {
            Kind::Properties => index.properties.map(|node| subject((node, 0))).into_iter().collect(),
            Kind::ConnectionParameter => index.connection_parameters.iter().map(|parameter| parameter.node).zip(0..).map(subject).collect(),
            Kind::ParameterSet => index.sets.iter().copied().zip(0..).map(subject).collect(),
            Kind::OauthSettings => index.oauth_settings().map(|(number, node)| subject((node, number))).collect(),
            Kind::CustomParameter => index
                .oauth_settings()
                .flat_map(|(number, settings)| {
                    settings.get("customParameters").into_iter().flat_map(|all| all.children()).map(move |node| (node, number))
                })
                .map(subject)
                .collect(),
            _ => index.policies.iter().map(|policy| policy.node).zip(0..).map(subject).collect(),
        }
    }

    fn definition_subjects(
        &self,
        kind: Kind,
        swagger: &Swagger<'a>,
        json: &dyn Fn(Artifact, &mut dyn Iterator<Item = Value<'a>>) -> Vec<Subject<'a>>,
    ) -> Vec<Subject<'a>> {
        let root = swagger.root;
        let list = |nodes: &mut dyn Iterator<Item = Value<'a>>| json(Artifact::Definition, nodes);
        let info = root.get("info").filter(Value::is_object);
        let in_info = |name: &str| info.and_then(|info| info.get(name)).filter(Value::is_object);
        let items_of = |name: &str| root.get(name).into_iter().flat_map(|array| array.items());
        match kind {
            Kind::Info => list(&mut info.into_iter()),
            Kind::Contact => list(&mut in_info("contact").into_iter()),
            Kind::License => list(&mut in_info("license").into_iter()),
            Kind::ExternalDocs => {
                let own = root.get("externalDocs").into_iter();
                let tags = items_of("tags").filter_map(|tag| tag.get("externalDocs"));
                let operations = swagger.operations.iter().filter_map(|operation| operation.node.get("externalDocs"));
                list(&mut own.chain(tags).chain(operations).filter(Value::is_object))
            }
            Kind::Tag => list(&mut items_of("tags").filter(Value::is_object)),
            Kind::Metadata => list(&mut root.get("x-ms-connector-metadata").into_iter()),
            Kind::MetadataEntry => list(&mut items_of("x-ms-connector-metadata").filter(Value::is_object)),
            Kind::Path => list(&mut swagger.paths.iter().map(|path| path.node)),
            Kind::NotificationContent => {
                self.numbered(kind, swagger.paths.iter().zip(0..).filter_map(|(path, index)| Some((path.notification_content?, index))))
            }
            Kind::Operation => list(&mut swagger.operations.iter().map(|operation| operation.node)),
            Kind::Parameter => list(&mut swagger.parameters.iter().map(|parameter| parameter.node)),
            Kind::Response => list(&mut swagger.responses.iter().map(|response| response.node)),
            Kind::Header => list(&mut swagger.headers.iter().map(|header| header.node)),
            Kind::Schema => list(&mut swagger.schemas.iter().map(|schema| schema.node)),
            Kind::Property => self.numbered(
                kind,
                swagger
                    .schemas
                    .iter()
                    .zip(0..)
                    .filter(|(schema, _)| schema.position == SchemaPosition::Property)
                    .map(|(schema, index)| (schema.node, index)),
            ),
            Kind::Reference => list(&mut swagger.references.iter().map(|reference| reference.node)),
            Kind::SecurityDefinition => {
                list(&mut root.get("securityDefinitions").into_iter().flat_map(|all| all.children()).filter(Value::is_object))
            }
            Kind::SecurityRequirement => list(&mut swagger.security_requirements.iter().map(|requirement| requirement.node)),
            Kind::MediaType => list(&mut lists(swagger, &["consumes", "produces"])),
            Kind::Scheme => list(&mut lists(swagger, &["schemes"])),
            Kind::DynamicCall => list(&mut swagger.dynamic_calls.iter().map(|call| call.node)),
            Kind::EnumValue => {
                let holders =
                    swagger.parameters.iter().map(|parameter| parameter.node).chain(swagger.schemas.iter().map(|schema| schema.node));
                list(
                    &mut holders
                        .filter_map(|holder| holder.get("x-ms-enum-values"))
                        .flat_map(|values| values.items())
                        .filter(Value::is_object),
                )
            }
            Kind::ApiAnnotation => {
                self.numbered(
                    kind,
                    swagger.operations.iter().zip(0..).filter_map(|(operation, index)| {
                        Some((operation.node.get("x-ms-api-annotation").filter(Value::is_object)?, index))
                    }),
                )
            }
            Kind::Extension => list(&mut self.extensions().iter().copied()),
            Kind::Text => list(&mut texts(swagger)),
            _ => Vec::new(),
        }
    }

    fn numbered(&self, kind: Kind, nodes: impl Iterator<Item = (Value<'a>, u32)>) -> Vec<Subject<'a>> {
        nodes.map(|(node, index)| Subject { kind, index, node: Some(node), artifact: Some(Artifact::Definition) }).collect()
    }
}

/// Entries of lists that stand at the top of the definition and at operations.
fn lists<'s, 'a>(swagger: &'s Swagger<'a>, names: &'s [&str]) -> impl Iterator<Item = Value<'a>> + use<'s, 'a> {
    let holders = std::iter::once(swagger.root).chain(swagger.operations.iter().map(|operation| operation.node));
    holders.flat_map(|holder| names.iter().filter_map(move |name| holder.get(name))).flat_map(|list| list.items())
}

/// Titles, summaries and descriptions, in file order.
fn texts<'s, 'a>(swagger: &'s Swagger<'a>) -> impl Iterator<Item = Value<'a>> + use<'s, 'a> {
    let info = swagger.root.get("info").into_iter();
    let holders = info
        .chain(swagger.operations.iter().map(|operation| operation.node))
        .chain(swagger.parameters.iter().map(|parameter| parameter.node))
        .chain(swagger.responses.iter().map(|response| response.node))
        .chain(swagger.schemas.iter().map(|schema| schema.node));
    holders
        .flat_map(|holder| holder.children())
        .filter(|member| member.as_str().is_some() && member.key().is_some_and(|key| TEXT_MEMBERS.contains(&key.as_ref())))
}
