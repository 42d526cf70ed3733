//! The README shows what the program prints.

use crate::harness::{conncert, root};

#[test]
fn the_output_in_the_readme_is_what_the_program_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap().replace("\r\n", "\n");
    let block = readme.split("```").nth(1).unwrap();
    let mut lines = block.trim_start().lines();
    let command = lines.next().unwrap().strip_prefix("$ conncert ").unwrap();
    let arguments: Vec<String> = command
        .split(' ')
        .map(
            |argument| {
                if argument.starts_with("fixtures/") { root().join(argument).to_string_lossy().into_owned() } else { argument.to_owned() }
            },
        )
        .collect();
    let printed = conncert(arguments).output;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        assert!(printed.lines().any(|own| own == line), "the README shows\n{line}\nwhich is not in\n{printed}");
    }
}

#[test]
fn the_commands_and_options_in_the_readme_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let help = [conncert(["--help"]).output, conncert(["lint", "--help"]).output].concat();
    for word in [
        "lint",
        "explain",
        "rules",
        "--track",
        "--stage",
        "--format",
        "--select",
        "--ignore",
        "--rules",
        "--fail-on",
        "--baseline",
        "--write-baseline",
        "--prune",
        "--changed-since",
        "--stdin-filename",
        "init",
    ] {
        assert!(readme.contains(word) && help.contains(word), "{word}");
    }
}
