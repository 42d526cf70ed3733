//! Folders that somebody prepared: links, pipes, devices, names, masses of files, and settings that point elsewhere. Nothing outside is
//! read or written, nothing waits for ever, and each of them is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use conncert::run::Ending;
use serde_json::Value;

use crate::harness::{Run, conncert, copy_of, fixture, lint};

/// No command takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connector in a folder of its own, beside a secret that no command may read or change.
struct Place {
    outer: tempfile::TempDir,
}

const SECRET: &str = "{\"swagger\": \"2.0\", \"info\": {\"title\": \"a-secret-of-others\"}}";

impl Place {
    fn new() -> Self {
        let outer = tempfile::tempdir().unwrap();
        fs::rename(copy_of(&fixture("clean/verified-submission")).keep(), outer.path().join("connector")).unwrap();
        fs::write(outer.path().join("secret.json"), SECRET).unwrap();
        Self { outer }
    }

    fn folder(&self) -> PathBuf {
        self.outer.path().join("connector")
    }

    fn secret(&self) -> PathBuf {
        self.outer.path().join("secret.json")
    }

    /// Runs every command on the folder: none fails to end, tells the secret, or touches what lies outside.
    fn every_command(&self, story: &str) -> Vec<Run> {
        let before = outside(self.outer.path());
        let folder = self.folder();
        let commands: [&[&str]; 6] = [
            &["lint", "--format", "json"],
            &["lint", "--format", "human"],
            &["fix", "--diff"],
            &["fix", "--unsafe"],
            &["fix", "--format", "json"],
            &["init"],
        ];
        let runs = commands.map(|command| {
            let arguments: Vec<_> = command.iter().map(Into::into).chain([folder.clone().into_os_string()]).collect();
            let run = in_time(story, move || conncert(arguments));
            assert!(!run.output.contains("a-secret-of-others") && !run.errors.contains("a-secret-of-others"), "{story}: {}", run.output);
            assert_eq!(outside(self.outer.path()), before, "{story}, {command:?}: {}{}", run.output, run.errors);
            run
        });
        runs.into()
    }
}

/// What lies beside the connector, with its content.
fn outside(outer: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(outer).unwrap().flatten().map(|entry| entry.path()).filter(|path| !path.ends_with("connector"));
    let mut all: Vec<_> = entries.map(|path| (path.clone(), fs::read(&path).unwrap_or_default())).collect();
    all.sort();
    all
}

/// The result of something that must not take for ever.
fn in_time<T: Send + 'static>(story: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{story}: {error}"))
}

fn rules(run: &Run) -> Vec<String> {
    run.findings().iter().map(|finding| format!("{} {}", finding["rule"].as_str().unwrap(), finding["file"].as_str().unwrap())).collect()
}

fn set_settings(folder: &Path, key: &str, path: &str) {
    let file = folder.join("settings.json");
    let mut settings: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    settings[key] = path.into();
    fs::write(file, serde_json::to_string_pretty(&settings).unwrap()).unwrap();
}

#[test]
fn settings_that_name_files_elsewhere_in_any_notation_are_told_and_nothing_there_is_read_or_written() {
    let place = Place::new();
    let absolute = place.secret().to_string_lossy().into_owned();
    let outside = [
        "../secret.json",
        "..\\secret.json",
        "./x/../../secret.json",
        &absolute,
        "C:\\secret.json",
        "C:secret.json",
        "c:/secret.json",
        "\\\\server\\share\\secret.json",
        "//server/share/secret.json",
        "\\\\?\\C:\\secret.json",
        "\\\\.\\pipe\\secret",
        "/dev/zero",
        "~/secret.json",
        "file:///etc/passwd",
        "a\0b.json",
        "..",
    ];
    for path in outside {
        for key in ["apiDefinition", "icon"] {
            let place = Place::new();
            set_settings(&place.folder(), key, path);
            let runs = place.every_command(path);
            let finding = runs[0].findings().into_iter().find(|finding| finding["rule"] == "settings-paths-relative");
            let finding = finding.unwrap_or_else(|| panic!("{path:?}: {:?}", rules(&runs[0])));
            assert_eq!((&finding["pointer"], &finding["file"]), (&format!("/{key}").into(), &"settings.json".into()), "{path:?}");
        }
    }
    // Names that mean a device, a hidden part of a file or another file on Windows name no file of the folder, on any system.
    for path in ["CON", "NUL", "COM1.json", "icon.png:evil", "icon.png::$DATA", "ICON~1.PNG", "icon.png.", "aux/icon.png"] {
        let place = Place::new();
        set_settings(&place.folder(), "icon", path);
        let runs = place.every_command(path);
        let told = runs[0].findings().into_iter().any(|finding| finding["file"] == "settings.json" && finding["pointer"] == "/icon");
        assert!(told, "{path:?}: {:?}", rules(&runs[0]));
    }
}

#[test]
fn what_a_configuration_in_the_folder_names_as_report_is_written_in_that_folder_only() {
    let place = Place::new();
    let absolute = place.secret().to_string_lossy().replace('\\', "/");
    for path in ["../secret.json", "../new.json", &absolute, "C:/x.json", "\\\\server\\x.json", ".git/config", "a/.hidden/x.json"] {
        fs::write(place.folder().join("conncert.toml"), format!("root = true\nformat = ['json={path}']\n")).unwrap();
        let before = outside(place.outer.path());
        let run = conncert(["lint".into(), place.folder().into_os_string()]);
        assert_eq!(run.ending, Ending::Failed, "{path}: {}", run.output);
        assert!(run.errors.contains("conncert.toml:2:") && run.errors.contains("has to lie in its folder"), "{path}: {}", run.errors);
        assert_eq!(outside(place.outer.path()), before, "{path}");
    }
    fs::write(place.folder().join("conncert.toml"), "root = true\nformat = [\"json=report.json\"]\n").unwrap();
    let run = conncert(["lint".into(), place.folder().into_os_string()]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    let written = fs::read_to_string(place.folder().join("report.json")).unwrap();
    assert!(written.starts_with("{\"schema_version\":1"), "{written}");
}

#[test]
fn a_result_goes_into_no_folder_where_it_would_do_harm() {
    let fix = |folder: &Path, output: &Path| {
        conncert(["fix".into(), folder.as_os_str().to_owned(), "--output".into(), output.as_os_str().to_owned()])
    };
    let place = Place::new();
    let folder = place.folder();
    // The result would be a part of the connector.
    for inside in [folder.join("out"), folder.join("a/b"), folder.join("../connector/out")] {
        let run = fix(&folder, &inside);
        assert!(run.ending == Ending::Failed && run.errors.contains("inside the connector"), "{}", run.errors);
        assert!(!folder.join("out").exists() && !folder.join("a").exists());
    }
    // A file is no folder, and stays.
    let run = fix(&folder, &place.secret());
    assert_eq!(run.ending, Ending::Failed);
    assert_eq!(fs::read_to_string(place.secret()).unwrap(), SECRET);
    // The connector's own folder, spelt otherwise, is repaired in place.
    fs::write(folder.join("settings.json"), fs::read_to_string(folder.join("settings.json")).unwrap() + "  ").unwrap();
    let run = fix(&folder, &folder.join("../connector"));
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    // What others have in a folder stays, and no file of theirs is overwritten.
    let theirs = place.outer.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("notes.txt"), "mine").unwrap();
    assert_eq!(fix(&folder, &theirs).ending, Ending::Clean);
    assert_eq!(fs::read_to_string(theirs.join("notes.txt")).unwrap(), "mine");
    fs::write(theirs.join("settings.json"), "mine").unwrap();
    fs::remove_file(theirs.join("icon.png")).unwrap();
    let run = fix(&folder, &theirs);
    assert!(run.ending == Ending::Failed && run.errors.contains("not overwritten"), "{}", run.errors);
    assert_eq!(fs::read_to_string(theirs.join("settings.json")).unwrap(), "mine");
    assert!(!theirs.join("icon.png").exists(), "all or nothing");
}

#[test]
fn a_folder_of_a_hundred_thousand_files_is_checked_in_time_and_says_that_not_all_was_listed() {
    let place = Place::new();
    for number in 0..100_000 {
        fs::File::create(place.folder().join(format!("a{number}"))).unwrap();
    }
    let start = Instant::now();
    let run = lint(&place.folder(), &[]);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    let findings = run.findings();
    let unlisted = findings.iter().find(|finding| finding["rule"] == "folder-too-many-files").expect("it is told");
    let files = fs::read_dir(fixture("clean/verified-submission")).unwrap().count();
    let expected = format!("the folder holds {} more files and folders than the 10000", 100_000 + files - 10_000);
    assert!(unlisted["message"].as_str().unwrap().starts_with(&expected), "{unlisted}");
    // The connector's own files go before, whatever the others are called and in whatever order the system lists them.
    assert!(!rules(&run).iter().any(|rule| rule.contains("missing")), "{:?}", rules(&run).iter().take(20).collect::<Vec<_>>());
    assert_eq!(lint(&place.folder(), &[]).output, run.output);
    // Half of a folder is not copied as if it were the whole.
    let output = place.outer.path().join("out");
    let run = conncert(["fix".into(), place.folder().into_os_string(), "--output".into(), output.clone().into_os_string()]);
    assert!(run.ending == Ending::Failed && run.errors.contains("too many files"), "{}", run.errors);
    assert!(!output.exists());
}

#[test]
fn connectors_in_very_deep_folders_are_found() {
    let outer = tempfile::tempdir().unwrap();
    // Windows has no longer paths by default.
    let levels = if cfg!(windows) { 60 } else { 600 };
    let deep: PathBuf = std::iter::repeat_n("d", levels).collect();
    fs::create_dir_all(outer.path().join(&deep)).unwrap();
    fs::write(outer.path().join(&deep).join("apiProperties.json"), "{}").unwrap();
    let run = lint(outer.path(), &[]);
    assert_eq!(run.json()["summary"]["connectors"], 1, "{}", run.errors);
}

#[cfg(unix)]
mod unix {
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
        for (story, target) in [("a file", "../secret.json"), ("a chain", "second"), ("a loop", "apiDefinition.json"), ("nowhere", "gone")]
        {
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
}
