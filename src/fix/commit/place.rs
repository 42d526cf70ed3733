//! Where a name really lies: links in it are followed as long as they stay inside the connector's folder.

use std::path::Path;

use super::disk::{Disk, Kind};
use super::error::CommitError;
use super::name;

/// The folder in which a name lies.
#[derive(Debug, PartialEq, Eq)]
pub struct Home {
    /// The part of it that exists, without links, relative to the connector's folder; `""` for that itself.
    pub existing: String,
    /// Folders below that are still to be made, outer ones first.
    pub missing: Vec<String>,
}

impl Home {
    /// The full name of a file or folder in it.
    pub fn name_of(&self, file: &str) -> String {
        let folder = self.missing.last().unwrap_or(&self.existing);
        joined(folder, file)
    }
}

/// A name inside a folder, either of them relative to the connector's folder.
pub fn joined(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

/// Finds the folder of a name. `home` is the connector's folder, without links.
pub fn home_of(disk: &dyn Disk, home: &Path, wanted: &str) -> Result<Home, CommitError> {
    let mut found = Home { existing: String::new(), missing: Vec::new() };
    for part in name::parent(wanted).split('/').filter(|part| !part.is_empty()) {
        if !found.missing.is_empty() {
            let next = found.name_of(part);
            found.missing.push(next);
            continue;
        }
        let path = name::path_in(home, &joined(&found.existing, part));
        match disk.kind(&path).map_err(CommitError::failed("look up", wanted))? {
            None => found.missing.push(joined(&found.existing, part)),
            Some(Kind::Folder | Kind::Link) => found.existing = inside(disk, home, &path, wanted, Kind::Folder)?,
            Some(kind) => return Err(CommitError::NotAFile { name: joined(&found.existing, part), what: kind.word() }),
        }
    }
    Ok(found)
}

/// The real name of something that exists, with links followed and in the spelling of the disk.
pub fn inside(disk: &dyn Disk, home: &Path, path: &Path, wanted: &str, expected: Kind) -> Result<String, CommitError> {
    let outside = || CommitError::LeadsOutside { name: wanted.to_owned() };
    let real = disk.resolve(path).map_err(|_| outside())?;
    let relative = real.strip_prefix(home).map_err(|_| outside())?;
    let parts: Option<Vec<&str>> = relative.components().map(|part| part.as_os_str().to_str()).collect();
    let Some(parts) = parts else {
        return Err(CommitError::UnusableName { name: wanted.to_owned(), problem: "it is not written in Unicode" });
    };
    match disk.kind(&real).map_err(CommitError::failed("look up", wanted))? {
        Some(kind) if kind == expected => {}
        kind => return Err(CommitError::NotAFile { name: wanted.to_owned(), what: kind.map_or("nothing", Kind::word) }),
    }
    Ok(parts.join("/"))
}
