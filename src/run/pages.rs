//! Rule documentation as Markdown: a page a rule, and an index by area, by code and by policy number.

use std::collections::BTreeMap;

use super::explain;
use crate::rule::example::Example;
use crate::rule::{Catalogue, Rule, load};
use crate::words;

/// Every page by file name, the index as `README.md`.
pub fn pages(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = catalogue.rules().iter().map(|rule| (format!("{}.md", rule.id()), page(rule))).collect();
    pages.insert("README.md".to_owned(), index(catalogue));
    pages
}

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let file = rule.file();
    let mut text = format!("# {}\n\n{}.\n\n", file.id, file.summary);
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("- **{name}:** {value}\n"));
        }
    };
    row("Severity", explain::severity(rule));
    row("Code", file.code.iter().map(|code| format!("`{code}`")).collect());
    row("Policies", file.policies.join(", "));
    row("Also known as", file.aliases.iter().map(|alias| format!("`{alias}`")).collect::<Vec<_>>().join(", "));
    row("Applies to", explain::applies(rule));
    row("Confidence", format!("{}: {}", file.confidence.word(), file.confidence.meaning()));
    row("Evidence", escaped(&file.evidence));
    row("Source", format!("<{}>", file.source));
    text.push_str(&format!(
        "\n## Why certification minds\n\n{}\n\n## What to do\n\n{}\n",
        escaped(&file.why),
        escaped(&explain::readable(&file.help))
    ));
    let fixes = explain::fixes(rule);
    if !fixes.is_empty() {
        let first = if fixes.len() > 1 { "The first of these that is possible:\n\n" } else { "" };
        let lines: Vec<String> = fixes.iter().map(|fix| format!("- {}\n", escaped(fix))).collect();
        text.push_str(&format!("\n## What `conncert fix` does\n\n{first}{}", lines.concat()));
    }
    if let Some(exceptions) = &file.exceptions {
        text.push_str(&format!("\n## When it is right to ignore it\n\n{}\n", escaped(exceptions)));
    }
    let examples = load::examples(rule).unwrap_or_default();
    for (title, all) in [("Wrong", &examples.bad), ("Right", &examples.good)] {
        if !all.is_empty() {
            text.push_str(&format!("\n## {title}\n"));
            all.iter().for_each(|example| text.push_str(&shown(example)));
        }
    }
    text
}

fn shown(example: &Example) -> String {
    let mut text = String::new();
    if let Some(note) = &example.note {
        text.push_str(&format!("\n{}:\n", words::capital(&escaped(note))));
    }
    let parts = explain::parts(example);
    if parts.is_empty() {
        text.push_str("\nThe clean example connector as it is.\n");
    }
    for (file, content) in parts {
        let language = match file.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => "json",
            Some("md") => "markdown",
            Some("csx") => "csharp",
            _ => "text",
        };
        let fence = if content.contains("```") { "````" } else { "```" };
        let visible: String = content
            .chars()
            .map(|c| if c.is_control() && c != '\n' && c != '\t' { format!("\\u{{{:x}}}", c as u32) } else { c.to_string() })
            .collect();
        text.push_str(&format!("\n`{file}`\n\n{fence}{language}\n{}\n{fence}\n", visible.trim_matches('\n')));
    }
    text
}

/// Angle brackets would vanish as HTML.
fn escaped(text: &str) -> String {
    text.replace('<', "\\<")
}

fn index(catalogue: &Catalogue) -> String {
    let rules = catalogue.rules();
    let errors = rules.iter().filter(|rule| rule.file().severity.word() == "error").count();
    let mut text = format!(
        "# Rules\n\n{} rules, {errors} of them errors. Examples in rule pages are differences from the clean connector in \
         [fixtures/example-base](../../fixtures/example-base), as JSON merge patches.\n\n[By area](#by-area) | [By code](#by-code) | [By policy number](#by-policy-number)\n\n## By area\n",
        rules.len()
    );
    let link = |rule: &Rule| format!("[{0}]({0}.md)", rule.id());
    let mut areas: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    let mut codes: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    let mut policies: BTreeMap<Vec<u32>, (&str, Vec<&Rule>)> = BTreeMap::new();
    for rule in rules {
        areas.entry(rule.area()).or_default().push(rule);
        rule.file().code.iter().for_each(|code| codes.entry(code).or_default().push(rule));
        for policy in &rule.file().policies {
            let number = policy.split('.').filter_map(|part| part.parse().ok()).collect();
            policies.entry(number).or_insert_with(|| (policy, Vec::new())).1.push(rule);
        }
    }
    for (area, rules) in areas {
        text.push_str(&format!("\n### {area}\n\n| Rule | Severity | What it demands |\n|---|---|---|\n"));
        for rule in rules {
            text.push_str(&format!(
                "| {} | {} | {} |\n",
                link(rule),
                rule.file().severity.word(),
                escaped(&rule.file().summary).replace('|', "\\|")
            ));
        }
    }
    let mut table = |title: &str, rows: Vec<(String, Vec<&Rule>)>| {
        text.push_str(&format!("\n## {title}\n\n| {} | Rules |\n|---|---|\n", title.trim_start_matches("By ")));
        for (name, rules) in rows {
            text.push_str(&format!("| {name} | {} |\n", rules.into_iter().map(link).collect::<Vec<_>>().join(", ")));
        }
    };
    table("By code", codes.into_iter().map(|(code, rules)| (code.to_owned(), rules)).collect());
    table("By policy number", policies.into_values().map(|(policy, rules)| (policy.to_owned(), rules)).collect());
    text
}
