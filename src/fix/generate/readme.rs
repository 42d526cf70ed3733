//! A whole README.md out of the definition, in the form that the connector's track asks for.

use crate::connector::{Artifact, Track};
use crate::fix::values::FixValues;
use crate::model::Model;

use super::document::SectionName::{self, *};
use super::document::{self, Style};

/// Writes README.md: what the definition, apiProperties.json and the configured values tell, and a paragraph beginning with "TODO:"
/// wherever only a person knows.
pub fn readme(model: &Model<'_>, values: &FixValues) -> String {
    let (sections, style): (Vec<SectionName>, Style) = match model.connector.track.value {
        Track::Verified => (
            vec![
                Title,
                Opening,
                Publisher,
                Prerequisites,
                SupportedOperations,
                ObtainingCredentials,
                GettingStarted,
                KnownIssues,
                DeploymentInstructions,
            ],
            Style::Headings(3),
        ),
        // First steps and deployment are optional here, and published readmes of independent publishers do without them.
        Track::Independent => {
            (vec![Title, Opening, Publisher, Prerequisites, SupportedOperations, ObtainingCredentials, KnownIssues], Style::Headings(3))
        }
        // After the sample readme of the custom connector kit. Who publishes a private connector, and what it cannot do, need not be said.
        Track::Custom => {
            let mut sections = vec![Title, Opening, Publisher, Prerequisites, GettingStarted, SupportedOperations, ObtainingCredentials];
            let is_needless = |section: &SectionName| match section {
                Publisher => !document::publisher_is_known(model, values),
                ObtainingCredentials => !document::asks_for_credentials(model, values),
                _ => false,
            };
            sections.retain(|section| !is_needless(section));
            (sections, Style::List)
        }
    };
    document::file(model, values, Artifact::Readme, &sections, style)
}
