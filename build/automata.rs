//! Compiles the patterns of the rules to tables that the binary embeds: compiling a pattern takes longer than checking a small connector
//! with it. Tables of patterns that would need too many states for the letters of every script know ASCII only; the program compiles
//! such a pattern itself for other text.

use std::collections::{BTreeMap, HashMap};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// Tables for text in every script may be this large, in bytes; tables for ASCII a good deal larger before the pattern goes without.
const MAX_BYTES: usize = 64 << 10;
const MAX_ASCII_BYTES: usize = 256 << 10;

/// The two automata of a pattern: one that finds where a match ends, and one that goes back to where it begins.
pub struct Automata {
    /// For which texts they are: a name of `Alphabet` in `src/rule/pattern/mod.rs`.
    pub alphabet: &'static str,
    pub forward: Vec<u8>,
    pub backward: Vec<u8>,
}

/// Compiles a pattern; `None` when it is wrong (the tests of the rules tell) or too large.
pub fn compile(pattern: &str) -> Option<Automata> {
    let parse = |unicode: bool| ParserBuilder::new().unicode(unicode).utf8(true).build().parse(pattern).ok();
    let hir = parse(false).or_else(|| parse(true))?;
    let both = |hir: &Hir, limit: usize| Some((table(hir, false, limit)?, table(hir, true, limit)?));
    let (alphabet, (forward, backward)) = match both(&hir, MAX_BYTES) {
        Some(tables) if matches_ascii(&hir)? => ("Every", tables),
        Some(tables) => ("BeyondAscii", tables),
        None => ("Ascii", both(&in_ascii(&hir), MAX_ASCII_BYTES)?),
    };
    Some(Automata { alphabet, forward, backward })
}

/// Whether there is a text of ASCII characters in which an expression is found.
fn matches_ascii(hir: &Hir) -> Option<bool> {
    let table = table(&in_ascii(hir), false, MAX_BYTES)?;
    let (entries, _) = table.get(CLASSES + 2..)?.as_chunks::<2>();
    Some(entries.iter().any(|entry| u16::from_le_bytes(*entry) & MATCH != 0))
}

/// The table of one automaton; `src/rule/pattern/automaton.rs` tells how it is laid out.
fn table(hir: &Hir, backward: bool, limit: usize) -> Option<Vec<u8>> {
    let thompson = Config::new().reverse(backward).which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(thompson).build_from_hir(hir).ok()?;
    let config = dense::Config::new().prefilter(None).minimize(true).specialize_start_states(false);
    // The automaton is built with its own classes of bytes, which take more room than ours.
    let config = config.dfa_size_limit(Some(16 * limit)).determinize_size_limit(Some(64 * limit));
    let config = match backward {
        false => config.start_kind(StartKind::Unanchored),
        true => config.start_kind(StartKind::Anchored).match_kind(MatchKind::All),
    };
    let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
    let anchored = if backward { Anchored::Yes } else { Anchored::No };
    let start = |beside: Option<u8>| dfa.start_state(&start::Config::new().anchored(anchored).look_behind(beside)).ok();
    let starts: Vec<StateID> = (0..=u8::MAX).map(|byte| start(Some(byte))).collect::<Option<_>>()?;
    let edge = start(None)?;

    // The dead state is number 0; the others are numbered as they are reached.
    let mut numbers: HashMap<StateID, u16> = HashMap::new();
    let mut states: Vec<StateID> = Vec::new();
    let mut queue: Vec<StateID> = starts.iter().copied().chain([edge]).collect();
    while let Some(state) = queue.pop() {
        if dfa.is_dead_state(state) || numbers.contains_key(&state) {
            continue;
        }
        states.push(state);
        numbers.insert(state, u16::try_from(states.len()).ok().filter(|number| number & MATCH == 0)?);
        queue.extend((0..=u8::MAX).map(|byte| dfa.next_state(state, byte)).chain([dfa.next_eoi_state(state)]));
    }
    let number = |state: StateID| numbers.get(&state).map_or(0, |number| number | if dfa.is_match_state(state) { MATCH } else { 0 });

    // Bytes that lead everywhere to the same states are one class.
    let mut columns: BTreeMap<Vec<u16>, u8> = BTreeMap::new();
    let mut classes = Vec::new();
    let mut by_class: Vec<Vec<u16>> = Vec::new();
    for byte in 0..=u8::MAX {
        let first = if backward { starts[usize::from(byte)] } else { edge };
        let column: Vec<u16> =
            std::iter::once(number(first)).chain(states.iter().map(|&state| number(dfa.next_state(state, byte)))).collect();
        let class = *columns.entry(column.clone()).or_insert_with(|| {
            by_class.push(column);
            u8::try_from(by_class.len() - 1).unwrap_or(u8::MAX)
        });
        classes.push(class);
    }
    by_class.push(std::iter::once(number(edge)).chain(states.iter().map(|&state| number(dfa.next_eoi_state(state)))).collect());

    let mut bytes = classes;
    bytes.extend(u16::try_from(states.len() + 1).ok()?.to_le_bytes());
    bytes.extend(by_class.iter().flatten().flat_map(|state| state.to_le_bytes()));
    (bytes.len() <= limit).then_some(bytes)
}

/// How many bytes tell the classes of bytes.
const CLASSES: usize = 256;

/// Marks the number of a state in which a match has been seen.
const MATCH: u16 = 1 << 15;

/// What is left of an expression when the text is ASCII.
fn in_ascii(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Literal(literal) if literal.0.is_ascii() => Hir::literal(literal.0.clone()),
        HirKind::Literal(_) => Hir::fail(),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut class = class.clone();
            class.intersect(&ClassBytes::new([ClassBytesRange::new(0, 0x7f)]));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(repetition) => {
            let mut repetition = repetition.clone();
            *repetition.sub = in_ascii(&repetition.sub);
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => in_ascii(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(in_ascii).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(in_ascii).collect()),
    }
}
