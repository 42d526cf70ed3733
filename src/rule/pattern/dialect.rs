//! How patterns of rule files are written for the regular expression engine. The build script reads this file, too: the automata it embeds
//! must mean exactly what the program would compile.

/// Writes the classes of a pattern out for ASCII: the tables of every script would cost more to compile than most files to check.
pub fn ascii_classes(source: &str) -> String {
    let mut pattern = String::with_capacity(source.len() + 16);
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            pattern.push(c);
            continue;
        }
        match chars.next() {
            Some('w') => pattern.push_str("[0-9A-Za-z_]"),
            Some('W') => pattern.push_str("[^0-9A-Za-z_]"),
            Some('d') => pattern.push_str("[0-9]"),
            Some('D') => pattern.push_str("[^0-9]"),
            Some('s') => pattern.push_str("[\\x20\\t-\\r]"),
            Some('S') => pattern.push_str("[^\\x20\\t-\\r]"),
            Some('b') => pattern.push_str("(?-u:\\b)"),
            Some('B') => pattern.push_str("(?-u:\\B)"),
            Some(other) => pattern.extend(['\\', other]),
            None => pattern.push('\\'),
        }
    }
    pattern
}

/// The pattern of a list of phrases, looked for as whole words in any case, with any or no blanks between their words. The phrases come
/// with the characters escaped that mean something in a pattern.
pub fn phrases(escaped: impl Iterator<Item = String>) -> String {
    let alternatives: Vec<String> = escaped.map(|phrase| phrase.replace(' ', "\\s*")).collect();
    format!("(?i)\\b(?:{})\\b", alternatives.join("|"))
}
