//! Which names a fix may write: relative, inside the folder, and usable on every system.

use std::path::{Path, PathBuf};

use super::error::CommitError;

/// How the names of conncert's own files in a connector's folder begin; nothing else may be called so.
pub const OWN_PREFIX: &str = ".conncert-";
/// Longer names of one file or folder exist on no system.
const MAX_PART_BYTES: usize = 255;
const MAX_NAME_BYTES: usize = 1024;
/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 9] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "com", "lpt"];

/// Refuses a name of a file that is there already, if it could lead out of the folder or into a hidden one: a repository's `.git` is
/// nothing a fix may touch.
pub fn check_existing(name: &str) -> Result<(), CommitError> {
    match existing_problem(name) {
        Some(problem) => Err(CommitError::UnusableName { name: name.to_owned(), problem }),
        None => Ok(()),
    }
}

/// Refuses a name of a file that is to be made unless every system can have a file of that name.
pub fn check_new(name: &str) -> Result<(), CommitError> {
    match existing_problem(name).or_else(|| name.split('/').find_map(portable_problem)) {
        Some(problem) => Err(CommitError::UnusableName { name: name.to_owned(), problem }),
        None => Ok(()),
    }
}

fn existing_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.len() > MAX_NAME_BYTES || name.split('/').any(|part| part.len() > MAX_PART_BYTES) {
        return Some("it is too long");
    }
    if name.starts_with('/') {
        return Some("it does not begin in the connector's folder");
    }
    if name.contains('\\') {
        return Some("folders are divided by `/`, not by `\\`");
    }
    if name.contains(':') {
        return Some("a colon names a drive or a hidden part of a file on Windows");
    }
    if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Some("it contains an invisible character");
    }
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Some("it does not name a file inside the connector's folder");
    }
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    if folders.split('/').any(|folder| folder.starts_with('.')) {
        return Some("hidden folders do not belong to the connector");
    }
    fold(file).starts_with(OWN_PREFIX).then_some("names of this form are kept for conncert's own temporary files")
}

fn portable_problem(part: &str) -> Option<&'static str> {
    if part.ends_with(['.', ' ']) {
        return Some("Windows drops a dot or blank at the end of a name");
    }
    if part.contains(['<', '>', '"', '|', '?', '*']) {
        return Some("Windows does not allow < > \" | ? * in a name");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let is_numbered_port = |port: &str| {
        let number = stem.strip_prefix(port).unwrap_or_default();
        matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "\u{b9}" | "\u{b2}" | "\u{b3}")
    };
    let is_device = DEVICES[..7].contains(&stem.as_str()) || DEVICES[7..].iter().any(|port| is_numbered_port(port));
    is_device.then_some("Windows keeps this name for a device")
}

/// Characters that nobody sees in a name, and that change its direction or that some file systems leave out.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What two names have in common that are the same file where case does not count.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// The path of a name, `""` for the folder itself. Joined part by part: `/` divides nothing in the long form of Windows paths.
pub fn path_in(folder: &Path, name: &str) -> PathBuf {
    name.split('/').filter(|part| !part.is_empty()).fold(folder.to_owned(), |path, part| path.join(part))
}

/// The name of the folder in which a name lies, `""` for the connector's own.
pub fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_may_be_written() {
        for name in
            ["README.md", "apiDefinition.swagger.json", "assets/icon.png", ".gitignore", "com.png", "Contoso (v2) \u{e9}t\u{e9}.json"]
        {
            assert!(check_new(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn names_that_lead_out_of_the_folder_are_refused_on_every_system() {
        for name in [
            "",
            ".",
            "..",
            "/etc/passwd",
            "../x",
            "a/../x",
            "a/./x",
            "a//x",
            "a/",
            "C:/x",
            "C:x",
            "a\\x",
            "\\\\server\\share\\x",
            "\\\\?\\C:\\x",
            "file.txt:stream",
            "a\0b",
            "a\nb",
            "a\u{202e}b",
            ".git/hooks/post-commit",
            "a/.git/config",
            ".conncert-journal",
            ".CONNCERT-lock",
            "a/.conncert-1.tmp",
        ] {
            assert!(check_existing(name).is_err(), "{name:?}");
            assert!(check_new(name).is_err(), "{name:?}");
        }
        assert!(check_existing(&"x".repeat(256)).is_err());
        assert!(check_existing(&"x/".repeat(600)).is_err());
    }

    #[test]
    fn names_that_windows_cannot_have_are_not_made_but_may_be_mended() {
        for name in [
            "CON",
            "nul.txt",
            "Aux .md",
            "com1",
            "LPT9.json",
            "com\u{b2}.x",
            "a/prn/x",
            "icon.png ",
            "icon.png.",
            "a./x",
            "what?.md",
            "a*b",
        ] {
            assert!(check_new(name).is_err(), "{name:?}");
            assert!(check_existing(name).is_ok(), "{name:?}");
        }
    }
}
