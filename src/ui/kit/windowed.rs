//! A long table of which only the rows near the view exist. Rows may have any height: they come in blocks, and a block's
//! height is measured once it was shown.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Rows of a block.
const BLOCK: usize = 40;
/// Height of a row that was never shown, in pixels.
const ROW: f64 = 37.0;
/// Pixels above and below the view that are shown as well.
const MARGIN: f64 = 600.0;

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
    children: Children,
) -> impl IntoView {
    let scroller = NodeRef::<html::Div>::new();
    let heights = StoredValue::new(Vec::<f64>::new());
    let view = RwSignal::new((0.0, 800.0));
    // Another number of rows is another table: what was measured does not hold for it.
    let blocks = Memo::new(move |_| {
        let blocks = count.get().div_ceil(BLOCK);
        heights.update_value(|heights| {
            heights.clear();
            heights.resize(blocks, BLOCK as f64 * ROW);
        });
        blocks
    });
    let shown = Memo::new(move |_| {
        let blocks = blocks.get();
        let (top, height) = view.get();
        heights
            .with_value(|heights| window_of(&heights[..blocks.min(heights.len())], top - MARGIN, top + height + MARGIN))
    });
    let scrolled = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            view.set((scroller.scroll_top().into(), scroller.client_height().into()));
        }
    };
    Effect::new(move || {
        shown.track();
        count.track();
        request_animation_frame(move || {
            if let Some(scroller) = scroller.get_untracked() {
                measure(&scroller, heights);
            }
        });
    });
    // A search that finds less begins at its first row.
    let number = Memo::new(move |_| count.get());
    Effect::new(move |before: Option<()>| {
        number.track();
        if let (Some(()), Some(scroller)) = (before, scroller.get_untracked()) {
            scroller.set_scroll_top(0);
        }
    });
    let above = move || {
        let first = shown.get().0;
        heights.with_value(|heights| heights.iter().take(first).sum::<f64>())
    };
    let below = move || {
        let end = shown.get().1;
        heights.with_value(|heights| heights.iter().skip(end).sum::<f64>())
    };
    let block = move |block: usize| {
        let rows = (block * BLOCK..(block + 1) * BLOCK).take_while(|at| *at < count.get_untracked());
        view! { <tbody data-block=block>{rows.map(|at| row.run(at)).collect_view()}</tbody> }
    };
    view! {
        <div
            class="table-wrap"
            data-windowed=""
            role="region"
            aria-label=label
            tabindex="0"
            node_ref=scroller
            on:scroll=scrolled
        >
            <table class=class data-stack="" data-testid=testid aria-rowcount=move || count.get()>
                <thead>{children()}</thead>
                <Spacer height=Signal::derive(above) />
                {move || {
                    count.track();
                    let (first, end) = shown.get();
                    (first..end).map(block).collect_view()
                }}
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

fn measure(scroller: &HtmlElement, heights: StoredValue<Vec<f64>>) {
    let shown = scroller.get_elements_by_tag_name("tbody");
    let elements = (0..shown.length()).filter_map(|i| shown.item(i)?.dyn_into::<HtmlElement>().ok());
    let measured: Vec<(usize, f64)> = elements
        .filter_map(|element| {
            let block = element.get_attribute("data-block")?.parse().ok()?;
            Some((block, f64::from(element.offset_height())))
        })
        .collect();
    // The table may be gone by the next frame.
    heights.try_update_value(|heights| {
        for (block, height) in measured {
            if let Some(known) = heights.get_mut(block).filter(|_| height > 0.0) {
                *known = height;
            }
        }
    });
}
