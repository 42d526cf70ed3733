//! Connectors: folders with an API definition and its assets; found, loaded and classified here.

pub mod artifact;
pub mod discover;
pub(crate) mod list;
pub mod load;
pub(crate) mod open;
pub mod settings;
pub mod track;

pub use artifact::Artifact;
pub use load::Connector;
pub use track::{Stage, Track};
