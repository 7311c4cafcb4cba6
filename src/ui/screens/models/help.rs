//! What can keep a web page from a model, and what to do about it.

use leptos::prelude::*;

const CAUSES: [(&str, &str, &str); 7] = [
    (
        "The endpoint does not allow web pages (CORS)",
        "It cannot be reached, although it works from a terminal",
        "Let the server allow this page's address: OLLAMA_ORIGINS for Ollama, the CORS switch for LM Studio, --allowed-origins for vLLM. Providers that never allow it need a proxy of yours.",
    ),
    (
        "401 or 403, key refused",
        "The key was not accepted",
        "Paste the key again, and check that it belongs to this endpoint.",
    ),
    (
        "404, unknown model or path",
        "Unknown model or path",
        "Choose a name from the list. The base URL usually ends in /v1, without /chat/completions.",
    ),
    (
        "The browser guards this machine and its network",
        "A local server cannot be reached, although it works from a terminal",
        "Chrome and Edge ask once whether the page may. If that was refused: the icon left of the address, Site settings, Local network access, Allow.",
    ),
    (
        "Plain http to another machine",
        "The address is refused beside its field, or cannot be reached",
        "Use https. Plain http works for this machine and, on a page served by http, for the local network.",
    ),
    (
        "402 or 429 with a quota code",
        "No credit left",
        "Add credit or raise the limit with the provider. Waiting does not help.",
    ),
    (
        "The model does not take a setting",
        "Connected, with what is left out",
        "Nothing, unless it matters to you: the temperature is left out or lowered, and the run notes it beside its problems.",
    ),
];

/// The table of causes.
#[component]
pub fn ConnectionHelp() -> impl IntoView {
    let row = |(cause, seen, remedy): (&'static str, &'static str, &'static str)| {
        view! {
            <tr>
                <td data-main="">
                    <b>{cause}</b>
                </td>
                <td data-label="Seen" data-main="">{seen}</td>
                <td data-label="Do" data-main="">{remedy}</td>
            </tr>
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"When a connection fails"</h2>
                <p>"What the test says, and what to do"</p>
            </div>
            <div class="card" data-flush="">
                <div class="table-wrap">
                    <table class="table" data-stack="">
                        <thead>
                            <tr>
                                <th>"Cause"</th>
                                <th>"What is seen"</th>
                                <th>"What to do"</th>
                            </tr>
                        </thead>
                        <tbody>{CAUSES.map(row).collect_view()}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}
