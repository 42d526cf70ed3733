//! `$ref`: which forms Swagger 2.0 connectors may use, and where one leads.

/// What may stand where a reference is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A schema: `#/definitions/NAME`
    Schema,
    /// A parameter: `#/parameters/NAME`
    Parameter,
    /// A response: `#/responses/NAME`
    Response,
    /// A path item; connectors may not use references there.
    PathItem,
}

impl ReferenceKind {
    /// The word for it, as attribute value and in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Parameter => "parameter",
            Self::Response => "response",
            Self::PathItem => "path",
        }
    }

    /// The section of the definition that holds the targets.
    pub fn section(self) -> &'static str {
        match self {
            Self::Schema => "definitions",
            Self::Parameter => "parameters",
            Self::Response => "responses",
            Self::PathItem => "paths",
        }
    }
}

/// Whether a reference leads somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceState {
    /// The target exists.
    Found,
    /// The form is right but nothing has that name.
    NotFound,
    /// It does not point into the section where such targets live (another file, another section, deeper).
    NotValid,
    /// What follows the `#` is no valid pointer.
    PointerNotValid,
}

impl ReferenceState {
    /// The word for it, as attribute value.
    pub fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "not-found",
            Self::NotValid => "not-valid",
            Self::PointerNotValid => "pointer-not-valid",
        }
    }
}

/// The name a reference of the form `#/SECTION/NAME` asks for; `None` for any other form.
pub fn parse_reference(reference: &str, section: &str) -> Option<String> {
    let name = reference.strip_prefix("#/")?.strip_prefix(section)?.strip_prefix('/')?;
    if name.is_empty() || name.contains('/') || !is_valid_fragment(name) {
        return None;
    }
    Some(percent_decode(name).replace("~1", "/").replace("~0", "~"))
}

/// Whether the part behind `#` is a JSON pointer in URI form: empty or beginning with `/`, `~` only as `~0` and `~1`, `%` only
/// before two hex digits.
pub fn is_valid_fragment_of(reference: &str) -> bool {
    match reference.split_once('#') {
        Some((_, "")) => true,
        Some((_, fragment)) => fragment.starts_with('/') && is_valid_fragment(fragment),
        None => true,
    }
}

fn is_valid_fragment(fragment: &str) -> bool {
    let bytes = fragment.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'~' => matches!(bytes.get(at + 1), Some(b'0' | b'1')),
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        _ => true,
    })
}

fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = (byte == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unescaped_and_other_forms_refused() {
        assert_eq!(parse_reference("#/definitions/A~1B%20C", "definitions").as_deref(), Some("A/B C"));
        for other in [
            "#/definitions/",
            "#/definitions/A/properties/b",
            "other.json#/definitions/A",
            "#/components/schemas/A",
            "A",
            "#/definitions/A~2",
        ] {
            assert_eq!(parse_reference(other, "definitions"), None, "{other}");
        }
    }

    #[test]
    fn a_fragment_must_be_a_pointer() {
        assert!(is_valid_fragment_of("#/definitions/A"));
        assert!(is_valid_fragment_of("other.json"));
        assert!(!is_valid_fragment_of("#definitions/A"));
        assert!(!is_valid_fragment_of("#/definitions/A~"));
        assert!(!is_valid_fragment_of("#/definitions/A%2"));
    }
}
