//! Findings that a person has accepted, with a reason, in conncert.toml.

use crate::connector::Connector;
use crate::connector::load::Content;
use crate::finding::Finding;
use crate::model::Model;
use crate::source::markdown::Markdown;

/// An accepted finding, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Ids of the rules that are meant.
    pub rules: Vec<String>,
    /// The file; every file when `None`.
    pub file: Option<String>,
    /// The JSON Pointer; everywhere when `None`.
    pub pointer: Option<String>,
    /// The heading below which the finding lies.
    pub heading: Option<String>,
    /// Its number in the configuration, by which it is known to have been used.
    pub number: usize,
}

impl Acceptance {
    /// Whether a finding is the one that was accepted. A pointer means its value and everything below; the case of headings and file
    /// names does not matter.
    pub fn means(&self, finding: &Finding, model: &Model<'_>) -> bool {
        self.rules.contains(&finding.rule.id)
            && self.file.as_ref().is_none_or(|file| file.eq_ignore_ascii_case(&finding.place.file))
            && self.pointer.as_ref().is_none_or(|pointer| is_at_or_below(finding, pointer))
            && self.heading.as_ref().is_none_or(|heading| is_below_heading(finding, heading, model))
    }
}

fn is_at_or_below(finding: &Finding, pointer: &str) -> bool {
    let Some(place) = &finding.place.pointer else { return false };
    // A finding about a missing member lies at the object; its pointer may be given with the member behind it, too.
    let member = finding.property.as_ref().map(|property| format!("{place}/{}", property.replace('~', "~0").replace('/', "~1")));
    let fits = |place: &str| place == pointer || place.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
    fits(place) || member.is_some_and(|member| member == pointer)
}

fn is_below_heading(finding: &Finding, wanted: &str, model: &Model<'_>) -> bool {
    headings_above(finding, model.connector).iter().any(|heading| heading.trim().eq_ignore_ascii_case(wanted.trim()))
}

/// The headings of README or INTRO below which a finding lies, the nearest last.
pub fn headings_above<'c>(finding: &Finding, connector: &'c Connector) -> Vec<&'c str> {
    let document = connector.document_at(&finding.place.file);
    let (Some(document), Some(range)) = (document, finding.place.range) else { return Vec::new() };
    let Content::Markdown(source, markdown) = &document.content else { return Vec::new() };
    heading_at(markdown, |span| {
        source.position(span.start).offset <= range.start.offset && range.start.offset < source.position(span.end).offset
    })
}

/// The headings of all sections that hold a place.
fn heading_at(markdown: &Markdown, holds: impl Fn(&std::ops::Range<usize>) -> bool) -> Vec<&str> {
    let sections = markdown.sections().iter().filter(|section| holds(&section.span));
    sections.filter_map(|section| markdown.headings().get(section.heading)).map(|heading| heading.text.as_str()).collect()
}
