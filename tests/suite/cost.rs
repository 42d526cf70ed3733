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
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(Track::Verified, Stage::PullRequest, &Selection::default());
    let lint = || {
        let text = generated::definition(operations).into_bytes();
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
