//! `conncert diff`: compares two versions of a connector and reports what breaks the flows that were built on the older one.

use std::io;
use std::path::Path;

use super::outputs::open_outputs;
use super::profile::{Flags, Profiles};
use super::{Console, Ending, tell};
use crate::cli::DiffArguments;
use crate::connector::discover;
use crate::connector::load::{self, Entry, EntryKind, Given, Listing};
use crate::connector::{Artifact, Connector};
use crate::engine;
use crate::error::RunError;
use crate::finding::Severity;
use crate::fix::values::FixValues;
use crate::outcome::Summary;
use crate::report::changes::ChangesReport;
use crate::report::human::summary::count;

/// Compares the two versions and reports the changes.
pub fn diff(arguments: &DiffArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let flags = Flags {
        rules: &arguments.rules,
        connector: &arguments.connector,
        config: &arguments.config,
        values: FixValues::default(),
        with_pictures: false,
    };
    let (profiles, numbers) = Profiles::of(&flags, &[folder_of(&arguments.new)])?;
    let number = numbers.first().copied().unwrap_or_default();
    let profile = profiles.get(number);
    let fail_on = arguments.fail_on.map(Severity::from).or(profile.settings.fail_on).unwrap_or(Severity::Error);
    let mut connector = open(&arguments.new, profile.given)?;
    let previous = open(&arguments.old, profile.given)?;
    // Files that one side was not asked about are no difference.
    if arguments.new.is_file() || arguments.old.is_file() {
        connector.documents.retain(|document| document.artifact == Artifact::Definition);
    }
    let mut outputs = open_outputs(&arguments.output, || Box::new(ChangesReport::default()), None, console.terminal, fail_on)?;
    for (path, side) in [(&arguments.old, &previous), (&arguments.new, &connector)] {
        comparable(path, side)?;
    }
    connector.previous = Some(Box::new(previous));
    let plan = profiles.plan_of_changes(number, &connector, &arguments.rules.select)?;
    let mut outcome = engine::check_alone(&connector, &plan);
    // None of the rules depends on them, so nobody need state them.
    outcome.track.assumed = false;
    outcome.stage.assumed = false;
    let mut summary = Summary { compared: true, ..Summary::default() };
    summary.add(&outcome);
    for output in &mut outputs {
        output.write(console.output, |report, out| report.connector(&outcome, out))?;
        output.write(console.output, |report, out| {
            report.finish(&summary, out)?;
            out.flush()
        })?;
    }
    if !outcome.accepted.is_empty() && !arguments.output.quiet {
        tell(console, &format!("{} accepted in conncert.toml left out", count(outcome.accepted.len(), "change")))?;
    }
    Ok(if summary.failures > 0 {
        Ending::Failed
    } else if summary.at_least(fail_on) > 0 {
        Ending::Findings
    } else {
        Ending::Clean
    })
}

/// The folder of a version that is given as folder or file.
fn folder_of(path: &Path) -> &Path {
    if path.is_file() { path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")) } else { path }
}

/// Reads a version: a connector's folder, or a definition alone.
fn open(path: &Path, given: Given) -> Result<Connector, RunError> {
    let unreadable = |error: io::Error| RunError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    if !path.is_file() {
        return Connector::load(path, &discover::shown(path), given, &[]).map_err(unreadable);
    }
    let bytes = load::read_limited(path).map_err(unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let entry = Entry { path: name.clone(), kind: EntryKind::File, bytes: bytes.len() as u64, artifact: None, problem: None };
    let listing = Listing { entries: vec![entry], unlisted: 0 };
    let absolute = std::path::absolute(folder_of(path)).map_err(unreadable)?;
    let mut read = |_: &Entry| Ok(bytes.clone());
    let role = Some((name, Artifact::Definition));
    let shown = discover::shown(folder_of(path));
    Ok(Connector::assemble(&shown, listing, &mut read, given, crate::connector::track::by_path(&absolute), role))
}

/// Whether there is something to compare: a Swagger 2.0 definition that can be read in full. What is damaged would seem to be deleted.
fn comparable(path: &Path, connector: &Connector) -> Result<(), RunError> {
    let refused = |reason: String| Err(RunError::Incomparable { path: path.to_owned(), reason });
    let Some(json) = connector.document(Artifact::Definition).and_then(|document| document.json()) else {
        return refused("there is no apiDefinition.json or apiDefinition.swagger.json".to_owned());
    };
    if let Some(issue) = json.issues().first() {
        let place = json.source().position(issue.span.start);
        return refused(format!("the definition cannot be read in full, see line {}; `conncert lint` says more", place.line));
    }
    let model = crate::model::Model::new(connector);
    match model.swagger.as_ref().map(|swagger| &swagger.format) {
        Some(crate::swagger::Format::Swagger2) => Ok(()),
        _ => refused("the definition is no Swagger 2.0 document".to_owned()),
    }
}
