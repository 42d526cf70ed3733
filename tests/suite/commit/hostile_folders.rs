//! Folders that somebody prepared: links, pipes and journals that want to reach what is not theirs.

use std::fs;
use std::path::Path;

use conncert::fix::commit::{CommitError, Fingerprint, Recovered, commit, recover};
use serde_json::{Value, json};

use super::{contents, files, folder_with, replace};
#[cfg(unix)]
use super::{create, delete, refused, rename};

const RUN: &str = "0123456789abcdef";

fn side(name: &str, text: &str) -> Value {
    json!({"name": name, "content": String::from(Fingerprint::of(text.as_bytes()))})
}

fn journal(folders: &[&str], changes: &[Value]) -> Value {
    json!({"version": 1, "run": RUN, "folders": folders, "changes": changes})
}

fn replacement(name: &str, old: &str, new: &str) -> Value {
    json!({"old": side(name, old), "new": side(name, new)})
}

fn fresh(folder: &Path, number: usize, text: &str) {
    fs::write(folder.join(format!(".conncert-{RUN}-new-{number}.tmp")), text).unwrap();
}

fn write_journal(folder: &Path, journal: impl AsRef<[u8]>) {
    fs::write(folder.join(".conncert-journal"), journal).unwrap();
}

/// Nothing may change, neither by recovering nor by a commit on top; the person learns what to do.
fn is_ignored(folder: &Path, story: &str) {
    let before = contents(folder);
    for result in [recover(folder).map(drop), commit(folder, &[replace("a.json", "a1", "a3")]).map(drop)] {
        let error = result.expect_err(story);
        assert!(matches!(error, CommitError::Interrupted { .. }), "{story}: {error}");
        assert!(error.to_string().contains("delete the file .conncert-journal"), "{story}: {error}");
        assert_eq!(contents(folder), before, "{story}: {error}");
    }
}

#[test]
fn a_journal_of_a_killed_run_is_carried_out_when_everything_is_there() {
    let folder = folder_with(&[("a.json", "a1"), ("readme.md", "r"), ("old.txt", "o")]);
    let renamed = json!({"old": side("readme.md", "r"), "new": side("README.md", "r2")});
    let deleted = json!({"old": side("old.txt", "o"), "new": null});
    let made = json!({"old": null, "new": side("n/ew.txt", "n")});
    write_journal(folder.path(), journal(&["n"], &[replacement("a.json", "a1", "a2"), renamed, deleted, made]).to_string());
    fresh(folder.path(), 0, "a2");
    fresh(folder.path(), 1, "r2");
    fresh(folder.path(), 3, "n");
    let names = ["a.json", "readme.md", "old.txt", "n/ew.txt"].map(str::to_owned).to_vec();
    assert_eq!(recover(folder.path()).unwrap(), Recovered::Finished { files: names });
    assert_eq!(contents(folder.path()), files(&[("a.json", "a2"), ("README.md", "r2"), ("n/ew.txt", "n")]));
}

#[test]
fn a_journal_without_its_new_content_is_taken_back() {
    let folder = folder_with(&[("a.json", "a2"), ("b.json", "b1")]);
    write_journal(folder.path(), journal(&[], &[replacement("a.json", "a1", "a2"), replacement("b.json", "b1", "b2")]).to_string());
    fs::write(folder.path().join(format!(".conncert-{RUN}-old-0.tmp")), "a1").unwrap();
    assert!(matches!(recover(folder.path()).unwrap(), Recovered::Undone { .. }));
    assert_eq!(contents(folder.path()), files(&[("a.json", "a1"), ("b.json", "b1")]));
}

#[test]
fn what_a_person_wrote_after_the_kill_is_kept() {
    for (text, prepared) in [("edited by hand", "a2"), ("a1", "not what the journal says"), ("a1 ", "a2")] {
        let folder = folder_with(&[("a.json", text), ("b.json", "b1")]);
        // The first file could be changed; the second stands for a run in the middle, so that there is no way back either.
        write_journal(folder.path(), journal(&[], &[replacement("a.json", "a1", "a2"), replacement("b.json", "b0", "b1")]).to_string());
        fresh(folder.path(), 0, prepared);
        is_ignored(folder.path(), text);
    }
}

#[test]
fn damaged_and_foreign_journals_are_ignored() {
    let good = journal(&[], &[replacement("a.json", "a1", "a2")]);
    let with = |key: &str, value: Value| {
        let mut other = good.clone();
        other[key] = value;
        other.to_string()
    };
    let mut texts = vec![
        String::new(),
        "\0".repeat(100),
        "{}".to_owned(),
        "[".repeat(100_000),
        good.to_string()[..60].to_owned(),
        format!("{good}{good}"),
        format!("{}{good}", " ".repeat(2 << 20)),
        with("version", json!(2)),
        with("run", json!("../../../../x")),
        with("run", json!("0123456789ABCDEF")),
        with("more", json!(1)),
        with("folders", json!(["unneeded"])),
        with("folders", json!([".."])),
        with("changes", json!([{"old": null, "new": null}])),
        with("changes", json!([replacement("a.json", "a1", "a2"), replacement("a.json", "a1", "a2")])),
        with("changes", json!(vec![replacement("a.json", "a1", "a2"); 5_000])),
        with("changes", json!([{"old": {"name": "a.json", "content": "99999999999999999999999-00"}, "new": null}])),
    ];
    for name in
        ["../outside", "/etc/passwd", "C:/x", "..\\x", ".git/hooks/post-commit", "x/.git/config", ".conncert-lock", "a.json/../../x", ""]
    {
        texts.push(with("changes", json!([{"old": null, "new": side(name, "evil")}])));
        texts.push(with("changes", json!([{"old": side(name, "evil"), "new": null}])));
        texts.push(with("changes", json!([replacement(name, "old", "evil")])));
        texts.push(with("changes", json!([{"old": side("a.json", "a1"), "new": side(name, "a1")}])));
    }
    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("outside"), "old").unwrap();
    let folder = outer.path().join("connector");
    fs::create_dir_all(folder.join(".git/hooks")).unwrap();
    fs::write(folder.join("a.json"), "a1").unwrap();
    fresh(&folder, 0, "evil");
    for text in texts {
        write_journal(&folder, &text);
        is_ignored(&folder, &text.chars().take(300).collect::<String>());
    }
    fs::remove_file(folder.join(".conncert-journal")).unwrap();
    fs::create_dir(folder.join(".conncert-journal")).unwrap();
    is_ignored(&folder, "a folder");
    assert_eq!(fs::read(outer.path().join("outside")).unwrap(), b"old");
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn a_link_inside_the_folder_is_written_through_and_stays_a_link() {
        let folder = folder_with(&[("real/definition.json", "d1"), ("b.json", "b1")]);
        symlink("real/definition.json", folder.path().join("apiDefinition.json")).unwrap();
        symlink("real", folder.path().join("alias")).unwrap();
        commit(folder.path(), &[replace("apiDefinition.json", "d1", "d2"), create("alias/new.txt", "n")]).unwrap();
        let expected = files(&[
            ("real/definition.json", "d2"),
            ("real/new.txt", "n"),
            ("b.json", "b1"),
            ("apiDefinition.json", "link to real/definition.json"),
            ("alias", "link to real"),
        ]);
        assert_eq!(contents(folder.path()), expected);
        let twice = refused(folder.path(), &[replace("apiDefinition.json", "d2", "x"), replace("alias/definition.json", "d2", "y")]);
        assert!(matches!(twice, CommitError::Twice { .. }), "{twice}");
        // A folder that is itself named through a link is the folder it leads to.
        let other = tempfile::tempdir().unwrap();
        symlink(folder.path(), other.path().join("here")).unwrap();
        commit(&other.path().join("here"), &[replace("b.json", "b1", "b2")]).unwrap();
        assert_eq!(fs::read(folder.path().join("b.json")).unwrap(), b"b2");
    }

    #[test]
    fn a_link_that_leads_out_or_nowhere_is_never_written_through() {
        let outside = folder_with(&[("secret.json", "s1"), ("apiDefinition.json", "s1")]);
        let folder = folder_with(&[("a.json", "a1")]);
        symlink(outside.path().join("secret.json"), folder.path().join("file")).unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        symlink("loop", folder.path().join("loop")).unwrap();
        let refusals = [
            replace("file", "s1", "s2"),
            replace("folder/secret.json", "s1", "s2"),
            replace("dangling", "", "x"),
            replace("loop", "", "x"),
            create("folder/new", "x"),
            create("folder/sub/new", "x"),
            create("dangling/new", "x"),
            rename("a.json", "folder/a.json", "a1"),
            delete("folder/secret.json", "s1"),
            rename("folder/secret.json", "mine.json", "s1"),
        ];
        for step in refusals {
            let error = refused(folder.path(), &[replace("a.json", "a1", "a1"), step.clone()]);
            assert!(matches!(error, CommitError::LeadsOutside { .. } | CommitError::Twice { .. }), "{step:?}: {error}");
        }
        for step in [create("dangling", "x"), create("DANGLING", "x"), create("file", "x"), rename("a.json", "folder", "a1")] {
            assert!(matches!(refused(folder.path(), &[step]), CommitError::Exists { .. }));
        }
        // To delete or rename a link would leave what it leads to.
        for step in [delete("file", "s1"), rename("file", "other", "s1")] {
            assert!(matches!(refused(folder.path(), &[step]), CommitError::NotAFile { .. }));
        }
        assert_eq!(contents(outside.path()), files(&[("secret.json", "s1"), ("apiDefinition.json", "s1")]));
    }

    #[test]
    fn pipes_are_refused_and_never_waited_for() {
        let folder = folder_with(&[("a.json", "a1")]);
        pipe(&folder.path().join("README.md"));
        for step in [replace("README.md", "", "x"), delete("README.md", ""), rename("README.md", "x", "")] {
            assert!(matches!(refused(folder.path(), &[step]), CommitError::NotAFile { .. }));
        }
        assert!(matches!(refused(folder.path(), &[create("README.md", "x")]), CommitError::Exists { .. }));
        pipe(&folder.path().join(".conncert-journal"));
        is_ignored(folder.path(), "the journal is a pipe");
        fs::remove_file(folder.path().join(".conncert-journal")).unwrap();
        pipe(&folder.path().join(".conncert-lock"));
        assert!(matches!(refused(folder.path(), &[replace("a.json", "a1", "a2")]), CommitError::NotAFile { .. }));
        assert!(recover(folder.path()).is_err());
    }

    #[test]
    fn own_files_that_are_links_reach_nothing_outside() {
        let outside = folder_with(&[("secret", "a2")]);
        let secret = outside.path().join("secret");
        let folder = folder_with(&[("a.json", "a1")]);
        let lock = folder.path().join(".conncert-lock");
        symlink(outside.path().join("new"), &lock).unwrap();
        assert!(refused(folder.path(), &[replace("a.json", "a1", "a2")]).to_string().contains(".conncert-lock"));
        fs::remove_file(lock).unwrap();
        symlink(&secret, folder.path().join(".conncert-journal")).unwrap();
        is_ignored(folder.path(), "the journal is a link");
        fs::remove_file(folder.path().join(".conncert-journal")).unwrap();
        // Prepared content that is a link is no content.
        let temporary = folder.path().join(format!(".conncert-{RUN}-new-0.tmp"));
        symlink(&secret, &temporary).unwrap();
        write_journal(folder.path(), journal(&[], &[replacement("a.json", "a1", "a2")]).to_string());
        assert!(matches!(recover(folder.path()).unwrap(), Recovered::Undone { .. }));
        assert_eq!(fs::read(folder.path().join("a.json")).unwrap(), b"a1");
        assert!(temporary.is_symlink(), "what no run makes is not tidied away");
        assert_eq!(contents(outside.path()), files(&[("secret", "a2")]));
    }

    #[test]
    fn a_journal_cannot_use_links_in_the_folder() {
        let outside = folder_with(&[("secret", "s1")]);
        let folder = folder_with(&[("a.json", "a1"), ("real/x", "x1")]);
        symlink(outside.path(), folder.path().join("out")).unwrap();
        symlink(outside.path().join("secret"), folder.path().join("file")).unwrap();
        symlink("real", folder.path().join("alias")).unwrap();
        fresh(folder.path(), 0, "evil");
        let changes = [
            replacement("out/secret", "s1", "evil"),
            json!({"old": null, "new": side("out/new", "evil")}),
            json!({"old": side("out/secret", "s1"), "new": null}),
            replacement("file", "s1", "evil"),
            json!({"old": side("file", "s1"), "new": null}),
            replacement("alias/x", "x1", "evil"),
            json!({"old": null, "new": side("unannounced/new", "evil")}),
        ];
        for change in changes {
            write_journal(folder.path(), journal(&[], std::slice::from_ref(&change)).to_string());
            is_ignored(folder.path(), &change.to_string());
        }
        write_journal(folder.path(), journal(&["out/new"], &[json!({"old": null, "new": side("out/new/file", "evil")})]).to_string());
        is_ignored(folder.path(), "a folder to be made behind a link");
        assert_eq!(contents(outside.path()), files(&[("secret", "s1")]));
    }
}
