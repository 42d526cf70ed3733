//! What `fix` starts from: connectors on disk, or a definition with a configuration from which a connector is made.

use std::io;
use std::path::{Path, PathBuf};

use super::profile::{ProfileNumber, Profiles, is_seed};
use crate::cli::FixArguments;
use crate::config::{Config, seed};
use crate::connector::discover::{self, Problem, Target};
use crate::connector::load::{self, Given as Known};
use crate::connector::{Artifact, Connector, Stage};
use crate::error::RunError;
use crate::fix::commit;
use crate::fix::values::{self, FixValues, Logo};
use crate::fix::workspace::Workspace;
use crate::source::image::parse_hex_color;

/// A connector to repair.
pub struct Input {
    /// Its path, as reports name it.
    pub shown: String,
    /// Its files.
    pub workspace: Workspace,
    /// When only one file was asked for: its name.
    pub file: Option<String>,
    /// What applies to it.
    pub profile: ProfileNumber,
    /// Whether the connector is made from a definition rather than repaired.
    pub is_new: bool,
}

/// What flags and configuration give.
pub struct Given {
    /// Values for fixes.
    pub values: FixValues,
    known: Known,
    /// The definition from which a connector is to be made.
    definition: Option<PathBuf>,
    /// Whether anything is to be written into the connectors' folders.
    writes: bool,
}

impl Given {
    /// Reads the configuration and lays the flags over it.
    pub fn of(arguments: &FixArguments) -> Result<Self, RunError> {
        let seed = arguments.config.config.as_deref().filter(|path| is_seed(path));
        let config = seed.map(config).transpose()?.unwrap_or_default();
        let mut values = config.values;
        for setting in &arguments.set {
            values = values::set(&values, &setting.name, &setting.value).map_err(|reason| RunError::WrongValue { reason })?;
        }
        if let Some(color) = values.brand_color.as_ref().filter(|color| parse_hex_color(color).is_none()) {
            return Err(RunError::WrongValue { reason: format!("`{color}` is no colour; expected something like #1f5c7a") });
        }
        let beside = |path: PathBuf| beside(seed, path);
        if let Some(path) = arguments.icon.clone().or(values.logo.take().map(|logo| beside(logo.into()))) {
            let bytes = read(&path)?;
            let name = path.display().to_string();
            values.logo = Some(name.clone());
            values.picture = Some(Logo { name, bytes });
        }
        let known = Known { track: arguments.connector.track.0.or(config.track), stage: arguments.connector.stage.0 };
        Ok(Self { values, known, definition: config.definition.map(beside), writes: !arguments.diff && arguments.output.is_none() })
    }
}

/// Paths in a configuration file are relative to it; those written for the folder in which the command runs are found there, too.
fn beside(config: Option<&Path>, path: PathBuf) -> PathBuf {
    let folder = config.and_then(Path::parent).unwrap_or(Path::new(""));
    let near = folder.join(&path);
    if near.exists() || !path.exists() { near } else { path }
}

fn config(path: &Path) -> Result<Config, RunError> {
    seed::parse(read(path)?).map_err(|problems| RunError::WrongConfig { path: path.to_owned(), problems })
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    load::read_limited(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> RunError {
    RunError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

/// What is to be repaired, before anything of it is read.
pub struct Wanted {
    /// The connector's folder.
    pub folder: PathBuf,
    /// When only one file was asked for: its name.
    file: Option<String>,
    /// The definition from which the connector is to be made.
    definition: Option<PathBuf>,
}

/// The connectors to repair.
pub fn targets(arguments: &FixArguments, given: &Given, unreadable: &mut Vec<RunError>) -> Result<Vec<Wanted>, RunError> {
    if let (Some(definition), true) = (&given.definition, arguments.paths.is_empty()) {
        let Some(output) = &arguments.output else {
            let reason = "the configuration names a definition: say with --output DIR where the connector is to be made".to_owned();
            return Err(RunError::WrongValue { reason });
        };
        return Ok(vec![Wanted { folder: output.clone(), file: None, definition: Some(definition.clone()) }]);
    }
    let paths = if arguments.paths.is_empty() { vec![PathBuf::from(".")] } else { arguments.paths.clone() };
    let paths = if arguments.whole_connectors { discover::whole_connectors(&paths) } else { paths };
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut empty = Vec::new();
    for path in &paths {
        match discover::search(path, &mut |path, reason| unreadable.push(RunError::Unreadable { path: path.to_owned(), reason })) {
            Ok(found) => {
                for target in found {
                    let target = folder_and_file(&target)?;
                    if !wanted.iter().any(|known| known.folder == target.folder && known.file == target.file) {
                        wanted.push(target);
                    }
                }
            }
            Err(Problem::Unreadable(path, reason)) => return Err(RunError::Unreadable { path, reason }),
            Err(Problem::Nothing(path)) => empty.push(discover::shown(&path)),
        }
    }
    let may_be_none = arguments.whole_connectors && empty.is_empty();
    if !may_be_none && (wanted.is_empty() || !empty.is_empty()) {
        return Err(RunError::NothingToCheck { paths: empty });
    }
    Ok(wanted)
}

fn folder_and_file(target: &Target) -> Result<Wanted, RunError> {
    let (folder, file) = match target {
        Target::Folder(folder) => (folder.clone(), None),
        Target::File(file) => {
            let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if Artifact::of(&name).is_none() {
                return Err(RunError::UnknownFile { path: file.clone() });
            }
            (folder, Some(name))
        }
    };
    Ok(Wanted { folder, file, definition: None })
}

/// Opens a connector.
pub fn open(wanted: &Wanted, profile: ProfileNumber, profiles: &Profiles, given: &Given) -> Result<Input, RunError> {
    let settings = profiles.get(profile).given;
    let known = Known { track: settings.track.or(given.known.track), stage: settings.stage.or(given.known.stage) };
    if let Some(definition) = &wanted.definition {
        return made_from(definition, &wanted.folder, profile, known);
    }
    let folder = &wanted.folder;
    let shown = discover::shown(folder);
    // A run that was killed while it wrote is brought to its end first; who only wants to see what would change writes nothing.
    if given.writes {
        commit::recover(folder).map_err(|error| RunError::Commit { connector: shown.clone(), reason: error.to_string() })?;
    }
    let workspace = Workspace::open(folder, &shown, known).map_err(|error| unreadable(folder, &error))?;
    Ok(Input { shown, workspace, file: wanted.file.clone(), profile, is_new: false })
}

/// A connector made from a definition: in a folder to come, or in one where it is partly there.
fn made_from(definition: &Path, output: &Path, profile: ProfileNumber, known: Known) -> Result<Input, RunError> {
    let bytes = read(definition)?;
    let shown = discover::shown(output);
    if !output.exists() {
        let mut workspace = Workspace::to_come(output, &shown, known).map_err(|error| unreadable(output, &error))?;
        workspace.add(definition_name(workspace.stage()), bytes);
        return Ok(Input { shown, workspace, file: None, profile, is_new: true });
    }
    let mut workspace = Workspace::open(output, &shown, known).map_err(|error| unreadable(output, &error))?;
    let connector: Connector = workspace.connector();
    match connector.document(Artifact::Definition) {
        Some(document) if workspace.bytes(&document.path) != Some(bytes.as_slice()) => {
            let existing = format!("{shown}/{}", document.path);
            return Err(RunError::WrongValue {
                reason: format!(
                    "{existing} is there and differs from {}. Run `conncert fix {shown}` to repair what is there, or delete the file to take the new definition",
                    definition.display()
                ),
            });
        }
        Some(_) => {}
        None => workspace.add(definition_name(connector.stage.value), bytes),
    }
    Ok(Input { shown, workspace, file: None, profile, is_new: true })
}

fn definition_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Submission => "apiDefinition.json",
        Stage::PullRequest => "apiDefinition.swagger.json",
    }
}
