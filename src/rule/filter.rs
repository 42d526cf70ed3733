//! Filters of templates: how an identifier becomes words, and words a name.

use serde::{Deserialize, de};

use crate::source::text::redecoded;

use super::label;

/// What is done with a text before it is put into a template: `{name|words}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// An identifier as words, the first with a capital: `getUserByID` becomes `Get user by ID`.
    Words,
    /// An identifier as words in small letters, but for acronyms: `trackingCode` becomes `tracking code`.
    Spaced,
    /// An identifier as words with capitals: `get_user_by_id` becomes `Get User by ID`.
    Title,
    /// Words as one identifier: `get user-by id` becomes `GetUserById`. The mark of a revision (`_V2`) stays at the end.
    Pascal,
    /// Letters with accents become plain ones; other characters beyond ASCII are left out.
    Plain,
    /// Small letters.
    Lower,
    /// Capitals.
    Upper,
    /// The first letter becomes a capital.
    Capital,
    /// No blanks at the ends, one blank between words.
    Tidy,
    /// No sentence mark at the end.
    Bare,
    /// Characters that an address cannot hold become percent codes; codes that are there stay.
    Encode,
    /// Letters, digits and underscores; one underscore in place of anything else: `API Key` becomes `API_Key`.
    Identifier,
    /// The first sentence, without its mark, at most eighty characters.
    Headline,
    /// The reason phrase of a status code: `404` becomes `Not Found`; nothing for anything else.
    Reason,
    /// The type of Swagger 2.0 that a type of another language means: `int` becomes `integer`; nothing for anything else.
    SwaggerType,
    /// A path template as words: `/parcels/{parcelId}` becomes `parcels by parcelId`.
    Route,
    /// The host of an address: `https://api.x.com/v1` becomes `api.x.com`.
    Host,
    /// The path of an address, without a slash at its end: `https://api.x.com/v1/` becomes `/v1`.
    Path,
    /// A list in one text, whatever separates its entries, with semicolons alone: `Data, data | Finance;` becomes `Data;Finance`.
    List,
    /// Letters that were read in a wrong encoding become what they were: `Ã©` becomes `é`.
    Redecode,
}

impl Filter {
    /// The filter of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::deserialize(de::value::StrDeserializer::<de::value::Error>::new(name)).ok()
    }

    /// What becomes of a text.
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::Words => label::sentence(text),
            Self::Spaced => label::spaced(text),
            Self::Title => label::title(text),
            Self::Pascal => label::pascal(text),
            Self::Plain => label::plain(text),
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Capital => label::capital(text),
            Self::Tidy => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::Bare => text.trim().trim_end_matches(['.', '!', '?', ':', ';', ',']).to_owned(),
            Self::Encode => encode(text),
            Self::Identifier => identifier(text),
            Self::Headline => headline(text),
            Self::Host => address(text).0.to_owned(),
            Self::Path => address(text).1.trim_end_matches('/').to_owned(),
            Self::List => list(text),
            Self::Redecode => redecoded(text).unwrap_or_else(|| text.to_owned()),
            Self::Reason => reason(text).to_owned(),
            Self::SwaggerType => swagger_type(text).to_owned(),
            Self::Route => Self::Tidy.apply(&text.replace('{', " by ").replace(['/', '}'], " ")),
        }
    }
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            _ if b"-._~:/?#[]@!$&'()*+,;=%{}".contains(&byte) => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn identifier(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

fn headline(text: &str) -> String {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    let end = first.find(". ").unwrap_or(first.len());
    let sentence = first[..end].trim().trim_end_matches(['.', '!', '?', ':', ';', ',']);
    if sentence.chars().count() <= 80 { sentence.to_owned() } else { String::new() }
}

/// The reason phrases of RFC 9110 and its companions that services use.
fn reason(code: &str) -> &'static str {
    match code.trim() {
        "200" => "OK",
        "201" => "Created",
        "202" => "Accepted",
        "203" => "Non-Authoritative Information",
        "204" => "No Content",
        "205" => "Reset Content",
        "206" => "Partial Content",
        "207" => "Multi-Status",
        "301" => "Moved Permanently",
        "302" => "Found",
        "303" => "See Other",
        "304" => "Not Modified",
        "307" => "Temporary Redirect",
        "308" => "Permanent Redirect",
        "400" => "Bad Request",
        "401" => "Unauthorized",
        "402" => "Payment Required",
        "403" => "Forbidden",
        "404" => "Not Found",
        "405" => "Method Not Allowed",
        "406" => "Not Acceptable",
        "408" => "Request Timeout",
        "409" => "Conflict",
        "410" => "Gone",
        "411" => "Length Required",
        "412" => "Precondition Failed",
        "413" => "Content Too Large",
        "415" => "Unsupported Media Type",
        "416" => "Range Not Satisfiable",
        "422" => "Unprocessable Content",
        "423" => "Locked",
        "424" => "Failed Dependency",
        "428" => "Precondition Required",
        "429" => "Too Many Requests",
        "500" => "Internal Server Error",
        "501" => "Not Implemented",
        "502" => "Bad Gateway",
        "503" => "Service Unavailable",
        "504" => "Gateway Timeout",
        _ => "",
    }
}

fn swagger_type(name: &str) -> &'static str {
    match name.trim().to_ascii_lowercase().as_str() {
        "int" | "int16" | "int32" | "int64" | "long" | "short" => "integer",
        "float" | "double" | "decimal" | "float32" | "float64" | "numeric" => "number",
        "bool" => "boolean",
        "str" | "text" | "char" | "uuid" | "guid" | "uri" | "url" | "email" => "string",
        "list" => "array",
        _ => "",
    }
}

/// Host and path of an address with or without a scheme.
fn address(text: &str) -> (&str, &str) {
    let text = text.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn list(text: &str) -> String {
    let mut entries: Vec<String> = Vec::new();
    for entry in text.split([';', ',', '|', '\r', '\n']) {
        let entry = Filter::Tidy.apply(entry);
        if !entry.is_empty() && !entries.iter().any(|known| known.to_lowercase() == entry.to_lowercase()) {
            entries.push(entry);
        }
    }
    entries.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people_becomes_an_identifier() {
        assert_eq!(Filter::Identifier.apply(" API-Key (v2)"), "API_Key_v2");
    }

    #[test]
    fn addresses_are_encoded_once() {
        assert_eq!(Filter::Encode.apply("https://x.com/a b%20é"), "https://x.com/a%20b%20%C3%A9");
    }

    #[test]
    fn addresses_are_taken_apart() {
        for (address, host, path) in [
            ("https://api.x.com/v1/", "api.x.com", "/v1"),
            ("api.x.com:8443/a/b?c=/d", "api.x.com:8443", "/a/b"),
            (" HTTP://x.com ", "x.com", ""),
            ("x.com#/a", "x.com", ""),
            ("", "", ""),
        ] {
            assert_eq!((Filter::Host.apply(address).as_str(), Filter::Path.apply(address).as_str()), (host, path), "{address}");
        }
    }

    #[test]
    fn lists_get_semicolons_and_each_entry_once() {
        assert_eq!(Filter::List.apply(" Data, data | Sales  and CRM;;\n"), "Data;Sales and CRM");
        assert_eq!(Filter::List.apply(" ; "), "");
    }

    #[test]
    fn letters_of_a_wrong_encoding_are_read_anew() {
        for (damaged, right) in
            [("caf\u{c3}\u{a9}", "café"), ("Northbay\u{e2}\u{20ac}\u{2122}s", "Northbay\u{2019}s"), ("é", "é"), ("日本", "日本")]
        {
            assert_eq!(Filter::Redecode.apply(damaged), right);
        }
    }

    #[test]
    fn a_headline_is_the_first_sentence_when_it_is_short() {
        assert_eq!(Filter::Headline.apply("Lists items. Newest first."), "Lists items");
        assert_eq!(Filter::Headline.apply(&"long ".repeat(40)), "");
    }

    #[test]
    fn codes_types_and_paths_have_names() {
        assert_eq!(Filter::Reason.apply("404"), "Not Found");
        assert_eq!(Filter::Reason.apply("NotFound"), "");
        assert_eq!(Filter::SwaggerType.apply("Int"), "integer");
        assert_eq!(Filter::SwaggerType.apply("object"), "");
        assert_eq!(Filter::Route.apply("/parcels/{parcelId}/labels"), "parcels by parcelId labels");
    }
}
