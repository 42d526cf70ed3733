//! Which way of signing in a definition describes, complete enough to write the connector's properties, script and readme from it.

mod address;
mod read;
mod refusal;
mod removal;
#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use super::script;
use crate::connector::Artifact;
use crate::fix::values::{FixValues, is_placeholder};
use crate::model::Model;
use crate::source::json::Value;
use crate::swagger::{Format, Swagger, Text};
use crate::words;

pub use refusal::Refusal;
pub use removal::unsupported_security;

/// How makers sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all.
    None,
    /// In one way.
    One(SignIn),
    /// In one of several ways, of which they choose; the first is the default.
    Choice(Vec<SignIn>),
}

impl Authentication {
    /// The ways, the default first.
    pub fn sign_ins(&self) -> &[SignIn] {
        match self {
            Self::None => &[],
            Self::One(sign_in) => std::slice::from_ref(sign_in),
            Self::Choice(sign_ins) => sign_ins,
        }
    }

    /// What a script needs to fetch tokens by itself, where that is the way.
    pub fn client_credentials(&self) -> Option<&ClientCredentials> {
        match self {
            Self::One(SignIn { method: Method::ClientCredentials(credentials), .. }) => Some(credentials),
            _ => None,
        }
    }
}

/// One way of signing in: a security definition, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The name of the security definition.
    pub definition: String,
    /// Its description, white space collapsed.
    pub description: Option<String>,
    /// How it works.
    pub method: Method,
}

/// How a way of signing in works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// A key that is sent with every call.
    ApiKey(ApiKey),
    /// User name and password.
    Basic,
    /// OAuth 2.0, access code, on the Microsoft identity platform.
    EntraId(EntraId),
    /// OAuth 2.0, access code, with any other provider.
    AccessCode(AccessCode),
    /// OAuth 2.0 without a user: policies and a script fetch the token.
    ClientCredentials(ClientCredentials),
}

/// Where a key is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// In a header; otherwise in the query.
    pub in_header: bool,
    /// Name of the header or query parameter.
    pub name: String,
}

/// The Microsoft identity platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraId {
    /// Where the platform signs in.
    pub login_uri: String,
    /// The directory, or `common`.
    pub tenant_id: String,
    /// The resource that tokens are for.
    pub resource_uri: String,
    /// Permissions, in file order.
    pub scopes: Vec<String>,
}

/// Another OAuth 2.0 provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessCode {
    /// Whether its addresses are templates with connection parameters in them (`oauth2generic`).
    pub templates: bool,
    /// Where users sign in.
    pub authorization_url: String,
    /// Where tokens are fetched.
    pub token_url: String,
    /// Where tokens are renewed.
    pub refresh_url: String,
    /// Permissions, in file order.
    pub scopes: Vec<String>,
}

/// OAuth 2.0 client credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCredentials {
    /// Where tokens are fetched.
    pub token_url: String,
    /// Permissions, in file order.
    pub scopes: Vec<String>,
}

/// Chooses the way of signing in: the configured security definition, else the only one, else the only one that is required, else all of
/// them for the maker to choose from.
pub fn authentication<'a>(model: &Model<'a>, values: &FixValues) -> Result<Authentication, Refusal> {
    let swagger = model.swagger.as_ref().ok_or(Refusal::NoDefinition)?;
    match &swagger.format {
        Format::Swagger2 => {}
        Format::OpenApi3(version) => return Err(Refusal::OpenApi3 { version: words::excerpt(version, 20) }),
        Format::Other => return Err(Refusal::NoDefinition),
    }
    let definitions = definitions(swagger)?;
    let read = |name: &str, node: Value<'a>| read::sign_in(name, node, model, values);
    if let Some(wanted) = given(&values.security_definition) {
        let Some((name, node)) = definitions.iter().find(|(name, _)| *name == wanted) else {
            // It may have made way for the policies and the script that stand in for client credentials.
            if own_script_fetches_tokens(model) {
                return Ok(Authentication::None);
            }
            return Err(Refusal::unknown_definition(&wanted, definitions.iter().map(|(name, _)| &**name)));
        };
        return read(name, *node).map(Authentication::One);
    }
    match definitions.as_slice() {
        [] => Ok(Authentication::None),
        [(name, node)] => read(name, *node).map(Authentication::One),
        several => match required(swagger, several)? {
            Some((name, node)) => read(name, *node).map(Authentication::One),
            None => {
                let sign_ins: Vec<SignIn> = several.iter().map(|(name, node)| read(name, *node)).collect::<Result<_, _>>()?;
                let fetches_itself = |sign_in: &&SignIn| matches!(sign_in.method, Method::ClientCredentials(_));
                match sign_ins.iter().find(fetches_itself) {
                    Some(sign_in) => Err(Refusal::ClientCredentialsAmongSeveral { definition: sign_in.definition.clone() }),
                    None => Ok(Authentication::Choice(sign_ins)),
                }
            }
        },
    }
}

/// A security definition by name.
type Definition<'a> = (Text<'a>, Value<'a>);

/// The security definitions in file order; of a repeated name the last counts, as in the parsers that will read the file.
fn definitions<'a>(swagger: &Swagger<'a>) -> Result<Vec<Definition<'a>>, Refusal> {
    let Some(section) = swagger.root.get("securityDefinitions").filter(|section| section.raw() != "null") else { return Ok(Vec::new()) };
    if !section.is_object() {
        return Err(Refusal::NoSection);
    }
    let last: HashMap<Text<'a>, Value<'a>> = section.members().collect();
    Ok(section.members().filter(|(name, node)| last.get(name) == Some(node)).collect())
}

/// The one definition that all calls need, where the requirements name just one: those at the top, else those of the operations.
fn required<'d, 'a>(swagger: &Swagger<'a>, definitions: &'d [Definition<'a>]) -> Result<Option<&'d Definition<'a>>, Refusal> {
    let places: HashMap<&str, usize> = definitions.iter().zip(0..).map(|((name, _), place)| (&**name, place)).collect();
    let mut requirements = named_together(swagger.root, &places);
    if requirements.is_empty() {
        requirements = swagger.operations.iter().flat_map(|operation| named_together(operation.node, &places)).collect();
    }
    if let Some(together) = requirements.iter().find(|together| together.len() > 1) {
        return Err(Refusal::combined(together.iter().map(|&place| &*definitions[place].0)));
    }
    let names: BTreeSet<usize> = requirements.into_iter().flatten().collect();
    Ok(names.first().filter(|_| names.len() == 1).map(|&place| &definitions[place]))
}

/// The known definitions that each security requirement of an object names, without requirements that name none.
fn named_together(holder: Value<'_>, places: &HashMap<&str, usize>) -> Vec<BTreeSet<usize>> {
    let requirements = holder.get("security").into_iter().flat_map(|security| security.items());
    let known = |requirement: Value<'_>| requirement.members().filter_map(|(name, _)| places.get(&*name).copied()).collect();
    requirements.map(known).filter(|names: &BTreeSet<usize>| !names.is_empty()).collect()
}

/// A configured text, unless it is blank or a placeholder.
pub(super) fn given(value: &Option<String>) -> Option<String> {
    value.as_deref().and_then(told)
}

/// A text of the connector's own apiProperties.json, by its place under "properties", unless it is blank or a placeholder.
pub(super) fn written(model: &Model<'_>, pointer: &str) -> Option<String> {
    told(&model.properties.as_ref()?.properties?.at(pointer)?.as_str()?)
}

fn told(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && !is_placeholder(text)).then(|| text.to_owned())
}

/// A text of the OAuth settings in the connector's own apiProperties.json.
pub(super) fn written_oauth(model: &Model<'_>, place: &str) -> Option<String> {
    written(model, &format!("/connectionParameters/token/oAuthSettings/{place}"))
}

/// The folder's own script, whether it could be read or not.
pub(super) fn has_script(model: &Model<'_>) -> bool {
    model.connector.entry(Artifact::Script).is_some()
}

/// Whether the folder's own script takes the helper headers off the call: then it is the one that conncert writes.
pub(super) fn own_script_fetches_tokens(model: &Model<'_>) -> bool {
    model.source(Artifact::Script).is_some_and(|source| script::takes_helper_headers(source.text()))
}
