//! What only Unix has, or has most of: links, pipes, devices, permissions, names of any bytes, and programs that exchange files.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::lsp::editor::{Editor, uri};

const ARTIFACTS: [&str; 6] = ["apiDefinition.json", "apiProperties.json", "settings.json", "icon.png", "README.md", "INTRO.md"];

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_and_devices_are_told_and_never_opened() {
    for name in ARTIFACTS {
        let place = Place::new();
        let path = place.folder().join(name);
        fs::remove_file(&path).unwrap();
        pipe(&path);
        let runs = place.every_command(name);
        let finding = runs[0].findings().into_iter().find(|finding| finding["rule"] == "file-unreadable" && finding["file"] == name);
        let message = finding.unwrap_or_else(|| panic!("{name}: {:?}", rules(&runs[0])))["message"].to_string();
        assert!(message.contains("a pipe or device"), "{message}");
        // Named on its own it is an error.
        let alone = path.clone();
        for command in ["lint", "fix"] {
            let path = alone.clone();
            let run = in_time(name, move || conncert([command.into(), path.into_os_string()]));
            assert!(run.output.contains("pipe or device") || run.errors.contains("pipe or device"), "{command} {name}: {}", run.errors);
        }
        fs::remove_file(&path).unwrap();
        symlink("/dev/zero", &path).unwrap();
        let runs = place.every_command("a link to a device");
        assert!(rules(&runs[0]).contains(&format!("file-link-outside {name}")), "{name}: {:?}", rules(&runs[0]));
    }
    for (device, command) in [("/dev/zero", "lint"), ("/dev/zero", "fix")] {
        let run = in_time(device, move || conncert([command, device]));
        assert_eq!(run.ending, Ending::Failed, "{}", run.output);
    }
    let place = Place::new();
    let rule = place.outer.path().join("rules");
    fs::create_dir(&rule).unwrap();
    pipe(&rule.join("own-rule.toml"));
    pipe(&place.outer.path().join("conncert.toml"));
    let arguments = ["lint".into(), place.folder().into_os_string(), "--rules".into(), rule.into_os_string()];
    assert_eq!(in_time("a pipe among rules", move || conncert(arguments)).ending, Ending::Clean);
    for option in ["--config", "--baseline"] {
        let arguments =
            ["lint".into(), place.folder().into_os_string(), option.into(), place.outer.path().join("conncert.toml").into_os_string()];
        let run = in_time(option, move || conncert(arguments));
        assert!(run.ending == Ending::Failed && run.errors.contains("pipe or device"), "{option}: {}", run.errors);
    }
}

#[test]
fn links_are_followed_inside_the_folder_and_nowhere_else() {
    let definition = |place: &Place| {
        let path = place.folder().join("apiDefinition.json");
        fs::rename(&path, place.folder().join("kept.txt")).unwrap();
        path
    };
    for (story, target) in [("a file", "../secret.json"), ("a chain", "second"), ("a loop", "apiDefinition.json"), ("nowhere", "gone")] {
        let place = Place::new();
        symlink("third", place.folder().join("second")).unwrap();
        symlink("../secret.json", place.folder().join("third")).unwrap();
        symlink(target, definition(&place)).unwrap();
        let runs = place.every_command(story);
        assert!(rules(&runs[0]).contains(&"file-link-outside apiDefinition.json".to_owned()), "{story}: {:?}", rules(&runs[0]));
    }
    let place = Place::new();
    symlink("kept.txt", definition(&place)).unwrap();
    let runs = place.every_command("inside");
    assert!(!rules(&runs[0]).iter().any(|rule| rule.contains("definition-missing") || rule.contains("link")), "{:?}", rules(&runs[0]));
    // Folders that are links: out, up, to themselves. None is searched.
    let place = Place::new();
    for (name, target) in [("out", ".."), ("self", "self"), ("up", "."), ("root", "/")] {
        symlink(target, place.folder().join(name)).unwrap();
    }
    set_settings(&place.folder(), "apiDefinition", "out/secret.json");
    let runs = place.every_command("folders");
    assert_eq!(runs[0].json()["summary"]["connectors"], 1);
    assert!(rules(&runs[0]).iter().any(|rule| rule.starts_with("file-link-outside")), "{:?}", rules(&runs[0]));
}

#[test]
fn names_that_no_text_can_hold_or_show_are_told_and_their_files_left_alone() {
    let place = Place::new();
    let hostile: [&[u8]; 9] = [
        b"x\xff.swagger.json",
        b"\xff\xfe",
        b"line\nbreak.json",
        b"esc\x1b[2J.json",
        "bidi\u{202e}nosj.json".as_bytes(),
        b"CON",
        b"a:b",
        b"icon.png ",
        b"icon.png.",
    ];
    for name in hostile {
        fs::write(place.folder().join(OsStr::from_bytes(name)), SECRET.replace("a-secret-of-others", "theirs")).unwrap();
    }
    let runs = place.every_command("names");
    let told = rules(&runs[0]);
    assert!(told.iter().any(|rule| rule.starts_with("file-unreadable x\u{fffd}")), "{told:?}");
    for name in ["line\nbreak.json", "CON", "a:b", "icon.png ", "icon.png."] {
        assert!(told.iter().any(|rule| rule.ends_with(name)), "{name}: {told:?}");
    }
    for name in hostile {
        assert!(place.folder().join(OsStr::from_bytes(name)).exists(), "{name:?}");
    }
    // As the only definition, too: it is said why it was not read.
    let place = Place::new();
    let name = OsStr::from_bytes(b"api\xff.swagger.json");
    fs::rename(place.folder().join("apiDefinition.json"), place.folder().join(name)).unwrap();
    let run = lint(&place.folder(), &[]);
    let finding = run.findings().into_iter().find(|finding| finding["rule"] == "file-unreadable").expect("it is told");
    assert!(finding["message"].as_str().unwrap().contains("not valid Unicode"), "{finding}");
    assert!(place.folder().join(name).exists());
}

#[test]
fn files_that_are_exchanged_while_they_are_read_lead_nowhere() {
    let place = Place::new();
    let (path, spare) = (place.folder().join("apiDefinition.json"), place.outer.path().join("spare"));
    fs::create_dir(&spare).unwrap();
    fs::copy(&path, spare.join("plain")).unwrap();
    symlink(place.secret(), spare.join("link")).unwrap();
    pipe(&spare.join("pipe"));
    let stop = Arc::new(AtomicBool::new(false));
    let racing = {
        let (stop, path) = (stop.clone(), path.clone());
        std::thread::spawn(move || {
            let mut turn = 0usize;
            while !stop.load(Ordering::Relaxed) {
                // A rename exchanges it in one moment; now and then it is not there at all.
                let kind = ["plain", "link", "pipe"][turn % 3];
                let next = spare.join(format!("next-{kind}"));
                match kind {
                    "plain" => drop(fs::copy(spare.join(kind), &next)),
                    "link" => drop(symlink(fs::read_link(spare.join(kind)).unwrap(), &next)),
                    _ => drop(fs::hard_link(spare.join(kind), &next)),
                }
                let _ = fs::rename(&next, &path);
                if turn.is_multiple_of(7) {
                    let _ = fs::remove_file(&path);
                }
                turn += 1;
            }
            turn
        })
    };
    for _ in 0..150 {
        let folder = place.folder();
        let run = in_time("racing", move || lint(&folder, &[]));
        assert!(!run.output.contains("a-secret-of-others"), "{}", run.output);
    }
    stop.store(true, Ordering::Relaxed);
    assert!(racing.join().unwrap() > 100, "there was a race");
    assert_eq!(fs::read_to_string(place.secret()).unwrap(), SECRET);
}

#[test]
fn folders_that_cannot_be_read_are_told_and_the_others_checked() {
    // A path longer than the system allows cannot be read by anybody, not even the superuser: two long ones, one moved below the other.
    let outer = tempfile::tempdir().unwrap();
    let long: PathBuf = std::iter::repeat_n("d".repeat(250), 14).collect();
    fs::create_dir_all(outer.path().join("a").join(&long)).unwrap();
    fs::create_dir_all(outer.path().join("b").join(&long)).unwrap();
    fs::rename(outer.path().join("b"), outer.path().join("a").join(&long).join("b")).unwrap();
    fs::rename(copy_of(&fixture("clean/verified-submission")).keep(), outer.path().join("connector")).unwrap();
    for command in ["lint", "fix"] {
        let run = conncert([command.into(), outer.path().as_os_str().to_owned()]);
        assert_eq!(run.ending, Ending::Failed, "{}", run.output);
        assert!(run.errors.starts_with("conncert: cannot read ") && run.errors.lines().count() == 1, "{}", run.errors);
        assert!(run.output.contains("1 connector"), "{}", run.output);
    }
}

#[test]
fn folders_without_permission_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let closed = place.folder().join("closed");
    fs::create_dir(&closed).unwrap();
    let file = place.folder().join("README.md");
    for path in [&closed, &file] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }
    if fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: permissions do not bind the superuser");
        return;
    }
    let run = lint(&place.folder(), &[]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    for name in ["closed", "README.md"] {
        assert!(rules(&run).contains(&format!("file-unreadable {name}")), "{name}: {:?}", rules(&run));
    }
}

#[test]
fn a_result_is_not_written_through_links_and_pipes() {
    let place = Place::new();
    let dangling = place.outer.path().join("dangling");
    symlink(place.outer.path().join("nowhere"), &dangling).unwrap();
    let waiting = place.outer.path().join("pipe");
    pipe(&waiting);
    let target = place.outer.path().join("target");
    fs::create_dir(&target).unwrap();
    symlink(place.secret(), target.join("README.md")).unwrap();
    for output in [dangling, waiting, target.clone()] {
        let (folder, shown) = (place.folder(), output.display().to_string());
        let arguments = ["fix".into(), folder.into_os_string(), "--output".into(), output.into_os_string()];
        let run = in_time(&shown, move || conncert(arguments));
        assert_eq!(run.ending, Ending::Failed, "{shown}: {}", run.output);
    }
    assert!(!place.outer.path().join("nowhere").exists());
    assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(place.secret()).unwrap(), SECRET);
    // The configuration that init writes, and the report that a configuration names, take no such way either.
    let config = place.folder().join("conncert.toml");
    symlink(place.outer.path().join("nowhere"), &config).unwrap();
    assert_eq!(conncert(["init".into(), place.folder().into_os_string()]).ending, Ending::Failed);
    assert!(!place.outer.path().join("nowhere").exists());
    fs::remove_file(&config).unwrap();
    symlink(place.secret(), place.folder().join("report.json")).unwrap();
    symlink("..", place.folder().join("way")).unwrap();
    for report in ["report.json", "way/secret.json", "way/new.json"] {
        fs::write(&config, format!("root = true\nformat = [\"json={report}\"]\n")).unwrap();
        let run = conncert(["lint".into(), place.folder().into_os_string()]);
        assert!(run.ending == Ending::Failed && run.errors.contains("not written through a link"), "{report}: {}", run.errors);
    }
    assert_eq!(fs::read_to_string(place.secret()).unwrap(), SECRET);
    assert!(!place.outer.path().join("new.json").exists());
}

#[test]
fn an_editor_is_served_beside_pipes_links_and_strange_names() {
    let place = Place::new();
    let folder = place.folder();
    for name in ["settings.json", "README.md"] {
        fs::remove_file(folder.join(name)).unwrap();
        pipe(&folder.join(name));
    }
    symlink(place.secret(), folder.join("INTRO.MD")).unwrap();
    symlink("..", folder.join("up")).unwrap();
    fs::write(folder.join(OsStr::from_bytes(b"\xff.swagger.json")), SECRET).unwrap();
    // A folder whose only sign is a settings.json that is a pipe.
    fs::create_dir(place.outer.path().join("odd")).unwrap();
    pipe(&place.outer.path().join("odd/settings.json"));
    let mut editor = Editor::start(place.outer.path());
    let params = serde_json::json!({ "command": "conncert.server.lintWorkspace", "arguments": [] });
    let counted = editor.request("workspace/executeCommand", params).unwrap();
    assert_eq!(counted["connectors"], 1, "{counted}");
    let told = serde_json::to_string(&editor.shown).unwrap();
    assert!(told.contains("pipe or device") && !told.contains("a-secret-of-others"), "{told}");
    assert!(editor.shown.keys().all(|file| file.starts_with(&uri(&folder))), "{:?}", editor.shown.keys());
}
