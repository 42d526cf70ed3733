//! Counts along a text, kept by blocks: a column in a line of a megabyte, or an offset in a file of UTF-16, must not be counted from the
//! beginning each time.

/// Bytes in a block.
const BLOCK: usize = 512;

/// How many of something there are before each block of a text.
#[derive(Debug)]
pub struct Blocks {
    before: Vec<u32>,
    count: fn(&[u8]) -> usize,
}

impl Blocks {
    /// Counts a text through once. `count` tells how many there are in some bytes, which may begin and end inside a character.
    pub fn new(text: &str, count: fn(&[u8]) -> usize) -> Self {
        let mut total = 0;
        let sums = text.as_bytes().chunks(BLOCK).map(|block| {
            total += count(block) as u32;
            total
        });
        Self { before: std::iter::once(0).chain(sums).collect(), count }
    }

    /// How many there are before a byte of the same text.
    pub fn before(&self, text: &str, at: usize) -> usize {
        let block = at / BLOCK;
        self.before[block] as usize + (self.count)(&text.as_bytes()[block * BLOCK..at])
    }

    /// The first byte that has so many before it and is one itself; the end of the text where there are not so many.
    pub fn byte_of(&self, text: &str, number: usize) -> usize {
        let block = self.before.partition_point(|&before| before as usize <= number).saturating_sub(1);
        let start = (block * BLOCK).min(text.len());
        let mut left = number - self.before[block] as usize;
        for (at, byte) in text.as_bytes().iter().enumerate().skip(start) {
            match (self.count)(std::slice::from_ref(byte)) {
                0 => {}
                counted if counted > left => return at,
                counted => left -= counted,
            }
        }
        text.len()
    }
}

/// Characters that begin in these bytes.
pub fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// UTF-16 units of the characters that begin in these bytes: one a character, and another for those of four bytes.
pub fn utf16_units(bytes: &[u8]) -> usize {
    bytes.iter().map(|&byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_counting_through_and_lead_back() {
        let text = "aé日😀\n".repeat(3_000);
        let (characters, units) = (Blocks::new(&text, characters), Blocks::new(&text, utf16_units));
        let mut counted = 0;
        for (number, (at, c)) in text.char_indices().enumerate() {
            if number % 97 == 0 {
                assert_eq!((characters.before(&text, at), units.before(&text, at)), (number, counted));
                assert_eq!((characters.byte_of(&text, number), units.byte_of(&text, counted)), (at, at));
            }
            counted += c.len_utf16();
        }
        assert_eq!(characters.before(&text, text.len()), text.chars().count());
        assert_eq!([characters.byte_of(&text, usize::MAX), characters.byte_of("", 7)], [text.len(), 0]);
    }
}
