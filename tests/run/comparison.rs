//! Runs beside each other: settings, figures, and the best prompts on the questions that both were asked.

use promptbeam::{
    domain::{config::RunConfig, rollout::Purpose, search::Method},
    run::{
        comparison::{Side, caveats, pair, settings},
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
        .filter(|row| row.differs)
        .map(|row| (row.group.as_str(), row.name.as_str(), row.values[0].as_str(), row.values[1].as_str()))
        .filter(|(group, ..)| *group != "APO" && *group != "ProTeGi")
        .collect();
    assert!(differing.contains(&("Search", "Method", "apo", "protegi")), "{differing:?}");
    assert!(differing.contains(&("Run", "Seed", "7", "11")), "{differing:?}");
    let prompt = differing.iter().find(|row| (row.0, row.1) == ("Agent", "Write")).unwrap();
    assert!(prompt.2.ends_with("words, text A") && prompt.3.ends_with("words, text B"), "{prompt:?}");
    assert_eq!(differing.len(), 3, "{differing:?}");
    // Parameters of a search that only one of them makes.
    let beam = rows.iter().find(|row| (row.group.as_str(), row.name.as_str()) == ("APO", "Beam width")).unwrap();
    assert_eq!((beam.values.join("|").as_str(), beam.differs), ("2|–", true));
    assert!(rows.iter().any(|row| row.group == "Judging") && rows.iter().any(|row| row.group == "Query limits"));
    assert!(settings(&[&first, &first]).iter().all(|row| !row.differs));
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
