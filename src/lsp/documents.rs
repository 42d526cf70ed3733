//! The documents that are open in the editor, with their text as it is there, saved or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::positions::Positions;
use super::uris;
use crate::connector::load::{self, Overlay};
use crate::source::{Encoding, SourceText};

/// A document.
#[derive(Debug)]
pub struct Document {
    /// Its URI as the editor writes it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// Its text, without byte order mark.
    pub text: String,
    /// The folder of the connector it belongs to.
    pub connector: Option<PathBuf>,
    /// Whether the file on disk begins with a byte order mark, which the editor does not show and writes again.
    bom: bool,
    /// Whether the file on disk says the same: then it counts as it lies there, in its own encoding.
    saved: bool,
}

/// All open documents that are files, by path.
#[derive(Debug, Default)]
pub struct Documents(BTreeMap<PathBuf, Document>);

impl Documents {
    /// A document is opened. Gives its path; `None` for what is no file.
    pub fn open(&mut self, uri: Uri, version: i32, text: String) -> Option<PathBuf> {
        let path = uris::path_of(&uri)?;
        let text = without_mark(text);
        let mut document = Document { uri, version, text, connector: None, bom: false, saved: false };
        document.compare_with_disk(&path);
        self.0.insert(path.clone(), document);
        Some(path)
    }

    /// A document has changed. Gives its path when it is a known one.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) -> Option<PathBuf> {
        let path = uris::path_of(uri)?;
        let document = self.0.get_mut(&path)?;
        for change in changes {
            match change.range {
                Some(range) => {
                    let positions = Positions::new(&document.text);
                    let (start, end) = (positions.byte(range.start), positions.byte(range.end));
                    document.text.replace_range(start.min(end)..end.max(start), &change.text);
                }
                None => document.text = without_mark(change.text),
            }
        }
        document.version = version;
        document.saved = false;
        Some(path)
    }

    /// A file was saved or has changed on disk.
    pub fn reread(&mut self, path: &Path) {
        if let Some(document) = self.0.get_mut(path) {
            document.compare_with_disk(path);
        }
    }

    /// A document is closed. Gives it back.
    pub fn close(&mut self, uri: &Uri) -> Option<(PathBuf, Document)> {
        let path = uris::path_of(uri)?;
        self.0.remove_entry(&path)
    }

    /// An open document.
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// An open document.
    pub fn get_mut(&mut self, path: &Path) -> Option<&mut Document> {
        self.0.get_mut(path)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.0.iter()
    }

    /// Those of a connector.
    pub fn of_connector(&self, folder: &Path) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.0.iter().filter(move |(_, document)| document.connector.as_deref() == Some(folder))
    }

    /// The URI under which the editor knows a path.
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        self.get(path).map(|document| document.uri.clone()).or_else(|| uris::uri_of(path))
    }
}

/// A text without byte order mark, which most editors do not send.
fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A text of the editor as a file. Where it begins with what a file in another encoding begins with, a mark says that the editor has read
/// it already: places must be those of its text.
pub fn as_utf8(text: &str, marked: bool) -> Vec<u8> {
    let is_doubtful = text.starts_with('\u{feff}') || text.bytes().take(4).any(|byte| byte == 0);
    let mark = if marked || is_doubtful { "\u{feff}" } else { "" };
    [mark, text].concat().into_bytes()
}

impl Document {
    fn compare_with_disk(&mut self, path: &Path) {
        let on_disk = load::read_limited(path).map(SourceText::from_bytes);
        self.bom = on_disk.as_ref().is_ok_and(|source| source.has_bom() && source.encoding() == Encoding::Utf8);
        self.saved = on_disk.is_ok_and(|source| source.text() == self.text);
    }

    /// The text that stands for the file under a name; `None` when the file says the same.
    pub fn overlay(&self, name: String) -> Option<Overlay> {
        if self.saved {
            return None;
        }
        Some(Overlay { name, bytes: as_utf8(&self.text, self.bom), artifact: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let position = |(line, character)| Position { line, character };
        TextDocumentContentChangeEvent {
            range: Some(Range { start: position(start), end: position(end) }),
            range_length: None,
            text: text.to_owned(),
        }
    }

    fn changed(text: &str, changes: Vec<TextDocumentContentChangeEvent>) -> String {
        let mut documents = Documents::default();
        let uri: Uri = "file:///nowhere/x.json".parse().unwrap();
        let path = documents.open(uri.clone(), 1, text.to_owned()).unwrap();
        documents.change(&uri, 2, changes).unwrap();
        documents.get(&path).unwrap().text.clone()
    }

    #[test]
    fn changes_are_made_one_after_the_other_in_utf_16_columns() {
        assert_eq!(changed("a😀b\r\n日本", vec![change((0, 3), (0, 4), "X"), change((1, 1), (1, 2), "国")]), "a😀X\r\n日国");
        assert_eq!(changed("ab", vec![change((0, 1), (0, 1), "\n"), change((1, 0), (1, 1), "c")]), "a\nc");
        assert_eq!(changed("ab", vec![change((0, 2), (9, 9), "c")]), "abc");
        assert_eq!(changed("ab", vec![change((0, 2), (0, 1), "x")]), "ax", "a range the wrong way round");
    }

    #[test]
    fn a_text_without_range_replaces_everything() {
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: "new".to_owned() };
        assert_eq!(changed("old", vec![change((0, 0), (0, 1), "x"), whole]), "new");
    }

    #[test]
    fn a_text_that_would_be_taken_for_another_encoding_stays_what_the_editor_has_read() {
        for text in ["{\0 \0}", "\0{\0}", "\u{feff}{}", "{ }", "日本"] {
            let source = SourceText::from_bytes(as_utf8(text, false));
            assert_eq!((source.text(), source.encoding()), (text, Encoding::Utf8));
        }
        assert_eq!(as_utf8("{}", false), b"{}");
    }

    #[test]
    fn what_is_saved_counts_as_it_lies_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        std::fs::write(&path, "\u{feff}{}").unwrap();
        let mut documents = Documents::default();
        let uri = uris::uri_of(&path).unwrap();
        documents.open(uri.clone(), 1, "{}".to_owned()).unwrap();
        assert!(documents.get(&path).unwrap().overlay("x.json".to_owned()).is_none());
        documents.change(&uri, 2, vec![change((0, 1), (0, 1), " ")]).unwrap();
        let overlay = documents.get(&path).unwrap().overlay("x.json".to_owned()).unwrap();
        assert_eq!(overlay.bytes, "\u{feff}{ }".as_bytes(), "the byte order mark will be written again");
    }
}
