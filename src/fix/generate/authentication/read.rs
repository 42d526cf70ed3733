//! Understands one security definition.

use super::address::{self, GLOBAL_LOGIN};
use super::refusal::{hint, shown};
use super::{
    AccessCode, ApiKey, ClientCredentials, EntraId, Method, Refusal, SignIn, given, has_script, own_script_fetches_tokens, written_oauth,
};
use crate::fix::values::FixValues;
use crate::model::Model;
use crate::source::json::Value;

/// Providers whose settings can be written.
const PROVIDERS: [&str; 3] = ["aad", "oauth2", "oauth2generic"];

pub(super) fn sign_in<'a>(name: &str, node: Value<'a>, model: &Model<'a>, values: &FixValues) -> Result<SignIn, Refusal> {
    let definition = Definition { name, node, model, values };
    let description = node.get_str("description").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let method = definition.method()?;
    Ok(SignIn { definition: name.to_owned(), description: description.filter(|text| !text.is_empty()), method })
}

struct Definition<'d, 'a> {
    name: &'d str,
    node: Value<'a>,
    model: &'d Model<'a>,
    values: &'d FixValues,
}

impl Definition<'_, '_> {
    fn method(&self) -> Result<Method, Refusal> {
        let kind = self.node.get_str("type").unwrap_or_default();
        match &*kind {
            "apiKey" => self.api_key(),
            "basic" => Ok(Method::Basic),
            "oauth2" => self.oauth(),
            other => Err(Refusal::UnknownType {
                definition: shown(self.name),
                has: described("type", other),
                hint: hint(other, ["apiKey", "basic", "oauth2"]),
            }),
        }
    }

    fn api_key(&self) -> Result<Method, Refusal> {
        let in_header = match self.node.get_str("in").as_deref() {
            Some("header") => true,
            Some("query") => false,
            _ => return Err(Refusal::KeyPlace { definition: shown(self.name) }),
        };
        Ok(Method::ApiKey(ApiKey { in_header, name: self.node.get_str("name").unwrap_or_default().trim().to_owned() }))
    }

    fn oauth(&self) -> Result<Method, Refusal> {
        let flow = self.node.get_str("flow").unwrap_or_default();
        let definition = || shown(self.name);
        match &*flow {
            "accessCode" => self.access_code(),
            "application" => self.client_credentials(),
            "implicit" => Err(Refusal::ImplicitFlow { definition: definition() }),
            "password" => Err(Refusal::PasswordFlow { definition: definition() }),
            other => {
                // The names that OpenAPI 3 gives to the same flows.
                let hint = match other {
                    "authorizationCode" | "authorization_code" => "; Swagger 2.0 calls this flow \"accessCode\"".to_owned(),
                    "clientCredentials" | "client_credentials" => "; Swagger 2.0 calls this flow \"application\"".to_owned(),
                    _ => hint(other, ["accessCode", "application"]),
                };
                Err(Refusal::UnknownFlow { definition: definition(), has: described("flow", other), hint })
            }
        }
    }

    fn access_code(&self) -> Result<Method, Refusal> {
        let (authorization, token) = (self.address("authorizationUrl")?, self.address("tokenUrl")?);
        let microsoft = [&authorization, &token].into_iter().flatten().find_map(|address| address::microsoft_login(address));
        let known = |name: &str| PROVIDERS.into_iter().find(|known| *known == name);
        let provider = match given(&self.values.identity_provider) {
            Some(wanted) => known(&wanted).ok_or_else(|| Refusal::unknown_word("identity-provider", &wanted, &PROVIDERS))?,
            // Some connectors reach a Microsoft host with the generic provider, on purpose.
            None => match written_oauth(self.model, "identityProvider").and_then(|own| known(&own)) {
                Some(own) => own,
                None => microsoft.map_or("oauth2", |_| "aad"),
            },
        };
        if provider == "aad" {
            return self.entra_id(microsoft.unwrap_or(GLOBAL_LOGIN));
        }
        let missing = |key| move || Refusal::NoAddress { definition: shown(self.name), key };
        let authorization_url = authorization.ok_or_else(missing("authorizationUrl"))?;
        let token_url = token.ok_or_else(missing("tokenUrl"))?;
        let refresh_url = self.refresh_url()?.unwrap_or_else(|| token_url.clone());
        let templates = provider == "oauth2generic";
        Ok(Method::AccessCode(AccessCode { templates, authorization_url, token_url, refresh_url, scopes: self.scopes() }))
    }

    fn entra_id(&self, login: &str) -> Result<Method, Refusal> {
        let resource_uri = given(&self.values.resource_uri)
            .or_else(|| written_oauth(self.model, "customParameters/resourceUri/value"))
            .or_else(|| written_oauth(self.model, "properties/AzureActiveDirectoryResourceId"))
            .ok_or_else(|| Refusal::NoResource { definition: shown(self.name) })?;
        let tenant_id = given(&self.values.tenant_id).or_else(|| written_oauth(self.model, "customParameters/tenantId/value"));
        Ok(Method::EntraId(EntraId {
            login_uri: login.to_owned(),
            tenant_id: tenant_id.unwrap_or_else(|| "common".to_owned()),
            resource_uri,
            scopes: self.scopes(),
        }))
    }

    fn client_credentials(&self) -> Result<Method, Refusal> {
        let token_url = self.address("tokenUrl")?.ok_or_else(|| Refusal::NoAddress { definition: shown(self.name), key: "tokenUrl" })?;
        // A script that does not take the helper headers off would pass the secret on to the service.
        if has_script(self.model) && !own_script_fetches_tokens(self.model) {
            return Err(Refusal::OtherScript { definition: shown(self.name) });
        }
        Ok(Method::ClientCredentials(ClientCredentials { token_url, scopes: self.scopes() }))
    }

    /// An address of the definition; it may be missing, but not unencrypted.
    fn address(&self, key: &'static str) -> Result<Option<String>, Refusal> {
        let Some(address) = self.node.get_str(key).filter(|address| !address.trim().is_empty()) else { return Ok(None) };
        let holder = || format!("the security definition \"{}\"", shown(self.name));
        checked(key, address.trim(), holder).map(Some)
    }

    /// Where tokens are renewed: configured, else as the definition says in an extension of any spelling (or, though Swagger 2.0 does
    /// not know it, plainly), else as apiProperties.json has it.
    fn refresh_url(&self) -> Result<Option<String>, Refusal> {
        if let Some(address) = given(&self.values.refresh_url) {
            return checked("refresh-url", &address, || "the configuration".to_owned()).map(Some);
        }
        let is_hint = |key: &str| {
            let key: String = key.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
            matches!(key.as_str(), "refreshurl" | "xrefreshurl" | "xmsrefreshurl" | "xtokenrefreshurl")
        };
        let hints = self.node.members().filter(|(key, _)| is_hint(key)).filter_map(|(_, value)| value.as_str());
        if let Some(address) = hints.map(|address| address.trim().to_owned()).find(|address| !address.is_empty()) {
            let holder = || format!("the security definition \"{}\"", shown(self.name));
            return checked("refreshUrl", &address, holder).map(Some);
        }
        let own = written_oauth(self.model, "customParameters/refreshUrl/value");
        Ok(own.filter(|address| address::problem(address).is_none()))
    }

    fn scopes(&self) -> Vec<String> {
        let scopes = self.node.get("scopes").filter(Value::is_object);
        let mut names = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (name, _) in scopes.into_iter().flat_map(|scopes| scopes.members()) {
            let is_extension = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"));
            let name = name.trim();
            if !name.is_empty() && !is_extension && seen.insert(name.to_owned()) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

fn checked(key: &'static str, address: &str, holder: impl Fn() -> String) -> Result<String, Refusal> {
    match address::problem(address) {
        None => Ok(address.to_owned()),
        Some(problem) => Err(Refusal::BadAddress { holder: holder(), key, address: shown(address), problem }),
    }
}

/// "has no type", `has the type "x"`
fn described(key: &str, value: &str) -> String {
    if value.trim().is_empty() { format!("has no {key}") } else { format!("has the {key} \"{}\"", shown(value)) }
}
