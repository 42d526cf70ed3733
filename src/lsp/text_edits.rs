//! The smallest edits between two texts, so that everything else in the editor's buffer stays untouched.

use std::ops::Range;
use std::time::Duration;

use similar::TextDiff;

/// Looking longer for smaller edits is not worth the waiting; what is found by then is right all the same.
const PATIENCE: Duration = Duration::from_millis(250);

/// What to put in place of which bytes of the old text; in order, not overlapping.
pub fn text_edits(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let (span, with) = differing(old, new);
    if span.is_empty() || with.is_empty() {
        return if span.is_empty() && with.is_empty() { Vec::new() } else { vec![(span, new[with].to_owned())] };
    }
    let (old_part, new_part) = (&old[span.clone()], &new[with]);
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old_part, new_part);
    let starts = |lengths: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(lengths.map(|length| {
            at += length;
            at
        }));
        starts
    };
    let old_starts = starts(&mut diff.iter_old_slices().map(str::len));
    let new_starts = starts(&mut diff.iter_new_slices().map(str::len));
    let mut edits = Vec::new();
    for op in diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal) {
        let (from, to) = (op.old_range(), op.new_range());
        let (from, to) = (old_starts[from.start]..old_starts[from.end], new_starts[to.start]..new_starts[to.end]);
        let (inner, with) = differing(&old_part[from.clone()], &new_part[to.clone()]);
        let start = span.start + from.start;
        edits.push((start + inner.start..start + inner.end, new_part[to][with].to_owned()));
    }
    edits
}

/// The part in which two texts differ, in each of them. Characters and line ends stay whole.
fn differing(old: &str, new: &str) -> (Range<usize>, Range<usize>) {
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let mut prefix = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let splits = |text: &str, at: usize| {
        !text.is_char_boundary(at) || (at > 0 && text.as_bytes()[at - 1] == b'\r' && text.as_bytes().get(at) == Some(&b'\n'))
    };
    while splits(old, prefix) || splits(new, prefix) {
        prefix -= 1;
    }
    let longest = a.len().min(b.len()) - prefix;
    let mut suffix = a.iter().rev().zip(b.iter().rev()).take(longest).take_while(|(a, b)| a == b).count();
    while splits(old, a.len() - suffix) || splits(new, b.len() - suffix) {
        suffix -= 1;
    }
    (prefix..a.len() - suffix, prefix..b.len() - suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
        let edits = text_edits(old, new);
        let mut text = old.to_owned();
        for (span, with) in edits.iter().rev() {
            text.replace_range(span.clone(), with);
        }
        assert_eq!(text, new);
        edits
    }

    #[test]
    fn only_what_differs_is_replaced() {
        assert_eq!(edits("a\nb\nc\n", "a\nb\nc\n"), []);
        assert_eq!(edits("{\"a\": 1}", "{\"a\": 1, \"b\": 2}"), [(7..7, ", \"b\": 2".to_owned())]);
        let edits = edits("one\ntwo\nthree\nfour\nfive\n", "one!\ntwo\nthree\nfour\nfive!\n");
        assert_eq!(edits, [(3..3, "!".to_owned()), (23..23, "!".to_owned())]);
    }

    #[test]
    fn characters_and_line_ends_are_not_split() {
        assert_eq!(edits("a日b", "a本b"), [(1..4, "本".to_owned())]);
        assert_eq!(edits("a😀b", "a😁b"), [(1..5, "😁".to_owned())]);
        assert_eq!(edits("a\r\nb", "a\rb"), [(1..3, "\r".to_owned())]);
        assert_eq!(edits("a\nb", "a\r\nb"), [(1..2, "\r\n".to_owned())]);
        edits("x\r\n\r\ny", "x\r\ny");
        edits("", "a");
        edits("a", "");
    }
}
