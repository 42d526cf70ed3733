//! Icons and logos that promise more than they hold, or hold more than they show.

use super::choices::Choices;

/// A PNG of one colour, however large: its data are runs, so that a few kilobytes stand for gigabytes.
pub fn png(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    let channels = [1, 0, 3, 1, 2, 0, 4].get(usize::from(color)).copied().unwrap_or(1);
    let row = (u64::from(width) * u64::from(depth) * channels).div_ceil(8) + 1;
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, color, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    if color == 3 {
        chunk(&mut png, b"PLTE", &[9; 768]);
    }
    chunk(&mut png, b"IDAT", &zeros((row * u64::from(height)).min(1 << 26)));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// A PNG whose text or profile unpacks to so many bytes.
pub fn png_with_packed(kind: &[u8; 4], unpacked: u64) -> Vec<u8> {
    let small = png(16, 16, 8, 6);
    let mut png = small[..33].to_vec();
    chunk(&mut png, kind, &[b"name\0\0" as &[u8], &zeros(unpacked)].concat());
    png.extend(&small[33..]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = !png[start..].iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    png.extend(sum.to_be_bytes());
}

/// So many zeros (at least 259 more or less), packed by zlib's fixed codes: 258 of them in 13 bits.
fn zeros(count: u64) -> Vec<u8> {
    let runs = count.saturating_sub(1) / 258;
    let mut bits = Bits { out: vec![0x78, 0x01], used: 8 };
    bits.push(1, 1);
    bits.push(1, 2);
    let single = 1 + (count.saturating_sub(1)) % 258;
    (0..single).for_each(|_| bits.push_code(0x30, 8));
    for _ in 0..runs {
        bits.push_code(0xc5, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    let total = single + runs * 258;
    let mut out = bits.out;
    out.extend(((total % 65_521) as u32 * 65_536 + 1).to_be_bytes());
    out
}

struct Bits {
    out: Vec<u8>,
    /// Bits of the last byte that are taken.
    used: u32,
}

impl Bits {
    /// The lowest bits of a value, lowest first.
    fn push(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.used == 8 {
                self.out.push(0);
                self.used = 0;
            }
            if let Some(last) = self.out.last_mut() {
                *last |= ((value >> at & 1) as u8) << self.used;
            }
            self.used += 1;
        }
    }

    /// A Huffman code: highest bit first.
    fn push_code(&mut self, code: u32, count: u32) {
        (0..count).rev().for_each(|at| self.push(code >> at, 1));
    }
}

/// Some picture, small or claiming to be large.
pub fn any(choices: &mut Choices<'_>) -> Vec<u8> {
    const SIZES: [u32; 8] = [0, 1, 99, 100, 230, 231, 1000, 60_000];
    match choices.below(4) {
        0 => svg(choices).into_bytes(),
        1 => png_with_packed(choices.of_these(&[*b"zTXt", *b"iCCP", *b"tEXt", *b"eXIf"]), 1 << choices.below(24)),
        _ => {
            let (width, height) = (*choices.of_these(&SIZES), *choices.of_these(&SIZES));
            png(width, height, *choices.of_these(&[8, 1, 2, 4, 16, 3]), *choices.of_these(&[6, 0, 2, 3, 4, 7]))
        }
    }
}

/// Parts of SVG drawings.
const PARTS: [&str; 22] = [
    "<rect width=\"9\" height=\"9\" fill=\"red\"/>",
    "<g>",
    "</g>",
    "<use href=\"#a\"/>",
    "<g id=\"a\">",
    "<defs>",
    "</defs>",
    "<symbol id=\"a\" viewBox=\"0 0 1 1\">",
    "</symbol>",
    "<pattern id=\"a\" width=\"1e-9\" height=\"1e-9\" patternUnits=\"userSpaceOnUse\">",
    "</pattern>",
    "<rect width=\"1e30\" height=\"1e30\" fill=\"url(#a)\" filter=\"url(#f)\" mask=\"url(#a)\" clip-path=\"url(#a)\"/>",
    "<filter id=\"f\"><feGaussianBlur stdDeviation=\"1e6\"/><feTile/><feTurbulence numOctaves=\"1000000\"/></filter>",
    "<text font-size=\"1e9\">x</text>",
    "<image href=\"data:image/png;base64,iVBORw0KGgo=\"/>",
    "<image href=\"file:///etc/hostname\"/>",
    "<path d=\"M0 0L1e38 1e38A1 1 0 0 0 NaN 1z\" stroke=\"#000\" stroke-width=\"1e20\" stroke-dasharray=\"1e-20\"/>",
    "<linearGradient id=\"a\" href=\"#a\"><stop offset=\"NaN\"/></linearGradient>",
    "<style>*{fill:url(#a);transform:scale(1e30)}</style>",
    "<g transform=\"matrix(0 0 0 0 0 0)\" opacity=\".5\">",
    "<marker id=\"a\" markerWidth=\"1e9\">",
    "<script>1</script>",
];

/// A drawing of random parts; not always well-formed.
pub fn svg(choices: &mut Choices<'_>) -> String {
    let view = choices.of_these(&["0 0 10 10", "0 0 1e9 1e-9", "0 0 0 0", "-1e38 -1e38 1e38 1e38", "a"]);
    let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{view}\">");
    let mut open: Vec<String> = Vec::new();
    for _ in 0..choices.below(24) {
        let part = *choices.of_these(&PARTS);
        if part.starts_with("</") {
            svg.push_str(&open.pop().unwrap_or_default());
            continue;
        }
        svg.push_str(part);
        let name = part[1..].split([' ', '>']).next().unwrap_or_default();
        if !part.ends_with("/>") && !part.contains("</") {
            open.push(format!("</{name}>"));
        }
    }
    while let Some(close) = open.pop().filter(|_| !choices.one_in(9)) {
        svg.push_str(&close);
    }
    svg + "</svg>"
}
