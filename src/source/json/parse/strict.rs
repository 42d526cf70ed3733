//! The fast way through a sound file: one pass, no recovery; gives up at the first damage.

use super::super::tree::{ESCAPED, KEY_ESCAPED, NONE, Node, NodeKind};
use super::duplicates::Duplicates;
use super::{MAX_DEPTH, Parsed, is_number};

/// Bytes that end the plain run of a string: its quote, a backslash, control characters.
static ENDS_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// The file when it is sound; nothing when anything is wrong with it.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    let mut parser =
        Strict { text, bytes: text.as_bytes(), at: 0, nodes: Vec::with_capacity(text.len() / 24), duplicates: Duplicates::default() };
    parser.blanks();
    parser.value(NONE, NO_KEY, 0)?;
    parser.blanks();
    let at_end = parser.at == parser.bytes.len();
    at_end.then(|| Parsed { nodes: parser.nodes, issues: Vec::new(), duplicates: parser.duplicates.found() })
}

#[derive(Clone, Copy)]
struct Key {
    start: u32,
    end: u32,
    flags: u8,
}

const NO_KEY: Key = Key { start: NONE, end: NONE, flags: 0 };

struct Strict<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    duplicates: Duplicates,
}

impl Strict<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn push(&mut self, kind: NodeKind, start: usize, parent: u32, key: Key, flags: u8) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(Node {
            start: start as u32,
            end: self.at as u32,
            key_start: key.start,
            key_end: key.end,
            subtree_end: id + 1,
            parent,
            kind,
            flags: flags | key.flags,
        });
        id
    }

    fn value(&mut self, parent: u32, key: Key, depth: usize) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'"' => {
                let flags = self.string()?;
                self.push(NodeKind::String, start, parent, key, flags);
            }
            open @ (b'{' | b'[') => {
                if depth >= MAX_DEPTH {
                    return None;
                }
                let kind = if open == b'{' { NodeKind::Object } else { NodeKind::Array };
                let id = self.push(kind, start, parent, key, 0);
                self.at += 1;
                if open == b'{' {
                    self.members(id, depth + 1)?;
                    self.duplicates.look_into(self.text, &self.nodes, id);
                } else {
                    self.items(id, depth + 1)?;
                }
                let subtree_end = self.nodes.len() as u32;
                let node = &mut self.nodes[id as usize];
                node.end = self.at as u32;
                node.subtree_end = subtree_end;
            }
            b't' => self.literal("true", NodeKind::Boolean, parent, key)?,
            b'f' => self.literal("false", NodeKind::Boolean, parent, key)?,
            b'n' => self.literal("null", NodeKind::Null, parent, key)?,
            _ => {
                let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                self.at += self.bytes[start..].iter().take_while(is_part).count();
                if !is_number(&self.text[start..self.at]) {
                    return None;
                }
                self.push(NodeKind::Number, start, parent, key, 0);
            }
        }
        Some(())
    }

    fn literal(&mut self, word: &str, kind: NodeKind, parent: u32, key: Key) -> Option<()> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        self.push(kind, start, parent, key, 0);
        Some(())
    }

    fn members(&mut self, id: u32, depth: usize) -> Option<()> {
        self.blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let start = self.at;
            if self.peek()? != b'"' {
                return None;
            }
            let flags = if self.string()? & ESCAPED != 0 { KEY_ESCAPED } else { 0 };
            let key = Key { start: start as u32, end: self.at as u32, flags };
            self.blanks();
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.blanks();
            self.value(id, key, depth)?;
            if self.comma_or(b'}')? {
                return Some(());
            }
        }
    }

    fn items(&mut self, id: u32, depth: usize) -> Option<()> {
        self.blanks();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.value(id, NO_KEY, depth)?;
            if self.comma_or(b']')? {
                return Some(());
            }
        }
    }

    /// Steps over what stands behind a member or item; says whether it was the closing bracket.
    fn comma_or(&mut self, close: u8) -> Option<bool> {
        self.blanks();
        let byte = self.peek()?;
        self.at += 1;
        if byte == b',' {
            self.blanks();
            return Some(false);
        }
        (byte == close).then_some(true)
    }

    /// Reads a string; returns its flags.
    fn string(&mut self) -> Option<u8> {
        let mut flags = 0;
        let mut at = self.at + 1;
        loop {
            while !ENDS_RUN[usize::from(*self.bytes.get(at)?)] {
                at += 1;
            }
            match self.bytes[at] {
                b'"' => {
                    self.at = at + 1;
                    return Some(flags);
                }
                b'\\' => {
                    flags = ESCAPED;
                    at += match self.bytes.get(at + 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                        b'u' if self.bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                        _ => return None,
                    };
                }
                _ => return None,
            }
        }
    }
}
