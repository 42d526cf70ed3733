//! How JSON text is laid out, so that what is added looks like its neighbours.

use serde_json::Value as NewValue;

use super::Fragment;
use crate::source::SourceText;
use crate::source::json::{Json, Value};

/// How a file is laid out.
pub(super) struct Layout<'t> {
    pub(super) source: &'t SourceText,
    pub(super) text: &'t str,
    pub(super) newline: &'static str,
    pub(super) unit: &'t str,
}

impl<'t> Layout<'t> {
    pub(super) fn of(json: &'t Json) -> Self {
        let source = json.source();
        let text = source.text();
        let newline = match source.first_line_end() {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let first = json.root().and_then(|root| root.children().next()).map(|child| indent_before(source, start_of(child)));
        let unit = first.flatten().filter(|indent| !indent.is_empty()).unwrap_or("  ");
        Self { source, text, newline, unit }
    }

    pub(super) fn write(&self, fragment: &Fragment<'_>, indent: &str, style: Style<'_>) -> String {
        match fragment {
            Fragment::New(value) => {
                let mut text = String::new();
                self.write_new(value, indent, style, &mut text);
                text
            }
            Fragment::Copy(value) => {
                let old = indent_at(value.tree().source(), value.span().start);
                let mut lines = value.raw().lines();
                let mut text = lines.next().unwrap_or_default().to_owned();
                for line in lines {
                    text.push_str(self.newline);
                    text.push_str(indent);
                    text.push_str(line.strip_prefix(old).unwrap_or(line.trim_start()));
                }
                text
            }
        }
    }

    fn write_new(&self, value: &NewValue, indent: &str, style: Style<'_>, text: &mut String) {
        let (open, close, len) = match value {
            NewValue::Object(members) if !members.is_empty() => ('{', '}', members.len()),
            NewValue::Array(items) if !items.is_empty() => ('[', ']', items.len()),
            other => return text.push_str(&other.to_string()),
        };
        let inner = format!("{indent}{}", self.unit);
        text.push(open);
        let item = |at: usize, key: Option<&str>, value: &NewValue, text: &mut String| {
            match style.lines {
                true => {
                    text.push_str(self.newline);
                    text.push_str(&inner);
                }
                false if open == '{' => text.push_str(style.blank),
                false if at > 0 => text.push_str(style.blank),
                false => {}
            }
            if let Some(key) = key {
                text.push_str(&quoted(key));
                text.push_str(style.colon);
            }
            self.write_new(value, &inner, style, text);
            if at + 1 < len {
                text.push(',');
            }
        };
        match value {
            NewValue::Object(members) => {
                members.iter().enumerate().for_each(|(at, (key, value))| item(at, Some(key), value, text));
            }
            NewValue::Array(items) => items.iter().enumerate().for_each(|(at, value)| item(at, None, value, text)),
            _ => {}
        }
        if style.lines {
            text.push_str(self.newline);
            text.push_str(indent);
        } else if open == '{' {
            text.push_str(style.blank);
        }
        text.push(close);
    }

    /// The style of the things inside a container.
    pub(super) fn style_in(&self, container: Value<'t>) -> Style<'t> {
        let children: Vec<Value<'t>> = container.children().take(2).collect();
        let colon = container.children().find_map(|child| {
            let key = child.key_span()?;
            let between = self.text.get(key.end..child.span().start)?;
            (between.trim() == ":" && !between.contains('\n')).then_some(between)
        });
        match children.first() {
            Some(&first) => {
                let before = &self.text[container.span().start + 1..start_of(first)];
                let blank = match children.get(1) {
                    Some(&second) => self.text.get(first.span().end..start_of(second)).and_then(|between| between.strip_prefix(',')),
                    None => Some(before),
                };
                let lines = before.contains('\n');
                let default_colon = if !lines && blank == Some("") { ":" } else { ": " };
                Style { lines, blank: if blank == Some("") { "" } else { " " }, colon: colon.unwrap_or(default_colon) }
            }
            // An empty container is as its parent; at the top of a file it gets lines.
            None => match container.parent() {
                Some(parent) => {
                    let around = self.style_in(parent);
                    Style { lines: around.lines, blank: around.blank, colon: if parent.is_object() { around.colon } else { ": " } }
                }
                None => Style { lines: true, blank: " ", colon: ": " },
            },
        }
    }
}

/// How members of one container stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style<'t> {
    /// Each on its own line.
    pub(super) lines: bool,
    /// What stands behind a comma on one line.
    pub(super) blank: &'t str,
    /// What stands between key and value.
    pub(super) colon: &'t str,
}

/// Where a member (its key) or item begins.
pub(super) fn start_of(child: Value<'_>) -> usize {
    child.key_span().map_or(child.span().start, |key| key.start)
}

/// Indentation of the line on which something begins.
pub(super) fn indent_at(source: &SourceText, at: usize) -> &str {
    let line = &source.text()[source.line_start(at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The indentation before a place, when nothing else stands before it on its line.
pub(super) fn indent_before(source: &SourceText, at: usize) -> Option<&str> {
    let start = source.line_start(at);
    let indent = source.text()[start..at].trim_start_matches([' ', '\t']).is_empty().then(|| &source.text()[start..at]);
    indent.filter(|_| start > 0)
}

pub(super) fn quoted(text: &str) -> String {
    NewValue::from(text).to_string()
}
