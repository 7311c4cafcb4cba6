//! The training data as those meet it who use it: through pandas.

use std::{fs, process::Command};

use promptbeam::run::{
    export::training::{TrainingFile, training_file},
    view::RunView,
};
use serde_json::Value;

use crate::{
    folder, has, python, succeeded,
    world::{World, answer, small},
};

const LOAD: &str = "
import json, sys, pandas
frames = {name: pandas.read_json(path, lines=True) for name, path in json.loads(sys.argv[1]).items()}
rollouts = frames['rollouts']
joined = rollouts.merge(frames['tasks'], left_on='task_id', right_on='id')
print(json.dumps({
    'rows': {name: len(frame) for name, frame in frames.items()},
    'columns': {name: list(frame.columns) for name, frame in frames.items()},
    'right': int((rollouts.reward == 1).sum()),
    'joined': len(joined),
    'agree': bool(((joined['mode'] == joined['split'])).all()),
    'calls': int(rollouts.calls.map(len).sum()),
}))
";

#[test]
fn pandas_reads_every_training_file_and_counts_what_the_journal_holds() {
    if !has("pandas") {
        return;
    }
    let world = World::new(|request| Ok(answer(request)));
    world.run(small());
    let entries = world.journal();
    let view = RunView::of(&entries);
    let mut files = serde_json::Map::new();
    for kind in TrainingFile::ALL {
        let path = folder("training").join(format!("{}.jsonl", kind.name()));
        fs::write(&path, training_file(&view, &entries, kind).unwrap().content).unwrap();
        files.insert(kind.name().into(), path.to_str().unwrap().into());
    }
    let output = Command::new(python()).args(["-c", LOAD, &Value::from(files).to_string()]).output().unwrap();
    let told: Value = serde_json::from_str(&succeeded(output)).unwrap();
    println!("{}", told["rows"]);
    let right = view.rollouts.iter().filter(|rollout| rollout.outcome.is_right()).count();
    assert_eq!(told["rows"]["rollouts"], view.rollouts.len());
    assert_eq!((&told["right"], &told["joined"]), (&Value::from(right), &Value::from(view.rollouts.len())));
    assert_eq!(told["calls"], view.usage.agent.calls);
    assert_eq!(told["agree"], true);
    assert_eq!(told["columns"]["triplets"], serde_json::json!(["prompt", "response", "reward", "metadata"]));
}
