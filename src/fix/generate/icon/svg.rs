//! Draws vector graphics: the logos of users, which may be hostile, and the marks that we write ourselves.
//!
//! Nothing outside the drawing is ever read: pictures in it count only when they are written into the file itself, and there are no fonts.

mod budget;
mod outline;
mod source;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::image::RgbaImage;
use resvg::tiny_skia::{Pixmap, Rect, Transform};
use resvg::usvg::{self, ImageHrefResolver, ImageKind as Embedded, Options, Tree};

use crate::source::image::{Image, ImageKind};

use super::IconError;

/// The longer side of a drawn logo in pixels: several times what the icon needs, so that edges stay smooth.
const SIDE: f32 = 448.0;

/// A vector graphic in pixels.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The part of the drawing area that has anything on it.
    pub(super) pixels: RgbaImage,
    /// Whether text, or pictures in other files, could not be drawn.
    pub(super) is_incomplete: bool,
}

/// Draws a file that somebody else wrote.
pub(super) fn draw(bytes: &[u8]) -> Result<Drawing, IconError> {
    let source = source::read(bytes)?;
    // The renderer is written not to panic; should it ever do so, a logo is no reason to stop the whole run.
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let tree = Tree::from_xmltree(&source.document()?, &options()).map_err(in_own_words)?;
        let area = visible_area(&tree)?;
        let scale = SIDE / area.width().max(area.height());
        budget::check(&tree, area, scale)?;
        render(&tree, area, scale)
    }));
    match drawn.unwrap_or_else(|_| Err(IconError::Drawing("could not be drawn".to_owned()))) {
        Ok(pixels) => Ok(Drawing { pixels, is_incomplete: source.is_incomplete }),
        Err(IconError::Blank) if source.is_incomplete => Err(IconError::OnlyText),
        Err(error) => Err(error),
    }
}

/// Draws a mark of our own as a square of so many pixels.
pub(super) fn draw_mark(svg: &str, side: u32) -> Result<RgbaImage, IconError> {
    let tree = Tree::from_str(svg, &options()).map_err(in_own_words)?;
    let area = tree.size().to_rect(0.0, 0.0).ok_or(IconError::Blank)?;
    render(&tree, area, side as f32 / area.width())
}

/// What has anything on it within the drawing area.
fn visible_area(tree: &Tree) -> Result<Rect, IconError> {
    let page = tree.size().to_rect(0.0, 0.0).ok_or(IconError::Blank)?;
    if !tree.root().has_children() {
        return Err(IconError::Blank);
    }
    let drawn = tree.root().abs_layer_bounding_box();
    let (left, top) = (drawn.left().max(page.left()), drawn.top().max(page.top()));
    let (right, bottom) = (drawn.right().min(page.right()), drawn.bottom().min(page.bottom()));
    Rect::from_ltrb(left, top, right, bottom).filter(|area| area.width() > 0.0 && area.height() > 0.0).ok_or(IconError::Blank)
}

fn render(tree: &Tree, area: Rect, scale: f32) -> Result<RgbaImage, IconError> {
    let side = |length: f32| (length * scale).ceil().max(1.0) as u32;
    let (width, height) = (side(area.width()), side(area.height()));
    let mut canvas = Pixmap::new(width, height).ok_or(IconError::Blank)?;
    let transform = Transform::from_scale(scale, scale).pre_translate(-area.left(), -area.top());
    resvg::render(tree, transform, &mut canvas.as_mut());
    RgbaImage::from_raw(width, height, canvas.take_demultiplied()).ok_or(IconError::Blank)
}

fn options() -> Options<'static> {
    Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, data, _| embedded(data)),
            // Otherwise the renderer would open files.
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

/// A picture within the drawing, judged by its content and within the limits that hold for all pictures.
fn embedded(data: Arc<Vec<u8>>) -> Option<Embedded> {
    let picture = Image::read(&data);
    picture.pixels().ok()?;
    match picture.kind() {
        ImageKind::Png => Some(Embedded::PNG(data)),
        ImageKind::Jpeg => Some(Embedded::JPEG(data)),
        ImageKind::Gif => Some(Embedded::GIF(data)),
        ImageKind::WebP => Some(Embedded::WEBP(data)),
        _ => None,
    }
}

fn in_own_words(error: usvg::Error) -> IconError {
    IconError::Drawing(match error {
        usvg::Error::InvalidSize => "has no width or no height".to_owned(),
        usvg::Error::ElementsLimitReached => source::TOO_MUCH.to_owned(),
        usvg::Error::ParsingFailed(error) => source::not_well_formed(&error, true),
        usvg::Error::NotAnUtf8Str | usvg::Error::SvgzFeatureNotEnabled | usvg::Error::MalformedGZip => {
            "is stored in a way that few programs can read".to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(svg: &str) -> String {
        draw(svg.as_bytes()).map(|drawing| drawing.pixels.dimensions()).unwrap_err().to_string()
    }

    fn svg(content: &str) -> String {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{content}</svg>"#
        )
    }

    #[test]
    fn what_is_visible_fills_the_drawing() {
        let drawing = draw(svg("<rect x='10' y='20' width='50' height='25' fill='#ff0000'/>").as_bytes()).unwrap();
        assert_eq!(drawing.pixels.dimensions(), (448, 224));
        assert_eq!(drawing.pixels.get_pixel(224, 112).0, [255, 0, 0, 255]);
        assert!(!drawing.is_incomplete);
    }

    #[test]
    fn what_lies_outside_the_drawing_area_is_cut_off() {
        let drawing = draw(svg("<rect x='50' y='-300' width='500' height='900'/>").as_bytes()).unwrap();
        assert_eq!(drawing.pixels.dimensions(), (224, 448));
    }

    #[test]
    fn a_drawing_of_text_alone_says_what_to_do() {
        assert!(error(&svg("<text x='5' y='50'>Contoso</text>")).contains("outlines"), "{}", error(&svg("<text>Contoso</text>")));
        let drawing = draw(svg("<text>Contoso</text><circle r='9'/>").as_bytes()).unwrap();
        assert!(drawing.is_incomplete);
    }

    #[test]
    fn pictures_in_other_files_are_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("red.png");
        RgbaImage::from_pixel(4, 4, ::image::Rgba([255, 0, 0, 255])).save(&file).unwrap();
        for href in [file.display().to_string(), format!("file://{}", file.display()), "https://example.com/logo.png".to_owned()] {
            let image = format!("<image href='{href}' width='50' height='50'/>");
            assert!(matches!(draw(svg(&image).as_bytes()), Err(IconError::OnlyText)), "{href}");
        }
    }

    #[test]
    fn pictures_written_into_the_drawing_are_drawn() {
        // A PNG of two by two green pixels.
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAD0lEQVR4nGNg+M8AQhAKABvyA/1tVLjHAAAAAElFTkSuQmCC";
        let image = format!("<image href='data:image/png;base64,{png}' width='50' height='50'/>");
        let drawing = draw(svg(&image).as_bytes()).unwrap();
        assert_eq!(drawing.pixels.dimensions(), (448, 448));
        assert_eq!(drawing.pixels.get_pixel(224, 224).0, [0, 255, 0, 255]);
    }

    #[test]
    fn drawings_without_size_or_content_say_so() {
        assert!(
            error("<svg xmlns='http://www.w3.org/2000/svg' width='0' height='10'><rect width='9' height='9'/></svg>").contains("width")
        );
        assert!(matches!(draw(svg("").as_bytes()), Err(IconError::Blank)));
        assert!(matches!(draw(svg("<rect x='900' y='900' width='9' height='9'/>").as_bytes()), Err(IconError::Blank)));
        assert!(error("<svg").contains("not complete"), "{}", error("<svg"));
        assert!(error("<svg><rect></svg>").contains("line 1"), "{}", error("<svg><rect></svg>"));
    }
}
