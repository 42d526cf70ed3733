//! From a definition, a configuration and a logo to a connector that passes: every way of signing in, every track.

use std::fs;
use std::path::Path;

use conncert::run::Ending;
use serde_json::{Value, json};

use crate::fix::files;
use crate::harness::{Run, conncert, lint};

const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="M10 60 Q30 20 50 60 T90 60" stroke="#fff" stroke-width="12" fill="none"/></svg>"##;

/// A definition as a service describes itself: correct, but not made for the platform.
fn definition(security: Value) -> Value {
    let mut definition = json!({
        "swagger": "2.0",
        "info": {
            "title": "Harbor Weather",
            "description": "Harbor Weather forecasts wind and waves for small harbors.",
            "version": "1.0"
        },
        "host": "api.harborweather.com",
        "basePath": "/v1",
        "schemes": ["https"],
        "paths": { "/forecasts/{harborId}": { "get": {
            "summary": "Get a forecast",
            "description": "Returns the forecast for one harbor.",
            "operationId": "GetForecast",
            "produces": ["application/json"],
            "parameters": [{
                "name": "harborId", "in": "path", "required": true, "type": "string",
                "x-ms-summary": "Harbor", "description": "The harbor of the forecast."
            }],
            "responses": { "200": { "description": "The forecast.", "schema": { "type": "object", "properties": {
                "wind": { "type": "number", "x-ms-summary": "Wind", "description": "The wind in knots." }
            } } } }
        } } }
    });
    if let (Some(definition), Some(security)) = (definition.as_object_mut(), security.as_object()) {
        definition.extend(security.clone());
    }
    definition
}

fn one(name: &str, scheme: Value, scopes: &[&str]) -> Value {
    json!({ "securityDefinitions": { name: scheme }, "security": [{ name: scopes }] })
}

/// Every way of signing in, with what the configuration must say for it.
fn models() -> Vec<(&'static str, Value, Value)> {
    let code = |authorization: &str, token: &str| {
        json!({ "type": "oauth2", "flow": "accessCode", "authorizationUrl": authorization, "tokenUrl": token,
                "scopes": { "forecasts.read": "Read forecasts" } })
    };
    let microsoft = code(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    );
    let own = code("https://login.harborweather.com/authorize", "https://login.harborweather.com/token");
    let application = json!({ "type": "oauth2", "flow": "application", "tokenUrl": "https://login.harborweather.com/token",
                              "scopes": { "forecasts.read": "Read forecasts" } });
    let key = json!({ "type": "apiKey", "in": "header", "name": "X-Api-Key" });
    let oauth = json!({ "oauth2": { "clientId": "<<Enter your client ID>>", "resourceUri": "https://api.harborweather.com" } });
    vec![
        ("none", json!({}), json!({})),
        ("key in a header", one("key", key.clone(), &[]), json!({})),
        ("key in the query", one("key", json!({ "type": "apiKey", "in": "query", "name": "key" }), &[]), json!({})),
        ("user name and password", one("login", json!({ "type": "basic" }), &[]), json!({})),
        ("Microsoft identity platform", one("entra", microsoft, &["forecasts.read"]), oauth),
        ("OAuth of the service", one("oauth", own, &["forecasts.read"]), json!({})),
        ("client credentials", one("machine", application, &["forecasts.read"]), json!({})),
        (
            "a choice of two",
            json!({ "securityDefinitions": { "key": key, "login": { "type": "basic" } }, "security": [{ "key": [] }, { "login": [] }] }),
            json!({}),
        ),
    ]
}

/// Writes definition, logo and config.json into a folder and runs the one command that makes a connector of them.
fn made(folder: &Path, security: &Value, config: &Value, track: &str, more: &[&str]) -> Run {
    let mut config = config.clone();
    if let Some(config) = config.as_object_mut() {
        config.insert("apiDefinition".to_owned(), json!("openapi.json"));
        config.insert("icon".to_owned(), json!("logo.svg"));
    }
    fs::write(folder.join("openapi.json"), serde_json::to_string_pretty(&definition(security.clone())).unwrap()).unwrap();
    fs::write(folder.join("logo.svg"), LOGO).unwrap();
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let (config, output) = (folder.join("config.json"), folder.join("out"));
    let arguments = ["fix", "--config", config.to_str().unwrap(), "--output", output.to_str().unwrap(), "--track", track];
    conncert(arguments.iter().chain(more))
}

/// What a person writes in the place of each placeholder.
fn filled_in(text: &str, publisher: &'static str) -> String {
    let answers = [
        ("e-mail", "support@harborweather.com"),
        ("privacy", "https://www.harborweather.com/privacy"),
        ("web site", "https://www.harborweather.com"),
        ("website", "https://www.harborweather.com"),
        ("page", "https://www.harborweather.com/support"),
        ("team", "Harbor Weather Support"),
        ("categor", "Data"),
        ("owner", "Harbor Weather"),
        ("owns", "Harbor Weather"),
        ("publisher", publisher),
    ];
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<<Enter ") {
        let end = start + rest[start..].find(">>").expect("a placeholder ends") + 2;
        let what = &rest[start..end];
        filled.push_str(&rest[..start]);
        let answer = answers.iter().find(|(word, _)| what.contains(word));
        filled.push_str(if what.contains("client ID") { what } else { answer.unwrap_or_else(|| panic!("no answer to {what}")).1 });
        rest = &rest[end..];
    }
    filled.push_str(rest);
    let lines = filled.lines().map(|line| match line.split_once("TODO: ") {
        Some((before, _)) => {
            format!("{before}Every account of Harbor Weather has this. Sign in at https://www.harborweather.com and open the settings.")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").replace("## Publisher\n", &format!("## Publisher: {publisher}\n")) + "\n"
}

fn fill_in(folder: &Path, track: &str) {
    let publisher = if track == "independent" { "Kestrel Shore" } else { "Harbor Weather" };
    for (name, bytes) in files(folder).into_iter().filter(|(name, _)| name.ends_with(".json") || name.ends_with(".md")) {
        fs::write(folder.join(name), filled_in(&String::from_utf8(bytes).unwrap(), publisher)).unwrap();
    }
}

/// Errors and warnings of a folder, as `rule: message`.
fn serious(folder: &Path, track: &str) -> Vec<String> {
    let findings = lint(folder, &["--track", track]).findings();
    let serious = findings.iter().filter(|finding| finding["severity"] != "info");
    serious.map(|finding| format!("{}: {}", finding["rule"].as_str().unwrap(), finding["message"].as_str().unwrap())).collect()
}

#[test]
fn a_definition_a_configuration_and_a_logo_become_a_connector_that_passes() {
    for track in ["verified", "independent", "custom"] {
        for (name, security, config) in models() {
            let folder = tempfile::tempdir().unwrap();
            let more: &[&str] = if name == "client credentials" { &["--unsafe"] } else { &[] };
            let run = made(folder.path(), &security, &config, track, more);
            assert_eq!(run.ending, Ending::Clean, "{name}, {track}: {}{}", run.errors, run.output);
            let out = folder.path().join("out");
            let expected: &[&str] = match track {
                "independent" => &["README.md", "apiDefinition.json", "apiProperties.json", "settings.json"],
                "custom" => &["README.md", "apiDefinition.json", "apiProperties.json", "icon.png", "settings.json"],
                _ => &["INTRO.md", "README.md", "apiDefinition.json", "apiProperties.json", "icon.png", "settings.json"],
            };
            let mut names: Vec<String> = files(&out).into_keys().filter(|file| file != "script.csx").collect();
            if track == "custom" {
                names.retain(|file| file != "INTRO.md");
            }
            assert_eq!(names, expected, "{name}, {track}");
            assert_eq!(out.join("script.csx").exists(), name == "client credentials", "{name}, {track}");

            let is_placeholder = |line: &&String| line.starts_with("placeholder-") || line.contains("-placeholder-text");
            let others: Vec<String> = serious(&out, track).iter().filter(|line| !is_placeholder(line)).cloned().collect();
            assert_eq!(others, Vec::<String>::new(), "{name}, {track}: more than placeholders is left");

            fill_in(&out, track);
            assert_eq!(serious(&out, track), Vec::<String>::new(), "{name}, {track}: left after filling in");
            assert_eq!(lint(&out, &["--track", track]).ending, Ending::Clean);
            let again = conncert(["fix", "--diff", "--unsafe", "--track", track, out.to_str().unwrap()]);
            assert_eq!(again.output, "", "{name}, {track}: a second run changes something");
        }
    }
}

#[test]
fn configured_values_leave_fewer_placeholders() {
    let folder = tempfile::tempdir().unwrap();
    let (_, security, _) = models().remove(1);
    let config = json!({
        "publisher": "Harbor Weather", "stackOwner": "Harbor Weather", "iconBrandColor": "#0a5a8a", "website": "https://www.harborweather.com",
        "privacyPolicy": "https://www.harborweather.com/privacy", "categories": ["Data"], "contactName": "Harbor Weather Support",
        "contactUrl": "https://www.harborweather.com/support", "contactEmail": "support@harborweather.com"
    });
    let run = made(folder.path(), &security, &config, "verified", &[]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    let out = folder.path().join("out");
    let left = serious(&out, "verified");
    assert!(left.iter().all(|line| line.contains("-placeholder-text")), "{left:?}");
    let properties: Value = serde_json::from_slice(&fs::read(out.join("apiProperties.json")).unwrap()).unwrap();
    assert_eq!(properties["properties"]["iconBrandColor"], "#0a5a8a");
    assert_eq!(properties["properties"]["publisher"], "Harbor Weather");
}

#[test]
fn flows_that_the_platform_does_not_offer_are_refused_and_nothing_is_written() {
    for flow in ["implicit", "password"] {
        let folder = tempfile::tempdir().unwrap();
        let scheme = json!({ "type": "oauth2", "flow": flow, "authorizationUrl": "https://login.harborweather.com/authorize",
                             "tokenUrl": "https://login.harborweather.com/token", "scopes": {} });
        let run = made(folder.path(), &one("old", scheme, &[]), &json!({}), "verified", &[]);
        assert_eq!(run.ending, Ending::Failed, "{flow}: {}", run.output);
        assert!(run.errors.contains(flow) && run.errors.contains("nothing was written"), "{flow}: {}", run.errors);
        assert!(!folder.path().join("out").exists(), "{flow}");
    }
}

#[test]
fn missing_or_unusable_inputs_are_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let run_with = |config: &str| {
        fs::write(path("config.json"), config).unwrap();
        conncert(["fix", "--config", &path("config.json"), "--output", &path("out")])
    };
    fs::write(path("openapi.json"), definition(json!({})).to_string()).unwrap();
    fs::write(path("text.svg"), "this is no picture").unwrap();
    for (config, expected) in [
        (r#"{ "apiDefinition": "missing.json" }"#, "missing.json"),
        (r#"{ "apiDefinition": "openapi.json", "icon": "missing.svg" }"#, "missing.svg"),
        (r#"{ "apiDefinition": "openapi.json", "icon": "text.svg" }"#, "text.svg"),
        (r#"{ "apiDefinition": "openapi.json", "oauth2": { "clientSecret": "x" } }"#, "looks like a secret"),
        (r#"{ "apiDefinition": "openapi.json", }"#, "config.json:1:"),
        (r#"{ "apiDefinition": "openapi.json", "tracks": "verified" }"#, "Did you mean `track`?"),
    ] {
        let run = run_with(config);
        assert_eq!(run.ending, Ending::Failed, "{config}: {}", run.output);
        assert!(run.errors.contains(expected), "{config}: {}", run.errors);
        assert!(!Path::new(&path("out")).exists(), "{config}");
    }
}

#[test]
fn a_definition_that_is_there_and_differs_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (_, security, config) = models().remove(0);
    assert_eq!(made(folder.path(), &security, &config, "verified", &[]).ending, Ending::Clean);
    let out = folder.path().join("out");
    let before = files(&out);
    let run = made(folder.path(), &security, &config, "verified", &[]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("differs from"), "{}", run.errors);
    assert!(files(&out) == before, "files have changed");
}

#[test]
fn a_configuration_with_a_definition_needs_an_output_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), r#"{ "apiDefinition": "openapi.json" }"#).unwrap();
    let run = conncert(["fix", "--config", folder.path().join("config.json").to_str().unwrap()]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("--output DIR"), "{}", run.errors);
}
