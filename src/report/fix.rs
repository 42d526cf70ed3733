//! What `fix` tells: what it has repaired, what it has left and why, and what to do next.

use std::collections::BTreeMap;

use serde::Serialize;

use super::human::escape::escape;
use crate::finding::{FixSafety, Severity};
use crate::fix::pass::{Made, Repaired, Skipped};
use crate::fix::verify::PLACEHOLDER_RULE;
use crate::fix::workspace::Difference;
use crate::outcome::Outcome;
use crate::words::count;

/// Fixes of one rule in one file that are listed; the others are counted.
const LISTED: usize = 3;

/// What became of one connector.
#[derive(Debug)]
pub struct Fixed<'r> {
    /// The connector.
    pub repaired: &'r Repaired,
    /// What differs from what was read.
    pub differences: &'r [Difference],
    /// Where it was written, when not in place.
    pub output: Option<&'r str>,
    /// Whether it was written at all.
    pub written: bool,
}

/// Counts over a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FixSummary {
    /// Connectors that were looked at.
    pub connectors: usize,
    /// Connectors that change.
    pub changed: usize,
    /// Fixes that were made.
    pub fixed: usize,
    /// Fixes that were not made.
    pub skipped: usize,
    /// Errors that are left.
    pub errors: usize,
    /// Warnings that are left.
    pub warnings: usize,
}

impl FixSummary {
    /// Adds one connector.
    pub fn add(&mut self, fixed: &Fixed<'_>) {
        let left = |severity: Severity| fixed.repaired.after.findings.iter().filter(|finding| finding.severity == severity).count();
        self.connectors += 1;
        self.changed += usize::from(!fixed.differences.is_empty());
        self.fixed += fixed.repaired.made.len();
        self.skipped += fixed.repaired.skipped.len();
        self.errors += left(Severity::Error);
        self.warnings += left(Severity::Warning);
    }
}

/// The lines about one connector.
pub fn human(fixed: &Fixed<'_>, color: bool) -> String {
    let strong = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let repaired = fixed.repaired;
    if fixed.differences.is_empty() && repaired.skipped.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", strong(&escape(fixed.output.unwrap_or(&repaired.before.path))));
    for difference in fixed.differences {
        text.push_str(&format!("  {}\n", file_line(difference, fixed.written)));
    }
    let (by_hand, done): (Vec<&Made>, Vec<&Made>) = repaired.made.iter().partition(|made| made.safety == FixSafety::Placeholder);
    section(&mut text, if fixed.written { "Fixed" } else { "Would fix" }, &done);
    section(&mut text, if fixed.written { "Filled in, for you to look over" } else { "Would fill in, for you to look over" }, &by_hand);
    if !repaired.skipped.is_empty() {
        text.push_str(&format!("  Not made ({}):\n", repaired.skipped.len()));
        for ((rule, reason), skipped) in grouped(&repaired.skipped, |skipped: &&Skipped| (skipped.rule.clone(), skipped.reason.clone())) {
            let times = if skipped.len() > 1 { format!(" ({} places)", skipped.len()) } else { String::new() };
            let title = skipped.first().map(|skipped| skipped.title.as_str()).unwrap_or_default();
            text.push_str(&format!("    {rule}: {}{times} - {}\n", escape(title), escape(&reason)));
        }
    }
    text.push_str(&format!("  {}\n", left(&repaired.after)));
    text
}

fn file_line(difference: &Difference, written: bool) -> String {
    let would = if written { "" } else { "would be " };
    match difference {
        Difference::Created { name, .. } => format!("{}: {would}made", escape(name)),
        Difference::Deleted { name, .. } => format!("{}: {would}deleted", escape(name)),
        Difference::Changed { name, to, old, bytes } if name != to => {
            let also = if old == bytes { "" } else { " and changed" };
            format!("{}: {would}renamed to {}{also}", escape(name), escape(to))
        }
        Difference::Changed { name, .. } => format!("{}: {would}changed", escape(name)),
    }
}

fn section(text: &mut String, heading: &str, made: &[&Made]) {
    if made.is_empty() {
        return;
    }
    text.push_str(&format!("  {heading} ({}):\n", made.len()));
    for ((file, rule), fixes) in grouped(made, |made: &&&Made| (made.file.clone(), made.rule.clone())) {
        for fix in fixes.iter().take(LISTED) {
            let line = fix.line.map(|line| format!(":{line}")).unwrap_or_default();
            text.push_str(&format!("    {}{line}: {} ({rule})\n", escape(&file), escape(&fix.title)));
            fix.remarks.iter().for_each(|remark| text.push_str(&format!("      {}\n", escape(remark))));
        }
        if fixes.len() > LISTED {
            text.push_str(&format!("    {}: {} more of {rule}\n", escape(&file), fixes.len() - LISTED));
        }
    }
}

fn grouped<'i, T, K: Ord>(items: &'i [T], key: impl Fn(&&'i T) -> K) -> BTreeMap<K, Vec<&'i T>> {
    let mut groups: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for item in items {
        groups.entry(key(&item)).or_default().push(item);
    }
    groups
}

/// What is left to the person, and the next step.
fn left(after: &Outcome) -> String {
    let severity = |severity: Severity| after.findings.iter().filter(move |finding| finding.severity == severity);
    let (errors, warnings) = (severity(Severity::Error).count(), severity(Severity::Warning).count());
    let placeholders = after.findings.iter().filter(|finding| finding.rule.id == PLACEHOLDER_RULE).count();
    let next = match (errors, warnings) {
        (0, 0) => return "Nothing is left that certification would mind.".to_owned(),
        _ if placeholders > 0 => {
            format!("Next: replace {} that only you can know, then run `conncert lint`.", count(placeholders, "value"))
        }
        _ => "Next: run `conncert lint` to see them.".to_owned(),
    };
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    format!("Left to you: {}. {next}", crate::words::list_and(&parts))
}

/// The closing words of a run.
pub fn human_summary(summary: &FixSummary, written: bool) -> String {
    let connectors = count(summary.connectors, "connector");
    if summary.changed == 0 {
        let skipped = if summary.skipped > 0 {
            format!(" {} not made.", count(summary.skipped, "fix").replace("fixs", "fixes"))
        } else {
            String::new()
        };
        return format!("Nothing to fix in {connectors}.{skipped}\n");
    }
    let fixes = if summary.fixed == 1 { "1 fix".to_owned() } else { format!("{} fixes", summary.fixed) };
    let made = if written { "made" } else { "to make; nothing was written" };
    format!("{fixes} in {} of {connectors} {made}.\n", summary.changed)
}

/// One connector in JSON.
#[derive(Debug, Serialize)]
pub struct FixedEntry<'r> {
    path: &'r str,
    output: Option<&'r str>,
    title: Option<&'r str>,
    track: &'static str,
    stage: &'static str,
    written: bool,
    files: Vec<FileEntry<'r>>,
    fixed: Vec<MadeEntry<'r>>,
    skipped: Vec<SkippedEntry<'r>>,
    errors_left: usize,
    warnings_left: usize,
}

#[derive(Debug, Serialize)]
struct FileEntry<'r> {
    file: &'r str,
    action: &'static str,
    to: Option<&'r str>,
}

#[derive(Debug, Serialize)]
struct MadeEntry<'r> {
    rule: &'r str,
    safety: FixSafety,
    title: &'r str,
    file: &'r str,
    line: Option<usize>,
    remarks: &'r [String],
}

#[derive(Debug, Serialize)]
struct SkippedEntry<'r> {
    rule: &'r str,
    title: &'r str,
    file: &'r str,
    reason: &'r str,
}

impl<'r> FixedEntry<'r> {
    /// The connector as it goes into JSON.
    pub fn of(fixed: &Fixed<'r>) -> Self {
        let repaired = fixed.repaired;
        let files = fixed.differences.iter().map(|difference| match difference {
            Difference::Created { name, .. } => FileEntry { file: name, action: "created", to: None },
            Difference::Deleted { name, .. } => FileEntry { file: name, action: "deleted", to: None },
            Difference::Changed { name, to, .. } if name != to => FileEntry { file: name, action: "renamed", to: Some(to) },
            Difference::Changed { name, .. } => FileEntry { file: name, action: "changed", to: None },
        });
        let made = repaired.made.iter().map(|made| MadeEntry {
            rule: &made.rule,
            safety: made.safety,
            title: &made.title,
            file: &made.file,
            line: made.line,
            remarks: &made.remarks,
        });
        let skipped = repaired.skipped.iter().map(|skipped| SkippedEntry {
            rule: &skipped.rule,
            title: &skipped.title,
            file: &skipped.file,
            reason: &skipped.reason,
        });
        let left = |severity: Severity| repaired.after.findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            path: &repaired.before.path,
            output: fixed.output,
            title: repaired.after.title.as_deref(),
            track: repaired.before.track.value.word(),
            stage: repaired.before.stage.value.word(),
            written: fixed.written,
            files: files.collect(),
            fixed: made.collect(),
            skipped: skipped.collect(),
            errors_left: left(Severity::Error),
            warnings_left: left(Severity::Warning),
        }
    }
}
