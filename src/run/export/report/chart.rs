//! The score chart. Its geometry is that of the screen: x in per cent, y in pixels, so that it fits any width.

use super::html::Html;
use crate::run::{
    chart::{Dot, Label, score_chart},
    view::RunView,
};

/// Pixels.
const HEIGHT: f64 = 240.0;
/// Per cent of the width below which a round has no room for its name.
const NARROW: f64 = 8.0;

/// The best score by model calls, with its sentence.
pub fn section(html: &mut Html, view: &RunView) {
    let Some(chart) = score_chart(view, HEIGHT) else { return };
    html.raw("<section><h2>Scores</h2>\n<figure>\n<div class=\"chart\" role=\"img\" aria-label=\"");
    html.text(&chart.sentence).raw("\"><div class=\"chart-y\" aria-hidden=\"true\">");
    for tick in &chart.y_ticks {
        html.raw("<span style=\"top:").text(px(tick.at)).element("px\">", &tick.words, "</span>");
    }
    html.raw("</div>\n<svg aria-hidden=\"true\" height=\"").text(HEIGHT).raw("\">\n");
    for band in chart.bands.iter().filter(|band| band.width > NARROW) {
        html.raw("<svg overflow=\"visible\" y=\"-8\" x=\"").text(percent(band.x));
        html.element("\"><text x=\"4\">", &band.name, "</text></svg>");
        line(html, "<line class=\"band\" ", [band.x, band.x], [0.0, HEIGHT]);
    }
    for tick in &chart.y_ticks {
        line(html, "<line class=\"grid\" ", [0.0, 100.0], [tick.at, tick.at]);
    }
    if let Some(seed) = chart.seed {
        line(html, "<line class=\"seed\" ", [0.0, 100.0], [seed, seed]);
    }
    for best in &chart.best {
        line(html, "<line class=\"best\" ", [best.x1, best.x2], [best.y1, best.y2]);
    }
    chart.mini.iter().for_each(|mini| dot(html, "<circle class=\"mini\" r=\"4\" ", mini));
    chart.full.iter().for_each(|full| dot(html, "<circle class=\"full\" r=\"6\" ", full));
    html.raw("</svg>\n<div class=\"chart-x\" aria-hidden=\"true\">");
    for tick in &chart.x_ticks {
        html.raw("<span style=\"left:").text(percent(tick.at)).element("\">", &tick.words, "</span>");
    }
    html.raw("</div></div>\n<figcaption>").text(&chart.sentence);
    html.raw(" Solid dots: all of validation. Hollow dots: a part of it, not to be compared with them. Line: best so far. Dashed: the original.");
    html.raw("</figcaption>\n</figure></section>\n");
}

fn line(html: &mut Html, open: &'static str, [x1, x2]: [f64; 2], [y1, y2]: [f64; 2]) {
    html.raw(open).raw("x1=\"").text(percent(x1)).raw("\" x2=\"").text(percent(x2));
    html.raw("\" y1=\"").text(px(y1)).raw("\" y2=\"").text(px(y2)).raw("\"/>\n");
}

fn dot(html: &mut Html, open: &'static str, dot: &Dot) {
    html.raw(open).raw("cx=\"").text(percent(dot.x)).raw("\" cy=\"").text(px(dot.y)).raw("\"><title>");
    html.text(format_args!("{} {}", dot.version, dot.counts)).raw("</title></circle>\n");
    if let Some(Label { dx, dy, ends }) = dot.label {
        let anchor = if ends { "end" } else { "start" };
        html.raw("<svg overflow=\"visible\" x=\"").text(percent(dot.x)).raw("\" y=\"").text(px(dot.y + dy));
        html.raw("\"><text class=\"strong\" text-anchor=\"").text(anchor).raw("\" x=\"").text(dx).raw("\">");
        html.text(format_args!("{} {}", dot.version, dot.counts)).raw("</text></svg>\n");
    }
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
