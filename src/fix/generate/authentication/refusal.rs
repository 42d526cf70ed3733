//! Why nothing is generated: what the definition or the configuration says cannot be turned into a connector, and what to do instead.

use crate::words;

/// A reason not to generate, for the person who can remove it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no definition to read.
    #[error("there is no readable API definition, so nothing says how makers sign in; add or repair apiDefinition.json first")]
    NoDefinition,
    /// The definition is none that connectors can use.
    #[error("the definition is written in OpenAPI {version}, but connectors need Swagger 2.0; convert it first")]
    OpenApi3 {
        /// The version as written.
        version: String,
    },
    /// `securityDefinitions` holds something else.
    #[error("\"securityDefinitions\" of the definition is no section of named ways to sign in; correct it first")]
    NoSection,
    /// The configured name is none of the definition's.
    #[error("the configuration asks for the security definition \"{name}\", but {known}{hint}")]
    UnknownDefinition {
        /// The name.
        name: String,
        /// What there is, as a clause.
        known: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// A type that Swagger 2.0 does not have.
    #[error("the security definition \"{definition}\" {has}; the types are apiKey, basic and oauth2{hint}")]
    UnknownType {
        /// The security definition.
        definition: String,
        /// What it has, as a clause.
        has: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// A key that is sent in a place where connectors cannot put it.
    #[error(
        "the security definition \"{definition}\" does not say that its key is sent in a header or in the query, and a connector can send it nowhere else; set \"in\" to \"header\" or \"query\""
    )]
    KeyPlace {
        /// The security definition.
        definition: String,
    },
    /// OAuth 2.0 without a code and without a secret.
    #[error(
        "the security definition \"{definition}\" uses the flow \"implicit\", which connectors do not support; set \"flow\" to \"accessCode\" and give both \"authorizationUrl\" and \"tokenUrl\""
    )]
    ImplicitFlow {
        /// The security definition.
        definition: String,
    },
    /// OAuth 2.0 with the user's password.
    #[error(
        "the security definition \"{definition}\" uses the flow \"password\", which connectors do not support; set \"flow\" to \"accessCode\" and give both \"authorizationUrl\" and \"tokenUrl\", or use the type \"basic\" if the service takes user name and password"
    )]
    PasswordFlow {
        /// The security definition.
        definition: String,
    },
    /// A flow that Swagger 2.0 does not have.
    #[error("the security definition \"{definition}\" {has}; use \"accessCode\", or \"application\" for client credentials{hint}")]
    UnknownFlow {
        /// The security definition.
        definition: String,
        /// What it has, as a clause.
        has: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// An address is missing.
    #[error("the security definition \"{definition}\" has no \"{key}\"; add the address from the documentation of the service")]
    NoAddress {
        /// The security definition.
        definition: String,
        /// The member.
        key: &'static str,
    },
    /// An address that secrets must not travel to.
    #[error("the \"{key}\" of {holder} {problem}: \"{address}\"; codes, tokens and secrets travel over encrypted addresses only")]
    BadAddress {
        /// Who holds it: a security definition or the configuration.
        holder: String,
        /// The member.
        key: &'static str,
        /// The address, shortened.
        address: String,
        /// What is wrong, as the rest of a sentence.
        problem: &'static str,
    },
    /// Microsoft Entra ID without a resource.
    #[error(
        "the security definition \"{definition}\" signs in with Microsoft Entra ID, which needs to know the resource that tokens are for; set \"resource-uri\" in conncert.toml to the Application ID URI of the API, such as https://api.contoso.com"
    )]
    NoResource {
        /// The security definition.
        definition: String,
    },
    /// Several definitions at once.
    #[error(
        "every call needs the security definitions {definitions} at the same time, which connection parameters cannot express; name one of them as \"security-definition\" in conncert.toml, and send the others with policies (setheader or setqueryparameter)"
    )]
    Combined {
        /// Their names, as a list.
        definitions: String,
    },
    /// Client credentials beside other ways of signing in.
    #[error(
        "the security definition \"{definition}\" uses client credentials, whose script would run for the other ways of signing in too; name the one to use as \"security-definition\" in conncert.toml"
    )]
    ClientCredentialsAmongSeveral {
        /// The security definition.
        definition: String,
    },
    /// A script that would pass the secret on.
    #[error(
        "the security definition \"{definition}\" uses client credentials, for which a script has to fetch the token, but the connector has a script of its own that does not; move it out of the folder, run again, and join the two scripts by hand"
    )]
    OtherScript {
        /// The security definition.
        definition: String,
    },
    /// A configured word that is none of those known.
    #[error("the configuration sets \"{key}\" to \"{value}\"; possible are {possible}{hint}")]
    UnknownWord {
        /// The setting.
        key: &'static str,
        /// The word.
        value: String,
        /// What is possible, as a list.
        possible: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// A configured colour that cannot be used.
    #[error("the configuration sets \"brand-color\" to \"{value}\", but {problem}")]
    BadColor {
        /// The colour.
        value: String,
        /// What is wrong.
        problem: &'static str,
    },
}

impl Refusal {
    /// For a configured name that is none of `names`.
    pub(super) fn unknown_definition<'n>(wanted: &str, names: impl Iterator<Item = &'n str> + Clone) -> Self {
        let known = match names.clone().next() {
            None => "the definition has none".to_owned(),
            Some(_) => format!("the definition has {}", quoted(names.clone(), "and")),
        };
        Self::UnknownDefinition { name: shown(wanted), known, hint: hint(wanted, names) }
    }

    /// For definitions that one requirement combines.
    pub(super) fn combined<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self::Combined { definitions: quoted(names, "and") }
    }

    /// For a configured word that is none of `possible`.
    pub(in crate::fix::generate) fn unknown_word(key: &'static str, value: &str, possible: &[&'static str]) -> Self {
        let hint = hint(value, possible.iter().copied());
        Self::UnknownWord { key, value: shown(value), possible: words::list_and(possible), hint }
    }
}

/// A name for a message.
pub(super) fn shown(name: &str) -> String {
    words::excerpt(name, 60)
}

/// "; did you mean `x`?", or nothing.
pub(super) fn hint<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> String {
    words::nearest(name, candidates).map(|nearest| format!("; did you mean \"{}\"?", shown(nearest))).unwrap_or_default()
}

/// Names in quotes, at most ten of them.
fn quoted<'n>(names: impl Iterator<Item = &'n str>, word: &str) -> String {
    let all: Vec<String> = names.map(|name| format!("\"{}\"", shown(name))).collect();
    match all.as_slice() {
        [first @ .., last] if !first.is_empty() && first.len() < 10 => format!("{} {word} {last}", first.join(", ")),
        [first @ .., _] if first.len() >= 10 => format!("{} {word} {} more", first[..9].join(", "), all.len() - 9),
        _ => all.concat(),
    }
}
