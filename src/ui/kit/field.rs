//! A labelled input with its hint and its error, tied together for those who do not see them.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// The hint and the error below an input. `id` is the input's; the input names both by `notes_of`.
#[component]
pub fn FieldNotes(
    #[prop(into)] id: String,
    #[prop(into, optional)] hint: MaybeProp<String>,
    #[prop(into, optional)] error: MaybeProp<String>,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        {move || hint.get().map(|words| view! { <span class="field-hint" id=hint_id.clone()>{words}</span> })}
        {move || {
            error
                .get()
                .map(|words| {
                    view! {
                        <div class="field-error" id=error_id.clone()>
                            <Icon glyph=Glyph::Alert />
                            <span>{words}</span>
                        </div>
                    }
                })
        }}
    }
}

/// What an input's `aria-describedby` says: the ids of its notes that are there.
pub fn notes_of(id: &str, hint: &MaybeProp<String>, error: &MaybeProp<String>) -> Option<String> {
    let hint = hint.with(|hint| hint.is_some().then(|| format!("{id}-hint")));
    let error = error.with(|error| error.is_some().then(|| format!("{id}-error")));
    let ids: Vec<_> = error.into_iter().chain(hint).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A line of text. Its id is `f-` and its test id.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] testid: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    #[prop(into, optional)] error: MaybeProp<String>,
    /// The input's type, if not text.
    #[prop(optional)]
    kind: Option<&'static str>,
    /// The id of a list of proposals.
    #[prop(optional, into)]
    list: Option<String>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(into, optional)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = format!("f-{testid}");
    let described = {
        let (id, hint, error) = (id.clone(), hint, error);
        move || notes_of(&id, &hint, &error)
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                data-testid=testid
                type=kind.unwrap_or("text")
                list=list
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                prop:disabled=move || disabled.get()
                aria-invalid=move || error.with(|error| error.is_some().then_some("true"))
                aria-describedby=described
                on:input=move |event| set.run(event_target_value(&event))
            />
            <FieldNotes id=id hint=hint error=error />
        </div>
    }
}
