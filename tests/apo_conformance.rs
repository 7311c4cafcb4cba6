//! The search against recorded runs of the original (Agent Lightning v0.3.0): fed the same draws, rewards and answers, it
//! must take the same decisions. `APO_TRACES_DIR=<dir> cargo test --test apo_conformance` takes any folder of such files.
#![cfg(not(target_arch = "wasm32"))]

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    path::PathBuf,
};

use futures::FutureExt;
use promptbeam::{
    apo::{
        self, Task,
        batches::Batches,
        edit::Rules,
        sampler::Sampler,
        world::{self, Ask, Batch, Experiment, World},
    },
    domain::{
        candidate::{Candidate, Origin, Place},
        chat::ModelRole,
        config::ApoConfig,
        dataset::Splits,
        event::Event,
        id::ExampleId,
        prompt::PromptTemplate,
        rollout::{Execution, Judgement, NoAnswer, Outcome, Purpose, Rollout},
        sql::ResultTable,
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Trace {
    params: Value,
    seed_prompt: String,
    train: Vec<ExampleId>,
    val: Vec<ExampleId>,
    draws: Vec<Value>,
    shuffles: Vec<Value>,
    critic_calls: Vec<Value>,
    editor_calls: Vec<Value>,
    events: Vec<Value>,
    result: Value,
}

/// The recorded world: rewards, answers and draws by place; collects what the search decides.
struct Recorded<'a> {
    trace: &'a Trace,
    rewards: HashMap<String, Vec<Value>>,
    draws: RefCell<BTreeMap<String, Value>>,
    events: RefCell<Vec<Event>>,
    calls: RefCell<[usize; 3]>,
}

fn place_key(kind: &str, round: &Value, slot: &Value, branch: &Value) -> String {
    format!("{kind} {round} {slot} {branch}")
}

fn key(kind: &str, place: Place) -> String {
    place_key(kind, &json!(place.round), &json!(place.slot), &json!(place.branch))
}

fn recorded_place(value: &Value, kind: &str) -> String {
    place_key(kind, &value["round"], &value["slot"], &value["branch"])
}

impl<'a> Recorded<'a> {
    fn new(trace: &'a Trace) -> Self {
        // Rewards by evaluation, which also serves recordings where a pair gives another reward each time.
        let evaluations = trace.events.iter().filter(|event| event["type"] == "evaluate");
        let rewards = evaluations.map(|event| {
            let rewards = event["rewards"].as_array().unwrap().clone();
            (evaluation_key(event), rewards)
        });
        let random = trace.draws.iter().filter(|draw| draw["random"] == true);
        let draws = random.map(|draw| (recorded_place(draw, draw["kind"].as_str().unwrap()), draw.clone()));
        Self {
            trace,
            rewards: rewards.collect(),
            draws: RefCell::new(draws.collect()),
            events: RefCell::default(),
            calls: RefCell::default(),
        }
    }

    fn draw(&self, key: &str, field: &str) -> Value {
        let mut draw = self.draws.borrow_mut().remove(key).unwrap_or_else(|| panic!("no recorded draw: {key}"));
        draw[field].take()
    }
}

/// Training batches are told apart by their questions as well: the same parent has several in a round.
fn evaluation_key(event: &Value) -> String {
    let mode = match (event["mode"].as_str().unwrap(), event["full_val"].as_bool().unwrap()) {
        ("train", _) => format!("train {}", event["ids"]),
        (_, true) => "full".into(),
        (_, false) => "batch".into(),
    };
    format!("{} {} {mode}", event["round"], event["version"].as_str().unwrap())
}

fn outcome(reward: &Value) -> Outcome {
    match reward {
        Value::Null => Outcome::NoAnswer { reason: NoAnswer::Refused },
        Value::String(_) => Outcome::Unfinished,
        number => Outcome::Judged(Judgement {
            reward: number.as_f64().unwrap(),
            diagnosis: None,
            difference: String::new(),
            predicted: Execution::Rows(ResultTable::default()),
            gold: None,
        }),
    }
}

impl World for Recorded<'_> {
    type Halt = Infallible;

    async fn roll_out(&self, batch: Batch<'_>) -> Result<Vec<Rollout>, Infallible> {
        let round: u32 = batch.step.as_str()[1..3].parse().unwrap();
        let mode = match batch.purpose {
            Purpose::Train => format!("train {}", json!(batch.examples)),
            Purpose::Batch => "batch".into(),
            _ => "full".into(),
        };
        let key = format!("{round} {} {mode}", batch.candidate.version);
        let rewards = self.rewards.get(&key).unwrap_or_else(|| panic!("no recorded evaluation: {key}"));
        let rollouts = batch.examples.iter().zip(rewards).map(|(example, reward)| Rollout {
            step: batch.step.child(example),
            version: batch.candidate.version,
            example: example.clone(),
            purpose: batch.purpose,
            outcome: outcome(reward),
            turns: vec![],
        });
        self.calls.borrow_mut()[0] += batch.examples.len();
        Ok(rollouts.collect())
    }

    fn experiment(&self, _: &Candidate, rollout: &Rollout) -> Experiment {
        Experiment { status: rollout.example.to_string(), ..Experiment::default() }
    }

    fn trace(&self, _: &Rollout) -> world::Trace {
        unreachable!("only the second search asks for it")
    }

    async fn ask(&self, ask: Ask) -> Result<String, Infallible> {
        let parts: Vec<u32> = ask.step.as_str().split('/').take(3).map(|part| part[1..].parse().unwrap()).collect();
        let same_place = |call: &&Value| {
            [&call["round"], &call["slot"], &call["branch"]].into_iter().zip(&parts).all(|(a, b)| *a == *b)
        };
        let calls = match ask.role {
            ModelRole::Critic => &self.trace.critic_calls,
            _ => &self.trace.editor_calls,
        };
        let call = calls.iter().find(same_place).unwrap_or_else(|| panic!("no recorded call at {}", ask.step));
        self.calls.borrow_mut()[if ask.role == ModelRole::Critic { 1 } else { 2 }] += 1;
        let text: String = ask.messages.iter().map(|message| message.content.as_str()).collect();
        if ask.role == ModelRole::Critic {
            let shown: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("status: ")).collect();
            assert_eq!(json!(shown), call["shown"], "what the critic is shown at {}", ask.step);
        } else {
            assert!(text.contains(call["critique"].as_str().unwrap()), "the editor is given the critique");
        }
        Ok(call["answer"].as_str().unwrap_or_default().to_owned())
    }

    async fn record(&self, event: Event) -> Result<(), Infallible> {
        self.events.borrow_mut().push(event);
        Ok(())
    }
}

impl Sampler for Recorded<'_> {
    fn parents(&self, round: u32, _: usize) -> Vec<usize> {
        let key = place_key("parents", &json!(round), &Value::Null, &Value::Null);
        serde_json::from_value(self.draw(&key, "beam_indices")).unwrap()
    }

    fn train_batch(&self, place: Place) -> Vec<ExampleId> {
        serde_json::from_value(self.draw(&key("train_batch", place), "ids")).unwrap()
    }

    fn val_batch(&self, round: u32) -> Vec<ExampleId> {
        let key = place_key("val_batch", &json!(round), &Value::Null, &Value::Null);
        serde_json::from_value(self.draw(&key, "ids")).unwrap()
    }

    fn critic_template(&self, place: Place) -> usize {
        serde_json::from_value(self.draw(&key("critic_template", place), "index")).unwrap()
    }

    fn gradient_sample(&self, place: Place, _: usize, _: usize) -> Vec<usize> {
        serde_json::from_value(self.draw(&key("gradient_sample", place), "positions")).unwrap()
    }

    fn editor_template(&self, place: Place) -> usize {
        serde_json::from_value(self.draw(&key("editor_template", place), "index")).unwrap()
    }
}

/// Our event in the corpus's form; `None` for events that it does not have.
fn as_recorded(event: &Event, rewards: &HashMap<String, Vec<Value>>) -> Option<Value> {
    Some(match event {
        Event::CandidateScored(scored) => {
            let mode = if scored.purpose == Purpose::Train { "train" } else { "val" };
            let mut value = json!({
                "type": "evaluate", "round": scored.round, "version": scored.version.to_string(), "mode": mode,
                "full_val": scored.purpose == Purpose::Validation, "ids": scored.examples,
                "finished": scored.score.finished, "mean": scored.score.mean,
            });
            // Our journal writes both kinds of missing reward as null; which one it was stands in the rollouts.
            let recorded = rewards.get(&evaluation_key(&value))?;
            let same = recorded.iter().zip(&scored.rewards).all(|(theirs, ours)| theirs.as_f64() == *ours);
            assert!(same && recorded.len() == scored.rewards.len(), "rewards of {value}");
            value["rewards"] = json!(recorded);
            value
        }
        Event::CandidateProposed { candidate } => {
            let (source, parent, place) = match &candidate.origin {
                Origin::Seed | Origin::Paraphrase { .. } | Origin::Checked { .. } => return None,
                Origin::Edit { parent, place } => ("edit", parent, place),
                Origin::ParentCopy { parent, place } => ("parent_copy", parent, place),
            };
            json!({
                "type": "candidate", "version": candidate.version.to_string(), "parent_version": parent.to_string(),
                "round": place.round, "slot": place.slot, "branch": place.branch, "source": source,
                "text": candidate.template,
            })
        }
        Event::BeamSelected { round, candidates, beam, scores } => {
            let names = |versions: &[_]| versions.iter().map(ToString::to_string).collect::<Vec<_>>();
            json!({
                "type": "beam", "round": round, "candidates": names(candidates), "versions": names(beam),
                "scores": scores,
            })
        }
        Event::BestUpdated { round, version, score, previous, previous_version }
        | Event::BestKept { round, version, score, previous, previous_version } => json!({
            "type": if matches!(event, Event::BestUpdated { .. }) { "best_updated" } else { "best_kept" },
            "round": round, "version": version.to_string(), "score": score, "previous": previous,
            "previous_version": previous_version.to_string(),
        }),
        _ => return None,
    })
}

/// Both logs in one order: ours is concurrent.
fn sorted(mut events: Vec<Value>) -> Vec<String> {
    let mut texts: Vec<String> = events
        .iter_mut()
        .map(|event| {
            let sorted: BTreeMap<String, Value> = serde_json::from_value(event.take()).unwrap();
            serde_json::to_string(&sorted).unwrap()
        })
        .collect();
    texts.sort();
    texts
}

fn check(trace: &Trace) {
    let mut config: ApoConfig = serde_json::from_value(trace.params.clone()).unwrap();
    config.reproduce_v0_3_0 = true;
    let splits = Splits { train: trace.train.clone(), validation: trace.val.clone(), held_out: vec![] };
    let world = Recorded::new(trace);
    let seed = PromptTemplate(trace.seed_prompt.clone());
    let task = Task {
        config: &config,
        seed: seed.clone(),
        rules: Rules { reproduce: true, ..Rules::new(&seed) },
        splits: &splits,
    };
    let best = apo::run(&world, &world, task).now_or_never().expect("the recorded world never waits").unwrap();

    let ours = world.events.borrow().iter().filter_map(|event| as_recorded(event, &world.rewards)).collect();
    let theirs = trace.events.iter().filter(|event| event["type"] != "candidate_skipped").cloned().collect();
    for (ours, theirs) in sorted(ours).iter().zip(sorted(theirs)) {
        assert_eq!(*ours, theirs);
    }
    assert_eq!(
        world.events.borrow().iter().filter_map(|event| as_recorded(event, &world.rewards)).count(),
        trace.events.iter().filter(|event| event["type"] != "candidate_skipped").count(),
        "number of events"
    );
    assert!(world.draws.borrow().is_empty(), "draws left over: {:?}", world.draws.borrow().keys());

    let result = &trace.result;
    assert_eq!(json!(best.candidate.version.to_string()), result["best_version"]);
    assert_eq!(json!(best.score), result["best_score"]);
    assert_eq!(json!(best.candidate.template), result["best_prompt"]);
    let calls = *world.calls.borrow();
    assert_eq!(json!(calls), json!([result["rollouts"], result["critic_calls"], result["editor_calls"]]));
    check_batches(trace, &config);
}

/// The batch iterator on its own: fed the recorded shuffles, it cuts the recorded batches.
fn check_batches(trace: &Trace, config: &ApoConfig) {
    let streams = [("train", &trace.train, config.gradient_batch_size), ("val", &trace.val, config.val_batch_size)];
    for (stream, ids, size) in streams {
        let mut shuffles = trace.shuffles.iter().filter(|shuffle| shuffle["stream"] == stream);
        let mut batches = Batches::new(ids.len(), size);
        let kind = format!("{stream}_batch");
        for draw in trace.draws.iter().filter(|draw| draw["kind"] == kind) {
            let batch = batches.next_batch(|all| {
                let order: Vec<ExampleId> =
                    serde_json::from_value(shuffles.next().expect("a recorded shuffle")["ids"].clone()).unwrap();
                *all = order.iter().map(|id| ids.iter().position(|known| known == id).unwrap()).collect();
            });
            assert_eq!(json!(batch.iter().map(|i| &ids[*i]).collect::<Vec<_>>()), draw["ids"], "{kind}");
        }
        assert_eq!(shuffles.count(), 0, "{stream}: shuffles left over");
    }
}

#[test]
fn decisions_equal_those_of_the_original_in_every_recorded_run() {
    let Some(folder) = std::env::var_os("APO_TRACES_DIR").map(PathBuf::from) else {
        println!("SKIPPED, NOTHING COMPARED: set APO_TRACES_DIR to a folder of recorded runs");
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("APO_TRACES_DIR {}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no .json files in {}", folder.display());
    let mut failed = Vec::new();
    for path in &files {
        let trace: Trace = serde_json::from_str(&std::fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if std::panic::catch_unwind(|| check(&trace)).is_err() {
            failed.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    println!("{} of {} recorded runs identical", files.len() - failed.len(), files.len());
    assert!(failed.is_empty(), "different: {failed:?}");
}
