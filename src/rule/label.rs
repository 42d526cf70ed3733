//! How identifiers become words for people, and words become identifiers.

/// Words that people write in capitals, or in their own way.
const SPELT: [&str; 33] = [
    "API", "APIs", "CC", "BCC", "CSV", "CSS", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IDs", "IP", "ISO", "JPEG", "JSON", "JWT", "OAuth",
    "OCR", "PDF", "PIN", "PNG", "SKU", "SMS", "SQL", "SSL", "TTL", "URI", "URL", "URLs", "UTC", "UUID", "XML",
];

/// Words that stay small inside a title.
const SMALL: [&str; 16] = ["a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"];

/// The words of an identifier: cut at blanks, punctuation, and where small letters are followed by capitals. Runs of capitals stay
/// together (`getHTTPStatus` is get, HTTP, Status).
pub fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if c != '\'' {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let starts = c.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase()) && !is_plural(&chars, at)));
        if starts && word != "o" {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        word.push(c);
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// Whether the capital here is the last of an acronym in the plural, as the D of `IDs`.
fn is_plural(chars: &[char], at: usize) -> bool {
    chars.get(at + 1) == Some(&'s') && chars.get(at + 2).is_none_or(|next| !next.is_lowercase())
}

/// The words of an identifier, the first with a capital: `getUserById` becomes `Get user by ID`.
pub fn sentence(text: &str) -> String {
    let words = spelt(text);
    let cased = |(at, word): (usize, &String)| if at == 0 { capital(word) } else { small(word) };
    words.iter().enumerate().map(cased).collect::<Vec<_>>().join(" ")
}

/// The words of an identifier in small letters, but for acronyms: `trackingCode` becomes `tracking code`.
pub fn spaced(text: &str) -> String {
    spelt(text).iter().map(|word| small(word)).collect::<Vec<_>>().join(" ")
}

/// The words of an identifier as a title: `get_user_by_id` becomes `Get User by ID`.
pub fn title(text: &str) -> String {
    let words = spelt(text);
    let cased = |(at, word): (usize, &String)| {
        let folded = word.to_lowercase();
        if at > 0 && SMALL.contains(&folded.as_str()) { folded } else { capital(word) }
    };
    words.iter().enumerate().map(cased).collect::<Vec<_>>().join(" ")
}

/// Words as one identifier: `get user-by id` becomes `GetUserById`. The mark of a revision (`_V2`) stays at the end.
pub fn pascal(text: &str) -> String {
    let mark = text.rfind('_').filter(|&at| {
        let rest = &text[at + 1..];
        rest.len() > 1 && rest.starts_with(['v', 'V']) && rest[1..].bytes().all(|byte| byte.is_ascii_digit())
    });
    let (stem, mark) = text.split_at(mark.unwrap_or(text.len()));
    let stem: String = words(stem).iter().map(|word| capital(word)).collect();
    if stem.is_empty() { stem } else { stem + mark }
}

/// A text with its first letter as a capital.
pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The words, abbreviations as people write them; what is shouted as a whole (`ITEM_NAME`) is not.
fn spelt(text: &str) -> Vec<String> {
    let shouted = !text.chars().any(char::is_lowercase);
    let word = |word: String| {
        let known = SPELT.iter().find(|known| known.eq_ignore_ascii_case(&word));
        match known {
            Some(known) => (*known).to_owned(),
            None if shouted && word.chars().count() > 3 => word.to_lowercase(),
            None => word,
        }
    };
    words(text).into_iter().map(word).collect()
}

/// A word inside a sentence: acronyms, which have capitals behind their first letter, stay as they are.
fn small(word: &str) -> String {
    if word.chars().skip(1).any(char::is_uppercase) { word.to_owned() } else { word.to_lowercase() }
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
