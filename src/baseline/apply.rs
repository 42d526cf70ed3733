//! Takes the findings of a baseline out of outcomes, keeps count of what occurs, and brings the baseline up to date.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::file::{self, BaselineFile, Entry, Key, VERSION, WrongFile, connector_name};
use super::write;
use crate::finding::Finding;
use crate::outcome::Outcome;

/// What becomes of findings that are not in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are reported.
    Compare,
    /// They are written into it.
    Record,
}

/// A baseline at work in a run.
#[derive(Debug)]
pub struct Baseline {
    path: PathBuf,
    /// The folder it lies in.
    folder: PathBuf,
    mode: Mode,
    /// The file as it was read; `None` where there was none.
    old: Option<write::Old>,
    file: BaselineFile,
    /// What was seen of each connector that was checked.
    seen: BTreeMap<String, Seen>,
}

/// What was seen of a connector.
#[derive(Debug, Default)]
struct Seen {
    /// How often each entry of the file occurred, in the order of the entries.
    known: Vec<usize>,
    /// Findings without an entry.
    fresh: BTreeMap<Key, usize>,
    /// When only one file was checked: its name.
    only: Option<String>,
}

/// What a run is able to say about findings that did not occur.
pub struct Judge<'j> {
    /// Whether a rule was looked for.
    pub ran: &'j dyn Fn(&str) -> bool,
    /// Folders that were searched for connectors.
    pub searched: &'j [PathBuf],
}

/// What came of writing a baseline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Findings in it.
    pub findings: usize,
    /// Those of them that are new.
    pub added: usize,
    /// Findings that were taken out.
    pub removed: usize,
}

impl Baseline {
    /// The baseline that a file holds; `bytes` is `None` for a file that is yet to be made.
    pub fn new(path: &Path, bytes: Option<Vec<u8>>, mode: Mode) -> Result<Self, WrongFile> {
        let old = bytes.as_deref().map(write::Old::of);
        let file = match bytes {
            Some(bytes) => file::parse(bytes)?,
            None => BaselineFile { conncert_baseline: VERSION, ..BaselineFile::default() },
        };
        let folder = file::real(path.parent().unwrap_or(Path::new("")));
        Ok(Self { path: path.to_owned(), folder, mode, old, file, seen: BTreeMap::new() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes findings out of the outcome of the connector in a folder: those in the baseline, or all to be written. `only` is the file
    /// when not the whole connector was checked. Findings have their anchors.
    pub fn take(&mut self, folder: &Path, only: Option<&str>, outcome: &mut Outcome) {
        let name = connector_name(&self.folder, folder);
        let entries = self.file.connectors.get(&name).map(Vec::as_slice).unwrap_or_default();
        let seen = self.seen.entry(name).or_default();
        seen.known.resize(entries.len(), 0);
        seen.only = only.map(str::to_owned);
        let before = outcome.findings.len();
        let mut hidden = seen.hidden(&outcome.findings, entries, self.mode).into_iter();
        outcome.findings.retain(|_| !hidden.next().unwrap_or_default());
        outcome.baselined = before - outcome.findings.len();
    }

    /// How many findings of the baseline do not occur any more.
    pub fn gone(&self, judge: &Judge<'_>) -> usize {
        let gone = |(name, entries): (&String, &Vec<Entry>)| -> usize {
            let counts = entries.iter().enumerate().filter(|(_, entry)| self.judges(judge, name, entry));
            counts.map(|(number, entry)| entry.count.get().saturating_sub(self.occurred(name, entries, number))).sum()
        };
        self.file.connectors.iter().map(gone).sum()
    }

    /// Brings the file up to date: adds what is new, and takes out what is gone where that is wanted. Reasons and whatever else people
    /// wrote stay.
    pub fn save(&mut self, judge: &Judge<'_>, prune: bool) -> Result<Written, String> {
        let mut written = Written::default();
        let mut file = self.file.clone();
        for (name, entries) in &mut file.connectors {
            let known = self.file.connectors.get(name).map(Vec::as_slice).unwrap_or_default();
            let mut number = 0;
            entries.retain_mut(|entry| {
                let (occurred, had) = (self.occurred(name, known, number), entry.count.get());
                number += 1;
                let count = match self.mode {
                    _ if prune && self.judges(judge, name, entry) && occurred < had => occurred,
                    Mode::Record => occurred.max(had),
                    Mode::Compare => had,
                };
                written.added += count.saturating_sub(had);
                written.removed += had.saturating_sub(count);
                let kept = NonZeroUsize::new(count);
                entry.count = kept.unwrap_or(entry.count);
                kept.is_some()
            });
        }
        for (name, seen) in &self.seen {
            let fresh = seen.fresh.iter().filter_map(|(key, count)| Some(key.clone().entry(NonZeroUsize::new(*count)?)));
            let fresh: Vec<Entry> = fresh.collect();
            written.added += fresh.iter().map(|entry| entry.count.get()).sum::<usize>();
            if !fresh.is_empty() {
                file.connectors.entry(name.clone()).or_default().extend(fresh);
            }
        }
        written.findings = file.connectors.values().flatten().map(|entry| entry.count.get()).sum();
        let text = write::text(&mut file).map_err(|error| error.to_string())?;
        write::save(&self.path, self.old, text)?;
        Ok(written)
    }

    /// How often an entry occurred. Entries with one key, as merges leave them, have seen the same.
    fn occurred(&self, name: &str, entries: &[Entry], number: usize) -> usize {
        let Some((seen, entry)) = self.seen.get(name).zip(entries.get(number)) else { return 0 };
        seen.known.get(first(entries, entry.key())).copied().unwrap_or_default()
    }

    /// Whether the run would have found an entry that still occurs.
    fn judges(&self, judge: &Judge<'_>, name: &str, entry: &Entry) -> bool {
        if !(judge.ran)(&entry.rule) {
            return false;
        }
        match self.seen.get(name) {
            Some(seen) => seen.only.as_ref().is_none_or(|only| *only == entry.file),
            // The folder itself is gone, from where connectors were looked for.
            None => {
                let folder = name.split('/').fold(self.folder.clone(), |mut folder, part| {
                    match part {
                        "." => {}
                        ".." => drop(folder.pop()),
                        part => folder.push(part),
                    }
                    folder
                });
                !folder.exists() && judge.searched.iter().any(|searched| folder.starts_with(searched))
            }
        }
    }
}

impl Seen {
    /// Which findings the baseline hides, in their order.
    fn hidden(&mut self, findings: &[Finding], entries: &[Entry], mode: Mode) -> Vec<bool> {
        let keys: Vec<Key> = findings.iter().map(Key::of).collect();
        let mut hidden: Vec<bool> = keys.iter().map(|key| self.has(key, entries, mode)).collect();
        // Only what no finding of its own has taken is left for others.
        for ((finding, key), hidden) in findings.iter().zip(keys).zip(&mut hidden).filter(|(_, hidden)| !**hidden) {
            *hidden = self.is_the_other_of_two(finding, entries);
            if !*hidden && mode == Mode::Record {
                *self.fresh.entry(key).or_default() += 1;
                *hidden = true;
            }
        }
        hidden
    }

    /// Whether there is an entry for a finding, and room in it.
    fn has(&mut self, key: &Key, entries: &[Entry], mode: Mode) -> bool {
        let number = first(entries, key.parts());
        let same = entries[number..].iter().take_while(|entry| entry.key() == key.parts());
        let Some(count) = same.map(|entry| entry.count.get()).max() else { return false };
        let has_room = mode == Mode::Record || self.known[number] < count;
        self.known[number] += usize::from(has_room);
        has_room
    }

    /// Two things clash, and the baseline has the finding at the other one.
    fn is_the_other_of_two(&mut self, finding: &Finding, entries: &[Entry]) -> bool {
        let Some(anchor) = &finding.anchor else { return false };
        let is_other = |entry: &Entry| {
            entry.rule == finding.rule.id
                && *entry.file == *finding.place.file
                && entry.property == finding.property
                && anchor.others.contains(&entry.anchor)
        };
        // Entries are sorted by file and anchor first.
        for other in &anchor.others {
            let start = entries.partition_point(|entry| (entry.file.as_str(), &entry.anchor) < (&finding.place.file, other));
            let here = entries[start..].iter().take_while(|entry| entry.anchor == *other && *entry.file == *finding.place.file);
            for number in here.enumerate().filter(|(_, entry)| is_other(entry)).map(|(number, _)| start + number) {
                if self.known[number] < entries[number].count.get() {
                    self.known[number] += 1;
                    return true;
                }
            }
        }
        false
    }
}

/// The number of the first entry that is not before a key.
fn first(entries: &[Entry], key: (&str, &str, &str, Option<&str>, Option<&str>)) -> usize {
    entries.partition_point(|entry| entry.key() < key)
}
