//! Chooses how a logo is shown: on which colour, and what is done where it would not stand out.
//!
//! In this order: the colour somebody asked for; the ground the logo stood on; the logo's own colour, with the logo in white; a deep
//! shade of its most vivid colour. A logo of one colour that would vanish is drawn in white or ink; one of several colours is set on a
//! plate, so that its colours stay as they are.

use ::image::RgbaImage;

use super::artwork::{Artwork, contour};
use super::color::{
    self, INK, SAME, WHITE, as_background, chroma, contrast, deep_shade, difference, from_title, is_background, is_saturated, readable_on,
};
use super::picture::{SOLID, most_frequent};

/// How a logo is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scheme {
    /// The icon's colour.
    pub(super) background: [u8; 3],
    /// What is done to the logo.
    pub(super) treatment: Treatment,
}

/// What is done to a logo so that it stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Nothing.
    AsIs,
    /// It is drawn in one other colour.
    Recolored([u8; 3]),
    /// It is set on a plate of this colour.
    OnPlate([u8; 3]),
}

/// The share of a logo's edges that must stand out.
const STANDS_OUT: f64 = 0.88;
/// The same for the ground a logo came with: that was somebody's choice.
const HALF: f64 = 0.5;
/// The share of a logo that must have its main colour for it to be a logo of one colour.
const ONE_COLOR: f64 = 0.92;

/// Chooses. `brand` is the colour somebody asked for.
pub(super) fn choose(artwork: &Artwork, brand: Option<[u8; 3]>, title: &str) -> Scheme {
    match artwork {
        Artwork::Plain(color) => {
            let own = is_background(*color).then_some(*color);
            as_it_is(brand.or(own).unwrap_or_else(|| from_title(title)))
        }
        Artwork::Photo(pixels) => as_it_is(brand.unwrap_or_else(|| beside_photo(pixels, title))),
        Artwork::Mark { pixels, ground } => match (brand, ground) {
            (Some(brand), _) => made_visible(pixels, brand),
            (None, Some(ground)) if visible_edges(pixels, *ground) >= HALF => as_it_is(*ground),
            (None, _) => with_own_colors(pixels, title),
        },
    }
}

fn as_it_is(background: [u8; 3]) -> Scheme {
    Scheme { background, treatment: Treatment::AsIs }
}

/// On a colour that is given.
fn made_visible(pixels: &RgbaImage, background: [u8; 3]) -> Scheme {
    let treatment = if stands_out(pixels, background) {
        Treatment::AsIs
    } else if only_color(pixels).is_some() {
        Treatment::Recolored(readable_on(background))
    } else {
        Treatment::OnPlate(plate_for(pixels, background))
    };
    Scheme { background, treatment }
}

/// On a colour that suits the logo.
fn with_own_colors(pixels: &RgbaImage, title: &str) -> Scheme {
    if let Some(color) = only_color(pixels) {
        // White and light grey logos need a colour behind them; all others lend theirs and turn white.
        if !is_background(color) || (!is_saturated(color) && readable_on(color) == INK) {
            return made_visible(pixels, from_title(title));
        }
        return Scheme { background: color, treatment: Treatment::Recolored(readable_on(color)) };
    }
    let Some(vivid) = most_vivid(pixels) else { return made_visible(pixels, from_title(title)) };
    let own = as_background(vivid);
    let candidates = [own, deep_shade(vivid)];
    candidates.into_iter().find(|candidate| stands_out(pixels, *candidate)).map_or_else(|| made_visible(pixels, own), as_it_is)
}

fn beside_photo(pixels: &RgbaImage, title: &str) -> [u8; 3] {
    let Some(vivid) = most_vivid(pixels) else { return from_title(title) };
    let own = as_background(vivid);
    if stands_out(pixels, own) { own } else { deep_shade(vivid) }
}

/// Whether a logo can be told from a background along nearly all of its edges.
fn stands_out(pixels: &RgbaImage, background: [u8; 3]) -> bool {
    visible_edges(pixels, background) >= STANDS_OUT
}

/// The share of a logo's edges that stand out against a background.
fn visible_edges(pixels: &RgbaImage, background: [u8; 3]) -> f64 {
    let contour = contour(pixels);
    let visible = contour.iter().filter(|color| color::stands_out(**color, background)).count();
    visible as f64 / contour.len().max(1) as f64
}

fn solid(pixels: &RgbaImage) -> Vec<[u8; 3]> {
    let colors = |least: u8| {
        let visible = pixels.pixels().filter(move |pixel| pixel.0[3] >= least);
        visible.map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect()
    };
    let solid: Vec<_> = colors(SOLID);
    if solid.is_empty() { colors(1) } else { solid }
}

/// The colour of a logo that has but one.
fn only_color(pixels: &RgbaImage) -> Option<[u8; 3]> {
    let solid = solid(pixels);
    let main = most_frequent(solid.iter().copied())?;
    let same = solid.iter().filter(|color| difference(**color, main) <= SAME).count();
    (same as f64 >= ONE_COLOR * solid.len() as f64).then_some(main)
}

/// The colour that catches the eye: vivid, and enough of it.
fn most_vivid(pixels: &RgbaImage) -> Option<[u8; 3]> {
    let mut colors: Vec<[u8; 3]> = solid(pixels).into_iter().filter(|color| is_saturated(*color)).collect();
    // Similar colours are counted together, or a gradient would lose against any small plain area.
    let family = |[red, green, blue]: [u8; 3]| (red >> 5, green >> 5, blue >> 5);
    colors.sort_unstable_by_key(|color| (family(*color), *color));
    let families = colors.chunk_by(|one, other| family(*one) == family(*other));
    let weighed = families.filter_map(|members| {
        let color = most_frequent(members.iter().copied())?;
        Some((members.len() as f32 * chroma(color), color))
    });
    weighed.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, color)| color)
}

/// White or ink, whichever a logo stands out against better; white where both will do.
fn plate_for(pixels: &RgbaImage, background: [u8; 3]) -> [u8; 3] {
    const PLATE: f32 = 1.3;
    let fits = |plate: &[u8; 3]| contrast(*plate, background) >= PLATE && stands_out(pixels, *plate);
    [WHITE, INK].into_iter().find(fits).unwrap_or_else(|| if contrast(WHITE, background) >= PLATE { WHITE } else { INK })
}

#[cfg(test)]
mod tests {
    use ::image::Rgba;

    use super::*;

    const BLUE: [u8; 3] = [0x00, 0x78, 0xd4];
    const ORANGE: [u8; 3] = [0xf2, 0x8c, 0x1a];
    const NAVY: [u8; 3] = [0x10, 0x20, 0x40];

    /// Stripes with gaps between them.
    fn stripes(colors: &[[u8; 3]]) -> Artwork {
        let pixels = RgbaImage::from_fn(120, 60, |x, _| match colors.get((x as usize % 120) * colors.len() / 120) {
            Some([red, green, blue]) if x % 20 < 12 => Rgba([*red, *green, *blue, 255]),
            _ => Rgba([0; 4]),
        });
        Artwork::Mark { pixels, ground: None }
    }

    fn chosen(colors: &[[u8; 3]], brand: Option<[u8; 3]>) -> ([u8; 3], Treatment) {
        let Scheme { background, treatment } = choose(&stripes(colors), brand, "Contoso");
        (background, treatment)
    }

    #[test]
    fn a_colour_asked_for_is_always_taken() {
        assert_eq!(chosen(&[WHITE], Some(BLUE)), (BLUE, Treatment::AsIs));
        assert_eq!(chosen(&[BLUE], Some(BLUE)), (BLUE, Treatment::Recolored(WHITE)));
        assert_eq!(chosen(&[WHITE], Some([0xff, 0xe6, 0x00])), ([0xff, 0xe6, 0x00], Treatment::Recolored(INK)));
        assert_eq!(chosen(&[BLUE, ORANGE], Some(NAVY)), (NAVY, Treatment::AsIs));
        assert_eq!(chosen(&[BLUE, ORANGE], Some(BLUE)), (BLUE, Treatment::OnPlate(WHITE)));
    }

    #[test]
    fn a_logo_of_one_colour_lends_it_to_the_background_and_turns_white() {
        assert_eq!(chosen(&[BLUE], None), (BLUE, Treatment::Recolored(WHITE)));
        assert_eq!(chosen(&[[0; 3]], None), ([0; 3], Treatment::Recolored(WHITE)));
        assert_eq!(chosen(&[[0xff, 0xd1, 0x00]], None), ([0xff, 0xd1, 0x00], Treatment::Recolored(INK)));
    }

    #[test]
    fn white_and_light_grey_logos_get_the_colour_of_the_title() {
        assert_eq!(chosen(&[WHITE], None), (from_title("Contoso"), Treatment::AsIs));
        assert_eq!(chosen(&[[0xd8; 3]], None), (from_title("Contoso"), Treatment::AsIs));
    }

    #[test]
    fn colourful_logos_stand_on_a_deep_shade_or_a_plate() {
        let (background, treatment) = chosen(&[BLUE, ORANGE, [0x7f, 0xba, 0x00]], None);
        assert!(treatment == Treatment::AsIs && contrast(background, WHITE) > 7.0, "{background:02x?}");
        let (background, treatment) = chosen(&[NAVY, ORANGE, NAVY], None);
        assert_eq!((background, treatment), (ORANGE, Treatment::OnPlate(WHITE)));
    }

    #[test]
    fn the_ground_of_a_logo_is_kept() {
        let Artwork::Mark { pixels, .. } = stripes(&[WHITE]) else { panic!("no mark") };
        let scheme = choose(&Artwork::Mark { pixels, ground: Some(NAVY) }, None, "");
        assert_eq!(scheme, Scheme { background: NAVY, treatment: Treatment::AsIs });
    }

    #[test]
    fn a_plain_picture_gives_its_colour_unless_that_is_white() {
        assert_eq!(choose(&Artwork::Plain(BLUE), None, "x").background, BLUE);
        assert_eq!(choose(&Artwork::Plain(WHITE), None, "x").background, from_title("x"));
    }
}
