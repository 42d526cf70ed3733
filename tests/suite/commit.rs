//! The result of a fix on disk: wholly old or wholly new, through kills, full disks, neighbours, links and prepared folders.

mod children;
mod hostile_folders;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use conncert::fix::commit::{CommitError, Committed, Fingerprint, Recovered, Step, commit, export, is_own_file, recover};

type Files = BTreeMap<String, Vec<u8>>;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn folder_with(list: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files(list) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Every file below a folder, own files included; links by what they lead to.
fn contents(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap()).filter(|entry| !entry.file_type().is_dir());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    entries
        .map(|entry| {
            let content = if entry.file_type().is_symlink() {
                format!("link to {}", fs::read_link(entry.path()).unwrap().display()).into_bytes()
            } else if entry.file_type().is_file() {
                fs::read(entry.path()).unwrap()
            } else {
                b"special".to_vec()
            };
            (name(entry.path()), content)
        })
        .collect()
}

fn create(name: &str, text: &str) -> Step {
    Step::Create { name: name.to_owned(), bytes: text.into() }
}

fn replace(name: &str, old: &str, new: &str) -> Step {
    Step::Replace { name: name.to_owned(), expected: Fingerprint::of(old.as_bytes()), bytes: new.into() }
}

fn delete(name: &str, old: &str) -> Step {
    Step::Delete { name: name.to_owned(), expected: Fingerprint::of(old.as_bytes()) }
}

fn rename(from: &str, to: &str, old: &str) -> Step {
    Step::Rename { from: from.to_owned(), to: to.to_owned(), expected: Fingerprint::of(old.as_bytes()), bytes: None }
}

/// Commits what must be refused, and sees that it left no trace.
fn refused(folder: &Path, steps: &[Step]) -> CommitError {
    let before = contents(folder);
    let error = commit(folder, steps).expect_err("this is refused");
    assert_eq!(contents(folder), before, "after: {error}");
    error
}

#[test]
fn files_are_made_replaced_renamed_and_deleted_in_one_go() {
    let folder = folder_with(&[("a.json", "a1"), ("Readme.md", "r"), ("old.txt", "o"), ("same.txt", "s"), ("other", "not ours")]);
    let steps = [
        replace("a.json", "a1", "a2"),
        rename("Readme.md", "README.md", "r"),
        delete("old.txt", "o"),
        create("assets/icon.png", "i"),
        replace("same.txt", "s", "s"),
    ];
    let before = fs::metadata(folder.path().join("same.txt")).unwrap().modified().unwrap();
    let done = commit(folder.path(), &steps).unwrap();
    assert_eq!(done, Committed { changed: ["a.json", "Readme.md", "old.txt", "assets/icon.png"].map(str::to_owned).to_vec() });
    let expected = files(&[("a.json", "a2"), ("README.md", "r"), ("assets/icon.png", "i"), ("same.txt", "s"), ("other", "not ours")]);
    assert_eq!(contents(folder.path()), expected);
    assert_eq!(fs::metadata(folder.path().join("same.txt")).unwrap().modified().unwrap(), before);
    assert_eq!(recover(folder.path()).unwrap(), Recovered::Nothing);
}

#[test]
fn a_folder_without_leftovers_is_not_touched_by_recovery_or_by_no_steps() {
    let folder = folder_with(&[("a.json", "a1"), (".conncert-notes.tmp", "the user's own")]);
    let changed = |folder: &Path| fs::metadata(folder).and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let before = changed(folder.path());
    assert_eq!(recover(folder.path()).unwrap(), Recovered::Nothing);
    assert_eq!(commit(folder.path(), &[]).unwrap(), Committed::default());
    assert_eq!(changed(folder.path()), before);
    assert!(matches!(recover(&folder.path().join("nowhere")), Err(CommitError::Failed { .. })));
    assert!(matches!(recover(&folder.path().join("a.json")), Err(CommitError::NotAFile { .. })));
}

#[cfg(unix)]
#[test]
fn permissions_of_a_file_outlive_new_content_and_a_new_name() {
    use std::os::unix::fs::PermissionsExt;
    for mode in [0o640, 0o755, 0o600, 0o666] {
        let folder = folder_with(&[("a.json", "a1"), ("b.json", "b1"), ("c.json", "c1")]);
        for name in ["a.json", "b.json", "c.json"] {
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let with_content =
            Step::Rename { from: "c.json".into(), to: "C.json".into(), expected: Fingerprint::of(b"c1"), bytes: Some(b"c2".into()) };
        commit(folder.path(), &[replace("a.json", "a1", "a2"), rename("b.json", "B.json", "b1"), with_content]).unwrap();
        assert_eq!(contents(folder.path()), files(&[("a.json", "a2"), ("B.json", "b1"), ("C.json", "c2")]));
        for name in ["a.json", "B.json", "C.json"] {
            assert_eq!(fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o7777, mode, "{name}");
        }
    }
}

#[test]
fn a_file_that_changed_after_it_was_read_stops_everything() {
    let folder = folder_with(&[("a.json", "a1"), ("b.json", "changed"), ("README.md", "r")]);
    for step in
        [replace("b.json", "b1", "b2"), delete("b.json", "b1"), rename("b.json", "c.json", "b1"), replace("b.json", "b1", "changed")]
    {
        let error = refused(folder.path(), &[replace("a.json", "a1", "a2"), step, create("new", "n")]);
        assert!(matches!(&error, CommitError::Changed { name } if name == "b.json"), "{error}");
        assert!(error.to_string().contains("`b.json` was changed by another program meanwhile"), "{error}");
    }
    for step in [replace("gone.json", "g", "g2"), delete("gone.json", "g"), rename("gone.json", "c.json", "g"), delete("sub/gone", "g")] {
        assert!(matches!(refused(folder.path(), &[replace("a.json", "a1", "a2"), step]), CommitError::Gone { .. }));
    }
    for step in [create("README.md", "x"), create("readme.MD", "x"), rename("a.json", "ReadMe.md", "a1")] {
        let error = refused(folder.path(), &[step]);
        assert!(matches!(&error, CommitError::Exists { existing, .. } if existing == "README.md"), "{error}");
    }
    let error = refused(folder.path(), &[create("new", "1"), create("NEW", "2")]);
    assert!(matches!(error, CommitError::Twice { .. }), "{error}");
    let error = refused(folder.path(), &[create("Sub/new", "1"), create("sub/other", "2")]);
    assert!(matches!(error, CommitError::Exists { .. } | CommitError::Twice { .. }), "{error}");
}

#[test]
fn names_that_no_system_could_write_safely_are_refused_on_every_system() {
    let folder = folder_with(&[("a.json", "a1")]);
    let names = [
        "../x",
        "/x",
        "C:/x",
        "C:x",
        "a\\b",
        "x/../../y",
        ".git/config",
        "CON",
        "nul.json",
        "com1.md",
        "lpt9",
        "x.",
        "x ",
        "a:stream",
        "a\nb",
        "a\u{202e}b",
        "what?",
        ".conncert-journal",
        ".conncert-lock",
        "",
        ".",
        "a/",
        "a//b",
    ];
    for name in names {
        for step in [create(name, "x"), rename("a.json", name, "a1")] {
            let error = refused(folder.path(), &[step]);
            assert!(matches!(error, CommitError::UnusableName { .. }), "{name:?}: {error}");
        }
    }
    assert!(export(folder.path(), &files(&[("../x", "x")])).is_err());
    assert_eq!(contents(folder.path()), files(&[("a.json", "a1")]));
}

#[test]
fn folders_and_protected_files_are_refused_with_their_name() {
    let folder = folder_with(&[("a.json", "a1"), ("b.json", "b1"), ("sub/x", "x")]);
    let error = refused(folder.path(), &[replace("a.json", "a1", "a2"), replace("sub", "", "x")]);
    assert!(matches!(&error, CommitError::NotAFile { name, .. } if name == "sub"), "{error}");
    assert!(matches!(refused(folder.path(), &[create("a.json/x", "x")]), CommitError::NotAFile { .. }));
    let path = folder.path().join("b.json");
    let free = fs::metadata(&path).unwrap().permissions();
    let mut protected = free.clone();
    protected.set_readonly(true);
    fs::set_permissions(&path, protected).unwrap();
    for step in [replace("b.json", "b1", "b2"), delete("b.json", "b1"), rename("b.json", "c.json", "b1")] {
        let error = refused(folder.path(), &[replace("a.json", "a1", "a2"), step]);
        assert_eq!(error.to_string(), "cannot write `b.json`: it is protected against writing; nothing was changed");
    }
    fs::set_permissions(&path, free).unwrap();
}

#[test]
fn an_export_fills_a_new_folder_and_never_overwrites() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out").join("contoso");
    let connector = files(&[("apiDefinition.json", "{}"), ("assets/icon.png", "i")]);
    let first = export(&target, &connector).unwrap();
    assert_eq!((first.written.len(), first.unchanged.len()), (2, 0));
    assert_eq!(contents(&target), connector);
    let again = export(&target, &connector).unwrap();
    assert_eq!((again.written.len(), again.unchanged.len()), (0, 2));
    let more = export(&target, &files(&[("apiDefinition.json", "{}"), ("README.md", "r")])).unwrap();
    assert_eq!((more.written, more.unchanged), (vec!["README.md".to_owned()], vec!["apiDefinition.json".to_owned()]));
    let before = contents(&target);
    let error = export(&target, &files(&[("INTRO.md", "i"), ("README.md", "other")])).unwrap_err();
    assert!(matches!(&error, CommitError::Exists { name, .. } if name == "README.md"), "{error}");
    assert_eq!(contents(&target), before);
    assert!(export(&place.path().join("never/made"), &files(&[("ok", "x"), ("CON", "x")])).is_err());
    assert!(!place.path().join("never").exists(), "a folder that was made for nothing goes again");
    assert!(export(&target.join("README.md"), &connector).is_err());
    assert!(export(&target.join("README.md").join("below"), &connector).is_err());
    assert_eq!(contents(&target), before);
}

#[test]
fn temporary_files_of_a_killed_run_are_tidied_away_and_nothing_else_is() {
    let others = [
        (".conncert-notes.tmp", "n"),
        (".conncert-0123456789abcdef.tmp", "n"),
        (".conncert-ABCDEF0123456789-new-0.tmp", "n"),
        (".conncert-0123456789abcdef-new-0.tmp.txt", "n"),
        (".conncert-0123456789abcdef-new-0.tmp2", "n"),
        ("x.conncert-0123456789abcdef-new-0.tmp", "n"),
        ("sub/.conncert-0123456789abcdef-new-0.tmp", "n"),
        ("a.json", "a1"),
    ];
    let folder = folder_with(&others);
    let leftovers =
        [".conncert-0123456789abcdef-new-0.tmp", ".conncert-0123456789abcdef-old-12.tmp", ".conncert-fedcba9876543210-journal.tmp"];
    for name in leftovers {
        assert!(is_own_file(name));
        fs::write(folder.path().join(name), "half").unwrap();
    }
    fs::create_dir(folder.path().join(".conncert-aaaaaaaaaaaaaaaa-new-1.tmp")).unwrap();
    assert_eq!(recover(folder.path()).unwrap(), Recovered::Tidied);
    assert_eq!(contents(folder.path()), files(&others));
    assert!(folder.path().join(".conncert-aaaaaaaaaaaaaaaa-new-1.tmp").is_dir());
    fs::write(folder.path().join(leftovers[0]), "half").unwrap();
    commit(folder.path(), &[replace("a.json", "a1", "a2")]).unwrap();
    assert!(!folder.path().join(leftovers[0]).exists(), "a commit tidies as well");
}
