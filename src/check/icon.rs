//! Measures of the icon against what certification demands of it.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::image::{ImageError, ImageKind, color_distance, hex_color, parse_hex_color};

/// A measure of the icon (kind `icon`). Nothing is said about pixels of an icon that cannot be decoded.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Icon {
    /// What is measured.
    pub measure: Measure,
    /// Smallest side in pixels.
    #[serde(default)]
    pub min: u32,
    /// Largest side in pixels; bytes from which on the file is too large.
    #[serde(default)]
    pub max: u32,
    /// Difference per colour channel that is overlooked.
    #[serde(default)]
    pub tolerance: u8,
    /// Share from 0 to 1: of the border that must have one colour, or of the side that the logo must stay below.
    #[serde(default)]
    pub share: f64,
    /// Colours as `#rrggbb`.
    #[serde(default)]
    pub colors: Vec<String>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// It is a PNG that can be decoded.
    Png,
    /// Size of the file.
    Bytes,
    /// Width equals height.
    Square,
    /// Both sides are in the range.
    Dimensions,
    /// No pixel of the border is transparent.
    Opaque,
    /// The border has one colour.
    Uniform,
    /// The border has the brand colour of apiProperties.json.
    Brand,
    /// The border has none of the given colours.
    ForbiddenColor,
    /// The logo leaves enough room around it.
    Logo,
}

impl Demand for Icon {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(icon), Some(artifact)) = (context.model.icon(), context.subject.artifact) else { return };
        let path = context.model.connector.document(artifact).map(|document| document.path.clone()).unwrap_or_default();
        let mut report =
            |found: String, expected: String| hits.push(Hit::new(At::File(path.clone())).with("found", found).with("expected", expected));
        let dimensions = icon.dimensions();
        let pixels = icon.pixels().ok();
        let border = pixels.map(|pixels| pixels.border(self.tolerance));
        // A transparent border has no colour that could be judged.
        let opaque_border = || border.as_ref().filter(|_| pixels.is_some_and(|pixels| !pixels.border_is_transparent()));
        match self.measure {
            Measure::Png => {
                let kind = icon.kind();
                if kind != ImageKind::Png {
                    report(format!("a {} file", kind.word()), "PNG".to_owned());
                } else if let Some(error) = icon.pixels().err().filter(|error| !matches!(error, ImageError::TooLarge { .. })) {
                    report(format!("a PNG that cannot be read: {error}"), "PNG".to_owned());
                }
            }
            Measure::Bytes => {
                if icon.bytes_len() as u64 >= u64::from(self.max) {
                    report(icon.bytes_len().to_string(), self.max.to_string());
                }
            }
            Measure::Square => {
                if let Some((width, height)) = dimensions.filter(|(width, height)| width != height) {
                    report(format!("{width} x {height}"), String::new());
                }
            }
            Measure::Dimensions => {
                let range = self.min..=self.max;
                if let Some((width, height)) = dimensions.filter(|(width, height)| !range.contains(width) || !range.contains(height)) {
                    report(format!("{width} x {height}"), format!("{} to {}", self.min, self.max));
                }
            }
            Measure::Opaque => {
                if pixels.is_some_and(|pixels| pixels.border_is_transparent()) {
                    report(String::new(), String::new());
                }
            }
            Measure::Uniform => {
                if let Some(border) = opaque_border().filter(|border| border.uniform_share < self.share) {
                    report(format!("{:.0} %", (border.uniform_share * 100.0).floor()), format!("{:.0} %", self.share * 100.0));
                }
            }
            Measure::Brand => {
                let brand = context.model.properties.as_ref().and_then(|properties| properties.properties?.get_str("iconBrandColor"));
                let Some((brand, border)) = brand.and_then(|brand| parse_hex_color(&brand)).zip(opaque_border()) else { return };
                if color_distance(border.color, brand) > self.tolerance && border.uniform_share >= self.share {
                    report(hex_color(border.color), hex_color(brand));
                }
            }
            Measure::ForbiddenColor => {
                let Some(border) = opaque_border() else { return };
                let forbidden = self
                    .colors
                    .iter()
                    .filter_map(|color| parse_hex_color(color))
                    .find(|color| color_distance(border.color, *color) <= self.tolerance);
                if let Some(color) = forbidden {
                    report(hex_color(border.color), hex_color(color));
                }
            }
            Measure::Logo => {
                let Some(pixels) = pixels else { return };
                let share = pixels.logo_share(self.tolerance);
                if share >= self.share && opaque_border().is_some_and(|border| border.uniform_share > 0.9) {
                    report(format!("{:.0} %", share * 100.0), format!("{:.0} %", self.share * 100.0));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "expected"]
    }
}
