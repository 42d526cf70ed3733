//! What `fix` may never do: break a file, add an error, undo itself, find something to do a second time.

use conncert::connector::load::{Given, InMemory};
use conncert::connector::{Connector, Stage, Track};
use conncert::fix::pass::{self, Choice, Repaired};
use conncert::fix::values::FixValues;
use conncert::fix::verify::new_error;
use conncert::fix::workspace::{Difference, Workspace};
use conncert::report::fix::{FixSummary, Fixed, human, human_summary};
use conncert::report::human::escape::is_hidden;
use conncert::source::SourceText;
use conncert::source::json::Json;

use super::connectors::{self, Files};
use super::{check, places};

/// How a folder is repaired.
pub struct Manner<'v> {
    /// Who publishes.
    pub track: Track,
    /// Which files are expected.
    pub stage: Stage,
    /// Unsafe fixes too.
    pub unsafe_too: bool,
    /// What is known.
    pub values: &'v FixValues,
}

/// Repairs a folder in memory and demands that no harm is done.
pub fn check(files: &Files, manner: &Manner<'_>) {
    let mut first = repaired(files, manner);
    let after_files = first.workspace.all_files().unwrap_or_else(|error| panic!("a file is gone: {error}"));
    for difference in first.workspace.differences() {
        match difference {
            Difference::Created { name, bytes } => assert!(!name.ends_with(".json") || is_json(&bytes), "{name} was made and is no JSON"),
            Difference::Changed { to, old, bytes, .. } => {
                assert!(!to.ends_with(".json") || !is_json(&old) || is_json(&bytes), "{to} cannot be read any more");
            }
            Difference::Deleted { .. } => {}
        }
    }
    let memory = InMemory { files: files.clone(), ..InMemory::default() };
    let connector = Connector::from_memory("fuzzed", memory, manner.track, manner.stage);
    let error = new_error((&connector, &first.before), &first.after);
    assert!(error.is_none(), "a fix has added an error: {error:?}; made: {:?}", first.made);
    let memory = InMemory { files: after_files.clone(), ..InMemory::default() };
    let connector = Connector::from_memory("fuzzed", memory, manner.track, manner.stage);
    places::check(&connector, &first.after);
    shown(&first);
    let second = repaired(&after_files, manner);
    assert!(second.made.is_empty(), "a second run makes {:?}; the first made {:?}", second.made, first.made);
    assert!(second.workspace.differences().is_empty());
}

fn repaired(files: &Files, manner: &Manner<'_>) -> Repaired {
    let given = Given { track: Some(manner.track), stage: Some(manner.stage) };
    let memory = InMemory { files: files.clone(), ..InMemory::default() };
    let workspace = Workspace::in_memory("fuzzed", memory, given);
    let plan = |connector: &Connector| connectors::plan(connector.track.value, connector.stage.value).with_values(manner.values);
    let choice = Choice { unsafe_too: manner.unsafe_too, ..Choice::default() };
    pass::run(workspace, plan, &choice).unwrap_or_else(|rejection| panic!("{rejection}"))
}

/// What the user reads of it.
fn shown(repaired: &Repaired) {
    let differences = repaired.workspace.differences();
    let fixed = Fixed { repaired, differences: &differences, output: None, written: true };
    let mut summary = FixSummary::default();
    summary.add(&fixed);
    for text in [human(&fixed, false), human_summary(&summary, true)] {
        let hidden = text.chars().find(|&c| c != '\n' && is_hidden(c));
        assert_eq!(hidden, None, "the report of fixes shows hidden characters: {text:?}");
    }
    assert!(check::is_json(&serde_json::to_vec(&conncert::report::fix::FixedEntry::of(&fixed)).expect("serialised")));
}

fn is_json(bytes: &[u8]) -> bool {
    let json = Json::parse(std::sync::Arc::new(SourceText::from_bytes(bytes.to_vec())));
    json.issues().is_empty()
}
