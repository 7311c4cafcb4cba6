//! What happens in a run, told in words: the lines of the activity feed, and the event at which a replay stands.

use super::{
    format::{count, score_words},
    protegi_words::spread_words,
    racing_words::{confirmation_words, cut_words, ending_words, evidence_words, parent_words, search_end_words},
    remedy::{self, Contact},
    view::{Happening, RunView},
};
use crate::domain::{
    event::{Entry, Event},
    id::Version,
    rollout::Purpose,
};

/// Characters of a critique that are told; all of it stands with its candidate.
const CRITIQUE: usize = 160;

/// What an entry of a journal tells; `view` is the run just after it.
pub fn entry_words(entry: &Entry, view: &RunView) -> String {
    // Of several lines for one event the first says what it is.
    if let Some(line) = view.feed.iter().rev().take_while(|line| line.seq == entry.seq).last() {
        return happening_words(&line.what);
    }
    match &entry.event {
        Event::ModelAnswered(answered) if answered.answer.from_cache => {
            format!("The cache answered for the {}", answered.role.name())
        }
        Event::ModelAnswered(answered) => format!("The {} answered", answered.role.name()),
        Event::CallLost(lost) => format!("A call of the {} was lost", lost.role.name()),
        Event::EvidenceChosen { evidence, .. } => evidence_words(evidence),
        Event::BeamSelected { round, beam, .. } => {
            let kept: Vec<String> = beam.iter().map(Version::to_string).collect();
            format!("Round {round} keeps {}", kept.join(", "))
        }
        Event::RoundEnded { round, ending, .. } => format!("Round {round}: {}", ending_words(*ending)),
        Event::ProblemRaised { problem, .. } => remedy::of(problem, Contact::default()).title,
        Event::CritiquesWritten { critiques, .. } => format!("The critic found {}", count(critiques.len(), "cause")),
        Event::CandidateProposed { candidate } => match candidate.version {
            Version::SEED => "The run begins with the seed prompt".into(),
            version => format!("{version} is the prompt to check"),
        },
        // Every other event has its line.
        _ => String::new(),
    }
}

/// What a line of the feed tells, as a sentence without its full stop.
pub fn happening_words(what: &Happening) -> String {
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
            format!("{version} on {example}: {}", outcome.words())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_critique_ends_with_a_whole_word_and_says_so() {
        let critique = "word ".repeat(60);
        let told = happening_words(&Happening::Criticised { parent: Version(2), text: critique });
        assert!(told.starts_with("Critic on v2: “word word"), "{told}");
        assert!(told.ends_with("word” (and more)"), "{told}");
        assert_eq!(shortened(" Say \n it. "), "“Say it.”");
    }
}
