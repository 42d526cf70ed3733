//! Makes the tree out of the repaired tokens, and tells every repair as the damage it stands for.

use std::ops::Range;

use super::duplicates::Duplicates;
use super::issues::Issues;
use super::moves::kind_of_skip;
use super::repair::{Edit, Op, Phase};
use super::tokens::{BARE, DAMAGED, ESCAPES, Kind, Token};
use super::{MAX_DEPTH, Parsed, SyntaxIssueKind};
use crate::source::json::tree::{ESCAPED, KEY_ESCAPED, NONE, Node, NodeKind};

/// The tree of a damaged file, with the damage found in its tokens and in their order.
pub(super) fn build(text: &str, tokens: &[Token], edits: &[Edit], issues: Issues) -> Parsed {
    let mut builder = Builder {
        all: edits,
        text,
        tokens,
        nodes: Vec::with_capacity(tokens.len() / 3),
        issues: Issues::default(),
        duplicates: Duplicates::default(),
        open: Vec::new(),
        phase: Phase::First,
        key: None,
        skipped_text: None,
        comma: 0..0,
        too_deep: 0,
        reopened: false,
    };
    let mut edits = edits;
    for at in 0..tokens.len() {
        let own = edits.iter().take_while(|edit| edit.token as usize <= at).count();
        let (now, later) = edits.split_at(own);
        edits = later;
        if now.iter().any(|edit| edit.op == Op::Trailing) {
            builder.trailing(at, now.iter().all(|edit| edit.silent));
            break;
        }
        builder.token(at, now);
    }
    builder.end();
    if tokens.is_empty() {
        builder.issues.add(SyntaxIssueKind::Empty, 0..0);
    } else if builder.issues.is_empty() && issues.is_empty() {
        // Cannot be: a file without damage does not come here. Saying it twice is better than letting a broken file pass.
        builder.issues.add(SyntaxIssueKind::UnexpectedText, tokens[0].span());
    }
    Parsed { nodes: builder.nodes, issues: builder.issues.sorted_with(issues), duplicates: builder.duplicates.found() }
}

struct Open {
    id: u32,
    object: bool,
    /// The bracket, unless a repair put it in.
    bracket: Option<Range<usize>>,
}

struct Builder<'t> {
    all: &'t [Edit],
    text: &'t str,
    tokens: &'t [Token],
    nodes: Vec<Node>,
    issues: Issues,
    duplicates: Duplicates,
    open: Vec<Open>,
    phase: Phase,
    key: Option<(Range<usize>, u8)>,
    /// The last token that was left out as text.
    skipped_text: Option<usize>,
    /// The last comma.
    comma: Range<usize>,
    too_deep: usize,
    /// Whether a bracket that closed the whole file was left out.
    reopened: bool,
}

impl Builder<'_> {
    fn token(&mut self, at: usize, edits: &[Edit]) {
        let token = self.tokens[at];
        let mut own = None;
        for edit in edits {
            match edit.op {
                Op::Comma | Op::Colon | Op::Value | Op::Key | Op::Close | Op::OpenObject | Op::OpenArray => self.put_in(at, edit),
                _ => own = Some(edit),
            }
        }
        let tell = |builder: &mut Self, kind: SyntaxIssueKind| {
            if own.is_some_and(|edit| !edit.silent) {
                builder.issues.add(kind, token.span());
            }
        };
        match own.map(|edit| edit.op) {
            Some(Op::Skip(kind)) => {
                self.reopened |= token.kind.closes() && self.open.len() == 1;
                self.skip(at, kind, own.is_some_and(|edit| edit.silent));
            }
            Some(Op::CommaFor) => {
                tell(self, SyntaxIssueKind::MissingComma);
                self.comma = token.span();
                self.phase = Phase::Next;
            }
            Some(Op::ColonFor) => {
                tell(self, SyntaxIssueKind::MissingColon);
                self.phase = Phase::Colon;
            }
            Some(Op::WrongKind) => {
                let other = self.open.last().filter(|_| token.kind.closes()).and_then(|open| open.bracket.clone());
                self.issues.add_with(SyntaxIssueKind::MissingBracket, token.span(), other);
                match token.kind {
                    Kind::OpenObject => self.open_container(false, token.span(), Some(token.span())),
                    Kind::OpenArray => self.open_container(true, token.span(), Some(token.span())),
                    _ => self.close_container(token.end as usize),
                }
            }
            Some(Op::LooseComma) => {
                if own.is_some_and(|edit| !edit.silent) {
                    self.issues.add(SyntaxIssueKind::ExtraComma, self.comma.clone());
                }
                self.close_container(token.end as usize);
            }
            _ => self.take(at),
        }
    }

    /// Takes a token that fits.
    fn take(&mut self, at: usize) {
        let token = self.tokens[at];
        if self.too_deep > 0 {
            self.too_deep = if token.kind.closes() { self.too_deep - 1 } else { self.too_deep + usize::from(token.kind.opens()) };
            if self.too_deep == 0
                && let Some(node) = self.nodes.last_mut()
            {
                node.end = token.end;
            }
            return;
        }
        let in_object = self.open.last().is_some_and(|open| open.object);
        let begins = matches!(self.phase, Phase::First | Phase::Next);
        match token.kind {
            Kind::Comma if self.phase == Phase::After && !self.open.is_empty() => {
                self.comma = token.span();
                self.phase = Phase::Next;
            }
            Kind::Colon if self.phase == Phase::Key => self.phase = Phase::Colon,
            Kind::CloseObject if in_object && (begins || self.phase == Phase::After) => self.close_container(token.end as usize),
            Kind::CloseArray if !in_object && !self.open.is_empty() && (begins || self.phase == Phase::After) => {
                self.close_container(token.end as usize);
            }
            Kind::String | Kind::Word if in_object && begins => {
                if token.kind == Kind::Word {
                    self.issues.add(SyntaxIssueKind::MissingQuotes, token.span());
                }
                let plain = token.kind == Kind::String && !token.is(BARE | ESCAPES);
                self.key = Some((token.span(), if plain { 0 } else { KEY_ESCAPED }));
                self.phase = Phase::Key;
            }
            kind if kind.starts_value() && (self.phase == Phase::Colon || (begins && !in_object)) => self.value(token),
            // The search lets nothing else through; should it, the token is told and left out.
            kind => {
                debug_assert!(false, "{} {:?} {kind:?} at {:?} in phase {:?}", self.text, self.all, token.span(), self.phase);
                self.skip(at, kind_of_skip(kind), false);
            }
        }
    }

    fn value(&mut self, token: Token) {
        let (kind, flags) = match token.kind {
            Kind::OpenObject | Kind::OpenArray => {
                return self.open_container(token.kind == Kind::OpenObject, token.span(), Some(token.span()));
            }
            Kind::String => (NodeKind::String, if token.is(ESCAPES) { ESCAPED } else { 0 }),
            Kind::Scalar => match self.text.as_bytes()[token.start as usize] {
                _ if token.is(DAMAGED) => (NodeKind::Invalid, 0),
                b't' | b'f' => (NodeKind::Boolean, 0),
                b'n' => (NodeKind::Null, 0),
                _ => (NodeKind::Number, 0),
            },
            _ => {
                self.issues.add(SyntaxIssueKind::UnexpectedText, token.span());
                (NodeKind::Invalid, 0)
            }
        };
        self.push(kind, token.span(), flags);
        self.phase = Phase::After;
    }

    fn push(&mut self, kind: NodeKind, span: Range<usize>, flags: u8) -> u32 {
        let id = self.nodes.len() as u32;
        let key = self.key.take();
        let (key_start, key_end, key_flags) = key.map_or((NONE, NONE, 0), |(span, flags)| (span.start as u32, span.end as u32, flags));
        self.nodes.push(Node {
            start: span.start as u32,
            end: span.end as u32,
            key_start,
            key_end,
            subtree_end: id + 1,
            parent: self.open.last().map_or(NONE, |open| open.id),
            kind,
            flags: flags | key_flags,
        });
        id
    }

    fn open_container(&mut self, object: bool, span: Range<usize>, bracket: Option<Range<usize>>) {
        if self.open.len() >= MAX_DEPTH {
            self.issues.add(SyntaxIssueKind::TooDeep, span.start..(span.start + 1).min(self.text.len()).max(span.end));
            self.push(NodeKind::Invalid, span, 0);
            self.phase = Phase::After;
            self.too_deep = 1;
            return;
        }
        let id = self.push(if object { NodeKind::Object } else { NodeKind::Array }, span, 0);
        self.open.push(Open { id, object, bracket });
        self.phase = Phase::First;
    }

    fn close_container(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let subtree_end = self.nodes.len() as u32;
        let node = &mut self.nodes[open.id as usize];
        node.end = (end as u32).max(node.start);
        node.subtree_end = subtree_end;
        if open.object {
            self.duplicates.look_into(self.text, &self.nodes, open.id);
        }
        self.key = None;
        self.phase = Phase::After;
    }

    /// Where the token before one ends.
    fn end_before(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.tokens[before].end as usize)
    }

    fn put_in(&mut self, at: usize, edit: &Edit) {
        let (here, start) = (self.end_before(at), self.tokens[at].start as usize);
        let mut tell = |kind: SyntaxIssueKind, span: Range<usize>, other: Option<Range<usize>>| {
            if !edit.silent {
                self.issues.add_with(kind, span, other);
            }
        };
        match edit.op {
            Op::Comma => {
                tell(SyntaxIssueKind::MissingComma, here..here, None);
                self.comma = here..here;
                self.phase = Phase::Next;
            }
            Op::Colon => {
                tell(SyntaxIssueKind::MissingColon, here..here, None);
                self.phase = Phase::Colon;
            }
            Op::Value => {
                let key = self.key.as_ref().map_or(here..here, |(span, _)| span.clone());
                tell(SyntaxIssueKind::MissingValue, key.clone(), None);
                self.push(NodeKind::Invalid, key.end..key.end, 0);
                self.phase = Phase::After;
            }
            Op::Key => {
                tell(SyntaxIssueKind::UnexpectedText, self.tokens[at].span(), None);
                self.key = Some((start..start, KEY_ESCAPED));
                self.phase = Phase::Key;
            }
            Op::OpenObject | Op::OpenArray => {
                tell(SyntaxIssueKind::MissingBracket, here..here, None);
                self.open_container(edit.op == Op::OpenObject, start..start, None);
            }
            _ => {
                let other = self.open.last().and_then(|open| open.bracket.clone());
                tell(SyntaxIssueKind::MissingBracket, here..here, other);
                self.close_container(here);
            }
        }
    }

    /// Leaves a token out. Neighbours that are left out as text are one damage.
    fn skip(&mut self, at: usize, kind: SyntaxIssueKind, silent: bool) {
        let neighbour = at > 0 && self.skipped_text == Some(at - 1);
        self.skipped_text = (kind == SyntaxIssueKind::UnexpectedText && !silent).then_some(at);
        let span = self.tokens[at].span();
        let belongs_to_last = !silent && neighbour && self.skipped_text.is_some() && self.issues.extend_last(kind, span.end);
        if !silent && !belongs_to_last {
            self.issues.add(kind, span);
        }
    }

    fn trailing(&mut self, at: usize, silent: bool) {
        let start = self.tokens[at].start as usize;
        if !silent {
            self.issues.add(SyntaxIssueKind::TrailingText, start..self.text.trim_end().len().max(start));
        }
    }

    /// Closes what is open at the end of the file: one bracket tells it, the others are missing for the same reason.
    fn end(&mut self) {
        let end = self.end_before(self.tokens.len());
        if self.key.is_some() && matches!(self.phase, Phase::Key | Phase::Colon) {
            self.push(NodeKind::Invalid, end..end, 0);
        }
        if let Some(open) = self.open.last()
            && !(self.reopened && self.open.len() == 1)
        {
            self.issues.add_with(SyntaxIssueKind::MissingBracket, end..end, open.bracket.clone());
        }
        while !self.open.is_empty() {
            self.close_container(end);
        }
    }
}
