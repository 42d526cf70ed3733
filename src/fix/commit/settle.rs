//! Carries the changes of a journal out, or takes them back, from whatever state a run left them in.
//!
//! Each file is in one of two states, old or new, and every step between is one rename or one link. Both directions look before each
//! step what is there, so they may be stopped anywhere and started again, and they never replace content that is neither.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, Kind};
use super::error::CommitError;
use super::fingerprint::Fingerprint;
use super::journal::{Change, JOURNAL, Journal, Side};
use super::name;
use super::place::{home_of, joined};
use super::plan::Source;

/// What a name holds, compared with what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Expected,
    /// Something else, which nobody here may touch.
    Other,
}

/// Which way an interrupted run can be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Everything can be brought into the new state.
    Forward,
    /// Everything can be brought into the old state.
    Back,
}

/// A journal and the folder it is about.
pub struct Settlement<'a> {
    disk: &'a dyn Disk,
    home: &'a Path,
    journal: &'a Journal,
    colliding: BTreeSet<String>,
}

impl<'a> Settlement<'a> {
    /// `home` is the connector's folder, without links.
    pub fn new(disk: &'a dyn Disk, home: &'a Path, journal: &'a Journal) -> Self {
        Self { disk, home, journal, colliding: journal.colliding() }
    }

    /// Puts all new content, and a second name for all old content that will be replaced, into temporary files.
    pub fn prepare(&self, sources: &[Source<'_>]) -> Result<(), CommitError> {
        for (number, (change, source)) in self.journal.changes.iter().zip(sources).enumerate() {
            let name = change.name();
            let old = change.old.as_ref().map(|side| self.path(&side.name));
            let fresh = self.home.join(self.journal.fresh(number));
            match (source, &old) {
                (Source::Bytes(bytes), like) => {
                    self.disk.write_new(&fresh, bytes, like.as_deref()).map_err(CommitError::failed("write", name))?
                }
                (Source::Same, Some(old)) => self.duplicate(old, &fresh, name)?,
                (Source::Same, None) | (Source::None, _) => {}
            }
            if let (true, Some(old)) = (change.is_replacement(), &old) {
                self.duplicate(old, &self.home.join(self.journal.kept(number)), name)?;
            }
        }
        Ok(())
    }

    /// A second name for a file, or a copy where the file system has no second names.
    fn duplicate(&self, from: &Path, to: &Path, name: &str) -> Result<(), CommitError> {
        if self.disk.link(from, to).is_ok() {
            return Ok(());
        }
        let bytes = self.disk.read(from).map_err(CommitError::failed("read", name))?;
        self.disk.write_new(to, &bytes, Some(from)).map_err(CommitError::failed("write", name))
    }

    /// Finds out which way a journal from disk can be settled. The error is a sentence part for [`CommitError::Interrupted`].
    pub fn way(&self) -> Result<Way, String> {
        let (mut forward, mut back) = (true, true);
        for (number, change) in self.journal.changes.iter().enumerate() {
            for side in [&change.old, &change.new].into_iter().flatten() {
                self.check_place(&side.name)?;
            }
            let unreadable = |error| format!("`{}` cannot be read ({error})", change.name());
            let old = change.old.as_ref().map(|side| self.held(side)).transpose().map_err(unreadable)?;
            let new = change.new.as_ref().map(|side| self.held(side)).transpose().map_err(unreadable)?;
            let fresh = self.keeps(&self.journal.fresh(number), change.new.as_ref()).map_err(unreadable)?;
            let kept = self.keeps(&self.journal.kept(number), change.old.as_ref()).map_err(unreadable)?;
            let changed = if change.is_replacement() {
                forward &= new == Some(Held::Expected) || (old == Some(Held::Expected) && fresh);
                back &= old == Some(Held::Expected) || (new == Some(Held::Expected) && kept);
                old != Some(Held::Expected) && new != Some(Held::Expected)
            } else {
                forward &= new != Some(Held::Nothing) || fresh;
                back &= old != Some(Held::Nothing) || kept;
                old == Some(Held::Other) || new == Some(Held::Other)
            };
            if changed {
                return Err(format!("`{}` has been changed since", change.name()));
            }
        }
        match (forward, back) {
            (true, _) => Ok(Way::Forward),
            (false, true) => Ok(Way::Back),
            (false, false) => Err("some of the content it had written is missing".to_owned()),
        }
    }

    /// A run writes down real names only; a link in one, or another spelling of a folder, means that somebody else wrote the journal.
    fn check_place(&self, name: &str) -> Result<(), String> {
        let stray = || format!("its journal names `{name}`, which is not in the connector's folder");
        let folder = home_of(self.disk, self.home, name).map_err(|_| stray())?;
        let file = name.rsplit('/').next().unwrap_or(name);
        let announced = folder.missing.iter().all(|missing| self.journal.folders.contains(missing));
        if folder.name_of(file) == name && announced { Ok(()) } else { Err(stray()) }
    }

    /// Brings every file into its new state and forgets the journal. On an error [`Settlement::back`] is due.
    pub fn forward(&self) -> Result<(), CommitError> {
        for folder in &self.journal.folders {
            let path = self.path(folder);
            if self.disk.kind(&path).map_err(CommitError::failed("look up", folder))?.is_none() {
                self.disk.make_folder(&path).map_err(CommitError::failed("make the folder", folder))?;
            }
        }
        // Where case does not count, the old spelling must make room for the new one. Otherwise the new name appears first.
        self.each(|number, change| if self.collides(change.vanishing()) { self.put_aside(number, change) } else { Ok(()) })?;
        self.each(|number, change| self.put_in_place(number, change))?;
        self.each(|number, change| self.put_aside(number, change))?;
        for folder in self.folders() {
            self.disk.sync_folder(&self.path(folder)).map_err(CommitError::failed("write in", folder))?;
        }
        self.remove_if_there(JOURNAL).map_err(CommitError::failed("delete", JOURNAL))?;
        // From here on everything is done; what cannot be tidied up now is tidied up by the next run.
        let _ = self.disk.sync_folder(self.home);
        self.tidy();
        Ok(())
    }

    /// Brings every file back into its old state and forgets the journal. Gives the names of files that could not be put back; the
    /// journal and everything it needs are then kept.
    pub fn back(&self) -> Vec<String> {
        let mut stuck: Vec<String> = Vec::new();
        let mut note = |change: &Change, result: io::Result<()>| {
            if result.is_err() && !stuck.iter().any(|name| name == change.name()) {
                stuck.push(change.name().to_owned());
            }
        };
        let last_first = || self.journal.changes.iter().enumerate().rev();
        for (_, change) in last_first().filter(|(_, change)| self.collides(change.appearing())) {
            note(change, self.take_away(change));
        }
        for (number, change) in last_first() {
            note(change, self.restore(number, change));
        }
        for (_, change) in last_first() {
            note(change, self.take_away(change));
        }
        for folder in self.journal.folders.iter().rev() {
            // Others may have put something there.
            let _ = self.disk.remove_folder(&self.path(folder));
        }
        if stuck.is_empty() {
            for folder in self.folders() {
                let _ = self.disk.sync_folder(&self.path(folder));
            }
            self.discard();
        }
        stuck
    }

    /// Forgets changes of which none has been carried out.
    pub fn discard(&self) {
        // Should the journal withstand: without the new content the next run cannot but undo.
        let _ = self.remove_if_there(JOURNAL);
        self.tidy();
    }

    fn tidy(&self) {
        for name in self.journal.temporaries() {
            let _ = self.remove_if_there(&name);
        }
    }

    fn each(&self, mut act: impl FnMut(usize, &Change) -> Result<(), CommitError>) -> Result<(), CommitError> {
        self.journal.changes.iter().enumerate().try_for_each(|(number, change)| act(number, change))
    }

    /// The old name goes, its content stays reachable.
    fn put_aside(&self, number: usize, change: &Change) -> Result<(), CommitError> {
        let Some(old) = change.vanishing() else { return Ok(()) };
        match self.held(old).map_err(CommitError::failed("read", &old.name))? {
            Held::Nothing => Ok(()),
            Held::Other => Err(CommitError::Changed { name: old.name.clone() }),
            Held::Expected => {
                let (kept, path) = (self.journal.kept(number), self.path(&old.name));
                // After an interrupted repair it may have both names already, and to rename a file to its own second name does nothing.
                let is_kept = self.keeps(&kept, Some(old)).map_err(CommitError::failed("read", &old.name))?;
                let gone = if is_kept { self.disk.remove(&path) } else { self.disk.rename(&path, &self.home.join(kept)) };
                gone.map_err(CommitError::failed("rename", &old.name))
            }
        }
    }

    /// The new content comes under its name.
    fn put_in_place(&self, number: usize, change: &Change) -> Result<(), CommitError> {
        let Some(new) = &change.new else { return Ok(()) };
        let (fresh, target) = (self.home.join(self.journal.fresh(number)), self.path(&new.name));
        let held = self.held(new).map_err(CommitError::failed("read", &new.name))?;
        let exists = || CommitError::Exists { name: new.name.clone(), existing: new.name.clone() };
        match (held, &change.old) {
            (Held::Expected, _) => Ok(()),
            (_, Some(old)) if change.is_replacement() => match self.held(old).map_err(CommitError::failed("read", &old.name))? {
                Held::Expected => self.disk.rename(&fresh, &target).map_err(CommitError::failed("write", &new.name)),
                Held::Nothing => Err(CommitError::Gone { name: old.name.clone() }),
                Held::Other => Err(CommitError::Changed { name: old.name.clone() }),
            },
            (Held::Other, _) => Err(exists()),
            (Held::Nothing, _) => self.place(&fresh, &target).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => exists(),
                _ => CommitError::failed("write", &new.name)(error),
            }),
        }
    }

    fn take_away(&self, change: &Change) -> io::Result<()> {
        match change.appearing() {
            Some(new) if self.held(new)? == Held::Expected => self.disk.remove(&self.path(&new.name)),
            _ => Ok(()),
        }
    }

    fn restore(&self, number: usize, change: &Change) -> io::Result<()> {
        let Some(old) = &change.old else { return Ok(()) };
        let (kept, target) = (self.home.join(self.journal.kept(number)), self.path(&old.name));
        match &change.new {
            Some(new) if change.is_replacement() => match self.held(new)? {
                Held::Expected => self.disk.rename(&kept, &target),
                Held::Nothing | Held::Other => Ok(()),
            },
            _ if self.held(old)? == Held::Nothing && self.keeps(&self.journal.kept(number), Some(old))? => self.place(&kept, &target),
            _ => Ok(()),
        }
    }

    /// Puts a file under a free name, and never over another file that came there in the same moment, as a rename would.
    fn place(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.disk.link(from, to) {
            Ok(()) => Ok(()),
            Err(_) if self.disk.kind(to)?.is_some() => Err(io::ErrorKind::AlreadyExists.into()),
            // A file system where a file has one name only.
            Err(_) => self.disk.rename(from, to),
        }
    }

    fn remove_if_there(&self, name: &str) -> io::Result<()> {
        let path = self.home.join(name);
        match self.disk.kind(&path)? {
            Some(Kind::File) => match self.disk.remove(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                result => result,
            },
            _ => Ok(()),
        }
    }

    fn held(&self, side: &Side) -> io::Result<Held> {
        let path = self.path(&side.name);
        match self.disk.kind(&path)? {
            None => Ok(Held::Nothing),
            Some(Kind::File) if self.collides(Some(side)) && !self.is_spelled_so(&side.name)? => Ok(Held::Nothing),
            Some(Kind::File) if Fingerprint::of(&self.disk.read(&path)?) == side.content => Ok(Held::Expected),
            Some(_) => Ok(Held::Other),
        }
    }

    /// Whether a temporary file holds what it should.
    fn keeps(&self, temporary: &str, side: Option<&Side>) -> io::Result<bool> {
        let side = side.map(|side| Side { name: temporary.to_owned(), content: side.content });
        side.map_or(Ok(false), |side| Ok(self.held(&side)? == Held::Expected))
    }

    fn collides(&self, side: Option<&Side>) -> bool {
        side.is_some_and(|side| self.colliding.contains(&side.name))
    }

    /// Whether the folder itself spells a name so; to open a file proves nothing where case does not count.
    fn is_spelled_so(&self, wanted: &str) -> io::Result<bool> {
        let folder = name::parent(wanted);
        let names = self.disk.names(&self.path(folder))?;
        Ok(names.iter().any(|name| joined(folder, &name.to_string_lossy()) == wanted))
    }

    /// The folders in which names appear or vanish.
    fn folders(&self) -> Vec<&str> {
        let names =
            self.journal.changes.iter().flat_map(|change| [&change.old, &change.new]).flatten().map(|side| name::parent(&side.name));
        let mut folders: Vec<&str> = names.chain(self.journal.folders.iter().map(|folder| name::parent(folder))).chain([""]).collect();
        folders.sort_unstable();
        folders.dedup();
        folders
    }

    fn path(&self, name: &str) -> PathBuf {
        name::path_in(self.home, name)
    }
}
