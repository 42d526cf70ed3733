//! Checks on README and INTRO: what they share, namely headings and what readers take for headings, compared the way people do.

mod form;
mod mentions;
mod names;
mod opening;
mod phrases;
mod section;
#[cfg(test)]
pub(super) mod tests;

use std::borrow::Cow;

use super::Context;
use crate::connector::Artifact;
use crate::model::titles::{Title, folded};
use crate::source::markdown::Markdown;
use crate::swagger::Operation;

pub use form::MarkdownForm;
pub use mentions::Mentions;
pub use names::Headings;
use names::Names;
pub use opening::Opening;
pub use phrases::Phrases;
pub use section::{Section, SectionOrder};

/// Bytes from which on a README, and an INTRO, says enough to be judged by what it lacks.
const ENOUGH: [(Artifact, usize); 2] = [(Artifact::Readme, 200), (Artifact::Intro, 50)];

/// A README or INTRO with its text.
struct Document<'a> {
    artifact: Artifact,
    text: &'a str,
    markdown: &'a Markdown,
}

impl<'a> Document<'a> {
    /// The document that a rule selected.
    fn of(context: &Context<'_, 'a>) -> Option<Self> {
        let artifact = context.subject.artifact?;
        let (source, markdown) = context.model.markdown(artifact)?;
        Some(Self { artifact, text: source.text(), markdown })
    }

    /// Its length in bytes, without blanks at the ends; 0 when readers see nothing at all.
    fn length(&self) -> usize {
        let has_images = || self.markdown.links().iter().any(|link| link.image);
        if self.markdown.plain_text().is_empty() && !has_images() { 0 } else { self.text.trim().len() }
    }

    /// Whether it may be judged by what it lacks. One that is as good as empty lacks everything, which is a fault of its own
    /// (`opening`, `too-short`), and of one that was not read to its end nobody knows.
    fn can_lack_something(&self) -> bool {
        let enough = ENOUGH.iter().find(|(artifact, _)| *artifact == self.artifact).map_or(0, |(_, enough)| *enough);
        !self.markdown.is_truncated() && self.length() >= enough
    }

    /// Headings and what readers take for headings, in file order.
    fn titles<'m>(&self, context: &Context<'m, 'a>) -> &'m [Title<'a>] {
        context.model.titles(self.artifact)
    }
}

/// A folded name without its blanks: "Get item" and "GetItem" name the same operation.
fn squeezed(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Names by which an operation is known: its summary, which makers see, and its operationId.
fn operation_names<'a>(operation: &Operation<'a>) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
    [operation.node.get_str("summary"), operation.id.clone()].into_iter().flatten().filter(|name| !name.trim().is_empty())
}
