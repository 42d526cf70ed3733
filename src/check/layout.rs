//! Check on the indentation of JSON files.

use std::ops::Range;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;

/// How JSON is indented (kind `json-file`). Blank lines do not count, nor files that are no sound JSON.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Indentation {
    /// Blanks a level; the file keeps to one of these.
    pub widths: Vec<usize>,
}

impl Demand for Indentation {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(artifact) = context.subject.artifact else { return };
        let Some(json) = context.model.json(artifact).filter(|json| json.issues().is_empty()) else { return };
        let text = json.source().text();
        let lines = indented_lines(text);
        let wrong = |width: usize| lines.iter().filter(move |(indent, level)| text[indent.clone()] != " ".repeat(level * width));
        let Some((width, count)) = self.widths.iter().map(|&width| (width, wrong(width).count())).min_by_key(|(_, count)| *count) else {
            return;
        };
        if let Some((indent, level)) = wrong(width).next() {
            let end = text[indent.end..].chars().next().map_or(0, char::len_utf8) + indent.end;
            hits.push(
                Hit::new(At::Text(artifact, indent.start..end))
                    .with("count", count)
                    .with("width", width)
                    .with("expected", level * width)
                    .with("actual", indent.len()),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "width", "expected", "actual"]
    }
}

/// What stands before the first character of each line that is not blank, with its level: one more than the line on which the object or
/// list around it begins, however many begin there.
fn indented_lines(text: &str) -> Vec<(Range<usize>, usize)> {
    let mut lines = Vec::new();
    // The levels of the lines on which brackets were opened.
    let mut open: Vec<usize> = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let level = match open.last() {
            Some(&around) if content.starts_with(['}', ']']) => around,
            Some(&around) => around + 1,
            None => 0,
        };
        if !content.trim().is_empty() && !in_string {
            lines.push((start..start + (line.len() - content.len()), level));
        }
        for byte in line.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => open.push(level),
                b'}' | b']' if !in_string => drop(open.pop()),
                _ => {}
            }
        }
        start += line.len();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_grow_by_lines_that_open_something_outside_of_texts() {
        let text = "{\n  \"a\": [{\n    \"{\":\n    \"\\\"[\"\n\n  }]\n}\n";
        let levels: Vec<(usize, usize)> = indented_lines(text).into_iter().map(|(indent, level)| (indent.len(), level)).collect();
        assert_eq!(levels, [(0, 0), (2, 1), (4, 2), (4, 2), (2, 1), (0, 0)]);
    }
}
