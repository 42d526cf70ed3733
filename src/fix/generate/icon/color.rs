//! Colours as the eye sees them: how far apart two are, which ones certification refuses, and which one suits a connector without any.

use crate::source::image::color_distance;

/// White.
pub(super) const WHITE: [u8; 3] = [255, 255, 255];
/// What is drawn on backgrounds too light for white.
pub(super) const INK: [u8; 3] = [0x1f, 0x1f, 0x1f];
/// What the platform gives connectors that chose no colour. Certification refuses it.
const PLATFORM_DEFAULT: [u8; 3] = [0x00, 0x7e, 0xe5];

/// Up to this difference per channel a colour counts as one that certification refuses.
const REFUSED_WITHIN: u8 = 2;
/// From this distance (see [`difference`]) and this contrast on, one colour stands out against another in a small picture. Among dark
/// colours the distance alone promises too much.
const DISTINCT: f32 = 0.22;
const DISTINCT_CONTRAST: f32 = 1.8;
/// Up to this distance two colours are shades of one.
pub(super) const SAME: f32 = 0.08;
/// A background must stand out from a white page at least so much. White has 1.
const MIN_CONTRAST_TO_WHITE: f32 = 1.35;
/// From this contrast on white is drawn on a colour; below it, ink.
const WHITE_IS_READABLE: f32 = 2.1;
/// From this chroma on a colour is a colour and no grey.
const SATURATED: f32 = 0.045;

/// Backgrounds for connectors whose brand says nothing: calm, apart from each other, and dark enough for white (at least 4.5 to 1).
pub(super) const PALETTE: [[u8; 3]; 14] = [
    [0x0f, 0x5f, 0xa8],
    [0x0b, 0x6a, 0x6f],
    [0x10, 0x78, 0x41],
    [0x5c, 0x2e, 0x91],
    [0x8e, 0x24, 0x7a],
    [0xb3, 0x2a, 0x4a],
    [0xa4, 0x37, 0x3a],
    [0x9c, 0x4a, 0x12],
    [0x3d, 0x45, 0x54],
    [0x3b, 0x4a, 0xa0],
    [0x1f, 0x5c, 0x7a],
    [0x4a, 0x5d, 0x73],
    [0x4d, 0x6b, 0x1f],
    [0x6f, 0x3e, 0x86],
];

/// Lightness, and the two axes of colour, in the OKLab space: distances there are about what people see.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Lab {
    lightness: f32,
    green_red: f32,
    blue_yellow: f32,
}

impl Lab {
    fn of(color: [u8; 3]) -> Self {
        let [red, green, blue] = color.map(linear);
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            green_red: 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
            blue_yellow: 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short,
        }
    }

    fn color(self) -> [u8; 3] {
        let cube = |value: f32| value * value * value;
        let long = cube(self.lightness + 0.396_337_78 * self.green_red + 0.215_803_76 * self.blue_yellow);
        let medium = cube(self.lightness - 0.105_561_346 * self.green_red - 0.063_854_17 * self.blue_yellow);
        let short = cube(self.lightness - 0.089_484_18 * self.green_red - 1.291_485_5 * self.blue_yellow);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_38 * short,
            -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
        .map(encoded)
    }

    fn chroma(self) -> f32 {
        self.green_red.hypot(self.blue_yellow)
    }
}

fn linear(channel: u8) -> f32 {
    let value = f32::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(value: f32) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round() as u8
}

/// How far apart two colours look: 0 the same, 1 black and white.
pub(super) fn difference(one: [u8; 3], other: [u8; 3]) -> f32 {
    let (one, other) = (Lab::of(one), Lab::of(other));
    let across = (one.green_red - other.green_red).hypot(one.blue_yellow - other.blue_yellow);
    (one.lightness - other.lightness).hypot(across)
}

/// How vivid a colour is; 0 for greys.
pub(super) fn chroma(color: [u8; 3]) -> f32 {
    Lab::of(color).chroma()
}

/// Whether a colour is no mere grey.
pub(super) fn is_saturated(color: [u8; 3]) -> bool {
    chroma(color) >= SATURATED
}

/// The contrast of two colours as accessibility guidelines measure it: 1 to 21.
pub(super) fn contrast(one: [u8; 3], other: [u8; 3]) -> f32 {
    let luminance = |color: [u8; 3]| {
        let [red, green, blue] = color.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Whether one colour stands out against another.
pub(super) fn stands_out(color: [u8; 3], background: [u8; 3]) -> bool {
    difference(color, background) >= DISTINCT && contrast(color, background) >= DISTINCT_CONTRAST
}

/// Whether certification refuses a colour as background: white, and the platform's default.
pub(super) fn is_refused(color: [u8; 3]) -> bool {
    [WHITE, PLATFORM_DEFAULT].iter().any(|refused| color_distance(color, *refused) <= REFUSED_WITHIN)
}

/// Whether a colour is one to choose as background when nobody asked for it: neither refused nor almost white.
pub(super) fn is_background(color: [u8; 3]) -> bool {
    !is_refused(color) && contrast(color, WHITE) >= MIN_CONTRAST_TO_WHITE
}

/// White, or ink where white would be hard to see.
pub(super) fn readable_on(background: [u8; 3]) -> [u8; 3] {
    if contrast(WHITE, background) >= WHITE_IS_READABLE { WHITE } else { INK }
}

/// The same hue, dark enough to carry a colourful logo. Orange and yellow would turn brown, so little of them is kept.
pub(super) fn deep_shade(color: [u8; 3]) -> [u8; 3] {
    const LIGHTNESS: f32 = 0.29;
    const MAX_CHROMA: f32 = 0.09;
    const MAX_CHROMA_OF_BROWN: f32 = 0.015;
    let lab = Lab::of(color);
    let is_brown = lab.blue_yellow > 0.0 && lab.blue_yellow > lab.green_red.abs() * 0.7;
    let keep = (if is_brown { MAX_CHROMA_OF_BROWN } else { MAX_CHROMA } / lab.chroma().max(f32::EPSILON)).min(1.0);
    Lab { lightness: LIGHTNESS, green_red: lab.green_red * keep, blue_yellow: lab.blue_yellow * keep }.color()
}

/// The colour itself where it can be a background, else the nearest darker shade that can.
pub(super) fn as_background(color: [u8; 3]) -> [u8; 3] {
    let mut lab = Lab::of(color);
    let mut shade = color;
    while !is_background(shade) && lab.lightness > 0.0 {
        lab.lightness -= 0.02;
        shade = lab.color();
    }
    shade
}

/// A colour for a connector that has none: always the same for the same title.
pub(super) fn from_title(title: &str) -> [u8; 3] {
    PALETTE.get((hash(title) % PALETTE.len() as u64) as usize).copied().unwrap_or(PALETTE[0])
}

/// A number from a text, the same on every machine (FNV-1a). Blanks and capitals do not matter.
pub(super) fn hash(text: &str) -> u64 {
    let letters = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    let mut utf8 = [0; 4];
    let hash = letters.fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| {
        letter.encode_utf8(&mut utf8).bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    });
    // The low bits of this hash alone mix poorly for short texts.
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_palette_is_allowed_and_carries_white() {
        for (at, color) in PALETTE.iter().enumerate() {
            assert!(is_background(*color) && contrast(*color, WHITE) >= 4.5, "{color:02x?}: {}", contrast(*color, WHITE));
            assert_eq!(readable_on(*color), WHITE);
            assert!(difference(*color, [0xda, 0x3b, 0x01]) > 0.05, "{color:02x?} looks like the independent publishers'");
            for other in &PALETTE[at + 1..] {
                assert!(difference(*color, *other) > 0.03, "{color:02x?} and {other:02x?} look the same");
            }
        }
    }

    #[test]
    fn differences_are_those_people_see() {
        assert!(difference([0; 3], WHITE) > 0.99);
        assert_eq!(difference([1, 2, 3], [1, 2, 3]), 0.0);
        // Blue on navy can be told apart, blue on a neighbouring blue cannot.
        assert!(stands_out([0x00, 0x78, 0xd4], [0x0b, 0x23, 0x45]));
        assert!(difference([0x00, 0x78, 0xd4], [0x10, 0x6e, 0xbe]) < SAME);
        // Nor can black on navy.
        assert!(!stands_out([0; 3], [0x00, 0x2c, 0x54]));
        assert!((contrast(WHITE, [0; 3]) - 21.0).abs() < 0.01);
    }

    #[test]
    fn white_near_white_and_the_default_are_no_backgrounds() {
        for color in [WHITE, [254, 255, 255], [250, 250, 250], [240, 244, 250], PLATFORM_DEFAULT, [1, 0x7d, 0xe5]] {
            assert!(!is_background(color), "{color:02x?}");
            assert!(is_background(as_background(color)), "{color:02x?}");
        }
        assert_eq!(as_background([0xda, 0x3b, 0x01]), [0xda, 0x3b, 0x01]);
        assert!(is_refused(WHITE) && is_refused(PLATFORM_DEFAULT) && !is_refused([240, 244, 250]));
    }

    #[test]
    fn a_deep_shade_keeps_the_hue_and_carries_white() {
        let shade = deep_shade([0x20, 0x60, 0xff]);
        assert!(contrast(shade, WHITE) > 7.0 && shade[2] > 2 * shade[0], "{shade:02x?}");
        let shade = deep_shade([0xff, 0xb9, 0x00]);
        assert!(shade[0] > shade[2] && shade[0] < shade[2] + 20, "no brown: {shade:02x?}");
        assert_eq!(deep_shade([128; 3])[0], deep_shade([128; 3])[2]);
    }

    #[test]
    fn a_title_has_one_colour_however_it_is_spaced_or_capitalised() {
        assert_eq!(from_title("Contoso Sales"), from_title("contoso  SALES"));
        let several: std::collections::BTreeSet<_> = (0..100).map(|number| from_title(&format!("Connector {number}"))).collect();
        assert!(several.len() >= 12, "{}", several.len());
    }

    #[test]
    fn yellow_gets_ink_and_blue_gets_white() {
        assert_eq!(readable_on([0xff, 0xd1, 0x00]), INK);
        assert_eq!(readable_on([0xda, 0x3b, 0x01]), WHITE);
        assert_eq!(readable_on([0x00, 0x78, 0xd4]), WHITE);
    }
}
