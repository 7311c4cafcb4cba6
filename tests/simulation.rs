//! The worlds of `benches/search`: what they call true is what their noisy answers come to on average, and every search can
//! be run in them.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../benches/search/formats.rs"]
mod formats;
#[path = "../benches/search/models.rs"]
mod models;
#[path = "../benches/search/prompts.rs"]
mod prompts;
#[path = "../benches/search/searches.rs"]
mod searches;
#[path = "../benches/search/trial.rs"]
mod trial;
#[path = "../benches/search/world.rs"]
mod world;

use std::rc::Rc;

use futures::FutureExt;
use promptbeam::{
    domain::{
        chat::{Message, ModelRole},
        id::StepId,
    },
    ports::{
        chat::{ChatModel, ChatRequest},
        clock::ManualClock,
    },
    run::verdict::Verdict,
};

use formats::{critic, editor};
use models::{Point, SimulatedModel};
use prompts::{Held, Mark, seed_prompt};
use searches::{SEARCHES, config};
use trial::Trial;
use world::{Bench, Fate, Population, World, gold};

fn bench() -> &'static Bench {
    Box::leak(Box::new(Bench::read()))
}

fn world(name: &str) -> &'static World {
    bench().worlds.iter().find(|world| world.name == name).unwrap()
}

fn model(world: &'static World, population: &Rc<Population>, seed: u64) -> SimulatedModel {
    let (population, clock) = (Rc::clone(population), Rc::new(ManualClock::default()));
    SimulatedModel { world, population, seed, clock, latency_ms: 0.0 }
}

fn ask(model: &SimulatedModel, role: ModelRole, step: &str, messages: Vec<Message>) -> String {
    let request = ChatRequest { step: StepId::from(step), role, messages, temperature: None, max_tokens: None };
    model.complete(&request).now_or_never().expect("without latency nobody waits").unwrap().text
}

#[test]
fn answers_are_right_as_often_as_the_true_accuracy_says() {
    for world in &bench().worlds {
        let population = Rc::new(Population::draw(world, 300, 3));
        let model = model(world, &population, 3);
        let prompt = seed_prompt(&population.seed_rules);
        let is_right = |number: usize, step: usize| {
            let messages =
                vec![Message::system(prompt.as_str()), Message::user(format!("Question: Question {number}?"))];
            let answer = ask(&model, ModelRole::Agent, &format!("{step}/q{number}/write1"), messages);
            answer == format!("```sql\n{}\n```", gold(number))
        };
        let right = (0..20).flat_map(|step| (0..300).map(move |number| (number, step)));
        let right = right.filter(|(number, step)| is_right(*number, *step)).count() as f64 / 6000.0;
        let truth = population.accuracy(Held::of(prompt.as_str()));
        // 6000 draws: a standard error of at most 0.65 points.
        assert!((right - truth).abs() < 0.02, "{}: {right} and {truth}", world.name);
    }
}

#[test]
fn rules_help_traps_harm_and_half_a_pair_breaks_what_the_other_half_mends() {
    let good = Population::draw(world("good critic"), 1000, 1);
    let (none, all) = (Held::default(), Held { rules: (1 << 14) - 1, traps: 0 });
    let trapped = Held { traps: 1, ..all };
    assert!(good.accuracy(none) < good.accuracy(trapped) && good.accuracy(trapped) < good.accuracy(all));
    let pairs = Population::draw(world("complementary"), 1000, 1);
    let gain = |rules| pairs.accuracy(Held { rules, traps: 0 }) - pairs.accuracy(none);
    assert!(gain(0b11) > gain(0b01) + 0.05 && gain(0b11) > gain(0b10) + 0.05, "{} {}", gain(0b01), gain(0b11));
    let broken = (0..1000).find(|number| {
        pairs.fate(*number, none) == Fate::Right && pairs.fate(*number, Held { rules: 1, traps: 0 }) != Fate::Right
    });
    let fate = pairs.fate(broken.unwrap(), Held { rules: 1, traps: 0 });
    assert_eq!(fate, Fate::Wrong(Mark::Rule(1)), "the other of the pair is what is lacking");
}

#[test]
fn a_garbled_line_holds_nothing_any_more() {
    let line = Mark::Rule(3).line(0);
    assert_eq!(Held::of(&line), Held { rules: 8, traps: 0 });
    assert_eq!(Held::of(&line.replace("R03", "R??")), Held::default());
    assert_eq!(Held::of("{table_info} [[dialect]] [N04] [x"), Held::default());
}

#[test]
fn a_critic_names_what_failures_lack_and_an_editor_carries_it_out() {
    let world = world("good critic");
    let population = Rc::new(Population::draw(world, 100, 1));
    let model = model(world, &population, 1);
    let shown = "## Experiment 1\nquery 1: SELECT 'wrong_R05' FROM answers\n## Experiment 2\nquery 1: SELECT 'wrong_X02' FROM answers";
    let critiques = (0..50).map(|i| ask(&model, ModelRole::Critic, &format!("c{i}"), vec![Message::user(shown)]));
    let named = critiques.filter(|text| Point::all_in(text).contains(&Point::Add(Mark::Rule(5)))).count();
    assert!((40..50).contains(&named), "{named} of 50");
    let prompt = seed_prompt(&[1]);
    let critique = format!("- {}", Point::Add(Mark::Rule(5)).words());
    let user = format!("# Prompt template\n\n{}\n\n# Critique\n\n{critique}", prompt.as_str());
    let edit = |i: usize| {
        let messages = vec![Message::system("Rewrite."), Message::user(user.clone())];
        Held::of(&ask(&model, ModelRole::Editor, &format!("e{i}"), messages))
    };
    let carried = (0..50).filter(|i| edit(*i).rules & (1 << 5) != 0).count();
    assert!((38..50).contains(&carried), "{carried} of 50");
    assert_eq!(critic(&[Message::user(shown)]).distinct, None);
    assert_eq!(editor(&[Message::user(user.as_str())]).template, prompt.as_str());
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another_one() {
    let (bench, world) = (bench(), world("weak critic"));
    let article = SEARCHES.iter().find(|search| search.name == "APO (article)").unwrap();
    let run = |seed, latency_ms| trial::run(world, 300, config(article, bench.splits, seed), latency_ms);
    let once = run(1, 0.0);
    assert_eq!(once, run(1, 0.0));
    assert_eq!(Trial { elapsed_ms: 0.0, ..run(1, 300.0) }, once, "how long answers take decides nothing");
    assert_ne!(once, run(2, 0.0));
}

#[test]
fn every_search_ends_where_edits_change_nothing_with_no_gain() {
    let (bench, world) = (bench(), world("neutral"));
    assert!(bench.population >= 300, "{}", world.about);
    for search in SEARCHES {
        let trial = trial::run(world, 300, config(search, bench.splits, 1), 0.0);
        let gains = [trial.gain_before(), trial.gain_after(), trial.gain_proven()];
        assert_eq!(gains, [0.0; 3], "{}: {}", search.name, search.about);
        assert_eq!(trial.rollouts, trial.agent_calls);
        assert!(trial.editor_calls >= trial.rejected_edits && trial.critic_calls > 0);
        assert_eq!(trial.held_out_calls, if trial.verdict == Verdict::Unchanged { 150 } else { 300 });
    }
}
