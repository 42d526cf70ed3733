//! Reads the bytes of an input as a row of choices. Behind the last byte every choice is the first one, so that short inputs stay short.

/// The rest of an input.
pub struct Choices<'d> {
    bytes: &'d [u8],
}

impl<'d> Choices<'d> {
    /// An input from its beginning.
    pub fn of(bytes: &'d [u8]) -> Self {
        Self { bytes }
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        first
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        let mut number = usize::from(self.byte());
        let mut reach = 256;
        while reach < limit {
            number = number << 8 | usize::from(self.byte());
            reach <<= 8;
        }
        number % limit.max(1)
    }

    /// One chance in so many; never behind the end.
    pub fn one_in(&mut self, many: usize) -> bool {
        !self.bytes.is_empty() && self.below(many) == 0
    }

    /// One of several.
    pub fn of_these<'t, T>(&mut self, these: &'t [T]) -> &'t T {
        &these[self.below(these.len())]
    }

    /// So many bytes, or as many as there are.
    pub fn take(&mut self, length: usize) -> &'d [u8] {
        let (taken, rest) = self.bytes.split_at(length.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'d [u8] {
        self.take(usize::MAX)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
