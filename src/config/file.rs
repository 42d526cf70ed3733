//! conncert.toml: what may stand in it. These types are the format; their comments are its documentation.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::connector::{Stage, Track};
use crate::finding::Severity;
use crate::fix::values::FixValues;
use crate::rule::file::Level;

/// The configuration of conncert. It applies to the connectors in its folder and below; a file nearer to a connector goes before one
/// farther away, key by key.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ConfigFile {
    /// Do not look for further files in the folders above.
    pub root: bool,
    /// Who publishes: `verified`, `independent` or `custom`; found out when left out.
    pub track: Option<Track>,
    /// Which files are expected: `submission` or `pull-request`; found out when left out.
    pub stage: Option<Stage>,
    /// Only these rules, by id, code or policy number.
    pub select: Option<Vec<String>>,
    /// Not these rules.
    pub ignore: Option<Vec<String>>,
    /// Folders of rule files that add to the built-in rules or override them, relative to this file.
    pub rules: Option<Vec<String>>,
    /// Other severities, by rule id, code or policy number: `error`, `warning`, `info` or `off`.
    pub severity: BTreeMap<String, Level>,
    /// Lowest severity that makes the exit code 1.
    pub fail_on: Option<Severity>,
    /// Formats of the report, as on the command line: `human`, `json=report.json`.
    pub format: Option<Vec<String>>,
    /// The file of findings that are not reported again, as `conncert lint --write-baseline` writes it; relative to this file.
    pub baseline: Option<String>,
    /// Values for fixes.
    pub fix: FixValues,
    /// Other settings for some connectors; the last that fits counts.
    pub r#override: Vec<Override>,
    /// Findings that are accepted, each with a reason.
    pub accept: Vec<Accept>,
}

/// Other settings for some connectors.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Connectors, by their folders relative to this file; `*` stands for a part of a name, `**` for any number of folders.
    pub path: String,
    /// Who publishes.
    pub track: Option<Track>,
    /// Which files are expected.
    pub stage: Option<Stage>,
    /// Not these rules, beside those that are ignored anyway.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Other severities.
    #[serde(default)]
    pub severity: BTreeMap<String, Level>,
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accept {
    /// The rule, by id, code or policy number.
    pub rule: String,
    /// The connector's folder relative to this file, with the wildcards of `override`; every connector when left out.
    pub connector: Option<String>,
    /// The file, relative to the connector's folder; every file when left out.
    pub file: Option<String>,
    /// The place in a JSON file, as JSON Pointer.
    pub pointer: Option<String>,
    /// The heading in README or INTRO below which the finding lies.
    pub heading: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is accepted, as `2027-03-31`; for ever when left out.
    pub expires: Option<String>,
}
