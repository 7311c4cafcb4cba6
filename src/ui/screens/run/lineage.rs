//! Where every prompt came from: the tree with its table, and a panel for one node with the critique and the difference.

mod node;

use leptos::prelude::*;

use self::node::OneNode;
use crate::{
    run::{
        format::unbroken,
        lineage::{Lineage, NodeKey, NodeState, is_racing, lineage, standing_words},
    },
    ui::{
        charts::LineageTree,
        kit::{SidePanel, Twin},
        links,
        route::use_here,
        state::use_app,
    },
};

/// The card; nothing before the first prompt, and for a check. The node that is shown is in the URL.
#[component]
pub fn LineageCard() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let tree = Memo::new(move |_| app.run.with(lineage));
    let has_tree = Memo::new(move |_| tree.with(Option::is_some));
    let named = here.query("node");
    let picked = Memo::new(move |_| {
        let key = named.with(|name| name.as_deref().and_then(NodeKey::of_slug))?;
        tree.with(|tree| tree.as_ref().is_some_and(|tree| tree.node(key).is_some())).then_some(key)
    });
    let open = Callback::new(move |key: NodeKey| here.select("node", &key.slug()));
    let close = Callback::new(move |()| here.select("node", ""));
    let title = move || match picked.get() {
        Some(NodeKey::Prompt(version)) => version.to_string(),
        Some(NodeKey::Edit(_)) => "An edit that was not used".to_owned(),
        None => String::new(),
    };
    let drawn = Signal::derive(move || tree.get().unwrap_or_default());
    move || {
        has_tree.get().then(|| {
            view! {
                <section class="card" data-testid="lineage">
                    <header>
                        <h2>"Lineage"</h2>
                        <Legend tree=drawn />
                    </header>
                    <LineageTree tree=drawn picked=picked href=move |key: NodeKey| links::node(key).href() open=open />
                    <p class="note tree-note">{move || drawn.with(|tree| tree.sentence.clone())}</p>
                    <Twin testid="lineage-table" label="Prompts and where they came from" columns=&["Prompt", "Round", "From", "Score", "How it stands"] rows=rows />
                    <SidePanel
                        open=Signal::derive(move || picked.get().is_some())
                        close=close
                        title=Signal::derive(title)
                        testid="lineage-panel"
                    >
                        {move || picked.get().map(|key| view! { <OneNode node=key open=open /> })}
                    </SidePanel>
                </section>
            }
        })
    }
}

/// The signs of the states that the tree has.
#[component]
fn Legend(tree: Signal<Lineage>) -> impl IntoView {
    let app = use_app();
    let is_racing = Memo::new(move |_| app.run.with(is_racing));
    let key = move |(state, words): (NodeState, &'static str)| {
        view! {
            <span>
                <i class="key-node" data-state=state.name()></i>
                {words}
            </span>
        }
    };
    let shown = Memo::new(move |_| {
        let has = |state| tree.with(|tree| tree.nodes.iter().any(|node| node.state == state));
        let scoring = if is_racing.get() { "in the race" } else { "being scored" };
        [
            (NodeState::Best, "best"),
            (NodeState::Kept, "kept in beam"),
            (NodeState::Scoring, scoring),
            (NodeState::Dropped, "dropped"),
            (NodeState::Rejected, "rejected edit"),
        ]
        .into_iter()
        .filter(|(state, _)| has(*state))
        .collect::<Vec<_>>()
    });
    view! { <div class="legend">{move || shown.get().into_iter().map(key).collect_view()}</div> }
}

/// The tree as rows, each with what decided about it.
fn rows() -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| {
        app.run.with(|run| {
            let tree = lineage(run).unwrap_or_default();
            tree.nodes.into_iter().map(|node| (standing_words(run, node.key), node)).collect::<Vec<_>>()
        })
    });
    move || {
        told.get()
            .into_iter()
            .map(|(standing, node)| {
                let name = match node.key {
                    NodeKey::Prompt(version) => view! {
                        <a class="version" href=links::candidate(version).href()>
                            {version.to_string()}
                        </a>
                    }
                    .into_any(),
                    NodeKey::Edit(_) => "edit".into_any(),
                };
                let round = if node.column == 0 { "seed".to_owned() } else { node.column.to_string() };
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td>{round}</td>
                        <td>{node.parent.map_or("–".to_owned(), |parent| parent.to_string())}</td>
                        <td>{node.note}</td>
                        <td>{unbroken(&standing)}</td>
                    </tr>
                }
            })
            .collect_view()
    }
}
