//! A field for a number. What is typed stays as typed; only what is a number becomes the setting.

use std::{fmt, str::FromStr};

use leptos::prelude::*;

use super::{FieldNotes, field::notes_of};

/// A number that may be left out: an empty field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OptionalNumber<T = f64>(pub Option<T>);

impl<T: FromStr> FromStr for OptionalNumber<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|number| Self(Some(number))) }
    }
}

impl<T: fmt::Display> fmt::Display for OptionalNumber<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |number| write!(f, "{number}"))
    }
}

/// A number. Its id is `f-` and its test id. `whole` says in words and to soft keyboards that it has no fraction.
#[component]
pub fn NumberField<T>(
    #[prop(into)] label: String,
    #[prop(into)] testid: String,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] set: Callback<T>,
    #[prop(into, optional)] hint: MaybeProp<String>,
    #[prop(into, optional)] error: MaybeProp<String>,
    /// A short unit in the input.
    #[prop(optional)]
    unit: Option<&'static str>,
    /// May have a fraction.
    #[prop(optional)]
    fraction: bool,
    #[prop(into, optional)] disabled: Signal<bool>,
) -> impl IntoView
where
    T: FromStr + fmt::Display + Clone + PartialEq + Send + Sync + 'static,
{
    let id = format!("f-{testid}");
    let draft = RwSignal::new(None::<String>);
    let text = move || {
        let value = value.get();
        draft.get().filter(|draft| parsed::<T>(draft).is_none_or(|read| read == value)).unwrap_or(value.to_string())
    };
    let error = MaybeProp::derive(move || {
        let unreadable = draft.get().is_some_and(|draft| parsed::<T>(&draft).is_none());
        let wanted = if fraction { "a number, such as 0.7" } else { "a whole number" };
        if unreadable { Some(format!("Enter {wanted}. Until then it stays {}.", value.get())) } else { error.get() }
    });
    let typed = move |event| {
        let text = event_target_value(&event);
        if let Some(read) = parsed::<T>(&text) {
            set.run(read);
        }
        draft.set(Some(text));
    };
    let described = {
        let id = id.clone();
        move || notes_of(&id, &hint, &error)
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="field-unit">
                <input
                    id=id.clone()
                    data-testid=testid
                    inputmode=if fraction { "decimal" } else { "numeric" }
                    autocomplete="off"
                    prop:value=text
                    prop:disabled=move || disabled.get()
                    aria-invalid=move || error.with(|error| error.is_some().then_some("true"))
                    aria-describedby=described
                    on:input=typed
                />
                {unit.map(|unit| view! { <span>{unit}</span> })}
            </div>
            <FieldNotes id=id hint=hint error=error />
        </div>
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}
