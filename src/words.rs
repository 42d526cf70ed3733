//! Small helpers for the words of findings: nearest names, lists, plurals.

use std::borrow::Cow;

/// The candidate most like a name, when it is close enough to be a slip: same letters in other case, or an edit distance of at most
/// a third of its length.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = name.trim().to_lowercase();
    let length = folded.chars().count();
    let limit = (length / 3).clamp(1, 4);
    let mut best: Option<(usize, &'n str)> = None;
    for candidate in candidates {
        let edits = best.map_or(limit, |(distance, _)| distance);
        // Every letter more or less is an edit: most candidates need no comparison.
        let is_long = candidate.len() + edits < length || candidate.chars().count().abs_diff(length) > edits;
        if is_long || !may_be_near(&folded, candidate, edits) {
            continue;
        }
        let distance = distance(&folded, &candidate.to_lowercase());
        let is_better = best.is_none_or(|(least, nearest)| (distance, candidate.len()) < (least, nearest.len()));
        if distance <= limit && is_better {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many edits make one word of another. What both begin and end with costs nothing to compare.
fn distance(one: &str, other: &str) -> usize {
    let alike = |(a, b): &(u8, u8)| a == b;
    let start = one.floor_char_boundary(one.bytes().zip(other.bytes()).take_while(alike).count());
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(alike).count();
    let end = one.len() - one.ceil_char_boundary(one.len() - end);
    strsim::osa_distance(&one[..one.len() - end], &other[..other.len() - end])
}

/// Whether two words have so many letters in common, whatever their case and order, that so few edits may be enough. Most words have not,
/// and to count letters is much cheaper than to compare words.
fn may_be_near(one: &str, other: &str, edits: usize) -> bool {
    let mut counts = [0i32; 32];
    // Letters that share a place, as capitals do with small ones, only make words look more alike.
    one.bytes().for_each(|byte| counts[usize::from(byte % 32)] += 1);
    other.bytes().for_each(|byte| counts[usize::from(byte % 32)] -= 1);
    let lacking: i32 = counts.iter().filter(|count| **count > 0).sum();
    let left_over: i32 = counts.iter().filter(|count| **count < 0).map(|count| -count).sum();
    // An edit of another character is one of several bytes.
    !one.is_ascii() || !other.is_ascii() || lacking.max(left_over) as usize <= edits
}

/// " Did you mean `X`?", or nothing; made to stand behind a sentence.
pub fn did_you_mean<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, candidates).map(or_this).unwrap_or_default()
}

/// " Did you mean `X`?" for a name that was found already.
pub fn or_this(meant: &str) -> String {
    format!(" Did you mean `{meant}`?")
}

/// A message that quotes a wrong name and then the valid ones, with the nearest of these named behind it.
pub fn with_nearest_name(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(wrong) = quoted.next() else { return message.to_owned() };
    format!("{message}{}", did_you_mean(wrong, quoted).replace(" Did", ". Did"))
}

/// "a, b or c"
pub fn list_or<T: AsRef<str>>(items: &[T]) -> String {
    list(items, "or")
}

/// "a, b and c"
pub fn list_and<T: AsRef<str>>(items: &[T]) -> String {
    list(items, "and")
}

fn list<T: AsRef<str>>(items: &[T], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", first.join(", "), last.as_ref())
        }
    }
}

/// "1 error", "3 errors"
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A text with a capital letter at the front.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The beginning of a text that may be as long as a file, for a message: nobody reads further, and a name of a megabyte may be part of
/// every message there is.
pub fn beginning<'t>(text: impl Into<Cow<'t, str>>) -> String {
    const LONGEST: usize = 2_000;
    let text = text.into();
    let kept = text.floor_char_boundary(LONGEST);
    if kept == text.len() { text.into_owned() } else { format!("{}...", &text[..kept]) }
}

/// A rendered template: placeholders may be empty, so no double blanks, and no blanks at the ends.
pub fn tidy(text: String) -> String {
    if !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') {
        return text;
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text for a message: cut after `limit` characters, line breaks and control characters made visible as blanks.
pub fn excerpt(text: &str, limit: usize) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let flat = flat.trim();
    if flat.chars().count() <= limit {
        return flat.to_owned();
    }
    let cut: String = flat.chars().take(limit).collect();
    format!("{}...", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_words_begin_and_end_with_makes_no_difference_to_their_distance() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "getParcels12",
            "getParcel17",
            "GetParcel",
            "é",
            "è",
            "éa",
            "aé",
            "日本語",
            "日語本",
            "x-ms-summary",
            "xms-sumary",
        ];
        for one in words {
            for other in words {
                assert_eq!(distance(one, other), strsim::osa_distance(one, other), "{one} {other}");
                let edits = strsim::osa_distance(one, other);
                assert!(
                    may_be_near(one, other, edits)
                        && may_be_near(&one.to_uppercase(), other, strsim::osa_distance(&one.to_uppercase(), other))
                );
            }
        }
    }

    #[test]
    fn of_equally_near_names_the_shorter_is_meant_and_then_the_first() {
        assert_eq!(nearest("summry", ["sumary", "summary", "description"]), Some("sumary"));
        assert_eq!(nearest("colour", ["color", "colours", "COLOUR"]), Some("COLOUR"));
        assert_eq!(nearest("abcdef", ["abcdxf", "abcxef"]), Some("abcdxf"));
        assert_eq!(nearest("abc", ["xyz"]), None);
    }

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_does_not() {
        let known = ["x-ms-visibility", "x-ms-summary", "operationId"];
        assert_eq!(nearest("x-ms-visibilty", known), Some("x-ms-visibility"));
        assert_eq!(nearest("operationid", known), Some("operationId"));
        assert_eq!(nearest("description", known), None);
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(list_or(&["a"]), "a");
        assert_eq!(list_or(&["a", "b", "c"]), "a, b or c");
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_vanish() {
        assert_eq!(excerpt("ab\ncd\u{1b}ef", 20), "ab cd ef");
        assert_eq!(excerpt("abcdef", 3), "abc...");
        assert_eq!(beginning("a\nb"), "a\nb");
        assert_eq!(beginning("é".repeat(1_001)), format!("{}...", "é".repeat(1_000)));
    }
}
