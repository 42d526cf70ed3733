//! The configuration of connectors, the same as on the command line. A file that is wrong becomes diagnostics in that file, and what was
//! good before stays in force.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{Diagnostic, DiagnosticSeverity, Position, Range};

use super::documents::as_utf8;
use super::positions::Positions;
use super::settings::EditorSettings;
use super::snapshot::Applied;
use crate::config::load::{self, FILE_NAME};
use crate::error::RunError;
use crate::run::profile::{Catalogues, Flags, Profiles};
use crate::source::SourceText;

/// Diagnostics of configuration and rule files, by path.
pub type FileProblems = BTreeMap<PathBuf, Vec<Diagnostic>>;

/// Reads configuration, and every set of rules once.
#[derive(Default)]
pub struct Configurations {
    catalogues: Catalogues,
}

/// Why a configuration does not count.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// Mistakes that have a place.
    pub problems: FileProblems,
    /// A mistake that has none.
    pub message: Option<String>,
}

impl Configurations {
    /// Starts with rules that have been read.
    pub fn knowing(catalogues: Catalogues) -> Self {
        Self { catalogues }
    }

    /// Forgets the rules that were read from files.
    pub fn forget(&mut self) {
        self.catalogues.retain(|(folders, _)| folders.is_empty());
    }

    /// What applies to a connector now.
    pub fn read(&mut self, settings: &EditorSettings, folder: &Path) -> Result<Applied, Refusal> {
        self.apply(&settings.flags(), folder).map_err(|error| refusal(&error, settings, folder))
    }

    /// What applies to a connector without any configuration file.
    pub fn without_files(&mut self, settings: &EditorSettings, folder: &Path) -> Option<Applied> {
        let config = EditorSettings::without_config();
        self.apply(&Flags { config: &config, ..settings.flags() }, folder).ok()
    }

    fn apply(&mut self, flags: &Flags<'_>, folder: &Path) -> Result<Applied, RunError> {
        let (profiles, numbers) = Profiles::sharing(&mut self.catalogues, flags, &[folder])?;
        let number = numbers.first().copied().unwrap_or_default();
        Ok(Applied { profiles: Arc::new(profiles), number })
    }

    /// Rules that have been read, for whoever reads configuration beside this.
    pub fn catalogues(&self) -> Catalogues {
        self.catalogues.clone()
    }
}

/// What is wrong with the text of a configuration file.
pub fn problems_of_text(path: &Path, text: &str) -> Vec<Diagnostic> {
    let bytes = as_utf8(text, false);
    let problems = load::parse(path, bytes.clone()).err().unwrap_or_default();
    let positions = Positions::new(text);
    let source = SourceText::from_bytes(bytes);
    let diagnostic = |range: Option<crate::finding::Range>, message: &str| diagnostic(place(&positions, &source, range), message);
    problems.iter().map(|problem| diagnostic(problem.range, &problem.message)).collect()
}

fn refusal(error: &RunError, settings: &EditorSettings, folder: &Path) -> Refusal {
    let mut refusal = Refusal::default();
    let mut add = |path: &Path, range: Option<crate::finding::Range>, message: &str| {
        let source = SourceText::from_bytes(crate::connector::load::read_limited(path).unwrap_or_default());
        let positions = Positions::new(source.text());
        let diagnostic = diagnostic(place(&positions, &source, range), message);
        refusal.problems.entry(path.to_owned()).or_default().push(diagnostic);
    };
    match error {
        RunError::WrongConfig { path, problems } => problems.iter().for_each(|problem| add(path, problem.range, &problem.message)),
        RunError::WrongRules { problems } => problems.iter().for_each(|problem| {
            // A folder has no text to show a mistake in: it is a mistake of the file that names it.
            match config_naming(settings, folder, &problem.path.file_name().unwrap_or_default().to_string_lossy()) {
                Some((config, range)) if !problem.path.is_file() => {
                    add(&config, range, &format!("{}: {}", problem.path.display(), problem.message));
                }
                _ => add(&problem.path, problem.range, &problem.message),
            }
        }),
        RunError::UnknownRule { name, .. } => match config_naming(settings, folder, name) {
            Some((config, range)) => add(&config, range, &error.to_string()),
            None => refusal.message = Some(error.to_string()),
        },
        other => refusal.message = Some(other.to_string()),
    }
    refusal
}

/// The configuration file nearest to a connector that holds a text, and where.
fn config_naming(settings: &EditorSettings, folder: &Path, text: &str) -> Option<(PathBuf, Option<crate::finding::Range>)> {
    let above = folder.ancestors().map(|folder| folder.join(FILE_NAME));
    let candidates: Vec<PathBuf> = settings.config().map(|config| vec![config.to_owned()]).unwrap_or_else(|| above.collect());
    candidates.into_iter().find_map(|path| {
        let source = SourceText::from_bytes(crate::connector::load::read_limited(&path).ok()?);
        let at = source.text().find(text).filter(|_| !text.is_empty())?;
        let range = crate::finding::Range { start: source.position(at), end: source.position(at + text.len()) };
        Some((path, Some(range)))
    })
}

fn place(positions: &Positions<'_>, source: &SourceText, range: Option<crate::finding::Range>) -> Range {
    match range {
        Some(range) => positions.range(source.text_offset(range.start)..source.text_offset(range.end)),
        None => Range { start: Position::default(), end: positions.position(positions.line(0).end) },
    }
}

fn diagnostic(range: Range, message: &str) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(super::SOURCE.to_owned()),
        message: message.trim_end().to_owned(),
        ..Diagnostic::default()
    }
}
