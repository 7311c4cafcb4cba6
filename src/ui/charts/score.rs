//! The best score by model calls. x in per cent, y in pixels: nothing is measured and no text is scaled.

use leptos::prelude::*;

use crate::run::chart::{Band, Dot, ScoreChart};

/// Pixels that the bands reach above the plot, for their names.
const HEADROOM: f64 = 22.0;

/// The chart. Its sentence is its label; the numbers stand in text elsewhere on the screen.
#[component]
pub fn ScoreChartView(chart: ScoreChart) -> impl IntoView {
    let height = chart.height;
    let y_words = chart
        .y_ticks
        .iter()
        .map(|tick| view! { <span style=format!("--y:{:.1}px", tick.at)>{tick.words.clone()}</span> })
        .collect_view();
    let x_words = chart
        .x_ticks
        .iter()
        .map(|tick| view! { <span style=format!("--x:{:.2}%", tick.at)>{tick.words.clone()}</span> })
        .collect_view();
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
    view! {
        <div class="chart-pad">
            <div class="chart" role="img" aria-label=chart.sentence data-testid="score-chart">
                <div class="chart-y" aria-hidden="true">
                    {y_words}
                </div>
                <svg height=height.to_string() aria-hidden="true">
                    {chart.bands.into_iter().enumerate().map(|(i, band)| band_of(i, band, height)).collect_view()}
                    {grid}
                    {chart.seed.map(|y| rule("seed", y))}
                    {best}
                    {now}
                    {chart.mini.into_iter().map(|dot| dot_of("mini", 4, dot)).collect_view()}
                    {chart.full.into_iter().map(|dot| dot_of("full", 6, dot)).collect_view()}
                </svg>
                <div class="chart-x" aria-hidden="true">
                    {x_words}
                </div>
            </div>
        </div>
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

fn dot_of(class: &'static str, radius: u32, dot: Dot) -> impl IntoView {
    let (x, y) = (format!("{:.2}%", dot.x), format!("{:.1}", dot.y));
    let anchor = if dot.x > 12.0 { "end" } else { "start" };
    let shift = if dot.x > 12.0 { "4" } else { "-4" };
    let label = dot.is_labelled.then(|| {
        view! {
            <svg x=x.clone() y=format!("{:.1}", dot.y - 12.0) overflow="visible">
                <text class="strong halo" x=shift text-anchor=anchor>
                    {dot.version.to_string()}
                    " "
                    <tspan class="wide">{dot.counts.clone()}</tspan>
                </text>
            </svg>
        }
    });
    view! {
        <circle class=class cx=x cy=y r=radius.to_string()>
            <title>{format!("{} {}", dot.version, dot.counts)}</title>
        </circle>
        {label}
    }
}
