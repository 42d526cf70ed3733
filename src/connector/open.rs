//! Opens files of folders that nobody vouches for: plain files only, no more of them than fits, and nothing that a link puts in the place
//! of what was listed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Larger files are not read: no artifact may be larger than 1 MB, and memory is not for giants.
pub const MAX_FILE_BYTES: u64 = 32 << 20;

/// Reads a file that the user named, unless it is larger than any artifact may be.
pub(crate) fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(path, MAX_FILE_BYTES, ", which no artifact may be")
}

/// Reads a file that the user named unless it is larger than so many bytes; `reason` follows "the file is larger than 32 MB".
pub(crate) fn read_at_most(path: &Path, limit: u64, reason: &str) -> io::Result<Vec<u8>> {
    content(open_plain(path, Links::Followed)?, limit, reason)
}

/// Reads a file by its name in a connector's folder. Between listing and reading anything may have taken its place, so what was opened is
/// judged, not what was listed: only a plain file that lies in the folder is read.
pub(crate) fn read_in(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    let path = folder.join(name);
    let is_link = fs::symlink_metadata(&path)?.file_type().is_symlink();
    let file = if is_link || name.contains('/') { open_inside(folder, &path)? } else { open_plain(&path, Links::Refused)? };
    content(file, MAX_FILE_BYTES, ", which no artifact may be")
}

fn content(file: File, limit: u64, reason: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(file.metadata().map_or(0, |meta| meta.len().min(limit) as usize + 1));
    // It may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("the file is larger than {} MB{reason}", limit >> 20)));
    }
    Ok(bytes)
}

/// What becomes of a link at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Followed,
    Refused,
}

/// Opens a plain file and nothing else: to open a pipe waits for somebody to write, and a device may act on it.
fn open_plain(path: &Path, links: Links) -> io::Result<File> {
    let meta = if links == Links::Followed { fs::metadata(path)? } else { fs::symlink_metadata(path)? };
    require_plain(&meta)?;
    let mut options = OpenOptions::new();
    options.read(true);
    // Another program may exchange it at this very moment. Windows has no pipes among files, and links there are for administrators.
    #[cfg(unix)]
    {
        let no_link = if links == Links::Followed { 0 } else { libc::O_NOFOLLOW };
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | no_link);
    }
    let file = options.open(path)?;
    require_plain(&file.metadata()?)?;
    Ok(file)
}

fn require_plain(meta: &fs::Metadata) -> io::Result<()> {
    let kind = meta.file_type();
    let wrong = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "it is a folder, not a file",
        kind if kind.is_symlink() => "it has become a link, which was not followed",
        _ => SPECIAL,
    };
    Err(io::Error::other(wrong))
}

/// Why a device, pipe or socket is not read.
pub(super) const SPECIAL: &str = "it is a pipe or device, not a file, and was not opened";

/// Opens what a path with links on its way leads to, if that lies in the folder.
fn open_inside(folder: &Path, path: &Path) -> io::Result<File> {
    let home = fs::canonicalize(folder)?;
    let target = || -> io::Result<PathBuf> {
        let target = fs::canonicalize(path)?;
        if target.starts_with(&home) { Ok(target) } else { Err(io::Error::other("it leads out of the folder, and was not followed")) }
    };
    let before = target()?;
    let file = open_plain(&before, Links::Refused)?;
    // A folder on the way may have become a link after it was looked at.
    let after = target()?;
    if before == after && is_same(&file, &after)? { Ok(file) } else { Err(io::Error::other("it was exchanged while it was read")) }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (opened, there) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((opened.dev(), opened.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_same(file: &File, path: &Path) -> io::Result<bool> {
    let (opened, there) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok(opened.len() == there.len() && opened.created().ok() == there.created().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_giants_are_no_files_to_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_limited(folder.path()).unwrap_err().to_string().contains("a folder, not a file"));
        let giant = folder.path().join("giant.json");
        File::create(&giant).unwrap().set_len(1 << 40).unwrap();
        assert!(read_limited(&giant).unwrap_err().to_string().contains("larger than 32 MB, which no artifact may be"));
        assert!(read_in(folder.path(), "giant.json").unwrap_err().to_string().contains("larger than 32 MB"));
        assert_eq!(read_in(folder.path(), "missing").unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_within_the_folder_and_devices_never_opened() {
        use std::os::unix::fs::symlink;
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("connector");
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(outer.path().join("secret"), "secret").unwrap();
        fs::write(folder.join("sub/file"), "text").unwrap();
        symlink("sub/file", folder.join("inside")).unwrap();
        symlink("../secret", folder.join("outside")).unwrap();
        symlink("inside", folder.join("chain")).unwrap();
        symlink("outside", folder.join("chain-outside")).unwrap();
        symlink("..", folder.join("up")).unwrap();
        symlink("/dev/zero", folder.join("zero")).unwrap();
        for (name, text) in [("inside", "text"), ("chain", "text"), ("sub/file", "text"), ("up/connector/inside", "text")] {
            assert_eq!(read_in(&folder, name).unwrap(), text.as_bytes(), "{name}");
        }
        for name in ["outside", "chain-outside", "up/secret", "zero"] {
            let error = read_in(&folder, name).unwrap_err().to_string();
            assert!(error.contains("out of the folder"), "{name}: {error}");
        }
        assert_eq!(read_limited(Path::new("/dev/zero")).unwrap_err().to_string(), SPECIAL);
        assert!(open_plain(&folder.join("inside"), Links::Refused).unwrap_err().to_string().contains("has become a link"));
    }
}
