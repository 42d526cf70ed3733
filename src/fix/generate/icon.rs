//! Makes and repairs connector icons: a logo, or the initials of the title, on a square of the brand's colour.
//!
//! Bytes in, bytes out: nothing here reads or writes files, and the same input always gives the same icon. Logos come as PNG, JPEG, GIF,
//! BMP, WebP or SVG; what they are, their content tells. [`generate`] makes an icon anew, [`repair`] changes one as little as
//! certification allows.

mod artwork;
mod canvas;
mod color;
mod glyphs;
mod lettermark;
mod matte;
mod picture;
mod repair;
mod scheme;
mod svg;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use ::image::RgbaImage;

use crate::fix::values::Logo;
use crate::source::image::ImageError;

use artwork::{Artwork, extract};
use canvas::{Canvas, SIDE};
use picture::{Picture, visible_bounds};
use scheme::{Treatment, choose};

/// From this number of pixels on a logo is large enough to be shown without blur.
const SHARP: u32 = 72;

/// What an icon is made of.
#[derive(Debug, Clone, Copy)]
pub struct IconRequest<'a> {
    /// The logo. Without one the initials of the title are drawn.
    pub logo: Option<&'a Logo>,
    /// The connector's title.
    pub title: &'a str,
    /// The background. A colour that certification refuses (white, and the platform's default) counts as none; without one the logo or
    /// the title decides.
    pub brand_color: Option<[u8; 3]>,
}

impl IconRequest<'_> {
    fn usable_brand_color(&self) -> Option<[u8; 3]> {
        self.brand_color.filter(|color| !color::is_refused(*color))
    }
}

/// An icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedIcon {
    /// The file.
    pub png: Vec<u8>,
    /// Its background, for `iconBrandColor`.
    pub color: [u8; 3],
    /// What a person should know about it.
    pub remarks: Vec<Remark>,
}

/// Something about an icon that a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// It shows the initials of the title.
    Initials,
    /// The logo was drawn in one other colour, since its own would not have stood out.
    Recolored,
    /// The logo was set on a plate, since its colours would not have stood out.
    Plate,
    /// Text, or pictures in other files, were left out.
    PartsLeftOut,
    /// The logo has too few pixels to look sharp.
    Blurred,
}

impl Remark {
    fn of_treatment(treatment: Treatment) -> Option<Self> {
        match treatment {
            Treatment::AsIs => None,
            Treatment::Recolored(_) => Some(Self::Recolored),
            Treatment::OnPlate(_) => Some(Self::Plate),
        }
    }

    /// What there is to say about a logo that is drawn in another size.
    fn about(treatment: Treatment, logo: &RgbaImage) -> Vec<Self> {
        let is_small = visible_bounds(logo).is_some_and(|logo| logo.width.max(logo.height) < SHARP);
        Self::of_treatment(treatment).into_iter().chain(is_small.then_some(Self::Blurred)).collect()
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Initials => "it shows the initials of the title, as there is no logo",
            Self::Recolored => "the logo is drawn in one colour, as its own would not stand out from the background",
            Self::Plate => "the logo is set on a plate, as its colours would not stand out from the background",
            Self::PartsLeftOut => "text or linked pictures in the logo were left out; convert text to outlines to keep it",
            Self::Blurred => "the logo is small and looks blurred; a larger picture or a vector graphic would be sharp",
        })
    }
}

/// Why there is no icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IconError {
    /// The picture cannot be read.
    Unreadable(ImageError),
    /// The vector graphic cannot be drawn; in words that follow "it".
    Drawing(String),
    /// The vector graphic shows nothing but text, or pictures in other files.
    OnlyText,
    /// The picture shows nothing.
    Blank,
    /// The icon could not be written as a PNG.
    Encoding(String),
}

impl fmt::Display for IconError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(formatter, "the picture cannot be used: {error}"),
            Self::Drawing(words) => write!(formatter, "the vector graphic cannot be used: it {words}"),
            Self::OnlyText => formatter.write_str(
                "the vector graphic shows nothing but text or pictures in other files; convert its text to outlines in the drawing program, or save it as PNG",
            ),
            Self::Blank => formatter.write_str("the picture shows nothing: all of it is transparent"),
            Self::Encoding(words) => write!(formatter, "the icon could not be written: {words}"),
        }
    }
}

impl Error for IconError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

/// Makes an icon that passes certification: 230 x 230 pixels, the logo in the middle on at most 66 % of the side, the background opaque
/// and of one colour up to the edges.
///
/// The colour is, in this order: the one asked for, the one the logo stands on, the most vivid one of the logo, and one that depends on
/// the title alone. A logo that would not stand out is drawn in white or in ink if it has one colour, and set on a plate otherwise.
pub fn generate(request: &IconRequest<'_>) -> Result<GeneratedIcon, IconError> {
    match request.logo {
        Some(logo) => from_picture(&logo.bytes, request),
        None => {
            let color = request.usable_brand_color().unwrap_or_else(|| color::from_title(request.title));
            with_initials(request.title, color, SIDE)
        }
    }
}

/// Repairs the icon of a connector, changing only what certification refuses: format, size, transparency, background, and the size of
/// the logo. Where nothing is wrong, the result is the input.
///
/// The logo of the request is not looked at: who has one may as well [`generate`] the icon.
pub fn repair(icon: &[u8], request: &IconRequest<'_>) -> Result<GeneratedIcon, IconError> {
    repair::repair(icon, request)
}

fn from_picture(bytes: &[u8], request: &IconRequest<'_>) -> Result<GeneratedIcon, IconError> {
    let brand = request.usable_brand_color();
    let picture = Picture::read(bytes)?.trimmed();
    let artwork = extract(&picture, brand)?;
    let scheme = choose(&artwork, brand, request.title);
    let pixels = match &artwork {
        Artwork::Plain(_) => return with_initials(request.title, scheme.background, SIDE),
        Artwork::Mark { pixels, .. } | Artwork::Photo(pixels) => pixels,
    };
    let mut remarks = Remark::about(scheme.treatment, pixels);
    if picture.is_incomplete {
        remarks.push(Remark::PartsLeftOut);
    }
    let canvas = Canvas::with_logo(SIDE, pixels, scheme, None)?;
    Ok(GeneratedIcon { png: canvas.into_png()?, color: scheme.background, remarks })
}

fn with_initials(title: &str, color: [u8; 3], side: u32) -> Result<GeneratedIcon, IconError> {
    let mut canvas = Canvas::new(side, color);
    canvas.draw(&lettermark::draw(title, color::readable_on(color), side)?, 0, 0);
    Ok(GeneratedIcon { png: canvas.into_png()?, color, remarks: vec![Remark::Initials] })
}
