//! The Results screen's data from a journal: rows, filters, order, groups, walking along the list, and what each call took.

#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use promptbeam::{
    domain::{
        candidate::{Candidate, Origin, Place},
        chat::{ChatAnswer, ModelRole},
        config::RunConfig,
        dataset::{Example, Splits},
        event::{CandidateScored, Entry, Event, ModelAnswered, RunStarted},
        id::{StepId, Version},
        prompt::PromptTemplate,
        rollout::{Diagnosis, Execution, Judgement, NoAnswer, Outcome, Purpose, Rollout, Turn},
        score::Score,
        sql::{QueryError, ResultTable},
        usage::TokenUsage,
    },
    run::{
        export::{candidate_md, prompt_md},
        inspect::{Inspected, evidence},
        results::{
            Columns, Filter, Grouping, Line, Listing, Only, Order, Query, SplitChoice, Turn as Turned, groups,
            neighbours, rows, siblings, turned,
        },
        view::{CritiqueView, Mark, RunView},
    },
};

/// What a rollout comes to: `+` right, `-` wrong, `x` SQL that does not run, `?` no answer.
fn outcome(mark: char) -> Outcome {
    let (reward, diagnosis, predicted) = match mark {
        '?' => return Outcome::NoAnswer { reason: NoAnswer::Refused },
        '+' => (1.0, None, Execution::Rows(ResultTable::default())),
        '-' => (0.0, Some(Diagnosis::TooFewRows), Execution::Rows(ResultTable::default())),
        _ => (0.0, Some(Diagnosis::NoSuchColumn), Execution::Failed(QueryError::Empty)),
    };
    Outcome::Judged(Judgement { reward, diagnosis, difference: String::new(), predicted, gold: None })
}

fn rollout(step: &str, version: u32, example: &str, purpose: Purpose, mark: char) -> Event {
    let turn = Turn { answer: "SELECT 1".into(), query: "SELECT 1".into(), ..Turn::default() };
    let turns = if mark == '?' { vec![] } else { vec![turn] };
    let (version, outcome) = (Version(version), outcome(mark));
    let rollout = Rollout { step: step.into(), version, example: example.into(), purpose, outcome, turns };
    Event::RolloutFinished(Rc::new(rollout))
}

/// Every question of validation for a candidate, a mark each, a space for one that was not run.
fn validation(version: u32, marks: &str) -> Vec<Event> {
    let run = marks.chars().enumerate().filter(|(_, mark)| *mark != ' ');
    run.map(|(at, mark)| {
        let (step, example) = (format!("full/v{version}/q{}", at + 1), format!("q{}", at + 1));
        rollout(&step, version, &example, Purpose::Validation, mark)
    })
    .collect()
}

fn example(at: usize) -> Example {
    let dbs = ["shop", "zoo", "shop", "zoo", "shop", "zoo"];
    let levels = ["hard", "easy", "extra", "medium", "easy", "hard"];
    Example {
        id: format!("q{}", at + 1).into(),
        db: dbs[at % 6].into(),
        question: format!("How many in {at}?"),
        gold: "SELECT 1".into(),
        hardness: Some(levels[at % 6].into()),
        ..Example::default()
    }
}

fn view(events: Vec<Event>) -> RunView {
    let ids = |range: std::ops::Range<usize>| range.map(|at| format!("q{}", at + 1).as_str().into()).collect();
    let started = RunStarted {
        journal_version: 2,
        name: "r".into(),
        dataset: "d".into(),
        config: RunConfig::default(),
        splits: Splits { train: ids(6..8), validation: ids(0..6), held_out: vec![] },
        examples: (0..8).map(example).collect(),
        schemas: vec![],
        check: None,
    };
    let candidate = |version: u32| {
        let place = Place { round: 1, slot: 0, branch: 0 };
        let origin = if version == 0 { Origin::Seed } else { Origin::Edit { parent: Version(0), place } };
        let template = PromptTemplate(format!("{version} {{table_info}}"));
        Event::CandidateProposed { candidate: Candidate { version: Version(version), template, origin } }
    };
    let first = [Event::RunStarted(Rc::new(started)), candidate(0), candidate(1), candidate(2)];
    let all = first.into_iter().chain(events).enumerate();
    RunView::of(&all.map(|(i, event)| Entry { seq: i as u64, at: i as f64, event }).collect::<Vec<_>>())
}

/// The seed, a candidate that fixes two and breaks one, and one without all answers.
fn three() -> RunView {
    view([validation(0, "--+++-"), validation(1, "++-++-"), validation(2, "x+ ?+-")].concat())
}

fn query() -> Query {
    Query { before: Version(0), after: Version(1), order: Order::Split, ..Query::default() }
}

/// The list as text: headings in brackets.
fn list(view: &RunView, query: &Query) -> Vec<String> {
    let listing = Listing::of(view, query);
    let line = |line: &Line| match line {
        Line::Heading { words, questions } => format!("[{words}: {questions}]"),
        Line::Question(at) => listing.rows[*at].row.example.to_string(),
    };
    listing.lines.iter().map(line).collect()
}

/// What a candidate has right of so many questions.
fn scored(version: u32, purpose: Purpose, correct: usize, planned: usize) -> Event {
    let mean = correct as f64 / planned as f64;
    let score = Score { mean, planned, correct, finished: planned, no_answer: 0 };
    let (version, examples, rewards) = (Version(version), vec![], vec![]);
    Event::CandidateScored(Box::new(CandidateScored {
        round: 1,
        version,
        purpose,
        place: None,
        examples,
        rewards,
        score,
    }))
}

#[test]
fn while_the_seed_leads_it_is_compared_with_the_best_of_the_others() {
    let challenger = |events: &[Event]| view(events.to_vec()).challenger().0;
    assert_eq!(challenger(&[scored(0, Purpose::Validation, 4, 6)]), 0, "nobody else was scored");
    let batches = [scored(1, Purpose::Batch, 1, 3), scored(2, Purpose::Batch, 2, 3)];
    assert_eq!(challenger(&batches), 2);
    let full = [batches.to_vec(), vec![scored(1, Purpose::Validation, 3, 6)]].concat();
    assert_eq!(challenger(&full), 1, "all of validation counts for more than a batch");
    let tied = [scored(1, Purpose::Validation, 3, 6), scored(2, Purpose::Validation, 3, 6)];
    assert_eq!(challenger(&tied), 1, "the earlier of two");
    let best = Event::BestUpdated {
        round: 1,
        version: Version(2),
        score: 0.5,
        previous: None,
        previous_version: Version::SEED,
    };
    assert_eq!(challenger(&[tied.to_vec(), vec![best]].concat()), 2);
}

#[test]
fn the_compared_prompts_are_the_first_columns_and_every_other_with_rollouts_follows() {
    let listing = Listing::of(&three(), &Query { before: Version(2), after: Version(0), ..query() });
    assert_eq!((listing.versions, listing.after), (vec![Version(2), Version(0), Version(1)], 1));
    let two = Listing::of(&three(), &Query { columns: Columns::Compared, ..query() });
    assert_eq!(two.versions, [Version(0), Version(1)]);
    let one = Listing::of(&three(), &Query { after: Version(0), columns: Columns::Compared, ..query() });
    assert_eq!((one.versions, one.after), (vec![Version(0)], 0));
    let train = Listing::of(&three(), &Query { split: SplitChoice::Train, ..query() });
    assert_eq!((train.versions.len(), train.rows.len()), (2, 2), "the compared ones, though they were not run there");
}

#[test]
fn counts_tell_what_each_filter_would_leave_of_the_searched() {
    let listing = Listing::of(&three(), &query());
    let counts: Vec<_> = Filter::ALL.into_iter().map(Filter::slug).zip(listing.counts).collect();
    let expected = [("all", 6), ("different", 3), ("fixed", 2), ("broken", 1), ("errors", 2), ("wrong", 2)];
    assert_eq!(counts, expected);
    let searched = Listing::of(&three(), &Query { search: " ZOO ".into(), ..query() });
    assert_eq!((searched.counts[0], searched.rows.len()), (3, 3));
}

#[test]
fn questions_come_in_the_chosen_order_under_headings_that_count_them() {
    let view = three();
    let ordered = |order| list(&view, &Query { order, ..query() });
    assert_eq!(ordered(Order::Split), ["q1", "q2", "q3", "q4", "q5", "q6"]);
    assert_eq!(
        ordered(Order::Change),
        [
            "[Fixed: v0 wrong, v1 right: 2]",
            "q1",
            "q2",
            "[Broken: v0 right, v1 wrong: 1]",
            "q3",
            "[Both wrong: 1]",
            "q6",
            "[Both right: 2]",
            "q4",
            "q5",
        ]
    );
    assert_eq!(ordered(Order::Database), ["[shop: 3]", "q1", "q3", "q5", "[zoo: 3]", "q2", "q4", "q6"]);
    assert_eq!(
        ordered(Order::Hardness),
        ["[easy: 2]", "q2", "q5", "[medium: 1]", "q4", "[hard: 2]", "q1", "q6", "[extra: 1]", "q3"]
    );
    assert_eq!(ordered(Order::MostWrong), ["q6", "q1", "q2", "q3", "q4", "q5"]);
}

#[test]
fn a_group_alone_is_shown_by_database_hardness_or_failure_of_one_of_the_compared() {
    let view = three();
    let only = |by, name: &str| list(&view, &Query { only: Some(Only { by, name: name.into() }), ..query() });
    assert_eq!(only(Grouping::Database, "zoo"), ["q2", "q4", "q6"]);
    assert_eq!(only(Grouping::Hardness, "hard"), ["q1", "q6"]);
    assert_eq!(only(Grouping::Failure, "too few rows"), ["q1", "q2", "q3", "q6"]);
    assert!(only(Grouping::Failure, "no such column").is_empty(), "the third prompt's failure");
}

#[test]
fn groups_count_right_of_judged_and_leave_missing_answers_out() {
    let view = three();
    let all = [Version(0), Version(1), Version(2)];
    type Counts = (usize, usize, usize, usize);
    let counts = |by| -> Vec<(String, Vec<Counts>)> {
        let found = groups(&view, SplitChoice::Validation, &all, by);
        let tallies = |group: &promptbeam::run::results::Group| {
            group.tallies.iter().map(|tally| (tally.right, tally.judged, tally.missing, tally.failed)).collect()
        };
        found.iter().map(|group| (group.name.clone(), tallies(group))).collect()
    };
    assert_eq!(
        counts(Grouping::Database),
        [
            ("shop".into(), vec![(2, 3, 0, 0), (2, 3, 0, 0), (1, 2, 0, 0)]),
            ("zoo".into(), vec![(1, 3, 0, 0), (2, 3, 0, 0), (1, 2, 1, 0)]),
        ]
    );
    let failures = counts(Grouping::Failure);
    assert_eq!(failures[0], ("too few rows".into(), vec![(0, 0, 0, 3), (0, 0, 0, 2), (0, 0, 0, 1)]));
    assert_eq!(failures.len(), 3, "{failures:?}");
}

#[test]
fn a_rollout_on_all_of_validation_counts_before_one_of_a_batch_whichever_came_first() {
    let batch = |step: &str, mark| rollout(step, 0, "q1", Purpose::Batch, mark);
    let full = |step: &str, mark| rollout(step, 0, "q1", Purpose::Validation, mark);
    for events in [vec![batch("b", '-'), full("f", '+')], vec![full("f", '+'), batch("b", '-')]] {
        let found = rows(&view(events), SplitChoice::Validation, &[Version(0)]);
        assert_eq!(found[0].cells[0].map(|cell| cell.mark), Some(Mark::Right));
    }
    let newest = rows(&view(vec![batch("b1", '+'), batch("b2", '-')]), SplitChoice::Validation, &[Version(0)]);
    assert_eq!(newest[0].cells[0].map(|cell| cell.mark), Some(Mark::Wrong), "among equals the newest");
    assert_eq!(newest[1].cells[0], None);
}

#[test]
fn previous_and_next_follow_the_order_and_the_filter_of_the_list() {
    let view = three();
    let around = |step: &str, query| neighbours(&view, &StepId::from(step), query);
    let by_change = Query { order: Order::Change, ..query() };
    let first = around("full/v1/q1", by_change.clone());
    assert_eq!((first.previous, first.at, first.number), (None, 0, 6));
    assert_eq!(first.next, Some("full/v1/q2".into()));
    let broken = around("full/v1/q3", by_change);
    assert_eq!((broken.previous, broken.next), (Some("full/v1/q2".into()), Some("full/v1/q6".into())));
    let fixed = around("full/v0/q2", Query { filter: Filter::Fixed, ..query() });
    assert_eq!(
        (fixed.previous, fixed.next, fixed.number),
        (Some("full/v0/q1".into()), None, 2),
        "the seed's own rollouts"
    );
    let outside = around("full/v1/q6", Query { filter: Filter::Fixed, ..query() });
    assert_eq!(outside.number, 0);
    let skipping = around("full/v2/q2", query());
    assert_eq!(skipping.next, Some("full/v2/q4".into()), "q3 was not run with v2");
}

#[test]
fn the_same_question_by_other_prompts_is_one_step_away() {
    let view = three();
    let found = siblings(&view, &"full/v1/q3".into());
    let told: Vec<_> = found.iter().map(|one| (one.version.0, one.step.as_str(), one.is_this)).collect();
    assert_eq!(told, [(0, "full/v0/q3", false), (1, "full/v1/q3", true)], "v2 was not asked");
}

#[test]
fn what_was_fixed_and_broken_is_told_with_its_reason_and_all_counts() {
    let (turns, paired) = turned(&three(), SplitChoice::Validation, Version(0), Version(1));
    let told: Vec<_> = turns.iter().map(|one| (one.turn, one.example.as_str(), one.step.as_str(), one.why)).collect();
    assert_eq!(
        told,
        [
            (Turned::Fixed, "q1", "full/v1/q1", "too few rows"),
            (Turned::Fixed, "q2", "full/v1/q2", "too few rows"),
            (Turned::Broken, "q3", "full/v1/q3", "too few rows"),
        ]
    );
    assert_eq!((paired.fixed, paired.broken, paired.both_right, paired.both_wrong, paired.missing), (2, 1, 2, 1, 0));
    let (_, missing) = turned(&three(), SplitChoice::Validation, Version(0), Version(2));
    assert_eq!(missing.missing, 1, "no answer is neither right nor wrong");
}

#[test]
fn each_call_tells_its_tokens_time_and_money_and_the_rollout_their_sums() {
    let step = "r01/p0/b0/train/q7";
    let answered = |name: &str, input, from_cache| {
        let usage = TokenUsage { input: Some(input), output: Some(10), ..TokenUsage::default() };
        let answer = ChatAnswer { text: "SELECT 1".into(), usage, from_cache, ..ChatAnswer::default() };
        let (step, role) = (StepId::from(step).child(name), ModelRole::Agent);
        Event::ModelAnswered(Rc::new(ModelAnswered {
            step,
            role,
            answer,
            attempts: 2,
            elapsed_ms: 300.0,
            asked_chars: 9,
        }))
    };
    let turns = vec![
        Turn {
            answer: "SELECT 1".into(),
            query: "SELECT 1".into(),
            execution: Some("1".into()),
            check: Some("No. THE QUERY IS INCORRECT.".into()),
        },
        Turn { answer: "SELECT 2".into(), query: "SELECT 2".into(), execution: Some("2".into()), check: None },
    ];
    let (version, purpose, outcome) = (Version(0), Purpose::Train, outcome('+'));
    let rollout = Rollout { step: step.into(), version, example: "q7".into(), purpose, outcome, turns };
    let view = view(vec![
        answered("write1", 100, false),
        answered("check1", 200, true),
        answered("rewrite2", 300, false),
        Event::RolloutFinished(Rc::new(rollout)),
    ]);
    let inspected = Inspected::of(&view, &step.into()).unwrap();
    let inputs: Vec<_> =
        inspected.calls.iter().map(|call| call.answered.as_ref().and_then(|known| known.answer.usage.input)).collect();
    assert_eq!(inputs, [Some(100), Some(200), Some(300)], "each call has its own answer");
    let usage = inspected.usage();
    assert_eq!((usage.calls, usage.cached_calls, usage.input_tokens, usage.output_tokens), (3, 1, 400, 20));
    assert_eq!(usage.busy_ms, 600.0);
    assert_eq!(Inspected::of(&view, &"nowhere".into()), None);
}

#[test]
fn any_prompt_leaves_as_a_file_that_names_its_version_and_the_best_as_the_runs_prompt() {
    let view = three();
    let file = candidate_md(&view, Version(2)).unwrap();
    assert_eq!((file.name.as_str(), file.content.as_str()), ("r-prompt-v2.md", "2 {table_info}\n"));
    assert_eq!(candidate_md(&view, view.best).unwrap(), prompt_md(&view).unwrap());
    assert_eq!(candidate_md(&view, Version(9)), None);
}

#[test]
fn a_critiques_evidence_is_the_rollouts_of_its_own_branch() {
    let train = |branch: &str, example: &str| {
        rollout(&format!("r01/p0/{branch}/train/{example}"), 0, example, Purpose::Train, '-')
    };
    let view = view(vec![train("b0", "q7"), train("b0", "q8"), train("b1", "q7")]);
    let critique = CritiqueView {
        place: Place { round: 1, slot: 0, branch: 0 },
        parent: Version(0),
        template: 0,
        shown: vec!["q8".into(), "q7".into()],
        text: String::new(),
    };
    let seen: Vec<_> = evidence(&view, &critique).iter().map(|rollout| rollout.step.to_string()).collect();
    assert_eq!(seen, ["r01/p0/b0/train/q8", "r01/p0/b0/train/q7"]);
}
