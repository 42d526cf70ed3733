//! What a lint costs, and what reading the same text with serde_json costs beside it. `cargo bench`; `benches/run.sh` measures whole runs.

#![allow(missing_docs, clippy::unwrap_used)]

mod generated;

use conncert::connector::load::InMemory;
use conncert::connector::{Connector, Stage, Track};
use conncert::engine;
use conncert::report::Report;
use conncert::report::human::{HumanOptions, HumanReport};
use conncert::rule::Catalogue;
use conncert::rule::catalogue::Selection;
use divan::Bencher;
use generated::{PROPERTIES, definition};

/// A median connector, a large one, and the largest.
const SIZES: [usize; 3] = [7, 137, 219];

// As the program has it.
#[cfg(any(windows, target_env = "musl"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn memory(text: &str) -> InMemory {
    let files = [("apiDefinition.json", text), ("apiProperties.json", PROPERTIES)];
    InMemory { files: files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into(), ..InMemory::default() }
}

/// The rules, as every run reads them.
#[divan::bench]
fn start_up() -> Catalogue {
    Catalogue::built_in()
}

/// The same text with serde_json, to compare with.
#[divan::bench(args = SIZES)]
fn serde_json_value(bencher: Bencher<'_, '_>, operations: usize) {
    let text = definition(operations);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench_local(|| serde_json::from_str::<serde_json::Value>(&text).unwrap());
}

/// Loading and parsing, without rules.
#[divan::bench(args = SIZES)]
fn load(bencher: Bencher<'_, '_>, operations: usize) {
    let text = definition(operations);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .with_inputs(|| memory(&text))
        .bench_local_values(|memory| Connector::from_memory("x", memory, Track::Verified, Stage::PullRequest));
}

/// Loading, indexing and checking with every rule.
#[divan::bench(args = [7, 137, 219, 438, 876, 1752])]
fn lint(bencher: Bencher<'_, '_>, operations: usize) {
    let text = definition(operations);
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(Track::Verified, Stage::PullRequest, &Selection::default());
    bencher.counter(divan::counter::BytesCount::of_str(&text)).with_inputs(|| memory(&text)).bench_local_values(|memory| {
        let connector = Connector::from_memory("x", memory, Track::Verified, Stage::PullRequest);
        engine::check(&connector, &plan).findings.len()
    });
}

/// The report for people, with every finding in one line of the file.
#[divan::bench(args = SIZES)]
fn human_report_of_one_line(bencher: Bencher<'_, '_>, operations: usize) {
    let value: serde_json::Value = serde_json::from_str(&definition(operations)).unwrap();
    let connector = Connector::from_memory("x", memory(&value.to_string()), Track::Verified, Stage::PullRequest);
    let catalogue = Catalogue::built_in();
    let outcome = engine::check(&connector, &catalogue.plan(Track::Verified, Stage::PullRequest, &Selection::default()));
    bencher.counter(divan::counter::ItemsCount::new(outcome.findings.len())).bench_local(|| {
        let mut out = Vec::new();
        let options = HumanOptions { color: false, unicode: false, links: false, width: 100, quiet: false };
        HumanReport::new(options).connector(&outcome, &mut out).unwrap();
        out.len()
    });
}
