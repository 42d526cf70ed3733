//! Regular expressions of rules: searched with the automata that the build has compiled, compiled here where those do not do.

mod automaton;
pub mod dialect;

use std::ops::Range;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use automaton::Automaton;

/// Patterns and the places of their automata, sorted by pattern: for which texts they are, the ranges of the forward and the backward one.
static INDEX: &[(&str, Alphabet, Range<usize>, Range<usize>)] = include!(concat!(env!("OUT_DIR"), "/automata.rs"));
static AUTOMATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/automata.bin"));

/// For which texts an automaton is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Alphabet {
    /// For every text.
    Every,
    /// For texts of ASCII characters: it knows no others.
    Ascii,
    /// For texts with other than ASCII characters: the pattern is found in no others.
    BeyondAscii,
}

/// The automaton that the build has made of a pattern.
#[derive(Debug, Clone, Copy)]
struct Embedded {
    automaton: Automaton,
    alphabet: Alphabet,
}

/// What searches a text.
enum Searcher<'p> {
    Automaton(Automaton),
    Regex(&'p Regex),
    /// The pattern is not found in this text.
    Nothing,
}

/// A regular expression, made ready when first needed. `\\w`, `\\d`, `\\s` and `\\b` know ASCII only, which keeps that cheap; write
/// `\\p{L}` for the letters of every script.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    source: String,
    embedded: OnceLock<Option<Embedded>>,
    compiled: OnceLock<Option<Regex>>,
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
        Self { source, embedded: OnceLock::new(), compiled: OnceLock::new() }
    }
}

/// Without tables of every script where the pattern allows it: it cannot match parts of characters, and ignores case of ASCII letters.
fn compile(source: &str) -> Result<Regex, regex::Error> {
    let pattern = dialect::ascii_classes(source);
    RegexBuilder::new(&pattern).unicode(false).build().or_else(|_| Regex::new(&pattern))
}

fn embedded(source: &str) -> Option<Embedded> {
    let at = INDEX.binary_search_by(|(known, ..)| (*known).cmp(source)).ok()?;
    let (_, alphabet, forward, backward) = &INDEX[at];
    let automaton = Automaton::read(&AUTOMATA[forward.clone()], &AUTOMATA[backward.clone()])?;
    Some(Embedded { automaton, alphabet: *alphabet })
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
        match self.searcher(text) {
            Searcher::Automaton(automaton) => automaton.is_match(text),
            Searcher::Regex(regex) => regex.is_match(text),
            Searcher::Nothing => false,
        }
    }

    /// The first place in the text where the expression is found.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        match self.searcher(text) {
            Searcher::Automaton(automaton) => automaton.find(text),
            Searcher::Regex(regex) => regex.find(text).map(|found| found.range()),
            Searcher::Nothing => None,
        }
    }

    /// The embedded automaton, where it knows every character of the text.
    fn searcher(&self, text: &str) -> Searcher<'_> {
        let embedded = *self.embedded.get_or_init(|| embedded(&self.source));
        match embedded.map(|embedded| (embedded.alphabet, embedded.automaton)) {
            Some((Alphabet::BeyondAscii, _)) if text.is_ascii() => Searcher::Nothing,
            Some((Alphabet::Every | Alphabet::BeyondAscii, automaton)) => Searcher::Automaton(automaton),
            Some((Alphabet::Ascii, automaton)) if text.is_ascii() => Searcher::Automaton(automaton),
            _ => self.regex().map_or(Searcher::Nothing, Searcher::Regex),
        }
    }
}

#[cfg(test)]
mod tests;
