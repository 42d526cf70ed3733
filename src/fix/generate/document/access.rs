//! How connections are made, as the definition and apiProperties.json tell it.

use crate::fix::values::FixValues;
use crate::model::Model;
use crate::source::json::Value;

use super::escape::{bounded, line, prose};
use super::facts::is_told;

/// Hosts of the Microsoft identity platform.
const MICROSOFT: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];
/// Security definitions, fields and scopes that are told of.
const MAX: usize = 50;
/// Where the platform receives the answer of an identity provider.
const REDIRECT: &str = "https://global.consent.azure-apim.net/redirect";

/// How connections are made.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Access {
    /// The ways, of which a maker takes one; empty where anyone may use the service.
    pub(super) ways: Vec<Way>,
    /// What the connection asks makers to enter, as they see it.
    pub(super) fields: Vec<Field>,
}

/// One way to authenticate.
#[derive(Debug, PartialEq)]
pub(super) enum Way {
    /// A key in a header or in the address.
    ApiKey {
        /// Name of the header or query parameter.
        name: String,
        /// `header` or `query`
        location: String,
    },
    /// User name and password.
    Basic,
    /// OAuth 2.0 with a person who signs in.
    SignIn(SignIn),
    /// OAuth 2.0 with the credentials of an application.
    Application {
        /// Where tokens come from.
        token_url: Option<String>,
        /// Permissions.
        scopes: Vec<Scope>,
    },
    /// Nothing is known but that there is one.
    Other,
}

/// A sign-in with OAuth 2.0.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SignIn {
    /// Whether accounts of the Microsoft identity platform are used.
    pub(super) microsoft: bool,
    pub(super) authorization_url: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) scopes: Vec<Scope>,
    /// The redirect address, where it is the same for all connectors or known.
    pub(super) redirect_url: Option<String>,
}

/// A permission.
#[derive(Debug, PartialEq)]
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) note: Option<String>,
}

/// A field of the connection dialog.
#[derive(Debug, PartialEq)]
pub(super) struct Field {
    pub(super) label: String,
    pub(super) note: Option<String>,
}

impl Access {
    pub(super) fn of(model: &Model<'_>, values: &FixValues) -> Self {
        let fields = fields(model);
        let mut ways: Vec<Way> = chosen(model, values).into_iter().map(|definition| way(definition, model, values)).collect();
        ways.dedup();
        if ways.is_empty() && model.has_authentication() {
            let settings = model.properties.as_ref().and_then(|properties| properties.oauth_settings().next());
            ways.push(settings.map_or(Way::Other, |_| Way::SignIn(sign_in(None, model, values))));
        }
        Self { ways, fields }
    }

    /// The sign-in, if there is one.
    pub(super) fn sign_in(&self) -> Option<&SignIn> {
        self.ways.iter().find_map(|way| match way {
            Way::SignIn(sign_in) => Some(sign_in),
            _ => None,
        })
    }
}

/// The security definitions that count: the configured one, else the one that the definition requires, else all.
fn chosen<'a>(model: &Model<'a>, values: &FixValues) -> Vec<Value<'a>> {
    let Some(root) = model.swagger.as_ref().map(|swagger| swagger.root) else { return Vec::new() };
    let Some(definitions) = root.get("securityDefinitions") else { return Vec::new() };
    let named = |name: &str| definitions.get(name).filter(Value::is_object);
    let configured = values.security_definition.as_deref().and_then(named);
    let required = || {
        let requirements: Vec<Value<'a>> = root.get("security")?.items().take(2).collect();
        let [only] = requirements.as_slice() else { return None };
        let names: Vec<_> = only.members().take(2).collect();
        let [(name, _)] = names.as_slice() else { return None };
        named(name)
    };
    match configured.or_else(required) {
        Some(one) => vec![one],
        None => definitions.children().filter(Value::is_object).take(MAX).collect(),
    }
}

fn way(definition: Value<'_>, model: &Model<'_>, values: &FixValues) -> Way {
    let text = |key: &str| definition.get_str(key).map(|text| bounded(&line(&text), 300)).filter(|text| is_told(text));
    match (text("type").as_deref(), text("flow").as_deref()) {
        (Some("apiKey"), _) => {
            Way::ApiKey { name: text("name").unwrap_or_default(), location: text("in").unwrap_or_else(|| "header".to_owned()) }
        }
        (Some("basic"), _) => Way::Basic,
        (Some("oauth2"), Some("application")) => Way::Application { token_url: text("tokenUrl"), scopes: scopes(definition) },
        (Some("oauth2"), _) => Way::SignIn(sign_in(Some(definition), model, values)),
        _ => Way::Other,
    }
}

/// A sign-in out of the definition and the OAuth settings of apiProperties.json.
fn sign_in(definition: Option<Value<'_>>, model: &Model<'_>, values: &FixValues) -> SignIn {
    let settings = model.properties.as_ref().and_then(|properties| properties.oauth_settings().next()).map(|(_, settings)| settings);
    let setting = |key: &str| settings.and_then(|settings| settings.get_str(key)).map(|text| line(&text)).filter(|text| is_told(text));
    let custom = |key: &str| settings?.get("customParameters")?.get(key)?.get_str("value").map(|text| line(&text));
    let url = |key: &str| {
        let own = definition.and_then(|definition| definition.get_str(key)).map(|text| line(&text));
        own.or_else(|| custom(key)).filter(|text| is_told(text)).map(|text| bounded(&text, 300))
    };
    let (authorization_url, token_url) = (url("authorizationUrl"), url("tokenUrl"));
    let provider = values.identity_provider.clone().or_else(|| setting("identityProvider"));
    let microsoft = match provider.as_deref() {
        Some(provider) => provider.to_lowercase().starts_with("aad"),
        None => [&authorization_url, &token_url].into_iter().flatten().any(|url| is_microsoft(url)),
    };
    let mut scopes = definition.map(scopes).unwrap_or_default();
    if scopes.is_empty() {
        let listed = settings.and_then(|settings| settings.get("scopes")).into_iter().flat_map(|list| list.items());
        scopes = listed.take(MAX).flat_map(|scope| named(&scope.as_str().unwrap_or_default())).take(MAX).collect();
    }
    let mode = setting("redirectMode").or_else(|| values.redirect_mode.clone());
    let own_address = setting("redirectUrl").filter(|url| url.starts_with("https://"));
    let redirect_url = match mode.as_deref() {
        Some("Global") => own_address.or_else(|| Some(REDIRECT.to_owned())),
        Some("Direct") => own_address,
        // Each connector gets an address of its own, which exists only once the connector does.
        _ => None,
    };
    SignIn { microsoft, authorization_url, token_url, scopes, redirect_url }
}

fn scopes(definition: Value<'_>) -> Vec<Scope> {
    let all = definition.get("scopes").into_iter().flat_map(|scopes| scopes.members());
    let scope = |(names, note): (std::borrow::Cow<'_, str>, Value<'_>)| {
        let note = note.as_str().map(|note| bounded(&prose(&note), 160)).filter(|note| is_told(note) && *note != *names);
        let mut scopes = named(&names);
        // What is said of several at once is said of none of them.
        if let [only] = scopes.as_mut_slice() {
            only.note = note;
        }
        scopes
    };
    all.take(MAX).flat_map(scope).take(MAX).collect()
}

/// Several scopes are often written as one, with blanks between them.
fn named(names: &str) -> Vec<Scope> {
    line(names).split(' ').filter(|name| !name.is_empty()).map(|name| Scope { name: bounded(name, 200), note: None }).collect()
}

fn is_microsoft(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', ':', '?']).next().unwrap_or_default();
    MICROSOFT.iter().any(|known| host.eq_ignore_ascii_case(known))
}

/// What makers enter: texts and secrets of apiProperties.json that are not hidden. Of several sets a field of the same name counts once.
fn fields(model: &Model<'_>) -> Vec<Field> {
    let parameters = model.properties.iter().flat_map(|properties| &properties.connection_parameters);
    let mut fields: Vec<Field> = Vec::new();
    for parameter in parameters {
        let shown = parameter.node.get("uiDefinition");
        let hidden = shown.and_then(|shown| shown.get("constraints")).and_then(|constraints| constraints.get("hidden"));
        let is_hidden = hidden.is_some_and(|hidden| hidden.raw().trim_matches('"').eq_ignore_ascii_case("true"));
        let is_entered = parameter.node.get_str("type").is_none_or(|kind| !kind.eq_ignore_ascii_case("oauthSetting"));
        if is_hidden || !is_entered {
            continue;
        }
        let text = |key: &str| shown.and_then(|shown| shown.get_str(key)).map(|text| prose(&text)).filter(|text| is_told(text));
        let label = bounded(&text("displayName").unwrap_or_else(|| line(&parameter.name)), 80);
        let note = text("description").or_else(|| text("tooltip")).map(|note| bounded(&note, 200)).filter(|note| *note != label);
        if !label.is_empty() && fields.len() < MAX && fields.iter().all(|field| field.label != label) {
            fields.push(Field { label, note });
        }
    }
    fields
}

/// The start of redirect addresses that belong to one connector.
pub(super) fn redirect_start() -> String {
    format!("{REDIRECT}/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::example::Example;

    fn access(definition: &str, properties: &str, values: &FixValues) -> Access {
        let example = Example { definition: Some(definition.to_owned()), properties: Some(properties.to_owned()), ..Example::default() };
        let connector = example.connector().unwrap();
        Access::of(&Model::new(&connector), values)
    }

    const NO_FIELDS: &str = r#"{ "properties": { "connectionParameters": null } }"#;

    #[test]
    fn the_way_is_the_one_that_the_definition_requires_or_that_was_configured() {
        let definition = r#"{ "securityDefinitions": {
            "api_key": { "type": "apiKey", "in": "query", "name": "key" },
            "login": { "type": "basic" }
        }, "security": [{ "login": [] }] }"#;
        assert_eq!(access(definition, NO_FIELDS, &FixValues::default()).ways, [Way::Basic]);
        let values = FixValues { security_definition: Some("api_key".to_owned()), ..FixValues::default() };
        assert_eq!(access(definition, NO_FIELDS, &values).ways, [Way::ApiKey { name: "key".to_owned(), location: "query".to_owned() }]);
        let both = r#"{ "securityDefinitions": { "login": { "type": "basic" } }, "security": [{ "api_key": [] }, { "login": [] }] }"#;
        assert_eq!(access(both, NO_FIELDS, &FixValues::default()).ways.len(), 2);
    }

    #[test]
    fn microsoft_is_known_by_the_host_and_not_by_a_part_of_it() {
        for (url, expected) in [
            ("https://login.windows.net/common/oauth2/authorize", true),
            ("https://LOGIN.microsoftonline.com", true),
            ("https://login.microsoftonline.com.evil.example/", false),
            ("https://northbay.example/login.windows.net", false),
        ] {
            assert_eq!(is_microsoft(url), expected, "{url}");
        }
    }

    #[test]
    fn fields_are_what_makers_see() {
        let properties = r#"{ "properties": { "connectionParameters": {
            "token": { "type": "oauthSetting" },
            "token:TenantId": { "type": "string", "uiDefinition": { "constraints": { "required": "false", "hidden": "true" } } }
        } } }"#;
        let access = access("{}", properties, &FixValues::default());
        let key = Field { label: "API key".to_owned(), note: Some("The API key of your Northbay account.".to_owned()) };
        assert_eq!(access.fields, [key]);
    }

    #[test]
    fn without_security_definitions_the_connection_parameters_tell() {
        let none = r#"{ "securityDefinitions": null, "security": null }"#;
        assert_eq!(access(none, NO_FIELDS, &FixValues::default()), Access::default());
        assert_eq!(access(none, "{}", &FixValues::default()).ways, [Way::Other]);
        let token = r#"{ "properties": { "connectionParameters": { "api_key": null, "token": { "type": "oauthSetting",
            "oAuthSettings": { "identityProvider": "aadcertificate", "scopes": ["a"], "redirectMode": "Global" } } } } }"#;
        let found = access(none, token, &FixValues::default());
        let sign_in = found.sign_in().unwrap();
        assert!(sign_in.microsoft && sign_in.redirect_url.as_deref() == Some(REDIRECT) && sign_in.scopes[0].name == "a", "{sign_in:?}");
    }
}
