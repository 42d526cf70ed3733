//! JSON that is safe to look at: the same values, with everything spelt out that would act on a terminal or on a build's log.

use std::io;

use serde::Serialize;

use super::human::escape::{is_command, is_hidden, may_hold_command};

/// Appends a value as JSON on one line.
pub fn push(out: &mut Vec<u8>, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    out.extend_from_slice(&harmless(json));
    Ok(())
}

/// A value as JSON over several lines, with a line end behind it.
pub fn pretty(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string_pretty(value)?;
    String::from_utf8(harmless(json + "\n")).map_err(io::Error::other)
}

/// What is replaced stands inside texts, since all else in JSON is ASCII; below U+0020 the serialiser has escaped everything.
fn harmless(json: String) -> Vec<u8> {
    if !may_hold_command(&json) && json.chars().all(|c| c < '\u{7f}' || !is_hidden(c)) {
        return json.into_bytes();
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
    out
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
