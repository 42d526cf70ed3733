//! Regular expressions of rules: searched with the automata that the build has compiled, compiled here where those do not do.

pub mod dialect;

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_automata::dfa::{regex as automata, sparse};
use serde::Deserialize;

/// Patterns and the places of their automata, sorted by pattern: pattern, then the ranges of the forward and the backward automaton.
static INDEX: &[(&str, Range<usize>, Range<usize>)] = include!(concat!(env!("OUT_DIR"), "/automata.rs"));
static AUTOMATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/automata.bin"));

/// Behind so many bytes a pattern is worth compiling: what is compiled takes long to begin, but is faster on every byte.
const WORTH_COMPILING: usize = 1 << 14;

type Automaton = automata::Regex<sparse::DFA<&'static [u8]>>;

/// A regular expression, made ready when first needed. `\\w`, `\\d`, `\\s` and `\\b` know ASCII only, which keeps that cheap; write
/// `\\p{L}` for the letters of every script.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    source: String,
    embedded: OnceLock<Option<Box<Automaton>>>,
    compiled: OnceLock<Option<Regex>>,
    /// Bytes that were searched with the embedded automaton.
    searched: AtomicUsize,
}

#[cfg(test)]
impl schemars::JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "regex", "description": "A regular expression (Rust `regex` syntax); `(?i)` at the front ignores case. The classes w, d, s and b know ASCII only."})
    }
}

impl Clone for Pattern {
    fn clone(&self) -> Self {
        Self::from(self.source.clone())
    }
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, embedded: OnceLock::new(), compiled: OnceLock::new(), searched: AtomicUsize::new(0) }
    }
}

/// Without tables of every script where the pattern allows it: it cannot match parts of characters, and ignores case of ASCII letters.
fn compile(source: &str) -> Result<Regex, regex::Error> {
    let pattern = dialect::ascii_classes(source);
    RegexBuilder::new(&pattern).unicode(false).build().or_else(|_| Regex::new(&pattern))
}

/// The automaton that the build has compiled for a pattern.
fn embedded(source: &str) -> Option<Box<Automaton>> {
    let at = INDEX.binary_search_by(|(known, ..)| (*known).cmp(source)).ok()?;
    let (_, forward, backward) = &INDEX[at];
    // Refused on machines with another byte order; the pattern is compiled there.
    let read = |range: &Range<usize>| Some(sparse::DFA::from_bytes(&AUTOMATA[range.clone()]).ok()?.0);
    Some(Box::new(automata::Regex::builder().build_from_dfas(read(forward)?, read(backward)?)))
}

impl Pattern {
    /// The expression as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Why the expression does not compile, if so.
    pub fn problem(&self) -> Option<String> {
        compile(&self.source).err().map(|error| error.to_string())
    }

    /// The compiled expression; `None` when it does not compile (rule files with such a one are refused when loaded). Ask
    /// [`Self::is_match`] first where most texts do not match: compiling takes long.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }

    /// Whether the expression is found in the text.
    pub fn is_match(&self, text: &str) -> bool {
        match self.automaton(text) {
            Some(automaton) => automaton.is_match(text),
            None => self.regex().is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// The first place in the text where the expression is found.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        match self.automaton(text) {
            Some(automaton) => automaton.find(text).map(|found| found.range()),
            None => self.regex()?.find(text).map(|found| found.range()),
        }
    }

    /// The embedded automaton, where it knows every character of the text and is the faster way.
    fn automaton(&self, text: &str) -> Option<&Automaton> {
        if self.compiled.get().is_some() || !text.is_ascii() {
            return None;
        }
        let searched = self.searched.fetch_add(text.len(), Ordering::Relaxed);
        if searched + text.len() > WORTH_COMPILING {
            return None;
        }
        self.embedded.get_or_init(|| embedded(&self.source)).as_deref()
    }
}

#[cfg(test)]
mod tests;
