//! Members of one object that have the same key once their escapes are resolved.

use std::borrow::Cow;

use super::super::tree::{KEY_ESCAPED, NONE, Node};

/// So many keys are compared pair by pair; more are sorted by a hash first.
const FEW: usize = 8;

/// Collects pairs of equal keys; its buffer is used again for every object of a file.
#[derive(Default)]
pub(super) struct Duplicates {
    found: Vec<(u32, u32)>,
    keys: Vec<(u64, u32)>,
}

impl Duplicates {
    /// The first member and a later one of the same key, for every later one.
    pub fn found(self) -> Vec<(u32, u32)> {
        self.found
    }

    /// Looks through the members of a complete object.
    pub fn look_into(&mut self, text: &str, nodes: &[Node], id: u32) {
        self.keys.clear();
        let mut child = id + 1;
        let mut escaped = false;
        while let Some(node) = nodes.get(child as usize) {
            if node.key_start != NONE {
                self.keys.push((0, child));
                escaped |= node.flags & KEY_ESCAPED != 0;
            }
            child = node.subtree_end;
        }
        if escaped || self.keys.len() > FEW {
            self.sort(text, nodes);
            return;
        }
        for later in 1..self.keys.len() {
            let key = written(text, nodes, self.keys[later].1);
            let same = |&&(_, earlier): &&(u64, u32)| written(text, nodes, earlier) == key;
            if let Some(&(_, first)) = self.keys[..later].iter().find(same) {
                self.found.push((first, self.keys[later].1));
            }
        }
    }

    fn sort(&mut self, text: &str, nodes: &[Node]) {
        let key_of = |id: u32| decoded(written(text, nodes, id), nodes[id as usize].flags & KEY_ESCAPED != 0);
        for (hash, id) in &mut self.keys {
            *hash = hash_of(key_of(*id).as_bytes());
        }
        // The keys themselves decide between equal hashes: colliding ones, made on purpose, stay as cheap as others.
        self.keys.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| if a.1 == b.1 { std::cmp::Ordering::Equal } else { key_of(a.1).cmp(&key_of(b.1)) })
                .then(a.1.cmp(&b.1))
        });
        let known = self.found.len();
        let mut first = 0;
        for later in 1..self.keys.len() {
            let ((hash, one), (other_hash, other)) = (self.keys[first], self.keys[later]);
            if hash == other_hash && key_of(one) == key_of(other) {
                self.found.push((one, other));
            } else {
                first = later;
            }
        }
        self.found[known..].sort_unstable_by_key(|&(_, later)| later);
    }
}

/// The key as it is written, without its quotes.
fn written<'t>(text: &'t str, nodes: &[Node], id: u32) -> &'t str {
    let node = &nodes[id as usize];
    let key = &text[node.key_start as usize..node.key_end as usize];
    match key.as_bytes() {
        [quote @ (b'"' | b'\''), .., end] if quote == end => &key[1..key.len() - 1],
        [b'"' | b'\'', ..] => &key[1..],
        _ => key,
    }
}

fn decoded(key: &str, escaped: bool) -> Cow<'_, str> {
    if !escaped || !key.contains('\\') {
        return Cow::Borrowed(key);
    }
    // What is no proper escape stays as it is written: it is reported anyway.
    serde_json::from_str::<String>(&format!("\"{key}\"")).map_or(Cow::Borrowed(key), Cow::Owned)
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    hash
}
