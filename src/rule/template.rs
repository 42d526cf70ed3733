//! Templates of messages and repairs: text with placeholders in braces.

pub use super::filter::Filter;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String, Vec<Filter>),
}

/// A piece of a template as it is written.
enum Piece<'t> {
    Text(&'t str),
    /// A name, and the names of filters with bars between them.
    Placeholder(&'t str, &'t str),
}

/// Bytes for which there is room where a placeholder stands: names and labels are seldom longer.
const USUAL: usize = 48;

impl Template {
    /// Parses a template. `{{` and `}}` stand for single braces. Braces that enclose no name are kept as text.
    pub fn parse(text: &str) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for piece in pieces(text) {
            match (piece, parts.last_mut()) {
                (Piece::Text(text), Some(Part::Text(before))) => before.push_str(text),
                (Piece::Text(text), _) => parts.push(Part::Text(text.to_owned())),
                (Piece::Placeholder(name, filters), _) => parts.push(Part::Placeholder(name.to_owned(), filters_named(filters).collect())),
            }
        }
        Self { parts }
    }

    /// Names of the placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(name, _) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with every placeholder replaced by what `value` gives for it.
    pub fn render(&self, mut value: impl FnMut(&str) -> String) -> String {
        let room = |part: &Part| match part {
            Part::Text(plain) => plain.len(),
            Part::Placeholder(..) => USUAL,
        };
        let mut text = String::with_capacity(self.parts.iter().map(room).sum());
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Placeholder(name, filters) => text.push_str(&filtered(value(name), filters.iter().copied())),
            }
        }
        // Ten thousand findings keep their texts until all are reported.
        text.shrink_to_fit();
        text
    }
}

/// A placeholder in a template that is rendered as it is read.
#[derive(Clone, Copy)]
pub struct Placeholder<'t> {
    /// The name.
    pub name: &'t str,
    filters: &'t str,
}

impl<'t> Placeholder<'t> {
    /// What the filters make of a value.
    pub fn filtered(&self, value: String) -> String {
        filtered(value, filters_named(self.filters))
    }

    /// The names of the filters, with bars between them; empty where there are none.
    pub fn filters(&self) -> &'t str {
        self.filters
    }
}

/// Renders a template that is needed only once, for those who want to see what the filters make of a value.
pub fn render(template: &str, mut value: impl FnMut(Placeholder<'_>) -> String) -> String {
    let mut text = String::with_capacity(template.len() + USUAL);
    for piece in pieces(template) {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Placeholder(name, filters) => text.push_str(&value(Placeholder { name, filters })),
        }
    }
    text.shrink_to_fit();
    text
}

fn filtered(text: String, filters: impl Iterator<Item = Filter>) -> String {
    filters.fold(text, |text, filter| filter.apply(&text))
}

fn filters_named(names: &str) -> impl Iterator<Item = Filter> {
    names.split('|').filter_map(Filter::from_name)
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let tail = rest;
        let (piece, length) = match tail.find(['{', '}']) {
            None if tail.is_empty() => return None,
            None => (Piece::Text(tail), tail.len()),
            Some(0) if tail.starts_with("{{") || tail.starts_with("}}") => (Piece::Text(&tail[..1]), 2),
            Some(0) => {
                let inner = tail.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(inner, _)| inner);
                match inner.and_then(|inner| Some((placeholder(inner)?, inner.len() + 2))) {
                    Some(found) => found,
                    None => (Piece::Text(&tail[..1]), 1),
                }
            }
            Some(at) => (Piece::Text(&tail[..at]), at),
        };
        rest = &tail[length..];
        Some(piece)
    })
}

/// A placeholder with its filters, when the words in braces are one.
fn placeholder(inner: &str) -> Option<Piece<'_>> {
    let (name, filters) = inner.split_once('|').unwrap_or((inner, ""));
    // Repairs may name members of the value they repair by path.
    let is_path = name.strip_prefix('@').is_some_and(|path| !path.is_empty() && !path.contains(['(', '{', ' ']));
    let is_name = is_path || !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'));
    let are_filters = name.len() == inner.len() || filters.split('|').all(|filter| Filter::from_name(filter).is_some());
    (is_name && are_filters).then_some(Piece::Placeholder(name, filters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_change_what_is_put_in() {
        let template = Template::parse("{name|words}: {config.publisher} {name|nonsense}");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["name", "config.publisher"]);
        assert_eq!(template.render(|_| "getItem".to_owned()), "Get item: getItem {name|nonsense}");
    }

    #[test]
    fn members_are_named_by_path_and_expressions_of_policies_stay() {
        let template = Template::parse("{@uiDefinition/displayName|upper} {@connectionParameters('host')} @{utcnow()}");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["@uiDefinition/displayName"]);
        assert_eq!(template.render(|_| "a".to_owned()), "A {@connectionParameters('host')} @{utcnow()}");
    }

    #[test]
    fn placeholders_are_replaced_and_doubled_braces_kept_single() {
        let template = Template::parse("path {{id}} of {name}: {1} {did-you-mean}");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["name", "did-you-mean"]);
        assert_eq!(template.render(|name| name.to_uppercase()), "path {id} of NAME: {1} DID-YOU-MEAN");
    }
}
