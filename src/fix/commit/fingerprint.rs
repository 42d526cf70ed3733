//! Tells whether a file still holds what was read from it.

use serde::{Deserialize, Serialize};

/// Length and hash of a file's content. The hash is FNV-1a of 128 bits: it tells a change from none, it does not withstand forgery, which
/// nobody gains from here, since whoever may forge a file in the folder may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint {
    bytes: u64,
    hash: u128,
}

const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Fingerprint {
    /// The fingerprint of the bytes of a file, byte order mark included.
    pub fn of(bytes: &[u8]) -> Self {
        let hash = bytes.iter().fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
        Self { bytes: bytes.len() as u64, hash }
    }
}

impl From<Fingerprint> for String {
    fn from(value: Fingerprint) -> Self {
        format!("{}-{:032x}", value.bytes, value.hash)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "not a fingerprint";
        let (bytes, hash) = text.split_once('-').ok_or(WRONG)?;
        let is_hash = hash.len() == 32 && hash.bytes().all(|c| c.is_ascii_hexdigit());
        let hash = u128::from_str_radix(hash, 16).ok().filter(|_| is_hash).ok_or(WRONG)?;
        Ok(Self { bytes: bytes.parse().map_err(|_| WRONG)?, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_published_algorithm() {
        assert_eq!(String::from(Fingerprint::of(b"")), "0-6c62272e07bb014262b821756295c58d");
        assert_eq!(String::from(Fingerprint::of(b"a")), "1-d228cb696f1a8caf78912b704e4a8964");
        assert_eq!(String::from(Fingerprint::of(b"foobar")), "6-343e1662793c64bf6f0d3597ba446f18");
    }

    #[test]
    fn a_fingerprint_survives_being_written_and_anything_else_is_refused() {
        let print = Fingerprint::of(b"some content");
        assert_eq!(Fingerprint::try_from(String::from(print)), Ok(print));
        for wrong in ["", "-", "1", "x-6c62272e07bb014262b821756295c58d", "0-6c62", "0-+c62272e07bb014262b821756295c58d", "-1-00"] {
            assert!(Fingerprint::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
