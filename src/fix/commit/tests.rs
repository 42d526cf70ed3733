//! Commits on a disk that fails: at every single operation, halfway through a write, for good, and again during the repair.

mod disks;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::disk::{Disk, FileSystem, Kind};
use super::journal::is_temporary;
use super::*;
use disks::{CaseBlind, Fault, Faulty, WithoutLinks};

/// Faults are tried at every operation where files live in memory; elsewhere at every fifth, since a system that has to write thousands
/// of files to a disk takes minutes.
const STRIDE: usize = if cfg!(target_os = "linux") { 1 } else { 5 };

/// A folder and what a commit should make of it.
struct Scene {
    before: BTreeMap<String, Vec<u8>>,
    steps: Vec<Step>,
    after: BTreeMap<String, Vec<u8>>,
}

fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn print(text: &str) -> Fingerprint {
    Fingerprint::of(text.as_bytes())
}

fn replace(name: &str, old: &str, new: &str) -> Step {
    Step::Replace { name: name.to_owned(), expected: print(old), bytes: new.into() }
}

fn rename(from: &str, to: &str, old: &str, new: Option<&str>) -> Step {
    Step::Rename { from: from.to_owned(), to: to.to_owned(), expected: print(old), bytes: new.map(Into::into) }
}

fn create(name: &str, text: &str) -> Step {
    Step::Create { name: name.to_owned(), bytes: text.into() }
}

fn delete(name: &str, old: &str) -> Step {
    Step::Delete { name: name.to_owned(), expected: print(old) }
}

/// Every kind of step, names that differ in case only, and folders to be made.
fn everything() -> Scene {
    Scene {
        before: files(&[
            ("a.json", "a1"),
            ("b.json", "b1"),
            ("Readme.md", "r"),
            ("intro.md", "i1"),
            ("logo.png", "l"),
            ("old.txt", "o"),
            ("s/x", "x"),
        ]),
        steps: vec![
            replace("a.json", "a1", "a2, longer than before"),
            replace("b.json", "b1", "b2"),
            rename("Readme.md", "README.md", "r", None),
            rename("intro.md", "INTRO.md", "i1", Some("i2")),
            rename("logo.png", "assets/icon.png", "l", None),
            delete("old.txt", "o"),
            replace("s/x", "x", "x2"),
            create("settings.json", "{}"),
            create("deep/er/file.txt", "f"),
        ],
        after: files(&[
            ("a.json", "a2, longer than before"),
            ("b.json", "b2"),
            ("README.md", "r"),
            ("INTRO.md", "i2"),
            ("assets/icon.png", "l"),
            ("s/x", "x2"),
            ("settings.json", "{}"),
            ("deep/er/file.txt", "f"),
        ]),
    }
}

/// One step of each kind: small enough to try all pairs of faults.
fn a_few() -> Scene {
    Scene {
        before: files(&[("a.json", "a1"), ("Readme.md", "r1"), ("old.txt", "o")]),
        steps: vec![
            replace("a.json", "a1", "a2"),
            rename("Readme.md", "README.md", "r1", Some("r2")),
            delete("old.txt", "o"),
            create("n/new.txt", "n"),
        ],
        after: files(&[("a.json", "a2"), ("README.md", "r2"), ("n/new.txt", "n")]),
    }
}

impl Scene {
    fn set_up(&self) -> tempfile::TempDir {
        // Memory, where there is a folder of it: the same test without waiting for a disk.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        for (name, bytes) in &self.before {
            let path = name::path_in(folder.path(), name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// Whether a folder holds exactly the files before (`false`) or after (`true`), and nothing of ours.
    fn is_new(&self, folder: &Path, story: &str) -> bool {
        let found = contents(folder);
        assert!(found == self.before || found == self.after, "{story}: neither old nor new, but {:?}", texts(&found));
        found == self.after
    }

    /// Whatever happened, a file that has content before and after has one of the two; nothing else is ever seen under a user's name.
    fn assert_no_file_is_half(&self, folder: &Path, story: &str) {
        let found = contents(folder);
        for (name, bytes) in found.iter().filter(|(name, _)| !is_own_file(name)) {
            let known = [self.before.get(name), self.after.get(name)];
            assert!(known.contains(&Some(bytes)), "{story}: {name} holds {:?}", String::from_utf8_lossy(bytes));
        }
        for name in self.before.keys().filter(|name| self.after.contains_key(*name)) {
            assert!(found.contains_key(name), "{story}: {name} is missing");
        }
    }
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(inside) = folders.pop() {
        for name in FileSystem.names(&name::path_in(folder, &inside)).unwrap() {
            let name = place::joined(&inside, name.to_str().unwrap());
            let path = name::path_in(folder, &name);
            match FileSystem.kind(&path).unwrap() {
                Some(Kind::Folder) => folders.push(name),
                _ => drop(found.insert(name, fs::read(path).unwrap())),
            }
        }
    }
    found
}

fn texts(files: &BTreeMap<String, Vec<u8>>) -> Vec<(&str, std::borrow::Cow<'_, str>)> {
    files.iter().map(|(name, bytes)| (name.as_str(), String::from_utf8_lossy(bytes))).collect()
}

fn all_disks() -> [(&'static str, Box<dyn Disk>); 3] {
    [
        ("an ordinary disk", Box::new(FileSystem)),
        ("a disk without links", Box::new(WithoutLinks)),
        ("a case-blind disk", Box::new(CaseBlind)),
    ]
}

#[test]
fn every_kind_of_step_is_carried_out_on_every_kind_of_disk() {
    for (kind, disk) in all_disks() {
        let scene = everything();
        let folder = scene.set_up();
        let done = commit_on(disk.as_ref(), folder.path(), &scene.steps).unwrap();
        assert_eq!(done.changed.len(), scene.steps.len());
        assert!(scene.is_new(folder.path(), kind));
        assert!(folder.path().join("s").is_dir() && !folder.path().join("n").exists());
    }
}

#[test]
fn when_any_one_operation_fails_the_folder_is_wholly_old_or_the_commit_succeeds() {
    for (kind, disk) in all_disks() {
        for fault in [Fault::Refused, Fault::Half, Fault::DoneButReported] {
            let scene = everything();
            let mut failures = 0;
            for at in (0..).step_by(STRIDE) {
                let story = format!("{fault:?} at operation {at} of {kind}");
                let folder = scene.set_up();
                // To look and be told nonsense is no different from being refused.
                let faulty = if fault == Fault::Refused {
                    Faulty::new(disk.as_ref(), at, fault)
                } else {
                    Faulty::of_changes(disk.as_ref(), at, fault)
                };
                let result = commit_on(&faulty, folder.path(), &scene.steps);
                if !faulty.has_struck() {
                    assert!(result.is_ok(), "{story}: {result:?}");
                    break;
                }
                match result {
                    Err(error) => {
                        failures += 1;
                        assert!(!matches!(error, CommitError::NotUndone { .. }), "{story}: {error}");
                        assert!(!scene.is_new(folder.path(), &story));
                        assert!(!folder.path().join("assets").exists() && !folder.path().join("deep").exists(), "{story}");
                    }
                    // What failed was one of several ways, or the tidying up, which the next run repeats.
                    Ok(_) => {
                        recover_on(disk.as_ref(), folder.path()).unwrap();
                        assert!(scene.is_new(folder.path(), &story));
                    }
                }
            }
            assert!(failures * STRIDE > 20, "{failures} failures with {fault:?} on {kind}");
        }
    }
}

#[test]
fn when_a_run_ends_at_any_operation_the_next_one_finishes_or_undoes_it() {
    for (kind, disk) in all_disks() {
        for fault in [Fault::End, Fault::HalfAndEnd] {
            let scene = everything();
            let (mut finished, mut undone) = (0, 0);
            for at in (0..).step_by(STRIDE) {
                let story = format!("{fault:?} at operation {at} of {kind}");
                let folder = scene.set_up();
                let faulty = Faulty::of_changes(disk.as_ref(), at, fault);
                let result = commit_on(&faulty, folder.path(), &scene.steps);
                if !faulty.has_struck() {
                    break;
                }
                scene.assert_no_file_is_half(folder.path(), &story);
                recover_on(disk.as_ref(), folder.path()).unwrap();
                let is_new = scene.is_new(folder.path(), &story);
                assert!(is_new || result.is_err(), "{story}");
                *if is_new { &mut finished } else { &mut undone } += 1;
                assert_eq!(recover_on(disk.as_ref(), folder.path()).unwrap(), Recovered::Nothing, "{story}");
            }
            assert!(finished * STRIDE > 10 && undone * STRIDE > 10, "{finished} finished, {undone} undone on {kind}");
        }
    }
}

#[test]
fn a_repair_that_is_interrupted_itself_is_repaired_by_the_next_run() {
    for (kind, disk) in all_disks() {
        let scene = a_few();
        for first in (0..).step_by(STRIDE) {
            let folder = scene.set_up();
            let faulty = Faulty::of_changes(disk.as_ref(), first, Fault::End);
            let _ = commit_on(&faulty, folder.path(), &scene.steps);
            if !faulty.has_struck() {
                break;
            }
            // Each pair on a folder of its own, and all repairs one after another on the first folder.
            for second in (0..).step_by(STRIDE) {
                let story = format!("ended at change {first} and the repair at {second} of {kind}");
                let other = scene.set_up();
                let _ = commit_on(&Faulty::of_changes(disk.as_ref(), first, Fault::End), other.path(), &scene.steps);
                let _ = recover_on(&Faulty::of_changes(disk.as_ref(), second, Fault::End), other.path());
                scene.assert_no_file_is_half(other.path(), &story);
                recover_on(disk.as_ref(), other.path()).unwrap();
                scene.is_new(other.path(), &story);
                let faulty = Faulty::of_changes(disk.as_ref(), second, Fault::End);
                let _ = recover_on(&faulty, folder.path());
                scene.assert_no_file_is_half(folder.path(), &story);
                if !faulty.has_struck() {
                    scene.is_new(folder.path(), &story);
                    break;
                }
                assert!(second < 100, "{story}: never done");
            }
        }
    }
}

#[test]
fn a_rollback_that_is_interrupted_is_completed_by_the_next_run() {
    for (kind, disk) in all_disks() {
        let scene = a_few();
        for first in (0..).step_by(STRIDE) {
            let mut is_over = false;
            for second in (1..).step_by(STRIDE) {
                let story = format!("change {first} failed, the run ended {second} later, on {kind}");
                let folder = scene.set_up();
                let ending = Faulty::of_changes(disk.as_ref(), first + second, Fault::End);
                let failing = Faulty::of_changes(&ending, first, Fault::Refused);
                let _ = commit_on(&failing, folder.path(), &scene.steps);
                is_over = !failing.has_struck();
                if is_over || !ending.has_struck() {
                    break;
                }
                scene.assert_no_file_is_half(folder.path(), &story);
                recover_on(disk.as_ref(), folder.path()).unwrap();
                scene.is_new(folder.path(), &story);
            }
            if is_over {
                break;
            }
        }
    }
}

#[test]
fn a_disk_that_stays_broken_is_reported_with_the_files_that_are_not_as_before() {
    let scene = a_few();
    let mut reported = 0;
    for at in (0..).step_by(STRIDE) {
        let folder = scene.set_up();
        let faulty = Faulty::of_changes(&FileSystem, at, Fault::End);
        let result = commit_on(&faulty, folder.path(), &scene.steps);
        if !faulty.has_struck() {
            break;
        }
        if let Err(CommitError::NotUndone { names, cause }) = result {
            reported += 1;
            assert!(!names.is_empty() && !cause.to_string().is_empty());
            assert!(folder.path().join(JOURNAL).exists());
        }
    }
    assert!(reported > 0);
}

#[test]
fn new_content_and_the_journal_are_on_the_disk_before_the_first_file_changes() {
    let scene = a_few();
    let folder = scene.set_up();
    let recorder = Faulty::new(&FileSystem, usize::MAX, Fault::Refused);
    commit_on(&recorder, folder.path(), &scene.steps).unwrap();
    let story = recorder.story();
    let position = |what: &str| story.iter().position(|line| line.starts_with(what)).unwrap_or_else(|| panic!("no {what}: {story:#?}"));
    let journal = story.iter().position(|line| line.starts_with("rename") && line.ends_with(JOURNAL)).unwrap();
    let last_write = story.iter().rposition(|line| line.starts_with("write_new")).unwrap();
    let first_change = story.iter().position(|line| line.starts_with("make_folder") || line.contains("rename Readme.md")).unwrap();
    assert!(last_write < journal && journal < position("sync_folder") && position("sync_folder") < first_change, "{story:#?}");
    let journal_gone = story.iter().position(|line| line == &format!("remove {JOURNAL}")).unwrap();
    let last_change = story.iter().rposition(|line| line.starts_with("rename") || line.starts_with("link")).unwrap();
    assert!(story[last_change..journal_gone].iter().any(|line| line.starts_with("sync_folder")), "{story:#?}");
    assert!(story[journal_gone..].iter().any(|line| line.starts_with("remove") && is_temporary(&line["remove ".len()..])), "{story:#?}");
}

#[test]
fn where_case_does_not_count_another_spelling_is_the_same_file() {
    let scene =
        Scene { before: files(&[("readme.md", "r"), ("b", "b")]), steps: vec![], after: files(&[("README.md", "new"), ("b", "b")]) };
    let folder = scene.set_up();
    for disk in [&CaseBlind as &dyn Disk, &FileSystem] {
        let error = commit_on(disk, folder.path(), &[create("README.md", "x")]).unwrap_err();
        assert!(matches!(&error, CommitError::Exists { existing, .. } if existing == "readme.md"), "{error}");
        let error = commit_on(disk, folder.path(), &[rename("b", "README.md", "b", None)]).unwrap_err();
        assert!(matches!(&error, CommitError::Exists { .. }), "{error}");
        assert!(!scene.is_new(folder.path(), "refused"));
    }
    commit_on(&CaseBlind, folder.path(), &[delete("readme.md", "r"), create("README.md", "new")]).unwrap();
    assert!(scene.is_new(folder.path(), "one spelling goes, another comes"));
}

#[test]
fn what_another_program_writes_in_the_last_moment_is_not_overwritten() {
    use disks::Moment::{BeforeChanges, BeforeLinking};
    for (kind, disk) in all_disks() {
        let victims = ["n/new.txt", "a.json", "Readme.md", "README.md", "old.txt"].map(|name| (name, BeforeChanges));
        for (victim, moment) in victims.into_iter().chain([("n/new.txt", BeforeLinking), ("README.md", BeforeLinking)]) {
            let story = format!("{victim} {moment:?} on {kind}");
            let scene = a_few();
            let folder = scene.set_up();
            let home = fs::canonicalize(folder.path()).unwrap();
            // So too on every disk of a system in which case does not count.
            let is_same_file = victim == "README.md" && disk.kind(&home.join(victim)).unwrap().is_some();
            let written = if is_same_file && moment == BeforeChanges { "Readme.md" } else { victim };
            let meddled = disks::Meddled::new(disk.as_ref(), name::path_in(&home, written), moment);
            let error = commit_on(&meddled, folder.path(), &scene.steps).unwrap_err();
            let is_told =
                |error: &CommitError| matches!(error, CommitError::Exists { name, .. } | CommitError::Changed { name } if name == written);
            if is_same_file && moment == BeforeLinking {
                // The one spelling had just made room for the other: now neither is free, and the old content waits under its own name.
                assert!(matches!(&error, CommitError::NotUndone { cause, .. } if is_told(cause)), "{story}: {error}");
                assert!(contents(folder.path()).iter().any(|(name, bytes)| is_temporary(name) && bytes == b"r1"), "{story}");
                continue;
            }
            assert!(is_told(&error), "{story}: {error}");
            let mut expected = scene.before;
            expected.insert(written.to_owned(), b"somebody else's".to_vec());
            assert_eq!(texts(&contents(folder.path())), texts(&expected), "{story}");
        }
    }
}
