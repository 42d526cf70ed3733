//! What a person configures: values for fixes, the track and stage; from conncert.toml or the config.json of connector templates.

pub mod file;
pub mod load;
pub mod seed;
pub mod template;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::connector::{Stage, Track};
use crate::finding::{Range, Severity};
use crate::fix::values::FixValues;
use crate::rule::file::Level;

/// What conncert.toml says about one connector.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Who publishes.
    pub track: Option<Track>,
    /// Which files are expected.
    pub stage: Option<Stage>,
    /// Lowest severity that makes the exit code 1.
    pub fail_on: Option<Severity>,
    /// Formats of the report, and the folder of the file that names them.
    pub format: Option<(Vec<String>, PathBuf)>,
    /// Only these rules.
    pub select: Option<Vec<String>>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// Other severities, by the names of rules; later tables go before earlier ones.
    pub severity: Vec<BTreeMap<String, Level>>,
    /// Folders of rule files.
    pub rules: Vec<PathBuf>,
    /// The file of findings that are not reported again.
    pub baseline: Option<PathBuf>,
    /// Values for fixes; the path of the logo as it can be opened.
    pub values: FixValues,
    /// Accepted findings.
    pub accept: Vec<load::Accepted>,
}

/// What configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Values for fixes; the picture is read by whoever uses them.
    pub values: FixValues,
    /// Who publishes.
    pub track: Option<Track>,
    /// The definition to start from, as written.
    pub definition: Option<PathBuf>,
}

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where in the file, when known.
    pub range: Option<Range>,
    /// What is wrong and what was expected.
    pub message: String,
}
