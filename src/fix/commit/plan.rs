//! From the steps that fixes want to the changes of files on disk: looks where each name really lies, and refuses whatever was not read
//! before or has changed since.

use std::path::Path;

use super::disk::{Disk, Kind};
use super::error::CommitError;
use super::fingerprint::Fingerprint;
use super::journal::{Change, Journal, Side};
use super::place::{self, home_of, joined};
use super::{Step, name};

/// Where the new content of a change comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// From a step.
    Bytes(&'a [u8]),
    /// It is that of the file which gets another name.
    Same,
    /// There is none: the file is deleted.
    None,
}

/// What is to be done.
#[derive(Debug)]
pub struct Plan<'a> {
    /// In the journal's words.
    pub journal: Journal,
    /// The new content of each change.
    pub sources: Vec<Source<'a>>,
    /// The names of the steps that change something.
    pub names: Vec<String>,
}

impl<'a> Plan<'a> {
    /// Judges the steps against what is on disk now. `home` is the folder without links.
    pub fn of(disk: &dyn Disk, home: &Path, steps: &'a [Step]) -> Result<Self, CommitError> {
        let surveyor = Surveyor { disk, home };
        let mut folders: Vec<String> = Vec::new();
        let (mut changes, mut sources, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for step in steps {
            let (change, source) = surveyor.change(step, &mut folders)?;
            // A file that would stay the same to the last byte is left alone, date and all.
            if change.old != change.new {
                changes.push(change);
                sources.push(source);
                names.push(step.name().to_owned());
            }
        }
        let journal = Journal::new(folders, changes);
        if let Some(name) = journal.twice() {
            return Err(CommitError::Twice { name: name.to_owned() });
        }
        surveyor.check_free(&journal)?;
        Ok(Self { journal, sources, names })
    }
}

struct Surveyor<'d> {
    disk: &'d dyn Disk,
    home: &'d Path,
}

impl Surveyor<'_> {
    fn change<'a>(&self, step: &'a Step, folders: &mut Vec<String>) -> Result<(Change, Source<'a>), CommitError> {
        let new = |name: String, bytes: &[u8]| Some(Side { name, content: Fingerprint::of(bytes) });
        match step {
            Step::Create { name, bytes } => {
                let real = self.appearing(name, folders)?;
                Ok((Change { old: None, new: new(real, bytes) }, Source::Bytes(bytes)))
            }
            Step::Replace { name, expected, bytes } => {
                let old = self.existing(name, *expected, true)?;
                let new = new(old.name.clone(), bytes);
                Ok((Change { old: Some(old), new }, Source::Bytes(bytes)))
            }
            Step::Delete { name, expected } => Ok((Change { old: Some(self.existing(name, *expected, false)?), new: None }, Source::None)),
            Step::Rename { from, to, expected, bytes } => {
                let old = self.existing(from, *expected, false)?;
                let real = self.appearing(to, folders)?;
                let content = bytes.as_ref().map_or(old.content, |bytes| Fingerprint::of(bytes));
                let source = bytes.as_ref().map_or(Source::Same, |bytes| Source::Bytes(bytes));
                Ok((Change { old: Some(old), new: Some(Side { name: real, content }) }, source))
            }
        }
    }

    /// A file that must be there and hold what was read. A link is followed only to write: to delete or rename one would leave its target.
    fn existing(&self, wanted: &str, expected: Fingerprint, follow: bool) -> Result<Side, CommitError> {
        name::check_existing(wanted)?;
        let gone = || CommitError::Gone { name: wanted.to_owned() };
        let folder = home_of(self.disk, self.home, wanted)?;
        let file = wanted.rsplit('/').next().unwrap_or(wanted);
        if !folder.missing.is_empty() {
            return Err(gone());
        }
        let path = name::path_in(self.home, &joined(&folder.existing, file));
        match self.disk.kind(&path).map_err(CommitError::failed("look up", wanted))? {
            None => return Err(gone()),
            Some(Kind::File) => {}
            Some(Kind::Link) if follow => {}
            Some(kind) => return Err(CommitError::NotAFile { name: wanted.to_owned(), what: kind.word() }),
        }
        let real = place::inside(self.disk, self.home, &path, wanted, Kind::File)?;
        name::check_existing(&real)?;
        let path = name::path_in(self.home, &real);
        let content = Fingerprint::of(&self.disk.read(&path).map_err(CommitError::failed("read", wanted))?);
        if content != expected {
            return Err(CommitError::Changed { name: wanted.to_owned() });
        }
        self.disk.check_writable(&path).map_err(CommitError::failed("write", wanted))?;
        Ok(Side { name: real, content })
    }

    /// The real name of a file that is to be made, and the folders to be made for it.
    fn appearing(&self, wanted: &str, folders: &mut Vec<String>) -> Result<String, CommitError> {
        name::check_new(wanted)?;
        let folder = home_of(self.disk, self.home, wanted)?;
        let real = folder.name_of(wanted.rsplit('/').next().unwrap_or(wanted));
        name::check_new(&real)?;
        for missing in folder.missing {
            if !folders.contains(&missing) {
                folders.push(missing);
            }
        }
        Ok(real)
    }

    /// No name that appears may be taken, in whatever spelling: what lies there has not been read. Names that vanish in the same go
    /// make room.
    fn check_free(&self, journal: &Journal) -> Result<(), CommitError> {
        let vanishing: Vec<&str> = journal.changes.iter().filter_map(Change::vanishing).map(|side| side.name.as_str()).collect();
        let files = journal.changes.iter().filter_map(Change::appearing).map(|side| side.name.as_str());
        for wanted in files.chain(journal.folders.iter().map(String::as_str)) {
            let folder = name::parent(wanted);
            let among_missing = journal.folders.iter().any(|missing| missing == folder);
            if among_missing {
                continue;
            }
            let names = self.disk.names(&name::path_in(self.home, folder)).map_err(CommitError::failed("look up", wanted))?;
            let taken = names
                .iter()
                .map(|name| joined(folder, &name.to_string_lossy()))
                .find(|existing| name::fold(existing) == name::fold(wanted) && !vanishing.contains(&existing.as_str()));
            if let Some(existing) = taken {
                return Err(CommitError::Exists { name: wanted.to_owned(), existing });
            }
        }
        Ok(())
    }
}
