//! ProTeGi over the ports: the same journal whatever the concurrency and wherever it was cut, nothing asked twice, nothing spent
//! beyond what a round may spend, and no bad edit in a rollout.

use std::collections::{BTreeMap, HashSet};

use super::{
    resume::cut_everywhere,
    world::{World, answer, content, small},
};
use promptbeam::{
    domain::{
        candidate::Rejection,
        chat::{ChatAnswer, ModelRole},
        config::RunConfig,
        event::{Entry, Event},
        id::Version,
        protegi::{ContenderFate, ProtegiConfig, Selector},
        racing::SearchEnd,
        rollout::{Purpose, Rollout},
        search::Method,
    },
    run::{
        forecast::{self, Plan},
        optimize::Ending,
        view::RunView,
    },
};

fn protegi(selector: Selector) -> RunConfig {
    let protegi = ProtegiConfig {
        rounds: 2,
        beam_width: 2,
        minibatch: 4,
        errors_per_critique: 2,
        critiques_per_parent: 2,
        paraphrases: 1,
        max_children: 3,
        selector,
        evaluations_per_prompt: 3,
        prompts_per_step: 2,
        questions_per_step: 1,
        ..ProtegiConfig::default()
    };
    RunConfig { method: Method::Protegi, protegi, ..small() }
}

fn run(config: &RunConfig, latency_ms: u32) -> Vec<Entry> {
    let mut world = World::new(|request| Ok(answer(request)));
    world.latency_ms = latency_ms;
    assert_eq!(world.run(config.clone()), Ending::Finished);
    world.journal()
}

fn rollouts(journal: &[Entry]) -> impl Iterator<Item = &Rollout> {
    journal.iter().filter_map(|entry| match &entry.event {
        Event::RolloutFinished(rollout) => Some(&**rollout),
        _ => None,
    })
}

#[test]
fn a_journal_cut_at_any_event_ends_the_same_without_a_repeated_call() {
    cut_everywhere(protegi(Selector::Ucb));
    cut_everywhere(protegi(Selector::SuccessiveHalving));
}

#[test]
fn neither_concurrency_nor_latency_changes_a_decision() {
    for selector in Selector::ALL {
        let journals: Vec<_> = [(1, 200), (8, 200), (64, 7)]
            .into_iter()
            .map(|(concurrency, latency_ms)| {
                let config = RunConfig { concurrency, ..protegi(selector) };
                let mut content = content(&run(&config, latency_ms));
                content.retain(|fact| !fact.contains("run_started"));
                content
            })
            .collect();
        assert_eq!(journals[0], journals[1], "{selector:?}");
        assert_eq!(journals[0], journals[2], "{selector:?}");
    }
}

#[test]
fn a_prompt_is_asked_a_question_once_and_a_round_spends_no_more_than_it_may() {
    for selector in Selector::ALL {
        let config = protegi(selector);
        let journal = run(&config, 200);
        let mut asked = HashSet::new();
        let mut spent: BTreeMap<String, usize> = BTreeMap::new();
        for rollout in rollouts(&journal) {
            assert!(asked.insert((rollout.version, rollout.example.clone())), "{selector:?}: {}", rollout.step);
            if rollout.purpose == Purpose::Batch {
                *spent.entry(rollout.step.as_str()[..3].to_owned()).or_default() += 1;
            }
        }
        let spreads: Vec<_> = journal
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::EvaluationsSpread { round, contenders, selector } => Some((*round, contenders, *selector)),
                _ => None,
            })
            .collect();
        assert_eq!(spreads.len(), 2);
        for (round, contenders, used) in spreads {
            assert_eq!(used, selector);
            let questions: usize = contenders.iter().map(|contender| contender.questions).sum();
            assert!(questions <= 3 * contenders.len(), "{selector:?}: {questions} of {}", contenders.len());
            let paid = spent.get(&format!("r{round:02}")).copied().unwrap_or(0);
            assert!(paid <= questions, "what is known is not asked again");
            let drops = contenders.iter().filter(|one| matches!(one.fate, ContenderFate::Dropped { .. })).count();
            let drops_any = matches!(selector, Selector::SuccessiveRejects | Selector::SuccessiveHalving);
            assert_eq!(drops > 0, drops_any && contenders.len() > 1, "{selector:?}");
        }
    }
}

#[test]
fn the_critic_is_shown_wrong_answers_only_and_each_with_its_gold_query() {
    let world = World::new(|request| {
        if request.role == ModelRole::Critic {
            let text = &request.messages[0].content;
            assert!(text.contains("reward: 0") && !text.contains("reward: 1"), "{text}");
            assert_eq!(text.matches("reward: 0").count(), text.matches("gold query: SELECT ").count(), "{text}");
            assert!(text.matches("reward: 0").count() <= 2, "{text}");
        }
        Ok(answer(request))
    });
    assert_eq!(world.run(protegi(Selector::Ucb)), Ending::Finished);
    let critiques = world.journal().iter().filter(|e| matches!(e.event, Event::CritiqueWritten { .. })).count();
    assert!(critiques > 0);
}

#[test]
fn the_best_is_measured_on_all_of_validation_and_the_view_tells_the_rounds() {
    let journal = run(&protegi(Selector::UcbE), 200);
    let view = RunView::of(&journal);
    assert_eq!(view.rounds.len(), 2);
    assert!(view.rounds.iter().all(|round| round.beam.len() <= 2 && round.leader.is_some()));
    assert_eq!(view.best_score().unwrap().planned, 5);
    assert!(view.best_score().unwrap().mean >= view.seed_score().unwrap().mean);
    assert!(view.held_out().is_some());
    let end = journal.iter().find_map(|entry| match &entry.event {
        Event::SearchEnded { reason, .. } => Some(*reason),
        _ => None,
    });
    assert!(matches!(end, Some(SearchEnd::Rounds { rounds: 2 } | SearchEnd::Solved)), "{end:?}");
}

#[test]
fn a_parent_that_is_never_wrong_is_only_said_in_other_words() {
    let world = World::new(|request| {
        let mut right = answer(request);
        if request.role == ModelRole::Agent {
            let number: String = request.messages[1].content.chars().filter(char::is_ascii_digit).collect();
            right.text = format!("```sql\nSELECT {number}\n```");
        }
        Ok(right)
    });
    assert_eq!(world.run(protegi(Selector::Ucb)), Ending::Finished);
    let journal = world.journal();
    assert!(!journal.iter().any(|entry| matches!(entry.event, Event::CritiqueWritten { .. })));
    let reasons: Vec<_> = journal
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::EditRejected { reason, .. } => Some(reason.clone()),
            _ => None,
        })
        .collect();
    assert!(!reasons.is_empty());
    assert!(reasons.iter().all(|reason| *reason == Rejection::NoFailures { questions: 4 }), "{reasons:?}");
    assert_eq!(RunView::of(&journal).best, Version::SEED, "there is nothing better than all right");
}

#[test]
fn no_bad_edit_reaches_a_rollout_and_each_is_listed() {
    let bad = [
        "Write the query.",
        "Use {table_info} and {foo}.",
        "Sure!",
        "",
        "{\"prompt\": \"Use {table_info} in {dialect}\", \"rules\": []}",
    ];
    for text in bad {
        let world = World::new(move |request| {
            let mut answer = answer(request);
            if request.role == ModelRole::Editor {
                answer = ChatAnswer { text: text.to_owned(), ..answer };
            }
            Ok(answer)
        });
        let config = protegi(Selector::Ucb);
        assert_eq!(world.run(config), Ending::Finished, "{text}");
        let journal = world.journal();
        let asked: HashSet<Version> = rollouts(&journal).map(|rollout| rollout.version).collect();
        assert_eq!(asked, HashSet::from([Version::SEED]), "{text}");
        assert!(journal.iter().any(|entry| matches!(entry.event, Event::EditRejected { .. })), "{text}");
    }
}

#[test]
fn a_run_stays_below_what_it_may_take_at_most_and_ends_with_what_it_took() {
    for selector in Selector::ALL {
        let config = protegi(selector);
        let (plan, most) = (Plan::of(&config), forecast::protegi::most(&config.protegi, 6, 5, 4));
        let view = RunView::of(&run(&config, 200));
        let taken = view.rollouts.len();
        assert!(taken <= most.rollouts() && plan.rollouts() + plan.spare == most.rollouts(), "{selector:?}: {taken}");
        assert!(view.usage.critic.calls <= most.expansions as u64, "{selector:?}");
        assert!(view.usage.editor.calls <= most.edits as u64, "{selector:?}");
        assert_eq!(view.rollouts_planned(), taken, "{selector:?}");
    }
}
