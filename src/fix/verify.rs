//! Proves after each round that nothing became worse: no new error, no file that cannot be read any more.

use std::collections::BTreeMap;

use super::batch::Batch;
use super::pass::State;
use crate::connector::{Artifact, Connector};
use crate::finding::{Finding, Severity};
use crate::outcome::Outcome;
use crate::rule::catalogue::Plan;

/// The rule that reports placeholders in JSON files. What a fix has written for a person to complete is meant to be reported.
pub const PLACEHOLDER_RULE: &str = "placeholder-unfilled";

/// Why a pass was given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A fix would add an error.
    #[error("the fix of `{rule}` would add an error to {file} (`{error}`: {message})")]
    NewError {
        /// The rule whose fix it is.
        rule: String,
        /// The file.
        file: String,
        /// The rule that would be broken.
        error: String,
        /// What it would say.
        message: String,
    },
    /// Fixes that undo each other.
    #[error("the fixes of {} never come to an end", crate::words::list_and(rules))]
    Endless {
        /// The rules.
        rules: Vec<String>,
    },
    /// A change that does not fit the folder.
    #[error("the fixes of {} cannot be made: {reason}", crate::words::list_and(rules))]
    Impossible {
        /// The rules.
        rules: Vec<String>,
        /// Why.
        reason: String,
    },
}

impl Rejection {
    /// The rule to leave out, where it is one.
    pub fn culprit(&self) -> Option<String> {
        match self {
            Self::NewError { rule, .. } => Some(rule.clone()),
            _ => None,
        }
    }
}

/// Fails when a round has added an error; says whose fix did it.
pub(super) fn no_new_errors(before: &State, after: &State, batch: &Batch, plan: &Plan<'_>) -> Result<(), Rejection> {
    let Some(error) = new_error(before.judged(), after.judged().1) else { return Ok(()) };
    let rules = batch.rules();
    // Laid upon each other rule by rule, the fixes show which of them brings the error, even where it takes several together: without any
    // there is none, with all there is one, and somewhere in between it comes.
    let (mut without, mut with, mut error) = (0, rules.len(), error.clone());
    while with - without > 1 {
        let middle = without + (with - without) / 2;
        let some = before.with(batch.of_rules(&rules[..middle]), plan).ok();
        match some.as_ref().and_then(|some| new_error(before.judged(), some.judged().1)) {
            Some(found) => (with, error) = (middle, found.clone()),
            None => without = middle,
        }
    }
    Err(rejection(rules.get(without).map_or("", String::as_str), &error))
}

fn rejection(rule: &str, error: &Finding) -> Rejection {
    Rejection::NewError {
        rule: rule.to_owned(),
        file: error.place.file.to_string(),
        error: error.rule.id.clone(),
        message: error.message.clone(),
    }
}

/// An error that was not there before, unless it is a placeholder to be completed or lies in a file that could not be read before.
pub fn new_error<'s>((connector, before): (&Connector, &Outcome), after: &'s Outcome) -> Option<&'s Finding> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in errors(before) {
        *known.entry((&finding.rule.id, &*finding.place.file)).or_default() += 1;
    }
    errors(after).find(|finding| {
        if finding.rule.id == PLACEHOLDER_RULE || !was_readable(connector, &finding.place.file) {
            return false;
        }
        match known.get_mut(&(finding.rule.id.as_str(), &*finding.place.file)) {
            Some(left @ 1..) => {
                *left -= 1;
                false
            }
            _ => true,
        }
    })
}

fn errors(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// Whether a file was there and could be read in full. What a repair of its text brings to light is nothing new; and while the definition
/// cannot be read in full, this holds for every file that is judged beside it.
fn was_readable(before: &Connector, file: &str) -> bool {
    let whole = |name: &str| {
        let document = before.document_at(name);
        document.is_some_and(|document| document.json().is_none_or(|json| json.issues().is_empty()))
    };
    let definition = before.document(Artifact::Definition);
    whole(file) && definition.is_some_and(|definition| whole(&definition.path))
}
