//! The baseline file: what may stand in it, and how it is read. These types are the format; their comments are its documentation.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::anchor::short;
use crate::finding::Finding;
use crate::source::SourceText;
use crate::source::json::Json;

/// The version of the format that this program reads and writes.
pub const VERSION: u32 = 1;

/// Findings that were there when the baseline was written and are not reported any more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BaselineFile {
    /// The version of the format: 1.
    pub conncert_baseline: u32,
    /// Whatever else a person wrote; it is kept.
    #[serde(flatten)]
    pub more: Map<String, Value>,
    /// The findings of each connector, by its folder relative to this file, with `/`.
    pub connectors: BTreeMap<String, Vec<Entry>>,
}

/// A finding, or several that nothing tells apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Entry {
    /// The id of the rule.
    pub rule: String,
    /// The file, relative to the connector's folder; empty for the folder itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The place in the file, by names that survive reordering; empty for the file as a whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
    /// The member that is missing or unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// What the finding is about, where the place does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How many findings of this kind there are; 1 when left out.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: NonZeroUsize,
    /// Why it may stay, for people to write down; kept whenever the file is written again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whatever else a person wrote; it is kept.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

fn is_one(count: &NonZeroUsize) -> bool {
    count.get() == 1
}

/// What tells findings of one connector apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    file: String,
    anchor: String,
    rule: String,
    property: Option<String>,
    about: Option<String>,
}

impl Key {
    /// The key of a finding that has got its anchor.
    pub fn of(finding: &Finding) -> Self {
        let anchor = finding.anchor.as_ref().map(|anchor| anchor.place.clone()).unwrap_or_default();
        let about = about(&finding.message, &anchor, finding.property.as_deref());
        Self { file: finding.place.file.to_string(), anchor, rule: finding.rule.id.clone(), property: finding.property.clone(), about }
    }

    /// An entry for so many findings.
    pub fn entry(self, count: NonZeroUsize) -> Entry {
        let Self { file, anchor, rule, property, about } = self;
        Entry { rule, file, anchor, property, about, count, reason: None, more: Map::new() }
    }
}

impl Entry {
    /// What it stands for; borrowed, in the order of [`Key`].
    pub fn key(&self) -> (&str, &str, &str, Option<&str>, Option<&str>) {
        (&self.file, &self.anchor, &self.rule, self.property.as_deref(), self.about.as_deref())
    }
}

impl Key {
    /// The same, to be compared with entries.
    pub fn parts(&self) -> (&str, &str, &str, Option<&str>, Option<&str>) {
        (&self.file, &self.anchor, &self.rule, self.property.as_deref(), self.about.as_deref())
    }
}

/// What a message quotes, apart from what is known anyway. The words around it may change from version to version, and the numbers in
/// them from edit to edit; what is quoted stands in the connector.
fn about(message: &str, anchor: &str, property: Option<&str>) -> Option<String> {
    let mut quoted: Vec<&str> = Vec::new();
    let mut rest = message;
    while let Some(start) = rest.find(['`', '"']) {
        let mark = &rest[start..=start];
        let behind = &rest[start + 1..];
        let Some(end) = behind.find(mark) else { break };
        quoted.push(behind[..end].trim());
        rest = &behind[end + 1..];
    }
    // "`a`, `b` and 12 more": which ones are named is chance.
    let has_more = message.split_once(" more").is_some_and(|(before, _)| before.ends_with(|c: char| c.is_ascii_digit()));
    quoted.retain(|text| !has_more && !text.is_empty() && property != Some(*text) && !anchor.contains(text));
    // Lists in messages follow the order of the file.
    quoted.sort_unstable();
    (!quoted.is_empty()).then(|| short(&quoted.join(", ")))
}

/// Why a file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongFile {
    /// Line and column, where known.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub problem: String,
}

/// Reads a baseline.
pub fn parse(bytes: Vec<u8>) -> Result<BaselineFile, WrongFile> {
    let source = Arc::new(SourceText::from_bytes(bytes));
    // A merge may leave a connector in the file twice. Of two keys JSON readers take one, and what stands below the other would be lost.
    if let Some((_, again)) = Json::parse(source.clone()).duplicate_keys().next() {
        let position = source.position(again.key_span().unwrap_or_else(|| again.span()).start);
        let problem = format!("`{}` is there twice; put both together", short(&again.key().unwrap_or_default()));
        return Err(WrongFile { place: Some((position.line, position.column)), problem });
    }
    let mut file: BaselineFile = serde_json::from_str(source.text()).map_err(|error| {
        let said = error.to_string();
        let problem = said.split(" at line ").next().unwrap_or(&said).to_owned();
        WrongFile { place: (error.line() > 0).then(|| (error.line(), error.column())), problem }
    })?;
    if file.conncert_baseline != VERSION {
        let problem = format!("its version is {}, and this program knows version {VERSION}", file.conncert_baseline);
        return Err(WrongFile { place: None, problem });
    }
    for entries in file.connectors.values_mut() {
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        entries.dedup();
    }
    Ok(file)
}

/// The name of a connector in a baseline: the way to its folder from that of the baseline, which exists; `.` where both are one.
pub fn connector_name(baseline: &Path, connector: &Path) -> String {
    let (from, to) = (real(baseline), real(connector));
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let mut way: Vec<String> = match to.peek() {
        // Another drive: there is no way.
        Some(Component::Prefix(_)) => Vec::new(),
        _ => from.map(|_| "..".to_owned()).collect(),
    };
    way.extend(to.map(|part| part.as_os_str().to_string_lossy().into_owned()).filter(|part| part != "\\" && part != "/"));
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// A path without links and detours, as far as it exists.
pub fn real(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let wrong = parse(text.as_bytes().to_vec()).unwrap_err();
        format!("{:?} {}", wrong.place, wrong.problem)
    }

    #[test]
    fn what_is_no_baseline_is_refused_with_its_place() {
        assert!(problem("").starts_with("None EOF") || problem("").contains("EOF"), "{}", problem(""));
        assert!(problem("{}").contains("missing field `conncert_baseline`"), "{}", problem("{}"));
        assert!(problem("{\"conncert_baseline\": 2, \"connectors\": {}}").contains("version is 2"));
        let report = "{\"schema_version\":1,\"connectors\":[]}";
        assert!(problem(report).contains("expected a map"), "{}", problem(report));
        let none = "{\"conncert_baseline\": 1,\n \"connectors\": {\"a\": [{\"rule\": \"r\", \"count\": 0}]}}";
        assert!(problem(none).starts_with("Some((2, "), "{}", problem(none));
        let twice = "{\"conncert_baseline\": 1,\n \"connectors\": {\"a\": [],\n \"a\": []}}";
        assert_eq!(problem(twice), "Some((3, 2)) `a` is there twice; put both together");
    }

    #[test]
    fn a_byte_order_mark_and_unknown_members_do_no_harm() {
        let text = "\u{feff}{\"conncert_baseline\": 1, \"comment\": [1], \"connectors\": {\"a\": [{\"rule\": \"r\", \"ticket\": 7}]}}";
        let file = parse(text.as_bytes().to_vec()).unwrap();
        assert_eq!(file.more["comment"], serde_json::json!([1]));
        assert_eq!((file.connectors["a"][0].count.get(), &file.connectors["a"][0].more["ticket"]), (1, &serde_json::json!(7)));
    }

    #[test]
    fn a_message_counts_by_what_it_quotes_and_not_by_its_words_and_numbers() {
        let said = |message: &str| about(message, "operation GetItem/parameters/[q in query]", Some("x-ms-summary"));
        assert_eq!(said("the title has 33 characters, 30 are allowed"), None);
        assert_eq!(said("parameter `q` of GetItem has no `x-ms-summary`"), None);
        assert_eq!(said("the word \"API\" stands in `My API`"), Some("API, My API".to_owned()));
        assert_eq!(said("here `API` is in \"My API\""), said("the word \"API\" stands in `My API`"));
        assert_eq!(said("it lacks \"Sort\" and \"Join\""), said("it lacks \"Join\" and \"Sort\""));
        assert_eq!(said("it lacks \"Sort\", \"Join\" and 12 more"), None);
        assert_eq!(said("an unbalanced `quote"), None);
    }

    #[test]
    fn connectors_are_named_by_the_way_from_the_baseline() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, beside) = (folder.path().join("a b").join("c"), folder.path().join("other"));
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::create_dir_all(&beside).unwrap();
        assert_eq!(connector_name(folder.path(), &inside), "a b/c");
        assert_eq!(connector_name(&beside, &beside.join("..").join("a b").join("c")), "../a b/c");
        assert_eq!(connector_name(&inside, &inside), ".");
    }
}
