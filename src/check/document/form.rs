//! The Markdown of README and INTRO: headings that are none, levels that are skipped, links that lead nowhere.

use std::ops::Range;

use serde::Deserialize;

use super::Document;
use crate::check::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::markdown::HeadingLikeKind;
use crate::words;

/// Headings and links of README and INTRO.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MarkdownForm {
    /// What is wrong.
    pub problem: MarkdownProblem,
}

/// What is wrong with the Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MarkdownProblem {
    /// No blank behind the number signs of a heading.
    HeadingWithoutBlank,
    /// A heading skips a level, or there is more than one of level 1.
    Levels,
    /// A link or image leads to a file of the folder that is not there.
    BrokenLink,
}

impl Demand for MarkdownForm {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(Document { artifact, markdown, .. }) = Document::of(context) else { return };
        let hit = |span: Range<usize>, found: &str| Hit::new(At::Text(artifact, span)).with("found", words::excerpt(found, 80));
        match self.problem {
            MarkdownProblem::HeadingWithoutBlank => {
                hits.extend(
                    markdown
                        .heading_like()
                        .iter()
                        .filter(|like| like.kind == HeadingLikeKind::MissingBlank)
                        .map(|like| hit(like.span.clone(), &like.text)),
                );
            }
            MarkdownProblem::Levels => {
                let headings = markdown.headings();
                let second_title = headings.iter().filter(|heading| heading.level == 1).nth(1);
                let skipped = headings.windows(2).find(|pair| pair[1].level > pair[0].level + 1).map(|pair| &pair[1]);
                hits.extend(
                    second_title
                        .into_iter()
                        .chain(skipped)
                        .min_by_key(|heading| heading.span.start)
                        .map(|heading| hit(heading.span.clone(), &heading.text)),
                );
            }
            MarkdownProblem::BrokenLink => {
                let connector = context.model.connector;
                for link in markdown.links() {
                    let target = link.target.split(['#', '?']).next().unwrap_or_default().trim();
                    let leads_elsewhere = target.is_empty()
                        || target.contains(':')
                        || target.starts_with('/')
                        || target.starts_with("\\\\")
                        || target.starts_with("www.")
                        || target.starts_with("..");
                    if leads_elsewhere {
                        continue;
                    }
                    let path = target.replace("%20", " ").replace('\\', "/");
                    let path = path.strip_prefix("./").unwrap_or(&path);
                    // Only the folder and the folders in it are listed.
                    let deep = path.trim_end_matches('/').matches('/').count() > 1;
                    if !deep && !connector.entries.iter().any(|entry| entry.path.eq_ignore_ascii_case(path.trim_end_matches('/'))) {
                        hits.push(hit(link.span.clone(), &link.target));
                    }
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found"]
    }
}
