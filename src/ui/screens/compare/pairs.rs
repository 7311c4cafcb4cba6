//! Each run's best prompt against that of the first, on the held-out questions that both were asked.

use leptos::prelude::*;

use super::Sides;
use crate::{
    run::{
        comparison::{Pair, Side, letter, pair},
        format::gain_interval,
    },
    ui::kit::PairedParts,
};

/// A card for every run but the first.
#[component]
pub fn Pairs(sides: Sides) -> impl IntoView {
    let of: Vec<&Side> = sides.iter().map(|(_, side)| side).collect();
    let cards = (1..of.len()).map(|second| card(pair(&of, 0, second), &of)).collect_view();
    view! {
        <section data-testid="compare-pairs">
            <div class="section-head">
                <h2>"Best prompts on the same held-out questions"</h2>
                <p>"Exact paired test, as in a run's own verdict"</p>
            </div>
            <div class="stack" style="--gap:16px">
                {cards}
            </div>
        </section>
    }
}

fn card(pair: Pair, sides: &[&Side]) -> impl IntoView + use<> {
    let Pair { first, second, paired, interval, headline, sentences, verdict, .. } = pair;
    let title = headline.clone();
    let name = |at: usize| format!("{}: {} of {}", letter(at), sides[at].best, sides[at].name);
    let names = format!("{}. {}.", name(first), name(second));
    let slug = format!("pair-{}-{}", letter(first), letter(second));
    let numbers = verdict.map(|_| {
        let interval = interval.map(|interval| {
            let words = format!("{} points, by the same exact test", gain_interval(interval.low, interval.high));
            view! { <p class="note">{format!("Difference: {words}.")}</p> }
        });
        view! {
            <div class="stack" style="--gap:12px">
                <PairedParts
                    paired=paired
                    fixed=format!("only {} right", letter(second))
                    broken=format!("only {} right", letter(first))
                    tones=["accent", "half"]
                />
                {interval}
            </div>
        }
    });
    // Neither is the original here: that one is better than the other is no good or bad news.
    view! {
        <section class="verdict" data-verdict=if verdict == Some("unproven") || verdict.is_none() { "unproven" } else { "better" } data-testid=slug data-found=verdict>
            <div>
                <h3 class="verdict-word">{title}</h3>
                <p>{sentences.join(" ")}</p>
                <p class="note">{names}</p>
            </div>
            {numbers}
        </section>
    }
}
