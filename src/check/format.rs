//! Checks on texts of a known form: addresses, e-mail, colours, host names, media types, patterns.

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::At;

/// A text of a known form. What is missing, blank or no text passes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Format {
    /// The member; the thing itself when left out.
    #[serde(default)]
    pub member: String,
    /// The form.
    pub form: Form,
}

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// An absolute address: http or https, a host, no blanks.
    Url,
    /// An absolute address that begins with https.
    HttpsUrl,
    /// One @, something before it, a domain with a dot behind it, ASCII only.
    Email,
    /// `#` and six hexadecimal digits.
    HexColor,
    /// A bare host name with an optional port: no scheme, path, blanks or braces.
    Host,
    /// `type/subtype` with optional parameters.
    MediaType,
    /// A regular expression that compiles.
    Regex,
    /// A GUID, with or without `Default-` before it.
    Guid,
    /// ASCII characters only.
    Ascii,
    /// A status code of three digits, 100 to 599, or `default`.
    StatusCode,
}

impl Demand for Format {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.member(&self.member) else { return };
        let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) else { return };
        if let Some(problem) = self.form.problem(&text) {
            hits.push(Hit::new(At::Value(value)).with("value", shown(value, 80)).with("problem", problem));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "problem"]
    }
}

impl Form {
    /// What is wrong with a text of this form, in a few words.
    pub fn problem(self, text: &str) -> Option<String> {
        match self {
            Self::Url => url_problem(text),
            Self::HttpsUrl => url_problem(text).or_else(|| {
                (!text.to_ascii_lowercase().starts_with("https://")).then(|| "it begins with http instead of https".to_owned())
            }),
            Self::Email => email_problem(text),
            Self::HexColor => crate::source::image::parse_hex_color(text)
                .is_none()
                .then(|| "a colour is written as # and six hexadecimal digits".to_owned()),
            Self::Host => host_problem(text),
            Self::MediaType => media_type_problem(text),
            Self::Regex => regex_problem(text),
            Self::Guid => (!is_guid(text)).then(|| "a GUID has 32 hexadecimal digits in five groups".to_owned()),
            Self::Ascii => text.chars().find(|c| !c.is_ascii()).map(|c| format!("`{c}` is no ASCII character")),
            Self::StatusCode => (!is_status_code(text)).then(|| "status codes have three digits from 100 to 599".to_owned()),
        }
    }
}

fn url_problem(text: &str) -> Option<String> {
    if text.chars().any(char::is_whitespace) {
        return Some("it contains blanks".to_owned());
    }
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => rest,
        Some((scheme, _)) => return Some(format!("`{scheme}` is neither http nor https")),
        None => return Some("it does not begin with https://".to_owned()),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() { Some("it names no host".to_owned()) } else { None }
}

fn email_problem(text: &str) -> Option<String> {
    if let Some(c) = text.chars().find(|c| !c.is_ascii()) {
        return Some(format!("`{c}` is no ASCII character"));
    }
    let Some((local, domain)) = text.split_once('@') else { return Some("it has no @".to_owned()) };
    if text.chars().any(char::is_whitespace) {
        Some("it contains blanks".to_owned())
    } else if local.is_empty() || domain.contains('@') {
        Some("it has no name before the @, or more than one @".to_owned())
    } else if !domain.contains('.') || domain.starts_with('.') || domain.ends_with('.') {
        Some("what follows the @ is no domain".to_owned())
    } else {
        None
    }
}

fn host_problem(text: &str) -> Option<String> {
    if let Some((scheme, _)) = text.split_once("://") {
        return Some(format!("it begins with {scheme}://"));
    }
    if let Some(c) = text.chars().find(|c| matches!(c, '{' | '}' | '\\')) {
        return Some(format!("it contains `{c}`"));
    }
    if text.contains('/') {
        return Some("it contains a path".to_owned());
    }
    if text.chars().any(char::is_whitespace) {
        return Some("it contains blanks".to_owned());
    }
    match text.split_once(':') {
        Some((host, port)) if host.is_empty() || port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some("what follows the colon is no port".to_owned())
        }
        _ => None,
    }
}

fn media_type_problem(text: &str) -> Option<String> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    let valid = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    (!valid).then(|| "a media type is written as type/subtype".to_owned())
}

/// Only what both the platform's .NET engine and ECMAScript refuse counts as broken, so .NET-only constructs pass.
fn regex_problem(text: &str) -> Option<String> {
    const DOTNET_ONLY: [&str; 9] = ["(?#", "(?<", "(?'", "(?i", "(?s", "(?m", "(?x", "(?n", "(?>"];
    if DOTNET_ONLY.iter().any(|construct| text.contains(construct))
        || text.contains("\\A")
        || text.contains("\\z")
        || text.contains("\\Z")
        || text.contains("[[")
        || text.contains("-[")
    {
        return None;
    }
    if text.len() > 10_000 {
        return None;
    }
    regress::Regex::new(text).err().map(|error| error.text)
}

fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix("Default-").unwrap_or(text);
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_status_code(text: &str) -> bool {
    text == "default"
        || (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) && ('1'..='5').contains(&text.chars().next().unwrap_or('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_knows_good_from_bad() {
        let good = [
            (Form::Url, "http://a.b/c?d"),
            (Form::HttpsUrl, "HTTPS://a.b"),
            (Form::Email, "a.b+c@d.ef"),
            (Form::HexColor, "#00aaFF"),
            (Form::Host, "api.a.b:8080"),
            (Form::MediaType, "application/vnd.x+json; charset=utf-8"),
            (Form::Regex, "^(?=a)(?!b)\\d{2}$"),
            (Form::Regex, "^(?<year>\\d{4})$"),
            (Form::Guid, "Default-11111111-2222-3333-4444-555555555555"),
            (Form::StatusCode, "default"),
        ];
        for (form, text) in good {
            assert_eq!(form.problem(text), None, "{form:?} {text}");
        }
        let bad = [
            (Form::Url, "a.b/c"),
            (Form::Url, "https:///x"),
            (Form::HttpsUrl, "http://a.b"),
            (Form::Email, "a@b"),
            (Form::Email, "a@b@c.d"),
            (Form::HexColor, "#abc"),
            (Form::Host, "https://a.b"),
            (Form::Host, "a.b/c"),
            (Form::Host, "{tenant}.a.b"),
            (Form::MediaType, "json"),
            (Form::Regex, "(a"),
            (Form::Guid, "123"),
            (Form::StatusCode, "2XX"),
        ];
        for (form, text) in bad {
            assert!(form.problem(text).is_some(), "{form:?} {text}");
        }
    }
}
