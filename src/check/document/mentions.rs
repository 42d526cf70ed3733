//! Operations in README: every one mentioned, none under a name that the definition does not have.

use serde::Deserialize;

use super::{Document, Headings, Names, Title, folded, operation_names, squeezed};
use crate::check::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::swagger::Swagger;
use crate::words;

/// Operations that README must mention, or that it lists although they are gone (kind `readme`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mentions {
    /// What is wrong.
    pub problem: MentionProblem,
    /// Headings of the sections that list operations; more may follow them.
    #[serde(default)]
    pub sections: Headings,
    /// A heading that contains one of these words begins such a section too.
    #[serde(default)]
    pub containing: Headings,
    /// `stale`: headings among the operations that are meant to be something else; more may follow them.
    #[serde(default)]
    pub except: Headings,
}

/// What is wrong with the list of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MentionProblem {
    /// A visible operation that is not deprecated is mentioned neither by summary nor by operationId.
    /// Silent where no section lists operations at all.
    Missing,
    /// A heading in the list names no operation, where most headings do.
    Stale,
}

impl Demand for Mentions {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(document), Some(swagger)) = (Document::of(context), &context.model.swagger) else { return };
        let titles = document.titles(context);
        let names = Names::new(&self.sections, true).or_containing(&self.containing);
        let Some(start) = titles.iter().position(|title| names.fit(title)) else { return };
        match self.problem {
            MentionProblem::Missing => missing(&document, swagger, &titles[start], hits),
            MentionProblem::Stale => self.stale(&document, swagger, &titles[start..], hits),
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["operations", "count", "did-you-mean"]
    }
}

fn missing<'a>(document: &Document<'a>, swagger: &Swagger<'a>, section: &Title<'a>, hits: &mut Hits<'a>) {
    if document.markdown.is_truncated() {
        return;
    }
    let visible = swagger.operations.iter().filter(|operation| !operation.internal && operation.node.get_bool("deprecated") != Some(true));
    let missing: Vec<String> = visible
        .filter(|operation| !operation_names(operation).any(|name| document.markdown.mentions(&name)))
        .filter_map(|operation| operation_names(operation).next().map(|name| name.into_owned()))
        .collect();
    if missing.is_empty() {
        return;
    }
    let shown: Vec<String> = missing.iter().take(5).map(|name| format!("\"{}\"", words::excerpt(name, 60))).collect();
    let more = missing.len().saturating_sub(shown.len());
    let shown = if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { words::list_and(&shown) };
    let hit = Hit::new(At::Text(document.artifact, section.span.clone()));
    hits.push(hit.with("operations", shown).with("count", words::count(missing.len(), "operation")).with("did-you-mean", ""));
}

impl Mentions {
    /// Looks at the headings right below the first of some titles.
    fn stale<'a>(&self, document: &Document<'a>, swagger: &Swagger<'a>, titles: &[Title<'a>], hits: &mut Hits<'a>) {
        let Some((section, behind)) = titles.split_first() else { return };
        let except = Names::new(&self.except, true);
        let listed: Vec<&Title<'_>> = behind
            .iter()
            .take_while(|title| title.level > section.level)
            .filter(|title| title.level == section.level + 1 && !except.fit(title))
            .collect();
        // Each name of an operation as it is compared, with the name makers know.
        let known: Vec<(String, String)> = swagger
            .operations
            .iter()
            .flat_map(|operation| {
                let shown = operation_names(operation).next().unwrap_or_default().into_owned();
                operation_names(operation).map(move |name| (folded(&name), shown.clone()))
            })
            .collect();
        let squeezed_names: std::collections::HashSet<String> = known.iter().map(|(name, _)| squeezed(name)).collect();
        let (right, wrong): (Vec<&Title<'_>>, Vec<&Title<'_>>) =
            listed.into_iter().partition(|title| squeezed_names.contains(&squeezed(&title.folded)));
        // Headings such as "Actions" group the list: only where most headings are operations, the others are leftovers.
        if right.len() <= wrong.len() {
            return;
        }
        for title in wrong {
            let nearest = words::nearest(&title.folded, known.iter().map(|(name, _)| name.as_str()));
            let shown = nearest.and_then(|nearest| known.iter().find(|(name, _)| name == nearest)).map(|(_, shown)| shown);
            let hint = shown.map(|shown| format!(" Did you mean \"{shown}\"?")).unwrap_or_default();
            let hit = Hit::new(At::Text(document.artifact, title.span.clone()));
            hits.push(hit.with("operations", title.text).with("count", "").with("did-you-mean", hint));
        }
    }
}
