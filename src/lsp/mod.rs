//! The language server: the check, its repairs and its knowledge for editors, on the same rules and configuration as the command line.
//!
//! One thread keeps the state and speaks with the editor ([`server`]); a second checks connectors, always their newest text; a third
//! answers requests. All work on a `Snapshot`, a connector at one moment, so that nobody waits for a text that is out of date.

pub mod transport;

mod accept;
mod actions;
mod at;
mod board;
mod client;
mod commands;
mod completion;
mod configuration;
mod connectors;
mod diagnostics;
mod documents;
mod hover;
mod keys;
mod positions;
mod requests;
mod server;
mod settings;
mod snapshot;
mod sweep;
mod symbols;
mod sync;
mod text_edits;
mod uris;
mod watch;
mod worker;
mod workspace_edit;

pub use server::serve;

/// The name by which editors show where diagnostics come from.
const SOURCE: &str = "conncert";

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exit {
    /// With `shutdown` and `exit`.
    Orderly,
    /// Otherwise.
    #[default]
    Abrupt,
}
