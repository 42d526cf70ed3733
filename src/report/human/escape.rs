//! Makes text out of files harmless and measurable: what a connector contains may neither steer the terminal nor hide in it.

use std::borrow::Cow;

/// Whether a character acts on the terminal or cannot be seen there. Joiners and variation selectors are not among them: scripts and
/// emoji need them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends a character as it is shown: itself, or its escape when it is hidden.
pub fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_hidden(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// Whether a build takes what begins here for a command to itself, as these systems read every line of a job's output: Azure Pipelines
/// and GitHub know `##vso[` and `##[` anywhere in it, GitHub `::name` at its beginning.
pub fn is_command(before: Option<char>, rest: &str) -> bool {
    if let Some(name) = rest.strip_prefix("##") {
        return name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[');
    }
    let begins_line = before.is_none_or(|before| before.is_whitespace() || is_hidden(before));
    begins_line && rest.strip_prefix("::").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a text may hold something that [`is_command`] knows.
pub fn may_hold_command(text: &str) -> bool {
    text.contains("##") || text.contains("::")
}

/// The text with every hidden character shown as an escape, thus always on one line, and without commands to builds.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) && !may_hold_command(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for (at, c) in text.char_indices() {
        if is_command(before, &text[at..]) {
            out.extend(c.escape_unicode());
        } else {
            push(&mut out, c);
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// A text of several lines, each made harmless; what divides lines and columns stays.
pub fn escape_lines(text: &str) -> String {
    let cells = |line: &str| line.split('\t').map(escape).collect::<Vec<_>>().join("\t");
    text.split('\n').map(cells).collect::<Vec<_>>().join("\n")
}

/// Columns a character takes in a terminal, never less than one: it bounds how much is printed even for text that has no width at all.
/// Underlines do not depend on it, they are measured by the renderer.
pub fn char_columns(c: char) -> usize {
    match c {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Columns of a text that holds no hidden characters.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char_columns).sum() }
}

/// Breaks a text into lines. The first line begins behind `used` columns, further ones behind `indent` (the caller writes both).
/// Words are broken only where wide characters meet; a longer word (an address, say) stays whole so that it can be copied.
pub fn wrap(text: &str, used: usize, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut at = used;
    let mut rest = text;
    while !rest.is_empty() {
        let (gap, behind) = rest.split_at(rest.len() - rest.trim_start_matches(' ').len());
        let (chunk, next) = behind.split_at(chunk_length(behind));
        let size = columns(chunk);
        if at > indent && at.saturating_add(gap.len()).saturating_add(size) > width {
            lines.push(std::mem::take(&mut line));
            at = indent;
        } else {
            line.push_str(gap);
            at += gap.len();
        }
        line.push_str(chunk);
        at += size;
        rest = next;
    }
    lines.push(line);
    lines
}

/// Length of the first piece of a text that is never broken: a word, or a wide character with the narrow ones behind it.
fn chunk_length(text: &str) -> usize {
    let ends = |&(index, c): &(usize, char)| index > 0 && (c == ' ' || char_columns(c) > 1);
    text.char_indices().find(ends).map_or(text.len(), |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_instead_of_sent() {
        assert_eq!(escape("a\u{1b}[2Jb\u{7}\u{9b}31m\r\nc\td"), "a\\u{1b}[2Jb\\u{7}\\u{9b}31m\\r\\nc\\td");
    }

    #[test]
    fn characters_that_reverse_or_hide_text_are_shown() {
        assert_eq!(escape("a\u{202e}b\u{200b}c\u{feff}"), "a\\u{202e}b\\u{200b}c\\u{feff}");
    }

    #[test]
    fn what_a_build_would_take_for_a_command_is_broken_and_nothing_else() {
        assert_eq!(escape("x ##vso[task.setvariable]y"), "x \\u{23}#vso[task.setvariable]y");
        assert_eq!(escape("###[error]"), "#\\u{23}#[error]");
        assert_eq!(escape("::add-mask::x a ::stop-commands::y"), "\\u{3a}:add-mask::x a \\u{3a}:stop-commands::y");
        for text in ["## Heading [a](b)", "std::string", "::1", "a:: b", "#[x]"] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn a_text_of_lines_keeps_its_lines_and_columns() {
        assert_eq!(escape_lines("a\tb\n  ::error::c\r\n"), "a\tb\n  \\u{3a}:error::c\\r\n");
    }

    #[test]
    fn ordinary_text_and_joined_emoji_stay_as_they_are() {
        let text = "Größe 日本 👩\u{200d}💻 C:\\temp";
        assert!(matches!(escape(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn lines_break_at_words_and_count_what_stands_before_them() {
        assert_eq!(wrap("one two three four", 6, 2, 14), ["one two", "three four"]);
    }

    #[test]
    fn a_long_word_stays_whole_on_a_line_of_its_own() {
        assert_eq!(wrap("see https://example.com/a/b/c now", 0, 2, 12), ["see", "https://example.com/a/b/c", "now"]);
        assert_eq!(wrap("https://example.com/a/b/c", 2, 2, 12), ["https://example.com/a/b/c"]);
    }

    #[test]
    fn wide_characters_break_anywhere_and_count_two_columns() {
        assert_eq!(wrap("日本語日本語x y", 0, 0, 6), ["日本語", "日本", "語x y"]);
    }

    #[test]
    fn spaces_inside_a_line_are_kept() {
        assert_eq!(wrap("`a  b` c", 0, 0, 80), ["`a  b` c"]);
        assert_eq!(wrap("", 3, 2, 80), [""]);
    }

    #[test]
    fn an_unlimited_width_never_breaks() {
        assert_eq!(wrap("a b c", 10, 2, usize::MAX), ["a b c"]);
    }
}
