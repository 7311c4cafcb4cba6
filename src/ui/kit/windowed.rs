//! A long table of which only the rows near the view exist. Rows may have any height: they come in blocks, and a block's
//! height is measured once it was shown. A block that stays in view keeps its elements, and so the focus in it.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::keep_focus;

/// Pixels above and below the view that are shown as well.
const MARGIN: f64 = 600.0;

/// How many rows a block has, and how high one that was never shown is taken to be, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blocks {
    pub rows: usize,
    pub row_height: f64,
}

impl Default for Blocks {
    fn default() -> Self {
        Self { rows: 40, row_height: 37.0 }
    }
}

/// What the rows of a table are made from: tells of every change behind it, also where it comes out the same.
pub fn always<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    Memo::new_with_compare(move |_| value(), |_, _| true)
}

/// A table in its own scroller, renewed when `count` is told anew. `row` makes the `<tr>` of an index below `count`; the children are the table's head.
#[component]
pub fn Windowed(
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] row: Callback<usize, AnyView>,
    /// What the table is, for readers of screens.
    #[prop(into)]
    label: String,
    #[prop(into)] testid: String,
    /// The table's class.
    #[prop(default = "table")]
    class: &'static str,
    #[prop(optional)] blocks: Blocks,
    /// The `<col>`s of a table whose widths do not hang on what is in view.
    #[prop(optional, into)]
    columns: Option<ViewFn>,
    /// A row that is to be seen when the table comes up.
    #[prop(optional_no_strip)]
    first_seen: Option<usize>,
    /// Told of the scroller when the table is up, and after each scrolling and change of size.
    #[prop(optional, into)]
    looked: Option<Callback<HtmlElement>>,
    /// A row that exists wherever the view is, and with it the focus in it. Such a table is a grid with a stop of the Tab key in
    /// that row: the scroller needs none.
    #[prop(optional, into)]
    kept: Option<Signal<Option<usize>>>,
    children: Children,
) -> impl IntoView {
    let scroller = NodeRef::<html::Div>::new();
    let heights = StoredValue::new(Vec::<f64>::new());
    // Top, height and margin: the first frame shows what is in view, the next one the rest.
    let view = RwSignal::new((0.0, 900.0, 0.0));
    // Another number of rows is another table: what was measured does not hold for it.
    let number = Memo::new(move |_| {
        let number = count.get().div_ceil(blocks.rows);
        heights.update_value(|heights| {
            heights.clear();
            heights.resize(number, blocks.rows as f64 * blocks.row_height);
        });
        number
    });
    let shown = Memo::new(move |_| {
        let number = number.get();
        let (top, height, margin) = view.get();
        let (first, end) = heights.with_value(|heights| {
            window_of(&heights[..number.min(heights.len())], top - margin, top + height + margin)
        });
        let kept = kept.and_then(|kept| kept.get()).map(|row| row / blocks.rows).filter(|block| *block < number);
        with_kept(first, end, kept)
    });
    // The table may be gone by the next frame, and its references with it.
    let present = move || scroller.try_get_untracked().flatten();
    let look = move || {
        if let Some(scroller) = present() {
            view.set((scroller.scroll_top().into(), scroller.client_height().into(), MARGIN));
            if let Some(looked) = looked {
                looked.run((*scroller).clone());
            }
        }
    };
    let resized = window_event_listener(ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    Effect::new(move || {
        shown.track();
        count.track();
        request_animation_frame(move || {
            if let Some(scroller) = present() {
                measure(&scroller, heights);
            }
        });
    });
    Effect::new(move |before: Option<()>| {
        if before.is_none() && scroller.get().is_some() {
            request_animation_frame(move || {
                if let (Some(row), Some(scroller)) = (first_seen, present()) {
                    bring_into_view(&scroller, heights, blocks, row);
                }
                request_animation_frame(look);
            });
        }
    });
    // A search that finds less begins at its first row.
    let rows = Memo::new(move |_| count.get());
    Effect::new(move |before: Option<()>| {
        rows.track();
        if let (Some(()), Some(scroller)) = (before, present()) {
            scroller.set_scroll_top(0);
        }
    });
    // What lies between a block and the one before it, and after the last.
    let gap = move |block: usize| {
        let begin =
            shown.with(|shown| shown.iter().rev().find(|before| **before < block).map_or(0, |before| before + 1));
        heights.with_value(|heights| heights.get(begin..block).map_or(0.0, |between| between.iter().sum::<f64>()))
    };
    let below = move || gap(number.get());
    let rows_of = move |block: usize| {
        let rows = block * blocks.rows..(block + 1) * blocks.rows;
        move || rows.clone().take_while(|at| *at < count.get()).map(|at| row.run(at)).collect_view()
    };
    let is_grid = kept.is_some();
    view! {
        <div
            class="table-wrap"
            data-windowed=""
            role="region"
            aria-label=label
            tabindex=if is_grid { "-1" } else { "0" }
            node_ref=scroller
            on:scroll=move |_| look()
        >
            <table class=class data-stack="" data-testid=testid role=is_grid.then_some("grid") aria-rowcount=move || count.get() + 1>
                {columns.map(|columns| view! { <colgroup>{move || columns.run()}</colgroup> })}
                <thead>{children()}</thead>
                <For
                    each=move || {
                        keep_focus();
                        shown.get()
                    }
                    key=|block| *block
                    children=move |block| {
                        view! {
                            <Spacer height=Signal::derive(move || gap(block)) />
                            <tbody data-block=block>{rows_of(block)}</tbody>
                        }
                    }
                />
                <Spacer height=Signal::derive(below) />
            </table>
        </div>
    }
}

#[component]
fn Spacer(height: Signal<f64>) -> impl IntoView {
    move || {
        let height = height.get();
        (height > 0.0).then(|| {
            view! {
                <tbody aria-hidden="true">
                    <tr class="spacer" style=format!("height:{height:.0}px")></tr>
                </tbody>
            }
        })
    }
}

/// The blocks that lie between `top` and `bottom`, as first and end.
fn window_of(heights: &[f64], top: f64, bottom: f64) -> (usize, usize) {
    let mut at = 0.0;
    let (mut first, mut end) = (heights.len(), heights.len());
    for (block, height) in heights.iter().enumerate() {
        if at + height > top && first == heights.len() {
            first = block;
        }
        if at >= bottom {
            end = block;
            break;
        }
        at += height;
    }
    (first.min(heights.len().saturating_sub(1)), end)
}

/// The blocks from `first` to `end`, and the kept one.
fn with_kept(first: usize, end: usize, kept: Option<usize>) -> Vec<usize> {
    let kept = kept.filter(|block| !(first..end).contains(block));
    let before = kept.filter(|block| *block < first);
    let after = kept.filter(|block| *block >= end);
    before.into_iter().chain(first..end).chain(after).collect()
}

fn blocks_in(scroller: &HtmlElement) -> impl Iterator<Item = (usize, HtmlElement)> {
    let shown = scroller.get_elements_by_tag_name("tbody");
    (0..shown.length()).filter_map(move |i| {
        let element = shown.item(i)?.dyn_into::<HtmlElement>().ok()?;
        Some((element.get_attribute("data-block")?.parse().ok()?, element))
    })
}

fn measure(scroller: &HtmlElement, heights: StoredValue<Vec<f64>>) {
    let measured: Vec<(usize, f64)> =
        blocks_in(scroller).map(|(block, element)| (block, f64::from(element.offset_height()))).collect();
    // The table may be gone by the next frame.
    heights.try_update_value(|heights| {
        for (block, height) in measured {
            if let Some(known) = heights.get_mut(block).filter(|_| height > 0.0) {
                *known = height;
            }
        }
    });
}

/// Scrolls to a row by what is known of the heights above it, then to the row itself once it exists.
fn bring_into_view(scroller: &HtmlElement, heights: StoredValue<Vec<f64>>, blocks: Blocks, row: usize) {
    let block = row / blocks.rows;
    let within = (row % blocks.rows) as f64 * blocks.row_height;
    let above = heights.with_value(|heights| heights.iter().take(block).sum::<f64>()) + within;
    scroller.set_scroll_top((above - f64::from(scroller.client_height()) / 2.0) as i32);
    let scroller = scroller.clone();
    request_animation_frame(move || {
        let Some((_, found)) = blocks_in(&scroller).find(|(known, _)| *known == block) else { return };
        if let Some(row) = found.children().item((row % blocks.rows) as u32) {
            row.scroll_into_view_with_bool(false);
        }
    });
}
