//! Brings the findings of one rule together, so that a fault made a hundred times reads as one.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::finding::Shown;
use crate::finding::{Finding, Severity};

/// A finding and where to show it.
pub type Located<'a> = (&'a Finding, Option<Shown<'a>>);

/// Groups findings by severity and rule: errors first, then in the order in which rules first appear. Within a group the order stays.
pub fn by_rule<'a>(findings: impl Iterator<Item = Located<'a>>) -> Vec<Vec<Located<'a>>> {
    let mut groups: Vec<Vec<Located<'a>>> = Vec::new();
    let mut known: HashMap<(Severity, &str), usize> = HashMap::new();
    for located in findings {
        let next = groups.len();
        let index = *known.entry((located.0.severity, &located.0.rule.id)).or_insert(next);
        match groups.get_mut(index) {
            Some(group) => group.push(located),
            None => groups.push(vec![located]),
        }
    }
    groups.sort_by_key(|group| group.first().map(|(finding, _)| Reverse(finding.severity)));
    groups
}

#[cfg(test)]
mod tests {
    use super::super::samples::{finding, rule};
    use super::*;

    #[test]
    fn rules_keep_the_order_of_their_first_finding_with_errors_before_warnings() {
        let findings = [
            finding(&rule("b"), Severity::Warning, "1"),
            finding(&rule("c"), Severity::Error, "2"),
            finding(&rule("a"), Severity::Error, "3"),
            finding(&rule("c"), Severity::Error, "4"),
            finding(&rule("c"), Severity::Warning, "5"),
        ];
        let groups = by_rule(findings.iter().map(|finding| (finding, None)));
        let messages: Vec<Vec<&str>> =
            groups.iter().map(|group| group.iter().map(|(finding, _)| finding.message.as_str()).collect()).collect();
        assert_eq!(messages, [vec!["2", "4"], vec!["3"], vec!["1"], vec!["5"]]);
    }
}
