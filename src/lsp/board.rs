//! What the editor has been shown: publishes what has changed, and takes away what is stale.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lsp_types::{Diagnostic, PublishDiagnosticsParams};

use super::documents::Documents;

/// Who says something about a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The check of the connector in a folder.
    Connector(PathBuf),
    /// The reading of configuration and rule files.
    Configuration,
    /// The reading of a configuration file as it is in the editor.
    Editor(PathBuf),
}

/// Diagnostics by speaker and file.
#[derive(Debug, Default)]
pub struct Board {
    said: BTreeMap<Speaker, BTreeMap<PathBuf, Vec<Diagnostic>>>,
}

impl Board {
    /// Puts up what a speaker says now. Gives what the editor must be told: files whose diagnostics have changed, and the open ones of
    /// this speaker, whose version has.
    pub fn put(
        &mut self,
        speaker: Speaker,
        files: BTreeMap<PathBuf, Vec<Diagnostic>>,
        documents: &Documents,
    ) -> Vec<PublishDiagnosticsParams> {
        let before = self.said.remove(&speaker).unwrap_or_default();
        let paths: BTreeSet<PathBuf> = before.keys().chain(files.keys()).cloned().collect();
        let changed = paths.into_iter().filter(|path| {
            let is_open = files.contains_key(path) && documents.get(path).is_some();
            let (old, new) = (before.get(path), files.get(path));
            is_open || old.map_or(&[][..], Vec::as_slice) != new.map_or(&[][..], Vec::as_slice)
        });
        let changed: Vec<PathBuf> = changed.collect();
        self.said.insert(speaker, files);
        changed.iter().filter_map(|path| self.published(path, documents)).collect()
    }

    /// What is to be shown in a file.
    pub fn published(&self, path: &Path, documents: &Documents) -> Option<PublishDiagnosticsParams> {
        let uri = documents.uri(path)?;
        let in_editor = self.said.get(&Speaker::Editor(path.to_owned())).and_then(|files| files.get(path));
        let is_wrong_there = in_editor.is_some_and(|diagnostics| !diagnostics.is_empty());
        // Of a configuration file that is being written the newest text counts, not what was read from the disk.
        let counts = |speaker: &Speaker| !is_wrong_there || *speaker != Speaker::Configuration;
        let said = self.said.iter().filter(|(speaker, _)| counts(speaker)).filter_map(|(_, files)| files.get(path)).flatten();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for diagnostic in said {
            if !diagnostics.contains(diagnostic) {
                diagnostics.push(diagnostic.clone());
            }
        }
        Some(PublishDiagnosticsParams { uri, diagnostics, version: documents.get(path).map(|document| document.version) })
    }
}
