//! Which keys an object has, roughly: 64 bits that tell most absent keys apart without looking at the object's members.

/// A set of keys in which some absent keys seem to be, but no present one is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeySet(u64);

impl KeySet {
    /// No key.
    pub const EMPTY: Self = Self(0);
    /// Every key.
    pub const ALL: Self = Self(u64::MAX);

    /// The set of one key.
    pub fn of(key: &str) -> Self {
        Self::of_bytes(key.as_bytes())
    }

    /// The set whose bits these are.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits of the set, of which a program keeps what another one of the same version reads.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set of one key, as bytes of UTF-8.
    pub fn of_bytes(key: &[u8]) -> Self {
        // Multiplication carries every byte up into the six bits that count.
        let mut hash = key.len() as u64;
        let mut chunks = key.chunks_exact(8);
        for chunk in &mut chunks {
            hash = mixed(hash, chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
        hash = mixed(hash, chunks.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        Self(1 << (hash >> 58))
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every key of the other set may be in this one.
    pub fn may_have_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether one of the keys of the other set may be in this one.
    pub fn may_have_one(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

fn mixed(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn present_keys_are_never_missed_and_most_absent_ones_are_told_apart() {
        let keys = ["type", "format", "description", "x-ms-summary", "x-ms-visibility", "title", "properties", "required"];
        let set = keys.iter().fold(KeySet::EMPTY, |set, key| set.with(KeySet::of(key)));
        assert!(keys.iter().all(|key| set.may_have_all(KeySet::of(key))));
        let absent = (0..1000).map(|number| format!("x-ms-key-{number}")).filter(|key| !set.may_have_all(KeySet::of(key))).count();
        assert!(absent > 800, "{absent}");
        assert!(!KeySet::EMPTY.may_have_one(KeySet::ALL));
    }
}
