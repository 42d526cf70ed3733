//! Examples in rule files: small deviations from one clean connector that prove where a rule speaks and where it is silent.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::connector::load::{Connector, InMemory};
use crate::connector::{Stage, Track};
use crate::finding::Finding;
use crate::fix::values::FixValues;

/// The clean connector over which examples are laid.
const BASE: [(&str, &[u8]); 7] = [
    ("apiDefinition.json", include_bytes!("../../fixtures/example-base/apiDefinition.json")),
    ("apiProperties.json", include_bytes!("../../fixtures/example-base/apiProperties.json")),
    ("settings.json", include_bytes!("../../fixtures/example-base/settings.json")),
    ("icon.png", include_bytes!("../../fixtures/example-base/icon.png")),
    ("script.csx", include_bytes!("../../fixtures/example-base/script.csx")),
    ("README.md", include_bytes!("../../fixtures/example-base/README.md")),
    ("INTRO.md", include_bytes!("../../fixtures/example-base/INTRO.md")),
];

/// A connector, as its differences from the clean one.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Example {
    /// What the example shows, in a few words.
    pub note: Option<String>,
    /// Name of the connector's folder; `example` when left out.
    pub folder: Option<String>,
    /// Track to check it as; verified when left out.
    pub track: Option<Track>,
    /// Stage to check it as; submission when left out.
    pub stage: Option<Stage>,
    /// A JSON merge patch (RFC 7396) over the clean apiDefinition.json: objects are merged, `null` deletes, everything else replaces.
    pub definition: Option<String>,
    /// A JSON merge patch over the clean apiProperties.json.
    pub properties: Option<String>,
    /// A JSON merge patch over the clean settings.json.
    pub settings: Option<String>,
    /// The whole text of README.md.
    pub readme: Option<String>,
    /// The whole text of INTRO.md.
    pub intro: Option<String>,
    /// The whole text of script.csx.
    pub script: Option<String>,
    /// An icon to draw.
    pub icon: Option<IconExample>,
    /// Whole files by name, instead of or beside those of the clean connector.
    pub files: BTreeMap<String, String>,
    /// Whole files by name, as hexadecimal bytes (blanks are ignored).
    pub bytes: BTreeMap<String, String>,
    /// Files of the clean connector that are not there.
    pub remove: Vec<String>,
    /// Files of the clean connector under another name.
    pub rename: BTreeMap<String, String>,
    /// Files that are filled up to so many bytes: JSON and text with blanks, everything else with zeros.
    pub pad: BTreeMap<String, usize>,
    /// Names of links that lead out of the folder.
    pub links: Vec<String>,
    /// Files that cannot be read, with the reason.
    pub unreadable: BTreeMap<String, String>,
    /// How many files more the folder has than are listed.
    pub unlisted: usize,
    /// In a bad example every place where the rule must speak, no more and no less; empty in a good one.
    pub expect: Vec<Expected>,
    /// What must stand in files after every repair of the rule: a part of the file's text, in which indentation does not count; for a
    /// picture its format and size, as in `PNG 230 x 230`; the empty text for a file that must be gone.
    pub fixed: BTreeMap<String, String>,
    /// What configuration says for the repair.
    pub config: FixValues,
    /// The older version, for rules about differences between two versions.
    pub previous: Option<Older>,
}

/// The older version of an example, as its differences from the clean connector.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Older {
    /// A JSON merge patch over the clean apiDefinition.json.
    pub definition: Option<String>,
    /// A JSON merge patch over the clean apiProperties.json.
    pub properties: Option<String>,
    /// The whole text of script.csx.
    pub script: Option<String>,
}

/// An icon described in words.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IconExample {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Background as `#rrggbb`, or `#rrggbbaa` to make it transparent.
    pub background: String,
    /// Share of width and height that the logo, a white box in the middle, fills; 0 for none.
    #[serde(default = "half")]
    pub logo: f64,
    /// A second colour for the left half of the background.
    pub second: Option<String>,
}

fn half() -> f64 {
    0.5
}

/// A place where a rule must speak: a JSON Pointer, or a table that says more.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Expected {
    /// The pointer.
    Pointer(String),
    /// Whatever is given must be so.
    Place(ExpectedPlace),
}

/// What is expected of one finding; whatever is given must be so.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedPlace {
    /// The JSON Pointer.
    pub pointer: Option<String>,
    /// The missing or unknown member.
    pub property: Option<String>,
    /// The file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// A part of the message.
    pub message: Option<String>,
}

impl Expected {
    /// Whether a finding is the one expected.
    pub fn fits(&self, finding: &Finding) -> bool {
        match self {
            Self::Pointer(pointer) => finding.place.pointer.as_ref() == Some(pointer),
            Self::Place(place) => {
                place.pointer.as_ref().is_none_or(|pointer| finding.place.pointer.as_ref() == Some(pointer))
                    && place.property.as_ref().is_none_or(|property| finding.property.as_ref() == Some(property))
                    && place.file.as_ref().is_none_or(|file| *finding.place.file == **file)
                    && place.line.is_none_or(|line| finding.place.range.is_some_and(|range| range.start.line == line))
                    && place.message.as_ref().is_none_or(|part| finding.message.contains(part.as_str()))
            }
        }
    }
}

impl Example {
    /// Builds the connector in memory.
    pub fn connector(&self) -> Result<Connector, String> {
        let (track, stage) = self.track_and_stage();
        let mut connector = Connector::from_memory(self.folder(), self.files()?, track, stage);
        if let Some(previous) = &self.previous {
            let Older { definition, properties, script } = previous.clone();
            let files =
                Example { definition, properties, script, ..Self::default() }.files().map_err(|error| format!("previous {error}"))?;
            connector.previous = Some(Box::new(Connector::from_memory(self.folder(), files, track, stage)));
        }
        Ok(connector)
    }

    /// Name of its folder.
    pub fn folder(&self) -> &str {
        self.folder.as_deref().unwrap_or("example")
    }

    /// What it is checked as.
    pub fn track_and_stage(&self) -> (Track, Stage) {
        (self.track.unwrap_or(Track::Verified), self.stage.unwrap_or(Stage::Submission))
    }

    /// The files of the connector.
    pub fn files(&self) -> Result<InMemory, String> {
        let mut files: BTreeMap<String, Vec<u8>> = BASE.iter().map(|&(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        for (name, patch) in
            [("apiDefinition.json", &self.definition), ("apiProperties.json", &self.properties), ("settings.json", &self.settings)]
        {
            if let Some(patch) = patch {
                let merged =
                    merged(files.get(name).map(Vec::as_slice).unwrap_or_default(), patch).map_err(|error| format!("{name}: {error}"))?;
                files.insert(name.to_owned(), merged);
            }
        }
        for (name, text) in [("README.md", &self.readme), ("INTRO.md", &self.intro), ("script.csx", &self.script)] {
            if let Some(text) = text {
                files.insert(name.to_owned(), text.clone().into_bytes());
            }
        }
        if let Some(icon) = &self.icon {
            files.insert("icon.png".to_owned(), icon.draw()?);
        }
        for name in &self.remove {
            files.remove(name).ok_or_else(|| format!("`{name}` is no file of the clean connector"))?;
        }
        for (from, to) in &self.rename {
            let bytes = files.remove(from).ok_or_else(|| format!("`{from}` is no file of the clean connector"))?;
            files.insert(to.clone(), bytes);
        }
        for (name, text) in &self.files {
            files.insert(name.clone(), text.clone().into_bytes());
        }
        for (name, digits) in &self.bytes {
            files.insert(name.clone(), from_hex(digits).ok_or_else(|| format!("{name}: no hexadecimal bytes"))?);
        }
        for (name, &bytes) in &self.pad {
            let is_text = [".json", ".md", ".csx"].iter().any(|ending| name.ends_with(ending));
            let file = files.get_mut(name).ok_or_else(|| format!("`{name}` is no file of the connector"))?;
            file.resize(bytes.max(file.len()), if is_text { b' ' } else { 0 });
        }
        for name in &self.links {
            files.remove(name);
        }
        Ok(InMemory { files, links: self.links.clone(), unreadable: self.unreadable.clone(), unlisted: self.unlisted })
    }
}

impl IconExample {
    fn draw(&self) -> Result<Vec<u8>, String> {
        let color = |text: &str| -> Result<image::Rgba<u8>, String> {
            let digits = text.strip_prefix('#').and_then(from_hex);
            match digits.as_deref() {
                Some(&[r, g, b]) => Ok(image::Rgba([r, g, b, 255])),
                Some(&[r, g, b, a]) => Ok(image::Rgba([r, g, b, a])),
                _ => Err(format!("`{text}` is no colour")),
            }
        };
        let background = color(&self.background)?;
        let second = self.second.as_deref().map(color).transpose()?;
        let [width, height] = self.size;
        let inside = |at: u32, side: u32| {
            let logo = (f64::from(side) * self.logo).round() as u32;
            let start = (side - logo.min(side)) / 2;
            (start..start + logo).contains(&at)
        };
        let picture = image::RgbaImage::from_fn(width, height, |x, y| match second {
            _ if inside(x, width) && inside(y, height) => image::Rgba([255, 255, 255, 255]),
            Some(second) if x < width / 2 => second,
            _ => background,
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| error.to_string())?;
        Ok(bytes.into_inner())
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| pair.get(1).map(|low| pair[0] << 4 | low)).collect()
}

fn merged(base: &[u8], patch: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut value: Value = serde_json::from_slice(base)?;
    merge(&mut value, serde_json::from_str(patch)?);
    let mut bytes = serde_json::to_vec_pretty(&value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(target) = target {
        for (key, value) in patch {
            if value.is_null() {
                target.shift_remove(&key);
            } else {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
    }
}
