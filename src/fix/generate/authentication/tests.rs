//! Every way of signing in is recognised, and whatever cannot become a connector is refused with a word of help.

use super::samples::*;
use super::*;
use crate::connector::load::InMemory;
use crate::connector::{Connector, Stage, Track};
use crate::rule::example::Example;

fn read(definition: &str, values: &FixValues) -> Result<Authentication, Refusal> {
    let connector = bare(definition, Track::Verified);
    authentication(&Model::new(&connector), values)
}

fn method(definition: &str, values: &FixValues) -> Method {
    match read(definition, values) {
        Ok(Authentication::One(sign_in)) => sign_in.method,
        other => panic!("{other:?}"),
    }
}

fn refusal(definition: &str, values: &FixValues) -> String {
    read(definition, values).unwrap_err().to_string()
}

fn resource() -> FixValues {
    FixValues { resource_uri: Some("https://api.northbayparcels.com".to_owned()), ..FixValues::default() }
}

/// A definition with one OAuth definition of these members.
fn oauth(members: &str) -> String {
    format!(r#"{{ "securityDefinitions": {{ "api_key": null, "login": {{ "type": "oauth2", {members} }} }}, "security": null }}"#)
}

const ADDRESSES: &str =
    r#""authorizationUrl": "https://login.northbayparcels.com/authorize", "tokenUrl": "https://login.northbayparcels.com/token""#;

#[test]
fn each_way_of_signing_in_is_recognised() {
    let values = FixValues::default();
    assert_eq!(read(NOTHING, &values), Ok(Authentication::None));
    assert_eq!(read(r#"{ "securityDefinitions": { "api_key": null }, "security": null }"#, &values), Ok(Authentication::None));
    assert_eq!(method(API_KEY, &values), Method::ApiKey(ApiKey { in_header: true, name: "X-Northbay-Key".to_owned() }));
    assert_eq!(method(BASIC, &values), Method::Basic);
    let Method::EntraId(entra_id) = method(ENTRA_ID, &resource()) else { panic!() };
    assert_eq!((entra_id.login_uri.as_str(), entra_id.tenant_id.as_str()), ("https://login.microsoftonline.com", "common"));
    let Method::AccessCode(code) = method(ACCESS_CODE, &values) else { panic!() };
    assert_eq!(code.refresh_url, "https://login.northbayparcels.com/token");
    assert_eq!(code.scopes, ["parcels.write", "parcels.read"], "in file order, without extensions");
    let Method::ClientCredentials(credentials) = method(CLIENT_CREDENTIALS, &values) else { panic!() };
    assert_eq!(credentials.scopes.join(" "), "parcels.write parcels.read");
    let Ok(Authentication::Choice(sign_ins)) = read(CHOICE, &values) else { panic!() };
    let names: Vec<&str> = sign_ins.iter().map(|sign_in| sign_in.definition.as_str()).collect();
    assert_eq!(names, ["api_key", "basic auth", "login"]);
}

#[test]
fn national_clouds_sign_in_at_home_and_one_address_of_the_two_is_enough() {
    for (host, login) in
        [("login.microsoftonline.us", "https://login.microsoftonline.us"), ("login.windows.net", "https://login.microsoftonline.com")]
    {
        let definition = oauth(&format!(r#""flow": "accessCode", "tokenUrl": "https://{host}/common/oauth2/token""#));
        let Method::EntraId(entra_id) = method(&definition, &resource()) else { panic!("{host}") };
        assert_eq!(entra_id.login_uri, login);
    }
}

#[test]
fn the_configured_provider_overrides_the_host() {
    let with = |provider: &str| FixValues { identity_provider: Some(provider.to_owned()), ..resource() };
    assert!(matches!(method(ENTRA_ID, &with("oauth2")), Method::AccessCode(code) if !code.templates));
    assert!(matches!(method(ACCESS_CODE, &with("oauth2generic")), Method::AccessCode(code) if code.templates));
    assert!(matches!(method(ACCESS_CODE, &with("aad")), Method::EntraId(entra_id) if entra_id.login_uri == address::GLOBAL_LOGIN));
    assert_eq!(
        refusal(ACCESS_CODE, &with("oauth")),
        "the configuration sets \"identity-provider\" to \"oauth\"; possible are aad, oauth2 and oauth2generic; did you mean \"oauth2\"?"
    );
}

#[test]
fn a_provider_that_the_connector_has_chosen_stays() {
    let own = r#"{ "properties": { "connectionParameters": { "token": { "type": "oauthSetting", "oAuthSettings": {
        "identityProvider": "oauth2" } } } } }"#;
    let connector = with_properties(ENTRA_ID, own);
    let authentication = authentication(&Model::new(&connector), &FixValues::default()).unwrap();
    assert!(matches!(authentication.sign_ins()[0].method, Method::AccessCode(_)), "{authentication:?}");
}

#[test]
fn tokens_are_renewed_where_the_configuration_says_else_the_definition_else_where_they_are_fetched() {
    let refresh = |definition: &str, values: &FixValues| match method(definition, values) {
        Method::AccessCode(code) => code.refresh_url,
        other => panic!("{other:?}"),
    };
    let configured = FixValues { refresh_url: Some(" https://login.northbayparcels.com/renew ".to_owned()), ..FixValues::default() };
    for key in ["x-refresh-url", "x-refreshUrl", "x-ms-refresh-url", "refreshUrl"] {
        let hinted = oauth(&format!(r#""flow": "accessCode", {ADDRESSES}, "{key}": "https://login.northbayparcels.com/again""#));
        assert_eq!(refresh(&hinted, &FixValues::default()), "https://login.northbayparcels.com/again", "{key}");
        assert_eq!(refresh(&hinted, &configured), "https://login.northbayparcels.com/renew", "{key}");
    }
    let values = FixValues { refresh_url: Some("http://login.northbayparcels.com/renew".to_owned()), ..FixValues::default() };
    assert_eq!(
        refusal(ACCESS_CODE, &values),
        "the \"refresh-url\" of the configuration does not begin with https://: \"http://login.northbayparcels.com/renew\"; codes, tokens and secrets travel over encrypted addresses only"
    );
}

#[test]
fn of_several_definitions_the_configured_one_counts_then_the_only_one_that_calls_require() {
    let chosen = |security: &str, operation: &str, values: &FixValues| {
        let definition = format!(
            r#"{{ "securityDefinitions": {{ "key": {{ "type": "apiKey", "in": "query", "name": "k" }} }},
                  "security": {security}, "paths": {{ "/parcels": {{ "get": {{ "security": {operation} }} }} }} }}"#
        );
        let authentication = read(&definition, values)?;
        Ok::<_, Refusal>(authentication.sign_ins().iter().map(|sign_in| sign_in.definition.clone()).collect::<Vec<_>>())
    };
    let values = FixValues::default();
    let key = FixValues { security_definition: Some("key".to_owned()), ..FixValues::default() };
    assert_eq!(chosen(r#"[{ "api_key": [] }]"#, "null", &values).unwrap(), ["api_key"]);
    assert_eq!(chosen(r#"[{ "api_key": [] }, {}, { "gone": [] }, { "api_key": [] }]"#, "null", &values).unwrap(), ["api_key"]);
    assert_eq!(chosen(r#"[{ "api_key": [] }]"#, "null", &key).unwrap(), ["key"]);
    assert_eq!(chosen(r#"[{ "api_key": [], "key": [] }]"#, "null", &key).unwrap(), ["key"]);
    assert_eq!(chosen("null", r#"[{ "key": [] }]"#, &values).unwrap(), ["key"], "required by operations only");
    for open in ["null", "[]", "[{}]", "7", r#"[{ "key": [] }, { "api_key": [] }]"#] {
        assert_eq!(chosen(open, "null", &values).unwrap(), ["api_key", "key"], "{open}");
    }
    for (security, operation) in [(r#"[{ "api_key": [], "key": [] }]"#, "null"), ("null", r#"[{ "key": [], "api_key": [] }]"#)] {
        let refusal = chosen(security, operation, &values).unwrap_err().to_string();
        assert!(refusal.starts_with("every call needs the security definitions \"api_key\" and \"key\" at the same time"), "{refusal}");
        assert!(refusal.contains("\"security-definition\" in conncert.toml"), "{refusal}");
    }
}

#[test]
fn a_configured_name_that_is_none_is_answered_with_the_names_there_are() {
    let values = FixValues { security_definition: Some("apikey".to_owned()), ..FixValues::default() };
    assert_eq!(
        refusal(CHOICE, &values),
        "the configuration asks for the security definition \"apikey\", but the definition has \"api_key\", \"basic auth\" and \"login\"; did you mean \"api_key\"?"
    );
    assert_eq!(refusal(NOTHING, &values), "the configuration asks for the security definition \"apikey\", but the definition has none");
}

#[test]
fn flows_without_support_are_refused_by_name() {
    let values = FixValues::default();
    let with = |flow: &str| refusal(&oauth(&format!(r#""flow": "{flow}", {ADDRESSES}"#)), &values);
    assert_eq!(
        with("implicit"),
        "the security definition \"login\" uses the flow \"implicit\", which connectors do not support; set \"flow\" to \"accessCode\" and give both \"authorizationUrl\" and \"tokenUrl\""
    );
    assert_eq!(
        with("password"),
        "the security definition \"login\" uses the flow \"password\", which connectors do not support; set \"flow\" to \"accessCode\" and give both \"authorizationUrl\" and \"tokenUrl\", or use the type \"basic\" if the service takes user name and password"
    );
    let unknown = "use \"accessCode\", or \"application\" for client credentials";
    assert_eq!(
        with("accesscode"),
        format!("the security definition \"login\" has the flow \"accesscode\"; {unknown}; did you mean \"accessCode\"?")
    );
    assert_eq!(
        with("clientCredentials"),
        format!(
            "the security definition \"login\" has the flow \"clientCredentials\"; {unknown}; Swagger 2.0 calls this flow \"application\""
        )
    );
    assert_eq!(refusal(&oauth(ADDRESSES), &values), format!("the security definition \"login\" has no flow; {unknown}"));
}

#[test]
fn definitions_that_cannot_be_understood_are_refused() {
    let values = FixValues::default();
    let one = |node: &str| format!(r#"{{ "securityDefinitions": {{ "api_key": null, "k": {node} }}, "security": null }}"#);
    let types = "the types are apiKey, basic and oauth2";
    assert_eq!(
        refusal(&one(r#"{ "type": "apikey" }"#), &values),
        format!("the security definition \"k\" has the type \"apikey\"; {types}; did you mean \"apiKey\"?")
    );
    assert_eq!(refusal(&one(r#"{ "type": "http" }"#), &values), format!("the security definition \"k\" has the type \"http\"; {types}"));
    assert_eq!(refusal(&one("7"), &values), format!("the security definition \"k\" has no type; {types}"));
    for place in [r#""in": "cookie", "#, ""] {
        let refusal = refusal(&one(&format!(r#"{{ "type": "apiKey", {place} "name": "k" }}"#)), &values);
        assert!(refusal.ends_with("set \"in\" to \"header\" or \"query\""), "{refusal}");
    }
    assert_eq!(
        refusal(r#"{ "securityDefinitions": ["api_key"] }"#, &values),
        "\"securityDefinitions\" of the definition is no section of named ways to sign in; correct it first"
    );
}

#[test]
fn addresses_must_be_there_complete_and_encrypted() {
    let values = FixValues::default();
    let access_code = |members: &str| refusal(&oauth(&format!(r#""flow": "accessCode", {members}"#)), &values);
    assert_eq!(
        access_code(r#""authorizationUrl": "https://x.northbay.com/a", "tokenUrl": "http://x.northbay.com/t""#),
        "the \"tokenUrl\" of the security definition \"login\" does not begin with https://: \"http://x.northbay.com/t\"; codes, tokens and secrets travel over encrypted addresses only"
    );
    assert!(access_code(r#""authorizationUrl": "/a", "tokenUrl": "https://x.northbay.com/t""#).starts_with("the \"authorizationUrl\" of"));
    assert_eq!(
        access_code(r#""authorizationUrl": "https://x.northbay.com/a", "tokenUrl": " ""#),
        "the security definition \"login\" has no \"tokenUrl\"; add the address from the documentation of the service"
    );
    assert!(access_code(r#""tokenUrl": "https://x.northbay.com/t""#).contains("has no \"authorizationUrl\""));
    let application = |members: &str| refusal(&oauth(&format!(r#""flow": "application" {members}"#)), &values);
    assert!(application(r#", "tokenUrl": "http://login.northbayparcels.com/token""#).contains("does not begin with https://"));
    assert!(application("").contains("has no \"tokenUrl\""));
    // On the Microsoft identity platform too, though the address itself is not written anywhere.
    let microsoft =
        oauth(r#""flow": "accessCode", "authorizationUrl": "https://login.windows.net/a", "tokenUrl": "http://login.windows.net/t""#);
    assert!(refusal(&microsoft, &resource()).contains("does not begin with https://"));
}

#[test]
fn microsoft_entra_id_needs_a_resource_which_the_connector_may_have_already() {
    for blank in [None, Some("  ".to_owned())] {
        let refusal = refusal(ENTRA_ID, &FixValues { resource_uri: blank, ..FixValues::default() });
        assert_eq!(
            refusal,
            "the security definition \"entra\" signs in with Microsoft Entra ID, which needs to know the resource that tokens are for; set \"resource-uri\" in conncert.toml to the Application ID URI of the API, such as https://api.contoso.com"
        );
    }
    let properties = r#"{ "properties": { "connectionParameters": { "token": { "type": "oauthSetting", "oAuthSettings": {
        "customParameters": { "resourceUri": { "value": "https://own.northbay.com" }, "tenantId": { "value": "contoso" } } } } } } }"#;
    let connector = with_properties(ENTRA_ID, properties);
    let authentication = authentication(&Model::new(&connector), &FixValues::default()).unwrap();
    let Method::EntraId(entra_id) = &authentication.sign_ins()[0].method else { panic!() };
    assert_eq!((entra_id.resource_uri.as_str(), entra_id.tenant_id.as_str()), ("https://own.northbay.com", "contoso"));
}

#[test]
fn client_credentials_stand_alone_and_beside_no_other_script() {
    let both = r#"{ "securityDefinitions": { "machine": { "type": "oauth2", "flow": "application",
        "tokenUrl": "https://login.northbayparcels.com/token", "scopes": {} } }, "security": null }"#;
    assert_eq!(
        refusal(both, &FixValues::default()),
        "the security definition \"machine\" uses client credentials, whose script would run for the other ways of signing in too; name the one to use as \"security-definition\" in conncert.toml"
    );
    let values = FixValues { security_definition: Some("machine".to_owned()), ..FixValues::default() };
    assert!(matches!(method(both, &values), Method::ClientCredentials(_)));
    // The clean connector has a script that reworks answers.
    let connector = with_properties(CLIENT_CREDENTIALS, "{}");
    let other = authentication(&Model::new(&connector), &FixValues::default()).unwrap_err();
    assert_eq!(other, Refusal::OtherScript { definition: "machine".to_owned() });
    assert!(other.to_string().ends_with("move it out of the folder, run again, and join the two scripts by hand"));
}

#[test]
fn once_script_and_policies_stand_in_a_second_run_asks_for_nothing() {
    let code = script::script(&Model::new(&bare(CLIENT_CREDENTIALS, Track::Verified)), &FixValues::default()).unwrap();
    let values = FixValues { security_definition: Some("machine".to_owned()), ..FixValues::default() };
    let run = |definition: &str| {
        let example = Example { definition: Some(definition.to_owned()), script: Some(code.clone()), ..Example::default() };
        let connector = example.connector().unwrap();
        let model = Model::new(&connector);
        assert_eq!(script::script(&model, &values), None, "the script that is there stays");
        authentication(&model, &values).unwrap()
    };
    assert!(run(CLIENT_CREDENTIALS).client_credentials().is_some());
    assert_eq!(run(NOTHING), Authentication::None);
}

#[test]
fn without_a_swagger_definition_nothing_is_guessed() {
    let refusal = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        let memory = InMemory { files, ..InMemory::default() };
        let connector = Connector::from_memory("x", memory, Track::Verified, Stage::Submission);
        authentication(&Model::new(&connector), &FixValues::default()).unwrap_err().to_string()
    };
    let nothing = "there is no readable API definition, so nothing says how makers sign in; add or repair apiDefinition.json first";
    assert_eq!(refusal(&[]), nothing);
    for text in ["", "[]", "{}", "{", "null"] {
        assert_eq!(refusal(&[("apiDefinition.json", text)]), nothing, "{text}");
    }
    assert_eq!(
        refusal(&[("apiDefinition.json", r#"{ "openapi": "3.0.1", "paths": {} }"#)]),
        "the definition is written in OpenAPI 3.0.1, but connectors need Swagger 2.0; convert it first"
    );
}

#[test]
fn long_and_odd_names_are_shortened_in_refusals() {
    let name = "n\u{1b}[31m".repeat(100);
    let definition = serde_json::json!({ "securityDefinitions": { "api_key": null, (name): { "type": "x" } }, "security": null });
    let refusal = refusal(&definition.to_string(), &FixValues::default());
    assert!(refusal.len() < 250 && !refusal.contains('\u{1b}'), "{refusal}");
}

#[test]
fn the_platform_does_not_get_to_see_client_credentials() {
    let pointers = |security: &str, operation: &str, other: &str| {
        let definition = format!(
            r#"{{ "securityDefinitions": {{ "api_key": {other}, "ma/chine": {{ "type": "oauth2", "flow": "application",
                  "tokenUrl": "https://login.northbayparcels.com/token", "scopes": {{}} }} }},
                  "security": {security}, "paths": {{ "/parcels": {{ "get": {{ "security": {operation} }} }} }} }}"#
        );
        let values = FixValues { security_definition: Some("ma/chine".to_owned()), ..FixValues::default() };
        let connector = bare(&definition, Track::Verified);
        unsupported_security(&Model::new(&connector), &values)
    };
    let (machine, key) = (r#"[{ "ma/chine": [] }]"#, r#"{ "type": "basic" }"#);
    assert_eq!(pointers(machine, "null", "null"), ["/securityDefinitions", "/security"]);
    assert_eq!(pointers(machine, machine, "null"), ["/securityDefinitions", "/security", "/paths/~1parcels/get/security"]);
    assert_eq!(pointers("null", "[]", "null"), ["/securityDefinitions"]);
    // What others require stays, and no operation takes over a requirement it did not have.
    assert_eq!(
        pointers(r#"[{ "ma/chine": [] }, { "api_key": [] }]"#, machine, key),
        ["/securityDefinitions/ma~1chine", "/security/0", "/paths/~1parcels/get/security/0"]
    );
    assert_eq!(
        pointers(r#"[{ "api_key": [], "ma/chine": [] }, {}]"#, r#"[{ "api_key": [] }]"#, key),
        ["/securityDefinitions/ma~1chine", "/security/0/ma~1chine"]
    );
}

#[test]
fn only_client_credentials_are_taken_out_of_the_definition() {
    for definition in [NOTHING, API_KEY, BASIC, ACCESS_CODE, CHOICE] {
        let connector = bare(definition, Track::Verified);
        assert!(unsupported_security(&Model::new(&connector), &FixValues::default()).is_empty());
    }
}
