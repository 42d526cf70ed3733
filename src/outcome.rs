//! The result of checking one connector, as the reports receive it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::connector::{Stage, Track};
use crate::engine::INTERNAL_ERROR;
use crate::finding::{Finding, Severity};
use crate::source::SourceText;

/// A value that was found out or given by the user; reports say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen<T> {
    /// The value.
    pub value: T,
    /// Whether conncert assumed it (`auto`) rather than being told.
    pub assumed: bool,
}

/// Everything a report needs to know of one connector.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The connector's folder (or the single file) as the user named it, with `/`.
    pub path: String,
    /// `info.title`, where the definition has one.
    pub title: Option<String>,
    /// Who publishes.
    pub track: Chosen<Track>,
    /// Which set of files is expected.
    pub stage: Chosen<Stage>,
    /// Sorted by file, offset and rule.
    pub findings: Vec<Finding>,
    /// Numbers of the acceptances of the configuration that applied, once for each finding they took away.
    pub accepted: Vec<usize>,
    /// How many findings are left out because the baseline has them.
    pub baselined: usize,
    /// Texts of the files findings lie in, by relative path, for showing lines.
    pub sources: BTreeMap<String, Arc<SourceText>>,
}

/// Counts over a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Connectors that were checked.
    pub connectors: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Rules that failed by a fault of conncert; counted as errors, too.
    pub failures: usize,
    /// Findings whose fix is always meant.
    pub fixable_safe: usize,
    /// Findings with a fix that needs consent.
    pub fixable_unsafe: usize,
    /// Findings with a fix that writes text to be completed.
    pub fixable_placeholder: usize,
    /// Findings that are left out because the baseline has them.
    pub baselined: usize,
    /// Whether two versions were compared, rather than connectors checked.
    pub compared: bool,
}

impl Summary {
    /// Adds one connector.
    pub fn add(&mut self, outcome: &Outcome) {
        use crate::finding::FixSafety;
        self.connectors += 1;
        self.baselined += outcome.baselined;
        for finding in &outcome.findings {
            self.failures += usize::from(finding.rule.id == INTERNAL_ERROR);
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
            match finding.fix.as_ref().filter(|_| !finding.is_optional_text()).map(|fix| fix.safety) {
                Some(FixSafety::Safe) => self.fixable_safe += 1,
                Some(FixSafety::Unsafe) => self.fixable_unsafe += 1,
                Some(FixSafety::Placeholder) => self.fixable_placeholder += 1,
                None => {}
            }
        }
    }

    /// Findings with a fix of any kind.
    pub fn fixable(&self) -> usize {
        self.fixable_safe + self.fixable_unsafe + self.fixable_placeholder
    }

    /// Number of findings at or above a severity.
    pub fn at_least(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Info => self.errors + self.warnings + self.infos,
        }
    }
}
