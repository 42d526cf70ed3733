//! README and INTRO as the rules see them: whole files.

mod corpus;
mod hostile;
mod insertion;
mod listing;

use std::sync::OnceLock;

use crate::connector::{Artifact, Connector, Stage, Track};
use crate::engine;
use crate::finding::Finding;
use crate::fix::values::FixValues;
use crate::model::Model;
use crate::rule::catalogue::Selection;
use crate::rule::example::Example;
use crate::rule::kind::Kind;
use crate::rule::{Catalogue, Rule};
use crate::source::markdown::{BlockKind, Markdown};

use super::super::{intro, readme};
use super::{SectionName, missing_operations, missing_section};

pub(super) const TRACKS: [Track; 3] = [Track::Verified, Track::Independent, Track::Custom];

/// Definition and apiProperties.json, as patches of the clean connector, by authentication model.
pub(super) const MODELS: [(&str, &str, &str); 9] = [
    ("none", r#"{ "securityDefinitions": null, "security": null }"#, r#"{ "properties": { "connectionParameters": null } }"#),
    ("key in a header", "{}", "{}"),
    ("key in the address", r#"{ "securityDefinitions": { "api_key": { "in": "query", "name": "key" } } }"#, "{}"),
    (
        "basic",
        r#"{ "securityDefinitions": { "api_key": null, "login": { "type": "basic" } }, "security": [{ "login": [] }] }"#,
        r#"{ "properties": { "connectionParameters": { "api_key": null } } }"#,
    ),
    (
        "OAuth",
        r#"{ "securityDefinitions": { "api_key": null, "o": { "type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a.example/auth",
            "tokenUrl": "https://a.example/token", "scopes": { "read": "Read parcels", "write": "write" } } }, "security": [{ "o": ["read"] }] }"#,
        r#"{ "properties": { "connectionParameters": { "api_key": null, "token": { "type": "oauthSetting",
            "oAuthSettings": { "identityProvider": "oauth2", "clientId": "x", "scopes": ["read"], "redirectMode": "Global" } } } } }"#,
    ),
    (
        "Microsoft",
        r#"{ "securityDefinitions": { "api_key": null, "o": { "type": "oauth2", "flow": "accessCode",
            "authorizationUrl": "https://login.windows.net/common/oauth2/authorize", "scopes": {} } }, "security": null }"#,
        r#"{ "properties": { "connectionParameters": { "api_key": null, "token": { "type": "oauthSetting",
            "oAuthSettings": { "identityProvider": "aad", "scopes": [] } } } } }"#,
    ),
    (
        "application",
        r#"{ "securityDefinitions": { "api_key": null, "o": { "type": "oauth2", "flow": "application",
            "tokenUrl": "https://a.example/token", "scopes": { "a": "", "b": "", "c": "", "d": "", "e": "", "f": "" } } } }"#,
        "{}",
    ),
    ("several", r#"{ "securityDefinitions": { "login": { "type": "basic" } }, "security": [{ "api_key": [] }, { "login": [] }] }"#, "{}"),
    ("parameters only", r#"{ "securityDefinitions": null, "security": null }"#, "{}"),
];

/// A clean connector of a model.
pub(super) fn example(track: Track, definition: &str, properties: &str) -> Example {
    Example { track: Some(track), definition: Some(definition.to_owned()), properties: Some(properties.to_owned()), ..Example::default() }
}

/// What the rules say about README or INTRO of a connector.
pub(super) fn findings(connector: &Connector, file: &str) -> Vec<Finding> {
    static CATALOGUE: OnceLock<(Catalogue, Vec<String>)> = OnceLock::new();
    let (catalogue, others) = CATALOGUE.get_or_init(|| {
        let catalogue = Catalogue::built_in();
        let is_of_texts = |rule: &&Rule| rule.file().select.kind.list().iter().any(|kind| matches!(kind, Kind::Readme | Kind::Intro));
        let others = catalogue.rules().iter().filter(|rule| !is_of_texts(rule)).map(|rule| rule.id().to_owned()).collect();
        (catalogue, others)
    });
    let selection = Selection { without: others.clone(), ..Selection::default() };
    let plan = catalogue.plan(connector.track.value, connector.stage.value, &selection);
    engine::check(connector, &plan).findings.into_iter().filter(|finding| *finding.place.file == *file).collect()
}

/// The ids of these findings.
pub(super) fn rules(connector: &Connector, file: &str) -> Vec<String> {
    findings(connector, file).iter().map(|finding| finding.rule.id.clone()).collect()
}

/// The example with README and INTRO that were generated from it.
pub(super) fn with_generated(mut example: Example, values: &FixValues) -> Example {
    let connector = example.connector().unwrap();
    let model = Model::new(&connector);
    let (readme, intro) = (readme::readme(&model, values), intro::intro(&model, values));
    assert_eq!((&readme, &intro), (&readme::readme(&model, values), &intro::intro(&model, values)), "same input, same text");
    (example.readme, example.intro) = (Some(readme), Some(intro));
    example
}

/// Paragraphs and list items that a person must complete.
pub(super) fn placeholders(text: &str) -> usize {
    Markdown::parse(text).blocks().iter().filter(|block| block.kind != BlockKind::CodeBlock && block.text.starts_with("TODO:")).count()
}

/// Demands that the rules find nothing in a file but every placeholder.
#[track_caller]
pub(super) fn only_placeholders(connector: &Connector, file: &str, text: &str, note: &str) {
    let found = rules(connector, file);
    let expected = if file == "INTRO.md" { "intro-placeholder-text" } else { "readme-placeholder-text" };
    assert!(found.iter().all(|rule| rule == expected), "{note}, {file}: {found:?}\n{text}");
    // INTRO is checked for verified publishers only.
    if file == "README.md" || connector.track.value == Track::Verified {
        assert_eq!(found.len(), placeholders(text), "{note}, {file}: {found:?}\n{text}");
    }
}

#[test]
fn generated_files_pass_every_rule_and_show_what_a_person_must_add() {
    for track in TRACKS {
        for (name, definition, properties) in MODELS {
            let example = with_generated(example(track, definition, properties), &FixValues::default());
            let connector = example.connector().unwrap();
            let (readme, intro) = (example.readme.unwrap(), example.intro.unwrap());
            let note = format!("{track:?}, {name}");
            only_placeholders(&connector, "README.md", &readme, &note);
            only_placeholders(&connector, "INTRO.md", &intro, &note);
            assert!(placeholders(&readme) > 0 && placeholders(&intro) > 0, "{note}");
            let model = Model::new(&connector);
            assert!(missing_operations(&model).is_empty(), "{note}: all operations are listed");
            for section in [SectionName::Title, SectionName::Opening, SectionName::Prerequisites, SectionName::SupportedOperations] {
                let edit = missing_section(&model, &FixValues::default(), Artifact::Readme, section);
                assert_eq!(edit, None, "{note}: {section:?} is there");
            }
        }
    }
}

#[test]
fn the_model_decides_what_makers_read_about_credentials() {
    let readme = |track, (_, definition, properties): (&str, &str, &str)| {
        with_generated(example(track, definition, properties), &FixValues::default()).readme.unwrap()
    };
    assert!(readme(Track::Verified, MODELS[0]).contains("\n## Obtaining Credentials\n\nNo credentials are needed.\n"));
    assert!(!readme(Track::Custom, MODELS[0]).contains("Credentials"));
    assert!(readme(Track::Verified, MODELS[1]).contains("in the header `X-Northbay-Key`."));
    assert!(readme(Track::Independent, MODELS[2]).contains("in the query parameter `key`."));
    assert!(readme(Track::Verified, MODELS[3]).contains("- **Username**: The name of the account at the service."));
    let verified = readme(Track::Verified, MODELS[4]);
    assert!(
        verified.contains("you are asked to sign in with your Northbay Parcels account") && verified.contains("- `read`: Read parcels.")
    );
    let independent = readme(Track::Independent, MODELS[4]);
    assert!(independent.contains("2. Give the application the redirect address `https://global.consent.azure-apim.net/redirect`."));
    assert!(independent.contains("3. Allow the application the scopes `read` and `write`."), "{independent}");
    let microsoft = readme(Track::Independent, MODELS[5]);
    assert!(
        microsoft.contains("Microsoft Entra admin center")
            && microsoft.contains("It begins with `https://global.consent.azure-apim.net/redirect/`")
    );
    assert!(
        readme(Track::Verified, MODELS[6]).contains("gets its access tokens at `https://a.example/token`; nobody is asked to sign in.")
    );
    assert_eq!(readme(Track::Verified, MODELS[7]).matches("The connection asks for:").count(), 1);
}

#[test]
fn each_track_has_the_sections_of_its_template() {
    let sections = |track| {
        let text = with_generated(example(track, "{}", "{}"), &FixValues::default()).readme.unwrap();
        let headings = Markdown::parse(&text)
            .headings()
            .iter()
            .filter(|heading| heading.level < 3)
            .map(|heading| heading.text.clone())
            .collect::<Vec<_>>();
        headings.join(", ")
    };
    assert_eq!(
        sections(Track::Verified),
        "Northbay Parcels, Publisher: Northbay Logistics, Prerequisites, Supported Operations, Obtaining Credentials, Getting Started, \
         Known Issues and Limitations, Deployment Instructions"
    );
    assert_eq!(
        sections(Track::Independent),
        "Northbay Parcels, Publisher: Northbay Logistics, Prerequisites, Supported Operations, Obtaining Credentials, Known Issues and Limitations"
    );
    assert_eq!(
        sections(Track::Custom),
        "Northbay Parcels, Publisher: Northbay Logistics, Prerequisites, Building the connector, Supported Operations, Obtaining Credentials"
    );
}

#[test]
fn a_connector_of_which_little_is_known_gets_placeholders_for_the_rest() {
    let definition =
        r#"{ "info": { "title": null, "description": null, "contact": null }, "paths": null, "x-ms-connector-metadata": null }"#;
    let nothing = Example { files: [("apiDefinition.json".to_owned(), "[]".to_owned())].into(), ..Example::default() };
    let properties = r#"{ "properties": { "publisher": "<<Enter the publisher>>" } }"#;
    for example in [example(Track::Verified, definition, properties), nothing] {
        let example = with_generated(example, &FixValues::default());
        let connector = example.connector().unwrap();
        assert!(example.readme.as_ref().unwrap().starts_with("# Connector Name\n\nTODO: Say in two or three sentences"));
        let found = rules(&connector, "README.md");
        assert!(found.len() >= 5 && found.iter().all(|rule| rule == "readme-placeholder-text"), "{found:?}");
        only_placeholders(&connector, "INTRO.md", example.intro.as_ref().unwrap(), "nothing known");
    }
}

#[test]
fn configured_values_come_before_what_the_connector_says() {
    let values = FixValues {
        publisher: Some("Contoso *Ltd.*".to_owned()),
        website: Some("https://contoso.example/".to_owned()),
        ..FixValues::default()
    };
    let text = with_generated(example(Track::Verified, "{}", "{}"), &values).readme.unwrap();
    assert!(text.contains("\n## Publisher: Contoso \\*Ltd.\\*\n"), "{text}");
    assert!(text.contains("at <https://contoso.example/>.") && !text.contains("northbayparcels.com"), "{text}");
}

#[test]
fn the_command_to_deploy_names_the_files_that_are_there() {
    let example = Example {
        stage: Some(Stage::PullRequest),
        remove: vec!["settings.json".to_owned(), "icon.png".to_owned()],
        rename: [("apiDefinition.json".to_owned(), "apiDefinition.swagger.json".to_owned())].into(),
        ..Example::default()
    };
    let text = with_generated(example, &FixValues::default()).readme.unwrap();
    let command = "pac connector create --api-definition-file apiDefinition.swagger.json --api-properties-file apiProperties.json --script-file script.csx\n";
    assert!(text.contains(command), "{text}");
    let packaged = with_generated(Example::default(), &FixValues::default()).readme.unwrap();
    assert!(packaged.contains("\npac connector create --settings-file settings.json\n"));
    assert!(packaged.contains("\npaconn create --settings settings.json\n"));
}

#[test]
fn errors_that_the_definition_names_are_explained_in_the_introduction() {
    let definition = r#"{ "paths": { "/parcels": { "get": { "responses": { "401": { "description": "No." }, "429": { "description": "Slow down." } } } } } }"#;
    let text = with_generated(example(Track::Verified, definition, "{}"), &FixValues::default()).intro.unwrap();
    let (_, errors) = text.split_once("## Common errors and remedies").unwrap();
    assert!(
        errors.contains("- **401**: ") && errors.contains("- **429**: ") && !errors.contains("404") && !errors.contains("TODO"),
        "{errors}"
    );
    assert!(errors.contains("ask the support: <https://www.northbayparcels.com/support>"), "{errors}");
}
