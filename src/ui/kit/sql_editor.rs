//! A field for SQL in colours, which Ctrl + Enter runs; why the statement gave no result stands below it.

use leptos::{ev, prelude::*};

use super::{Glyph, Icon, sql_spans};

/// The field. Its id is `f-` and its test id; the fault's test id is given.
#[component]
pub fn SqlEditor(
    #[prop(into)] label: String,
    testid: &'static str,
    fault_testid: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
    #[prop(into)] run: Callback<()>,
    /// Why there is no result, in words.
    #[prop(into)]
    fault: Signal<Option<String>>,
) -> impl IntoView {
    let id = format!("f-{testid}");
    let error_id = format!("{id}-error");
    let described = {
        let error_id = error_id.clone();
        move || fault.with(|fault| fault.is_some().then(|| error_id.clone()))
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run.run(());
        }
    };
    view! {
        <label class="vh" for=id.clone()>
            {label}
        </label>
        <div class="editor" data-kind="sql">
            <div aria-hidden="true" class="code">
                {move || value.with(|sql| sql_spans(sql))}
                "\n"
            </div>
            <textarea
                id=id
                data-testid=testid
                spellcheck="false"
                autocomplete="off"
                rows="4"
                aria-invalid=move || fault.with(|fault| fault.is_some().then_some("true"))
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |event| set.run(event_target_value(&event))
                on:keydown=key
            ></textarea>
        </div>
        {move || {
            let error_id = error_id.clone();
            fault
                .get()
                .map(|words| {
                    view! {
                        <div class="field-error" id=error_id role="alert" data-testid=fault_testid>
                            <Icon glyph=Glyph::Alert />
                            <span>{words}</span>
                        </div>
                    }
                })
        }}
    }
}
