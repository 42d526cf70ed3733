//! Paths as other programs expect them: relative to one folder, with `/`, never the way to somebody's home.

use std::fmt::Write;
use std::path::Path;

use super::concise::full_path;
use crate::connector::discover::shown;

/// The folder that paths of a report are relative to.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// Its own parts, from the top of the file system.
    root: Vec<String>,
    /// The way from it down to where conncert was started.
    below: Vec<String>,
}

impl Paths {
    /// Relative to where conncert was started.
    pub fn here() -> Self {
        Self::new(&started(), None)
    }

    /// Relative to the checkout of a CI system, which tells its folder in an environment variable: its pages know files by their path in
    /// the repository. Where the variable says nothing useful, relative to where conncert was started.
    pub fn in_checkout(variable: &str) -> Self {
        let folder = std::env::var_os(variable).map(|folder| shown(Path::new(&folder)));
        Self::new(&started(), folder.as_deref())
    }

    fn new(started: &str, root: Option<&str>) -> Self {
        let started = parts(started);
        let root = root
            .filter(|root| is_absolute(root))
            .map(parts)
            .filter(|root| begins_with(&started, root))
            .map_or(started.len(), |root| root.len());
        let owned = |parts: &[&str]| parts.iter().map(|&part| part.to_owned()).collect();
        Self { root: owned(&started[..root]), below: owned(&started[root..]) }
    }

    /// The path of a connector's file (or of its folder, when `file` is empty).
    pub fn of(&self, connector: &str, file: &str) -> String {
        let path = full_path(connector, file);
        let given = parts(&path);
        let relative: Vec<&str> = if is_absolute(&path) {
            let common = given.iter().zip(&self.root).take_while(|(a, b)| same(a, b)).count();
            if common == 0 && given.first().is_some_and(|first| is_drive(first)) {
                // No relative path leads to another drive: the connector's own name has to do.
                given[given.len().saturating_sub(1 + parts(file).len()).max(1)..].to_vec()
            } else {
                let up = std::iter::repeat_n("..", self.root.len() - common);
                up.chain(given[common..].iter().copied()).collect()
            }
        } else {
            self.below.iter().map(String::as_str).chain(given).collect()
        };
        if relative.is_empty() { ".".to_owned() } else { relative.join("/") }
    }
}

/// Where conncert was started; empty where that folder is gone.
fn started() -> String {
    std::env::current_dir().map(|folder| shown(&folder)).unwrap_or_default()
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect()
}

fn begins_with(path: &[&str], start: &[&str]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(a, b)| same(a, b))
}

/// Whether two parts of a path are the same; the letters of drives have no case.
fn same(a: &str, b: &str) -> bool {
    a == b || is_drive(a) && a.eq_ignore_ascii_case(b)
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':'] if cfg!(windows) && letter.is_ascii_alphabetic())
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.split('/').next().is_some_and(is_drive)
}

/// A relative path as a URI reference: everything but letters, digits, `-._~` and `/` is percent-encoded.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for &byte in path.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_become_relative_to_the_start() {
        let paths = Paths::new("/home/mia/repo", None);
        assert_eq!(paths.of("/home/mia/repo/out/contoso", "apiDefinition.json"), "out/contoso/apiDefinition.json");
        assert_eq!(paths.of("/home/mia/repo", ""), ".");
        assert_eq!(paths.of("/srv/contoso", "README.md"), "../../../srv/contoso/README.md");
        assert_eq!(paths.of("/home/mia/repository", ""), "../repository");
    }

    #[test]
    fn relative_paths_lose_their_dots_and_keep_their_way_up() {
        let paths = Paths::new("/repo", None);
        assert_eq!(paths.of(".", "apiDefinition.json"), "apiDefinition.json");
        assert_eq!(paths.of("./out//contoso/", "icon.png"), "out/contoso/icon.png");
        assert_eq!(paths.of("../contoso", "icon.png"), "../contoso/icon.png");
        assert_eq!(paths.of("", ""), ".");
    }

    #[test]
    fn a_checkout_above_the_start_gives_paths_of_the_repository() {
        let paths = Paths::new("/build/repo/connectors", Some("/build/repo/"));
        assert_eq!(paths.of("contoso", "README.md"), "connectors/contoso/README.md");
        assert_eq!(paths.of("/build/repo/other", "README.md"), "other/README.md");
        for useless in ["/build/rep", "/elsewhere", "repo", ""] {
            assert_eq!(Paths::new("/build/repo/connectors", Some(useless)).of("contoso", ""), "contoso", "{useless}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn a_path_on_another_drive_shows_no_more_than_the_connector() {
        let paths = Paths::new("C:/repo", None);
        assert_eq!(paths.of("c:/repo/contoso", "README.md"), "contoso/README.md");
        assert_eq!(paths.of("D:/work/contoso", "README.md"), "contoso/README.md");
    }

    #[test]
    fn what_a_uri_reserves_is_encoded_byte_by_byte() {
        assert_eq!(uri("a b/ü:1?#%[x]\\\n.json"), "a%20b/%C3%BC%3A1%3F%23%25%5Bx%5D%5C%0A.json");
        assert_eq!(uri("Kelpline-Tides_1.0~/README.md"), "Kelpline-Tides_1.0~/README.md");
    }
}
