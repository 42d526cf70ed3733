//! How identifiers become words for people, and words become identifiers.

use std::borrow::Cow;

/// Words that people write in capitals, or in their own way.
const SPELT: [&str; 33] = [
    "API", "APIs", "CC", "BCC", "CSV", "CSS", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IDs", "IP", "ISO", "JPEG", "JSON", "JWT", "OAuth",
    "OCR", "PDF", "PIN", "PNG", "SKU", "SMS", "SQL", "SSL", "TTL", "URI", "URL", "URLs", "UTC", "UUID", "XML",
];

/// Words that stay small inside a title.
const SMALL: [&str; 16] = ["a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"];

/// The words of an identifier: cut at blanks, punctuation, and where small letters are followed by capitals. Runs of capitals stay
/// together (`getHTTPStatus` is get, HTTP, Status). Apostrophes inside words are left out.
fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let end = end_of_word(rest).filter(|&end| end > 0)?;
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(if word.contains('\'') { Cow::Owned(word.replace('\'', "")) } else { Cow::Borrowed(word) })
    })
}

/// Where the word ends that a text begins with; `None` for an empty text.
fn end_of_word(text: &str) -> Option<usize> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() && c != '\'' {
            return Some(at);
        }
        if let Some(before) = before.filter(|_| c.is_uppercase()) {
            let after = text[at..].chars().nth(1);
            let starts = char::is_lowercase(before)
                || char::is_ascii_digit(&before)
                || (char::is_uppercase(before) && after.is_some_and(char::is_lowercase) && !is_plural(&text[at..]));
            if starts && text[..at] != *"o" {
                return Some(at);
            }
        }
        before = Some(c);
    }
    (!text.is_empty()).then_some(text.len())
}

/// Whether the capital that a text begins with is the last of an acronym in the plural, as the D of `IDs`.
fn is_plural(text: &str) -> bool {
    let mut behind = text.chars().skip(1);
    behind.next() == Some('s') && behind.next().is_none_or(|next| !next.is_lowercase())
}

/// The words of an identifier, the first with a capital: `getUserById` becomes `Get user by ID`.
pub fn sentence(text: &str) -> String {
    joined(text, |at, word, text| if at == 0 { push_capital(word, text) } else { push_small(word, text) })
}

/// The words of an identifier in small letters, but for acronyms: `trackingCode` becomes `tracking code`.
pub fn spaced(text: &str) -> String {
    joined(text, |_, word, text| push_small(word, text))
}

/// The words of an identifier as a title: `get_user_by_id` becomes `Get User by ID`.
pub fn title(text: &str) -> String {
    joined(text, |at, word, text| match SMALL.iter().find(|small| at > 0 && small.eq_ignore_ascii_case(word)) {
        Some(small) => text.push_str(small),
        None => push_capital(word, text),
    })
}

/// Words as one identifier: `get user-by id` becomes `GetUserById`. The mark of a revision (`_V2`) stays at the end.
pub fn pascal(text: &str) -> String {
    let mark = text.rfind('_').filter(|&at| {
        let rest = &text[at + 1..];
        rest.len() > 1 && rest.starts_with(['v', 'V']) && rest[1..].bytes().all(|byte| byte.is_ascii_digit())
    });
    let (stem, mark) = text.split_at(mark.unwrap_or(text.len()));
    let mut pascal = String::with_capacity(text.len());
    words(stem).for_each(|word| push_capital(&word, &mut pascal));
    if !pascal.is_empty() {
        pascal.push_str(mark);
    }
    pascal
}

/// A text with its first letter as a capital.
pub fn capital(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    push_capital(word, &mut text);
    text
}

fn push_capital(word: &str, text: &mut String) {
    let mut chars = word.chars();
    text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    text.push_str(chars.as_str());
}

/// A word inside a sentence: acronyms, which have capitals behind their first letter, stay as they are.
fn push_small(word: &str, text: &mut String) {
    match word.chars().skip(1).any(char::is_uppercase) {
        true => text.push_str(word),
        false => text.push_str(&word.to_lowercase()),
    }
}

/// The words with a blank between them, abbreviations as people write them; what is shouted as a whole (`ITEM_NAME`) is not. `push` is
/// given the number of each word, the word, and where to write it.
fn joined(text: &str, push: impl Fn(usize, &str, &mut String)) -> String {
    let shouted = !text.chars().any(char::is_lowercase);
    let mut joined = String::with_capacity(text.len() + 8);
    for (at, word) in words(text).enumerate() {
        if at > 0 {
            joined.push(' ');
        }
        match SPELT.iter().find(|known| known.eq_ignore_ascii_case(&word)) {
            Some(known) => push(at, known, &mut joined),
            None if shouted && word.chars().count() > 3 => push(at, &word.to_lowercase(), &mut joined),
            None => push(at, &word, &mut joined),
        }
    }
    joined
}

/// Letters with accents become plain ones; other characters beyond ASCII are left out.
pub fn plain(text: &str) -> String {
    const PLAIN: [(&str, &str); 22] = [
        ("àáâãåāăą", "a"),
        ("äæ", "ae"),
        ("çćĉċč", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęě", "e"),
        ("ĝğġģ", "g"),
        ("ĥħ", "h"),
        ("ìíîïĩīĭįı", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŋ", "n"),
        ("òóôõøōŏő", "o"),
        ("öœ", "oe"),
        ("ŕŗř", "r"),
        ("śŝşšș", "s"),
        ("ß", "ss"),
        ("ţťŧțþ", "t"),
        ("ùúûũūŭůűų", "u"),
        ("ü", "ue"),
        ("ŵýÿŷ", "y"),
        ("źżž", "z"),
    ];
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            plain.push(c);
            continue;
        }
        let small = c.to_lowercase().next().unwrap_or(c);
        if let Some((_, letters)) = PLAIN.iter().find(|(accented, _)| accented.contains(small)) {
            plain.push_str(&if c == small { (*letters).to_owned() } else { capital(letters) });
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_sentences_and_acronyms_stay_whole() {
        for (identifier, expected) in [
            ("getUserByID", "Get user by ID"),
            ("getUserById", "Get user by ID"),
            ("Get_all-items", "Get all items"),
            ("HTTPStatus", "HTTP status"),
            ("listIDs", "List IDs"),
            ("userids", "Userids"),
            ("oAuth2Token", "OAuth2 token"),
            ("user.firstName", "User first name"),
            ("MTRL_ITEM_NAME", "Mtrl item name"),
            ("VAT_ID", "VAT ID"),
            ("x", "X"),
            ("--", ""),
        ] {
            assert_eq!(sentence(identifier), expected, "{identifier}");
        }
        assert_eq!(spaced("trackingCode"), "tracking code");
    }

    #[test]
    fn titles_keep_small_words_small() {
        assert_eq!(title("get_user_by_id"), "Get User by ID");
        assert_eq!(title("dateOfBirth"), "Date of Birth");
        assert_eq!(title("of-the-day"), "Of the Day");
    }

    #[test]
    fn identifiers_keep_the_mark_of_their_revision() {
        assert_eq!(pascal("get user-by id (v2)"), "GetUserByIdV2");
        assert_eq!(pascal("create-parcel_V2"), "CreateParcel_V2");
        assert_eq!(pascal("_v2"), "");
    }

    #[test]
    fn accents_are_dropped_and_unknown_letters_left_out() {
        assert_eq!(plain("CréerÉtiquettes"), "CreerEtiquettes");
        assert_eq!(plain("Größe 数 x"), "Groesse  x");
    }
}
