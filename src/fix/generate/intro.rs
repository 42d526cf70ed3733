//! A whole INTRO.md, the first part of the connector's reference page, out of the definition.

use crate::connector::Artifact;
use crate::fix::values::FixValues;
use crate::model::Model;

use super::document::SectionName::*;
use super::document::{self, Style};

/// Writes INTRO.md: one paragraph that is not the description, then what makers need to know before they start. Operations are not
/// listed, since the reference page lists them by itself.
pub fn intro(model: &Model<'_>, values: &FixValues) -> String {
    let mut sections = vec![Opening, Prerequisites, ObtainingCredentials, GettingStarted, KnownIssues, CommonErrors];
    sections.retain(|section| *section != ObtainingCredentials || document::asks_for_credentials(model, values));
    document::file(model, values, Artifact::Intro, &sections, Style::List)
}
