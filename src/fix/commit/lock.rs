//! Keeps two runs out of the same folder. A run that is killed leaves no lock: the system lets go of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, FileSystem, Kind};
use super::error::CommitError;

/// The file that is locked while a run writes.
pub const LOCK: &str = ".conncert-lock";

/// The right to write in a folder, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// The system's lock hangs on the open file.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock or fails at once. `shown` is the folder as the user named it.
    pub fn take(home: &Path, shown: &Path) -> Result<Self, CommitError> {
        let path = home.join(LOCK);
        let failed = |reason| CommitError::Failed { action: "write in", name: shown.display().to_string(), reason };
        match FileSystem.kind(&path).map_err(failed)? {
            None | Some(Kind::File) => {}
            Some(kind) => return Err(CommitError::NotAFile { name: LOCK.to_owned(), what: kind.word() }),
        }
        match system::lock(&path).map_err(failed)? {
            Some(file) => Ok(Self { path, file: Some(file) }),
            None => Err(CommitError::Busy { folder: shown.to_owned() }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            system::release(&self.path, file);
        }
    }
}

#[cfg(not(windows))]
mod system {
    use super::{File, Path, io};
    use std::fs::{self, OpenOptions, TryLockError};

    /// Runs that end at the same moment may take the file away under each other this often.
    const MAX_TRIES: usize = 100;

    /// The locked file, or `None` when another run holds it.
    pub fn lock(path: &Path) -> io::Result<Option<File>> {
        for _ in 0..MAX_TRIES {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                // A file system without locks: better to fix without than not at all.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(Some(file)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Between opening and locking the former holder may have deleted the file, and a third run may have made another of that
            // name: only a lock on the file that bears the name counts.
            if is_at(&file, path)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// Deleted first and unlocked afterwards, so that nobody locks a file which is about to vanish and believes it.
    pub fn release(path: &Path, file: File) {
        if is_at(&file, path).unwrap_or(false) {
            let _ = fs::remove_file(path);
        }
        drop(file);
    }

    #[cfg(unix)]
    fn is_at(file: &File, path: &Path) -> io::Result<bool> {
        use std::os::unix::fs::MetadataExt;
        let held = file.metadata()?;
        match fs::symlink_metadata(path) {
            Ok(named) => Ok((named.dev(), named.ino()) == (held.dev(), held.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    #[cfg(not(unix))]
    fn is_at(_: &File, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }
}

#[cfg(windows)]
mod system {
    use super::{File, Path, io};
    use crate::fix::commit::disk::{is_sharing_violation, patiently};
    use std::fs::OpenOptions;
    use std::os::windows::fs::OpenOptionsExt;

    const GENERIC_READ_AND_WRITE: u32 = 0xC000_0000;
    const DELETE: u32 = 0x0001_0000;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;

    /// A file that is open for one process alone and that the system deletes when that process closes it or ends: no lock is needed
    /// besides, and none can be left behind.
    pub fn lock(path: &Path) -> io::Result<Option<File>> {
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            options.access_mode(GENERIC_READ_AND_WRITE | DELETE).share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
            match options.open(path) {
                Err(error) if is_sharing_violation(&error) => Ok(None),
                result => result.map(Some),
            }
        };
        // A file that is just being deleted is denied for a moment.
        patiently(open)
    }

    pub fn release(_: &Path, file: File) {
        drop(file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_once_and_no_file_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path(), folder.path()).unwrap();
        assert!(matches!(Lock::take(folder.path(), folder.path()), Err(CommitError::Busy { .. })));
        drop(lock);
        assert!(!folder.path().join(LOCK).exists());
        assert!(Lock::take(folder.path(), folder.path()).is_ok());
    }

    #[test]
    fn a_lock_file_that_a_killed_run_left_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(LOCK), "").unwrap();
        assert!(Lock::take(folder.path(), folder.path()).is_ok());
        assert!(!folder.path().join(LOCK).exists());
    }

    #[test]
    fn many_threads_never_hold_the_lock_together() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let (inside, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        if let Ok(_lock) = Lock::take(folder.path(), folder.path()) {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            taken.fetch_add(1, Ordering::SeqCst);
                            // Long enough for the others to go wrong.
                            std::thread::sleep(std::time::Duration::from_micros(100));
                            inside.fetch_sub(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        assert!(taken.into_inner() > 4);
        assert!(!folder.path().join(LOCK).exists());
    }
}
