//! Which of many columns exist: the compared prompts always, of the others those near the view.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::run::results::{Piece, pieces};

/// The others that exist, as first and end among them; a handle to be copied.
#[derive(Clone, Copy)]
pub struct ColumnWindow {
    range: RwSignal<(usize, usize)>,
    margin: usize,
}

impl ColumnWindow {
    /// `margin` columns to the left and right of the view exist as well, and the range moves in steps of as many. Until the
    /// table is up, it is what a wide window shows.
    pub fn new(at_first: usize, margin: usize) -> Self {
        Self { range: RwSignal::new((0, at_first)), margin }
    }

    /// Looks at the heads, all of which exist, for what is in view.
    pub fn look(self) -> Callback<HtmlElement> {
        Callback::new(move |scroller: HtmlElement| {
            let heads = scroller.query_selector_all("thead th[data-other]");
            let Some(first) = heads.ok().and_then(|heads| heads.item(0)?.dyn_into::<HtmlElement>().ok()) else {
                return;
            };
            let width = f64::from(first.offset_width());
            if width <= 0.0 {
                return;
            }
            let left = f64::from(scroller.scroll_left()) - f64::from(first.offset_left());
            let right = left + f64::from(scroller.client_width());
            let step = self.margin as f64;
            let begin = ((left / width / step).floor() * step - step).max(0.0) as usize;
            let end = ((right / width / step).ceil() * step + step).max(0.0) as usize;
            if self.range.get_untracked() != (begin, end) {
                self.range.set((begin, end));
            }
        })
    }

    /// The parts of a row of `number` others, with the one at `kept` whether it is in view or not.
    pub fn of(self, number: usize, kept: Option<usize>) -> Vec<Piece> {
        pieces(number, self.range.get(), kept)
    }
}
