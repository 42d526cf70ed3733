//! Folders that somebody prepared: links, pipes, devices, names, masses of files, and settings that point elsewhere. Nothing outside is
//! read or written, nothing waits for ever, and each of them is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use conncert::run::Ending;
use serde_json::Value;

use crate::harness::{Run, conncert, copy_of, fixture, lint};

#[cfg(unix)]
mod unix;

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
