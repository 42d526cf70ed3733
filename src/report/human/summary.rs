//! The closing words of a run: how many findings in how many connectors, what can be repaired, and what to do next.

use crate::outcome::Summary;

/// Lines that close a run in which `affected` connectors have findings.
pub fn summary_lines(summary: &Summary, affected: usize) -> Vec<String> {
    if summary.connectors == 0 {
        return vec!["Nothing was checked.".to_owned()];
    }
    let more = match summary.baselined {
        0 => String::new(),
        number => format!(" {number} more in the baseline."),
    };
    if summary.compared {
        return comparison_lines(summary);
    }
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let Some(found) = tally(counts) else {
        let verb = if summary.connectors == 1 { "is" } else { "are" };
        let connectors = count(summary.connectors, "connector");
        return vec![match summary.baselined {
            0 => format!("Nothing to report: {connectors} {verb} clean."),
            _ => format!("Nothing new to report in {connectors}.{more}"),
        }];
    };
    let connectors = count(summary.connectors, "connector");
    let place = if affected < summary.connectors { format!("{affected} of {connectors}") } else { connectors };
    let mut lines = vec![format!("{found} in {place}.{more}")];
    lines.extend(repairs(summary));
    lines.push(next_step(summary));
    lines
}

/// Lines that close a comparison of two versions.
fn comparison_lines(summary: &Summary) -> Vec<String> {
    let kinds = [(summary.errors, "breaking change"), (summary.warnings, "change to look at"), (summary.infos, "harmless change")];
    let plural = |(number, word): (usize, &str)| match word {
        "change to look at" if number != 1 => format!("{number} changes to look at"),
        word => count(number, word),
    };
    let parts: Vec<String> = kinds.into_iter().filter(|&(number, _)| number > 0).map(plural).collect();
    let Some(found) = list(&parts) else {
        return vec!["Nothing has changed that flows built on the older version would notice.".to_owned()];
    };
    let next = match (summary.errors, summary.warnings) {
        (0, 0) => "Flows that were built on the older version go on.",
        (0, _) => "No change is known to break flows; reviewers may ask about some.",
        _ => "Certification asks about each breaking change: take it back, or be ready to say why no flow breaks.",
    };
    vec![format!("{found}."), next.to_owned()]
}

/// How many of what, without those of which there are none.
fn tally(counts: [(usize, &str); 3]) -> Option<String> {
    let parts: Vec<String> = counts.into_iter().filter(|&(number, _)| number > 0).map(|(number, word)| count(number, word)).collect();
    list(&parts)
}

/// What `conncert fix` can repair, if anything.
fn repairs(summary: &Summary) -> Option<String> {
    let kinds = [
        (summary.fixable_safe, "safe", ""),
        (summary.fixable_unsafe, "unsafe", " with --unsafe"),
        (summary.fixable_placeholder, "placeholder", " to complete by hand"),
    ];
    let present: Vec<_> = kinds.into_iter().filter(|&(number, _, _)| number > 0).collect();
    let parts: Vec<String> = match present.as_slice() {
        [(_, word, hint)] => vec![format!("{word}{hint}")],
        several => several.iter().map(|(number, word, hint)| format!("{number} {word}{hint}")).collect(),
    };
    let kinds = list(&parts)?;
    Some(format!("`conncert fix` can repair {} ({kinds}).", count(summary.fixable(), "finding")))
}

fn next_step(summary: &Summary) -> String {
    match (summary.errors, summary.warnings, summary.infos) {
        (0, 0, 1) => "No errors and no warnings: the info is advice.".to_owned(),
        (0, 0, infos) => format!("No errors and no warnings: the {infos} infos are advice."),
        (0, 1, _) => "No errors. Look at the warning next: reviewers may ask about it.".to_owned(),
        (0, warnings, _) => format!("No errors. Look at the {warnings} warnings next: reviewers may ask about them."),
        (1, _, _) => "Start with the error: certification rejects it.".to_owned(),
        (errors, _, _) => format!("Start with the {errors} errors: certification rejects them."),
    }
}

/// A number of things: `1 error`, `2 errors`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// `a`, `a and b`, `a, b and c`; nothing for nothing.
pub fn list(parts: &[String]) -> Option<String> {
    let (last, others) = parts.split_last()?;
    if others.is_empty() { Some(last.clone()) } else { Some(format!("{} and {last}", others.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_with_what_can_be_repaired_and_where_to_start() {
        let summary = Summary {
            connectors: 5,
            errors: 3,
            warnings: 1,
            infos: 2,
            failures: 0,
            fixable_safe: 2,
            fixable_unsafe: 1,
            fixable_placeholder: 1,
            baselined: 0,
            compared: false,
        };
        assert_eq!(
            summary_lines(&summary, 2),
            [
                "3 errors, 1 warning and 2 infos in 2 of 5 connectors.",
                "`conncert fix` can repair 4 findings (2 safe, 1 unsafe with --unsafe and 1 placeholder to complete by hand).",
                "Start with the 3 errors: certification rejects them.",
            ]
        );
    }

    #[test]
    fn one_of_anything_is_singular() {
        let summary = Summary { connectors: 1, errors: 1, fixable_placeholder: 1, ..Summary::default() };
        assert_eq!(
            summary_lines(&summary, 1),
            [
                "1 error in 1 connector.",
                "`conncert fix` can repair 1 finding (placeholder to complete by hand).",
                "Start with the error: certification rejects it.",
            ]
        );
    }

    #[test]
    fn warnings_alone_are_called_no_errors() {
        let two = Summary { connectors: 2, warnings: 2, ..Summary::default() };
        assert_eq!(
            summary_lines(&two, 2),
            ["2 warnings in 2 connectors.", "No errors. Look at the 2 warnings next: reviewers may ask about them."]
        );
        let one = Summary { connectors: 1, warnings: 1, infos: 1, ..Summary::default() };
        assert_eq!(
            summary_lines(&one, 1),
            ["1 warning and 1 info in 1 connector.", "No errors. Look at the warning next: reviewers may ask about it."]
        );
    }

    #[test]
    fn advice_alone_is_called_advice() {
        let one = Summary { connectors: 1, infos: 1, ..Summary::default() };
        assert_eq!(summary_lines(&one, 1), ["1 info in 1 connector.", "No errors and no warnings: the info is advice."]);
        let two = Summary { connectors: 1, infos: 2, ..Summary::default() };
        assert_eq!(summary_lines(&two, 1), ["2 infos in 1 connector.", "No errors and no warnings: the 2 infos are advice."]);
    }

    #[test]
    fn a_clean_run_says_how_many_connectors_are_clean() {
        assert_eq!(summary_lines(&Summary { connectors: 2, ..Summary::default() }, 0), ["Nothing to report: 2 connectors are clean."]);
        assert_eq!(summary_lines(&Summary { connectors: 1, ..Summary::default() }, 0), ["Nothing to report: 1 connector is clean."]);
    }

    #[test]
    fn a_run_without_connectors_does_not_call_anything_clean() {
        assert_eq!(summary_lines(&Summary::default(), 0), ["Nothing was checked."]);
    }

    #[test]
    fn findings_of_the_baseline_are_counted_beside_the_new_ones() {
        let new = Summary { connectors: 1, warnings: 1, baselined: 7, ..Summary::default() };
        assert_eq!(summary_lines(&new, 1)[0], "1 warning in 1 connector. 7 more in the baseline.");
        let none = Summary { connectors: 3, baselined: 1, ..Summary::default() };
        assert_eq!(summary_lines(&none, 0), ["Nothing new to report in 3 connectors. 1 more in the baseline."]);
    }

    #[test]
    fn a_comparison_tells_what_breaks_flows_and_what_to_do_about_it() {
        let lines = |errors, warnings, infos| {
            summary_lines(&Summary { connectors: 1, errors, warnings, infos, compared: true, ..Summary::default() }, 1)
        };
        assert_eq!(
            lines(2, 1, 1),
            [
                "2 breaking changes, 1 change to look at and 1 harmless change.",
                "Certification asks about each breaking change: take it back, or be ready to say why no flow breaks.",
            ]
        );
        assert_eq!(lines(0, 2, 0), ["2 changes to look at.", "No change is known to break flows; reviewers may ask about some."]);
        assert_eq!(lines(0, 0, 0), ["Nothing has changed that flows built on the older version would notice."]);
    }
}
