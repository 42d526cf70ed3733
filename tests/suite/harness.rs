//! Runs conncert inside the test process, and finds the folders tests work on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use conncert::run::{Console, Ending, Terminal};
use serde_json::Value;

/// What a run printed and how it ended.
pub struct Run {
    /// How it ended.
    pub ending: Ending,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Run {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.output, self.errors))
    }

    /// The findings of JSON output.
    pub fn findings(&self) -> Vec<Value> {
        self.json()["findings"].as_array().expect("findings are a list").clone()
    }
}

/// Runs conncert with arguments.
pub fn conncert<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Run {
    conncert_with_input(arguments, b"")
}

/// Runs conncert with arguments and standard input.
pub fn conncert_with_input<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>, mut input: &[u8]) -> Run {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let console = Console { input: &mut input, output: &mut output, errors: &mut errors, terminal: Terminal::PLAIN, progress: None };
    let arguments = std::iter::once(OsString::from("conncert")).chain(arguments.into_iter().map(Into::into));
    let ending = conncert::run::run(arguments, console);
    Run {
        ending,
        output: String::from_utf8(output).expect("output is UTF-8"),
        errors: String::from_utf8(errors).expect("errors are UTF-8"),
    }
}

/// Lints a path and gives the JSON findings.
pub fn lint(path: &Path, more: &[&str]) -> Run {
    let fixed = ["lint", "--format", "json"].map(OsString::from);
    conncert(fixed.into_iter().chain([path.into()]).chain(more.iter().map(Into::into)))
}

/// The project's folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A fixture.
pub fn fixture(path: &str) -> PathBuf {
    root().join("fixtures").join(path)
}

/// The reference data beside the project, which only its developers have; `None` (with a word) elsewhere.
pub fn reference_data(part: &str) -> Option<PathBuf> {
    let path = root().parent()?.join("shared").join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the reference data `shared/{part}` is not beside the project");
    None
}

/// Another program on the path, by which a test judges; `None` (with a word) where it is not installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    // The bash of Windows' own folder starts another system, if there is one.
    let folders = std::env::split_paths(&path).filter(|folder| !folder.to_string_lossy().to_lowercase().ends_with("system32"));
    let found = folders.map(|folder| folder.join(&file)).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no {name} here");
    }
    found
}

/// Copies a folder, so that a test may change it.
pub fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable fixture")) {
        let target = copy.path().join(entry.path().strip_prefix(folder).expect("inside"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
    copy
}
