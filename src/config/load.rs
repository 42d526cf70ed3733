//! Finds conncert.toml above a connector, reads it, and lays nearer files over farther ones.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use toml::Spanned;

use super::file::{Accept, ConfigFile};
use super::{ConfigProblem, Settings};
use crate::finding::Range;
use crate::fix::values::FixValues;
use crate::source::SourceText;
use crate::words;

/// The name of the file.
pub const FILE_NAME: &str = "conncert.toml";

/// A file that was read.
#[derive(Debug)]
pub struct Loaded {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says.
    pub file: ConfigFile,
    /// The line of each accepted finding, for reports about them.
    pub accept_lines: Vec<usize>,
    source: SourceText,
    overrides: Vec<GlobMatcher>,
}

/// Reads a file; the error lists everything that is wrong with it.
pub fn read(path: &Path) -> Result<Loaded, Vec<ConfigProblem>> {
    let problem = |range: Option<Range>, message: String| vec![ConfigProblem { range, message }];
    let bytes = crate::connector::load::read_limited(path).map_err(|error| problem(None, error.to_string()))?;
    parse(path, bytes)
}

/// Reads the text of a file.
pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Loaded, Vec<ConfigProblem>> {
    let source = SourceText::from_bytes(bytes);
    let range = |span: std::ops::Range<usize>| Range { start: source.position(span.start), end: source.position(span.end) };
    let problem = |range: Option<Range>, message: String| vec![ConfigProblem { range, message }];
    let file: ConfigFile = toml::from_str(source.text()).map_err(|error| problem(error.span().map(range), plain(error.message())))?;
    let accept_lines = accept_lines(&source);
    let mut problems = Vec::new();
    let place = |word: &str| source.text().find(word).map(|at| range(at..at + word.len()));
    let mut glob = |pattern: &str| match matcher(pattern) {
        Ok(glob) => Some(glob),
        Err(error) => {
            problems.push(ConfigProblem { range: place(pattern), message: format!("`{pattern}` is no path: {error}") });
            None
        }
    };
    let overrides: Vec<GlobMatcher> = file.r#override.iter().filter_map(|entry| glob(&entry.path)).collect();
    file.accept.iter().filter_map(|accept| accept.connector.as_deref()).for_each(|pattern| drop(glob(pattern)));
    for (accept, line) in file.accept.iter().zip(accept_lines.iter().copied().chain(std::iter::repeat(1))) {
        let position = source.position(source.line_range(line).start);
        let here = Some(Range { start: position, end: position });
        let value = |text: &str| {
            // The first such value behind the beginning of this entry is its own.
            let from = source.line_range(line).start;
            let at = ['"', '\''].iter().find_map(|quote| source.text().get(from..)?.find(&format!("{quote}{text}{quote}")))? + from + 1;
            Some(range(at..at + text.len()))
        };
        if accept.reason.trim().is_empty() {
            problems.push(ConfigProblem { range: here, message: "an accepted finding needs a reason that says something".to_owned() });
        }
        if let Some(day) = accept.expires.as_ref().filter(|day| parse_day(day).is_none()) {
            let range = value(day).or(here);
            problems.push(ConfigProblem { range, message: format!("`{day}` is no day; expected something like 2027-03-31") });
        }
        if let Some(pointer) = accept.pointer.as_ref().filter(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
            problems.push(ConfigProblem {
                range: value(pointer).or(here),
                message: "a pointer begins with /, as in /paths/~1items/get".to_owned(),
            });
        }
    }
    if problems.is_empty() { Ok(Loaded { path: path.to_owned(), file, accept_lines, source, overrides }) } else { Err(problems) }
}

/// A pattern of `override` or `accept`, ready to be compared with connectors' folders: `*` stays within a name.
fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let plain = pattern.strip_prefix("./").unwrap_or(pattern);
    let plain = plain.strip_suffix('/').filter(|plain| !plain.is_empty()).unwrap_or(plain);
    GlobBuilder::new(plain).literal_separator(true).build().map(|glob| glob.compile_matcher())
}

/// A message of the reader in the words of people who do not write such readers, with the name that was probably meant.
fn plain(message: &str) -> String {
    let message = message.replace("wanted string or table", "expected a text in quotes").replace("a sequence", "a list in square brackets");
    words::with_nearest_name(&message)
}

/// The lines on which the accepted findings begin.
fn accept_lines(source: &SourceText) -> Vec<usize> {
    #[derive(serde::Deserialize)]
    struct Places {
        #[serde(default)]
        accept: Vec<Spanned<toml::Value>>,
    }
    let places: Places = toml::from_str(source.text()).unwrap_or(Places { accept: Vec::new() });
    places.accept.iter().map(|accept| source.position(accept.span().start).line).collect()
}

/// A day as it is written, comparable as text.
pub fn parse_day(text: &str) -> Option<&str> {
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            let year: u16 = year.parse().ok()?;
            let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
            let days = match month.parse::<u8>().ok()? {
                2 => 28 + u8::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                1..=12 => 31,
                _ => return None,
            };
            (1..=days).contains(&day.parse::<u8>().ok()?).then_some(text)
        }
        _ => None,
    }
}

/// The files that apply to one connector, the nearest first.
#[derive(Debug, Clone, Default)]
pub struct Layers(pub Vec<Arc<Loaded>>);

/// Looks for files, each folder once.
#[derive(Debug, Default)]
pub struct Finder {
    known: BTreeMap<PathBuf, Option<Arc<Loaded>>>,
    fixed: Option<Arc<Loaded>>,
    disabled: bool,
}

/// A file with mistakes.
pub type WrongFile = (PathBuf, Vec<ConfigProblem>);

impl Finder {
    /// Looks above every connector; or takes one file for all; or none at all.
    pub fn new(file: Option<&Path>, disabled: bool) -> Result<Self, WrongFile> {
        let fixed = file.map(|path| read(path).map(Arc::new).map_err(|problems| (path.to_owned(), problems))).transpose()?;
        Ok(Self { known: BTreeMap::new(), fixed, disabled })
    }

    /// The files that apply to a connector's folder.
    pub fn layers(&mut self, folder: &Path) -> Result<Layers, WrongFile> {
        if self.disabled {
            return Ok(Layers::default());
        }
        if let Some(fixed) = &self.fixed {
            return Ok(Layers(vec![fixed.clone()]));
        }
        let mut layers = Vec::new();
        for folder in absolute(folder).ancestors() {
            let Some(loaded) = self.in_folder(folder)? else { continue };
            let is_root = loaded.file.root;
            layers.push(loaded);
            if is_root {
                break;
            }
        }
        Ok(Layers(layers))
    }

    fn in_folder(&mut self, folder: &Path) -> Result<Option<Arc<Loaded>>, WrongFile> {
        if let Some(known) = self.known.get(folder) {
            return Ok(known.clone());
        }
        let path = folder.join(FILE_NAME);
        let loaded = match path.is_file() {
            true => Some(Arc::new(read(&path).map_err(|problems| (path, problems))?)),
            false => None,
        };
        self.known.insert(folder.to_owned(), loaded.clone());
        Ok(loaded)
    }
}

impl Loaded {
    /// The folder the file lies in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The path of a connector relative to the file, with `/`; `.` for the folder itself.
    pub fn relative(&self, connector: &Path) -> String {
        let (connector, folder) = (absolute(connector), absolute(self.folder()));
        let relative = connector.strip_prefix(&folder).unwrap_or(&connector).to_string_lossy().replace('\\', "/");
        if relative.is_empty() { ".".to_owned() } else { relative }
    }

    /// Where a text stands in the file.
    pub fn place_of(&self, text: &str) -> Option<Range> {
        let quoted = ['"', '\''].map(|quote| format!("{quote}{text}{quote}"));
        let written = self.source.text();
        let start = quoted.iter().find_map(|quoted| written.find(quoted.as_str())).map(|at| at + 1).or_else(|| written.find(text))?;
        Some(Range { start: self.source.position(start), end: self.source.position(start + text.len()) })
    }
}

/// A path from the root on, without `.` and `..`: what lies beside a folder is not above it.
fn absolute(path: &Path) -> PathBuf {
    let here = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let absolute = std::path::absolute(here).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

/// Whether a pattern of `override` or `accept` means a connector.
pub fn means(pattern: &str, relative: &str) -> bool {
    matcher(pattern).is_ok_and(|glob| glob.is_match(relative))
}

impl Layers {
    /// What applies to the connector in a folder.
    pub fn settings(&self, connector: &Path) -> Settings {
        let mut settings = Settings::default();
        // From far to near, so that the nearer go before.
        for loaded in self.0.iter().rev() {
            let file = &loaded.file;
            settings.track = file.track.or(settings.track);
            settings.stage = file.stage.or(settings.stage);
            settings.fail_on = file.fail_on.or(settings.fail_on);
            settings.baseline = file.baseline.as_ref().map(|baseline| loaded.folder().join(baseline)).or(settings.baseline);
            settings.format = file.format.clone().map(|formats| (formats, loaded.folder().to_owned())).or(settings.format);
            settings.select = file.select.clone().or(settings.select);
            settings.ignore = file.ignore.clone().unwrap_or(settings.ignore);
            settings.severity.push(file.severity.clone());
            let here = |logo: &String| loaded.folder().join(logo).to_string_lossy().into_owned();
            let near = FixValues { logo: file.fix.logo.as_ref().map(here), ..file.fix.clone() };
            settings.values = laid_over(&near, settings.values);
            if let Some(rules) = &file.rules {
                settings.rules = rules.iter().map(|rules| loaded.folder().join(rules)).collect();
            }
            let relative = loaded.relative(connector);
            let overrides = file.r#override.iter().zip(&loaded.overrides).filter(|(_, glob)| glob.is_match(&relative));
            for (entry, _) in overrides {
                settings.track = entry.track.or(settings.track);
                settings.stage = entry.stage.or(settings.stage);
                settings.ignore.extend(entry.ignore.clone());
                settings.severity.push(entry.severity.clone());
            }
            let accepts = file.accept.iter().zip(loaded.accept_lines.iter().copied().chain(std::iter::repeat(1)));
            let meant = accepts.filter(|(accept, _)| accept.connector.as_ref().is_none_or(|pattern| means(pattern, &relative)));
            settings.accept.extend(meant.map(|(accept, line)| (accept.clone(), loaded.path.clone(), line)));
        }
        settings.severity.retain(|levels| !levels.is_empty());
        settings
    }

    /// The file that says a text, the nearest first, with its place.
    pub fn place_of(&self, text: &str) -> Option<(&Path, Range)> {
        self.0.iter().find_map(|loaded| Some((loaded.path.as_path(), loaded.place_of(text)?)))
    }
}

/// An accepted finding with the file and line that say so.
pub type Accepted = (Accept, PathBuf, usize);

/// The values of a nearer file over those of a farther one.
pub fn laid_over(near: &FixValues, far: FixValues) -> FixValues {
    let (Ok(serde_json::Value::Object(near)), Ok(serde_json::Value::Object(mut all))) =
        (serde_json::to_value(near), serde_json::to_value(&far))
    else {
        return far;
    };
    let given = |value: &serde_json::Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    all.extend(near.into_iter().filter(|(_, value)| given(value)));
    FixValues { picture: far.picture, ..serde_json::from_value(serde_json::Value::Object(all)).unwrap_or_default() }
}

#[cfg(test)]
mod tests;
