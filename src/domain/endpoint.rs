//! What an endpoint's URL says about it: which machine answers, and whether it is this one.

/// Scheme, host and port of `url`: everything before the path. Calls to one origin share what it bears.
pub fn origin(url: &str) -> &str {
    let url = url.trim();
    let host_at = url.find("://").map_or(0, |at| at + 3);
    let end = url[host_at..].find(['/', '?', '#']).map_or(url.len(), |at| host_at + at);
    &url[..end]
}

/// Whether `url` names this machine itself: `localhost`, 127.0.0.0/8 or `::1`.
pub fn is_loopback(url: &str) -> bool {
    let origin = origin(url);
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        assert_eq!(origin(" https://api.example.org/v1?x=1"), "https://api.example.org");
        assert_eq!(origin("http://127.0.0.1:8000"), "http://127.0.0.1:8000");
        assert_eq!(origin("no url"), "no url");
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for url in [
            "http://localhost:11434/v1",
            "http://127.0.0.1",
            "http://[::1]:8080/v1",
            "http://127.1.2.3/",
            "LOCALHOST:1",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in
            ["https://api.openai.com/v1", "http://192.168.1.4:8000", "http://localhost.example.org", "http://[fe80::1]"]
        {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
