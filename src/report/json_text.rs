//! JSON that is safe to look at: the same values, with everything spelt out that would act on a terminal or on a build's log.

use std::io;

use serde::Serialize;

use super::human::escape::{is_command, is_hidden, may_hold_command};

/// Appends a value as JSON on one line.
pub fn push(out: &mut Vec<u8>, value: &impl Serialize) -> io::Result<()> {
    push_written(out, |out| Ok(serde_json::to_writer(out, value)?))
}

/// Appends a text as JSON, for the `write` of [`push_written`], which makes it harmless. Most texts need no escapes, and that is seen for
/// many bytes at once.
pub fn push_text(out: &mut Vec<u8>, text: &str) -> io::Result<()> {
    let needs_escape = text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\'));
    if needs_escape {
        return Ok(serde_json::to_writer(out, text)?);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

/// Appends JSON that `write` writes, and makes it harmless.
pub fn push_written(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let start = out.len();
    write(out)?;
    let json = std::str::from_utf8(&out[start..]).map_err(io::Error::other)?;
    if let Some(harmless) = harmless(json) {
        out.truncate(start);
        out.extend_from_slice(&harmless);
    }
    Ok(())
}

/// A value as JSON over several lines, with a line end behind it.
pub fn pretty(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string_pretty(value)? + "\n";
    harmless(&json).map_or(Ok(json), |harmless| String::from_utf8(harmless).map_err(io::Error::other))
}

/// JSON without what acts; `None` where nothing does. What is replaced stands inside texts, since all else in JSON is ASCII; below U+0020
/// the serialiser has escaped everything.
fn harmless(json: &str) -> Option<Vec<u8>> {
    let is_plain = json.is_ascii() && memchr::memchr(0x7f, json.as_bytes()).is_none();
    if !may_hold_command(json) && (is_plain || json.chars().all(|c| c < '\u{7f}' || !is_hidden(c))) {
        return None;
    }
    let mut out = Vec::with_capacity(json.len() + 32);
    let mut before = None;
    for (at, c) in json.char_indices() {
        // A text begins behind a quotation mark: for the rest of the line that is what a beginning is.
        let acts = (c == '#' || c == ':') && is_command(before.filter(|&before| before != '"'), &json[at..]);
        if acts || (c >= '\u{7f}' && is_hidden(c)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        before = Some(c);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_and_nothing_acts() {
        let every: String = (0..0x3000).chain(0xd000..0x11000).chain(0xe0000..0xe0100).filter_map(char::from_u32).collect();
        for text in [every.as_str(), "::error::x", "a ##vso[task.setvariable variable=a]b ::add-mask::c", "Größe 日本 ## [x] a::b"] {
            let mut line = Vec::new();
            push(&mut line, &text).unwrap();
            let line = String::from_utf8(line).unwrap();
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            assert!(!line.contains(is_hidden) && !line.contains("##vso[") && !line.contains(" ::a") && !line.contains("\"::e"), "{line}");
            let pretty = pretty(&[text]).unwrap();
            assert_eq!(serde_json::from_str::<Vec<String>>(&pretty).unwrap(), [text]);
            assert!(!pretty.replace('\n', "").contains(is_hidden), "{pretty}");
        }
        let plain = "Größe 日本 ## [x] a::b";
        let mut line = Vec::new();
        push(&mut line, &plain).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), format!("\"{plain}\""));
    }
}
