//! What an endpoint's URL says about it: whether it can be used, and which machine answers. A key must not travel
//! unencrypted, and what a browser lets a page do depends on where a server stands.

/// Where a server stands, as a browser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The machine that the browser runs on.
    ThisMachine,
    /// A private address or a name of the local network.
    LocalNetwork,
    Internet,
}

/// Whether `url` can be the base URL of an endpoint; otherwise what to do about it.
pub fn check_url(url: &str) -> Result<(), &'static str> {
    let url = url.trim();
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Err("Enter the endpoint's base URL, starting with https:// (or http:// for this machine).");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.starts_with(':') || authority.contains(char::is_whitespace) {
        return Err("The URL has no host name. It should look like https://api.example.com/v1.");
    }
    if authority.contains('@') {
        return Err("Take the name and password out of the URL; the key has its own field.");
    }
    if rest.contains('?') || rest.contains('#') {
        return Err("Take everything from ? or # out of the URL; the key has its own field.");
    }
    if url.starts_with("http://") && reach(url) == Reach::Internet {
        return Err("A key must not travel unencrypted: use https://, or an address of this machine or local network.");
    }
    Ok(())
}

/// Whether a key may be sent to `url`: encrypted, or without leaving this machine.
pub fn may_carry_key(url: &str) -> bool {
    url.trim().starts_with("https://") || reach(url) == Reach::ThisMachine
}

/// Where the server of `url` stands.
pub fn reach(url: &str) -> Reach {
    let authority = authority(url);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    if host == "localhost" || host == "::1" || host.ends_with(".localhost") {
        return Reach::ThisMachine;
    }
    if host.ends_with(".local") {
        return Reach::LocalNetwork;
    }
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(address) if address.is_loopback() || address.is_unspecified() => Reach::ThisMachine,
        Ok(address) if address.is_private() => Reach::LocalNetwork,
        _ => Reach::Internet,
    }
}

/// `url` without what may hold a secret: a name with a password before the host, and everything from `?` or `#` on. For files
/// that travel: a URL in settings has neither, but a file from elsewhere may say anything.
pub fn without_secrets(url: &str) -> String {
    let url = url.trim().split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// Host and port of `url`, as written.
pub fn authority(url: &str) -> &str {
    let rest = url.trim().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host of `url` without its port, for names; not for IPv6.
pub fn host(url: &str) -> &str {
    authority(url).split(':').next().unwrap_or_default()
}

/// Scheme, host and port, in lower case. Calls to one origin share what it bears.
pub fn origin(url: &str) -> String {
    let scheme = url.trim().split_once("://").map_or("", |(scheme, _)| scheme);
    format!("{scheme}://{}", authority(url)).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_must_be_encrypted_or_local_and_hold_no_secrets() {
        for good in
            ["https://api.openai.com/v1", "http://localhost:11434/v1", "http://127.0.0.1:8000", "http://[::1]:80/v1"]
        {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "api.openai.com",
            "https://",
            "http://example.com/v1",
            "https://u:p@h/",
            "https://h/?key=1",
            "http://:80",
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_may_be_secret_is_taken_out_of_a_url() {
        for (url, bare) in [
            ("https://user:pass@api.example.com/v1?key=1#k", "https://api.example.com/v1"),
            ("http://localhost:8000/v1", "http://localhost:8000/v1"),
            ("https://a@b@c", "https://c"),
            ("https://h/a@b", "https://h/a@b"),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), bare);
        }
    }

    #[test]
    fn a_key_travels_encrypted_or_not_at_all() {
        for (url, may) in [
            ("https://api.openai.com/v1", true),
            ("https://192.168.1.7:8000/v1", true),
            ("http://localhost:8000/v1", true),
            ("http://127.0.0.1:8000/v1", true),
            ("http://192.168.1.7:8000/v1", false),
            ("http://box.local:8000/v1", false),
            ("http://example.com/v1", false),
        ] {
            assert_eq!(may_carry_key(url), may, "{url}");
        }
    }

    #[test]
    fn where_a_server_stands_is_seen_from_its_address() {
        for (url, place) in [
            ("http://localhost:11434/v1", Reach::ThisMachine),
            ("http://[::1]:80/v1", Reach::ThisMachine),
            ("http://0.0.0.0:8080", Reach::ThisMachine),
            ("http://192.168.1.7:8000/v1", Reach::LocalNetwork),
            ("http://box.local:8000/v1", Reach::LocalNetwork),
            ("https://localhost.example.com/v1", Reach::Internet),
            ("http://localhost:80@example.com/v1", Reach::Internet),
        ] {
            assert_eq!(reach(url), place, "{url}");
        }
        assert_eq!(origin(" https://API.example.com:8443/v1 "), "https://api.example.com:8443");
    }
}
