//! Puts a logo on an icon and writes it as a small PNG.

use ::image::RgbaImage;
use ::image::imageops::FilterType;
use oxipng::{BitDepth, ColorType, Options, RawImage};

use super::IconError;
use super::artwork::round_rectangle;
use super::picture::{cut, scaled, visible_bounds};
use super::scheme::{Scheme, Treatment};

/// Side of a new icon in pixels: the largest that is permitted.
pub(super) const SIDE: u32 = 230;
/// The longer side of a logo in an icon, as a share of the icon; certification asks for less than 0.7.
pub(super) const LOGO: f64 = 0.626;
/// The same for logos much wider than high or the other way round, which have less surface.
pub(super) const LONG_LOGO: f64 = 0.657;
/// From this proportion on a logo is a long one.
const LONG: f64 = 1.6;
/// Side of a plate under a logo, the logo on it, and the radius of its corners, as shares of the icon.
const PLATE: f64 = 0.64;
const LOGO_ON_PLATE: f64 = 0.48;
const PLATE_CORNERS: f64 = 0.12;

/// An icon while it is drawn.
#[derive(Debug)]
pub(super) struct Canvas {
    pixels: RgbaImage,
}

impl Canvas {
    /// An icon of one colour.
    pub(super) fn new(side: u32, [red, green, blue]: [u8; 3]) -> Self {
        Self { pixels: RgbaImage::from_pixel(side, side, ::image::Rgba([red, green, blue, u8::MAX])) }
    }

    /// An icon with a logo in the middle, drawn as a scheme says. `share` is how much of the icon the logo takes; by default what looks best.
    pub(super) fn with_logo(side: u32, logo: &RgbaImage, scheme: Scheme, share: Option<f64>) -> Result<Self, IconError> {
        let bounds = visible_bounds(logo).ok_or(IconError::Blank)?;
        let mut logo = cut(logo, bounds);
        let mut canvas = Self::new(side, scheme.background);
        let (width, height) = (f64::from(bounds.width), f64::from(bounds.height));
        let is_long = width.max(height) > LONG * width.min(height);
        let mut share = share.unwrap_or(if is_long { LONG_LOGO } else { LOGO });
        match scheme.treatment {
            Treatment::AsIs => {}
            Treatment::Recolored(color) => recolor(&mut logo, color),
            Treatment::OnPlate(color) => {
                canvas.draw_plate(color);
                share = LOGO_ON_PLATE;
            }
        }
        let scale = f64::from(side) * share / width.max(height);
        let length = |length: f64| ((length * scale).round() as u32).clamp(1, side);
        let logo = scaled(logo, length(width), length(height), FilterType::CatmullRom);
        canvas.draw(&logo, (side - logo.width()) / 2, (side - logo.height()) / 2);
        Ok(canvas)
    }

    /// Draws a picture with its upper left corner at a place.
    pub(super) fn draw(&mut self, picture: &RgbaImage, x: u32, y: u32) {
        for (across, down, pixel) in picture.enumerate_pixels() {
            let Some(below) = self.pixels.get_pixel_mut_checked(x + across, y + down) else { continue };
            let opacity = u32::from(pixel.0[3]);
            let mix = |at: usize| ((u32::from(pixel.0[at]) * opacity + u32::from(below.0[at]) * (255 - opacity) + 127) / 255) as u8;
            below.0 = [mix(0), mix(1), mix(2), u8::MAX];
        }
    }

    fn draw_plate(&mut self, [red, green, blue]: [u8; 3]) {
        let side = f64::from(self.pixels.width());
        let length = (side * PLATE).round() as u32;
        let corner = side * PLATE_CORNERS;
        let plate = RgbaImage::from_fn(length, length, |x, y| {
            let cover = round_rectangle(f64::from(x) + 0.5, f64::from(y) + 0.5, f64::from(length), f64::from(length), corner);
            ::image::Rgba([red, green, blue, (cover * 255.0).round() as u8])
        });
        let start = (self.pixels.width() - length) / 2;
        self.draw(&plate, start, start);
    }

    /// The icon as PNG, as small as is quickly done. The same icon always gives the same bytes.
    pub(super) fn into_png(self) -> Result<Vec<u8>, IconError> {
        let (width, height) = self.pixels.dimensions();
        // Nothing of an icon is transparent.
        let opaque = self.pixels.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
        RawImage::new(width, height, ColorType::RGB { transparent_color: None }, BitDepth::Eight, opaque)
            .and_then(|image| image.create_optimized_png(&Options::from_preset(2)))
            .map_err(|error| IconError::Encoding(error.to_string()))
    }
}

/// Draws a logo in one colour.
pub(super) fn recolor(logo: &mut RgbaImage, [red, green, blue]: [u8; 3]) {
    for pixel in logo.pixels_mut() {
        pixel.0 = [red, green, blue, pixel.0[3]];
    }
}

#[cfg(test)]
mod tests {
    use ::image::Rgba;

    use super::*;
    use crate::source::image::Image;

    const BLUE: [u8; 3] = [0x10, 0x50, 0xb0];

    fn icon(width: u32, height: u32, treatment: Treatment) -> RgbaImage {
        let logo = RgbaImage::from_pixel(width, height, Rgba([0xd0, 0x20, 0x10, 255]));
        Canvas::with_logo(SIDE, &logo, Scheme { background: BLUE, treatment }, None).unwrap().pixels
    }

    #[test]
    fn a_logo_keeps_its_proportions_and_the_middle() {
        for (width, height, expected) in [(10, 10, (144, 144)), (400, 100, (151, 38)), (30, 900, (5, 151)), (1, 1, (144, 144))] {
            let bounds = super::super::picture::bounds(&icon(width, height, Treatment::AsIs), |pixel| pixel[0] != BLUE[0]).unwrap();
            assert_eq!((bounds.width, bounds.height), expected);
            assert!((2 * bounds.x + bounds.width).abs_diff(SIDE) <= 1 && (2 * bounds.y + bounds.height).abs_diff(SIDE) <= 1);
        }
    }

    #[test]
    fn treatments_are_applied() {
        let white = Treatment::Recolored([255; 3]);
        assert_eq!(icon(10, 10, white).get_pixel(115, 115).0, [255; 4]);
        let plate = icon(10, 10, Treatment::OnPlate([255; 3]));
        assert_eq!((plate.get_pixel(45, 115).0, plate.get_pixel(115, 115).0[0]), ([255; 4], 0xd0));
        assert_eq!(plate.get_pixel(42, 42).0[..3], BLUE);
    }

    #[test]
    fn the_same_icon_gives_the_same_bytes() {
        let written = || Canvas::new(SIDE, BLUE).into_png().unwrap();
        assert_eq!(written(), written());
        assert_eq!(Image::read(&written()).dimensions(), Some((SIDE, SIDE)));
    }
}
