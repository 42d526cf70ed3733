//! What a run is about to do, written down before it does it, so that the next run can finish or undo it after a kill.
//!
//! The journal is read back from a folder that anybody may have prepared. Nothing in it is believed that could not be checked: names are
//! judged like those of any fix, the names of temporary files are never read from it but made from the run's number, and before the first
//! change every file must hold what the journal says.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, Kind};
use super::error::CommitError;
use super::fingerprint::Fingerprint;
use super::name;

/// The file in which a run says what it does.
pub const JOURNAL: &str = ".conncert-journal";
const VERSION: u32 = 1;
const MAX_BYTES: usize = 1 << 20;
/// A connector has seven artifacts; a folder to export into may get some more.
const MAX_CHANGES: usize = 2_000;
const RUN_DIGITS: usize = 16;

/// A name and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Name relative to the folder, no part of it a link.
    pub name: String,
    /// Its content.
    pub content: Fingerprint,
}

/// One file before and after: with both sides of one name it is replaced, of two names renamed; without the old it is made, without
/// the new deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Before.
    pub old: Option<Side>,
    /// After.
    pub new: Option<Side>,
}

impl Change {
    /// Whether a file gets other content under the same name.
    pub fn is_replacement(&self) -> bool {
        matches!((&self.old, &self.new), (Some(old), Some(new)) if old.name == new.name)
    }

    /// The name that vanishes, if one does.
    pub fn vanishing(&self) -> Option<&Side> {
        self.old.as_ref().filter(|_| !self.is_replacement())
    }

    /// The name that appears, if one does.
    pub fn appearing(&self) -> Option<&Side> {
        self.new.as_ref().filter(|_| !self.is_replacement())
    }

    /// The name by which people know the file.
    pub fn name(&self) -> &str {
        self.old.as_ref().or(self.new.as_ref()).map_or("", |side| &side.name)
    }
}

/// Everything a run changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    version: u32,
    run: String,
    /// Folders that are made for new files, outer ones first.
    pub folders: Vec<String>,
    /// The changes.
    pub changes: Vec<Change>,
}

impl Journal {
    /// A journal of a new run.
    pub fn new(folders: Vec<String>, changes: Vec<Change>) -> Self {
        // The hasher's keys are random; the process tells runs apart that got the same ones from a cloned machine.
        let run = RandomState::new().hash_one((std::process::id(), std::time::SystemTime::now()));
        Self { version: VERSION, run: format!("{run:0RUN_DIGITS$x}"), folders, changes }
    }

    /// Name of the temporary file with the new content of a change.
    pub fn fresh(&self, number: usize) -> String {
        format!("{}{}-new-{number}.tmp", name::OWN_PREFIX, self.run)
    }

    /// Name of the temporary file that keeps the old content of a change until everything is done.
    pub fn kept(&self, number: usize) -> String {
        format!("{}{}-old-{number}.tmp", name::OWN_PREFIX, self.run)
    }

    fn draft(&self) -> String {
        format!("{}{}-journal.tmp", name::OWN_PREFIX, self.run)
    }

    /// Every temporary file this run may have made.
    pub fn temporaries(&self) -> impl Iterator<Item = String> {
        let of_changes = (0..self.changes.len()).flat_map(|number| [self.fresh(number), self.kept(number)]);
        of_changes.chain([self.draft()])
    }

    /// Writes the journal; when this returns, a kill no longer undoes the changes but lets the next run finish them.
    pub fn write(&self, disk: &dyn Disk, home: &Path) -> Result<(), CommitError> {
        let refused = |problem: String| CommitError::failed("write", JOURNAL)(std::io::Error::other(problem));
        let bytes = serde_json::to_vec(self).map_err(|error| refused(error.to_string()))?;
        // What could not be read back must not be begun.
        self.check().map_err(|problem| refused(format!("it {problem}")))?;
        if bytes.len() > MAX_BYTES {
            return Err(refused("there are too many changes".to_owned()));
        }
        let draft = home.join(self.draft());
        disk.write_new(&draft, &bytes, None)
            .and_then(|()| disk.rename(&draft, &home.join(JOURNAL)))
            .and_then(|()| disk.sync_folder(home))
            .map_err(CommitError::failed("write", JOURNAL))
    }

    /// Reads the journal that an interrupted run left, if any. The error is a sentence part for [`CommitError::Interrupted`].
    pub fn read(disk: &dyn Disk, home: &Path) -> Result<Option<Self>, String> {
        let path = home.join(JOURNAL);
        let unreadable = |error: std::io::Error| format!("its journal cannot be read ({error})");
        match disk.kind(&path).map_err(unreadable)? {
            None => return Ok(None),
            Some(Kind::File) => {}
            Some(kind) => return Err(format!("its journal is {}", kind.word())),
        }
        let bytes = disk.read(&path).map_err(unreadable)?;
        let journal: Self = match serde_json::from_slice(&bytes) {
            Ok(journal) if bytes.len() <= MAX_BYTES => journal,
            _ => return Err("its journal is damaged".to_owned()),
        };
        journal.check().map_err(|problem| format!("its journal {problem}"))?;
        Ok(Some(journal))
    }

    /// Whether the journal is one that this program may have written.
    fn check(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err("comes from another version of conncert".to_owned());
        }
        if !is_run(&self.run) || self.changes.len() > MAX_CHANGES || self.changes.iter().any(|change| change.name().is_empty()) {
            return Err("is damaged".to_owned());
        }
        let olds = self.changes.iter().filter_map(|change| change.old.as_ref());
        let appearing = || self.changes.iter().filter_map(Change::appearing);
        let names = olds.map(|side| name::check_existing(&side.name)).chain(appearing().map(|side| name::check_new(&side.name)));
        if let Some(error) = names.filter_map(Result::err).next() {
            return Err(format!("names a file that no run would write ({error})"));
        }
        let is_needed =
            |folder: &String| appearing().any(|side| side.name.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if let Some(name) = self.twice() {
            return Err(format!("names `{name}` twice"));
        }
        if self.folders.len() > MAX_CHANGES || !self.folders.iter().all(is_needed) {
            return Err("names a folder without need".to_owned());
        }
        Ok(())
    }

    /// Names of which another name of the same changes differs in case only, so that both may be one file.
    pub fn colliding(&self) -> BTreeSet<String> {
        let names = self.changes.iter().flat_map(|change| [&change.old, &change.new]).flatten();
        let mut folded: Vec<(String, &str)> = names.map(|side| (name::fold(&side.name), side.name.as_str())).collect();
        folded.sort_unstable();
        let pairs = folded.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1);
        pairs.flat_map(|pair| [pair[0].1.to_owned(), pair[1].1.to_owned()]).collect()
    }

    /// A name that two changes want, if there is one: no order of changes could do justice to both.
    pub fn twice(&self) -> Option<&str> {
        let mut exact: Vec<&str> = self
            .changes
            .iter()
            .flat_map(|change| [change.old.as_ref(), change.appearing()])
            .flatten()
            .map(|side| side.name.as_str())
            .collect();
        exact.sort_unstable();
        if let Some(pair) = exact.windows(2).find(|pair| pair[0] == pair[1]) {
            return Some(pair[0]);
        }
        let new = self.changes.iter().filter_map(|change| Some((change.is_replacement(), change.new.as_ref()?.name.as_str())));
        let names = new.chain(self.folders.iter().map(|folder| (false, folder.as_str())));
        let mut folded: Vec<_> = names.map(|(is_replacement, name)| (name::fold(name), is_replacement, name)).collect();
        // Names that appear sort before replaced ones: two files that differ in case only may both be replaced where they can exist.
        folded.sort_unstable();
        folded.windows(2).find(|pair| pair[0].0 == pair[1].0 && !pair[0].1).map(|pair| pair[0].2)
    }
}

fn is_run(text: &str) -> bool {
    text.len() == RUN_DIGITS && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a name is one that [`Journal`] gives to temporary files, to the letter: nothing else is ever cleaned away.
pub fn is_temporary(name: &str) -> bool {
    let inner = || {
        let rest = name.strip_prefix(name::OWN_PREFIX)?.strip_suffix(".tmp")?;
        let (run, rest) = rest.split_at_checked(RUN_DIGITS)?;
        let part = rest.strip_prefix('-')?;
        let is_number = |text: &str| !text.is_empty() && text.len() < 8 && text.bytes().all(|c| c.is_ascii_digit());
        let number = part.strip_prefix("new-").or_else(|| part.strip_prefix("old-"));
        Some(is_run(run) && (part == "journal" || number.is_some_and(is_number)))
    };
    inner().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str) -> Option<Side> {
        Some(Side { name: name.to_owned(), content: Fingerprint::of(name.as_bytes()) })
    }

    #[test]
    fn temporary_names_are_recognised_to_the_letter() {
        let journal = Journal::new(vec![], vec![Change { old: side("a"), new: side("a") }]);
        assert_eq!(journal.temporaries().count(), 3);
        for name in journal.temporaries() {
            assert!(is_temporary(&name), "{name}");
            for other in
                [name.to_uppercase(), format!("x{name}"), format!("{name}~"), name.replace(".tmp", ".txt"), name.replacen('-', "_", 2)]
            {
                assert!(!is_temporary(&other), "{other}");
            }
        }
        for other in [
            ".conncert-journal",
            ".conncert-lock",
            ".conncert-notes.tmp",
            ".conncert-0123456789abcdef.tmp",
            ".conncert-0123456789abcdeg-new-1.tmp",
            ".conncert-0123456789abcdef-new-.tmp",
            ".conncert-0123456789abcdef-mid-1.tmp",
            ".conncert-012345678\u{e9}abcdef-new-1.tmp",
        ] {
            assert!(!is_temporary(other), "{other}");
        }
    }

    #[test]
    fn names_wanted_twice_are_found_also_where_case_does_not_count() {
        let twice = |changes: &[(Option<Side>, Option<Side>)]| {
            let changes = changes.iter().map(|(old, new)| Change { old: old.clone(), new: new.clone() }).collect();
            Journal::new(vec![], changes).twice().map(str::to_owned)
        };
        assert_eq!(twice(&[(side("a"), side("a")), (side("b"), None), (None, side("c"))]), None);
        assert_eq!(twice(&[(side("readme.md"), side("README.md"))]), None);
        assert_eq!(twice(&[(side("readme.md"), None), (None, side("README.md"))]), None);
        assert_eq!(twice(&[(side("a"), side("b")), (None, side("a"))]).as_deref(), Some("a"));
        assert_eq!(twice(&[(side("a"), None), (side("a"), side("a"))]).as_deref(), Some("a"));
        assert!(twice(&[(None, side("a")), (None, side("A"))]).is_some());
        assert!(twice(&[(side("a"), side("a")), (side("b"), side("A"))]).is_some());
        assert_eq!(twice(&[(side("a"), side("a")), (side("A"), side("A"))]), None);
    }
}
