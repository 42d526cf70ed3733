//! Writes a baseline: sorted, a finding a line, so that versions compare well; everything or nothing.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::Formatter;

use super::file::BaselineFile;
use crate::fix::commit::{self, Fingerprint, Step};

/// One line, with blanks behind colons and commas.
struct OneLine;

impl Formatter for OneLine {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// Appends a value in one line.
fn push<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> io::Result<()> {
    Ok(value.serialize(&mut serde_json::Serializer::with_formatter(out, OneLine))?)
}

/// The text of a baseline. Entries are sorted, connectors without entries are left out.
pub fn text(file: &mut BaselineFile) -> io::Result<String> {
    let mut out = format!("{{\n  \"conncert_baseline\": {}", file.conncert_baseline).into_bytes();
    for (name, value) in &file.more {
        out.extend(b",\n  ");
        push(&mut out, name)?;
        out.extend(b": ");
        push(&mut out, value)?;
    }
    out.extend(b",\n  \"connectors\": {");
    let mut is_first = true;
    for (name, entries) in file.connectors.iter_mut().filter(|(_, entries)| !entries.is_empty()) {
        out.extend(if std::mem::take(&mut is_first) { b"\n    " as &[u8] } else { b",\n    " });
        push(&mut out, name)?;
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        for (number, entry) in entries.iter().enumerate() {
            out.extend(if number == 0 { b": [\n      " as &[u8] } else { b",\n      " });
            push(&mut out, entry)?;
        }
        out.extend(b"\n    ]");
    }
    out.extend(if is_first { b"}\n}\n" as &[u8] } else { b"\n  }\n}\n" });
    String::from_utf8(out).map_err(io::Error::other)
}

/// What has to be remembered of the file that was read.
#[derive(Debug, Clone, Copy)]
pub struct Old {
    content: Fingerprint,
    has_windows_line_ends: bool,
}

impl Old {
    /// Of the bytes of the file.
    pub fn of(bytes: &[u8]) -> Self {
        Self { content: Fingerprint::of(bytes), has_windows_line_ends: bytes.windows(2).any(|pair| pair == b"\r\n") }
    }
}

/// Writes a text over the file that was read, or makes the file where none was there. The line ends stay those of the file.
pub fn save(path: &Path, old: Option<Old>, text: String) -> Result<(), String> {
    let bytes = if old.is_some_and(|old| old.has_windows_line_ends) { text.replace('\n', "\r\n") } else { text }.into_bytes();
    if bytes.len() as u64 > commit::MAX_BYTES {
        return Err(format!("it would be larger than {} MB; write a baseline for a part of the connectors", commit::MAX_BYTES >> 20));
    }
    // The file a link leads to is written, wherever that is: the person has named it.
    let real = if old.is_some() { std::fs::canonicalize(path).map_err(|error| error.to_string())? } else { path.to_owned() };
    let name = real.file_name().and_then(|name| name.to_str()).ok_or("its name cannot be the name of a file")?.to_owned();
    let step = match old {
        Some(old) => Step::Replace { name, expected: old.content, bytes },
        None => Step::Create { name, bytes },
    };
    commit::commit(real.parent().unwrap_or(Path::new("")), &[step]).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;
    use super::*;

    const TEXT: &str = r#"{
  "conncert_baseline": 1,
  "note": {"by": "mia", "days": [1, 2]},
  "connectors": {
    ".": [
      {"rule": "a", "count": 2, "reason": "agreed \"so\""},
      {"rule": "b", "file": "apiDefinition.json", "anchor": "operation Get", "property": "summary", "ticket": 7}
    ]
  }
}
"#;

    #[test]
    fn what_was_written_is_read_and_written_the_same() {
        assert_eq!(text(&mut parse(TEXT.as_bytes().to_vec()).unwrap()).unwrap(), TEXT);
        let mut none = BaselineFile { conncert_baseline: 1, ..BaselineFile::default() };
        none.connectors.insert("empty".to_owned(), Vec::new());
        assert_eq!(text(&mut none).unwrap(), "{\n  \"conncert_baseline\": 1,\n  \"connectors\": {}\n}\n");
    }

    #[test]
    fn line_ends_stay_and_a_file_that_changed_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        save(&path, None, "{\n}\n".to_owned()).unwrap();
        assert!(save(&path, None, "{}".to_owned()).unwrap_err().contains("not overwritten"));
        std::fs::write(&path, "{\r\n}\r\n").unwrap();
        assert!(save(&path, Some(Old::of(b"{\n}\n")), "{}".to_owned()).unwrap_err().contains("changed by another program"));
        save(&path, Some(Old::of(b"{\r\n}\r\n")), "{\n\n}\n".to_owned()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\r\n\r\n}\r\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn through_a_link_its_file_is_written_and_the_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real.json"), folder.path().join("sub").join("link.json"));
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        save(&link, Some(Old::of(b"old")), "new".to_owned()).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }
}
