//! A light handle on one node of a JSON file: reading members, walking, pointers and spans.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use super::key_set::KeySet;
use super::members::Members;
use super::tree::{ESCAPED, Json, KEY_ESCAPED, NONE, Node, NodeKind};

/// One value of a JSON file. Copying it is free; it borrows from the file.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(super) tree: &'a Json,
    pub(super) id: u32,
}

impl PartialEq for Value<'_> {
    /// The same node of the same file (not: equal content, see [`Value::equals`]).
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.pointer(), self.raw())
    }
}

impl<'a> Value<'a> {
    fn node(&self) -> &'a Node {
        self.tree.node(self.id)
    }

    fn with(&self, id: u32) -> Self {
        Value { tree: self.tree, id }
    }

    /// Number of the node in its file, in file order: a stable key for maps.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The file this value lies in.
    pub fn tree(&self) -> &'a Json {
        self.tree
    }

    /// What kind of value this is.
    pub fn kind(&self) -> NodeKind {
        self.node().kind
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        self.kind() == NodeKind::Object
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        self.kind() == NodeKind::Array
    }

    /// Byte range of the value in the text.
    pub fn span(&self) -> Range<usize> {
        let node = self.node();
        node.start as usize..node.end as usize
    }

    /// Byte range of the key with its quotes, for members of an object.
    pub fn key_span(&self) -> Option<Range<usize>> {
        let node = self.node();
        (node.key_start != NONE).then_some(node.key_start as usize..node.key_end as usize)
    }

    /// The value as it is written.
    pub fn raw(&self) -> &'a str {
        let node = self.node();
        self.tree.slice(node.start..node.end)
    }

    /// The key of a member, decoded.
    pub fn key(&self) -> Option<Cow<'a, str>> {
        let node = self.node();
        if node.key_start == NONE {
            return None;
        }
        Some(unquote(self.tree.slice(node.key_start..node.key_end), node.flags & KEY_ESCAPED != 0))
    }

    /// The text of a string, decoded.
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let node = self.node();
        (node.kind == NodeKind::String).then(|| unquote(self.raw(), node.flags & ESCAPED != 0))
    }

    /// The value of `true` and `false`.
    pub fn as_bool(&self) -> Option<bool> {
        (self.kind() == NodeKind::Boolean).then(|| self.raw() == "true")
    }

    /// A number as floating point.
    pub fn as_f64(&self) -> Option<f64> {
        if self.kind() != NodeKind::Number {
            return None;
        }
        self.raw().parse().ok()
    }

    /// Whether this is a number without fraction.
    pub fn is_integer(&self) -> bool {
        self.as_f64().is_some_and(|number| number.fract() == 0.0)
    }

    /// The object or array this lies in.
    pub fn parent(&self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != NONE).then(|| self.with(parent))
    }

    /// Items of an array or members of an object, in file order; nothing for other values.
    pub fn children(&self) -> Children<'a> {
        let node = self.node();
        Children { tree: self.tree, next: self.id + 1, end: node.subtree_end }
    }

    /// The last of the children, whatever their number.
    pub fn last_child(&self) -> Option<Self> {
        let last = self.node().subtree_end - 1;
        (last > self.id).then(|| self.with(last).below(self.id)).flatten()
    }

    /// The child of the same container before this one.
    pub fn previous(&self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != NONE && self.id > parent + 1).then(|| self.with(self.id - 1).below(parent)).flatten()
    }

    /// The child of the same container behind this one.
    pub fn next(&self) -> Option<Self> {
        let behind = self.node().subtree_end;
        (behind < self.parent()?.node().subtree_end).then(|| self.with(behind))
    }

    /// The child of a container around this value that holds it.
    fn below(&self, container: u32) -> Option<Self> {
        std::iter::successors(Some(*self), Value::parent).find(|value| value.node().parent == container)
    }

    /// Members of an object as key and value; nothing for other values.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> + use<'a> {
        self.children().filter_map(|child| Some((child.key()?, child)))
    }

    /// Items of an array; nothing for other values.
    pub fn items(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let array = self.is_array();
        self.children().take_while(move |_| array)
    }

    /// Which keys an object has, roughly; none for other values.
    pub fn keys(&self) -> KeySet {
        self.node().keys
    }

    /// Whether an object or array is empty (true for other values).
    pub fn is_empty(&self) -> bool {
        self.node().subtree_end == self.id + 1
    }

    /// The member of an object with this key. Of duplicates the last counts, as in the parsers that will read the file.
    pub fn get(&self, key: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        let object = self.node();
        if !object.keys.may_have_all(KeySet::of(key)) {
            return None;
        }
        if Members::may_list(object.subtree_end - self.id)
            && let Some(found) = self.tree.members().find(self.id, key)
        {
            let found = self.with(found?);
            if found.key().as_deref() == Some(key) {
                return Some(found);
            }
        }
        let (bytes, first) = (self.tree.text().as_bytes(), key.as_bytes().first());
        let mut found = None;
        let (mut at, end) = (self.id + 1, object.subtree_end);
        while at < end {
            let node = self.tree.node(at);
            // Most keys differ in length already, or in their first byte: looked at first, because this runs more often than anything else.
            let equal = if node.flags & KEY_ESCAPED == 0 {
                (node.key_end - node.key_start) as usize == key.len() + 2
                    && first.is_none_or(|first| bytes[node.key_start as usize + 1] == *first)
                    && bytes[node.key_start as usize + 1..node.key_end as usize - 1] == *key.as_bytes()
            } else {
                unquote(self.tree.slice(node.key_start..node.key_end), true) == key
            };
            if equal {
                found = Some(self.with(at));
            }
            at = node.subtree_end;
        }
        found
    }

    /// The text of a string member.
    pub fn get_str(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key)?.as_str()
    }

    /// The value of a boolean member.
    pub fn get_bool(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// The value at an RFC 6901 pointer, from here.
    pub fn at(&self, pointer: &str) -> Option<Self> {
        let mut here = *self;
        for token in pointer.split('/').skip(1) {
            let token = decoded_token(token);
            // In a damaged file an object may hold values without keys, which have numbers as in an array.
            let numbered = || here.children().nth(token.parse().ok()?).filter(|child| here.is_array() || child.key_span().is_none());
            here = here.get(&token).or_else(numbered)?;
        }
        Some(here)
    }

    /// The RFC 6901 pointer of this value in its file.
    pub fn pointer(&self) -> String {
        let mut path = Vec::with_capacity(16);
        let mut here = *self;
        while let Some(parent) = here.parent() {
            path.push((here, parent));
            here = parent;
        }
        // As keys are written: two quotes more, a slash less. Numbers of items are short.
        let room = |(value, _): &(Self, Self)| value.key_span().map_or(4, |key| key.len());
        let mut pointer = String::with_capacity(path.iter().map(room).sum());
        for (here, parent) in path.into_iter().rev() {
            pointer.push('/');
            // In a damaged file an item of an array may look like a member.
            match here.key().filter(|_| !parent.is_array()) {
                Some(key) => push_token(&key, &mut pointer),
                None => {
                    let number = self.tree.number_of(here.id, parent);
                    // Writing into a text cannot fail.
                    let _ = write!(pointer, "{number}");
                }
            }
        }
        pointer
    }

    /// Equal content: objects without regard to order, numbers by value.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            NodeKind::Null => true,
            NodeKind::Boolean | NodeKind::Invalid => self.raw() == other.raw(),
            NodeKind::Number => self.raw() == other.raw() || self.as_f64() == other.as_f64(),
            NodeKind::String => self.as_str() == other.as_str(),
            NodeKind::Array => {
                self.children().count() == other.children().count() && self.items().zip(other.items()).all(|(a, b)| a.equals(&b))
            }
            NodeKind::Object => {
                self.children().count() == other.children().count()
                    // Of duplicate keys the last counts, on both sides.
                    && self.members().all(|(key, _)| self.get(&key).zip(other.get(&key)).is_some_and(|(here, there)| here.equals(&there)))
            }
        }
    }

    /// This value and everything below it as `serde_json::Value` (for tools that need one; the last of duplicate keys counts).
    pub fn to_serde(&self) -> serde_json::Value {
        match self.kind() {
            NodeKind::Null | NodeKind::Invalid => serde_json::Value::Null,
            NodeKind::Boolean => serde_json::Value::Bool(self.raw() == "true"),
            NodeKind::Number => serde_json::from_str(self.raw()).unwrap_or_default(),
            NodeKind::String => serde_json::Value::String(self.as_str().unwrap_or_default().into_owned()),
            NodeKind::Array => self.items().map(|item| item.to_serde()).collect(),
            NodeKind::Object => self.members().map(|(key, value)| (key.into_owned(), value.to_serde())).collect(),
        }
    }
}

/// A key as token of a pointer.
fn push_token(key: &str, pointer: &mut String) {
    if memchr::memchr2(b'~', b'/', key.as_bytes()).is_none() {
        return pointer.push_str(key);
    }
    for c in key.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// A token of a pointer as key.
fn decoded_token(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

/// Iterator over the direct children of a node.
pub struct Children<'a> {
    tree: &'a Json,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if self.next >= self.end {
            return None;
        }
        let value = Value { tree: self.tree, id: self.next };
        self.next = self.tree.node(self.next).subtree_end;
        Some(value)
    }
}

/// Decodes a quoted string. Tolerates what the parser has reported: missing quotes, bad escapes, lone surrogates (as U+FFFD).
pub(super) fn unquote(raw: &str, escaped: bool) -> Cow<'_, str> {
    if let ([b'"', .., b'"'], false) = (raw.as_bytes(), escaped) {
        return Cow::Borrowed(&raw[1..raw.len() - 1]);
    }
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = match quote {
        Some(quote) => {
            let inner = &raw[1..];
            inner.strip_suffix(quote).unwrap_or(inner)
        }
        None => raw,
    };
    if !escaped {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('u') => text.push(unicode_escape(&mut chars)),
            Some(other) => text.push(other),
            None => {}
        }
    }
    Cow::Owned(text)
}

fn unicode_escape(chars: &mut std::str::Chars<'_>) -> char {
    fn four_digits(chars: &mut std::str::Chars<'_>) -> Option<u32> {
        let digits = chars.as_str().get(..4)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        *chars = chars.as_str()[4..].chars();
        Some(code)
    }
    let Some(high) = four_digits(chars) else { return char::REPLACEMENT_CHARACTER };
    if (0xd800..0xdc00).contains(&high) && chars.as_str().starts_with("\\u") {
        let mut ahead = chars.as_str()[2..].chars();
        if let Some(low @ 0xdc00..=0xdfff) = four_digits(&mut ahead) {
            *chars = ahead;
            return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
    }
    char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
}
