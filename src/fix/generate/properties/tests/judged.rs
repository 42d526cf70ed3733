//! What conncert's own schemas and rules say about the files that are written: nothing, but for what only a person knows.

use super::super::super::authentication::unsupported_security;
use super::super::super::settings::{FileNames, settings};
use super::*;
use crate::connector::{Artifact, Connector};
use crate::engine;
use crate::finding::{Finding, Severity};
use crate::rule::Catalogue;
use crate::rule::catalogue::Selection;
use crate::rule::example::Example;

const TRACKS: [Track; 3] = [Track::Verified, Track::Independent, Track::Custom];

/// The connector with everything generated, and without what the platform must not see.
fn completed(definition: &str, track: Track, values: &FixValues) -> Connector {
    let before = bare(definition, track);
    let model = Model::new(&before);
    let mut root: Value = serde_json::from_str(model.source(Artifact::Definition).unwrap().text()).unwrap();
    // From the back, so that the places of the others stay.
    for pointer in unsupported_security(&model, values).iter().rev() {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match root.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.shift_remove(&name.replace("~1", "/")).unwrap()),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            other => panic!("{other}"),
        }
    }
    let mut files = vec![
        ("apiDefinition.json".to_owned(), pretty(&root)),
        ("apiProperties.json".to_owned(), pretty(&properties(&model, values, None).unwrap())),
        ("settings.json".to_owned(), pretty(&settings(&FileNames::of(&model, values, false)))),
    ];
    files.extend(script(&model, values).map(|code| ("script.csx".to_owned(), code)));
    let mut remove: Vec<String> = ["apiDefinition.json", "apiProperties.json", "settings.json", "script.csx"].map(str::to_owned).into();
    remove.extend((track == Track::Independent).then(|| "icon.png".to_owned()));
    Example { track: Some(track), remove, files: files.into_iter().collect(), ..Example::default() }.connector().unwrap()
}

/// What all built-in rules say about the generated files.
fn findings(connector: &Connector) -> Vec<Finding> {
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(connector.track.value, connector.stage.value, &Selection::default());
    let outcome = engine::check(connector, &plan);
    let generated = ["apiProperties.json", "settings.json", "script.csx", ""];
    outcome.findings.into_iter().filter(|finding| generated.contains(&&*finding.place.file)).collect()
}

#[test]
fn what_is_written_follows_the_schemas() {
    let schema = |text: &str| jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    let for_properties = schema(include_str!("../../../../../schemas/api-properties.schema.json"));
    let for_settings = schema(include_str!("../../../../../schemas/settings.schema.json"));
    for definition in [NOTHING, API_KEY, BASIC, ENTRA_ID, ACCESS_CODE, CLIENT_CREDENTIALS, CHOICE] {
        for track in TRACKS {
            let connector = bare(definition, track);
            let (model, values) = (Model::new(&connector), FixValues { stack_owner: Some("Tideline".to_owned()), ..configured() });
            let errors = |schema: &jsonschema::Validator, value: &Value| {
                schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect::<Vec<_>>()
            };
            assert_eq!(errors(&for_properties, &properties(&model, &values, None).unwrap()), [""; 0], "{definition}");
            assert_eq!(errors(&for_settings, &settings(&FileNames::of(&model, &values, true))), [""; 0]);
        }
    }
}

#[test]
fn the_built_in_rules_find_nothing_in_what_is_written() {
    for definition in [NOTHING, API_KEY, BASIC, ENTRA_ID, ACCESS_CODE, CLIENT_CREDENTIALS, CHOICE] {
        for track in TRACKS {
            let values = FixValues { stack_owner: Some("Tideline Carriers".to_owned()), ..configured() };
            let found = findings(&completed(definition, track, &values));
            let rules: Vec<_> = found.iter().map(|finding| (finding.rule.id.as_str(), finding.message.as_str())).collect();
            assert_eq!(rules, [], "{track:?} {definition}");
        }
    }
}

#[test]
fn a_provider_without_scopes_is_told_of_them_as_advice() {
    let connector = completed(&ACCESS_CODE.replace("parcels.", "x-"), Track::Verified, &configured());
    let found: Vec<_> = findings(&connector).into_iter().map(|finding| (finding.rule.id.clone(), finding.severity)).collect();
    assert_eq!(found, [("oauth-scopes-empty".to_owned(), Severity::Info)]);
    assert_eq!(oauth_settings(&ACCESS_CODE.replace("parcels.", "x-"), &configured())["scopes"], json!([]));
}

#[test]
fn only_what_nobody_else_knows_remains_to_be_filled_in() {
    for track in TRACKS {
        let values = FixValues { publisher: None, ..configured() };
        let connector = completed(ACCESS_CODE, track, &values);
        let errors = findings(&connector).into_iter().filter(|finding| finding.severity == Severity::Error);
        let places: Vec<_> = errors.map(|finding| (finding.rule.id.clone(), finding.place.pointer.unwrap_or_default())).collect();
        let expected = if track == Track::Independent { vec!["/properties/stackOwner"] } else { vec![] };
        assert_eq!(places.iter().map(|(_, pointer)| pointer.as_str()).collect::<Vec<_>>(), expected, "{track:?} {places:?}");
    }
}
