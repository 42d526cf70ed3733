//! Requests of the editor: each is worked on by another thread, on the connector as it was when the request came.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lsp_server::{ErrorCode, Request, RequestId, ResponseError};
use lsp_types::request::{self as ask, Request as _};
use lsp_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, CompletionParams, DocumentSymbolParams, HoverParams, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde_json::Value;

use super::accept::OpenConfig;
use super::actions::{self, Asked, Work};
use super::completion;
use super::hover;
use super::server::{Event, Server, failed, mistake};
use super::snapshot::Snapshot;
use super::symbols;
use super::uris;
use super::worker::Job;
use crate::config::load::FILE_NAME;

impl Server {
    pub(super) fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let taken = match method.as_str() {
            ask::HoverRequest::METHOD => self.hover(&id, params),
            ask::DocumentSymbolRequest::METHOD => self.symbols(&id, params),
            ask::Completion::METHOD => self.completion(&id, params),
            ask::CodeActionRequest::METHOD => self.code_actions(&id, params),
            ask::CodeActionResolveRequest::METHOD => self.resolve(&id, params),
            ask::ExecuteCommand::METHOD => self.command(&id, params),
            _ => {
                let reason = format!("`{method}` is not supported");
                self.refuse(id, ErrorCode::MethodNotFound, reason);
                return;
            }
        };
        if let Err(error) = taken {
            self.not_understood(id, &method, &error);
        }
    }

    fn hover(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let HoverParams { text_document_position_params: TextDocumentPositionParams { text_document, position }, .. } =
            serde_json::from_value(params)?;
        self.about_file(id, &text_document.uri, move |snapshot, path| json(hover::hover(snapshot, path, position)?));
        Ok(())
    }

    fn symbols(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let DocumentSymbolParams { text_document, .. } = serde_json::from_value(params)?;
        let (uri, nested) = (text_document.uri.clone(), self.client.nested_symbols);
        self.about_file(id, &text_document.uri, move |snapshot, path| json(symbols::symbols(snapshot, path, &uri, nested)?));
        Ok(())
    }

    fn completion(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let CompletionParams { text_document_position: TextDocumentPositionParams { text_document, position }, .. } =
            serde_json::from_value(params)?;
        self.about_file(id, &text_document.uri, move |snapshot, path| json(completion::completion(snapshot, path, position)?));
        Ok(())
    }

    fn code_actions(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let CodeActionParams { text_document, range, context, .. } = serde_json::from_value(params)?;
        let (client, configs) = (self.client.clone(), self.open_configs());
        self.about_file(id, &text_document.uri, move |snapshot, path| {
            let asked = Asked { snapshot, client: &client, path, range, context: &context, configs: &configs };
            json(asked.actions()?.into_iter().map(CodeActionOrCommand::CodeAction).collect::<Vec<_>>())
        });
        Ok(())
    }

    fn resolve(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let mut action: CodeAction = serde_json::from_value(params)?;
        let Some(data) = action.data.take() else {
            // Nothing was left for later.
            self.accept(id);
            self.answer(id.clone(), Ok(serde_json::to_value(action)?));
            return Ok(());
        };
        let work: Work = serde_json::from_value(data)?;
        let Ok(uri) = work.uri.parse::<Uri>() else {
            return Err(serde::de::Error::custom(format!("`{}` is no URI", work.uri)));
        };
        let client = self.client.clone();
        self.about_file(id, &uri, move |snapshot, path| {
            let edit = actions::edit(&work, snapshot, &client, path)?;
            json(CodeAction { edit: Some(edit), ..action })
        });
        Ok(())
    }

    /// Takes a request on. Gives the sign that it is not wanted any more.
    pub(super) fn accept(&mut self, id: &RequestId) -> Arc<AtomicBool> {
        let sign = Arc::new(AtomicBool::new(false));
        self.requests.incoming.register(id.clone(), sign.clone());
        sign
    }

    /// Has a request about a file worked on. What belongs to no connector has the answer `null`.
    fn about_file(&mut self, id: &RequestId, uri: &Uri, work: impl FnOnce(&Snapshot, &Path) -> Result<Value, String> + Send + 'static) {
        let sign = self.accept(id);
        let Some((path, snapshot)) = self.about(uri) else {
            self.answer(id.clone(), Ok(Value::Null));
            return;
        };
        self.hand_over(id, sign, move |id| Event::Answered(id, work(&snapshot, &path).map_err(|reason| failed(&reason))));
    }

    /// The connector of a file as it is now.
    pub(super) fn about(&mut self, uri: &Uri) -> Option<(PathBuf, Arc<Snapshot>)> {
        let path = uris::path_of(uri)?;
        let open = self.documents.get(&path).map(|document| document.connector.clone());
        let folder = open.unwrap_or_else(|| super::connectors::Connectors::folder_of(&path, &self.documents, &self.client.folders))?;
        // Whoever asks about a connector of which nothing is open does not want to be told about it from then on.
        let is_new = self.connectors.get(&folder).is_none();
        self.know(&folder);
        let snapshot = self.snapshot(&folder);
        if is_new && self.documents.of_connector(&folder).next().is_none() {
            self.connectors.remove(&folder);
        }
        Some((path, snapshot?))
    }

    /// Gives a request to the thread that answers, which passes over those that are not wanted any more.
    pub(super) fn hand_over(&self, id: &RequestId, sign: Arc<AtomicBool>, work: impl FnOnce(RequestId) -> Event + Send + 'static) {
        let (id, panicked) = (id.clone(), id.clone());
        self.desk.add(Job {
            run: Box::new(move || match sign.load(Ordering::Relaxed) {
                // It has been answered when it was cancelled.
                true => Event::Answered(id, Ok(Value::Null)),
                false => work(id),
            }),
            failed: Box::new(move |reason| {
                let message = mistake("the request could not be answered", &reason);
                Event::Answered(panicked, Err(ResponseError { code: ErrorCode::InternalError as i32, message, data: None }))
            }),
        });
    }

    /// The configuration files that are open.
    fn open_configs(&self) -> Vec<OpenConfig> {
        let configs = self.documents.iter().filter(|(path, _)| path.file_name().is_some_and(|name| name == FILE_NAME));
        configs
            .map(|(path, document)| OpenConfig {
                path: path.clone(),
                uri: document.uri.clone(),
                version: document.version,
                text: document.text.clone(),
            })
            .collect()
    }
}

/// An answer as JSON.
pub fn json(answer: impl Serialize) -> Result<Value, String> {
    serde_json::to_value(answer).map_err(|error| error.to_string())
}
