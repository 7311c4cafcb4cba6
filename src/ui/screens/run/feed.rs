//! What happened, newest first: the last 200 lines of the run's journal in words.

use leptos::prelude::*;

use crate::{
    browser::clock::offset_minutes,
    domain::rollout::Purpose,
    run::{
        format::{clock_time, score_words},
        protegi_words::spread_words,
        racing_words::{confirmation_words, cut_words, ending_words, parent_words, search_end_words},
        view::{FeedLine, Happening, Mark},
    },
    ui::state::use_app,
};

/// Lines that are shown, the newest first.
const SHOWN: usize = 200;
/// Characters of a critique that the feed shows; all of it stands with its candidate.
const CRITIQUE: usize = 160;

/// The card.
#[component]
pub fn Feed() -> impl IntoView {
    let app = use_app();
    // A line never changes: its number is its key, and its words are made once.
    let lines = move || app.run.with(|run| run.feed.iter().rev().take(SHOWN).map(|line| line.seq).collect::<Vec<_>>());
    let line = move |seq: u64| {
        let told = app.run.with_untracked(|run| {
            let at = run.feed.binary_search_by_key(&seq, |line| line.seq).ok()?;
            Some(told(&run.feed[at]))
        });
        told.map(|(at, what)| view! { <li><time>{at}</time> <p>{what}</p></li> })
    };
    view! {
        <section class="card" data-flush="">
            <header>
                <h2>"Activity"</h2>
                <p>"newest first"</p>
            </header>
            <div class="feed-scroll" role="region" aria-label="Activity" tabindex="0">
                <ol class="feed" data-testid="feed">
                    <For each=lines key=|seq| *seq children=line />
                </ol>
            </div>
        </section>
    }
}

fn told(line: &FeedLine) -> (String, String) {
    (clock_time(line.at, offset_minutes(line.at)), words(&line.what))
}

fn words(what: &Happening) -> String {
    match what {
        Happening::Started => "The run started".into(),
        Happening::Resumed => "The run went on".into(),
        Happening::Paused => "The run paused; what was in flight is kept".into(),
        Happening::Stopped => "The run was stopped; it can be resumed".into(),
        Happening::BudgetChanged => "The caps were changed".into(),
        Happening::PricesChanged => "The prices were changed; what was spent is reckoned by them".into(),
        Happening::Finished { best } => format!("The run finished with {best}"),
        Happening::RoundStarted { round } => format!("Round {round} began"),
        Happening::RolledOut { version, example, outcome } => {
            let outcome = match outcome {
                Mark::Right => "right",
                Mark::Wrong => "wrong",
                Mark::NoAnswer => "no answer",
                Mark::Unfinished => "not done in time",
            };
            format!("{version} on {example}: {outcome}")
        }
        Happening::Criticised { parent, text } => format!("Critic on {parent}: {}", shortened(text)),
        Happening::Proposed { version, parent } => match parent {
            Some(parent) => format!("Editor wrote {version} from {parent}"),
            None => format!("{version} joined the search"),
        },
        Happening::Rejected { parent, reason } => format!("An edit of {parent} was not used: {}", reason.words()),
        Happening::RepairAsked { parent, reason } => {
            format!("The editor was told of a fault in its edit of {parent} and asked again: {}", reason.words())
        }
        Happening::ParentChosen { parent, why } => parent_words(*parent, why),
        Happening::RaceCut { questions, standings } => cut_words(*questions, standings),
        Happening::RoundEnded { round, ending } => format!("Round {round}: {}", ending_words(*ending)),
        Happening::EvaluationsSpread { selector, contenders } => spread_words(*selector, contenders),
        Happening::WinnerConfirmed { confirmation } => {
            format!("Second look: {}", confirmation_words(*confirmation))
        }
        Happening::SearchEnded { reason } => format!("The search ended: {}", search_end_words(*reason)),
        Happening::Scored { version, purpose, score } => {
            let on = match purpose {
                Purpose::Train => "on a training batch",
                Purpose::Batch => "on the round's batch",
                Purpose::Validation => "on all of validation",
                Purpose::HeldOut => "on held-out questions",
            };
            format!("{version} scored {} {on}", score_words(score))
        }
        Happening::BestUpdated { round, version, previous } => {
            format!("Round {round}: {version} replaces {previous} as the best")
        }
        Happening::BestKept { round, version } => format!("Round {round}: {version} is not better, the best stays"),
    }
}

/// The beginning of a text, up to the end of a word.
fn shortened(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= CRITIQUE {
        return format!("“{flat}”");
    }
    let cut: String = flat.chars().take(CRITIQUE).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("“{}” (and more)", &cut[..end])
}
