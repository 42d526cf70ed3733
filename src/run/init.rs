//! `conncert init`: writes a conncert.toml to start from, with what can be seen in the folder filled in.

use std::path::Path;

use super::{Console, Ending, output};
use crate::cli::InitArguments;
use crate::config::load::FILE_NAME;
use crate::config::template::{self, Found};
use crate::connector::discover::{self, Target};
use crate::connector::load::Given;
use crate::connector::{Connector, Stage, Track};
use crate::error::RunError;
use crate::fix::commit::{self, Step};
use crate::fix::values::{self, FixValues};
use crate::in_order::in_order;
use crate::model::Model;
use crate::report::human::escape::escape;
use crate::words::{count, list_and};

/// Values that are the same for all connectors of a publisher.
const VALUES: [&str; 2] = ["publisher", "website"];

/// Writes the file; never over one that is there.
pub fn init(arguments: &InitArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let folder = &arguments.folder;
    let shown = discover::shown(folder);
    if !folder.is_dir() {
        let reason = "there is no such folder; conncert.toml is written into a folder that exists".to_owned();
        return Err(RunError::Unreadable { path: folder.clone(), reason });
    }
    let seen = look(folder);
    let found = agreed(&seen);
    let step = Step::Create { name: FILE_NAME.to_owned(), bytes: template::filled(&found).into_bytes() };
    commit::commit(folder, &[step]).map_err(|error| RunError::Commit { connector: shown.clone(), reason: error.to_string() })?;
    let path = if shown == "." { FILE_NAME.to_owned() } else { format!("{shown}/{FILE_NAME}") };
    let mut text = format!("{} is written. {}\n", escape(&path), escape(&told(&seen, &found)));
    let quote = if shown.contains(' ') { "\"" } else { "" };
    text.push_str(&format!("Next: look it over, then run `conncert lint {quote}{}{quote}`.\n", escape(&shown)));
    console.output.write_all(text.as_bytes()).map_err(output)?;
    Ok(Ending::Clean)
}

/// What a connector says about itself.
struct Seen {
    track: Track,
    stage: Stage,
    values: [Option<String>; VALUES.len()],
}

/// The connectors below a folder, as far as they can be read: what is wrong with the others is said by `lint`.
fn look(folder: &Path) -> Vec<Seen> {
    let look = |target: &Target| {
        let Target::Folder(folder) = target else { return None };
        let connector = Connector::load(folder, &target.shown(), Given::default(), &[]).ok()?;
        let model = Model::new(&connector);
        let known = |name| values::value(name, &FixValues::default(), &model).map(|value| value.trim().to_owned());
        let values = VALUES.map(known);
        Some(Seen { track: connector.track.value, stage: connector.stage.value, values })
    };
    let targets = discover::discover(folder).unwrap_or_default();
    let mut seen = Vec::new();
    // Taking what was seen cannot fail.
    let _: Result<(), std::convert::Infallible> = in_order(
        &targets,
        look,
        |_| 1,
        |_, found| {
            seen.extend(found);
            Ok(())
        },
    );
    seen
}

/// What all connectors say, or all that say something.
fn agreed(seen: &[Seen]) -> Found {
    fn one<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    }
    let value = |number: usize| one(seen.iter().filter_map(|seen| seen.values[number].as_deref()));
    Found {
        track: one(seen.iter().map(|seen| seen.track)),
        stage: one(seen.iter().map(|seen| seen.stage)),
        values: VALUES.iter().enumerate().filter_map(|(number, name)| Some((*name, value(number)?.to_owned()))).collect(),
    }
}

fn told(seen: &[Seen], found: &Found) -> String {
    if seen.is_empty() {
        return "No connector is in this folder yet.".to_owned();
    }
    let kind: Vec<&str> = found.track.map(Track::word).into_iter().chain(found.stage.map(Stage::word)).collect();
    let kind = if kind.is_empty() { String::new() } else { format!(" ({})", kind.join(", ")) };
    let values: Vec<String> = found.values.iter().map(|(name, value)| format!("{name} \"{value}\"")).collect();
    let filled = if values.is_empty() { String::new() } else { format!("; filled in: {}", list_and(&values)) };
    format!("Found {}{kind}{filled}.", count(seen.len(), "connector"))
}
