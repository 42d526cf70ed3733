//! The conncert.toml that `conncert init` writes: every key with its description and an example, commented out.
//!
//! `template.toml` is made from the types of the configuration; a test compares.

use crate::connector::{Stage, Track};

/// The template without anything filled in. Descriptions begin with `# `, examples with `#` alone.
pub const TEXT: &str = include_str!("template.toml");

/// What was found in the folder the file is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Who publishes, where all connectors agree.
    pub track: Option<Track>,
    /// Which files are expected, where all connectors agree.
    pub stage: Option<Stage>,
    /// Values for fixes, by their keys.
    pub values: Vec<(&'static str, String)>,
}

/// The template with what was found: track and stage as examples, since they are found out anyway, values for fixes as settings.
pub fn filled(found: &Found) -> String {
    let examples = [("track", found.track.map(Track::word)), ("stage", found.stage.map(Stage::word))];
    let mut text = String::with_capacity(TEXT.len() + 200);
    for line in TEXT.lines() {
        let key = line.strip_prefix('#').and_then(|example| example.split_once(" = ")).map(|(key, _)| key);
        let example = examples.iter().find_map(|(name, word)| word.filter(|_| key == Some(name)).map(|word| (name, word)));
        let value = found.values.iter().find(|(name, _)| key == Some(name));
        match (example, value) {
            (Some((name, word)), _) => text.push_str(&format!("# Found out for what is here now:\n#{name} = \"{word}\"")),
            (None, Some((name, value))) => text.push_str(&format!("{name} = {}", quoted(value))),
            (None, None) => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// A string of TOML: as in JSON, apart from one control character.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::super::file::ConfigFile;
    use super::super::load::parse;
    use super::*;

    /// An example for every key; what a new key is good for is seen here.
    const EXAMPLES: [(&str, &str); 39] = [
        ("root", "true"),
        ("track", "\"verified\""),
        ("stage", "\"submission\""),
        ("select", "[\"parameter-summary-required\", \"5000.2.2.1\"]"),
        ("ignore", "[\"format-root-order\"]"),
        ("rules", "[\"our-rules\"]"),
        ("severity", "{ \"title-length\" = \"error\", \"format-root-order\" = \"off\" }"),
        ("fail-on", "\"warning\""),
        ("format", "[\"human\", \"sarif=conncert.sarif\"]"),
        ("baseline", "\"conncert-baseline.json\""),
        ("fix.publisher", "\"Contoso Ltd\""),
        ("fix.stack-owner", "\"Contoso Ltd\""),
        ("fix.website", "\"https://www.contoso.com\""),
        ("fix.privacy-policy", "\"https://www.contoso.com/privacy\""),
        ("fix.categories", "[\"Data\", \"Productivity\"]"),
        ("fix.contact-name", "\"Contoso Support\""),
        ("fix.contact-url", "\"https://www.contoso.com/support\""),
        ("fix.contact-email", "\"support@contoso.com\""),
        ("fix.brand-color", "\"#1f5c7a\""),
        ("fix.security-definition", "\"oauth2\""),
        ("fix.client-id", "\"the id of your application\""),
        ("fix.refresh-url", "\"https://login.contoso.com/refresh\""),
        ("fix.tenant-id", "\"common\""),
        ("fix.resource-uri", "\"https://api.contoso.com\""),
        ("fix.identity-provider", "\"oauth2\""),
        ("fix.redirect-mode", "\"GlobalPerConnector\""),
        ("fix.logo", "\"logo.svg\""),
        ("override.path", "\"legacy/**\""),
        ("override.track", "\"independent\""),
        ("override.stage", "\"pull-request\""),
        ("override.ignore", "[\"title-length\"]"),
        ("override.severity", "{ \"host-invalid\" = \"warning\" }"),
        ("accept.rule", "\"title-restricted-words\""),
        ("accept.connector", "\"legacy/*\""),
        ("accept.file", "\"apiDefinition.json\""),
        ("accept.pointer", "\"/info/title\""),
        ("accept.heading", "\"Known issues\""),
        ("accept.reason", "\"The product is called so.\""),
        ("accept.expires", "\"2027-03-31\""),
    ];

    fn example(key: &str) -> &'static str {
        let found = EXAMPLES.iter().find(|(known, _)| *known == key);
        found.unwrap_or_else(|| panic!("`{key}` needs an example")).1
    }

    fn described(schema: &Value) -> String {
        let text = schema["description"].as_str().unwrap().replace('\n', " ");
        let mut lines = vec!["#".to_owned()];
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if line.len() + 1 + word.len() <= 100 => *line = format!("{line} {word}"),
                _ => lines.push(format!("# {word}")),
            }
        }
        lines.join("\n") + "\n"
    }

    /// The template as the types say it.
    fn generated() -> String {
        let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ConfigFile>();
        let schema = serde_json::to_value(schema).unwrap();
        let members = |schema: &Value| schema["properties"].as_object().unwrap().clone();
        let mut text = "# conncert.toml: how conncert looks at the connectors in this folder and below.\n\
                        # Every setting stands here with an example that is commented out; take the # away to use it.\n"
            .to_owned();
        for (key, member) in members(&schema) {
            text.push('\n');
            text.push_str(&described(&member));
            let of = |name: &str| members(&schema["$defs"][name]);
            let (header, inner) = match key.as_str() {
                "fix" => ("[fix]\n", of("FixValues")),
                "override" => ("#[[override]]\n", of("Override")),
                "accept" => ("#[[accept]]\n", of("Accept")),
                _ => {
                    text.push_str(&format!("#{key} = {}\n", example(&key)));
                    continue;
                }
            };
            text.push_str(header);
            for (name, member) in inner {
                let value = example(&format!("{key}.{name}"));
                text.push_str(&described(&member));
                text.push_str(&format!("#{name} = {value}\n"));
            }
        }
        text
    }

    fn uncommented(text: &str) -> String {
        text.lines().map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n").collect()
    }

    fn config(text: String) -> ConfigFile {
        parse(Path::new("conncert.toml"), text.into_bytes()).unwrap().file
    }

    #[test]
    fn the_template_is_made_from_the_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/template.toml");
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(path, generated()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        assert!(written == generated(), "run `UPDATE_SCHEMAS=1 cargo test --lib template` and commit src/config/template.toml");
    }

    #[test]
    fn the_template_says_nothing_until_its_examples_are_uncommented() {
        assert_eq!(config(TEXT.to_owned()), ConfigFile::default());
        let full = config(uncommented(TEXT));
        assert_eq!((full.root, full.track, full.fix.logo.as_deref()), (true, Some(Track::Verified), Some("logo.svg")));
        assert_eq!((full.r#override.len(), full.accept.len(), full.severity.len()), (1, 1, 2));
        assert!(full.accept[0].expires.is_some() && full.baseline.is_some());
    }

    #[test]
    fn what_was_found_is_filled_in_whatever_it_is_called() {
        let hostile = "a \"b\" \\ \n\u{7f} é 日本 '''";
        let found = Found {
            track: Some(Track::Independent),
            stage: Some(Stage::PullRequest),
            values: vec![("publisher", hostile.to_owned()), ("website", "https://x.example".to_owned())],
        };
        let text = filled(&found);
        let file = config(text.clone());
        assert_eq!((file.fix.publisher.as_deref(), file.fix.website.as_deref()), (Some(hostile), Some("https://x.example")));
        assert_eq!((file.track, file.stage), (None, None));
        assert!(text.contains("#track = \"independent\"\n"), "{text}");
        let full = config(uncommented(&text));
        assert_eq!((full.track, full.stage), (Some(Track::Independent), Some(Stage::PullRequest)));
    }
}
