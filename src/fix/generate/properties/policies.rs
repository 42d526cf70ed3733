//! `policyTemplateInstances` for client credentials: what the script needs travels to it in helper headers.

use serde_json::{Value, json};

use crate::fix::generate::authentication::Authentication;
use crate::fix::generate::script::{CLIENT_ID_HEADER, CLIENT_SECRET_HEADER, SCOPE_HEADER, TOKEN_URL_HEADER};

pub(super) fn of(authentication: &Authentication) -> Value {
    let Some(credentials) = authentication.client_credentials() else { return json!([]) };
    let mut policies = vec![
        set_header("Set HTTP header - Token URL", TOKEN_URL_HEADER, &credentials.token_url),
        set_header("Set HTTP header - Client ID", CLIENT_ID_HEADER, "@connectionParameters('clientId','')"),
        set_header("Set HTTP header - Client Secret", CLIENT_SECRET_HEADER, "@connectionParameters('clientSecret','')"),
    ];
    if !credentials.scopes.is_empty() {
        policies.push(set_header("Set HTTP header - Scope", SCOPE_HEADER, &credentials.scopes.join(" ")));
    }
    Value::Array(policies)
}

fn set_header(title: &str, name: &str, value: &str) -> Value {
    json!({
        "templateId": "setheader",
        "title": title,
        "parameters": {
            "x-ms-apimTemplateParameter.name": name,
            "x-ms-apimTemplateParameter.value": value,
            "x-ms-apimTemplateParameter.existsAction": "override",
            "x-ms-apimTemplate-policySection": "Request"
        }
    })
}
