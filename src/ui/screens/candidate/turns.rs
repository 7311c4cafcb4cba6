//! What a prompt fixed and broke against another one, question by question, each leading to its rollout.

use leptos::prelude::*;

use crate::{
    domain::{id::Version, rollout::Purpose},
    run::{
        format::count,
        results::{SplitChoice, Turn, Turned, turned},
        verdict::Paired,
        view::RunView,
    },
    ui::{
        kit::{Standing, Status},
        links,
        route::use_here,
        state::{AppState, use_app},
    },
};

/// Questions of a list until more are asked for.
const PAGE: usize = 8;

/// The prompt that it is compared with: the one that is chosen for the difference, else its parent.
fn base(app: AppState, version: Version, chosen: Option<&str>) -> Option<Version> {
    let parent = || app.run.with(|run| run.candidate(version).and_then(|known| known.candidate.parent()));
    links::version(chosen).filter(|base| app.run.with(|run| run.candidate(*base).is_some())).or_else(parent)
}

/// The split on which both were asked the most: held-out where both were, else validation.
fn common_split(run: &RunView, first: Version, second: Version) -> SplitChoice {
    let held_out = |version| run.candidate(version).is_some_and(|known| known.score(Purpose::HeldOut).is_some());
    if held_out(first) && held_out(second) { SplitChoice::HeldOut } else { SplitChoice::Validation }
}

/// The card; nothing for the seed, unless another prompt is chosen.
#[component]
pub fn Turns(version: Version) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let chosen = here.query("diff");
    let wanted = here.query("turns");
    let base = Memo::new(move |_| base(app, version, chosen.get().as_deref()).filter(|base| *base != version));
    let split = Memo::new(move |_| match (wanted.get(), base.get()) {
        (Some(slug), _) => SplitChoice::of_slug(&slug),
        (None, Some(base)) => app.run.with(|run| common_split(run, base, version)),
        (None, None) => SplitChoice::Validation,
    });
    let found = Memo::new(move |_| {
        let base = base.get()?;
        Some((base, app.run.with(|run| turned(run, split.get(), base, version))))
    });
    let splits = move || {
        let one = |(choice, words): (SplitChoice, &'static str)| {
            view! {
                <a
                    href=move || here.location().with("turns", choice.slug()).href()
                    aria-current=move || (split.get() == choice).then_some("true")
                >
                    {words}
                </a>
            }
        };
        let all = [
            (SplitChoice::Validation, "Validation"),
            (SplitChoice::HeldOut, "Held-out"),
            (SplitChoice::Train, "Train"),
        ];
        let offered = all.into_iter().filter(|(choice, _)| app.run.with(|run| !run.split(*choice).is_empty()));
        view! { <nav class="segmented" aria-label="Split">{offered.map(one).collect_view()}</nav> }
    };
    move || {
        let (base, (turns, paired)) = found.get()?;
        let (fixed, broken): (Vec<_>, Vec<_>) = turns.into_iter().partition(|one| one.turn == Turn::Fixed);
        Some(view! {
            <section data-testid="turns">
                <div class="section-head view-head">
                    <h2>{format!("Fixed and broke against {base}")}</h2>
                    <p class="filters">{judged(paired)}</p>
                    {splits()}
                </div>
                <div class="half">
                    <TurnedList title="Fixed" standing=Standing::Done turns=fixed />
                    <TurnedList title="Broke" standing=Standing::Failed turns=broken />
                </div>
            </section>
        })
    }
}

fn judged(paired: Paired) -> String {
    let both = paired.both_right + paired.both_wrong + paired.fixed + paired.broken;
    match both {
        0 => "No question of this split was judged for both.".into(),
        both => format!(
            "{} judged for both: {} right with both, {} wrong with both",
            count(both, "question"),
            paired.both_right,
            paired.both_wrong
        ),
    }
}

#[component]
fn TurnedList(title: &'static str, standing: Standing, turns: Vec<Turned>) -> impl IntoView {
    let number = turns.len();
    let turns = StoredValue::new(turns);
    let room = RwSignal::new(PAGE);
    let line = |one: &Turned| {
        view! {
            <li>
                <span class="note">{one.example.to_string()}</span>
                <a href=links::rollout(&one.step).href()>{one.question.clone()}</a>
                <span class="note">{one.why}</span>
            </li>
        }
    };
    view! {
        <section class="card" data-testid=title.to_lowercase()>
            <header>
                <h3>
                    <Status standing=standing words=title />
                </h3>
                <p>{count(number, "question")}</p>
            </header>
            {(number == 0).then(|| view! { <p class="muted">"None."</p> })}
            <ul class="turned">
                {move || turns.with_value(|turns| turns.iter().take(room.get()).map(line).collect_view())}
            </ul>
            {move || {
                (number > room.get())
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                data-size="small"
                                type="button"
                                on:click=move |_| room.set(number)
                            >
                                {format!("Show {} more", number - room.get_untracked())}
                            </button>
                        }
                    })
            }}
        </section>
    }
}
