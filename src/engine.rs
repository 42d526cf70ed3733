//! Runs rules over a connector: each thing meets only the rules that ask for its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::{Context, Hit, Hits};
use crate::connector::Connector;
use crate::finding::{Finding, Place, Related, RuleInfo, Severity};
use crate::fix::offer::Offer;
use crate::fix::values::is_placeholder;
use crate::fix::verify::PLACEHOLDER_RULE;
use crate::guard::guarded;
use crate::in_order::in_order;
use crate::model::{At, Model, Subject};
use crate::outcome::Outcome;
use crate::rule::attribute::Attribute;
use crate::rule::catalogue::{Plan, Planned};
use crate::rule::file::{Given, Select};
use crate::rule::kind::Kind;
use crate::rule::matcher::Matcher;
use crate::rule::template::Template;
use crate::source::json::{KeySet, Value};
use crate::words;

/// Checks a connector. The findings are sorted by file, offset and rule. A rule that fails by a fault of conncert becomes a finding
/// itself, [`INTERNAL_ERROR`]; the others are checked all the same.
pub fn check(connector: &Connector, plan: &Plan<'_>) -> Outcome {
    watched(connector, plan, Watch::All)
}

/// As [`check`], on all cores: for a connector that is checked while no other one is.
pub fn check_alone(connector: &Connector, plan: &Plan<'_>) -> Outcome {
    watched(connector, plan, Watch::SideBySide)
}

fn watched(connector: &Connector, plan: &Plan<'_>, watch: Watch) -> Outcome {
    match guarded(|| check_with(connector, plan, watch)) {
        Ok(Ok(outcome)) => outcome,
        // Watching every rule costs time, so that is done only once it is known that one of them fails.
        _ => guarded(|| check_with(connector, plan, Watch::EachRule)).and_then(|outcome| outcome).unwrap_or_else(|reason| Outcome {
            path: connector.path.clone(),
            title: None,
            track: connector.track,
            stage: connector.stage,
            sources: BTreeMap::new(),
            findings: vec![internal_error("reading the connector", &reason)],
            accepted: Vec::new(),
            baselined: 0,
        }),
    }
}

/// Where a fault of conncert is caught.
#[derive(Clone, Copy, PartialEq)]
enum Watch {
    /// Around everything.
    All,
    /// Around each share of the work, which is done on all cores.
    SideBySide,
    /// Around each rule.
    EachRule,
}

/// The rule of findings about a fault of conncert itself. No rule file has this id.
pub const INTERNAL_ERROR: &str = "internal-error";

fn internal_error(work: &str, reason: &str) -> Finding {
    let rule = RuleInfo {
        id: INTERNAL_ERROR.to_owned(),
        summary: "conncert itself works without fault".to_owned(),
        code: None,
        policies: Vec::new(),
        why: "This is a fault of conncert, not of the connector. Everything else was checked.".to_owned(),
        url: String::new(),
    };
    Finding {
        rule: Arc::new(rule),
        severity: Severity::Error,
        message: format!("conncert failed in {work}: {reason}"),
        help: Some(
            format!(
                "Please report it at {}/issues with this message and, if you may share it, the connector.",
                env!("CARGO_PKG_REPOSITORY")
            )
            .into(),
        ),
        property: None,
        place: Place::default(),
        related: Vec::new(),
        fix: None,
        anchor: None,
        change: None,
    }
}

/// Things that one thread looks at, one after the other: enough to be worth handing over, few enough that all threads end together.
const SHARE: usize = 128;
/// A connector with fewer things is checked before a second thread has begun.
const MANY: usize = 256;

fn check_with(connector: &Connector, plan: &Plan<'_>, watch: Watch) -> Result<Outcome, String> {
    let model = Model::new(connector);
    let mut findings: Vec<Finding> = Vec::new();
    let mut failed: BTreeMap<&str, String> = BTreeMap::new();
    let subjects: Vec<Vec<Subject<'_>>> =
        Kind::ALL.iter().map(|&kind| if plan.rules_for(kind).is_empty() { Vec::new() } else { model.subjects(kind) }).collect();
    let shares: Vec<&[Subject<'_>]> = subjects.iter().flat_map(|subjects| subjects.chunks(SHARE)).collect();
    let is_large = shares.iter().map(|share| share.len()).sum::<usize>() >= MANY;
    match watch {
        Watch::SideBySide if is_large => {
            in_order(&shares, |share| guarded(|| look(share, plan, &model)), |_| 0, |_, found| found.map(|found| findings.extend(found)))?
        }
        Watch::All | Watch::SideBySide => shares.iter().for_each(|share| findings.extend(look(share, plan, &model))),
        Watch::EachRule => {
            for subject in shares.iter().copied().flatten() {
                for planned in concerned(plan, subject) {
                    if !failed.contains_key(planned.rule.id())
                        && let Err(reason) = guarded(|| apply(planned, plan, &model, subject, &mut findings))
                    {
                        failed.insert(planned.rule.id(), reason);
                    }
                }
            }
        }
    }
    findings.extend(failed.iter().map(|(rule, reason)| internal_error(&format!("the rule {rule}"), reason)));
    if let Some(only) = &connector.only {
        findings.retain(|finding| *finding.place.file == **only || finding.rule.id == INTERNAL_ERROR);
    }
    let mut accepted: Vec<usize> = Vec::new();
    if !plan.accepted.is_empty() {
        findings.retain(|finding| {
            let acceptance = plan.accepted.iter().find(|acceptance| acceptance.means(finding, &model));
            accepted.extend(acceptance.map(|acceptance| acceptance.number));
            acceptance.is_none()
        });
    }
    sort(&mut findings);
    findings.dedup();
    // A list that grew as they came has room for up to twice as many.
    findings.shrink_to_fit();
    let title = model.swagger.as_ref().and_then(|swagger| swagger.root.get("info")?.get_str("title")).map(|title| title.into_owned());
    let sources = connector
        .documents
        .iter()
        .filter(|document| findings.iter().any(|finding| finding.place.file == document.path))
        .filter_map(|document| Some((document.path.to_string(), document.source()?.clone())));
    Ok(Outcome {
        path: connector.path.clone(),
        title,
        track: connector.track,
        stage: connector.stage,
        sources: sources.collect(),
        findings,
        accepted,
        baselined: 0,
    })
}

/// Brings findings into their order. Findings are large: their numbers are sorted, and each finding is moved once.
fn sort(findings: &mut [Finding]) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|&a, &b| findings[a].order_key().cmp(&findings[b].order_key()));
    for first in 0..order.len() {
        let mut at = first;
        // Round the circle of those that change places with each other.
        while order[at] != first {
            let from = std::mem::replace(&mut order[at], at);
            findings.swap(at, from);
            at = from;
        }
        order[at] = at;
    }
}

/// What the rules say of some things.
fn look<'a>(subjects: &[Subject<'a>], plan: &Plan<'_>, model: &Model<'a>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for subject in subjects {
        for planned in concerned(plan, subject) {
            apply(planned, plan, model, subject, &mut findings);
        }
    }
    findings
}

/// The rules that may have something to say of a thing: the keys of an object tell quickly that most have not.
fn concerned<'p, 'c>(plan: &'p Plan<'c>, subject: &Subject<'_>) -> impl Iterator<Item = &'p Planned<'c>> + use<'p, 'c> {
    let keys = subject.node.filter(Value::is_object).map_or(KeySet::ALL, |node| node.keys());
    plan.rules_for(subject.kind).iter().filter(move |planned| planned.concerns(keys))
}

fn apply<'a>(planned: &Planned<'_>, plan: &Plan<'_>, model: &Model<'a>, subject: &Subject<'a>, findings: &mut Vec<Finding>) {
    if selects(&planned.rule.file().select, model, subject) {
        run(planned, plan, model, *subject, findings);
    }
}

/// Whether a thing fulfils the conditions of a selection. Its own members are looked at first, which costs least, and what lies around it
/// last.
pub fn selects<'a>(select: &Select, model: &Model<'a>, subject: &Subject<'a>) -> bool {
    let is_around = |path: &str| path.starts_with("..");
    let fulfils =
        |(path, matcher): &(String, Matcher)| matcher.matches_value(subject.node.and_then(|node| crate::check::member_of(node, path)));
    select.members.iter().filter(|(path, _)| !is_around(path)).all(fulfils)
        && select.r#where.iter().all(|(attribute, matcher)| matcher.matches_attribute(&model.attribute(subject, *attribute)))
        && select.members.iter().filter(|(path, _)| is_around(path)).all(fulfils)
        && select.given.iter().all(|given| holds(given, model))
}

fn holds(given: &Given, model: &Model<'_>) -> bool {
    let kinds = given.things.kind.list();
    let file_missing = kinds.iter().filter_map(|kind| kind.artifact()).any(|artifact| model.connector.document(artifact).is_none());
    if file_missing {
        return false;
    }
    let count: usize =
        kinds.iter().map(|&kind| model.subjects(kind).iter().filter(|subject| selects(&given.things, model, subject)).count()).sum();
    count >= given.min && given.max.is_none_or(|max| count <= max)
}

fn run<'a>(planned: &Planned<'_>, plan: &Plan<'_>, model: &Model<'a>, subject: Subject<'a>, findings: &mut Vec<Finding>) {
    #[cfg(test)]
    tests::fail_if_asked_to(planned.rule.id());
    let mut hits: Hits<'a> = Vec::new();
    planned.rule.file().check.run(&Context { model, subject }, &mut hits);
    if !hits.is_empty() && planned.rule.id() != PLACEHOLDER_RULE {
        hits.retain(|hit| !is_unfilled(&hit.at));
    }
    findings.extend(hits.into_iter().map(|hit| finding(planned, plan, model, &subject, hit)));
}

fn finding<'a>(planned: &Planned<'_>, plan: &Plan<'_>, model: &Model<'a>, subject: &Subject<'a>, hit: Hit<'a>) -> Finding {
    let rule = planned.rule;
    let render = |template: &Template| {
        template.render(|name| match hit.values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => words::beginning(value.as_str()),
            None if name == "subject" => words::beginning(model.label(subject)),
            None => Attribute::from_name(name)
                .map(|attribute| words::beginning(model.attribute(subject, attribute).to_string()))
                .unwrap_or_default(),
        })
    };
    let mut message = words::tidy(render(rule.message()));
    // Most advice is the same for every finding of a rule, and then it is there once.
    let help = rule.plain_help().cloned().unwrap_or_else(|| words::tidy(render(rule.help())).into());
    // A message of nothing but placeholders has nothing to say where they are empty.
    if message.trim().is_empty() {
        message.clone_from(&rule.info().summary);
    }
    let fix = Offer::new(model, plan, subject, &hit, rule).first();
    let uses = model.uses(subject, 3);
    let related = |(message, at): &(String, At<'a>)| Related { message: words::beginning(message.as_str()), place: model.place(at) };
    let related = hit.related.iter().chain(&uses).map(related).collect();
    Finding {
        rule: rule.info().clone(),
        severity: planned.severity,
        message,
        help: Some(help).filter(|help| !help.is_empty()),
        property: hit.property,
        place: model.place(&hit.at),
        anchor: None,
        related,
        fix,
        change: model.change(subject).map(Box::new),
    }
}

/// Whether a finding points at a value that a person must still fill in: that is said once, and nothing else about it.
fn is_unfilled(at: &At<'_>) -> bool {
    match at {
        At::Value(value) | At::Inside(value, _) => {
            value.raw().starts_with("\"<<") && value.as_str().is_some_and(|text| is_placeholder(&text))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::connector::load::InMemory;
    use crate::connector::{Stage, Track};
    use crate::rule::catalogue::Selection;
    use crate::rule::{Catalogue, load};

    thread_local! {
        /// The rule that is to fail.
        static FAILING: RefCell<Option<&'static str>> = const { RefCell::new(None) };
    }

    pub(super) fn fail_if_asked_to(rule: &str) {
        assert!(FAILING.with_borrow(|failing| *failing != Some(rule)), "a fault in {rule}");
    }

    fn outcome(failing: Option<&'static str>) -> Outcome {
        let definition = br#"{"swagger": "2.0", "info": {"title": "My API"}, "paths": {}}"#;
        let files = [("apiDefinition.json".to_owned(), definition.to_vec())].into();
        let connector = Connector::from_memory("x", InMemory { files, ..InMemory::default() }, Track::Verified, Stage::Submission);
        let catalogue = Catalogue::built_in();
        let plan = catalogue.plan(Track::Verified, Stage::Submission, &Selection::default());
        FAILING.set(failing);
        let outcome = check(&connector, &plan);
        FAILING.set(None);
        outcome
    }

    #[test]
    fn a_rule_that_fails_becomes_a_finding_and_the_others_are_checked() {
        let (whole, damaged) = (outcome(None), outcome(Some("title-restricted-words")));
        let mut expected: Vec<String> = whole.findings.iter().map(|finding| finding.message.clone()).collect();
        assert!(whole.findings.iter().any(|finding| finding.rule.id == "title-restricted-words"));
        let (errors, others): (Vec<_>, Vec<_>) = damaged.findings.iter().partition(|finding| finding.rule.id == INTERNAL_ERROR);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.starts_with("conncert failed in the rule title-restricted-words: a fault in title-restricted-words"));
        expected.retain(|message| !message.contains("contains the word"));
        assert_eq!(others.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn findings_are_sorted_whatever_their_order_was() {
        let expected = outcome(None).findings;
        assert!(expected.len() > 8);
        for step in [1, 3, 5, 7] {
            let mut shuffled = expected.clone();
            shuffled.rotate_left(step);
            for at in (0..shuffled.len()).rev() {
                shuffled.swap(at, (at * step + 3) % (at + 1));
            }
            sort(&mut shuffled);
            assert_eq!(shuffled, expected);
        }
    }

    #[test]
    fn a_repair_is_told_of_exactly_where_it_is_offered() {
        let catalogue = Catalogue::built_in();
        for rule in catalogue.rules().iter().filter(|rule| !rule.fixes().is_empty()) {
            for example in load::examples(rule).unwrap().bad {
                let connector = example.connector().unwrap();
                let only = Selection { only: vec![rule.id().to_owned()], ..Selection::default() };
                let plan = catalogue.plan(connector.track.value, connector.stage.value, &only);
                let mut offered = check(&connector, &plan).findings;
                offered.iter_mut().filter_map(|finding| finding.fix.as_mut()).for_each(|fix| fix.tasks.clear());
                assert_eq!(check(&connector, &plan.without_changes()).findings, offered, "{}", rule.id());
            }
        }
    }

    #[test]
    fn a_large_connector_that_has_all_cores_gives_the_same_findings_in_the_same_order() {
        let schemas: Vec<String> = (0..MANY)
            .map(|at| format!("\"S{at}\": {{\"type\": \"object\", \"properties\": {{\"p{at}\": {{\"type\": \"text\"}}}}}}"))
            .collect();
        let definition = format!(
            "{{\"swagger\": \"2.0\", \"info\": {{\"title\": \"A\"}}, \"paths\": {{}}, \"definitions\": {{{}}}}}",
            schemas.join(",")
        );
        let files = [("apiDefinition.json".to_owned(), definition.into_bytes())].into();
        let connector = Connector::from_memory("x", InMemory { files, ..InMemory::default() }, Track::Verified, Stage::Submission);
        let catalogue = Catalogue::built_in();
        let plan = catalogue.plan(Track::Verified, Stage::Submission, &Selection::default());
        let (one_core, all) = (check(&connector, &plan), check_alone(&connector, &plan));
        assert!(one_core.findings.len() > MANY);
        assert_eq!(one_core.findings, all.findings);
    }
}
