//! What the editor tells: documents that open, change, are saved and close; files, folders and settings that change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::{ErrorCode, Notification, RequestId};
use lsp_types::notification::{self as tell, Notification as _};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, FileChangeType, MessageType,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::board::Speaker;
use super::client::folders_of;
use super::configuration::{FileProblems, Refusal, problems_of_text};
use super::connectors::Connectors;
use super::server::Server;
use super::uris;
use crate::config::load::FILE_NAME;

impl Server {
    pub(super) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            tell::Initialized::METHOD => self.initialized(),
            tell::DidOpenTextDocument::METHOD => self.with(&method, params, Self::opened),
            tell::DidChangeTextDocument::METHOD => self.with(&method, params, Self::changed),
            tell::DidSaveTextDocument::METHOD => self.with(&method, params, Self::saved),
            tell::DidCloseTextDocument::METHOD => self.with(&method, params, Self::closed),
            tell::DidChangeWatchedFiles::METHOD => self.with(&method, params, Self::files_changed),
            tell::DidChangeConfiguration::METHOD => {
                let settings = params.pointer("/settings/conncert").or_else(|| params.get("settings")).cloned().unwrap_or_default();
                self.take_settings(&settings);
            }
            tell::DidChangeWorkspaceFolders::METHOD => self.folders_changed(&params["event"]),
            tell::WorkDoneProgressCancel::METHOD => self.stop_sweeping(),
            tell::Cancel::METHOD => {
                if let Ok(id) = serde_json::from_value::<RequestId>(params["id"].clone()) {
                    self.cancel(id);
                }
            }
            _ => {}
        }
    }

    fn with<P: DeserializeOwned>(&mut self, method: &str, params: Value, take: impl FnOnce(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => take(self, params),
            Err(error) => self.log(MessageType::WARNING, &format!("`{method}` of the editor is not understood: {error}")),
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = self.documents.open(document.uri, document.version, document.text) else { return };
        if is_configuration(&path) {
            self.show_configuration(&path);
            return;
        }
        self.assign();
        self.touch(&path);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = self.documents.change(&document.uri, document.version, params.content_changes) else { return };
        if is_configuration(&path) {
            self.show_configuration(&path);
            return;
        }
        self.touch(&path);
    }

    fn saved(&mut self, params: DidSaveTextDocumentParams) {
        let Some(path) = uris::path_of(&params.text_document.uri) else { return };
        self.documents.reread(&path);
        if path.extension().is_some_and(|extension| extension == "toml") {
            self.reload();
        }
        self.assign();
        self.touch(&path);
    }

    fn closed(&mut self, params: DidCloseTextDocumentParams) {
        let Some((path, document)) = self.documents.close(&params.text_document.uri) else { return };
        if is_configuration(&path) {
            self.show(Speaker::Editor(path), FileProblems::new());
        }
        let Some(folder) = document.connector else { return };
        self.assign();
        let is_open = self.documents.of_connector(&folder).next().is_some();
        let is_pinned = self.connectors.get(&folder).is_some_and(|known| known.pinned);
        if is_open || is_pinned {
            // What was not saved does not count any more.
            self.connectors.touch(&folder);
        } else {
            self.forget(&folder);
        }
    }

    fn files_changed(&mut self, params: DidChangeWatchedFilesParams) {
        let mut configuration = false;
        let mut paths = Vec::new();
        for (uri, change) in params.changes.iter().map(|event| (&event.uri, event.typ)) {
            let Some(path) = uris::path_of(uri) else { continue };
            self.documents.reread(&path);
            configuration |= path.extension().is_some_and(|extension| extension == "toml");
            paths.push((path, change));
        }
        self.assign();
        if configuration {
            self.reload();
        }
        for (path, change) in paths {
            for folder in self.connectors.folders() {
                // A folder that vanishes takes everything in it along; a file may lie in a folder of the connector.
                let is_inside = path.parent().is_some_and(|parent| parent == folder || parent.parent() == Some(&folder));
                if is_inside || (change == FileChangeType::DELETED && folder.starts_with(&path)) {
                    self.connectors.touch(&folder);
                }
            }
        }
        for folder in self.connectors.folders() {
            if !Connectors::is_there(&folder, &self.documents) {
                self.forget(&folder);
            }
        }
    }

    fn folders_changed(&mut self, event: &Value) {
        let (added, removed) = (folders_of(&event["added"]), folders_of(&event["removed"]));
        let client = Arc::make_mut(&mut self.client);
        client.folders.retain(|folder| !removed.contains(folder));
        client.folders.extend(added);
        let is_outside = |folder: &PathBuf| removed.iter().any(|removed| folder.starts_with(removed));
        for folder in self.connectors.folders().into_iter().filter(is_outside) {
            if self.documents.of_connector(&folder).next().is_none() {
                self.forget(&folder);
            }
        }
    }

    /// Takes over settings of the editor and says which of them are wrong.
    pub(super) fn take_settings(&mut self, settings: &Value) {
        let root = self.client.folders.first().cloned();
        let problems = Arc::make_mut(&mut self.settings).update(settings, root.as_deref());
        for problem in problems {
            self.say(MessageType::WARNING, &problem);
        }
        self.reload();
    }

    /// Finds out to which connector each document belongs.
    fn assign(&mut self) {
        let paths: Vec<PathBuf> = self.documents.iter().map(|(path, _)| path.clone()).collect();
        for path in paths.into_iter().filter(|path| !is_configuration(path)) {
            let folder = Connectors::folder_of(&path, &self.documents, &self.client.folders);
            let Some(document) = self.documents.get_mut(&path) else { continue };
            if document.connector == folder {
                continue;
            }
            let before = std::mem::replace(&mut document.connector, folder.clone());
            for folder in [before, folder].into_iter().flatten() {
                self.know(&folder);
                self.connectors.touch(&folder);
            }
        }
    }

    /// Reads the configuration of a connector that is not known yet.
    pub(super) fn know(&mut self, folder: &Path) {
        if self.connectors.get(folder).is_some() {
            return;
        }
        match self.configurations.read(&self.settings, folder) {
            Ok(applied) => self.connectors.apply(folder, applied),
            Err(refusal) => {
                if let Some(applied) = self.configurations.without_files(&self.settings, folder) {
                    self.connectors.apply(folder, applied);
                }
                self.refused(folder, refusal);
            }
        }
        self.show_refusals();
    }

    /// Reads all configuration again. Where it is wrong the last that was right stays.
    fn reload(&mut self) {
        self.configurations.forget();
        self.refusals.clear();
        for folder in self.connectors.folders() {
            match self.configurations.read(&self.settings, &folder) {
                Ok(applied) => self.connectors.apply(&folder, applied),
                Err(refusal) => self.refused(&folder, refusal),
            }
        }
        self.show_refusals();
    }

    pub(super) fn refused(&mut self, folder: &Path, refusal: Refusal) {
        if let Some(message) = &refusal.message {
            self.say(MessageType::WARNING, &format!("The configuration of {} is ignored: {message}", folder.display()));
        }
        self.refusals.insert(folder.to_owned(), refusal.problems);
    }

    pub(super) fn show_refusals(&mut self) {
        let mut files = FileProblems::new();
        for (path, problems) in self.refusals.values().flatten() {
            let known = files.entry(path.clone()).or_default();
            known.extend(problems.iter().filter(|problem| !known.contains(problem)).cloned().collect::<Vec<_>>());
        }
        self.show(Speaker::Configuration, files);
    }

    /// Says what is wrong with a configuration file as it is in the editor.
    fn show_configuration(&mut self, path: &Path) {
        let Some(document) = self.documents.get(path) else { return };
        let problems = problems_of_text(path, &document.text);
        self.show(Speaker::Editor(path.to_owned()), FileProblems::from([(path.to_owned(), problems)]));
    }

    fn touch(&mut self, path: &Path) {
        if let Some(folder) = self.documents.get(path).and_then(|document| document.connector.clone()) {
            self.connectors.touch(&folder);
        }
    }

    fn forget(&mut self, folder: &Path) {
        self.connectors.remove(folder);
        self.refusals.remove(folder);
        self.show(Speaker::Connector(folder.to_owned()), FileProblems::new());
        self.show_refusals();
    }

    /// Refuses a request whose parameters are not understood.
    pub(super) fn not_understood(&mut self, id: RequestId, method: &str, error: &serde_json::Error) {
        self.refuse(id, ErrorCode::InvalidParams, format!("the parameters of `{method}` are not understood: {error}"));
    }
}

fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}
