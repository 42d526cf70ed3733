//! The certification review of a Power Platform connector, offline.
//!
//! Data flows one way: [`connector`] finds and loads folders, [`source`] reads files with positions, [`swagger`] and [`model`] index
//! them, [`rule`]s with their [`check`]s turn them into [`finding`]s, [`report`]s show those and [`fix`]es repair them. [`run`] holds one function per command,
//! and [`lsp`] does the same for editors.

pub mod baseline;
pub mod changes;
pub mod check;
pub mod cli;
pub mod config;
pub mod connector;
pub mod engine;
pub mod error;
pub mod finding;
pub mod fix;
pub mod git;
pub mod guard;
mod in_order;
pub mod json_schema;
pub mod lsp;
pub mod model;
pub mod outcome;
pub mod report;
pub mod rule;
pub mod run;
#[cfg(test)]
mod schema_files;
pub mod source;
pub mod swagger;
pub mod words;
