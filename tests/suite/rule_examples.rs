//! One named test for every rule: its bad examples are found at exactly the places it says, its good ones pass.

use std::sync::LazyLock;

use conncert::rule::Catalogue;
use conncert::run::test_rule;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);

fn the_examples_of(id: &str) {
    let rule = CATALOGUE.get(id).unwrap_or_else(|| panic!("`{id}` is not in the catalogue: its file name differs from its id"));
    if let Err(failures) = test_rule(&CATALOGUE, rule) {
        panic!("{}", failures.join("\n"));
    }
}

mod rule {
    include!(concat!(env!("OUT_DIR"), "/rule_tests.rs"));
}
