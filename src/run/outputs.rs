//! Opens the reports a run writes, each with the format and the place that flags or configuration name.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Terminal;
use crate::cli::{LintFormat, Output, OutputArguments, When};
use crate::connector::settings::{NamedPath, named_path};
use crate::error::RunError;
use crate::finding::Severity;
use crate::report::Report;
use crate::report::azure::AzureReport;
use crate::report::checkstyle::CheckstyleReport;
use crate::report::concise::ConciseReport;
use crate::report::github::GithubReport;
use crate::report::gitlab::GitlabReport;
use crate::report::human::{HumanOptions, HumanReport};
use crate::report::junit::JunitReport;
use crate::report::markdown::MarkdownReport;
use crate::report::path::Paths;
use crate::report::rdjson::RdjsonReport;
use crate::report::sarif::SarifReport;

/// A report and where it goes.
pub struct OpenOutput {
    format: LintFormat,
    report: Box<dyn Report>,
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl OpenOutput {
    /// Whether the format tells findings apart over time, for which they need anchors.
    pub fn has_fingerprints(&self) -> bool {
        matches!(self.format, LintFormat::Sarif | LintFormat::Gitlab)
    }

    /// Whether the format shows what repairs change.
    pub fn has_edits(&self) -> bool {
        matches!(self.format, LintFormat::Sarif | LintFormat::Rdjson)
    }

    /// Writes a part of the report.
    pub fn write(
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

/// The file of a report that a configuration names. The configuration may have come with somebody else's folder, and who checks that folder
/// has not agreed to lose files elsewhere; what stands on the command line is the user's own word.
fn below(folder: &Path, written: &Path) -> Result<PathBuf, String> {
    let refused = |why: &str| Err(format!("{why}; a report anywhere else is named on the command line, with --format"));
    let name = match named_path(&written.to_string_lossy()) {
        NamedPath::Inside(name) if !name.split('/').any(|part| part.starts_with('.')) => name,
        _ => return refused("a report that conncert.toml names has to lie in its folder, and in no hidden one"),
    };
    let file = folder.join(&name);
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_below = |path: &Path| match (path.canonicalize(), here.canonicalize()) {
        (Ok(path), Ok(home)) => path.starts_with(home),
        // The folder of the report is not there, which is told when the file cannot be made.
        _ => true,
    };
    let is_link = file.symlink_metadata().is_ok_and(|meta| !meta.is_file());
    if is_link || !file.parent().is_none_or(is_below) {
        return refused("a report that conncert.toml names is not written through a link");
    }
    Ok(file)
}

/// Opens the reports that the command line asks for, else those of the configuration, else the one for people. Each command has a JSON
/// report of its own, the others are common.
pub fn open_outputs(
    wanted: &OutputArguments,
    json: fn() -> Box<dyn Report>,
    configured: Option<&(Vec<String>, PathBuf)>,
    terminal: Terminal,
    fail_on: Severity,
) -> Result<Vec<OpenOutput>, RunError> {
    let OutputArguments { color, quiet, .. } = *wanted;
    let mut wanted = wanted.format.clone();
    if wanted.is_empty() {
        let (formats, folder) = configured.map_or((&[][..], Path::new("")), |(formats, folder)| (formats.as_slice(), folder.as_path()));
        let parse = |text: &String| {
            let output = text.parse().and_then(|output: Output| match &output.file {
                Some(file) => Ok(Output { file: Some(below(folder, file)?), ..output }),
                None => Ok(output),
            });
            output.map_err(|reason| RunError::WrongFormat { value: text.clone(), reason })
        };
        wanted = formats.iter().map(parse).collect::<Result<_, _>>()?;
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
        let format = output.format;
        let color = match color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal.color && output.file.is_none(),
        };
        let report: Box<dyn Report> = match output.format {
            LintFormat::Human => {
                let unicode = terminal.unicode && output.file.is_none();
                Box::new(HumanReport::new(HumanOptions { color, unicode, links: terminal.links && color, width: terminal.width, quiet }))
            }
            LintFormat::Concise => Box::new(ConciseReport::new()),
            LintFormat::Json => json(),
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
        Ok(OpenOutput { format, report, file })
    };
    wanted.into_iter().map(open).collect()
}
