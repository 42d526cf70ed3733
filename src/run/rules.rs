//! `conncert rules`: the catalogue as table, JSON or Markdown; and the tests of rules by their own examples.

use std::path::Path;

use serde::Serialize;

use super::examples::test_rule;
use super::{Console, Ending, catalogue, explain, ids, output};
use crate::cli::{RulesArguments, RulesFormat};
use crate::error::RunError;
use crate::report::human::escape::escape_lines;
use crate::report::json_text;
use crate::rule::{Catalogue, Rule};

/// Lists the rules, or runs their examples.
pub fn rules(arguments: &RulesArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let catalogue = catalogue(&arguments.folders)?;
    if let Some(names) = &arguments.test {
        return test(&catalogue, &ids(&catalogue, names)?, console);
    }
    if let Some(folder) = &arguments.write_pages {
        return write_pages(&catalogue, folder);
    }
    let text = match arguments.format {
        RulesFormat::Table => escape_lines(&table(&catalogue)),
        RulesFormat::Json => json(&catalogue)?,
        RulesFormat::Markdown => escape_lines(&markdown(&catalogue)),
    };
    console.output.write_all(text.as_bytes()).map_err(output)?;
    Ok(Ending::Clean)
}

/// Writes the pages. Pages of rules that are gone stay: nothing is deleted that this run has not written.
fn write_pages(catalogue: &Catalogue, folder: &Path) -> Result<Ending, RunError> {
    let failed = |reason| RunError::Output { target: folder.display().to_string(), reason };
    let pages = super::pages::pages(catalogue);
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (name, text) in pages {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(Ending::Clean)
}

fn table(catalogue: &Catalogue) -> String {
    let width = catalogue.rules().iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in catalogue.rules() {
        text.push_str(&format!("{:<width$}  {:<7}  {}\n", rule.id(), rule.file().severity.word(), rule.file().summary));
    }
    let errors = catalogue.rules().iter().filter(|rule| rule.file().severity.word() == "error").count();
    text.push_str(&format!("\n{} rules, {errors} of them errors. `conncert explain ID` tells more about one.\n", catalogue.rules().len()));
    text
}

/// One rule in the frozen JSON form.
#[derive(Debug, Serialize)]
struct RuleEntry<'r> {
    id: &'r str,
    area: &'r str,
    severity: &'static str,
    code: Option<&'r str>,
    policies: &'r [String],
    aliases: &'r [String],
    tracks: Vec<&'static str>,
    stages: Vec<&'static str>,
    confidence: &'static str,
    fix: Option<&'static str>,
    summary: &'r str,
    url: String,
}

impl<'r> RuleEntry<'r> {
    fn of(rule: &'r Rule) -> Self {
        let file = rule.file();
        Self {
            id: &file.id,
            area: rule.area(),
            severity: file.severity.word(),
            code: file.code.as_deref(),
            policies: &file.policies,
            aliases: &file.aliases,
            tracks: file.tracks.iter().map(|track| track.word()).collect(),
            stages: file.stages.iter().map(|stage| stage.word()).collect(),
            confidence: file.confidence.word(),
            fix: rule.fixes().first().map(|fix| fix.safety.word()),
            summary: &file.summary,
            url: rule.url(),
        }
    }
}

fn json(catalogue: &Catalogue) -> Result<String, RunError> {
    #[derive(Serialize)]
    struct Document<'r> {
        schema_version: u32,
        rules: Vec<RuleEntry<'r>>,
    }
    let document = Document { schema_version: 1, rules: catalogue.rules().iter().map(RuleEntry::of).collect() };
    json_text::pretty(&document).map_err(output)
}

fn markdown(catalogue: &Catalogue) -> String {
    let mut areas: Vec<&str> = catalogue.rules().iter().map(|rule| rule.area()).collect();
    areas.sort_unstable();
    areas.dedup();
    let mut text = format!("# Rules\n\n{} rules in {} areas.\n", catalogue.rules().len(), areas.len());
    for area in areas {
        text.push_str(&format!(
            "\n## {area}\n\n| Rule | Severity | Code | Policies | Confidence | What it demands |\n|---|---|---|---|---|---|\n"
        ));
        for rule in catalogue.rules().iter().filter(|rule| rule.area() == area) {
            let file = rule.file();
            let cells = [
                format!("`{}`", file.id),
                explain::severity(rule),
                file.code.clone().unwrap_or_default(),
                file.policies.join(", "),
                file.confidence.word().to_owned(),
                file.summary.replace('|', "\\|"),
            ];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    text
}

/// Runs the examples of rules and tells which fail.
fn test(catalogue: &Catalogue, ids: &[String], console: &mut Console<'_>) -> Result<Ending, RunError> {
    let chosen: Vec<&Rule> = catalogue.rules().iter().filter(|rule| ids.is_empty() || ids.iter().any(|id| id == rule.id())).collect();
    let mut failed = 0;
    let mut passed = 0;
    for rule in &chosen {
        match test_rule(catalogue, rule) {
            Ok(count) => passed += count,
            Err(failures) => {
                failed += failures.len();
                for failure in failures {
                    writeln!(console.output, "{}", escape_lines(&format!("{}: {failure}", rule.id()))).map_err(output)?;
                }
            }
        }
    }
    writeln!(console.output, "{} rules, {passed} examples right, {failed} wrong", chosen.len()).map_err(output)?;
    if failed > 0 { Err(RunError::Examples { count: failed }) } else { Ok(Ending::Clean) }
}
