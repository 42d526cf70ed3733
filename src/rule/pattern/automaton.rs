//! Searches with the tables that the build has made of a pattern (`build/automata.rs`).

use std::ops::Range;

/// One automaton: for every byte its class (256 bytes), the number of rows (two bytes), then a column for each class of bytes and one for
/// the edge of the text, with two bytes a row: the state that follows. The first row tells where to begin, by what lies beside the place
/// where the search begins; there is a row for each state but number 0, from which no match can be reached. The highest bit of a state
/// tells that a match was seen, before the byte that led there.
///
/// Columns rather than rows lie together because where a column begins is known before the state is.
#[derive(Debug, Clone, Copy)]
struct Table {
    classes: &'static [u8; 256],
    rows: usize,
    states: &'static [[u8; 2]],
}

const MATCH: usize = 1 << 15;

impl Table {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let (classes, rest) = bytes.split_first_chunk::<256>()?;
        let (rows, states) = rest.split_first_chunk::<2>()?;
        Some(Self { classes, rows: usize::from(u16::from_le_bytes(*rows)), states: states.as_chunks().0 })
    }

    fn by_byte(&self, row: usize, byte: u8) -> usize {
        self.states.get(usize::from(self.classes[usize::from(byte)]) * self.rows + row).map_or(0, state)
    }

    fn by_edge(&self, row: usize) -> usize {
        (self.states.len().checked_sub(self.rows)).and_then(|edge| self.states.get(edge + row)).map_or(0, state)
    }
}

fn state(bytes: &[u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(*bytes))
}

/// The two automata of a pattern.
#[derive(Debug, Clone, Copy)]
pub struct Automaton {
    forward: Table,
    backward: Table,
}

impl Automaton {
    /// Reads the tables; `None` when they are none.
    pub fn read(forward: &'static [u8], backward: &'static [u8]) -> Option<Self> {
        Some(Self { forward: Table::read(forward)?, backward: Table::read(backward)? })
    }

    /// Whether the pattern is found in a text.
    pub fn is_match(&self, text: &str) -> bool {
        let mut state = self.forward.by_edge(0);
        for &byte in text.as_bytes() {
            state = self.forward.by_byte(state, byte);
            if state & MATCH != 0 {
                return true;
            }
            if state == 0 {
                return false;
            }
        }
        self.forward.by_edge(state) & MATCH != 0
    }

    /// The first place where the pattern is found; of several that begin there the one that the pattern prefers.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let end = self.end(bytes)?;
        Some(self.start(bytes, end)..end)
    }

    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let mut state = self.forward.by_edge(0);
        let mut end = None;
        for (at, &byte) in bytes.iter().enumerate() {
            state = self.forward.by_byte(state & !MATCH, byte);
            if state & MATCH != 0 {
                end = Some(at);
            }
            if state == 0 {
                return end;
            }
        }
        if self.forward.by_edge(state & !MATCH) & MATCH != 0 { Some(bytes.len()) } else { end }
    }

    /// Where the longest match that ends at a place begins.
    fn start(&self, bytes: &[u8], end: usize) -> usize {
        let mut state = match bytes.get(end) {
            Some(&byte) => self.backward.by_byte(0, byte),
            None => self.backward.by_edge(0),
        };
        let mut start = end;
        for at in (0..end).rev() {
            state = self.backward.by_byte(state & !MATCH, bytes[at]);
            if state & MATCH != 0 {
                start = at + 1;
            }
            if state == 0 {
                return start;
            }
        }
        if self.backward.by_edge(state & !MATCH) & MATCH != 0 { 0 } else { start }
    }
}
