//! An editor in miniature: speaks the protocol with a server in the same process, keeps what it is told, applies edits to its texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use conncert::lsp::{Exit, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// Longer no answer takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(20);

/// The editor with its server.
pub struct Editor {
    connection: Option<Connection>,
    server: Option<JoinHandle<Exit>>,
    next: i32,
    versions: BTreeMap<String, i32>,
    /// Texts by URI.
    pub texts: BTreeMap<String, String>,
    /// The last diagnostics by URI.
    pub shown: BTreeMap<String, Value>,
    /// Everything that was told, in order.
    pub told: Vec<Notification>,
    /// Requests of the server, in order.
    pub asked: Vec<Request>,
    answers: BTreeMap<String, Result<Value, Value>>,
}

/// What editors of today are able to do.
pub fn capabilities() -> Value {
    json!({
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] },
            "didChangeWatchedFiles": { "dynamicRegistration": true }
        },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true }
        },
        "window": { "workDoneProgress": true }
    })
}

/// The URI of a path, as editors write it.
pub fn uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    let encode = |c: char| match c {
        ' ' => "%20".to_owned(),
        ':' => "%3A".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
    };
    format!("file://{}", path.chars().map(encode).collect::<String>())
}

impl Editor {
    /// Starts a server and opens a folder.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, capabilities(), Value::Null)
    }

    /// The same with other abilities and settings.
    pub fn start_with(folder: &Path, capabilities: Value, settings: Value) -> Self {
        let mut editor = Self::unconnected();
        let folders = json!([{ "uri": uri(folder), "name": "test" }]);
        let params = json!({
            "processId": null, "rootUri": uri(folder), "workspaceFolders": folders,
            "capabilities": capabilities, "initializationOptions": settings
        });
        editor.request("initialize", params).expect("the server starts");
        editor.notify("initialized", json!({}));
        editor
    }

    /// A server that has not been greeted.
    pub fn unconnected() -> Self {
        let (connection, server) = Connection::memory();
        Self {
            connection: Some(connection),
            server: Some(std::thread::spawn(move || serve(server))),
            next: 0,
            versions: BTreeMap::new(),
            texts: BTreeMap::new(),
            shown: BTreeMap::new(),
            told: Vec::new(),
            asked: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    fn send(&self, message: impl Into<Message>) {
        self.connection.as_ref().expect("connected").sender.send(message.into()).expect("the server listens");
    }

    /// Tells the server something.
    pub fn notify(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    /// Asks without waiting for the answer; gives the number of the request.
    pub fn ask(&mut self, method: &str, params: Value) -> i32 {
        self.next += 1;
        self.send(Request { id: RequestId::from(self.next), method: method.to_owned(), params });
        self.next
    }

    /// The answer to a request.
    pub fn answer(&mut self, id: i32) -> Result<Value, Value> {
        let id = RequestId::from(id).to_string();
        self.until(|editor| editor.answers.contains_key(&id));
        self.answers.remove(&id).expect("answered")
    }

    /// Asks and waits for the answer.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Takes messages until something is so.
    pub fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.connection.as_ref().expect("connected").receiver.recv_timeout(left);
            let message = message.unwrap_or_else(|error| panic!("{error}; shown: {:#?}; told: {:#?}", self.shown, self.told));
            self.take(message);
        }
    }

    /// Takes what comes within a time.
    pub fn listen(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(message) = self.connection.as_ref().expect("connected").receiver.recv_timeout(left) else { return };
            self.take(message);
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Response(Response { id, response_result }) => {
                let answer = response_result.map_err(|error| json!({ "code": error.code, "message": error.message }));
                assert!(self.answers.insert(id.to_string(), answer).is_none(), "two answers to {id}");
            }
            Message::Notification(notification) => {
                if notification.method == "textDocument/publishDiagnostics" {
                    let uri = notification.params["uri"].as_str().expect("a URI").to_owned();
                    self.shown.insert(uri, notification.params.clone());
                }
                self.told.push(notification);
            }
            Message::Request(request) => {
                let result = match request.method.as_str() {
                    "workspace/applyEdit" => {
                        self.apply(&request.params["edit"]);
                        json!({ "applied": true })
                    }
                    _ => Value::Null,
                };
                self.send(Response { id: request.id.clone(), response_result: Ok(result) });
                self.asked.push(request);
            }
        }
    }

    /// Opens a file with its text on disk.
    pub fn open(&mut self, path: &Path) -> String {
        let text = String::from_utf8(std::fs::read(path).expect("a file")).expect("UTF-8");
        // Editors show no byte order mark.
        self.open_text(path, text.trim_start_matches('\u{feff}'))
    }

    /// Opens a file with a text.
    pub fn open_text(&mut self, path: &Path, text: &str) -> String {
        self.open_uri(&uri(path), text)
    }

    /// Opens a document under a URI.
    pub fn open_uri(&mut self, uri: &str, text: &str) -> String {
        self.texts.insert(uri.to_owned(), text.to_owned());
        self.versions.insert(uri.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "json", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        uri.to_owned()
    }

    /// Replaces a part of a text that occurs once, and tells the server in the way of typing.
    pub fn replace(&mut self, uri: &str, old: &str, new: &str) {
        let text = self.texts[uri].clone();
        assert_eq!(text.matches(old).count(), 1, "`{old}` occurs once");
        let at = text.find(old).expect("there");
        let range = json!({ "start": place(&text, at), "end": place(&text, at + old.len()) });
        self.texts.insert(uri.to_owned(), text.replacen(old, new, 1));
        self.tell_change(uri, json!([{ "range": range, "text": new }]));
    }

    /// Replaces a whole text.
    pub fn set(&mut self, uri: &str, text: &str) {
        self.texts.insert(uri.to_owned(), text.to_owned());
        self.tell_change(uri, json!([{ "text": text }]));
    }

    fn tell_change(&mut self, uri: &str, changes: Value) {
        let version = self.versions.get_mut(uri).expect("open");
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Writes a text to disk and says so.
    pub fn save(&mut self, path: &Path) {
        let uri = uri(path);
        std::fs::write(path, &self.texts[&uri]).expect("written");
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) {
        self.texts.remove(uri);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Says that a file has changed on disk: 1 made, 2 changed, 3 deleted.
    pub fn watched(&mut self, path: &Path, kind: u8) {
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(path), "type": kind }] }));
    }

    /// The diagnostics of the newest version of a text.
    pub fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        let version = self.versions[uri];
        self.until(|editor| editor.shown.get(uri).is_some_and(|params| params["version"] == version));
        list(&self.shown[uri]["diagnostics"])
    }

    /// What is shown in a file now.
    pub fn shown(&self, uri: &str) -> Vec<Value> {
        self.shown.get(uri).map(|params| list(&params["diagnostics"])).unwrap_or_default()
    }

    /// Waits until a rule is shown in a file, or is not shown any more.
    pub fn until_rule(&mut self, uri: &str, rule: &str, there: bool) {
        self.until(|editor| editor.shown.contains_key(uri) && has(&editor.shown(uri), rule) == there);
    }

    /// Makes an edit in the texts and tells the server; files are made, renamed and deleted on disk.
    pub fn apply(&mut self, edit: &Value) {
        let mut steps = list(&edit["documentChanges"]);
        if let Some(changes) = edit["changes"].as_object() {
            steps.extend(changes.iter().map(|(uri, edits)| json!({ "textDocument": { "uri": uri, "version": null }, "edits": edits })));
        }
        for step in steps {
            match step["kind"].as_str() {
                Some("create") => std::fs::write(path(step["uri"].as_str().unwrap()), "").expect("made"),
                Some("rename") => {
                    std::fs::rename(path(step["oldUri"].as_str().unwrap()), path(step["newUri"].as_str().unwrap())).expect("renamed");
                }
                Some("delete") => std::fs::remove_file(path(step["uri"].as_str().unwrap())).expect("deleted"),
                Some(other) => panic!("{other}"),
                None => self.apply_to_text(step["textDocument"]["uri"].as_str().unwrap(), &list(&step["edits"])),
            }
        }
    }

    fn apply_to_text(&mut self, uri: &str, edits: &[Value]) {
        let is_open = self.texts.contains_key(uri);
        let old = if is_open { self.texts[uri].clone() } else { std::fs::read_to_string(path(uri)).expect("a text") };
        let new = edited(&old, edits);
        if is_open { self.set(uri, &new) } else { std::fs::write(path(uri), new).expect("written") }
    }

    /// Ends in good order; gives the way in which the server ended.
    pub fn quit(mut self) -> Exit {
        self.request("shutdown", Value::Null).expect("the server shuts down");
        self.notify("exit", Value::Null);
        self.exit()
    }

    /// Goes away, and gives the way in which the server ended.
    pub fn exit(mut self) -> Exit {
        self.connection.take();
        self.server.take().expect("a server").join().expect("no panic")
    }
}

/// The entries of a list.
pub fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// Whether a rule is among diagnostics.
pub fn has(diagnostics: &[Value], rule: &str) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic["code"] == rule)
}

/// The diagnostic of a rule.
pub fn of_rule(diagnostics: &[Value], rule: &str) -> Value {
    diagnostics.iter().find(|diagnostic| diagnostic["code"] == rule).unwrap_or_else(|| panic!("{rule} in {diagnostics:#?}")).clone()
}

fn path(uri: &str) -> PathBuf {
    let text = uri.strip_prefix("file://").expect("a file").replace("%20", " ").replace("%3A", ":");
    PathBuf::from(if cfg!(windows) { text.trim_start_matches('/').to_owned() } else { text })
}

/// The place of a byte, counted the slow and sure way.
pub fn place(text: &str, at: usize) -> Value {
    let before = text[..at].replace("\r\n", "\n");
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

/// A text after edits.
pub fn edited(text: &str, edits: &[Value]) -> String {
    let byte = |position: &Value| {
        let found = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).find(|at| place(text, *at) == *position);
        found.unwrap_or_else(|| panic!("{position} is no place"))
    };
    let mut spans: Vec<(usize, usize, String)> = edits
        .iter()
        .map(|edit| (byte(&edit["range"]["start"]), byte(&edit["range"]["end"]), edit["newText"].as_str().unwrap().to_owned()))
        .collect();
    spans.sort();
    let mut new = text.to_owned();
    for (start, end, with) in spans.into_iter().rev() {
        new.replace_range(start..end, &with);
    }
    new
}

/// The text that a range of the editor holds.
pub fn text_in(text: &str, range: &Value) -> String {
    let (at, mut marks) = (text.char_indices().map(|(at, _)| at).chain([text.len()]), Vec::new());
    for at in at {
        let here = place(text, at);
        if here == range["start"] || here == range["end"] {
            marks.push(at);
        }
    }
    text[marks[0]..marks[marks.len() - 1]].to_owned()
}
