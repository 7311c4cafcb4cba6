//! Where the user is: a screen and its selections, kept in the URL's hash (`#/results?filter=wrong&candidate=v3`), so that
//! the page works as static files under any path and a reload or a link shows the same.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;

/// A screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Route {
    #[default]
    Home,
    Data,
    /// Predictions of other systems, scored on the data.
    Scores,
    Prompt,
    /// A question to a prompt, outside any run.
    Playground,
    Models,
    Run,
    Results,
    Candidate,
    /// A prompt of the run, to be scored with another model or on other data.
    Check,
    Example,
    Export,
    Settings,
}

impl Route {
    /// All screens.
    pub const ALL: [Route; 13] = [
        Route::Home,
        Route::Data,
        Route::Scores,
        Route::Prompt,
        Route::Playground,
        Route::Models,
        Route::Run,
        Route::Results,
        Route::Candidate,
        Route::Check,
        Route::Example,
        Route::Export,
        Route::Settings,
    ];

    /// The screen's name in the hash.
    pub fn name(self) -> &'static str {
        match self {
            Route::Home => "home",
            Route::Data => "data",
            Route::Scores => "scores",
            Route::Prompt => "prompt",
            Route::Playground => "playground",
            Route::Models => "models",
            Route::Run => "run",
            Route::Results => "results",
            Route::Candidate => "candidate",
            Route::Check => "check",
            Route::Example => "example",
            Route::Export => "export",
            Route::Settings => "settings",
        }
    }

    /// The screen's name in words.
    pub fn title(self) -> &'static str {
        match self {
            Route::Home => "Home",
            Route::Data => "Data",
            Route::Scores => "Predictions",
            Route::Prompt => "Prompt",
            Route::Playground => "Playground",
            Route::Models => "Models",
            Route::Run => "Run",
            Route::Results => "Results",
            Route::Candidate => "Candidate",
            Route::Check => "Check",
            Route::Example => "Example",
            Route::Export => "Export",
            Route::Settings => "Settings",
        }
    }

    /// The link to the screen, without selections.
    pub fn href(self) -> String {
        Location::from(self).href()
    }
}

/// A screen with its selections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    pub route: Route,
    query: Vec<(String, String)>,
}

impl From<Route> for Location {
    fn from(route: Route) -> Self {
        Self { route, query: Vec::new() }
    }
}

impl Location {
    /// Reads a hash with or without its `#`. An unknown screen is Home.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (name, query) = path.split_once('?').unwrap_or((path, ""));
        let route = Route::ALL.into_iter().find(|route| route.name() == name).unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self { route, query: pairs.map(|(key, value)| (decoded(key), decoded(value))).collect() }
    }

    /// A selection.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The same place with another selection; an empty one is left out.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.query.retain(|(known, _)| known != key);
        if !value.is_empty() {
            self.query.push((key.to_owned(), value.to_owned()));
        }
        self
    }

    /// The link to this place.
    pub fn href(&self) -> String {
        let pairs: Vec<_> =
            self.query.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
        let question_mark = if pairs.is_empty() { "" } else { "?" };
        format!("#/{}{question_mark}{}", self.route.name(), pairs.join("&"))
    }
}

/// The place that is shown; a handle to be copied.
#[derive(Clone, Copy)]
pub struct Here(RwSignal<Location>);

impl Here {
    /// Follows the URL and makes itself known to the components below.
    pub fn provide() -> Self {
        let here = Self(RwSignal::new(Location::parse(&hash())));
        window_event_listener(ev::hashchange, move |_| here.0.set(Location::parse(&hash())));
        provide_context(here);
        here
    }

    /// The screen; changes only when the screen does.
    pub fn route(self) -> Memo<Route> {
        Memo::new(move |_| self.0.with(|location| location.route))
    }

    /// One selection; changes only when it does.
    pub fn query(self, key: &'static str) -> Memo<Option<String>> {
        Memo::new(move |_| self.0.with(|location| location.get(key).map(str::to_owned)))
    }

    /// The whole place.
    pub fn location(self) -> Location {
        self.0.get()
    }

    /// Whether the URL still names this screen; it changes at once when a link is followed, the signals a moment later.
    pub fn is_at(self, route: Route) -> bool {
        Location::parse(&hash()).route == route
    }

    /// Changes one selection in place: no new step in the browser's history. An empty value takes it out.
    pub fn select(self, key: &str, value: &str) {
        let location = self.0.get_untracked().with(key, value);
        if let Ok(history) = window().history() {
            // A browser that refuses (too many changes a second) keeps the old URL; the page goes on with the new place.
            history.replace_state_with_url(&JsValue::NULL, "", Some(&location.href())).ok();
        }
        self.0.set(location);
    }

    /// Goes to a place, as a link does.
    pub fn go(self, location: impl Into<Location>) {
        // Setting a hash fails only for a document that is no longer shown.
        window().location().set_hash(location.into().href().trim_start_matches('#')).ok();
    }
}

/// The place that is shown.
pub fn use_here() -> Here {
    expect_context()
}

fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// A text as it may stand in a hash.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (byte, _) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}
