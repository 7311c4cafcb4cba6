//! Which column of the file of questions holds what: guessed, shown, and corrected here. Known formats keep it folded up.

use std::rc::Rc;

use leptos::prelude::*;

use crate::{
    run::import::{ChoosableColumns, ImportReport},
    text2sql::spider::Role,
    ui::{
        kit::SelectField,
        state::{Importing, use_app},
    },
};

/// One select for each role. Another choice loads the file again as soon as question and gold SQL have a column.
#[component]
pub fn ColumnChoice(report: Rc<ImportReport>) -> impl IntoView {
    let app = use_app();
    report.choosable().map(|ChoosableColumns { path, names, columns }| {
        let failed = app.importing.with_untracked(|importing| matches!(importing, Importing::Failed(_)));
        let open = failed || !columns.are_standard();
        let taken: Vec<_> = Role::ALL.iter().filter_map(|role| columns.get(*role)).map(str::to_owned).collect();
        let summary = format!("Columns: {}", taken.join(", "));
        let draft = RwSignal::new(columns);
        let set = Callback::new(move |(role, name): (Role, String)| {
            draft.update(|columns| columns.set(role, Some(name).filter(|name| !name.is_empty())));
            let columns = draft.get_untracked();
            if !columns.question.is_empty() && !columns.gold.is_empty() {
                app.choose_columns(path.clone(), columns);
            }
        });
        let fields = Role::ALL.map(|role| {
            let mut options = vec![(String::new(), none_of(role).to_owned())];
            options.extend(names.iter().map(|name| (name.clone(), name.clone())));
            view! {
                <SelectField
                    label=label(role)
                    testid=format!("column-{}", name(role))
                    options=options
                    value=Signal::derive(move || draft.with(|columns| columns.get(role).unwrap_or_default().to_owned()))
                    set=move |name: String| set.run((role, name))
                />
            }
        });
        view! {
            <details class="not-needed" data-testid="columns" open=open>
                <summary class="small">{summary}</summary>
                <p class="note">"If something stands in another column, choose it: the file is read again."</p>
                <div class="columns-form">{fields.into_iter().collect_view()}</div>
            </details>
        }
    })
}

fn label(role: Role) -> &'static str {
    match role {
        Role::Question => "Question",
        Role::Gold => "Gold SQL",
        Role::Database => "Database",
        Role::Evidence => "Hint",
        Role::Hardness => "Hardness",
    }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Question => "question",
        Role::Gold => "gold",
        Role::Database => "database",
        Role::Evidence => "hint",
        Role::Hardness => "hardness",
    }
}

/// What no column means.
fn none_of(role: Role) -> &'static str {
    match role {
        Role::Question | Role::Gold => "Choose a column",
        Role::Database => "None: all are about the one database",
        Role::Evidence | Role::Hardness => "None",
    }
}
