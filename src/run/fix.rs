//! `conncert fix`: repairs connectors in memory, shows or writes what came of it.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::changed::Changes;
use super::fix_inputs::{self, Given, Input, Wanted};
use super::profile::{Flags, ProfileNumber, Profiles};
use super::progress::Progress;
use super::{Console, Ending, ids, output, tell};
use crate::cli::{FixArguments, FixFormat, When};
use crate::connector::discover;
use crate::error::RunError;
use crate::fix::commit::{self, Fingerprint, Step};
use crate::fix::diff;
use crate::fix::pass::{self, Choice, Repaired};
use crate::fix::workspace::{Difference, Workspace};
use crate::in_order::in_order;
use crate::report::fix::{FixSummary, Fixed, FixedEntry, human, human_summary};
use crate::report::human::escape::escape;
use crate::report::json_text;

/// Repairs connectors.
pub fn fix(arguments: &FixArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let given = Given::of(arguments)?;
    let mut unreadable = Vec::new();
    let mut targets = fix_inputs::targets(arguments, &given, &mut unreadable)?;
    let flags = Flags {
        rules: &arguments.rules,
        connector: &arguments.connector,
        config: &arguments.config,
        values: given.values.clone(),
        with_pictures: true,
    };
    let paths = if arguments.paths.is_empty() { vec![PathBuf::from(".")] } else { arguments.paths.clone() };
    if let Some(changes) = Changes::of(&arguments.changes, &paths, &flags)? {
        targets.retain(|target| changes.touch(&target.folder));
        if targets.is_empty() && !arguments.quiet {
            changes.say_that_nothing_was_touched(console)?;
        }
    }
    let folders: Vec<&Path> = targets.iter().map(|target| target.folder.as_path()).collect();
    let (profiles, numbers) = Profiles::of(&flags, &folders)?;
    let targets: Vec<(Wanted, ProfileNumber)> = targets.into_iter().zip(numbers).collect();
    let only = match targets.first() {
        Some((_, number)) => ids(profiles.catalogue(*number), &arguments.only)?,
        None => Vec::new(),
    };
    let choice = Choice { unsafe_too: arguments.unsafe_too, only, ..Choice::default() };
    if arguments.output.is_some() && targets.len() > 1 {
        return Err(RunError::WrongValue { reason: format!("--output takes one connector, and {} were found", targets.len()) });
    }
    let mut run =
        Run { arguments, color: colored(arguments, console), summary: FixSummary::default(), entries: Vec::new(), changes_wanted: false };
    // What cannot be read may be a connector: a run that has not seen it must not look like one that has.
    let mut failed = !unreadable.is_empty();
    unreadable.iter().try_for_each(|error| tell(console, error))?;
    let repair = |(target, number): &(Wanted, ProfileNumber)| {
        let input = fix_inputs::open(target, *number, &profiles, &given)?;
        let choice = Choice { file: input.file.clone(), ..choice.clone() };
        let repaired = pass::run(input.workspace.clone(), |connector| profiles.plan(input.profile, connector), &choice);
        let repaired = repaired.map_err(|rejection| RunError::Rejected { connector: input.shown.clone(), rejection })?;
        Ok((input, repaired))
    };
    let mut progress = Progress::new(console, targets.len(), arguments.quiet);
    let mut done = 0;
    // Beside what was found before and after, a repaired connector holds its files twice.
    let weigh = |repaired: &Result<(_, pass::Repaired), RunError>| {
        repaired.as_ref().map_or(0, |(_, repaired)| 2_500 + repaired.before.findings.len() + repaired.after.findings.len())
    };
    in_order(&targets, repair, weigh, |_, repaired| {
        progress.clear(console);
        done += 1;
        // One connector that cannot be repaired must not keep the others from it.
        if let Err(error) = repaired.and_then(|(input, repaired)| run.connector(&input, repaired, console)) {
            if matches!(error, RunError::Output { .. }) {
                return Err(error);
            }
            failed = true;
            tell(console, &error)?;
        }
        progress.show(console, done);
        Ok(())
    })?;
    progress.clear(console);
    run.finish(console)?;
    Ok(match failed {
        true => Ending::Failed,
        false if run.changes_wanted => Ending::Findings,
        false => Ending::Clean,
    })
}

fn colored(arguments: &FixArguments, console: &Console<'_>) -> bool {
    match arguments.color {
        When::Always => true,
        When::Never => false,
        When::Auto => console.terminal.color,
    }
}

struct Run<'r> {
    arguments: &'r FixArguments,
    color: bool,
    summary: FixSummary,
    entries: Vec<serde_json::Value>,
    /// Whether a `--diff` run has found something to change.
    changes_wanted: bool,
}

impl Run<'_> {
    fn connector(&mut self, input: &Input, mut repaired: Repaired, console: &mut Console<'_>) -> Result<(), RunError> {
        // What is generated from scratch comes whole or not at all.
        let refused: Vec<String> = match input.is_new {
            true => repaired.skipped.iter().filter(|skipped| !skipped.is_unsafe).map(|skipped| skipped.reason.clone()).collect(),
            false => Vec::new(),
        };
        if !refused.is_empty() {
            return Err(RunError::Refused { connector: input.shown.clone(), reasons: refused });
        }
        let differences = repaired.workspace.differences();
        let target = self.arguments.output.as_deref();
        let written = !self.arguments.diff;
        if written {
            write(&mut repaired.workspace, &differences, target)
                .map_err(|reason| RunError::Commit { connector: input.shown.clone(), reason })?;
        }
        self.changes_wanted |= self.arguments.diff && !differences.is_empty();
        let shown = target.map(discover::shown);
        let fixed = Fixed { repaired: &repaired, differences: &differences, output: shown.as_deref(), written };
        self.summary.add(&fixed);
        match self.arguments.format {
            FixFormat::Json => self.entries.push(serde_json::to_value(FixedEntry::of(&fixed)).unwrap_or_default()),
            FixFormat::Human if self.arguments.diff => {
                for difference in &differences {
                    let text = diff::unified(&input.shown, difference);
                    console.output.write_all(self.painted(&text, console.terminal.color).as_bytes()).map_err(output)?;
                }
            }
            FixFormat::Human if self.arguments.quiet => {}
            FixFormat::Human => console.output.write_all(human(&fixed, self.color).as_bytes()).map_err(output)?,
        }
        Ok(())
    }

    /// A diff for the terminal: in colour, and with nothing in it that would steer the terminal. Elsewhere it stays as it is, so that
    /// other programs can apply it.
    fn painted(&self, diff: &str, on_terminal: bool) -> String {
        if !self.color && !on_terminal {
            return diff.to_owned();
        }
        let line = |line: &str| {
            let text = escape(line.trim_end_matches('\n')).into_owned();
            let code = match line.as_bytes() {
                _ if !self.color => "",
                [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => "1",
                [b'@', ..] => "36",
                [b'-', ..] => "31",
                [b'+', ..] => "32",
                _ => "",
            };
            if code.is_empty() { format!("{text}\n") } else { format!("\u{1b}[{code}m{text}\u{1b}[0m\n") }
        };
        diff.split_inclusive('\n').map(line).collect()
    }

    fn finish(&self, console: &mut Console<'_>) -> Result<(), RunError> {
        #[derive(Serialize)]
        struct Tool {
            name: &'static str,
            version: &'static str,
        }
        #[derive(Serialize)]
        struct Document<'d> {
            schema_version: u32,
            tool: Tool,
            connectors: &'d [serde_json::Value],
            summary: FixSummary,
        }
        let written = !self.arguments.diff;
        let text = match self.arguments.format {
            FixFormat::Json => {
                let tool = Tool { name: "conncert", version: env!("CARGO_PKG_VERSION") };
                let document = Document { schema_version: 1, tool, connectors: &self.entries, summary: self.summary };
                json_text::pretty(&document).map_err(output)?
            }
            // A diff is for other programs, too: the closing words go where they do not disturb.
            FixFormat::Human if self.arguments.diff => {
                if !self.arguments.quiet {
                    write!(console.errors, "{}", human_summary(&self.summary, written)).map_err(output)?;
                }
                return Ok(());
            }
            FixFormat::Human if self.arguments.quiet => return Ok(()),
            FixFormat::Human => human_summary(&self.summary, written),
        };
        console.output.write_all(text.as_bytes()).map_err(output)
    }
}

/// Writes what has become of a connector: into its folder, or as a whole into another.
fn write(workspace: &mut Workspace, differences: &[Difference], target: Option<&Path>) -> Result<(), String> {
    let folder = workspace.folder().map(Path::to_path_buf);
    let place = folder.as_deref().zip(target).and_then(|(folder, target)| relation(folder, target));
    match (target, folder) {
        (Some(_), _) if place == Some(Relation::Inside) => {
            Err("--output names a folder inside the connector, which would become a part of it; name one outside".to_owned())
        }
        (Some(target), _) if place != Some(Relation::Same) => {
            let files = workspace.all_files()?;
            commit::export(target, &files).map(|_| ()).map_err(|error| error.to_string())
        }
        (_, Some(folder)) => {
            let steps: Vec<Step> = differences.iter().map(step).collect();
            commit::commit(&folder, &steps).map(|_| ()).map_err(|error| error.to_string())
        }
        (_, None) => Err("there is no folder to write to; name one with --output".to_owned()),
    }
}

/// How the folder for the result lies to the connector's own, however either is spelt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    Inside,
}

fn relation(folder: &Path, target: &Path) -> Option<Relation> {
    let folder = folder.canonicalize().ok()?;
    let target = std::path::absolute(target).ok()?;
    // What is not there yet lies where its nearest existing parent does.
    let existing = target.ancestors().find_map(|path| path.canonicalize().ok())?;
    match existing.strip_prefix(&folder).ok()? {
        rest if rest.as_os_str().is_empty() && target.exists() => Some(Relation::Same),
        _ => Some(Relation::Inside),
    }
}

fn step(difference: &Difference) -> Step {
    match difference {
        Difference::Created { name, bytes } => Step::Create { name: name.clone(), bytes: bytes.clone() },
        Difference::Deleted { name, old } => Step::Delete { name: name.clone(), expected: Fingerprint::of(old) },
        Difference::Changed { name, to, old, bytes } if name == to => {
            Step::Replace { name: name.clone(), expected: Fingerprint::of(old), bytes: bytes.clone() }
        }
        Difference::Changed { name, to, old, bytes } => Step::Rename {
            from: name.clone(),
            to: to.clone(),
            expected: Fingerprint::of(old),
            bytes: (old != bytes).then(|| bytes.clone()),
        },
    }
}
