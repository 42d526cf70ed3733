//! Compiles the patterns of the rules to automata that the binary embeds: compiling a pattern takes longer than checking a small
//! connector with it. They know ASCII only, which keeps them small; the program compiles the pattern itself for other text.

use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// An automaton that needs more than this is not worth its place in the binary.
const MAX_BYTES: usize = 1 << 20;

/// The two automata of a pattern: one that finds where a match ends, and one that goes back to where it begins.
pub struct Automata {
    pub forward: Vec<u8>,
    pub backward: Vec<u8>,
}

/// Compiles a pattern; `None` when it is wrong (the tests of the rules tell) or too large.
pub fn compile(pattern: &str) -> Option<Automata> {
    let parse = |unicode: bool| ParserBuilder::new().unicode(unicode).utf8(true).build().parse(pattern).ok();
    let hir = in_ascii(&parse(false).or_else(|| parse(true))?);
    let forward = automaton(&hir, false, dense::Config::new().start_kind(StartKind::Unanchored))?;
    let config = dense::Config::new().start_kind(StartKind::Anchored).match_kind(MatchKind::All).specialize_start_states(false);
    let backward = automaton(&hir, true, config)?;
    Some(Automata { forward, backward })
}

fn automaton(hir: &Hir, reverse: bool, config: dense::Config) -> Option<Vec<u8>> {
    let thompson = Config::new().reverse(reverse).which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(thompson).build_from_hir(hir).ok()?;
    let config = config.prefilter(None).minimize(true).dfa_size_limit(Some(MAX_BYTES)).determinize_size_limit(Some(16 * MAX_BYTES));
    let dense = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
    Some(dense.to_sparse().ok()?.to_bytes_little_endian())
}

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
