//! An icon's mark for connectors without a logo: their initials, or a simple shape where these are not Latin.

use ::image::RgbaImage;

use super::color::hash;
use super::glyphs::{Glyph, HEIGHT, glyph, kerning, plain_capital};
use super::{IconError, svg};

/// Width of the strokes, in the units of the glyphs, when there is one letter, and when there are two.
const SINGLE_STROKE: f32 = 20.0;
const DOUBLE_STROKE: f32 = 22.0;
/// Free space between the edges of two upright strokes.
const GAP: f32 = 17.0;
/// The height of a mark, as a share of the icon, when it has one letter, and when it has two.
const SINGLE_HEIGHT: f32 = 0.54;
const DOUBLE_HEIGHT: f32 = 0.44;
/// The widest a mark may be.
const MAX_WIDTH: f32 = 0.65;
/// Words that say nothing about a connector.
const FILLERS: [&str; 18] = [
    "a",
    "an",
    "and",
    "api",
    "apis",
    "by",
    "connector",
    "connectors",
    "for",
    "from",
    "in",
    "independent",
    "of",
    "preview",
    "publisher",
    "the",
    "to",
    "with",
];

/// Draws the mark of a title in a colour, centred on a transparent square of so many pixels.
pub(super) fn draw(title: &str, color: [u8; 3], side: u32) -> Result<RgbaImage, IconError> {
    let letters: Vec<(char, Glyph)> = initials(title).into_iter().filter_map(|letter| Some((letter, glyph(letter)?))).collect();
    let [red, green, blue] = color;
    let ink = format!("#{red:02x}{green:02x}{blue:02x}");
    let drawing = if letters.is_empty() { shape(title, &ink) } else { written(&letters, &ink) };
    svg::draw_mark(&format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{drawing}</svg>"), side)
}

/// One or two letters or figures that stand for a title; none when it has no Latin ones.
pub(super) fn initials(title: &str) -> Vec<char> {
    let all = words(title);
    let telling: Vec<&String> = all.iter().filter(|word| !FILLERS.contains(&word.to_lowercase().as_str())).collect();
    let words = if telling.is_empty() { all.iter().collect() } else { telling };
    match words.as_slice() {
        // A name of two capitals is an abbreviation that people know as such.
        [only] if only.chars().count() == 2 && !only.chars().any(char::is_lowercase) => only.chars().collect(),
        words => words.iter().take(2).filter_map(|word| word.chars().next()).map(|letter| letter.to_ascii_uppercase()).collect(),
    }
}

/// The words of a title in plain letters. A capital within a word begins a new one, as in `DataHub`.
fn words(title: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for letter in title.chars() {
        let plain = plain_capital(letter).map(|capital| if letter.is_lowercase() { capital.to_ascii_lowercase() } else { capital });
        // An apostrophe belongs to its word; any other sign ends it.
        if plain.is_none() && matches!(letter, '\'' | '’') {
            continue;
        }
        let starts = before.is_none_or(|before| letter.is_uppercase() && !before.is_uppercase());
        match plain {
            Some(plain) if starts => words.push(plain.to_string()),
            Some(plain) => words.last_mut().into_iter().for_each(|word| word.push(plain)),
            None => {}
        }
        before = plain.map(|_| letter);
    }
    words
}

fn written(letters: &[(char, Glyph)], ink: &str) -> String {
    let (stroke, height) = if letters.len() == 1 { (SINGLE_STROKE, SINGLE_HEIGHT) } else { (DOUBLE_STROKE, DOUBLE_HEIGHT) };
    let mut placed = Vec::new();
    let mut width = 0.0;
    let mut before: Option<&(char, Glyph)> = None;
    for next in letters {
        if let Some(before) = before {
            width += GAP + stroke - before.1.tuck.1 - next.1.tuck.0 - kerning(before.0, next.0);
        }
        placed.push((width, next.1.path));
        width += next.1.width;
        before = Some(next);
    }
    let scale = (100.0 * height / (HEIGHT + stroke)).min(100.0 * MAX_WIDTH / (width + stroke));
    let (left, top) = (50.0 - width * scale / 2.0, 50.0 - HEIGHT * scale / 2.0);
    let paths = placed.iter().map(|(x, path)| format!("<path transform='translate({x} 0)' d='{path}'/>"));
    format!(
        "<g transform='translate({left} {top}) scale({scale})' fill='none' stroke='{ink}' stroke-width='{stroke}' \
         stroke-linecap='round' stroke-linejoin='round'>{}</g>",
        paths.collect::<String>()
    )
}

/// A shape for titles without Latin letters, always the same for the same title.
fn shape(title: &str, ink: &str) -> String {
    let petal = |turn: u32| format!("<path transform='rotate({turn} 50 50)' d='M48 48 H35 A13 13 0 1 1 48 35 Z'/>");
    let drawing = match hash(title) / 16 % 4 {
        // Three points, connected.
        0 => "<g stroke-width='6' stroke-linecap='round'><path d='M50 33 L33 64 M50 33 L67 64 M33 64 H67'/></g>\
              <circle cx='50' cy='32' r='10'/><circle cx='32' cy='65' r='10'/><circle cx='68' cy='65' r='10'/>"
            .to_owned(),
        // Two rings, linked.
        1 => "<g fill='none' stroke-width='8'><circle cx='40' cy='50' r='17'/><circle cx='60' cy='50' r='17'/></g>".to_owned(),
        // A flower of four leaves.
        2 => [0, 90, 180, 270].map(petal).concat(),
        // Layers.
        _ => "<path d='M50 25 L78 40 L50 55 L22 40 Z' stroke-width='4' stroke-linejoin='round'/>\
              <g fill='none' stroke-width='6' stroke-linecap='round' stroke-linejoin='round'>\
              <path d='M23 52 L50 66 L77 52'/><path d='M23 63 L50 77 L77 63'/></g>"
            .to_owned(),
    };
    format!("<g fill='{ink}' stroke='{ink}' stroke-width='0'>{drawing}</g>")
}

#[cfg(test)]
mod tests {
    use super::super::picture::visible_bounds;
    use super::*;

    fn mark(title: &str) -> String {
        initials(title).into_iter().collect()
    }

    #[test]
    fn initials_respect_words() {
        let cases = [
            ("Contoso", "C"),
            ("contoso sales", "CS"),
            ("Äpfel & Birnen", "AB"),
            ("3Scribe", "3S"),
            ("DataHub", "DH"),
            ("HP", "HP"),
            ("SQL Server", "SS"),
            ("O'Reilly Media", "OM"),
            ("The Bank of Contoso", "BC"),
            ("Contoso API (Independent Publisher)", "C"),
            ("API", "A"),
            ("21risk", "2"),
            ("日本 Contoso", "C"),
            ("日本", ""),
            ("Яндекс", ""),
            ("", ""),
            ("  --  ", ""),
        ];
        for (title, expected) in cases {
            assert_eq!(mark(title), expected, "{title}");
        }
    }

    #[test]
    fn every_mark_is_centred_and_leaves_room() {
        let letters = ('A'..='Z').chain('0'..='9').map(String::from);
        let pairs = ["WM", "II", "OQ", "AV", "LT", "88", "WW", "MW"].map(str::to_owned);
        let shapes = ["日本", "한국", "Яндекс", "中文 服务", "Ελλάδα", "עברית", ""].map(str::to_owned);
        for title in letters.chain(pairs).chain(shapes) {
            let drawn = draw(&title, [255; 3], 230).unwrap();
            let bounds = visible_bounds(&drawn).unwrap();
            assert!(bounds.width <= 151 && bounds.height <= 151 && bounds.height >= 60, "{title}: {bounds:?}");
            let off = |start: u32, length: u32| (i64::from(2 * start + length) - 230).abs();
            assert!(off(bounds.x, bounds.width) <= 10 && off(bounds.y, bounds.height) <= 12, "{title}: {bounds:?}");
        }
    }

    #[test]
    fn different_titles_get_different_shapes() {
        let shapes: std::collections::BTreeSet<_> = (0..40).map(|at| shape(&format!("日本{at}"), "#fff")).collect();
        assert_eq!(shapes.len(), 4);
    }
}
