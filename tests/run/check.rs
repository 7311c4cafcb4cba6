//! Checks of a prompt: paired, on questions that the search never saw, with everything that a run has; and what a run
//! recommends after each verdict.

use promptbeam::{
    domain::{
        chat::{ChatAnswer, ModelRole},
        dataset::{Dataset, SplitMethod, SplitPlan},
        event::{Check, Event, RunStarted},
        id::Version,
        provider::Provider,
        rollout::Purpose,
    },
    ports::{chat::ChatRequest, store::RunState},
    run::{
        check::{self, CHECKED, repeated, unseen},
        control::{RunControl, Wish},
        export,
        optimize::{Ending, StartError},
        verdict::{Verdict, WhyNot, told, why_not_better},
        view::RunView,
    },
};

use crate::world::{World, answer, config, content, dataset, small};

/// A finished search whose winner has more rules than its seed.
fn searched() -> RunView {
    let world = World::new(|request| Ok(answer(request)));
    let mut config = config();
    config.split = SplitPlan { method: SplitMethod::FirstN, train: 20, validation: 20, held_out: 0, seed: 7 };
    assert_eq!(world.run(config), Ending::Finished);
    let view = RunView::of(&world.journal());
    assert_ne!(view.best, Version::SEED);
    view
}

/// The start of a check of the run's best, on so many questions of the dataset.
fn started(view: &RunView, number: usize) -> RunStarted {
    try_start(view, &dataset(), number).unwrap()
}

fn try_start(view: &RunView, dataset: &Dataset, number: usize) -> Result<RunStarted, StartError> {
    let origin = view.started.as_ref().unwrap();
    let prompt = Check {
        run: origin.name.clone(),
        version: view.best,
        template: view.candidate(view.best).unwrap().candidate.template.clone(),
        model: "m".into(),
        dataset: origin.dataset.clone(),
    };
    let config = check::settings(origin, &origin.config.models.agent, &origin.config, dataset);
    let world = World::new(|request| Ok(answer(request)));
    let sql = world.sql();
    world.clock.run(check::prepare("Check".into(), origin, prompt, dataset, config, number, &*sql)).unwrap()
}

#[test]
fn a_check_asks_both_prompts_what_the_search_never_saw_and_nothing_else() {
    let view = searched();
    let origin = view.started.as_ref().unwrap();
    assert_eq!(unseen(origin, &dataset()).len(), 60);
    assert_eq!(repeated(origin, &dataset().examples), 0, "it had no held-out questions");
    let mut with_verdict = (**origin).clone();
    with_verdict.splits.held_out = vec!["q0041".into(), "q0042".into()];
    with_verdict.examples = dataset().examples;
    assert_eq!(repeated(&with_verdict, &dataset().examples[40..]), 2);
    let start = started(&view, 40);
    let searched: Vec<_> = origin.splits.train.iter().chain(&origin.splits.validation).collect();
    assert!(start.splits.held_out.iter().all(|id| !searched.contains(&id)));

    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.start(start), Ending::Finished);
    let check = RunView::of(&world.journal());
    assert_eq!((check.best, check.rollouts.len(), check.rollouts_planned()), (CHECKED, 80, 80));
    assert!(check.rollouts.iter().all(|rollout| rollout.purpose == Purpose::HeldOut));
    assert_eq!((check.usage.critic.calls, check.usage.editor.calls), (0, 0));
    let best = view.candidate(view.best).unwrap().candidate.template.clone();
    assert_eq!(check.candidate(CHECKED).unwrap().candidate.template, best);
    let (paired, verdict) = check.held_out().unwrap();
    // The world's longer prompts break nothing.
    assert_eq!((paired.judged(), paired.broken), (40, 0));
    assert!(matches!(verdict, Verdict::Better { .. }), "{paired:?}");
    assert_eq!(why_not_better(&check), None);
    assert_eq!(check.summary(Default::default()).checks, Some(view.best));
}

#[test]
fn a_check_that_is_paused_anywhere_goes_on_and_ends_the_same() {
    let view = searched();
    let whole = World::new(|request| Ok(answer(request)));
    assert_eq!(whole.start(started(&view, 12)), Ending::Finished);
    let entries = whole.journal();
    for cut in 1..entries.len() {
        let world = World::new(|request| Ok(answer(request)));
        world.restore(&entries[..cut]);
        assert_eq!(world.start(started(&view, 12)), Ending::Finished);
        assert_eq!(content(&world.journal()), content(&entries), "cut at {cut}");
    }
    let mut paused = World::new(|request| Ok(answer(request)));
    paused.control = RunControl::preflight(3);
    assert_eq!(paused.start(started(&view, 12)), Ending::Paused);
    assert_eq!(RunView::of(&paused.journal()).rollouts.len(), 3);
    paused.control = RunControl::default();
    assert_eq!(paused.start(started(&view, 12)), Ending::Finished);
    assert_eq!(content(&paused.journal()), content(&entries));
    assert!(paused.answered_twice().is_empty());
}

#[test]
fn a_check_keeps_to_its_cap_and_can_be_exported_and_opened() {
    let view = searched();
    let mut start = started(&view, 12);
    start.config.budget.max_calls = Some(5);
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.start(start), Ending::Paused);
    assert_eq!(RunView::of(&world.journal()).usage.total().calls, 5);

    let exported = export::run_jsonl(&RunView::of(&world.journal()), &world.journal()).unwrap();
    let read = export::read_run(&exported.content).unwrap();
    assert_eq!(read, world.journal());
    assert_eq!(RunView::of(&read).started.as_ref().unwrap().check.as_ref().unwrap().version, view.best);
}

#[test]
fn a_dataset_that_the_search_saw_whole_cannot_be_checked_on() {
    let view = searched();
    let mut all = dataset();
    all.examples.truncate(40);
    // The same questions under other ids are still the same.
    for example in &mut all.examples {
        example.id = format!("other-{}", example.id).into();
    }
    assert!(matches!(try_start(&view, &all, 10), Err(StartError::Split(_))));
    assert!(matches!(try_start(&view, &dataset(), 0), Err(StartError::Split(_))));
}

/// Right on the questions with an even number, or with an odd one if the prompt has a rule: a search that finds a prompt which
/// is better on `validation` and worse on `held_out` questions, by their numbers.
fn treacherous(request: &ChatRequest) -> ChatAnswer {
    if request.role != ModelRole::Agent {
        return answer(request);
    }
    let question = &request.messages.last().unwrap().content;
    let number: usize = question.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    let has_rule = request.messages[0].content.contains("- rule");
    let is_held_out = number > 11;
    let right = has_rule != is_held_out;
    ChatAnswer {
        text: format!("SELECT {}", if right { number.to_string() } else { "'wrong'".into() }),
        ..answer(request)
    }
}

#[test]
fn after_worse_every_default_is_the_original_and_the_winner_is_had_by_choice() {
    let world = World::new(|request| Ok(treacherous(request)));
    let mut config = small();
    config.split.held_out = 8;
    assert_eq!(world.run(config), Ending::Finished);
    let view = RunView::of(&world.journal());
    let (paired, verdict) = view.held_out().unwrap();
    assert!(matches!(verdict, Verdict::Worse { .. }), "{paired:?}");
    assert_eq!(view.recommended(), Version::SEED);

    let told = told(&view).unwrap();
    assert_eq!((told.verdict, told.keep), ("worse", Version::SEED));
    assert_eq!(told.headline, "Worse, p = .008: keep the original");
    let seed = view.candidate(Version::SEED).unwrap().candidate.template.as_str().trim_end();
    let md = export::prompt_md(&view).unwrap();
    assert_eq!((md.name.as_str(), md.content.trim_end()), ("test-prompt-original.md", seed));
    let json: serde_json::Value = serde_json::from_str(&export::prompt_json(&view).unwrap().content).unwrap();
    assert_eq!((&json["version"], &json["verdict"]["verdict"]), (&0.into(), &"worse".into()));
    assert_eq!(json["template"].as_str().unwrap().trim_end(), seed);
    assert!(json["choice"].as_str().unwrap().starts_with("The original: on held-out questions the winner"));
    assert_eq!(json["verdict"]["evidence"]["paired"]["broken"], 8);

    let winner = export::winner_md(&view).unwrap();
    assert_eq!(winner.name, format!("test-prompt-{}-worse.md", view.best));
    assert_eq!(winner.content.trim_end(), view.candidate(view.best).unwrap().candidate.template.as_str().trim_end());
    let json: serde_json::Value = serde_json::from_str(&export::winner_json(&view).unwrap().content).unwrap();
    assert!(json["choice"].as_str().unwrap().contains("against the verdict"));
}

#[test]
fn results_end_in_a_row_with_the_verdict_and_stay_a_table() {
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.run(small()), Ending::Finished);
    let view = RunView::of(&world.journal());
    let csv = export::results_csv(&view).unwrap().content;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), view.rollouts.len() + 1);
    let (last, told) = (rows.last().unwrap(), told(&view).unwrap());
    assert_eq!((&last[2], &last[8], &last[9], &last[10]), ("verdict", told.verdict, "", told.headline.as_str()));
    assert_eq!((&last[1], &last[11]), (told.keep.to_string().as_str(), told.paragraph().as_str()));
    assert!(rows[..rows.len() - 1].iter().all(|row| &row[2] != "verdict"));
    // A better verdict, or one that is not proven, recommends the winner, and there is no second one to take.
    assert_eq!(view.recommended(), view.best);
    assert_eq!(export::winner_md(&view), None);
}

/// Why a search with these answers ended with its seed.
fn why(script: impl Fn(&ChatRequest) -> ChatAnswer + 'static) -> WhyNot {
    let world = World::new(move |request| Ok(script(request)));
    assert_eq!(world.run(small()), Ending::Finished);
    let view = RunView::of(&world.journal());
    assert_eq!((view.state, view.best), (RunState::Finished, Version::SEED));
    let why = why_not_better(&view).unwrap();
    assert!(told(&view).unwrap().paragraph().ends_with(&why.words()), "the card and the exports tell it");
    why
}

fn says(request: &ChatRequest, text: String) -> ChatAnswer {
    ChatAnswer { text, ..answer(request) }
}

/// The agent's answer, right or wrong.
fn sql(request: &ChatRequest, right: bool) -> ChatAnswer {
    let number: String = request.messages.last().unwrap().content.chars().filter(char::is_ascii_digit).collect();
    says(request, format!("SELECT {}", if right { number } else { "'wrong'".into() }))
}

#[test]
fn a_search_without_a_gain_says_why() {
    let is_agent = |request: &ChatRequest| request.role == ModelRole::Agent;
    let number = |request: &ChatRequest| -> usize {
        let question = &request.messages.last().unwrap().content;
        question.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    // Everything is right: there is nothing to gain.
    let ceiling = why(move |request| if is_agent(request) { sql(request, true) } else { answer(request) });
    assert_eq!(ceiling, WhyNot::Ceiling { wrong: 0, of: 5 });
    // Training questions 1 to 6 are right, validation is not.
    let taught =
        why(move |request| if is_agent(request) { sql(request, number(request) <= 6) } else { answer(request) });
    assert!(matches!(taught, WhyNot::NoFailures { shown } if shown > 0), "{taught:?}");
    // Each edit loses its placeholders.
    let rejected = why(move |request| match request.role {
        ModelRole::Agent => sql(request, false),
        ModelRole::Critic => answer(request),
        ModelRole::Editor => says(request, "Write SQL.".into()),
    });
    let WhyNot::EditsRejected { edits, times, .. } = &rejected else { panic!("{rejected:?}") };
    assert!(edits == times && *edits > 0);
    // Prompts change nothing.
    let none =
        why(move |request| if is_agent(request) { sql(request, number(request) % 2 == 0) } else { answer(request) });
    assert!(matches!(none, WhyNot::NoneAhead { prompts, .. } if prompts > 0), "{none:?}");
    // Edits are ahead on the rounds' batches only.
    let noise = why(move |request| match is_agent(request) {
        true => {
            let is_lucky = request.step.as_str().contains("/batch/") && request.messages[0].content.contains("- rule");
            sql(request, is_lucky)
        }
        false => answer(request),
    });
    assert!(matches!(noise, WhyNot::WithinNoise { paired, .. } if paired.fixed > paired.broken), "{noise:?}");
}

#[test]
fn an_unfinished_search_and_one_that_found_something_have_no_such_reason() {
    let world = World::new(|request| Ok(answer(request)));
    world.watch({
        let control = world.control.clone();
        move |entry| {
            if matches!(entry.event, Event::RoundStarted { round: 2, .. }) {
                control.ask(Wish::Pause);
            }
        }
    });
    assert_eq!(world.run(small()), Ending::Paused);
    let view = RunView::of(&world.journal());
    assert_eq!((why_not_better(&view), told(&view)), (None, None));
    assert_eq!(why_not_better(&searched()), None);
}

#[test]
fn a_run_of_the_practice_model_is_listed_under_no_other_models_name() {
    let mut view = searched();
    for (provider, listed) in [(Provider::OpenAiCompatible, "any-model"), (Provider::Practice, "")] {
        let mut started = (**view.started.as_ref().unwrap()).clone();
        let agent = &mut started.config.models.agent;
        (agent.provider, agent.name) = (provider, "any-model".into());
        view.started = Some(started.into());
        assert_eq!(view.summary(Default::default()).model, listed);
    }
}
