//! A connector's folder in memory: what was read, and what has become of it so far. Nothing is written from here.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::edit::{self, Change, Edit};
use crate::connector::load::{self, Connector, Entry, EntryKind, Given, InMemory, Listing, Overlay};
use crate::connector::track::{self, Stage, Track};
use crate::source::{Encoding, SourceText};

/// A copy of a folder is held in memory while it is made.
const MAX_COPY_BYTES: usize = 256 << 20;

/// The folder, as it is on disk and as fixes have changed it.
#[derive(Debug, Clone)]
pub struct Workspace {
    shown: String,
    folder: Option<PathBuf>,
    given: Given,
    by_path: Option<(Track, Stage)>,
    entries: Vec<Entry>,
    /// How many entries the folder has beyond those.
    unlisted: usize,
    /// Files as they are now, once read or made.
    files: BTreeMap<String, Vec<u8>>,
    /// Files as they were read.
    read: BTreeMap<String, Vec<u8>>,
    /// Why files cannot be read.
    unreadable: BTreeMap<String, String>,
    /// New name and the name on disk.
    renamed: BTreeMap<String, String>,
}

/// What the folder is to become, compared with what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A new file.
    Created {
        /// Its name.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// Another content, and perhaps another name.
    Changed {
        /// The name on disk.
        name: String,
        /// The name it gets; the same when it keeps it.
        to: String,
        /// What was read.
        old: Vec<u8>,
        /// The new content.
        bytes: Vec<u8>,
    },
    /// A file that is to be deleted.
    Deleted {
        /// Its name.
        name: String,
        /// What was read.
        old: Vec<u8>,
    },
}

impl Workspace {
    /// Lists a folder. Files are read when a check asks for them.
    pub fn open(folder: &Path, shown: &str, given: Given) -> io::Result<Self> {
        let by_path = track::by_path(&std::path::absolute(folder)?);
        let listing = load::list(folder)?;
        Ok(Self { folder: Some(folder.to_owned()), by_path, ..Self::with(shown, given, listing, InMemory::default()) })
    }

    /// A folder that is not there yet.
    pub fn to_come(folder: &Path, shown: &str, given: Given) -> io::Result<Self> {
        let by_path = track::by_path(&std::path::absolute(folder)?);
        Ok(Self { by_path, ..Self::with(shown, given, Listing::default(), InMemory::default()) })
    }

    /// Adds a file that is to be made.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.write(name.to_owned(), bytes);
    }

    /// Lets text stand for files as if it had been read from them.
    pub fn lay_over(&mut self, overlays: &[Overlay]) {
        for overlay in overlays {
            overlay.lay_over(&mut self.entries);
            self.read.insert(overlay.name.clone(), overlay.bytes.clone());
            self.files.insert(overlay.name.clone(), overlay.bytes.clone());
        }
    }

    /// The stage by where the folder lies or by what was given.
    pub fn stage(&self) -> Stage {
        self.given.stage.or(self.by_path.map(|(_, stage)| stage)).unwrap_or(Stage::Submission)
    }

    /// A folder that exists only in memory. Its files count as read, not as new.
    pub fn in_memory(shown: &str, memory: InMemory, given: Given) -> Self {
        Self::with(shown, given, memory.listing(), memory)
    }

    fn with(shown: &str, given: Given, listing: Listing, memory: InMemory) -> Self {
        Self {
            shown: shown.to_owned(),
            folder: None,
            given,
            by_path: None,
            entries: listing.entries,
            unlisted: listing.unlisted,
            read: memory.files.clone(),
            files: memory.files,
            unreadable: memory.unreadable,
            renamed: BTreeMap::new(),
        }
    }

    /// The folder on disk, when there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Keeps track and stage as they are now, whatever fixes change.
    pub fn settle(&mut self, track: Track, stage: Stage) {
        self.given = Given { track: Some(track), stage: Some(stage) };
    }

    /// The connector as it is now.
    pub fn connector(&mut self) -> Connector {
        let Self { files, read, unreadable, folder, .. } = self;
        let mut open = |entry: &Entry| -> io::Result<Vec<u8>> {
            if let Some(reason) = unreadable.get(&entry.path) {
                return Err(io::Error::other(reason.clone()));
            }
            if let Some(bytes) = files.get(&entry.path) {
                return Ok(bytes.clone());
            }
            let folder = folder.as_ref().ok_or_else(|| io::Error::other("the file is gone"))?;
            match load::read_in(folder, &entry.path) {
                Ok(bytes) => {
                    files.insert(entry.path.clone(), bytes.clone());
                    read.insert(entry.path.clone(), bytes.clone());
                    Ok(bytes)
                }
                Err(error) => {
                    unreadable.insert(entry.path.clone(), error.to_string());
                    Err(error)
                }
            }
        };
        let mut entries = self.entries.clone();
        entries.iter_mut().for_each(|entry| entry.artifact = None);
        let listing = Listing { entries, unlisted: self.unlisted };
        Connector::assemble(&self.shown, listing, &mut open, self.given, self.by_path, None)
    }

    /// The content of a file that was read or made.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// Makes changes. Fails, with the reason, when one of them does not fit the folder; some may have been made then.
    pub fn apply(&mut self, changes: Vec<Change>) -> Result<(), String> {
        for change in changes {
            match change {
                Change::Edit { file, edits } => self.edit(&file, edits)?,
                Change::Write { file, bytes } => self.write(file, bytes),
                Change::Delete { file } => self.delete(&file)?,
                Change::Rename { from, to } => self.rename(&from, to)?,
            }
        }
        Ok(())
    }

    fn edit(&mut self, file: &str, edits: Vec<Edit>) -> Result<(), String> {
        let old = self.files.get(file).ok_or_else(|| format!("{file} has not been read"))?;
        let source = SourceText::from_bytes(old.clone());
        if source.encoding() != Encoding::Utf8 {
            return Err(format!("{file} is no UTF-8 text"));
        }
        let mut text = if source.has_bom() { "\u{feff}".to_owned() } else { String::new() };
        text.push_str(&edit::apply(source.text(), edits));
        self.write(file.to_owned(), text.into_bytes());
        Ok(())
    }

    fn write(&mut self, file: String, bytes: Vec<u8>) {
        let length = bytes.len() as u64;
        match self.entries.iter_mut().find(|entry| entry.path == file) {
            Some(entry) => entry.bytes = length,
            None => {
                self.entries.push(Entry { path: file.clone(), kind: EntryKind::File, bytes: length, artifact: None, problem: None });
            }
        }
        self.files.insert(file, bytes);
    }

    /// Reads a file that no check has asked for.
    fn ensure_read(&mut self, file: &str) -> Result<(), String> {
        if self.files.contains_key(file) {
            return Ok(());
        }
        let folder = self.folder.as_ref().ok_or_else(|| format!("{file} does not exist"))?;
        let bytes = load::read_in(folder, file).map_err(|error| format!("{file}: {error}"))?;
        self.read.insert(file.to_owned(), bytes.clone());
        self.files.insert(file.to_owned(), bytes);
        Ok(())
    }

    fn delete(&mut self, file: &str) -> Result<(), String> {
        self.ensure_read(file)?;
        self.files.remove(file);
        self.renamed.remove(file);
        self.entries.retain(|entry| entry.path != file);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: String) -> Result<(), String> {
        self.ensure_read(from)?;
        if self.entries.iter().any(|entry| entry.path == to) {
            return Err(format!("{to} exists already"));
        }
        let bytes = self.files.remove(from).unwrap_or_default();
        self.files.insert(to.clone(), bytes);
        let on_disk = self.renamed.remove(from).unwrap_or_else(|| from.to_owned());
        if on_disk != to && self.read.contains_key(&on_disk) {
            self.renamed.insert(to.clone(), on_disk);
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.path == from) {
            entry.path = to.clone();
        }
        Ok(())
    }

    /// Everything that differs from what was read, by name.
    pub fn differences(&self) -> Vec<Difference> {
        let moved: BTreeSet<&String> = self.renamed.values().collect();
        let mut differences = Vec::new();
        for (name, bytes) in &self.files {
            let on_disk = self.renamed.get(name).unwrap_or(name);
            match self.read.get(on_disk).filter(|_| on_disk == name || moved.contains(on_disk)) {
                None => differences.push(Difference::Created { name: name.clone(), bytes: bytes.clone() }),
                Some(old) if old != bytes || on_disk != name => {
                    let (old, bytes) = (old.clone(), bytes.clone());
                    differences.push(Difference::Changed { name: on_disk.clone(), to: name.clone(), old, bytes });
                }
                Some(_) => {}
            }
        }
        for (name, old) in &self.read {
            if !self.files.contains_key(name) && !moved.contains(name) {
                differences.push(Difference::Deleted { name: name.clone(), old: old.clone() });
            }
        }
        differences
    }

    /// Every file as it is now; files that nobody has read yet are read for it. A folder that is too much for memory has no copy: half of
    /// one would be taken for the whole.
    pub fn all_files(&mut self) -> Result<BTreeMap<String, Vec<u8>>, String> {
        if self.unlisted > 0 {
            return Err(
                "the folder holds too many files to be copied; repair it in place, or move what is no part of the connector".to_owned()
            );
        }
        let readable =
            |entry: &&Entry| entry.kind == EntryKind::File && entry.problem.is_none() && !self.unreadable.contains_key(&entry.path);
        let names: Vec<String> = self.entries.iter().filter(readable).map(|entry| entry.path.clone()).collect();
        let mut total = 0;
        for name in names {
            self.ensure_read(&name)?;
            total += self.files.get(&name).map_or(0, Vec::len);
            if total > MAX_COPY_BYTES {
                return Err(format!(
                    "the folder holds more than {} MB, which is more than a copy may have; repair it in place",
                    MAX_COPY_BYTES >> 20
                ));
            }
        }
        Ok(self.files.clone())
    }
}
