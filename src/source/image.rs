//! A picture file as the rules see it: what kind it is, its size, and its pixels when asked for, within fixed limits of memory.

mod header;
mod pixels;

use std::error::Error;
use std::fmt;
use std::io::{Cursor, ErrorKind};
use std::sync::OnceLock;

use ::image::error::ImageError as DecodeError;
use ::image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

pub use header::{ImageKind, sniff};
pub use pixels::{Border, Bounds, Pixels, color_distance, hex_color, parse_hex_color};

/// The longest side that is decoded.
const MAX_SIDE: u32 = 4096;
/// A longer file is not kept for decoding; certification refuses icons from 1 MB.
const MAX_FILE: usize = 8 * 1024 * 1024;
/// What the decoded picture may take, the step to RGBA included.
const MAX_PIXELS: u64 = 40 * 1024 * 1024;
/// What a decoder may take beside it.
const MAX_DECODER: u64 = 16 * 1024 * 1024;

/// Why a file has no pixels to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageError {
    /// The file has no bytes.
    Empty,
    /// The file is no picture at all.
    NotAnImage,
    /// The file ends before the picture does.
    Truncated,
    /// The file breaks the rules of its own format; in words that follow "it".
    Damaged(String),
    /// The picture is larger than is ever needed and was not decoded.
    TooLarge {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// A picture of a kind that is recognised but never decoded.
    Unsupported(ImageKind),
}

impl fmt::Display for ImageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("it is empty"),
            Self::NotAnImage => formatter.write_str("it is no picture"),
            Self::Truncated => formatter.write_str("it ends before the picture does, so it was probably not copied completely"),
            Self::Damaged(words) => write!(formatter, "it {words}"),
            Self::TooLarge { width, height } => write!(formatter, "it is too large to be looked at ({width} x {height} pixels)"),
            Self::Unsupported(kind) => write!(formatter, "pictures of the kind {} are not looked into", kind.word()),
        }
    }
}

impl Error for ImageError {}

/// A picture file.
///
/// Reading never fails: even of a damaged file the kind and often the dimensions are known, and most rules need no more.
/// The pixels are decoded when they are first asked for, and only then can an [`ImageError`] come up.
#[derive(Debug)]
pub struct Image {
    kind: ImageKind,
    dimensions: Option<(u32, u32)>,
    bytes_len: usize,
    /// What is to be decoded; nothing where it never will be.
    bytes: Vec<u8>,
    pixels: OnceLock<Result<Pixels, ImageError>>,
}

impl Image {
    /// Reads the header of a picture file.
    pub fn read(bytes: &[u8]) -> Self {
        let kind = sniff(bytes);
        let is_decodable = bytes.len() <= MAX_FILE && (format_of(kind).is_some() || kind == ImageKind::Svg);
        Self {
            kind,
            dimensions: header::dimensions(kind, bytes),
            bytes_len: bytes.len(),
            bytes: if is_decodable { bytes.to_vec() } else { Vec::new() },
            pixels: OnceLock::new(),
        }
    }

    /// What the file is by its content, whatever its name says.
    pub fn kind(&self) -> ImageKind {
        self.kind
    }

    /// Length of the file in bytes.
    pub fn bytes_len(&self) -> usize {
        self.bytes_len
    }

    /// The file, where it is a picture of a kind that can be drawn; else nothing.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Width and height by the header, where it can be read. A vector graphic has none.
    pub fn dimensions(&self) -> Option<(u32, u32)> {
        self.dimensions
    }

    /// The pixels; of an animation, those of its first picture.
    pub fn pixels(&self) -> Result<&Pixels, &ImageError> {
        self.pixels.get_or_init(|| self.decode()).as_ref()
    }

    fn decode(&self) -> Result<Pixels, ImageError> {
        let Some(format) = format_of(self.kind) else {
            return Err(match self.kind {
                _ if self.bytes_len == 0 => ImageError::Empty,
                ImageKind::Svg | ImageKind::Ico => ImageError::Unsupported(self.kind),
                _ => ImageError::NotAnImage,
            });
        };
        if self.kind == ImageKind::Png && header::is_text_mode_png(&self.bytes) {
            return Err(ImageError::Damaged("was changed as if it were text: its line ends were converted when it was copied".to_owned()));
        }
        let (width, height) = self.dimensions.unwrap_or_default();
        let too_large = ImageError::TooLarge { width, height };
        if self.bytes_len > MAX_FILE || width > MAX_SIDE || height > MAX_SIDE {
            return Err(too_large);
        }
        if self.kind == ImageKind::WebP && header::has_oversized_frame(&self.bytes, (width, height)) {
            return Err(self.damaged());
        }
        let in_own_words = |error: DecodeError| self.in_own_words(&error);
        let mut reader = ImageReader::with_format(Cursor::new(self.bytes.as_slice()), format);
        reader.limits(limits());
        let decoder = reader.into_decoder().map_err(in_own_words)?;
        // The decoder may see another size than the header said, and knows what the pixels take.
        let (width, height) = decoder.dimensions();
        if width > MAX_SIDE || height > MAX_SIDE || needed(self.kind, &decoder) > MAX_PIXELS {
            return Err(ImageError::TooLarge { width, height });
        }
        let decoded = DynamicImage::from_decoder(decoder).map_err(in_own_words)?;
        Pixels::new(decoded.into_rgba8()).ok_or_else(|| ImageError::Damaged("holds no pixels".to_owned()))
    }

    fn in_own_words(&self, error: &DecodeError) -> ImageError {
        let (width, height) = self.dimensions.unwrap_or_default();
        if ends_early(error) || (self.kind == ImageKind::Png && !header::has_png_end(&self.bytes)) {
            return ImageError::Truncated;
        }
        let format = self.kind.word();
        match error {
            DecodeError::Limits(_) => ImageError::TooLarge { width, height },
            DecodeError::Unsupported(_) => ImageError::Damaged(format!("uses a variant of {format} that few programs can show")),
            DecodeError::Parameter(_) => ImageError::Damaged("holds no picture".to_owned()),
            _ => self.damaged(),
        }
    }

    fn damaged(&self) -> ImageError {
        ImageError::Damaged(format!("is damaged: its content breaks the rules of the {} format", self.kind.word()))
    }
}

fn format_of(kind: ImageKind) -> Option<ImageFormat> {
    match kind {
        ImageKind::Png => Some(ImageFormat::Png),
        ImageKind::Jpeg => Some(ImageFormat::Jpeg),
        ImageKind::Gif => Some(ImageFormat::Gif),
        ImageKind::Bmp => Some(ImageFormat::Bmp),
        ImageKind::WebP => Some(ImageFormat::WebP),
        ImageKind::Svg | ImageKind::Ico | ImageKind::Xml | ImageKind::Html | ImageKind::Other => None,
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER);
    limits
}

/// The memory that decoding takes in all: what the decoders of lossy formats hold beside the picture is under no limit of theirs.
fn needed(kind: ImageKind, decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let own = u64::from(decoder.color_type().bytes_per_pixel());
    let converted = if own == 4 && decoder.color_type().has_alpha() { 0 } else { 4 };
    let beside = match kind {
        ImageKind::Jpeg | ImageKind::WebP => 8,
        ImageKind::Gif => 4,
        _ => 0,
    };
    u64::from(width) * u64::from(height) * (own + converted + beside)
}

/// Whether a decoder ran out of bytes, which each of them says in another way.
fn ends_early(error: &DecodeError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use ::image::codecs::gif::GifEncoder;
    use ::image::codecs::png::PngEncoder;
    use ::image::{ExtendedColorType, Frame, ImageBuffer, ImageEncoder, Luma, Rgb, Rgba, RgbaImage};

    use super::*;

    const BLUE: Rgba<u8> = Rgba([0, 0x80, 0xff, 255]);

    fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn blue(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_pixel(width, height, BLUE)
    }

    /// A chunk of a PNG with its checksum.
    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let covered = [name.as_slice(), content].concat();
        let checksum = !covered.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
        });
        [&u32::try_from(content.len()).unwrap().to_be_bytes(), covered.as_slice(), &checksum.to_be_bytes()].concat()
    }

    /// A PNG with the given header fields behind the size, and picture data stored without compression.
    fn png(width: u32, height: u32, depth_type_interlace: [u8; 3], between: &[u8], lines: &[u8]) -> Vec<u8> {
        let [depth, color, interlace] = depth_type_interlace;
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, interlace]].concat();
        let length = u16::try_from(lines.len()).unwrap();
        let sum = lines.iter().fold((1_u32, 0_u32), |(a, b), byte| ((a + u32::from(*byte)) % 65521, (a + u32::from(*byte) + b) % 65521));
        let data = [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes(), lines, &(sum.1 << 16 | sum.0).to_be_bytes()]
            .concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), between.to_vec(), chunk(b"IDAT", &data), chunk(b"IEND", b"")].concat()
    }

    #[test]
    fn pictures_of_all_supported_kinds_are_decoded() {
        for (format, kind) in [
            (ImageFormat::Png, ImageKind::Png),
            (ImageFormat::Jpeg, ImageKind::Jpeg),
            (ImageFormat::Gif, ImageKind::Gif),
            (ImageFormat::Bmp, ImageKind::Bmp),
            (ImageFormat::WebP, ImageKind::WebP),
        ] {
            let picture = DynamicImage::from(blue(20, 10));
            let picture = if kind == ImageKind::Jpeg { picture.into_rgb8().into() } else { picture };
            let image = Image::read(&encoded(picture, format));
            assert_eq!((image.kind(), image.dimensions()), (kind, Some((20, 10))), "{format:?}");
            let border = image.pixels().unwrap().border(2);
            assert!(color_distance(border.color, [0, 0x80, 0xff]) <= 2 && border.uniform_share == 1.0, "{format:?} {border:?}");
        }
    }

    #[test]
    fn png_of_any_depth_and_colour_type_is_brought_to_the_same_form() {
        let deep = ImageBuffer::<Rgb<u16>, _>::from_pixel(5, 5, Rgb([0, 0x8080, 0xffff]));
        let grey = ImageBuffer::<Luma<u8>, _>::from_pixel(5, 5, Luma([0x80]));
        assert_eq!(Image::read(&encoded(deep, ImageFormat::Png)).pixels().unwrap().border(0).color, [0, 0x80, 0xff]);
        assert_eq!(Image::read(&encoded(grey, ImageFormat::Png)).pixels().unwrap().border(0).color, [0x80; 3]);
    }

    #[test]
    fn a_palette_with_transparent_entries_is_seen_through() {
        // Two colours at one bit each: the second column and line are blue, the rest is transparent.
        let palette = [chunk(b"PLTE", &[9, 9, 9, 0, 0x80, 0xff]), chunk(b"tRNS", &[0, 255])].concat();
        let image = Image::read(&png(3, 3, [1, 3, 0], &palette, &[0, 0b0100_0000, 0, 0b1110_0000, 0, 0b0100_0000]));
        let pixels = image.pixels().unwrap();
        assert!(pixels.border_is_transparent() && !pixels.has_inner_transparency());
        assert_eq!(pixels.border(0), Border { color: [0, 0x80, 0xff], uniform_share: 0.5 });
    }

    #[test]
    fn an_interlaced_png_is_put_together_in_order() {
        // Two by two pixels: first the corner, then its neighbour, then the second line.
        let lines = [0, 10, 10, 10, 0, 20, 20, 20, 0, 30, 30, 30, 40, 40, 40];
        let image = Image::read(&png(2, 2, [8, 2, 1], &[], &lines));
        let pixels = image.pixels().unwrap();
        assert_eq!(pixels.border(0).color, [10; 3]);
        assert_eq!(pixels.border(20).uniform_share, 0.75);
        assert_eq!(pixels.logo_bounds(25), Some(Bounds { x: 1, y: 1, width: 1, height: 1 }));
    }

    #[test]
    fn an_animation_shows_its_first_picture() {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        for color in [BLUE, Rgba([255, 0, 0, 255])] {
            encoder.encode_frame(Frame::new(RgbaImage::from_pixel(4, 4, color))).unwrap();
        }
        drop(encoder);
        let image = Image::read(&bytes);
        assert_eq!(image.kind(), ImageKind::Gif);
        assert_eq!(image.pixels().unwrap().border(2).uniform_share, 1.0);
        assert!(color_distance(image.pixels().unwrap().border(2).color, [0, 0x80, 0xff]) <= 2);
    }

    #[test]
    fn a_huge_picture_is_refused_by_its_header() {
        let image = Image::read(&png(60_000, 60_000, [8, 6, 0], &[], &[0; 64]));
        assert_eq!(image.dimensions(), Some((60_000, 60_000)));
        assert_eq!(image.pixels().unwrap_err(), &ImageError::TooLarge { width: 60_000, height: 60_000 });
        let image = Image::read(&png(4000, 4000, [16, 6, 0], &[], &[0; 64]));
        assert_eq!(image.pixels().unwrap_err(), &ImageError::TooLarge { width: 4000, height: 4000 });
        let mut long = encoded(blue(2, 2), ImageFormat::Png);
        long.resize(MAX_FILE + 1, 0);
        assert_eq!(Image::read(&long).pixels().unwrap_err(), &ImageError::TooLarge { width: 2, height: 2 });
        assert_eq!(Image::read(&long).bytes_len(), MAX_FILE + 1);
    }

    #[test]
    fn a_small_picture_cannot_smuggle_in_a_huge_one() {
        let extended = b"RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x09\0\0\x09\0\0";
        let bytes = [&extended[..], b"VP8 \x0e\0\0\0\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\0\0\0"].concat();
        let image = Image::read(&bytes);
        assert_eq!((image.kind(), image.dimensions()), (ImageKind::WebP, Some((10, 10))));
        assert!(matches!(image.pixels(), Err(ImageError::Damaged(_))));
        assert!(!header::has_oversized_frame(&bytes, (0x3fff, 0x3fff)) && header::has_oversized_frame(&bytes, (0x3fff, 0x3ffe)));
    }

    #[test]
    fn a_file_cut_off_anywhere_keeps_its_kind_and_never_shows_pixels() {
        let whole = encoded(RgbaImage::from_fn(30, 30, |x, y| Rgba([x as u8, y as u8, (x * y) as u8, 255])), ImageFormat::Png);
        let data = whole.len() - 12;
        for length in (8..data).step_by(7) {
            let image = Image::read(&whole[..length]);
            assert_eq!((image.kind(), image.pixels().unwrap_err()), (ImageKind::Png, &ImageError::Truncated), "{length}");
            assert_eq!(image.dimensions(), (length >= 24).then_some((30, 30)));
        }
        for format in [ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP] {
            let whole = encoded(blue(30, 30), format);
            assert!(Image::read(&whole[..whole.len() / 2]).pixels().is_err(), "{format:?}");
        }
    }

    #[test]
    fn damage_is_told_in_plain_words() {
        let whole = encoded(blue(30, 30), ImageFormat::Png);
        let mut flipped = whole.clone();
        flipped[50] ^= 0xff;
        assert!(matches!(Image::read(&flipped).pixels(), Err(ImageError::Damaged(_))));
        let text_mode = [&whole[..4], &whole[5..]].concat();
        let image = Image::read(&text_mode);
        assert!(image.pixels().unwrap_err().to_string().contains("line ends"));
    }

    #[test]
    fn what_is_no_picture_says_so() {
        let cases: [(&[u8], ImageError); 4] = [
            (b"", ImageError::Empty),
            (b"hello", ImageError::NotAnImage),
            (b"<svg/>", ImageError::Unsupported(ImageKind::Svg)),
            (b"<?xml version='1.0'?><Error/>", ImageError::NotAnImage),
        ];
        for (bytes, error) in cases {
            assert_eq!(Image::read(bytes).pixels().unwrap_err(), &error);
            assert_eq!(Image::read(bytes).dimensions(), None);
        }
    }

    #[test]
    fn a_transparent_border_survives_encoding() {
        let picture = RgbaImage::from_fn(20, 20, |x, _| if x == 0 { Rgba([0, 0, 0, 0]) } else { BLUE });
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(&picture, 20, 20, ExtendedColorType::Rgba8).unwrap();
        assert!(Image::read(&bytes).pixels().unwrap().border_is_transparent());
    }
}
