//! `connectionParameters` and `connectionParameterSets` for each way of signing in.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::super::authentication::{AccessCode, ApiKey, Authentication, EntraId, Method, Refusal, SignIn, given, written_oauth};
use super::texts;
use crate::fix::values::{FixValues, placeholder};
use crate::model::Model;

/// Where providers send users back to, with the redirect mode Global.
const SHARED_REDIRECT: &str = "https://global.consent.azure-apim.net/redirect";
const REDIRECT_MODES: [&str; 3] = ["GlobalPerConnector", "Global", "Direct"];

/// The connection parameters; those of the default when makers may choose.
pub(super) fn of(authentication: &Authentication, model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    authentication.sign_ins().first().map_or_else(|| Ok(json!({})), |sign_in| parameters(sign_in, model, values))
}

/// The sets of connection parameters, when makers may choose.
pub(super) fn sets(authentication: &Authentication, model: &Model<'_>, values: &FixValues) -> Result<Option<Value>, Refusal> {
    let Authentication::Choice(sign_ins) = authentication else { return Ok(None) };
    let (mut names, mut labels) = (HashSet::new(), HashSet::new());
    let mut sets = Vec::new();
    for sign_in in sign_ins {
        let (label, description) = texts::set(&sign_in.method);
        let label = if labels.insert(label.clone()) { label } else { format!("{label} ({})", sign_in.definition) };
        sets.push(json!({
            "name": set_name(&sign_in.definition, &mut names),
            "uiDefinition": { "displayName": label, "description": description },
            "parameters": set_parameters(sign_in, model, values)?
        }));
    }
    Ok(Some(json!({
        "uiDefinition": { "displayName": "Authentication type", "description": "Choose how to sign in to the service." },
        "values": sets
    })))
}

/// A name for a set: the definition's, with letters, digits and underscores only, and unlike those before it.
fn set_name(definition: &str, taken: &mut HashSet<String>) -> String {
    let words = definition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    let name = if name.is_empty() { "authentication".to_owned() } else { name };
    // The number of sets is larger than that of any name taken before.
    let numbered = (taken.len() + 1..).map(|number| format!("{name}_{number}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
    free.unwrap_or(name)
}

/// In sets every parameter says whether it is required, the one of OAuth too.
fn set_parameters(sign_in: &SignIn, model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    let mut parameters = parameters(sign_in, model, values)?;
    if let Some(token) = parameters.get_mut("token").and_then(Value::as_object_mut) {
        let (label, description) = texts::set(&sign_in.method);
        let constraints = json!({ "required": "true" });
        let texts = json!({ "displayName": label, "description": description, "tooltip": description, "constraints": constraints });
        token.insert("uiDefinition".to_owned(), texts);
    }
    Ok(parameters)
}

fn parameters(sign_in: &SignIn, model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    Ok(match &sign_in.method {
        Method::ApiKey(key) => json!({ "api_key": api_key(sign_in, key) }),
        Method::Basic => json!({
            "username": field(
                "securestring",
                ["Username", "The username to authenticate with the API", "Provide your API username"],
                json!({ "tabIndex": 2, "clearText": true, "required": "true" })
            ),
            "password": field(
                "securestring",
                ["Password", "The password to authenticate with the API", "Provide your API password"],
                json!({ "tabIndex": 3, "clearText": false, "required": "true" })
            )
        }),
        Method::EntraId(entra_id) => json!({
            "token": { "type": "oauthSetting", "oAuthSettings": entra_id_settings(entra_id, model, values)? },
            // Microsoft's validator refuses any text here.
            "token:TenantId": {
                "type": "string",
                "metadata": { "sourceType": "AzureActiveDirectoryTenant" },
                "uiDefinition": { "constraints": { "required": "false", "hidden": "true" } }
            }
        }),
        Method::AccessCode(code) => {
            json!({ "token": { "type": "oauthSetting", "oAuthSettings": access_code_settings(code, model, values)? } })
        }
        Method::ClientCredentials(_) => json!({
            "clientId": field(
                "string",
                ["Client ID", "The Client ID of the API application.", "Provide your Client ID."],
                json!({ "tabIndex": 2, "required": "true" })
            ),
            "clientSecret": field(
                "securestring",
                ["Client Secret", "The Client Secret of the API application.", "Provide your Client Secret."],
                json!({ "tabIndex": 3, "clearText": false, "required": "true" })
            )
        }),
    })
}

fn field(kind: &str, [name, description, tooltip]: [&str; 3], constraints: Value) -> Value {
    json!({
        "type": kind,
        "uiDefinition": { "displayName": name, "description": description, "tooltip": tooltip, "constraints": constraints }
    })
}

fn api_key(sign_in: &SignIn, key: &ApiKey) -> Value {
    let texts::ApiKeyTexts { name, description, tooltip } = texts::api_key(sign_in, key);
    let constraints = json!({ "tabIndex": 2, "clearText": false, "required": "true" });
    field("securestring", [&name, &description, &tooltip], constraints)
}

fn entra_id_settings(entra_id: &EntraId, model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    let mut settings = common_settings("aad", &entra_id.scopes, model, values)?;
    settings.insert(
        "properties".to_owned(),
        json!({
            "IsFirstParty": "False",
            "IsOnbehalfofLoginSupported": true,
            "AzureActiveDirectoryResourceId": entra_id.resource_uri
        }),
    );
    settings.insert(
        "customParameters".to_owned(),
        json!({
            "loginUri": { "value": entra_id.login_uri },
            "tenantId": { "value": entra_id.tenant_id },
            "resourceUri": { "value": entra_id.resource_uri }
        }),
    );
    Ok(Value::Object(settings))
}

fn access_code_settings(code: &AccessCode, model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    let (provider, suffix) = if code.templates { ("oauth2generic", "Template") } else { ("oauth2", "") };
    let mut settings = common_settings(provider, &code.scopes, model, values)?;
    settings.insert("properties".to_owned(), json!({ "IsFirstParty": "False", "IsOnbehalfofLoginSupported": false }));
    let addresses = [("authorizationUrl", &code.authorization_url), ("tokenUrl", &code.token_url), ("refreshUrl", &code.refresh_url)];
    let custom: Map<String, Value> =
        addresses.into_iter().map(|(key, address)| (format!("{key}{suffix}"), json!({ "value": address }))).collect();
    settings.insert("customParameters".to_owned(), Value::Object(custom));
    Ok(Value::Object(settings))
}

/// What the settings of all providers begin with. The client secret is never among them.
fn common_settings(provider: &str, scopes: &[String], model: &Model<'_>, values: &FixValues) -> Result<Map<String, Value>, Refusal> {
    let client_id = given(&values.client_id).or_else(|| written_oauth(model, "clientId"));
    let mode = redirect_mode(model, values)?;
    let mut settings = Map::new();
    settings.insert("identityProvider".to_owned(), json!(provider));
    settings.insert("clientId".to_owned(), json!(client_id.unwrap_or_else(|| placeholder("your client ID"))));
    settings.insert("scopes".to_owned(), json!(scopes));
    settings.insert("redirectMode".to_owned(), json!(mode));
    if mode == "Global" {
        settings.insert("redirectUrl".to_owned(), json!(SHARED_REDIRECT));
    }
    Ok(settings)
}

/// The redirect mode: configured, else as the connector has it, since its address is registered with the provider, else the one that
/// the platform itself writes.
fn redirect_mode(model: &Model<'_>, values: &FixValues) -> Result<&'static str, Refusal> {
    let known = |mode: &str| REDIRECT_MODES.into_iter().find(|known| known.eq_ignore_ascii_case(mode));
    match given(&values.redirect_mode) {
        Some(mode) => known(&mode).ok_or_else(|| Refusal::unknown_word("redirect-mode", &mode, &REDIRECT_MODES)),
        None => Ok(written_oauth(model, "redirectMode").and_then(|mode| known(&mode)).unwrap_or(REDIRECT_MODES[0])),
    }
}
