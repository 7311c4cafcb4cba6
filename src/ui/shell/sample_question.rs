//! The question before the sample takes the place of what the user typed or chose.

use leptos::prelude::*;

use crate::{
    run::sample::{Mine, Replaced},
    ui::{
        kit::Confirm,
        state::{Sampling, use_app},
    },
};

/// The dialog; on the page once, wherever the sample is asked for.
#[component]
pub fn SampleQuestion() -> impl IntoView {
    let app = use_app();
    let open = RwSignal::new(false);
    let replaced = Memo::new(move |before: Option<&Replaced>| match app.sample.get() {
        Sampling::Asking(replaced) => replaced,
        // The words stay while the dialog closes.
        _ => before.cloned().unwrap_or_default(),
    });
    Effect::new(move || open.set(app.sample.with(|sample| matches!(sample, Sampling::Asking(_)))));
    Effect::new(move || {
        // Escape closes the dialog too.
        if !open.get() && app.sample.with_untracked(|sample| matches!(sample, Sampling::Asking(_))) {
            app.decline_sample();
        }
    });
    let is_mine = move || replaced.with(|replaced| !replaced.settings.is_empty());
    let replace = move |_| {
        app.take_sample(Mine::Goes);
        open.set(false);
    };
    view! {
        <Confirm
            open=open
            title="Load the sample?"
            words=Signal::derive(move || replaced.with(Replaced::words))
            verb=Signal::derive(move || if is_mine() { "Load, keep mine" } else { "Load the sample" }.to_owned())
            keep="Do not load"
            testid="sample-keep"
            kind="primary"
            confirm=move |()| app.take_sample(Mine::Stays)
        >
            {move || {
                is_mine()
                    .then(|| {
                        view! {
                            <button class="button" type="button" data-testid="sample-replace" on:click=replace>
                                "Load, take the sample's"
                            </button>
                        }
                    })
            }}
        </Confirm>
    }
}
