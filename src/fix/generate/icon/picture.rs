//! Pictures as pixels: reads whatever a logo comes as, and cuts and scales it without fringes.

use std::io::Cursor;

use ::image::imageops::{self, FilterType};
use ::image::{DynamicImage, ImageFormat, ImageReader, RgbaImage};

use crate::source::image::{Bounds, Image, ImageError, ImageKind, color_distance};

use super::{IconError, svg};

/// From this opacity on a pixel counts as part of the logo.
pub(super) const VISIBLE: u8 = 16;
/// From this opacity on a pixel has a colour that can be relied on.
pub(super) const SOLID: u8 = 200;
/// Larger logos are brought to this size before they are looked at: still several times what the icon needs.
const WORKING_SIDE: u32 = 448;
/// Room that is left around a logo when it is cut out, so that its background stays visible.
const MARGIN: u32 = 4;

/// A picture to make an icon of.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) pixels: RgbaImage,
    /// How much colours of one surface may differ by the way the file is stored.
    pub(super) noise: u8,
    /// Whether text, or pictures in other files, could not be drawn.
    pub(super) is_incomplete: bool,
}

impl Picture {
    /// Reads a raster picture or a vector graphic; which it is, its content tells.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, IconError> {
        let image = Image::read(bytes);
        let format = match image.kind() {
            ImageKind::Svg => {
                let svg::Drawing { pixels, is_incomplete } = svg::draw(bytes)?;
                return Ok(Self { pixels, noise: 2, is_incomplete });
            }
            ImageKind::Png => Some(ImageFormat::Png),
            ImageKind::Jpeg => Some(ImageFormat::Jpeg),
            ImageKind::Gif => Some(ImageFormat::Gif),
            ImageKind::Bmp => Some(ImageFormat::Bmp),
            ImageKind::WebP => Some(ImageFormat::WebP),
            ImageKind::Ico | ImageKind::Xml | ImageKind::Html | ImageKind::Other => None,
        };
        // What may be decoded, and within which limits, is decided in one place for all pictures.
        image.pixels().map_err(|error| IconError::Unreadable(error.clone()))?;
        let format = format.ok_or(IconError::Unreadable(ImageError::NotAnImage))?;
        drop(image);
        let decoded = ImageReader::with_format(Cursor::new(bytes), format).decode();
        let pixels = decoded.map(DynamicImage::into_rgba8).map_err(|_| IconError::Unreadable(ImageError::Truncated))?;
        let noise = match format {
            ImageFormat::Jpeg | ImageFormat::WebP => 24,
            _ => 10,
        };
        Ok(Self { pixels, noise, is_incomplete: false })
    }

    /// Cuts off the empty space around the logo, and brings what is left to a size that is quick to work with.
    pub(super) fn trimmed(mut self) -> Self {
        let backdrop = backdrop(&self.pixels, self.noise);
        let noise = self.noise;
        let bounds = bounds(&self.pixels, |[red, green, blue, opacity]| match backdrop {
            Some(color) => opacity < u8::MAX || color_distance([red, green, blue], color) > noise,
            None => opacity > 0,
        });
        if let Some(bounds) = bounds {
            self.pixels = cut(&self.pixels, widened(bounds, &self.pixels));
        }
        let longest = self.pixels.width().max(self.pixels.height());
        if longest > WORKING_SIDE {
            let side = |length: u32| (u64::from(length) * u64::from(WORKING_SIDE) / u64::from(longest)).max(1) as u32;
            // A filter without overshoot: it must not draw lines around the logo that were not there.
            let (width, height) = (side(self.pixels.width()), side(self.pixels.height()));
            self.pixels = scaled(self.pixels, width, height, FilterType::Triangle);
        }
        self
    }
}

fn widened(bounds: Bounds, image: &RgbaImage) -> Bounds {
    let (x, y) = (bounds.x.saturating_sub(MARGIN), bounds.y.saturating_sub(MARGIN));
    let right = (bounds.x + bounds.width + MARGIN).min(image.width());
    let bottom = (bounds.y + bounds.height + MARGIN).min(image.height());
    Bounds { x, y, width: right - x, height: bottom - y }
}

/// The one colour a picture stands on: opaque, and found along most of its border, or along half of it and in its corners, where a
/// logo touches the border.
pub(super) fn backdrop(image: &RgbaImage, noise: u8) -> Option<[u8; 3]> {
    const MOST: f64 = 0.9;
    const HALF: f64 = 0.5;
    let (right, bottom) = (image.width().checked_sub(1)?, image.height().checked_sub(1)?);
    let ring: Vec<[u8; 4]> =
        image.enumerate_pixels().filter(|(x, y, _)| *x == 0 || *y == 0 || *x == right || *y == bottom).map(|(.., pixel)| pixel.0).collect();
    let color = most_frequent(ring.iter().filter(|[.., opacity]| *opacity == u8::MAX).map(|[red, green, blue, _]| [*red, *green, *blue]))?;
    let fits = |[red, green, blue, opacity]: [u8; 4]| opacity == u8::MAX && color_distance([red, green, blue], color) <= noise;
    let share = ring.iter().filter(|pixel| fits(**pixel)).count() as f64 / ring.len() as f64;
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)];
    let in_corners = corners.into_iter().filter(|(x, y)| fits(image.get_pixel(*x, *y).0)).count();
    (share >= MOST || (share >= HALF && in_corners >= 3)).then_some(color)
}

/// The most frequent of colours, the darkest of several.
pub(super) fn most_frequent(colors: impl Iterator<Item = [u8; 3]>) -> Option<[u8; 3]> {
    let mut colors: Vec<[u8; 3]> = colors.collect();
    colors.sort_unstable();
    let runs = colors.chunk_by(|one, other| one == other);
    runs.fold(&[] as &[[u8; 3]], |longest, run| if run.len() > longest.len() { run } else { longest }).first().copied()
}

/// The smallest rectangle around all pixels of a kind.
pub(super) fn bounds(image: &RgbaImage, is_inside: impl Fn([u8; 4]) -> bool) -> Option<Bounds> {
    let inside = image.enumerate_pixels().filter(|(.., pixel)| is_inside(pixel.0));
    let corners = inside.fold(None, |corners: Option<(u32, u32, u32, u32)>, (x, y, _)| {
        let (left, top, right, bottom) = corners.unwrap_or((x, y, x, y));
        Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
    });
    corners.map(|(left, top, right, bottom)| Bounds { x: left, y: top, width: right - left + 1, height: bottom - top + 1 })
}

/// The smallest rectangle around all that is visible.
pub(super) fn visible_bounds(image: &RgbaImage) -> Option<Bounds> {
    bounds(image, |[.., opacity]| opacity >= VISIBLE)
}

/// A part of a picture.
pub(super) fn cut(image: &RgbaImage, part: Bounds) -> RgbaImage {
    imageops::crop_imm(image, part.x, part.y, part.width, part.height).to_image()
}

/// A picture in another size. Transparent pixels have no say in the colours of their neighbours, so no fringe appears.
pub(super) fn scaled(mut image: RgbaImage, width: u32, height: u32, filter: FilterType) -> RgbaImage {
    if image.dimensions() == (width, height) {
        return image;
    }
    for pixel in image.pixels_mut() {
        let [red, green, blue, opacity] = pixel.0;
        let weigh = |channel: u8| ((u32::from(channel) * u32::from(opacity) + 127) / 255) as u8;
        pixel.0 = [weigh(red), weigh(green), weigh(blue), opacity];
    }
    let mut resized = imageops::resize(&image, width, height, filter);
    for pixel in resized.pixels_mut() {
        let [red, green, blue, opacity] = pixel.0;
        let divisor = u32::from(opacity).max(1);
        let restore = |channel: u8| ((u32::from(channel) * 255 + divisor / 2) / divisor).min(255) as u8;
        pixel.0 = [restore(red), restore(green), restore(blue), opacity];
    }
    resized
}

#[cfg(test)]
mod tests {
    use ::image::Rgba;

    use super::*;

    const WHITE: Rgba<u8> = Rgba([255; 4]);
    const RED: Rgba<u8> = Rgba([200, 0, 0, 255]);
    const CLEAR: Rgba<u8> = Rgba([0; 4]);

    fn picture(pixels: RgbaImage) -> Picture {
        Picture { pixels, noise: 10, is_incomplete: false }
    }

    fn disc(side: u32, back: Rgba<u8>, radius: f64) -> RgbaImage {
        let middle = f64::from(side) / 2.0 - 0.5;
        RgbaImage::from_fn(side, side, |x, y| if (f64::from(x) - middle).hypot(f64::from(y) - middle) <= radius { RED } else { back })
    }

    #[test]
    fn the_backdrop_is_the_colour_of_the_border_even_where_the_logo_touches_it() {
        assert_eq!(backdrop(&disc(100, WHITE, 20.0), 10), Some([255; 3]));
        assert_eq!(backdrop(&disc(100, WHITE, 52.0), 10), Some([255; 3]));
        assert_eq!(backdrop(&disc(100, CLEAR, 20.0), 10), None);
        let gradient = RgbaImage::from_fn(100, 100, |x, _| Rgba([x as u8 * 2, 0, 0, 255]));
        assert_eq!(backdrop(&gradient, 10), None);
    }

    #[test]
    fn empty_space_is_cut_off_before_a_picture_is_made_smaller() {
        let mut large = RgbaImage::from_pixel(900, 600, WHITE);
        imageops::replace(&mut large, &RgbaImage::from_pixel(100, 60, RED), 500, 300);
        assert_eq!(picture(large).trimmed().pixels.dimensions(), (108, 68));
        let solid = picture(RgbaImage::from_fn(600, 300, |x, _| if x < 300 { RED } else { WHITE })).trimmed();
        assert_eq!(solid.pixels.dimensions(), (448, 224));
        assert_eq!(picture(RgbaImage::from_pixel(1, 1, RED)).trimmed().pixels.dimensions(), (1, 1));
    }

    #[test]
    fn scaling_mixes_no_colour_of_invisible_pixels_in() {
        let small = scaled(disc(300, Rgba([0, 255, 0, 0]), 100.0), 50, 50, FilterType::Triangle);
        for pixel in small.pixels().filter(|pixel| pixel.0[3] >= VISIBLE) {
            assert!(color_distance([pixel.0[0], pixel.0[1], pixel.0[2]], [200, 0, 0]) <= 8, "{pixel:?}");
        }
    }
}
