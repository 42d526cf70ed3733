//! The fixtures that inputs are made from, and the rules they are checked by.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use conncert::connector::{Stage, Track};
use conncert::rule::Catalogue;
use conncert::rule::catalogue::{Plan, Selection};

use super::choices::Choices;

/// Files of a folder by name.
pub type Files = BTreeMap<String, Vec<u8>>;

macro_rules! fixtures {
    ($($folder:literal: $($file:literal),+;)+) => {
        /// Files of every fixture that is used.
        const FIXTURES: &[&[(&str, &[u8])]] = &[
            $(&[$(($file, include_bytes!(concat!("../../../fixtures/", $folder, "/", $file)))),+]),+
        ];
    };
}

fixtures! {
    "example-base": "apiDefinition.json", "apiProperties.json", "settings.json", "README.md", "INTRO.md", "script.csx", "icon.png";
    "clean/verified-submission": "apiDefinition.json", "apiProperties.json", "settings.json", "README.md", "INTRO.md", "script.csx", "icon.png";
    "clean/custom-submission": "apiDefinition.json", "apiProperties.json", "settings.json", "README.md", "INTRO.md", "icon.png";
    "clean/independent-submission": "apiDefinition.json", "apiProperties.json", "settings.json", "README.md";
    "broken/typical": "apiDefinition.json", "apiProperties.json", "settings.json", "README.md", "icon.png";
    "hostile/reference-cycle": "apiDefinition.json";
    "hostile/cjk-and-emoji": "apiDefinition.json";
    "hostile/trailing-and-missing-commas": "apiDefinition.json";
}

/// Tracks to check as.
const TRACKS: [Track; 3] = [Track::Verified, Track::Independent, Track::Custom];
/// Stages to check for.
const STAGES: [Stage; 2] = [Stage::Submission, Stage::PullRequest];

/// The files of one of the fixtures.
pub fn any(choices: &mut Choices<'_>) -> Files {
    choices.of_these(FIXTURES).iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

/// The files of the connector on which rules show their examples.
pub fn example() -> Files {
    any(&mut Choices::of(&[]))
}

/// One of the tracks and one of the stages.
pub fn track_and_stage(choices: &mut Choices<'_>) -> (Track, Stage) {
    (*choices.of_these(&TRACKS), *choices.of_these(&STAGES))
}

/// The built-in rules.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(Catalogue::built_in)
}

/// All rules that apply.
pub fn plan(track: Track, stage: Stage) -> Plan<'static> {
    catalogue().plan(track, stage, &Selection::default())
}
