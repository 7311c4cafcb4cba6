//! The best score by model calls. x in per cent, y in pixels: nothing is measured and no text is scaled. Arrow keys and the
//! pointer go from score to score; the line below says which one it is.

use leptos::{ev, prelude::*};

use crate::{
    domain::id::Version,
    run::{
        chart::{Band, Dot, Label, ScoreChart},
        view::Scoring,
    },
};

/// Pixels that the bands reach above the plot, for their names.
const HEADROOM: f64 = 22.0;

/// The chart with its sentence. `open` shows the candidate of the score that was chosen.
#[component]
pub fn ScoreChartView(#[prop(into)] chart: Signal<ScoreChart>, #[prop(into)] open: Callback<Version>) -> impl IntoView {
    let picked = RwSignal::new(None::<Scoring>);
    let place = move || {
        let picked = picked.get()?;
        chart.with(|chart| chart.dots().iter().position(|dot| dot.scoring == picked))
    };
    let number = move || chart.with(|chart| chart.dots().len());
    let readout = move || match picked.get() {
        Some(_) => place().map(|at| chart.with(|chart| chart.dots()[at].words())),
        None => None,
    };
    let pick = move |at: usize| picked.set(chart.with_untracked(|chart| chart.dots().get(at).map(|dot| dot.scoring)));
    let walk = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (at, last) = (untrack(place), untrack(number).saturating_sub(1));
        match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => pick(at.map_or(0, |at| (at + 1).min(last))),
            "ArrowLeft" | "ArrowDown" => pick(at.map_or(last, |at| at.saturating_sub(1))),
            "Home" => pick(0),
            "End" => pick(last),
            "Escape" => picked.set(None),
            "Enter" => picked.get_untracked().into_iter().for_each(|scoring| open.run(scoring.version)),
            _ => return,
        }
        event.prevent_default();
    };
    let drawn = move || {
        let chart = chart.get();
        view! {
            <div class="chart-y" aria-hidden="true">
                {y_words(&chart)}
            </div>
            {drawing(chart.clone(), picked, open)}
            <div class="chart-x" aria-hidden="true">
                {x_words(&chart)}
            </div>
        }
    };
    view! {
        <div class="chart-pad">
            <div
                class="chart"
                role="slider"
                tabindex="0"
                aria-label="Scores, in the order of the calls"
                aria-valuemin="0"
                aria-valuemax=move || number().to_string()
                aria-valuenow=move || place().map_or(0, |at| at + 1).to_string()
                aria-valuetext=move || readout().unwrap_or_else(|| chart.with(|chart| chart.sentence.clone()))
                data-testid="score-chart"
                on:keydown=walk
                on:pointerleave=move |_| picked.set(None)
            >
                {drawn}
            </div>
            <p class="note chart-readout" data-testid="chart-readout">
                {move || readout().unwrap_or_else(|| chart.with(|chart| chart.sentence.clone()))}
            </p>
        </div>
    }
}

fn y_words(chart: &ScoreChart) -> impl IntoView + use<> {
    let word = |tick: &crate::run::chart::Tick| {
        view! { <span style=format!("--y:{:.1}px", tick.at)>{tick.words.clone()}</span> }
    };
    chart.y_ticks.iter().map(word).collect_view()
}

fn x_words(chart: &ScoreChart) -> impl IntoView + use<> {
    // The last says "calls" as well, and needs the room of two where there is little.
    let is_near_end = |at: f64| at > 70.0 && at < 100.0;
    let word = |tick: &crate::run::chart::Tick| {
        view! {
            <span class:wide=is_near_end(tick.at) style=format!("--x:{:.2}%", tick.at)>
                {tick.words.clone()}
            </span>
        }
    };
    chart.x_ticks.iter().map(word).collect_view()
}

fn drawing(chart: ScoreChart, picked: RwSignal<Option<Scoring>>, open: Callback<Version>) -> impl IntoView {
    let height = chart.height;
    let grid = chart.y_ticks.iter().map(|tick| rule("grid-line", tick.at)).collect_view();
    let best = chart
        .best
        .iter()
        .map(|line| {
            view! {
                <line
                    class="best"
                    x1=format!("{:.2}%", line.x1)
                    x2=format!("{:.2}%", line.x2)
                    y1=format!("{:.1}", line.y1)
                    y2=format!("{:.1}", line.y2)
                ></line>
            }
        })
        .collect_view();
    let now = chart.now.map(|at| {
        let x = format!("{at:.2}%");
        view! { <line class="now" x1=x.clone() x2=x y1="0" y2=height.to_string()></line> }
    });
    let all = chart.mini.iter().map(|dot| ("mini", 4, dot)).chain(chart.full.iter().map(|dot| ("full", 6, dot)));
    let dots = all.clone().map(|(class, radius, dot)| dot_of(class, radius, dot, picked)).collect_view();
    let labels = chart.full.iter().filter_map(label_of).collect_view();
    let targets = all.map(|(_, _, dot)| target(dot, picked, open)).collect_view();
    view! {
        <svg height=height.to_string() aria-hidden="true">
            {chart.bands.into_iter().enumerate().map(|(i, band)| band_of(i, band, height)).collect_view()}
            {grid}
            {chart.seed.map(|y| rule("seed", y))}
            {best}
            {now}
            {dots}
            {labels}
            {targets}
        </svg>
    }
}

fn rule(class: &'static str, y: f64) -> impl IntoView {
    let y = format!("{y:.1}");
    view! { <line class=class x1="0" x2="100%" y1=y.clone() y2=y></line> }
}

fn band_of(number: usize, band: Band, height: f64) -> impl IntoView {
    let x = format!("{:.2}%", band.x);
    let shade = number.is_multiple_of(2).then(|| {
        view! {
            <rect
                class="band"
                x=x.clone()
                y=(-HEADROOM).to_string()
                width=format!("{:.2}%", band.width)
                height=(height + HEADROOM).to_string()
            ></rect>
        }
    });
    // A name that has no room would run into the next one.
    let is_roomy = band.width > 8.0;
    let name = is_roomy.then(|| {
        view! {
            <svg class="wide" x=x.clone() y="-8" overflow="visible">
                <text x="6">{band.name}</text>
            </svg>
            <svg class="slim" x=x y="-8" overflow="visible">
                <text x="4">{band.short}</text>
            </svg>
        }
    });
    view! {
        {shade}
        {name}
    }
}

fn dot_of(class: &'static str, radius: u32, dot: &Dot, picked: RwSignal<Option<Scoring>>) -> impl IntoView + use<> {
    let (x, y, scoring) = (format!("{:.2}%", dot.x), format!("{:.1}", dot.y), dot.scoring);
    let ring = {
        let (x, y) = (x.clone(), y.clone());
        move || {
            (picked.get() == Some(scoring)).then(|| {
                view! { <circle class="picked" cx=x.clone() cy=y.clone() r=(radius + 4).to_string()></circle> }
            })
        }
    };
    view! {
        <circle class=class cx=x cy=y r=radius.to_string()></circle>
        {ring}
    }
}

fn label_of(dot: &Dot) -> Option<impl IntoView + use<>> {
    let Label { dx, dy, ends } = dot.label?;
    let anchor = if ends { "end" } else { "start" };
    Some(view! {
        <svg x=format!("{:.2}%", dot.x) y=format!("{:.1}", dot.y + dy) overflow="visible">
            <text class="strong halo" x=dx.to_string() text-anchor=anchor>
                {dot.version.to_string()}
                " "
                <tspan class="wide">{dot.counts.clone()}</tspan>
            </text>
        </svg>
    })
}

/// What the pointer hits: more than the dot.
fn target(dot: &Dot, picked: RwSignal<Option<Scoring>>, open: Callback<Version>) -> impl IntoView + use<> {
    let scoring = dot.scoring;
    view! {
        <circle
            class="target"
            cx=format!("{:.2}%", dot.x)
            cy=format!("{:.1}", dot.y)
            r="11"
            on:pointerenter=move |_| picked.set(Some(scoring))
            on:click=move |_| open.run(scoring.version)
        ></circle>
    }
}
