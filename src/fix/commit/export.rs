//! Writes a whole connector into a folder of its own, for `--output`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, FileSystem, Kind};
use super::error::CommitError;
use super::place::{home_of, inside, joined};
use super::{Step, commit, name, real, recover};

/// What an export did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Names of the files that were written.
    pub written: Vec<String>,
    /// Names of the files that were there already, the same to the last byte.
    pub unchanged: Vec<String>,
}

/// Writes files into a folder, all or none; the folder is made where it does not exist. A file that exists with other content is never
/// overwritten, since nobody has read it; files that are not among the given ones are left alone.
pub fn export(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Exported, CommitError> {
    let made = make_folder(folder)?;
    let result = export_into(folder, files);
    if result.is_err() {
        // Only what is still empty can be deleted so, and only what was made here is tried.
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
    result
}

fn export_into(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Exported, CommitError> {
    recover(folder)?;
    let home = real(&FileSystem, folder)?;
    let mut exported = Exported::default();
    let mut steps = Vec::new();
    for (name, bytes) in files {
        match content(&home, name)? {
            None => steps.push(Step::Create { name: name.clone(), bytes: bytes.clone() }),
            Some(existing) if existing == *bytes => exported.unchanged.push(name.clone()),
            Some(_) => return Err(CommitError::Exists { name: name.clone(), existing: name.clone() }),
        }
    }
    exported.written = commit(folder, &steps)?.changed;
    Ok(exported)
}

/// What a file of the folder holds, if it is there.
fn content(home: &Path, wanted: &str) -> Result<Option<Vec<u8>>, CommitError> {
    name::check_new(wanted)?;
    let folder = home_of(&FileSystem, home, wanted)?;
    let file = wanted.rsplit('/').next().unwrap_or(wanted);
    let path = name::path_in(home, &joined(&folder.existing, file));
    if !folder.missing.is_empty() || FileSystem.kind(&path).map_err(CommitError::failed("look up", wanted))?.is_none() {
        return Ok(None);
    }
    let real = inside(&FileSystem, home, &path, wanted, Kind::File)?;
    FileSystem.read(&name::path_in(home, &real)).map(Some).map_err(CommitError::failed("read", wanted))
}

/// Makes a folder and those around it; gives the ones that were made, outer ones first.
fn make_folder(folder: &Path) -> Result<Vec<PathBuf>, CommitError> {
    let failed = |reason| CommitError::Failed { action: "make the folder", name: folder.display().to_string(), reason };
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && matches!(path.try_exists(), Ok(false))).collect();
    let mut made: Vec<PathBuf> = Vec::new();
    for path in missing.into_iter().rev() {
        match fs::create_dir(path) {
            Ok(()) => made.push(path.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            Err(error) => {
                made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
                return Err(failed(error));
            }
        }
    }
    Ok(made)
}
