//! What keeps a run from doing its work (exit code 2): usage, configuration, unreadable input, nothing to check.

use std::path::PathBuf;

use crate::rule::load::RuleProblem;
use crate::words;

/// A failed run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A path does not exist or cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// There is no connector below the paths.
    #[error(
        "there is no connector in {}\n  A connector is a folder with apiDefinition.json (or apiDefinition.swagger.json) or apiProperties.json.",
        paths.join(", ")
    )]
    NothingToCheck {
        /// The paths.
        paths: Vec<String>,
    },
    /// A file is no part of a connector.
    #[error("{} is no file of a connector\n  Expected are apiDefinition.json, apiProperties.json, settings.json, icon.png, script.csx, README.md or INTRO.md, or any JSON file with an API definition.", path.display())]
    UnknownFile {
        /// The file.
        path: PathBuf,
    },
    /// Standard input without a name.
    #[error("`-` reads one file from standard input; say which one it is with --stdin-filename apiDefinition.json")]
    StdinWithoutName,
    /// No rule has this name.
    #[error("no rule, code or policy is called `{name}`.{hint}")]
    UnknownRule {
        /// The name.
        name: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// Rule files of the user are wrong.
    #[error("{} in the rule files:\n{}", words::count(problems.len(), "mistake"), listed(problems))]
    WrongRules {
        /// Everything that is wrong.
        problems: Vec<RuleProblem>,
    },
    /// A format argument is wrong.
    #[error("`{value}` is no output format: {reason}")]
    WrongFormat {
        /// As given.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// Output could not be written.
    #[error("cannot write {target}: {reason}")]
    Output {
        /// Where to.
        target: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Examples of rules failed.
    #[error("{}", words::count(*count, "rule example") + " failed")]
    Examples {
        /// How many.
        count: usize,
    },
}

fn listed(problems: &[RuleProblem]) -> String {
    let line = |problem: &RuleProblem| {
        let place = problem.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default();
        format!("  {}{place}: {}", problem.path.display(), problem.message.trim_end())
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}
