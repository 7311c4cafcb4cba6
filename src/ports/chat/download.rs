//! A model's file from an address: its size before anything is fetched, and going on where a download ended. What a server
//! offers is read from its replies here; `browser/model_files/fetched.rs` does the fetching.
//! Source of ranges: RFC 9110, sections 14 and 15.3.7.

use serde::{Deserialize, Serialize};

use super::{model_file::ModelFileError, wire::Reply};
use crate::domain::endpoint::check_url;

/// A file that is being fetched, as far as it is known before its first byte. Kept beside what is here of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    pub url: String,
    /// Bytes of the whole file, if the server tells.
    pub bytes: Option<u64>,
    /// What the server calls this version of the file, if it tells a page.
    pub version: Option<String>,
    /// The SHA-256 that the file must have, if one was named.
    pub sha256: Option<String>,
}

/// How a reply goes on with a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// Its body follows what is here.
    FromHere,
    /// Its body is the whole file: the server does not know ranges.
    FromTheStart,
    /// There is nothing left to fetch.
    Nothing,
}

impl Offer {
    /// An address as it was typed, of which nothing is known yet. Unlike an endpoint's it may have a query.
    pub fn of(url: &str, sha256: Option<String>) -> Result<Self, ModelFileError> {
        let url = url.trim();
        let place = url.split(['?', '#']).next().unwrap_or_default();
        check_url(place).map_err(|_| ModelFileError::NoAddress)?;
        Ok(Self { url: url.to_owned(), sha256, ..Self::default() })
    }

    /// Takes in what the reply to a HEAD, or to a GET of the first byte alone, says of the file.
    pub fn told(self, reply: &Reply) -> Result<Self, ModelFileError> {
        if !(200..300).contains(&reply.status) {
            return Err(ModelFileError::Refused { url: self.url, status: reply.status });
        }
        let length = || reply.header("content-length")?.trim().parse().ok();
        let bytes = match reply.status {
            206 => range_of(reply).and_then(|(_, whole)| whole),
            _ => length(),
        };
        Ok(Self { bytes: bytes.or(self.bytes), version: version_of(reply).or(self.version), ..self })
    }

    /// The header that asks for what follows `here` bytes; none for the whole file.
    pub fn range(here: u64) -> Option<String> {
        (here > 0).then(|| format!("bytes={here}-"))
    }

    /// What the reply to a GET of what follows `here` bytes means for the download.
    pub fn goes_on(&self, here: u64, reply: &Reply) -> Result<Continuation, ModelFileError> {
        let changed = || ModelFileError::Changed { url: self.url.clone() };
        if let (Some(before), Some(now)) = (&self.version, version_of(reply))
            && *before != now
            && here > 0
        {
            return Err(changed());
        }
        match (reply.status, range_of(reply)) {
            // The browser shows the range to a page only if the server lets it.
            (206, None) => Ok(Continuation::FromHere),
            (206, Some((start, whole))) if start == here && same(whole, self.bytes) => Ok(Continuation::FromHere),
            (206, Some(_)) => Err(changed()),
            (416, _) if self.bytes == Some(here) => Ok(Continuation::Nothing),
            (416, _) => Err(changed()),
            (200, _) => Ok(Continuation::FromTheStart),
            (status, _) => Err(ModelFileError::Refused { url: self.url.clone(), status }),
        }
    }
}

fn same(told: Option<u64>, known: Option<u64>) -> bool {
    told.zip(known).is_none_or(|(told, known)| told == known)
}

/// The first byte of a reply's range and the bytes of the whole file: `bytes 100-199/1000`, `bytes 100-199/*`.
fn range_of(reply: &Reply) -> Option<(u64, Option<u64>)> {
    let range = reply.header("content-range")?.trim().strip_prefix("bytes ")?;
    let (part, whole) = range.split_once('/')?;
    let (start, _) = part.split_once('-')?;
    Some((start.trim().parse().ok()?, whole.trim().parse().ok()))
}

fn version_of(reply: &Reply) -> Option<String> {
    reply.header("etag").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&str, &str)]) -> Reply {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Reply { status, headers, body: String::new() }
    }

    fn offer() -> Offer {
        Offer::of("https://models.test/m.gguf?download=true", None).unwrap()
    }

    #[test]
    fn the_size_is_known_before_the_first_byte() {
        let head = offer().told(&reply(200, &[("Content-Length", "1000"), ("ETag", "\"a\"")])).unwrap();
        assert_eq!((head.bytes, head.version.as_deref()), (Some(1000), Some("\"a\"")));
        let first_byte = offer().told(&reply(206, &[("Content-Length", "1"), ("Content-Range", "bytes 0-0/1000")]));
        assert_eq!(first_byte.unwrap().bytes, Some(1000));
        assert_eq!(offer().told(&reply(206, &[("Content-Length", "1")])).unwrap().bytes, None, "the range is hidden");
        assert!(matches!(offer().told(&reply(404, &[])), Err(ModelFileError::Refused { status: 404, .. })));
        assert_eq!(Offer::of("ftp://x/m.gguf", None), Err(ModelFileError::NoAddress));
        assert_eq!(Offer::of("http://example.com/m.gguf", None), Err(ModelFileError::NoAddress));
    }

    #[test]
    fn a_download_goes_on_where_it_ended_unless_the_file_is_another_one() {
        assert_eq!((Offer::range(0), Offer::range(400)), (None, Some("bytes=400-".into())));
        let known = Offer { bytes: Some(1000), version: Some("\"a\"".into()), ..offer() };
        let part = |range| known.goes_on(400, &reply(206, &[("Content-Range", range), ("ETag", "\"a\"")]));
        assert_eq!(part("bytes 400-999/1000"), Ok(Continuation::FromHere));
        assert_eq!(part("bytes 400-999/*"), Ok(Continuation::FromHere));
        let changed = Err(ModelFileError::Changed { url: known.url.clone() });
        assert_eq!(part("bytes 400-1999/2000"), changed);
        assert_eq!(part("bytes 300-999/1000"), changed);
        assert_eq!(known.goes_on(400, &reply(206, &[("ETag", "\"b\"")])), changed);
        assert_eq!(known.goes_on(400, &reply(206, &[])), Ok(Continuation::FromHere));
        assert_eq!(known.goes_on(400, &reply(200, &[])), Ok(Continuation::FromTheStart));
        assert_eq!(known.goes_on(1000, &reply(416, &[])), Ok(Continuation::Nothing));
        assert_eq!(known.goes_on(400, &reply(416, &[])), changed);
    }
}
