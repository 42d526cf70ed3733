//! Check on misspelt words, by a list of misspellings rather than a dictionary: names and words of the trade raise no alarm.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::json_edit;
use crate::model::inside;
use crate::words;

/// Misspelt words in a text (kind `text`). Whole words in prose count, not identifiers: nothing with digits, underscores or inner
/// capitals, nothing in quotes or addresses. Proposes to write each word right.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Spelling {
    /// Characters that texts may have, by member: what would become longer is left to a person.
    pub limits: BTreeMap<String, usize>,
}

impl Demand for Spelling {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.node() else { return };
        let Some(text) = value.as_str() else { return };
        let found = misspelt(&text);
        if found.is_empty() {
            return;
        }
        let limit = value.key().and_then(|key| self.limits.get(key.as_ref())).copied().unwrap_or(usize::MAX);
        let length = text.chars().count();
        let growth: isize = found.iter().map(|(place, right)| right.len() as isize - place.len() as isize).sum();
        let fits = length > limit || length.saturating_add_signed(growth) <= limit;
        for (place, right) in found {
            let new = format!("{}{right}{}", &text[..place.start], &text[place.end..]);
            hits.push(
                Hit::new(inside(value, place.clone()))
                    .with("found", words::excerpt(&text[place], 40))
                    .with("right", right)
                    .propose(json_edit::rewrite(value, &new).filter(|_| fits)),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "right"]
    }
}

/// The list: a misspelling and the right word on each line, sorted.
const LINES: &str = include_str!("spelling.txt");

static LIST: LazyLock<List> = LazyLock::new(List::read);

/// Words of more letters are not in the list.
const LONGEST: usize = 24;

struct List {
    entries: Vec<(&'static str, &'static str)>,
    /// A bit for each hash of a misspelling: most words need no search.
    hashes: Vec<u64>,
}

/// Bits of a hash that count: so many that one word in thirty is searched for in vain, so few that the table takes four kilobytes.
const HASH_BITS: u32 = 15;

impl List {
    fn read() -> Self {
        let entries: Vec<_> = LINES.lines().filter_map(|line| line.split_once(' ')).collect();
        let mut hashes = vec![0; 1 << (HASH_BITS - 6)];
        for (wrong, _) in &entries {
            let hash = wrong.bytes().fold(0, hashed) >> (32 - HASH_BITS);
            hashes[hash as usize / 64] |= 1 << (hash % 64);
        }
        Self { entries, hashes }
    }

    /// What a word with this hash is meant to be.
    fn right(&self, word: &str, hash: u32) -> Option<&'static str> {
        let hash = hash >> (32 - HASH_BITS);
        if word.len() > LONGEST || self.hashes[hash as usize / 64] & 1 << (hash % 64) == 0 {
            return None;
        }
        let folded = word.to_ascii_lowercase();
        self.entries.binary_search_by_key(&folded.as_str(), |(wrong, _)| wrong).ok().map(|at| self.entries[at].1)
    }
}

/// The hash of letters and one more, whatever their case.
fn hashed(hash: u32, letter: u8) -> u32 {
    (hash ^ u32::from(letter | 0x20)).wrapping_mul(0x9e37_79b1)
}

/// Misspelt words with what they are meant to be, in the same case.
fn misspelt(text: &str) -> Vec<(Range<usize>, String)> {
    let (bytes, list) = (text.as_bytes(), &*LIST);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let start = at;
        let mut hash = 0;
        while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
            hash = hashed(hash, bytes[at]);
            at += 1;
        }
        let word = &text[start..at];
        let Some(right) = list.right(word, hash) else { continue };
        let is_capital = bytes[start].is_ascii_uppercase();
        // Short words with a capital are rather names.
        let is_word = !(bytes[start + 1..at].iter().any(u8::is_ascii_uppercase) || is_capital && word.len() < 4);
        if is_word && is_prose(text, start..at) {
            let capital = |right: &str| right[..1].to_ascii_uppercase() + &right[1..];
            found.push((start..at, if is_capital { capital(right) } else { right.to_owned() }));
        }
    }
    if found.is_empty() || is_foreign(text) { Vec::new() } else { found }
}

/// Whether a word is part of a sentence or label, not of an identifier, an address or something quoted.
fn is_prose(text: &str, word: Range<usize>) -> bool {
    let ends_part = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let start = text[..word.start].rfind(ends_part).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[word.end..].find(ends_part).map_or(text.len(), |at| word.end + at);
    let (before, after) = (&text[start..word.start], &text[word.end..end]);
    // Brackets and dashes may stand in front, the marks of a sentence behind; hyphens join words on either side.
    let is_joined = |part: &str| part.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let opens = before.trim_start_matches(['(', '\u{2013}', '\u{2014}']);
    let closes = after.strip_suffix("(s)").unwrap_or(after);
    let closes = closes.trim_end_matches(['.', '!', '?', ':', ')', '\u{2026}', '\u{2013}', '\u{2014}']);
    let closes = closes.strip_prefix("'s").unwrap_or(closes);
    if !is_joined(opens) || !is_joined(closes) {
        return false;
    }
    let is_assigned = text[..start].trim_end().ends_with('=') || text[end..].trim_start().starts_with('=');
    !is_assigned && !is_quoted(text, &word)
}

/// Whether a place lies between two marks of quotation.
fn is_quoted(text: &str, place: &Range<usize>) -> bool {
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let between = |mark: char| before.matches(mark).count() % 2 == 1 && after.contains(mark);
    let curved = before.rfind('\u{201c}') > before.rfind('\u{201d}') && after.contains('\u{201d}');
    // A mark that is an apostrophe as well opens behind a blank and closes in front of one.
    let opened = before.rmatch_indices('\'').map(|(at, _)| at).find(|&at| !before[..at].ends_with(char::is_alphanumeric));
    let is_closing =
        |text: &str, at: usize| text[..at].ends_with(|c: char| !c.is_whitespace()) && !text[at + 1..].starts_with(char::is_alphanumeric);
    let single = opened.is_some_and(|opened| {
        !before[opened + 1..].match_indices('\'').any(|(at, _)| is_closing(&before[opened + 1..], at))
            && text.match_indices('\'').any(|(at, _)| at >= place.end && is_closing(text, at))
    });
    between('"') || between('`') || curved || single
}

/// Whether a text has small words of other languages: what looks misspelt there may be right.
fn is_foreign(text: &str) -> bool {
    const WORDS: [&str; 26] = [
        "att", "avec", "dans", "das", "del", "della", "der", "des", "een", "eine", "het", "ist", "las", "les", "los", "nicht", "och",
        "para", "pour", "sur", "und", "una", "une", "van", "voor", "zur",
    ];
    text.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::rule::Catalogue;
    use crate::rule::catalogue::Selection;
    use crate::rule::example::Example;

    fn rights(text: &str) -> Vec<String> {
        misspelt(text).into_iter().map(|(_, right)| right).collect()
    }

    #[test]
    fn the_list_is_sorted_and_says_each_word_once() {
        let entries = &LIST.entries;
        assert!(entries.len() == LINES.lines().count());
        for pair in entries.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (wrong, right) in entries {
            let is_word = wrong.bytes().all(|byte| byte.is_ascii_lowercase()) && (3..=LONGEST).contains(&wrong.len());
            assert!(is_word && right.is_ascii() && !right.is_empty() && *wrong != right.to_lowercase(), "{wrong} {right}");
            assert!(
                right.split(' ').all(|word| LIST.right(word, word.bytes().fold(0, hashed)).is_none()),
                "{wrong}: {right} is misspelt itself"
            );
        }
    }

    #[test]
    fn words_in_prose_are_found_in_their_case() {
        assert_eq!(rights("Recieve all attachement(s), seperated by comma."), ["Receive", "attachment", "separated"]);
        assert_eq!(rights("(Seperated) comma-seperated; adress's street: recieved!"), ["Separated", "separated", "address", "received"]);
        assert_eq!(rights("Sends an email to microsft"), ["Microsoft"]);
        assert_eq!(rights("Don't recieve it's it"), ["receive"]);
        assert_eq!(rights("teh Teh, dont"), ["the", "don't"]);
    }

    #[test]
    fn identifiers_addresses_and_quotations_are_left_alone() {
        for text in [
            "recieve_date",
            "recieveDate and RECIEVE",
            "recieve2",
            "see https://x.com/recieve or recieve.com",
            "me@recieve",
            "use \"recieve\" or `recieve` or 'to recieve'",
            "\u{201c}I recieve\u{201d}",
            "Payed = 4",
            "mode=recieve",
            "recieve()",
            "{recieve} <recieve> [recieve]",
            "\u{e9}recieve",
            "Die Adresse der adresses",
            "receive separate",
        ] {
            assert_eq!(rights(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_would_become_too_long_is_left_to_a_person() {
        let offered = |title: &str| {
            let definition = serde_json::json!({ "info": { "title": title } }).to_string();
            let connector = Example { definition: Some(definition), ..Example::default() }.connector().unwrap();
            let (catalogue, only) = (Catalogue::built_in(), Selection { only: vec!["text-misspelt".to_owned()], ..Selection::default() });
            let plan = catalogue.plan(connector.track.value, connector.stage.value, &only);
            engine::check(&connector, &plan).findings.iter().map(|finding| finding.fix.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(offered("Northbay Parcels with adress b"), [false]);
        assert_eq!(offered("Northbay Parcels with adress"), [true]);
        // Two words that fit one by one, but not together.
        assert_eq!(offered("Parcels, adress, adress, depot"), [false, false]);
        // What is too long already gets no new fault.
        assert_eq!(offered("Northbay Parcels with adress and more"), [true]);
    }
}
