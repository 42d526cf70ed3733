//! How one entry of a list or table is written, so that the next one is written alike.

use crate::swagger::Operation;

use super::escape::{code, escaped};
use super::names::folded;
use super::operations;

/// What may stand between a name and its description.
const SEPARATORS: [&str; 6] = [": ", " - ", " – ", " — ", " : ", ":"];
/// Words in the head of a column that holds descriptions.
const DESCRIBING: [&str; 6] = ["descri", "purpose", "what", "detail", "explan", "remark"];

/// How a name and its description are written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// What makes the name bold, italic or code.
    open: String,
    close: String,
    /// What stands between name and description; `None` where there is no description.
    separator: Option<String>,
}

impl Manner {
    /// The manner of a text that begins with a name.
    pub(super) fn of(written: &str) -> Self {
        let written = written.trim();
        let plain = |separator: Option<&str>| Self { open: String::new(), close: String::new(), separator: separator.map(str::to_owned) };
        for mark in ["**", "__", "`", "*", "_"] {
            let Some((inner, behind)) = written.strip_prefix(mark).and_then(|rest| rest.split_once(mark)) else { continue };
            let is_inside = inner.trim_end().ends_with(':');
            let between: String = behind.chars().take_while(|c| !c.is_alphanumeric()).take(4).collect();
            let is_clean = !between.is_empty() && between.chars().all(|c| matches!(c, ' ' | ':' | '-' | '–' | '—' | '.' | ','));
            let usual = if is_inside { " " } else { ": " };
            let separator = if is_clean { between } else { usual.to_owned() };
            let close = if is_inside { format!(":{mark}") } else { mark.to_owned() };
            return Self { open: mark.to_owned(), close, separator: (!behind.trim().is_empty()).then_some(separator) };
        }
        let first = SEPARATORS
            .iter()
            .filter_map(|separator| Some((written.find(separator)?, *separator)))
            .min_by_key(|(at, separator)| (*at, std::cmp::Reverse(separator.len())));
        plain(first.map(|(_, separator)| separator))
    }

    /// An operation written so.
    pub(super) fn written(&self, name: &str, operation: &Operation<'_>) -> String {
        let id = operations::id_beside(operation).map(|id| format!(" ({id})")).unwrap_or_default();
        let description = self.separator.as_ref().and_then(|separator| Some((separator, operations::sentence(operation)?)));
        let description = description.map(|(separator, sentence)| format!("{separator}{sentence}")).unwrap_or_default();
        format!("{}{id}{description}", self.name(name))
    }

    fn name(&self, name: &str) -> String {
        if self.open == "`" { code(name) } else { format!("{}{}{}", self.open, escaped(name), self.close) }
    }
}

/// The indentation and the mark of a list item, blanks included, and what stands behind them.
pub(super) fn marker(line: &str) -> Option<(&str, &str, &str)> {
    let line = line.trim_end();
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let (indent, rest) = line.split_at(indent);
    let digits = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let length = match rest.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if digits > 0 => digits + 1,
        _ => return None,
    };
    let (mark, text) = rest.split_at(length);
    let blanks = text.len() - text.trim_start_matches([' ', '\t']).len();
    (blanks > 0 && blanks < text.len()).then(|| (indent, &rest[..mark.len() + blanks], &text[blanks..]))
}

/// The mark of the item behind one with this mark.
pub(super) fn next_marker(marker: &str) -> String {
    let digits = marker.bytes().take_while(u8::is_ascii_digit).count();
    match marker[..digits].parse::<u32>() {
        Ok(number) => format!("{}{}", number.saturating_add(1), &marker[digits..]),
        Err(_) => marker.to_owned(),
    }
}

/// The cells of a table's row as they are written, without the outer bars.
fn cells(line: &str) -> Vec<(usize, &str)> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c == '|' && !escaped {
            cells.push((start, &line[start..at]));
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    cells.push((start, &line[start..]));
    if cells.first().is_some_and(|(_, cell)| cell.trim().is_empty()) {
        cells.remove(0);
    }
    if cells.last().is_some_and(|(_, cell)| cell.trim().is_empty()) && cells.len() > 1 {
        cells.pop();
    }
    cells
}

/// The first row of the table that holds a line: what its columns are called.
pub(super) fn header(text: &str, line_start: usize) -> Vec<String> {
    let before = text.get(..line_start).unwrap_or_default();
    let rows = before.lines().rev().take_while(|line| line.contains('|')).take(10_000);
    rows.last().map(|line| cells(line).iter().map(|(_, cell)| folded(cell)).collect()).unwrap_or_default()
}

/// A row like another one. `at` is where the name stands in that one.
pub(super) fn row(line: &str, at: usize, header: &[String], operation: &Operation<'_>, name: &str) -> Option<String> {
    let line = line.trim_end();
    let like = cells(line);
    let named = like.iter().position(|(start, cell)| (*start..=start + cell.len()).contains(&at))?;
    let is_describing = |column: &usize| header.get(*column).is_some_and(|head| DESCRIBING.iter().any(|word| head.contains(word)));
    let describing =
        (0..like.len()).filter(|column| *column != named).find(is_describing).or(Some(named + 1).filter(|next| *next < like.len()));
    let manner = Manner { separator: None, ..Manner::of(like.get(named)?.1) };
    let cell = |column: usize| match column {
        _ if column == named => manner.written(name, operation),
        _ if Some(column) == describing => operations::sentence(operation).unwrap_or_default(),
        _ => String::new(),
    };
    let row = (0..like.len()).map(cell).collect::<Vec<_>>().join(" | ");
    let indent = &line[..line.len() - line.trim_start().len()];
    Some(match (line.trim_start().starts_with('|'), line.ends_with('|')) {
        (true, true) => format!("{indent}| {row} |"),
        (true, false) => format!("{indent}| {row}"),
        (false, true) => format!("{indent}{row} |"),
        (false, false) => format!("{indent}{row}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manner(open: &str, close: &str, separator: Option<&str>) -> Manner {
        Manner { open: open.to_owned(), close: close.to_owned(), separator: separator.map(str::to_owned) }
    }

    #[test]
    fn marks_and_separators_are_kept() {
        for (written, expected) in [
            ("**Get item** - Returns one.", manner("**", "**", Some(" - "))),
            ("**Get item:** Returns one.", manner("**", ":**", Some(" "))),
            ("`GetItem`: Returns one.", manner("`", "`", Some(": "))),
            ("_Get item_ (new) returns one", manner("_", "_", Some(": "))),
            ("Get item – Returns: one", manner("", "", Some(" – "))),
            ("Get item : one", manner("", "", Some(" : "))),
            ("Get item", manner("", "", None)),
            ("**Get item**", manner("**", "**", None)),
        ] {
            assert_eq!(Manner::of(written), expected, "{written}");
        }
    }

    #[test]
    fn marks_of_lists_are_found_and_counted_on() {
        assert_eq!(marker("  - **x** y\r\n"), Some(("  ", "- ", "**x** y")));
        assert_eq!(marker("12)  x"), Some(("", "12)  ", "x")));
        for text in ["-x", "**x**", "1.", "- ", "x", "---"] {
            assert_eq!(marker(text), None, "{text}");
        }
        assert_eq!((next_marker("9. ").as_str(), next_marker("* ").as_str()), ("10. ", "* "));
    }

    #[test]
    fn cells_are_cut_at_bars_that_are_not_escaped() {
        let texts = |line: &'static str| cells(line).into_iter().map(|(_, cell)| cell.trim()).collect::<Vec<_>>();
        assert_eq!(texts("| a | b \\| c |"), ["a", "b \\| c"]);
        assert_eq!(texts("a | b"), ["a", "b"]);
        assert_eq!(header("x\n| Name | What it does |\n|---|---|\n| a | b |\n", 38), ["name", "what it does"]);
    }
}
