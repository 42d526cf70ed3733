//! Reads rules: the built-in ones out of the binary, a user's out of a folder of TOML files, with a place for every mistake.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use walkdir::WalkDir;

use super::example::Example;
use super::file::Level;
use super::file::RuleFile;
use super::fix::FixRule;
use super::head::Needs;
use super::kind::Kind;
use super::lazy::{Card, Rule};
use super::template::Template;
use crate::connector::Artifact;
use crate::connector::load::read_limited;
use crate::finding::Range;
use crate::fix::values;
use crate::source::SourceText;
use crate::source::json::KeySet;
use crate::words;

/// What repairs may name beside what messages may name, and beside `config.NAME`.
const FIX_NAMES: [&str; 6] = ["property", "key", "raw", "text", "title", "filled"];

/// The texts of the built-in rules; [`CARDS`] tells which is where.
pub(super) const TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.txt"));
/// The built-in rules, sorted by id.
static CARDS: &[Card] = include!(concat!(env!("OUT_DIR"), "/cards.rs"));
const EXAMPLES: &str = include_str!(concat!(env!("OUT_DIR"), "/examples.json"));

/// Area and file name of every built-in rule file, for the tests that compare them with the ids.
pub const RULE_SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rule_sources.rs"));

/// A mistake in a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblem {
    /// The file.
    pub path: PathBuf,
    /// Where in the file, when known.
    pub range: Option<Range>,
    /// What is wrong and what was expected.
    pub message: String,
}

/// The built-in rules, by id.
pub fn built_in() -> Vec<Rule> {
    CARDS.iter().map(Rule::built_in).collect()
}

/// Whether there is a built-in rule with this id.
pub(super) fn is_built_in(id: &str) -> bool {
    CARDS.iter().any(|card| TEXTS.get(card.id.0 as usize..card.id.1 as usize) == Some(id))
}

/// Reads the repairs of a built-in rule; most have none.
pub(super) fn fixes(json: &str) -> Result<Vec<FixRule>, serde_json::Error> {
    if json.is_empty() { Ok(Vec::new()) } else { serde_json::from_str(json) }
}

/// Mistakes in built-in rule files; the tests demand that there are none.
pub fn built_in_problems() -> Vec<String> {
    let read = |rule: &Rule| {
        let (file, repairs) = rule.kept()?;
        let read = serde_json::from_str::<RuleFile>(file).map(|_| ()).and_then(|()| fixes(repairs).map(|_| ()));
        read.err().map(|error| error.to_string()).or_else(|| problem_of(rule))
    };
    built_in().iter().filter_map(|rule| Some(format!("{}: {}", rule.id(), read(rule)?))).collect()
}

/// The examples of a rule.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Examples {
    /// Connectors that break the rule.
    pub bad: Vec<Example>,
    /// Connectors that keep it.
    pub good: Vec<Example>,
}

/// The examples of a rule: a user's own from its file, a built-in one's out of the binary.
pub fn examples(rule: &Rule) -> Result<Examples, String> {
    if rule.kept().is_none() {
        return Ok(Examples { bad: rule.file().bad.clone(), good: rule.file().good.clone() });
    }
    #[derive(Deserialize)]
    struct Raw<'a>(#[serde(borrow)] std::collections::HashMap<&'a str, &'a serde_json::value::RawValue>);
    let Raw(all) = serde_json::from_str(EXAMPLES).map_err(|error| error.to_string())?;
    let Some(own) = all.get(rule.id()) else { return Ok(Examples::default()) };
    serde_json::from_str(own.get()).map_err(|error| format!("{}: {error}", rule.id()))
}

/// Every `*.toml` below a folder, as rules; or everything that is wrong with them.
pub fn folder(folder: &Path) -> Result<Vec<Rule>, Vec<RuleProblem>> {
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    if !folder.is_dir() {
        return Err(vec![RuleProblem { path: folder.to_owned(), range: None, message: "this folder of rules does not exist".to_owned() }]);
    }
    for entry in WalkDir::new(folder).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "toml") => {
                match file(entry.path()) {
                    Ok(rule) => rules.push(rule),
                    Err(problem) => problems.push(*problem),
                }
            }
            Ok(_) => {}
            Err(error) => {
                problems.push(RuleProblem { path: error.path().unwrap_or(folder).to_owned(), range: None, message: error.to_string() })
            }
        }
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// One rule file.
pub fn file(path: &Path) -> Result<Rule, Box<RuleProblem>> {
    let problem = |message| Box::new(RuleProblem { path: path.to_owned(), range: None, message });
    let bytes = read_limited(path).map_err(|error| problem(error.to_string()))?;
    parse(path, bytes)
}

/// The text of one rule file.
pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Rule, Box<RuleProblem>> {
    let problem = |range, message| Box::new(RuleProblem { path: path.to_owned(), range, message });
    let source = SourceText::from_bytes(bytes);
    let range = |span: std::ops::Range<usize>| Range { start: source.position(span.start), end: source.position(span.end) };
    let file: RuleFile =
        toml::from_str(source.text()).map_err(|error| problem(error.span().map(range), words::with_nearest_name(error.message())))?;
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let place_of = |word: &str| source.text().find(word).map(|at| range(at..at + word.len()));
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !file.id.split('-').all(is_word) {
        let expected = "an id consists of words in small letters and digits with a hyphen between them, such as `title-without-numbers`";
        return Err(problem(place_of(&file.id), format!("`{}` is no id: {expected}", file.id)));
    }
    if file.id != stem {
        return Err(problem(
            place_of(&file.id),
            format!("the id is `{}` but the file is called `{stem}.toml`; both must be the same", file.id),
        ));
    }
    let area = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let json: serde_json::Value = toml::from_str(source.text()).map_err(|error| problem(None, error.message().to_owned()))?;
    let rule = Rule::own(file, area, &json);
    match problem_of(&rule) {
        Some(message) => {
            let quoted = message.split('`').nth(1).and_then(place_of);
            Err(problem(quoted, message))
        }
        None => Ok(rule),
    }
}

/// What the types cannot express: names that must fit each other.
fn problem_of(rule: &Rule) -> Option<String> {
    let file = rule.file();
    for kind in file.select.kind.list() {
        for (attribute, _) in &file.select.r#where {
            if !kind.attributes().contains(attribute) {
                let known: Vec<String> = kind.attributes().iter().map(|attribute| attribute.name()).collect();
                return Some(format!(
                    "`{}` is no attribute of the kind {}, which has {}",
                    attribute.name(),
                    kind.name(),
                    words::list_and(&known)
                ));
            }
        }
    }
    let patterns = file
        .select
        .r#where
        .iter()
        .map(|(_, matcher)| matcher)
        .chain(file.select.members.iter().map(|(_, matcher)| matcher))
        .flat_map(super::matcher::Matcher::patterns)
        .chain(file.check.patterns())
        .chain(rule.fixes().iter().flat_map(FixRule::patterns));
    for pattern in patterns {
        if let Some(problem) = pattern.problem() {
            return Some(format!("`{}` is no regular expression: {problem}", pattern.source()));
        }
    }
    let known = rule.known_placeholders();
    for placeholder in rule.message().placeholders().chain(rule.help().placeholders()) {
        if !known.iter().any(|name| name == placeholder) {
            return Some(format!("nothing provides `{placeholder}` in the message or help; available are {}", words::list_and(&known)));
        }
    }
    let files = Artifact::ALL.into_iter().map(|artifact| format!("file.{}", artifact.word()));
    let known: Vec<String> =
        known.into_iter().chain(FIX_NAMES.map(str::to_owned)).chain(values::names()).chain(values::entered_names()).chain(files).collect();
    for fix in rule.fixes() {
        let named = fix.templates().into_iter().map(Template::parse);
        let names: Vec<String> = named.flat_map(|template| template.placeholders().map(str::to_owned).collect::<Vec<_>>()).collect();
        for placeholder in names.iter().chain(fix.when.iter().map(|(name, _)| name)) {
            if !placeholder.starts_with('@') && !known.contains(placeholder) {
                return Some(format!("nothing provides `{placeholder}` in a fix; available are {}", words::list_and(&known)));
            }
        }
        if fix.r#do.is_empty() {
            return Some("a fix does nothing: `do` is empty".to_owned());
        }
    }
    None
}
