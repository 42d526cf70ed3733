//! The language server as editors meet it: every test speaks the protocol.

mod actions;
mod configuration;
mod diagnostics;
pub mod editor;
mod knowledge;
mod latency;
mod protocol;
mod workspace;

use std::fs;

use crate::harness::{copy_of, fixture};

/// A clean connector.
fn clean() -> tempfile::TempDir {
    copy_of(&fixture("clean/verified-submission"))
}

/// A connector with one thing to repair: a path parameter that is not required.
fn broken() -> tempfile::TempDir {
    let copy = clean();
    let path = copy.path().join("apiDefinition.json");
    let text = fs::read_to_string(&path).unwrap();
    let (head, tail) = text.split_once("\"in\": \"path\",").expect("a path parameter");
    fs::write(&path, format!("{head}\"in\": \"path\",{}", tail.replacen("\"required\": true", "\"required\": false", 1))).unwrap();
    copy
}
