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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;
    use crate::rule::Catalogue;

    #[test]
    fn the_first_adjustment_that_fits_gives_the_severity_and_other_tracks_have_none() {
        let rule = json!({
            "severity": "warning",
            "tracks": ["verified", "independent"],
            "adjust": [{"stages": ["pull-request"], "severity": "off"}, {"tracks": ["independent"], "severity": "error"}]
        });
        assert_eq!(levels(&rule), [Some("warning"), Some("off"), Some("error"), Some("off"), None, None]);
    }

    #[test]
    fn a_rule_needs_the_members_that_its_check_and_conditions_look_at() {
        let one = |check: Value| Needs::of(&json!({"select": {"kind": "info"}, "check": check})).one;
        assert_eq!(one(json!({"text": {"member": "title/0"}})), KeySet::of("title"));
        assert_eq!(one(json!({"text": {"members": ["a", "b/c"], "member": "d"}})), KeySet::of("a").with(KeySet::of("b")));
        assert_eq!(one(json!({"forbidden": {"members": ["a"], "inside": "b"}})), KeySet::of("b"));
        assert_eq!(one(json!({"required-names": {}})), KeySet::of("required"));
        for any in
            [json!({"text": {}}), json!({"text": {"members": ["a", ""]}}), json!({"type": {"member": "../a"}}), json!({"always": {}})]
        {
            assert_eq!(one(any.clone()), KeySet::ALL, "{any}");
        }
        let members = json!({"a": "x", "b": {"present": true}, "c": {"present": false}, "d": {"not": "x"}, "e": {"min": 1}, "../f": true});
        let all = Needs::of(&json!({"select": {"kind": "info", "members": members}, "check": {"always": {}}})).all;
        assert_eq!(all, ["a", "b", "e"].map(KeySet::of).into_iter().fold(KeySet::EMPTY, KeySet::with));
    }

    #[test]
    fn every_check_that_needs_a_member_is_one_that_rules_use() {
        let used = |rule: &crate::rule::Rule| {
            let file: Value = serde_json::from_str(rule.kept()?.0).ok()?;
            file["check"].as_object()?.keys().next().cloned()
        };
        let used: HashSet<String> = Catalogue::built_in().rules().iter().filter_map(used).collect();
        let named = CHECKS.iter().map(|(name, _)| name).chain(FIXED.iter().map(|(name, _)| name));
        assert_eq!(named.filter(|name| !used.contains(**name)).collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
