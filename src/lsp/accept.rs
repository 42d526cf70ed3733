//! Accepting a finding: the entry that conncert.toml needs for it, with a reason to be filled in.

use std::path::{Path, PathBuf};

use lsp_types::{Uri, WorkspaceEdit};

use super::client::Client;
use super::snapshot::Snapshot;
use super::uris;
use super::workspace_edit::{EditBuilder, appended};
use crate::config::load::{FILE_NAME, Loaded, parse};
use crate::finding::Finding;
use crate::rule::accept::headings_above;
use crate::source::SourceText;

/// A configuration file that is open in the editor.
#[derive(Debug, Clone)]
pub struct OpenConfig {
    /// Its path.
    pub path: PathBuf,
    /// Its URI as the editor writes it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// Its text.
    pub text: String,
}

/// The edit that accepts a finding in the nearest configuration file, or in a new one; `None` where neither is possible.
pub fn edit(finding: &Finding, snapshot: &Snapshot, client: &Client, configs: &[OpenConfig]) -> Option<WorkspaceEdit> {
    let mut builder = EditBuilder::new(client);
    let nearest = snapshot.folder.ancestors().map(|folder| folder.join(FILE_NAME));
    let open = |path: &PathBuf| configs.iter().find(|config| config.path == *path);
    match nearest.into_iter().find(|path| open(path).is_some() || path.is_file()) {
        Some(path) => {
            let known = open(&path);
            let text = match known {
                Some(config) => config.text.clone(),
                None => SourceText::from_bytes(crate::connector::load::read_limited(&path).ok()?).text().to_owned(),
            };
            let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let gap = if text.trim().is_empty() {
                ""
            } else if text.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            let more = format!("{gap}{}", entry(finding, snapshot, &path, &text)).replace('\n', line_end);
            let uri = known.map(|config| config.uri.clone()).or_else(|| uris::uri_of(&path))?;
            builder.edit(uri, known.map(|config| config.version), vec![appended(&text, &more)]);
        }
        None => {
            let home =
                client.folders.iter().filter(|folder| snapshot.folder.starts_with(folder)).max_by_key(|folder| folder.as_os_str().len());
            let path = home.unwrap_or(&snapshot.folder).join(FILE_NAME);
            builder.create(uris::uri_of(&path)?, &entry(finding, snapshot, &path, "")).ok()?;
        }
    }
    builder.finish()
}

fn entry(finding: &Finding, snapshot: &Snapshot, config: &Path, text: &str) -> String {
    let mut entry = format!("[[accept]]\nrule = {}\n", quoted(&finding.rule.id));
    let mut add = |name: &str, value: &str| entry.push_str(&format!("{name} = {}\n", quoted(value)));
    let relative = relative(&snapshot.folder, config, text);
    if relative != "." {
        add("connector", &relative);
    }
    if !finding.place.file.is_empty() {
        add("file", &finding.place.file);
    }
    if let Some(pointer) = finding.place.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        add("pointer", pointer);
    }
    let headings = snapshot.connector().map(|connector| headings_above(finding, connector)).unwrap_or_default();
    if let Some(heading) = headings.last() {
        add("heading", heading);
    }
    add("reason", "say here why this is right as it is");
    entry
}

/// The connector's folder as the configuration file names it.
fn relative(folder: &Path, config: &Path, text: &str) -> String {
    let loaded: Option<Loaded> = parse(config, text.as_bytes().to_vec()).or_else(|_| parse(config, Vec::new())).ok();
    // Folders are patterns there: what means something in patterns is escaped.
    let escaped = |path: String| path.chars().flat_map(|c| if "*?[]{}".contains(c) { vec!['[', c, ']'] } else { vec![c] }).collect();
    loaded.map_or_else(|| ".".to_owned(), |loaded| escaped(loaded.relative(folder)))
}

/// A text in quotes. TOML takes every escape that JSON writes; what JSON leaves alone and TOML does not is escaped here.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}
