//! Check that the definition and apiProperties.json describe the same sign-in with OAuth.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::{At, Model};
use crate::source::json::Value;
use crate::words;

/// A security definition of type oauth2 (kind `security-definition`) against the OAuth settings of the connection parameters. Nothing is
/// wrong when it agrees with one of several settings, or when one side says nothing.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OauthAgreement {
    /// What is compared.
    pub of: OauthPart,
}

/// A part of a sign-in with OAuth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OauthPart {
    /// `authorizationUrl` and `tokenUrl`, with the custom parameters of the identity provider oauth2. A slash at the end does not count,
    /// nor do addresses with parts to fill in.
    Addresses,
    /// The names of the scopes, in any order.
    Scopes,
}

impl Demand for OauthAgreement {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(definition) = context.node().filter(|node| node.get_str("type").as_deref() == Some("oauth2")) else { return };
        let settings: Vec<Value<'a>> = settings(context.model).collect();
        match self.of {
            OauthPart::Addresses => {
                for (member, names) in ADDRESSES {
                    let Some(declared) = definition.get(member) else { continue };
                    let others: Vec<Value<'a>> = settings.iter().filter_map(|settings| custom_parameter(*settings, names)).collect();
                    compare_addresses(member, declared, &others, hits);
                }
            }
            OauthPart::Scopes => compare_scopes(definition, &settings, hits),
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "value", "other", "difference"]
    }
}

/// Addresses of the definition and their names among the custom parameters.
const ADDRESSES: [(&str, [&str; 2]); 2] =
    [("authorizationUrl", ["authorizationUrl", "AuthorizationUrl"]), ("tokenUrl", ["tokenUrl", "TokenUrl"])];

fn settings<'m, 'a>(model: &'m Model<'a>) -> impl Iterator<Item = Value<'a>> + use<'m, 'a> {
    model.properties.iter().flat_map(|properties| properties.oauth_settings()).map(|(_, settings)| settings)
}

/// The value of a custom parameter of the identity provider oauth2.
fn custom_parameter<'a>(settings: Value<'a>, names: [&str; 2]) -> Option<Value<'a>> {
    settings.get_str("identityProvider").filter(|provider| provider.eq_ignore_ascii_case("oauth2"))?;
    let parameters = settings.get("customParameters")?;
    names.iter().find_map(|name| parameters.get(name))?.get("value")
}

fn compare_addresses<'a>(member: &'static str, declared: Value<'a>, others: &[Value<'a>], hits: &mut Hits<'a>) {
    let is_whole = |address: &str| address.contains("://") && !address.contains(['{', '}', '<', '>', '@', ' ']) && !is_dummy(address);
    let Some(address) = declared.as_str().filter(|address| is_whole(address)) else { return };
    let texts: Vec<_> = others.iter().filter_map(|other| other.as_str()).collect();
    let agrees = |other: &str| other.trim_end_matches('/') == address.trim_end_matches('/');
    let (Some(first), Some(place)) = (texts.first(), others.first()) else { return };
    if texts.iter().all(|other| is_whole(other) && !agrees(other)) {
        hits.push(
            Hit::new(At::Value(declared))
                .with("member", member)
                .with("value", words::excerpt(&address, 80))
                .with("other", first)
                .with("difference", "")
                .related("the OAuth settings say this", At::Value(*place)),
        );
    }
}

/// Whether an address only fills the place of a real one.
fn is_dummy(address: &str) -> bool {
    const WORDS: [&str; 6] = ["example", "dummy", "yourcompany", "your-", "contoso", "localhost"];
    let folded = address.to_lowercase();
    WORDS.iter().any(|word| folded.contains(word))
}

fn compare_scopes<'a>(definition: Value<'a>, settings: &[Value<'a>], hits: &mut Hits<'a>) {
    let Some(scopes) = definition.get("scopes") else { return };
    let declared: BTreeSet<String> = scopes.members().flat_map(|(name, _)| split(&name)).collect();
    let asked = |settings: &Value<'a>| -> Option<(BTreeSet<String>, Value<'a>)> {
        let list = settings.get("scopes")?;
        let names: BTreeSet<String> = list.items().filter_map(|item| item.as_str()).flat_map(|text| split(&text)).collect();
        (!names.is_empty()).then_some((names, list))
    };
    let others: Vec<(BTreeSet<String>, Value<'a>)> = settings.iter().filter_map(asked).collect();
    let Some((first, place)) = others.first().filter(|_| !declared.is_empty()) else { return };
    if others.iter().any(|(other, _)| *other == declared) {
        return;
    }
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).take(5).map(|name| format!("\"{name}\"")).collect::<Vec<_>>()
    };
    let (here, there) = (only(&declared, first), only(first, &declared));
    let parts = [(here, "only the definition has"), (there, "only the OAuth settings have")];
    let parts: Vec<String> =
        parts.iter().filter(|(names, _)| !names.is_empty()).map(|(names, who)| format!("{who} {}", words::list_and(names))).collect();
    hits.push(
        Hit::new(At::Key(scopes))
            .with("member", "scopes")
            .with("value", "")
            .with("other", "")
            .with("difference", parts.join(", "))
            .related("the OAuth settings ask for these", At::Key(*place)),
    );
}

/// Several scopes are often written as one entry.
fn split(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
