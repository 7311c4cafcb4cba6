//! The family tree of a search. Arrow keys move along it: left to the parent, right to the nearest child, up and down within a
//! round. One node at a time is in the order of the Tab key. A large tree scrolls in its card: the best prompt is in view until
//! somebody scrolls, and a node that is picked always.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::run::lineage::{Column, Edge, Lineage, Node, NodeKey, NodeSize, NodeState, Way};

/// Pixels from the edge within which a node counts as out of view.
const EDGE: f64 = 48.0;

/// The tree. `href` is where a node leads; `open` is told of a click and of Enter instead of following it.
#[component]
pub fn LineageTree(
    #[prop(into)] tree: Signal<Lineage>,
    /// The node that is shown elsewhere.
    #[prop(into)]
    picked: Signal<Option<NodeKey>>,
    #[prop(into)] href: Callback<NodeKey, String>,
    #[prop(into)] open: Callback<NodeKey>,
) -> impl IntoView {
    let visited = RwSignal::new(None::<NodeKey>);
    let current = Memo::new(move |_| {
        let visited = visited.get();
        tree.with(|tree| {
            let best = tree.nodes.iter().find(|node| node.state == NodeState::Best).or(tree.nodes.first());
            visited.filter(|key| tree.node(*key).is_some()).or(best.map(|node| node.key))
        })
    });
    let walk = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let way = match event.key().as_str() {
            "ArrowLeft" => Way::ToParent,
            "ArrowRight" => Way::ToChild,
            "ArrowUp" => Way::Up,
            "ArrowDown" => Way::Down,
            _ => return,
        };
        event.prevent_default();
        let from = current.get_untracked();
        if let Some(to) = from.and_then(|from| tree.with_untracked(|tree| tree.step(from, way))) {
            visited.set(Some(to));
            focus(to);
        }
    };
    let frame = NodeRef::<html::Div>::new();
    let is_taken = RwSignal::new(false);
    let place = Memo::new(move |_| {
        let wanted = |node: &&Node| match picked.get() {
            Some(key) => node.key == key,
            None => node.state == NodeState::Best && !is_taken.get(),
        };
        tree.with(|tree| tree.nodes.iter().find(wanted).map(|node| (node.x, node.y)))
    });
    Effect::new(move || {
        if let (Some(frame), Some((x, y))) = (frame.get(), place.get()) {
            // By then the frame lays the page out anyway; here it would once more.
            request_animation_frame(move || bring_into_view(&frame, x, y));
        }
    });
    let keys = Memo::new(move |_| tree.with(|tree| tree.nodes.iter().map(|node| node.key).collect::<Vec<_>>()));
    let edges = Memo::new(move |_| tree.with(|tree| tree.edges.clone()));
    let columns = Memo::new(move |_| tree.with(|tree| (tree.columns.clone(), tree.height)));
    let size = Memo::new(move |_| tree.with(|tree| tree.size));
    let width = move || tree.with(|tree| format!("min-width:{:.0}px", tree.column_width * tree.columns.len() as f64));
    let node = move |key: NodeKey| {
        let node = Memo::new(move |_| tree.with(|tree| tree.node(key).cloned()));
        let is_current = Memo::new(move |_| current.get() == Some(key));
        one(key, node.into(), size.into(), is_current.into(), visited, href.run(key), open)
    };
    view! {
        <div
            class="tree"
            node_ref=frame
            data-testid="lineage-tree"
            on:wheel=move |_| is_taken.set(true)
            on:pointerdown=move |_| is_taken.set(true)
        >
            <div class="tree-heads" style=width>
                {move || columns.with(|(columns, _)| columns.iter().map(head).collect_view())}
            </div>
            <svg
                height=move || tree.with(|tree| format!("{:.0}", tree.height))
                style=width
                role="group"
                aria-label=move || tree.with(|tree| tree.sentence.clone())
                on:keydown=walk
            >
                {move || {
                    let (columns, height) = columns.get();
                    columns.into_iter().map(|column| note(column, height)).collect_view()
                }}
                {move || edges.get().into_iter().map(edge).collect_view()}
                <For each=move || keys.get() key=|key| *key children=node />
            </svg>
        </div>
    }
}

/// The element of a node, by its id.
fn element_id(key: NodeKey) -> String {
    format!("node-{}", key.slug().replace('.', "-"))
}

fn focus(key: NodeKey) {
    let element = document().get_element_by_id(&element_id(key));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::SvgElement>().ok()) {
        // It fails only for what is no longer shown.
        element.focus().ok();
    }
}

/// Scrolls the tree, not the page, so that a node stands in its middle, unless it is in view already.
fn bring_into_view(frame: &web_sys::HtmlElement, x: f64, y: f64) {
    let (width, height) = (f64::from(frame.client_width()), f64::from(frame.client_height()));
    let (left, top) = (f64::from(frame.scroll_left()), f64::from(frame.scroll_top()));
    let x = x / 100.0 * f64::from(frame.scroll_width());
    let lies_within = |at: f64, start: f64, room: f64| at > start + EDGE && at < start + room - EDGE;
    if !lies_within(y, top, height) {
        frame.set_scroll_top((y - height / 2.0) as i32);
    }
    if !lies_within(x, left, width) {
        frame.set_scroll_left((x - width / 2.0) as i32);
    }
}

fn head(column: &Column) -> impl IntoView + use<> {
    view! { <span style=format!("--x:{:.2}%", column.x)>{column.name.clone()}</span> }
}

/// What stands in a column without nodes.
fn note(column: Column, height: f64) -> impl IntoView {
    column.note.map(|note| {
        view! {
            <svg x=format!("{:.2}%", column.x) y=format!("{:.0}", (height + 24.0) / 2.0) overflow="visible">
                <text class="column" text-anchor="middle">
                    {note}
                </text>
            </svg>
        }
    })
}

fn edge(edge: Edge) -> impl IntoView {
    let Edge { line, is_best } = edge;
    view! {
        <line
            class="edge"
            data-path=is_best.then_some("best")
            x1=format!("{:.2}%", line.x1)
            x2=format!("{:.2}%", line.x2)
            y1=format!("{:.1}", line.y1)
            y2=format!("{:.1}", line.y2)
        ></line>
    }
}

fn one(
    key: NodeKey,
    node: Signal<Option<Node>>,
    size: Signal<NodeSize>,
    is_current: Signal<bool>,
    visited: RwSignal<Option<NodeKey>>,
    href: String,
    open: Callback<NodeKey>,
) -> impl IntoView {
    let of = move |told: fn(&Node) -> String| move || node.with(|node| node.as_ref().map(told).unwrap_or_default());
    let clicked = move |event: ev::MouseEvent| {
        // A link opened in another tab is not taken over.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            visited.set(Some(key));
            open.run(key);
        }
    };
    let words = move || {
        let node = node.get()?;
        let name = key.name();
        Some(match size.get() {
            NodeSize::Tall => view! {
                <text y="-3" text-anchor="middle">
                    {name}
                </text>
                " "
                <text y="13" text-anchor="middle">
                    {node.note}
                </text>
            }
            .into_any(),
            NodeSize::Flat => view! {
                <text y="4" text-anchor="middle">
                    {name}
                    " "
                    <tspan>{node.note}</tspan>
                </text>
            }
            .into_any(),
        })
    };
    let half = move || size.get().half();
    view! {
        <svg
            x=of(|node| format!("{:.2}%", node.x))
            y=of(|node| format!("{:.1}", node.y))
            overflow="visible"
        >
            <a
                class="node"
                id=element_id(key)
                href=href
                tabindex=move || if is_current.get() { "0" } else { "-1" }
                data-state=of(|node| node.state.name().to_owned())
                data-path=move || node.with(|node| node.as_ref().is_some_and(|node| node.is_on_line).then_some("best"))
                aria-label=of(Node::label)
                aria-haspopup="dialog"
                on:click=clicked
                on:focus=move |_| visited.set(Some(key))
            >
                <rect
                    x=move || (-half().0).to_string()
                    y=move || (-half().1).to_string()
                    width=move || (2.0 * half().0).to_string()
                    height=move || (2.0 * half().1).to_string()
                    rx="6"
                ></rect>
                {words}
            </a>
        </svg>
    }
}
