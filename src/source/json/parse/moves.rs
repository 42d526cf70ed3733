//! The edits that are tried where a token does not fit, and what each of them costs: damage by the weight of the sign, and doubt
//! where no trace in the text speaks for it.

use super::repair::{DAMAGE, Op, Phase, Search, State, Within};
use super::tokens::{BARE, BEHIND_MARK, DAMAGED, Kind, LEAD, Token};
use super::{MAX_DEPTH, SyntaxIssueKind};
use crate::source::json::tree::NONE;

/// So many edits may be put in before one token.
pub(super) const FUEL: u8 = 6;

/// A bracket, a value, and a comma or colon; a sign that was taken for another one.
pub(super) const BRACKET: u64 = 100 * DAMAGE;
pub(super) const VALUE: u64 = 80 * DAMAGE;
pub(super) const SIGN: u64 = 60 * DAMAGE;
const OTHER_SIGN: u64 = 90 * DAMAGE;
/// What follows from another damage is none of its own.
pub(super) const FOLLOWS: u64 = 10;

/// What it is called that a token is left out.
pub(super) fn kind_of_skip(kind: Kind) -> SyntaxIssueKind {
    match kind {
        Kind::OpenObject | Kind::OpenArray | Kind::CloseObject | Kind::CloseArray => SyntaxIssueKind::ExtraBracket,
        Kind::Comma => SyntaxIssueKind::ExtraComma,
        _ => SyntaxIssueKind::UnexpectedText,
    }
}

/// Lets a state take a token, and tries edits where that does not work or looks wrong.
pub(super) fn explore(search: &mut Search<'_>, state: State, at: u32, fuel: u8) {
    if state.cost > search.bound() {
        return;
    }
    let fits = search.consume(state, at);
    if let Some(next) = fits {
        search.keep(next);
    }
    if state.too_deep > 0 || state.phase == Phase::Over {
        return;
    }
    let here = Here { state, at, token: search.tokens[at as usize], fuel, fits: fits.is_some() };
    let misplaced_key = search.is_key(at) && (state.phase == Phase::Colon || search.frame(&state).within != Within::Object);
    if fits.is_some_and(|next| next.cost == state.cost) && !misplaced_key {
        here.suspicions(search);
    } else if fuel > 0 {
        here.leave_out(search);
        here.put_in_sign(search);
        here.put_in_bracket(search);
        here.wrap_in_array(search);
        here.change_kind(search);
        here.end_file(search);
    }
}

/// A state before a token.
struct Here {
    state: State,
    at: u32,
    token: Token,
    fuel: u8,
    fits: bool,
}

impl Here {
    fn go_on(&self, search: &mut Search<'_>, state: State) {
        explore(search, state, self.at, self.fuel - 1);
    }

    fn before<'t>(&self, search: &Search<'t>) -> Option<&'t Token> {
        search.tokens.get((self.at as usize).wrapping_sub(1))
    }

    /// Whether the token before is the same sign, and touches this one.
    fn doubled(&self, search: &Search<'_>) -> bool {
        self.before(search).is_some_and(|before| before.kind == self.token.kind && before.end == self.token.start)
    }

    /// Whether the token before was left out.
    fn behind_gap(&self, search: &Search<'_>) -> bool {
        search.last_edit(&self.state).is_some_and(|edit| edit.token + 1 == self.at && matches!(edit.op, Op::Skip(_)))
    }

    /// Whether an edit right before explains that a comma or colon lacks here.
    fn follows_damage(&self, search: &Search<'_>) -> bool {
        let edit = search.last_edit(&self.state).filter(|edit| edit.token == self.at);
        let put_in = edit.is_some_and(|edit| matches!(edit.op, Op::Close | Op::Value));
        let unclosed = self.before(search).is_some_and(|before| {
            let quote = search.text.as_bytes()[before.start as usize] == b'"';
            before.is(DAMAGED) && before.is(BARE) && quote
        });
        put_in || unclosed || self.behind_gap(search) || self.token.is(BEHIND_MARK)
    }

    /// Edits where all seems well: a doubled list bracket is legal until much later, and so is one that closes the file too early.
    fn suspicions(&self, search: &mut Search<'_>) {
        let depth = search.frame(&self.state).depth;
        let opens_twice = self.token.kind == Kind::OpenArray && self.state.phase == Phase::First && self.doubled(search);
        let closes_early = self.token.kind.closes() && depth == 1 && self.at as usize + 1 < search.tokens.len();
        if opens_twice || closes_early {
            self.skip(search, BRACKET + if opens_twice { 0 } else { FOLLOWS }, false);
        }
    }

    fn skip(&self, search: &mut Search<'_>, cost: u64, silent: bool) {
        let kind = self.token.kind;
        let reopened = self.state.reopened || (kind.closes() && search.frame(&self.state).depth == 1 && self.fits);
        let next = search.edited(self.state, self.at, Op::Skip(kind_of_skip(kind)), cost, silent);
        search.keep(State { reopened, ..next });
    }

    fn leave_out(&self, search: &mut Search<'_>) {
        let kind = self.token.kind;
        let in_file = search.frame(&self.state).within == Within::File;
        let gap = self.behind_gap(search);
        let begins = matches!(self.state.phase, Phase::First | Phase::Next);
        let cost = match kind {
            _ if self.fits && !kind.closes() && !(in_file && kind == Kind::Word) => return,
            Kind::Comma if begins => {
                let follows =
                    gap || self.token.is(BEHIND_MARK) || search.last_edit(&self.state).is_some_and(|edit| edit.token + 1 == self.at);
                return self.skip(search, if follows { FOLLOWS } else { SIGN }, follows);
            }
            Kind::Colon | Kind::OddColon if self.state.phase == Phase::Colon => SIGN,
            _ if gap && kind_of_skip(kind) == SyntaxIssueKind::UnexpectedText => 20 * DAMAGE,
            _ if gap && in_file && self.state.phase == Phase::First => 20 * DAMAGE,
            Kind::Word if in_file => SIGN,
            _ if self.doubled(search) => BRACKET,
            _ if kind.opens() && self.state.phase != Phase::First => BRACKET + 4 * FOLLOWS,
            _ => BRACKET + FOLLOWS,
        };
        self.skip(search, cost, false);
    }

    fn put_in_sign(&self, search: &mut Search<'_>) {
        let (state, kind, at) = (self.state, self.token.kind, self.at);
        let within = search.frame(&state).within;
        let is_key = search.is_key(at);
        let follows = self.follows_damage(search);
        let sign = if follows { FOLLOWS } else { SIGN };
        match state.phase {
            Phase::After if within != Within::File => {
                if kind.starts_value() {
                    let next = State { phase: Phase::Next, ..search.edited(state, at, Op::Comma, sign, follows) };
                    self.go_on(search, next);
                } else if matches!(kind, Kind::Colon | Kind::OddColon) {
                    let next = search.edited(state, at, Op::CommaFor, OTHER_SIGN, false);
                    search.keep(State { phase: Phase::Next, ..next });
                }
            }
            Phase::Key | Phase::Colon => {
                if state.phase == Phase::Key && kind.starts_value() && !(is_key && self.token.is(LEAD)) {
                    let next = State { phase: Phase::Colon, ..search.edited(state, at, Op::Colon, sign, follows) };
                    self.go_on(search, next);
                }
                if state.phase == Phase::Key && matches!(kind, Kind::Comma | Kind::OddComma) {
                    let next = search.edited(state, at, Op::ColonFor, OTHER_SIGN, false);
                    search.keep(State { phase: Phase::Colon, ..next });
                }
                if matches!(kind, Kind::Comma | Kind::OddComma) || kind.closes() || is_key {
                    let next = search.edited(state, at, Op::Value, VALUE, false);
                    self.go_on(search, State { phase: Phase::After, value: NONE, ..next });
                }
            }
            Phase::First | Phase::Next if within == Within::Object => {
                if kind == Kind::Colon {
                    let next = search.edited(state, at, Op::Key, 110 * DAMAGE, false);
                    self.go_on(search, State { phase: Phase::Key, first_key: false, ..next });
                } else if kind.opens() {
                    let parent = search.frame(&state).parent;
                    let in_list = search.frames[parent as usize].within == Within::Array;
                    let next = search.edited(state, at, Op::Key, if in_list { 250 * DAMAGE } else { 190 * DAMAGE }, false);
                    let next = search.edited(next, at, Op::Colon, 0, true);
                    self.go_on(search, State { phase: Phase::Colon, ..next });
                }
            }
            _ => {}
        }
    }

    fn put_in_bracket(&self, search: &mut Search<'_>) {
        let (state, kind, at) = (self.state, self.token.kind, self.at);
        let frame = search.frame(&state);
        let is_key = search.is_key(at);
        let begins = matches!(state.phase, Phase::First | Phase::Next);
        // An opening one.
        let layout = match (frame.within, state.phase) {
            (_, Phase::Colon) => search.tokens[at as usize - 1],
            (Within::Array, _) => {
                let indent = frame.child.filter(|&child| child < self.token.indent);
                Token { indent: indent.unwrap_or(frame.indent / 2 + self.token.indent / 2), line: NONE, ..self.token }
            }
            _ => Token { indent: 0, line: NONE, ..self.token },
        };
        let lacks_opener = state.phase == Phase::Colon && (is_key || kind.closes());
        let fits_in = (frame.depth as usize) < MAX_DEPTH;
        if fits_in && (lacks_opener || (is_key && begins && frame.within != Within::Object)) {
            let (op, within) = match kind {
                Kind::CloseArray => (Op::OpenArray, Within::Array),
                _ => (Op::OpenObject, Within::Object),
            };
            let edited = search.edited(state, at, op, BRACKET + FOLLOWS, false);
            let next = search.open(edited, at, within, true, &layout);
            self.go_on(search, next);
        }
        // A closing one, but never the last of the file, which is missed at the end.
        let too_flat = search.unaligned(&state, &self.token) > 0 && self.token.indent <= frame.indent;
        let cannot_stay = match frame.within {
            Within::File => return,
            Within::Array => is_key,
            Within::Object => kind.opens() || kind == Kind::Scalar,
        };
        let empty = kind == Kind::Comma && state.phase == Phase::First;
        let wanted = kind.closes() || empty || (kind.starts_value() && (cannot_stay || too_flat));
        let comma_put_in = search.last_edit(&state).is_some_and(|edit| edit.token == at && edit.op == Op::Comma);
        if !wanted || comma_put_in || frame.depth < 2 || matches!(state.phase, Phase::Key | Phase::Colon) {
            return;
        }
        let comma = self.before(search).is_some_and(|before| matches!(before.kind, Kind::Comma | Kind::OddComma));
        let behind_comma = state.phase == Phase::Next && comma && !search.left_out(&state, at - 1);
        let place = if behind_comma { at - 1 } else { at };
        // What was just opened is hardly meant to stay empty, unless a comma shows it.
        let doubt = if state.phase == Phase::First && !empty { 4 * FOLLOWS } else { FOLLOWS };
        let edited = search.edited(state, place, Op::Close, BRACKET + doubt, false);
        let closed = search.close(edited);
        self.go_on(search, State { phase: if behind_comma { Phase::Next } else { Phase::After }, ..closed });
    }

    /// A list whose opening bracket is lost shows only when its second item or its closing bracket comes.
    fn wrap_in_array(&self, search: &mut Search<'_>) {
        let (state, kind) = (self.state, self.token.kind);
        let phase = match state.phase {
            Phase::Next if kind.opens() || kind == Kind::Scalar => Phase::Next,
            Phase::Key if !state.first_key && matches!(kind, Kind::Comma | Kind::CloseArray) => Phase::After,
            Phase::After if kind == Kind::CloseArray => Phase::After,
            _ => return,
        };
        let frame = search.frame(&state);
        if state.value == NONE || state.value == 0 || frame.within != Within::Object || frame.depth as usize >= MAX_DEPTH {
            return;
        }
        let value = search.tokens[state.value as usize];
        let cost = match value.kind {
            Kind::OpenArray => BRACKET + 3 * FOLLOWS,
            _ if value.is(LEAD) => BRACKET,
            Kind::OpenObject => BRACKET + FOLLOWS / 2,
            _ if kind.opens() => BRACKET + 6 * FOLLOWS,
            _ => BRACKET + 2 * FOLLOWS,
        };
        let layout = search.tokens[state.value as usize - 1];
        let edited = search.edited(state, state.value, Op::OpenArray, cost, false);
        let opened = search.open(edited, state.value, Within::Array, true, &layout);
        self.go_on(search, State { phase, ..opened });
    }

    fn change_kind(&self, search: &mut Search<'_>) {
        let (state, kind) = (self.state, self.token.kind);
        let frame = search.frame(&state);
        if kind.closes() && !self.fits && frame.within != Within::File && matches!(state.phase, Phase::First | Phase::After) {
            let cost = BRACKET + FOLLOWS + search.misplaced(&state, self.at);
            let next = search.edited(state, self.at, Op::WrongKind, cost, false);
            let next = search.close(next);
            search.keep(next);
        }
        let fits_other = match (frame.within, state.phase) {
            (Within::Array, Phase::First) => search.is_key(self.at),
            (Within::Object, Phase::First) => kind.opens() || kind == Kind::Scalar,
            (Within::Object, Phase::Key) => state.first_key && matches!(kind, Kind::Comma | Kind::CloseArray),
            _ => false,
        };
        if fits_other && !frame.synthetic {
            let edited = search.edited(state, frame.opener, Op::WrongKind, BRACKET + FOLLOWS, false);
            let within = if frame.within == Within::Array { Within::Object } else { Within::Array };
            search.frames.push(super::repair::Frame { within, identity: !frame.identity, synthetic: true, ..frame });
            let phase = if state.phase == Phase::Key { Phase::After } else { state.phase };
            let next = State { frame: search.frames.len() as u32 - 1, phase, first_key: false, value: NONE, ..edited };
            self.go_on(search, next);
        }
    }

    /// What stands behind the value of the file is left out as a whole.
    fn end_file(&self, search: &mut Search<'_>) {
        if search.frame(&self.state).within != Within::File || self.state.phase != Phase::After {
            return;
        }
        // A file that begins with text and has no bracket is no JSON at all; that is said already.
        let no_json =
            self.at > search.last_opener && search.tokens.get(self.state.value as usize).is_some_and(|root| root.kind == Kind::Word);
        let cost = match search.is_key(self.at) {
            _ if no_json => FOLLOWS,
            // Members behind the end belong to the file all the same.
            true => 250 * DAMAGE,
            false => 120 * DAMAGE,
        };
        let next = search.edited(self.state, self.at, Op::Trailing, cost, no_json);
        search.keep(State { phase: Phase::Over, ..next });
    }
}
