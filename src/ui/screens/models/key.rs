//! The field for a key. It stands nowhere in the document but in the input's own value: no attribute, no text.

use leptos::prelude::*;

use crate::{
    domain::{
        chat::ModelRole,
        endpoint::may_carry_key,
        provider::{KeyNeed, Provider},
    },
    ports::chat::{key::ApiKey, wire::UNENCRYPTED},
    ui::{
        kit::{CheckField, FieldNotes},
        state::use_app,
    },
};

/// A role's key.
#[component]
pub fn KeyField(role: ModelRole, provider: Provider) -> impl IntoView {
    let app = use_app();
    let testid = format!("model-{}-key", role.name());
    let id = format!("f-{testid}");
    let error = MaybeProp::derive(move || {
        let (is_sendable, is_empty) = app.keys.with(|keys| (keys.of(role).is_sendable(), keys.of(role).is_empty()));
        let url = app.config.with(|config| config.models.of(role).url.clone());
        let exposed = !is_empty && !url.is_empty() && !may_carry_key(&url);
        match is_sendable {
            false => Some("A key has no blanks or special letters. Paste it again.".to_owned()),
            true => exposed.then(|| UNENCRYPTED.to_owned()),
        }
    });
    let remembered = Memo::new(move |_| app.is_remembered(role));
    let hint = MaybeProp::derive(move || {
        let kept = if remembered.get() {
            format!("Encrypted in this browser, for {} only; never exported.", app.origin_of(role))
        } else {
            "Kept in memory until the page is closed; never stored or exported.".to_owned()
        };
        Some(match provider.preset().map(|preset| preset.key) {
            Some(KeyNeed::Required) => kept,
            Some(KeyNeed::None) => "This server needs none.".to_owned(),
            Some(KeyNeed::Optional) | None => format!("{kept} Leave it empty if the server needs none."),
        })
    });
    let typed = move |event| {
        let key = ApiKey::from(event_target_value(&event).as_str());
        app.keys.update(|keys| *keys.of_mut(role) = key);
    };
    let can_remember = Memo::new(move |_| {
        let is_usable = app.keys.with(|keys| !keys.of(role).is_empty() && keys.of(role).is_sendable());
        remembered.get() || is_usable && !app.origin_of(role).is_empty()
    });
    let remember = move |wanted: bool| {
        if wanted { app.remember_key(role) } else { app.forget_key(app.origin_of(role)) }
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
                on:change=move |_| {
                    if remembered.get_untracked() {
                        app.remember_key(role);
                    }
                }
            />
            <FieldNotes
                id=id
                hint=hint
                error=error
            />
            {move || {
                can_remember
                    .get()
                    .then(|| {
                        view! {
                            <CheckField
                                label="Remember on this device"
                                testid=format!("model-{}-remember", role.name())
                                value=remembered
                                set=remember
                            />
                        }
                    })
            }}
        </div>
    }
}
