//! Reports: one file a format, all fed by the same outcomes, connector by connector.

pub mod azure;
pub mod changes;
pub mod checkstyle;
pub mod concise;
pub mod fix;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod json_text;
pub mod junit;
pub mod markdown;
mod parts;
pub mod path;
pub mod rdjson;
pub mod sarif;
#[cfg(test)]
mod tests;
mod xml;

use std::io;

use crate::outcome::{Outcome, Summary};

/// Writes findings somewhere. Connectors arrive one after the other, in the order of their paths.
pub trait Report {
    /// Called once a connector is checked.
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()>;

    /// Called at the end of the run.
    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()>;
}
