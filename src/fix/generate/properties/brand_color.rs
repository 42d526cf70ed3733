//! `iconBrandColor`: one colour for all independent publishers, else the colour of the brand.

use crate::connector::Track;
use crate::connector::track::INDEPENDENT_BRAND_COLOR;
use crate::fix::generate::authentication::{Refusal, given, written};
use crate::fix::values::FixValues;
use crate::model::Model;
use crate::source::image::{color_distance, hex_color, parse_hex_color};
use crate::words;

/// White and the default of the portal, which certification refuses.
const FORBIDDEN: [[u8; 3]; 2] = [[0xff, 0xff, 0xff], [0x00, 0x7e, 0xe5]];
/// The demands of the rules on icons: so little may the border vary, and so near may it come to a forbidden colour.
const TOLERANCE: u8 = 2;
const UNIFORM_SHARE: f64 = 0.98;
const NEAR: u8 = 1;

/// The brand colour: the prescribed one for independent publishers; else the configured one, the one the connector has, the background
/// of its icon, or `icon_color`, the background of an icon that is made in the same run. `None` when nothing tells.
pub fn brand_color(model: &Model<'_>, values: &FixValues, icon_color: Option<[u8; 3]>) -> Result<Option<String>, Refusal> {
    let track = model.connector.track.value;
    if track == Track::Independent {
        return Ok(Some(INDEPENDENT_BRAND_COLOR.to_owned()));
    }
    let usable = |color: &[u8; 3]| !FORBIDDEN.iter().any(|&forbidden| color_distance(*color, forbidden) <= NEAR);
    if let Some(wanted) = given(&values.brand_color) {
        let refusal = |problem| Refusal::BadColor { value: words::excerpt(&wanted, 40), problem };
        let color = parse_hex_color(&wanted).ok_or_else(|| refusal("a colour is written as # and six hexadecimal digits"))?;
        // Nobody reviews private connectors.
        if track != Track::Custom && !usable(&color) {
            return Err(refusal("certification refuses white (#ffffff) and the default blue (#007ee5)"));
        }
        return Ok(Some(hex_color(color)));
    }
    let own = written(model, "/iconBrandColor").and_then(|text| parse_hex_color(&text));
    Ok([own, border_color(model), icon_color].into_iter().flatten().find(usable).map(hex_color))
}

/// The background of the connector's icon, where it has one colour and is not transparent.
fn border_color(model: &Model<'_>) -> Option<[u8; 3]> {
    let pixels = model.icon()?.pixels().ok()?;
    let border = pixels.border(TOLERANCE);
    (border.uniform_share >= UNIFORM_SHARE && !pixels.border_is_transparent()).then_some(border.color)
}
