//! What applies to each connector: flags over the nearest conncert.toml over the ones above. Used by every command, so that all agree.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::ids;
use crate::cli::{ConfigArguments, ConnectorArguments, RuleArguments};
use crate::config::load::{Finder, Layers, WrongFile};
use crate::config::{ConfigProblem, Settings};
use crate::connector::load::Given;
use crate::connector::{Connector, Stage, Track};
use crate::error::RunError;
use crate::fix::values::{FixValues, Logo};
use crate::rule::Catalogue;
use crate::rule::accept::Acceptance;
use crate::rule::catalogue::{Changes, Plan, Selection};
use crate::rule::kind::Kind;

/// The flags that say which rules run on what.
pub struct Flags<'f> {
    /// Which rules.
    pub rules: &'f RuleArguments,
    /// What connectors are taken for.
    pub connector: &'f ConnectorArguments,
    /// Which configuration.
    pub config: &'f ConfigArguments,
    /// Values for fixes that go before configured ones.
    pub values: FixValues,
    /// Whether logos are wanted, too.
    pub with_pictures: bool,
}

/// Rules, each by the folders they come from beside the built-in ones.
pub type Catalogues = Vec<(Vec<PathBuf>, Arc<Catalogue>)>;

/// Settings of connectors, each kind once.
pub struct Profiles {
    catalogues: Catalogues,
    profiles: Vec<Profile>,
    acceptances: Vec<Written>,
}

/// Where an accepted finding is written.
#[derive(PartialEq)]
struct Written {
    file: PathBuf,
    line: usize,
    /// Whether it is about changes between two versions, of which a check of one version knows nothing.
    is_change: bool,
}

/// What applies to some connectors.
pub struct Profile {
    /// The configuration.
    pub settings: Settings,
    /// What is given about track and stage.
    pub given: Given,
    catalogue: usize,
    selection: Selection,
    accepted: Vec<Acceptance>,
    layers: Layers,
}

/// The number of a profile.
pub type ProfileNumber = usize;

impl Profiles {
    /// Reads the configuration of some folders. Gives the profiles, and the number of each folder's.
    pub fn of(flags: &Flags<'_>, folders: &[&Path]) -> Result<(Self, Vec<ProfileNumber>), RunError> {
        Self::sharing(&mut Vec::new(), flags, folders)
    }

    /// The same, with rules that have been read already; rules that are read now are added to them.
    pub fn sharing(catalogues: &mut Catalogues, flags: &Flags<'_>, folders: &[&Path]) -> Result<(Self, Vec<ProfileNumber>), RunError> {
        let wrong = |(path, problems): WrongFile| RunError::WrongConfig { path, problems };
        let toml = flags.config.config.as_deref().filter(|path| !is_seed(path));
        let mut finder = Finder::new(toml, flags.config.no_config).map_err(wrong)?;
        let mut all = Self { catalogues: catalogues.clone(), profiles: Vec::new(), acceptances: Vec::new() };
        let mut numbers = Vec::with_capacity(folders.len());
        for folder in folders {
            let layers = finder.layers(folder).map_err(wrong)?;
            let mut settings = layers.settings(folder);
            settings.values = crate::config::load::laid_over(&flags.values, settings.values);
            settings.values.picture = flags.values.picture.clone();
            if let (None, Some(logo), true) = (&settings.values.picture, &settings.values.logo, flags.with_pictures) {
                let bytes = crate::connector::load::read_limited(Path::new(logo));
                let bytes = bytes.map_err(|error| RunError::Unreadable { path: logo.into(), reason: error.to_string() })?;
                settings.values.picture = Some(Logo { name: logo.clone(), bytes });
            }
            let known = all.profiles.iter().position(|profile| profile.settings == settings);
            numbers.push(match known {
                Some(number) => number,
                None => all.add(flags, settings, &layers)?,
            });
        }
        catalogues.clone_from(&all.catalogues);
        Ok((all, numbers))
    }

    fn add(&mut self, flags: &Flags<'_>, settings: Settings, layers: &Layers) -> Result<ProfileNumber, RunError> {
        let folders: Vec<PathBuf> = settings.rules.iter().chain(&flags.rules.folders).cloned().collect();
        let catalogue = match self.catalogues.iter().position(|(known, _)| *known == folders) {
            Some(number) => number,
            None => {
                self.catalogues.push((folders.clone(), Arc::new(super::catalogue(&folders)?)));
                self.catalogues.len() - 1
            }
        };
        let rules = &self.catalogues[catalogue].1;
        let configured = |names: &[String]| ids(rules, names).map_err(|error| at_its_place(error, layers));
        let only = match flags.rules.select.as_slice() {
            [] => configured(settings.select.as_deref().unwrap_or_default())?,
            given => ids(rules, given)?,
        };
        let without = [configured(&settings.ignore)?, ids(rules, &flags.rules.ignore)?].concat();
        let mut levels = Vec::new();
        for table in &settings.severity {
            let mut named = Vec::new();
            for (name, level) in table {
                named.push((name, configured(std::slice::from_ref(name))?, *level));
            }
            // The name of one rule says more than a code or policy that may stand for several, so it comes last, and the last counts.
            named.sort_by_key(|(name, ids, _)| (Reverse(ids.len()), ids.iter().any(|id| id.eq_ignore_ascii_case(name))));
            levels.extend(named.into_iter().flat_map(|(_, ids, level)| ids.into_iter().map(move |id| (id, level))));
        }
        let selection = Selection { only, without, levels };
        let given = Given { track: flags.connector.track.0.or(settings.track), stage: flags.connector.stage.0.or(settings.stage) };
        let mut accepted = Vec::new();
        for (accept, file, line) in &settings.accept {
            let rules = ids(rules_of(&self.catalogues, catalogue), std::slice::from_ref(&accept.rule))
                .map_err(|error| at_its_place(error, layers))?;
            let is_change = rules.iter().all(|id| judges_changes(rules_of(&self.catalogues, catalogue), id));
            let number = self.acceptance(Written { file: file.clone(), line: *line, is_change });
            let expired = accept.expires.as_deref().is_some_and(|day| day < today().as_str());
            if expired {
                continue;
            }
            accepted.push(Acceptance {
                rules,
                file: accept.file.clone(),
                pointer: accept.pointer.clone(),
                heading: accept.heading.clone(),
                number,
            });
        }
        self.profiles.push(Profile { settings, given, catalogue, selection, accepted, layers: layers.clone() });
        Ok(self.profiles.len() - 1)
    }

    /// The number of an acceptance, which several profiles may share.
    fn acceptance(&mut self, written: Written) -> usize {
        let known = self.acceptances.iter().position(|known| *known == written);
        known.unwrap_or_else(|| {
            self.acceptances.push(written);
            self.acceptances.len() - 1
        })
    }

    /// Lines about acceptances that have taken nothing away, given the numbers of those that have.
    pub fn unused_acceptances(&self, used: &BTreeSet<usize>) -> Vec<String> {
        let unused = self.acceptances.iter().enumerate().filter(|(number, written)| !written.is_change && !used.contains(number));
        let line = |(_, Written { file, line, .. }): (usize, &Written)| {
            format!("{}:{line}: this accepted finding does not occur any more, or has expired; take it out", file.display())
        };
        unused.map(line).collect()
    }

    /// A profile.
    pub fn get(&self, number: ProfileNumber) -> &Profile {
        &self.profiles[number]
    }

    /// The rules of a profile.
    pub fn catalogue(&self, number: ProfileNumber) -> &Catalogue {
        &self.catalogues[self.profiles[number].catalogue].1
    }

    /// The plan for a connector, made anew.
    pub fn plan(&self, number: ProfileNumber, connector: &Connector) -> Plan<'_> {
        let profile = self.get(number);
        let plan = self.catalogue(number).plan(connector.track.value, connector.stage.value, &profile.selection);
        let mut plan = plan.with_values(&profile.settings.values);
        if !profile.selection.only.is_empty() || !profile.selection.without.is_empty() {
            let all = Selection { levels: profile.selection.levels.clone(), ..Selection::default() };
            plan.guard = Some(Box::new(self.catalogue(number).plan(connector.track.value, connector.stage.value, &all)));
        }
        plan.accepted.clone_from(&profile.accepted);
        plan
    }

    /// The plan for a connector that is compared with its older version: the rules that judge changes. A selection that names none of them
    /// is meant for checks of one version, unless it stands on the command line.
    pub fn plan_of_changes(&self, number: ProfileNumber, connector: &Connector, selected: &[String]) -> Result<Plan<'_>, RunError> {
        let (profile, catalogue) = (self.get(number), self.catalogue(number));
        let mut selection = profile.selection.clone();
        if !selection.only.is_empty() && !selection.only.iter().any(|id| judges_changes(catalogue, id)) {
            if !selected.is_empty() {
                let reason = format!(
                    "`{}` judges no changes between two versions; `conncert rules` lists those that do under changes",
                    selected.join(",")
                );
                return Err(RunError::WrongValue { reason });
            }
            selection.only.clear();
        }
        let mut plan = catalogue.plan(connector.track.value, connector.stage.value, &selection).only(Kind::Difference);
        plan.accepted.clone_from(&profile.accepted);
        Ok(plan.without_changes())
    }
}

/// Whether a rule judges changes between two versions.
fn judges_changes(catalogue: &Catalogue, id: &str) -> bool {
    catalogue.get(id).is_some_and(|rule| rule.kinds().any(|kind| kind == Kind::Difference))
}

/// The plans of profiles, each made when first needed.
pub struct Plans<'p> {
    profiles: &'p Profiles,
    changes: Changes,
    plans: Vec<[OnceLock<Plan<'p>>; 6]>,
}

impl<'p> Plans<'p> {
    /// No plan yet. `changes` says whether the findings are to hold the changes of their repairs.
    pub fn new(profiles: &'p Profiles, changes: Changes) -> Self {
        Self { profiles, changes, plans: profiles.profiles.iter().map(|_| Default::default()).collect() }
    }

    /// The plan for a connector.
    pub fn of(&self, number: ProfileNumber, connector: &Connector) -> &Plan<'p> {
        let track = match connector.track.value {
            Track::Verified => 0,
            Track::Independent => 1,
            Track::Custom => 2,
        };
        let stage = match connector.stage.value {
            Stage::Submission => 0,
            Stage::PullRequest => 3,
        };
        self.plans[number][track + stage].get_or_init(|| match self.changes {
            Changes::Kept => self.profiles.plan(number, connector),
            Changes::Dropped => self.profiles.plan(number, connector).without_changes(),
        })
    }
}

impl Profile {
    /// A failure caused by what a configuration file says, reported where it says so.
    pub fn at_its_place(&self, error: RunError) -> RunError {
        at_its_place(error, &self.layers)
    }
}

fn at_its_place(error: RunError, layers: &Layers) -> RunError {
    let (RunError::UnknownRule { name: said, .. } | RunError::WrongFormat { value: said, .. }) = &error else { return error };
    match layers.place_of(said) {
        Some((path, range)) => {
            let problem = ConfigProblem { range: Some(range), message: error.to_string() };
            RunError::WrongConfig { path: path.to_owned(), problems: vec![problem] }
        }
        None => error,
    }
}

fn rules_of(catalogues: &Catalogues, number: usize) -> &Catalogue {
    &catalogues[number].1
}

/// The day it is, in UTC, as `2027-03-31`.
fn today() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day_of(seconds / 86_400)
}

/// The day so many days after 1 January 1970, by the Gregorian calendar.
fn day_of(days: u64) -> String {
    // Years are counted from March, so that the leap day comes last: 146,097 days are 400 years.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * from_march + 2) / 5 + 1, if from_march < 10 { from_march + 3 } else { from_march - 9 });
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whether a configuration file is the config.json of connector templates rather than a conncert.toml.
pub fn is_seed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_the_calendar() {
        for (days, expected) in
            [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_780, "2026-11-23"), (47_541, "2100-03-01")]
        {
            assert_eq!(day_of(days), expected);
        }
    }
}
