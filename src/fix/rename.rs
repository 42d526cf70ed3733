//! Gives an operation another id, and a connection parameter another name, in every place that names it.

use regex::Regex;

use super::edit::{Change, Edit};
use super::json_edit::{self, Fragment, Position};
use crate::connector::Artifact;
use crate::model::Model;
use crate::model::operation_ids::FoldedId;
use crate::rule::filter::Filter;
use crate::rule::label;
use crate::rule::pattern::Pattern;
use crate::source::json::Value;
use crate::swagger::{Operation, Swagger};

/// What an operation is called from now on.
pub struct NewId {
    id: String,
    /// The change of the operation itself.
    pub change: Change,
}

/// The other id of an operation (by its place in the definition), or its first one. A number is added when another operation has that id,
/// in any case, or would get it by the same repair. `None` when it has the id already.
pub fn own(model: &Model<'_>, operation: u32, id: &str) -> Option<NewId> {
    let this = model.swagger.as_ref()?.operations.get(operation as usize)?;
    let id = free_id(model, operation, id)?;
    let edit = match this.id.as_deref() {
        Some(old) if old == id => return None,
        Some(_) => json_edit::rewrite(this.node.get("operationId")?, &id)?,
        None => {
            let behind = ["description", "summary"].iter().find_map(|key| this.node.get(key));
            let position = behind.map_or(Position::Last, Position::Behind);
            json_edit::set_member(this.node, "operationId", &Fragment::New(id.clone().into()), position)?
        }
    };
    let file = model.connector.document(Artifact::Definition)?.path.to_string();
    Some(NewId { id, change: Change::Edit { file, edits: vec![edit] } })
}

/// The changes that give an operation (by its place in the definition) another id wherever it is named; see [`own`].
pub fn operation(model: &Model<'_>, operation: u32, id: &str) -> Option<Vec<Change>> {
    let swagger = model.swagger.as_ref()?;
    let NewId { id, change } = own(model, operation, id)?;
    let mut changes = Changes { model, list: vec![change] };
    let Some(old) = swagger.operations.get(operation as usize)?.id.as_deref() else { return Some(changes.list) };
    // Where two operations share an id, nobody can tell which of them a reference means: those stay.
    if !swagger.is_shared(old) {
        model.references_to_operation(old).iter().for_each(|reference| changes.rewrite(*reference, &id));
        changes.in_properties(old, &id);
        for artifact in [Artifact::Script, Artifact::Readme, Artifact::Intro] {
            changes.in_text(artifact, old, &id);
        }
    }
    Some(changes.list)
}

/// The id, with a number behind it where operations before this one have it or would be called so too.
fn free_id(model: &Model<'_>, operation: u32, id: &str) -> Option<String> {
    let ids = model.operation_ids(|swagger, operation| FoldedId {
        own: operation.id.as_deref().map(str::to_lowercase),
        written: match operation.id.as_deref() {
            Some(id) => label::pascal(&label::plain(id)).to_lowercase(),
            None => derived_id(swagger, operation).to_lowercase(),
        },
    });
    let is_taken = |id: &str| ids.is_taken(operation, &id.to_lowercase());
    let before = ids.before(operation, &id.to_lowercase(), &label::pascal(id).to_lowercase());
    let plain = (before == 0).then(|| id.to_owned());
    let numbered = (before.max(1) + 1..before + 1000).map(|number| format!("{id}{number}"));
    plain.into_iter().chain(numbered).find(|id| !is_taken(id))
}

/// What an operation without id is called: its method and path.
fn derived_id(swagger: &Swagger<'_>, operation: &Operation<'_>) -> String {
    label::pascal(operation.method) + &label::pascal(&Filter::Route.apply(&swagger.path_of(operation).template))
}

/// The only connection parameter of a type in whose name a pattern is found.
pub fn only_parameter<'a>(model: &Model<'a>, pattern: &Pattern, kind: Option<&str>) -> Option<Value<'a>> {
    let fits = |node: Value<'_>, name: &str| {
        pattern.is_match(name) && kind.is_none_or(|kind| node.get_str("type").is_some_and(|found| found.eq_ignore_ascii_case(kind)))
    };
    let mut found = model.properties.as_ref()?.connection_parameters.iter().filter(|parameter| fits(parameter.node, &parameter.name));
    found.next().filter(|_| found.next().is_none()).map(|parameter| parameter.node)
}

/// The changes that give a connection parameter, in every set that has it, another name. `None` when a parameter is called so already,
/// or when others are named after it (`token:TenantId`): what those mean would change.
pub fn connection_parameter(model: &Model<'_>, parameter: Value<'_>, name: &str) -> Option<Vec<Change>> {
    let index = model.properties.as_ref()?;
    let old = parameter.key()?;
    let is_tied = |other: &str| other == name || other.strip_prefix(old.as_ref()).is_some_and(|rest| rest.starts_with(':'));
    if old == name || index.connection_parameters.iter().any(|other| is_tied(&other.name)) {
        return None;
    }
    let mut changes = Changes { model, list: Vec::new() };
    for other in index.connection_parameters.iter().filter(|other| other.name == old) {
        changes.add(Artifact::Properties, json_edit::rename_key(other.node, name)?);
    }
    let reference = Regex::new(&format!(r"(?i)(\bconnectionParameters\(')({})(')", regex::escape(&old))).ok()?;
    let mut open: Vec<Value<'_>> = index.policies.iter().map(|policy| policy.node).collect();
    while let Some(value) = open.pop() {
        if let Some(text) = value.as_str() {
            let replaced = reference.replace_all(&text, |found: &regex::Captures<'_>| format!("{}{name}{}", &found[1], &found[3]));
            changes.rewrite(value, &replaced);
        }
        open.extend(value.children());
    }
    Some(changes.list)
}

struct Changes<'m, 'a> {
    model: &'m Model<'a>,
    list: Vec<Change>,
}

impl Changes<'_, '_> {
    fn add(&mut self, artifact: Artifact, edit: Edit) {
        if let Some(document) = self.model.connector.document(artifact) {
            self.list.push(Change::Edit { file: document.path.to_string(), edits: vec![edit] });
        }
    }

    fn rewrite(&mut self, value: Value<'_>, id: &str) {
        if let (Some(artifact), Some(edit)) = (self.model.artifact_of(value), json_edit::rewrite(value, id)) {
            self.add(artifact, edit);
        }
    }

    fn rewrite_if(&mut self, value: Value<'_>, old: &str, id: &str) {
        if value.as_str().as_deref() == Some(old) {
            self.rewrite(value, id);
        }
    }

    /// scriptOperations, and the operations that policies name.
    fn in_properties(&mut self, old: &str, id: &str) {
        let Some(index) = &self.model.properties else { return };
        let script = index.properties.and_then(|properties| properties.get("scriptOperations"));
        let policies = index.policies.iter().filter_map(|policy| policy.node.get("parameters")?.get("x-ms-apimTemplate-operationName"));
        let names: Vec<Value<'_>> = script.into_iter().chain(policies).flat_map(|list| list.items()).collect();
        for name in names {
            self.rewrite_if(name, old, id);
        }
    }

    /// Mentions in a text: in a script as string, elsewhere as code or, when the id is no ordinary word, as whole word.
    fn in_text(&mut self, artifact: Artifact, old: &str, id: &str) {
        let Some(source) = self.model.source(artifact) else { return };
        let text = source.text();
        let is_special = old.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_');
        for (at, _) in text.match_indices(old) {
            let end = at + old.len();
            let (before, after) = (text[..at].chars().next_back(), text[end..].chars().next());
            let quoted = |quote: char| before == Some(quote) && after == Some(quote);
            let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
            let named = match artifact {
                Artifact::Script => quoted('"'),
                _ => quoted('`') || (is_special && !is_part(before) && !is_part(after)),
            };
            if named {
                self.add(artifact, Edit { span: at..end, text: id.to_owned() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::workspace::Workspace;
    use crate::rule::example::Example;

    #[test]
    fn an_operation_is_renamed_wherever_it_is_named() {
        let example = Example {
            definition: Some(
                r#"{ "paths": { "/parcels": { "get": { "parameters": [ { "name": "s", "in": "query", "type": "string",
                    "x-ms-dynamic-values": { "operationId": "GetParcel", "value-path": "x" } } ] } } } }"#
                    .to_owned(),
            ),
            properties: Some(
                r#"{ "properties": { "policyTemplateInstances": [ { "parameters": { "x-ms-apimTemplate-operationName": ["GetParcel", "ListParcels"] } } ] } }"#
                    .to_owned(),
            ),
            readme: Some("# T\n\n`GetParcel` and GetParcel, not GetParcels.\n".to_owned()),
            ..Example::default()
        };
        let given = crate::connector::load::Given::default();
        let mut workspace = Workspace::in_memory("x", example.files().unwrap(), given);
        let connector = workspace.connector();
        let model = Model::new(&connector);
        let at = model.swagger.as_ref().unwrap().operations.iter().position(|operation| operation.id.as_deref() == Some("GetParcel"));
        let changes = operation(&model, at.unwrap() as u32, "ReadParcel").unwrap();
        workspace.apply(super::super::batch::together(changes.into_iter())).unwrap();
        let text = |name: &str| String::from_utf8(workspace.bytes(name).unwrap().to_vec()).unwrap();
        assert_eq!(text("apiDefinition.json").matches("ReadParcel").count(), 2);
        assert_eq!(text("apiProperties.json").matches("ReadParcel").count(), 2);
        assert!(!text("apiDefinition.json").contains("GetParcel") && !text("apiProperties.json").contains("GetParcel"));
        assert_eq!(text("README.md"), "# T\n\n`ReadParcel` and ReadParcel, not GetParcels.\n");
    }

    #[test]
    fn a_connection_parameter_is_renamed_in_policies_and_never_to_a_name_that_is_taken() {
        let properties = r#"{ "properties": { "connectionParameters": { "user": { "type": "string" }, "login": { "type": "string" } },
            "policyTemplateInstances": [ { "parameters": { "value": "a@connectionParameters('user','')/@{connectionParameters('users')}" } } ] } }"#;
        let example = Example { properties: Some(properties.to_owned()), ..Example::default() };
        let mut workspace = Workspace::in_memory("x", example.files().unwrap(), crate::connector::load::Given::default());
        let connector = workspace.connector();
        let model = Model::new(&connector);
        let pattern = |source: &str| Pattern::from(source.to_owned());
        assert_eq!(only_parameter(&model, &pattern("."), Some("string")), None);
        let parameter = only_parameter(&model, &pattern("^user$"), None).unwrap();
        assert_eq!(connection_parameter(&model, parameter, "login"), None);
        let changes = connection_parameter(&model, parameter, "username").unwrap();
        workspace.apply(super::super::batch::together(changes.into_iter())).unwrap();
        let text = String::from_utf8(workspace.bytes("apiProperties.json").unwrap().to_vec()).unwrap();
        assert!(
            text.contains(r#""username": {"#) && text.contains("a@connectionParameters('username','')/@{connectionParameters('users')}"),
            "{text}"
        );
    }

    #[test]
    fn ids_that_would_become_the_same_get_numbers_in_the_order_of_the_file() {
        let example = Example {
            definition: Some(
                r#"{ "paths": {
                    "/parcels": { "get": { "operationId": "Get-Parcel" }, "post": { "operationId": "Get Parcel" } },
                    "/parcels/{parcelId}": { "get": { "operationId": "GETPARCEL" }, "put": {}, "delete": { "operationId": "Other" } },
                    "/parcels/{parcel-id}": { "put": {} }
                } }"#
                    .to_owned(),
            ),
            ..Example::default()
        };
        let connector = example.connector().unwrap();
        let model = Model::new(&connector);
        let swagger = model.swagger.as_ref().unwrap();
        let free = |at: usize, id: &str| free_id(&model, at as u32, id).unwrap();
        let at = |id: &str| swagger.operations.iter().position(|operation| operation.id.as_deref() == Some(id)).unwrap();
        assert_eq!(free(at("Get-Parcel"), "GetParcel"), "GetParcel2");
        assert_eq!(free(at("Get Parcel"), "GetParcel"), "GetParcel3");
        assert_eq!(free(at("GETPARCEL"), "GetParcel"), "GetParcel");
        assert_eq!(free(at("Other"), "Next"), "Next");
        let nameless: Vec<usize> = (0..swagger.operations.len()).filter(|&at| swagger.operations[at].id.is_none()).collect();
        let derived = derived_id(swagger, &swagger.operations[nameless[0]]);
        assert_eq!(derived, "PutParcelsByParcelId");
        assert_eq!(nameless.iter().map(|&at| free(at, &derived)).collect::<Vec<_>>(), ["PutParcelsByParcelId", "PutParcelsByParcelId2"]);
    }
}
