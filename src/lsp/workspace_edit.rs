//! What has become of a connector as an edit of the editor: text edits, and operations on files where it knows them.

use lsp_types::{
    CreateFile, CreateFileOptions, DeleteFile, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::client::Client;
use super::positions::Positions;
use super::snapshot::Snapshot;
use super::text_edits::text_edits;
use crate::fix::workspace::Difference;
use crate::source::{Encoding, SourceText};

/// Collects the steps of an edit.
pub struct EditBuilder<'c> {
    client: &'c Client,
    steps: Vec<DocumentChangeOperation>,
}

impl<'c> EditBuilder<'c> {
    /// Nothing yet.
    pub fn new(client: &'c Client) -> Self {
        Self { client, steps: Vec::new() }
    }

    /// Edits of one text. The version is that of an open document.
    pub fn edit(&mut self, uri: Uri, version: Option<i32>, edits: Vec<TextEdit>) {
        if !edits.is_empty() {
            let edits = edits.into_iter().map(OneOf::Left).collect();
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            self.steps.push(DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits }));
        }
    }

    /// A new file. Fails where the editor does not know how to make one.
    pub fn create(&mut self, uri: Uri, text: &str) -> Result<(), String> {
        if !self.client.create {
            return Err("this editor cannot make new files for others".to_owned());
        }
        let options = Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) });
        self.steps.push(DocumentChangeOperation::Op(ResourceOp::Create(CreateFile { uri: uri.clone(), options, annotation_id: None })));
        self.edit(uri, None, vec![TextEdit { range: Range::default(), new_text: text.to_owned() }]);
        Ok(())
    }

    fn rename(&mut self, old_uri: Uri, new_uri: Uri) -> Result<(), String> {
        if !self.client.rename {
            return Err("this editor cannot rename files for others".to_owned());
        }
        let rename = RenameFile { old_uri, new_uri, options: None, annotation_id: None };
        self.steps.push(DocumentChangeOperation::Op(ResourceOp::Rename(rename)));
        Ok(())
    }

    fn delete(&mut self, uri: Uri) -> Result<(), String> {
        if !self.client.delete {
            return Err("this editor cannot delete files for others".to_owned());
        }
        self.steps.push(DocumentChangeOperation::Op(ResourceOp::Delete(DeleteFile { uri, options: None })));
        Ok(())
    }

    /// The edit; `None` when there is nothing to do.
    pub fn finish(self) -> Option<WorkspaceEdit> {
        if self.steps.is_empty() {
            return None;
        }
        if self.client.document_changes {
            return Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(self.steps)), ..WorkspaceEdit::default() });
        }
        // Without operations on files there are only edits of texts.
        let edits = self.steps.into_iter().filter_map(|step| match step {
            DocumentChangeOperation::Edit(edit) => {
                let texts = edit.edits.into_iter().filter_map(|edit| match edit {
                    OneOf::Left(edit) => Some(edit),
                    OneOf::Right(_) => None,
                });
                Some((edit.text_document.uri, texts.collect()))
            }
            DocumentChangeOperation::Op(_) => None,
        });
        #[allow(clippy::mutable_key_type)] // A URI never changes; the type of the protocol's crate merely looks as if it could.
        let changes = edits.collect();
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

/// What differs in a connector, as an edit. Fails, with the reason, when the editor cannot make it.
pub fn of_differences(differences: &[Difference], snapshot: &Snapshot, client: &Client) -> Result<WorkspaceEdit, String> {
    let mut builder = EditBuilder::new(client);
    let uri = |name: &str| snapshot.uri(&snapshot.path(name)).ok_or_else(|| format!("`{name}` has no address in the editor"));
    for difference in differences {
        match difference {
            Difference::Created { name, bytes } => builder.create(uri(name)?, &text(name, bytes)?)?,
            Difference::Deleted { name, .. } => builder.delete(uri(name)?)?,
            Difference::Changed { name, to, old, bytes } => {
                if old != bytes {
                    let version = snapshot.open_file(&snapshot.path(name)).map(|file| file.version);
                    let old = SourceText::from_bytes(old.clone());
                    builder.edit(uri(name)?, version, lsp_edits(old.text(), &text(name, bytes)?));
                }
                if name != to {
                    builder.rename(uri(name)?, uri(to)?)?;
                }
            }
        }
    }
    let stored = "the repair concerns how the file is stored, which an editor does not show; `conncert fix` makes it";
    builder.finish().ok_or_else(|| stored.to_owned())
}

/// Edits between two texts as the editor counts places.
pub fn lsp_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let positions = Positions::new(old);
    text_edits(old, new).into_iter().map(|(span, new_text)| TextEdit { range: positions.range(span), new_text }).collect()
}

/// An edit that adds to the end of a text.
pub fn appended(old: &str, more: &str) -> TextEdit {
    let end: Position = Positions::new(old).position(old.len());
    TextEdit { range: Range { start: end, end }, new_text: more.to_owned() }
}

fn text(name: &str, bytes: &[u8]) -> Result<String, String> {
    let source = SourceText::from_bytes(bytes.to_vec());
    if source.encoding() != Encoding::Utf8 || bytes.contains(&0) {
        return Err(format!("the repair changes `{name}`, which is no text; `conncert fix` makes it"));
    }
    Ok(source.text().to_owned())
}
