//! What several formats say of a finding in the same way: its full text, its identity over time, the edits that repair it.

use std::collections::HashMap;

use crate::finding::{Anchor, Finding, Fix};
use crate::fix::edit::{Change, Edit, Task};
use crate::source::SourceText;

/// What is wrong and what to do, as sentences, for formats that have one text for both.
pub fn full_text(finding: &Finding) -> String {
    match finding.help.as_deref().map(str::trim).filter(|help| !help.is_empty()) {
        Some(help) => format!("{} {}", sentence(&finding.message), sentence(help)),
        None => finding.message.clone(),
    }
}

/// A text with a capital and a full stop, unless it begins with a name or ends in punctuation already.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let word = text.split_whitespace().next().unwrap_or_default();
    // "operationId" and "apiDefinition.json" are names: they keep their small letter.
    let plain = word.chars().all(|c| c.is_lowercase() || c == ',');
    let mut out: String = match chars.next().filter(|_| plain) {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text.to_owned(),
    };
    if !out.ends_with(['.', '!', '?', ':']) {
        out.push('.');
    }
    out
}

/// Tells findings apart across runs: by rule, file and anchor, so that a reformatted or reordered file has the same findings. Without an
/// anchor the place in the file's structure has to do.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// The identity of a finding, never given twice in a run. `path` is its file as the report names it.
    pub fn of(&mut self, path: &str, finding: &Finding) -> String {
        let place = &finding.place;
        let mut hash = OFFSET_BASIS;
        let anchor = finding.anchor.as_deref().map(Anchor::of_pair).or(place.pointer.as_deref()).unwrap_or_default();
        for part in [&finding.rule.id, path, anchor, finding.property.as_deref().unwrap_or_default()] {
            hash = fnv(fnv(hash, part.as_bytes()), SEPARATOR);
        }
        loop {
            let number = self.seen.entry(hash).or_default();
            *number += 1;
            if *number == 1 {
                return format!("{hash:032x}");
            }
            hash = fnv(hash, &number.to_le_bytes());
        }
    }
}

/// A byte that no text in UTF-8 holds.
const SEPARATOR: &[u8] = &[0xff];
const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// FNV-1a of 128 bits: its results are the same for ever and everywhere, and nobody gains from forging one.
fn fnv(hash: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// The edits of a fix by file, in their order, where it consists of nothing else; edits of one place are joined.
pub fn text_edits(fix: &Fix) -> Option<Vec<(&str, Vec<Edit>)>> {
    let mut files: Vec<(&str, Vec<Edit>)> = Vec::new();
    for task in &fix.tasks {
        let Task::Change(Change::Edit { file, edits }) = task else { return None };
        match files.iter_mut().find(|(known, _)| known == file) {
            Some((_, known)) => known.extend(edits.iter().cloned()),
            None => files.push((file, edits.clone())),
        }
    }
    for (_, edits) in &mut files {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup_by(|next, last| {
            let joined = last.span.is_empty() && next.span.start == last.span.start;
            if joined {
                last.text.push_str(&next.text);
                last.span = next.span.clone();
            }
            joined
        });
        if edits.windows(2).any(|pair| pair[1].span.start < pair[0].span.end) {
            return None;
        }
    }
    files.retain(|(_, edits)| !edits.is_empty());
    (!files.is_empty()).then_some(files)
}

/// Whether edits fit the text they are made for.
pub fn fits(source: &SourceText, edits: &[Edit]) -> bool {
    edits.iter().all(|edit| source.text().get(edit.span.clone()).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::human::samples::{finding, rule, source};
    use super::*;
    use crate::finding::{FixSafety, Place, Severity};

    fn fix(tasks: Vec<Task>) -> Fix {
        Fix { safety: FixSafety::Safe, title: String::new(), number: 0, tasks }
    }

    fn edits(file: &str, edits: &[(std::ops::Range<usize>, &str)]) -> Task {
        let edits = edits.iter().map(|(span, text)| Edit { span: span.clone(), text: (*text).to_owned() }).collect();
        Task::Change(Change::Edit { file: file.to_owned(), edits })
    }

    #[test]
    fn message_and_help_become_two_sentences() {
        let mut finding = finding(&rule("r"), Severity::Error, "the connector has no title");
        assert_eq!(full_text(&finding), "the connector has no title");
        finding.help = Some("Add a \"title\"".into());
        assert_eq!(full_text(&finding), "The connector has no title. Add a \"title\".");
        assert_eq!(sentence("apiProperties.json is missing"), "apiProperties.json is missing.");
        assert_eq!(sentence("`q` is it?"), "`q` is it?");
    }

    #[test]
    fn a_finding_keeps_its_fingerprint_when_lines_move_and_shares_it_with_none() {
        let place = |file: &str, pointer: &str| Place { file: file.into(), pointer: Some(pointer.to_owned()), range: None };
        let at = |pointer: &str| crate::finding::Finding { place: place("a.json", pointer), ..finding(&rule("r"), Severity::Error, "m") };
        let first = Fingerprints::default().of("x/a.json", &at("/a"));
        let moved = crate::finding::Finding {
            place: super::super::human::samples::span("a.json", &source("\n\n{}"), 2..3),
            message: "in other words".to_owned(),
            ..at("/a")
        };
        let moved = crate::finding::Finding { place: Place { pointer: Some("/a".to_owned()), ..moved.place }, ..moved };
        assert_eq!(Fingerprints::default().of("x/a.json", &moved), first);
        let anchored = |pointer: &str| crate::finding::Finding {
            anchor: Some(Box::new(Anchor { place: "operation Get".to_owned(), others: Vec::new() })),
            ..at(pointer)
        };
        let print = |pointer: &str| Fingerprints::default().of("x/a.json", &anchored(pointer));
        assert_eq!(print("/a"), print("/b"));
        let pair = |place: &str, other: &str| Anchor { place: place.to_owned(), others: vec![other.to_owned()] };
        let print_of = |anchor: Anchor| {
            Fingerprints::default().of("x/a.json", &crate::finding::Finding { anchor: Some(Box::new(anchor)), ..at("/a") })
        };
        assert_eq!(print_of(pair("a", "b")), print_of(pair("b", "a")));
        assert_ne!(print("/a"), first);
        let mut prints = Fingerprints::default();
        let all = [("x/a.json", at("/a")), ("x/a.json", at("/a")), ("x/a.json", at("/a")), ("x/a.json", at("/b")), ("y/a.json", at("/a"))];
        let mut seen: Vec<String> = all.iter().map(|(path, finding)| prints.of(path, finding)).collect();
        assert_eq!(seen[0], first);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5);
    }

    #[test]
    fn only_fixes_of_plain_edits_have_edits_to_show() {
        assert_eq!(text_edits(&fix(Vec::new())), None);
        let delete = Task::Change(Change::Delete { file: "a".to_owned() });
        assert_eq!(text_edits(&fix(vec![edits("a", &[(0..1, "x")]), delete])), None);
        assert_eq!(text_edits(&fix(vec![edits("a", &[(0..3, "x"), (2..4, "y")])])), None);
        let both = fix(vec![edits("a", &[(5..5, "c"), (1..2, "a")]), edits("a", &[(5..5, "d")])]);
        let expected = vec![Edit { span: 1..2, text: "a".to_owned() }, Edit { span: 5..5, text: "cd".to_owned() }];
        assert_eq!(text_edits(&both), Some(vec![("a", expected.clone())]));
        assert!(
            fits(&source("123456"), &expected)
                && !fits(&source("123"), &expected)
                && !fits(&source("1é3456"), &[Edit { span: 2..3, text: String::new() }])
        );
    }
}
