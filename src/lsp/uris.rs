//! File URIs as editors write them, and paths: percent-encoding, drive letters, network shares.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// The path a URI means; `None` for what is no file, such as an unsaved `untitled:` document.
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    path_text(uri.as_str(), cfg!(windows)).map(PathBuf::from)
}

/// The URI of a path, in the spelling that most editors use.
pub fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_str(&uri_text(&path.to_string_lossy(), cfg!(windows))).ok()
}

fn path_text(uri: &str, windows: bool) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let path = decoded(path)?;
    if !path.starts_with('/') || path.contains('\0') {
        return None;
    }
    if !windows {
        return Some(path);
    }
    let path = path.replace('/', "\\");
    let has_drive = path.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) && path.as_bytes().get(2) == Some(&b':');
    Some(match (has_drive, host) {
        // Editors write c:, C: and c%3A; one spelling makes them the same file.
        (true, _) => format!("{}{}", path[1..2].to_ascii_uppercase(), &path[2..]),
        (false, "" | "localhost") => path,
        (false, host) => format!("\\\\{}{path}", decoded(host)?),
    })
}

fn uri_text(path: &str, windows: bool) -> String {
    let path = if windows { path.strip_prefix("\\\\?\\").unwrap_or(path).replace('\\', "/") } else { path.to_owned() };
    let drive = path.as_bytes().get(1) == Some(&b':');
    match path.strip_prefix("//").filter(|_| windows) {
        Some(share) => format!("file://{}", encoded(share)),
        None if windows && drive => format!("file:///{}{}", path[..1].to_ascii_lowercase(), encoded(&path[1..])),
        None => format!("file://{}", encoded(&path)),
    }
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_windows_are_found_in_every_spelling() {
        for (uri, path) in [
            ("file:///c%3A/Repo/a%20b/apiDefinition.json", "C:\\Repo\\a b\\apiDefinition.json"),
            ("file:///C:/Repo/x.json", "C:\\Repo\\x.json"),
            ("file://server/share/x.json", "\\\\server\\share\\x.json"),
            ("file://localhost/c:/x.json", "C:\\x.json"),
        ] {
            assert_eq!(path_text(uri, true).as_deref(), Some(path), "{uri}");
        }
        assert_eq!(uri_text("C:\\Repo\\a b\\x.json", true), "file:///c%3A/Repo/a%20b/x.json");
        assert_eq!(uri_text("\\\\?\\C:\\x.json", true), "file:///c%3A/x.json");
        assert_eq!(uri_text("\\\\server\\share\\x.json", true), "file://server/share/x.json");
    }

    #[test]
    fn paths_elsewhere_survive_the_way_there_and_back() {
        for path in ["/home/ada/100% #1/日本/[x]?.json", "/a+b&c=d/é.md"] {
            assert_eq!(path_text(&uri_text(path, false), false).as_deref(), Some(path));
            assert!(Uri::from_str(&uri_text(path, false)).is_ok());
        }
        assert_eq!(path_text("file:///c%3A/x", false).as_deref(), Some("/c:/x"));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in
            ["untitled:Untitled-1", "git:/repo/x.json?ref", "file:relative", "file:///%FF", "file:///a%00b", "nothing", "file://host"]
        {
            assert_eq!(path_text(uri, false), None, "{uri}");
        }
        assert_eq!(path_text("file:///50%", false).as_deref(), Some("/50%"), "a stray sign stands for itself");
    }
}
