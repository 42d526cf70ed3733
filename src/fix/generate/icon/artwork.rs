//! Finds the logo in a picture: what of it is the mark, and what is merely the ground it was put on.
//!
//! Logos come on white, on the brand's colour, on nothing, as rounded tiles, and as photographs. What they stand on decides both what
//! is drawn on the icon and, where nobody chose one, its colour.

use ::image::{Rgba, RgbaImage};

use crate::source::image::color_distance;

use super::IconError;
use super::color::{SAME, difference, is_background};
use super::matte::{Reach, around, edge_width, lift};
use super::picture::{Picture, SOLID, backdrop, bounds, most_frequent, visible_bounds};

/// A logo, ready to be put on a background.
#[derive(Debug)]
pub(super) enum Artwork {
    /// A mark without background.
    Mark {
        /// Transparent around the mark.
        pixels: RgbaImage,
        /// The colour it stood on, where that is one for an icon.
        ground: Option<[u8; 3]>,
    },
    /// A picture up to its edges, with corners rounded.
    Photo(RgbaImage),
    /// A picture of one colour shows nothing but that.
    Plain([u8; 3]),
}

/// Below this opacity a pixel is outside.
const OUTSIDE: u8 = 64;
/// How far from the outside a contour has its pure colour.
const CONTOUR: u32 = 2;
/// The share of its contour that must have one colour for a shape to be a tile.
const TILE_CONTOUR: f64 = 0.9;
/// The share of its rectangle that a tile fills; a disc fills 0.785.
const TILE_FILL: f64 = 0.74;
/// The share of its rectangle that a tile's content takes at least.
const TILE_CONTENT: f64 = 0.02;
/// Difference per channel within the colour of a tile.
const TILE_NOISE: u8 = 24;
/// Radius of a photograph's corners, as a share of its shorter side.
const PHOTO_CORNERS: f64 = 0.16;

/// Takes the logo off its background. `wanted` is the colour that the icon will have, if it is known already.
pub(super) fn extract(picture: &Picture, wanted: Option<[u8; 3]>) -> Result<Artwork, IconError> {
    let Picture { pixels, noise, .. } = picture;
    let Some(ground) = backdrop(pixels, *noise) else {
        if pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
            return Ok(Artwork::Photo(with_round_corners(pixels)));
        }
        visible_bounds(pixels).ok_or(IconError::Blank)?;
        let merged = merged_tile(pixels, *noise, wanted);
        return Ok(merged.unwrap_or_else(|| Artwork::Mark { pixels: pixels.clone(), ground: None }));
    };
    // Behind an opaque border there may still be holes: the background shows there.
    let flat = flattened(pixels, ground);
    let everything = || lift(&flat, ground, *noise, Reach::Everywhere);
    if suits(ground, wanted) {
        let mark = everything();
        return Ok(match visible_bounds(&mark) {
            Some(_) => Artwork::Mark { pixels: mark, ground: Some(ground) },
            None => Artwork::Plain(ground),
        });
    }
    let outside = lift(&flat, ground, *noise, Reach::Outside);
    if visible_bounds(&outside).is_none() {
        return Ok(Artwork::Plain(ground));
    }
    // On a tile the enclosed areas are its drawing; elsewhere they are holes, such as those of letters.
    if tile(&outside).is_none() || encloses_hole(&outside, ground, *noise) {
        return Ok(Artwork::Mark { pixels: everything(), ground: None });
    }
    let merged = merged_tile(&outside, *noise, wanted);
    Ok(merged.unwrap_or(Artwork::Mark { pixels: outside, ground: None }))
}

/// Whether a colour that a logo stands on can be the icon's.
fn suits(ground: [u8; 3], wanted: Option<[u8; 3]>) -> bool {
    match wanted {
        Some(wanted) => difference(ground, wanted) <= SAME,
        None => is_background(ground),
    }
}

/// A tile in the colour of the icon grows to fill it, and what is drawn on it becomes the mark.
fn merged_tile(pixels: &RgbaImage, noise: u8, wanted: Option<[u8; 3]>) -> Option<Artwork> {
    let ground = tile(pixels).filter(|ground| suits(*ground, wanted))?;
    let mark = lift(&grown(pixels, ground, noise), ground, noise, Reach::Everywhere);
    visible_bounds(&mark).map(|_| Artwork::Mark { pixels: mark, ground: Some(ground) })
}

/// A tile that fills the whole picture. Its rim goes with it: there lie traces of what the tile was put on.
fn grown(pixels: &RgbaImage, ground: [u8; 3], noise: u8) -> RgbaImage {
    let rim = edge_width(pixels, noise);
    let mut grown = flattened(pixels, ground);
    let (width, height) = pixels.dimensions();
    let outside = pixels.enumerate_pixels().filter(|(.., pixel)| pixel.0[3] < OUTSIDE);
    // Only the outermost of the outside pixels reach the tile.
    let edges = outside.filter(|(x, y, _)| around(*x, *y, 1, width, height).any(|(x, y)| pixels.get_pixel(x, y).0[3] >= OUTSIDE));
    for (x, y, _) in edges {
        for (x, y) in around(x, y, rim, width, height) {
            grown.put_pixel(x, y, Rgba([ground[0], ground[1], ground[2], u8::MAX]));
        }
    }
    grown
}

/// The colour of a tile: of a simple shape of one colour, such as a disc or a rounded square, with something drawn on it.
fn tile(pixels: &RgbaImage) -> Option<[u8; 3]> {
    let bounds = visible_bounds(pixels)?;
    let area = f64::from(bounds.width) * f64::from(bounds.height);
    let contour = contour(pixels);
    let color = most_frequent(contour.iter().copied())?;
    let is_same = |other: [u8; 3]| color_distance(other, color) <= TILE_NOISE;
    let even = contour.iter().filter(|other| is_same(**other)).count() as f64 / contour.len() as f64;
    let solid = || pixels.pixels().filter(|pixel| pixel.0[3] >= SOLID).map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]);
    let filled = solid().count() as f64 / area;
    let content = solid().filter(|other| !is_same(*other)).count() as f64 / area;
    (even >= TILE_CONTOUR && filled >= TILE_FILL && content >= TILE_CONTENT).then_some(color)
}

/// Whether what a shape encloses of its ground is a hole, as in a ring or a frame, rather than a drawing: one simple blot.
fn encloses_hole(pixels: &RgbaImage, ground: [u8; 3], noise: u8) -> bool {
    const BLOT_FILL: f64 = 0.6;
    let is_ground = |[red, green, blue, opacity]: [u8; 4]| opacity >= SOLID && color_distance([red, green, blue], ground) <= noise;
    bounds(pixels, is_ground).is_some_and(|bounds| {
        let area = f64::from(bounds.width) * f64::from(bounds.height);
        pixels.pixels().filter(|pixel| is_ground(pixel.0)).count() as f64 >= BLOT_FILL * area
    })
}

/// The colours along the edges of what is visible, inner edges included.
pub(super) fn contour(pixels: &RgbaImage) -> Vec<[u8; 3]> {
    let is_outside = |x: Option<u32>, y: Option<u32>| {
        x.zip(y).and_then(|(x, y)| pixels.get_pixel_checked(x, y)).is_none_or(|pixel| pixel.0[3] < OUTSIDE)
    };
    let solid = || pixels.enumerate_pixels().filter(|(.., pixel)| pixel.0[3] >= SOLID);
    let color = |pixel: &Rgba<u8>| [pixel.0[0], pixel.0[1], pixel.0[2]];
    let edges = solid().filter(|(x, y, _)| {
        is_outside(x.checked_sub(CONTOUR), Some(*y))
            || is_outside(Some(x + CONTOUR), Some(*y))
            || is_outside(Some(*x), y.checked_sub(CONTOUR))
            || is_outside(Some(*x), Some(y + CONTOUR))
    });
    let edges: Vec<[u8; 3]> = edges.map(|(.., pixel)| color(pixel)).collect();
    if !edges.is_empty() {
        return edges;
    }
    // Nothing solid anywhere: a faint logo, whose colours are all there is.
    pixels.pixels().filter(|pixel| pixel.0[3] > 0).map(color).collect()
}

/// A picture over a colour.
pub(super) fn flattened(pixels: &RgbaImage, ground: [u8; 3]) -> RgbaImage {
    let mut flat = pixels.clone();
    for pixel in flat.pixels_mut() {
        let [red, green, blue, opacity] = pixel.0.map(u32::from);
        let mix = |channel: u32, ground: u8| ((channel * opacity + u32::from(ground) * (255 - opacity) + 127) / 255) as u8;
        pixel.0 = [mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2]), u8::MAX];
    }
    flat
}

fn with_round_corners(pixels: &RgbaImage) -> RgbaImage {
    let (width, height) = (f64::from(pixels.width()), f64::from(pixels.height()));
    let radius = width.min(height) * PHOTO_CORNERS;
    let mut rounded = pixels.clone();
    for (x, y, pixel) in rounded.enumerate_pixels_mut() {
        let cover = round_rectangle(f64::from(x) + 0.5, f64::from(y) + 0.5, width, height, radius);
        pixel.0[3] = (f64::from(pixel.0[3]) * cover).round() as u8;
    }
    rounded
}

/// How much of a pixel at a place lies within a rectangle with round corners, from 0 to 1.
pub(super) fn round_rectangle(x: f64, y: f64, width: f64, height: f64, radius: f64) -> f64 {
    let beyond = |at: f64, length: f64| (radius - at).max(at - (length - radius)).max(0.0);
    let inside = radius - beyond(x, width).hypot(beyond(y, height));
    (inside + 0.5).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: [u8; 3] = [0x10, 0x50, 0xb0];
    const WHITE: [u8; 3] = [255; 3];

    fn picture(ground: Option<[u8; 3]>, shape: impl Fn(f64, f64) -> Option<[u8; 3]>) -> Picture {
        let pixels = RgbaImage::from_fn(100, 100, |x, y| match shape(f64::from(x) - 49.5, f64::from(y) - 49.5).or(ground) {
            Some([red, green, blue]) => Rgba([red, green, blue, 255]),
            None => Rgba([0; 4]),
        });
        Picture { pixels, noise: 10, is_incomplete: false }
    }

    fn disc(radius: f64, color: [u8; 3]) -> impl Fn(f64, f64) -> Option<[u8; 3]> {
        move |x, y| (x.hypot(y) <= radius).then_some(color)
    }

    /// A disc with a cross on it.
    fn badge(outer: [u8; 3], inner: [u8; 3]) -> impl Fn(f64, f64) -> Option<[u8; 3]> {
        let cross = |x: f64, y: f64| x.abs().min(y.abs()) < 5.0 && x.abs().max(y.abs()) < 20.0;
        move |x, y| cross(x, y).then_some(inner).or(disc(40.0, outer)(x, y))
    }

    fn mark(picture: &Picture, wanted: Option<[u8; 3]>) -> (RgbaImage, Option<[u8; 3]>) {
        match extract(picture, wanted).unwrap() {
            Artwork::Mark { pixels, ground } => (pixels, ground),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_ground_of_the_brand_becomes_the_icons_and_white_never_does() {
        assert_eq!(mark(&picture(Some(BLUE), disc(30.0, WHITE)), None).1, Some(BLUE));
        let (pixels, ground) = mark(&picture(Some(WHITE), disc(30.0, BLUE)), None);
        assert_eq!((ground, pixels.get_pixel(2, 2).0[3], pixels.get_pixel(50, 50).0), (None, 0, [0x10, 0x50, 0xb0, 255]));
    }

    #[test]
    fn a_tile_grows_to_fill_the_icon_and_its_drawing_becomes_the_mark() {
        for ground in [None, Some(WHITE)] {
            let (pixels, ground) = mark(&picture(ground, badge(BLUE, WHITE)), None);
            assert_eq!(ground, Some(BLUE));
            assert_eq!((pixels.get_pixel(50, 50).0, pixels.get_pixel(50, 15).0[3]), ([255; 4], 0));
        }
    }

    #[test]
    fn a_tile_of_another_colour_stays_a_tile_with_its_drawing() {
        let (pixels, ground) = mark(&picture(Some(WHITE), badge(BLUE, WHITE)), Some([0xa0, 0x20, 0x20]));
        assert_eq!((ground, pixels.get_pixel(50, 50).0, pixels.get_pixel(50, 15).0), (None, [255; 4], [0x10, 0x50, 0xb0, 255]));
    }

    #[test]
    fn holes_of_a_mark_are_holes() {
        let ring = |x: f64, y: f64| (x.hypot(y) > 20.0).then(|| disc(35.0, BLUE)(x, y)).flatten();
        let (pixels, _) = mark(&picture(Some(WHITE), ring), None);
        assert_eq!(pixels.get_pixel(50, 50).0[3], 0);
    }

    #[test]
    fn plain_colours_and_nothing_at_all_are_told_apart() {
        for color in [BLUE, WHITE] {
            assert!(matches!(extract(&picture(Some(color), |_, _| None), None).unwrap(), Artwork::Plain(plain) if plain == color));
        }
        assert!(matches!(extract(&picture(None, |_, _| None), None), Err(IconError::Blank)));
    }

    #[test]
    fn a_photograph_keeps_its_ground_and_gets_round_corners() {
        let photo = picture(None, |x, y| Some([(x + 50.0) as u8 * 2, (y + 50.0) as u8 * 2, 90]));
        let Artwork::Photo(pixels) = extract(&photo, None).unwrap() else { panic!("no photograph") };
        assert_eq!((pixels.get_pixel(0, 0).0[3], pixels.get_pixel(50, 0).0[3]), (0, 255));
    }
}
