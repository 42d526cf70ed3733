//! What is written for each way of signing in, to the letter.

mod judged;
mod known;

use super::super::authentication::samples::*;
use super::super::script::script;
use super::*;
use crate::connector::Track;

fn configured() -> FixValues {
    FixValues {
        publisher: Some("Northbay Logistics".to_owned()),
        resource_uri: Some("https://api.northbayparcels.com".to_owned()),
        ..FixValues::default()
    }
}

fn generated(definition: &str, values: &FixValues) -> String {
    let connector = bare(definition, Track::Verified);
    pretty(&properties(&Model::new(&connector), values, None).unwrap())
}

/// The part of a generated file that differs from model to model.
fn parameters_of(definition: &str, values: &FixValues) -> Value {
    let connector = bare(definition, Track::Verified);
    connection_parameters(&Model::new(&connector), values).unwrap()
}

fn oauth_settings(definition: &str, values: &FixValues) -> Value {
    parameters_of(definition, values)["token"]["oAuthSettings"].clone()
}

#[test]
fn without_security_definitions_connections_need_nothing() {
    assert_eq!(
        generated(NOTHING, &configured()),
        r##"{
  "properties": {
    "connectionParameters": {},
    "iconBrandColor": "#1f5c7a",
    "capabilities": [],
    "publisher": "Northbay Logistics",
    "stackOwner": "Northbay Logistics"
  }
}
"##
    );
}

#[test]
fn an_api_key_is_one_secret() {
    assert_eq!(
        generated(API_KEY, &configured()),
        r##"{
  "properties": {
    "connectionParameters": {
      "api_key": {
        "type": "securestring",
        "uiDefinition": {
          "displayName": "API Key",
          "description": "The API Key to authenticate with the API",
          "tooltip": "Provide your API Key",
          "constraints": {
            "tabIndex": 2,
            "clearText": false,
            "required": "true"
          }
        }
      }
    },
    "iconBrandColor": "#1f5c7a",
    "capabilities": [],
    "publisher": "Northbay Logistics",
    "stackOwner": "Northbay Logistics"
  }
}
"##
    );
}

#[test]
fn basic_authentication_is_a_name_and_a_secret() {
    assert_eq!(
        pretty(&parameters_of(BASIC, &configured())),
        r#"{
  "username": {
    "type": "securestring",
    "uiDefinition": {
      "displayName": "Username",
      "description": "The username to authenticate with the API",
      "tooltip": "Provide your API username",
      "constraints": {
        "tabIndex": 2,
        "clearText": true,
        "required": "true"
      }
    }
  },
  "password": {
    "type": "securestring",
    "uiDefinition": {
      "displayName": "Password",
      "description": "The password to authenticate with the API",
      "tooltip": "Provide your API password",
      "constraints": {
        "tabIndex": 3,
        "clearText": false,
        "required": "true"
      }
    }
  }
}
"#
    );
}

#[test]
fn microsoft_entra_id_has_its_resource_and_the_hidden_tenant() {
    assert_eq!(
        pretty(&parameters_of(ENTRA_ID, &configured())),
        r#"{
  "token": {
    "type": "oauthSetting",
    "oAuthSettings": {
      "identityProvider": "aad",
      "clientId": "<<Enter your client ID>>",
      "scopes": [
        "user_impersonation"
      ],
      "redirectMode": "GlobalPerConnector",
      "properties": {
        "IsFirstParty": "False",
        "IsOnbehalfofLoginSupported": true,
        "AzureActiveDirectoryResourceId": "https://api.northbayparcels.com"
      },
      "customParameters": {
        "loginUri": {
          "value": "https://login.microsoftonline.com"
        },
        "tenantId": {
          "value": "common"
        },
        "resourceUri": {
          "value": "https://api.northbayparcels.com"
        }
      }
    }
  },
  "token:TenantId": {
    "type": "string",
    "metadata": {
      "sourceType": "AzureActiveDirectoryTenant"
    },
    "uiDefinition": {
      "constraints": {
        "required": "false",
        "hidden": "true"
      }
    }
  }
}
"#
    );
}

#[test]
fn another_provider_has_its_three_addresses() {
    let values = FixValues { client_id: Some("northbay-app".to_owned()), ..configured() };
    assert_eq!(
        pretty(&parameters_of(ACCESS_CODE, &values)),
        r#"{
  "token": {
    "type": "oauthSetting",
    "oAuthSettings": {
      "identityProvider": "oauth2",
      "clientId": "northbay-app",
      "scopes": [
        "parcels.write",
        "parcels.read"
      ],
      "redirectMode": "GlobalPerConnector",
      "properties": {
        "IsFirstParty": "False",
        "IsOnbehalfofLoginSupported": false
      },
      "customParameters": {
        "authorizationUrl": {
          "value": "https://login.northbayparcels.com/authorize"
        },
        "tokenUrl": {
          "value": "https://login.northbayparcels.com/token"
        },
        "refreshUrl": {
          "value": "https://login.northbayparcels.com/token"
        }
      }
    }
  }
}
"#
    );
}

#[test]
fn client_credentials_are_asked_for_and_handed_to_the_script() {
    assert_eq!(
        generated(CLIENT_CREDENTIALS, &configured()),
        r##"{
  "properties": {
    "connectionParameters": {
      "clientId": {
        "type": "string",
        "uiDefinition": {
          "displayName": "Client ID",
          "description": "The Client ID of the API application.",
          "tooltip": "Provide your Client ID.",
          "constraints": {
            "tabIndex": 2,
            "required": "true"
          }
        }
      },
      "clientSecret": {
        "type": "securestring",
        "uiDefinition": {
          "displayName": "Client Secret",
          "description": "The Client Secret of the API application.",
          "tooltip": "Provide your Client Secret.",
          "constraints": {
            "tabIndex": 3,
            "clearText": false,
            "required": "true"
          }
        }
      }
    },
    "iconBrandColor": "#1f5c7a",
    "scriptOperations": [],
    "capabilities": [],
    "policyTemplateInstances": [
      {
        "templateId": "setheader",
        "title": "Set HTTP header - Token URL",
        "parameters": {
          "x-ms-apimTemplateParameter.name": "x-cc-token-url",
          "x-ms-apimTemplateParameter.value": "https://login.northbayparcels.com/token",
          "x-ms-apimTemplateParameter.existsAction": "override",
          "x-ms-apimTemplate-policySection": "Request"
        }
      },
      {
        "templateId": "setheader",
        "title": "Set HTTP header - Client ID",
        "parameters": {
          "x-ms-apimTemplateParameter.name": "x-cc-client-id",
          "x-ms-apimTemplateParameter.value": "@connectionParameters('clientId','')",
          "x-ms-apimTemplateParameter.existsAction": "override",
          "x-ms-apimTemplate-policySection": "Request"
        }
      },
      {
        "templateId": "setheader",
        "title": "Set HTTP header - Client Secret",
        "parameters": {
          "x-ms-apimTemplateParameter.name": "x-cc-client-secret",
          "x-ms-apimTemplateParameter.value": "@connectionParameters('clientSecret','')",
          "x-ms-apimTemplateParameter.existsAction": "override",
          "x-ms-apimTemplate-policySection": "Request"
        }
      },
      {
        "templateId": "setheader",
        "title": "Set HTTP header - Scope",
        "parameters": {
          "x-ms-apimTemplateParameter.name": "x-cc-scope",
          "x-ms-apimTemplateParameter.value": "parcels.write parcels.read",
          "x-ms-apimTemplateParameter.existsAction": "override",
          "x-ms-apimTemplate-policySection": "Request"
        }
      }
    ],
    "publisher": "Northbay Logistics",
    "stackOwner": "Northbay Logistics"
  }
}
"##
    );
    let unscoped = CLIENT_CREDENTIALS.replace("parcels.write", "x-a").replace("\"parcels.read\": ", "\"x-b\": ");
    let connector = bare(&unscoped, Track::Verified);
    let policies = policies(&Model::new(&connector), &configured()).unwrap();
    assert_eq!(policies.as_array().unwrap().len(), 3, "no scope, no policy for it");
}

#[test]
fn a_choice_offers_each_definition_as_a_set_and_keeps_the_first_as_default() {
    let connector = bare(CHOICE, Track::Verified);
    let model = Model::new(&connector);
    let sets = connection_parameter_sets(&model, &configured()).unwrap().unwrap();
    assert_eq!(connection_parameters(&model, &configured()).unwrap(), sets["values"][0]["parameters"]);
    let outline: Vec<_> = sets["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| {
            let parameters: Vec<_> = set["parameters"].as_object().unwrap().keys().cloned().collect();
            format!("{} {} {}", set["name"], set["uiDefinition"], parameters.join(" "))
        })
        .collect();
    assert_eq!(
        outline,
        [
            r#""api_key" {"displayName":"API key","description":"Sign in with an API key."} api_key"#,
            r#""basic_auth" {"displayName":"Username and password","description":"Sign in with username and password."} username password"#,
            r#""login" {"displayName":"OAuth 2.0","description":"Sign in to the service with your account."} token"#,
        ]
    );
    assert_eq!(
        sets["uiDefinition"],
        json!({ "displayName": "Authentication type", "description": "Choose how to sign in to the service." })
    );
    let token = &sets["values"][2]["parameters"]["token"];
    assert_eq!(token["uiDefinition"]["constraints"], json!({ "required": "true" }));
    assert_eq!(token.as_object().unwrap().keys().collect::<Vec<_>>(), ["type", "oAuthSettings", "uiDefinition"]);
    let keys = properties(&model, &configured(), None).unwrap();
    let keys: Vec<_> = keys["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["connectionParameters", "connectionParameterSets", "iconBrandColor", "capabilities", "publisher", "stackOwner"]);
}

#[test]
fn sets_of_one_kind_differ_in_name_and_label() {
    let definition = r#"{ "security": null, "securityDefinitions": {
        "api_key": null,
        "API Key": { "type": "apiKey", "in": "header", "name": "A" }, "api-key": { "type": "apiKey", "in": "query", "name": "B" },
        "鍵": { "type": "basic" }, "錠": { "type": "basic" } } }"#;
    let connector = bare(definition, Track::Verified);
    let sets = connection_parameter_sets(&Model::new(&connector), &configured()).unwrap().unwrap();
    let words = |pointer: &str| -> Vec<&str> {
        sets["values"].as_array().unwrap().iter().map(|set| set.pointer(pointer).unwrap().as_str().unwrap()).collect()
    };
    assert_eq!(words("/name"), ["API_Key", "api_key_2", "authentication", "authentication_4"]);
    assert_eq!(words("/uiDefinition/displayName"), ["API key", "API key (api-key)", "Username and password", "Username and password (錠)"]);
}

#[test]
fn the_configuration_decides_on_provider_and_redirection() {
    let with = |change: fn(&mut FixValues)| {
        let mut values = configured();
        change(&mut values);
        oauth_settings(ACCESS_CODE, &values)
    };
    let global = with(|values| values.redirect_mode = Some("global".to_owned()));
    assert_eq!(global["redirectMode"], "Global");
    assert_eq!(global["redirectUrl"], "https://global.consent.azure-apim.net/redirect");
    let keys: Vec<_> = global.as_object().unwrap().keys().cloned().collect();
    let order = ["identityProvider", "clientId", "scopes", "redirectMode", "redirectUrl", "properties", "customParameters"];
    assert_eq!(keys, order);
    let direct = with(|values| values.redirect_mode = Some("Direct".to_owned()));
    assert_eq!((direct["redirectMode"].as_str(), direct.get("redirectUrl")), (Some("Direct"), None));
    let templates = with(|values| values.identity_provider = Some("oauth2generic".to_owned()));
    assert_eq!(
        templates["customParameters"],
        json!({
            "authorizationUrlTemplate": { "value": "https://login.northbayparcels.com/authorize" },
            "tokenUrlTemplate": { "value": "https://login.northbayparcels.com/token" },
            "refreshUrlTemplate": { "value": "https://login.northbayparcels.com/token" }
        })
    );
    let connector = bare(ACCESS_CODE, Track::Verified);
    let values = FixValues { redirect_mode: Some("GlobalPerConector".to_owned()), ..configured() };
    assert_eq!(
        properties(&Model::new(&connector), &values, None).unwrap_err().to_string(),
        "the configuration sets \"redirect-mode\" to \"GlobalPerConector\"; possible are GlobalPerConnector, Global and Direct; did you mean \"GlobalPerConnector\"?"
    );
}

#[test]
fn a_refusal_to_sign_in_leaves_everything_else_possible() {
    let definition = CLIENT_CREDENTIALS.replace("application", "implicit");
    let connector = bare(&definition, Track::Verified);
    let model = Model::new(&connector);
    let outcome = |key| property(key, &model, &configured(), None);
    for key in ["connectionParameters", "connectionParameterSets", "scriptOperations", "policyTemplateInstances"] {
        assert_eq!(outcome(key), Err(Refusal::ImplicitFlow { definition: "machine".to_owned() }), "{key}");
    }
    assert_eq!(outcome("iconBrandColor"), Ok(Some(json!("#1f5c7a"))));
    assert_eq!(outcome("publisher"), Ok(Some(json!("Northbay Logistics"))));
    assert_eq!(outcome("script"), Ok(None));
    assert!(properties(&model, &configured(), None).is_err());
    assert_eq!(script(&model, &configured()), None);
}
