//! `conncert lint`: finds connectors, checks them side by side, reports them in order.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::baselines::Baselines;
use super::changed::Changes;
use super::outputs::{OpenOutput, open_outputs};
use super::profile::{Flags, Plans, ProfileNumber, Profiles, is_seed};
use super::progress::Progress;
use super::{Console, Ending, tell};
use crate::baseline::anchor;
use crate::cli::LintArguments;
use crate::connector::discover::{self, Problem, Target};
use crate::connector::load::{self, Overlay};
use crate::connector::{Artifact, Connector};
use crate::engine;
use crate::error::RunError;
use crate::finding::Severity;
use crate::fix::values::FixValues;
use crate::in_order::in_order;
use crate::outcome::{Outcome, Summary};
use crate::report::json::JsonReport;
use crate::rule::catalogue::Changes as RepairChanges;
use crate::source::SourceText;
use crate::source::json::Json;

/// Checks connectors and reports what was found.
pub fn lint(arguments: &LintArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    if let Some(path) = arguments.config.config.as_deref().filter(|path| is_seed(path)) {
        let reason = format!(
            "{} fills connector templates, which only `conncert fix` does; `lint` is configured by a conncert.toml",
            path.display()
        );
        return Err(RunError::WrongValue { reason });
    }
    let mut unreadable = Vec::new();
    let inputs = inputs(arguments, console.input, &mut unreadable)?;
    let flags = Flags {
        rules: &arguments.rules,
        connector: &arguments.connector,
        config: &arguments.config,
        values: FixValues::default(),
        with_pictures: false,
    };
    let folders: Vec<&Path> = inputs.iter().map(Input::folder).collect();
    let (profiles, numbers) = Profiles::of(&flags, &folders)?;
    let mut inputs: Vec<(Input, ProfileNumber)> = inputs.into_iter().zip(numbers).collect();
    let nearest = inputs.first().map(|(_, number)| profiles.get(*number));
    let first = nearest.map(|profile| &profile.settings);
    let fail_on = arguments.fail_on.map(Severity::from).or(first.and_then(|settings| settings.fail_on)).unwrap_or(Severity::Error);
    let changes = Changes::of(&arguments.changes, &arguments.paths, &flags)?;
    if let Some(changes) = &changes {
        inputs.retain(|(input, _)| changes.touch(input.folder()));
        if inputs.is_empty() && !arguments.output.quiet {
            changes.say_that_nothing_was_touched(console)?;
        }
    }
    let mut baselines = Baselines::open(&arguments.baseline, &flags, &profiles, inputs.iter().map(|(_, number)| *number))?;
    let mut outputs = open_outputs(
        &arguments.output,
        || Box::new(JsonReport::new()),
        first.and_then(|settings| settings.format.as_ref()),
        console.terminal,
        fail_on,
    )
    .map_err(|error| match nearest {
        Some(profile) => profile.at_its_place(error),
        None => error,
    })?;
    let anchored = baselines.are_there() || outputs.iter().any(OpenOutput::has_fingerprints);
    let repairs = if outputs.iter().any(OpenOutput::has_edits) { RepairChanges::Kept } else { RepairChanges::Dropped };
    let plans = Plans::new(&profiles, repairs);
    let how = How { alone: inputs.len() == 1, anchored };
    let mut progress = Progress::new(console, inputs.len(), arguments.output.quiet);
    let mut summary = Summary::default();
    // What cannot be read may be a connector: a run that has not seen it must not look like one that has.
    let mut failed = !unreadable.is_empty();
    unreadable.iter().try_for_each(|error| tell(console, error))?;
    let mut checked = 0;
    let mut used = BTreeSet::new();
    let work = |(input, number): &(Input, ProfileNumber)| check(input, *number, &profiles, &plans, how);
    let weigh = |outcome: &Result<Outcome, RunError>| outcome.as_ref().map_or(0, |outcome| outcome.findings.len());
    in_order(&inputs, work, weigh, |(input, number), outcome| {
        progress.clear(console);
        checked += 1;
        match outcome {
            Ok(mut outcome) => {
                baselines.take(*number, input.folder(), input.only().as_deref(), &mut outcome);
                summary.add(&outcome);
                used.extend(outcome.accepted.iter().copied());
                for output in &mut outputs {
                    output.write(console.output, |report, out| report.connector(&outcome, out))?;
                }
            }
            // One connector that cannot be read must not hide what is wrong with the others.
            Err(error) => {
                failed = true;
                tell(console, &error)?;
            }
        }
        progress.show(console, checked);
        Ok(())
    })?;
    progress.clear(console);
    for output in &mut outputs {
        output.write(console.output, |report, out| {
            report.finish(&summary, out)?;
            out.flush()
        })?;
    }
    baselines.finish(&searched(arguments), arguments.output.quiet, console)?;
    // Who checks a single file, or what was touched, says nothing about the others.
    if changes.is_none() && inputs.iter().all(|(input, _)| matches!(input.target, Target::Folder(_))) {
        for line in profiles.unused_acceptances(&used) {
            tell(console, &line)?;
        }
    }
    let counted = summary.at_least(fail_on);
    Ok(if failed || summary.failures > 0 {
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

    /// The file, when only one of the connector's is checked.
    fn only(&self) -> Option<String> {
        match &self.target {
            Target::Folder(_) => None,
            Target::File(file) => file.file_name().map(|name| name.to_string_lossy().into_owned()),
        }
    }
}

/// The folders that were searched as a whole: what a run has not met there is not there.
fn searched(arguments: &LintArguments) -> Vec<PathBuf> {
    if arguments.changes.changed_since.is_some() {
        return Vec::new();
    }
    arguments.paths.iter().filter(|path| path.is_dir()).cloned().collect()
}

fn inputs(arguments: &LintArguments, stdin: &mut dyn io::Read, unreadable: &mut Vec<RunError>) -> Result<Vec<Input>, RunError> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut known = HashSet::new();
    let mut empty = Vec::new();
    let paths = if arguments.whole_connectors { discover::whole_connectors(&arguments.paths) } else { arguments.paths.clone() };
    for path in &paths {
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
        match discover::search(path, &mut |path, reason| unreadable.push(RunError::Unreadable { path: path.to_owned(), reason })) {
            Ok(targets) => {
                for target in targets {
                    if known.insert(target.clone()) {
                        let overlay = None;
                        inputs.push(Input { target, overlay });
                    }
                }
            }
            Err(Problem::Unreadable(path, reason)) => return Err(RunError::Unreadable { path, reason }),
            Err(Problem::Nothing(path)) => empty.push(discover::shown(&path)),
        }
    }
    let may_be_none = arguments.whole_connectors && empty.is_empty();
    if !may_be_none && (inputs.is_empty() || !empty.is_empty()) {
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

/// How connectors are checked.
#[derive(Clone, Copy)]
struct How {
    /// Whether there is one only, which may have all cores.
    alone: bool,
    /// Whether findings are wanted with anchors.
    anchored: bool,
}

fn check(input: &Input, number: ProfileNumber, profiles: &Profiles, plans: &Plans<'_>, how: How) -> Result<Outcome, RunError> {
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
                    let bytes = load::read_limited(file).map_err(|error| unreadable(file, error))?;
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
    let plan = plans.of(number, &connector);
    let mut outcome = if how.alone { engine::check_alone(&connector, plan) } else { engine::check(&connector, plan) };
    if how.anchored {
        anchor::attach(&connector, &mut outcome.findings);
    }
    Ok(outcome)
}
