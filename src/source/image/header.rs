//! What a picture file says of itself in its first bytes. Nothing is decoded, so nothing can be too large or too slow.

/// What a file is by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// Portable Network Graphics: the kind certification asks for.
    Png,
    /// JPEG
    Jpeg,
    /// GIF, still or animated.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// WebP
    WebP,
    /// A vector graphic.
    Svg,
    /// Windows icon.
    Ico,
    /// XML that is no vector graphic, such as the error message of a storage service.
    Xml,
    /// A web page, such as the one around a picture.
    Html,
    /// Anything else, an empty file too.
    Other,
}

impl ImageKind {
    /// The word for it, to be followed by "file" or "picture".
    pub fn word(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::WebP => "WebP",
            Self::Svg => "vector (SVG)",
            Self::Ico => "Windows icon (ICO)",
            Self::Xml => "text (XML)",
            Self::Html => "web page (HTML)",
            Self::Other => "non-image",
        }
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// How far into a text its root element is looked for.
const MAX_PROLOG: usize = 4096;

/// Tells the kind of a file by its first bytes.
pub fn sniff(bytes: &[u8]) -> ImageKind {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => ImageKind::Png,
        [0xff, 0xd8, 0xff, ..] => ImageKind::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => ImageKind::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ImageKind::WebP,
        // Many texts begin with these two letters; the length of the second header tells them apart.
        [b'B', b'M', ..] if matches!(u32_le(bytes, 14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124)) => ImageKind::Bmp,
        [0, 0, 1, 0, count, 0, ..] if *count > 0 => ImageKind::Ico,
        _ => sniff_text(bytes),
    }
}

fn sniff_text(bytes: &[u8]) -> ImageKind {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start = text.get(..text.len().min(MAX_PROLOG)).unwrap_or_default().to_ascii_lowercase();
    let place = |word: &[u8]| start.windows(word.len()).position(|window| window == word);
    if !matches!(start.as_slice(), [b'<', b'a'..=b'z' | b'!' | b'?', ..]) {
        return ImageKind::Other;
    }
    // A page may hold vector graphics; the element that comes first is the root.
    let html = [place(b"<html"), place(b"<!doctype html")].into_iter().flatten().min();
    match (place(b"<svg"), html) {
        (Some(svg), Some(html)) if html < svg => ImageKind::Html,
        (Some(_), _) => ImageKind::Svg,
        (None, Some(_)) => ImageKind::Html,
        (None, None) => ImageKind::Xml,
    }
}

/// Whether a PNG lost the line ends in its signature, which are there to show exactly that.
pub(super) fn is_text_mode_png(bytes: &[u8]) -> bool {
    sniff(bytes) == ImageKind::Png && bytes.len() >= PNG.len() && !bytes.starts_with(PNG)
}

/// Whether the file holds the chunk that ends each PNG. Some programs write more behind it.
pub(super) fn has_png_end(bytes: &[u8]) -> bool {
    memchr::memmem::rfind(bytes, b"IEND").is_some()
}

/// Width and height, where the header says them and neither is zero.
pub(super) fn dimensions(kind: ImageKind, bytes: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = match kind {
        ImageKind::Png => {
            bytes.get(12..16).filter(|name| *name == b"IHDR")?;
            (u32_be(bytes, 16)?, u32_be(bytes, 20)?)
        }
        ImageKind::Jpeg => jpeg_dimensions(bytes)?,
        ImageKind::Gif => (u16_le(bytes, 6)?, u16_le(bytes, 8)?),
        ImageKind::Bmp if matches!(u32_le(bytes, 14)?, 12 | 16) => (u16_le(bytes, 18)?, u16_le(bytes, 20)?),
        // A negative height says that the lines come from top to bottom.
        ImageKind::Bmp => (u32_le(bytes, 18)?, u32_le(bytes, 22)?.cast_signed().unsigned_abs()),
        ImageKind::WebP => webp_dimensions(bytes)?,
        ImageKind::Ico => {
            let side = |at: usize| bytes.get(at).map(|byte| if *byte == 0 { 256 } else { u32::from(*byte) });
            (side(6)?, side(7)?)
        }
        ImageKind::Svg | ImageKind::Xml | ImageKind::Html | ImageKind::Other => return None,
    };
    (width > 0 && height > 0).then_some((width, height))
}

/// The size stands in the first frame header, behind segments of any length.
fn jpeg_dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = match (bytes.get(at)?, bytes.get(at + 1)?) {
            (0xff, 0xff) => {
                at += 1;
                continue;
            }
            (0xff, marker) => *marker,
            _ => return None,
        };
        match marker {
            // Frame headers; C4, C8 and CC in their range are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => return Some((u16_be(bytes, at + 7)?, u16_be(bytes, at + 5)?)),
            // Markers without content.
            0x01 | 0xd0..=0xd8 => at += 2,
            // The picture itself or its end.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(u16_be(bytes, at + 2)?.max(2)).ok()?,
        }
    }
}

fn webp_dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((u24_le(bytes, 24)? + 1, u24_le(bytes, 27)? + 1)),
        b"VP8L" => {
            let bits = u32_le(bytes, 21)?;
            bytes.get(20).filter(|byte| **byte == 0x2f)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            bytes.get(23..26).filter(|start| *start == b"\x9d\x01\x2a")?;
            Some((u16_le(bytes, 26)? & 0x3fff, u16_le(bytes, 28)? & 0x3fff))
        }
        _ => None,
    }
}

/// Whether a WebP holds a lossy picture larger than it says at its start: the decoder would make room for it before it compares.
pub(super) fn has_oversized_frame(bytes: &[u8], (width, height): (u32, u32)) -> bool {
    memchr::memmem::find_iter(bytes, b"VP8 ").any(|at| {
        // The same layout as in a file that holds nothing else, where the name stands at 12.
        let frame = bytes.get(at.saturating_sub(12)..).and_then(webp_dimensions);
        frame.is_some_and(|(frame_width, frame_height)| frame_width > width || frame_height > height)
    })
}

fn array<const LENGTH: usize>(bytes: &[u8], at: usize) -> Option<[u8; LENGTH]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn u16_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u16::from_le_bytes).map(u32::from)
}

fn u16_be(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u16::from_be_bytes).map(u32::from)
}

fn u24_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]))
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind_whatever_the_name() {
        let cases: [(&[u8], ImageKind); 19] = [
            (b"", ImageKind::Other),
            (b"\x89PNG\r\n\x1a\n", ImageKind::Png),
            (b"\x89PNG\n\x1a\n", ImageKind::Png),
            (b"\xff\xd8\xff\xe0", ImageKind::Jpeg),
            (b"GIF89a", ImageKind::Gif),
            (b"RIFF\0\0\0\0WEBPVP8 ", ImageKind::WebP),
            (b"RIFF\0\0\0\0WAVE", ImageKind::Other),
            (b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", ImageKind::Bmp),
            (b"BMW cars", ImageKind::Other),
            (b"\0\0\x01\0\x01\0", ImageKind::Ico),
            (b"<svg xmlns='x'/>", ImageKind::Svg),
            (b"\xef\xbb\xbf \r\n<?xml version='1.0'?><!-- c --><SVG/>", ImageKind::Svg),
            (b"<?xml version='1.0'?><Error><Code>NotFound</Code></Error>", ImageKind::Xml),
            (b"<!DOCTYPE html><html><svg/></html>", ImageKind::Html),
            (b"<html>", ImageKind::Html),
            (b"< 5", ImageKind::Other),
            (b"plain text", ImageKind::Other),
            (b"%PDF-1.7", ImageKind::Other),
            (b"\0\0\0\0", ImageKind::Other),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn dimensions_are_read_past_other_segments() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc4\x00\x02\xff\xc2\x00\x11\x08\x00\xe6\x01\x00";
        assert_eq!(dimensions(ImageKind::Jpeg, jpeg), Some((256, 230)));
        assert_eq!(dimensions(ImageKind::Jpeg, b"\xff\xd8\xff\xda\x00\x02"), None);
        let bitmap = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x64\0\0\0\x9c\xff\xff\xff";
        assert_eq!(dimensions(ImageKind::Bmp, bitmap), Some((100, 100)));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xe5\0\0\xff\x0f\0";
        assert_eq!(dimensions(ImageKind::WebP, extended), Some((230, 4096)));
        assert_eq!(dimensions(ImageKind::Ico, b"\0\0\x01\0\x01\0\0\x20"), Some((256, 32)));
    }

    #[test]
    fn no_cut_off_header_is_misread() {
        let samples: [&[u8]; 5] = [
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01",
            b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x01\x00\x01",
            b"GIF89a\x01\0\x01\0",
            b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\0\0\0\0",
            b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x01\0\x01\0",
        ];
        for sample in samples {
            assert_eq!(dimensions(sniff(sample), sample), Some((1, 1)), "{sample:?}");
            for length in 0..sample.len() {
                assert_eq!(dimensions(sniff(sample), &sample[..length]), None);
            }
        }
    }
}
