//! What fixes need to know and connectors do not say: names, addresses and choices that come from configuration and flags.

use serde::{Deserialize, Serialize};

use crate::connector::Track;
use crate::connector::track::INDEPENDENT_BRAND_COLOR;
use crate::model::Model;
use crate::words;

/// Values for fixes, as a person configured them. Whatever is `None` is taken from the connector where it says so, else a visible
/// placeholder is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FixValues {
    /// Who publishes the connector.
    pub publisher: Option<String>,
    /// Who owns the service behind it.
    pub stack_owner: Option<String>,
    /// Address of the service's web site.
    pub website: Option<String>,
    /// Address of the privacy policy.
    pub privacy_policy: Option<String>,
    /// Categories of the connector, as the platform spells them, in order.
    pub categories: Vec<String>,
    /// Name of the team that supports the connector.
    pub contact_name: Option<String>,
    /// Web address of the support.
    pub contact_url: Option<String>,
    /// E-mail address of the support.
    pub contact_email: Option<String>,
    /// Background of the icon and brand colour, as `#rrggbb`.
    pub brand_color: Option<String>,
    /// Name of the security definition to use when there are several.
    pub security_definition: Option<String>,
    /// OAuth: the application's id.
    pub client_id: Option<String>,
    /// OAuth: where tokens are refreshed.
    pub refresh_url: Option<String>,
    /// OAuth on the Microsoft identity platform: the directory, or `common`.
    pub tenant_id: Option<String>,
    /// OAuth on the Microsoft identity platform: the resource.
    pub resource_uri: Option<String>,
    /// OAuth: the identity provider, where detection is wrong.
    pub identity_provider: Option<String>,
    /// OAuth: `GlobalPerConnector` (default), `Global` or `Direct`.
    pub redirect_mode: Option<String>,
    /// The path of a picture, raster or SVG, from which the icon is made; relative to the file that says it.
    pub logo: Option<String>,
    /// That picture, as read.
    #[serde(skip)]
    pub picture: Option<Logo>,
}

/// A picture from which an icon is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Name of its file, for messages.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Text that a person must still replace: `<<Enter WHAT>>`. Every value of this form in a JSON file is a finding until it is replaced.
pub fn placeholder(what: &str) -> String {
    format!("<<Enter {what}>>")
}

/// Whether a text is such a placeholder.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.len() > 4 && text.starts_with("<<") && text.ends_with(">>")
}

/// What a person enters for a value, as a placeholder and its finding say it.
const ENTERED: [(&str, &str); 8] = [
    ("publisher", "the name of the publisher"),
    ("stack-owner", "the name of the company that owns the service"),
    ("website", "the address of your website"),
    ("privacy-policy", "the address of your privacy policy"),
    ("categories", "one or two categories with a semicolon between them"),
    ("contact-name", "the name of your support team"),
    ("contact-url", "the address of your support page"),
    ("contact-email", "the e-mail address of your support"),
];

/// A value by its name in rule files, without `enter.`: what is known, what follows from it, else a placeholder.
pub fn entered(name: &str, values: &FixValues, model: &Model<'_>) -> Option<String> {
    // An independent publisher is a person, and the website is that of somebody else's service.
    let derived = || match (name, model.connector.track.value) {
        ("contact-name", Track::Independent) => value("publisher", values, model),
        ("contact-name", _) => value("publisher", values, model).map(|publisher| format!("{} Support", publisher.trim())),
        ("contact-url", Track::Verified) => value("website", values, model).filter(|website| website.starts_with("https://")),
        _ => None,
    };
    let asked = || ENTERED.iter().find(|(known, _)| *known == name).map(|(_, what)| placeholder(what));
    value(name, values, model).or_else(derived).or_else(asked)
}

/// What is known now of the value that a placeholder stands for.
pub fn filled(text: &str, values: &FixValues, model: &Model<'_>) -> Option<String> {
    let (name, _) = ENTERED.iter().find(|(_, what)| placeholder(what) == text.trim())?;
    value(name, values, model)
}

/// The names under which rule files ask for values or placeholders: `enter.publisher`, ...
pub fn entered_names() -> impl Iterator<Item = String> {
    ENTERED.iter().map(|(name, _)| format!("enter.{name}"))
}

/// The names under which rule files ask for values: `config.publisher`, ...
pub fn names() -> impl Iterator<Item = String> {
    let fields = serde_json::to_value(FixValues::default()).unwrap_or_default();
    let names: Vec<String> = fields.as_object().into_iter().flat_map(|fields| fields.keys()).map(|name| format!("config.{name}")).collect();
    names.into_iter()
}

/// The values with one of them set by its name, as on a command line; the error tells which names there are.
pub fn set(values: &FixValues, name: &str, value: &str) -> Result<FixValues, String> {
    let mut fields = serde_json::to_value(values).unwrap_or_default();
    let Some(members) = fields.as_object_mut().filter(|members| members.contains_key(name)) else {
        let known: Vec<String> = names().map(|name| name.trim_start_matches("config.").to_owned()).collect();
        let hint = words::did_you_mean(name, known.iter().map(String::as_str));
        return Err(format!("`{name}` is no value for fixes.{hint} There are {}.", words::list_and(&known)));
    };
    let is_list = members.get(name).is_some_and(serde_json::Value::is_array);
    let parts = || value.split(';').map(|part| part.trim().into()).collect();
    members.insert(name.to_owned(), if is_list { serde_json::Value::Array(parts()) } else { value.into() });
    let picture = values.picture.clone();
    let set: FixValues = serde_json::from_value(fields).map_err(|error| error.to_string())?;
    Ok(FixValues { picture, ..set })
}

/// A value by its name in rule files, without `config.`: what was configured, else what the connector itself says elsewhere.
pub fn value(name: &str, values: &FixValues, model: &Model<'_>) -> Option<String> {
    let properties = model.properties.as_ref().and_then(|properties| properties.properties);
    let property = |name: &str| properties?.get_str(name).map(|text| text.into_owned());
    let metadata = |wanted: &str| {
        let entries = model.swagger.as_ref()?.root.get("x-ms-connector-metadata")?.items();
        let entry = entries.filter(|entry| entry.get_str("propertyName").is_some_and(|name| name.eq_ignore_ascii_case(wanted))).last()?;
        entry.get_str("propertyValue").map(|text| text.into_owned())
    };
    let contact = |name: &str| model.swagger.as_ref()?.root.get("info")?.get("contact")?.get_str(name).map(|text| text.into_owned());
    let configured = match name {
        "publisher" => values.publisher.clone(),
        "stack-owner" => values.stack_owner.clone(),
        "website" => values.website.clone(),
        "privacy-policy" => values.privacy_policy.clone(),
        "categories" => Some(values.categories.join(";")),
        "contact-name" => values.contact_name.clone(),
        "contact-url" => values.contact_url.clone(),
        "contact-email" => values.contact_email.clone(),
        // Independent publishers have no choice.
        "brand-color" => values.brand_color.clone().filter(|_| model.connector.track.value != Track::Independent),
        "security-definition" => values.security_definition.clone(),
        "client-id" => values.client_id.clone(),
        "refresh-url" => values.refresh_url.clone(),
        "tenant-id" => values.tenant_id.clone(),
        "resource-uri" => values.resource_uri.clone(),
        "identity-provider" => values.identity_provider.clone(),
        "redirect-mode" => values.redirect_mode.clone(),
        "logo" => values.logo.clone(),
        _ => None,
    };
    let known = |value: &String| !value.trim().is_empty() && !is_placeholder(value);
    configured.filter(known).or_else(|| {
        let said = match name {
            "publisher" => property("publisher"),
            "stack-owner" => property("stackOwner").or_else(|| match model.connector.track.value {
                Track::Verified => value("publisher", values, model),
                _ => None,
            }),
            "website" => metadata("Website"),
            "privacy-policy" => metadata("Privacy policy"),
            "categories" => metadata("Categories"),
            "refresh-url" => model.properties.as_ref().and_then(|properties| {
                let (_, settings) = properties.oauth_settings().next()?;
                settings.at("/customParameters/refreshUrl/value")?.as_str().map(|text| text.into_owned())
            }),
            "contact-name" => contact("name"),
            "contact-url" => contact("url"),
            "contact-email" => contact("email"),
            "brand-color" => match model.connector.track.value {
                Track::Independent => Some(INDEPENDENT_BRAND_COLOR.to_owned()),
                _ => property("iconBrandColor"),
            },
            _ => None,
        };
        let is_address = matches!(name, "website" | "privacy-policy" | "contact-url");
        said.filter(known).filter(|text| !is_address || text.starts_with("https://") || text.starts_with("http://"))
    })
}
