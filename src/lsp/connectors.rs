//! The connectors that the editor has something to do with: which file belongs to which, and which of them must be checked again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::documents::Documents;
use super::snapshot::{Applied, OpenFile, Snapshot, name_in};
use crate::connector::discover;

/// A connector.
pub struct Known {
    /// What applies to it.
    pub applied: Applied,
    /// Counts its changes.
    pub generation: u64,
    /// Whether it is checked though none of its files is open.
    pub pinned: bool,
    /// When it was changed since the last check began: the order in which connectors wait.
    waiting: Option<u64>,
    snapshot: Option<Arc<Snapshot>>,
}

/// All of them, by folder.
#[derive(Default)]
pub struct Connectors {
    known: BTreeMap<PathBuf, Known>,
    clock: u64,
}

impl Connectors {
    /// The folder of the connector a file belongs to: its own folder, or the one above, when that is a connector.
    pub fn folder_of(path: &Path, documents: &Documents, roots: &[PathBuf]) -> Option<PathBuf> {
        let parent = path.parent().filter(|parent| is_searched(parent, roots))?;
        if is_connector(parent, documents) {
            return Some(parent.to_owned());
        }
        // Files named by settings.json may lie one folder deeper.
        parent.parent().filter(|above| is_searched(above, roots) && is_connector(above, documents)).map(Path::to_owned)
    }

    /// A connector.
    pub fn get(&self, folder: &Path) -> Option<&Known> {
        self.known.get(folder)
    }

    /// The folders.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.known.keys().cloned().collect()
    }

    /// Adds a connector, or gives a known one other configuration.
    pub fn apply(&mut self, folder: &Path, applied: Applied) {
        match self.known.get_mut(folder) {
            Some(known) => known.applied = applied,
            None => {
                let known = Known { applied, generation: 0, pinned: false, waiting: None, snapshot: None };
                self.known.insert(folder.to_owned(), known);
            }
        }
        self.touch(folder);
    }

    /// Keeps a connector though none of its files is open. One that is not known yet has been checked by whoever says so.
    pub fn pin(&mut self, folder: &Path, applied: &Applied) {
        self.clock += 1;
        let generation = self.clock;
        let new = || Known { applied: applied.clone(), generation, pinned: true, waiting: None, snapshot: None };
        self.known.entry(folder.to_owned()).or_insert_with(new).pinned = true;
    }

    /// Whether a folder is a connector still.
    pub fn is_there(folder: &Path, documents: &Documents) -> bool {
        is_connector(folder, documents)
    }

    /// Something of a connector has changed.
    pub fn touch(&mut self, folder: &Path) {
        self.clock += 1;
        if let Some(known) = self.known.get_mut(folder) {
            known.generation = self.clock;
            known.snapshot = None;
            known.waiting = Some(self.clock);
        }
    }

    /// Forgets a connector.
    pub fn remove(&mut self, folder: &Path) {
        self.known.remove(folder);
    }

    /// Whether a connector waits to be checked.
    pub fn is_waiting(&self) -> bool {
        self.known.values().any(|known| known.waiting.is_some())
    }

    /// The connector that was changed last, to be checked now: somebody looks at it.
    pub fn next(&mut self, documents: &Documents) -> Option<Arc<Snapshot>> {
        let waiting = self.known.iter_mut().filter(|(_, known)| known.waiting.is_some());
        let (folder, known) = waiting.max_by_key(|(_, known)| known.waiting)?;
        known.waiting = None;
        let folder = folder.clone();
        self.snapshot(&folder, documents)
    }

    /// A connector as it is now.
    pub fn snapshot(&mut self, folder: &Path, documents: &Documents) -> Option<Arc<Snapshot>> {
        let known = self.known.get_mut(folder)?;
        let make = || {
            let files = documents.of_connector(folder);
            let open = files.map(|(path, document)| OpenFile { path: path.clone(), uri: document.uri.clone(), version: document.version });
            let overlays = documents.of_connector(folder).filter_map(|(path, document)| document.overlay(name_in(folder, path)?));
            Arc::new(Snapshot::new(folder.to_owned(), known.applied.clone(), known.generation, open.collect(), overlays.collect()))
        };
        Some(known.snapshot.get_or_insert_with(make).clone())
    }
}

/// Whether a search from the open folders would look into a folder. What is opened without a folder has been named by the user.
fn is_searched(folder: &Path, roots: &[PathBuf]) -> bool {
    let below = roots.iter().find_map(|root| folder.strip_prefix(root).ok());
    below.is_none_or(|below| below.components().all(|part| discover::is_searched(&part.as_os_str().to_string_lossy())))
}

/// Whether a folder is a connector, by the files on disk and those that are only open yet.
fn is_connector(folder: &Path, documents: &Documents) -> bool {
    let on_disk = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let open = documents.iter().filter(|(path, _)| path.parent() == Some(folder)).filter_map(|(path, _)| path.file_name());
    discover::is_connector(folder, on_disk.chain(open.map(ToOwned::to_owned)).map(|name| name.to_string_lossy().into_owned()))
}
