//! What a fix does to files, before anything is written: text edits, whole files, deletions, renames.

use std::ops::Range;

use crate::connector::Artifact;

/// A piece of text put in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Byte range of the file's text (without byte order mark); empty to insert.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// One change of the connector's folder. Names are relative to the folder, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Edits of one file's text; they do not overlap.
    Edit {
        /// The file.
        file: String,
        /// The edits, in any order.
        edits: Vec<Edit>,
    },
    /// A file is made, or replaced as a whole.
    Write {
        /// The file.
        file: String,
        /// Its new content.
        bytes: Vec<u8>,
    },
    /// A file is deleted.
    Delete {
        /// The file.
        file: String,
    },
    /// A file gets another name.
    Rename {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
}

/// A step of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A change that is known already.
    Change(Change),
    /// Something to generate, worked out only when it is really wanted.
    Generate(Part),
}

/// Something that can be generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A whole file.
    File(Artifact),
    /// A key of `properties` in apiProperties.json.
    Properties(String),
    /// A section of README or INTRO.
    Section(Artifact, String),
    /// The operations that README does not mention.
    Operations,
    /// The icon, out of the one that is there.
    Icon,
    /// The definition without the client credentials flow, for which policies and a script stand in.
    WithoutClientCredentials,
}

/// The text after the edits. Of edits that overlap the first counts; edits of one place follow each other in their order.
pub fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut new = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        let (Some(between), true) = (text.get(at..edit.span.start), text.is_char_boundary(edit.span.end)) else { continue };
        new.push_str(between);
        new.push_str(&edit.text);
        at = edit.span.end.max(edit.span.start);
    }
    new.push_str(text.get(at..).unwrap_or_default());
    new
}

/// Whether two edits cannot both be made: their ranges overlap, one inserts inside what the other replaces, or both give an object
/// the same new member.
pub fn conflict(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (&one.span, &other.span);
    match (a.is_empty(), b.is_empty()) {
        (true, true) => a.start == b.start && inserted_key(&one.text).is_some_and(|key| inserted_key(&other.text) == Some(key)),
        (true, false) => b.start < a.start && a.start < b.end,
        (false, true) => a.start < b.start && b.start < a.end,
        (false, false) => a.start < b.end && b.start < a.end,
    }
}

/// The key of the member that an insertion into JSON text brings.
fn inserted_key(text: &str) -> Option<&str> {
    let member = text.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    let inner = member.strip_prefix('"')?;
    let end = inner.char_indices().find(|&(at, c)| c == '"' && !inner[..at].ends_with('\\'))?.0;
    inner[end + 1..].trim_start().starts_with(':').then_some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_gets_a_new_member_once() {
        let insert = |text: &str| Edit { span: 9..9, text: text.to_owned() };
        let required = insert(",\n  \"required\": [\"a\"]");
        assert!(conflict(&required, &insert(", \"required\": [\"b\"]")));
        assert!(!conflict(&required, &insert(",\n  \"type\": \"object\"")));
        assert!(!conflict(&insert(", \"a\""), &insert(", \"b\"")));
    }
}
