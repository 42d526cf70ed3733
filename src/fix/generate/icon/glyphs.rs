//! The letters and figures of lettermarks: our own, drawn with one stroke of even width and round ends, so that no font is needed.

/// The height of a capital from the middle of its lowest stroke to the middle of its highest.
pub(super) const HEIGHT: f32 = 100.0;

/// A letter or figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// The way of the pen, as SVG path data. The letter begins at 0 0 in the upper left; strokes reach beyond by half their width.
    pub(super) path: &'static str,
    /// Its width, measured like [`HEIGHT`].
    pub(super) width: f32,
    /// How much closer than two upright strokes a neighbour may come on the left and on the right.
    pub(super) tuck: (f32, f32),
}

/// The glyph of a capital letter from A to Z or a figure.
pub(super) fn glyph(letter: char) -> Option<Glyph> {
    let (path, width, tuck) = match letter {
        'A' => ("M0 100 L42 0 L84 100 M14.5 66 H69.5", 84.0, (5.0, 5.0)),
        'B' => ("M0 0 V100 H38 A26.5 26.5 0 0 0 38 47 H0 M38 47 A23.5 23.5 0 0 0 35 0 H0", 64.5, (0.0, 4.0)),
        'C' => ("M83 13 A50 50 0 1 0 83 87", 83.0, (5.0, 2.0)),
        'D' => ("M0 0 V100 H32 A50 50 0 0 0 32 0 Z", 82.0, (0.0, 5.0)),
        'E' => ("M56 0 H0 V100 H56 M0 49 H49", 56.0, (0.0, 3.0)),
        'F' => ("M56 0 H0 V100 M0 51 H47", 56.0, (0.0, 4.0)),
        'G' => ("M84 14 A50 50 0 1 0 100 54 H62", 100.0, (5.0, 1.0)),
        'H' => ("M0 0 V100 M74 0 V100 M0 49 H74", 74.0, (0.0, 0.0)),
        'I' => ("M0 0 V100", 0.0, (0.0, 0.0)),
        'J' => ("M48 0 V73 A25.5 27 0 0 1 0 82", 48.0, (4.0, 0.0)),
        'K' => ("M0 0 V100 M66 0 L0 60 M25 38 L70 100", 70.0, (0.0, 3.0)),
        'L' => ("M0 0 V100 H53", 53.0, (0.0, 3.0)),
        'M' => ("M0 100 V0 L46 66 L92 0 V100", 92.0, (0.0, 0.0)),
        'N' => ("M0 100 V0 L74 100 V0", 74.0, (0.0, 0.0)),
        'O' => ("M50 0 A50 50 0 1 1 50 100 A50 50 0 1 1 50 0 Z", 100.0, (5.0, 5.0)),
        'P' => ("M0 100 V0 H36 A28.5 28.5 0 0 1 36 57 H0", 64.5, (0.0, 4.0)),
        'Q' => ("M50 0 A50 50 0 1 1 50 100 A50 50 0 1 1 50 0 Z M66 68 L97 101", 100.0, (5.0, 3.0)),
        'R' => ("M0 100 V0 H36 A27.5 27.5 0 0 1 36 55 H0 M36 55 L67 100", 67.0, (0.0, 5.0)),
        'S' => (
            "M62 17 C55 6 46 0 33 0 C15 0 2 10 2 25 C2 41 17 46 33 49 C50 52 66 58 66 75 C66 91 51 100 34 100 C18 100 6 93 0 80",
            66.0,
            (3.0, 3.0),
        ),
        'T' => ("M0 0 H76 M38 0 V100", 76.0, (3.0, 3.0)),
        'U' => ("M0 0 V63 A37 37 0 0 0 74 63 V0", 74.0, (0.0, 0.0)),
        'V' => ("M0 0 L41 100 L82 0", 82.0, (5.0, 5.0)),
        'W' => ("M0 0 L29 100 L59 12 L89 100 L118 0", 118.0, (4.0, 4.0)),
        'X' => ("M0 0 L74 100 M74 0 L0 100", 74.0, (4.0, 4.0)),
        'Y' => ("M0 0 L40 52 L80 0 M40 52 V100", 80.0, (4.0, 4.0)),
        'Z' => ("M3 0 H68 L0 100 H70", 70.0, (4.0, 4.0)),
        '0' => ("M35 0 C58 0 70 22 70 50 C70 78 58 100 35 100 C12 100 0 78 0 50 C0 22 12 0 35 0 Z", 70.0, (4.0, 4.0)),
        '1' => ("M0 22 L30 0 V100", 30.0, (4.0, 0.0)),
        '2' => ("M2 24 C5 9 17 0 33 0 C51 0 64 11 64 28 C64 41 56 50 46 60 L3 100 H68", 68.0, (4.0, 4.0)),
        '3' => (
            "M3 17 C8 6 18 0 31 0 C48 0 60 10 60 24 C60 38 49 47 29 47 C52 47 66 56 66 73 C66 90 51 100 32 100 C17 100 5 93 0 81",
            66.0,
            (4.0, 4.0),
        ),
        '4' => ("M54 100 V0 L0 71 H72", 72.0, (6.0, 3.0)),
        '5' => ("M60 0 H11 L5 46 C12 39 21 36 31 36 C51 36 66 48 66 67 C66 87 51 100 31 100 C17 100 6 94 0 83", 66.0, (3.0, 4.0)),
        '6' => ("M52 0 C30 14 0 40 0 67 A33.5 33 0 0 0 67 67 A33.5 33 0 0 0 2 58", 67.0, (4.0, 4.0)),
        '7' => ("M0 0 H66 L24 100", 66.0, (3.0, 4.0)),
        '8' => ("M34 47 A23.5 23.5 0 1 1 34 0 A23.5 23.5 0 1 1 34 47 A30 26.5 0 1 0 34 100 A30 26.5 0 1 0 34 47 Z", 68.0, (4.0, 4.0)),
        '9' => ("M15 100 C37 86 67 60 67 33 A33.5 33 0 0 0 0 33 A33.5 33 0 0 0 65 42", 67.0, (4.0, 4.0)),
        _ => return None,
    };
    Some(Glyph { path, width, tuck })
}

/// How much closer still two letters may come whose slopes or bars fit into each other.
pub(super) fn kerning(left: char, right: char) -> f32 {
    match (left, right) {
        ('A', 'T' | 'V' | 'W' | 'Y') | ('T' | 'V' | 'W' | 'Y', 'A') | ('L', 'T' | 'V' | 'Y') => 18.0,
        ('P' | 'F', 'A' | 'J') | ('T', 'J') => 14.0,
        ('L', 'W' | 'O' | 'Q' | 'C' | 'G') => 6.0,
        _ => 0.0,
    }
}

/// The capital without accents that stands for a letter, where it is a Latin letter or a figure.
pub(super) fn plain_capital(letter: char) -> Option<char> {
    let upper = letter.to_uppercase().next()?;
    let plain = match upper {
        'A'..='Z' | '0'..='9' => upper,
        'À'..='Æ' | 'Ā' | 'Ă' | 'Ą' | 'Ǎ' => 'A',
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => 'C',
        'Ð' | 'Ď' | 'Đ' => 'D',
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => 'E',
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => 'G',
        'Ĥ' | 'Ħ' => 'H',
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => 'I',
        'Ĵ' => 'J',
        'Ķ' => 'K',
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => 'L',
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => 'N',
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' | 'Œ' => 'O',
        'Ŕ' | 'Ŗ' | 'Ř' => 'R',
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => 'S',
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Þ' => 'T',
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => 'U',
        'Ŵ' => 'W',
        'Ý' | 'Ŷ' | 'Ÿ' => 'Y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        // Full-width forms of East Asian texts.
        '\u{ff21}'..='\u{ff3a}' | '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(upper) - 0xfee0)?,
        _ => return None,
    };
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capital_and_figure_has_a_glyph() {
        for letter in ('A'..='Z').chain('0'..='9') {
            let glyph = glyph(letter).unwrap();
            assert!(glyph.path.starts_with('M') && (0.0..=120.0).contains(&glyph.width), "{letter}");
            assert_eq!(plain_capital(letter.to_ascii_lowercase()), Some(letter));
        }
        assert!(glyph('a').is_none() && glyph('Ä').is_none());
    }

    #[test]
    fn accents_are_dropped_and_other_scripts_have_no_capital() {
        let plain = |text: &str| text.chars().map(plain_capital).collect::<Option<String>>();
        assert_eq!(plain("ÄéñØžłğİＡ９").as_deref(), Some("AENOZLGIA9"));
        for letter in ['日', 'Ж', 'Ω', 'א', '&', ' ', '_', '😀'] {
            assert_eq!(plain_capital(letter), None, "{letter}");
        }
    }
}
