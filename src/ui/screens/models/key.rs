//! The field for a key. It stands nowhere in the document but in the input's own value: no attribute, no text.

use leptos::prelude::*;

use crate::{
    domain::{
        chat::ModelRole,
        provider::{KeyNeed, Provider},
    },
    ports::chat::key::ApiKey,
    ui::{kit::FieldNotes, state::use_app},
};

/// A role's key.
#[component]
pub fn KeyField(role: ModelRole, provider: Provider) -> impl IntoView {
    let app = use_app();
    let testid = format!("model-{}-key", role.name());
    let id = format!("f-{testid}");
    let error = MaybeProp::derive(move || {
        let sendable = app.keys.with(|keys| keys.of(role).is_sendable());
        (!sendable).then(|| "A key has no blanks or special letters. Paste it again.".to_owned())
    });
    let kept = "Kept in memory until the page is closed; never stored or exported.";
    let hint = match provider.preset().map(|preset| preset.key) {
        Some(KeyNeed::Required) => kept.to_owned(),
        Some(KeyNeed::None) => "This server needs none.".to_owned(),
        Some(KeyNeed::Optional) | None => format!("{kept} Leave it empty if the server needs none."),
    };
    let typed = move |event| {
        let key = ApiKey::from(event_target_value(&event).as_str());
        app.keys.update(|keys| *keys.of_mut(role) = key);
    };
    view! {
        <div class="field">
            <label for=id.clone()>"Key"</label>
            <input
                id=id.clone()
                data-testid=testid
                type="password"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || app.keys.with(|keys| keys.of(role).reveal().to_owned())
                aria-invalid=move || error.with(|error| error.is_some().then_some("true"))
                aria-describedby=format!("{id}-hint")
                on:input=typed
            />
            <FieldNotes
                id=id
                hint=hint
                error=error
            />
        </div>
    }
}
