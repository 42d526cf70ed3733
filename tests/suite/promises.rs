//! Holds docs/reliability.md to its word: every promise names tests, and every test it names is there.

use std::collections::BTreeSet;
use std::fs;

use crate::harness::root;

/// The names of all tests.
fn tests() -> BTreeSet<String> {
    let files = ["src", "tests/suite"].iter().flat_map(|part| walkdir::WalkDir::new(root().join(part))).map(Result::unwrap);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    let mut names = BTreeSet::new();
    for entry in files {
        let text = fs::read_to_string(entry.path()).unwrap();
        for test in text.split("#[test]").skip(1) {
            let name = test.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            names.extend(name.map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_promise_names_the_tests_that_show_it() {
    let tests = tests();
    assert!(tests.len() > 500);
    let page = fs::read_to_string(root().join("docs/reliability.md")).unwrap().replace("\r\n", "\n");
    let promises: Vec<&str> = page.split("\n## ").skip(1).collect();
    assert!(promises.len() >= 7);
    for promise in promises {
        let title = promise.lines().next().unwrap();
        let (_, shown) = promise.split_once("\nShown by ").unwrap_or_else(|| panic!("`{title}` names no test"));
        let named: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "`{title}` names no test");
        for name in named {
            assert!(tests.contains(name), "`{title}` names the test `{name}`, which does not exist");
        }
    }
}
