//! Lists a connector's folder: so much and no more, the same whatever order the file system has, and without following links out of it.

use std::fs::{self, DirEntry};
use std::path::Path;

use super::artifact::Artifact;
use super::load::{Entry, EntryKind};
use super::open::SPECIAL;
use crate::fix::commit::is_own_file;

/// More entries are not listed.
pub const MAX_ENTRIES: usize = 10_000;
/// More names of one folder are not even looked at.
const MAX_NAMES: usize = 1_000_000;

/// What lies in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    /// The entries, as far as they are listed.
    pub entries: Vec<Entry>,
    /// How many there are beyond.
    pub unlisted: usize,
}

/// Lists the folder and the folders directly in it; links are judged, not followed out.
pub(crate) fn list(folder: &Path) -> std::io::Result<Listing> {
    let home = fs::canonicalize(folder)?;
    let mut listing = Listing::default();
    listing.add(folder, "", &home)?;
    for at in 0..listing.entries.len() {
        let entry = &listing.entries[at];
        if entry.kind != EntryKind::Folder || entry.path.starts_with('.') || entry.problem.is_some() {
            continue;
        }
        let name = entry.path.clone();
        if let Err(error) = listing.add(&folder.join(&name), &format!("{name}/"), &home) {
            listing.entries[at].problem = Some(error.to_string());
        }
    }
    Ok(listing)
}

impl Listing {
    fn add(&mut self, folder: &Path, prefix: &str, home: &Path) -> std::io::Result<()> {
        let room = MAX_ENTRIES.saturating_sub(self.entries.len());
        let mut found = Vec::new();
        for (number, entry) in fs::read_dir(folder)?.enumerate() {
            if number >= MAX_NAMES {
                self.unlisted += 1;
                break;
            }
            let entry = entry?;
            // What conncert itself leaves in a folder while it writes there is no part of the connector.
            if prefix.is_empty() && is_own_file(&entry.file_name().to_string_lossy()) {
                continue;
            }
            found.push(entry);
            // Sorted rarely, so that a folder of a hundred thousand files takes no time either.
            if found.len() > 2 * room + 1 {
                self.unlisted += keep_first(&mut found, room);
            }
        }
        self.unlisted += keep_first(&mut found, room);
        self.entries.extend(found.into_iter().filter_map(|found| entry(&found, prefix, home)));
        Ok(())
    }
}

/// Keeps so many entries: those that may be artifacts go before, then the names decide. Gives the number of the others.
fn keep_first(found: &mut Vec<DirEntry>, room: usize) -> usize {
    let over = found.len().saturating_sub(room);
    if over > 0 {
        found.sort_by_cached_key(|entry| {
            let name = entry.file_name();
            (Artifact::of(&name.to_string_lossy()).is_none(), name)
        });
        found.truncate(room);
    }
    over
}

fn entry(found: &DirEntry, prefix: &str, home: &Path) -> Option<Entry> {
    let kind = found.file_type().ok()?;
    let (kind, bytes) = if kind.is_symlink() {
        match fs::canonicalize(found.path()).and_then(|target| Ok((fs::metadata(&target)?, target))) {
            Ok((meta, target)) if target.starts_with(home) && meta.is_file() => (EntryKind::File, meta.len()),
            _ => (EntryKind::LinkOutside, 0),
        }
    } else if kind.is_dir() {
        (EntryKind::Folder, 0)
    } else if kind.is_file() {
        (EntryKind::File, found.metadata().map_or(0, |meta| meta.len()))
    } else {
        (EntryKind::Special, 0)
    };
    let name = found.file_name();
    let problem = match (&kind, name.to_str()) {
        // Shown with replacement characters it could be taken for another file, and nobody could say which one is meant.
        (_, None) => Some("its name is not valid Unicode, so that most programs cannot open it".to_owned()),
        (EntryKind::Special, _) => Some(SPECIAL.to_owned()),
        _ => None,
    };
    Some(Entry { path: format!("{prefix}{}", name.to_string_lossy()), kind, bytes, artifact: None, problem })
}
