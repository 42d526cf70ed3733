//! Addresses of identity providers: encrypted or not, and whose they are.

/// Hosts of the Microsoft identity platform, with the address where it signs in: the world, its older name, the United States
/// government, China.
const MICROSOFT_HOSTS: [(&str, &str); 4] = [
    ("login.microsoftonline.com", GLOBAL_LOGIN),
    ("login.windows.net", GLOBAL_LOGIN),
    ("login.microsoftonline.us", "https://login.microsoftonline.us"),
    ("login.partner.microsoftonline.cn", "https://login.partner.microsoftonline.cn"),
];

/// Where the Microsoft identity platform signs in, outside of national clouds.
pub const GLOBAL_LOGIN: &str = "https://login.microsoftonline.com";

/// What is wrong with an address that secrets travel to, as the rest of a sentence.
pub fn problem(address: &str) -> Option<&'static str> {
    let Some((scheme, _)) = address.split_once("://") else { return Some("does not begin with https://") };
    if !scheme.eq_ignore_ascii_case("https") {
        Some("does not begin with https://")
    } else if address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Some("contains blanks")
    } else if host(address).is_none() {
        Some("names no host")
    } else {
        None
    }
}

/// Where the Microsoft identity platform signs in, if the address is one of its own.
pub fn microsoft_login(address: &str) -> Option<&'static str> {
    let host = host(address)?;
    MICROSOFT_HOSTS.iter().find(|(known, _)| *known == host).map(|(_, login)| *login)
}

/// The host of an address in lower case, without user, port and closing dot.
fn host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    // A backslash counts as a slash, as in browsers: what stands before it is the host.
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_https_addresses_pass() {
        for address in ["https://login.northbayparcels.com/token", "HTTPS://x", "https://{region}.example.com/token"] {
            assert_eq!(problem(address), None, "{address}");
        }
        for (address, words) in [
            ("http://x/token", "does not begin with https://"),
            ("/token", "does not begin with https://"),
            ("", "does not begin with https://"),
            ("ftp://x", "does not begin with https://"),
            ("https:///token", "names no host"),
            ("https://:443/token", "names no host"),
            ("https://x/to ken", "contains blanks"),
            (" https://x", "does not begin with https://"),
            ("https://x/\u{7}", "contains blanks"),
        ] {
            assert_eq!(problem(address), Some(words), "{address}");
        }
    }

    #[test]
    fn microsoft_is_recognised_by_the_whole_host() {
        for address in [
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            "https://login.windows.net/common/oauth2/authorize",
            "https://LOGIN.Windows.net:443",
            "https://login.windows.net.?x",
        ] {
            assert_eq!(microsoft_login(address), Some(GLOBAL_LOGIN), "{address}");
        }
        assert_eq!(microsoft_login("https://login.microsoftonline.us/x"), Some("https://login.microsoftonline.us"));
        assert_eq!(microsoft_login("https://login.partner.microsoftonline.cn"), Some("https://login.partner.microsoftonline.cn"));
        for address in [
            "https://login.microsoftonline.com.evil.example/token",
            "https://evil.example/?login.microsoftonline.com",
            "https://login.microsoftonline.com@evil.example/",
            "https://evil.example\\@login.microsoftonline.com/",
            "https://mylogin.microsoftonline.com/",
            "login.microsoftonline.com/token",
        ] {
            assert_eq!(microsoft_login(address), None, "{address}");
        }
    }
}
