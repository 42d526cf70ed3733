//! The few operations on files that a commit is made of, in one place, so that tests can let each of them fail.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Larger files are not written, so none needs to be compared.
pub const MAX_BYTES: u64 = 256 << 20;

/// What a name stands for; links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link.
    Link,
    /// A device, pipe or socket.
    Other,
}

impl Kind {
    /// In words, for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a link",
            Self::Other => "a device or pipe",
        }
    }
}

/// Where a commit is written.
pub trait Disk {
    /// What a path stands for, `None` if for nothing.
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>>;
    /// The names in a folder.
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>>;
    /// The path with all links resolved.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;
    /// The content of a plain file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Fails unless the file may be written; changes nothing.
    fn check_writable(&self, path: &Path) -> io::Result<()>;
    /// Makes a file that is not there yet, with the permissions of another, and does not return before it is on the disk.
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()>;
    /// Gives a file a second name, which must be free.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file another name, whose former file, if any, is replaced in one moment.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Deletes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Returns when the names in a folder are on the disk, where the system can tell.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The file system.
pub struct FileSystem;

impl Disk for FileSystem {
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        let kind = match fs::symlink_metadata(path) {
            Ok(meta) => meta.file_type(),
            // A part of the path is a file: nothing can be below it.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(match kind {
            kind if kind.is_symlink() => Kind::Link,
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_file() => Kind::File,
            _ => Kind::Other,
        }))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = patiently(|| File::open(path))?;
        let mut bytes = Vec::with_capacity(file.metadata().map_or(0, |meta| meta.len().min(MAX_BYTES) as usize + 1));
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(io::Error::other(format!("it is larger than {} MB", MAX_BYTES >> 20)));
        }
        Ok(bytes)
    }

    fn check_writable(&self, path: &Path) -> io::Result<()> {
        // To replace a file the folder's permission is enough on many systems; a person who protects a file means its content.
        if fs::metadata(path)?.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is protected against writing"));
        }
        patiently(|| OpenOptions::new().write(true).open(path)).map(drop)
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        let like = like.map(fs::metadata).transpose()?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if like.is_some() {
            // Nobody may read a private file's new content before it has got its permissions.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let mut file = options.open(path)?;
        if let Some(like) = &like {
            take_after(&file, like)?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        patiently(|| fs::hard_link(from, to))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        patiently(|| fs::rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        patiently(|| fs::remove_file(path))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Windows cannot open a folder this way, and writes names by itself in time.
        if cfg!(windows) {
            return Ok(());
        }
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            // File systems that know no such thing, for example over a network.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    }
}

/// Gives a file the owner and the permissions of another. On Windows a new file has those of its folder, which are the old file's too
/// unless somebody set them apart.
fn take_after(file: &File, other: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (other.uid(), other.gid()) {
            // Only the superuser may give files away; for anybody else the file stays their own.
            let _ = std::os::unix::fs::fchown(file, Some(other.uid()), Some(other.gid()));
        }
        file.set_permissions(other.permissions())
    }
    #[cfg(not(unix))]
    {
        let _ = (file, other);
        Ok(())
    }
}

/// Whether Windows says that another program has the file open.
pub fn is_sharing_violation(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    cfg!(windows) && matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

/// Tries again for a short while: on Windows virus scanners, indexers and editors hold files open for moments, and the system then says
/// "in use" or "access denied".
pub fn patiently<T>(attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const ACCESS_DENIED: i32 = 5;
    again_while(attempt, |error| is_sharing_violation(error) || (cfg!(windows) && error.raw_os_error() == Some(ACCESS_DENIED)))
}

fn again_while<T>(mut attempt: impl FnMut() -> io::Result<T>, may_pass: impl Fn(&io::Error) -> bool) -> io::Result<T> {
    const PAUSES: [u64; 7] = [5, 10, 20, 40, 80, 160, 320];
    for pause in PAUSES {
        match attempt() {
            Err(error) if may_pass(&error) => std::thread::sleep(Duration::from_millis(pause)),
            result => return result,
        }
    }
    attempt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_tried_again_while_another_program_is_in_the_way_but_not_for_ever() {
        let in_the_way = |error: &io::Error| error.kind() == io::ErrorKind::ResourceBusy;
        let mut tries = 0;
        let result = again_while(
            || {
                tries += 1;
                if tries < 3 { Err(io::ErrorKind::ResourceBusy.into()) } else { Ok(tries) }
            },
            in_the_way,
        );
        assert_eq!(result.ok(), Some(3));
        let mut tries = 0;
        let mut fail_with = |kind: io::ErrorKind| {
            tries = 0;
            let result = again_while(
                || -> io::Result<()> {
                    tries += 1;
                    Err(kind.into())
                },
                in_the_way,
            );
            assert_eq!(result.map_err(|error| error.kind()), Err(kind));
            tries
        };
        assert_eq!(fail_with(io::ErrorKind::StorageFull), 1);
        assert_eq!(fail_with(io::ErrorKind::ResourceBusy), 8);
    }
}
