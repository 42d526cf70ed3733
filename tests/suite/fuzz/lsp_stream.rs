//! Any bytes as what an editor sends: every request gets one answer, every diagnostic lies in its text, the server comes to an end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use conncert::lsp::{Exit, serve, transport};
use serde_json::{Value, json};

use super::choices::Choices;
use super::{connectors, mutate};

/// An answer that takes longer will not come, however busy the machine is: a fuzzer that runs beside a build has a hundredth of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Things editors ask about a place in a file.
const ASKED: [&str; 6] = [
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/codeAction",
    "textDocument/documentSymbol",
    "textDocument/formatting",
    "workspace/executeCommand",
];

/// Parameters of the wrong shape.
const SHAPES: [&str; 10] = [
    "null",
    "[]",
    "{}",
    "1",
    "{\"textDocument\":null}",
    "{\"textDocument\":{\"uri\":\"\"}}",
    "{\"textDocument\":{\"uri\":\"untitled:1\"}}",
    "{\"command\":\"conncert.server.explainRule\",\"arguments\":[\"5000.2.4.1\"]}",
    "{\"changes\":[{\"uri\":\"file:\",\"type\":9}]}",
    "{\"settings\":{\"conncert\":{\"track\":1}}}",
];

/// Methods that take such parameters.
const METHODS: [&str; 12] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "$/cancelRequest",
    "$/setTrace",
    "codeAction/resolve",
    "initialize",
    "x",
];

/// One input.
pub fn run(data: &[u8]) {
    let choices = &mut Choices::of(data);
    if choices.one_in(4) {
        let bytes = choices.rest().to_vec();
        conversation(bytes, BTreeSet::new(), BTreeMap::new());
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut script = Script { sent: Vec::new(), asked: BTreeSet::new(), next: 0, texts: BTreeMap::new() };
    let files = connectors::any(choices);
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    script.begin(folder.path());
    let mut left = 60;
    while !choices.is_empty() && left > 0 {
        script.step(folder.path(), &files, choices);
        left -= 1;
    }
    let exit = conversation(script.sent, script.asked, script.texts);
    assert_eq!(exit, Exit::Orderly);
}

fn uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/").replace(':', "%3A").replace(' ', "%20");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

/// What an editor says, in one piece.
struct Script {
    sent: Vec<u8>,
    /// Requests that wait for an answer.
    asked: BTreeSet<i64>,
    next: i64,
    /// Texts as they were opened, by URI; gone once they were changed.
    texts: BTreeMap<String, String>,
}

impl Script {
    fn say(&mut self, method: &str, params: Value) {
        self.sent.extend(framed(&json!({ "jsonrpc": "2.0", "method": method, "params": params })));
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.next += 1;
        self.asked.insert(self.next);
        self.sent.extend(framed(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params })));
    }

    fn begin(&mut self, folder: &Path) {
        let capabilities = json!({
            "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] } },
            "textDocument": { "publishDiagnostics": { "relatedInformation": true }, "codeAction": { "dataSupport": true } },
            "window": { "workDoneProgress": true }
        });
        self.ask("initialize", json!({ "rootUri": uri(folder), "capabilities": capabilities }));
        self.say("initialized", json!({}));
    }

    fn step(&mut self, folder: &Path, files: &connectors::Files, choices: &mut Choices<'_>) {
        let names: Vec<&String> = files.keys().filter(|name| !name.ends_with(".png")).collect();
        let name = *choices.of_these(&names);
        let uri = uri(&folder.join(name));
        let position = |choices: &mut Choices<'_>| match choices.below(5) {
            0 => json!({ "line": u32::MAX, "character": u32::MAX }),
            _ => json!({ "line": choices.below(400), "character": choices.below(120) }),
        };
        let document = json!({ "uri": uri, "version": choices.below(9) });
        match choices.below(8) {
            0 | 1 => {
                let mut bytes = files[name].clone();
                (0..choices.below(6)).for_each(|_| mutate::once(&mut bytes, choices));
                let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
                // A document that is open already is not opened a second time.
                if !self.texts.contains_key(&uri) {
                    self.say(
                        "textDocument/didOpen",
                        json!({ "textDocument": { "uri": uri, "languageId": "json", "version": 1, "text": text } }),
                    );
                    self.texts.insert(uri, text);
                }
            }
            2 | 3 => {
                let range = json!({ "start": position(choices), "end": position(choices) });
                let text = String::from_utf8_lossy(choices.take(8)).into_owned();
                let changes = json!([{ "range": range, "text": text }, { "range": range, "text": "\r\u{1f600}" }]);
                self.texts.insert(uri.clone(), String::new());
                self.say("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
            }
            4 | 5 => {
                let range = json!({ "start": position(choices), "end": position(choices) });
                let params = json!({
                    "textDocument": document, "position": range["start"], "range": range, "context": { "diagnostics": [] },
                    "command": choices.of_these(&["conncert.server.fixFile", "conncert.server.lintWorkspace", "conncert.server.explainRule"]),
                    "arguments": [uri]
                });
                let method = *choices.of_these(&ASKED);
                self.ask(method, params);
            }
            6 => {
                let shape = choices.of_these::<&str>(&SHAPES);
                let params: Value = serde_json::from_str(shape).expect("JSON");
                let method = *choices.of_these(&METHODS);
                if choices.below(2) == 0 { self.ask(method, params) } else { self.say(method, params) }
            }
            _ => {
                let kind = 1 + choices.below(3);
                self.say("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": kind }] }));
            }
        }
    }
}

fn framed(message: &Value) -> Vec<u8> {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

/// Lets a server hear all of it; waits for the answers; says goodbye where there was a greeting.
fn conversation(sent: Vec<u8>, asked: BTreeSet<i64>, texts: BTreeMap<String, String>) -> Exit {
    let (sender, pieces) = channel();
    let is_polite = !asked.is_empty();
    sender.send(sent).expect("somebody listens");
    let mut ear = Ear { heard: Vec::new(), sender: is_polite.then_some(sender), waiting: asked, texts };
    let (connection, wire) = transport::channels();
    let input = BufReader::new(Mouth { pieces, piece: Vec::new(), at: 0 });
    let (exit, _) = transport::run(wire, input, &mut ear, || serve(connection));
    assert!(ear.waiting.is_empty(), "no answer to {:?}", ear.waiting);
    exit
}

/// What the server reads: pieces as they come, until nobody has anything to say any more.
struct Mouth {
    pieces: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for Mouth {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.piece.len() {
            let Ok(piece) = self.pieces.recv_timeout(PATIENCE) else { return Ok(0) };
            (self.piece, self.at) = (piece, 0);
        }
        let length = buffer.len().min(self.piece.len() - self.at);
        buffer[..length].copy_from_slice(&self.piece[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// The goodbye's number.
const SHUTDOWN: i64 = -1;

/// What the server says.
struct Ear {
    heard: Vec<u8>,
    sender: Option<Sender<Vec<u8>>>,
    waiting: BTreeSet<i64>,
    texts: BTreeMap<String, String>,
}

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.heard.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let heard = String::from_utf8(std::mem::take(&mut self.heard)).expect("UTF-8");
        let (head, body) = heard.split_once("\r\n\r\n").expect("a header");
        assert_eq!(head, format!("Content-Length: {}", body.len()));
        assert!(!body.contains("mistake of conncert"), "{body}");
        self.hear(&serde_json::from_str(body).expect("JSON"));
        Ok(())
    }
}

impl Ear {
    fn hear(&mut self, message: &Value) {
        let number = message["id"].as_i64();
        match (message["method"].as_str(), number) {
            (Some("textDocument/publishDiagnostics"), _) => self.diagnostics(&message["params"]),
            (Some(_), Some(_)) => self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": { "applied": false } })),
            (None, Some(SHUTDOWN)) => {
                self.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
                self.sender = None;
            }
            (None, Some(number)) if self.sender.is_some() => {
                assert!(self.waiting.remove(&number), "a second answer to {number}, or one that nobody asked for: {message}");
                if self.waiting.is_empty() {
                    self.send(&json!({ "jsonrpc": "2.0", "id": SHUTDOWN, "method": "shutdown" }));
                }
            }
            _ => {}
        }
    }

    fn send(&self, message: &Value) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(framed(message));
        }
    }

    fn diagnostics(&self, params: &Value) {
        let text = params["uri"].as_str().and_then(|uri| self.texts.get(uri)).filter(|text| !text.is_empty() && params["version"] == 1);
        let Some(text) = text else { return };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<usize> = text.split('\n').map(|line| line.encode_utf16().count()).collect();
        for diagnostic in params["diagnostics"].as_array().into_iter().flatten() {
            let range = &diagnostic["range"];
            let place = |end: &str| (range[end]["line"].as_u64().unwrap_or(u64::MAX), range[end]["character"].as_u64().unwrap_or(u64::MAX));
            for (line, character) in [place("start"), place("end")] {
                let length = lines.get(line as usize).copied();
                assert!(length.is_some_and(|length| character <= length as u64), "{diagnostic} lies outside of the text {text:?}");
            }
            assert!(place("start") <= place("end"), "{diagnostic}");
        }
    }
}
