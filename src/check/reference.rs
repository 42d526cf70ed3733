//! Checks that a name written in one place exists in another, in the same file or across files.

use std::borrow::Cow;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::json_edit::{self, Fragment, Position};
use crate::model::{At, Model};
use crate::rule::attribute::{Attribute, AttributeValue};
use crate::rule::file::Select;
use crate::rule::kind::Kind;
use crate::rule::pattern::Pattern;
use crate::source::json::Value;
use crate::words;

/// A name that must exist elsewhere in the connector. For a scope that does not, the finding proposes to add it to the definition.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exists {
    /// The member that holds the name, or a list of names.
    #[serde(default)]
    pub member: String,
    /// Where the name must exist.
    pub among: Names,
    /// The names are found inside texts: group 1 of every match, in every text below the member.
    pub pattern: Option<Pattern>,
    /// Which slips count: `any`, or only names that exist in no spelling (`unknown`), or only in another one (`spelling`).
    #[serde(default)]
    pub report: super::text::Report,
}

/// A set of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// operationIds of the definition.
    Operations,
    /// Connection parameters, single and in sets.
    ConnectionParameters,
    /// Entries of securityDefinitions.
    SecurityDefinitions,
    /// Scopes of the security definition whose requirement is at hand.
    Scopes,
    /// Members of the object the list stands beside: `properties` of the same schema.
    Properties,
}

impl Names {
    fn of<'a>(self, model: &Model<'a>, node: Value<'a>) -> Option<Vec<Cow<'a, str>>> {
        let swagger = model.swagger.as_ref();
        match self {
            // Without a definition nothing can be said about its operations.
            Self::Operations => swagger.map(|swagger| swagger.operations.iter().filter_map(|operation| operation.id.clone()).collect()),
            Self::ConnectionParameters => model
                .properties
                .as_ref()
                .map(|properties| properties.connection_parameters.iter().map(|parameter| parameter.name.clone()).collect()),
            Self::SecurityDefinitions => swagger.map(|swagger| keys(swagger.root.get("securityDefinitions"))),
            Self::Scopes => Some(keys(Some(scopes_of(model, node)?))),
            Self::Properties => Some(keys(node.get("properties"))),
        }
    }
}

/// `scopes` of the security definition whose requirement is at hand.
fn scopes_of<'a>(model: &Model<'a>, requirement: Value<'a>) -> Option<Value<'a>> {
    model.swagger.as_ref()?.root.get("securityDefinitions")?.get(&requirement.key()?)?.get("scopes")
}

fn keys<'a>(object: Option<Value<'a>>) -> Vec<Cow<'a, str>> {
    object.into_iter().flat_map(|object| object.members()).map(|(key, _)| key).collect()
}

impl Demand for Exists {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(node), Some(value)) = (context.node(), context.member(&self.member)) else { return };
        let Some(names) = self.among.of(context.model, node) else { return };
        let scopes = if self.among == Names::Scopes { scopes_of(context.model, node) } else { None };
        let mut judge = |name: &str, at: At<'a>| {
            if names.iter().any(|known| known == name) {
                return;
            }
            let right = names.iter().find(|known| known.eq_ignore_ascii_case(name));
            let wrong = match self.report {
                super::text::Report::Any => true,
                super::text::Report::Unknown => right.is_none(),
                super::text::Report::Spelling => right.is_some(),
            };
            if wrong {
                let hint = words::did_you_mean(name, names.iter().map(AsRef::as_ref));
                let new_scope = scopes.and_then(|scopes| json_edit::set_member(scopes, name, &Fragment::New(name.into()), Position::Last));
                hits.push(
                    Hit::new(at)
                        .with("value", words::excerpt(name, 80))
                        .with("did-you-mean", hint)
                        .with("right", right.map_or("", |right| right))
                        .propose(new_scope),
                );
            }
        };
        match &self.pattern {
            Some(pattern) => {
                let mut open = vec![value];
                while let Some(here) = open.pop() {
                    if let Some(text) = here.as_str().filter(|text| pattern.is_match(text)) {
                        for found in
                            pattern.regex().into_iter().flat_map(|regex| regex.captures_iter(&text)).filter_map(|captures| captures.get(1))
                        {
                            judge(found.as_str(), crate::model::inside(here, found.range()));
                        }
                    }
                    open.extend(here.children());
                }
            }
            None if value.is_array() => {
                for item in value.items() {
                    if let Some(name) = item.as_str() {
                        judge(&name, At::Value(item));
                    }
                }
            }
            None => {
                if let Some(name) = value.as_str() {
                    judge(&name, At::Value(value));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "did-you-mean", "right"]
    }

    fn patterns(&self) -> Vec<&Pattern> {
        self.pattern.iter().collect()
    }
}

/// Another thing with the same value of an attribute must exist.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Counterpart {
    /// The things among which it must be.
    pub among: Select,
    /// The attribute that must be the same.
    pub attribute: Attribute,
}

impl Demand for Counterpart {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (model, Some(node)) = (context.model, context.node()) else { return };
        let value = model.attribute(&context.subject, self.attribute);
        let subjects = |kind: &Kind| model.subjects(*kind);
        let mut others = self.among.kind.list().iter().flat_map(subjects).filter(|other| crate::engine::selects(&self.among, model, other));
        if value != AttributeValue::Absent && !others.any(|other| model.attribute(&other, self.attribute) == value) {
            let at = if node.key_span().is_some() { At::Key(node) } else { At::Value(node) };
            hits.push(Hit::new(at).with("value", words::excerpt(&value.to_string(), 80)));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value"]
    }
}
