//! Runs beside each other: settings, figures, and the best prompts on the questions that both were asked.

use promptbeam::{
    domain::{config::RunConfig, provider::Provider, rollout::Purpose, search::Method},
    run::{
        comparison::{Row, Side, caveats, pair, settings},
        optimize::Ending,
        view::RunView,
    },
};

use crate::world::{World, answer, config};

fn with_held_out() -> RunConfig {
    let mut config = config();
    (config.split.train, config.split.validation, config.split.held_out) = (20, 20, 30);
    config
}

fn run(config: RunConfig) -> RunView {
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.run(config), Ending::Finished);
    RunView::of(&world.journal())
}

fn side(config: RunConfig) -> Side {
    Side::of(&run(config)).unwrap()
}

#[test]
fn only_what_differs_is_marked_and_nothing_of_the_settings_is_missing() {
    let first = side(with_held_out());
    let mut other = RunConfig { method: Method::Protegi, seed: 11, ..with_held_out() };
    other.agent.write.0.push_str("\n- rule 1");
    let second = side(other);
    let rows = settings(&[&first, &second]);
    let differing: Vec<_> = rows
        .iter()
        .filter(|row| row.differs && row.group != "Search")
        .map(|row| {
            let [first, second] = [0, 1].map(|at| row.values[at].words.as_str());
            (row.group.as_str(), row.name.as_str(), first, second)
        })
        .collect();
    assert!(differing.contains(&("Run", "Seed", "7", "11")), "{differing:?}");
    let prompt = differing.iter().find(|row| (row.0, row.1) == ("Agent", "Write")).unwrap();
    assert!(prompt.2.ends_with("words, text A") && prompt.3.ends_with("words, text B"), "{prompt:?}");
    assert_eq!(differing.len(), 2, "{differing:?}");
    assert!(rows.iter().any(|row| row.group == "Judging") && rows.iter().any(|row| row.group == "Query limits"));
    assert!(settings(&[&first, &first]).iter().all(|row| !row.differs));
}

/// The values of a setting in words, and whether they count as a difference.
fn told(rows: &[Row], name: &str) -> (String, bool) {
    let row = rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name} is not there"));
    (row.values.iter().map(|value| value.words.as_str()).collect::<Vec<_>>().join(" | "), row.differs)
}

#[test]
fn what_another_search_does_not_have_is_said_and_is_no_difference() {
    let of = |method| side(RunConfig { method, ..with_held_out() });
    let (apo, racing, protegi) = (of(Method::Apo), of(Method::Racing), of(Method::Protegi));
    let rows = settings(&[&apo, &racing]);
    assert_eq!(told(&rows, "Method"), ("APO (as published) | Paired racing".into(), true));
    assert_eq!(told(&rows, "Beam width"), ("2 | –, not in racing".into(), false));
    assert_eq!(told(&rows, "Patience").0.split(" | ").next(), Some("–, not in APO"));
    // What both have is compared.
    assert!(told(&rows, "Repair edits").0.split(" | ").all(|value| value == "yes" || value == "no"));
    assert!(!told(&rows, "Rounds").0.contains('–'));
    let rows = settings(&[&apo, &racing, &protegi]);
    let (widths, differ) = told(&rows, "Beam width");
    let values: Vec<_> = widths.split(" | ").collect();
    assert_eq!((values[0], values[1], differ), ("2", "–, not in racing", values[0] != values[2]));
    let apart = rows.iter().filter(|row| row.group == "Search" && row.values.iter().any(|value| value.is_apart));
    assert!(apart.count() > 10);
}

#[test]
fn values_have_their_units_and_the_names_of_the_screens() {
    let mut config = with_held_out();
    config.models.agent.provider = Provider::OpenAi;
    config.models.agent.url = "https://api.example.org/v1".into();
    config.models.agent.name = "some-model".into();
    let first = side(config.clone());
    config.models.agent.provider = Provider::Practice;
    config.budget.max_usd = Some(2.5);
    let second = side(config);
    let rows = settings(&[&first, &second]);
    assert_eq!(told(&rows, "Time"), ("30 s | 30 s".into(), false));
    assert_eq!(told(&rows, "Rows").0, "1,000,000 | 1,000,000");
    assert_eq!(told(&rows, "Bytes").0, "268.4 MB | 268.4 MB");
    assert_eq!(told(&rows, "Call timeout").0, "2 m 00 s | 2 m 00 s");
    assert_eq!(told(&rows, "Max dollars"), ("– | $2.50".into(), true));
    // Nobody is asked at the address of a simulated model.
    let address = rows.iter().find(|row| (row.group.as_str(), row.name.as_str()) == ("Agent's model", "URL")).unwrap();
    assert_eq!((address.values[1].words.as_str(), address.differs), ("–, simulated", false));
    assert_eq!(told(&rows, "Provider"), ("OpenAI | Practice model (simulated)".into(), true));
}

#[test]
fn best_prompts_are_paired_on_the_held_out_questions_that_are_the_same_ones() {
    let first = run(with_held_out());
    let longer = |rules: u32| {
        let mut config = with_held_out();
        (1..=rules).for_each(|rule| config.agent.write.0.push_str(&format!("\n- rule {rule}")));
        config
    };
    let second = run(longer(3));
    let sides = [Side::of(&first).unwrap(), Side::of(&second).unwrap()];
    let sides: Vec<&Side> = sides.iter().collect();
    let pair = pair(&sides, 0, 1);
    assert_eq!(pair.paired.judged(), 30);
    assert_eq!(pair.paired.broken, 0, "in this world longer prompts break nothing");
    let right = |view: &RunView| view.candidate(view.best).unwrap().score(Purpose::HeldOut).unwrap().correct;
    assert_eq!(pair.paired.both_right + pair.paired.fixed, right(&second));
    assert_eq!(pair.paired.both_right + pair.paired.broken, right(&first));
    assert!(pair.sentences[0].starts_with("Both were asked the same 30 held-out questions."), "{:?}", pair.sentences);
    assert!(!caveats(&sides).iter().any(|told| told.contains("held-out questions differ")));
}

#[test]
fn only_shared_questions_count_and_none_in_common_is_said() {
    let first = side(with_held_out());
    let mut shifted = with_held_out();
    shifted.split.train = 30;
    let shifted = side(shifted);
    let told = pair(&[&first, &shifted], 0, 1);
    // 41 to 70 against 51 to 80.
    assert_eq!(told.paired.judged(), 20);
    assert!(
        told.sentences[0].starts_with("20 of their 30 and 30 held-out questions are the same ones"),
        "{:?}",
        told.sentences
    );
    assert!(caveats(&[&first, &shifted]).iter().any(|told| told.contains("held-out questions differ")));

    let mut apart = with_held_out();
    (apart.split.train, apart.split.validation) = (35, 35);
    let apart = side(apart);
    let told = pair(&[&first, &apart], 0, 1);
    assert_eq!((told.verdict, told.headline.as_str()), (None, "A and B: no question in common"));

    let mut unchecked = with_held_out();
    unchecked.split.held_out = 0;
    let unchecked = side(unchecked);
    let told = pair(&[&first, &unchecked], 0, 1);
    assert_eq!(told.sentences, ["The best prompt of B was asked no held-out question."]);
}

#[test]
fn every_run_has_the_same_figures_in_the_same_order() {
    let sides = [side(with_held_out()), side(RunConfig { method: Method::Protegi, ..with_held_out() })];
    let slugs = |side: &Side| side.facts.iter().map(|fact| fact.slug).collect::<Vec<_>>();
    assert_eq!(slugs(&sides[0]), slugs(&sides[1]));
    let fact = |slug| sides[0].facts.iter().find(|fact| fact.slug == slug).unwrap();
    assert_eq!(fact("data").note.as_deref(), Some("20 train, 20 validation, 30 held-out"));
    assert!(fact("held-out-best").value.contains("/30)"), "{:?}", fact("held-out-best"));
    assert!(fact("calls").note.as_deref().unwrap().starts_with("agent "), "{:?}", fact("calls"));
}
