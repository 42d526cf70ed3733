//! The machine-readable report of a comparison of two versions (`schema_version` 1), described by `schemas/changes.schema.json`.

use std::io;

use serde::Serialize;

use super::Report;
use super::json::{Members, range};
use super::json_text;
use crate::finding::{Finding, Place};
use crate::outcome::{Outcome, Summary};

/// One change a line, for readable differences between two runs.
#[derive(Debug, Default)]
pub struct ChangesReport {
    changes: usize,
    /// Reused for each change.
    line: Vec<u8>,
}

#[derive(Serialize)]
struct Totals {
    errors: usize,
    warnings: usize,
    infos: usize,
}

fn change(out: &mut Vec<u8>, finding: &Finding) -> io::Result<()> {
    let rule = finding.rule.as_ref();
    let change = finding.change.as_deref();
    let mut members = Members::of(out);
    members.text("rule", &rule.id)?;
    members.optional_text("code", rule.code.as_deref())?;
    members.text("severity", finding.severity.word())?;
    members.text("message", &finding.message)?;
    members.optional_text("help", finding.help.as_deref())?;
    members.optional_text("url", Some(rule.url.as_str()).filter(|url| !url.is_empty()))?;
    members.optional_text("path", change.map(|change| change.path.as_str()))?;
    members.optional("old", change.and_then(|change| change.old.as_ref()), place)?;
    members.optional("new", change.and_then(|change| change.new.as_ref()), place)?;
    members.end()
}

fn place(out: &mut Vec<u8>, place: &Place) -> io::Result<()> {
    let mut members = Members::of(out);
    members.text("file", &place.file)?;
    members.optional_text("pointer", place.pointer.as_deref())?;
    members.optional("range", place.range, range)?;
    members.end()
}

impl Report for ChangesReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        write!(out, "{{\"schema_version\":1,\"tool\":{{\"name\":\"conncert\",\"version\":\"{version}\"}},\n\"connector\":")?;
        serde_json::to_writer(&mut *out, &outcome.path)?;
        out.write_all(b",\n\"changes\":[")?;
        for finding in &outcome.findings {
            self.line.clear();
            self.line.extend_from_slice(if self.changes == 0 { b"\n" } else { b",\n" });
            json_text::push_written(&mut self.line, |line| change(line, finding))?;
            out.write_all(&self.line)?;
            self.changes += 1;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(if self.changes == 0 { b"],\n\"summary\":" } else { b"\n],\n\"summary\":" })?;
        let totals = Totals { errors: summary.errors, warnings: summary.warnings, infos: summary.infos };
        serde_json::to_writer(&mut *out, &totals)?;
        out.write_all(b"}\n")
    }
}
