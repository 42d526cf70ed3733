//! Paths in settings.json: which name a file of the folder, and which would lead out of it.

/// What a path of settings.json leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedPath {
    /// A file inside the folder, as relative path with `/`.
    Inside(String),
    /// Absolute, or out of the folder; never followed.
    Outside,
    /// Blank: not set.
    Unset,
}

/// Judges a path as written in settings.json, the same way on every system: both slashes separate, drive letters, UNC and `\\?\`
/// prefixes, URLs and `~` lead outside, `..` may not climb above the folder.
pub fn named_path(written: &str) -> NamedPath {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        return NamedPath::Unset;
    }
    let unified = trimmed.replace('\\', "/");
    let has_drive = unified.as_bytes().get(1) == Some(&b':');
    if unified.starts_with('/') || unified.starts_with('~') || has_drive || unified.contains("://") || unified.contains('\0') {
        return NamedPath::Outside;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in unified.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return NamedPath::Outside;
                }
            }
            name => parts.push(name),
        }
    }
    if parts.is_empty() { NamedPath::Outside } else { NamedPath::Inside(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_inside_are_normalised() {
        for (written, inside) in
            [("icon.png", "icon.png"), ("./a/../apiDefinition.json", "apiDefinition.json"), ("assets\\icon.png", "assets/icon.png")]
        {
            assert_eq!(named_path(written), NamedPath::Inside(inside.to_owned()));
        }
    }

    #[test]
    fn paths_that_lead_out_of_the_folder_are_told_apart_on_every_system() {
        for written in [
            "../secret.json",
            "a/../../x",
            "/etc/passwd",
            "C:\\x",
            "c:x",
            "\\\\server\\share\\x",
            "\\\\?\\C:\\x",
            "~/x",
            "https://example.com/x",
            "..",
            ".",
        ] {
            assert_eq!(named_path(written), NamedPath::Outside, "{written}");
        }
        assert_eq!(named_path("  "), NamedPath::Unset);
    }
}
