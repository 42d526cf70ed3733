//! The command line.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::LazyLock;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::connector::{Stage, Track};
use crate::finding::Severity;
use crate::words;

/// The certification review of a Power Platform connector, offline, before you submit.
#[derive(Debug, Parser)]
#[command(name = "conncert", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check connectors and say what certification would reject
    Lint(LintArguments),
    /// Repair connectors, and generate what they lack
    Fix(FixArguments),
    /// Compare two versions of a connector and say what breaks the flows built on the older one
    Diff(DiffArguments),
    /// Write a conncert.toml to start from
    Init(InitArguments),
    /// Explain a rule by its id, code or policy number
    Explain(ExplainArguments),
    /// List all rules
    Rules(RulesArguments),
    /// Print a script that completes the command line in a shell
    Completions(CompletionsArguments),
    /// Print the manual pages, or write them into a folder
    Man(ManArguments),
    /// Serve an editor: the language server on standard input and output
    Lsp,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub struct LintArguments {
    /// Folders, searched for connectors; single files; `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A file stands for the whole connector it belongs to; files of no connector are left out
    #[arg(long)]
    pub whole_connectors: bool,
    /// Name of the file that standard input stands for
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// What connectors are taken for.
    #[command(flatten)]
    pub connector: ConnectorArguments,
    /// Which rules run.
    #[command(flatten)]
    pub rules: RuleArguments,
    /// How results are shown.
    #[command(flatten)]
    pub output: OutputArguments,
    /// Lowest severity that makes the exit code 1: error (default), warning or info
    #[arg(long, value_name = "SEVERITY", hide_possible_values = true)]
    pub fail_on: Option<SeverityArgument>,
    /// Which findings are old.
    #[command(flatten)]
    pub baseline: BaselineArguments,
    /// Which connectors are looked at.
    #[command(flatten)]
    pub changes: ChangeArguments,
    /// Which configuration counts.
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The published version: the connector's folder, or its definition file
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The version that is to replace it
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Who publishes.
    #[command(flatten)]
    pub connector: ConnectorArguments,
    /// Which rules run.
    #[command(flatten)]
    pub rules: RuleArguments,
    /// How results are shown.
    #[command(flatten)]
    pub output: OutputArguments,
    /// Lowest severity that makes the exit code 1: error (default), warning or info
    #[arg(long, value_name = "SEVERITY", hide_possible_values = true)]
    pub fail_on: Option<SeverityArgument>,
    /// Which configuration counts.
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// Which findings are old.
#[derive(Debug, Args)]
pub struct BaselineArguments {
    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write every finding into this file, for later runs with --baseline; what is in it stays
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Take findings that do not occur any more out of the baseline
    #[arg(long)]
    pub prune: bool,
}

/// Which connectors are looked at.
#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// Only connectors with changes in git since this commit, branch or tag, committed or not
    #[arg(long, value_name = "REF")]
    pub changed_since: Option<String>,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The folder that gets the conncert.toml
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
}

/// Arguments of `fix`.
#[derive(Debug, Args)]
pub struct FixArguments {
    /// Folders, searched for connectors; single files
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A file stands for the whole connector it belongs to; files of no connector are left out
    #[arg(long)]
    pub whole_connectors: bool,
    /// Show what would change as a unified diff, and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Make unsafe fixes too: those that may change what the connector does
    #[arg(long = "unsafe")]
    pub unsafe_too: bool,
    /// Only the fixes of these rules, by id, code or policy number
    #[arg(long = "rule", value_name = "RULES", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Write the repaired connector into this folder and leave the original as it is
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Which connectors are looked at.
    #[command(flatten)]
    pub changes: ChangeArguments,
    /// Which configuration counts; here it may also be the config.json of the connector templates.
    #[command(flatten)]
    pub config: ConfigArguments,
    /// A picture, raster or SVG, from which the icon is made
    #[arg(long, value_name = "FILE")]
    pub icon: Option<PathBuf>,
    /// A value for fixes, as in publisher=Contoso; goes before what the configuration says. May be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<Setting>,
    /// What connectors are taken for.
    #[command(flatten)]
    pub connector: ConnectorArguments,
    /// Which rules run.
    #[command(flatten)]
    pub rules: RuleArguments,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    pub format: FixFormat,
    /// Colours: auto, always, never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: When,
    /// Say only what went wrong
    #[arg(long, short)]
    pub quiet: bool,
}

/// Formats of `fix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FixFormat {
    /// For people.
    Human,
    /// For other programs.
    Json,
}

/// A value for fixes on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE, as in publisher=Contoso")?;
        Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}

/// What connectors are taken for.
#[derive(Debug, Clone, Args)]
pub struct ConnectorArguments {
    /// Who publishes: verified, independent, custom, or auto
    #[arg(long, value_name = "TRACK", default_value = "auto", hide_default_value = true, hide_possible_values = true, value_parser = Auto::<Track>::parser())]
    pub track: Auto<Track>,
    /// Which files are expected: submission, pull-request, or auto
    #[arg(long, value_name = "STAGE", default_value = "auto", hide_default_value = true, hide_possible_values = true, value_parser = Auto::<Stage>::parser())]
    pub stage: Auto<Stage>,
}

/// Which configuration counts.
#[derive(Debug, Clone, Args)]
pub struct ConfigArguments {
    /// This configuration for every connector, instead of the conncert.toml nearest to each
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// No configuration at all
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// Which rules run.
#[derive(Debug, Clone, Args)]
pub struct RuleArguments {
    /// Only these rules, by id, code or policy number
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// A folder of rule files that add to the built-in rules or override them
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// How results are shown.
#[derive(Debug, Args)]
pub struct OutputArguments {
    /// Which formats, and where they go.
    #[arg(long, value_name = "FORMAT[=FILE]", help = FORMAT_HELP.as_str(), hide_possible_values = true, value_parser = Output::parser())]
    pub format: Vec<Output>,
    /// Colours: auto, always, never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: When,
    /// Only errors, one line each
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A rule id, a code of the Swagger Validator or a policy number
    #[arg(required = true, value_name = "ID|CODE|POLICY")]
    pub names: Vec<String>,
    /// A folder of further rule files
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// table, json or markdown
    #[arg(long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    pub format: RulesFormat,
    /// A folder of further rule files
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Write the documentation of all rules into a folder, a page a rule
    #[arg(long, value_name = "DIR", hide = true)]
    pub write_pages: Option<PathBuf>,
    /// Run the examples of the rules instead, only of these rules when named
    #[arg(long, value_name = "RULES", value_delimiter = ',', num_args = 0..)]
    pub test: Option<Vec<String>>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// A folder for the pages, one a command; without it all of them go to the output
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Formats of `rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// Columns for the terminal.
    Table,
    /// For other programs.
    Json,
    /// For documentation.
    Markdown,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityArgument {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Everything.
    Info,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Error => Self::Error,
            SeverityArgument::Warning => Self::Warning,
            SeverityArgument::Info => Self::Info,
        }
    }
}

/// A value that is given or found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Auto<T>(pub Option<T>);

impl<T: ValueEnum> FromStr for Auto<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self(None));
        }
        T::from_str(text, true).map(|value| Self(Some(value))).map_err(|_| {
            let names: Vec<String> =
                T::value_variants().iter().filter_map(|variant| Some(variant.to_possible_value()?.get_name().to_owned())).collect();
            format!("expected {} or auto", names.join(", "))
        })
    }
}

impl<T: ValueEnum + Send + Sync + 'static> Auto<T> {
    fn parser() -> Worded<Self> {
        let known = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        Worded::new(known.chain([PossibleValue::new("auto").help("Found out")]))
    }
}

/// Reads a value in its own way, and tells the completions of shells which words there are.
#[derive(Clone)]
struct Worded<T> {
    words: Vec<PossibleValue>,
    value: PhantomData<T>,
}

impl<T> Worded<T> {
    fn new(words: impl IntoIterator<Item = PossibleValue>) -> Self {
        Self { words: words.into_iter().collect(), value: PhantomData }
    }
}

impl<T: FromStr<Err = String> + Clone + Send + Sync + 'static> TypedValueParser for Worded<T> {
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, argument: Option<&clap::Arg>, value: &OsStr) -> Result<T, clap::Error> {
        StringValueParser::new().try_map(|text| text.parse::<T>()).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.words.iter().cloned()))
    }
}

/// A format of `lint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintFormat {
    /// For people.
    Human,
    /// One line a finding.
    Concise,
    /// For other programs.
    Json,
    /// For code scanning and viewers.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Issues of Azure Pipelines.
    Azure,
    /// Code Quality of GitLab.
    Gitlab,
    /// A test report.
    Junit,
    /// For CI plug-ins.
    Checkstyle,
    /// For reviewdog.
    Rdjson,
    /// A list to tick off in a pull request.
    Markdown,
}

/// Every format of `lint` and its name.
const LINT_FORMATS: [(&str, LintFormat); 11] = [
    ("human", LintFormat::Human),
    ("concise", LintFormat::Concise),
    ("json", LintFormat::Json),
    ("sarif", LintFormat::Sarif),
    ("github", LintFormat::Github),
    ("azure", LintFormat::Azure),
    ("gitlab", LintFormat::Gitlab),
    ("junit", LintFormat::Junit),
    ("checkstyle", LintFormat::Checkstyle),
    ("rdjson", LintFormat::Rdjson),
    ("markdown", LintFormat::Markdown),
];

static FORMAT_HELP: LazyLock<String> = LazyLock::new(|| {
    format!("{}; with `=FILE` into a file. May be given several times", words::list_or(&LINT_FORMATS.map(|(name, _)| name)))
});

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: LintFormat,
    /// The file; standard output when not given.
    pub file: Option<PathBuf>,
}

impl Output {
    fn parser() -> Worded<Self> {
        Worded::new(LINT_FORMATS.map(|(name, _)| PossibleValue::new(name)))
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("behind the = the name of a file is expected".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let known = LINT_FORMATS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let Some(&(_, format)) = known else {
            let names = LINT_FORMATS.map(|(name, _)| name);
            return Err(format!("expected {}.{}", words::list_or(&names), words::did_you_mean(name, names)));
        };
        Ok(Self { format, file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_format_may_name_its_file() {
        assert_eq!("json=out/a=b.json".parse(), Ok(Output { format: LintFormat::Json, file: Some(PathBuf::from("out/a=b.json")) }));
        assert!("jsn".parse::<Output>().unwrap_err().contains("Did you mean `json`?"));
    }
}
