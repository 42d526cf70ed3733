//! What the parser says about every kind of damage, and that it keeps the rest.

use std::sync::Arc;

use super::SyntaxIssueKind::{self, *};
use super::{MAX_DEPTH, MAX_ISSUES};
use crate::source::SourceText;
use crate::source::json::Json;

fn json(text: &str) -> Json {
    Json::parse(Arc::new(SourceText::from_bytes(text.as_bytes().to_vec())))
}

/// The damage as kind and the text it covers, with two characters around an empty place.
fn issues(text: &str) -> Vec<(SyntaxIssueKind, String)> {
    let json = json(text);
    json.issues()
        .iter()
        .map(|issue| {
            let place = text.get(issue.span.clone()).unwrap_or("(not on a character)");
            let shown = if place.is_empty() {
                format!("{}^", &text[issue.span.start.saturating_sub(2)..issue.span.start])
            } else {
                place.to_owned()
            };
            (issue.kind, shown)
        })
        .collect()
}

fn one(text: &str, kind: SyntaxIssueKind, place: &str) {
    assert_eq!(issues(text), [(kind, place.to_owned())], "{text}");
}

#[test]
fn sound_files_have_no_issues() {
    for text in ["{}", "[]", " \"a\" ", "-0.5e+10", "null", "{\"a\":[1,{\"b\":null}],\"c\":\"\\u00e9\\n\"}\n", "[true,false]"] {
        assert_eq!(issues(text), [], "{text}");
    }
}

#[test]
fn an_extra_comma_is_reported_at_the_comma() {
    one("{\"a\":1,}", ExtraComma, ",");
    one("[1,2,\n]", ExtraComma, ",");
    one("[1,,2]", ExtraComma, ",");
    one("{,\"a\":1}", ExtraComma, ",");
}

#[test]
fn a_missing_comma_is_reported_behind_the_value_before_it() {
    one("{\"a\":1\n \"b\":2}", MissingComma, ":1^");
    one("[{} {}]", MissingComma, "{}^");
    assert_eq!(json("{\"a\":1\n \"b\":2}").at("/b").map(|value| value.raw()), Some("2"));
}

#[test]
fn a_missing_bracket_is_reported_where_it_was_forgotten_and_the_rest_is_read() {
    let text = "{\"list\": [1, 2, \"next\": {\"x\": 3}}";
    one(text, MissingBracket, " 2^");
    assert_eq!(json(text).at("/next/x").map(|value| value.raw()), Some("3"));
    one("{\"a\": {\"b\": [1}}", MissingBracket, "[1^");
    one("{\"a\": 1", MissingBracket, " 1^");
}

#[test]
fn the_place_of_a_bracket_that_is_missing_at_the_end_is_told_by_indentation() {
    let text = "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n  },\n  \"d\": 2\n}\n";
    let json = json(text);
    let issue = &json.issues()[0];
    assert_eq!((issue.kind, json.source().position(issue.span.start).line), (MissingBracket, 5));
    assert_eq!(issue.other.as_ref().map(|other| json.source().position(other.start).line), Some(3));
    assert_eq!(json.issues().len(), 1);
    assert_eq!(json.at("/d").map(|value| value.raw()), Some("2"), "what follows lands where its author meant it");
}

#[test]
fn a_bracket_too_many_does_not_end_the_file() {
    let text = "{\"a\": 1}, \"b\": 2}";
    one(text, ExtraBracket, "}");
    assert_eq!(json(text).at("/b").map(|value| value.raw()), Some("2"));
    one("{}}", ExtraBracket, "}");
    one("[1)]", UnexpectedText, "1)");
}

#[test]
fn an_object_of_a_list_that_is_not_closed_and_a_bracket_that_strayed_are_told_apart() {
    let text = "{\"list\": [{\"a\": 1, {\"b\": 2}}], \"c\": 3}";
    assert_eq!(issues(text), [(MissingBracket, " 1^".to_owned()), (ExtraBracket, "}".to_owned())]);
    let json = json(text);
    assert_eq!((json.at("/list/1/b").map(|value| value.raw()), json.at("/c").map(|value| value.raw())), (Some("2"), Some("3")));
}

#[test]
fn members_behind_the_end_are_one_misplaced_bracket() {
    one("{\"a\": 1}\n\"b\": [2]\n", ExtraBracket, "}");
}

#[test]
fn text_behind_the_end_is_one_issue() {
    one("{} trailing text [1,2", TrailingText, "trailing text [1,2");
}

#[test]
fn quotes_colons_and_values_may_be_missing() {
    one("{a: 1}", MissingQuotes, "a");
    one("{'a': 1}", MissingQuotes, "'");
    one("{\"a\" 1}", MissingColon, "a\"^");
    one("{\"a\": , \"b\": 1}", MissingValue, "\"a\"");
    one("{\"a\"}", MissingValue, "\"a\"");
    one("{\"a\": yes}", UnexpectedText, "yes");
    one("{\"a\": 01}", InvalidNumber, "01");
    one("{\"a\": .5}", InvalidNumber, ".5");
}

#[test]
fn a_text_that_is_not_closed_ends_with_its_line() {
    let text = "{\n  \"a\": \"open,\n  \"b\": 2\n}";
    one(text, UnclosedString, "\"open");
    assert_eq!(json(text).at("/b").map(|value| value.raw()), Some("2"));
}

#[test]
fn control_characters_and_exotic_blanks_are_folded_into_one_issue_each() {
    let json = json("{\u{2003}\"a\":\u{a0}\"x\ty\tz\"}");
    let found: Vec<_> = json.issues().iter().map(|issue| (issue.kind, issue.more.len())).collect();
    assert_eq!(found, [(ExoticBlank, 1), (ControlCharacter, 1)]);
}

#[test]
fn comments_and_invalid_escapes_are_found() {
    one("{ // note\n \"a\": 1}", Comment, "// note");
    one("{ /* x */ \"a\": 1}", Comment, "/* x */");
    one("{\"a\": \"\\x\"}", InvalidEscape, "\\x");
    one("{\"a\": \"\\u12\"}", InvalidEscape, "\\u12");
}

#[test]
fn an_empty_file_says_so() {
    one("", Empty, "^");
    one(" \n", Empty, "^");
}

#[test]
fn depth_is_bounded_and_what_follows_is_read() {
    let text = format!("{{\"deep\": {}{}, \"b\": 2}}", "[".repeat(10_000), "]".repeat(10_000));
    let json = json(&text);
    assert_eq!(json.issues().iter().map(|issue| issue.kind).collect::<Vec<_>>(), [TooDeep]);
    assert_eq!(json.at("/b").map(|value| value.raw()), Some("2"));
    assert!(json.nodes().count() < MAX_DEPTH + 10);
    let unclosed = self::json(&"{\"a\":[".repeat(50_000));
    assert!(unclosed.issues().len() <= 2, "{:?}", unclosed.issues());
}

#[test]
fn garbage_ends_with_a_bounded_list() {
    let json = json(&"{]".repeat(100_000));
    assert!(json.issues().len() <= MAX_ISSUES);
}

#[test]
fn duplicate_keys_are_listed_and_the_last_counts() {
    let json = json("{\"a\":1,\"b\":2,\"a\":3}");
    let pairs: Vec<_> = json.duplicate_keys().map(|(first, later)| (first.raw().to_owned(), later.raw().to_owned())).collect();
    assert_eq!(pairs, [("1".to_owned(), "3".to_owned())]);
    assert_eq!(json.at("/a").map(|value| value.raw()), Some("3"));
}

#[test]
fn every_node_is_found_again_by_its_pointer() {
    let json = json("{\"a/b\":{\"~\":[1,{\"\":2}]},\"x\":[[]]}");
    for node in json.nodes() {
        assert_eq!(json.at(&node.pointer()).map(|found| found.id()), Some(node.id()), "{}", node.pointer());
    }
    assert_eq!(json.at("/a~1b/~0/1/").map(|value| value.raw()), Some("2"));
}

#[test]
fn strings_are_decoded() {
    let json = json("[\"a\\\"b\\u00e9\\ud83d\\ude00\\ud800\", \"plain\"]");
    assert_eq!(json.at("/0").and_then(|value| value.as_str()).as_deref(), Some("a\"b\u{e9}\u{1f600}\u{fffd}"));
    assert!(matches!(json.at("/1").and_then(|value| value.as_str()), Some(std::borrow::Cow::Borrowed("plain"))));
}

#[test]
fn a_file_may_break_off_behind_any_character() {
    for text in ["{\n  \"a\": {\n}\n\"é", "{ \"a\": 'é"] {
        assert!(!issues(text).is_empty(), "{text}");
    }
}

#[test]
fn members_are_found_by_keys_without_quotes_and_keys_that_are_not_closed() {
    let json = Json::parse(Arc::new(SourceText::from_bytes(b"{ type: 1, xinfox: 2, \"host".to_vec())));
    let root = json.root().unwrap();
    assert_eq!(root.get("type").map(|value| value.raw()), Some("1"));
    assert_eq!(root.get("xinfox").map(|value| value.raw()), Some("2"));
    assert!(root.get("info").is_none(), "the first and the last letter are no quotes");
    json.nodes().for_each(|node| assert_eq!(json.at(&node.pointer()), Some(node)));
    let json = Json::parse(Arc::new(SourceText::from_bytes(b"{ \"a\": { 1, \"b\": [ 2, \"c\": 3 ] } }".to_vec())));
    json.nodes().for_each(|node| assert_eq!(json.at(&node.pointer()), Some(node)));
}

#[test]
fn keys_that_are_written_differently_are_the_same_key() {
    let json =
        Json::parse(Arc::new(SourceText::from_bytes(b"{ \"title\": 1, \"titl\\u0065\": 2, 'title': 3, title: 4, \"Title\": 5 }".to_vec())));
    assert_eq!(json.duplicate_keys().map(|(_, later)| later.raw()).collect::<Vec<_>>(), ["2", "3", "4"]);
}

#[test]
fn text_that_is_no_member_at_the_end_of_an_object_is_one_issue() {
    let json = Json::parse(Arc::new(SourceText::from_bytes("{ \"a\": 1, \u{e9} }".as_bytes().to_vec())));
    assert_eq!(json.issues().iter().map(|issue| issue.kind).collect::<Vec<_>>(), [SyntaxIssueKind::UnexpectedText]);
}
