//! What the palette finds at the moment: actions that are possible now, screens, the run's prompts and questions, stored runs.

use leptos::prelude::*;

use crate::{
    browser::clock::offset_minutes,
    domain::{
        dataset::Example,
        id::{RunId, Version},
        rollout::Purpose,
    },
    ports::store::RunState,
    run::{
        export::files::{FileKind, offered},
        format::{date_time, score_words},
        palette::{Item, Kind},
        results::SplitChoice,
        rounds::changed_lines,
        view::RunView,
    },
    ui::{
        links,
        look::Theme,
        route::{Location, Route},
        state::AppState,
    },
};

/// What becomes of an item that is chosen.
#[derive(Clone, PartialEq)]
pub enum Target {
    Go(Location),
    /// Shows a stored run on a screen.
    Open(RunId, Route),
    Do(Act),
}

/// Something to be done at once.
#[derive(Clone, Copy, PartialEq)]
pub enum Act {
    Pause,
    Stop,
    Resume,
    TakeOver,
    LoadSample,
    Save(FileKind),
    SaveAll,
    ListShortcuts,
    Theme(Theme),
}

/// Everything that can be found now.
pub fn items(app: AppState) -> Vec<Item<Target>> {
    untrack(|| {
        let mut all = actions(app);
        all.extend(screens());
        app.run
            .with(|run| all.extend(run.candidates.iter().rev().map(|known| candidate(run, known.candidate.version))));
        all.extend(runs(app));
        all.extend(questions(app));
        all.extend(looks());
        all
    })
}

fn actions(app: AppState) -> Vec<Item<Target>> {
    let action = |words: String, note: &str, target: Target| Item::new(Kind::Action, words, note, target);
    let (state, best, is_check) = app.run.with(|run| (run.state, run.best, run.is_check()));
    let mut all = Vec::new();
    let mut act = |words: &str, note: &str, act: Act| all.push(action(words.into(), note, Target::Do(act)));
    let is_running = state == RunState::Running && !app.is_elsewhere.get();
    if is_running {
        act("Pause the run", "calls in flight are finished first", Act::Pause);
    }
    if app.can_go_on.get() {
        act("Resume the run", "goes on where its journal ends", Act::Resume);
    }
    if is_running || state == RunState::Paused && !app.is_read_only() {
        act("Stop the run", "calls in flight are given up; it can be resumed", Act::Stop);
    }
    if app.is_read_only() && matches!(state, RunState::Paused | RunState::Stopped) {
        act("Take this run over", "to resume it here", Act::TakeOver);
    }
    if app.dataset.with(Option::is_none) {
        act("Load the sample", "72 questions and a practice model, no key", Act::LoadSample);
    }
    if app.has_run() {
        all.push(action("Replay the run".into(), "as it was at any event", Target::Go(links::replay(1))));
        if best != Version::SEED && !is_check {
            let words = format!("Check {best} elsewhere");
            all.push(action(words, "another model, other questions", Target::Go(links::check(best))));
        }
    }
    if state != RunState::Running {
        all.push(action("Set up a new run".into(), "search, forecast, start", Target::Go(links::new_run())));
    }
    all.push(action("Show the keyboard shortcuts".into(), "what each key does", Target::Do(Act::ListShortcuts)));
    if app.has_run() {
        let save = |words: &str, act: Act| Item::new(Kind::File, words, "save, export", Target::Do(act));
        app.run.with(|run| all.extend(offered(run).map(|kind| save(kind.title(), Act::Save(kind)))));
        all.push(save("Everything, .zip", Act::SaveAll));
    }
    all
}

fn screens() -> impl Iterator<Item = Item<Target>> {
    let shows_one = |route: &Route| matches!(route, Route::Candidate | Route::Check | Route::Example);
    Route::ALL.into_iter().filter(move |route| !shows_one(route)).map(|route| {
        let note = match route {
            Route::Home => "start, recent runs",
            Route::Data => "questions, databases, split, SQL console",
            Route::Scores => "score the predictions of another system",
            Route::Prompt => "agent, template, preview",
            Route::Playground => "ask a prompt a question, run SQL, keep examples",
            Route::Models => "provider, key, price, calls at once",
            Route::Run => "search, budget, progress",
            Route::Results => "matrix, table, groups, compare",
            Route::Compare => "scores, cost, settings beside each other",
            Route::Export => "files, code, training data, report",
            Route::Settings => "storage, theme, motion",
            _ => "",
        };
        Item::new(Kind::Screen, route.title(), note, Target::Go(route.into()))
    })
}

fn candidate(run: &RunView, version: Version) -> Item<Target> {
    let scores = run.candidate(version).map_or(&[][..], |known| &known.scores);
    let score = scores.iter().rev().find(|scored| scored.purpose == Purpose::Validation).or(scores.last());
    let standing = match version {
        Version::SEED => Some("seed"),
        version if version == run.best => Some("best"),
        _ => None,
    };
    let parts = [
        standing.map(str::to_owned),
        score.map(|scored| score_words(&scored.score)),
        changed_lines(run, version).into_iter().next(),
    ];
    let note = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Item::new(Kind::Candidate, version.to_string(), note, Target::Go(links::candidate(version)))
}

fn runs(app: AppState) -> Vec<Item<Target>> {
    let here = app.run_id.get();
    let stops = if app.is_running() { " · opening it stops the run under way" } else { "" };
    let item = |run: &crate::ports::store::RunSummary| {
        let is_here = Some(&run.id) == here.as_ref();
        let place = if run.state == RunState::Finished { Route::Results } else { Route::Run };
        let model = if run.model.is_empty() { "practice model" } else { &run.model };
        let date = date_time(run.started_at, offset_minutes(run.started_at));
        let shown = if is_here { " · on the screens" } else { stops };
        let note = format!("{} · {model} · {date}{shown}", run.state.name());
        let target = if is_here { Target::Go(place.into()) } else { Target::Open(run.id.clone(), place) };
        Item::new(Kind::Run, run.name.clone(), note, target)
    };
    app.runs.with(|runs| runs.iter().map(item).collect())
}

/// Those of the run, each leading to its row in the results; without one those of the data.
fn questions(app: AppState) -> Vec<Item<Target>> {
    let item = |example: &Example, part: &str, place: Location| {
        let note = format!("{} · {}{part}", example.id, example.db);
        Item::new(Kind::Question, example.question.clone(), note, Target::Go(place))
    };
    let of_run = app.run.with(|run| {
        let started = run.started.as_ref().filter(|_| !run.rollouts.is_empty())?;
        let split_of =
            |example: &Example| SplitChoice::ALL.into_iter().find(|split| run.split(*split).contains(&example.id));
        let splits: Vec<_> =
            started.examples.iter().filter_map(|example| Some((example, split_of(example)?))).collect();
        let found = splits.into_iter().map(|(example, split)| {
            let place = links::results(&Location::default(), split.slug(), example.id.as_str());
            item(example, &format!(" · {}", split.slug()), place)
        });
        Some(found.collect::<Vec<_>>())
    });
    of_run.unwrap_or_else(|| {
        app.dataset.with(|dataset| {
            let examples = dataset.as_ref().map_or(&[][..], |dataset| &dataset.examples);
            examples.iter().map(|example| item(example, "", links::question(&example.id))).collect()
        })
    })
}

fn looks() -> impl Iterator<Item = Item<Target>> {
    let themes = [(Theme::Light, "Light theme"), (Theme::Dark, "Dark theme"), (Theme::System, "Theme of the system")];
    themes
        .into_iter()
        .map(|(theme, words)| Item::new(Kind::Appearance, words, "appearance", Target::Do(Act::Theme(theme))))
}
