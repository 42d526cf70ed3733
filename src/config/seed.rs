//! Reads config.json, the file from which the connector templates of Microsoft's industry samples are filled.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use super::{Config, ConfigProblem};
use crate::connector::Track;
use crate::finding::Range;
use crate::source::SourceText;
use crate::source::json::{Json, Value};
use crate::words;

/// Keys at the top of the file.
const KEYS: [&str; 16] = [
    "apiDefinition",
    "icon",
    "oauth2",
    "publisher",
    "stackOwner",
    "iconBrandColor",
    "track",
    "securityDefinition",
    "website",
    "privacyPolicy",
    "categories",
    "contactName",
    "contactUrl",
    "contactEmail",
    "$schema",
    "description",
];
/// Keys below `oauth2`.
const OAUTH_KEYS: [&str; 6] = ["clientId", "refreshUrl", "tenantId", "resourceUri", "identityProvider", "redirectMode"];
/// Keys under which people keep secrets. They belong on the command line of the deployment, never into a file of the connector.
const SECRETS: [&str; 5] = ["secret", "password", "apikey", "api_key", "accesskey"];

/// Reads the file. Blank texts and `null` count as not given; unknown keys are mistakes.
pub fn parse(bytes: Vec<u8>) -> Result<Config, Vec<ConfigProblem>> {
    let json = Json::parse(Arc::new(SourceText::from_bytes(bytes)));
    let mut reader = Reader { json: &json, problems: Vec::new() };
    let config = reader.config();
    if reader.problems.is_empty() { Ok(config) } else { Err(reader.problems) }
}

struct Reader<'j> {
    json: &'j Json,
    problems: Vec<ConfigProblem>,
}

impl<'j> Reader<'j> {
    fn config(&mut self) -> Config {
        let mut config = Config::default();
        for issue in self.json.issues() {
            let range = self.range(issue.span.clone());
            self.problems.push(ConfigProblem { range: Some(range), message: "this is no valid JSON".to_owned() });
        }
        let Some(root) = self.json.root().filter(Value::is_object) else {
            self.problems.push(ConfigProblem { range: None, message: "expected a JSON object with `apiDefinition` and `icon`".to_owned() });
            return config;
        };
        self.refuse_unknown(root, &KEYS);
        config.definition = self.text(root, "apiDefinition").map(PathBuf::from);
        config.track = self.text(root, "track").and_then(|track| {
            let known = Track::from_str(&track, true).ok();
            if known.is_none() {
                let range = root.get("track").map(|value| self.range(value.span()));
                self.problems.push(ConfigProblem { range, message: "`track` is verified, independent or custom".to_owned() });
            }
            known
        });
        let values = &mut config.values;
        values.logo = self.text(root, "icon");
        values.publisher = self.text(root, "publisher");
        values.stack_owner = self.text(root, "stackOwner");
        values.brand_color = self.text(root, "iconBrandColor");
        values.security_definition = self.text(root, "securityDefinition");
        values.website = self.text(root, "website");
        values.privacy_policy = self.text(root, "privacyPolicy");
        values.contact_name = self.text(root, "contactName");
        values.contact_url = self.text(root, "contactUrl");
        values.contact_email = self.text(root, "contactEmail");
        values.categories = self.texts(root, "categories");
        if let Some(oauth) = root.get("oauth2").filter(Value::is_object) {
            self.refuse_unknown(oauth, &OAUTH_KEYS);
            values.client_id = self.text(oauth, "clientId");
            values.refresh_url = self.text(oauth, "refreshUrl");
            values.tenant_id = self.text(oauth, "tenantId");
            values.resource_uri = self.text(oauth, "resourceUri");
            values.identity_provider = self.text(oauth, "identityProvider");
            values.redirect_mode = self.text(oauth, "redirectMode");
        }
        config
    }

    fn range(&self, span: std::ops::Range<usize>) -> Range {
        let source = self.json.source();
        Range { start: source.position(span.start), end: source.position(span.end) }
    }

    fn text(&mut self, object: Value<'j>, key: &str) -> Option<String> {
        let value = object.get(key)?;
        match value.as_str() {
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            None if value.raw() == "null" => None,
            None => {
                let message = format!("`{key}` must be a text, not {}", value.kind().word());
                self.problems.push(ConfigProblem { range: Some(self.range(value.span())), message });
                None
            }
        }
    }

    /// A list of texts, or one text with semicolons.
    fn texts(&mut self, object: Value<'j>, key: &str) -> Vec<String> {
        let Some(value) = object.get(key) else { return Vec::new() };
        let parts: Vec<String> = match value.is_array() {
            true => value.items().filter_map(|item| item.as_str()).map(|text| text.into_owned()).collect(),
            false => self.text(object, key).unwrap_or_default().split(';').map(str::to_owned).collect(),
        };
        parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }

    fn refuse_unknown(&mut self, object: Value<'j>, known: &[&str]) {
        for (key, value) in object.members() {
            if known.contains(&key.as_ref()) {
                continue;
            }
            let folded = key.to_lowercase();
            let message = if SECRETS.iter().any(|word| folded.contains(word)) {
                format!("`{key}` looks like a secret, which no file of a connector may hold: give it to the deployment command instead")
            } else {
                format!("`{key}` is no key of config.json.{}", words::did_you_mean(&key, known.iter().copied()))
            };
            let range = self.range(value.key_span().unwrap_or_else(|| value.span()));
            self.problems.push(ConfigProblem { range: Some(range), message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        parse(text.as_bytes().to_vec()).unwrap_err().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn the_keys_of_the_original_are_read_and_blank_ones_are_not_given() {
        let text = r#"{ "apiDefinition": "a.json", "icon": "", "oauth2": { "clientId": "1", "tenantId": null } }"#;
        let config = parse(text.as_bytes().to_vec()).unwrap();
        assert_eq!((config.definition, config.values.logo), (Some(PathBuf::from("a.json")), None));
        assert_eq!((config.values.client_id, config.values.tenant_id), (Some("1".to_owned()), None));
    }

    #[test]
    fn mistakes_are_named_with_what_was_meant() {
        assert_eq!(problems(r#"{ "apiDefinitions": "a" }"#), ["`apiDefinitions` is no key of config.json. Did you mean `apiDefinition`?"]);
        assert!(problems(r#"{ "oauth2": { "clientSecret": "x" } }"#)[0].contains("looks like a secret"));
        assert_eq!(problems(r#"{ "icon": 1 }"#), ["`icon` must be a text, not number"]);
        assert_eq!(problems("[]"), ["expected a JSON object with `apiDefinition` and `icon`"]);
        assert_eq!(problems(r#"{ "track": "x" }"#), ["`track` is verified, independent or custom"]);
    }
}
