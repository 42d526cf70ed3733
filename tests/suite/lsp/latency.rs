//! How long it takes from a key to the diagnostics of a very large definition. Run it with `cargo test --test suite latency -- --ignored`.

use std::fs;
use std::time::Instant;

use serde_json::Value;

use super::clean;
use super::editor::Editor;

/// A definition of more than 1.1 MB, made of copies of one operation.
fn large(text: &str) -> String {
    let mut definition: Value = serde_json::from_str(text).unwrap();
    let item = definition["paths"]["/parcels"].clone();
    let mut number = 0;
    while serde_json::to_string_pretty(&definition).unwrap().len() < 1_100_000 {
        for _ in 0..50 {
            number += 1;
            let mut copy = item.clone();
            for (method, name) in [("get", "List"), ("post", "Create")] {
                copy[method]["operationId"] = Value::from(format!("{name}Parcels{number}"));
                copy[method]["summary"] = Value::from(format!("{name} parcels of depot {number}"));
            }
            definition["paths"][format!("/depots{number}/parcels")] = copy;
        }
    }
    serde_json::to_string_pretty(&definition).unwrap()
}

#[test]
#[ignore = "a measurement, not a check"]
fn latency_from_a_change_to_its_diagnostics() {
    let folder = clean();
    let path = folder.path().join("apiDefinition.json");
    let text = large(&fs::read_to_string(&path).unwrap());
    fs::write(&path, &text).unwrap();
    let mut editor = Editor::start(folder.path());
    let started = Instant::now();
    let uri = editor.open(&path);
    let findings = editor.diagnostics(&uri).len();
    eprintln!("{} bytes, {findings} findings, first diagnostics after {:?}", text.len(), started.elapsed());
    let at = text.find("\"version\": \"1.0\"").unwrap();
    let line = text[..at].matches('\n').count();
    let mut times = Vec::new();
    for number in 2..22 {
        let range = serde_json::json!({ "start": { "line": line, "character": 16 }, "end": { "line": line, "character": 17 } });
        let document = serde_json::json!({ "uri": uri, "version": number });
        let change = serde_json::json!([{ "range": range, "text": (number % 10).to_string() }]);
        let started = Instant::now();
        editor.notify("textDocument/didChange", serde_json::json!({ "textDocument": document, "contentChanges": change }));
        editor.until(|editor| editor.shown[&uri]["version"] == number);
        times.push(started.elapsed());
    }
    times.sort();
    eprintln!("change to diagnostics: median {:?}, longest {:?}", times[times.len() / 2], times[times.len() - 1]);
}
