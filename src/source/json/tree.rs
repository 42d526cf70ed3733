//! The span arena: nodes in document order, so that a subtree is a range and document order is index order.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::key_set::KeySet;
use super::members::Members;
use super::parse::{self, SyntaxIssue};
use super::value::Value;
use crate::source::SourceText;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// a number, kept as written
    Number,
    /// a string
    String,
    /// `[...]`
    Array,
    /// `{...}`
    Object,
    /// Something that is no JSON value (reported as a syntax issue); kept so that its place is known.
    Invalid,
}

impl NodeKind {
    /// The word a person reads for this kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
            Self::Invalid => "broken value",
        }
    }
}

pub(super) const NONE: u32 = u32::MAX;
/// The string has escapes and must be decoded to be read.
pub(super) const ESCAPED: u8 = 1;
/// The key is not just its text between two quotes: it has escapes, or a quote is missing.
pub(super) const KEY_ESCAPED: u8 = 2;

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub start: u32,
    pub end: u32,
    /// Span of the key with its quotes; `NONE` for array items and the root.
    pub key_start: u32,
    pub key_end: u32,
    /// Index behind the last node of this subtree.
    pub subtree_end: u32,
    pub parent: u32,
    pub kind: NodeKind,
    pub flags: u8,
    /// Keys of an object.
    pub keys: KeySet,
}

/// A parsed JSON file. Parsing never fails: damage is listed in [`Json::issues`] and the rest of the tree is there.
#[derive(Debug)]
pub struct Json {
    pub(super) source: Arc<SourceText>,
    pub(super) nodes: Vec<Node>,
    issues: Vec<SyntaxIssue>,
    duplicates: Vec<(u32, u32)>,
    members: OnceLock<Members>,
    /// The number of each node among the children of its container.
    numbers: OnceLock<Vec<u32>>,
}

/// In containers with fewer nodes the children before one are counted.
const COUNTED: u32 = 256;

impl Json {
    /// Parses a file. Nesting deeper than 200 levels is reported and left out.
    pub fn parse(source: Arc<SourceText>) -> Self {
        let parsed = parse::parse(source.text());
        let (members, numbers) = (OnceLock::new(), OnceLock::new());
        Self { source, nodes: parsed.nodes, issues: parsed.issues, duplicates: parsed.duplicates, members, numbers }
    }

    /// The file this was read from.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// The top value; `None` for a file without any.
    pub fn root(&self) -> Option<Value<'_>> {
        (!self.nodes.is_empty()).then_some(Value { tree: self, id: 0 })
    }

    /// Everything that keeps the file from being strict JSON, in file order.
    pub fn issues(&self) -> &[SyntaxIssue] {
        &self.issues
    }

    /// Pairs of members of one object with the same key: the first, and a later one.
    pub fn duplicate_keys(&self) -> impl Iterator<Item = (Value<'_>, Value<'_>)> {
        self.duplicates.iter().map(|&(first, later)| (Value { tree: self, id: first }, Value { tree: self, id: later }))
    }

    /// The value at an RFC 6901 pointer.
    pub fn at(&self, pointer: &str) -> Option<Value<'_>> {
        self.root()?.at(pointer)
    }

    /// Every node in file order.
    pub fn nodes(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.nodes.len() as u32).map(|id| Value { tree: self, id })
    }

    /// The members of large objects, listed when first asked for.
    pub(super) fn members(&self) -> &Members {
        self.members.get_or_init(|| Members::of(self))
    }

    /// How many children a container has before one of them.
    pub(super) fn number_of(&self, child: u32, container: Value<'_>) -> usize {
        if child - container.id <= COUNTED {
            return container.children().take_while(|other| other.id != child).count();
        }
        let numbers = self.numbers.get_or_init(|| {
            let mut children = vec![0; self.nodes.len()];
            let mut number = |node: &Node| match children.get_mut(node.parent as usize) {
                Some(count) => {
                    *count += 1;
                    *count - 1
                }
                None => 0,
            };
            self.nodes.iter().map(&mut number).collect()
        });
        numbers[child as usize] as usize
    }

    pub(super) fn node(&self, id: u32) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn slice(&self, range: Range<u32>) -> &str {
        &self.text()[range.start as usize..range.end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_know_their_neighbours_and_their_number_in_short_lists_and_long_ones() {
        let items: String = (0..500).map(|number| format!("{{\"a\": [[], {{\"b\": {number}}}]}}, ")).collect();
        let json = Json::parse(Arc::new(SourceText::from_bytes(format!("[{items} 7]").into_bytes())));
        for node in json.nodes() {
            let children: Vec<Value<'_>> = node.children().collect();
            assert_eq!(node.last_child(), children.last().copied());
            for (at, child) in children.iter().enumerate() {
                assert_eq!(child.previous(), at.checked_sub(1).map(|before| children[before]));
                assert_eq!(child.next(), children.get(at + 1).copied());
                assert!(child.key().is_some() || child.pointer().ends_with(&format!("/{at}")), "{}", child.pointer());
            }
        }
        let root = json.root().unwrap();
        assert_eq!((root.previous(), root.next()), (None, None));
        assert_eq!(root.last_child().unwrap().pointer(), "/500");
    }
}
