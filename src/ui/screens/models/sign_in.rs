//! Signing in to OpenRouter instead of pasting a key.

use futures::future::{AbortHandle, abortable};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::chat::ModelRole,
    ui::{
        kit::{NumberField, OptionalNumber},
        state::use_app,
    },
};

/// US dollars that a new key may spend, unless the user says otherwise.
const CAP: f64 = 5.0;

/// The cap, the button, and what came of it.
#[component]
pub fn SignInFields(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    let cap = RwSignal::new(OptionalNumber(Some(CAP)));
    let told = RwSignal::new(None::<String>);
    let waiting = StoredValue::new_local(None::<AbortHandle>);
    let is_waiting = RwSignal::new(false);
    let error = Signal::derive(move || {
        let is_usable = cap.get().0.is_none_or(|cap| cap > 0.0 && cap <= 1e6);
        (!is_usable).then(|| "Must be more than 0, or empty for no cap.".to_owned())
    });
    let sign_in = move || {
        told.set(None);
        is_waiting.set(true);
        let (work, handle) = abortable(app.sign_in(cap.get_untracked().0));
        waiting.set_value(Some(handle));
        spawn_local(async move {
            let ended = work.await;
            // The screen may be gone; the key is in its place then.
            if is_waiting.try_set(false).is_some() {
                return;
            }
            told.set(match ended {
                Ok(Ok(())) => Some("Signed in: the key is in its field.".to_owned()),
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => None,
            });
        });
    };
    let click = move |_| match is_waiting.get_untracked() {
        true => waiting.with_value(|handle| handle.iter().for_each(AbortHandle::abort)),
        false => sign_in(),
    };
    view! {
        <div class="stack" style="--gap:8px">
            <NumberField<OptionalNumber>
                label="Cap of the new key"
                testid=format!("model-{name}-sign-in-cap")
                value=cap
                set=move |number: OptionalNumber| cap.set(number)
                hint="OpenRouter lets the key spend no more, whoever has it."
                error=error
                unit="$"
                fraction=true
            />
            <button
                class="button"
                type="button"
                data-testid=format!("model-{name}-sign-in")
                prop:disabled=move || error.with(Option::is_some) && !is_waiting.get()
                on:click=click
            >
                {move || if is_waiting.get() { "Give up signing in" } else { "Sign in with OpenRouter" }}
            </button>
            <p class="field-hint" role="status" data-testid=format!("model-{name}-sign-in-note")>
                {move || match is_waiting.get() {
                    true => Some("Agree in the window of openrouter.ai.".to_owned()),
                    false => told.get(),
                }}
            </p>
        </div>
    }
}
