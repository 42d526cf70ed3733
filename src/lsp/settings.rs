//! What the user has set in the editor: track, stage and configuration file; the same as the flags of the command line.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::Value;

use crate::cli::{Auto, ConfigArguments, ConnectorArguments, RuleArguments};
use crate::config::load;
use crate::connector::{Stage, Track};
use crate::fix::values::FixValues;
use crate::run::profile::Flags;

/// Settings of the editor, as the arguments that they stand for.
#[derive(Debug, Clone)]
pub struct EditorSettings {
    connector: ConnectorArguments,
    config: ConfigArguments,
    rules: RuleArguments,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self {
            connector: ConnectorArguments { track: Auto(None), stage: Auto(None) },
            config: ConfigArguments { config: None, no_config: false },
            rules: RuleArguments { select: Vec::new(), ignore: Vec::new(), folders: Vec::new() },
        }
    }
}

impl EditorSettings {
    /// Takes over what a settings object says. Gives a sentence about every value that is wrong; such a value changes nothing.
    pub fn update(&mut self, settings: &Value, root: Option<&Path>) -> Vec<String> {
        let Some(members) = settings.as_object() else {
            return if settings.is_null() { Vec::new() } else { vec!["The settings of conncert are expected to be an object.".to_owned()] };
        };
        let mut problems = Vec::new();
        for (name, value) in members {
            let problem = match name.as_str() {
                "track" => choice::<Track>(value).map(|track| self.connector.track = track),
                "stage" => choice::<Stage>(value).map(|stage| self.connector.stage = stage),
                "config" => file(value, root).map(|config| self.config.config = config),
                // Settings of the editor's own side, such as where the program lies.
                _ => Ok(()),
            };
            problems.extend(problem.err().map(|reason| format!("The setting conncert.{name} is ignored: {reason}.")));
        }
        problems
    }

    /// The flags of the command line that mean the same.
    pub fn flags(&self) -> Flags<'_> {
        let (rules, connector, config) = (&self.rules, &self.connector, &self.config);
        Flags { rules, connector, config, values: FixValues::default(), with_pictures: false }
    }

    /// The same flags, without any configuration file.
    pub fn without_config() -> ConfigArguments {
        ConfigArguments { config: None, no_config: true }
    }

    /// The configuration file that counts for every connector, if one is set.
    pub fn config(&self) -> Option<&Path> {
        self.config.config.as_deref()
    }
}

fn choice<T>(value: &Value) -> Result<Auto<T>, String>
where
    Auto<T>: FromStr<Err = String>,
{
    match value {
        Value::Null => "auto".parse(),
        Value::String(text) => text.parse().map_err(|expected| format!("`{text}` is not known; {expected}")),
        other => Err(format!("{other} is no text")),
    }
}

fn file(value: &Value, root: Option<&Path>) -> Result<Option<PathBuf>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => {
            let path = root.map_or_else(|| PathBuf::from(text), |root| root.join(text));
            if path.is_file() {
                Ok(Some(path))
            } else {
                Err(format!("there is no file {}; expected a {}", path.display(), load::FILE_NAME))
            }
        }
        other => Err(format!("{other} is no path")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wrong_values_are_named_and_change_nothing() {
        let mut settings = EditorSettings::default();
        assert!(settings.update(&json!({"track": "independent", "stage": "PULL-REQUEST", "path": 7}), None).is_empty());
        let problems = settings.update(&json!({"track": "verifed", "stage": 3, "config": "nowhere/conncert.toml"}), None);
        assert_eq!(problems.len(), 3);
        assert!(problems.iter().any(|problem| problem.contains("expected verified, independent, custom or auto")), "{problems:?}");
        assert_eq!(settings.connector.track, Auto(Some(Track::Independent)));
        assert_eq!(settings.connector.stage, Auto(Some(Stage::PullRequest)));
        assert!(settings.update(&json!({"track": "auto", "config": null}), None).is_empty());
        assert_eq!(settings.connector.track, Auto(None));
        assert!(settings.update(&Value::Null, None).is_empty());
        assert_eq!(settings.update(&json!([]), None).len(), 1);
    }
}
