//! Words that makers read when they create a connection, taken from the definition where it has good ones.

use super::super::authentication::{ApiKey, Method, SignIn};

/// Longer descriptions are explanations of the API rather than of a field.
const LONGEST_DESCRIPTION: usize = 250;
/// Longer ones are no labels.
const LONGEST_LABEL: usize = 30;

/// How a way of signing in is called in a choice, and what it asks for.
pub(super) fn set(method: &Method) -> (String, &'static str) {
    let (label, description) = match method {
        Method::ApiKey(_) => ("API key", "Sign in with an API key."),
        Method::Basic => ("Username and password", "Sign in with username and password."),
        Method::EntraId(_) => ("Microsoft Entra ID", "Sign in with Microsoft Entra ID."),
        Method::AccessCode(_) => ("OAuth 2.0", "Sign in to the service with your account."),
        Method::ClientCredentials(_) => ("Client credentials", "Sign in with client ID and client secret."),
    };
    (label.to_owned(), description)
}

/// The texts of the field for a key.
pub(super) struct ApiKeyTexts {
    pub name: String,
    pub description: String,
    pub tooltip: String,
}

/// The texts of the field for a key: the service's own name for it, when the description of the security definition is one, and the
/// description, when it explains what to enter. What has to stand before the key is said beside it.
pub(super) fn api_key(sign_in: &SignIn, key: &ApiKey) -> ApiKeyTexts {
    let own = sign_in.description.as_deref();
    let name = own.filter(|text| is_label(text)).unwrap_or("API Key").to_owned();
    let mut description = match own.filter(|text| is_explanation(text)) {
        Some(text) => text.to_owned(),
        None => format!("The {name} to authenticate with the API"),
    };
    let mut tooltip = format!("Provide your {name}");
    let is_authorization = key.in_header && key.name.eq_ignore_ascii_case("authorization");
    let names_bearer = [Some(sign_in.definition.as_str()), own].into_iter().flatten().any(|text| text.to_lowercase().contains("bearer"));
    if key.in_header && names_bearer {
        if !description.to_lowercase().contains("bearer") {
            description.push_str(", with \"Bearer \" before it");
        }
        tooltip.push_str(", with \"Bearer \" before it");
    } else if is_authorization {
        if !own.is_some_and(is_explanation) {
            description.push_str(", with a prefix such as \"Bearer \" if the service asks for one");
        }
        tooltip.push_str(", with its prefix if it has one");
    }
    ApiKeyTexts { name, description, tooltip }
}

/// Whether a description is the name of a key, such as "Northbay API key".
fn is_label(text: &str) -> bool {
    let words: Vec<String> = text.split(' ').map(str::to_lowercase).collect();
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let speaks_to_somebody =
        words.iter().any(|word| matches!(word.as_str(), "your" | "you" | "enter" | "provide" | "use" | "the" | "a" | "an"));
    let names_a_key = words.last().is_some_and(|word| matches!(word.as_str(), "key" | "token" | "apikey"));
    plain && names_a_key && !speaks_to_somebody && (2..=4).contains(&words.len()) && text.chars().count() <= LONGEST_LABEL
}

/// Whether a description tells a maker what to enter, and does not show a key.
fn is_explanation(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    let speaks_of_a_key = words().any(|word| matches!(word, "key" | "token" | "apikey" | "keys" | "tokens"));
    let tells = words().any(|word| {
        matches!(word, "your" | "enter" | "generate" | "paste" | "find" | "found" | "provide" | "get" | "create" | "copy" | "issued")
    });
    let shows_a_key = text.split_whitespace().any(|word| {
        let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '\'' | '"' | '`');
        word.len() >= 16 && word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(sign)
    });
    tells && speaks_of_a_key && !shows_a_key && !text.contains('<') && text.chars().count() <= LONGEST_DESCRIPTION
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(definition: &str, description: Option<&str>, name: &str, in_header: bool) -> [String; 3] {
        let key = ApiKey { in_header, name: name.to_owned() };
        let sign_in =
            SignIn { definition: definition.to_owned(), description: description.map(str::to_owned), method: Method::ApiKey(key.clone()) };
        let ApiKeyTexts { name, description, tooltip } = api_key(&sign_in, &key);
        [name, description, tooltip]
    }

    #[test]
    fn without_a_useful_description_the_field_has_the_usual_texts() {
        let usual = ["API Key", "The API Key to authenticate with the API", "Provide your API Key"];
        for description in [
            None,
            Some("API Key Authentication"),
            Some("Generate your free"),
            Some("The key."),
            Some("For testing, use your key abcd-1234-efgh-5678"),
            Some("Enter your <b>key</b>"),
        ] {
            assert_eq!(texts("api_key", description, "X-Key", true), usual, "{description:?}");
        }
    }

    #[test]
    fn the_service_names_and_explains_its_key() {
        let [name, description, tooltip] = texts("k", Some("Northbay API Key"), "X-Key", true);
        assert_eq!(name, "Northbay API Key");
        assert_eq!(description, "The Northbay API Key to authenticate with the API");
        assert_eq!(tooltip, "Provide your Northbay API Key");
        let explanation = "Paste the API key that you find on the page Account of the Northbay portal.";
        let [name, description, tooltip] = texts("k", Some(explanation), "X-Key", false);
        assert_eq!([name.as_str(), description.as_str(), tooltip.as_str()], ["API Key", explanation, "Provide your API Key"]);
    }

    #[test]
    fn a_prefix_that_the_header_needs_is_said() {
        let bearer = [
            "API Key",
            "The API Key to authenticate with the API, with \"Bearer \" before it",
            "Provide your API Key, with \"Bearer \" before it",
        ];
        assert_eq!(texts("BearerAuth", None, "Authorization", true), bearer);
        assert_eq!(texts("api_key", Some("Bearer authentication"), "Authorization", true), bearer);
        let told = "Enter your token as 'Bearer abcde'.";
        assert_eq!(texts("api_key", Some(told), "Authorization", true)[1], told);
        let [_, description, tooltip] = texts("api_key", None, "authorization", true);
        assert_eq!(description, "The API Key to authenticate with the API, with a prefix such as \"Bearer \" if the service asks for one");
        assert_eq!(tooltip, "Provide your API Key, with its prefix if it has one");
        // In the query there is no prefix.
        assert_eq!(texts("bearer", None, "token", false)[2], "Provide your API Key");
    }
}
