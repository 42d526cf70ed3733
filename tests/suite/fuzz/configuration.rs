//! Any bytes as conncert.toml, config.json or a baseline: refused with a place, or read and applied.

use std::sync::Arc;

use conncert::baseline::apply::{Baseline, Mode};
use conncert::baseline::file;
use conncert::config::load::{self, Layers};
use conncert::config::{ConfigProblem, seed};
use conncert::connector::load::InMemory;
use conncert::connector::{Connector, Stage, Track};
use conncert::engine;
use conncert::outcome::Outcome;
use conncert::source::SourceText;

use super::choices::Choices;
use super::{connectors, mutate, places};

/// A configuration that says everything.
pub const TOML: &str = r##"track = "verified"
stage = "submission"
fail-on = "warning"
format = ["human", "json=report.json"]
select = ["title-length", "5000.2.4.1"]
ignore = ["FieldLengthExceeded"]
rules = ["house-rules"]
baseline = "baseline.json"

[severity]
title-length = "info"
"FieldLengthExceeded" = "off"

[fix]
publisher = "Contoso"
categories = ["Data", "Productivity"]
brand-color = "#123456"
logo = "logo.svg"

[[override]]
path = "connectors/*/{a,b}[0-9]/**"
track = "custom"

[[accept]]
rule = "title-length"
connector = "connectors/contoso"
file = "apiDefinition.json"
pointer = "/info/title"
reason = "Agreed."
expires = "2030-02-28"
"##;

/// A config.json that says everything.
pub const SEED: &str = r##"{ "apiDefinition": "a.json", "icon": "icon.png", "publisher": "Contoso", "stackOwner": "Contoso", "track": "verified",
  "oauth2": { "clientId": "1", "refreshUrl": "https://contoso.com", "tenantId": null }, "categories": ["Data"], "iconBrandColor": "#123456" }"##;

/// A baseline.
pub const BASELINE: &str = r#"{
  "conncert_baseline": 1, "note": "kept",
  "connectors": { ".": [ { "rule": "title-length", "file": "apiDefinition.json", "anchor": "info/title", "count": 2, "reason": "Old." } ],
    "../a b": [ { "rule": "file-icon-missing" }, { "rule": "file-icon-missing" } ] }
}"#;

/// Values that do not belong into configuration.
const HOSTILE: [&str; 24] = [
    "1",
    "-1",
    "1e309",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "\"[\"",
    "\"{a,{b,{c\"",
    "\"**/**/**/**/**/**/**/**/x\"",
    "\"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\"",
    "\"[!a-z]\"",
    "\"\\u0000\"",
    "\"\\u001b[2J\"",
    "\"../../..\"",
    "\"2024-02-30\"",
    "\"99999-01-01\"",
    "[\"\", \"\"]",
    "[[accept]]",
    "[[override]]",
    "[severity]",
    "\"\u{e9}\u{301}\"",
    "\"\"\"",
    "'",
];

/// One input.
pub fn run(data: &[u8]) {
    let choices = &mut Choices::of(data);
    let which = choices.below(3);
    let bytes = match choices.below(4) {
        0 => choices.rest().to_vec(),
        _ if which == 0 => {
            let mut text = TOML.to_owned();
            // Each change may make it unreadable; few of them leave something that applies.
            for _ in 0..choices.below(4) {
                text = mutate::lines(&text, &HOSTILE, choices);
            }
            text.into_bytes()
        }
        _ => {
            let mut file = [SEED, BASELINE][which - 1].as_bytes().to_vec();
            for _ in 0..choices.below(4) {
                mutate::once(&mut file, choices);
            }
            file
        }
    };
    let _ = match which {
        0 => toml(bytes),
        1 => seed(bytes),
        _ => baseline(bytes),
    };
}

fn problems(bytes: &[u8], problems: &[ConfigProblem]) -> bool {
    let source = SourceText::from_bytes(bytes.to_vec());
    assert!(!problems.is_empty(), "a file is refused without a reason");
    for problem in problems {
        assert!(!problem.message.trim().is_empty());
        if let Some(range) = &problem.range {
            places::range(&source, range, true, problem);
        }
    }
    false
}

/// A conncert.toml; gives whether it could be read.
pub fn toml(bytes: Vec<u8>) -> bool {
    let path = std::env::temp_dir().join("conncert-fuzz-nothing-here").join("conncert.toml");
    match load::parse(&path, bytes.clone()) {
        Ok(loaded) => {
            let source = SourceText::from_bytes(bytes);
            for name in ["title-length", "house-rules", ""] {
                if let Some(range) = loaded.place_of(name) {
                    places::range(&source, &range, true, &name);
                }
            }
            let layers = Layers(vec![Arc::new(loaded)]);
            for connector in ["connectors/contoso", "", "connectors/x/a1/y", ".."] {
                let settings = layers.settings(&path.with_file_name(connector));
                let _ = settings.accept.len();
            }
            true
        }
        Err(wrong) => problems(&bytes, &wrong),
    }
}

/// A config.json; gives whether it could be read.
pub fn seed(bytes: Vec<u8>) -> bool {
    match seed::parse(bytes.clone()) {
        Ok(_) => true,
        Err(wrong) => problems(&bytes, &wrong),
    }
}

/// A baseline, applied to a connector that has findings; gives whether it could be read.
pub fn baseline(bytes: Vec<u8>) -> bool {
    let path = std::env::temp_dir().join("conncert-fuzz-nothing-here").join("baseline.json");
    match file::parse(bytes.clone()) {
        Ok(_) => {
            let mut outcome = findings();
            let mut baseline = Baseline::new(&path, Some(bytes), Mode::Compare).expect("what was read once");
            let before = outcome.findings.len();
            baseline.take(path.parent().expect("a folder"), None, &mut outcome);
            assert_eq!(outcome.findings.len() + outcome.baselined, before, "a finding is lost");
            true
        }
        Err(wrong) => {
            let source = SourceText::from_bytes(bytes);
            assert!(!wrong.problem.trim().is_empty());
            if let Some((line, _)) = wrong.place {
                assert!(line >= 1 && line <= source.line_count(), "{wrong:?}");
            }
            false
        }
    }
}

fn findings() -> Outcome {
    let mut files = connectors::example();
    files.remove("icon.png");
    let connector = Connector::from_memory(".", InMemory { files, ..InMemory::default() }, Track::Verified, Stage::Submission);
    let mut outcome = engine::check(&connector, &connectors::plan(Track::Verified, Stage::Submission));
    conncert::baseline::anchor::attach(&connector, &mut outcome.findings);
    outcome
}
