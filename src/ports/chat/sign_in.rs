//! Signing in to OpenRouter from a page (OAuth with PKCE, RFC 7636): the user agrees in a window of OpenRouter's, which comes back to
//! the page with a code, and the code is exchanged for a key with a cap. Nothing but this page's own secret can do that.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::{Serializer, parse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{
    key::ApiKey,
    wire::{HttpRequest, Reply},
};

/// Where the user agrees.
const AGREEMENT: &str = "https://openrouter.ai/auth";
/// Where a code becomes a key.
const EXCHANGE: &str = "https://openrouter.ai/api/v1/auth/keys";
const METHOD: &str = "S256";
/// The key's name in the user's list at OpenRouter.
const LABEL: &str = "Promptbeam";
/// The parameter of the way back that says which sign-in it ends.
const STATE: &str = "signed_in";
const CODE: &str = "code";

/// Random bytes that a sign-in needs: 32 for its secret, 16 for its name.
pub const RANDOM_BYTES: usize = 48;

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInError {
    /// The browser has opened no window.
    #[error("The browser has stopped the window. Allow this page to open windows, then try again.")]
    NoWindow,
    /// The window came back without a code.
    #[error("OpenRouter was not allowed to make a key. Try again, or paste a key.")]
    Declined,
    /// The browser lacks what signing in needs.
    #[error("This browser cannot sign in from a page. Paste a key from openrouter.ai instead.")]
    Unsupported,
    #[error("openrouter.ai could not be reached. Check the connection, then try again.")]
    Network,
    /// The exchange was refused.
    #[error("OpenRouter did not take the code (HTTP {status}). Codes last only minutes: try again.")]
    Refused { status: u16 },
    /// The exchange was answered with something else than a key.
    #[error("OpenRouter's answer had no key in it. Try again, or paste a key.")]
    NoKey,
}

/// A sign-in under way. It cannot be printed: whoever has the secret has the key.
pub struct SignIn {
    secret: String,
    state: String,
}

/// What the window came back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    state: String,
    code: Option<String>,
}

impl SignIn {
    /// A new one from random bytes.
    pub fn new(random: &[u8; RANDOM_BYTES]) -> Self {
        let (secret, state) = random.split_at(32);
        Self { secret: URL_SAFE_NO_PAD.encode(secret), state: URL_SAFE_NO_PAD.encode(state) }
    }

    /// The address of the window: it comes back to `page` (scheme to path). `cap` is the most that the key may spend, in US
    /// dollars.
    pub fn address(&self, page: &str, cap: Option<f64>) -> String {
        let back = format!("{page}?{}", Serializer::new(String::new()).append_pair(STATE, &self.state).finish());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&self.secret));
        let mut query = Serializer::new(String::new());
        query
            .append_pair("callback_url", &back)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", METHOD)
            .append_pair("key_label", LABEL);
        if let Some(cap) = cap {
            query.append_pair("limit", &cap.to_string());
        }
        format!("{AGREEMENT}?{}", query.finish())
    }

    /// The code in what came back; nothing if that ends another sign-in.
    pub fn code<'a>(&self, returned: &'a Returned) -> Option<Result<&'a str, SignInError>> {
        (returned.state == self.state).then(|| returned.code.as_deref().ok_or(SignInError::Declined))
    }

    /// The request that exchanges a code for a key.
    pub fn exchange(&self, code: &str) -> HttpRequest {
        let body = json!({ "code": code, "code_verifier": self.secret, "code_challenge_method": METHOD });
        let headers = vec![("content-type", "application/json".to_owned())];
        HttpRequest { url: EXCHANGE.into(), headers, body: Some(body.to_string()) }
    }
}

impl Returned {
    /// What `query` (of the page's address, from the question mark on) says, if a window came back with it.
    pub fn of(query: &str) -> Option<Self> {
        let value = |name: &str| {
            let pairs = parse(query.trim_start_matches('?').as_bytes());
            pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        let code = value(CODE).filter(|code| !code.is_empty());
        Some(Self { state: value(STATE)?, code })
    }
}

/// The key in the reply to an exchange.
pub fn read_key(reply: &Reply) -> Result<ApiKey, SignInError> {
    if !(200..300).contains(&reply.status) {
        return Err(SignInError::Refused { status: reply.status });
    }
    let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let key = answer.get("key").and_then(Value::as_str).map(ApiKey::from);
    key.filter(|key| !key.is_empty() && key.is_sendable()).ok_or(SignInError::NoKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in() -> SignIn {
        SignIn::new(&std::array::from_fn(|i| i as u8))
    }

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        // RFC 7636, appendix B.
        let sign_in = SignIn { secret: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(), state: "s".into() };
        let address = sign_in.address("https://page.test/app/", Some(2.5));
        assert_eq!(
            address,
            "https://openrouter.ai/auth?callback_url=https%3A%2F%2Fpage.test%2Fapp%2F%3Fsigned_in%3Ds\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
             &key_label=Promptbeam&limit=2.5"
        );
        assert!(!sign_in.address("https://page.test/", None).contains("limit"));
        assert!(!address.contains("dBjft"), "the secret stays here");
    }

    #[test]
    fn only_the_way_back_of_this_very_sign_in_counts() {
        let sign_in = sign_in();
        assert_eq!((sign_in.secret.len(), sign_in.state.len()), (43, 22));
        let back = |query: &str| Returned::of(query);
        let own = back(&format!("?signed_in={}&code=a%2Bb", sign_in.state)).unwrap();
        assert_eq!(sign_in.code(&own), Some(Ok("a+b")));
        assert_eq!(sign_in.code(&back("?signed_in=other&code=x").unwrap()), None);
        let declined = back(&format!("?signed_in={}&error=access_denied", sign_in.state)).unwrap();
        assert_eq!(sign_in.code(&declined), Some(Err(SignInError::Declined)));
        assert_eq!(back("?code=x"), None);
        assert_eq!(back(""), None);
    }

    #[test]
    fn a_code_is_exchanged_with_the_secret_and_the_answer_is_a_key() {
        let request = sign_in().exchange("c0de");
        assert_eq!(request.url, "https://openrouter.ai/api/v1/auth/keys");
        let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        assert_eq!(body["code"], "c0de");
        assert_eq!(body["code_verifier"], sign_in().secret);
        let read = |status, body: &str| read_key(&Reply { status, headers: vec![], body: body.into() });
        assert_eq!(read(200, r#"{"key":"sk-or-v1-abc","user_id":"u"}"#), Ok(ApiKey::from("sk-or-v1-abc")));
        assert_eq!(read(403, r#"{"error":"Invalid code"}"#), Err(SignInError::Refused { status: 403 }));
        for nothing in ["", "<html>", "{}", r#"{"key":""}"#, r#"{"key":"two words"}"#] {
            assert_eq!(read(200, nothing), Err(SignInError::NoKey), "{nothing}");
        }
    }
}
