//! The exported agents, run against an endpoint on this machine beside the page's own agent.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use futures::FutureExt;
use promptbeam::{
    domain::{
        agent::{AgentConfig, AgentKind, AgentNode},
        candidate::{Candidate, Origin},
        chat::Message,
        config::{ModelConfig, RunConfig},
        dataset::{Example, Splits},
        event::{Entry, Event, JOURNAL_VERSION, RunStarted},
        id::Version,
        prompt::PromptTemplate,
        provider::Provider,
        rollout::{Execution, Turn},
        sql::QueryLimits,
    },
    ports::sql::SqlEngine,
    run::{
        export::piece::{Library, piece},
        view::RunView,
    },
    text2sql::{
        agent::{Agent, EXECUTION_ROWS, Next, execution_text},
        extract_sql::{extract_sql, last_fenced},
        schema::table_info,
    },
};
use serde_json::{Value, json};

use crate::{
    folder, has,
    native_sqlite::{NativeSql, database_file},
    python,
    server::Server,
    succeeded,
};

/// A prompt with everything that could end a literal, begin a placeholder or hide in a source file.
const NASTY: &str = "You write {dialect}.\r\n\"\"\" ''' \\ \\n {not one} {{dialect}} {a: 1} @@MODEL@@ %s $x `b` ü 🦀 \u{202e}rtl\u{2069} \u{0}nul\t\u{2028}\
                     \n{table_info}\n{unknown}\n\"\"\"\nimport os  # not code\n";

/// The folder of the databases: the sample's, and one of which every name and value is awkward.
fn databases() -> PathBuf {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample/database");
    let ours = folder("databases");
    for db in ["bike_workshop", "farm_market", "lending_library"] {
        fs::create_dir_all(ours.join(db)).unwrap();
        let file = format!("{db}/{db}.sqlite");
        fs::copy(sample.join(&file), ours.join(&file)).unwrap();
    }
    fs::create_dir_all(ours.join("awkward")).unwrap();
    let file = ours.join("awkward/awkward.sqlite");
    // Made anew by each process; a test that finds it just made uses it.
    if !file.exists() {
        let made = ours.join(format!("awkward/{}.new", std::process::id()));
        let sqlite = rusqlite::Connection::open(&made).unwrap();
        sqlite
            .execute_batch(
                "CREATE TABLE \"a \"\"b\"\" {dialect}\" (\"x\ty\" REAL, 'z */' TEXT, n BLOB, i INTEGER);
                 INSERT INTO \"a \"\"b\"\" {dialect}\" VALUES
                   (1.0, 'two' || char(10) || 'lines */ {table_info}', zeroblob(300), 9223372036854775807),
                   (1e16, NULL, x'ff00', -1), (1.5e-7, 'ü' || char(8232) || hex(zeroblob(300)), NULL, 0), (9e999, cast(x'61ff62' as TEXT), 1, 2);
                 CREATE TABLE empty (a);
                 CREATE VIEW broken AS SELECT missing FROM empty;
                 CREATE VIEW good AS SELECT i AS \"the i\" FROM \"a \"\"b\"\" {dialect}\";",
            )
            .unwrap();
        drop(sqlite);
        fs::rename(made, file).unwrap();
    }
    ours
}

fn view(agent: AgentConfig, temperature: Option<f64>) -> RunView {
    let model = ModelConfig {
        provider: Provider::OpenAiCompatible,
        url: "http://127.0.0.1:9/v1".into(),
        name: "the-model".into(),
        temperature,
        ..ModelConfig::default()
    };
    let mut config = RunConfig { agent: agent.clone(), ..RunConfig::default() };
    config.models.agent = model;
    let started = RunStarted {
        journal_version: JOURNAL_VERSION,
        name: NASTY.into(),
        dataset: "d".into(),
        config,
        splits: Splits::default(),
        check: None,
        examples: vec![],
        schemas: vec![],
    };
    let seed = Candidate { version: Version::SEED, template: agent.seed().clone(), origin: Origin::Seed };
    let events = [Event::RunStarted(Rc::new(started)), Event::CandidateProposed { candidate: seed }];
    let entries: Vec<Entry> =
        events.into_iter().enumerate().map(|(at, event)| Entry { seq: at as u64, at: 1.0, event }).collect();
    RunView::of(&entries)
}

/// A piece in a file of its own.
fn written(library: Library, agent: &AgentConfig, temperature: Option<f64>, name: &str) -> PathBuf {
    let export = piece(&view(agent.clone(), temperature), library, Version::SEED).unwrap();
    let path = folder(name).join(format!("{}.py", library.name().replace('-', "_") + "_piece"));
    fs::write(&path, export.content).unwrap();
    path
}

fn schema_of(sql: &NativeSql, db: &str) -> String {
    table_info(&sql.describe(&db.into()).now_or_never().unwrap().unwrap())
}

/// What the page's agent would ask, and the query that it would end with.
fn expected(agent: &AgentConfig, example: &Example, answers: &[&str]) -> (Vec<Vec<Message>>, String) {
    let sql = NativeSql::over(databases());
    let schema = schema_of(&sql, example.db.as_str());
    let machine = Agent { config: agent, example, table_info: &schema };
    let (mut asked, mut turns, mut answers) = (Vec::new(), Vec::<Turn>::new(), answers.iter());
    loop {
        match machine.next(&turns) {
            Next::Ask { node, messages } => {
                asked.push(messages);
                machine.answered(&mut turns, node, (*answers.next().unwrap()).to_owned());
            }
            Next::Execute => {
                let query = turns.last().unwrap().query.clone();
                let limits = QueryLimits::default();
                let ran = sql.query(&example.db, &query, limits, EXECUTION_ROWS).now_or_never().unwrap().unwrap();
                let execution = ran.map_or_else(Execution::Failed, Execution::Rows);
                turns.last_mut().unwrap().execution = Some(execution_text(&execution));
            }
            Next::Done => return (asked, turns.pop().unwrap().query),
        }
    }
}

fn agents() -> Vec<(&'static str, AgentConfig)> {
    let nasty = PromptTemplate(NASTY.into());
    let reviewing = format!("{NASTY}\nQ {{input}} S {{query}} E {{execution}} F {{feedback}}");
    let corrects = AgentConfig {
        kind: AgentKind::SelfCorrecting,
        optimized: AgentNode::Rewrite,
        write: nasty.clone(),
        check: PromptTemplate(reviewing.clone()),
        rewrite: PromptTemplate(reviewing),
        ..AgentConfig::default()
    };
    vec![
        ("single", AgentConfig { kind: AgentKind::SingleShot, write: nasty, ..AgentConfig::default() }),
        ("default", AgentConfig::default()),
        ("nasty", corrects),
    ]
}

const WRONG: &str = "No. THE QUERY IS INCORRECT.";

/// Answers that lead through every branch of the agent, with what they are about.
fn stories() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("bike_workshop", vec!["Here:\n```sql\nSELECT name FROM sqlite_master\n```", "Fine. THE QUERY IS CORRECT."]),
        (
            "awkward",
            vec![
                "```sql\nSELECT * FROM \"a \"\"b\"\" {dialect}\"\n```",
                WRONG,
                "I would keep it.",
                "THE QUERY IS CORRECT. No: THE QUERY IS INCORRECT.",
                "~~~\nSELECT i, 1e16, 1.5e-7, 'ü' FROM \"a \"\"b\"\" {dialect}\" ORDER BY i;\n~~~",
                WRONG,
            ],
        ),
        (
            "farm_market",
            vec![
                "DROP TABLE x",
                WRONG,
                "```\nSELECT nothing FROM nowhere\n```",
                WRONG,
                "```sql\nSELECT 2;\n```",
                WRONG,
            ],
        ),
        ("lending_library", vec!["", WRONG, "```\n-- nothing\n```", WRONG, "```sql\nSELECT 1; SELECT 2\n```", WRONG]),
    ]
}

#[test]
fn every_piece_is_python() {
    for (name, agent) in agents() {
        for library in Library::ALL {
            let file = written(library, &agent, Some(0.25), &format!("compiled-{name}"));
            succeeded(Command::new(python()).args(["-m", "py_compile"]).arg(&file).output().unwrap());
        }
    }
    println!("{} pieces compile", agents().len() * Library::ALL.len());
}

/// What a piece is asked in the tests of its parts; the OpenAI package is replaced by nothing.
const HARNESS: &str = "
import importlib.util, json, sys, types
sys.modules['openai'] = types.SimpleNamespace(OpenAI=None)
spec = importlib.util.spec_from_file_location('piece', sys.argv[1])
piece = importlib.util.module_from_spec(spec)
spec.loader.exec_module(piece)
given = json.load(sys.stdin)
def schema(path):
    connection = piece.open_database(path)
    return piece.table_info(connection)
print(json.dumps({
    'prompts': [piece.WRITE, piece.CHECK, piece.REWRITE, piece.RUN],
    'schemas': [schema(path) for path in given['databases']],
    'fenced': [[piece.extract_sql(answer), piece.last_fenced(answer)] for answer in given['answers']],
    'executed': [piece.execute(piece.open_database(path), query) for path, query in given['queries']],
    'filled': piece.fill('{a}{b}{c} {a b} {{a}}', a='{b}', b='B'),
}))
";

#[test]
fn the_part_that_all_pieces_share_does_as_the_page_does() {
    let (_, agent) = agents().pop().unwrap();
    let file = written(Library::OpenAi, &agent, None, "parts");
    let (databases, names) = (databases(), ["bike_workshop", "farm_market", "lending_library", "awkward"]);
    let path = |db: &str| database_file(&databases, &db.into()).unwrap();
    let answers = [
        "First:\n```sql\nSELECT 1\n```\nBetter:\n~~~\nSELECT 2;\n~~~\nThat counts.",
        "  SELECT `a``b` FROM t \n",
        "",
        "```sql\nSELECT 1",
        "```SELECT 1```",
        "```sql SELECT 1```",
        "Here: ```sqlite\r\nSELECT 1\r\n```",
        "   ```SQL title=\"x\"\n   SELECT 1\n   ```",
        "```\nSELECT 1``` and so on",
        "````\nSELECT 1\n````",
        "```sql\nSELECT 0\n```sql\nSELECT 1\n```",
        "```sql\nSELECT 1\n```\n```",
        "```SELECT 1\n```",
        "I cannot.\n```sql\n```",
        "````\nSELECT '```'\n````",
        "SELECT ~~~1 ~~~ 2",
        "~~~sql\nSELECT ~~~1\n~~~",
        "```\nWITH a AS (SELECT 1)\nSELECT * FROM a",
    ];
    let queries = [
        ("awkward", "SELECT * FROM good"),
        ("awkward", "SELECT \"x\ty\", n, length(n) FROM \"a \"\"b\"\" {dialect}\""),
        ("awkward", "SELECT * FROM broken"),
        ("awkward", "SELECT * FROM empty"),
        ("awkward", "SELECT 9e999, -9e999, 1.0, 0.1 + 0.2, 1e15, 1e16, 0.0001, 0.00001, NULL, x'0102', 'a\nb'"),
        ("awkward", ""),
        ("awkward", "-- only a comment"),
        ("awkward", "drop table empty"),
        ("awkward", "Here is the query"),
        ("awkward", "SELECT 1; SELECT 2"),
        ("awkward", ";; SELECT 1 ;"),
        ("awkward", "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 30) SELECT x FROM c"),
        ("bike_workshop", "SELECT nonsense"),
        ("bike_workshop", "SELECT count(*), \"double quoted\" FROM sqlite_master"),
    ];
    let given = json!({
        "databases": names.map(path),
        "answers": answers,
        "queries": queries.map(|(db, query)| (path(db), query)),
    });
    let mut harness = Command::new(python())
        .args(["-c", HARNESS])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    harness.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let got: Value = serde_json::from_str(&succeeded(harness.wait_with_output().unwrap())).unwrap();
    let sql = NativeSql::over(&databases);
    assert_eq!(got["prompts"], json!([agent.write, agent.check, agent.rewrite, NASTY]));
    assert_eq!(got["schemas"], json!(names.map(|db| schema_of(&sql, db))));
    for (answer, got) in answers.iter().zip(got["fenced"].as_array().unwrap()) {
        assert_eq!(*got, json!([extract_sql(answer), last_fenced(answer)]), "{answer}");
    }
    for ((db, query), got) in queries.iter().zip(got["executed"].as_array().unwrap()) {
        let ran =
            sql.query(&(*db).into(), query, QueryLimits::default(), EXECUTION_ROWS).now_or_never().unwrap().unwrap();
        let execution = ran.map_or_else(Execution::Failed, Execution::Rows);
        assert_eq!(got.as_str().unwrap(), execution_text(&execution), "{query}");
    }
    let filled = PromptTemplate("{a}{b}{c} {a b} {{a}}".into()).render(&[("a", "{b}"), ("b", "B")]);
    assert_eq!(got["filled"], json!(filled));
    println!("{} schemas, {} answers, {} queries: the same in Python", names.len(), answers.len(), queries.len());
}

fn runs_as_the_page_does(library: Library, module: &str) {
    if !has(module) {
        return;
    }
    let (mut calls, agents) = (0, agents());
    // Each agent once, the one with everything in it twice: a library takes seconds to start.
    for ((db, answers), place) in stories().into_iter().zip([0, 2, 1, 2]) {
        let (name, agent) = &agents[place];
        let example = Example {
            db: db.into(),
            question: "How many {query}?".into(),
            evidence: (db != "farm_market").then(|| "as a \"number\"".to_owned()),
            ..Example::default()
        };
        let (asked, query) = expected(agent, &example, &answers);
        let server = Server::start(&answers);
        let file = written(library, agent, Some(0.25), &format!("run-{name}"));
        let mut command = Command::new(python());
        command.arg(&file).arg(database_file(&databases(), &example.db).unwrap()).arg(&example.question);
        if let Some(hint) = &example.evidence {
            command.args(["--hint", hint]);
        }
        command.env("OPENAI_BASE_URL", &server.url).env("OPENAI_API_KEY", "k").env_remove("OPENAI_MODEL");
        command.env("LANGSMITH_TRACING", "false").env("DSPY_CACHEDIR", folder("dspy"));
        let printed = succeeded(command.env("PYTHONIOENCODING", "utf-8").output().unwrap());
        let got = server.asked();
        let messages: Vec<Value> = got.iter().map(|body| body["messages"].clone()).collect();
        assert_eq!(Value::from(messages), json!(asked), "{} {name} {db}", library.title());
        assert!(got.iter().all(|body| body["model"] == "the-model" && body["temperature"] == 0.25), "{got:?}");
        assert_eq!(printed.trim_end_matches('\n'), query.trim_end_matches('\n'), "{} {name} {db}", library.title());
        calls += got.len();
    }
    println!("{}: {calls} calls, every message and every query as in the page", library.title());
}

#[test]
fn the_openai_piece_asks_and_answers_as_the_page_does() {
    runs_as_the_page_does(Library::OpenAi, "openai");
}

#[test]
fn the_langgraph_piece_asks_and_answers_as_the_page_does() {
    runs_as_the_page_does(Library::LangGraph, "langgraph, langchain_openai");
}

#[test]
fn the_dspy_piece_asks_and_answers_as_the_page_does() {
    runs_as_the_page_does(Library::Dspy, "dspy");
}

#[test]
fn the_agent_lightning_piece_asks_and_answers_as_the_page_does() {
    runs_as_the_page_does(Library::AgentLightning, "agentlightning, openai");
}
