//! Finding phrases in the visible text, however they are typed there, with their exact places.

use std::ops::Range;

use memchr::memmem;

use super::flow::{Flow, Piece};

/// Longer phrases are found without regard to word boundaries, which bounds the time a search takes.
const MAX_CHECKED: usize = 512;

/// Where a run of the folded text comes from.
#[derive(Debug)]
struct Anchor {
    /// Where the run starts in the folded text.
    folded: u32,
    /// Its place in the file.
    source: u32,
    /// 0 where each byte of the run is one byte of the file; else the end of the one place all of it comes from.
    whole: u32,
}

/// The text of a document in the form in which phrases are compared.
#[derive(Debug)]
pub(super) struct SearchIndex {
    folded: String,
    anchors: Vec<Anchor>,
}

impl SearchIndex {
    pub(super) fn new(flow: &Flow) -> Self {
        let mut index = Self { folded: String::with_capacity(flow.text().len()), anchors: Vec::new() };
        let mut done = 0;
        let characters = flow.pieces().iter().flat_map(|piece| {
            // What stands between pieces are the ends of blocks.
            let gap = (piece.range().start > done).then_some(('\n', 0..0));
            done = piece.range().end;
            gap.into_iter().chain(characters_of(flow, piece))
        });
        fold(characters, |folded, place| {
            index.note(folded.len(), place);
            index.folded.push_str(folded);
        });
        index
    }

    /// Notes that text of this length, which is about to be added, comes from a place.
    fn note(&mut self, length: usize, place: Range<usize>) {
        let at = self.folded.len();
        let exact = length == place.len();
        let continues = self.anchors.last().is_some_and(|last| match last.whole {
            0 => exact && last.source as usize + (at - last.folded as usize) == place.start,
            end => !exact && last.source as usize == place.start && end as usize == place.end,
        });
        if !continues {
            let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            let whole = if exact { 0 } else { narrow(place.end) };
            self.anchors.push(Anchor { folded: narrow(at), source: narrow(place.start), whole });
        }
    }

    /// The places of a phrase in the file, in order and without overlaps.
    pub(super) fn find(&self, phrase: &str) -> impl Iterator<Item = Range<usize>> {
        let needle = fold_phrase(phrase);
        let finder = memmem::Finder::new(needle.as_bytes()).into_owned();
        let is_free = needle.len() > MAX_CHECKED;
        let mut from = 0;
        std::iter::from_fn(move || {
            while !needle.is_empty() {
                let start = from + finder.find(self.folded.as_bytes().get(from..)?)?;
                let end = start + needle.len();
                if is_free || (is_boundary(&self.folded, start) && is_boundary(&self.folded, end)) {
                    from = end;
                    return Some(self.place(start)?.start..self.place(end - 1)?.end);
                }
                // No other place in the same word can fit.
                let rest = self.folded.get(start..)?;
                let word = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
                from = start + word.max(rest.chars().next()?.len_utf8());
            }
            None
        })
    }

    /// The place in the file of one byte of the folded text.
    fn place(&self, at: usize) -> Option<Range<usize>> {
        let position = self.anchors.partition_point(|anchor| anchor.folded as usize <= at);
        let anchor = self.anchors.get(position.checked_sub(1)?)?;
        let source = anchor.source as usize;
        Some(match anchor.whole {
            0 => {
                let offset = at - anchor.folded as usize;
                source + offset..source + offset + 1
            }
            end => source..end as usize,
        })
    }
}

/// The characters of a piece with their places in the file.
fn characters_of<'a>(flow: &'a Flow, piece: &Piece) -> impl Iterator<Item = (char, Range<usize>)> + use<'a> {
    let (source, exact) = (piece.source(), piece.exact);
    flow.text_of(piece).char_indices().map(move |(offset, character)| {
        let start = source.start + offset;
        let place = if exact { start..start + character.len_utf8() } else { source.clone() };
        (character, place)
    })
}

/// Folds a text to the form in which phrases are compared: lower case, one blank between words, plain quotation marks and hyphens,
/// no emphasis, code marks, escapes and invisible characters. Line feeds end a block and stay.
fn fold<T>(characters: impl Iterator<Item = (char, T)>, mut emit: impl FnMut(&str, T)) {
    let mut characters = characters.peekable();
    let mut previous = '\n';
    let mut buffer = String::new();
    while let Some((character, place)) = characters.next() {
        buffer.clear();
        match character {
            // Nearly all there is; the rest of the list need not be asked.
            'a'..='z' | 'A'..='Z' | '0'..='9' => buffer.push(character.to_ascii_lowercase()),
            '\n' if previous == '\n' => {}
            '\n' => buffer.push('\n'),
            // Soft hyphens, zero-width characters, the selectors behind emoji, and the byte order mark.
            '*' | '`' | '\\' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {}
            // Emphasis at the edge of a word, but part of a name in its middle.
            '_' if !is_word(previous) || !characters.peek().is_some_and(|(next, _)| is_word(*next)) => {}
            '‘' | '’' | '‚' | '‛' | '′' | '´' => buffer.push('\''),
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => buffer.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => buffer.push('-'),
            '…' => buffer.push_str("..."),
            _ if character.is_whitespace() => {
                if !matches!(previous, ' ' | '\n') {
                    buffer.push(' ');
                }
            }
            _ => buffer.extend(character.to_lowercase()),
        }
        if let Some(last) = buffer.chars().last() {
            previous = last;
            emit(&buffer, place);
        }
    }
}

/// A phrase as it is looked for.
fn fold_phrase(phrase: &str) -> String {
    let characters = phrase.chars().map(|character| (if character.is_whitespace() { ' ' } else { character }, ()));
    let mut folded = String::with_capacity(phrase.len());
    fold(characters, |text, ()| folded.push_str(text));
    folded.trim().trim_end_matches('.').trim_end().to_owned()
}

/// Whether a character forms words that end at blanks. Chinese, Japanese, Korean and Thai text runs on without any.
fn is_word(character: char) -> bool {
    character == '_'
        || (character.is_alphanumeric()
            && !matches!(character, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{d7ff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Whether a place in the text is not in the middle of a word.
fn is_boundary(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let behind = text.get(at..).and_then(|behind| behind.chars().next());
    !(before.is_some_and(is_word) && behind.is_some_and(is_word))
}

#[cfg(test)]
mod tests {
    use super::super::Markdown;

    fn places(text: &str, phrase: &str) -> Vec<String> {
        Markdown::parse(text).find(phrase).into_iter().map(|place| text[place].to_owned()).collect()
    }

    #[test]
    fn a_phrase_is_found_whatever_its_typography() {
        let cases = [
            ("## get  ITEM", "Get item"),
            ("**Get** _item_", "Get item."),
            ("- `GetItem`: gets", "GetItem"),
            ("Get\nthe item", "get the item"),
            ("Get the customer’s “item”", "Get the customer's \"item\""),
            ("Get the customer's item", "Get the customer’s item"),
            ("Re‑open – now…", "Re-open - now..."),
            ("get\\_item and get_other", "Get_Item"),
            ("| Get&nbsp;item | x |\n|---|---|\n", "Get item"),
            ("<li>Send &amp; receive</li>", "Send & receive"),
            ("Use *Get item (V2)* here", "Get item (V2)"),
            ("ÜBERSICHT İ", "übersicht"),
            ("次に連絡先を作成します", "連絡先"),
            ("* __Get item__: x", "*Get item*"),
            ("[Get item](#x)", "Get item"),
        ];
        for (text, phrase) in cases {
            assert!(Markdown::parse(text).mentions(phrase), "{phrase:?} in {text:?}");
        }
    }

    #[test]
    fn parts_of_words_neighbouring_blocks_and_hidden_text_are_no_mention() {
        let cases = [
            ("Get items", "Get item"),
            ("Forget item", "Get item"),
            ("Get_Item_Now", "Get_Item"),
            ("GetItems", "GetItem"),
            ("# Get\n\nitem", "Get item"),
            ("- Get\n- item", "Get item"),
            ("| Get | item |\n|---|---|\n", "Get item"),
            ("<!-- Get item -->", "Get item"),
            ("![Get item](x.png)", "Get item"),
            ("[x](get-item)", "get-item"),
            ("text", ""),
            ("text", " . "),
        ];
        for (text, phrase) in cases {
            assert!(!Markdown::parse(text).mentions(phrase), "{phrase:?} in {text:?}");
        }
    }

    #[test]
    fn a_later_place_counts_when_the_first_is_part_of_a_word() {
        assert_eq!(places("Getitem, getItems; get item-s GETITEM", "getitem"), ["Getitem", "GETITEM"]);
    }

    #[test]
    fn places_are_exact_in_spite_of_markup_and_long_characters() {
        assert_eq!(places("# Ünïcode “Get”  item\r\n\r\nget\r\nitem, **get** item", "\"get\" item"), ["“Get”  item"]);
        assert_eq!(places("x\r\n\r\nget\r\nitem, **get** item, get &amp; item", "get item"), ["get\r\nitem", "get** item"]);
        assert_eq!(places("x &amp; get &amp; item é… TODO", "get & item"), ["get &amp; item"]);
        assert_eq!(places("İİ…é TODO: x", "todo"), ["TODO"]);
        assert_eq!(places("```\r\na\r\nTODO\r\n```\r\n", "todo"), ["TODO"]);
        assert_eq!(places("`` a`TODO\nb ``", "b"), ["`` a`TODO\nb ``"]);
        assert_eq!(places("<p>\n a &lt; <b>TODO</b>\n</p>", "< todo"), ["&lt; <b>TODO"]);
    }

    #[test]
    fn hostile_phrases_take_bounded_time() {
        let document = Markdown::parse(&"xx ".repeat(300_000));
        let periodic = "xx ".repeat(150) + "x";
        assert!(!document.mentions(&periodic));
        let document = Markdown::parse(&"a".repeat(1_000_000));
        assert!(!document.mentions(&"a".repeat(500)));
        assert!(document.mentions(&"a".repeat(500_000)));
    }
}
