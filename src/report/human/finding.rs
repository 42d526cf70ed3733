//! One finding as a person reads it: what is wrong, where, why it matters, what to do.

use super::HumanOptions;
use super::drawing::{Artist, Drawing};
use super::escape::{columns, escape, wrap};
use super::excerpt::{Excerpt, Frame};
use super::style::{Brush, Ink};
use crate::finding::{Finding, FixSafety, Place};
use crate::source::SourceText;

/// Terminals narrower than this are treated as this wide.
const LEAST_WIDTH: usize = 20;
/// Indentation of what explains a finding.
const INDENT: usize = 2;

/// The text of a file and where in its line a finding starts.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The file.
    pub source: &'a SourceText,
    /// Byte within the line in which the finding's range starts.
    pub byte: usize,
}

/// Writes findings for one kind of terminal.
#[derive(Debug)]
pub struct Writer {
    /// Colours and links.
    pub brush: Brush,
    /// Columns of the terminal.
    pub width: usize,
    ellipsis: &'static str,
    artist: Artist,
}

impl Writer {
    /// A writer for the terminal that the options describe.
    pub fn new(options: &HumanOptions) -> Self {
        Self {
            brush: Brush::new(options),
            width: options.width.max(LEAST_WIDTH),
            ellipsis: if options.unicode { "…" } else { "..." },
            artist: Artist::new(options),
        }
    }

    /// A finding in full, up to and including its last line.
    pub fn full(&self, finding: &Finding, shown: Option<Shown<'_>>) -> String {
        let mut out = self.headline(finding);
        let mut help = finding.help.as_deref();
        let drawing = shown.and_then(|shown| self.excerpt(finding, shown)).map(|excerpt| {
            // What to do stands right below the place when it is short enough, else in a line of its own.
            let label = help.and_then(|text| fits(text, excerpt.room_for_label(self.width)));
            Drawing { excerpt, label }
        });
        match drawing.as_ref().and_then(|drawing| self.artist.draw(drawing, finding.severity)) {
            Some(drawn) => out.push_str(&drawn),
            None => self.explain(&mut out, "at", &place(&finding.place)),
        }
        if drawing.is_some_and(|drawing| drawing.label.is_some()) {
            help = None;
        }
        if let Some(was) = finding.change.as_ref().and_then(|change| change.old.as_ref()) {
            self.explain(&mut out, "was", &format!("{} of the older version", place(was)));
        }
        for related in &finding.related {
            self.explain(&mut out, "see also", &format!("{} {}", place(&related.place), escape(&related.message)));
        }
        self.explain(&mut out, "why", &finding.rule.why);
        if let Some(help) = help {
            self.explain(&mut out, "help", help);
        }
        if let Some(fix) = &finding.fix {
            let (command, warning) = match fix.safety {
                FixSafety::Safe => ("conncert fix".to_owned(), ""),
                FixSafety::Unsafe => ("conncert fix --unsafe".to_owned(), " (unsafe: look at it with --diff first)"),
                FixSafety::Placeholder if finding.is_optional_text() => {
                    (format!("conncert fix --rule {}", escape(&finding.rule.id)), " (placeholder: look over the text afterwards)")
                }
                FixSafety::Placeholder => ("conncert fix".to_owned(), " (placeholder: complete the text afterwards)"),
            };
            self.explain(&mut out, "fix", &format!("`{command}` does it: {}{warning}", escape(&fix.title)));
        }
        // What has no page is no rule that could be explained.
        if !finding.rule.url.is_empty() {
            let more = format!("conncert explain {}", escape(&finding.rule.id));
            let more = self.brush.link(&finding.rule.url, &more);
            out.push_str(&format!("  {} {more}\n", self.brush.paint(Ink::Label, "more:")));
        }
        out
    }

    /// `error[rule-id]: message`
    fn headline(&self, finding: &Finding) -> String {
        let head = format!("{}[{}]:", finding.severity.word(), escape(&finding.rule.id));
        let message = escape(&finding.message);
        let mut out = self.brush.paint(Ink::Severity(finding.severity), &head);
        for (index, line) in wrap(&message, columns(&head) + 1, INDENT, self.width).iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            if !line.is_empty() {
                out.push_str(if index == 0 { " " } else { "  " });
                out.push_str(&self.brush.paint(Ink::Strong, line));
            }
        }
        out.push('\n');
        out
    }

    /// `  label: text`, with further lines below the text. Line ends in the text are kept; nothing is written for an empty one.
    fn explain(&self, out: &mut String, label: &str, text: &str) {
        let indent = INDENT + label.len() + 2;
        for (index, paragraph) in text.trim().lines().enumerate() {
            for (part, line) in wrap(&escape(paragraph.trim_end()), indent, indent, self.width).iter().enumerate() {
                if index + part == 0 {
                    out.push_str(&format!("  {} ", self.brush.paint(Ink::Label, &format!("{label}:"))));
                } else if !line.is_empty() {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(line);
                out.push('\n');
            }
        }
    }

    fn excerpt(&self, finding: &Finding, shown: Shown<'_>) -> Option<Excerpt> {
        let frame = Frame { width: self.width, ellipsis: self.ellipsis };
        Excerpt::cut(shown.source, finding.place.range?, shown.byte, place(&finding.place), frame)
    }
}

/// A help text as a label, when it is a single line that fits.
fn fits(help: &str, room: usize) -> Option<String> {
    let help = help.trim();
    let label = escape(help);
    (!help.is_empty() && !help.contains('\n') && columns(&label) <= room).then(|| label.into_owned())
}

/// A place as a person reads it: `apiDefinition.json:212:9`.
pub fn place(place: &Place) -> String {
    let file = if place.file.is_empty() { "the connector's folder".into() } else { escape(&place.file) };
    match place.range {
        Some(range) => format!("{file}:{}:{}", range.start.line, range.start.column),
        None => file.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::super::excerpt::Cursor;
    use super::super::samples::{finding, rule, source, span};
    use super::*;
    use crate::finding::{Fix, Related, Severity};

    const PLAIN: HumanOptions = HumanOptions { color: false, unicode: false, links: false, width: 80, quiet: false };

    /// A finding at a byte range of a file, drawn.
    fn draw(options: HumanOptions, text: &str, bytes: Range<usize>, change: impl FnOnce(&mut Finding)) -> String {
        let source = source(text);
        let mut finding = finding(&rule("some-rule"), Severity::Error, "something is wrong");
        finding.place = span("apiDefinition.json", &source, bytes);
        change(&mut finding);
        let byte = finding.place.range.map_or(0, |range| Cursor::new().seek(&source, range.start));
        Writer::new(&options).full(&finding, Some(Shown { source: &source, byte }))
    }

    /// The same without the closing lines, which are alike for all.
    fn excerpt(text: &str, bytes: Range<usize>) -> String {
        let drawn = draw(PLAIN, text, bytes, |_| {});
        let headline = "error[some-rule]: something is wrong\n";
        let closing = "  why: makers see it as the field's label\n  more: conncert explain some-rule\n";
        drawn.strip_prefix(headline).unwrap().strip_suffix(closing).unwrap().to_owned()
    }

    const DEFINITION: &str = "{\n  \"parameters\": [\n    { \"name\": \"q\", \"in\": \"query\" }\n  ]\n}\n";
    const PARAMETER: Range<usize> = 24..54;

    #[test]
    fn a_finding_says_what_where_why_and_what_to_do() {
        let drawn = draw(PLAIN, DEFINITION, PARAMETER, |finding| {
            finding.message = "parameter `q` of GetItems has no x-ms-summary".to_owned();
            finding.help = Some("add \"x-ms-summary\" here".into());
            finding.fix = Some(Fix {
                safety: FixSafety::Placeholder,
                title: "insert \"Q\" as its x-ms-summary".to_owned(),
                number: 0,
                tasks: Vec::new(),
            });
        });
        assert_eq!(
            drawn,
            r#"error[some-rule]: parameter `q` of GetItems has no x-ms-summary
   +-[apiDefinition.json:3:5]
 2 |   "parameters": [
 3 |     { "name": "q", "in": "query" }
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |                    `-- add "x-ms-summary" here
 4 |   ]
  why: makers see it as the field's label
  fix: `conncert fix` does it: insert "Q" as its x-ms-summary (placeholder:
       complete the text afterwards)
  more: conncert explain some-rule
"#
        );
    }

    #[test]
    fn unicode_draws_lines_instead_of_ascii() {
        let drawn = draw(HumanOptions { unicode: true, ..PLAIN }, DEFINITION, PARAMETER, |finding| {
            finding.help = Some("add \"x-ms-summary\" here".into());
        });
        assert_eq!(
            drawn,
            r#"error[some-rule]: something is wrong
   ╭─[apiDefinition.json:3:5]
 2 │   "parameters": [
 3 │     { "name": "q", "in": "query" }
   │     ───────────────┬──────────────
   │                    ╰── add "x-ms-summary" here
 4 │   ]
  why: makers see it as the field's label
  more: conncert explain some-rule
"#
        );
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines() {
        let drawn = draw(HumanOptions { width: 40, ..PLAIN }, DEFINITION, PARAMETER, |finding| {
            finding.message = "parameter `q` of GetItems has no x-ms-summary".to_owned();
            finding.help = Some("add \"x-ms-summary\" with the label that makers read\nKeep it short.".into());
            finding.fix = Some(Fix { safety: FixSafety::Unsafe, title: "rename it".to_owned(), number: 0, tasks: Vec::new() });
            finding.related = vec![Related { message: "the same name is here already".to_owned(), place: finding.place.clone() }];
        });
        assert_eq!(
            drawn,
            r#"error[some-rule]: parameter `q` of
  GetItems has no x-ms-summary
   +-[apiDefinition.json:3:5]
 2 |   "parameters": [
 3 |     { "name": "q", "in": "query" }
   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 4 |   ]
  see also: apiDefinition.json:3:5 the
            same name is here already
  why: makers see it as the field's
       label
  help: add "x-ms-summary" with the
        label that makers read
        Keep it short.
  fix: `conncert fix --unsafe` does it:
       rename it (unsafe: look at it
       with --diff first)
  more: conncert explain some-rule
"#
        );
    }

    #[test]
    fn a_finding_without_a_range_names_its_file_and_shows_no_excerpt() {
        let drawn = draw(PLAIN, "", 0..0, |finding| {
            finding.severity = Severity::Warning;
            finding.message = "settings.json is missing".to_owned();
            finding.help = Some("add settings.json beside the definition".into());
            finding.fix = Some(Fix { safety: FixSafety::Safe, title: "create settings.json".to_owned(), number: 0, tasks: Vec::new() });
            finding.place = Place { file: "settings.json".into(), ..Place::default() };
            finding.related = vec![Related { message: "has no other file".to_owned(), place: Place::default() }];
        });
        assert_eq!(
            drawn,
            "\
warning[some-rule]: settings.json is missing
  at: settings.json
  see also: the connector's folder has no other file
  why: makers see it as the field's label
  help: add settings.json beside the definition
  fix: `conncert fix` does it: create settings.json
  more: conncert explain some-rule
"
        );
    }

    #[test]
    fn a_label_beyond_column_65535_is_shown_with_its_true_column() {
        let line = "a".repeat(70_000) + "HERE" + &"b".repeat(1_000_000);
        assert_eq!(
            excerpt(&line, 70_000..70_004),
            "   +-[apiDefinition.json:1:70001]
 1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...
   |                                    ^^^^
"
        );
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file_are_shown() {
        assert_eq!(excerpt("", 0..0), "   +-[apiDefinition.json:1:1]\n 1 |\n   | ^\n");
        assert_eq!(excerpt("{", 1..1), "   +-[apiDefinition.json:1:2]\n 1 | {\n   |  ^\n");
        assert_eq!(excerpt("{}\r\n", 4..4), "   +-[apiDefinition.json:2:1]\n 1 | {}\n 2 |\n   | ^\n");
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_in_place() {
        assert_eq!(
            excerpt("\t\t\"tab\":\t12", 9..11),
            "   +-[apiDefinition.json:1:10]\n 1 |         \"tab\":  12\n   |                 ^^\n"
        );
        assert_eq!(
            excerpt("{ \"日本😀\": \"値\" }", 16..21),
            "   +-[apiDefinition.json:1:10]\n 1 | { \"日本😀\": \"値\" }\n   |             ^^^^\n"
        );
    }

    #[test]
    fn a_span_of_several_lines_is_underlined_in_its_first_and_line_ends_do_not_show() {
        assert_eq!(
            excerpt("{\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}\r\n", 10..27),
            r#"   +-[apiDefinition.json:2:8]
 1 | {
 2 |   "a": {
   |        ^
 3 |     "b": 1
"#
        );
    }

    #[test]
    fn line_numbers_of_different_length_are_aligned() {
        assert_eq!(
            excerpt("a\nb\nc\nd\ne\nf\ng\nh\nnine\nten\n", 16..20),
            "    +-[apiDefinition.json:9:1]\n  8 | h\n  9 | nine\n    | ^^^^\n 10 | ten\n"
        );
    }

    #[test]
    fn nothing_hostile_reaches_the_terminal() {
        let evil = "x\u{1b}[31m\u{9b}2J\u{7}\u{202e}\r\ny";
        let drawn = draw(PLAIN, "a\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{200b}b", 0..1, |finding| {
            finding.message = evil.to_owned();
            finding.help = Some(evil.into());
            finding.place.file = evil.into();
            finding.fix = Some(Fix { safety: FixSafety::Safe, title: evil.to_owned(), number: 0, tasks: Vec::new() });
            finding.related = vec![Related { message: evil.to_owned(), place: finding.place.clone() }];
            finding.rule = rule(evil);
        });
        let raw: Vec<char> = drawn.chars().filter(|&c| c != '\n' && super::super::escape::is_hidden(c)).collect();
        assert_eq!(raw, Vec::<char>::new());
        assert!(drawn.starts_with("error[x\\u{1b}[31m\\u{9b}2J\\u{7}\\u{202e}\\r\\ny]:\n  x\\u{1b}[31m"), "{drawn}");
        assert!(drawn.contains("a\\u{1b}]0;t\\u{7}\\u{9b}31m\\u{202e}\\u{200b}b\n"), "{drawn}");
        assert!(drawn.lines().skip(1).all(|line| line.starts_with(' ')), "{drawn}");
    }

    #[test]
    fn colours_and_links_change_no_word() {
        let options = HumanOptions { color: true, links: true, ..PLAIN };
        let help = |finding: &mut Finding| finding.help = Some("add it here".into());
        let colored = draw(options, DEFINITION, PARAMETER, help);
        assert!(colored.contains("\u{1b}]8;;https://example.com/rules/some-rule\u{1b}\\conncert explain some-rule\u{1b}]8;;\u{1b}\\"));
        let mut plain = String::new();
        let mut rest = colored.as_str();
        while let Some((before, escape)) = rest.split_once('\u{1b}') {
            let end = if escape.starts_with(']') { escape.find("\u{1b}\\").unwrap() + 2 } else { escape.find('m').unwrap() + 1 };
            plain.push_str(before);
            rest = &escape[end..];
        }
        assert_eq!(plain + rest, draw(PLAIN, DEFINITION, PARAMETER, help));
    }

    #[test]
    fn every_severity_is_named_and_drawn() {
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let drawn = draw(PLAIN, DEFINITION, PARAMETER, |finding| finding.severity = severity);
            assert!(drawn.starts_with(&format!("{}[some-rule]: ", severity.word())));
            assert!(drawn.contains("^^^^"));
        }
    }
}
