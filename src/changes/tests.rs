use serde_json::{Value as Json, json};

use super::*;
use crate::connector::load::{Connector, InMemory};
use crate::connector::{Stage, Track};

fn connector(definition: &Json) -> Connector {
    let files = [("apiDefinition.json".to_owned(), definition.to_string().into_bytes())].into();
    Connector::from_memory("x", InMemory { files, ..InMemory::default() }, Track::Verified, Stage::Submission)
}

/// What differs, as the word and the path.
fn found(old: &Json, new: &Json) -> Vec<String> {
    let (old, new) = (connector(old), connector(new));
    let (old, new) = (Model::new(&old), Model::new(&new));
    differences(&old, &new).iter().map(|difference| format!("{} {}", difference.what, difference.path)).collect()
}

/// A definition with an operation for each schema, which it answers.
fn answering(schemas: &[(&str, Json)], definitions: Json) -> Json {
    let path = |(id, schema): &(&str, Json)| {
        let operation = json!({ "operationId": id, "responses": { "200": { "description": "OK", "schema": schema } } });
        (format!("/{id}"), json!({ "get": operation }))
    };
    let paths: serde_json::Map<String, Json> = schemas.iter().map(path).collect();
    json!({ "swagger": "2.0", "info": { "title": "Parcels" }, "paths": paths, "definitions": definitions })
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{name}") })
}

#[test]
fn the_same_definition_has_no_differences_whatever_refers_to_what() {
    let definitions = json!({
        "Node": { "type": "object", "properties": { "next": reference("Node"), "all": { "type": "array", "items": reference("Node") } } },
    });
    let definition = answering(&[("GetNode", reference("Node")), ("GetNothing", reference("Missing"))], definitions);
    assert_eq!(found(&definition, &definition), Vec::<String>::new());
}

#[test]
fn a_difference_in_schemas_that_refer_to_each_other_is_found_from_wherever_they_are_entered() {
    let definitions = |kind: &str| {
        json!({
            "A": { "type": "object", "properties": { "b": reference("B"), "x": { "type": kind } } },
            "B": { "type": "object", "properties": { "a": reference("A") } },
        })
    };
    let both = [("First", reference("A")), ("Second", reference("B"))];
    let differences = found(&answering(&both, definitions("string")), &answering(&both, definitions("integer")));
    assert_eq!(
        differences,
        [
            "output-type-changed operation/First/responses/200/schema/x/type",
            "output-type-changed operation/Second/responses/200/schema/a/x/type",
        ]
    );
}

#[test]
fn fields_may_come_from_references_and_from_parts_without_being_a_difference() {
    let fields = json!({ "id": { "type": "string" }, "name": { "type": "string" } });
    let whole = answering(&[("Get", json!({ "type": "object", "properties": fields }))], json!({}));
    let parts = json!({ "allOf": [reference("Base"), { "properties": { "name": { "type": "string" } } }] });
    let composed = answering(&[("Get", parts)], json!({ "Base": { "type": "object", "properties": { "id": { "type": "string" } } } }));
    assert_eq!(found(&whole, &composed), Vec::<String>::new());
}

#[test]
fn a_field_that_moves_from_one_part_to_another_is_still_there_and_one_that_leaves_is_gone() {
    let base = |fields: Json| json!({ "Base": { "type": "object", "required": ["id"], "properties": fields } });
    let schema = [("Get", json!({ "allOf": [reference("Base")] }))];
    let old = answering(&schema, base(json!({ "id": { "type": "string" }, "name": { "type": "string" } })));
    let new = answering(&schema, base(json!({ "name": { "type": "string" } })));
    assert_eq!(found(&old, &new), ["output-field-deleted operation/Get/responses/200/schema/id"]);
}

/// Definitions of which each has two fields of the next, and the last is of a type.
fn doubled(levels: usize, leaf: &str) -> Json {
    let next = |at: usize| reference(&format!("D{}", at + 1));
    let step = |at: usize| json!({ "type": "object", "properties": { "a": next(at), "b": next(at) } });
    let mut all: serde_json::Map<String, Json> = (0..levels).map(|at| (format!("D{at}"), step(at))).collect();
    all.insert(format!("D{levels}"), json!({ "type": leaf }));
    Json::Object(all)
}

#[test]
fn every_way_to_a_schema_is_told_of_unless_there_are_too_many() {
    let definition = |levels, leaf| answering(&[("Get", reference("D0"))], doubled(levels, leaf));
    assert_eq!(found(&definition(10, "string"), &definition(10, "integer")).len(), 1 << 10);
    let differences = found(&definition(60, "string"), &definition(60, "integer"));
    assert!((1..MAX_DIFFERENCES).contains(&differences.len()), "{}", differences.len());
    assert!(differences.iter().all(|difference| difference.starts_with("output-type-changed ")));
    assert_eq!(found(&definition(60, "string"), &definition(60, "string")), Vec::<String>::new());
}

#[test]
fn a_list_of_differences_that_is_too_long_says_that_it_is_not_complete() {
    let names = ["A", "B", "C"];
    let definition = |leaf| answering(&names.map(|id| (id, reference("D0"))), doubled(12, leaf));
    let differences = found(&definition("string"), &definition("integer"));
    assert_eq!(differences.len(), MAX_DIFFERENCES + 1);
    assert_eq!(differences.last().map(String::as_str), Some("comparison-cut "));
}

#[test]
fn a_name_as_long_as_a_file_is_not_repeated_on_every_way_below_it() {
    let name = "n".repeat(100_000);
    let definition = |leaf| answering(&[(&name, json!({ "type": "object", "properties": { &name: reference("D0") } }))], doubled(8, leaf));
    let differences = found(&definition("string"), &definition("integer"));
    assert_eq!(differences.len(), 1 << 8);
    assert!(differences.iter().all(|difference| difference.len() < 2_100));
}

#[test]
fn schemas_nested_deeper_than_anybody_reads_are_not_followed() {
    let definitions = |leaf: &str| {
        let step = |at: usize| json!({ "type": "object", "properties": { "next": reference(&format!("D{}", at + 1)) } });
        let mut all: serde_json::Map<String, Json> = (0..5_000).map(|at| (format!("D{at}"), step(at))).collect();
        all.insert("D5000".to_owned(), json!({ "type": leaf }));
        Json::Object(all)
    };
    let definition = |leaf: &str| answering(&[("Get", reference("D0"))], definitions(leaf));
    assert_eq!(found(&definition("string"), &definition("integer")), ["comparison-cut "]);
}

#[test]
fn a_parameter_of_the_path_counts_like_one_of_the_operation() {
    let parameter = json!({ "name": "id", "in": "path", "required": true, "type": "string" });
    let responses = json!({ "200": { "description": "OK" } });
    let at_path = json!({ "swagger": "2.0", "paths": { "/a/{id}": {
        "parameters": [parameter], "get": { "operationId": "Get", "responses": responses } } } });
    let at_operation = json!({ "swagger": "2.0", "paths": { "/a/{id}": {
        "get": { "operationId": "Get", "parameters": [reference_to_parameter()], "responses": responses } } },
        "parameters": { "Id": parameter } });
    assert_eq!(found(&at_path, &at_operation), Vec::<String>::new());
}

fn reference_to_parameter() -> Json {
    json!({ "$ref": "#/parameters/Id" })
}

#[test]
fn an_error_response_is_not_what_flows_work_with() {
    let definition = |kind: &str| {
        json!({ "swagger": "2.0", "paths": { "/a": { "get": { "operationId": "Get", "responses": {
            "200": { "description": "OK" },
            "404": { "description": "Unknown", "schema": { "type": kind } },
            "default": { "description": "Failed", "schema": { "type": kind } } } } } } })
    };
    assert_eq!(found(&definition("string"), &definition("object")), Vec::<String>::new());
}

#[test]
fn what_was_answered_is_compared_with_what_is_answered_instead() {
    let definition = |status: &str, kind: &str| {
        json!({ "swagger": "2.0", "paths": { "/a": { "get": { "operationId": "Get", "responses": {
            status: { "description": "OK", "schema": { "type": "object", "properties": { "id": { "type": kind } } } } } } } } })
    };
    assert_eq!(
        found(&definition("default", "string"), &definition("200", "integer")),
        ["success-response-moved operation/Get/responses/default", "output-type-changed operation/Get/responses/200/schema/id/type",]
    );
    assert_eq!(found(&definition("200", "string"), &definition("202", "string")), ["success-response-moved operation/Get/responses/200"]);
    assert_eq!(found(&definition("200", "string"), &definition("404", "string")), ["success-response-removed operation/Get/responses/200"]);
    // What `default` says beside a status code of success is of failures.
    let mut beside_failures = definition("200", "string");
    beside_failures["paths"]["/a"]["get"]["responses"]["default"] = json!({ "description": "Failed." });
    assert_eq!(found(&definition("default", "string"), &beside_failures), ["success-response-moved operation/Get/responses/default"]);
}

#[test]
fn a_webhook_is_compared_by_what_it_sends() {
    let definition = |kind: &str| {
        json!({ "swagger": "2.0", "paths": { "/hooks": {
            "x-ms-notification-content": { "description": "An event.", "schema": { "type": "array", "items": { "type": "object", "properties": { "at": { "type": kind } } } } },
            "post": { "operationId": "WhenDone", "x-ms-trigger": "single", "responses": { "201": { "description": "OK" } } } } } })
    };
    assert_eq!(
        found(&definition("string"), &definition("number")),
        ["output-type-changed operation/WhenDone/responses/x-ms-notification-content/schema/items/at/type"]
    );
}

#[test]
fn two_operations_of_one_id_are_compared_by_the_first() {
    let operation = |summary: &str| json!({ "get": { "operationId": "Get", "summary": summary, "responses": {} } });
    let old = json!({ "swagger": "2.0", "paths": { "/a": operation("a"), "/b": operation("b") } });
    assert_eq!(found(&old, &old), Vec::<String>::new());
}

#[test]
fn keys_that_are_there_twice_are_no_difference() {
    let open = || {
        let text = r##"{ "swagger": "2.0", "paths": { "/a": { "get": { "operationId": "Get", "responses": {}, "parameters": [
            { "name": "q", "in": "query", "type": "string",
              "x-ms-dynamic-values": { "operationId": "A", "operationId": "B", "parameters": { "p": 1, "p": 2 } } } ] } } } }"##;
        let files = [("apiDefinition.json".to_owned(), text.as_bytes().to_vec())].into();
        Connector::from_memory("x", InMemory { files, ..InMemory::default() }, Track::Verified, Stage::Submission)
    };
    let (old, new) = (open(), open());
    let (old, new) = (Model::new(&old), Model::new(&new));
    let found: Vec<&str> = differences(&old, &new).iter().map(|difference| difference.what).collect();
    assert_eq!(found, Vec::<&str>::new());
}
