//! Reads one connector: lists its folder, finds out which file is which, and parses each artifact once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::outcome::Chosen;
use crate::source::SourceText;
use crate::source::image::Image;
use crate::source::json::Json;
use crate::source::markdown::Markdown;

use super::artifact::Artifact;
pub(crate) use super::list::{Listing, list};
pub use super::open::MAX_FILE_BYTES;
pub(crate) use super::open::{read_at_most, read_in, read_limited};
use super::settings::{NamedPath, named_path};
use super::track::{self, Stage, Track};

/// What a directory entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link that leads out of the connector's folder, or nowhere; never followed.
    LinkOutside,
    /// A device, pipe or socket; never opened.
    Special,
}

/// An entry of the connector's folder.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name, or path relative to the folder with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Size in bytes.
    pub bytes: u64,
    /// Its role, if it has one.
    pub artifact: Option<Artifact>,
    /// Why it could not be read, if so.
    pub problem: Option<String>,
}

/// What an artifact holds.
#[derive(Debug)]
pub enum Content {
    /// A JSON file.
    Json(Json),
    /// A Markdown file.
    Markdown(Arc<SourceText>, Markdown),
    /// A text file.
    Text(Arc<SourceText>),
    /// A picture.
    Image(Image),
}

/// A file with a role, read and parsed.
#[derive(Debug)]
pub struct Document {
    /// Path relative to the folder, with `/`.
    pub path: Arc<str>,
    /// Its role.
    pub artifact: Artifact,
    /// What it holds.
    pub content: Content,
}

impl Document {
    /// Its text, unless it is a picture.
    pub fn source(&self) -> Option<&Arc<SourceText>> {
        match &self.content {
            Content::Json(json) => Some(json.source()),
            Content::Markdown(source, _) | Content::Text(source) => Some(source),
            Content::Image(_) => None,
        }
    }

    /// As JSON.
    pub fn json(&self) -> Option<&Json> {
        match &self.content {
            Content::Json(json) => Some(json),
            _ => None,
        }
    }
}

/// A connector in memory.
#[derive(Debug)]
pub struct Connector {
    /// The folder as the user named it, with `/`.
    pub path: String,
    /// Who publishes.
    pub track: Chosen<Track>,
    /// Which set of files is expected.
    pub stage: Chosen<Stage>,
    /// What lies in the folder, sorted by name.
    pub entries: Vec<Entry>,
    /// How many entries there are beyond those, in a folder of very many.
    pub unlisted: usize,
    /// The artifacts that could be read.
    pub documents: Vec<Document>,
    /// When only one file was asked for: its path.
    pub only: Option<String>,
    /// The version it replaces, when the two are to be compared.
    pub previous: Option<Box<Connector>>,
}

/// What the user says about connectors, where not left to be found out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given {
    /// The track.
    pub track: Option<Track>,
    /// The stage.
    pub stage: Option<Stage>,
}

/// Text that stands for a file, saved or not: standard input, an editor's buffer.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// Name relative to the folder.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// The role, when the name does not tell.
    pub artifact: Option<Artifact>,
}

impl Overlay {
    /// Makes its file one of a folder's, whether it is there or not.
    pub(crate) fn lay_over(&self, entries: &mut Vec<Entry>) {
        let bytes = self.bytes.len() as u64;
        match entries.iter_mut().find(|entry| entry.path == self.name) {
            // What is reached through a link that leads out of the folder stays what it is.
            Some(entry) if entry.kind == EntryKind::File => entry.bytes = bytes,
            Some(_) => {}
            None => {
                entries.push(Entry { path: self.name.clone(), kind: EntryKind::File, bytes, artifact: None, problem: None });
            }
        }
    }
}

/// What a folder in memory holds.
#[derive(Debug, Clone, Default)]
pub struct InMemory {
    /// Files by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Links that lead out of the folder.
    pub links: Vec<String>,
    /// Files that cannot be read, with the reason.
    pub unreadable: BTreeMap<String, String>,
    /// How many files more there would be than are listed.
    pub unlisted: usize,
}

impl InMemory {
    /// The folder as it would be listed.
    pub(crate) fn listing(&self) -> Listing {
        let entry = |name: &String, kind: EntryKind, bytes: usize| Entry {
            path: name.clone(),
            kind,
            bytes: bytes as u64,
            artifact: None,
            problem: None,
        };
        let files = self.files.iter().map(|(name, bytes)| entry(name, EntryKind::File, bytes.len()));
        let links = self.links.iter().map(|name| entry(name, EntryKind::LinkOutside, 0));
        Listing { entries: files.chain(links).collect(), unlisted: self.unlisted }
    }
}

impl Connector {
    /// Reads a folder; overlays stand for files of theirs. `shown` is the path as reports name it.
    pub fn load(folder: &Path, shown: &str, given: Given, overlays: &[Overlay]) -> std::io::Result<Self> {
        let mut listing = list(folder)?;
        overlays.iter().for_each(|overlay| overlay.lay_over(&mut listing.entries));
        let absolute = std::path::absolute(folder)?;
        let by_path = track::by_path(&absolute);
        let mut read = |entry: &Entry| match overlays.iter().find(|overlay| overlay.name == entry.path) {
            Some(overlay) => Ok(overlay.bytes.clone()),
            None => read_in(folder, &entry.path),
        };
        let role = overlays.iter().find_map(|overlay| Some((overlay.name.clone(), overlay.artifact?)));
        Ok(Self::assemble(shown, listing, &mut read, given, by_path, role))
    }

    /// A connector in memory, for examples and tests.
    pub fn from_memory(path: &str, mut memory: InMemory, track: Track, stage: Stage) -> Self {
        let listing = memory.listing();
        let mut read = |entry: &Entry| match memory.unreadable.get(&entry.path) {
            Some(reason) => Err(std::io::Error::other(reason.clone())),
            None => Ok(memory.files.remove(&entry.path).unwrap_or_default()),
        };
        Self::assemble(path, listing, &mut read, Given { track: Some(track), stage: Some(stage) }, None, None)
    }

    /// Puts a connector together: finds out which entry is which artifact, reads those and parses them.
    pub(crate) fn assemble(
        shown: &str,
        listing: Listing,
        read: &mut dyn FnMut(&Entry) -> std::io::Result<Vec<u8>>,
        given: Given,
        by_path: Option<(Track, Stage)>,
        role: Option<(String, Artifact)>,
    ) -> Self {
        let Listing { mut entries, unlisted } = listing;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let stage = given.stage.or(by_path.map(|(_, stage)| stage)).unwrap_or(Stage::Submission);
        let mut documents = Vec::new();
        // settings.json first: it may name the others.
        if let Some(at) = best(&entries, Artifact::Settings, stage) {
            documents.extend(open(&mut entries[at], Artifact::Settings, read));
        }
        let named = documents.first().and_then(Document::json).map(names_in_settings).unwrap_or_default();
        for artifact in Artifact::ALL.into_iter().filter(|&artifact| artifact != Artifact::Settings) {
            let position = |name: &str, exact: bool| {
                entries.iter().position(|entry| {
                    entry.kind == EntryKind::File && if exact { entry.path == name } else { entry.path.eq_ignore_ascii_case(name) }
                })
            };
            let by_role = role.as_ref().filter(|(_, wanted)| *wanted == artifact).and_then(|(name, _)| position(name, true));
            let by_name = named.get(&artifact).and_then(|name| position(name, false));
            if let Some(at) = by_role.or(by_name).or_else(|| best(&entries, artifact, stage)) {
                documents.extend(open(&mut entries[at], artifact, read));
            }
        }
        documents.sort_by_key(|document| document.artifact);
        let mut connector = Self {
            path: shown.to_owned(),
            track: Chosen { value: Track::Verified, assumed: given.track.is_none() },
            stage: Chosen { value: stage, assumed: given.stage.is_none() },
            entries,
            unlisted,
            documents,
            only: None,
            previous: None,
        };
        connector.track.value =
            given.track.or(by_path.map(|(track, _)| track)).unwrap_or_else(|| track::by_brand_color(connector.brand_color().as_deref()));
        connector
    }

    fn brand_color(&self) -> Option<String> {
        let root = self.document(Artifact::Properties)?.json()?.root()?;
        Some(root.get("properties")?.get_str("iconBrandColor")?.into_owned())
    }

    /// The artifact, if it is there and could be read.
    pub fn document(&self, artifact: Artifact) -> Option<&Document> {
        self.documents.iter().find(|document| document.artifact == artifact)
    }

    /// The artifact of this path, if it could be read.
    pub fn document_at(&self, path: &str) -> Option<&Document> {
        self.documents.iter().find(|document| *document.path == *path)
    }

    /// The entry that has this role.
    pub fn entry(&self, artifact: Artifact) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.artifact == Some(artifact))
    }
}

/// The entry whose name fits an artifact best.
fn best(entries: &[Entry], artifact: Artifact, stage: Stage) -> Option<usize> {
    // In the public repository the definition has the longer name; elsewhere the shorter one comes first.
    let prefer_longer = artifact == Artifact::Definition && stage == Stage::PullRequest;
    let fit = |entry: &Entry| artifact.fit(&entry.path).map(|fit| if prefer_longer && fit < 2 { 1 - fit } else { fit });
    let is_candidate = |entry: &Entry| entry.kind == EntryKind::File && entry.artifact.is_none() && !entry.path.contains('/');
    let candidates = entries.iter().enumerate().filter(|(_, entry)| is_candidate(entry));
    candidates.filter_map(|(at, entry)| Some((fit(entry)?, at))).min().map(|(_, at)| at)
}

fn names_in_settings(json: &Json) -> BTreeMap<Artifact, String> {
    let Some(root) = json.root() else { return BTreeMap::new() };
    let named = Artifact::ALL.into_iter().filter_map(|artifact| {
        let written = root.get_str(artifact.settings_key()?)?;
        match named_path(&written) {
            NamedPath::Inside(path) => Some((artifact, path)),
            _ => None,
        }
    });
    named.collect()
}

fn open(entry: &mut Entry, artifact: Artifact, read: &mut dyn FnMut(&Entry) -> std::io::Result<Vec<u8>>) -> Option<Document> {
    entry.artifact = Some(artifact);
    if entry.problem.is_some() {
        return None;
    }
    let bytes = match read(entry) {
        Ok(bytes) => bytes,
        Err(error) => {
            entry.problem = Some(error.to_string());
            return None;
        }
    };
    let content = match artifact {
        Artifact::Icon => Content::Image(Image::read(&bytes)),
        Artifact::Definition | Artifact::Properties | Artifact::Settings => {
            Content::Json(Json::parse(Arc::new(SourceText::from_bytes(bytes))))
        }
        Artifact::Script => Content::Text(Arc::new(SourceText::from_bytes(bytes))),
        Artifact::Readme | Artifact::Intro => {
            let source = SourceText::from_bytes(bytes);
            let markdown = Markdown::parse(source.text());
            Content::Markdown(Arc::new(source), markdown)
        }
    };
    Some(Document { path: entry.path.as_str().into(), artifact, content })
}
