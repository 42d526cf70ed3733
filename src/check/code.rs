//! Checks on custom code and on texts of any file: what must and must not stand in them.

use std::ops::Range;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::edit::Edit;
use crate::model::At;
use crate::rule::pattern::Pattern;
use crate::source::csharp::CSharp;
use crate::words;

/// Demands on the code of the script (kind `script`). Comments and texts do not count as code. For statements and blocks that
/// `not-matches` finds, the finding proposes to take them away, but not what stands inside a block.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Code {
    /// Only code in which this is found is judged: what else is wrong without it, follows from its absence.
    pub given: Option<Pattern>,
    /// Must be found in the code.
    pub matches: Option<Pattern>,
    /// Must not be found in the code; every place is reported.
    pub not_matches: Option<Pattern>,
    /// What `not-matches` finds in its first group is fine when it is one of these.
    pub allowed: Vec<String>,
    /// On lines where this is found, every text in quotes must be an operationId (or the base64 form of one).
    pub operation_ids_beside: Option<Pattern>,
}

impl Demand for Code {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(artifact) = context.subject.artifact else { return };
        let Some(source) = context.model.source(artifact) else { return };
        let parsed = CSharp::parse(source.text());
        if self.given.as_ref().is_some_and(|pattern| !pattern.is_match(parsed.code())) {
            return;
        }
        if self.matches.as_ref().is_some_and(|pattern| !pattern.is_match(parsed.code())) {
            hits.push(Hit::new(At::Top(artifact)).with("found", "").with("did-you-mean", ""));
        }
        let unwanted = self.not_matches.iter().filter(|pattern| pattern.is_match(parsed.code()));
        for found in unwanted.filter_map(Pattern::regex).flat_map(|regex| regex.captures_iter(parsed.code())) {
            let (Some(whole), Some(place)) = (found.get(0), found.get(1).or_else(|| found.get(0))) else { continue };
            if !self.allowed.iter().any(|allowed| allowed == place.as_str()) {
                let hint = words::did_you_mean(place.as_str(), self.allowed.iter().map(String::as_str));
                hits.push(
                    Hit::new(At::Text(artifact, place.range()))
                        .with("found", words::excerpt(place.as_str(), 60))
                        .with("did-you-mean", hint)
                        .propose(taken_away(source.text(), parsed.code(), whole.range())),
                );
            }
        }
        if let (Some(beside), Some(swagger)) = (&self.operation_ids_beside, &context.model.swagger) {
            let known = |text: &str| {
                swagger.operation(text).is_some()
                    || swagger.operations.iter().filter_map(|operation| operation.id.as_deref()).any(|id| base64(id.as_bytes()) == text)
            };
            for literal in parsed.literals() {
                let line = source.line_range(source.position(literal.start).line);
                let text = &source.text()[literal.clone()];
                let is_name = !text.is_empty()
                    && text.len() < 100
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=' | b'+'));
                if is_name && beside.is_match(&parsed.code()[line]) && !known(text) {
                    let ids = swagger.operations.iter().filter_map(|operation| operation.id.as_deref());
                    let hint = words::did_you_mean(text, ids);
                    hits.push(Hit::new(At::Text(artifact, literal.clone())).with("found", text).with("did-you-mean", hint));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "did-you-mean"]
    }

    fn patterns(&self) -> Vec<&Pattern> {
        self.given.iter().chain(&self.matches).chain(&self.not_matches).chain(&self.operation_ids_beside).collect()
    }
}

/// The edits that take a statement away, from its beginning to its semicolon; where a block follows, only the braces go with it.
fn taken_away(text: &str, code: &str, found: Range<usize>) -> Vec<Edit> {
    let removed = |range: Range<usize>| Edit { span: with_line(text, range), text: String::new() };
    let start = found.end - code[found.clone()].trim_start().len();
    let end = start + code[start..found.end].trim_end().len();
    if code[..end].ends_with(';') {
        return vec![removed(start..end)];
    }
    let next = end + (code[end..].len() - code[end..].trim_start().len());
    match code.as_bytes().get(next) {
        Some(b';') => vec![removed(start..next + 1)],
        Some(b'{') => {
            let mut depth = 0;
            let close = code[next..].bytes().position(|byte| {
                depth += match byte {
                    b'{' => 1,
                    b'}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            close.map_or_else(Vec::new, |close| vec![removed(start..next + 1), removed(next + close..next + close + 1)])
        }
        _ => Vec::new(),
    }
}

/// A range with its line and the line end, when nothing else stands there.
fn with_line(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline + 1);
    let alone = text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if alone { start..end } else { range }
}

/// Standard base64, as scripts meet operationIds in some requests.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| char::from(ALPHABET[(value & 63) as usize]);
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let value = chunk.iter().fold(0u32, |value, &byte| value << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        text.push(digit(value >> 18));
        text.push(digit(value >> 12));
        text.push(if chunk.len() > 1 { digit(value >> 6) } else { '=' });
        text.push(if chunk.len() > 2 { digit(value) } else { '=' });
    }
    text
}

/// Credentials left in a file (kinds `json-file`, `readme`, `intro`, `script`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credentials {
    /// Found in every text in which `pattern` is found, and much cheaper to look for.
    pub hint: Pattern,
    /// What credentials look like: alternatives as named groups, whose names (with blanks for underscores) tell what was found.
    pub pattern: Pattern,
    /// What only looks like one: placeholders, examples of documentation.
    pub harmless: Pattern,
}

impl Demand for Credentials {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(artifact) = context.subject.artifact else { return };
        let Some(source) = context.model.source(artifact).filter(|source| self.hint.is_match(source.text())) else { return };
        let Some(regex) = self.pattern.regex() else { return };
        for found in regex.captures_iter(source.text()) {
            let named = regex.capture_names().flatten().find_map(|name| Some((name, found.name(name)?)));
            let Some((name, place)) = named else { continue };
            if self.harmless.is_match(place.as_str()) {
                continue;
            }
            // The credential itself is never repeated: reports are pasted into public places.
            hits.push(Hit::new(At::Text(artifact, place.range())).with("found", name.replace('_', " ")));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found"]
    }

    fn patterns(&self) -> Vec<&Pattern> {
        vec![&self.hint, &self.pattern, &self.harmless]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::document::tests::rules;
    use crate::rule::example::Example;

    #[test]
    fn a_script_without_its_class_lacks_one_thing() {
        for script in ["", "// later", "public class ParcelScript { }"] {
            let example = Example { script: Some(script.to_owned()), ..Example::default() };
            assert_eq!(rules(&example, "script.csx"), ["script-class"], "{script:?}");
        }
    }

    #[test]
    fn statements_are_taken_away_with_their_lines_and_blocks_lose_their_braces_only() {
        for (text, found, expected) in [
            ("using A;\nusing B;\nclass C {}\n", "using B", "using A;\nclass C {}\n"),
            ("using A; using B;\n", "using B", "using A; \n"),
            ("namespace N;\r\nclass C {}\r\n", "namespace N", "class C {}\r\n"),
            ("namespace N\n{\n  class C { /* } */ }\n}\n", "namespace N", "  class C { /* } */ }\n"),
            ("namespace N {\n  class C {\n", "namespace N", "namespace N {\n  class C {\n"),
        ] {
            let parsed = CSharp::parse(text);
            let at = text.find(found).unwrap();
            let edits = taken_away(text, parsed.code(), at..at + found.len());
            assert_eq!(crate::fix::edit::apply(text, edits), expected, "{text}");
        }
    }

    #[test]
    fn base64_is_standard() {
        assert_eq!([base64(b"GetItem"), base64(b"ab"), base64(b"abc")], ["R2V0SXRlbQ==", "YWI=", "YWJj"]);
    }
}
