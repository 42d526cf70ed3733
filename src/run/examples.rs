//! Runs the examples of rules: where a rule must speak, where it must be silent, and what its repairs make of a file.

use std::collections::BTreeSet;

use crate::connector::load::Given;
use crate::engine;
use crate::finding::{Finding, FixSafety};
use crate::fix::pass::{self, Choice, Repaired};
use crate::fix::verify::{self, PLACEHOLDER_RULE};
use crate::fix::workspace::Workspace;
use crate::outcome::Outcome;
use crate::rule::catalogue::Selection;
use crate::rule::example::Example;
use crate::rule::{Catalogue, Rule, load};
use crate::source::image::Image;

/// Runs the examples of one rule. Gives their number, or everything that is not as the rule file says.
pub fn test_rule(catalogue: &Catalogue, rule: &Rule) -> Result<usize, Vec<String>> {
    let examples = load::examples(rule).map_err(|error| vec![error])?;
    let mut failures = Vec::new();
    if examples.bad.is_empty() || examples.good.is_empty() {
        failures.push("a rule needs at least one bad and one good example".to_owned());
    }
    let mut shown = BTreeSet::new();
    let all = examples.bad.iter().map(|example| ("bad", example)).chain(examples.good.iter().map(|example| ("good", example)));
    for (at, (kind, example)) in all.enumerate() {
        let name = format!("{kind} example {}{}", at + 1, example.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default());
        if (kind == "bad") == example.expect.is_empty() {
            failures.push(format!("{name}: bad examples need `expect`, good ones must not have it"));
            continue;
        }
        if let Err(problem) = test_findings(catalogue, rule, example) {
            failures.push(format!("{name}: {problem}"));
        }
        if !example.fixed.is_empty() {
            match test_fixes(catalogue, rule, example) {
                Ok(numbers) => shown.extend(numbers),
                Err(problem) => failures.push(format!("{name}, repaired: {problem}")),
            }
        }
    }
    let hidden = (0..rule.fixes().len()).filter(|number| !shown.contains(number));
    failures.extend(hidden.map(|number| format!("no bad example with `fixed` shows fix {} ({})", number + 1, rule.fixes()[number].title)));
    if failures.is_empty() { Ok(examples.bad.len() + examples.good.len()) } else { Err(failures) }
}

fn only(rule: &Rule) -> Selection {
    Selection { only: vec![rule.id().to_owned()], ..Selection::default() }
}

fn test_findings(catalogue: &Catalogue, rule: &Rule, example: &Example) -> Result<(), String> {
    let connector = example.connector()?;
    let plan = catalogue.plan(connector.track.value, connector.stage.value, &only(rule));
    let outcome = engine::check(&connector, &plan);
    let mut left: Vec<_> = outcome.findings.iter().collect();
    for expected in &example.expect {
        match left.iter().position(|finding| expected.fits(finding)) {
            Some(at) => {
                left.remove(at);
            }
            None => {
                return Err(format!("expected {expected:?}, found {}", listed(&outcome)));
            }
        }
    }
    if left.is_empty() { Ok(()) } else { Err(format!("found more than expected: {}", listed(&outcome))) }
}

fn listed(outcome: &Outcome) -> String {
    let shown = |finding: &Finding| {
        let line = finding.place.range.map(|range| format!(":{}", range.start.line)).unwrap_or_default();
        let property = finding.property.as_ref().map(|property| format!(" property {property}")).unwrap_or_default();
        format!("{}{line} {:?}{property}: {}", finding.place.file, finding.place.pointer.as_deref().unwrap_or("-"), finding.message)
    };
    let shown: Vec<String> = outcome.findings.iter().map(shown).collect();
    if shown.is_empty() { "nothing".to_owned() } else { shown.join(" | ") }
}

/// Makes every repair of the rule and looks at what came of it. Gives the numbers of the repairs that were made.
fn test_fixes(catalogue: &Catalogue, rule: &Rule, example: &Example) -> Result<Vec<usize>, String> {
    let (track, stage) = example.track_and_stage();
    let given = Given { track: Some(track), stage: Some(stage) };
    let workspace = Workspace::in_memory(example.folder(), example.files()?, given);
    let choice = Choice { unsafe_too: true, only: vec![rule.id().to_owned()], ..Choice::default() };
    let plan = catalogue.plan(track, stage, &only(rule)).with_values(&example.config);
    let repaired = pass::run(workspace.clone(), |_| plan, &choice).map_err(|rejection| rejection.to_string())?;
    for (name, part) in &example.fixed {
        part_of_file(&repaired.workspace, name, part)?;
    }
    let numbers: Vec<usize> = repaired.made.iter().map(|made| made.number).collect();
    if numbers.is_empty() {
        return Err("no repair was offered".to_owned());
    }
    let completed_by_hand = repaired.made.iter().any(|made| made.safety == FixSafety::Placeholder);
    if !repaired.after.findings.is_empty() && !completed_by_hand && rule.id() != PLACEHOLDER_RULE {
        return Err(format!("the rule still speaks: {}", listed(&repaired.after)));
    }
    nothing_worse(catalogue, workspace, repaired)?;
    Ok(numbers)
}

/// Checks with all rules that the repairs have added no error.
fn nothing_worse(catalogue: &Catalogue, mut before: Workspace, repaired: Repaired) -> Result<(), String> {
    let mut after = repaired.workspace;
    let (old, new) = (before.connector(), after.connector());
    let plan = catalogue.plan(old.track.value, old.stage.value, &Selection::default());
    let (old_outcome, new_outcome) = (engine::check(&old, &plan), engine::check(&new, &plan));
    match verify::new_error((&old, &old_outcome), &new_outcome) {
        Some(error) => Err(format!("the repair adds an error to {}: {} ({})", error.place.file, error.message, error.rule.id)),
        None => Ok(()),
    }
}

fn part_of_file(workspace: &Workspace, name: &str, part: &str) -> Result<(), String> {
    let Some(bytes) = workspace.bytes(name) else {
        return if part.is_empty() { Ok(()) } else { Err(format!("there is no {name}")) };
    };
    if part.is_empty() {
        return Err(format!("{name} is still there"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let image = Image::read(bytes);
            let (width, height) = image.dimensions().unwrap_or_default();
            format!("{} {width} x {height}", image.kind().word())
        }
    };
    let unindented = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let (text_lines, part_lines) = (unindented(&text), unindented(part.trim()));
    if text_lines.contains(&part_lines) { Ok(()) } else { Err(format!("{name} does not hold\n{part_lines}\nbut is\n{text}")) }
}
