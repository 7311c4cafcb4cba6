//! How fast verdicts come in Chromium: Spider's dev set, gold against gold, through the page's pool. Run by `script/bench`,
//! which has this side compiled for speed; the workers are the built page's. The best of several rounds counts, each with
//! new workers.

use futures::{StreamExt, future::join, stream};
use promptbeam::{
    domain::{
        id::DbId,
        sql::{JudgeOptions, QueryLimits},
    },
    ports::{
        clock::Clock,
        sql::{Comparison, SqlEngine},
    },
};
use serde::Deserialize;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::{
    built_page::{clock, engine, text},
    conformance::{SPIDER, databases},
};

/// Pairs per second of the reference evaluator on one core, with and without `wta_1`.
const REFERENCE: [f64; 2] = [104.0, 275.0];
/// Calls that wait or run at once.
const AT_ONCE: usize = 64;

/// Of so many, the best round is printed: others may use the machine too.
const ROUNDS: usize = 5;

#[derive(Deserialize)]
struct Question {
    db_id: String,
    query: String,
}

#[wasm_bindgen_test]
#[ignore = "a benchmark"]
async fn gold_against_gold_over_the_dev_set() {
    let Some(dev) = text(&format!("{SPIDER}/dev.json")).await else {
        console_log!("*** NOT MEASURED: set SPIDER_DIR to the folder with Spider's dev set ***");
        return;
    };
    let questions: Vec<Question> = serde_json::from_str(&dev).expect("Spider's list of questions");
    let databases = databases(questions.iter().map(|question| &question.db_id)).await;
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    console_log!("gold against gold, DISTINCT ignored; {} workers; best of {ROUNDS} rounds", cores.clamp(2.0, 4.0));
    for (wta_1, reference) in [true, false].into_iter().zip(REFERENCE) {
        let pairs: Vec<&Question> = questions.iter().filter(|question| wta_1 || question.db_id != "wta_1").collect();
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            best = best.min(seconds(&databases, &pairs).await);
        }
        let speed = pairs.len() as f64 / best;
        let which = if wta_1 { "all" } else { "without wta_1" };
        let times = speed / reference;
        console_log!(
            "{which}: {} pairs in {best:.2} s, {speed:.0} per second, {times:.1} times the reference",
            pairs.len()
        );
    }
}

/// How long new workers take to judge all pairs.
async fn seconds(databases: &[(DbId, Vec<u8>)], pairs: &[&Question]) -> f64 {
    let engine = &engine(databases);
    let judge = |pair: &Question| {
        let (db, gold) = (DbId::from(pair.db_id.as_str()), pair.query.clone());
        async move {
            let (options, limits) = (JudgeOptions::default(), QueryLimits::default());
            let comparison = Comparison { db: &db, predicted: &gold, gold: &gold, options, limits };
            engine.judge(comparison).await.map(|judgement| judgement.reward)
        }
    };
    // Two workers start and load sql.js before time runs; databases are opened while it does.
    assert_eq!(join(judge(pairs[0]), judge(pairs[1])).await, (Ok(1.0), Ok(1.0)));
    let began = clock().now();
    let verdicts: Vec<_> = stream::iter(pairs.iter().map(|pair| judge(pair))).buffer_unordered(AT_ONCE).collect().await;
    let seconds = (clock().now() - began) / 1000.0;
    assert!(verdicts.iter().all(|verdict| *verdict == Ok(1.0)));
    seconds
}
