//! What certification looks at in an icon: its border, its transparency, and how much room the logo takes.

use ::image::RgbaImage;

/// From this opacity on a pixel counts as visible when the logo is told from its background.
const HALF_OPAQUE: u8 = 128;

/// A decoded picture of at least one pixel.
#[derive(Debug)]
pub struct Pixels {
    image: RgbaImage,
}

/// The outermost ring of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Border {
    /// Its most frequent colour. Means nothing where the border is transparent.
    pub color: [u8; 3],
    /// The share, 0 to 1, of its pixels that are visible and have this colour within the tolerance.
    pub uniform_share: f64,
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Pixels to the left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl Pixels {
    pub(super) fn new(image: RgbaImage) -> Option<Self> {
        (image.width() > 0 && image.height() > 0).then_some(Self { image })
    }

    /// Pixels from left to right.
    pub fn width(&self) -> u32 {
        self.image.width()
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> u32 {
        self.image.height()
    }

    /// Red, green, blue and opacity of all pixels, line by line.
    fn all(&self) -> impl Iterator<Item = [u8; 4]> {
        self.image.pixels().map(|pixel| pixel.0)
    }

    /// Whether a pixel belongs to the outermost ring.
    fn is_border(&self, x: u32, y: u32) -> bool {
        x == 0 || y == 0 || x + 1 == self.width() || y + 1 == self.height()
    }

    fn ring(&self) -> impl Iterator<Item = [u8; 4]> {
        let (width, height) = (self.width(), self.height());
        let rows = (0..width).flat_map(move |x| [Some((x, 0)), (height > 1).then(|| (x, height - 1))]);
        let columns = (1..height.saturating_sub(1)).flat_map(move |y| [Some((0, y)), (width > 1).then(|| (width - 1, y))]);
        rows.chain(columns).flatten().filter_map(|(x, y)| self.image.get_pixel_checked(x, y)).map(|pixel| pixel.0)
    }

    /// Whether any pixel of the border, the corners included, lets the background shine through. So do rounded corners.
    pub fn border_is_transparent(&self) -> bool {
        self.ring().any(|[.., opacity]| opacity < u8::MAX)
    }

    /// Whether any pixel within the border lets the background shine through.
    pub fn has_inner_transparency(&self) -> bool {
        self.image.enumerate_pixels().any(|(x, y, pixel)| pixel.0[3] < u8::MAX && !self.is_border(x, y))
    }

    /// The colour of the border, and how much of it has that colour give or take `tolerance` per channel.
    pub fn border(&self, tolerance: u8) -> Border {
        let color = self.border_color();
        let (mut all, mut equal) = (0_u32, 0_u32);
        for [red, green, blue, opacity] in self.ring() {
            all += 1;
            equal += u32::from(opacity > 0 && color_distance([red, green, blue], color) <= tolerance);
        }
        Border { color, uniform_share: f64::from(equal) / f64::from(all.max(1)) }
    }

    /// The most frequent colour of the border, the darkest of several: the same picture always gives the same answer.
    fn border_color(&self) -> [u8; 3] {
        let mut colors: Vec<[u8; 3]> =
            self.ring().filter(|[.., opacity]| *opacity > 0).map(|[red, green, blue, _]| [red, green, blue]).collect();
        colors.sort_unstable();
        let runs = colors.chunk_by(|one, other| one == other);
        let longest = runs.fold(&[] as &[[u8; 3]], |longest, run| if run.len() > longest.len() { run } else { longest });
        longest.first().copied().unwrap_or_default()
    }

    /// The smallest rectangle around the logo: around all that differs from the border's colour by more than `tolerance` in any channel,
    /// and all that is mostly transparent. Where most of the border is itself transparent, around all that is visible.
    pub fn logo_bounds(&self, tolerance: u8) -> Option<Bounds> {
        let clear = self.ring().filter(|[.., opacity]| *opacity < HALF_OPAQUE).count();
        let background = (clear * 2 <= self.ring().count()).then(|| self.border_color());
        let is_logo = |[red, green, blue, opacity]: [u8; 4]| match background {
            Some(color) => opacity < HALF_OPAQUE || color_distance([red, green, blue], color) > tolerance,
            None => opacity >= HALF_OPAQUE,
        };
        let places = (0..self.height()).flat_map(|y| (0..self.width()).map(move |x| (x, y)));
        let logo = places.zip(self.all()).filter(|(_, pixel)| is_logo(*pixel)).map(|(place, _)| place);
        let corners = logo.fold(None, |corners: Option<(u32, u32, u32, u32)>, (x, y)| {
            let (left, top, right, bottom) = corners.unwrap_or((x, y, x, y));
            Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
        });
        corners.map(|(left, top, right, bottom)| Bounds { x: left, y: top, width: right - left + 1, height: bottom - top + 1 })
    }

    /// The share, 0 to 1, that the logo takes of the width or the height, whichever is more.
    pub fn logo_share(&self, tolerance: u8) -> f64 {
        self.logo_bounds(tolerance).map_or(0.0, |logo| {
            let width = f64::from(logo.width) / f64::from(self.width());
            let height = f64::from(logo.height) / f64::from(self.height());
            width.max(height)
        })
    }
}

/// The colour of a text such as `#da3b01`; no other notation counts.
pub fn parse_hex_color(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// A colour as text, e.g. `#da3b01`.
pub fn hex_color([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The largest difference between two colours in any channel.
pub fn color_distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.into_iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ::image::Rgba;

    use super::*;

    const BLUE: [u8; 4] = [0, 0x80, 0xff, 255];
    const WHITE: [u8; 4] = [255, 255, 255, 255];
    const CLEAR: [u8; 4] = [9, 9, 9, 0];

    fn pixels(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 4]) -> Pixels {
        Pixels::new(RgbaImage::from_fn(width, height, |x, y| Rgba(color(x, y)))).unwrap()
    }

    fn square(x: u32, y: u32) -> bool {
        (20..50).contains(&x) && (30..80).contains(&y)
    }

    #[test]
    fn an_opaque_icon_has_a_border_of_one_colour_and_a_logo_within() {
        let icon = pixels(100, 100, |x, y| if square(x, y) { WHITE } else { BLUE });
        assert!(!icon.border_is_transparent() && !icon.has_inner_transparency());
        assert_eq!(icon.border(0), Border { color: [0, 0x80, 0xff], uniform_share: 1.0 });
        assert_eq!(icon.logo_bounds(16), Some(Bounds { x: 20, y: 30, width: 30, height: 50 }));
        assert_eq!(icon.logo_share(16), 0.5);
    }

    #[test]
    fn one_pixel_in_a_corner_makes_the_border_transparent_but_not_the_inside() {
        let icon = pixels(10, 10, |x, y| if (x, y) == (9, 9) { [0, 0x80, 0xff, 254] } else { BLUE });
        assert!(icon.border_is_transparent() && !icon.has_inner_transparency());
        let icon = pixels(10, 10, |x, y| if (x, y) == (8, 8) { CLEAR } else { BLUE });
        assert!(!icon.border_is_transparent() && icon.has_inner_transparency());
        assert_eq!(icon.logo_bounds(16), Some(Bounds { x: 8, y: 8, width: 1, height: 1 }));
    }

    #[test]
    fn the_tolerance_overlooks_small_differences_only() {
        // 4 of the 36 border pixels differ by 8, one by 9.
        let icon = pixels(10, 10, |x, y| match (x, y) {
            (1..=4, 0) => [8, 0x80, 0xff, 255],
            (5, 0) => [0, 0x89, 0xff, 255],
            _ => BLUE,
        });
        assert_eq!(icon.border(8).uniform_share, 35.0 / 36.0);
        assert_eq!(icon.border(7).uniform_share, 31.0 / 36.0);
        assert_eq!(icon.border(9).uniform_share, 1.0);
        assert_eq!(icon.logo_bounds(9), None);
        assert_eq!(icon.logo_bounds(8), Some(Bounds { x: 5, y: 0, width: 1, height: 1 }));
        assert_eq!(icon.logo_share(9), 0.0);
    }

    #[test]
    fn on_a_transparent_background_the_logo_is_what_is_visible() {
        let icon = pixels(100, 100, |x, y| if square(x, y) { WHITE } else { CLEAR });
        assert_eq!(icon.logo_bounds(16), Some(Bounds { x: 20, y: 30, width: 30, height: 50 }));
        assert_eq!(icon.border(8).uniform_share, 0.0);
        assert_eq!(pixels(4, 4, |_, _| CLEAR).logo_bounds(16), None);
    }

    #[test]
    fn the_border_of_the_smallest_pictures_counts_each_pixel_once() {
        for (width, height, expected) in [(1, 1, 1), (1, 5, 5), (5, 1, 5), (2, 2, 4), (3, 3, 8), (10, 4, 24)] {
            let icon = pixels(width, height, |_, _| BLUE);
            assert_eq!(icon.ring().count(), expected, "{width} x {height}");
            assert_eq!(icon.border(0).uniform_share, 1.0);
        }
    }

    #[test]
    fn of_equally_frequent_border_colours_always_the_same_is_taken() {
        let icon = pixels(2, 1, |x, _| if x == 0 { WHITE } else { BLUE });
        assert_eq!(icon.border(0), Border { color: [0, 0x80, 0xff], uniform_share: 0.5 });
    }

    #[test]
    fn colours_are_read_in_one_notation_only() {
        assert_eq!(parse_hex_color("#da3B01"), Some([0xda, 0x3b, 0x01]));
        for text in ["", "#", "#fff", "da3b01", "#da3b0", "#da3b011", "#da3b0g", "#+a3b01", "#é0000", " #da3b01", "#日本"] {
            assert_eq!(parse_hex_color(text), None, "{text}");
        }
        assert_eq!(hex_color([0xda, 0x3b, 0x01]), "#da3b01");
        assert_eq!(color_distance([0, 10, 255], [5, 10, 250]), 5);
        assert_eq!(color_distance([0, 0, 0], [0, 255, 1]), 255);
    }
}
