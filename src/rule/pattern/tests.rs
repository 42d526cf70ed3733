//! The embedded automata against the compiled expressions.

use super::*;
use crate::rule::matcher::Matcher;
use crate::rule::{Catalogue, Rule};

/// Texts of the kinds that rules look at.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "Get Parcels",
    "getParcels_V2",
    "Lists the parcels of a customer, newest first.",
    "lists parcels",
    "https://api.northbay.example/v1?x=1",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "localhost:8080",
    "192.168.1.1",
    "a\r\nb\tc",
    "<<NAME>>",
    "TODO: write this",
    "Northbay Connector API",
    "(Preview) Northbay",
    "x-ms-summary",
    "Thumbs.db",
    "sub/desktop.ini",
    "password",
    "api_key=AKIAABCDEFGHIJKLMNOP",
    "connectionParameters('host')",
    "2027-03-31T10:00:00Z",
    "Data;Sales and CRM , Finance",
    "Größe der Päckchen.",
    "取得包裹",
    "Łódź API",
    "“smart” quotes – and a dash…",
    "emoji 🎉 here",
    "\u{a0}no-break\u{a0}",
];

fn conditions(rule: &Rule) -> impl Iterator<Item = &Matcher> {
    let select = &rule.file().select;
    select.r#where.iter().map(|(_, matcher)| matcher).chain(select.members.iter().map(|(_, matcher)| matcher))
}

fn patterns(catalogue: &Catalogue) -> Vec<&Pattern> {
    let rules = catalogue.rules().iter();
    let selected = rules.clone().flat_map(conditions).flat_map(Matcher::patterns);
    selected.chain(rules.flat_map(|rule| rule.file().check.patterns())).collect()
}

#[test]
fn embedded_automata_find_what_the_expressions_find() {
    let catalogue = Catalogue::built_in();
    for pattern in patterns(&catalogue) {
        let Some(Embedded { automaton, alphabet }) = embedded(pattern.source()) else { continue };
        let regex = compile(pattern.source()).unwrap();
        for text in TEXTS {
            let expected = regex.find(text).map(|found| found.range());
            assert_eq!(pattern.find(text), expected, "{} in {text:?}", pattern.source());
            assert_eq!(pattern.is_match(text), expected.is_some(), "{} in {text:?}", pattern.source());
            if alphabet != Alphabet::Ascii || text.is_ascii() {
                assert_eq!(automaton.find(text), expected, "{} in {text:?}", pattern.source());
                assert_eq!(automaton.is_match(text), expected.is_some(), "{} in {text:?}", pattern.source());
            }
        }
    }
}

#[test]
fn every_pattern_of_the_rules_is_embedded_but_for_the_largest() {
    let catalogue = Catalogue::built_in();
    let missing: Vec<&str> = patterns(&catalogue).into_iter().map(Pattern::source).filter(|source| embedded(source).is_none()).collect();
    assert!(missing.len() <= 2, "{missing:#?}");
}

#[test]
fn classes_of_letters_know_the_letters_of_every_script() {
    let pattern = Pattern::from(r"^\p{Ll}".to_owned());
    assert_eq!(pattern.find("éa"), Some(0..2));
    assert!(!pattern.is_match("Éa"));
}

#[test]
fn classes_of_patterns_are_ascii_and_escaped_backslashes_stay() {
    assert_eq!(dialect::ascii_classes(r"\w[\d.]\\w\.\b"), r"[0-9A-Za-z_][[0-9].]\\w\.(?-u:\b)");
    assert!(Pattern::from(r"^\w+\s\d$".to_owned()).is_match("ab 1"));
    assert!(!Pattern::from(r"^\w$".to_owned()).is_match("\u{e9}"));
    assert!(Pattern::from(r"^\p{L}$".to_owned()).is_match("\u{e9}"));
}

#[test]
fn a_table_that_is_cut_off_finds_nothing_and_does_no_harm() {
    let (_, _, forward, backward) = &INDEX[0];
    let (forward, backward) = (&AUTOMATA[forward.start..forward.start + 259], &AUTOMATA[backward.start..backward.start + 259]);
    assert_eq!(Automaton::read(forward, backward).and_then(|automaton| automaton.find("any text")), None);
    assert!(Automaton::read(&AUTOMATA[..10], &AUTOMATA[..10]).is_none());
}
