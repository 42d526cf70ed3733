//! Small helpers for the words of findings: nearest names, lists, plurals.

use std::borrow::Cow;

/// The candidate most like a name, when it is close enough to be a slip: same letters in other case, or an edit distance of at most
/// a third of its length.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = name.trim().to_lowercase();
    let length = folded.chars().count();
    let limit = (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        // Every letter more or less is an edit: most candidates need no comparison.
        .filter(|candidate| candidate.len() + limit >= length && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (candidate.to_lowercase(), candidate))
        .filter(|(lower, _)| may_be_near(&folded, lower, limit))
        .map(|(lower, candidate)| (strsim::osa_distance(&folded, &lower), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// Whether two words have so many letters in common, whatever their order, that so few edits may be enough. Most words have not, and to
/// count letters is much cheaper than to compare words.
fn may_be_near(one: &str, other: &str, edits: usize) -> bool {
    let mut counts = [0i32; 32];
    // Letters that share a place only make words look more alike.
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
