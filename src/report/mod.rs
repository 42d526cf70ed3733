//! Reports: one file a format, all fed by the same outcomes, connector by connector.

pub mod concise;
pub mod fix;
pub mod human;
pub mod json;

use std::io;

use crate::outcome::{Outcome, Summary};

/// Writes findings somewhere. Connectors arrive one after the other, in the order of their paths.
pub trait Report {
    /// Called once a connector is checked.
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()>;

    /// Called at the end of the run.
    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()>;
}
