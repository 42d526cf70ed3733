//! How many sentences a text has: a full stop is often none.

/// Abbreviations that end no sentence even before a capital letter.
const NEVER_LAST: [&str; 26] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "cf", "approx", "fig", "figs", "eq", "resp", "ca", "esp", "ed", "eds", "gen", "mt", "rev",
    "sen", "rep", "ver", "pp", "vol", "sec",
];
/// Abbreviations that may end a sentence: they do before a capital letter.
const MAYBE_LAST: [&str; 22] = [
    "etc", "inc", "ltd", "co", "corp", "al", "jr", "sr", "dept", "incl", "excl", "min", "max", "ext", "tel", "est", "misc", "info", "llc",
    "plc", "gmbh", "bros",
];
/// Abbreviations only before a number.
const BEFORE_NUMBER: [&str; 6] = ["no", "nos", "nr", "art", "ch", "p"];

/// Counts the sentences of a text. Words at the end without a full stop count as one.
///
/// Full stops within numbers, versions, file names and addresses, in abbreviations, initials, list numbers and ellipses end nothing.
/// White space of any kind separates words; line breaks have no meaning of their own.
pub fn sentences(text: &str) -> usize {
    let mut count = 0;
    // Whether words have come since the last end of a sentence.
    let mut open = false;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let first = !open;
        let core = word.trim_end_matches(is_closer);
        // Scripts without blanks have several sentences in one word.
        for part in word.split_inclusive(is_wide_end) {
            open |= part.chars().any(char::is_alphanumeric);
            if open && part.ends_with(is_wide_end) {
                count += 1;
                open = false;
            }
        }
        if open && core.ends_with(['.', '!', '?', '…']) && ends_sentence(core, first, words.peek().copied()) {
            count += 1;
            open = false;
        }
    }
    count + usize::from(open)
}

fn is_closer(character: char) -> bool {
    matches!(character, ')' | ']' | '}' | '"' | '\'' | '”' | '’' | '»' | '*' | '_' | '`')
}

/// Marks that end a sentence without a blank behind them.
fn is_wide_end(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡')
}

/// Whether a word that ends with a full stop, question or exclamation mark ends a sentence.
fn ends_sentence(core: &str, first: bool, next: Option<&str>) -> bool {
    if core.ends_with(['!', '?']) {
        return true;
    }
    let Some(next) = next.and_then(|word| word.chars().find(|character| character.is_alphanumeric())) else {
        return true;
    };
    if core.ends_with('…') || core.ends_with("..") {
        return false;
    }
    let stem = core.trim_end_matches('.').trim_start_matches(|character: char| !character.is_alphanumeric());
    let lower = stem.to_lowercase();
    let is_initial = stem.chars().count() == 1 && stem.chars().all(char::is_uppercase) && next.is_uppercase() && stem != "I";
    // e.g. and U.S., but not Node.js
    let is_dotted = stem.contains('.') && stem.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    let is_list_number = first && stem.chars().all(|character| character.is_ascii_digit());
    let is_abbreviation = NEVER_LAST.contains(&lower.as_str())
        || (MAYBE_LAST.contains(&lower.as_str()) && !next.is_uppercase())
        || (BEFORE_NUMBER.contains(&lower.as_str()) && next.is_numeric());
    !(is_initial || is_dotted || is_list_number || is_abbreviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sentences_are_counted() {
        for (text, expected) in [
            ("", 0),
            ("...", 0),
            ("One", 1),
            ("One.", 1),
            ("One. Two", 2),
            ("One! Two? Three.", 3),
            ("One (see below.) Two.", 2),
            ("He said \"Go.\" Then left.", 2),
            ("Really?! Yes.", 2),
            ("It works. iPhone users like it.", 2),
            ("It works. it is fast.", 2),
            ("First line.\nSecond line.", 2),
            ("請求書を送信します。次に確認します。", 2),
            ("使います。 Then done.", 2),
        ] {
            assert_eq!(sentences(text), expected, "{text:?}");
        }
    }

    #[test]
    fn full_stops_that_end_nothing_are_not_counted() {
        for text in [
            "Use e.g. Teams or i.e. Outlook, etc. for work.",
            "Mr. Smith vs. Dr. Jones met J. Doe.",
            "Version 1.2.3 needs API v2.0 or 3.5 of it.",
            "Open readme.md and apiDefinition.swagger.json at contoso.com first.",
            "Wait... There is more.",
            "Wait… There is more.",
            "1. Open the page.",
            "Made in the U.S. and sold by Contoso Inc. in Europe.",
            "See no. 5 and approx. Ten others.",
            "Built on .NET and Node.js today.",
        ] {
            assert_eq!(sentences(text), 1, "{text:?}");
        }
    }

    #[test]
    fn abbreviations_end_a_sentence_where_a_new_one_begins() {
        assert_eq!(sentences("Sold by Contoso Inc. This connector lists orders."), 2);
        assert_eq!(sentences("Runs on Node.js. Needs version 18."), 2);
        assert_eq!(sentences("Works with Office 365. Needs a key."), 2);
        assert_eq!(sentences("The answer is no. We tried."), 2);
    }
}
