//! settings.json: which file is which, for the command line tools.

use serde_json::{Map, Value, json};

use super::authentication::authentication;
use crate::connector::{Artifact, Stage, Track};
use crate::fix::values::FixValues;
use crate::model::Model;

/// The names of a connector's files, as they will be when everything is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNames {
    /// The API definition.
    pub definition: String,
    /// apiProperties.json.
    pub properties: String,
    /// The icon, if there is or will be one.
    pub icon: Option<String>,
    /// The script, if there is or will be one.
    pub script: Option<String>,
}

impl FileNames {
    /// The names of the files that lie in the folder, and the usual ones of those to come: an icon, when `icon_to_come` says so, and a
    /// script, when makers sign in with client credentials. Connectors of independent publishers have no icon.
    pub fn of(model: &Model<'_>, values: &FixValues, icon_to_come: bool) -> Self {
        let existing = |artifact| model.connector.entry(artifact).map(|entry| entry.path.clone());
        let usual = |artifact: Artifact| artifact.names().first().map(|name| (*name).to_owned());
        // The public repository has the longer name of the definition.
        let usual_definition = || match model.connector.stage.value {
            Stage::Submission => "apiDefinition.json",
            Stage::PullRequest => "apiDefinition.swagger.json",
        };
        let needs_script = || authentication(model, values).is_ok_and(|authentication| authentication.client_credentials().is_some());
        let icon = existing(Artifact::Icon).or_else(|| usual(Artifact::Icon).filter(|_| icon_to_come));
        Self {
            definition: existing(Artifact::Definition).unwrap_or_else(|| usual_definition().to_owned()),
            properties: existing(Artifact::Properties).unwrap_or_else(|| "apiProperties.json".to_owned()),
            icon: icon.filter(|_| model.connector.track.value != Track::Independent),
            script: existing(Artifact::Script).or_else(|| usual(Artifact::Script).filter(|_| needs_script())),
        }
    }
}

/// A complete settings.json. Connector and environment stay open: their ids are nobody else's business. A definition under the name of
/// the public repository is handled with paconn, which keeps its addresses here and reads an absent script as none.
pub fn settings(names: &FileNames) -> Value {
    let for_paconn = names.definition.to_ascii_lowercase().ends_with(".swagger.json");
    let mut settings = Map::new();
    settings.insert("connectorId".to_owned(), Value::Null);
    settings.insert("environment".to_owned(), Value::Null);
    settings.insert("apiProperties".to_owned(), json!(names.properties));
    settings.insert("apiDefinition".to_owned(), json!(names.definition));
    settings.insert("icon".to_owned(), json!(names.icon));
    if names.script.is_some() || !for_paconn {
        settings.insert("script".to_owned(), json!(names.script));
    }
    if for_paconn {
        settings.insert("powerAppsUrl".to_owned(), json!("https://api.powerapps.com"));
        settings.insert("powerAppsApiVersion".to_owned(), json!("2016-11-01"));
    }
    Value::Object(settings)
}

#[cfg(test)]
mod tests {
    use super::super::authentication::samples::{API_KEY, CLIENT_CREDENTIALS, bare};
    use super::super::properties::pretty;
    use super::*;
    use crate::connector::Connector;
    use crate::connector::load::InMemory;

    fn names(definition: &str, track: Track, icon_to_come: bool) -> FileNames {
        let connector = bare(definition, track);
        FileNames::of(&Model::new(&connector), &FixValues::default(), icon_to_come)
    }

    #[test]
    fn settings_name_the_files_that_are_there_or_will_be() {
        assert_eq!(
            pretty(&settings(&names(CLIENT_CREDENTIALS, Track::Verified, false))),
            r#"{
  "connectorId": null,
  "environment": null,
  "apiProperties": "apiProperties.json",
  "apiDefinition": "apiDefinition.json",
  "icon": "icon.png",
  "script": "script.csx"
}
"#
        );
        assert_eq!(settings(&names(API_KEY, Track::Verified, true))["script"], Value::Null);
        assert_eq!(settings(&names(API_KEY, Track::Independent, true))["icon"], Value::Null, "independent publishers have no icon");
    }

    #[test]
    fn files_under_other_names_keep_them() {
        let files = ["ApiDefinition.JSON", "apiproperties.json", "Icon.PNG", "Code.csx"];
        let files = files.into_iter().map(|name| (name.to_owned(), b"{}".to_vec())).collect();
        let memory = InMemory { files, ..InMemory::default() };
        let connector = Connector::from_memory("x", memory, Track::Verified, Stage::Submission);
        let names = FileNames::of(&Model::new(&connector), &FixValues::default(), false);
        let all = [Some(names.definition), Some(names.properties), names.icon, names.script].map(Option::unwrap_or_default);
        assert_eq!(all, ["ApiDefinition.JSON", "apiproperties.json", "Icon.PNG", "Code.csx"]);
    }

    #[test]
    fn the_usual_names_depend_on_the_stage_and_an_icon_on_whether_it_is_made() {
        let of = |stage, icon_to_come| {
            let connector = Connector::from_memory("x", InMemory::default(), Track::Custom, stage);
            FileNames::of(&Model::new(&connector), &FixValues::default(), icon_to_come)
        };
        assert_eq!(of(Stage::Submission, false).definition, "apiDefinition.json");
        assert_eq!(of(Stage::PullRequest, false).definition, "apiDefinition.swagger.json");
        assert_eq!((of(Stage::Submission, true).icon.as_deref(), of(Stage::Submission, false).icon), (Some("icon.png"), None));
    }

    #[test]
    fn settings_beside_the_definition_of_the_public_repository_are_those_of_paconn() {
        let names = FileNames {
            definition: "apiDefinition.swagger.json".to_owned(),
            properties: "apiProperties.json".to_owned(),
            icon: None,
            script: None,
        };
        assert_eq!(
            pretty(&settings(&names)),
            r#"{
  "connectorId": null,
  "environment": null,
  "apiProperties": "apiProperties.json",
  "apiDefinition": "apiDefinition.swagger.json",
  "icon": null,
  "powerAppsUrl": "https://api.powerapps.com",
  "powerAppsApiVersion": "2016-11-01"
}
"#
        );
    }
}
