//! Guards what a lint costs without a clock: how often it asks for memory. A rule or check that does work a thing at a time that could be done
//! once shows here.

use conncert::connector::load::InMemory;
use conncert::connector::{Connector, Stage, Track};
use conncert::engine;
use conncert::rule::Catalogue;
use conncert::rule::catalogue::Selection;

#[path = "../../benches/generated.rs"]
mod generated;

/// Allocations that a lint of so many operations took when this was last looked at. Lower them when a change makes it cheaper; raise them only
/// for a reason.
const RECORDED: [(usize, u64); 2] = [(7, 2_584), (56, 17_239)];

fn allocations(operations: usize) -> u64 {
    allocations_for(operations, &generated::definition(operations))
}

fn allocations_for(operations: usize, definition: &str) -> u64 {
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(Track::Verified, Stage::PullRequest, &Selection::default());
    let lint = || {
        let text = definition.as_bytes().to_vec();
        let files = [("apiDefinition.json".to_owned(), text), ("apiProperties.json".to_owned(), generated::PROPERTIES.into())];
        let memory = InMemory { files: files.into(), ..InMemory::default() };
        let connector = Connector::from_memory("x", memory, Track::Verified, Stage::PullRequest);
        assert!(engine::check(&connector, &plan).findings.len() > operations);
    };
    // Patterns and schemas are made ready once a process.
    lint();
    allocation_counter::measure(lint).count_total
}

#[test]
fn a_lint_allocates_no_more_than_it_did() {
    for (operations, recorded) in RECORDED {
        let now = allocations(operations);
        assert!(now <= recorded + recorded / 10, "{operations} operations: {now} allocations, {recorded} were recorded");
        assert!(now >= recorded - recorded / 4, "{operations} operations: only {now} allocations; record them instead of {recorded}");
    }
}

#[test]
fn eight_times_the_operations_cost_about_eight_times_as_much() {
    let (small, large) = (allocations(16), allocations(128));
    assert!(large < small * 9, "{small} -> {large}");
}

/// A definition of operations that are all alike, each with its number where `{}` stands in its path and in its other members.
fn alike(operations: usize, path: &str, members: &str) -> String {
    let one = |number: usize| {
        let number = number.to_string();
        format!("\"{}\": {{\"get\": {{{}}}}}", path.replace("{}", &number), members.replace("{}", &number))
    };
    format!("{{\"swagger\": \"2.0\", \"paths\": {{{}}}}}", (0..operations).map(one).collect::<Vec<_>>().join(","))
}

#[test]
fn operations_that_could_all_be_compared_with_each_other_cost_in_proportion_too() {
    let unknown = r#""parameters": [{"name": "q", "in": "query", "type": "string",
        "x-ms-dynamic-values": {"operationId": "GetParcels{}"}}], "operationId": "GetParcel{}""#;
    for (path, members) in [
        ("/parcels{}", r#""operationId": "GetParcel""#),
        ("/parcels{}", r#""operationId": "get_parcel {}""#),
        ("/parcels{}/a?x=1", r#""operationId": "GetParcel{}""#),
        ("/parcels{}", unknown),
    ] {
        let (small, large) = (allocations_for(50, &alike(50, path, members)), allocations_for(400, &alike(400, path, members)));
        assert!(large < small * 14, "{path} {members}: {small} -> {large}");
    }
}
