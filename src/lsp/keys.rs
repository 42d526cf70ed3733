//! What the members of a connector's files mean: the texts of `keys.toml` for the definition, the JSON Schemas for the others.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::connector::Artifact;
use crate::json_schema;
use crate::source::json::Value;
use crate::swagger::{Object, object_around};

/// Texts by name.
type Texts = BTreeMap<String, String>;

/// Everything `keys.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Extensions, which mean the same wherever they stand.
    extension: Texts,
    /// Members inside extensions.
    inside: BTreeMap<String, Texts>,
    /// Members of objects of Swagger 2.0.
    object: BTreeMap<Object, Texts>,
    /// Members that describe a plain value, wherever one is described.
    value: Texts,
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    // A test reads the file, so that one with a mistake never ships.
    KEYS.get_or_init(|| toml::from_str(include_str!("keys.toml")).unwrap_or_default())
}

/// What a member means.
pub fn meaning(artifact: Artifact, member: Value<'_>) -> Option<String> {
    match artifact {
        Artifact::Definition => definition(member),
        _ => {
            let described = json_schema::describe(artifact, member)?;
            let values = described.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
            let usual = if values.is_empty() { String::new() } else { format!("Such as {values}.") };
            let parts = [described.title.map(|title| format!("**{title}**")), described.description, Some(usual)];
            Some(parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"))
        }
    }
}

fn definition(member: Value<'_>) -> Option<String> {
    let key = member.key()?;
    let text = match extension_around(member) {
        Some(extension) => keys().inside.get(extension.as_str())?.get(key.as_ref()),
        None if key.starts_with("x-") => keys().extension.get(key.as_ref()),
        None => {
            let object = object_around(member)?;
            let own = keys().object.get(&object).and_then(|texts| texts.get(key.as_ref()));
            own.or_else(|| keys().value.get(key.as_ref()).filter(|_| object.names().any(|name| name == key)))
        }
    };
    text.map(|text| format!("**{key}**\n\n{text}"))
}

/// The extension in which a member stands.
fn extension_around(member: Value<'_>) -> Option<String> {
    let mut here = member.parent();
    while let Some(value) = here {
        if let Some(key) = value.key().filter(|key| key.starts_with("x-ms-")) {
            return Some(key.into_owned());
        }
        here = value.parent();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KNOWN_EXTENSIONS;

    #[test]
    fn every_known_extension_and_every_member_of_swagger_has_a_text() {
        let keys: Keys = toml::from_str(include_str!("keys.toml")).unwrap();
        for name in KNOWN_EXTENSIONS {
            assert!(keys.extension.contains_key(*name), "{name}");
        }
        for object in Object::ALL {
            for name in object.names() {
                let own = keys.object.get(&object).is_some_and(|texts| texts.contains_key(name));
                assert!(own || keys.value.contains_key(name), "{name} of {object:?}");
            }
        }
    }

    #[test]
    fn there_is_no_text_for_a_member_that_no_object_has() {
        let keys: Keys = toml::from_str(include_str!("keys.toml")).unwrap();
        for (object, texts) in &keys.object {
            for name in texts.keys() {
                assert!(object.names().any(|known| known == name), "{name} of {object:?}");
            }
        }
        for name in keys.extension.keys() {
            assert!(crate::model::is_known(name), "{name}");
        }
        for name in keys.inside.keys() {
            assert!(crate::model::is_known(name), "{name}");
        }
    }
}
