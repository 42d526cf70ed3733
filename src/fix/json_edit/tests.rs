//! What edits make of files in every style people write JSON in.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::fix::edit::apply;
use crate::source::SourceText;
use crate::source::json::Json;

fn parse(text: &str) -> Json {
    Json::parse(Arc::new(SourceText::from_bytes(text.as_bytes().to_vec())))
}

fn edited(text: &str, edit: impl for<'a> Fn(&'a Json) -> Option<Edit>) -> String {
    let json = parse(text);
    let edits = vec![edit(&json).unwrap()];
    let new = apply(text, edits);
    assert!(parse(&new).issues().is_empty(), "{new}");
    new
}

fn set(text: &str, pointer: &str, key: &str, value: serde_json::Value, position: &str) -> String {
    edited(text, |json| {
        let object = json.at(pointer).unwrap();
        let position = match position {
            "" => Position::Last,
            "^" => Position::First,
            key => Position::Behind(object.get(key).unwrap()),
        };
        set_member(object, key, &Fragment::New(value.clone()), position)
    })
}

#[test]
fn a_new_member_takes_the_indentation_and_line_ends_of_its_neighbours() {
    assert_eq!(
        set("{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}", "", "c", json!({"d": []}), "a"),
        "{\r\n\t\"a\": 1,\r\n\t\"c\": {\r\n\t\t\"d\": []\r\n\t},\r\n\t\"b\": 2\r\n}"
    );
    assert_eq!(set("{\n    \"a\" : 1\n}\n", "", "c", json!(true), ""), "{\n    \"a\" : 1,\n    \"c\" : true\n}\n");
    assert_eq!(set("{\n  \"a\": 1\n}", "", "c", json!("x"), "^"), "{\n  \"c\": \"x\",\n  \"a\": 1\n}");
}

#[test]
fn a_new_member_of_an_object_on_one_line_stays_on_that_line() {
    assert_eq!(set(r#"{"a":1,"b":2}"#, "", "c", json!({"d": [1, 2]}), "a"), r#"{"a":1,"c":{"d":[1,2]},"b":2}"#);
    assert_eq!(set(r#"{ "a": 1 }"#, "", "c", json!({"d": [1, 2]}), ""), r#"{ "a": 1, "c": { "d": [1, 2] } }"#);
}

#[test]
fn an_empty_object_opens_as_its_parent_is_laid_out() {
    assert_eq!(set("{\n  \"a\": {}\n}", "/a", "b", json!(1), ""), "{\n  \"a\": {\n    \"b\": 1\n  }\n}");
    assert_eq!(set(r#"{"a":{}}"#, "/a", "b", json!(1), ""), r#"{"a":{"b":1}}"#);
    assert_eq!(set("{ }", "", "b", json!(1), ""), "{\n  \"b\": 1\n}");
}

#[test]
fn a_member_that_is_there_gets_the_new_value_only() {
    assert_eq!(set("{\n  \"a\": false ,\n  \"b\": 2\n}", "", "a", json!("x"), ""), "{\n  \"a\": \"x\" ,\n  \"b\": 2\n}");
}

#[test]
fn items_are_appended_and_prepended() {
    let item = |text: &str, position: Position<'static>| {
        edited(text, |json| insert_item(json.at("/a").unwrap(), &Fragment::New(json!("x")), position))
    };
    assert_eq!(item("{\n  \"a\": [\n    1\n  ]\n}", Position::Last), "{\n  \"a\": [\n    1,\n    \"x\"\n  ]\n}");
    assert_eq!(item("{\"a\": [1, 2]}", Position::First), "{\"a\": [\"x\", 1, 2]}");
    assert_eq!(item("{\n  \"a\": []\n}", Position::Last), "{\n  \"a\": [\n    \"x\"\n  ]\n}");
}

#[test]
fn several_items_stand_as_one_does() {
    let items = |text: &str, position: Position<'static>| {
        edited(text, |json| insert_items(json.at("/a").unwrap(), &[Fragment::New(json!("x")), Fragment::New(json!("y"))], position))
    };
    assert_eq!(items("{\n  \"a\": [\n    1\n  ]\n}", Position::First), "{\n  \"a\": [\n    \"x\",\n    \"y\",\n    1\n  ]\n}");
    assert_eq!(items("{\"a\": [1, 2]}", Position::Last), "{\"a\": [1, 2, \"x\", \"y\"]}");
    assert_eq!(items("{\n  \"a\": []\n}", Position::Last), "{\n  \"a\": [\n    \"x\",\n    \"y\"\n  ]\n}");
}

#[test]
fn a_removed_member_takes_its_comma_and_line_along() {
    let text = "{\n  \"a\": 1,\n  \"b\": { \"x\": 2 },\n  \"c\": 3\n}";
    let without = |pointer: &str| edited(text, |json| remove(json.at(pointer).unwrap()));
    assert_eq!(without("/a"), "{\n  \"b\": { \"x\": 2 },\n  \"c\": 3\n}");
    assert_eq!(without("/b"), "{\n  \"a\": 1,\n  \"c\": 3\n}");
    assert_eq!(without("/c"), "{\n  \"a\": 1,\n  \"b\": { \"x\": 2 }\n}");
    assert_eq!(without("/b/x"), "{\n  \"a\": 1,\n  \"b\": {},\n  \"c\": 3\n}");
}

#[test]
fn rewriting_a_text_keeps_the_escapes_of_the_rest() {
    let text = r#"{"a": "caf\u00e9 \ud83d\ude00  and\/or"}"#;
    assert_eq!(edited(text, |json| rewrite(json.at("/a").unwrap(), "café 😀 and/or")), r#"{"a": "caf\u00e9 \ud83d\ude00 and\/or"}"#);
    assert_eq!(edited(r#"{"a": "x"}"#, |json| rewrite(json.at("/a").unwrap(), "x \"y\"")), r#"{"a": "x \"y\""}"#);
    assert!(rewrite(parse(r#"{"a": "x"}"#).at("/a").unwrap(), "x").is_none());
}

#[test]
fn a_copied_value_is_indented_anew() {
    let text = "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n    }\n  },\n  \"d\": 1\n}";
    let moved = edited(text, |json| set_member(json.root()?, "e", &Fragment::Copy(json.at("/a/b").unwrap()), Position::Last));
    assert!(moved.ends_with(",\n  \"e\": {\n    \"c\": 1\n  }\n}"), "{moved}");
}

#[test]
fn keys_are_renamed_in_place() {
    assert_eq!(edited(r#"{ "a" : 1 }"#, |json| rename_key(json.at("/a").unwrap(), "b\"")), r#"{ "b\"" : 1 }"#);
}

#[test]
fn members_move_to_the_place_of_their_object() {
    let kept = ["type".to_owned(), "enum".to_owned()];
    let unwrapped = |text: &str| edited(text, |json| unwrap(json.at("/schema").unwrap(), &kept));
    let lines = "{\n  \"in\": \"query\",\n  \"schema\": {\n    \"type\": \"string\",\n    \"title\": \"T\",\n    \"enum\": [\n      \"a\"\n    ]\n  }\n}";
    assert_eq!(unwrapped(lines), "{\n  \"in\": \"query\",\n  \"type\": \"string\",\n  \"enum\": [\n    \"a\"\n  ]\n}");
    assert_eq!(unwrapped(r#"{ "schema": {"type":"string"}, "in": "query" }"#), r#"{ "type": "string", "in": "query" }"#);
    let json = parse(r#"{"type":"string","schema":{"type":"integer"}}"#);
    assert_eq!(unwrap(json.at("/schema").unwrap(), &kept), None);
}
