//! A prompt's text: word by word against its parent, the seed or any other, or plain.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::diff::{Change as Kind, Piece, word_diff},
    ui::{
        kit::template_spans,
        links,
        route::use_here,
        state::{AppState, use_app},
    },
};

/// The card with its tabs; the choice is in the URL.
#[component]
pub fn Change(version: Version) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let chosen = here.query("diff");
    let parent =
        Memo::new(move |_| app.run.with(|run| run.candidate(version).and_then(|known| known.candidate.parent())));
    let number = Memo::new(move |_| app.run.with(|run| run.candidates.len() as u32));
    // `None`: the plain text.
    let base = Memo::new(move |_| match chosen.get().as_deref() {
        Some("text") => None,
        name => links::version(name).or(parent.get()).filter(|base| *base != version),
    });
    let tab = move |slug: String, words: String, is_current: bool| {
        view! {
            <a href=move || here.location().with("diff", &slug).href() aria-current=is_current.then_some("true")>
                {words}
            </a>
        }
    };
    let tabs = move || {
        let (parent, base) = (parent.get(), base.get());
        let of_parent = parent.map(|parent| tab(String::new(), format!("Changes to {parent}"), base == Some(parent)));
        let of_seed = (version != Version::SEED && parent != Some(Version::SEED))
            .then(|| tab(Version::SEED.to_string(), "Changes to the seed".into(), base == Some(Version::SEED)));
        view! {
            {of_parent}
            {of_seed}
            {tab("text".into(), "Text".into(), base.is_none())}
        }
    };
    let diff = Memo::new(move |_| {
        let base = base.get()?;
        let diff = word_diff(&text(app, base)?, &text(app, version)?);
        Some((
            diff.pieces.iter().map(|piece| (piece.change, piece.text.clone())).collect::<Vec<_>>(),
            diff.added,
            diff.removed,
        ))
    });
    let words = move || {
        diff.get()
            .map(|(_, added, removed)| format!("{} added, {removed} removed", crate::run::format::count(added, "word")))
    };
    let others = move || {
        (0..number.get())
            .map(Version)
            .filter(|other| *other != version)
            .map(|other| {
                let is_base = move || base.get() == Some(other);
                view! {
                    <option value=other.to_string() prop:selected=is_base>
                        {other.to_string()}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <section class="card" data-flush="">
            <header class="tab-head">
                <nav class="tabs" aria-label="Text">
                    {tabs}
                </nav>
                <div class="row">
                    <p data-testid="diff-counts">{words}</p>
                    <select
                        class="auto"
                        aria-label="Compare with"
                        data-testid="diff-base"
                        on:change=move |event| here.select("diff", &event_target_value(&event))
                    >
                        <option value="text" prop:selected=move || base.get().is_none()>
                            "plain"
                        </option>
                        {others}
                    </select>
                </div>
            </header>
            <div class="text pad-l" data-testid="candidate-text">
                {move || match diff.get() {
                    Some((pieces, ..)) => pieces.into_iter().map(|(change, text)| piece(Piece { change, text })).collect_view().into_any(),
                    None => text(app, version).map(|text| template_spans(&text)).into_any(),
                }}
            </div>
        </section>
    }
}

fn text(app: AppState, version: Version) -> Option<String> {
    app.run.with(|run| Some(run.candidate(version)?.candidate.template.as_str().to_owned()))
}

fn piece(piece: Piece) -> AnyView {
    let text = template_spans(&piece.text);
    match piece.change {
        Kind::Kept => text.into_any(),
        Kind::Removed => view! { <del>{text}</del> }.into_any(),
        Kind::Added => view! { <ins>{text}</ins> }.into_any(),
    }
}
