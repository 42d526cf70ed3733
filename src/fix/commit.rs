//! Writes the result of a fix to disk: everything or nothing, whatever happens meanwhile.
//!
//! 1. A lock keeps other runs out. What an interrupted run left is settled first.
//! 2. Every file is compared with what was read; a file that is to be made must not be there, in whatever spelling.
//! 3. New content is written to temporary files beside, and brought to the disk itself. Nothing has changed so far.
//! 4. A journal says what will happen. From here on a kill no longer undoes: the next run finishes.
//! 5. Each file changes in one rename; its old content stays reachable until all have changed. On an error all are put back.
//! 6. The journal and the temporary files go.

mod disk;
mod error;
mod export;
mod fingerprint;
mod journal;
mod lock;
mod name;
mod place;
mod plan;
mod settle;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use disk::{Disk, FileSystem};
use journal::{JOURNAL, Journal};
use lock::{LOCK, Lock};
use plan::Plan;
use settle::{Settlement, Way};

pub use disk::MAX_BYTES;
pub use error::CommitError;
pub use export::{Exported, export};
pub use fingerprint::Fingerprint;

/// One change of a file on disk. Names are relative to the folder, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file that is not there yet is made.
    Create {
        /// Its name.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A file gets other content; its permissions stay. A link to a file inside the folder is followed.
    Replace {
        /// Its name.
        name: String,
        /// What was read from it.
        expected: Fingerprint,
        /// What it will hold.
        bytes: Vec<u8>,
    },
    /// A file is deleted.
    Delete {
        /// Its name.
        name: String,
        /// What was read from it.
        expected: Fingerprint,
    },
    /// A file gets another name, in the same folder or another, perhaps different in case only.
    Rename {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
        /// What was read from it.
        expected: Fingerprint,
        /// What it will hold, if that changes too.
        bytes: Option<Vec<u8>>,
    },
}

impl Step {
    /// The name by which the file is known before the step, or after it where there is none before.
    pub fn name(&self) -> &str {
        match self {
            Self::Create { name, .. } | Self::Replace { name, .. } | Self::Delete { name, .. } => name,
            Self::Rename { from, .. } => from,
        }
    }
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// Names of the steps that changed something, in their order; a step that would write what is there already does nothing.
    pub changed: Vec<String>,
}

/// What became of what an interrupted run had left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// There was nothing.
    Nothing,
    /// Temporary files were deleted; no file had been changed.
    Tidied,
    /// The changes were carried out in full.
    Finished {
        /// The files, by their names before.
        files: Vec<String>,
    },
    /// The changes were taken back.
    Undone {
        /// The files, by their names before.
        files: Vec<String>,
    },
}

/// Carries out all steps, or none. After an error every file is as it was, except for [`CommitError::NotUndone`].
pub fn commit(folder: &Path, steps: &[Step]) -> Result<Committed, CommitError> {
    commit_on(&FileSystem, folder, steps)
}

/// Finishes or takes back what a killed run left in a folder; does nothing, and writes nothing, in any other folder. Belongs before a
/// folder is read to be fixed.
pub fn recover(folder: &Path) -> Result<Recovered, CommitError> {
    recover_on(&FileSystem, folder)
}

/// Whether a name in a connector's folder is one of conncert's own, there while a fix is written or after one was killed. Such files are
/// no part of the connector.
pub fn is_own_file(name: &str) -> bool {
    name == JOURNAL || name == LOCK || journal::is_temporary(name)
}

fn commit_on(disk: &dyn Disk, folder: &Path, steps: &[Step]) -> Result<Committed, CommitError> {
    if steps.is_empty() {
        return Ok(Committed::default());
    }
    let home = real(disk, folder)?;
    let _lock = Lock::take(&home, folder)?;
    settle_leftovers(disk, &home, folder)?;
    let plan = Plan::of(disk, &home, steps)?;
    if plan.journal.changes.is_empty() {
        return Ok(Committed::default());
    }
    let settlement = Settlement::new(disk, &home, &plan.journal);
    if let Err(error) = settlement.prepare(&plan.sources).and_then(|()| plan.journal.write(disk, &home)) {
        settlement.discard();
        return Err(error);
    }
    match settlement.forward() {
        Ok(()) => Ok(Committed { changed: plan.names }),
        Err(error) => Err(undo(&settlement, error)),
    }
}

/// Takes changes back; gives the cause, or a worse error when that did not work out either.
fn undo(settlement: &Settlement<'_>, cause: CommitError) -> CommitError {
    let names = settlement.back();
    if names.is_empty() { cause } else { CommitError::NotUndone { cause: Box::new(cause), names } }
}

fn recover_on(disk: &dyn Disk, folder: &Path) -> Result<Recovered, CommitError> {
    let home = real(disk, folder)?;
    let names = disk.names(&home).map_err(CommitError::failed("list", &folder.to_string_lossy()))?;
    if !names.iter().any(|name| name.to_str().is_some_and(is_own_file)) {
        return Ok(Recovered::Nothing);
    }
    let _lock = Lock::take(&home, folder)?;
    settle_leftovers(disk, &home, folder)
}

/// For the holder of the lock. `folder` is how the user named it.
fn settle_leftovers(disk: &dyn Disk, home: &Path, folder: &Path) -> Result<Recovered, CommitError> {
    let interrupted = |problem| CommitError::Interrupted { folder: folder.to_owned(), problem };
    let mut recovered = Recovered::Nothing;
    if let Some(journal) = Journal::read(disk, home).map_err(interrupted)? {
        let settlement = Settlement::new(disk, home, &journal);
        let way = settlement.way().map_err(interrupted)?;
        let files = journal.changes.iter().map(|change| change.name().to_owned()).collect();
        let unfinished = match way {
            Way::Forward => settlement.forward().err(),
            Way::Back => Some(CommitError::failed("finish", JOURNAL)(std::io::Error::other("some of the new content is missing"))),
        };
        recovered = match unfinished.map(|cause| undo(&settlement, cause)) {
            None => Recovered::Finished { files },
            Some(error @ CommitError::NotUndone { .. }) => return Err(error),
            Some(_) => Recovered::Undone { files },
        };
    }
    // Without a journal nothing had been changed, or everything: temporary files are of no more use. Nobody else's can be among them,
    // since the lock is held.
    for name in disk.names(home).map_err(CommitError::failed("list", &folder.to_string_lossy()))? {
        let Some(name) = name.to_str().filter(|name| journal::is_temporary(name)) else { continue };
        let path = home.join(name);
        if disk.kind(&path).is_ok_and(|kind| kind == Some(disk::Kind::File))
            && disk.remove(&path).is_ok()
            && recovered == Recovered::Nothing
        {
            recovered = Recovered::Tidied;
        }
    }
    Ok(recovered)
}

/// The folder without links, so that a name can be judged to be inside.
fn real(disk: &dyn Disk, folder: &Path) -> Result<PathBuf, CommitError> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let shown = folder.to_string_lossy();
    let home = disk.resolve(folder).map_err(CommitError::failed("open the folder", &shown))?;
    match disk.kind(&home).map_err(CommitError::failed("open the folder", &shown))? {
        Some(disk::Kind::Folder) => Ok(home),
        kind => Err(CommitError::NotAFile { name: shown.into_owned(), what: kind.map_or("nothing", disk::Kind::word) }),
    }
}
