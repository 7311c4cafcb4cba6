//! The palette: type a few letters of a screen, run, prompt, question or action, and go there. A combobox over a list in a native
//! dialog: the focus stays in the field, the arrow keys choose, Enter goes.

mod items;

use std::rc::Rc;

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::items::{Act, Target, items};
use super::panels::use_panels;
use crate::{
    run::{
        export::files::FileKind,
        format::count,
        palette::{Found, FoundGroup, Item, find},
    },
    ui::{
        kit::{Glyph, Icon, is_beside, keep_shown},
        look::Look,
        route::use_here,
        state::{AppState, use_app},
    },
};

const LIST: &str = "palette-list";

/// The dialog.
#[component]
pub fn Palette() -> impl IntoView {
    let (app, here, panels) = (use_app(), use_here(), use_panels());
    let look: Look = expect_context();
    let open = panels.palette;
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    // Made when it opens: what is possible then.
    let all = RwSignal::new_local(Rc::<[Item<Target>]>::from(Vec::new()));
    Effect::new(move || {
        let is_open = open.get();
        typed.set(String::new());
        all.set(if is_open { items(app).into() } else { Vec::new().into() });
    });
    keep_shown(dialog, open.into());
    let groups = Memo::new(move |_| all.with(|all| typed.with(|typed| find(all, typed))));
    let order = Memo::new(move |_| {
        groups.with(|groups| {
            groups.iter().flat_map(|group| group.found.iter().map(|found| found.item)).collect::<Vec<_>>()
        })
    });
    // Position among what is found; the first whenever something else is.
    let chosen = RwSignal::new(0_usize);
    Effect::new(move || {
        order.track();
        chosen.set(0);
    });
    let choose = move |at: usize| {
        chosen.set(at);
        bring_into_view(at);
    };
    let take = move |at: usize| {
        let item = order.with_untracked(|order| order.get(at).copied());
        let target = item.and_then(|item| all.with_untracked(|all| all.get(item).map(|item| item.target.clone())));
        let Some(target) = target else { return };
        open.set(false);
        match target {
            Target::Go(place) => here.go(place),
            Target::Open(run, place) => {
                app.open_run(run);
                here.go(place);
            }
            Target::Do(Act::ListShortcuts) => panels.to(panels.shortcuts),
            Target::Do(Act::Theme(theme)) => look.theme.set(theme),
            Target::Do(act) => perform(app, act),
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let (at, number) = (chosen.get_untracked(), order.with_untracked(Vec::len));
        match event.key().as_str() {
            "ArrowDown" if number > 0 => choose((at + 1) % number),
            "ArrowUp" if number > 0 => choose((at + number - 1) % number),
            "Enter" if !event.is_composing() => take(at),
            _ => return,
        }
        event.prevent_default();
    };
    let found_words = move || match order.with(Vec::len) {
        0 => "Nothing found".to_owned(),
        number => format!("{} found", count(number, "thing")),
    };
    let list = move || {
        let mut at = 0;
        let group = |group: FoundGroup| {
            let first = at;
            at += group.found.len();
            group_of(group, first, all, chosen, choose, take)
        };
        groups.get().into_iter().map(group).collect_view()
    };
    let beside = move |event: MouseEvent| {
        if is_beside(&event) {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog palette"
            node_ref=dialog
            aria-label="Find anything"
            data-testid="palette"
            on:close=move |_| open.set(false)
            on:click=beside
        >
            <div class="palette-field">
                <Icon glyph=Glyph::Search />
                <input
                    type="text"
                    autofocus=true
                    role="combobox"
                    aria-label="Find a screen, run, prompt, question or action"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-autocomplete="list"
                    aria-activedescendant=move || (order.with(Vec::len) > 0).then(|| option_id(chosen.get()))
                    placeholder="Screen, run, prompt, question, action"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="palette-input"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=pressed
                />
            </div>
            <div class="palette-list" id=LIST role="listbox" aria-label="What is found" data-testid="palette-list">
                {list}
            </div>
            {move || {
                (open.get() && order.with(Vec::is_empty))
                    .then(|| {
                        view! {
                            <p class="palette-none">
                                "Nothing has all of these words. Type fewer letters: the beginning of a word is enough."
                            </p>
                        }
                    })
            }}
            <p class="vh" role="status">
                {move || open.get().then(found_words)}
            </p>
            <footer>
                <span class="note">
                    <kbd>"↑"</kbd>
                    " "
                    <kbd>"↓"</kbd>
                    " choose "
                    <kbd>"Enter"</kbd>
                    " go "
                    <kbd>"Esc"</kbd>
                    " close"
                </span>
                <button
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    type="button"
                    data-testid="palette-shortcuts"
                    on:click=move |_| panels.to(panels.shortcuts)
                >
                    "Keyboard shortcuts"
                </button>
            </footer>
        </dialog>
    }
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Scrolls the list as little as shows an option, with the heading above the first.
fn bring_into_view(at: usize) {
    let (Some(list), Some(option)) = (element(LIST), element(&option_id(at))) else { return };
    let (top, height) = (if at == 0 { 0 } else { option.offset_top() }, option.offset_height());
    let bottom = option.offset_top() + height;
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

/// One kind of things; `first` is the position of its first among all that is found.
fn group_of(
    group: FoundGroup,
    first: usize,
    all: RwSignal<Rc<[Item<Target>]>, LocalStorage>,
    chosen: RwSignal<usize>,
    choose: impl Fn(usize) + Copy + 'static,
    take: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    let heading = format!("palette-of-{first}");
    let option = move |(within, found): (usize, Found)| {
        let at = first + within;
        let note = all.with_untracked(|all| all.get(found.item).map(|item| item.note.clone())).unwrap_or_default();
        let words = found.words.into_iter().map(|(piece, is_typed)| match is_typed {
            true => view! { <mark>{piece}</mark> }.into_any(),
            false => piece.into_any(),
        });
        view! {
            <div
                class="palette-option"
                id=option_id(at)
                role="option"
                aria-selected=move || if chosen.get() == at { "true" } else { "false" }
                on:pointermove=move |_| {
                    if chosen.get_untracked() != at {
                        choose(at);
                    }
                }
                on:click=move |_| take(at)
            >
                <span>{words.collect_view()}</span>
                <small>{note}</small>
            </div>
        }
    };
    let left_out = (group.left_out > 0).then(|| {
        view! { <p class="palette-more" aria-hidden="true">{format!("{} more: type on", group.left_out)}</p> }
    });
    view! {
        <div role="group" aria-labelledby=heading.clone()>
            <h3 id=heading.clone() role="presentation">{group.kind.heading()}</h3>
            {group.found.into_iter().enumerate().map(option).collect_view()}
            {left_out}
        </div>
    }
}

/// What is done at once. What a panel or the look is for is done where they are known.
fn perform(app: AppState, act: Act) {
    match act {
        Act::Pause => app.pause(),
        Act::Stop => app.stop(),
        Act::Resume => app.resume(),
        Act::TakeOver => app.take_over(),
        Act::LoadSample => app.want_sample(),
        Act::Save(kind) => app.export(kind),
        Act::SaveAll => app.export_zip("everything", &FileKind::ALL),
        Act::ListShortcuts | Act::Theme(_) => {}
    }
}
