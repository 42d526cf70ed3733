//! Finds members of objects that have very many of them: looked for one by one, a file of a megabyte would take minutes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::tree::Json;

/// Objects with fewer members are searched as they are, which is quicker.
const MANY: u32 = 256;

/// The last member of each key, by object and the hash of the key; only of objects with many members.
#[derive(Debug, Default)]
pub(super) struct Members {
    by_object: HashMap<u32, HashMap<u64, u32>>,
}

impl Members {
    /// Whether an object may have so many members that they are listed. `nodes` is the number of nodes in it.
    pub fn may_list(nodes: u32) -> bool {
        nodes > MANY
    }

    /// Lists the members of all large objects of a file.
    pub fn of(json: &Json) -> Self {
        let mut counts: HashMap<u32, u32> = HashMap::new();
        json.nodes().filter_map(|node| Some(node.parent()?.id())).for_each(|parent| *counts.entry(parent).or_default() += 1);
        counts.retain(|_, count| *count > MANY);
        let mut by_object: HashMap<u32, HashMap<u64, u32>> = HashMap::new();
        for node in json.nodes() {
            let Some(object) = node.parent().filter(|parent| parent.is_object() && counts.contains_key(&parent.id())) else { continue };
            if let Some(key) = node.key() {
                by_object.entry(object.id()).or_default().insert(hash(&key), node.id());
            }
        }
        Self { by_object }
    }

    /// The member that probably has a key; `None` for an object that is not listed, `Some(None)` where there is no such member.
    pub fn find(&self, object: u32, key: &str) -> Option<Option<u32>> {
        Some(self.by_object.get(&object)?.get(&hash(key)).copied())
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::SourceText;

    #[test]
    fn members_of_large_objects_are_the_last_of_their_key_however_it_is_written() {
        let members: String = (0..1_000).map(|number| format!("\"k{}\": {number}, ", number % 400)).collect();
        let text = format!("{{{members} \"\\u006b1\": {{\"k1\": \"inner\"}}}}");
        let json = Json::parse(Arc::new(SourceText::from_bytes(text.into_bytes())));
        let root = json.root().unwrap();
        assert_eq!(root.get("k0").unwrap().raw(), "800");
        assert_eq!(root.get("k399").unwrap().raw(), "799");
        assert_eq!(root.at("/k1/k1").unwrap().as_str().as_deref(), Some("inner"));
        assert!(root.get("k400").is_none());
    }
}
