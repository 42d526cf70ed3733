//! The rule file: everything conncert knows about one rule. These types are the format; their comments are its documentation.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::attribute::Attribute;
use super::example::Example;
use super::fix::FixRule;
use super::kind::Kind;
use super::matcher::Matcher;
use crate::check::Check;
use crate::connector::{Stage, Track};
use crate::finding::Severity;

/// One rule: what it looks at, what it demands, what it says, and the examples that prove it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleFile {
    /// Words in kebab-case, equal to the file's name, stable for ever.
    pub id: String,
    /// The rule in one line, as a demand.
    #[serde(deserialize_with = "words_of")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub summary: String,
    /// `error`: an automated gate or written policy rejects it; `warning`: documented but not enforced, or what reviewers ask for;
    /// `info`: advice; `off`: only when selected.
    pub severity: Level,
    /// Other severities for some tracks or stages; the first that applies counts.
    #[serde(default)]
    pub adjust: Vec<Adjustment>,
    /// The Swagger Validator's own name for the problem.
    pub code: Option<String>,
    /// Certification policy numbers, e.g. `5000.2.4.1`.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Other names under which users know it: Solution Checker ids, further codes.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Tracks to which it applies; all when left out.
    #[serde(default = "all_tracks")]
    pub tracks: Vec<Track>,
    /// Stages to which it applies; both when left out.
    #[serde(default = "all_stages")]
    pub stages: Vec<Stage>,
    /// How sure it is that certification minds.
    pub confidence: Confidence,
    /// Where the requirement is written or was seen: a URL.
    pub source: String,
    /// What the judgement rests on, in a sentence: what was printed, counted or said.
    pub evidence: String,
    /// What it looks at.
    pub select: Select,
    /// What it demands.
    pub check: Check,
    /// What is wrong, with placeholders in braces: `{subject}`, attributes of the kind, values the check provides.
    #[serde(deserialize_with = "words_of")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub message: String,
    /// Why certification minds, as a sentence or two.
    #[serde(deserialize_with = "words_of")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub why: String,
    /// What to do next; same placeholders as the message.
    pub help: String,
    /// When it is right to ignore the finding.
    pub exceptions: Option<String>,
    /// How a finding can be repaired: the first repair that is possible is offered.
    #[serde(default)]
    pub fix: Vec<FixRule>,
    /// Connectors that break it, with the places where it must say so.
    #[serde(default)]
    pub bad: Vec<Example>,
    /// Connectors that keep it, near misses first of all.
    #[serde(default)]
    pub good: Vec<Example>,
}

/// A severity, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not checked unless selected.
    Off,
    /// Advice.
    Info,
    /// Documented but not enforced.
    Warning,
    /// Rejected.
    Error,
}

impl Level {
    /// The severity of findings; `None` for `off`.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }

    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        self.severity().map_or("off", Severity::word)
    }
}

/// How sure it is that certification minds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One of Microsoft's tools has printed it.
    Printed,
    /// A published rule set lists it.
    Ruleset,
    /// Documentation or a written policy demands it.
    Documented,
    /// Human reviewers have asked for it.
    Reviewer,
    /// Inferred from what published connectors do and what disappears in review.
    Corpus,
    /// conncert's own advice.
    Advice,
}

impl Confidence {
    /// The word in rule files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Ruleset => "ruleset",
            Self::Documented => "documented",
            Self::Reviewer => "reviewer",
            Self::Corpus => "corpus",
            Self::Advice => "advice",
        }
    }

    /// What it means, for people.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Printed => "one of Microsoft's own tools has reported it",
            Self::Ruleset => "a published rule set of Microsoft lists it",
            Self::Documented => "Microsoft's documentation or a written policy demands it",
            Self::Reviewer => "human reviewers have asked for it",
            Self::Corpus => "inferred from published connectors and what disappears in review",
            Self::Advice => "advice of conncert",
        }
    }
}

/// Another severity for some tracks or stages.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Adjustment {
    /// Tracks it applies to; all when left out.
    #[serde(default = "all_tracks")]
    pub tracks: Vec<Track>,
    /// Stages it applies to; both when left out.
    #[serde(default = "all_stages")]
    pub stages: Vec<Stage>,
    /// The severity there.
    pub severity: Level,
}

/// What a rule looks at: things of some kinds, narrowed by conditions.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Select {
    /// One kind of thing, or several.
    pub kind: Kinds,
    /// Conditions on attributes.
    #[serde(default, deserialize_with = "pairs")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<Attribute, Matcher>"))]
    pub r#where: Vec<(Attribute, Matcher)>,
    /// Conditions on other things of the connector: how many of them there are. None holds when the file of those things is missing.
    #[serde(default)]
    pub given: Vec<Given>,
    /// Conditions on the thing's own JSON members; `a/b` looks into a member, `..` at the object around it.
    #[serde(default, deserialize_with = "pairs")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, Matcher>"))]
    pub members: Vec<(String, Matcher)>,
}

/// A condition on other things of the connector.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Given {
    /// The things that are counted.
    pub things: Select,
    /// At least this many; 0 when left out.
    #[serde(default)]
    pub min: usize,
    /// At most this many; any number when left out.
    pub max: Option<usize>,
}

/// One kind or several.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Kinds {
    /// One.
    One(Kind),
    /// Several.
    Many(Vec<Kind>),
}

impl Kinds {
    /// As a list.
    pub fn list(&self) -> &[Kind] {
        match self {
            Self::One(kind) => std::slice::from_ref(kind),
            Self::Many(kinds) => kinds,
        }
    }
}

/// A table as a list: conditions are only ever gone through, thousands of times a connector.
pub(super) fn pairs<'de, D, K, V>(deserializer: D) -> Result<Vec<(K, V)>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de>,
    V: Deserialize<'de>,
{
    struct Pairs<K, V>(std::marker::PhantomData<(K, V)>);

    impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
        type Value = Vec<(K, V)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table of conditions")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or_default());
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }

    deserializer.deserialize_map(Pairs(std::marker::PhantomData))
}

/// A text that people read: it says something.
fn words_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(serde::de::Error::custom("this text is empty, but people who read a finding need it"));
    }
    Ok(text)
}

fn all_tracks() -> Vec<Track> {
    vec![Track::Verified, Track::Independent, Track::Custom]
}

pub(super) fn all_stages() -> Vec<Stage> {
    vec![Stage::Submission, Stage::PullRequest]
}

/// Where the project lives.
pub const REPOSITORY: &str = "https://github.com/conncert/conncert/blob/main";
