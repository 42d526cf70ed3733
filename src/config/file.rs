//! conncert.toml: what may stand in it. These types are the format; their comments are its documentation.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

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
    #[cfg_attr(test, schemars(regex(pattern = "^(/.*)?$")))]
    pub pointer: Option<String>,
    /// The heading in README or INTRO below which the finding lies.
    pub heading: Option<String>,
    /// Why it is accepted.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub reason: String,
    /// The last day on which it is accepted, as `2027-03-31`; for ever when left out.
    #[serde(default, deserialize_with = "day")]
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub expires: Option<String>,
}

/// A day as text or as a date of TOML, which needs no quotes.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a day, as in \"2027-03-31\"")]
    enum Day {
        Text(String),
        Date(toml::value::Datetime),
    }
    Ok(Some(match Day::deserialize(deserializer)? {
        Day::Text(text) => text,
        Day::Date(date) => date.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        toml::from_str::<ConfigFile>(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn every_key_may_be_left_out_except_those_without_which_an_entry_means_nothing() {
        assert_eq!(toml::from_str::<ConfigFile>("").unwrap(), ConfigFile::default());
        assert!(mistake("[[override]]\ntrack = \"custom\"").contains("`path`"));
        assert!(mistake("[[accept]]\nrule = \"tag-duplicate\"").contains("`reason`"));
        assert!(mistake("[[accept]]\nreason = \"because\"").contains("`rule`"));
    }

    #[test]
    fn no_table_takes_a_key_that_it_does_not_know() {
        for text in ["trak = 1", "[fix]\nname = \"x\"", "[[override]]\npath = \"x\"\nselect = []", "[[accept]]\nline = 3"] {
            assert!(mistake(text).starts_with("unknown field"), "{text}: {}", mistake(text));
        }
    }

    #[test]
    fn a_day_may_be_a_text_or_a_date_of_toml() {
        let expires = |day: &str| {
            let text = format!("[[accept]]\nrule = \"a\"\nreason = \"b\"\nexpires = {day}");
            toml::from_str::<ConfigFile>(&text).map(|file| file.accept[0].expires.clone()).map_err(|error| error.message().to_owned())
        };
        assert_eq!(expires("\"2027-03-31\""), Ok(Some("2027-03-31".to_owned())));
        assert_eq!(expires("2027-03-31"), Ok(Some("2027-03-31".to_owned())));
        assert!(expires("20270331").unwrap_err().contains("expected a day"));
    }
}
