//! Takes a logo off the plain background it was drawn on: a mask with soft edges, and edges without a trace of the old background.
//!
//! At the edge of a logo each pixel is a mixture of the logo's colour and the background's. Simply making the background transparent
//! would leave a halo of such mixtures. So for each pixel near the background the pure colour of the logo is looked for in its
//! neighbourhood; how far the pixel lies on the way from the background to that colour is its opacity.

use std::collections::VecDeque;

use ::image::{Rgba, RgbaImage};

use crate::source::image::color_distance;

/// What of the background's colour is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it, the holes of letters included.
    Everywhere,
    /// Only what is connected with the border of the picture.
    Outside,
}

/// From this noise on a format is one that blurs and ripples.
const NOISY: u8 = 20;
/// In such a format, what is so close to the pure colour is the pure colour.
const NEARLY_PURE: f32 = 0.88;
/// How far a mixture may lie off the line between background and logo; JPEG moves colours about.
const OFF_LINE: f32 = 26.0;
/// Up to so many times the noise a pixel is hardly different from the background.
const PALE: u8 = 4;
/// How much stronger the pure colour must be than a mixture of it.
const STRONGER: f32 = 1.04;

/// The logo without its background. `noise` is the difference that still counts as background.
pub(super) fn lift(image: &RgbaImage, background: [u8; 3], noise: u8, reach: Reach) -> RgbaImage {
    let steps = background_and_edges(image, background, noise, reach);
    let radius = edge_width(image, noise);
    let width = image.width() as usize;
    let mut logo = RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        let pixel = image.get_pixel(x, y).0;
        match steps.get(y as usize * width + x as usize).copied().flatten() {
            None => Rgba(pixel),
            Some(0) => Rgba([pixel[0], pixel[1], pixel[2], 0]),
            Some(_) => unmixed(image, (x, y), background, noise, radius),
        }
    });
    wipe_specks(&mut logo, background, noise);
    logo
}

/// Takes away the pale specks that JPEG leaves around a logo: a few pixels each, hardly different from the background.
fn wipe_specks(logo: &mut RgbaImage, background: [u8; 3], noise: u8) {
    const LARGEST: usize = 14;
    let pale = noise.saturating_mul(PALE);
    let (width, height) = logo.dimensions();
    let mut seen = vec![false; width as usize * height as usize];
    let mut part: Vec<(u32, u32)> = Vec::new();
    for y in 0..height {
        for x in 0..width {
            if logo.get_pixel(x, y).0[3] == 0 || seen[y as usize * width as usize + x as usize] {
                continue;
            }
            part.clear();
            part.push((x, y));
            let (mut next, mut is_pale) = (0, true);
            while let Some(&(x, y)) = part.get(next) {
                next += 1;
                let [red, green, blue, opacity] = logo.get_pixel(x, y).0;
                let seen = &mut seen[y as usize * width as usize + x as usize];
                if opacity == 0 || std::mem::replace(seen, true) {
                    next -= 1;
                    part.swap_remove(next);
                    continue;
                }
                is_pale &= color_distance([red, green, blue], background) <= pale;
                part.extend(around(x, y, 1, width, height));
            }
            if is_pale && part.len() <= LARGEST {
                part.iter().for_each(|(x, y)| logo.get_pixel_mut(*x, *y).0[3] = 0);
            }
        }
    }
}

/// How many pixels wide soft edges are, with the ripples that noisy formats have around them.
pub(super) fn edge_width(image: &RgbaImage, noise: u8) -> u32 {
    let blur = (image.width().max(image.height()) / 120).clamp(2, 4);
    if noise >= NOISY { blur + 2 } else { blur }
}

/// For each pixel: 0 for background, the distance to it for edges, nothing for what lies well within the logo.
fn background_and_edges(image: &RgbaImage, background: [u8; 3], noise: u8, reach: Reach) -> Vec<Option<u32>> {
    let (width, height) = (image.width(), image.height());
    let at = |x: u32, y: u32| y as usize * width as usize + x as usize;
    let is_background = |x: u32, y: u32| {
        let [red, green, blue, _] = image.get_pixel(x, y).0;
        color_distance([red, green, blue], background) <= noise
    };
    let mut steps: Vec<Option<u32>> = vec![None; width as usize * height as usize];
    let mut queue: VecDeque<(u32, u32)> = VecDeque::new();
    for (x, y, _) in image.enumerate_pixels() {
        let is_start = reach == Reach::Everywhere || x == 0 || y == 0 || x + 1 == width || y + 1 == height;
        if is_start && is_background(x, y) {
            steps[at(x, y)] = Some(0);
            queue.push_back((x, y));
        }
    }
    if reach == Reach::Outside {
        let mut next = 0;
        while let Some(&(x, y)) = queue.get(next) {
            next += 1;
            for (x, y) in beside(x, y, width, height) {
                if steps[at(x, y)].is_none() && is_background(x, y) {
                    steps[at(x, y)] = Some(0);
                    queue.push_back((x, y));
                }
            }
        }
    }
    let radius = edge_width(image, noise);
    while let Some((x, y)) = queue.pop_front() {
        let next = steps[at(x, y)].unwrap_or_default() + 1;
        if next > radius {
            continue;
        }
        for (x, y) in around(x, y, 1, width, height) {
            if steps[at(x, y)].is_none() {
                steps[at(x, y)] = Some(next);
                queue.push_back((x, y));
            }
        }
    }
    steps
}

/// The four pixels above, below, left and right.
fn beside(x: u32, y: u32, width: u32, height: u32) -> impl Iterator<Item = (u32, u32)> {
    let candidates = [(x.checked_sub(1), Some(y)), (Some(x + 1), Some(y)), (Some(x), y.checked_sub(1)), (Some(x), Some(y + 1))];
    candidates.into_iter().filter_map(|(x, y)| Some((x?, y?))).filter(move |(x, y)| *x < width && *y < height)
}

/// All pixels of the square around one.
pub(super) fn around(x: u32, y: u32, radius: u32, width: u32, height: u32) -> impl Iterator<Item = (u32, u32)> {
    let columns = x.saturating_sub(radius)..=(x + radius).min(width.saturating_sub(1));
    let rows = y.saturating_sub(radius)..=(y + radius).min(height.saturating_sub(1));
    rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
}

/// A pixel near the background, as the logo's pure colour with the opacity that gives the pixel on the old background.
fn unmixed(image: &RgbaImage, (x, y): (u32, u32), background: [u8; 3], noise: u8, radius: u32) -> Rgba<u8> {
    let offset = |pixel: [u8; 4]| -> [f32; 3] { std::array::from_fn(|at| f32::from(pixel[at]) - f32::from(background[at])) };
    let dot = |one: [f32; 3], other: [f32; 3]| -> f32 { one.iter().zip(other).map(|(one, other)| one * other).sum() };
    let pixel = image.get_pixel(x, y).0;
    let mixture = offset(pixel);
    let strength = dot(mixture, mixture);
    let distance = color_distance([pixel[0], pixel[1], pixel[2]], background);
    let is_pale = distance <= noise.saturating_mul(PALE);
    let mut purest: Option<([u8; 4], f32, f32)> = None;
    for (x, y) in around(x, y, radius, image.width(), image.height()) {
        let other = image.get_pixel(x, y).0;
        let pure = offset(other);
        let pure_strength = dot(pure, pure);
        let is_purer = purest.is_none_or(|(_, best, _)| pure_strength > best);
        if !is_purer || pure_strength < strength * STRONGER * STRONGER {
            continue;
        }
        let share = dot(mixture, pure) / pure_strength;
        let beside_line = (strength - share * share * pure_strength).max(0.0).sqrt();
        // A pale pixel beside a strong one is a mixture, wherever noise has moved it.
        if (share > 0.0 && beside_line <= OFF_LINE) || (is_pale && pure_strength > 4.0 * strength) {
            purest = Some((other, pure_strength, share));
        }
    }
    let (color, share) = match purest {
        Some((color, _, share)) if noise >= NOISY => (color, (share / NEARLY_PURE).min(1.0)),
        Some((color, _, share)) => (color, share),
        // Nothing stronger around: the logo's own colour, or a speck of noise when it is hardly more than background.
        None => (pixel, fade_in(distance, noise)),
    };
    Rgba([color[0], color[1], color[2], (share * f32::from(pixel[3])).round().clamp(0.0, 255.0) as u8])
}

/// From nothing at the level of noise to all at twice that level.
fn fade_in(distance: u8, noise: u8) -> f32 {
    (f32::from(distance.saturating_sub(noise)) / f32::from(noise.max(1))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: [u8; 3] = [255; 3];

    /// A smooth disc with a smooth hole, painted over a background.
    fn ring(background: [u8; 3], color: [u8; 3]) -> RgbaImage {
        RgbaImage::from_fn(120, 120, |x, y| {
            let radius = (f64::from(x) - 59.5).hypot(f64::from(y) - 59.5);
            let cover = (40.5 - radius).clamp(0.0, 1.0) * (radius - 19.5).clamp(0.0, 1.0);
            let mix = |at: usize| (f64::from(color[at]) * cover + f64::from(background[at]) * (1.0 - cover)).round() as u8;
            Rgba([mix(0), mix(1), mix(2), 255])
        })
    }

    fn over(logo: &RgbaImage, background: [u8; 3]) -> RgbaImage {
        RgbaImage::from_fn(logo.width(), logo.height(), |x, y| {
            let [red, green, blue, opacity] = logo.get_pixel(x, y).0;
            let mix = |channel: u8, at: usize| {
                ((u32::from(channel) * u32::from(opacity) + u32::from(background[at]) * (255 - u32::from(opacity)) + 127) / 255) as u8
            };
            Rgba([mix(red, 0), mix(green, 1), mix(blue, 2), 255])
        })
    }

    fn largest_difference(one: &RgbaImage, other: &RgbaImage) -> u8 {
        let rgb = |pixel: &Rgba<u8>| [pixel.0[0], pixel.0[1], pixel.0[2]];
        one.pixels().zip(other.pixels()).map(|(one, other)| color_distance(rgb(one), rgb(other))).max().unwrap()
    }

    #[test]
    fn a_logo_lifted_off_one_background_fits_on_any_other_without_a_halo() {
        for (old, color) in [(WHITE, [0xd0, 0x20, 0x10]), (WHITE, [0x10, 0x10, 0x10]), ([0, 0, 0], [0xff, 0xc0, 0x00])] {
            let logo = lift(&ring(old, color), old, 10, Reach::Everywhere);
            for new in [[0x00, 0x50, 0xa0], WHITE, [0, 0, 0]] {
                let difference = largest_difference(&over(&logo, new), &ring(new, color));
                assert!(difference <= 14, "{color:02x?} from {old:02x?} on {new:02x?}: {difference}");
            }
        }
    }

    #[test]
    fn enclosed_areas_stay_where_only_the_outside_is_taken_away() {
        let logo = lift(&ring(WHITE, [0xd0, 0x20, 0x10]), WHITE, 10, Reach::Outside);
        assert_eq!(logo.get_pixel(60, 60).0, [255; 4]);
        assert_eq!(logo.get_pixel(0, 0).0[3], 0);
        assert_eq!(lift(&ring(WHITE, [9; 3]), WHITE, 10, Reach::Everywhere).get_pixel(60, 60).0[3], 0);
    }

    #[test]
    fn light_areas_within_the_logo_stay_opaque() {
        let pale = RgbaImage::from_fn(60, 60, |x, y| {
            if (10..50).contains(&x) && (10..50).contains(&y) { Rgba([0xf0, 0xe0, 0x60, 255]) } else { Rgba([255; 4]) }
        });
        let logo = lift(&pale, WHITE, 10, Reach::Everywhere);
        assert!(logo.enumerate_pixels().all(|(x, y, pixel)| {
            let expected = if (10..50).contains(&x) && (10..50).contains(&y) { 255 } else { 0 };
            pixel.0[3] == expected
        }));
    }

    #[test]
    fn pale_specks_go_and_small_dots_of_the_logo_stay() {
        let mut spotted = ring(WHITE, [0xd0, 0x20, 0x10]);
        for x in [5, 6] {
            spotted.put_pixel(x, 5, Rgba([0xe0, 0xe8, 0xe8, 255]));
            spotted.put_pixel(x, 110, Rgba([0x20, 0x20, 0x20, 255]));
        }
        let logo = lift(&spotted, WHITE, 10, Reach::Everywhere);
        assert_eq!((logo.get_pixel(5, 5).0[3], logo.get_pixel(5, 110).0[3]), (0, 255));
    }

    #[test]
    fn a_picture_of_the_background_alone_leaves_nothing() {
        let plain = RgbaImage::from_pixel(3, 1, Rgba([255, 250, 255, 255]));
        assert!(lift(&plain, WHITE, 10, Reach::Outside).pixels().all(|pixel| pixel.0[3] == 0));
    }
}
