//! Generates the assets a connector lacks, from its definition and the configured values.

pub mod authentication;
pub mod document;
pub mod icon;
pub mod intro;
pub mod properties;
pub mod readme;
pub mod script;
pub mod settings;

use super::edit::{Change, Part};
use super::json_edit::{self, Fragment, Position};
use super::values::{self, FixValues};
use crate::connector::{Artifact, Track};
use crate::model::Model;
use crate::source::image::parse_hex_color;
use crate::source::json::Value;
use document::SectionName;
use icon::{GeneratedIcon, IconRequest};
use settings::FileNames;

/// What was generated.
#[derive(Debug, Default)]
pub struct Generated {
    /// The changes; none where nothing is to be done.
    pub changes: Vec<Change>,
    /// What a person should know about them.
    pub remarks: Vec<String>,
}

impl From<Vec<Change>> for Generated {
    fn from(changes: Vec<Change>) -> Self {
        Self { changes, remarks: Vec::new() }
    }
}

/// Works out what is to be generated. The error says, for a maker, what is in the way.
pub fn generate(part: &Part, model: &Model<'_>, values: &FixValues) -> Result<Generated, String> {
    match part {
        Part::File(artifact) => file(*artifact, model, values),
        Part::Properties(key) => property(key, model, values).map(Generated::from),
        Part::Section(artifact, name) => Ok(section(*artifact, name, model, values).into()),
        Part::Operations => Ok(edits(Artifact::Readme, document::missing_operations(model), model).into()),
        Part::Icon => repaired_icon(model, values),
        Part::WithoutClientCredentials => without_client_credentials(model, values).map(Generated::from),
    }
}

fn file(artifact: Artifact, model: &Model<'_>, values: &FixValues) -> Result<Generated, String> {
    let mut remarks = Vec::new();
    let bytes = match artifact {
        Artifact::Definition => return Err("the definition is where everything else comes from; conncert cannot write it".to_owned()),
        Artifact::Properties => {
            let color = new_icon(model, values).and_then(Result::ok).map(|icon| icon.color);
            properties::pretty(&properties::properties(model, values, color).map_err(|refusal| refusal.to_string())?).into_bytes()
        }
        Artifact::Settings => {
            let names = FileNames::of(model, values, new_icon(model, values).is_some_and(|icon| icon.is_ok()));
            properties::pretty(&settings::settings(&names)).into_bytes()
        }
        Artifact::Icon => match new_icon(model, values) {
            Some(icon) => {
                let GeneratedIcon { png, remarks: about, .. } = icon?;
                remarks.extend(about.iter().map(ToString::to_string));
                png
            }
            None => return Ok(Generated::default()),
        },
        Artifact::Script => match script::script(model, values) {
            Some(code) => code.into_bytes(),
            None => return Err("only you know what the script is to do".to_owned()),
        },
        Artifact::Readme => readme::readme(model, values).into_bytes(),
        Artifact::Intro => intro::intro(model, values).into_bytes(),
    };
    let name = match artifact {
        Artifact::Script | Artifact::Icon => settings_name(model, artifact).unwrap_or_else(|| artifact.names()[0].to_owned()),
        _ => artifact.names()[0].to_owned(),
    };
    // What is there is never written over, whatever it counts as.
    if let Some(there) = model.connector.entries.iter().find(|entry| entry.path.eq_ignore_ascii_case(&name)) {
        let counts =
            there.artifact.map(|artifact| format!("; it counts as the {} now, see settings.json", artifact.word())).unwrap_or_default();
        return Err(format!("there is something called {} already{counts}", there.path));
    }
    Ok(Generated { changes: vec![Change::Write { file: name, bytes }], remarks })
}

/// The name that settings.json gives a file which is not there.
fn settings_name(model: &Model<'_>, artifact: Artifact) -> Option<String> {
    use crate::connector::settings::{NamedPath, named_path};
    match named_path(&model.root(Artifact::Settings)?.get_str(artifact.settings_key()?)?) {
        NamedPath::Inside(path) => Some(path),
        _ => None,
    }
}

/// The icon that is to come; `None` where one is there or none is wanted.
fn new_icon(model: &Model<'_>, values: &FixValues) -> Option<Result<GeneratedIcon, String>> {
    let wanted = model.connector.entry(Artifact::Icon).is_none() && model.connector.track.value != Track::Independent;
    wanted.then(|| {
        let name = values.picture.as_ref().map(|logo| format!("{}: ", logo.name)).unwrap_or_default();
        with_request(model, values, icon::generate).map_err(|error| format!("{name}{error}"))
    })
}

fn repaired_icon(model: &Model<'_>, values: &FixValues) -> Result<Generated, String> {
    let Some(entry) = model.connector.entry(Artifact::Icon) else { return Ok(Generated::default()) };
    let old = model.icon().map(|icon| icon.bytes()).unwrap_or_default();
    let icon = match &values.picture {
        Some(_) => with_request(model, values, icon::generate),
        None => with_request(model, values, |request| icon::repair(old, request)),
    };
    let icon = icon.map_err(|error| error.to_string())?;
    let remarks = icon.remarks.iter().map(ToString::to_string).collect();
    if icon.png == old {
        return Ok(Generated::default());
    }
    Ok(Generated { changes: vec![Change::Write { file: entry.path.clone(), bytes: icon.png }], remarks })
}

fn with_request<T>(model: &Model<'_>, values: &FixValues, make: impl FnOnce(&IconRequest<'_>) -> T) -> T {
    let title = model.swagger.as_ref().and_then(|swagger| swagger.root.get("info")?.get_str("title")).unwrap_or_default();
    let brand_color = values::value("brand-color", values, model).and_then(|color| parse_hex_color(&color));
    make(&IconRequest { logo: values.picture.as_ref(), title: &title, brand_color })
}

/// A key of apiProperties.json, in the place where published files have it; what is there already is kept.
fn property(key: &str, model: &Model<'_>, values: &FixValues) -> Result<Vec<Change>, String> {
    let Some(properties) = model.properties.as_ref().and_then(|index| index.properties) else { return Ok(Vec::new()) };
    let color = new_icon(model, values).and_then(Result::ok).map(|icon| icon.color);
    let value = properties::property(key, model, values, color).map_err(|refusal| refusal.to_string())?;
    let Some(value) = value else { return Ok(Vec::new()) };
    let before = properties::KEYS.iter().take_while(|known| **known != key).filter_map(|known| properties.get(known)).last();
    let position = before.map_or(Position::First, Position::Behind);
    let edit = match properties.get(key) {
        // The list of operations is one decision, policies are many.
        Some(there) if there.is_array() && !there.is_empty() && key != "scriptOperations" => return Ok(merged(there, &value, model)),
        Some(there) if there.is_object() && !there.is_empty() => return Ok(added(there, &value, model)),
        _ => json_edit::set_member(properties, key, &Fragment::New(value), position),
    };
    Ok(edits(Artifact::Properties, edit.into_iter().collect(), model))
}

/// Items of a list that are not there yet: policies are the same when template and title are.
fn merged(list: Value<'_>, new: &serde_json::Value, model: &Model<'_>) -> Vec<Change> {
    let is_there = |item: &serde_json::Value| {
        list.items().map(|known| known.to_serde()).any(|known| {
            known == *item
                || (item.get("templateId").is_some() && ["templateId", "title"].iter().all(|key| known.get(key) == item.get(key)))
        })
    };
    let missing = new.as_array().into_iter().flatten().filter(|item| !is_there(item));
    let new: Vec<_> = missing.filter_map(|item| json_edit::insert_item(list, &Fragment::New(item.clone()), Position::Last)).collect();
    edits(Artifact::Properties, new, model)
}

/// Members of an object that are not there yet.
fn added(object: Value<'_>, new: &serde_json::Value, model: &Model<'_>) -> Vec<Change> {
    let missing = new.as_object().into_iter().flatten().filter(|(key, _)| object.get(key).is_none());
    let new = missing.filter_map(|(key, value)| json_edit::set_member(object, key, &Fragment::New(value.clone()), Position::Last));
    edits(Artifact::Properties, new.collect(), model)
}

fn section(artifact: Artifact, name: &str, model: &Model<'_>, values: &FixValues) -> Vec<Change> {
    let edit = SectionName::from_name(name).and_then(|section| document::missing_section(model, values, artifact, section));
    edits(artifact, edit.into_iter().collect(), model)
}

/// Takes the security definitions out that the platform does not offer; policies and a script stand in for them.
fn without_client_credentials(model: &Model<'_>, values: &FixValues) -> Result<Vec<Change>, String> {
    if model.properties.as_ref().and_then(|index| index.properties).is_none() {
        return Err("apiProperties.json must be there first, with policies that hand over the credentials".to_owned());
    }
    let pointers = authentication::unsupported_security(model, values);
    let Some(json) = model.json(Artifact::Definition) else { return Ok(Vec::new()) };
    let removed = pointers.iter().filter_map(|pointer| json_edit::remove(json.at(pointer)?)).collect();
    Ok(edits(Artifact::Definition, removed, model))
}

fn edits(artifact: Artifact, edits: Vec<super::edit::Edit>, model: &Model<'_>) -> Vec<Change> {
    match model.connector.document(artifact) {
        Some(document) if !edits.is_empty() => vec![Change::Edit { file: document.path.to_string(), edits }],
        _ => Vec::new(),
    }
}
