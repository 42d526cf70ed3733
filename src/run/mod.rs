//! One function per command, and the way from the command line to an exit code.

mod baselines;
mod changed;
mod completions;
mod diff;
mod examples;
pub mod explain;
mod fix;
mod fix_inputs;
mod init;
mod lint;
mod lsp;
mod man;
mod outputs;
pub mod pages;
pub mod profile;
mod progress;
mod rules;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::error::RunError;
use crate::report::human::escape::{escape, escape_lines};
use crate::rule::Catalogue;

pub use examples::test_rule;
pub use progress::ProgressOptions;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing at or above the severity that counts.
    Clean,
    /// Findings.
    Findings,
    /// The run itself failed.
    Failed,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Clean => 0,
            Ending::Findings => 1,
            Ending::Failed => 2,
        })
    }
}

/// What a run is connected to; tests give their own.
pub struct Console<'c> {
    /// Standard input.
    pub input: &'c mut (dyn io::Read + Send),
    /// Standard output.
    pub output: &'c mut dyn Write,
    /// Standard error.
    pub errors: &'c mut dyn Write,
    /// What standard output is able to show.
    pub terminal: Terminal,
    /// How standard error shows progress; `None` where it does not.
    pub progress: Option<ProgressOptions>,
}

/// What standard output is able to show.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Colours.
    pub color: bool,
    /// Characters beyond ASCII.
    pub unicode: bool,
    /// Links.
    pub links: bool,
    /// Columns.
    pub width: usize,
}

impl Terminal {
    /// A file or pipe.
    pub const PLAIN: Self = Self { color: false, unicode: false, links: false, width: 100 };

    /// What standard output of this process is.
    fn detect() -> Self {
        let output = io::stdout();
        if !output.is_terminal() {
            return Self::PLAIN;
        }
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).or_else(terminal_width).unwrap_or(80);
        Self {
            color: anstream::AutoStream::choice(&output) != anstream::ColorChoice::Never,
            unicode: supports_unicode(),
            links: std::env::var_os("NO_COLOR").is_none() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            width,
        }
    }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Windows consoles show the box drawing of other systems only in some code pages; elsewhere the locale tells.
fn supports_unicode() -> bool {
    if cfg!(windows) {
        return std::env::var_os("WT_SESSION").is_some() || std::env::var("TERM_PROGRAM").is_ok_and(|program| program == "vscode");
    }
    ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty())).is_some_and(
        |locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        },
    )
}

/// Runs conncert as a program.
pub fn main() -> ExitCode {
    // Passes colours on as they are, and teaches them to Windows consoles that do not know them by themselves.
    let mut output = io::BufWriter::new(anstream::AutoStream::always(io::stdout().lock()));
    let mut errors = io::stderr();
    let (terminal, progress) = (Terminal::detect(), ProgressOptions::detect());
    let console = Console { input: &mut io::stdin(), output: &mut output, errors: &mut errors, terminal, progress };
    run(std::env::args_os(), console).into()
}

/// Runs conncert with these arguments (the first is the program's name).
pub fn run(arguments: impl IntoIterator<Item = OsString>, mut console: Console<'_>) -> Ending {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // The message repeats arguments, and those may be names of files that a script has found: it is made again of harmless ones.
            let shown = arguments.iter().map(|argument| escape(&argument.to_string_lossy()).into_owned());
            let error = Cli::try_parse_from(shown).err().unwrap_or(error);
            let plain = escape_lines(&error.render().to_string());
            // Nobody is left to tell when even this cannot be written.
            let _ = if error.use_stderr() { write!(console.errors, "{plain}") } else { write!(console.output, "{plain}") };
            let _ = console.output.flush();
            return if error.use_stderr() { Ending::Failed } else { Ending::Clean };
        }
    };
    let result = match &cli.command {
        Command::Lint(arguments) => lint::lint(arguments, &mut console),
        Command::Fix(arguments) => fix::fix(arguments, &mut console),
        Command::Diff(arguments) => diff::diff(arguments, &mut console),
        Command::Init(arguments) => init::init(arguments, &mut console),
        Command::Explain(arguments) => explain::explain(arguments, &mut console),
        Command::Rules(arguments) => rules::rules(arguments, &mut console),
        Command::Completions(arguments) => completions::completions(arguments, &mut console),
        Command::Man(arguments) => man::man(arguments, &mut console),
        Command::Lsp => lsp::lsp(&mut console),
    };
    let flushed = console.output.flush();
    match (result, flushed) {
        // Whoever reads our output may stop reading: no reason to complain.
        (Err(RunError::Output { reason, .. }), _) if reason.kind() == io::ErrorKind::BrokenPipe => Ending::Clean,
        (Ok(ending), Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => ending,
        (Ok(ending), Ok(())) => ending,
        (Ok(_), Err(reason)) => fail(&mut console, &RunError::Output { target: "the output".to_owned(), reason }),
        (Err(error), _) => fail(&mut console, &error),
    }
}

fn fail(console: &mut Console<'_>, error: &RunError) -> Ending {
    // Nobody is left to tell when even this cannot be written.
    let _ = tell(console, error);
    Ending::Failed
}

/// Says something on standard error. What it names comes from files and folders, and may neither steer the terminal nor a build.
fn tell(console: &mut Console<'_>, what: &dyn std::fmt::Display) -> Result<(), RunError> {
    writeln!(console.errors, "conncert: {}", escape_lines(&what.to_string())).map_err(output)
}

/// The built-in rules and those of the user's folders.
fn catalogue(folders: &[std::path::PathBuf]) -> Result<Catalogue, RunError> {
    let mut catalogue = Catalogue::built_in();
    for folder in folders {
        catalogue.add_folder(folder).map_err(|problems| RunError::WrongRules { problems })?;
    }
    Ok(catalogue)
}

/// The ids of the rules that names of any kind stand for.
fn ids(catalogue: &Catalogue, names: &[String]) -> Result<Vec<String>, RunError> {
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let found = catalogue.find(name);
        if found.is_empty() {
            let hint = catalogue.nearest_name(name).map(|nearest| format!(" Did you mean `{nearest}`?")).unwrap_or_default();
            return Err(RunError::UnknownRule { name: name.to_owned(), hint });
        }
        ids.extend(found.into_iter().map(|rule| rule.id().to_owned()));
    }
    Ok(ids)
}

/// A failure of writing to standard output.
fn output(reason: io::Error) -> RunError {
    RunError::Output { target: "the output".to_owned(), reason }
}
