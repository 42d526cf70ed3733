//! The pass: check, collect the fixes that rules offer, make those that fit together, check again, until nothing is left to fix.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::verify::{self, Rejection};
use super::workspace::Workspace;
use crate::connector::Connector;
use crate::engine;
use crate::finding::{Finding, FixSafety};
use crate::model::Model;
use crate::outcome::Outcome;
use crate::rule::catalogue::Plan;

/// More rounds than any chain of repairs needs: each round makes everything that fits together, and sections of a document come one a
/// round, so that each finds its place beside the one before.
const MAX_ROUNDS: usize = 100;

/// Which fixes are made.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Unsafe ones too.
    pub unsafe_too: bool,
    /// When not empty, only those of these rules.
    pub only: Vec<String>,
    /// Only those of findings in this file.
    pub file: Option<String>,
    /// None of these rules.
    pub without: Vec<String>,
    /// Only those that are always meant.
    pub safe_only: bool,
    /// Only that of this finding, as the first check reports it. It is made once.
    pub finding: Option<Box<Finding>>,
}

/// A fix that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The rule.
    pub rule: String,
    /// Which of its repairs.
    pub number: usize,
    /// What it did.
    pub title: String,
    /// How far it may be trusted.
    pub safety: FixSafety,
    /// The file of the finding.
    pub file: String,
    /// The line of the finding when it was made.
    pub line: Option<usize>,
    /// What a person should know about what was generated.
    pub remarks: Vec<String>,
}

impl Made {
    /// The same fix, which was not made after all.
    fn left_out(&self, reason: &str) -> Skipped {
        let (rule, file, title) = (self.rule.clone(), self.file.clone(), self.title.clone());
        Skipped { rule, file, title, reason: reason.to_owned(), is_unsafe: false }
    }
}

/// A fix that was not made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The rule.
    pub rule: String,
    /// The file of the finding.
    pub file: String,
    /// What it would have done.
    pub title: String,
    /// Why it was not made.
    pub reason: String,
    /// Whether it only lacks consent.
    pub is_unsafe: bool,
}

/// What has become of a connector.
#[derive(Debug)]
pub struct Repaired {
    /// The folder as it is to be.
    pub workspace: Workspace,
    /// What was found at first.
    pub before: Outcome,
    /// What is found now.
    pub after: Outcome,
    /// Fixes that were made, in order.
    pub made: Vec<Made>,
    /// Fixes that were not made.
    pub skipped: Vec<Skipped>,
}

/// A connector between two rounds.
pub(super) struct State {
    pub workspace: Workspace,
    pub connector: Connector,
    pub outcome: Outcome,
    /// What the guarding rules say, where there are such.
    guarded: Option<Outcome>,
}

impl State {
    fn of(mut workspace: Workspace, plan: &Plan<'_>) -> Self {
        let connector = workspace.connector();
        let outcome = engine::check(&connector, plan);
        let guarded = plan.guard.as_ref().map(|guard| engine::check(&connector, guard));
        Self { workspace, connector, outcome, guarded }
    }

    /// What is to be judged: everything the rules say, whichever of them were asked for.
    pub(super) fn judged(&self) -> (&Connector, &Outcome) {
        (&self.connector, self.guarded.as_ref().unwrap_or(&self.outcome))
    }

    /// What becomes of the connector with these changes.
    pub(super) fn with(&self, changes: Vec<super::edit::Change>, plan: &Plan<'_>) -> Result<Self, String> {
        let mut workspace = self.workspace.clone();
        workspace.apply(changes)?;
        Ok(Self::of(workspace, plan))
    }
}

/// Repairs a connector in memory. `plan` chooses the rules once track and stage are known. A fix that would add an error is left out,
/// unless what the others have made takes that error away. Fails when fixes undo each other; then nothing may be written.
pub fn run<'c>(mut workspace: Workspace, plan: impl FnOnce(&Connector) -> Plan<'c>, choice: &Choice) -> Result<Repaired, Rejection> {
    let connector = workspace.connector();
    let plan = plan(&connector);
    workspace.settle(connector.track.value, connector.stage.value);
    let mut state = State::of(workspace, &plan);
    let before = Outcome { track: connector.track, stage: connector.stage, ..state.outcome.clone() };
    let mut made = Vec::new();
    let mut skipped = BTreeSet::new();
    let mut choice = choice.clone();
    let unwanted = choice.without.len();
    let (mut rounds, mut made_at_last_try) = (0, 0);
    loop {
        let batch = Batch::collect(&state.outcome, &Model::new(&state.connector), &plan.values, &choice);
        skipped.extend(batch.skipped.iter().cloned());
        if batch.accepted.is_empty() {
            let left_out = choice.without.split_off(unwanted);
            if left_out.is_empty() || made.len() == made_at_last_try {
                choice.without.extend(left_out);
                break;
            }
            // What was made since may have taken the reason away. A second run would find that out, and must have nothing to do.
            made_at_last_try = made.len();
            skipped.retain(|skipped: &Skipped| !left_out.contains(&skipped.rule));
            continue;
        }
        if rounds == MAX_ROUNDS {
            return Err(Rejection::Endless { rules: batch.rules() });
        }
        let next = state.with(batch.changes(), &plan).map_err(|reason| Rejection::Impossible { rules: batch.rules(), reason })?;
        if let Err(rejection) = verify::no_new_errors(&state, &next, &batch, &plan) {
            // A repair may uncover what was hidden before. The rule's repairs are left out, the others are made.
            let culprit = rejection.culprit().filter(|rule| !choice.without.contains(rule)).ok_or_else(|| rejection.clone())?;
            let reason = rejection.to_string();
            let its_own = batch.accepted.iter().filter(|fix| fix.made.rule == culprit);
            skipped.extend(its_own.map(|fix| fix.made.left_out(&reason)));
            choice.without.push(culprit);
            continue;
        }
        made.extend(batch.accepted.into_iter().map(|fix| fix.made));
        state = next;
        rounds += 1;
        // Another finding may have moved to its place.
        if choice.finding.is_some() {
            break;
        }
    }
    // What could not be made at first and could later was not left out.
    let is_made_since = |skipped: &Skipped| made.iter().any(|made: &Made| made.rule == skipped.rule && made.file == skipped.file);
    skipped.retain(|skipped: &Skipped| choice.without.contains(&skipped.rule) || !is_made_since(skipped));
    skipped.extend(state.outcome.findings.iter().filter(|finding| choice.lacks_consent(finding)).map(Skipped::without_consent));
    Ok(Repaired { workspace: state.workspace, before, after: state.outcome, made, skipped: skipped.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::connector::load::{Given, InMemory};
    use crate::rule::Catalogue;
    use crate::rule::Rule;
    use crate::rule::catalogue::Selection;

    /// A rule about the information of the definition: where it has some members, it must have another one, too.
    fn rule(id: &str, severity: &str, given: &[&str], member: &str, repair: bool) -> Rule {
        let given: Vec<String> = given.iter().map(|name| format!("\"{name}\" = {{ present = true }}")).collect();
        let fix = "[[fix]]\nsafety = \"safe\"\ntitle = \"set it\"\ndo = [{ set = { member = \"MEMBER\", value = \"1\" } }]\n";
        let text = format!(
            "id = \"{id}\"\nsummary = \"s\"\nseverity = \"{severity}\"\nconfidence = \"advice\"\nsource = \"https://contoso.com\"\n\
             evidence = \"e\"\nmessage = \"m\"\nwhy = \"w\"\nhelp = \"h\"\n[select]\nkind = \"info\"\nmembers = {{ {} }}\n\
             [check.required]\nmembers = [\"{member}\"]\n{}",
            given.join(", "),
            if repair { fix.replace("MEMBER", member) } else { String::new() }
        );
        crate::rule::load::parse(Path::new(&format!("house/{id}.toml")), text.into_bytes()).unwrap()
    }

    fn repaired(rules: Vec<Rule>) -> Repaired {
        let definition = br#"{"swagger": "2.0", "info": {"title": "Contoso"}, "paths": {}}"#;
        let files = [("apiDefinition.json".to_owned(), definition.to_vec())].into();
        let workspace = Workspace::in_memory("x", InMemory { files, ..InMemory::default() }, Given::default());
        let catalogue = Catalogue::of(rules);
        let plan = |connector: &Connector| catalogue.plan(connector.track.value, connector.stage.value, &Selection::default());
        run(workspace, plan, &Choice::default()).unwrap()
    }

    fn names(made: &[Made]) -> Vec<&str> {
        made.iter().map(|made| made.rule.as_str()).collect()
    }

    #[test]
    fn a_fix_that_would_add_an_error_is_made_once_another_has_taken_the_error_away() {
        let error = rule("contact-needed", "error", &["x-a"], "contact", false);
        let (first, then) = (rule("d", "info", &[], "x-d", true), rule("e", "info", &["x-d"], "contact", true));
        let repaired = repaired(vec![error, rule("a", "info", &[], "x-a", true), first, then]);
        assert_eq!((names(&repaired.made), repaired.skipped), (vec!["d", "e", "a"], Vec::new()));
    }

    #[test]
    fn where_two_fixes_together_would_add_an_error_one_is_made_and_the_other_left_out() {
        let error = rule("contact-needed", "error", &["x-a", "x-b"], "contact", false);
        let repaired = repaired(vec![error, rule("a", "info", &[], "x-a", true), rule("b", "info", &[], "x-b", true)]);
        assert_eq!(names(&repaired.made), ["a"]);
        let skipped: Vec<&str> = repaired.skipped.iter().map(|skipped| skipped.rule.as_str()).collect();
        assert_eq!(skipped, ["b"]);
        assert!(repaired.skipped[0].reason.contains("would add an error to apiDefinition.json (`contact-needed`"));
    }
}
