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

impl Template {
    /// Parses a template. `{{` and `}}` stand for single braces. Braces that enclose no name are kept as text.
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let tail = &rest[at..];
            if tail.starts_with("{{") || tail.starts_with("}}") {
                plain.push_str(&tail[..1]);
                rest = &tail[2..];
                continue;
            }
            let name = tail.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
            match name.and_then(|name| Some((name.len(), placeholder(name)?))) {
                Some((len, part)) => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(part);
                    rest = &tail[len + 2..];
                }
                None => {
                    plain.push_str(&tail[..1]);
                    rest = &tail[1..];
                }
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
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
        self.render_filtered(|name, filter| filter(&value(name)))
    }

    /// As [`Self::render`], for those who want to see what the filters make of a value: `value` is given the name and the filters.
    pub fn render_filtered(&self, mut value: impl FnMut(&str, &dyn Fn(&str) -> String) -> String) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Placeholder(name, filters) => {
                    text.push_str(&value(name, &|text| filters.iter().fold(text.to_owned(), |text, filter| filter.apply(&text))));
                }
            }
        }
        text
    }
}

/// A placeholder with its filters, when the words in braces are one.
fn placeholder(inner: &str) -> Option<Part> {
    let mut pieces = inner.split('|');
    let name = pieces.next().filter(|name| !name.is_empty())?;
    // Repairs may name members of the value they repair by path.
    let is_path = name.strip_prefix('@').is_some_and(|path| !path.is_empty() && !path.contains(['(', '{', ' ']));
    let is_name = is_path || name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'));
    let filters = pieces.map(Filter::from_name).collect::<Option<Vec<_>>>()?;
    is_name.then(|| Part::Placeholder(name.to_owned(), filters))
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
