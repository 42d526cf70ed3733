//! The loop of the server: takes messages from the editor and results from the other threads, one after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, ReqQueue, Request, RequestId, Response, ResponseError};
use lsp_types::notification as tell;
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, ExecuteCommandOptions, HoverProviderCapability,
    MessageType, OneOf, PositionEncodingKind, PublishDiagnosticsParams, SaveOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkspaceEdit, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::Exit;
use super::actions;
use super::board::{Board, Speaker};
use super::client::Client;
use super::commands;
use super::configuration::{Configurations, FileProblems};
use super::connectors::Connectors;
use super::diagnostics;
use super::documents::Documents;
use super::settings::EditorSettings;
use super::snapshot::Snapshot;
use super::sweep::{Sweeping, Swept};
use super::watch;
use super::worker::{Job, Worker};
use crate::error::ISSUES;
use crate::guard::guarded;

/// So long the server waits for more changes before it checks; those that come while it checks are taken together anyway.
const CALM: Duration = Duration::from_millis(5);
/// So long at most, however many come.
const LONGEST_CALM: Duration = Duration::from_millis(50);

/// What the other threads tell.
pub enum Event {
    /// A connector was checked.
    Checked {
        /// Its folder.
        folder: PathBuf,
        /// The state that was checked.
        generation: u64,
        /// Diagnostics by file; or why there are none.
        files: Result<FileProblems, Failure>,
    },
    /// A request is answered.
    Answered(RequestId, Result<Value, ResponseError>),
    /// A command wants the editor to change something.
    Apply(RequestId, String, Box<WorkspaceEdit>),
    /// The check of the workspace has got on.
    Swept(Swept),
}

/// Why a check has no result.
pub enum Failure {
    /// The connector cannot be read.
    Unreadable(String),
    /// A mistake of conncert.
    Panicked(String),
}

/// What the server itself has asked the editor.
pub enum Question {
    /// To apply an edit, for a command that waits for it.
    Apply(RequestId),
    /// To show progress.
    Progress,
    /// Something whose answer does not matter.
    Nothing,
}

/// The state.
pub struct Server {
    sender: Sender<Message>,
    pub(super) client: Arc<Client>,
    pub(super) settings: Arc<EditorSettings>,
    pub(super) documents: Documents,
    pub(super) connectors: Connectors,
    pub(super) configurations: Configurations,
    /// What is wrong with configuration files, by the connector for which they were read.
    pub(super) refusals: std::collections::BTreeMap<PathBuf, FileProblems>,
    pub(super) board: Board,
    pub(super) events: Sender<Event>,
    pub(super) sweeping: Option<Sweeping>,
    /// Requests that are not answered yet, with the sign that they are not wanted any more.
    pub(super) requests: ReqQueue<Arc<AtomicBool>, Question>,
    checker: Worker<Event>,
    pub(super) desk: Worker<Event>,
    is_checking: bool,
    /// Since when connectors wait, and until when to wait for more changes.
    calm: Option<(Instant, Instant)>,
    is_shut_down: bool,
}

/// Serves one editor.
pub fn serve(connection: Connection) -> Exit {
    let Some(params) = handshake(&connection) else { return Exit::Abrupt };
    let (events, results) = crossbeam_channel::unbounded();
    let Some(mut server) = Server::new(connection.sender, &params, events) else { return Exit::Abrupt };
    server.take_settings(&params["initializationOptions"]);
    server.run(&connection.receiver, &results)
}

/// Answers `initialize`; gives its parameters.
fn handshake(connection: &Connection) -> Option<Value> {
    loop {
        match connection.receiver.recv().ok()? {
            Message::Request(Request { id, method, params }) if method == "initialize" => {
                let result = json!({
                    "capabilities": capabilities(),
                    "serverInfo": { "name": "conncert", "version": env!("CARGO_PKG_VERSION") },
                });
                connection.sender.send(Response::new_ok(id, result).into()).ok()?;
                return Some(params);
            }
            Message::Request(request) => {
                let reason = format!("expected `initialize` before `{}`", request.method);
                let response = Response::new_err(request.id, ErrorCode::ServerNotInitialized as i32, reason);
                connection.sender.send(response.into()).ok()?;
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let kinds = vec![CodeActionKind::QUICKFIX, CodeActionKind::new(actions::FIX_ALL)];
    let folders = WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
    ServerCapabilities {
        position_encoding: Some(PositionEncodingKind::UTF16),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec!["\"".to_owned(), ";".to_owned()]),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(kinds),
            resolve_provider: Some(true),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::NAMES.map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities { workspace_folders: Some(folders), file_operations: None }),
        ..ServerCapabilities::default()
    }
}

impl Server {
    fn new(sender: Sender<Message>, params: &Value, events: Sender<Event>) -> Option<Self> {
        Some(Self {
            sender,
            client: Arc::new(Client::of(params)),
            settings: Arc::default(),
            documents: Documents::default(),
            connectors: Connectors::default(),
            configurations: Configurations::default(),
            refusals: std::collections::BTreeMap::new(),
            board: Board::default(),
            checker: Worker::start("conncert-check", events.clone())?,
            desk: Worker::start("conncert-desk", events.clone())?,
            events,
            sweeping: None,
            requests: ReqQueue::default(),
            is_checking: false,
            calm: None,
            is_shut_down: false,
        })
    }

    fn run(&mut self, messages: &Receiver<Message>, results: &Receiver<Event>) -> Exit {
        loop {
            let pause = match self.pause() {
                Some(pause) => after(pause),
                None => never(),
            };
            select! {
                recv(messages) -> message => match message {
                    Ok(Message::Notification(notification)) if notification.method == "exit" => {
                        return if self.is_shut_down { Exit::Orderly } else { Exit::Abrupt };
                    }
                    Ok(message) => self.safely(|server| server.message(message)),
                    Err(_) => return Exit::Abrupt,
                },
                recv(results) -> event => match event {
                    Ok(event) => self.safely(|server| server.event(event)),
                    Err(_) => return Exit::Abrupt,
                },
                recv(pause) -> _ => self.safely(Self::check_next),
            }
        }
    }

    /// How long to wait for more changes before the next check; `None` when there is nothing to check now.
    fn pause(&mut self) -> Option<Duration> {
        if self.is_checking || self.is_shut_down || !self.connectors.is_waiting() {
            self.calm = None;
            return None;
        }
        let now = Instant::now();
        let (_, until) = *self.calm.get_or_insert((now, now + CALM));
        Some(until.saturating_duration_since(now))
    }

    /// Another change has come: the pause begins anew, within limits.
    fn rest(&mut self) {
        let now = Instant::now();
        if let Some((since, until)) = &mut self.calm {
            *until = (now + CALM).min(*since + LONGEST_CALM);
        }
    }

    fn safely(&mut self, work: impl FnOnce(&mut Self)) {
        if let Err(reason) = guarded(|| work(self)) {
            self.log(MessageType::ERROR, &mistake("a message of the editor could not be handled", &reason));
        }
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Request(request) if request.method == "shutdown" => {
                self.is_shut_down = true;
                self.send(Response::new_ok(request.id, Value::Null).into());
            }
            Message::Request(request) if self.is_shut_down => {
                let reason = format!("`{}` after `shutdown`", request.method);
                self.send(Response::new_err(request.id, ErrorCode::InvalidRequest as i32, reason).into());
            }
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                self.notification(notification);
                self.rest();
            }
            Message::Response(response) => self.response(response),
        }
    }

    fn response(&mut self, response: Response) {
        match self.requests.outgoing.complete(response.id) {
            Some(Question::Apply(id)) => {
                let refused = "the editor did not apply the changes";
                let result = response.response_result.map_err(|error| format!("{refused}: {}", error.message));
                let result = result.and_then(|result| match result["applied"].as_bool() {
                    Some(true) => Ok(Value::Null),
                    _ => Err(result["failureReason"].as_str().map_or(refused.to_owned(), |reason| format!("{refused}: {reason}"))),
                });
                self.answer(id, result.map_err(|reason| failed(&reason)));
            }
            Some(Question::Progress) => self.progress_answered(response.response_result.is_ok()),
            Some(Question::Nothing) | None => {}
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Checked { folder, generation, files } => {
                self.is_checking = false;
                // What has changed since is checked again anyway; what is gone has nothing to say.
                if self.connectors.get(&folder).is_some_and(|known| known.generation == generation) {
                    self.show_checked(folder, files);
                }
            }
            Event::Answered(id, result) => self.answer(id, result),
            Event::Apply(id, label, edit) => {
                if !self.requests.incoming.is_completed(&id) {
                    self.ask::<lsp_types::request::ApplyWorkspaceEdit>(&json!({ "label": label, "edit": edit }), Question::Apply(id));
                }
            }
            Event::Swept(swept) => self.swept(swept),
        }
    }

    fn show_checked(&mut self, folder: PathBuf, files: Result<FileProblems, Failure>) {
        match files {
            Ok(files) => self.show(Speaker::Connector(folder), files),
            Err(Failure::Unreadable(reason)) => {
                self.log(MessageType::WARNING, &reason);
                self.show(Speaker::Connector(folder), FileProblems::new());
            }
            Err(Failure::Panicked(reason)) => {
                self.log(MessageType::ERROR, &mistake(&format!("{} could not be checked", folder.display()), &reason));
            }
        }
    }

    /// Puts up what a speaker says and tells the editor what has changed.
    pub(super) fn show(&mut self, speaker: Speaker, files: FileProblems) {
        for params in self.board.put(speaker, files, &self.documents) {
            self.publish(&params);
        }
    }

    /// Tells the editor the diagnostics of a file.
    pub(super) fn publish(&mut self, params: &PublishDiagnosticsParams) {
        self.notify::<tell::PublishDiagnostics>(params);
    }

    fn check_next(&mut self) {
        let Some(snapshot) = self.connectors.next(&self.documents) else { return };
        self.is_checking = true;
        self.calm = None;
        let (folder, generation, related) = (snapshot.folder.clone(), snapshot.generation, self.client.related_information);
        let panicked = folder.clone();
        let checked = move |snapshot: &Snapshot| diagnostics::by_file(snapshot, related).map_err(Failure::Unreadable);
        self.checker.add(Job {
            run: Box::new(move || Event::Checked { folder, generation, files: checked(&snapshot) }),
            failed: Box::new(move |reason| Event::Checked { folder: panicked, generation, files: Err(Failure::Panicked(reason)) }),
        });
    }

    /// A connector as it is now.
    pub(super) fn snapshot(&mut self, folder: &Path) -> Option<Arc<Snapshot>> {
        self.connectors.snapshot(folder, &self.documents)
    }

    /// Asks to be told of changed files.
    pub(super) fn initialized(&mut self) {
        if self.client.watches {
            self.ask::<lsp_types::request::RegisterCapability>(&watch::registration(), Question::Nothing);
        }
    }

    /// Whether a request is not wanted any more; the sign is shared with whoever works on it.
    pub(super) fn cancel(&mut self, id: RequestId) {
        if let Some(sign) = self.requests.incoming.complete(&id) {
            sign.store(true, Ordering::Relaxed);
            let reason = "the editor has cancelled the request".to_owned();
            self.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, reason).into());
        }
    }

    /// Answers a request, unless that has been done.
    pub(super) fn answer(&mut self, id: RequestId, result: Result<Value, ResponseError>) {
        if self.requests.incoming.complete(&id).is_some() {
            self.send(Response { id, response_result: result }.into());
        }
    }

    /// Asks the editor.
    pub(super) fn ask<R: lsp_types::request::Request>(&mut self, params: &impl Serialize, question: Question) {
        let request = self.requests.outgoing.register(R::METHOD.to_owned(), serde_json::to_value(params).unwrap_or_default(), question);
        self.send(request.into());
    }

    /// Tells the editor.
    pub(super) fn notify<N: tell::Notification>(&self, params: &impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Notification { method: N::METHOD.to_owned(), params }.into());
    }

    /// Writes into the log of the editor.
    pub(super) fn log(&self, kind: MessageType, message: &str) {
        self.notify::<tell::LogMessage>(&json!({ "type": kind, "message": message }));
    }

    /// Shows a message to the user.
    pub(super) fn say(&self, kind: MessageType, message: &str) {
        self.notify::<tell::ShowMessage>(&json!({ "type": kind, "message": message }));
    }

    fn send(&self, message: Message) {
        // Without anybody who listens the loop is about to end.
        let _ = self.sender.send(message);
    }

    /// Refuses a request at once.
    pub(super) fn refuse(&mut self, id: RequestId, code: ErrorCode, reason: String) {
        self.send(Response::new_err(id, code as i32, reason).into());
    }
}

/// A request that could not be fulfilled.
pub fn failed(reason: &str) -> ResponseError {
    ResponseError { code: ErrorCode::RequestFailed as i32, message: reason.to_owned(), data: None }
}

/// A panic, as a person reads it.
pub fn mistake(what: &str, reason: &str) -> String {
    format!("{what}: {reason}\nThis is a mistake of conncert, please report it: {ISSUES}")
}
