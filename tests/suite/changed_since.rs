//! Only what was touched in git: by commits, staged, changed, new, deleted and renamed files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use conncert::run::Ending;
use tempfile::TempDir;

use crate::harness::{Run, conncert};

/// A repository with connectors in these folders, committed and tagged `start`; `None` (with a word) where git is not there.
fn repository(connectors: &[&str]) -> Option<TempDir> {
    if Command::new("git").arg("--version").stdout(Stdio::null()).status().is_err() || std::env::var_os("GIT_DIR").is_some() {
        eprintln!("skipped: git is not installed, or this runs in one of its hooks");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    connectors.iter().for_each(|name| connector(&folder.path().join(name)));
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path());
    git(folder.path(), &["tag", "start"]);
    Some(folder)
}

fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["user.name=Mia", "user.email=mia@example.com", "commit.gpgsign=false", "core.autocrlf=false"];
    let mut command = Command::new("git");
    for setting in settings {
        command.args(["-c", setting]);
    }
    assert!(command.args(arguments).current_dir(folder).stdout(Stdio::null()).status().unwrap().success(), "{arguments:?}");
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "change"]);
}

fn connector(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("apiProperties.json"), format!("{{\"properties\": {{}}, \"x\": \"{}\"}}\n", "y".repeat(200))).unwrap();
    fs::write(folder.join("README.md"), "# Hello\n").unwrap();
}

fn run(folder: &Path, reference: &str, more: &[&str]) -> Run {
    let path = folder.to_string_lossy().into_owned();
    conncert([&["lint", "--format", "json", "--changed-since", reference, &path], more].concat())
}

/// The connectors that are looked at, by the names of their folders.
fn touched(folder: &Path, reference: &str) -> Vec<String> {
    let run = run(folder, reference, &[]);
    assert_ne!(run.ending, Ending::Failed, "{}", run.errors);
    let name = |connector: &serde_json::Value| connector["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    run.json()["connectors"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn committed_staged_changed_and_new_files_touch_their_connectors() {
    let Some(folder) = repository(&["a", "b", "c", "d", "e", "deep/er/f"]) else { return };
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a/README.md"), "# Committed\n").unwrap();
    commit(folder.path());
    fs::write(at("b/README.md"), "# Staged\n").unwrap();
    git(folder.path(), &["add", "b"]);
    fs::write(at("c/README.md"), "# Changed\n").unwrap();
    fs::write(at("d/new.txt"), "new").unwrap();
    fs::write(at("elsewhere.txt"), "no connector").unwrap();
    assert_eq!(touched(folder.path(), "start"), ["a", "b", "c", "d"]);
    assert_eq!(touched(folder.path(), "HEAD"), ["b", "c", "d"]);
    assert_eq!(touched(&at("deep"), "start"), [""; 0]);
    fs::write(at("deep/er/f/sub.txt"), "x").unwrap();
    assert_eq!(touched(&at("deep"), "start"), ["f"]);
}

#[test]
fn a_change_that_was_taken_back_counts_and_what_the_other_branch_did_does_not() {
    let Some(folder) = repository(&["a", "b"]) else { return };
    let at = |name: &str| folder.path().join(name);
    git(folder.path(), &["checkout", "--quiet", "-b", "theirs"]);
    fs::write(at("b/README.md"), "# Theirs\n").unwrap();
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "-b", "ours", "start"]);
    fs::write(at("a/README.md"), "# Ours\n").unwrap();
    git(folder.path(), &["add", "a"]);
    fs::write(at("a/README.md"), "# Hello\n").unwrap();
    assert_eq!(touched(folder.path(), "theirs"), ["a"]);
}

#[test]
fn deleted_and_renamed_files_touch_folders_that_are_still_connectors() {
    let Some(folder) = repository(&["a", "b", "c", "d", "gone"]) else { return };
    let at = |name: &str| folder.path().join(name);
    fs::remove_file(at("a/README.md")).unwrap();
    fs::rename(at("b/README.md"), at("c/moved.md")).unwrap();
    fs::remove_dir_all(at("gone")).unwrap();
    commit(folder.path());
    assert_eq!(touched(folder.path(), "start"), ["a", "b", "c"]);
}

#[test]
fn names_may_hold_blanks_quotes_line_breaks_and_letters_of_any_language() {
    let names: Vec<&str> = ["a b", "\u{e9}t\u{e9} \u{65e5}\u{672c}", "it's", "-x", "plain"]
        .into_iter()
        .chain(["li\nne", "tab\t\"q\"", "back\\slash"].into_iter().filter(|_| cfg!(unix)))
        .collect();
    let Some(folder) = repository(&names) else { return };
    for name in names.iter().filter(|name| **name != "plain") {
        fs::write(folder.path().join(name).join("new.txt"), "new").unwrap();
    }
    let expected = names.len() - 1;
    assert_eq!(touched(folder.path(), "start").len(), expected);
    commit(folder.path());
    let found = touched(folder.path(), "start");
    assert!(found.len() == expected && !found.contains(&"plain".to_owned()), "{found:?}");
}

#[test]
fn a_changed_configuration_touches_every_connector_below_it() {
    let Some(folder) = repository(&["x/a", "x/b", "c"]) else { return };
    let config: PathBuf = folder.path().join("x/conncert.toml");
    fs::write(&config, "fail-on = \"info\"\n").unwrap();
    assert_eq!(touched(folder.path(), "start"), ["a", "b"]);
    commit(folder.path());
    git(folder.path(), &["tag", "configured"]);
    fs::remove_file(&config).unwrap();
    assert_eq!(touched(folder.path(), "configured"), ["a", "b"]);
    fs::write(folder.path().join("other.toml"), "").unwrap();
    let path = folder.path().join("other.toml");
    let all = run(folder.path(), "HEAD", &["--config", &path.to_string_lossy()]);
    assert_eq!(all.json()["connectors"].as_array().unwrap().len(), 3);
}

#[test]
fn nothing_touched_is_no_failure_and_is_said() {
    let Some(folder) = repository(&["a"]) else { return };
    let run = run(folder.path(), "start", &[]);
    assert_eq!((run.ending, run.findings().len()), (Ending::Clean, 0));
    assert_eq!(run.errors, "conncert: no connector was touched since start; nothing to check\n");
    let human = conncert(["lint", "--changed-since", "start", &folder.path().to_string_lossy()]);
    assert_eq!((human.ending, human.output.as_str()), (Ending::Clean, "Nothing was checked.\n"));
}

#[test]
fn fix_repairs_only_what_was_touched() {
    let Some(folder) = repository(&["a", "b"]) else { return };
    fs::write(folder.path().join("b/new.txt"), "new").unwrap();
    let run = conncert(["fix", "--diff", "--format", "json", "--changed-since", "start", &folder.path().to_string_lossy()]);
    let connectors = run.json()["connectors"].as_array().unwrap().clone();
    assert_eq!(connectors.len(), 1, "{}", run.output);
    assert!(connectors[0]["path"].as_str().unwrap().ends_with("/b"));
}

#[test]
fn what_git_cannot_answer_is_an_error_that_says_what_to_do() {
    let Some(folder) = repository(&["a"]) else { return };
    let failed = |run: Run, expected: &str| {
        assert_eq!(run.ending, Ending::Failed, "{}", run.output);
        assert!(run.errors.contains(expected) && run.output.is_empty(), "{}", run.errors);
    };
    failed(run(folder.path(), "no-such-branch", &[]), "`no-such-branch` is no commit, branch or tag");
    failed(run(folder.path(), "start:a", &[]), "is no commit");
    let path = folder.path().to_string_lossy().into_owned();
    failed(conncert(["lint", "--changed-since=--output=x", &path]), "cannot be the name of a commit");
    failed(conncert(["lint", "--changed-since", "start", "-", "--stdin-filename", "README.md"]), "leave one of them out");
    let outside = tempfile::tempdir().unwrap();
    connector(&outside.path().join("a"));
    failed(run(outside.path(), "HEAD", &[]), "is not in a git repository");
    git(folder.path(), &["checkout", "--quiet", "--orphan", "alone"]);
    fs::write(folder.path().join("a/README.md"), "# Alone\n").unwrap();
    commit(folder.path());
    failed(run(folder.path(), "start", &[]), "no commit in common");
}
