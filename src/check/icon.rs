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
    /// Share of the border, from 0 to 1, that must have one colour. Below it the border has no colour that could be judged.
    #[serde(default)]
    pub share: f64,
    /// Share of the side, from 0 to 1, that the logo must stay below.
    #[serde(default)]
    pub logo: f64,
    /// Colours that are refused, as `#rrggbb`.
    #[serde(default)]
    pub colors: Vec<String>,
    /// Difference per colour channel up to which a colour counts as one of `colors`.
    #[serde(default)]
    pub near: u8,
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
    /// The border has the brand colour of apiProperties.json. Silent when it has one of `colors`, which another rule refuses.
    Brand,
    /// The border has none of `colors`.
    ForbiddenColor,
    /// The logo leaves enough room around it.
    Logo,
}

impl Demand for Icon {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(icon), Some(artifact)) = (context.model.icon(), context.subject.artifact) else { return };
        let path = context.model.connector.document(artifact).map(|document| document.path.to_string()).unwrap_or_default();
        let mut report =
            |found: String, expected: String| hits.push(Hit::new(At::File(path.clone())).with("found", found).with("expected", expected));
        let dimensions = icon.dimensions();
        let pixels = icon.pixels().ok();
        // A transparent border has no colour that could be judged, nor has one of many colours.
        let opaque_border = || pixels.filter(|pixels| !pixels.border_is_transparent()).map(|pixels| pixels.border(self.tolerance));
        let plain_border = || opaque_border().filter(|border| border.uniform_share >= self.share);
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
                let Some((brand, border)) = brand.and_then(|brand| parse_hex_color(&brand)).zip(plain_border()) else { return };
                if color_distance(border.color, brand) > self.tolerance && self.refused(border.color).is_none() {
                    report(hex_color(border.color), hex_color(brand));
                }
            }
            Measure::ForbiddenColor => {
                let Some(border) = plain_border() else { return };
                if let Some(color) = self.refused(border.color) {
                    report(hex_color(border.color), hex_color(color));
                }
            }
            Measure::Logo => {
                let share = pixels.filter(|_| plain_border().is_some()).map(|pixels| pixels.logo_share(self.tolerance));
                if let Some(share) = share.filter(|share| *share >= self.logo) {
                    report(format!("{:.0} %", share * 100.0), format!("{:.0} %", self.logo * 100.0));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "expected"]
    }
}

impl Icon {
    /// The refused colour that a colour counts as.
    fn refused(&self, color: [u8; 3]) -> Option<[u8; 3]> {
        self.colors.iter().filter_map(|refused| parse_hex_color(refused)).find(|refused| color_distance(color, *refused) <= self.near)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::document::tests::rules;
    use crate::rule::example::{Example, IconExample};

    #[test]
    fn one_wrong_background_is_one_finding() {
        let icon = |background: &str, second: Option<&str>| {
            let second = second.map(str::to_owned);
            let icon = IconExample { size: [230, 230], background: background.to_owned(), logo: 0.5, second };
            rules(&Example { icon: Some(icon), ..Example::default() }, "icon.png")
        };
        assert_eq!(icon("#ffffff", None), ["icon-background-white"]);
        assert_eq!(icon("#fdfdfd", None), ["icon-background-brand"]);
        assert_eq!(icon("#ffffff", Some("#aa0000")), ["icon-background-uniform"]);
        assert_eq!(icon("#ffffff00", None), ["icon-opaque"]);
    }
}
