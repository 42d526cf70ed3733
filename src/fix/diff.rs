//! Shows what fixes change as a unified diff, the way version control shows it.

use similar::TextDiff;

use super::workspace::Difference;
use crate::source::image::{Image, ImageKind};

/// The name that stands for a file that is not there.
const NO_FILE: &str = "/dev/null";

/// One difference as unified diff; pictures are described. File names come behind `a/` and `b/` and the connector's path.
pub fn unified(connector: &str, difference: &Difference) -> String {
    let path = |side: &str, name: &str| format!("{side}/{connector}/{name}");
    match difference {
        Difference::Created { name, bytes } => text_diff(NO_FILE, &path("b", name), b"", bytes),
        Difference::Deleted { name, old } => text_diff(&path("a", name), NO_FILE, old, b""),
        Difference::Changed { name, to, old, bytes } => {
            let renamed = if name == to { String::new() } else { format!("rename from {name}\nrename to {to}\n") };
            let changed = if old == bytes { String::new() } else { text_diff(&path("a", name), &path("b", to), old, bytes) };
            renamed + &changed
        }
    }
}

fn text_diff(old_name: &str, new_name: &str, old: &[u8], new: &[u8]) -> String {
    let (Ok(old_text), Ok(new_text)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return format!("Binary files {old_name} and {new_name} differ: {} becomes {}\n", described(old), described(new));
    };
    TextDiff::from_lines(old_text, new_text).unified_diff().context_radius(3).header(old_name, new_name).to_string()
}

fn described(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let image = Image::read(bytes);
    match (image.kind(), image.dimensions()) {
        (kind, Some((width, height))) => format!("{} of {width} x {height} pixels", kind.word()),
        (ImageKind::Other, None) => format!("a file of {} bytes", bytes.len()),
        (kind, None) => format!("a {} of {} bytes", kind.word(), bytes.len()),
    }
}
