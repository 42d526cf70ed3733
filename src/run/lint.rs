//! `conncert lint`: finds connectors, checks them side by side, reports them in order.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::profile::{Flags, Plans, ProfileNumber, Profiles};
use super::{Console, Ending, Terminal};
use crate::cli::{LintArguments, LintFormat, Output, When};
use crate::connector::discover::{self, Problem, Target};
use crate::connector::load::Overlay;
use crate::connector::{Artifact, Connector};
use crate::engine;
use crate::error::RunError;
use crate::finding::Severity;
use crate::fix::values::FixValues;
use crate::outcome::{Outcome, Summary};
use crate::report::Report;
use crate::report::azure::AzureReport;
use crate::report::checkstyle::CheckstyleReport;
use crate::report::concise::ConciseReport;
use crate::report::github::GithubReport;
use crate::report::gitlab::GitlabReport;
use crate::report::human::{HumanOptions, HumanReport};
use crate::report::json::JsonReport;
use crate::report::junit::JunitReport;
use crate::report::markdown::MarkdownReport;
use crate::report::path::Paths;
use crate::report::rdjson::RdjsonReport;
use crate::report::sarif::SarifReport;
use crate::source::SourceText;
use crate::source::json::Json;

/// So many connectors are in memory at once: enough to keep every core busy, few enough to stay small.
const BATCH: usize = 32;

/// Checks connectors and reports what was found.
pub fn lint(arguments: &LintArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let inputs = inputs(arguments, console.input)?;
    let flags = Flags {
        rules: &arguments.rules,
        connector: &arguments.connector,
        config: &arguments.config,
        values: FixValues::default(),
        with_pictures: false,
    };
    let folders: Vec<&Path> = inputs.iter().map(Input::folder).collect();
    let (profiles, numbers) = Profiles::of(&flags, &folders)?;
    let inputs: Vec<(Input, ProfileNumber)> = inputs.into_iter().zip(numbers).collect();
    let plans = Plans::new(&profiles);
    let first = inputs.first().map(|(_, number)| &profiles.get(*number).settings);
    let fail_on = arguments.fail_on.map(Severity::from).or(first.and_then(|settings| settings.fail_on)).unwrap_or(Severity::Error);
    let mut outputs = open_outputs(arguments, first.and_then(|settings| settings.format.as_deref()), console.terminal, fail_on)?;
    let mut summary = Summary::default();
    let mut failed = false;
    let mut used = BTreeSet::new();
    for batch in inputs.chunks(BATCH) {
        let outcomes: Vec<Result<Outcome, RunError>> =
            batch.par_iter().map(|(input, number)| check(input, *number, &profiles, &plans)).collect();
        for outcome in outcomes {
            // One connector that cannot be read must not hide what is wrong with the others.
            let outcome = match outcome {
                Ok(outcome) => outcome,
                Err(error) => {
                    failed = true;
                    writeln!(console.errors, "conncert: {error}").map_err(super::output)?;
                    continue;
                }
            };
            summary.add(&outcome);
            used.extend(outcome.accepted.iter().copied());
            for output in &mut outputs {
                output.write(console.output, |report, out| report.connector(&outcome, out))?;
            }
        }
    }
    for output in &mut outputs {
        output.write(console.output, |report, out| {
            report.finish(&summary, out)?;
            out.flush()
        })?;
    }
    // Who checks a single file says nothing about the others.
    if inputs.iter().all(|(input, _)| matches!(input.target, Target::Folder(_))) {
        for line in profiles.unused_acceptances(&used) {
            writeln!(console.errors, "conncert: {line}").map_err(super::output)?;
        }
    }
    let counted = summary.at_least(fail_on);
    Ok(if failed {
        Ending::Failed
    } else if counted > 0 {
        Ending::Findings
    } else {
        Ending::Clean
    })
}

/// Something to check, with unsaved text for one of its files.
struct Input {
    target: Target,
    overlay: Option<Overlay>,
}

impl Input {
    /// The connector's folder.
    fn folder(&self) -> &Path {
        match &self.target {
            Target::Folder(folder) => folder,
            Target::File(file) => file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        }
    }
}

fn inputs(arguments: &LintArguments, stdin: &mut dyn io::Read) -> Result<Vec<Input>, RunError> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut empty = Vec::new();
    for path in &arguments.paths {
        if path.as_os_str() == "-" {
            let name = arguments.stdin_filename.as_ref().ok_or(RunError::StdinWithoutName)?;
            let mut bytes = Vec::new();
            stdin
                .read_to_end(&mut bytes)
                .map_err(|error| RunError::Unreadable { path: "standard input".into(), reason: error.to_string() })?;
            let file_name = name.file_name().map(|name| name.to_string_lossy().into_owned()).ok_or(RunError::StdinWithoutName)?;
            let artifact = artifact_of(&file_name, &bytes).ok_or_else(|| RunError::UnknownFile { path: name.clone() })?;
            inputs.push(Input {
                target: Target::File(name.clone()),
                overlay: Some(Overlay { name: file_name, bytes, artifact: Some(artifact) }),
            });
            continue;
        }
        match discover::discover(path) {
            Ok(targets) => {
                for target in targets {
                    if !inputs.iter().any(|known| known.target == target) {
                        let overlay = None;
                        inputs.push(Input { target, overlay });
                    }
                }
            }
            Err(Problem::Unreadable(path, reason)) => return Err(RunError::Unreadable { path, reason }),
            Err(Problem::Nothing(path)) => empty.push(discover::shown(&path)),
        }
    }
    if inputs.is_empty() || !empty.is_empty() {
        return Err(RunError::NothingToCheck { paths: empty });
    }
    Ok(inputs)
}

/// The role of a file that is checked on its own: by its name, or as a definition by what it says.
fn artifact_of(name: &str, bytes: &[u8]) -> Option<Artifact> {
    Artifact::of(name).or_else(|| {
        let json = Json::parse(std::sync::Arc::new(SourceText::from_bytes(bytes.to_vec())));
        let root = json.root()?;
        ["swagger", "openapi"].iter().any(|key| root.get(key).is_some()).then_some(Artifact::Definition)
    })
}

fn check(input: &Input, number: ProfileNumber, profiles: &Profiles, plans: &Plans<'_>) -> Result<Outcome, RunError> {
    let given = profiles.get(number).given;
    let shown = input.target.shown();
    let unreadable = |path: &Path, error: io::Error| RunError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let connector = match &input.target {
        Target::Folder(folder) => Connector::load(folder, &shown, given, &[]).map_err(|error| unreadable(folder, error))?,
        Target::File(file) => {
            let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let overlay = match &input.overlay {
                Some(overlay) => overlay.clone(),
                None => {
                    let bytes = std::fs::read(file).map_err(|error| unreadable(file, error))?;
                    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    let artifact = artifact_of(&name, &bytes).ok_or_else(|| RunError::UnknownFile { path: file.clone() })?;
                    Overlay { name, bytes, artifact: Some(artifact) }
                }
            };
            let name = overlay.name.clone();
            let shown_folder = discover::shown(folder);
            let mut connector = Connector::load(folder, &shown_folder, given, &[overlay]).map_err(|error| unreadable(folder, error))?;
            connector.only = Some(name);
            connector
        }
    };
    Ok(engine::check(&connector, plans.of(number, &connector)))
}

/// A report and where it goes.
struct OpenOutput {
    report: Box<dyn Report>,
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl OpenOutput {
    fn write(
        &mut self,
        stdout: &mut dyn Write,
        write: impl FnOnce(&mut dyn Report, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), RunError> {
        match &mut self.file {
            Some((path, file)) => {
                write(self.report.as_mut(), file).map_err(|reason| RunError::Output { target: path.display().to_string(), reason })
            }
            None => write(self.report.as_mut(), stdout).map_err(super::output),
        }
    }
}

fn open_outputs(
    arguments: &LintArguments,
    configured: Option<&[String]>,
    terminal: Terminal,
    fail_on: Severity,
) -> Result<Vec<OpenOutput>, RunError> {
    let mut wanted = arguments.output.format.clone();
    if wanted.is_empty() {
        let parse = |text: &String| text.parse().map_err(|reason| RunError::WrongFormat { value: text.clone(), reason });
        wanted = configured.unwrap_or_default().iter().map(parse).collect::<Result<_, _>>()?;
    }
    if wanted.iter().all(|output| output.file.is_some()) && wanted.is_empty() {
        wanted.push(Output { format: LintFormat::Human, file: None });
    }
    if wanted.iter().filter(|output| output.file.is_none()).count() > 1 {
        let value = "--format".to_owned();
        return Err(RunError::WrongFormat {
            value,
            reason: "only one format can go to the standard output; give the others a file, as in json=report.json".to_owned(),
        });
    }
    let open = |output: Output| {
        let color = match arguments.output.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal.color && output.file.is_none(),
        };
        let report: Box<dyn Report> = match output.format {
            LintFormat::Human => {
                let unicode = terminal.unicode && output.file.is_none();
                Box::new(HumanReport::new(HumanOptions {
                    color,
                    unicode,
                    links: terminal.links && color,
                    width: terminal.width,
                    quiet: arguments.output.quiet,
                }))
            }
            LintFormat::Concise => Box::new(ConciseReport::new()),
            LintFormat::Json => Box::new(JsonReport::new()),
            LintFormat::Sarif => Box::new(SarifReport::default()),
            LintFormat::Github => Box::new(GithubReport::default()),
            LintFormat::Azure => Box::new(AzureReport::default()),
            LintFormat::Gitlab => Box::new(GitlabReport::default()),
            LintFormat::Junit => Box::new(JunitReport::new(Paths::here(), fail_on)),
            LintFormat::Checkstyle => Box::new(CheckstyleReport::default()),
            LintFormat::Rdjson => Box::new(RdjsonReport::default()),
            LintFormat::Markdown => Box::new(MarkdownReport::default()),
        };
        let file = match output.file {
            Some(path) => match File::create(&path) {
                Ok(file) => Some((path, BufWriter::new(file))),
                Err(reason) => return Err(RunError::Output { target: path.display().to_string(), reason }),
            },
            None => None,
        };
        Ok(OpenOutput { report, file })
    };
    wanted.into_iter().map(open).collect()
}
