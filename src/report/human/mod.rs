//! The report people read in a terminal: findings by connector and file, with the place underlined, and closing words.
//!
//! miette draws the excerpts; everything else is written here, because a clipped excerpt knows neither its place nor its column.

mod compact;
mod drawing;
pub mod escape;
mod excerpt;
mod finding;
mod group;
mod heading;
#[cfg(test)]
pub(super) mod samples;
mod style;
pub mod summary;

use std::io;

use self::compact::compact;
use self::escape::{escape, wrap};
use self::excerpt::Cursor;
use self::finding::{Shown, Writer, place};
use self::group::by_rule;
use self::heading::{Assumptions, heading};
use self::style::Ink;
use self::summary::{count, list, summary_lines};
use super::Report;
use crate::finding::{Finding, Severity};
use crate::outcome::{Outcome, Summary};

/// Findings of one rule in one file that are shown in full; the others follow in one line each.
const IN_FULL: usize = 3;

/// What the terminal can do and how much the user wants to read.
#[derive(Debug, Clone, Copy)]
pub struct HumanOptions {
    /// Send colours.
    pub color: bool,
    /// Draw with Unicode characters instead of ASCII.
    pub unicode: bool,
    /// Send links to the rules' pages (with colours only).
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Errors only, one line each.
    pub quiet: bool,
}

/// The report for people.
#[derive(Debug)]
pub struct HumanReport {
    writer: Writer,
    quiet: bool,
    /// Connectors with findings.
    affected: usize,
    assumptions: Assumptions,
    /// Whether the last thing written was a single line, which the next block keeps its distance from.
    needs_gap: bool,
}

impl HumanReport {
    /// A report for the terminal that the options describe.
    pub fn new(options: HumanOptions) -> Self {
        Self { writer: Writer::new(&options), quiet: options.quiet, affected: 0, assumptions: Assumptions::default(), needs_gap: false }
    }

    /// The heading of a connector and, once a run, how to state what was assumed.
    fn heading(&mut self, outcome: &Outcome, suffix: &str) -> String {
        let mut out = self.block(&(heading(outcome) + suffix), Ink::Strong);
        if let Some(note) = self.assumptions.note(outcome) {
            for line in wrap(&note, 2, 2, self.writer.width) {
                out.push_str(&format!("  {line}\n"));
            }
        }
        out
    }

    /// Painted text on lines of its own.
    fn block(&self, text: &str, ink: Ink) -> String {
        let lines = wrap(text, 0, 2, self.writer.width);
        lines.iter().enumerate().fold(String::new(), |out, (index, line)| {
            let indent = if index > 0 { "  " } else { "" };
            out + indent + &self.writer.brush.paint(ink, line) + "\n"
        })
    }

    fn gap(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::take(&mut self.needs_gap) { out.write_all(b"\n") } else { Ok(()) }
    }

    /// The findings of one file: every rule on its own, errors first.
    fn file(&self, outcome: &Outcome, findings: &[Finding], out: &mut dyn io::Write) -> io::Result<()> {
        let Some(first) = findings.first() else { return Ok(()) };
        let file = if first.place.file.is_empty() { "The connector's folder".into() } else { escape(&first.place.file) };
        let tally = |severity: Severity| {
            let number = findings.iter().filter(|finding| finding.severity == severity).count();
            (number > 0).then(|| count(number, severity.word()))
        };
        let tallies: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info].into_iter().filter_map(tally).collect();
        out.write_all(self.block(&format!("{file}: {}", list(&tallies).unwrap_or_default()), Ink::Strong).as_bytes())?;
        out.write_all(b"\n")?;

        let source = outcome.sources.get(&*first.place.file);
        let mut cursor = Cursor::new();
        // Located in the order of the file, in one pass: the order by rule would walk a long line again for each rule.
        let located = findings.iter().map(|finding| {
            let shown = source.zip(finding.place.range).map(|(source, range)| Shown { source, byte: cursor.seek(source, range.start) });
            (finding, shown)
        });
        for group in by_rule(located) {
            for (finding, shown) in group.iter().take(IN_FULL) {
                out.write_all(self.writer.full(finding, *shown).as_bytes())?;
                out.write_all(b"\n")?;
            }
            let others = group.get(IN_FULL..).unwrap_or_default();
            if let Some((first, _)) = others.first() {
                let head = format!("{}[{}]:", first.severity.word(), escape(&first.rule.id));
                let head = self.writer.brush.paint(Ink::Severity(first.severity), &head);
                out.write_all(format!("{head} {} more in {file}\n", others.len()).as_bytes())?;
                for line in compact(others.iter().map(|(finding, _)| *finding)) {
                    out.write_all(line.as_bytes())?;
                }
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// The errors of a connector, one line each.
    fn errors_only(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        let mut errors = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error).peekable();
        if errors.peek().is_none() {
            return Ok(());
        }
        self.gap(out)?;
        out.write_all(self.heading(outcome, "").as_bytes())?;
        for finding in errors {
            let head = format!("error[{}]:", escape(&finding.rule.id));
            let head = self.writer.brush.paint(Ink::Severity(Severity::Error), &head);
            out.write_all(format!("  {} {head} {}\n", place(&finding.place), escape(&finding.message)).as_bytes())?;
        }
        self.needs_gap = true;
        Ok(())
    }
}

impl Report for HumanReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        if outcome.findings.is_empty() {
            if self.quiet {
                return Ok(());
            }
            self.needs_gap = true;
            let heading = match outcome.baselined {
                0 => self.heading(outcome, ": nothing to report"),
                number => self.heading(outcome, &format!(": nothing new, {number} in the baseline")),
            };
            return out.write_all(heading.as_bytes());
        }
        self.affected += 1;
        if self.quiet {
            return self.errors_only(outcome, out);
        }
        self.gap(out)?;
        let heading = self.heading(outcome, "");
        out.write_all(heading.as_bytes())?;
        out.write_all(b"\n")?;
        outcome.findings.chunk_by(|a, b| a.place.file == b.place.file).try_for_each(|findings| self.file(outcome, findings, out))
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        // Who asked for quiet and has nothing to do is told nothing; hidden warnings are at least counted.
        if self.quiet && summary.connectors > 0 && summary.at_least(Severity::Info) == 0 {
            return Ok(());
        }
        self.gap(out)?;
        for (index, line) in summary_lines(summary, self.affected).iter().enumerate() {
            let ink = if index == 0 { Ink::Strong } else { Ink::Plain };
            out.write_all(self.block(line, ink).as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::samples::{ClosedPipe, finding, outcome, place, rule, source};
    use super::*;
    use crate::connector::{Stage, Track};
    use crate::finding::{Place, Range};
    use crate::outcome::Chosen;
    use crate::source::Position;

    const PLAIN: HumanOptions = HumanOptions { color: false, unicode: false, links: false, width: 80, quiet: false };

    fn print(options: HumanOptions, outcomes: &[Outcome]) -> String {
        let (mut out, mut summary, mut report) = (Vec::new(), Summary::default(), HumanReport::new(options));
        for outcome in outcomes {
            summary.add(outcome);
            report.connector(outcome, &mut out).unwrap();
        }
        report.finish(&summary, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A connector with one rule broken in five lines of a file, another one once, and a file missing.
    fn sample() -> Outcome {
        let text = source("{\n  \"a\": 1,\n  \"a\": 2,\n  \"b\": 3,\n  \"a\": 4,\n  \"a\": 5,\n  \"a\": 6\n}\n");
        let (twice, other) = (rule("key-twice"), rule("b-unknown"));
        let mut findings: Vec<Finding> = (0..5)
            .map(|nth| {
                let place = place("apiDefinition.json", &text, "\"a\"", nth);
                Finding { place, ..finding(&twice, Severity::Warning, &format!("`a` number {nth} is there twice")) }
            })
            .collect();
        let b = place("apiDefinition.json", &text, "\"b\"", 0);
        findings.insert(2, Finding { place: b, ..finding(&other, Severity::Error, "`b` is not known") });
        let missing = Place { file: "apiProperties.json".into(), ..Place::default() };
        findings
            .push(Finding { place: missing, ..finding(&rule("properties-required"), Severity::Error, "apiProperties.json is missing") });
        Outcome {
            track: Chosen { value: Track::Verified, assumed: false },
            stage: Chosen { value: Stage::Submission, assumed: false },
            ..outcome("out/contoso", findings, vec![("apiDefinition.json", text)])
        }
    }

    #[test]
    fn findings_are_grouped_by_file_and_rule_and_repeated_ones_become_short() {
        assert_eq!(
            print(PLAIN, &[sample()]),
            r#"out/contoso - Contoso (verified, submission)

apiDefinition.json: 1 error and 5 warnings

error[b-unknown]: `b` is not known
   +-[apiDefinition.json:4:3]
 3 |   "a": 2,
 4 |   "b": 3,
   |   ^^^
 5 |   "a": 4,
  why: makers see it as the field's label
  more: conncert explain b-unknown

warning[key-twice]: `a` number 0 is there twice
   +-[apiDefinition.json:2:3]
 1 | {
 2 |   "a": 1,
   |   ^^^
 3 |   "a": 2,
  why: makers see it as the field's label
  more: conncert explain key-twice

warning[key-twice]: `a` number 1 is there twice
   +-[apiDefinition.json:3:3]
 2 |   "a": 1,
 3 |   "a": 2,
   |   ^^^
 4 |   "b": 3,
  why: makers see it as the field's label
  more: conncert explain key-twice

warning[key-twice]: `a` number 2 is there twice
   +-[apiDefinition.json:5:3]
 4 |   "b": 3,
 5 |   "a": 4,
   |   ^^^
 6 |   "a": 5,
  why: makers see it as the field's label
  more: conncert explain key-twice

warning[key-twice]: 2 more in apiDefinition.json
   6:3  `a` number 3 is there twice
   7:3  `a` number 4 is there twice

apiProperties.json: 1 error

error[properties-required]: apiProperties.json is missing
  at: apiProperties.json
  why: makers see it as the field's label
  more: conncert explain properties-required

2 errors and 5 warnings in 1 connector.
Start with the 2 errors: certification rejects them.
"#
        );
    }

    #[test]
    fn clean_connectors_take_one_line_and_the_assumption_is_explained_once() {
        let folder = finding(&rule("folder-name"), Severity::Info, "the folder's name has a space");
        let outcomes = [
            outcome("out/clean", Vec::new(), Vec::new()),
            outcome("out/contoso", vec![folder], Vec::new()),
            outcome("out/last", Vec::new(), Vec::new()),
        ];
        assert_eq!(
            print(PLAIN, &outcomes),
            "\
out/clean - Contoso (verified, submission; assumed): nothing to report
  Assumed: who publishes (track) and which files are expected (stage). To state
  them: --track verified, independent or custom; --stage submission or
  pull-request.

out/contoso - Contoso (verified, submission; assumed)

The connector's folder: 1 info

info[folder-name]: the folder's name has a space
  at: the connector's folder
  why: makers see it as the field's label
  more: conncert explain folder-name

out/last - Contoso (verified, submission; assumed): nothing to report

1 info in 1 of 3 connectors.
No errors and no warnings: the info is advice.
"
        );
    }

    #[test]
    fn quiet_shows_errors_in_one_line_each_and_still_counts_the_rest() {
        let warned = outcome("out/warned", vec![finding(&rule("folder-name"), Severity::Warning, "a space")], Vec::new());
        assert_eq!(
            print(HumanOptions { quiet: true, ..PLAIN }, &[sample(), warned]),
            "\
out/contoso - Contoso (verified, submission)
  apiDefinition.json:4:3 error[b-unknown]: `b` is not known
  apiProperties.json error[properties-required]: apiProperties.json is missing

2 errors and 6 warnings in 2 connectors.
Start with the 2 errors: certification rejects them.
"
        );
    }

    #[test]
    fn quiet_says_nothing_when_there_is_nothing_to_say() {
        let quiet = HumanOptions { quiet: true, ..PLAIN };
        assert_eq!(print(quiet, &[outcome("out/clean", Vec::new(), Vec::new())]), "");
        assert_eq!(print(quiet, &[]), "Nothing was checked.\n");
    }

    #[test]
    fn without_colour_no_escape_byte_is_sent_and_with_colour_some_are() {
        let all = |color| print(HumanOptions { color, links: true, unicode: true, ..PLAIN }, &[sample()]);
        assert!(!all(false).contains('\u{1b}'));
        assert!(all(true).contains("\u{1b}[1;31merror[b-unknown]:\u{1b}[0m"));
    }

    #[test]
    fn hostile_names_and_messages_are_escaped_everywhere() {
        let mut hostile = sample();
        hostile.path = "out\u{1b}[2J".to_owned();
        hostile.title = Some("Con\u{202e}toso\n\u{9b}".to_owned());
        for finding in &mut hostile.findings {
            finding.message.push_str("\u{1b}]0;x\u{7}\r\n");
            finding.rule = rule("id\u{8}");
            finding.severity = Severity::Error;
        }
        for quiet in [false, true] {
            let printed = print(HumanOptions { quiet, ..PLAIN }, std::slice::from_ref(&hostile));
            assert!(!printed.contains(|c: char| c != '\n' && escape::is_hidden(c)), "{printed}");
            assert!(printed.starts_with("out\\u{1b}[2J - Con\\u{202e}toso\\n\\u{9b} (verified"), "{printed}");
        }
    }

    #[test]
    fn a_closed_pipe_is_reported() {
        for options in [PLAIN, HumanOptions { quiet: true, ..PLAIN }] {
            let mut report = HumanReport::new(options);
            let error = report.connector(&sample(), &mut ClosedPipe).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
            let error = report.finish(&Summary { errors: 1, connectors: 1, ..Summary::default() }, &mut ClosedPipe).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        }
    }

    #[test]
    fn thousands_of_rules_broken_in_one_line_of_a_megabyte_stay_quick_and_short() {
        let text = source(&"{\"name\":\"é\",\"in\":\"query\",\"required\":true,\"type\":\"string\"},".repeat(17_000));
        let places = text.text().char_indices().enumerate().step_by(190).take(5_000).map(|(index, (offset, _))| {
            let start = Position { line: 1, column: index + 1, offset };
            Range { start, end: Position { column: start.column + 6, ..start } }
        });
        let findings: Vec<Finding> = places
            .enumerate()
            .map(|(index, range)| {
                let place = Place { file: "apiDefinition.json".into(), pointer: None, range: Some(range) };
                Finding { place, ..finding(&rule(&format!("rule-{}", index % 2_500)), Severity::Error, "wrong") }
            })
            .collect();
        let outcome = outcome("out/contoso", findings, vec![("apiDefinition.json", text)]);
        let begun = Instant::now();
        let printed = print(PLAIN, &[outcome]);
        assert_eq!(printed.matches("+-[apiDefinition.json:1:").count(), 5_000);
        assert!(printed.len() < 5_000 * 500, "{} bytes", printed.len());
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
