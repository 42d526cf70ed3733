//! `fix` on the published connectors: it never does harm, keeps the layout of every file, and has nothing left to do afterwards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use conncert::connector::Connector;
use conncert::connector::discover::{Target, discover};
use conncert::connector::load::{Given, InMemory};
use conncert::fix::pass::{self, Choice, Repaired};
use conncert::fix::workspace::{Difference, Workspace};
use conncert::rule::Catalogue;
use conncert::rule::catalogue::Selection;
use rayon::prelude::*;

use crate::harness::reference_data;

/// All that went wrong with one connector.
type Complaints = Vec<String>;

fn repaired(workspace: Workspace, catalogue: &Catalogue, unsafe_too: bool) -> Result<Repaired, String> {
    let plan = |connector: &Connector| catalogue.plan(connector.track.value, connector.stage.value, &Selection::default());
    let choice = Choice { unsafe_too, ..Choice::default() };
    pass::run(workspace, plan, &choice).map_err(|rejection| rejection.to_string())
}

/// What the layout of a text file consists of: byte order mark, line ends, line end at the end.
fn layout(bytes: &[u8]) -> (bool, bool, bool, bool) {
    let text = String::from_utf8_lossy(bytes);
    let (windows, all) = (text.matches("\r\n").count(), text.matches('\n').count());
    (bytes.starts_with(b"\xef\xbb\xbf"), windows > 0, windows < all, text.ends_with('\n'))
}

/// Lines of a file that are not there any more.
fn lost_lines(old: &[u8], new: &[u8]) -> usize {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    // A comma behind a line that was the last of its object is no change of that line.
    let bare = |line: &str| line.trim().trim_end_matches(',').to_owned();
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    new.lines().for_each(|line| *left.entry(bare(line)).or_default() += 1);
    let mut is_lost = |line: &&str| match left.get_mut(&bare(line)) {
        Some(left @ 1..) => {
            *left -= 1;
            false
        }
        _ => true,
    };
    old.lines().filter(|line| is_lost(line)).count()
}

fn complaints(folder: &Path, catalogue: &Catalogue, unsafe_too: bool) -> Complaints {
    let shown = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let complaint = |what: String| vec![format!("{shown}: {what}")];
    let workspace = Workspace::open(folder, &shown, Given::default()).expect("a readable folder");
    let mut first = match repaired(workspace, catalogue, unsafe_too) {
        Ok(repaired) => repaired,
        Err(rejection) => return complaint(rejection),
    };
    let mut complaints = Vec::new();
    for difference in first.workspace.differences() {
        let Difference::Changed { to, old, bytes, .. } = difference else { continue };
        let cures_layout = ["encoding-", "format-", "byte-order-mark"];
        if to.ends_with(".json") && !first.made.iter().any(|made| cures_layout.iter().any(|word| made.rule.contains(word))) {
            if layout(&old) != layout(&bytes) {
                complaints.extend(complaint(format!("{to} has another layout")));
            }
            // No safe fix replaces more than a handful of lines; a fix in one file may have its finding in another.
            let (lost, fixes) = (lost_lines(&old, &bytes), first.made.len());
            if !unsafe_too && lost > 12 * fixes {
                complaints.extend(complaint(format!("{fixes} fixes took {lost} lines of {to} away")));
            }
        }
    }
    let (track, stage) = (first.before.track.value, first.before.stage.value);
    let files = first.workspace.all_files().expect("readable files");
    let memory = InMemory { files, ..InMemory::default() };
    let again = Workspace::in_memory(&shown, memory, Given { track: Some(track), stage: Some(stage) });
    match repaired(again, catalogue, unsafe_too) {
        Ok(second) => {
            complaints.extend(second.made.iter().map(|made| format!("{shown}: a second run fixes {} ({})", made.rule, made.title)))
        }
        Err(rejection) => complaints.extend(complaint(rejection)),
    }
    complaints
}

fn folders() -> Option<Vec<PathBuf>> {
    let found = discover(&reference_data("corpus")?).expect("connectors");
    let folders = found.into_iter().filter_map(|target| match target {
        Target::Folder(folder) => Some(folder),
        Target::File(_) => None,
    });
    // All of them take minutes in a debug build: a sample here, everything with CONNCERT_WHOLE_CORPUS=1.
    let step = if std::env::var_os("CONNCERT_WHOLE_CORPUS").is_some() { 1 } else { 15 };
    Some(folders.step_by(step).collect())
}

fn no_complaints(unsafe_too: bool) {
    let Some(folders) = folders() else { return };
    let catalogue = Catalogue::built_in();
    let complaints: Vec<String> = folders.par_iter().flat_map_iter(|folder| complaints(folder, &catalogue, unsafe_too)).collect();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn safe_fixes_do_no_harm_to_published_connectors_and_a_second_run_has_nothing_to_do() {
    no_complaints(false);
}

#[test]
fn unsafe_fixes_do_no_harm_to_published_connectors_and_a_second_run_has_nothing_to_do() {
    no_complaints(true);
}
