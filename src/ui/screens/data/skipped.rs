//! What an import left out, each thing with its reason: as visible as what was read.

use std::rc::Rc;

use leptos::prelude::*;

use super::columns::ColumnChoice;
use crate::{
    run::{
        format::{count, thousands},
        import::{ImportReport, Listed, SkippedFile, SkippedQuestion},
    },
    ui::{
        kit::{SelectField, Standing, Status},
        state::{Importing, use_app},
    },
};

/// Places that are named for one reason.
const PLACES: usize = 6;

/// The report of an import that loaded nothing.
#[component]
pub fn Skipped() -> impl IntoView {
    let app = use_app();
    move || {
        let failed = app.importing.with(|importing| matches!(importing, Importing::Failed(_)));
        let report = app.report.get().filter(|_| failed)?;
        let left_out = report.skipped_questions.total + report.skipped_files.total + report.not_needed.total;
        // One file that could not be read is told in the banner, with its reason.
        let told = left_out == 1 && report.skipped_files.total == 1 && report.choosable().is_none();
        (left_out > 0 && !told).then(|| {
            view! {
                <section class="card import">
                    <header>
                        <h2>"What was looked at"</h2>
                        <p>{report.name.clone()}</p>
                    </header>
                    <div class="stack">
                        <LeftOut report=Rc::clone(&report) />
                        <QuestionFiles report=Rc::clone(&report) />
                        <ColumnChoice report=report />
                    </div>
                </section>
            }
        })
    }
}

/// Skipped questions by reason, skipped files, and files of no use.
#[component]
pub fn LeftOut(report: Rc<ImportReport>) -> impl IntoView {
    let (questions, files) = (report.skipped_questions.total as usize, report.skipped_files.total as usize);
    let words = match (questions, files) {
        (0, 0) => "Nothing skipped".to_owned(),
        (0, files) => format!("Skipped {}", count(files, "file")),
        (questions, 0) => format!("Skipped {}", count(questions, "question")),
        (questions, files) => format!("Skipped {} and {}", count(questions, "question"), count(files, "file")),
    };
    let standing = if questions + files == 0 { Standing::Done } else { Standing::Warning };
    let reasons = by_reason(&report.skipped_questions).into_iter().map(|reason| {
        view! {
            <tr>
                <td class="num">{thousands(reason.number)}</td>
                <td>{reason.words} "." <div class="note">{reason.places}</div></td>
            </tr>
        }
    });
    let unread = report.skipped_files.first.iter().map(|skipped| {
        view! {
            <tr>
                <td class="num">"1"</td>
                <td>{file_words(skipped)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = reasons.map(IntoAny::into_any).chain(unread.map(IntoAny::into_any)).collect();
    let more = not_listed(&report.skipped_questions) + not_listed(&report.skipped_files);
    view! {
        <div>
            <h3 class="row">
                <Status standing=standing words=words />
            </h3>
            {(!rows.is_empty())
                .then(|| {
                    view! {
                        <table class="table" data-plain="" data-testid="import-skipped">
                            <caption class="vh">"Skipped, with reasons"</caption>
                            <tbody>{rows}</tbody>
                        </table>
                    }
                })}
            {(more > 0)
                .then(|| view! { <p class="note">{format!("And {} more, not listed.", thousands(more))}</p> })}
            {(report.repeated > 0)
                .then(|| {
                    let words = format!(
                        "{} more than once in the file; kept as they are.",
                        count(report.repeated as usize, "question"),
                    );
                    view! { <p class="note">{words}</p> }
                })}
            {report
                .repeated_ids
                .first
                .first()
                .map(|repeated| {
                    let words = format!(
                        "{} an id that stands before. First in {}: {} {} of {} is that of {}. All are kept.",
                        has_or_have(report.repeated_ids.total),
                        report.chosen().map(|file| file.path.clone()).unwrap_or_default(),
                        repeated.column,
                        repeated.id,
                        repeated.place,
                        repeated.first,
                    );
                    view! { <p class="note">{words}</p> }
                })}
            <NotNeeded listed=report.not_needed.clone() />
        </div>
    }
}

fn has_or_have(questions: u64) -> String {
    format!("{} {}", count(questions as usize, "question"), if questions == 1 { "has" } else { "have" })
}

#[component]
fn NotNeeded(listed: Listed<SkippedFile>) -> impl IntoView {
    let more = not_listed(&listed);
    (listed.total > 0).then(|| {
        let files = listed.first.iter().map(|skipped| view! { <li>{file_words(skipped)}</li> }).collect_view();
        view! {
            <details class="not-needed">
                <summary class="small">{format!("{} not needed", count(listed.total as usize, "file"))}</summary>
                <ul class="small muted">{files}</ul>
                {(more > 0)
                    .then(|| view! { <p class="note">{format!("And {} more, not listed.", thousands(more))}</p> })}
            </details>
        }
    })
}

/// The choice of another file of questions, where there are several.
#[component]
pub fn QuestionFiles(report: Rc<ImportReport>) -> impl IntoView {
    let app = use_app();
    (report.question_files.len() > 1).then(|| {
        let option = |path: &str, questions: u64| {
            (path.to_owned(), format!("{path}, {}", count(questions as usize, "question")))
        };
        let options: Vec<_> = report.question_files.iter().map(|file| option(&file.path, file.questions)).collect();
        let chosen = report.chosen().map(|file| file.path.clone()).unwrap_or_default();
        view! {
            <SelectField
                label="Questions from"
                testid="question-file"
                options=options
                value=chosen
                set=move |path: String| app.choose_questions(path)
                hint="Several files hold questions. Choosing another loads it in place of this one."
            />
        }
    })
}

struct Reason {
    words: String,
    number: u64,
    places: String,
}

fn by_reason(listed: &Listed<SkippedQuestion>) -> Vec<Reason> {
    let mut groups: Vec<(String, Vec<&SkippedQuestion>)> = Vec::new();
    for skipped in &listed.first {
        let words = skipped.reason.to_string();
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, members)) => members.push(skipped),
            None => groups.push((words, vec![skipped])),
        }
    }
    let reason = |(words, members): (String, Vec<&SkippedQuestion>)| {
        let named: Vec<_> = members.iter().take(PLACES).map(|skipped| skipped.place.to_string()).collect();
        let more = members.len() - named.len();
        let and = if more > 0 { format!(" and {more} more") } else { String::new() };
        let file = members.first().map(|skipped| skipped.file.as_str()).unwrap_or_default();
        Reason { words, number: members.len() as u64, places: format!("{file}: {}{and}", named.join(", ")) }
    };
    groups.into_iter().map(reason).collect()
}

fn file_words(skipped: &SkippedFile) -> impl IntoView + use<> {
    view! {
        <code>{skipped.file.clone()}</code>
        {format!(": {}.", skipped.reason)}
    }
}

fn not_listed<T>(listed: &Listed<T>) -> u64 {
    listed.total - listed.first.len() as u64
}
