//! Findings in one line each, below those of the same rule that were shown in full.

use super::escape::{columns, escape};
use crate::finding::Finding;

/// `   212:9  message`, places aligned to the widest.
pub fn compact<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> impl Iterator<Item = String> {
    let position =
        |finding: &Finding| finding.place.range.map(|range| format!("{}:{}", range.start.line, range.start.column)).unwrap_or_default();
    let width = findings.clone().map(|finding| columns(&position(finding))).max().unwrap_or_default();
    findings.map(move |finding| {
        let (position, message) = (position(finding), escape(&finding.message));
        let gap = " ".repeat(3 + width - columns(&position));
        if width == 0 { format!("   {message}\n") } else { format!("{gap}{position}  {message}\n") }
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{finding, rule, source, span};
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn places_of_short_lines_are_aligned_and_ranges_may_be_missing() {
        let text = source(&"x\n".repeat(12));
        let lines = [3, 9, 10, 11].map(|line: usize| span("f", &text, line * 2 - 2..line * 2 - 1));
        let mut findings: Vec<Finding> =
            lines.into_iter().map(|place| Finding { place, ..finding(&rule("r"), Severity::Info, "m") }).collect();
        assert_eq!(compact(findings.iter()).collect::<String>(), "    3:1  m\n    9:1  m\n   10:1  m\n   11:1  m\n");
        findings[0].place.range = None;
        assert_eq!(compact(findings[..2].iter()).collect::<String>(), "        m\n   9:1  m\n");
        assert_eq!(compact(findings[..1].iter()).collect::<String>(), "   m\n");
    }
}
