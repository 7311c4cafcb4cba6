//! What leaves a run: the same bytes when it comes back, training data whose counts are the journal's, a report and a zip.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use super::world::{World, answer, small};
use futures::FutureExt;
use promptbeam::{
    domain::{
        agent::{AgentKind, AgentNode},
        chat::ModelRole,
        config::RunConfig,
        event::{Entry, Event},
        id::RunId,
        problem::ChatError,
        rollout::{Outcome, Purpose, Rollout},
        sql::{ResultTable, Value as SqlValue},
    },
    ports::store::{MemoryStore, RunStore, StoreError},
    run::{
        control::{RunControl, Wish},
        export::{
            LeftOut, Looked, ReadError, Reading,
            files::{FileKind, file, offered},
            run_jsonl,
            training::{TrainingFile, training_file},
            zip::zip,
        },
        incoming::take_in,
        view::RunView,
    },
};
use serde_json::Value;

fn journal_of(config: RunConfig, control: RunControl) -> Vec<Entry> {
    let mut world = World::new(|request| match (request.role, request.step.as_str()) {
        // Now and then a question without an answer.
        (ModelRole::Agent, step) if step.contains("q0002/") => Err(ChatError::Refused),
        _ => Ok(answer(request)),
    });
    world.control = control;
    world.run(config);
    world.journal()
}

/// A journal that ends in the middle of things, with calls that were never answered.
fn stopped_after(answers: usize) -> Vec<Entry> {
    let world = World::new(|request| Ok(answer(request)));
    let (control, seen) = (world.control.clone(), Cell::new(0));
    world.watch(move |entry| {
        seen.set(seen.get() + usize::from(matches!(entry.event, Event::ModelAnswered(_))));
        if seen.get() == answers {
            control.ask(Wish::Stop);
        }
    });
    world.run(small());
    world.journal()
}

fn self_correcting(optimized: AgentNode) -> RunConfig {
    let mut config = small();
    config.agent.kind = AgentKind::SelfCorrecting;
    config.agent.max_turns = 2;
    config.agent.optimized = optimized;
    config.apo.beam_rounds = 1;
    config
}

/// Journals of several kinds: finished, paused, with rewrites, with another prompt optimized.
fn journals() -> Vec<Vec<Entry>> {
    let paused = RunControl::preflight(7);
    vec![
        journal_of(small(), RunControl::default()),
        journal_of(small(), paused),
        stopped_after(20),
        journal_of(self_correcting(AgentNode::Write), RunControl::default()),
        journal_of(self_correcting(AgentNode::Check), RunControl::default()),
        odd_values(),
    ]
}

/// A journal with values that JSON and JavaScript are careless with.
fn odd_values() -> Vec<Entry> {
    let mut entries = journal_of(small(), RunControl::default());
    let table = ResultTable {
        columns: vec!["a\u{2028}b".into(), String::new()],
        rows: vec![
            vec![SqlValue::Integer(i64::MAX), SqlValue::Real(0.1 + 0.2)],
            vec![SqlValue::Integer(i64::MIN), SqlValue::Real(1e300)],
            vec![SqlValue::Null, SqlValue::Real(2.0)],
            vec![
                SqlValue::Blob { blob: vec![0, 255] },
                SqlValue::Text("{\"blob\":[1]} \u{0}\u{feff}\u{10ffff}\r\n".into()),
            ],
        ],
        total_rows: 4,
    };
    for entry in &mut entries {
        entry.at += 0.1 + 0.2;
        if let Event::RolloutFinished(rollout) = &mut entry.event
            && let Outcome::Judged(judgement) = &mut Rc::make_mut(rollout).outcome
        {
            judgement.gold = Some(table.clone());
            judgement.difference = "line\nline\u{7f}".into();
        }
    }
    entries
}

/// A run file read so many lines at a time, and the first line of which something is left out.
fn read_by(text: &str, lines: usize) -> (Vec<Entry>, Option<usize>) {
    let mut reading = Reading::of(text);
    while reading.go_on(lines).unwrap().is_some() {}
    let entries = reading.finish();
    let mut left_out = LeftOut::of(text);
    let found = loop {
        match left_out.go_on(&entries, lines) {
            Looked::Further => {}
            Looked::Found(line) => break Some(line),
            Looked::Nothing => break None,
        }
    };
    (entries, found)
}

#[test]
fn a_run_file_that_was_imported_leaves_again_byte_for_byte_the_same() {
    let mut bytes = 0;
    for entries in journals() {
        let first = run_jsonl(&RunView::of(&entries), &entries).unwrap().content;
        let (read, left_out) = read_by(&first, 7);
        assert_eq!(read, entries);
        assert_eq!(left_out, None);
        assert_eq!(run_jsonl(&RunView::of(&read), &read).unwrap().content, first);
        bytes += first.len();
    }
    println!("6 journals, {bytes} bytes: identical after import and export");
}

#[test]
fn a_run_file_is_stored_as_it_is_read_or_not_at_all() {
    let (store, run) = (MemoryStore::default(), RunId::from("run-1"));
    let take_in = |text: &str| take_in(text, &run, &store).now_or_never().expect("nothing to wait for");
    let entries = odd_values();
    let text = run_jsonl(&RunView::of(&entries), &entries).unwrap().content;
    let cut = &text[..text.len() - 9];
    let refused = take_in(cut).err().unwrap();
    assert!(refused.starts_with(&format!("Line {} is not an entry of a run", entries.len())), "{refused}");
    assert_eq!(take_in("\n\n").err().unwrap(), ReadError::Empty.to_string());
    let stored = || store.journal(&run).now_or_never().unwrap().unwrap();
    assert_eq!(stored(), []);
    let received = take_in(&text).unwrap();
    assert_eq!(received.entries, entries);
    assert!(received.view == RunView::of(&entries));
    assert_eq!(stored(), entries);
    // The number of a run is used once.
    assert_eq!(take_in(&text).err().unwrap(), StoreError::Conflict.to_string());
}

#[test]
fn lines_are_handed_on_as_they_are_but_for_empty_ones() {
    let entries = odd_values();
    let text = run_jsonl(&RunView::of(&entries), &entries).unwrap().content;
    let handed_on = |text: &str| {
        let mut reading = Reading::of(text);
        let mut lines = Vec::new();
        while let Some(read) = reading.go_on(7).unwrap() {
            lines.extend(read.lines().map(str::to_owned));
        }
        assert_eq!(reading.finish(), entries);
        lines
    };
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(handed_on(&text), lines);
    assert_eq!(handed_on(text.trim_end()), lines);
    for between in ["\r\n", "\n\n", "\r\n \r\n"] {
        assert_eq!(handed_on(&format!("\u{feff}\n{}", text.replace('\n', between))), lines, "{between:?}");
    }
}

#[test]
fn fields_of_a_newer_page_are_left_out_and_told() {
    let entries = journal_of(small(), RunControl::default());
    let text = run_jsonl(&RunView::of(&entries), &entries).unwrap().content;
    let lines: Vec<&str> = text.lines().collect();
    let newer = lines[4].replacen('{', "{\"mood\":\"good\",", 1);
    let changed = text.replacen(lines[4], &newer, 1);
    let (read, left_out) = read_by(&changed, 100);
    assert_eq!(left_out, Some(5));
    assert_eq!(run_jsonl(&RunView::of(&read), &read).unwrap().content, text);
    // An older page wrote fewer fields: nothing is lost by reading those.
    let older = text.replace(",\"call_timeout\":120.0", "");
    assert_ne!(older, text);
    assert_eq!(read_by(&older, 100).1, None);
}

fn rows(entries: &[Entry], kind: TrainingFile) -> Vec<Value> {
    let file = training_file(&RunView::of(entries), entries, kind).unwrap();
    file.content.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rollouts(entries: &[Entry]) -> Vec<Rollout> {
    let finished = entries.iter().filter_map(|entry| match &entry.event {
        Event::RolloutFinished(rollout) => Some((**rollout).clone()),
        _ => None,
    });
    finished.collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn are_messages(value: &Value) -> bool {
    let is_message = |message: &Value| {
        keys(message) == ["role", "content"]
            && ["system", "user", "assistant"].contains(&message["role"].as_str().unwrap())
            && message["content"].is_string()
    };
    value.as_array().unwrap().iter().all(is_message)
}

#[test]
fn training_files_have_the_shapes_that_loaders_know() {
    for entries in journals() {
        for row in rows(&entries, TrainingFile::Tasks) {
            assert_eq!(keys(&row), ["id", "db_id", "question", "query", "split"]);
            assert!(row.as_object().unwrap().values().all(Value::is_string));
        }
        for row in rows(&entries, TrainingFile::Rollouts) {
            let wanted = [
                "rollout_id",
                "task_id",
                "prompt_version",
                "mode",
                "status",
                "reward",
                "started",
                "ended",
                "usage",
                "calls",
                "query",
                "execution",
                "error",
            ];
            assert_eq!(keys(&row), wanted);
            assert!(["train", "val", "test"].contains(&row["mode"].as_str().unwrap()));
            assert_eq!(row["reward"].is_null(), row["status"] != "succeeded");
            assert!(row["ended"].as_f64().unwrap() >= row["started"].as_f64().unwrap());
            for call in row["calls"].as_array().unwrap() {
                assert_eq!(keys(call), ["node", "messages", "completion", "model", "params", "usage"]);
                assert!(are_messages(&call["messages"]) && call["completion"].is_string());
                assert_eq!(keys(&call["params"]), ["temperature"]);
                assert_eq!(call["usage"], serde_json::json!({"input_tokens": 10, "output_tokens": 5}));
            }
        }
        for row in rows(&entries, TrainingFile::Sft) {
            assert_eq!(keys(&row), ["messages"]);
            assert!(are_messages(&row["messages"]));
            assert_eq!(row["messages"].as_array().unwrap().last().unwrap()["role"], "assistant");
        }
        for row in rows(&entries, TrainingFile::Preferences) {
            assert_eq!(keys(&row), ["prompt", "chosen", "rejected"]);
            assert!(["prompt", "chosen", "rejected"].iter().all(|field| are_messages(&row[*field])));
            assert_ne!(row["chosen"], row["rejected"]);
        }
        for row in rows(&entries, TrainingFile::Triplets) {
            assert_eq!(keys(&row), ["prompt", "response", "reward", "metadata"]);
            assert_eq!(keys(&row["prompt"]), ["raw_content", "token_ids"]);
            assert_eq!(keys(&row["response"]), ["raw_content", "token_ids"]);
            assert!(are_messages(&row["prompt"]["raw_content"]) && row["response"]["raw_content"].is_string());
            assert!(row["reward"].is_f64() && row["prompt"]["token_ids"].as_array().unwrap().is_empty());
        }
    }
}

#[test]
fn training_files_count_what_the_journal_holds() {
    for (number, entries) in journals().iter().enumerate() {
        let all = rollouts(entries);
        let Event::RunStarted(started) = &entries[0].event else { panic!() };
        let splits = &started.splits;
        let asked = splits.train.len() + splits.validation.len() + splits.held_out.len();
        assert_eq!(rows(entries, TrainingFile::Tasks).len(), asked);
        let written = rows(entries, TrainingFile::Rollouts);
        assert_eq!(written.len(), all.len());
        let right = all.iter().filter(|rollout| rollout.outcome.is_right()).count();
        assert_eq!(written.iter().filter(|row| row["reward"] == 1.0).count(), right);
        let calls: usize = written.iter().map(|row| row["calls"].as_array().unwrap().len()).sum();
        let answered = entries.iter().filter(
            |entry| matches!(&entry.event, Event::ModelAnswered(answered) if answered.role == ModelRole::Agent),
        );
        // Calls of rollouts under way at a pause are in the journal and in no finished rollout.
        let in_rollouts: HashSet<_> = all.iter().map(|rollout| rollout.step.as_str()).collect();
        let answered = answered.filter(|entry| {
            let Event::ModelAnswered(answered) = &entry.event else { return false };
            let (rollout, _) = answered.step.as_str().rsplit_once('/').unwrap();
            in_rollouts.contains(rollout)
        });
        assert_eq!(calls, answered.count(), "journal {number}");
        let trained: Vec<&Rollout> = all.iter().filter(|rollout| rollout.purpose != Purpose::HeldOut).collect();
        let judged_calls: usize = written
            .iter()
            .filter(|row| row["mode"] != "test" && !row["reward"].is_null())
            .map(|row| row["calls"].as_array().unwrap().len())
            .sum();
        assert_eq!(rows(entries, TrainingFile::Triplets).len(), judged_calls);
        let right = trained.iter().filter(|rollout| rollout.outcome.is_right()).count();
        let sft = rows(entries, TrainingFile::Sft);
        if started.config.agent.kind == AgentKind::SingleShot {
            assert_eq!(sft.len(), right);
        } else {
            assert!(sft.len() >= right, "a query that was confirmed twice was written twice");
        }
        let mut both: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
        for rollout in trained.iter().filter(|rollout| rollout.outcome.reward().is_some()) {
            both.entry(rollout.example.as_str()).or_default()[usize::from(rollout.outcome.is_right())] = true;
        }
        let both = both.values().filter(|found| **found == [true, true]).count();
        let pairs = rows(entries, TrainingFile::Preferences).len();
        if started.config.agent.kind == AgentKind::SingleShot {
            assert_eq!(pairs, both, "each wrong answer is the same here, so there is one pair a question");
        }
        println!("journal {number}: {asked} tasks, {} rollouts, {} sft, {pairs} pairs", all.len(), sft.len());
    }
}

#[test]
fn held_out_questions_are_never_trained_on() {
    let entries = journal_of(small(), RunControl::default());
    let Event::RunStarted(started) = &entries[0].event else { panic!() };
    let view = RunView::of(&entries);
    for kind in [TrainingFile::Sft, TrainingFile::Preferences, TrainingFile::Triplets] {
        let content = training_file(&view, &entries, kind).unwrap().content;
        assert!(!content.is_empty());
        for id in &started.splits.held_out {
            let question = &started.examples.iter().find(|example| example.id == *id).unwrap().question;
            assert!(!content.contains(question.as_str()), "{question} is in {}", kind.name());
        }
    }
}

#[test]
fn everything_fits_into_one_zip_that_our_own_reader_opens() {
    let entries = journal_of(small(), RunControl::default());
    let view = RunView::of(&entries);
    let files: Vec<_> =
        FileKind::ALL.iter().filter_map(|kind| file(*kind, &view, &entries, &RunConfig::default())).collect();
    assert_eq!(files.len(), offered(&view).count());
    assert_eq!(files.iter().map(|file| &file.name).collect::<HashSet<_>>().len(), files.len());
    let bytes = zip(&files).unwrap();
    assert_eq!(bytes, zip(&files).unwrap());
    let text: usize = files.iter().map(|file| file.content.len()).sum();
    println!("{} files, {text} bytes, zipped {}", files.len(), bytes.len());
    for (file, content) in files.iter().zip(unzip(&bytes)) {
        assert_eq!((file.name.as_str(), file.content.as_bytes()), (content.0.as_str(), content.1.as_slice()));
    }
}

/// The files of a zip, by the page's own reader.
fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    use promptbeam::text2sql::archive::{Located, Unpacker, entries, locate, tail_range};
    let size = bytes.len() as u64;
    let slice = |range: std::ops::Range<u64>| &bytes[range.start as usize..range.end as usize];
    let Located::Directory(directory) = locate(size, &bytes[..4], slice(tail_range(size))).unwrap() else { panic!() };
    let listed = entries(&directory, slice(directory.range.clone())).unwrap();
    let unpack = |entry: &promptbeam::text2sql::archive::Entry| {
        let path = entry.path.clone();
        let data = entry.data_range(slice(entry.header_range()), size).unwrap();
        let mut unpacker = Unpacker::new(entry, u64::MAX).unwrap();
        unpacker.feed(slice(data)).unwrap();
        (path, unpacker.finish().unwrap())
    };
    listed.iter().map(unpack).collect()
}

/// Text that would do harm as markup, in places that come from outside.
const HOSTILE: &str =
    "<script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x'</style></pre>--><svg onload=alert(1)>]]>";

#[test]
fn a_report_shows_hostile_text_and_runs_none_of_it() {
    let mut entries = journal_of(small(), RunControl::default());
    for entry in &mut entries {
        match &mut entry.event {
            Event::RunStarted(started) => {
                let started = Rc::make_mut(started);
                started.name = HOSTILE.into();
                started.dataset = HOSTILE.into();
                started.config.models.agent.name = HOSTILE.into();
                started.config.models.agent.url = format!("https://user:SECRET@h/{HOSTILE}?key=SECRET");
                for example in &mut started.examples {
                    example.question.push_str(HOSTILE);
                    example.gold.push_str(HOSTILE);
                    example.evidence = Some(HOSTILE.into());
                }
            }
            Event::CandidateProposed { candidate } => candidate.template.0.push_str(HOSTILE),
            Event::CritiqueWritten { critique, .. } => critique.push_str(HOSTILE),
            Event::RolloutFinished(rollout) => {
                let rollout = Rc::make_mut(rollout);
                rollout.turns.iter_mut().for_each(|turn| turn.query.push_str(HOSTILE));
                if let Outcome::Judged(judgement) = &mut rollout.outcome {
                    judgement.difference = HOSTILE.into();
                }
            }
            _ => {}
        }
    }
    let view = RunView::of(&entries);
    let html = file(FileKind::Report, &view, &entries, &RunConfig::default()).unwrap().content;
    let mut allowed: HashSet<&str> = HashSet::new();
    for tag in html.split('<').skip(1) {
        let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '/' || c == '!')).unwrap();
        allowed.insert(tag[..end].trim_start_matches('/'));
    }
    let ours: HashSet<&str> = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "dl",
        "div",
        "dt",
        "dd",
        "pre",
        "b",
        "ins",
        "del",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
        "figure",
        "figcaption",
        "svg",
        "text",
        "line",
        "circle",
        "span",
        "footer",
    ]
    .into();
    assert!(allowed.is_subset(&ours), "{:?}", allowed.difference(&ours).collect::<Vec<_>>());
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("onerror=alert(1)>") && !html.contains("SECRET"));
    // Every `<` in text is escaped, so what follows one is ours up to its `>`.
    for tag in html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
        for forbidden in ["src=", "href=", "onload", "onerror", "onclick", "url("] {
            assert!(!tag.contains(forbidden), "{tag}");
        }
    }
    let style = &html[html.find("<style>").unwrap()..html.find("</style>").unwrap()];
    assert!(!style.contains("url(") && !style.contains("@import"));
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

#[test]
fn a_report_tells_verdict_scores_and_every_question() {
    let entries = journal_of(small(), RunControl::default());
    let view = RunView::of(&entries);
    let html = file(FileKind::Report, &view, &entries, &RunConfig::default()).unwrap().content;
    let Event::RunStarted(started) = &entries[0].event else { panic!() };
    for id in started.splits.validation.iter().chain(&started.splits.held_out) {
        let example = started.examples.iter().find(|example| example.id == *id).unwrap();
        assert!(html.contains(&escaped(&example.question)), "{id}");
    }
    let score = promptbeam::run::format::score_words(&view.best_score().unwrap());
    for told in [score.as_str(), "McNemar", "Held-out questions", "apo.beam_width", "<ins>", "What it took"] {
        assert!(html.contains(told), "{told}");
    }
    println!("a report on {} rollouts has {} bytes", view.rollouts.len(), html.len());
}
