//! README and INTRO out of the definition: whole files, and the pieces that are missing in existing ones.

mod access;
mod credentials;
mod entries;
mod escape;
mod facts;
mod fields;
mod insert;
mod listing;
mod manner;
mod names;
mod opening;
mod operations;
mod outline;
mod sections;
#[cfg(test)]
mod tests;

use crate::connector::Artifact;
use crate::fix::values::FixValues;
use crate::model::Model;

use facts::Facts;
pub(super) use operations::Style;

pub use insert::missing_section;
pub use listing::{missing_operation, missing_operations};
pub use names::SectionName;

/// A whole file: its sections, each with a heading of level 2 unless it is the title or the opening.
pub(super) fn file(model: &Model<'_>, values: &FixValues, artifact: Artifact, sections: &[SectionName], style: Style) -> String {
    let facts = Facts::of(model, values);
    let mut blocks = Vec::new();
    for &section in sections {
        match section {
            SectionName::Title => blocks.push(format!("# {}", sections::heading(&facts, artifact, section))),
            SectionName::Opening => {}
            _ => blocks.push(format!("## {}", sections::heading(&facts, artifact, section))),
        }
        blocks.extend(sections::body(&facts, artifact, section, style));
    }
    blocks.join("\n\n") + "\n"
}

/// Whether makers need credentials.
pub(super) fn asks_for_credentials(model: &Model<'_>, values: &FixValues) -> bool {
    !access::Access::of(model, values).ways.is_empty()
}

/// Whether the publisher's name is known.
pub(super) fn publisher_is_known(model: &Model<'_>, values: &FixValues) -> bool {
    Facts::of(model, values).publisher.is_some()
}
