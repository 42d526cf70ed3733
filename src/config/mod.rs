//! What a person configures: values for fixes, the track and stage; from conncert.toml or the config.json of connector templates.

pub mod seed;

use std::path::PathBuf;

use crate::connector::Track;
use crate::finding::Range;
use crate::fix::values::FixValues;

/// What configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Values for fixes; the logo is read by whoever uses them.
    pub values: FixValues,
    /// Who publishes.
    pub track: Option<Track>,
    /// The definition to start from, as written.
    pub definition: Option<PathBuf>,
    /// The picture for the icon, as written.
    pub logo: Option<PathBuf>,
}

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where in the file, when known.
    pub range: Option<Range>,
    /// What is wrong and what was expected.
    pub message: String,
}
