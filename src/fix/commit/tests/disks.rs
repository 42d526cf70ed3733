//! Disks as tests need them: failing, without links, without regard to case, shared with a rude neighbour.

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::disk::{Disk, FileSystem, Kind};
use super::super::name::fold;

/// How an operation goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails and changes nothing.
    Refused,
    /// A write fails after half of the content, as on a full disk.
    Half,
    /// It succeeds, and yet is reported to have failed.
    DoneButReported,
    /// It fails, and every later one: as if the run had been killed before it.
    End,
    /// A write stops after half of the content, and nothing follows: as if the run had been killed meanwhile.
    HalfAndEnd,
}

/// A disk on which one operation goes wrong.
pub struct Faulty<'d> {
    inner: &'d dyn Disk,
    at: usize,
    fault: Fault,
    changes_only: bool,
    count: Cell<usize>,
    ended: Cell<bool>,
    story: RefCell<Vec<String>>,
}

impl<'d> Faulty<'d> {
    /// Counts every operation.
    pub fn new(inner: &'d dyn Disk, at: usize, fault: Fault) -> Self {
        Self { inner, at, fault, changes_only: false, count: Cell::new(0), ended: Cell::new(false), story: RefCell::default() }
    }

    /// Counts operations that change something.
    pub fn of_changes(inner: &'d dyn Disk, at: usize, fault: Fault) -> Self {
        Self { changes_only: true, ..Self::new(inner, at, fault) }
    }

    /// Whether it went wrong.
    pub fn has_struck(&self) -> bool {
        self.count.get() > self.at
    }

    /// The operations that changed something, in order.
    pub fn story(&self) -> Vec<String> {
        self.story.borrow().clone()
    }

    fn looking<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.changes_only && !self.ended.get() { act() } else { self.act(act, || Ok(())) }
    }

    fn changing(
        &self,
        what: &str,
        paths: [&Path; 2],
        act: impl FnOnce() -> io::Result<()>,
        half: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let mut names: Vec<_> = paths.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy()).collect();
        names.dedup();
        self.story.borrow_mut().push(format!("{what} {}", names.join(" ")));
        self.act(act, half)
    }

    fn act<T>(&self, act: impl FnOnce() -> io::Result<T>, half: impl FnOnce() -> io::Result<()>) -> io::Result<T> {
        let failure = || Err(io::Error::from(io::ErrorKind::StorageFull));
        if self.ended.get() {
            return failure();
        }
        let number = self.count.replace(self.count.get() + 1);
        if number != self.at {
            return act();
        }
        self.ended.set(matches!(self.fault, Fault::End | Fault::HalfAndEnd));
        match self.fault {
            Fault::Refused | Fault::End => {}
            Fault::Half | Fault::HalfAndEnd => half()?,
            Fault::DoneButReported => drop(act()?),
        }
        failure()
    }
}

impl Disk for Faulty<'_> {
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.looking(|| self.inner.kind(path))
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.looking(|| self.inner.names(folder))
    }
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.looking(|| self.inner.resolve(path))
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.looking(|| self.inner.read(path))
    }
    fn check_writable(&self, path: &Path) -> io::Result<()> {
        self.looking(|| self.inner.check_writable(path))
    }
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        let half = || self.inner.write_new(path, &bytes[..bytes.len() / 2], like);
        self.changing("write_new", [path, path], || self.inner.write_new(path, bytes, like), half)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.changing("link", [from, to], || self.inner.link(from, to), || Ok(()))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.changing("rename", [from, to], || self.inner.rename(from, to), || Ok(()))
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.changing("remove", [path, path], || self.inner.remove(path), || Ok(()))
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.changing("make_folder", [path, path], || self.inner.make_folder(path), || Ok(()))
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.changing("remove_folder", [path, path], || self.inner.remove_folder(path), || Ok(()))
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.changing("sync_folder", [folder, folder], || self.inner.sync_folder(folder), || Ok(()))
    }
}

/// Passes everything on to another disk, except for what it does itself.
macro_rules! pass_on {
    ($to:expr; $($name:ident),*) => { $(pass_on!(@ $name $to);)* };
    (@ kind $to:expr) => { fn kind(&self, path: &Path) -> io::Result<Option<Kind>> { $to(self).kind(path) } };
    (@ names $to:expr) => { fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> { $to(self).names(folder) } };
    (@ resolve $to:expr) => { fn resolve(&self, path: &Path) -> io::Result<PathBuf> { $to(self).resolve(path) } };
    (@ read $to:expr) => { fn read(&self, path: &Path) -> io::Result<Vec<u8>> { $to(self).read(path) } };
    (@ check_writable $to:expr) => { fn check_writable(&self, path: &Path) -> io::Result<()> { $to(self).check_writable(path) } };
    (@ write_new $to:expr) => { fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> { $to(self).write_new(path, bytes, like) } };
    (@ link $to:expr) => { fn link(&self, from: &Path, to: &Path) -> io::Result<()> { $to(self).link(from, to) } };
    (@ rename $to:expr) => { fn rename(&self, from: &Path, to: &Path) -> io::Result<()> { $to(self).rename(from, to) } };
    (@ remove $to:expr) => { fn remove(&self, path: &Path) -> io::Result<()> { $to(self).remove(path) } };
    (@ make_folder $to:expr) => { fn make_folder(&self, path: &Path) -> io::Result<()> { $to(self).make_folder(path) } };
    (@ remove_folder $to:expr) => { fn remove_folder(&self, path: &Path) -> io::Result<()> { $to(self).remove_folder(path) } };
    (@ sync_folder $to:expr) => { fn sync_folder(&self, folder: &Path) -> io::Result<()> { $to(self).sync_folder(folder) } };
}

/// FAT and some network drives: a file has one name.
pub struct WithoutLinks;

impl Disk for WithoutLinks {
    fn link(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    pass_on!(|_: &Self| FileSystem; kind, names, resolve, read, check_writable, write_new, rename, remove, make_folder, remove_folder, sync_folder);
}

/// Windows and macOS as a rule: a name opens the file that differs from it in case only, and a file that is renamed over another keeps
/// the other's spelling, which is the worst that may happen.
pub struct CaseBlind;

fn as_spelled(path: &Path) -> io::Result<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(path.to_owned()) };
    if FileSystem.kind(path)?.is_some() || FileSystem.kind(folder)? != Some(Kind::Folder) {
        return Ok(path.to_owned());
    }
    let wanted = fold(&name.to_string_lossy());
    let spelled = FileSystem.names(folder)?.into_iter().find(|other| fold(&other.to_string_lossy()) == wanted);
    Ok(spelled.map_or_else(|| path.to_owned(), |name| folder.join(name)))
}

fn only_if_free(path: &Path) -> io::Result<()> {
    let is_taken = FileSystem.kind(&as_spelled(path)?)?.is_some();
    if is_taken { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) }
}

impl Disk for CaseBlind {
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        FileSystem.kind(&as_spelled(path)?)
    }
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        FileSystem.resolve(&as_spelled(path)?)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        FileSystem.read(&as_spelled(path)?)
    }
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        only_if_free(path)?;
        FileSystem.write_new(path, bytes, like)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        only_if_free(to)?;
        FileSystem.link(&as_spelled(from)?, to)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, over) = (as_spelled(from)?, as_spelled(to)?);
        FileSystem.rename(&from, if over == from { to } else { &over })
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        FileSystem.remove(&as_spelled(path)?)
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        only_if_free(path)?;
        FileSystem.make_folder(path)
    }
    pass_on!(|_: &Self| FileSystem; names, check_writable, remove_folder, sync_folder);
}

/// When a neighbour writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When everything has been compared and written down, before the first change.
    BeforeChanges,
    /// When a file is just about to get its name, after a last look.
    BeforeLinking,
}

/// Another program writes a file of the same folder.
pub struct Meddled<'d> {
    inner: &'d dyn Disk,
    victim: PathBuf,
    moment: Moment,
}

impl<'d> Meddled<'d> {
    pub fn new(inner: &'d dyn Disk, victim: PathBuf, moment: Moment) -> Self {
        Self { inner, victim, moment }
    }

    fn meddle(&self) -> io::Result<()> {
        // As editors do: the file of that name becomes another one.
        let draft = self.victim.with_extension("draft");
        fs::write(&draft, "somebody else's")?;
        fs::rename(draft, &self.victim)
    }
}

impl Disk for Meddled<'_> {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.inner.make_folder(path)?;
        if self.moment == Moment::BeforeChanges { self.meddle() } else { Ok(()) }
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        if self.moment == Moment::BeforeLinking && to == self.victim {
            self.meddle()?;
        }
        self.inner.link(from, to)
    }
    pass_on!(|this: &Self| this.inner; kind, names, resolve, read, check_writable, write_new, rename, remove, remove_folder, sync_folder);
}
