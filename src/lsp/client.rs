//! What the editor has said about itself: what it is able to do, which folders it has open.

use std::path::PathBuf;

use lsp_types::Uri;
use serde_json::Value;

use super::uris;

/// An editor's abilities and folders.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Diagnostics may name related places.
    pub related_information: bool,
    /// Edits may be given with versions and operations on files.
    pub document_changes: bool,
    /// Edits may make files.
    pub create: bool,
    /// Edits may rename files.
    pub rename: bool,
    /// Edits may delete files.
    pub delete: bool,
    /// The edit of a code action may be worked out when it is chosen.
    pub resolve_edit: bool,
    /// Symbols may be nested.
    pub nested_symbols: bool,
    /// Progress may be shown.
    pub progress: bool,
    /// The server may ask to be told of changed files.
    pub watches: bool,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
}

impl Client {
    /// Reads the parameters of `initialize`. What is missing or of another form counts as not there.
    pub fn of(params: &Value) -> Self {
        let flag = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}")).and_then(Value::as_bool).unwrap_or(false);
        let list = |pointer: &str, word: &str| {
            let list = params.pointer(&format!("/capabilities/{pointer}")).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|entry| entry == word))
        };
        let document_changes = flag("workspace/workspaceEdit/documentChanges");
        let operation = |word: &str| document_changes && list("workspace/workspaceEdit/resourceOperations", word);
        Self {
            related_information: flag("textDocument/publishDiagnostics/relatedInformation"),
            document_changes,
            create: operation("create"),
            rename: operation("rename"),
            delete: operation("delete"),
            resolve_edit: flag("textDocument/codeAction/dataSupport") && list("textDocument/codeAction/resolveSupport/properties", "edit"),
            nested_symbols: flag("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            progress: flag("window/workDoneProgress"),
            watches: flag("workspace/didChangeWatchedFiles/dynamicRegistration"),
            folders: folders(params),
        }
    }
}

/// The folders of a list of workspace folders.
pub fn folders_of(list: &Value) -> Vec<PathBuf> {
    list.as_array().into_iter().flatten().filter_map(|folder| folder.get("uri").and_then(path)).collect()
}

fn folders(params: &Value) -> Vec<PathBuf> {
    let folders = folders_of(&params["workspaceFolders"]);
    if !folders.is_empty() {
        return folders;
    }
    let root = path(&params["rootUri"]).or_else(|| params["rootPath"].as_str().map(PathBuf::from));
    root.into_iter().collect()
}

fn path(uri: &Value) -> Option<PathBuf> {
    uris::path_of(&uri.as_str()?.parse::<Uri>().ok()?)
}
