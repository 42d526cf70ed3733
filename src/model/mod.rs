//! A connector as rules meet it: every thing of every kind, with its attributes, its name for people and its place.

mod attributes;
mod extensions;
mod labels;
pub mod operation_ids;
mod place;
mod properties;
mod subjects;
pub mod titles;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::changes::{Difference, differences};
use crate::connector::{Artifact, Connector};
use crate::json_schema::Violations;
use crate::rule::kind::Kind;
use crate::source::SourceText;
use crate::source::image::Image;
use crate::source::json::{Json, Value};
use crate::source::markdown::Markdown;
use crate::swagger::{Level, ObjectFault, Operation, Swagger, object_faults};
use operation_ids::{FoldedId, OperationIds};

pub use extensions::{KNOWN_EXTENSIONS, is_known};
pub use place::inside;
use titles::Title;

pub use properties::{ConnectionParameter, Policy, PropertiesIndex};

/// The loaded connector with all its indexes. Borrows from the connector.
pub struct Model<'a> {
    /// The files.
    pub connector: &'a Connector,
    /// The definition, when it is a JSON object.
    pub swagger: Option<Swagger<'a>>,
    /// apiProperties.json, when it is a JSON object.
    pub properties: Option<PropertiesIndex<'a>>,
    /// Members named `x-ms-*` anywhere in the definition.
    extensions: OnceLock<Vec<Value<'a>>>,
    violations: OnceLock<Violations<'a>>,
    object_faults: OnceLock<Vec<ObjectFault<'a>>>,
    operation_ids: OnceLock<OperationIds>,
    references_to_operations: OnceLock<HashMap<Cow<'a, str>, Vec<Value<'a>>>>,
    /// The older version, when there is one to compare with.
    previous: Option<Box<Model<'a>>>,
    differences: OnceLock<Vec<Difference<'a>>>,
    /// Titles of README and of INTRO.
    titles: [OnceLock<Vec<Title<'a>>>; 2],
}

/// One thing a rule can look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its number in the list of its kind.
    pub index: u32,
    /// Its JSON value, where it has one.
    pub node: Option<Value<'a>>,
    /// The file it lies in, where that is an artifact.
    pub artifact: Option<Artifact>,
}

/// Where a finding points, before it is turned into lines and columns.
#[derive(Debug, Clone)]
pub enum At<'a> {
    /// A value.
    Value(Value<'a>),
    /// The key of a member; the pointer names the member.
    Key(Value<'a>),
    /// An object that lacks something: its key, or its first line.
    Object(Value<'a>),
    /// A part of a string value, as byte range of the file's text.
    Inside(Value<'a>, Range<usize>),
    /// A range of a text file.
    Text(Artifact, Range<usize>),
    /// A file as a whole, by path; empty for the folder.
    File(String),
    /// A file as a whole, with the start of its text as place.
    Top(Artifact),
}

impl<'a> Model<'a> {
    /// Indexes a connector.
    pub fn new(connector: &'a Connector) -> Self {
        let root = |artifact| connector.document(artifact).and_then(|document| document.json()).and_then(Json::root);
        let swagger = root(Artifact::Definition).and_then(Swagger::build);
        let properties = root(Artifact::Properties).filter(Value::is_object).map(PropertiesIndex::build);
        Self {
            connector,
            swagger,
            properties,
            extensions: OnceLock::new(),
            violations: OnceLock::new(),
            object_faults: OnceLock::new(),
            operation_ids: OnceLock::new(),
            references_to_operations: OnceLock::new(),
            previous: connector.previous.as_deref().map(|previous| Box::new(Self::new(previous))),
            differences: OnceLock::new(),
            titles: Default::default(),
        }
    }

    /// The JSON of an artifact.
    pub fn json(&self, artifact: Artifact) -> Option<&'a Json> {
        self.connector.document(artifact)?.json()
    }

    /// The top object of a JSON artifact.
    pub fn root(&self, artifact: Artifact) -> Option<Value<'a>> {
        self.json(artifact)?.root().filter(Value::is_object)
    }

    /// README or INTRO with its text.
    pub fn markdown(&self, artifact: Artifact) -> Option<(&'a SourceText, &'a Markdown)> {
        match &self.connector.document(artifact)?.content {
            crate::connector::load::Content::Markdown(source, markdown) => Some((source, markdown)),
            _ => None,
        }
    }

    /// The titles of README or INTRO, in file order; none of other files.
    pub fn titles(&self, artifact: Artifact) -> &[Title<'a>] {
        let kept = match artifact {
            Artifact::Readme => &self.titles[0],
            Artifact::Intro => &self.titles[1],
            _ => return &[],
        };
        kept.get_or_init(|| self.markdown(artifact).map(|(_, markdown)| titles::titles(markdown)).unwrap_or_default())
    }

    /// The icon.
    pub fn icon(&self) -> Option<&'a Image> {
        match &self.connector.document(Artifact::Icon)?.content {
            crate::connector::load::Content::Image(image) => Some(image),
            _ => None,
        }
    }

    /// The text of an artifact.
    pub fn source(&self, artifact: Artifact) -> Option<&'a SourceText> {
        self.connector.document(artifact)?.source().map(AsRef::as_ref)
    }

    /// The artifact a JSON value lies in.
    pub fn artifact_of(&self, value: Value<'_>) -> Option<Artifact> {
        let document =
            self.connector.documents.iter().find(|document| document.json().is_some_and(|json| std::ptr::eq(json, value.tree())));
        document.map(|document| document.artifact)
    }

    /// `x-ms-*` members of the definition.
    pub fn extensions(&self) -> &[Value<'a>] {
        self.extensions.get_or_init(|| extensions::find(self))
    }

    /// What our JSON Schemas say about apiProperties.json and settings.json; validated when first asked for.
    pub fn violations(&self) -> &Violations<'a> {
        self.violations.get_or_init(|| Violations::of(self))
    }

    /// What in the definition does not fit the object model of Swagger 2.0.
    pub fn object_faults(&self) -> &[ObjectFault<'a>] {
        self.object_faults.get_or_init(|| self.root(Artifact::Definition).map(object_faults).unwrap_or_default())
    }

    /// What is otherwise than in the older version; nothing where there is none to compare with.
    pub fn differences(&self) -> &[Difference<'a>] {
        self.differences.get_or_init(|| self.previous.as_ref().map(|previous| differences(previous, self)).unwrap_or_default())
    }

    /// The older version, when there is one to compare with.
    pub fn previous(&self) -> Option<&Model<'a>> {
        self.previous.as_deref()
    }

    /// The places in the definition that name an operation by its id: dynamic calls, notifications, replacements. Its own `operationId` is
    /// none of them.
    pub fn references_to_operation(&self, id: &str) -> &[Value<'a>] {
        let by_id = self.references_to_operations.get_or_init(|| {
            let swagger = || self.swagger.iter();
            let nodes = || swagger().flat_map(|swagger| &swagger.operations).map(|operation| operation.node);
            let called = swagger().flat_map(|swagger| &swagger.dynamic_calls).filter_map(|call| call.operation_id);
            let notified = nodes().filter_map(|node| node.get("x-ms-notification")?.get("operationId"));
            let replaced = nodes().filter_map(|node| node.get("x-ms-api-annotation")?.get("replacement")?.get("operationId"));
            let mut by_id: HashMap<Cow<'a, str>, Vec<Value<'a>>> = HashMap::new();
            for place in called.chain(notified).chain(replaced) {
                if let Some(id) = place.as_str() {
                    by_id.entry(id).or_default().push(place);
                }
            }
            by_id
        });
        by_id.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of the operations, or what those without would be called, made comparable by `fold`.
    pub fn operation_ids(&self, fold: impl Fn(&Swagger<'a>, &Operation<'a>) -> FoldedId) -> &OperationIds {
        self.operation_ids.get_or_init(|| {
            let operations = self.swagger.iter().flat_map(|swagger| swagger.operations.iter().map(move |operation| (swagger, operation)));
            OperationIds::new(operations.map(|(swagger, operation)| fold(swagger, operation)).collect())
        })
    }

    /// Where a shared parameter or response is used, at most `limit` places: a finding at its declaration names those too.
    pub fn uses(&self, subject: &Subject<'a>, limit: usize) -> Vec<(String, At<'a>)> {
        let Some(swagger) = &self.swagger else { return Vec::new() };
        let declared = match subject.kind {
            Kind::Parameter => swagger.parameters.get(subject.index as usize).map(|parameter| (&parameter.level, &parameter.users)),
            Kind::Response => swagger.responses.get(subject.index as usize).map(|response| (&response.level, &response.users)),
            _ => None,
        };
        let Some((Level::Shared(_), users)) = declared else { return Vec::new() };
        let place = |operation: &Operation<'a>| match subject.kind {
            Kind::Parameter => operation.parameters.iter().find(|used| used.parameter == Some(subject.index)).map(|used| used.node),
            _ => operation.responses.iter().find(|used| used.response == Some(subject.index)).map(|used| used.node),
        };
        let operations = users.iter().map(|&user| &swagger.operations[user as usize]);
        let used = operations
            .filter_map(|operation| Some((format!("used by {}", swagger.operation_label(operation)), At::Value(place(operation)?))));
        used.take(limit).collect()
    }

    /// Whether the connector asks its users for credentials.
    pub fn has_authentication(&self) -> bool {
        let defined = self
            .swagger
            .as_ref()
            .and_then(|swagger| swagger.root.get("securityDefinitions"))
            .is_some_and(|definitions| !definitions.is_empty());
        defined || self.properties.as_ref().is_some_and(|properties| !properties.connection_parameters.is_empty())
    }
}
