//! script.csx for client credentials: custom code that fetches a token for every call.

use super::authentication::{authentication, has_script};
use crate::fix::values::FixValues;
use crate::model::Model;

/// Header in which a policy hands the address of the token to the script.
pub const TOKEN_URL_HEADER: &str = "x-cc-token-url";
/// Header in which a policy hands over the client ID.
pub const CLIENT_ID_HEADER: &str = "x-cc-client-id";
/// Header in which a policy hands over the client secret.
pub const CLIENT_SECRET_HEADER: &str = "x-cc-client-secret";
/// Header in which a policy hands over the scope.
pub const SCOPE_HEADER: &str = "x-cc-scope";

/// The code; it is the same for every connector, since all that differs comes in headers.
const SCRIPT: &str = include_str!("script.csx");

/// The whole text of script.csx, when makers sign in with client credentials and the folder has no script yet.
pub fn script(model: &Model<'_>, values: &FixValues) -> Option<String> {
    let needed = authentication(model, values).is_ok_and(|authentication| authentication.client_credentials().is_some());
    (needed && !has_script(model)).then(|| SCRIPT.replace("\r\n", "\n"))
}

/// Whether a script knows the helper headers, so that it can take them off before it sends a call on.
pub(super) fn takes_helper_headers(code: &str) -> bool {
    [TOKEN_URL_HEADER, CLIENT_ID_HEADER, CLIENT_SECRET_HEADER, SCOPE_HEADER].iter().all(|header| code.contains(header))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::csharp::CSharp;

    #[test]
    fn the_script_reads_each_header_that_the_policies_set_and_takes_it_off_first() {
        assert!(takes_helper_headers(SCRIPT));
        assert!(!takes_helper_headers(&SCRIPT.replace(SCOPE_HEADER, "scope")));
        let parsed = CSharp::parse(SCRIPT);
        let before_sending = &parsed.code()[..parsed.code().find("SendAsync").unwrap()];
        for name in ["TokenUrlHeader", "ClientIdHeader", "ClientSecretHeader", "ScopeHeader"] {
            assert!(before_sending.contains(&format!("TakeHeader(call, {name})")), "{name}");
        }
        assert!(parsed.code().contains("call.Headers.Remove(name)"));
    }

    #[test]
    fn the_script_is_plain_text_with_its_braces_closed() {
        assert!(SCRIPT.is_ascii() && SCRIPT.ends_with("}\n") && !SCRIPT.contains('\t'));
        let parsed = CSharp::parse(SCRIPT);
        for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
            assert_eq!(parsed.code().matches(open).count(), parsed.code().matches(close).count(), "{open}");
        }
        assert!(!parsed.code().contains("using System") && !parsed.code().contains("namespace"));
    }
}
