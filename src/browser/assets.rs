//! Files of the page itself, fetched from beside it: the built-in sample.

use gloo_net::http::Request;
use thiserror::Error;

/// Why a file of the page could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("A part of the page ({path}) could not be loaded ({message}). Reload the page and try again.")]
pub struct AssetError {
    pub path: String,
    pub message: String,
}

/// The content of the page's file at `path`, relative to the page.
pub async fn fetch_asset(path: &str) -> Result<Vec<u8>, AssetError> {
    let failed = |message: String| AssetError { path: path.to_owned(), message };
    let response = Request::get(path).send().await.map_err(|error| failed(error.to_string()))?;
    if !response.ok() {
        return Err(failed(format!("HTTP {}", response.status())));
    }
    response.binary().await.map_err(|error| failed(error.to_string()))
}
