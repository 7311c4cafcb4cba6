//! Caps on calls, tokens and money: set before a run, watched while it goes, raised when it has paused.

use leptos::prelude::*;

use crate::{
    domain::budget::{Budget, Cap, Spend},
    ports::store::RunState,
    run::{
        format::{amount, dollars, short, thousands},
        view::RunView,
    },
    ui::{
        faults::fault_of,
        kit::{NumberField, OptionalNumber},
        state::use_app,
    },
};

/// A whole number or none.
type OptionalWhole = OptionalNumber<u64>;

/// The caps of the run to come.
#[component]
pub fn BudgetFields() -> impl IntoView {
    let app = use_app();
    let value = Signal::derive(move || app.config.with(|config| config.budget));
    view! {
        <section class="card" data-testid="budget-setup">
            <header>
                <h2>"Budget"</h2>
                <p>"The run pauses before it would pass a cap"</p>
            </header>
            <Caps value=value set=move |budget: Budget| app.config.update(|config| config.budget = budget) checked=true />
        </section>
    }
}

/// A field for each cap; empty for none. `checked` shows the faults of the draft at them.
#[component]
fn Caps(value: Signal<Budget>, #[prop(into)] set: Callback<Budget>, #[prop(optional)] checked: bool) -> impl IntoView {
    let app = use_app();
    let error = move |cap: Cap| {
        let fault = fault_of(app, cap.name());
        Signal::derive(move || checked.then(|| fault.get()).flatten())
    };
    // Where the fields are narrow, their labels must do.
    let hint = move |words: &'static str| MaybeProp::from(checked.then(|| words.to_owned()));
    let change = move |with: &dyn Fn(&mut Budget)| {
        let mut budget = value.get_untracked();
        with(&mut budget);
        set.run(budget);
    };
    view! {
        <div class="grid" style="--min:5rem">
            <NumberField<OptionalWhole>
                label="Calls"
                testid=Cap::Calls.name()
                value=Signal::derive(move || OptionalNumber(value.get().max_calls))
                set=move |number: OptionalWhole| change(&|budget| budget.max_calls = number.0)
                hint=hint("Refused requests are not counted")
                error=error(Cap::Calls)
            />
            <NumberField<OptionalWhole>
                label="Tokens"
                testid=Cap::Tokens.name()
                value=Signal::derive(move || OptionalNumber(value.get().max_tokens))
                set=move |number: OptionalWhole| change(&|budget| budget.max_tokens = number.0)
                hint=hint("In and out, all models")
                error=error(Cap::Tokens)
            />
            <NumberField<OptionalNumber>
                label="Money"
                testid=Cap::Money.name()
                value=Signal::derive(move || OptionalNumber(value.get().max_usd))
                set=move |number: OptionalNumber| change(&|budget| budget.max_usd = number.0)
                hint=hint("Needs the prices on Models")
                error=error(Cap::Money)
                unit="$"
                fraction=true
            />
        </div>
    }
}

/// What a run has taken so far.
fn spent(run: &RunView) -> Spend {
    let usage = run.usage.total();
    Spend { calls: (usage.paid_calls() + usage.lost_calls) as f64, tokens: usage.tokens() as f64, usd: usage.usd }
}

/// How much of each cap is used; with fields for other caps while the run stands still.
#[component]
pub fn BudgetCard() -> impl IntoView {
    let app = use_app();
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    let budget = Memo::new(move |_| app.run.with(|run| run.budget));
    let draft = RwSignal::new(budget.get_untracked());
    Effect::new(move || draft.set(budget.get()));
    let used = move |cap: Cap| {
        let most = budget.get().of(cap)?;
        let spent = app.run.with(spent).of(cap);
        let words = format!("{} of {}", plain(cap, spent), amount(cap, most));
        let share = (spent / most).min(1.0);
        let tone = match share {
            share if share >= 0.8 => Some("bad"),
            share if share >= 0.5 => Some("warn"),
            _ => None,
        };
        Some(view! {
            <div class="stack" style="--gap:4px" data-testid=format!("used-{}", cap.name())>
                <span class="note">{words}</span>
                <progress max="1" prop:value=share data-tone=tone aria-label=format!("Used of {}", cap.name())></progress>
            </div>
        })
    };
    let is_still = move || matches!(state.get(), RunState::Paused | RunState::Stopped);
    let is_capped = move || Cap::ALL.into_iter().any(|cap| budget.get().of(cap).is_some());
    let are_priced = Memo::new(move |_| app.run.with(|run| run.prices().are_known()));
    let lacks_price = move || draft.with(|budget| budget.max_usd.is_some()) && !are_priced.get();
    let is_usable = move || {
        let budget = draft.get();
        Cap::ALL.into_iter().all(|cap| budget.of(cap).is_none_or(|most| most > 0.0)) && !lacks_price()
    };
    let fields = move || {
        (is_still() && app.can_go_on.get()).then(|| {
            view! {
                <Caps value=draft.into() set=move |budget: Budget| draft.set(budget) />
                <div class="row">
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        data-testid="change-budget"
                        disabled=move || draft.get() == budget.get() || !is_usable()
                        on:click=move |_| app.change_budget(draft.get_untracked())
                    >
                        "Change the caps"
                    </button>
                    <span class="note" data-testid="budget-note">
                        {move || if lacks_price() { "A cap on money needs the prices below." } else { "Empty: no cap." }}
                    </span>
                </div>
            }
        })
    };
    move || {
        (is_capped() || is_still()).then(|| {
            view! {
                <section class="card" data-testid="budget">
                    <header>
                        <h2>"Budget"</h2>
                        <p>{move || if is_capped() { "Paused before a cap is passed" } else { "No caps" }}</p>
                    </header>
                    <div class="stack" style="--gap:12px">
                        {move || Cap::ALL.map(used).into_iter().flatten().collect_view()}
                        {fields}
                    </div>
                </section>
            }
        })
    }
}

/// A number of what a cap is about, without its unit.
fn plain(cap: Cap, number: f64) -> String {
    match cap {
        Cap::Calls => thousands(number as u64),
        Cap::Tokens => short(number as u64),
        Cap::Money => dollars(number),
    }
}
