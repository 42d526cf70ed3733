//! Connectors to generate for, one for each way of signing in, laid over the clean connector of the rule examples.

use crate::connector::{Connector, Track};
use crate::rule::example::Example;

/// No security definitions at all.
pub const NOTHING: &str = r#"{ "securityDefinitions": null, "security": null }"#;

/// An API key in a header of its own.
pub const API_KEY: &str = r#"{ "securityDefinitions": { "api_key": { "type": "apiKey", "in": "header", "name": "X-Northbay-Key" } } }"#;

/// User name and password.
pub const BASIC: &str = r#"{
  "securityDefinitions": { "api_key": null, "basic": { "type": "basic" } },
  "security": [{ "basic": [] }]
}"#;

/// The Microsoft identity platform, under its older host.
pub const ENTRA_ID: &str = r#"{
  "securityDefinitions": { "api_key": null, "entra": {
    "type": "oauth2", "flow": "accessCode",
    "authorizationUrl": "https://login.windows.net/common/oauth2/authorize",
    "tokenUrl": "https://login.windows.net/common/oauth2/authorize",
    "scopes": { "user_impersonation": "Act for you" }
  } },
  "security": [{ "entra": ["user_impersonation"] }]
}"#;

/// Another OAuth 2.0 provider.
pub const ACCESS_CODE: &str = r#"{
  "securityDefinitions": { "api_key": null, "login": {
    "type": "oauth2", "flow": "accessCode",
    "authorizationUrl": "https://login.northbayparcels.com/authorize",
    "tokenUrl": "https://login.northbayparcels.com/token",
    "scopes": { "parcels.write": "Book parcels", "parcels.read": "See parcels", "x-note": "no scope" }
  } },
  "security": [{ "login": ["parcels.read"] }]
}"#;

/// OAuth 2.0 client credentials.
pub const CLIENT_CREDENTIALS: &str = r#"{
  "securityDefinitions": { "api_key": null, "machine": {
    "type": "oauth2", "flow": "application",
    "tokenUrl": "https://login.northbayparcels.com/token",
    "scopes": { "parcels.write": "Book parcels", "parcels.read": "See parcels" }
  } },
  "security": [{ "machine": ["parcels.read"] }]
}"#;

/// A choice of three ways.
pub const CHOICE: &str = r#"{
  "securityDefinitions": {
    "api_key": { "type": "apiKey", "in": "header", "name": "X-Northbay-Key" },
    "basic auth": { "type": "basic" },
    "login": {
      "type": "oauth2", "flow": "accessCode",
      "authorizationUrl": "https://login.northbayparcels.com/authorize",
      "tokenUrl": "https://login.northbayparcels.com/token",
      "scopes": { "parcels.read": "See parcels" }
    }
  },
  "security": [{ "api_key": [] }, { "basic auth": [] }, { "login": ["parcels.read"] }]
}"#;

/// A connector whose properties, settings and script are still to be generated; `definition` is a merge patch over the clean definition.
pub fn bare(definition: &str, track: Track) -> Connector {
    let mut remove: Vec<String> = ["apiProperties.json", "settings.json", "script.csx"].map(str::to_owned).into();
    remove.extend((track == Track::Independent).then(|| "icon.png".to_owned()));
    let example = Example { definition: Some(definition.to_owned()), track: Some(track), remove, ..Example::default() };
    example.connector().unwrap()
}

/// A connector with this apiProperties.json (a merge patch over the clean one) and script.
pub fn with_properties(definition: &str, properties: &str) -> Connector {
    let example = Example { definition: Some(definition.to_owned()), properties: Some(properties.to_owned()), ..Example::default() };
    example.connector().unwrap()
}
