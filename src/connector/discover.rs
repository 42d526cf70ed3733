//! Finds connectors below the paths a user names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::artifact::Artifact;
use crate::source::SourceText;
use crate::source::json::Json;

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A connector's folder.
    Folder(PathBuf),
    /// One file; its folder is read for context.
    File(PathBuf),
}

impl Target {
    /// Its path as reports show it, with `/` on every system.
    pub fn shown(&self) -> String {
        let path = match self {
            Self::Folder(path) | Self::File(path) => path,
        };
        shown(path)
    }
}

/// A path as reports show it: with `/`, and without a `./` in front.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let trimmed = text.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(&text);
    let trimmed = if trimmed.len() > 1 { trimmed.trim_end_matches('/') } else { trimmed };
    trimmed.to_owned()
}

/// Why nothing came of a path.
#[derive(Debug)]
pub enum Problem {
    /// It does not exist or cannot be read.
    Unreadable(PathBuf, String),
    /// There is no connector in or below it.
    Nothing(PathBuf),
}

/// The connectors at or below a path, sorted, as far as the folders can be read.
pub fn discover(path: &Path) -> Result<Vec<Target>, Problem> {
    search(path, &mut |_, _| {})
}

/// The connectors at or below a path, sorted. Folders on the way that cannot be read are told, each with the reason.
pub fn search(path: &Path, unreadable: &mut dyn FnMut(&Path, String)) -> Result<Vec<Target>, Problem> {
    let meta = std::fs::metadata(path).map_err(|error| Problem::Unreadable(path.to_owned(), error.to_string()))?;
    if !meta.is_dir() && !meta.is_file() {
        return Err(Problem::Unreadable(path.to_owned(), super::open::SPECIAL.to_owned()));
    }
    if !meta.is_dir() {
        return Ok(vec![Target::File(path.to_owned())]);
    }
    let mut folders = BTreeSet::new();
    let walk = WalkDir::new(path).follow_links(false).max_open(16).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(is_worth_entering) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 => return Err(Problem::Unreadable(path.to_owned(), error.to_string())),
            Err(error) => {
                let folder = error.path().unwrap_or(path).to_owned();
                unreadable(&folder, error.io_error().map_or_else(|| error.to_string(), ToString::to_string));
                continue;
            }
        };
        if entry.file_type().is_dir() || !marks_connector(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let Some(folder) = entry.path().parent() else { continue };
        // Folders below come between the files of a folder.
        if !folders.contains(folder) {
            folders.insert(folder.to_owned());
        }
    }
    let mut found: Vec<Target> = folders.into_iter().map(Target::Folder).collect();
    if found.is_empty() && has_any_artifact(path) {
        found.push(Target::Folder(path.to_owned()));
    }
    if found.is_empty() {
        return Err(Problem::Nothing(path.to_owned()));
    }
    found.sort_by_cached_key(Target::shown);
    Ok(found)
}

/// The same paths, with the folders of their connectors in the place of files. Files that belong to no connector are left out.
pub fn whole_connectors(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut whole: Vec<PathBuf> = Vec::new();
    for path in paths {
        let meant = if path.is_file() { connector_of(path) } else { Some(path.clone()) };
        if let Some(path) = meant.filter(|path| !whole.contains(path)) {
            whole.push(path);
        }
    }
    whole
}

/// The nearest folder above a file that holds what makes a connector.
fn connector_of(file: &Path) -> Option<PathBuf> {
    let marks = |folder: &&Path| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| marks_connector(&entry.file_name().to_string_lossy()) && entry.path().is_file())
    };
    let folder = file.ancestors().skip(1).find(marks)?;
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}

fn is_worth_entering(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !entry.file_type().is_dir() || is_searched(&name)
}

/// Whether a folder is a connector, judged by the names of its files. Beside those that mark
/// every connector, settings.json does when it names the definition or the properties.
pub fn is_connector(folder: &Path, names: impl IntoIterator<Item = String>) -> bool {
    names
        .into_iter()
        .any(|name| marks_connector(&name) || (Artifact::Settings.fit(&name).is_some() && names_definition(&folder.join(&name))))
}

fn names_definition(settings: &Path) -> bool {
    let Ok(bytes) = super::load::read_limited(settings) else { return false };
    let json = Json::parse(Arc::new(SourceText::from_bytes(bytes)));
    let named = [Artifact::Definition, Artifact::Properties].into_iter().filter_map(Artifact::settings_key);
    json.root().is_some_and(|root| named.into_iter().any(|key| root.get_str(key).is_some()))
}

/// Whether a search from above looks into a folder of this name.
pub fn is_searched(name: &str) -> bool {
    !(name.starts_with('.') || matches!(name, "node_modules" | "target" | "__MACOSX"))
}

/// Whether a file of this name makes its folder a connector: the definition or the properties.
fn marks_connector(name: &str) -> bool {
    [Artifact::Definition, Artifact::Properties].iter().any(|artifact| artifact.fit(name).is_some())
}

/// Whether a folder named by the user holds at least a piece of a connector, so that "the definition is missing" is the right answer.
fn has_any_artifact(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    // A README alone says nothing, except where every folder is a connector: in the public repository.
    let in_repository = std::path::absolute(folder).is_ok_and(|folder| super::track::by_path(&folder).is_some());
    let readme = in_repository.then_some(Artifact::Readme);
    let pieces: Vec<Artifact> = [Artifact::Settings, Artifact::Icon, Artifact::Script, Artifact::Intro].into_iter().chain(readme).collect();
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        pieces.iter().any(|artifact| artifact.fit(&name).is_some())
    })
}
