//! All rules of a run: the built-in ones, those a user adds or overrides, found by id, code, policy number or alias.

use std::sync::{Arc, OnceLock};

use crate::connector::{Stage, Track};
use crate::finding::{RuleInfo, Severity};
use crate::fix::values::FixValues;

use super::accept::Acceptance;
use super::file::{Level, RuleFile};
use super::fix::FixRule;
use super::kind::Kind;
use super::load::{self, RuleProblem};
use super::template::Template;
use crate::check::first_key;
use crate::source::json::KeySet;

/// A rule, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What findings carry of it.
    pub info: Arc<RuleInfo>,
    /// The file it came from.
    pub file: RuleFile,
    /// Folder below `rules/`.
    pub area: String,
    message: OnceLock<Template>,
    help: OnceLock<Template>,
    fixes: OnceLock<Vec<FixRule>>,
    is_built_in: bool,
    /// Keys that a thing must have for the rule to say anything.
    needs_all: KeySet,
    /// Keys of which it must have one; every key where none is needed.
    needs_one: KeySet,
}

impl Rule {
    /// A rule of conncert's own, whose repairs are read when needed.
    pub fn built_in(file: RuleFile, area: String) -> Self {
        Self { is_built_in: true, ..Self::new(file, area) }
    }

    /// Makes a rule out of its file.
    pub fn new(file: RuleFile, area: String) -> Self {
        let info = RuleInfo {
            id: file.id.clone(),
            summary: file.summary.clone(),
            code: file.code.clone(),
            policies: file.policies.clone(),
            why: file.why.clone(),
            url: file.url(),
        };
        // Paths whose first key is not known ask for nothing.
        let wanted = file.select.members.iter().filter(|(_, matcher)| matcher.wants_presence()).map(|(path, _)| first_key(path));
        let needs_all = wanted.filter(|keys| *keys != KeySet::ALL).fold(KeySet::EMPTY, KeySet::with);
        let needed = file.check.needs();
        let needs_one = match needed.is_empty() {
            true => KeySet::ALL,
            false => needed.into_iter().map(first_key).fold(KeySet::EMPTY, KeySet::with),
        };
        Self {
            info: Arc::new(info),
            file,
            area,
            message: OnceLock::new(),
            help: OnceLock::new(),
            fixes: OnceLock::new(),
            is_built_in: false,
            needs_all,
            needs_one,
        }
    }

    /// The message.
    pub fn message(&self) -> &Template {
        self.message.get_or_init(|| Template::parse(&self.file.message))
    }

    /// The help.
    pub fn help(&self) -> &Template {
        self.help.get_or_init(|| Template::parse(&self.file.help))
    }

    /// The repairs. Those of built-in rules are read when first asked for: most runs need few of them.
    pub fn fixes(&self) -> &[FixRule] {
        match self.is_built_in {
            // A rule of a user that takes the place of a built-in one has its own repairs, or none.
            false => &self.file.fix,
            true => self.fixes.get_or_init(|| load::built_in_fixes(self.id()).unwrap_or_default()),
        }
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.info.id
    }

    /// Placeholders that the message and help may use: `subject`, attributes of every selected kind, what the check provides.
    pub fn known_placeholders(&self) -> Vec<String> {
        let kinds = self.file.select.kind.list();
        let attributes = kinds.first().map(|kind| kind.attributes()).unwrap_or_default();
        let common = attributes.iter().filter(|attribute| kinds.iter().all(|kind| kind.attributes().contains(attribute)));
        std::iter::once("subject".to_owned())
            .chain(common.map(|attribute| attribute.name()))
            .chain(self.file.check.placeholders().iter().map(|&name| name.to_owned()))
            .collect()
    }
}

/// All rules of a run, sorted by id.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
}

impl Catalogue {
    /// The built-in rules.
    pub fn built_in() -> Self {
        let mut rules = load::built_in();
        rules.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        Self { rules }
    }

    /// A catalogue of these rules only.
    pub fn of(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        Self { rules }
    }

    /// Adds rules; one with the id of an existing rule takes its place.
    pub fn add(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            match self.rules.binary_search_by(|known| known.info.id.cmp(&rule.info.id)) {
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
        self.rules.binary_search_by(|rule| rule.info.id.as_str().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// The rules a user means by an id, code, policy number or alias; case does not matter.
    pub fn find(&self, name: &str) -> Vec<&Rule> {
        self.rules.iter().filter(|rule| rule.file.names().any(|known| known.eq_ignore_ascii_case(name))).collect()
    }

    /// The name most like a wrong one.
    pub fn nearest_name(&self, name: &str) -> Option<&str> {
        crate::words::nearest(name, self.rules.iter().flat_map(|rule| rule.file.names()))
    }

    /// Prepares a run: the rules that apply, by kind.
    pub fn plan(&self, track: Track, stage: Stage, selection: &Selection) -> Plan<'_> {
        let mut by_kind: Vec<Vec<Planned<'_>>> = (0..Kind::ALL.len()).map(|_| Vec::new()).collect();
        for rule in &self.rules {
            let Some(level) = rule.file.level(track, stage) else { continue };
            let level = selection.levels.iter().rev().find(|(id, _)| id == rule.id()).map_or(level, |(_, level)| *level);
            let chosen = selection.chooses(rule);
            let severity = match (chosen, level.severity()) {
                (Choice::Left, _) | (Choice::Default, None) => continue,
                (Choice::Asked, None) => Severity::Info,
                (_, Some(severity)) => severity,
            };
            for &kind in rule.file.select.kind.list() {
                by_kind[kind as usize].push(Planned { rule, severity, all: rule.needs_all, one: rule.needs_one });
            }
        }
        Plan { by_kind, values: FixValues::default(), accepted: Vec::new(), guard: None }
    }
}

/// A rule with its severity in this run.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'c> {
    /// The rule.
    pub rule: &'c Rule,
    /// Its severity here.
    pub severity: Severity,
    /// Keys that a thing must have for the rule to say anything.
    all: KeySet,
    /// Keys of which it must have one.
    one: KeySet,
}

impl Planned<'_> {
    /// Whether the rule may have something to say about an object with these keys. Most rules have not, and this is the quickest way to
    /// tell.
    pub fn concerns(&self, keys: KeySet) -> bool {
        keys.may_have_all(self.all) && (self.one == KeySet::ALL || keys.may_have_one(self.one))
    }
}

/// The rules of a run by the kind of thing they look at.
#[derive(Debug)]
pub struct Plan<'c> {
    by_kind: Vec<Vec<Planned<'c>>>,
    /// What repairs may use.
    pub values: FixValues,
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
