//! A summary to paste into a pull request: a connector's findings as a list to tick off, by the files the certification checklist asks for.

use std::io;

use super::Report;
use super::human::escape::escape;
use super::parts::sentence;
use super::path::Paths;
use crate::connector::Artifact;
use crate::finding::{Finding, Severity};
use crate::outcome::{Outcome, Summary};
use crate::words::count;

/// Names of files and texts of connectors are shown as they are: none of it acts as Markdown or HTML.
#[derive(Debug)]
pub struct MarkdownReport {
    paths: Paths,
    begun: bool,
}

/// Parts of the checklist, in its order.
const AREAS: [&str; 9] = ["Definition", "Properties", "Settings", "Icon", "Script", "README", "INTRO", "Other files", "Folder"];

fn area(finding: &Finding) -> &'static str {
    match (&*finding.place.file, Artifact::of(&finding.place.file)) {
        ("", _) => "Folder",
        (_, Some(Artifact::Definition)) => "Definition",
        (_, Some(Artifact::Properties)) => "Properties",
        (_, Some(Artifact::Settings)) => "Settings",
        (_, Some(Artifact::Icon)) => "Icon",
        (_, Some(Artifact::Script)) => "Script",
        (_, Some(Artifact::Readme)) => "README",
        (_, Some(Artifact::Intro)) => "INTRO",
        (_, None) => "Other files",
    }
}

/// A text that stands for itself.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let text = escape(text);
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // An empty comment keeps a name from being notified.
            '@' => out.push_str("@<!-- -->"),
            '_' if last.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric()) => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        last = c;
    }
    out
}

/// A text as code, fenced by more backticks than it holds in a row.
fn code(text: &str) -> String {
    let text = escape(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// A message: what it names in backticks becomes code, everything else stands for itself.
pub fn rich(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) || pieces.iter().skip(1).step_by(2).any(|piece| piece.trim().is_empty()) {
        return plain(text);
    }
    pieces.iter().enumerate().map(|(index, piece)| if index % 2 == 1 { code(piece) } else { plain(piece) }).collect()
}

fn tally<'f>(findings: impl Iterator<Item = &'f Finding>) -> [usize; 3] {
    findings.fold([0; 3], |mut counts, finding| {
        counts[2 - finding.severity as usize] += 1;
        counts
    })
}

impl MarkdownReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths, begun: false }
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        out.write_all(b"# Certification check\n")
    }

    fn item(&self, connector: &str, finding: &Finding) -> String {
        let word = match finding.severity {
            Severity::Info => "advice",
            other => other.word(),
        };
        let path = self.paths.of(connector, &finding.place.file);
        let place = finding.place.range.map_or_else(|| path.clone(), |range| format!("{path}:{}", range.start.line));
        let rule = &finding.rule;
        let link = if rule.url.is_empty() {
            code(&rule.id)
        } else {
            format!("[{}](<{}>)", code(&rule.id), rule.url.replace(['<', '>', '\n'], ""))
        };
        let mut text = format!("- [ ] **{word}** {} ({}, {link})\n", rich(&sentence(&finding.message)), code(&place));
        if let Some(help) = &finding.help {
            text += &format!("  What to do: {}\n", rich(&sentence(help)));
        }
        text
    }
}

impl Default for MarkdownReport {
    fn default() -> Self {
        Self::new(Paths::here())
    }
}

impl Report for MarkdownReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        let path = self.paths.of(&outcome.path, "");
        let mut text = match outcome.title.as_deref().filter(|title| !title.trim().is_empty()) {
            Some(title) => format!("\n## {} ({})\n\n", plain(title.trim()), code(&path)),
            None => format!("\n## {}\n\n", code(&path)),
        };
        if outcome.findings.is_empty() {
            text += "No findings.\n";
            return out.write_all(text.as_bytes());
        }
        text += "| Area | Errors | Warnings | Advice |\n|---|---:|---:|---:|\n";
        let groups: Vec<(&str, Vec<&Finding>)> = AREAS
            .iter()
            .map(|&name| (name, outcome.findings.iter().filter(|finding| area(finding) == name).collect()))
            .filter(|(_, findings): &(_, Vec<_>)| !findings.is_empty())
            .collect();
        for (name, findings) in &groups {
            let [errors, warnings, infos] = tally(findings.iter().copied());
            text += &format!("| {name} | {errors} | {warnings} | {infos} |\n");
        }
        let [errors, warnings, infos] = tally(outcome.findings.iter());
        text += &format!("| **All** | **{errors}** | **{warnings}** | **{infos}** |\n");
        for (name, findings) in &groups {
            text += &format!("\n### {name}\n\n");
            findings.iter().for_each(|finding| text += &self.item(&outcome.path, finding));
        }
        out.write_all(text.as_bytes())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        let connectors = count(summary.connectors, "connector");
        let (errors, warnings) = (count(summary.errors, "error"), count(summary.warnings, "warning"));
        let more = if summary.baselined > 0 { format!(" {} more in the baseline.", summary.baselined) } else { String::new() };
        writeln!(out, "\n{errors}, {warnings} and {} of advice in {connectors}.{more}", count(summary.infos, "piece"))
    }
}
