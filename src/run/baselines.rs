//! The baselines of a run: opens what flags or configuration name, and brings up to date what is to be written.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::profile::{Flags, ProfileNumber, Profiles};
use super::{Console, ids, tell};
use crate::baseline::apply::{Baseline, Judge, Mode, Written};
use crate::baseline::file::{WrongFile, real};
use crate::cli::BaselineArguments;
use crate::connector::load::read_at_most;
use crate::error::RunError;
use crate::fix::commit;
use crate::outcome::Outcome;
use crate::words::count;

/// The baselines of a run, each once.
pub struct Baselines {
    files: Vec<Baseline>,
    /// The baseline of each profile, by their numbers.
    of_profile: Vec<Option<usize>>,
    prune: bool,
    mode: Mode,
    /// The rules that flags select and leave out: a run says nothing of the others.
    only: Vec<String>,
    without: Vec<String>,
}

impl Baselines {
    /// Opens the baselines for connectors with these profiles.
    pub fn open(
        arguments: &BaselineArguments,
        flags: &Flags<'_>,
        profiles: &Profiles,
        used: impl Iterator<Item = ProfileNumber>,
    ) -> Result<Self, RunError> {
        let used: BTreeSet<ProfileNumber> = used.collect();
        let mode = if arguments.write_baseline.is_some() { Mode::Record } else { Mode::Compare };
        let named = arguments.write_baseline.as_ref().or(arguments.baseline.as_ref());
        let (only, without) = match used.first() {
            Some(&first) => {
                let catalogue = profiles.catalogue(first);
                (ids(catalogue, &flags.rules.select)?, ids(catalogue, &flags.rules.ignore)?)
            }
            None => (Vec::new(), Vec::new()),
        };
        let mut all = Self { files: Vec::new(), of_profile: Vec::new(), prune: arguments.prune, mode, only, without };
        // A wrong file is an error even when no connector is left to be checked with it.
        if let Some(path) = named {
            all.number(path)?;
        }
        for number in used {
            let path = named.or(profiles.get(number).settings.baseline.as_ref());
            let file = path.map(|path| all.number(path)).transpose()?;
            all.of_profile.resize(number + 1, None);
            all.of_profile[number] = file;
        }
        if arguments.prune && all.files.is_empty() {
            let reason = "--prune takes findings out of a baseline; say which one with --baseline FILE or --write-baseline FILE, \
                          or with `baseline` in conncert.toml";
            return Err(RunError::WrongValue { reason: reason.to_owned() });
        }
        Ok(all)
    }

    /// The number of the baseline in a file, which is opened when first asked for.
    fn number(&mut self, path: &Path) -> Result<usize, RunError> {
        let known = self.files.iter().position(|known| real(known.path()) == real(path));
        if let Some(number) = known {
            return Ok(number);
        }
        let unreadable = |reason: String| RunError::Unreadable { path: path.to_owned(), reason };
        let bytes = match read_at_most(path, commit::MAX_BYTES, "") {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.mode == Mode::Record => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(unreadable(format!("{error}\n  A baseline is written by `conncert lint --write-baseline FILE`.")));
            }
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let wrong = |WrongFile { place, problem }| RunError::WrongBaseline { path: path.to_owned(), place, problem };
        self.files.push(Baseline::new(path, bytes, self.mode).map_err(wrong)?);
        Ok(self.files.len() - 1)
    }

    /// Whether there is any, so that findings need anchors.
    pub fn are_there(&self) -> bool {
        !self.files.is_empty()
    }

    /// Takes the findings of the baseline out of an outcome. `only` is the file when not the whole connector was checked.
    pub fn take(&mut self, profile: ProfileNumber, folder: &Path, only: Option<&str>, outcome: &mut Outcome) {
        let number = self.of_profile.get(profile).copied().flatten();
        if let Some(baseline) = number.and_then(|number| self.files.get_mut(number)) {
            baseline.take(folder, only, outcome);
        }
    }

    /// Writes what is to be written, and says what became of it. `searched` are the folders in which connectors were looked for.
    pub fn finish(&mut self, searched: &[PathBuf], quiet: bool, console: &mut Console<'_>) -> Result<(), RunError> {
        let searched: Vec<PathBuf> = searched.iter().map(|folder| real(folder)).collect();
        let (only, without, prune, mode) = (&self.only, &self.without, self.prune, self.mode);
        let ran = |rule: &str| (only.is_empty() || only.iter().any(|id| id == rule)) && !without.iter().any(|id| id == rule);
        let judge = Judge { ran: &ran, searched: &searched };
        for baseline in &mut self.files {
            let path = baseline.path().display().to_string();
            let mut lines = Vec::new();
            let gone = baseline.gone(&judge);
            if prune || mode == Mode::Record {
                let written = baseline.save(&judge, prune);
                let written = written.map_err(|reason| RunError::Output { target: path.clone(), reason: io::Error::other(reason) })?;
                lines.push(said(&path, &written));
            }
            if gone > 0 && !prune {
                let occur = if gone == 1 { "does" } else { "do" };
                lines.push(format!("{} in {path} {occur} not occur any more; --prune takes out what is gone", count(gone, "finding")));
            }
            for line in lines.iter().filter(|_| !quiet) {
                tell(console, &line)?;
            }
        }
        Ok(())
    }
}

/// What was written, as a line.
fn said(path: &str, written: &Written) -> String {
    let changes: Vec<String> = [(written.added, "added"), (written.removed, "taken out")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let changes = if changes.is_empty() { "nothing changed".to_owned() } else { changes.join(", ") };
    format!("{path} has {} now: {changes}", count(written.findings, "finding"))
}
