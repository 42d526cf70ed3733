//! What no input may do to conncert: one function a fuzz target, fed with any bytes by the fuzzer (`fuzz/`) and with seeded ones by the suite.
//!
//! The first bytes of an input choose a real connector and what is done to it; so most inputs get deep into the program, and every
//! input can be played again.

pub mod configuration;
pub mod connector_folder;
pub mod json_lint;
pub mod lsp_stream;
pub mod rule_file;

mod bombs;
mod check;
mod choices;
mod connectors;
mod mutate;
mod pictures;
mod places;
mod repairs;
mod reports;
#[cfg(test)]
mod suite;

/// A fuzz target: what it is called and what it does with an input. It panics when something does not hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every fuzz target.
pub const TARGETS: [Target; 5] = [
    ("json_lint", json_lint::run),
    ("connector_folder", connector_folder::run),
    ("rule_file", rule_file::run),
    ("configuration", configuration::run),
    ("lsp_stream", lsp_stream::run),
];
