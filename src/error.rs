//! What keeps a run from doing its work (exit code 2): usage, configuration, unreadable input, nothing to check.

use std::path::{Path, PathBuf};

use crate::config::ConfigProblem;
use crate::fix::verify::Rejection;
use crate::report::human::escape::escape;
use crate::rule::load::RuleProblem;
use crate::words;

/// A failed run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A path does not exist or cannot be read.
    #[error("cannot read {}: {reason}", shown(path))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// There is no connector below the paths.
    #[error(
        "there is no connector in {}\n  A connector is a folder with apiDefinition.json (or apiDefinition.swagger.json) or apiProperties.json.",
        paths.iter().map(|path| escape(path)).collect::<Vec<_>>().join(", ")
    )]
    NothingToCheck {
        /// The paths.
        paths: Vec<String>,
    },
    /// A version of a connector cannot be compared.
    #[error("{}: {}", shown(path), escape(reason))]
    Incomparable {
        /// The version.
        path: std::path::PathBuf,
        /// Why.
        reason: String,
    },
    /// A file is no part of a connector.
    #[error(
        "{} is no file of a connector\n  Expected are apiDefinition.json, apiProperties.json, settings.json, icon.png, script.csx, README.md or INTRO.md, or any JSON file with an API definition.",
        shown(path)
    )]
    UnknownFile {
        /// The file.
        path: PathBuf,
    },
    /// Standard input without a name.
    #[error("`-` reads one file from standard input; say which one it is with --stdin-filename apiDefinition.json")]
    StdinWithoutName,
    /// No rule has this name.
    #[error("no rule, code or policy is called `{}`.{hint}", escape(name))]
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
    #[error("`{}` is no output format: {reason}", escape(value))]
    WrongFormat {
        /// As given.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// Output could not be written.
    #[error("cannot write {}: {reason}", escape(target))]
    Output {
        /// Where to.
        target: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A configuration file is wrong.
    #[error("{}:\n{}", shown(path), mistakes(path, problems))]
    WrongConfig {
        /// The file.
        path: PathBuf,
        /// Everything that is wrong.
        problems: Vec<ConfigProblem>,
    },
    /// A file is no baseline.
    #[error(
        "{}{} is no baseline that can be used: {problem}\n  A baseline is written by `conncert lint --write-baseline FILE`. Nothing was changed.",
        shown(path), place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default()
    )]
    WrongBaseline {
        /// The file.
        path: PathBuf,
        /// Line and column, where known.
        place: Option<(usize, usize)>,
        /// What is wrong with it.
        problem: String,
    },
    /// The version control system cannot say what changed.
    #[error("--changed-since: {0}")]
    Git(crate::git::GitError),
    /// What came from the editor is no message of the protocol.
    #[error("the editor sent something that is no message of the Language Server Protocol: {reason}")]
    Protocol {
        /// What was wrong and what was expected.
        reason: String,
    },
    /// A value on the command line is wrong.
    #[error("{reason}")]
    WrongValue {
        /// What is wrong and what was expected.
        reason: String,
    },
    /// A connector cannot be generated from what was given.
    #[error("{} cannot be generated; nothing was written:\n{}", escape(connector), reasons.iter().map(|reason| format!("  {reason}")).collect::<Vec<_>>().join("\n"))]
    Refused {
        /// Where it was to be.
        connector: String,
        /// Why.
        reasons: Vec<String>,
    },
    /// Fixes that would do harm.
    #[error(
        "{}: {rejection}; nothing was written\n  This is a mistake of conncert, please report it: {ISSUES}\n  `--ignore` with the rule's name leaves its fix out.",
        escape(connector)
    )]
    Rejected {
        /// The connector.
        connector: String,
        /// What would happen.
        rejection: Rejection,
    },
    /// Fixes that could not be written.
    #[error("{}: {reason}", escape(connector))]
    Commit {
        /// The connector.
        connector: String,
        /// Why.
        reason: String,
    },
    /// Examples of rules failed.
    #[error("{}", words::count(*count, "rule example") + " failed")]
    Examples {
        /// How many.
        count: usize,
    },
}

/// Where mistakes of conncert are reported.
pub const ISSUES: &str = "https://github.com/conncert/conncert/issues";

/// A path on one line: a name with line breaks in it must not look like another message.
fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

fn mistakes(path: &Path, problems: &[ConfigProblem]) -> String {
    let line = |problem: &ConfigProblem| {
        let place = problem.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default();
        format!("  {}{place}: {}", shown(path), problem.message.trim_end())
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn listed(problems: &[RuleProblem]) -> String {
    let line = |problem: &RuleProblem| {
        let place = problem.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default();
        format!("  {}{place}: {}", shown(&problem.path), problem.message.trim_end())
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}
