//! All rules of a run: the built-in ones, those a user adds or overrides, found by id, code, policy number or alias.

use crate::connector::{Stage, Track};
use crate::finding::Severity;
use crate::fix::values::FixValues;
use crate::source::json::KeySet;

use super::Rule;
use super::accept::Acceptance;
use super::file::Level;
use super::kind::Kind;
use super::load::{self, RuleProblem};

/// All rules of a run, sorted by id.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
}

impl Catalogue {
    /// The built-in rules.
    pub fn built_in() -> Self {
        Self { rules: load::built_in() }
    }

    /// A catalogue of these rules only.
    pub fn of(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.id().cmp(b.id()));
        Self { rules }
    }

    /// Adds rules; one with the id of an existing rule takes its place.
    pub fn add(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            match self.rules.binary_search_by(|known| known.id().cmp(rule.id())) {
                Ok(at) => self.rules[at] = rule,
                Err(at) => self.rules.insert(at, rule),
            }
        }
    }

    /// Adds every rule file below a folder.
    pub fn add_folder(&mut self, folder: &std::path::Path) -> Result<(), Vec<RuleProblem>> {
        self.add(load::folder(folder)?);
        Ok(())
    }

    /// All rules by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.id().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// The rules a user means by an id, code, policy number or alias; case does not matter.
    pub fn find(&self, name: &str) -> Vec<&Rule> {
        self.rules.iter().filter(|rule| rule.names().any(|known| known.eq_ignore_ascii_case(name))).collect()
    }

    /// The name most like a wrong one.
    pub fn nearest_name(&self, name: &str) -> Option<&str> {
        crate::words::nearest(name, self.rules.iter().flat_map(|rule| rule.names()))
    }

    /// Prepares a run: the rules that apply, by kind.
    pub fn plan(&self, track: Track, stage: Stage, selection: &Selection) -> Plan<'_> {
        let mut by_kind: Vec<Vec<Planned<'_>>> = (0..Kind::ALL.len()).map(|_| Vec::new()).collect();
        for rule in &self.rules {
            let Some(level) = rule.level(track, stage) else { continue };
            let level = selection.levels.iter().rev().find(|(id, _)| id == rule.id()).map_or(level, |(_, level)| *level);
            let chosen = selection.chooses(rule);
            let severity = match (chosen, level.severity()) {
                (Choice::Left, _) | (Choice::Default, None) => continue,
                (Choice::Asked, None) => Severity::Info,
                (_, Some(severity)) => severity,
            };
            for kind in rule.kinds() {
                by_kind[kind as usize].push(Planned { rule, severity });
            }
        }
        Plan { by_kind, values: FixValues::default(), changes: Changes::Kept, accepted: Vec::new(), guard: None }
    }
}

/// A rule with its severity in this run.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'c> {
    /// The rule.
    pub rule: &'c Rule,
    /// Its severity here.
    pub severity: Severity,
}

impl Planned<'_> {
    /// Whether the rule may have something to say about an object with these keys.
    pub fn concerns(&self, keys: KeySet) -> bool {
        self.rule.needs().met_by(keys)
    }
}

/// What is kept of repairs: most reports only tell that there is one, and ten thousand findings need not carry what it would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// Findings hold the changes of their repair.
    Kept,
    /// Findings only tell of their repair.
    Dropped,
}

/// The rules of a run by the kind of thing they look at.
#[derive(Debug)]
pub struct Plan<'c> {
    by_kind: Vec<Vec<Planned<'c>>>,
    /// What repairs may use.
    pub values: FixValues,
    /// Whether findings say what their repairs change.
    pub changes: Changes,
    /// Findings that are accepted and not reported.
    pub accepted: Vec<Acceptance>,
    /// The rules by which repairs are judged, where this plan leaves some out: a repair may break none of them.
    pub guard: Option<Box<Plan<'c>>>,
}

impl<'c> Plan<'c> {
    /// The same plan, with values for repairs.
    pub fn with_values(mut self, values: &FixValues) -> Self {
        self.values = values.clone();
        self
    }

    /// The same plan, for those who want to know that there is a repair, but not its changes.
    pub fn without_changes(mut self) -> Self {
        self.changes = Changes::Dropped;
        self
    }

    /// The same plan with the rules that look at one kind of thing, and no others.
    pub fn only(mut self, kind: Kind) -> Self {
        let kept = kind as usize;
        self.by_kind.iter_mut().enumerate().filter(|(number, _)| *number != kept).for_each(|(_, rules)| rules.clear());
        self
    }

    /// The rules that look at this kind.
    pub fn rules_for(&self, kind: Kind) -> &[Planned<'c>] {
        &self.by_kind[kind as usize]
    }
}

/// Which rules a user asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// When not empty, only these ids.
    pub only: Vec<String>,
    /// Never these ids.
    pub without: Vec<String>,
    /// Other severities, by id; the last counts.
    pub levels: Vec<(String, Level)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Left,
    Default,
    Asked,
}

impl Selection {
    fn chooses(&self, rule: &Rule) -> Choice {
        if self.without.iter().any(|id| id == rule.id()) {
            Choice::Left
        } else if self.only.is_empty() {
            Choice::Default
        } else if self.only.iter().any(|id| id == rule.id()) {
            Choice::Asked
        } else {
            Choice::Left
        }
    }
}
