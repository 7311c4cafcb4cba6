//! Arrow keys in a table of links: from cell to cell, over what has no link.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTableCellElement, HtmlTableElement, HtmlTableRowElement};

/// For a `keydown` above a table: moves the focus from the link in one cell to the next link in the arrow's direction.
pub fn walk_cells(event: ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let (down, right) = match event.key().as_str() {
        "ArrowUp" => (-1, 0),
        "ArrowDown" => (1, 0),
        "ArrowLeft" => (0, -1),
        "ArrowRight" => (0, 1),
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    if let Some(link) = target.and_then(|from| next_link(&from, down, right)) {
        event.prevent_default();
        // It fails only for what is no longer shown.
        link.focus().ok();
    }
}

fn closest<T: JsCast>(from: &HtmlElement, selector: &str) -> Option<T> {
    from.closest(selector).ok().flatten()?.dyn_into().ok()
}

fn next_link(from: &HtmlElement, down: i32, right: i32) -> Option<HtmlElement> {
    if !from.matches("a").unwrap_or_default() {
        return None;
    }
    let cell: HtmlTableCellElement = closest(from, "td, th")?;
    let row: HtmlTableRowElement = closest(from, "tr")?;
    let table: HtmlTableElement = closest(from, "table")?;
    let (mut at_row, mut at_column) = (row.row_index(), cell.cell_index());
    loop {
        at_row += down;
        at_column += right;
        if at_row < 0 || at_column < 0 {
            return None;
        }
        let row: HtmlTableRowElement = table.rows().item(at_row as u32)?.dyn_into().ok()?;
        let cell = row.cells().item(at_column as u32);
        if right != 0 && cell.is_none() {
            return None;
        }
        if let Some(link) = cell.and_then(|cell| cell.query_selector("a").ok().flatten()) {
            return link.dyn_into().ok();
        }
    }
}
