//! Looks for the cheapest edits of the tokens that make a damaged file sound.
//!
//! States of a small parser walk over the tokens side by side. Where the next token fits, a state steps over it; where it does not,
//! or where its indentation contradicts the brackets, states with different edits go on and pay for them. Damage that shows only
//! later (a bracket that is forgotten here is missed at the end) is so repaired where the layout betrays it, because all other
//! repairs get dearer with every further line.

use super::MAX_DEPTH;
use super::SyntaxIssueKind;
use super::moves;
use super::tokens::{Kind, LEAD, LED_BY_CLOSE, Token};
use crate::source::json::tree::NONE;

/// So many states walk side by side.
const WIDTH: usize = 16;
/// The unit of damage. Below it costs count doubt, from indentation and traces in the text: that decides between repairs of equal
/// damage, but no doubt, however much of it a carelessly indented file piles up, is worth another repair.
pub(super) const DAMAGE: u64 = 1 << 32;
/// A state that is so much dearer than the best one is given up.
const MARGIN: u64 = 300 * DAMAGE;
/// Behind so much damage the file is garbage: only the next best edit is tried, so that time stays linear.
const GARBAGE: u64 = 40_000 * DAMAGE;

/// A change of the tokens. Several may belong to one token; they come in the order in which they apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// Before the token: a comma, a colon, the value of the last key, a key with its colon.
    Comma,
    Colon,
    Value,
    Key,
    /// Before the token: the closing bracket of the innermost container; an opening one.
    Close,
    OpenObject,
    OpenArray,
    /// The token is left out.
    Skip(SyntaxIssueKind),
    /// The bracket is of the wrong kind.
    WrongKind,
    /// The token stands for a comma, or for a colon.
    CommaFor,
    ColonFor,
    /// The comma before this closing bracket is too many.
    LooseComma,
    /// From here on all is left out.
    Trailing,
}

/// A change at a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    pub token: u32,
    pub op: Op,
    /// Follows from another damage and is not told.
    pub silent: bool,
}

/// The edits, ordered by token.
pub(super) fn edits(text: &str, tokens: &[Token]) -> Vec<Edit> {
    let mut search = Search::new(text, tokens);
    for at in 0..tokens.len() as u32 {
        search.step(at);
    }
    search.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Within {
    File,
    Object,
    Array,
}

/// What may come next in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// The first member or item, or the end.
    First,
    /// A member or item, behind a comma.
    Next,
    /// The colon.
    Key,
    /// The value.
    Colon,
    /// A comma or the end.
    After,
    /// Nothing: the rest of the file is left out.
    Over,
}

/// A container that is open in some state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub parent: u32,
    pub within: Within,
    /// Whether an edit opened it.
    pub synthetic: bool,
    /// The token that opens it, or before which it is opened.
    pub opener: u32,
    pub depth: u32,
    pub line: u32,
    pub indent: u16,
    /// Indentation of the last child that began a line.
    pub child: Option<u16>,
    /// Tells containers apart that opened at different tokens or lie in such.
    pub identity: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub cost: u64,
    pub frame: u32,
    /// The last edit; a chain leads to the ones before.
    pub edit: u32,
    /// Where the value before this place begins.
    pub value: u32,
    /// Brackets open beyond the supported depth.
    pub too_deep: u32,
    pub phase: Phase,
    /// Whether the key before this place is the first one of its object.
    pub first_key: bool,
    /// Whether the bracket that ended the file too early was left out.
    pub reopened: bool,
}

pub(super) struct Search<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token],
    pub frames: Vec<Frame>,
    chain: Vec<(u32, Edit)>,
    states: Vec<State>,
    next: Vec<State>,
    cheapest: u64,
    /// The last token that opens something.
    pub last_opener: u32,
}

impl<'t> Search<'t> {
    fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        let root = Frame {
            parent: NONE,
            within: Within::File,
            synthetic: true,
            opener: NONE,
            depth: 0,
            line: NONE,
            indent: 0,
            child: None,
            identity: 0,
        };
        let start =
            State { cost: 0, frame: 0, edit: NONE, value: NONE, too_deep: 0, phase: Phase::First, first_key: false, reopened: false };
        let last_opener = tokens.iter().rposition(|token| token.kind.opens()).map_or(0, |at| at as u32);
        let (states, next) = (vec![start], Vec::new());
        Search { text, tokens, frames: vec![root], chain: Vec::new(), states, next, cheapest: u64::MAX, last_opener }
    }

    fn step(&mut self, at: u32) {
        let mut states = std::mem::take(&mut self.states);
        self.cheapest = u64::MAX;
        if states.len() == 1 && states[0].cost > GARBAGE {
            let state = self.plain_step(states[0], at);
            self.next.push(state);
        } else {
            for state in states.drain(..) {
                moves::explore(self, state, at, moves::FUEL);
            }
            self.prune();
        }
        states.clear();
        self.states = std::mem::replace(&mut self.next, states);
        if let [only] = self.states[..] {
            self.frames.truncate(only.frame as usize + 1);
        }
    }

    /// Keeps the cheapest states, one for each open container and phase.
    fn prune(&mut self) {
        if self.next.len() < 2 {
            return;
        }
        self.next.sort_by_key(|state| state.cost);
        let worst = self.next[0].cost + MARGIN;
        let width = if self.next[0].cost > GARBAGE || self.next[0].too_deep > 0 { 1 } else { WIDTH };
        let mut kept = 0;
        for index in 0..self.next.len() {
            let state = self.next[index];
            let key = |state: &State| (self.frames[state.frame as usize].identity, state.phase, state.too_deep);
            if kept < width && state.cost <= worst && !self.next[..kept].iter().any(|other| key(other) == key(&state)) {
                self.next[kept] = state;
                kept += 1;
            }
        }
        self.next.truncate(kept);
    }

    /// One step through garbage: what fits is taken, a comma or colon put in, all else left out.
    fn plain_step(&mut self, state: State, at: u32) -> State {
        if let Some(next) = self.consume(state, at) {
            return next;
        }
        let kind = self.tokens[at as usize].kind;
        let op = match state.phase {
            Phase::After if kind.starts_value() => Some((Op::Comma, Phase::Next)),
            Phase::Key if kind.starts_value() => Some((Op::Colon, Phase::Colon)),
            _ => None,
        };
        if let Some((op, phase)) = op.filter(|_| self.frames[state.frame as usize].within != Within::File) {
            let changed = State { phase, ..self.edited(state, at, op, DAMAGE, false) };
            if let Some(next) = self.consume(changed, at) {
                return next;
            }
        }
        self.edited(state, at, Op::Skip(moves::kind_of_skip(kind)), DAMAGE, false)
    }

    pub fn bound(&self) -> u64 {
        self.cheapest.saturating_add(MARGIN)
    }

    /// Lets a state go on behind the current token.
    pub fn keep(&mut self, state: State) {
        if state.cost <= self.bound() {
            self.cheapest = self.cheapest.min(state.cost);
            self.next.push(state);
        }
    }

    pub fn edited(&mut self, state: State, token: u32, op: Op, cost: u64, silent: bool) -> State {
        self.chain.push((state.edit, Edit { token, op, silent }));
        State { cost: state.cost + cost, edit: self.chain.len() as u32 - 1, ..state }
    }

    pub fn last_edit(&self, state: &State) -> Option<Edit> {
        self.chain.get(state.edit as usize).map(|&(_, edit)| edit)
    }

    /// Whether a token shortly before is left out.
    pub fn left_out(&self, state: &State, token: u32) -> bool {
        let link = |link: &u32| self.chain.get(*link as usize).map(|&(before, _)| before);
        let mut edits = std::iter::successors(Some(state.edit), link).map_while(|link| self.chain.get(link as usize)).take(8);
        edits.any(|(_, edit)| edit.token == token && matches!(edit.op, Op::Skip(_)))
    }

    pub fn frame(&self, state: &State) -> Frame {
        self.frames[state.frame as usize]
    }

    /// Opens a container at (or before) a token.
    pub fn open(&mut self, state: State, at: u32, within: Within, synthetic: bool, layout: &Token) -> State {
        let parent = self.frame(&state);
        let salt = u64::from(at) << 3 | u64::from(synthetic) << 2 | within as u64;
        self.frames.push(Frame {
            parent: state.frame,
            within,
            synthetic,
            opener: at,
            depth: parent.depth + 1,
            line: layout.line,
            indent: layout.indent,
            child: None,
            identity: (parent.identity.rotate_left(7) ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        });
        State { frame: self.frames.len() as u32 - 1, phase: Phase::First, value: NONE, ..state }
    }

    /// Closes the innermost container.
    pub fn close(&self, state: State) -> State {
        let frame = self.frame(&state);
        let value = if frame.synthetic { NONE } else { frame.opener };
        State { frame: frame.parent, phase: Phase::After, value, ..state }
    }

    /// Whether a key begins here.
    pub fn is_key(&self, at: u32) -> bool {
        let next = self.tokens.get(at as usize + 1).map(|token| token.kind);
        matches!(self.tokens[at as usize].kind, Kind::String | Kind::Word) && matches!(next, Some(Kind::Colon | Kind::OddColon))
    }

    /// Steps over a token that fits the grammar, or fits but for its own damage.
    pub fn consume(&mut self, state: State, at: u32) -> Option<State> {
        let token = self.tokens[at as usize];
        if state.phase == Phase::Over {
            return Some(state);
        }
        if state.too_deep > 0 {
            let change = i32::from(token.kind.opens()) - i32::from(token.kind.closes());
            let too_deep = state.too_deep.saturating_add_signed(change);
            return Some(State { too_deep, ..state });
        }
        let frame = self.frame(&state);
        let begins = matches!(state.phase, Phase::First | Phase::Next);
        match (token.kind, state.phase) {
            (Kind::Comma, Phase::After) if frame.within != Within::File => Some(State { phase: Phase::Next, ..state }),
            (Kind::Colon, Phase::Key) => Some(State { phase: Phase::Colon, ..state }),
            (Kind::OddComma, Phase::After) if frame.within != Within::File => {
                Some(State { phase: Phase::Next, ..self.edited(state, at, Op::CommaFor, moves::SIGN, false) })
            }
            (Kind::OddColon, Phase::Key) => Some(State { phase: Phase::Colon, ..self.edited(state, at, Op::ColonFor, moves::SIGN, false) }),
            (Kind::CloseObject, Phase::First | Phase::Next | Phase::After) if frame.within == Within::Object => self.closed(state, at),
            (Kind::CloseArray, Phase::First | Phase::Next | Phase::After) if frame.within == Within::Array => self.closed(state, at),
            (Kind::String, _) if begins && frame.within == Within::Object => {
                let first_key = state.phase == Phase::First;
                Some(State { phase: Phase::Key, first_key, ..self.aligned(state, &token) })
            }
            (Kind::Word, _) if begins && frame.within == Within::Object && self.is_key(at) => {
                let state = self.aligned(state, &token);
                Some(State { phase: Phase::Key, first_key: state.phase == Phase::First, cost: state.cost + moves::SIGN, ..state })
            }
            (kind, phase) if kind.starts_value() && (phase == Phase::Colon || (begins && frame.within != Within::Object)) => {
                let state = if phase == Phase::Colon { state } else { self.aligned(state, &token) };
                let within = match kind {
                    Kind::OpenObject => Within::Object,
                    Kind::OpenArray => Within::Array,
                    kind => {
                        let cost = state.cost + if kind == Kind::Word { moves::VALUE } else { 0 };
                        return Some(State { phase: Phase::After, value: at, cost, ..state });
                    }
                };
                if frame.depth as usize >= MAX_DEPTH {
                    return Some(State { too_deep: 1, phase: Phase::After, value: NONE, ..state });
                }
                Some(self.open(state, at, within, false, &token))
            }
            _ => None,
        }
    }

    fn closed(&mut self, state: State, at: u32) -> Option<State> {
        let mut state = State { cost: state.cost + self.misplaced(&state, at), ..state };
        if state.phase == Phase::Next {
            // What was left out behind the comma took its reason to be with it.
            let last = self.last_edit(&state).filter(|edit| edit.token + 1 == at && matches!(edit.op, Op::Skip(_)));
            let silent = last.is_some() || self.tokens[at as usize].is(super::tokens::BEHIND_MARK);
            state = self.edited(state, at, Op::LooseComma, if silent { moves::FOLLOWS } else { moves::SIGN }, silent);
        }
        Some(self.close(state))
    }

    /// What it costs that a closing bracket is not indented like the line on which its container opened.
    pub fn misplaced(&self, state: &State, at: u32) -> u64 {
        let (token, frame) = (&self.tokens[at as usize], self.frame(state));
        match token.flags & (LEAD | LED_BY_CLOSE) {
            _ if frame.line == token.line || frame.indent == token.indent => 0,
            LED_BY_CLOSE => 20,
            0 => 0,
            _ => 30,
        }
    }

    /// What it costs that a member or item is not indented like the one before it, or no deeper than its container.
    pub fn unaligned(&self, state: &State, token: &Token) -> u64 {
        let frame = self.frame(state);
        if !token.is(LEAD) || frame.within == Within::File || frame.line == token.line || frame.child == Some(token.indent) {
            return 0;
        }
        match frame.child {
            _ if token.indent <= frame.indent => 30,
            Some(_) => 10,
            None => 0,
        }
    }

    /// The state behind the beginning of a member or item, which sets the indentation for the next one.
    fn aligned(&mut self, state: State, token: &Token) -> State {
        let frame = self.frame(&state);
        if !token.is(LEAD) || frame.within == Within::File || frame.child == Some(token.indent) {
            return state;
        }
        let cost = state.cost + self.unaligned(&state, token);
        self.frames.push(Frame { child: Some(token.indent), ..frame });
        State { cost, frame: self.frames.len() as u32 - 1, ..state }
    }

    fn finish(mut self) -> Vec<Edit> {
        let price = |state: &State| {
            let open = self.frame(state).depth;
            let brackets = if state.reopened && open == 1 { moves::FOLLOWS } else { u64::from(open) * moves::BRACKET };
            let rest = match state.phase {
                Phase::Key | Phase::Colon => moves::VALUE,
                Phase::Next => moves::FOLLOWS,
                Phase::First | Phase::After | Phase::Over => 0,
            };
            state.cost.saturating_add(brackets + rest)
        };
        let best = self.states.iter().min_by_key(|state| price(state)).map_or(NONE, |state| state.edit);
        let mut edits = Vec::new();
        let mut link = best;
        while let Some(&(before, edit)) = self.chain.get(link as usize) {
            edits.push(edit);
            link = before;
        }
        self.frames.clear();
        edits.reverse();
        edits.sort_by_key(|edit| edit.token);
        edits
    }
}
