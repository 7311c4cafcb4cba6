//! Choosing one of several, and yes or no: native select, radios in a row, check box.

use leptos::prelude::*;

use super::FieldNotes;

/// A native select. Options are pairs of value and words. Its id is `f-` and its test id.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] testid: String,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    #[prop(into, optional)] error: MaybeProp<String>,
) -> impl IntoView {
    let id = format!("f-{testid}");
    let described = {
        let id = id.clone();
        move || super::field::notes_of(&id, &hint, &error)
    };
    let option = move |(key, words): (String, String)| {
        let chosen = {
            let key = key.clone();
            move || value.with(|value| *value == key)
        };
        view! {
            <option value=key prop:selected=chosen>
                {words}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id.clone()
                data-testid=testid
                aria-invalid=move || error.with(|error| error.is_some().then_some("true"))
                aria-describedby=described
                on:change=move |event| set.run(event_target_value(&event))
            >
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
            <FieldNotes id=id hint=hint error=error />
        </div>
    }
}

/// Two to four exclusive choices in a row, as radios. Each has the test id `<testid>-<value>`.
#[component]
pub fn Segmented(
    /// Name of the group, for readers of screens.
    #[prop(into)]
    label: String,
    #[prop(into)] testid: String,
    options: Vec<(&'static str, &'static str)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
) -> impl IntoView {
    let radios = options
        .into_iter()
        .map(|(key, words)| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=testid.clone()
                        data-testid=format!("{testid}-{key}")
                        value=key
                        prop:checked=move || value.with(|value| value == key)
                        on:change=move |_| set.run(key.to_owned())
                    />
                    {words}
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="segmented" role="radiogroup" aria-label=label>
            {radios}
        </div>
    }
}

/// A check box with its words and an optional note below them.
#[component]
pub fn CheckField(
    #[prop(into)] label: String,
    #[prop(into)] testid: String,
    #[prop(into)] value: Signal<bool>,
    #[prop(into)] set: Callback<bool>,
    #[prop(optional)] note: Option<&'static str>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=move || value.get()
                on:change=move |event| set.run(event_target_checked(&event))
            />
            <span>{label} {note.map(|note| view! { <small>{note}</small> })}</span>
        </label>
    }
}
