//! Runs rules over a connector: each thing meets only the rules that ask for its kind.

use crate::check::{Context, Hit, Hits};
use crate::connector::Connector;
use crate::finding::{Finding, Related};
use crate::fix::offer::Offer;
use crate::fix::values::{FixValues, is_placeholder};
use crate::fix::verify::PLACEHOLDER_RULE;
use crate::model::{At, Model, Subject};
use crate::outcome::Outcome;
use crate::rule::attribute::Attribute;
use crate::rule::catalogue::{Plan, Planned};
use crate::rule::file::{Given, Select};
use crate::rule::kind::Kind;
use crate::rule::template::Template;
use crate::source::json::KeySet;

/// Checks a connector. The findings are sorted by file, offset and rule.
pub fn check(connector: &Connector, plan: &Plan<'_>) -> Outcome {
    let model = Model::new(connector);
    let mut findings = Vec::new();
    for &kind in Kind::ALL {
        let rules = plan.rules_for(kind);
        if rules.is_empty() {
            continue;
        }
        for subject in model.subjects(kind) {
            let keys = subject.node.map_or(KeySet::ALL, |node| if node.is_object() { node.keys() } else { KeySet::ALL });
            for planned in rules.iter().filter(|planned| planned.concerns(keys)) {
                if selects(&planned.rule.file.select, &model, &subject) {
                    run(planned, &plan.values, &model, subject, &mut findings);
                }
            }
        }
    }
    if let Some(only) = &connector.only {
        findings.retain(|finding| finding.place.file == *only);
    }
    let mut accepted: Vec<usize> = Vec::new();
    if !plan.accepted.is_empty() {
        findings.retain(|finding| {
            let acceptance = plan.accepted.iter().find(|acceptance| acceptance.means(finding, &model));
            accepted.extend(acceptance.map(|acceptance| acceptance.number));
            acceptance.is_none()
        });
    }
    findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
    findings.dedup();
    let title = model.swagger.as_ref().and_then(|swagger| swagger.root.get("info")?.get_str("title")).map(|title| title.into_owned());
    let sources = connector
        .documents
        .iter()
        .filter(|document| findings.iter().any(|finding| finding.place.file == document.path))
        .filter_map(|document| Some((document.path.clone(), document.source()?.clone())));
    Outcome {
        path: connector.path.clone(),
        title,
        track: connector.track,
        stage: connector.stage,
        sources: sources.collect(),
        findings,
        accepted,
        baselined: 0,
    }
}

/// Whether a thing fulfils the conditions of a selection.
pub fn selects<'a>(select: &Select, model: &Model<'a>, subject: &Subject<'a>) -> bool {
    select.r#where.iter().all(|(attribute, matcher)| matcher.matches_attribute(&model.attribute(subject, *attribute)))
        && select
            .members
            .iter()
            .all(|(path, matcher)| matcher.matches_value(subject.node.and_then(|node| crate::check::member_of(node, path))))
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

fn run<'a>(planned: &Planned<'_>, values: &FixValues, model: &Model<'a>, subject: Subject<'a>, findings: &mut Vec<Finding>) {
    let mut hits: Hits<'a> = Vec::new();
    planned.rule.file.check.run(&Context { model, subject }, &mut hits);
    if planned.rule.id() != PLACEHOLDER_RULE {
        hits.retain(|hit| !is_unfilled(&hit.at));
    }
    findings.extend(hits.into_iter().map(|hit| finding(planned, values, model, &subject, hit)));
}

fn finding<'a>(planned: &Planned<'_>, values: &FixValues, model: &Model<'a>, subject: &Subject<'a>, hit: Hit<'a>) -> Finding {
    let rule = planned.rule;
    let render = |template: &Template| {
        template.render(|name| match hit.values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => value.clone(),
            None if name == "subject" => model.label(subject),
            None => Attribute::from_name(name).map(|attribute| model.attribute(subject, attribute).to_string()).unwrap_or_default(),
        })
    };
    let (message, help) = (tidy(render(&rule.message)), tidy(render(&rule.help)));
    let fix = match rule.file.fix.is_empty() {
        true => None,
        false => Offer { model, values, subject, hit: &hit, rule }.first(),
    };
    let uses = model.uses(subject, 3);
    let related =
        hit.related.iter().chain(&uses).map(|(message, at)| Related { message: message.clone(), place: model.place(at) }).collect();
    Finding {
        rule: rule.info.clone(),
        severity: planned.severity,
        message,
        help: Some(help).filter(|help| !help.is_empty()),
        property: hit.property,
        place: model.place(&hit.at),
        anchor: None,
        related,
        fix,
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

/// Placeholders may be empty: no double blanks, no blanks at the ends.
fn tidy(text: String) -> String {
    if !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') {
        return text;
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
