//! The protocol itself: beginning and end, cancelling, many changes at once, rubbish.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use conncert::lsp::Exit;
use conncert::run::Ending;
use serde_json::{Value, json};

use super::broken;
use super::editor::{Editor, has, list, uri};
use crate::harness::conncert_with_input;

fn frame(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

fn served(input: &str) -> crate::harness::Run {
    conncert_with_input([OsString::from("lsp")], input.as_bytes())
}

#[test]
fn the_program_ends_with_0_after_a_goodbye_and_with_1_without() {
    let greeting = frame(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }));
    let shutdown = frame(&json!({ "jsonrpc": "2.0", "id": "last", "method": "shutdown" }));
    let exit = frame(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    let run = served(&format!("{greeting}{shutdown}{exit}"));
    assert_eq!((run.ending, run.errors.as_str()), (Ending::Clean, ""));
    assert!(run.output.contains("\"incremental\"") || run.output.contains("\"change\":2"), "{}", run.output);
    assert!(run.output.contains("\"id\":\"last\",\"result\":null"), "{}", run.output);
    for input in [exit.clone(), format!("{greeting}{exit}"), greeting, String::new()] {
        assert_eq!(served(&input).ending, Ending::Findings, "exit code 1");
    }
}

#[test]
fn rubbish_ends_with_a_clear_error() {
    for (input, part) in [
        ("hello\n", "expected a header such as `Content-Length: 123`, found `hello`"),
        ("Content-Length: 5\r\n\r\n{\"a\":", "expected a JSON-RPC message"),
        ("Content-Length: 999999999999\r\n\r\n", "at most"),
        ("\u{0}\u{1}\u{2}", "expected a header"),
    ] {
        let run = served(input);
        assert_eq!(run.ending, Ending::Failed);
        assert!(
            run.errors.starts_with("conncert: the editor sent something that is no message") && run.errors.contains(part),
            "{}",
            run.errors
        );
    }
}

#[test]
fn requests_before_the_greeting_and_after_the_goodbye_are_refused() {
    let mut editor = Editor::unconnected();
    assert_eq!(editor.request("textDocument/hover", json!({})).unwrap_err()["code"], -32002);
    editor.request("initialize", json!({ "capabilities": {} })).unwrap();
    editor.request("shutdown", Value::Null).unwrap();
    assert_eq!(editor.request("textDocument/hover", json!({})).unwrap_err()["code"], -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.exit(), Exit::Orderly);
    assert_eq!(Editor::start(Path::new("/nowhere")).exit(), Exit::Abrupt, "an editor that just goes away");
}

#[test]
fn what_is_not_understood_is_answered_and_the_server_lives_on() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    assert_eq!(editor.request("textDocument/rename", json!({})).unwrap_err()["code"], -32601);
    assert_eq!(editor.request("textDocument/hover", json!({ "position": 7 })).unwrap_err()["code"], -32602);
    assert!(editor.request("workspace/executeCommand", json!({ "command": "rm", "arguments": [] })).is_err());
    assert!(editor.request("workspace/executeCommand", json!({ "command": "conncert.server.fixFile", "arguments": [] })).is_err());
    editor.notify("textDocument/didOpen", json!({ "textDocument": "?" }));
    editor
        .notify("textDocument/didChange", json!({ "textDocument": { "uri": "file:///nowhere.json", "version": 2 }, "contentChanges": [] }));
    editor.notify("$/unheard-of", json!({}));
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": "file:///%FF", "type": 9 }] }));
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    assert!(!editor.diagnostics(&definition).is_empty());
    assert_eq!(editor.quit(), Exit::Orderly);
}

#[test]
fn a_queued_request_that_is_cancelled_is_answered_as_cancelled() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.diagnostics(&definition);
    let params = json!({ "textDocument": { "uri": definition } });
    // Long work first, so that the others wait in the queue.
    let repair = editor.ask("workspace/executeCommand", json!({ "command": "conncert.server.fixFile", "arguments": [definition] }));
    let waiting: Vec<i32> = (0..20).map(|_| editor.ask("textDocument/documentSymbol", params.clone())).collect();
    for id in &waiting {
        editor.notify("$/cancelRequest", json!({ "id": id }));
    }
    let answers: Vec<_> = waiting.into_iter().map(|id| editor.answer(id)).collect();
    let cancelled = answers.iter().filter(|answer| answer.as_ref().is_err_and(|error| error["code"] == -32800)).count();
    // How many of them wait long enough is a matter of how busy the machine is.
    assert!(cancelled > 0 && answers.iter().filter(|answer| answer.is_ok()).count() == 20 - cancelled, "{answers:?}");
    assert_eq!(editor.answer(repair), Ok(Value::Null));
    assert!(editor.request("textDocument/documentSymbol", params).is_ok());
}

#[test]
fn of_many_changes_only_the_newest_text_is_checked() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.diagnostics(&definition);
    let before = editor.told.len();
    for number in 0..200 {
        let (old, new) = (number, number + 1);
        let old = if old == 0 { "\"version\": \"1.0\"".to_owned() } else { format!("\"version\": \"{old}.1\"") };
        editor.replace(&definition, &old, &format!("\"version\": \"{new}.1\""));
    }
    editor.replace(&definition, "\"required\": false", "\"required\": true");
    assert!(editor.diagnostics(&definition).is_empty());
    editor.listen(Duration::from_millis(200));
    let versions: Vec<i64> = editor.told[before..]
        .iter()
        .filter(|told| told.method == "textDocument/publishDiagnostics" && told.params["uri"] == definition)
        .map(|told| told.params["version"].as_i64().unwrap())
        .collect();
    assert!(versions.len() < 50, "{versions:?}");
    assert!(versions.is_sorted() && versions.last() == Some(&202), "{versions:?}");
}

#[test]
fn a_request_is_answered_on_the_newest_text() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.replace(&definition, "\"operationId\": \"ListParcels\"", "\"operationId\": \"ListEverything\"");
    let symbols = list(&editor.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": definition } })).unwrap());
    assert_eq!(symbols[0]["name"], "ListEverything");
}

#[test]
fn a_text_that_breaks_while_it_is_written_is_reported_and_recovers() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let text = editor.texts[&definition].clone();
    for broken in ["", "{", "{\"paths\": {\"/a\": {\"get\": ", "\u{0}\u{1}", "[[[[[[[[", "\"", "{\"swagger\": \"2.0\", \"swagger\""] {
        editor.set(&definition, broken);
        assert!(!editor.diagnostics(&definition).is_empty(), "{broken}");
        for method in ["textDocument/hover", "textDocument/completion", "textDocument/documentSymbol"] {
            let position = json!({ "line": 0, "character": 3 });
            editor.request(method, json!({ "textDocument": { "uri": definition }, "position": position })).unwrap();
        }
    }
    editor.set(&definition, &text);
    assert!(has(&editor.diagnostics(&definition), "path-parameter-not-required"));
    assert_eq!(uri(&folder.path().join("apiDefinition.json")), definition);
}
