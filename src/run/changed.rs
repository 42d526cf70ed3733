//! Which connectors were touched since a commit: by a change in their folder, or by one of a configuration that applies to them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::profile::Flags;
use super::{Console, output};
use crate::baseline::file::real;
use crate::cli::ChangeArguments;
use crate::config::load::FILE_NAME;
use crate::error::RunError;
use crate::git;
use crate::report::human::escape::escape;

/// What changed in the repositories in which a run looks for connectors.
pub struct Changes {
    reference: String,
    /// Without links, as far as they exist.
    files: BTreeSet<PathBuf>,
    /// Whether something changed that applies to every connector of the run.
    applies_to_all: bool,
}

impl Changes {
    /// What changed since the commit a user named, in the repositories of these paths; `None` when none was named.
    pub fn of(arguments: &ChangeArguments, paths: &[PathBuf], flags: &Flags<'_>) -> Result<Option<Self>, RunError> {
        let Some(reference) = arguments.changed_since.as_deref() else { return Ok(None) };
        let mut files = BTreeSet::new();
        let mut folders = HashMap::new();
        for path in paths {
            if path.as_os_str() == "-" {
                let reason =
                    "--changed-since looks for connectors in git, and `-` reads a file that is not there yet; leave one of them out";
                return Err(RunError::WrongValue { reason: reason.to_owned() });
            }
            let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
            let changed = git::changed_files(folder, reference).map_err(RunError::Git)?;
            files.extend(changed.into_iter().map(|file| real_file(&file, &mut folders)));
        }
        let mut changes = Self { reference: reference.to_owned(), files, applies_to_all: false };
        // The configuration and the rules that the run was told to take.
        let taken = flags.config.config.iter().chain(&flags.rules.folders);
        changes.applies_to_all = taken.into_iter().any(|path| changes.touch_below(&real(path)));
        Ok(Some(changes))
    }

    /// Whether the connector in a folder was touched.
    pub fn touch(&self, folder: &Path) -> bool {
        if self.applies_to_all {
            return true;
        }
        let folder = real(folder);
        // A changed folder is one that git knows as a whole, such as a submodule.
        let above = |path: &Path| self.files.contains(path) || self.files.contains(&path.join(FILE_NAME));
        self.touch_below(&folder) || folder.ancestors().any(above)
    }

    /// Says that there is nothing to do, which is no failure.
    pub fn say_that_nothing_was_touched(&self, console: &mut Console<'_>) -> Result<(), RunError> {
        writeln!(console.errors, "conncert: no connector was touched since {}; nothing to check", escape(&self.reference)).map_err(output)
    }

    fn touch_below(&self, path: &Path) -> bool {
        self.files.range::<Path, _>((Bound::Included(path), Bound::Unbounded)).next().is_some_and(|file| file.starts_with(path))
    }
}

/// A file as its folder is really called: git may spell it in another case or form than the disk does, and it need not exist any more.
fn real_file(file: &Path, folders: &mut HashMap<PathBuf, PathBuf>) -> PathBuf {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return file.to_owned() };
    let known = folders.entry(folder.to_owned()).or_insert_with(|| {
        let existing = folder.ancestors().find_map(|above| Some((std::fs::canonicalize(above).ok()?, folder.strip_prefix(above).ok()?)));
        // Part by part: `/` divides nothing in the long form of Windows paths.
        existing.map_or_else(|| folder.to_owned(), |(real, rest)| rest.components().fold(real, |path, part| path.join(part)))
    });
    known.join(name)
}
