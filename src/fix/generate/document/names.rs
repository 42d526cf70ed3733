//! The sections of README and INTRO by name: which there are, in which order, and under which headings people know them.

use serde::Deserialize;

use crate::connector::{Artifact, Track};

/// A part of README or INTRO, in the order of the templates: parts that are inserted at one place follow each other so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SectionName {
    /// The heading of level 1.
    Title,
    /// The text before the first section.
    Opening,
    /// Who publishes the connector.
    Publisher,
    /// What makers need before they start.
    Prerequisites,
    /// Actions and triggers.
    SupportedOperations,
    /// Where makers get what the connection asks for.
    ObtainingCredentials,
    /// First steps; `Building the connector` in the README of a custom connector.
    GettingStarted,
    /// What does not work.
    KnownIssues,
    /// What the errors of the service mean.
    CommonErrors,
    /// Questions and answers.
    FrequentlyAskedQuestions,
    /// How to deploy the connector.
    DeploymentInstructions,
}

use SectionName::*;

impl SectionName {
    /// Every section that has a heading of its own.
    pub const WITH_HEADING: [Self; 9] = [
        Publisher,
        Prerequisites,
        SupportedOperations,
        ObtainingCredentials,
        GettingStarted,
        KnownIssues,
        CommonErrors,
        FrequentlyAskedQuestions,
        DeploymentInstructions,
    ];

    /// The section that a rule means: by its word (`known-issues`) or by one of its headings ("Known Issues and Limitations").
    pub fn from_name(name: &str) -> Option<Self> {
        let folded = folded(name);
        match folded.as_str() {
            "title" => Some(Title),
            "opening" => Some(Opening),
            _ => Self::WITH_HEADING.into_iter().find(|section| section.headings().contains(&folded.as_str())).or_else(|| Self::of(&folded)),
        }
    }

    /// The section to which a folded heading most probably belongs.
    pub(super) fn of(folded: &str) -> Option<Self> {
        let is = |section: &Self| section.begins(folded);
        Self::WITH_HEADING.into_iter().find(is).or_else(|| Self::WITH_HEADING.into_iter().find(|section| section.fits(folded)))
    }

    /// Whether a folded heading counts as the heading of this section.
    pub(super) fn fits(self, folded: &str) -> bool {
        self.begins(folded) || self.parts().iter().any(|part| folded.contains(part))
    }

    /// Whether a folded heading is one of the section's and nothing more.
    pub(super) fn is_exactly(self, folded: &str) -> bool {
        self.headings().contains(&folded)
    }

    /// Whether a folded heading is one of the section's, perhaps with more behind it.
    fn begins(self, folded: &str) -> bool {
        self.headings().iter().any(|heading| folded.strip_prefix(heading).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    }

    /// The sections of a file in their order.
    pub(super) fn order(artifact: Artifact, track: Track) -> &'static [Self] {
        match (artifact, track) {
            (Artifact::Intro, _) => {
                &[Prerequisites, ObtainingCredentials, GettingStarted, KnownIssues, CommonErrors, FrequentlyAskedQuestions]
            }
            // The sample readme of the custom connector kit tells how to build the connector before it lists operations.
            (_, Track::Custom) => &[
                Publisher,
                Prerequisites,
                GettingStarted,
                SupportedOperations,
                ObtainingCredentials,
                KnownIssues,
                FrequentlyAskedQuestions,
                DeploymentInstructions,
            ],
            _ => &[
                Publisher,
                Prerequisites,
                SupportedOperations,
                ObtainingCredentials,
                GettingStarted,
                KnownIssues,
                FrequentlyAskedQuestions,
                DeploymentInstructions,
            ],
        }
    }

    /// The heading that the template of a file has for it.
    pub(super) fn heading(self, artifact: Artifact, track: Track) -> &'static str {
        let is_intro = artifact == Artifact::Intro;
        match self {
            Title | Opening => "",
            Publisher => "Publisher",
            Prerequisites => "Prerequisites",
            SupportedOperations => "Supported Operations",
            ObtainingCredentials if is_intro => "How to get credentials",
            ObtainingCredentials => "Obtaining Credentials",
            GettingStarted if is_intro => "Get started with your connector",
            GettingStarted if track == Track::Custom => "Building the connector",
            GettingStarted => "Getting Started",
            KnownIssues if is_intro => "Known issues and limitations",
            KnownIssues => "Known Issues and Limitations",
            CommonErrors => "Common errors and remedies",
            FrequentlyAskedQuestions if is_intro => "FAQ",
            FrequentlyAskedQuestions => "Frequently Asked Questions",
            DeploymentInstructions => "Deployment Instructions",
        }
    }

    /// Folded headings under which the section is known. More may follow them.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Title | Opening => &[],
            Publisher => &["publisher", "publishers", "publisher's", "published by", "author", "authors", "about the author"],
            Prerequisites => &[
                "prerequisites",
                "prerequisite",
                "pre requisites",
                "pre requisite",
                "requirements",
                "before you begin",
                "before you start",
                "what you need",
            ],
            SupportedOperations => &[
                "supported operations",
                "supported operation",
                "supported actions",
                "supported action",
                "supported triggers",
                "supported trigger",
                "supported requests",
                "available operations",
                "available actions",
                "available triggers",
                "operations",
                "actions",
                "triggers",
                "standard actions",
            ],
            ObtainingCredentials => &[
                "obtaining credentials",
                "how to get credentials",
                "getting credentials",
                "get credentials",
                "credentials",
                "authentication",
                "authorization",
                "obtaining",
                "obtain",
                "how to obtain",
                "how do i obtain",
                "how to authenticate",
                "how to get a",
                "how to get an",
                "getting a",
                "getting an",
            ],
            GettingStarted => &[
                "getting started",
                "get started",
                "get started with your connector",
                "how to get started",
                "building the connector",
                "setup",
                "set up",
                "setting up",
                "quickstart",
                "quick start",
                "using the connector",
                "how to use",
            ],
            KnownIssues => &[
                "known issues",
                "known issues and limitations",
                "known limitations",
                "issues and limitations",
                "limitations",
                "limitation",
                "limits",
                "restrictions",
                "rate limits",
                "rate limiting",
                "api limits",
                "throttling limits",
                "throttling",
                "considerations",
            ],
            CommonErrors => {
                &["common errors", "common errors and remedies", "common issues", "errors", "error messages", "troubleshooting"]
            }
            FrequentlyAskedQuestions => &["frequently asked questions", "faq", "faqs", "questions and answers", "common questions"],
            DeploymentInstructions => &[
                "deployment",
                "deployment instructions",
                "deploying",
                "deploy the connector",
                "deploy and configure",
                "how to deploy",
                "downloading and deploying",
                "installation",
                "installing",
                "install the connector",
                "how to install",
            ],
        }
    }

    /// Parts of a folded heading by which the section is known too.
    fn parts(self) -> &'static [&'static str] {
        match self {
            SupportedOperations => &["supported operation"],
            ObtainingCredentials => &[
                "credential",
                "authenticat",
                "authoriz",
                "api key",
                "apikey",
                "access key",
                "subscription key",
                "group key",
                "activation token",
                "authorization token",
            ],
            GettingStarted => &["getting started", "get started"],
            KnownIssues => &["known issue", "limitation"],
            CommonErrors => &["common error"],
            FrequentlyAskedQuestions => &["frequently asked"],
            _ => &[],
        }
    }
}

/// A heading as the rules compare it: without regard to case, numbering, hyphens and punctuation.
pub(super) fn folded(heading: &str) -> String {
    let text: String = heading.to_lowercase().replace(['-', '_', '/'], " ").replace('&', " and ");
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '*' | '#' | '(' | ')' | '?' | '!'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name of an operation as the rules compare it: "Get item" and "GetItem" are the same.
pub(super) fn squeezed(name: &str) -> String {
    folded(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Check;
    use crate::rule::Catalogue;

    #[test]
    fn every_name_by_which_a_rule_knows_a_section_leads_to_one_and_the_same() {
        let mut sections = 0;
        for rule in Catalogue::built_in().rules() {
            let Check::Section(check) = &rule.file().check else { continue };
            if !matches!(rule.area(), "readme" | "intro") {
                continue;
            }
            let expected = SectionName::from_name(&check.names.written()[0]).unwrap();
            for name in check.names.written() {
                // Triggers and actions are listed in several combinations in the introduction, where no such section belongs.
                let found = SectionName::from_name(name);
                assert!(found == Some(expected) || rule.id() == "intro-no-operations", "{}: {name}: {found:?}", rule.id());
                assert!(expected.fits(&folded(name)) || rule.id() == "intro-no-operations", "{}: {name}", rule.id());
            }
            sections += 1;
        }
        assert!(sections > 20, "{sections}");
    }

    #[test]
    fn words_and_headings_name_sections() {
        assert_eq!(SectionName::from_name("known-issues"), Some(KnownIssues));
        assert_eq!(SectionName::from_name("supported-operations"), Some(SupportedOperations));
        assert_eq!(SectionName::from_name("Publisher: Contoso"), Some(Publisher));
        assert_eq!(SectionName::from_name("title"), Some(Title));
        assert_eq!(SectionName::from_name("API documentation"), None);
        for section in SectionName::WITH_HEADING {
            for artifact in [Artifact::Readme, Artifact::Intro] {
                for track in [Track::Verified, Track::Independent, Track::Custom] {
                    assert_eq!(SectionName::from_name(section.heading(artifact, track)), Some(section));
                }
            }
        }
    }
}
