//! A run that somebody shared as a link, `#run=<address>`: which address it is, whether the page may ask for it, and what went wrong
//! in words. Nothing is asked for before the user has seen the host and agreed.

use thiserror::Error;

use crate::domain::endpoint::{Reach, authority, reach};

/// Bytes of the largest run file that is fetched: many times a run of 1,000 questions and 40 candidates.
pub const LARGEST: u64 = 256 << 20;
/// What a link to a run begins with, after its `#`.
const KEY: &str = "run=";

/// A run file on somebody's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedRun {
    /// The whole address, as it will be asked for.
    pub url: String,
}

/// Why a shared run cannot be opened. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SharedError {
    #[error("The link names no address of a run. It should end in #run=https://… and the place of a .jsonl file.")]
    NoAddress,
    #[error(
        "The link's address is not encrypted (http://), so others could change the run on its way. Ask for an https:// address, or for the file."
    )]
    Unencrypted,
    #[error("The link's address holds a name or password. Ask for an address without one, or for the file.")]
    Secrets,
    #[error(
        "{host} did not give its file to this page. Either it cannot be reached, or it does not let other pages read its files (CORS). Download the file yourself and open it on Home, or ask for a link to a host that allows it."
    )]
    Unreachable { host: String },
    #[error("{host} has no file at this address (404). Ask whoever sent the link for a new one.")]
    NotFound { host: String },
    #[error("{host} does not give this file to everybody ({status}). Ask for a public link, or for the file.")]
    Forbidden { host: String, status: u16 },
    #[error("{host} answered with status {status} instead of the file. Try again later, or ask for the file.")]
    Status { host: String, status: u16 },
    #[error(
        "{host} sends on to another address, which this page does not follow unasked. Ask for the address of the file itself."
    )]
    Redirected { host: String },
    #[error("The file at {host} is larger than {} MB, the most that is fetched. Download it yourself and open it on Home.", LARGEST >> 20)]
    TooLarge { host: String },
    #[error("{host} did not deliver the file within {seconds} s. Try again, or ask for the file.")]
    Timeout { host: String, seconds: u32 },
    #[error(
        "What {host} delivers is not a text file. Ask for the address of a .jsonl file that was exported as a run."
    )]
    NotText { host: String },
}

impl SharedRun {
    /// The run that a page's hash names; `None` if it names none at all.
    pub fn of_hash(hash: &str) -> Option<Result<Self, SharedError>> {
        let address = hash.trim_start_matches('#').trim_start_matches('/').strip_prefix(KEY)?;
        // Written by hand it stands as it is, written by a program it is encoded.
        let url = if address.contains("://") { address.to_owned() } else { decoded(address) };
        Some(Self::at(url.trim()))
    }

    fn at(url: &str) -> Result<Self, SharedError> {
        let host = authority(url);
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\\<>\"".contains(c);
        if host.is_empty() || host.starts_with(':') || url.contains(is_odd) || !["https", "http"].contains(&scheme) {
            return Err(SharedError::NoAddress);
        }
        if host.contains('@') {
            return Err(SharedError::Secrets);
        }
        if scheme == "http" && reach(url) == Reach::Internet {
            return Err(SharedError::Unencrypted);
        }
        Ok(Self { url: url.to_owned() })
    }

    /// The host with its port, as a name for people.
    pub fn host(&self) -> &str {
        authority(&self.url)
    }

    /// The file's name in the address.
    pub fn file_name(&self) -> &str {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().filter(|name| !name.is_empty() && *name != self.host()).unwrap_or("run.jsonl")
    }

    /// Why there is no file behind a reply with this status; `None` if there is one.
    pub fn refused(&self, status: u16) -> Option<SharedError> {
        let host = self.host().to_owned();
        match status {
            200..300 => None,
            404 | 410 => Some(SharedError::NotFound { host }),
            401 | 403 => Some(SharedError::Forbidden { host, status }),
            _ => Some(SharedError::Status { host, status }),
        }
    }
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        plain.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(hash: &str) -> String {
        SharedRun::of_hash(hash).unwrap().unwrap().url
    }

    #[test]
    fn addresses_are_read_plain_and_encoded() {
        assert_eq!(url("#run=https://h.example/a%20b/run.jsonl?x=1&y=2"), "https://h.example/a%20b/run.jsonl?x=1&y=2");
        assert_eq!(url("#run=https%3A%2F%2Fh.example%2Frun.jsonl%3Fx%3D1"), "https://h.example/run.jsonl?x=1");
        assert_eq!(url("#/run=http://localhost:4400/run.jsonl"), "http://localhost:4400/run.jsonl");
        assert_eq!(SharedRun::of_hash("#/run?view=setup"), None);
        assert_eq!(SharedRun::of_hash(""), None);
    }

    #[test]
    fn addresses_that_are_not_asked_for_say_why() {
        let error = |hash: &str| SharedRun::of_hash(hash).unwrap().unwrap_err();
        for hash in [
            "#run=",
            "#run=x",
            "#run=javascript:alert(1)",
            "#run=javascript://h/%0aalert(1)",
            "#run=https://",
            "#run=file:///etc/passwd",
            "#run=https://h\\@e/x",
            "#run=https%3A%2F%2Fh%0A%2F",
        ] {
            assert_eq!(error(hash), SharedError::NoAddress, "{hash}");
        }
        assert_eq!(error("#run=http://h.example/run.jsonl"), SharedError::Unencrypted);
        assert_eq!(error("#run=https://good.example@evil.example/run.jsonl"), SharedError::Secrets);
    }

    #[test]
    fn the_host_is_the_one_that_is_asked_and_the_name_is_the_files() {
        let run = SharedRun { url: "https://h.example:8443/a/run.jsonl?token=1".into() };
        assert_eq!((run.host(), run.file_name()), ("h.example:8443", "run.jsonl"));
        assert_eq!(SharedRun { url: "https://h.example".into() }.file_name(), "run.jsonl");
        assert!(run.refused(200).is_none());
        assert_eq!(run.refused(404), Some(SharedError::NotFound { host: "h.example:8443".into() }));
        assert!(run.refused(403).unwrap().to_string().contains("403"));
    }
}
