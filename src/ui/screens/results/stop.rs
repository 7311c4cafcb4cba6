//! The one link of a grid at which the Tab key stops: arrow, page, Home and End keys move it, and so does whatever else gives a link
//! the focus. Its row and its column exist even far from the view, so that scrolling takes the focus from nobody.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{choice::Choice, columns::ColumnWindow};
use crate::{
    run::results::{Extent, Piece, Spot, Step, page_of, scrolled_to},
    ui::kit::keep_focus,
};

/// What tells a place's link from others: its column. The row tells its line.
const LINK: &str = "a[data-at]";
/// A place far away moves while the rows around it come into being: it rests once it stood still for so many frames.
const STILL: usize = 3;
/// Frames after which it is left alone whether it rests or not.
const FRAMES: usize = 60;

/// The stop; a handle to be copied.
#[derive(Clone, Copy)]
pub struct Stop {
    /// The element around the table.
    pub frame: NodeRef<html::Div>,
    pub window: ColumnWindow,
    choice: Choice,
    has_questions: bool,
    /// Where it was moved to.
    moved: RwSignal<Option<Spot>>,
    at: Memo<Spot>,
}

impl Stop {
    /// `selected` is the question that somebody comes back to; `has_questions` tells whether questions are links themselves.
    pub fn new(choice: Choice, window: ColumnWindow, selected: Memo<Option<String>>, has_questions: bool) -> Self {
        let moved = RwSignal::new(None::<Spot>);
        let at = Memo::new(move |_| {
            choice.listing.with(|listing| {
                let prompts = listing.versions.len();
                let extent = Extent { has_heads: true, has_questions, prompts, page: 1 };
                let line = selected.with(|id| id.as_deref().and_then(|id| listing.line_of(id)));
                let still = moved.get().filter(|spot| listing.has_link(*spot, &extent));
                still.unwrap_or_else(|| listing.first_spot(line, &extent))
            })
        });
        // Another list begins at its beginning; one that grows while a run goes on does not.
        Effect::new(move |before: Option<()>| {
            choice.query.track();
            if before.is_some() {
                moved.set(None);
            }
        });
        let stop = Self { frame: NodeRef::new(), window, choice, has_questions, moved, at };
        Effect::new(move || {
            choice.listing.track();
            stop.mark(at.get());
        });
        stop
    }

    /// The line that has to exist.
    pub fn line(self) -> Signal<Option<usize>> {
        let at = self.at;
        Signal::derive(move || at.get().line)
    }

    /// The place among a line's other prompts that has to exist.
    pub fn other_in(self, line: usize, after: usize) -> Memo<Option<usize>> {
        let at = self.at;
        Memo::new(move |_| {
            let Spot { line: stands_in, column } = at.get();
            if stands_in == Some(line) { column.checked_sub(after + 2) } else { None }
        })
    }

    /// The parts of a line's `number` others, to be drawn at once.
    pub fn drawn_in(self, number: usize, kept: Option<usize>) -> Vec<Piece> {
        if kept.is_some() {
            keep_focus();
        }
        self.window.of(number, kept)
    }

    /// A link's `tabindex` as it is made.
    pub fn tabindex(self, line: Option<usize>, column: usize) -> &'static str {
        if self.at.get_untracked() == (Spot { line, column }) { "0" } else { "-1" }
    }

    /// For a key that is pressed within the frame.
    pub fn pressed(self, event: ev::KeyboardEvent) {
        if event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let is_link = target(&event).is_some_and(|target| target.matches(LINK).unwrap_or_default());
        let step = Step::of_key(&event.key(), event.ctrl_key()).filter(|_| is_link);
        let (Some(step), Some(frame)) = (step, self.frame.get_untracked()) else { return };
        event.prevent_default();
        let next = self.choice.listing.with_untracked(|listing| {
            let prompts = listing.versions.len();
            let (has_heads, page) = drawn(&frame);
            let extent = Extent { has_heads, has_questions: self.has_questions, prompts, page };
            listing.step(self.at.get_untracked(), step, &extent)
        });
        if let Some(next) = next {
            self.moved.set(Some(next));
            if !self.focus() {
                // Its row or its column comes into being first.
                request_animation_frame(move || {
                    self.focus();
                });
            }
        }
    }

    /// For a link within the frame that was given the focus.
    pub fn focused(self, event: ev::FocusEvent) {
        let spot = target(&event).and_then(|link| spot_of(&link));
        if let Some(spot) = spot.filter(|spot| *spot != self.at.get_untracked()) {
            self.moved.set(Some(spot));
        }
    }

    /// Takes the other links out of the order of the Tab key.
    fn mark(self, spot: Spot) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let Ok(marked) = frame.query_selector_all("a[data-at][tabindex='0']") else { return };
        let marked = (0..marked.length()).filter_map(|at| marked.item(at)?.dyn_into::<HtmlElement>().ok());
        marked.for_each(|link| link.set_tab_index(-1));
        if let Some(link) = link_at(&frame, spot) {
            link.set_tab_index(0);
        }
    }

    /// Brings the stop into view and gives it the focus; `false` if it does not exist yet.
    fn focus(self) -> bool {
        let (Some(Some(frame)), Some(spot)) = (self.frame.try_get_untracked(), self.at.try_get_untracked()) else {
            return false;
        };
        let Some(link) = link_at(&frame, spot) else { return false };
        if bring_into_view(&frame, &link, spot) {
            self.settle(spot, STILL, FRAMES);
        }
        link.focus().is_ok()
    }

    /// Brings a place into view again in the frames that follow, while it is the stop and until it rests.
    fn settle(self, spot: Spot, still: usize, frames: usize) {
        if still == 0 || frames == 0 {
            return;
        }
        request_animation_frame(move || {
            let is_stop = self.at.try_get_untracked() == Some(spot);
            let frame = self.frame.try_get_untracked().flatten().filter(|_| is_stop);
            if let Some((frame, link)) = frame.and_then(|frame| link_at(&frame, spot).map(|link| (frame, link))) {
                let still = if bring_into_view(&frame, &link, spot) { STILL } else { still - 1 };
                self.settle(spot, still, frames - 1);
            }
        });
    }
}

fn target(event: &web_sys::Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn found<T: JsCast>(within: &HtmlElement, selector: &str) -> Option<T> {
    within.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn closest(to: &HtmlElement, selector: &str) -> Option<HtmlElement> {
    to.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// The head is row 1 of the table.
fn row_of(line: Option<usize>) -> usize {
    line.map_or(1, |line| line + 2)
}

fn link_at(frame: &HtmlElement, spot: Spot) -> Option<HtmlElement> {
    found(frame, &format!("tr[aria-rowindex='{}'] a[data-at='{}']", row_of(spot.line), spot.column))
}

fn spot_of(link: &HtmlElement) -> Option<Spot> {
    let column = link.get_attribute("data-at")?.parse().ok()?;
    let row: usize = closest(link, "tr")?.get_attribute("aria-rowindex")?.parse().ok()?;
    Some(Spot { line: row.checked_sub(row_of(Some(0))), column })
}

/// Whether the heads' links can be seen, and how many lines the view has room for.
fn drawn(frame: &HtmlElement) -> (bool, usize) {
    let has_heads = found(frame, "thead a[data-at]").is_some_and(|link: HtmlElement| link.offset_width() > 0);
    let (mut rows, mut height) = (0, 0.0);
    let blocks = frame.get_elements_by_tag_name("tbody");
    for at in 0..blocks.length() {
        let block = blocks.item(at).and_then(|block| block.dyn_into::<HtmlElement>().ok());
        if let Some(block) = block.filter(|block| block.has_attribute("data-block")) {
            rows += block.child_element_count() as usize;
            height += f64::from(block.offset_height());
        }
    }
    let view = found(frame, "[data-windowed]").map_or(0, |scroller: HtmlElement| scroller.client_height());
    let head = found(frame, "thead").map_or(0, |head: HtmlElement| head.offset_height());
    (has_heads, page_of(f64::from(view - head), rows, height))
}

/// Where a cell begins in its table, from the left and from the top. One that stays in place counts from what the table counts from.
fn place_in_table(cell: &HtmlElement) -> (i32, i32) {
    let (left, top) = (cell.offset_left(), cell.offset_top());
    let is_of_table = cell.offset_parent().is_some_and(|parent| parent.local_name() == "table");
    let table = closest(cell, "table").filter(|_| !is_of_table);
    table.map_or((left, top), |table| (left - table.offset_left(), top - table.offset_top()))
}

/// Heads and questions stay in place while the rest scrolls below them. `true` if anything was scrolled.
fn bring_into_view(frame: &HtmlElement, link: &HtmlElement, spot: Spot) -> bool {
    let (Some(scroller), Some(cell)) = (found::<HtmlElement>(frame, "[data-windowed]"), closest(link, "td, th")) else {
        return false;
    };
    let mut is_scrolled = false;
    let number = f64::from;
    let (left, top) = place_in_table(&cell);
    if spot.line.is_some() {
        let head = found(frame, "thead").map_or(0, |head: HtmlElement| head.offset_height());
        let (at, start) = (number(scroller.scroll_top()), number(top));
        let end = start + number(cell.offset_height());
        let to = scrolled_to(at, number(scroller.client_height()), number(head), start, end);
        if to != at {
            scroller.set_scroll_top(to as i32);
            is_scrolled = true;
        }
    }
    if spot.column > 0 {
        let question = found(frame, "thead th").map_or(0, |head: HtmlElement| head.offset_width());
        let (at, start) = (number(scroller.scroll_left()), number(left));
        let end = start + number(cell.offset_width());
        let to = scrolled_to(at, number(scroller.client_width()), number(question), start, end);
        if to != at {
            scroller.set_scroll_left(to as i32);
            is_scrolled = true;
        }
    }
    is_scrolled
}
