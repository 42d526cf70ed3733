//! Checks on texts: length, characters, words, endings, lists of allowed values, comparisons.

use std::sync::OnceLock;

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::{At, inside};
use crate::rule::attribute::{Attribute, AttributeValue};
use crate::rule::pattern::{Pattern, dialect};
use crate::source::json::Value;
use crate::words;

/// Demands on a text. What is missing or no text passes; the first demand that is broken is reported.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Text {
    /// The member; the thing itself when left out.
    pub member: String,
    /// Several members instead; a list stands for its entries.
    pub members: Vec<String>,
    /// A text in which this is found passes.
    pub except: Option<Pattern>,
    /// Not blank.
    pub not_blank: bool,
    /// At least this many characters.
    pub min_length: Option<usize>,
    /// At most this many characters.
    pub max_length: Option<usize>,
    /// Must be found in the text.
    pub matches: Option<Pattern>,
    /// Must not be found in the text; what is found becomes `{found}`.
    pub not_matches: Option<Pattern>,
    /// Words or phrases that must not occur as whole words, in any case; blanks between words are optional.
    pub words: PhraseList,
    /// Characters that must not occur.
    pub characters: String,
    /// Characters at the end (beside letters and digits) that are fine; with this, every other last character is wrong.
    pub ends_with_alphanumeric_or: Option<String>,
}

impl Demand for Text {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let names = if self.members.is_empty() { std::slice::from_ref(&self.member) } else { &self.members };
        for value in names.iter().filter_map(|name| context.member(name)) {
            if value.is_array() && !self.members.is_empty() {
                value.items().for_each(|item| self.judge(item, hits));
            } else {
                self.judge(value, hits);
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "length", "limit", "found", "member"]
    }

    fn patterns(&self) -> Vec<&Pattern> {
        self.matches.iter().chain(&self.not_matches).chain(&self.except).collect()
    }
}

impl Text {
    fn judge<'a>(&self, value: Value<'a>, hits: &mut Hits<'a>) {
        let Some(text) = value.as_str().filter(|text| !self.except.as_ref().is_some_and(|pattern| pattern.is_match(text))) else { return };
        let length = || text.chars().count();
        let member = || value.key().or_else(|| value.parent()?.key()).unwrap_or_default();
        let hit = |at: At<'a>, found: String, limit: usize| {
            let hit = Hit::new(at).with("value", words::excerpt(&text, 60)).with("member", member());
            hit.with("length", length()).with("limit", limit).with("found", found)
        };
        if self.not_blank && text.trim().is_empty() {
            hits.push(hit(At::Value(value), String::new(), 0));
        } else if let Some(limit) = self.min_length.filter(|&limit| length() < limit) {
            hits.push(hit(At::Value(value), String::new(), limit));
        } else if let Some(limit) = self.max_length.filter(|&limit| text.len() > limit && length() > limit) {
            hits.push(hit(At::Value(value), String::new(), limit));
        } else if self.matches.as_ref().is_some_and(|pattern| !pattern.is_match(&text)) {
            hits.push(hit(At::Value(value), String::new(), 0));
        } else if let Some(found) = self.unwanted(&text) {
            hits.push(hit(inside(value, found.clone()), words::excerpt(&text[found], 40), 0));
        }
    }

    /// The first part of the text that must not be there.
    fn unwanted(&self, text: &str) -> Option<std::ops::Range<usize>> {
        if let Some(found) = self.not_matches.as_ref().and_then(|pattern| pattern.find(text)) {
            return Some(found);
        }
        if let Some(found) = self.words.find(text) {
            return Some(found);
        }
        let mut characters = text.char_indices().filter(|_| !self.characters.is_empty());
        if let Some((at, found)) = characters.find(|(_, c)| self.characters.contains(*c)) {
            return Some(at..at + found.len_utf8());
        }
        let fine = self.ends_with_alphanumeric_or.as_ref()?;
        let (at, last) = text.char_indices().next_back()?;
        (!last.is_alphanumeric() && !fine.contains(last)).then_some(at..text.len())
    }
}

/// Phrases that are looked for as whole words, in any case, with any or no blanks between their words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct PhraseList {
    phrases: Vec<String>,
    pattern: OnceLock<Pattern>,
}

impl From<Vec<String>> for PhraseList {
    fn from(phrases: Vec<String>) -> Self {
        Self { phrases, pattern: OnceLock::new() }
    }
}

#[cfg(test)]
impl schemars::JsonSchema for PhraseList {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PhraseList".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<Vec<String>>()
    }
}

impl PhraseList {
    /// The phrases as written.
    pub fn list(&self) -> &[String] {
        &self.phrases
    }

    /// The first place of one of the phrases.
    pub fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        if self.phrases.is_empty() {
            return None;
        }
        let escaped = || self.phrases.iter().map(|phrase| regex::escape(phrase));
        self.pattern.get_or_init(|| Pattern::from(dialect::phrases(escaped()))).find(text)
    }
}

/// A text that must be one of a list.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OneOf {
    /// The member; the thing itself when left out. What is missing or no text passes.
    #[serde(default)]
    pub member: String,
    /// The allowed values.
    pub values: Vec<String>,
    /// What is reported: `any` difference, `unknown` values only (case does not matter), or only the `spelling` of known ones.
    #[serde(default)]
    pub report: Report,
    /// The text is a list with this separator; each part must be one of the values. Blank parts pass.
    pub separator: Option<String>,
    /// The member is an array; each entry must be one of the values.
    #[serde(default)]
    pub each: bool,
}

/// Which differences count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// Every difference.
    #[default]
    Any,
    /// Values that are not in the list even when case is ignored.
    Unknown,
    /// Values that are in the list when case is ignored, but spelt otherwise.
    Spelling,
}

impl Demand for OneOf {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.member(&self.member) else { return };
        let texts = if self.each { value.items().collect() } else { vec![value] };
        for value in texts {
            let Some(text) = value.as_str() else { continue };
            match &self.separator {
                Some(separator) => {
                    let mut start = 0;
                    for part in text.split(separator.as_str()) {
                        let trimmed = part.trim();
                        let from = start + (part.len() - part.trim_start().len());
                        if !trimmed.is_empty() {
                            self.judge(trimmed, inside(value, from..from + trimmed.len()), hits);
                        }
                        start += part.len() + separator.len();
                    }
                }
                None => self.judge(&text, At::Value(value), hits),
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "allowed", "right", "did-you-mean"]
    }
}

impl OneOf {
    fn judge<'a>(&self, text: &str, at: At<'a>, hits: &mut Hits<'a>) {
        if self.values.iter().any(|value| value == text) {
            return;
        }
        let folded = text.to_lowercase();
        let right = self.values.iter().find(|value| value.to_lowercase() == folded);
        let wrong = match self.report {
            Report::Any => true,
            Report::Unknown => right.is_none(),
            Report::Spelling => right.is_some(),
        };
        if wrong {
            let hint = words::did_you_mean(text, self.values.iter().map(String::as_str));
            hits.push(
                Hit::new(at)
                    .with("value", words::excerpt(text, 60))
                    .with("allowed", words::list_or(&self.values))
                    .with("right", right.map_or("", |right| right))
                    .with("did-you-mean", hint),
            );
        }
    }
}

/// Two texts that must differ, or be the same. Nothing is wrong when one is missing.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Compare {
    /// The member to judge.
    pub member: String,
    /// The member to compare it with.
    #[serde(default)]
    pub with: String,
    /// The attribute of the thing to compare it with instead.
    pub with_attribute: Option<Attribute>,
    /// Whether both must be the same; they must differ when left out.
    #[serde(default)]
    pub same: bool,
    /// Differences of case, punctuation at the end and blanks do not count.
    #[serde(default)]
    pub loosely: bool,
}

impl Demand for Compare {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.member(&self.member) else { return };
        let other = match self.with_attribute {
            Some(attribute) => match context.model.attribute(&context.subject, attribute) {
                AttributeValue::Text(text) => Some(text),
                _ => None,
            },
            None => context.member(&self.with).and_then(|other| other.as_str()),
        };
        let (Some(text), Some(with)) = (value.as_str(), other) else { return };
        let equal = if self.loosely { loose(&text) == loose(&with) } else { text == with };
        if equal != self.same && !text.trim().is_empty() {
            hits.push(Hit::new(At::Value(value)).with("value", shown(value, 60)).with("other", words::excerpt(&with, 60)));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "other"]
    }
}

/// A text without regard to case, punctuation at its end and the number of blanks.
pub fn loose(text: &str) -> String {
    let folded: Vec<&str> = text.split_whitespace().collect();
    folded.join(" ").trim_end_matches(['.', '!', '?', ':', ';', ',']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_as_whole_words_with_or_without_blanks() {
        let find = |text: &str, phrase: &str| PhraseList::from(vec![phrase.to_owned()]).find(text);
        assert_eq!(find("The PowerApps way", "power apps"), Some(4..13));
        assert_eq!(find("use Power  Automate.", "power automate"), Some(4..19));
        assert_eq!(find("RAPID API", "api"), Some(6..9));
        assert_eq!(find("SMSAPI and APITemplate", "api"), None);
        assert_eq!(PhraseList::default().find("anything"), None);
    }
}
