//! Repairs an icon that a connector has, changing no more of it than what certification would refuse.

use crate::source::image::{Border, Image, ImageKind, Pixels, color_distance};

use super::artwork::{Artwork, extract};
use super::canvas::{Canvas, LONG_LOGO, SIDE, recolor};
use super::color::is_refused;
use super::picture::Picture;
use super::scheme::{Treatment, choose};
use super::{GeneratedIcon, IconError, IconRequest, Remark};

/// What certification permits for the sides of an icon.
const SIDES: std::ops::RangeInclusive<u32> = 100..=230;
/// From this size on a file is refused.
const MAX_BYTES: usize = 1 << 20;
/// What the rules about icons overlook: differences of colour at the border, the share of the border that may differ, and the
/// difference by which a logo is told from the background.
const COLOR_TOLERANCE: u8 = 2;
const BORDER_SHARE: f64 = 0.98;
const LOGO_TOLERANCE: u8 = 16;
/// From this share of the icon on a logo is refused.
const MAX_LOGO: f64 = 0.7;
/// A logo that is drawn anew gets at least this share.
const MIN_LOGO: f64 = 0.3;

/// What an icon is like.
struct State {
    /// It is a PNG of a permitted size that is not too large.
    is_sound_file: bool,
    /// Square, with sides in the range.
    has_good_size: bool,
    /// The colour of its border, where that is opaque and has one colour.
    color: Option<[u8; 3]>,
    /// How much of it the logo takes.
    logo: f64,
    side: u32,
}

impl State {
    fn of(image: &Image, pixels: &Pixels) -> Self {
        let (width, height) = (pixels.width(), pixels.height());
        let Border { color, uniform_share } = pixels.border(COLOR_TOLERANCE);
        let has_color = !pixels.border_is_transparent() && uniform_share >= BORDER_SHARE;
        // The logo of a picture that is not square is measured against the square that it will be put in.
        let logo = pixels.logo_bounds(LOGO_TOLERANCE).map_or(0.0, |logo| f64::from(logo.width.max(logo.height)));
        Self {
            is_sound_file: image.kind() == ImageKind::Png && image.bytes_len() < MAX_BYTES,
            has_good_size: width == height && SIDES.contains(&width),
            color: has_color.then_some(color),
            logo: logo / f64::from(width.max(height)),
            side: width,
        }
    }

    fn has_good_logo(&self) -> bool {
        self.logo < MAX_LOGO
    }

    /// The colour of an icon that needs no repair.
    fn good_color(&self, brand: Option<[u8; 3]>) -> Option<[u8; 3]> {
        let color = self.color.filter(|color| !is_refused(*color))?;
        match brand {
            None => Some(color),
            Some(brand) => (color_distance(color, brand) <= COLOR_TOLERANCE).then_some(brand),
        }
    }
}

/// See [`super::repair`].
pub(super) fn repair(bytes: &[u8], request: &IconRequest<'_>) -> Result<GeneratedIcon, IconError> {
    let brand = request.usable_brand_color();
    let image = Image::read(bytes);
    // A vector graphic has no state to keep; neither has what is no icon at all.
    let Ok(pixels) = image.pixels() else { return super::from_picture(bytes, request) };
    let state = State::of(&image, pixels);
    let good_color = state.good_color(brand);
    if let Some(color) = good_color.filter(|_| state.has_good_size && state.has_good_logo() && state.is_sound_file) {
        return Ok(GeneratedIcon { png: bytes.to_vec(), color, remarks: Vec::new() });
    }
    drop(image);
    // Where neither size nor place of the logo has to change, every pixel stays where it is.
    let keeps_place = state.has_good_size && state.has_good_logo() && state.color.is_some();
    let picture = Picture::read(bytes)?;
    let artwork = extract(&if keeps_place { picture } else { picture.trimmed() }, brand)?;
    let scheme = choose(&artwork, brand, request.title);
    let side = if state.has_good_size { state.side } else { SIDE };
    let (canvas, remarks) = match artwork {
        Artwork::Plain(_) => return super::with_initials(request.title, scheme.background, side),
        Artwork::Mark { mut pixels, .. } if keeps_place && !matches!(scheme.treatment, Treatment::OnPlate(_)) => {
            if let Treatment::Recolored(color) = scheme.treatment {
                recolor(&mut pixels, color);
            }
            let mut canvas = Canvas::new(side, scheme.background);
            canvas.draw(&pixels, 0, 0);
            (canvas, Remark::of_treatment(scheme.treatment).into_iter().collect())
        }
        Artwork::Mark { pixels, .. } | Artwork::Photo(pixels) => {
            let share = (state.color.is_some() && state.has_good_logo()).then(|| state.logo.clamp(MIN_LOGO, LONG_LOGO));
            (Canvas::with_logo(side, &pixels, scheme, share)?, Remark::about(scheme.treatment, &pixels))
        }
    };
    Ok(GeneratedIcon { png: canvas.into_png()?, color: scheme.background, remarks })
}
