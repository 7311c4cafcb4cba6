//! A prompt's text: word by word against its parent, the seed or any other, or plain.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::{
        diff::{SideBySide, WordDiff, side_by_side, word_diff},
        format::count,
    },
    ui::{
        kit::{diff_piece, template_spans},
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
    let diff = Memo::new(move |_| Some(word_diff(&text(app, base.get()?)?, &text(app, version)?)));
    let layout = here.query("layout");
    let is_side_by_side = Memo::new(move |_| layout.get().as_deref() == Some("side"));
    let words = move || diff.get().map(|diff| format!("{} added, {} removed", count(diff.added, "word"), diff.removed));
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
    let layouts = move || {
        base.get().map(|_| {
            let one = |slug: &'static str, words: &'static str, is_side: bool| {
                view! {
                    <a
                        href=move || here.location().with("layout", slug).href()
                        aria-current=move || (is_side_by_side.get() == is_side).then_some("true")
                        data-testid=format!("layout-{}", if is_side { "side" } else { "unified" })
                    >
                        {words}
                    </a>
                }
            };
            view! {
                <nav class="segmented" data-size="small" aria-label="Layout of the difference">
                    {one("", "Unified", false)}
                    {one("side", "Side by side", true)}
                </nav>
            }
        })
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
                    {layouts}
                </div>
            </header>
            <div data-testid="candidate-text">
                {move || match (diff.get(), base.get()) {
                    (Some(diff), Some(base)) if is_side_by_side.get() => beside(base, version, &diff).into_any(),
                    (Some(diff), _) => {
                        view! { <div class="text pad-l">{diff.pieces.iter().map(diff_piece).collect_view()}</div> }.into_any()
                    }
                    (None, _) => {
                        view! { <div class="text pad-l">{text(app, version).map(|text| template_spans(&text))}</div> }.into_any()
                    }
                }}
            </div>
        </section>
    }
}

fn text(app: AppState, version: Version) -> Option<String> {
    app.run.with(|run| Some(run.candidate(version)?.candidate.template.as_str().to_owned()))
}

/// Both texts in columns; lines that both have stand level.
fn beside(base: Version, version: Version, diff: &WordDiff) -> impl IntoView + use<> {
    let row = |row: &SideBySide| {
        let same = (row.old == row.new).then_some("");
        let (old_within, new_within) = row.within();
        view! {
            <div class="text" data-same=same data-within=old_within.then_some("")>
                {row.old.iter().map(diff_piece).collect_view()}
            </div>
            <div class="text" data-same=same data-within=new_within.then_some("")>
                {row.new.iter().map(diff_piece).collect_view()}
            </div>
        }
    };
    view! {
        <div class="beside pad-l">
            <b class="version">{base.to_string()}</b>
            <b class="version">{version.to_string()}</b>
            {side_by_side(diff).iter().map(row).collect_view()}
        </div>
    }
}
