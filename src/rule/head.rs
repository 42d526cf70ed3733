//! What must be known of a rule before it is read, told from its file as JSON. The build script reads this file, too: it keeps that of the
//! built-in rules ready, so that a run reads only the rules that concern the connector.

use serde_json::Value;

use super::key_set::KeySet;

/// Tracks and stages by the words of rule files, in the order of `levels`.
const TRACKS: [&str; 3] = ["verified", "independent", "custom"];
const STAGES: [&str; 2] = ["submission", "pull-request"];

/// Tracks times stages.
pub const SITUATIONS: usize = TRACKS.len() * STAGES.len();

/// Checks that say nothing of a thing without some member, and their keys that name it by path: the first key that is given counts; where
/// it gives several paths, one of those members must be there.
const CHECKS: [(&str, &[&str]); 14] = [
    ("agreement", &["member"]),
    ("compare", &["member"]),
    ("exists", &["member"]),
    ("forbidden", &["inside", "members"]),
    ("format", &["member"]),
    ("in-enum", &["member"]),
    ("keys", &["inside"]),
    ("needs", &["member"]),
    ("number", &["member"]),
    ("one-of", &["member"]),
    ("order", &["lower"]),
    ("text", &["members", "member"]),
    ("type", &["member"]),
    ("unique-items", &["member"]),
];

/// Checks that look at one member only, whatever the rule file says.
const FIXED: [(&str, &str); 3] = [("discriminator", "discriminator"), ("produced-examples", "examples"), ("required-names", "required")];

/// Tests of a condition that hold only for a member that is there, whatever they say.
const PRESENCE: [&str; 6] = ["matches", "min", "max", "type", "empty", "entries"];

/// The severity in each situation as the word in the rule file, none where the rule does not apply. By track, then stage.
pub fn levels(rule: &Value) -> [Option<&str>; SITUATIONS] {
    let lists = |table: &Value, key: &str, word: &str| {
        table.get(key).and_then(Value::as_array).is_none_or(|words| words.iter().any(|known| known.as_str() == Some(word)))
    };
    let mut levels = [None; SITUATIONS];
    for (index, level) in levels.iter_mut().enumerate() {
        let (track, stage) = (TRACKS[index / STAGES.len()], STAGES[index % STAGES.len()]);
        let applies = |table: &Value| lists(table, "tracks", track) && lists(table, "stages", stage);
        if applies(rule) {
            let adjusted = rule.get("adjust").and_then(Value::as_array).into_iter().flatten().find(|table| applies(table));
            *level = adjusted.unwrap_or(rule).get("severity").and_then(Value::as_str);
        }
    }
    levels
}

/// Every name under which users may ask for the rule.
pub fn names(rule: &Value) -> Vec<&str> {
    ["id", "code", "policies", "aliases"].into_iter().filter_map(|key| rule.get(key)).flat_map(texts).collect()
}

/// The kinds of things the rule looks at.
pub fn kinds(rule: &Value) -> Vec<&str> {
    rule.get("select").and_then(|select| select.get("kind")).map(texts).unwrap_or_default()
}

/// A text, or each of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

/// Keys that an object must have for a rule to say anything about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Every one of these.
    pub all: KeySet,
    /// One of these; every key where none is needed.
    pub one: KeySet,
}

impl Needs {
    /// What a rule needs.
    pub fn of(rule: &Value) -> Self {
        let members = rule.get("select").and_then(|select| select.get("members")).and_then(Value::as_object);
        let wanted = members.into_iter().flatten().filter(|(_, condition)| wants_presence(condition)).map(|(path, _)| first_key(path));
        let all = wanted.filter(|keys| *keys != KeySet::ALL).fold(KeySet::EMPTY, KeySet::with);
        let paths = rule.get("check").and_then(Value::as_object).and_then(|check| check.iter().next()).map(needed).unwrap_or_default();
        let one = match paths.is_empty() {
            true => KeySet::ALL,
            false => paths.into_iter().map(first_key).fold(KeySet::EMPTY, KeySet::with),
        };
        Self { all, one }
    }

    /// Whether the rule may have something to say about an object with these keys. Most rules have not, and this is the quickest way to
    /// tell.
    pub fn met_by(self, keys: KeySet) -> bool {
        keys.may_have_all(self.all) && (self.one == KeySet::ALL || keys.may_have_one(self.one))
    }
}

fn needed<'r>((check, table): (&'r String, &'r Value)) -> Vec<&'r str> {
    if let Some((_, member)) = FIXED.iter().find(|(name, _)| name == check) {
        return vec![member];
    }
    let keys = CHECKS.iter().find(|(name, _)| name == check).map_or(&[][..], |(_, keys)| keys);
    // An empty path is the thing itself, as if none were given; among several it makes the others needless.
    keys.iter().filter_map(|key| table.get(key)).map(texts).find(|paths| paths.as_slice() != [""]).unwrap_or_default()
}

/// Whether a condition holds only for a member that is there.
fn wants_presence(condition: &Value) -> bool {
    let Value::Object(tests) = condition else { return true };
    let is = |key: &str| tests.get(key) == Some(&Value::Bool(true));
    is("present") || is("filled") || PRESENCE.iter().any(|key| tests.contains_key(*key))
}

/// The keys of which an object must have one for a path to lead anywhere; every key where that cannot be told from the path.
fn first_key(path: &str) -> KeySet {
    match path.split('/').find(|step| !step.is_empty()) {
        None | Some("..") => KeySet::ALL,
        // Items of arrays are named by number or by what they hold.
        Some(step) if step.contains(['=', '~']) || step.bytes().all(|byte| byte.is_ascii_digit()) => KeySet::ALL,
        Some(step) => KeySet::of(step),
    }
}
