//! What rules produce and reports, fixes and the editor consume: a violation of one rule at one place.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fix::edit::Task;
use crate::source::Position;

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Info,
    /// Documented but not enforced, or what human reviewers ask for.
    Warning,
    /// An automated gate or a written policy rejects it.
    Error,
}

impl Severity {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a finding needs to know of its rule.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stable id in words, e.g. `parameter-summary-required`.
    pub id: String,
    /// What it asks for, in a few words.
    pub summary: String,
    /// The Swagger Validator's own name for the problem, where it has one.
    pub code: Option<String>,
    /// Certification policy numbers.
    pub policies: Vec<String>,
    /// Why certification minds, as a sentence.
    pub why: String,
    /// Where to read on: the page of the rule, or the source of a user's; empty where there is nothing.
    pub url: String,
}

/// A range in a file, both ends as a person counts them and in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// First character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Path relative to the connector's folder, with `/`; empty for the folder itself. All findings in a file share it.
    pub file: Arc<str>,
    /// RFC 6901 pointer in a JSON file (`""` is its root), `None` for other files.
    pub pointer: Option<String>,
    /// The exact range; `None` when the file is missing or has no text.
    pub range: Option<Range>,
}

/// Where a finding lies in words that survive reformatting and reordering.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Anchor {
    /// The place in its file; empty for the file as a whole.
    pub place: String,
    /// Related places in the same file: of two things that clash the one that comes later is reported, which may be the other tomorrow.
    pub others: Vec<String>,
}

impl Anchor {
    /// The place; of two things that clash always the same one, whichever of them is reported.
    pub fn of_pair(&self) -> &str {
        match self.others.as_slice() {
            [other] if *other < self.place => other,
            _ => &self.place,
        }
    }
}

/// A second place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where it is.
    pub place: Place,
}

/// How far a fix may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FixSafety {
    /// Always meant.
    Safe,
    /// May change behaviour, or take away what somebody wrote; only on request.
    Unsafe,
    /// Writes text that a person must complete.
    Placeholder,
}

impl FixSafety {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Placeholder => "placeholder",
        }
    }
}

/// The repair a rule offers for a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// How far it may be trusted.
    pub safety: FixSafety,
    /// What it does, as a person reads it.
    pub title: String,
    /// Which of the rule's repairs it is.
    pub number: usize,
    /// What is done.
    pub tasks: Vec<Task>,
}

/// What a finding about two versions of a connector speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, as Microsoft's comparison of versions writes it: `operation/GetItem/parameter/id`.
    pub path: String,
    /// The place in the older version; `None` for what is new.
    pub old: Option<Place>,
    /// The place in the newer version; `None` for what is gone.
    pub new: Option<Place>,
}

/// One violation at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Arc<RuleInfo>,
    /// Its weight here (track, stage and configuration may change the rule's own).
    pub severity: Severity,
    /// What is wrong, naming the operation, parameter, section.
    pub message: String,
    /// What to do next.
    pub help: Option<Arc<str>>,
    /// The member that is missing or unknown.
    pub property: Option<String>,
    /// Where it is.
    pub place: Place,
    /// Where it is in words that survive reformatting and reordering; only there when somebody asked for it.
    pub anchor: Option<Box<Anchor>>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// The repair, where there is one.
    pub fix: Option<Fix>,
    /// What changed between two versions, when that is what the finding is about.
    pub change: Option<Box<Change>>,
}

impl Finding {
    /// Byte offset in its file, for ordering; a finding without range comes first.
    pub fn offset(&self) -> usize {
        self.place.range.map_or(0, |range| range.start.offset)
    }

    /// Whether its fix only writes a text that advice asks for and a person must look over.
    pub fn is_optional_text(&self) -> bool {
        self.severity == Severity::Info && self.fix.as_ref().is_some_and(|fix| fix.safety == FixSafety::Placeholder)
    }

    /// The order of findings within a connector: file, offset, rule, then whatever else tells them apart.
    pub fn order_key(&self) -> (&str, usize, &str, Option<&str>, Option<&str>, &str) {
        (&self.place.file, self.offset(), &self.rule.id, self.place.pointer.as_deref(), self.property.as_deref(), &self.message)
    }
}
