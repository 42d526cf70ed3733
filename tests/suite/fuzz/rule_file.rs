//! Any text as a user's rule: refused with a place, or run on a connector, its examples and its repairs included.

use std::path::Path;

use conncert::connector::load::{Given, InMemory};
use conncert::connector::{Connector, Stage, Track};
use conncert::fix::pass::{self, Choice};
use conncert::fix::workspace::Workspace;
use conncert::rule::Catalogue;
use conncert::rule::catalogue::Selection;
use conncert::rule::load;
use conncert::source::SourceText;

use super::choices::Choices;
use super::connectors::{self, Files};
use super::{check, mutate, places};

/// Rules to change.
pub const RULES: [&str; 8] = [
    include_str!("../../../rules/parameters/parameter-summary-required.toml"),
    include_str!("../../../rules/paths/path-ambiguous.toml"),
    include_str!("../../../rules/readme/readme-section-order.toml"),
    include_str!("../../../rules/icon/icon-size-bytes.toml"),
    include_str!("../../../rules/info/title-length.toml"),
    include_str!("../../../rules/metadata/categories-delimiter.toml"),
    include_str!("../../../rules/oauth/oauth-scopes-empty.toml"),
    "id = \"own\"\nsummary = \"s\"\nseverity = \"error\"\nconfidence = \"advice\"\nsource = \"https://contoso.com\"\nevidence = \"e\"\nmessage = \"{subject}\"\nwhy = \"w\"\nhelp = \"h\"\n[select]\nkind = [\"operation\", \"parameter\", \"schema\"]\nwhere = { internal = false }\n[check.required]\nmembers = [\"tags\"]\n",
];

/// Values that do not belong into rules.
const HOSTILE: [&str; 32] = [
    "1",
    "-1",
    "9223372036854775807",
    "1e309",
    "nan",
    "\"\"",
    "\"\\u0000\\u001b[2J\"",
    "[]",
    "{}",
    "[[]]",
    "true",
    "1979-05-27",
    "\"error\"",
    "\"(a+)+$\"",
    "\"(((a{999}){999}){999}){999}\"",
    "\"[\"",
    "\"(?i)\\\\p{L}{0,1000}{0,1000}\"",
    "\"(?R)\"",
    "\"{subject}{subject}{unknown}\"",
    "\"{\"",
    "\"operation\"",
    "[\"operation\", \"schema\", \"parameter\"]",
    "\"$..*..*..*..*\"",
    "\"$[?@.a==@..b]\"",
    "\"$[?match(@, '(a+)+$')]\"",
    "\"/\"",
    "[check.text]",
    "[[fix]]",
    "[[bad]]",
    "\"\"\"\n",
    "'''",
    "{ min = 9, max = 1 }",
];

/// One input.
pub fn run(data: &[u8]) {
    let choices = &mut Choices::of(data);
    let text = match choices.below(4) {
        0 => String::from_utf8_lossy(choices.rest()).into_owned(),
        _ => {
            let mut text = (*choices.of_these(&RULES)).to_owned();
            // Each change may make it unreadable; few of them leave a rule that runs.
            for _ in 0..choices.below(4) {
                text = mutate::lines(&text, &HOSTILE, choices);
            }
            text
        }
    };
    let _ = rule(&text);
}

/// Reads a rule and, if it can be read, lets it do its work; gives whether it could.
pub fn rule(text: &str) -> bool {
    let source = SourceText::from_bytes(text.as_bytes().to_vec());
    let id = text.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).unwrap_or("own");
    let rule = match load::parse(Path::new(&format!("house/{id}.toml")), text.as_bytes().to_vec()) {
        Ok(rule) => rule,
        Err(problem) => {
            assert!(!problem.message.trim().is_empty());
            if let Some(range) = &problem.range {
                places::range(&source, range, true, &problem);
            }
            return false;
        }
    };
    let catalogue = Catalogue::of(vec![rule]);
    let mut folders = vec![(connectors::example(), connectors::track_and_stage(&mut Choices::of(&[])))];
    for example in catalogue.rules().iter().filter_map(|rule| load::examples(rule).ok()).flat_map(|own| own.bad.into_iter().chain(own.good))
    {
        // Examples that are wrong in themselves are said to be so, and leave nothing to check.
        folders.extend(example.files().ok().map(|memory| (memory.files, example.track_and_stage())));
    }
    for (files, (track, stage)) in folders.iter().take(6) {
        check::folder(files, *track, *stage, &catalogue.plan(*track, *stage, &Selection::default()));
        repair(files, *track, *stage, &catalogue);
    }
    true
}

/// Repairs of a user's rule may be useless, and are given up then; they come to an end.
fn repair(files: &Files, track: Track, stage: Stage, catalogue: &Catalogue) {
    let memory = InMemory { files: files.clone(), ..InMemory::default() };
    let workspace = Workspace::in_memory("fuzzed", memory, Given { track: Some(track), stage: Some(stage) });
    let plan = |connector: &Connector| catalogue.plan(connector.track.value, connector.stage.value, &Selection::default());
    let _ = pass::run(workspace, plan, &Choice { unsafe_too: true, ..Choice::default() });
}
