//! A connector at one moment, with the unsaved texts of that moment. It is read and checked once, by whoever needs it first.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lsp_types::Uri;

use crate::connector::Connector;
use crate::connector::discover;
use crate::connector::load::Overlay;
use crate::engine;
use crate::fix::pass::{self, Choice, Repaired};
use crate::fix::workspace::Workspace;
use crate::outcome::Outcome;
use crate::rule::Catalogue;
use crate::run::profile::{ProfileNumber, Profiles};

use super::uris;

/// The configuration of a connector.
#[derive(Clone)]
pub struct Applied {
    /// Profiles, one of which is the connector's.
    pub profiles: Arc<Profiles>,
    /// Which one.
    pub number: ProfileNumber,
}

impl Applied {
    /// The rules that apply.
    pub fn catalogue(&self) -> &Catalogue {
        self.profiles.catalogue(self.number)
    }
}

/// A file of the connector that is open in the editor.
#[derive(Debug, Clone)]
pub struct OpenFile {
    /// Its path.
    pub path: PathBuf,
    /// Its URI as the editor writes it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
}

/// A connector at one moment.
pub struct Snapshot {
    /// Its folder.
    pub folder: PathBuf,
    /// What applies to it.
    pub applied: Applied,
    /// Counts the changes of the connector; results of an older one are outdated.
    pub generation: u64,
    /// Its open files.
    pub open: Vec<OpenFile>,
    /// Their unsaved texts.
    pub overlays: Vec<Overlay>,
    connector: OnceLock<Result<Connector, String>>,
    outcome: OnceLock<Outcome>,
}

impl Snapshot {
    /// A moment, not read yet.
    pub fn new(folder: PathBuf, applied: Applied, generation: u64, open: Vec<OpenFile>, overlays: Vec<Overlay>) -> Self {
        Self { folder, applied, generation, open, overlays, connector: OnceLock::new(), outcome: OnceLock::new() }
    }

    /// The files, read.
    pub fn connector(&self) -> Result<&Connector, &str> {
        let given = self.applied.profiles.get(self.applied.number).given;
        let load = || {
            let loaded = Connector::load(&self.folder, &discover::shown(&self.folder), given, &self.overlays);
            loaded.map_err(|error| format!("{} cannot be read: {error}", self.folder.display()))
        };
        self.connector.get_or_init(load).as_ref().map_err(String::as_str)
    }

    /// What the check found.
    pub fn outcome(&self) -> Result<&Outcome, &str> {
        let connector = self.connector()?;
        let check = || engine::check_alone(connector, &self.applied.profiles.plan(self.applied.number, connector));
        Ok(self.outcome.get_or_init(check))
    }

    /// What becomes of the connector with some fixes. Nothing is written.
    pub fn repaired(&self, choice: &Choice) -> Result<Repaired, String> {
        let given = self.applied.profiles.get(self.applied.number).given;
        let opened = Workspace::open(&self.folder, &discover::shown(&self.folder), given);
        let mut workspace = opened.map_err(|error| format!("{} cannot be read: {error}", self.folder.display()))?;
        workspace.lay_over(&self.overlays);
        let plan = |connector: &Connector| self.applied.profiles.plan(self.applied.number, connector);
        pass::run(workspace, plan, choice).map_err(|rejection| rejection.to_string())
    }

    /// The path of a file of the connector.
    pub fn path(&self, name: &str) -> PathBuf {
        name.split('/').fold(self.folder.clone(), |path, part| path.join(part))
    }

    /// The name of a file of the connector, with `/`.
    pub fn name(&self, path: &Path) -> Option<String> {
        name_in(&self.folder, path)
    }

    /// The open file of a path.
    pub fn open_file(&self, path: &Path) -> Option<&OpenFile> {
        self.open.iter().find(|file| file.path == path)
    }

    /// The URI under which the editor knows a file of the connector.
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        self.open_file(path).map(|file| file.uri.clone()).or_else(|| uris::uri_of(path))
    }
}

/// The name of a file in a connector's folder or in a folder of that, with `/`, spelt as on disk: some systems open a file by a name of
/// other case.
pub fn name_in(folder: &Path, path: &Path) -> Option<String> {
    let mut here = folder.to_owned();
    let mut name = Vec::new();
    for part in path.strip_prefix(folder).ok()?.components() {
        let part = part.as_os_str().to_string_lossy().into_owned();
        let spelt = if path.exists() { spelling(&here, &part) } else { None };
        let part = spelt.unwrap_or(part);
        here.push(&part);
        name.push(part);
    }
    Some(name.join("/"))
}

fn spelling(folder: &Path, name: &str) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let alike: Vec<String> = entries.filter(|entry| entry.eq_ignore_ascii_case(name)).collect();
    alike.iter().find(|entry| *entry == name).or(alike.first()).cloned()
}
