//! The fixes of one round: those that fit together, worked out to changes.

use std::collections::BTreeMap;

use super::edit::{self, Change, Edit, Task};
use super::generate::{self, Generated};
use super::pass::{Choice, Made, Skipped};
use super::values::FixValues;
use crate::finding::{Finding, FixSafety};
use crate::model::Model;
use crate::outcome::Outcome;
use crate::source::Encoding;

/// A fix that is to be made.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What is told about it.
    pub made: Made,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// The fixes of one round.
#[derive(Debug, Default)]
pub struct Batch {
    /// In the order of findings.
    pub accepted: Vec<Accepted>,
    /// Fixes that cannot be made.
    pub skipped: Vec<Skipped>,
    touched: BTreeMap<String, Touched>,
}

/// What the fixes of a round do to one file.
#[derive(Debug)]
enum Touched {
    /// The file as a whole is made, replaced, deleted or renamed.
    Whole,
    /// Edits.
    Edits(Edits),
}

/// Edits of one file that can all be made. A round may have ten thousand: a new one is compared only with those around it.
#[derive(Debug, Default)]
struct Edits {
    by_start: BTreeMap<usize, Vec<Edit>>,
    /// Where each replaced range begins and ends; they do not overlap.
    replaced: BTreeMap<usize, usize>,
}

impl Edits {
    fn contains(&self, edit: &Edit) -> bool {
        self.by_start.get(&edit.span.start).is_some_and(|known| known.contains(edit))
    }

    /// Whether an edit cannot be made together with these. Unless they may stand `together`, two edits at one place have an order to keep.
    fn exclude(&self, edit: &Edit, together: bool) -> bool {
        let (start, end) = (edit.span.start, edit.span.end.max(edit.span.start));
        let is_inside = self.replaced.range(..start).next_back().is_some_and(|(_, &behind)| start < behind);
        let mut around = self.by_start.range(start..=end).flat_map(|(_, known)| known);
        is_inside || around.any(|other| edit::conflict(edit, other) || !together && edit.span.start == other.span.start)
    }

    fn add(&mut self, edit: &Edit) {
        if !edit.span.is_empty() {
            self.replaced.insert(edit.span.start, edit.span.end);
        }
        self.by_start.entry(edit.span.start).or_default().push(edit.clone());
    }
}

impl Batch {
    /// Takes the fixes of an outcome that may be made, as far as they fit together. What does not fit waits for the next round.
    pub fn collect(outcome: &Outcome, model: &Model<'_>, values: &FixValues, choice: &Choice) -> Self {
        let mut batch = Self::default();
        for finding in &outcome.findings {
            let Some(fix) = finding.fix.as_ref().filter(|_| choice.allows(finding)) else { continue };
            match worked_out(&fix.tasks, model, values) {
                Ok(Generated { changes, remarks }) if !changes.is_empty() => match other_encoding(&changes, model) {
                    Some(reason) => batch.skipped.push(Skipped::of(finding, reason)),
                    None => batch.add(finding, changes, remarks),
                },
                Ok(_) => {}
                Err(reason) => batch.skipped.push(Skipped::of(finding, reason)),
            }
        }
        batch
    }

    fn add(&mut self, finding: &Finding, changes: Vec<Change>, remarks: Vec<String>) {
        let Some(fix) = &finding.fix else { return };
        let fresh: Vec<Change> = changes.into_iter().filter_map(|change| self.without_known(change)).collect();
        if !fresh.iter().all(|change| self.fits(change)) {
            return;
        }
        for change in &fresh {
            self.touch(change);
        }
        let made = Made {
            rule: finding.rule.id.clone(),
            number: fix.number,
            title: fix.title.clone(),
            safety: fix.safety,
            file: finding.place.file.to_string(),
            line: finding.place.range.map(|range| range.start.line),
            remarks,
        };
        self.accepted.push(Accepted { made, changes: fresh });
    }

    /// The change without edits that another fix of the round makes as well: two findings may have the same cure.
    fn without_known(&self, change: Change) -> Option<Change> {
        match (change, self) {
            (Change::Edit { file, mut edits }, batch) => {
                if let Some(Touched::Edits(known)) = batch.touched.get(&file) {
                    edits.retain(|edit| !known.contains(edit));
                }
                (!edits.is_empty()).then_some(Change::Edit { file, edits })
            }
            (other, _) => Some(other),
        }
    }

    fn fits(&self, change: &Change) -> bool {
        let is_free = |file: &String| !self.touched.contains_key(file);
        match change {
            Change::Write { file, .. } | Change::Delete { file } => is_free(file),
            Change::Rename { from, to } => is_free(from) && is_free(to),
            Change::Edit { file, edits } => match self.touched.get(file) {
                None => true,
                Some(Touched::Whole) => false,
                // Behind a value two new members may follow each other; two paragraphs may not.
                Some(Touched::Edits(known)) => {
                    let together = file.to_ascii_lowercase().ends_with(".json");
                    !edits.iter().any(|edit| known.exclude(edit, together))
                }
            },
        }
    }

    fn touch(&mut self, change: &Change) {
        match change {
            Change::Edit { file, edits } => match self.touched.entry(file.clone()).or_insert_with(|| Touched::Edits(Edits::default())) {
                Touched::Edits(known) => edits.iter().for_each(|edit| known.add(edit)),
                Touched::Whole => {}
            },
            Change::Write { file, .. } | Change::Delete { file } => {
                self.touched.insert(file.clone(), Touched::Whole);
            }
            Change::Rename { from, to } => {
                self.touched.insert(from.clone(), Touched::Whole);
                self.touched.insert(to.clone(), Touched::Whole);
            }
        }
    }

    /// All changes, edits of one file together, so that they are made to the text they were worked out for.
    pub fn changes(&self) -> Vec<Change> {
        together(self.accepted.iter().flat_map(|fix| fix.changes.iter().cloned()))
    }

    /// The same round with the fixes of some rules only.
    pub fn of_rules(&self, rules: &[String]) -> Vec<Change> {
        together(self.accepted.iter().filter(|fix| rules.contains(&fix.made.rule)).flat_map(|fix| fix.changes.iter().cloned()))
    }

    /// The rules whose fixes are made.
    pub fn rules(&self) -> Vec<String> {
        let mut rules: Vec<String> = self.accepted.iter().map(|fix| fix.made.rule.clone()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

impl Choice {
    /// Whether the fix of a finding may be made.
    pub fn allows(&self, finding: &Finding) -> bool {
        let consented = finding.fix.as_ref().is_some_and(|fix| match fix.safety {
            FixSafety::Safe => true,
            FixSafety::Placeholder => !self.safe_only,
            FixSafety::Unsafe => self.unsafe_too && !self.safe_only,
        });
        // Texts that only advice asks for are written when asked for, too: nobody wants to look over a thousand of them unawares.
        let is_wanted = !self.only.is_empty() || self.finding.is_some() || !finding.is_optional_text();
        consented && is_wanted && self.asks_for(finding) && !self.without.contains(&finding.rule.id)
    }

    /// Whether only consent is missing to make the fix of a finding.
    pub fn lacks_consent(&self, finding: &Finding) -> bool {
        !self.unsafe_too && finding.fix.as_ref().is_some_and(|fix| fix.safety == FixSafety::Unsafe) && self.asks_for(finding)
    }

    /// Whether a finding is among those that are to be fixed.
    pub fn asks_for(&self, finding: &Finding) -> bool {
        (self.only.is_empty() || self.only.contains(&finding.rule.id))
            && self.file.as_ref().is_none_or(|file| **file == *finding.place.file)
            && self.finding.as_ref().is_none_or(|wanted| **wanted == *finding)
    }
}

impl Skipped {
    /// The fix of a finding, with the reason why it is not made.
    pub fn of(finding: &Finding, reason: String) -> Self {
        let title = finding.fix.as_ref().map(|fix| fix.title.clone()).unwrap_or_default();
        Self { rule: finding.rule.id.clone(), file: finding.place.file.to_string(), title, reason, is_unsafe: false }
    }

    /// An unsafe fix that nobody has consented to.
    pub fn without_consent(finding: &Finding) -> Self {
        let skipped = Self::of(finding, "unsafe: look at it with --unsafe --diff; --unsafe makes it".to_owned());
        Self { is_unsafe: true, ..skipped }
    }
}

/// Why a file's text cannot be edited, if so: what is no UTF-8 must become that first, as a whole.
fn other_encoding(changes: &[Change], model: &Model<'_>) -> Option<String> {
    let edited = changes.iter().filter_map(|change| match change {
        Change::Edit { file, .. } => Some(file),
        _ => None,
    });
    let documents = |file: &String| model.connector.document_at(file)?.source();
    let mut others = edited.filter(|file| documents(file).is_some_and(|source| source.encoding() != Encoding::Utf8));
    others.next().map(|file| format!("{file} is no UTF-8 text; save it as UTF-8 first"))
}

fn worked_out(tasks: &[Task], model: &Model<'_>, values: &FixValues) -> Result<Generated, String> {
    let mut all = Generated::default();
    for task in tasks {
        match task {
            Task::Change(change) => all.changes.push(change.clone()),
            Task::Generate(part) => {
                let Generated { changes, remarks } = generate::generate(part, model, values)?;
                all.changes.extend(changes);
                all.remarks.extend(remarks);
            }
        }
    }
    Ok(all)
}

pub(super) fn together(changes: impl Iterator<Item = Change>) -> Vec<Change> {
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    let mut others = Vec::new();
    for change in changes {
        match change {
            Change::Edit { file, edits: more } => edits.entry(file).or_default().extend(more),
            other => others.push(other),
        }
    }
    edits.into_iter().map(|(file, edits)| Change::Edit { file, edits }).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_compared_with_all_that_could_be_in_its_way() {
        let mut state = 7u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % limit) as usize
        };
        for together in [false, true] {
            for _ in 0..200 {
                let (mut edits, mut all): (Edits, Vec<Edit>) = (Edits::default(), Vec::new());
                for _ in 0..30 {
                    let start = below(40);
                    let text = [",\"a\": 1", ",\"b\": 1", "c"][below(3)].to_owned();
                    let edit = Edit { span: start..start + below(4), text };
                    let same_place = |other: &Edit| !together && other.span.start == edit.span.start;
                    let expected = all.iter().any(|other| edit::conflict(&edit, other) || same_place(other));
                    assert_eq!(edits.exclude(&edit, together), expected, "{edit:?} in {all:?}");
                    assert_eq!(edits.contains(&edit), all.contains(&edit));
                    if !expected {
                        edits.add(&edit);
                        all.push(edit);
                    }
                }
            }
        }
    }
}
