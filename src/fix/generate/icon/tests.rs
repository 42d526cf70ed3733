//! What certification's rules say about made and repaired icons, and what becomes of hostile pictures.

use std::io::Cursor;

use ::image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

use super::*;
use crate::connector::Track;
use crate::engine;
use crate::rule::Catalogue;
use crate::rule::catalogue::Selection;
use crate::rule::example::{Example, IconExample};
use crate::source::image::{Image, hex_color};

const BRAND: [u8; 3] = [0x1f, 0x5c, 0x7a];
const RED: Rgba<u8> = Rgba([0xc8, 0x10, 0x2e, 255]);
const WHITE: Rgba<u8> = Rgba([255; 4]);
const CLEAR: Rgba<u8> = Rgba([0; 4]);

/// Checks icons as part of a connector that has nothing else to complain about.
struct Judge(Catalogue, Selection);

impl Judge {
    fn new() -> Self {
        let catalogue = Catalogue::built_in();
        let ids = catalogue.rules().iter().map(|rule| rule.id().to_owned());
        let only: Vec<String> = ids.filter(|id| id.starts_with("icon-") || id.starts_with("brand-color-")).collect();
        assert!(only.len() >= 14, "{only:?}");
        Self(catalogue, Selection { only, ..Selection::default() })
    }

    /// What the rules about icons and brand colours say.
    fn says(&self, icon: &GeneratedIcon, track: Track) -> Vec<String> {
        let digits: String = icon.png.iter().map(|byte| format!("{byte:02x}")).collect();
        let example = Example {
            track: Some(track),
            properties: Some(format!(r#"{{ "properties": {{ "iconBrandColor": "{}" }} }}"#, hex_color(icon.color))),
            bytes: [("icon.png".to_owned(), digits)].into(),
            ..Example::default()
        };
        let connector = example.connector().unwrap();
        let outcome = engine::check(&connector, &self.0.plan(track, connector.stage.value, &self.1));
        outcome.findings.into_iter().map(|finding| finding.rule.id.clone()).collect()
    }

    fn is_content(&self, icon: &GeneratedIcon, what: &str) {
        assert_eq!(self.says(icon, Track::Verified), [""; 0], "{what}");
        assert!(icon.png.len() < 60_000, "{what}: {} bytes", icon.png.len());
    }
}

fn encoded(pixels: RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(pixels);
    let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A ring on a ground.
fn ring(width: u32, height: u32, color: Rgba<u8>, ground: Rgba<u8>) -> RgbaImage {
    let (across, down) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    RgbaImage::from_fn(width, height, |x, y| {
        let from_middle = ((f64::from(x) + 0.5 - across) / across).hypot((f64::from(y) + 0.5 - down) / down);
        if (0.4..0.8).contains(&from_middle) { color } else { ground }
    })
}

fn of_logo(bytes: Vec<u8>, title: &str, brand_color: Option<[u8; 3]>) -> Result<GeneratedIcon, IconError> {
    let logo = Logo { name: "logo".to_owned(), bytes };
    generate(&IconRequest { logo: Some(&logo), title, brand_color })
}

fn pixel(icon: &GeneratedIcon, x: u32, y: u32) -> [u8; 3] {
    let Rgba([red, green, blue, opacity]) = *::image::load_from_memory(&icon.png).unwrap().to_rgba8().get_pixel(x, y);
    assert_eq!(opacity, 255);
    [red, green, blue]
}

const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><defs><linearGradient id="a">
    <stop stop-color="#f80"/><stop offset="1" stop-color="#c0f"/></linearGradient></defs>
    <path fill="url(#a)" d="M32 4 60 60H4z"/><circle cx="32" cy="42" r="9" fill="#fff"/></svg>"##;

#[test]
fn icons_made_of_any_logo_pass_every_rule() {
    let logos = [
        ("svg", SVG.as_bytes().to_vec()),
        ("transparent png", encoded(ring(160, 160, RED, CLEAR), ImageFormat::Png)),
        ("jpeg on white", encoded(ring(160, 120, RED, WHITE), ImageFormat::Jpeg)),
        ("gif on black", encoded(ring(90, 90, RED, Rgba([0, 0, 0, 255])), ImageFormat::Gif)),
        ("bmp", encoded(ring(120, 120, WHITE, RED), ImageFormat::Bmp)),
        ("webp", encoded(ring(120, 120, RED, WHITE), ImageFormat::WebP)),
        ("wide", encoded(ring(360, 48, RED, CLEAR), ImageFormat::Png)),
        ("tall", encoded(ring(24, 360, RED, WHITE), ImageFormat::Png)),
        ("one pixel", encoded(RgbaImage::from_pixel(1, 1, RED), ImageFormat::Png)),
        ("one white pixel", encoded(RgbaImage::from_pixel(1, 1, WHITE), ImageFormat::Png)),
        ("white on transparent", encoded(ring(160, 160, WHITE, CLEAR), ImageFormat::Png)),
        ("default blue", encoded(ring(160, 160, Rgba([0x00, 0x7e, 0xe5, 255]), WHITE), ImageFormat::Png)),
        ("photograph", encoded(RgbaImage::from_fn(128, 128, |x, y| Rgba([x as u8, y as u8, 90, 255])), ImageFormat::Jpeg)),
    ];
    let judge = Judge::new();
    for (what, logo) in logos {
        for brand in [None, Some([0xc8, 0x10, 0x2e])] {
            let icon = of_logo(logo.clone(), "Contoso", brand).unwrap();
            judge.is_content(&icon, &format!("{what}, {brand:02x?}"));
            assert!(brand.is_none_or(|brand| brand == icon.color), "{what}");
        }
    }
}

#[test]
fn icons_made_of_a_title_pass_every_rule() {
    let judge = Judge::new();
    for title in ["Contoso", "Äpfel & Birnen", "日本", "3Scribe", "", "🦀🦀", "W W", &"long ".repeat(10_000)] {
        for brand_color in [None, Some([0xff, 0xe6, 0x00])] {
            let icon = generate(&IconRequest { logo: None, title, brand_color }).unwrap();
            judge.is_content(&icon, &format!("{title:.20}, {brand_color:02x?}"));
            assert_eq!(icon.remarks, [Remark::Initials]);
            assert!(icon.png.len() < 4000);
        }
    }
}

#[test]
fn the_colour_of_independent_publishers_is_taken_as_it_is() {
    let independent = [0xda, 0x3b, 0x01];
    let icon = generate(&IconRequest { logo: None, title: "Contoso", brand_color: Some(independent) }).unwrap();
    assert_eq!((icon.color, pixel(&icon, 0, 0)), (independent, independent));
    assert_eq!(Judge::new().says(&icon, Track::Custom), [""; 0]);
}

#[test]
fn colours_that_certification_refuses_count_as_none() {
    for refused in [[255; 3], [254, 255, 255], [0x00, 0x7e, 0xe5]] {
        let made = |brand_color| generate(&IconRequest { logo: None, title: "Contoso", brand_color }).unwrap();
        assert_eq!(made(Some(refused)), made(None));
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let picture = encoded(ring(120, 90, RED, WHITE), ImageFormat::Jpeg);
    let made = || of_logo(picture.clone(), "Contoso", None).unwrap();
    assert_eq!(made(), made());
    let lettered = || generate(&IconRequest { logo: None, title: "Contoso", brand_color: None }).unwrap();
    assert_eq!(lettered(), lettered());
}

#[test]
fn a_logo_of_one_colour_without_brand_is_white_on_that_colour() {
    let icon = of_logo(encoded(ring(160, 160, RED, CLEAR), ImageFormat::Png), "x", None).unwrap();
    assert_eq!((icon.color, icon.remarks.as_slice()), ([0xc8, 0x10, 0x2e], [Remark::Recolored].as_slice()));
    // The ring's stroke, its hole, the corner.
    assert_eq!([pixel(&icon, 60, 115), pixel(&icon, 115, 115), pixel(&icon, 0, 0)], [[255; 3], icon.color, icon.color]);
}

#[test]
fn a_white_ground_leaves_no_halo() {
    let icon = of_logo(encoded(ring(240, 240, RED, WHITE), ImageFormat::Jpeg), "x", Some([0x10, 0x20, 0x30])).unwrap();
    let drawn = ::image::load_from_memory(&icon.png).unwrap().to_rgb8();
    // Between this red and this blue there is no green to speak of; a rest of white would bring some.
    assert!(drawn.pixels().all(|pixel| pixel.0[1] < 0x30), "{:?}", drawn.pixels().map(|pixel| pixel.0[1]).max());
}

#[test]
fn remarks_say_what_a_person_should_know() {
    let remarks = |logo: &str, brand| of_logo(logo.as_bytes().to_vec(), "x", brand).unwrap().remarks;
    let with_text = SVG.replace("</svg>", "<text>Contoso</text></svg>");
    assert_eq!(remarks(&with_text, None), [Remark::PartsLeftOut]);
    assert_eq!(remarks(SVG, Some([0xff, 0x88, 0x00])), [Remark::Plate]);
    let small = of_logo(encoded(ring(16, 16, WHITE, CLEAR), ImageFormat::Png), "x", Some(BRAND)).unwrap();
    assert_eq!(small.remarks, [Remark::Blurred]);
}

#[test]
fn an_icon_without_fault_is_returned_as_it_is() {
    let good = include_bytes!("../../../../fixtures/example-base/icon.png");
    for brand_color in [Some(BRAND), None] {
        let icon = repair(good, &IconRequest { logo: None, title: "x", brand_color }).unwrap();
        assert_eq!(icon, GeneratedIcon { png: good.to_vec(), color: BRAND, remarks: Vec::new() });
    }
}

/// An icon with a box of a share of its size in the middle.
fn icon_with_box(width: u32, height: u32, ground: Rgba<u8>, share: f64) -> RgbaImage {
    let inside = |at: u32, side: u32| (f64::from(at) + 0.5 - f64::from(side) / 2.0).abs() < f64::from(side) * share / 2.0;
    RgbaImage::from_fn(width, height, |x, y| if inside(x, width) && inside(y, height) { RED } else { ground })
}

#[test]
fn every_fault_of_an_icon_is_repaired() {
    let judge = Judge::new();
    let brand = Rgba([BRAND[0], BRAND[1], BRAND[2], 255]);
    let gradient = RgbaImage::from_fn(230, 230, |x, _| Rgba([x as u8, 80, 120, 255]));
    let faults = [
        ("too large", encoded(icon_with_box(512, 512, brand, 0.5), ImageFormat::Png)),
        ("too small", encoded(icon_with_box(64, 64, brand, 0.5), ImageFormat::Png)),
        ("not square", encoded(icon_with_box(230, 150, brand, 0.5), ImageFormat::Png)),
        ("a jpeg", encoded(icon_with_box(230, 230, brand, 0.5), ImageFormat::Jpeg)),
        ("transparent", encoded(icon_with_box(230, 230, CLEAR, 0.5), ImageFormat::Png)),
        ("half transparent", encoded(icon_with_box(230, 230, Rgba([BRAND[0], BRAND[1], BRAND[2], 128]), 0.5), ImageFormat::Png)),
        ("white", encoded(icon_with_box(230, 230, WHITE, 0.5), ImageFormat::Png)),
        ("another colour", encoded(icon_with_box(180, 180, Rgba([20, 120, 20, 255]), 0.5), ImageFormat::Png)),
        ("nearly the colour", encoded(icon_with_box(230, 230, Rgba([BRAND[0] + 4, BRAND[1], BRAND[2], 255]), 0.5), ImageFormat::Png)),
        ("logo too large", encoded(icon_with_box(230, 230, brand, 0.9), ImageFormat::Png)),
        ("a gradient", encoded(gradient, ImageFormat::Png)),
        ("one colour only", encoded(RgbaImage::from_pixel(230, 230, WHITE), ImageFormat::Png)),
        ("a vector graphic", SVG.as_bytes().to_vec()),
    ];
    for (what, bytes) in &faults {
        // Without a brand colour there is more to decide where the background goes.
        let brands = if what.contains("colour") || what.contains("white") { [Some(BRAND), None].as_slice() } else { &[Some(BRAND)] };
        for &brand_color in brands {
            let icon = repair(bytes, &IconRequest { logo: None, title: "Contoso", brand_color }).unwrap();
            judge.is_content(&icon, what);
            assert!(brand_color.is_none_or(|brand| brand == icon.color), "{what}");
            let again = repair(&icon.png, &IconRequest { logo: None, title: "Contoso", brand_color: Some(icon.color) }).unwrap();
            assert!(again.png == icon.png, "{what}: a second repair changes something");
        }
    }
}

#[test]
fn a_repair_changes_the_background_and_nothing_else() {
    let mut old = icon_with_box(180, 180, Rgba([20, 120, 20, 255]), 0.5);
    old.pixels_mut().filter(|pixel| **pixel == RED).for_each(|pixel| *pixel = WHITE);
    let icon = repair(&encoded(old.clone(), ImageFormat::Png), &IconRequest { logo: None, title: "x", brand_color: Some(BRAND) }).unwrap();
    let new = ::image::load_from_memory(&icon.png).unwrap().to_rgba8();
    assert_eq!(new.dimensions(), (180, 180));
    for (old, new) in old.pixels().zip(new.pixels()) {
        assert_eq!(new.0, if *old == WHITE { WHITE.0 } else { [BRAND[0], BRAND[1], BRAND[2], 255] });
    }
}

#[test]
fn a_repaired_icon_keeps_the_proportions_of_its_logo() {
    let old = encoded(icon_with_box(460, 460, WHITE, 0.5), ImageFormat::Png);
    let icon = repair(&old, &IconRequest { logo: None, title: "x", brand_color: Some(BRAND) }).unwrap();
    let share = Image::read(&icon.png).pixels().unwrap().logo_share(16);
    assert!((share - 0.5).abs() < 0.02, "{share}");
}

#[test]
fn the_icon_that_examples_draw_can_be_repaired_whatever_is_wrong_with_it() {
    let judge = Judge::new();
    for (size, background, logo) in [([99, 99], "#1f5c7a", 0.0), ([4, 400], "#00000000", 0.3), ([230, 230], "#007ee5", 0.99)] {
        let icon = IconExample { size, background: background.to_owned(), logo, second: None };
        let connector = Example { icon: Some(icon), ..Example::default() }.connector().unwrap();
        let old = crate::model::Model::new(&connector).icon().unwrap().bytes().to_vec();
        let repaired = repair(&old, &IconRequest { logo: None, title: "Contoso", brand_color: Some(BRAND) }).unwrap();
        judge.is_content(&repaired, background);
    }
}

#[test]
fn hostile_pictures_are_refused_in_clear_words() {
    let mut truncated = encoded(ring(100, 100, RED, CLEAR), ImageFormat::Png);
    truncated.truncate(truncated.len() / 2);
    let mut giant = encoded(RgbaImage::from_pixel(1, 1, RED), ImageFormat::Png);
    giant[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let text = |svg: &str| svg.as_bytes().to_vec();
    let cases = [
        (truncated, "ends before"),
        (giant, "too large"),
        (Vec::new(), "empty"),
        (b"hello".to_vec(), "no picture"),
        (b"<html><svg/></html>".to_vec(), "no picture"),
        (encoded(RgbaImage::from_pixel(50, 50, CLEAR), ImageFormat::Png), "nothing"),
        (text("<svg"), "not complete"),
        (text("<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'><path d='M0 0h9v9z'/></svg>"), "no width"),
        (text("<svg xmlns='http://www.w3.org/2000/svg'><text>Contoso</text></svg>"), "outlines"),
        (text("<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd' width='9' height='9'/></svg>"), "other files"),
        (text("<svg xmlns='http://www.w3.org/2000/svg'><g id='a'><use href='#a'/></g></svg>"), "contains itself"),
        (text(&format!("<svg xmlns='http://www.w3.org/2000/svg'>{}{}</svg>", "<g>".repeat(9000), "</g>".repeat(9000))), "deep"),
        (text("<!DOCTYPE svg [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'>&b;</svg>"), "too complex"),
    ];
    for (bytes, expected) in cases {
        let error = of_logo(bytes.clone(), "x", None).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(repair(&bytes, &IconRequest { logo: None, title: "x", brand_color: None }).is_err(), "{expected}");
    }
}

#[test]
fn huge_and_tiny_vector_graphics_are_drawn_like_any_other() {
    let judge = Judge::new();
    for (width, height) in [("1e9", "1e9"), ("1e-6", "1e-6"), ("100000", "1"), ("1", "100000"), ("100%", "50%")] {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 64 64'>{}", &SVG[88..]);
        match of_logo(svg.into_bytes(), "x", None) {
            Ok(icon) => judge.is_content(&icon, width),
            Err(error) => assert!(matches!(error, IconError::Drawing(_) | IconError::Blank), "{width} x {height}: {error}"),
        }
    }
}

#[test]
fn damaged_pictures_never_panic() {
    let originals = [
        encoded(ring(40, 40, RED, CLEAR), ImageFormat::Png),
        encoded(ring(40, 40, RED, WHITE), ImageFormat::Jpeg),
        encoded(ring(40, 40, RED, WHITE), ImageFormat::Gif),
        encoded(ring(40, 40, RED, WHITE), ImageFormat::WebP),
        SVG.as_bytes().to_vec(),
    ];
    // A generator of numbers, so that each run damages the same places.
    let mut state = 7_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for original in originals {
        for _ in 0..8 {
            let mut damaged = original.clone();
            for _ in 0..3 {
                let at = random() % damaged.len();
                damaged[at] = random() as u8;
            }
            if let Err(error) = of_logo(damaged, "x", None) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}
