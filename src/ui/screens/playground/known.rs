//! How a result compares with that of the gold query, where the data has the question already.

use leptos::prelude::*;

use crate::{
    domain::rollout::Judgement,
    run::keep::known,
    ui::{
        kit::{Glyph, Icon, Sql, Standing, Status},
        state::use_app,
    },
};

/// The comparison for one of the questions; nothing where the data does not have it.
#[component]
pub fn AgainstGold(at: usize) -> impl IntoView {
    let app = use_app();
    let play = app.playground;
    let judged = Memo::new(move |_| play.answered(at).and_then(|answered| answered.bench.judged));
    let gold = Memo::new(move |_| {
        let question = play.answered(at)?.about.question.clone();
        app.dataset.with(|dataset| {
            let (number, example) = known(dataset.as_ref()?, &question.db, &question.text)?;
            Some((number, example.gold.clone()))
        })
    });
    move || {
        let (judged, (number, gold)) = (judged.get()?, gold.get()?);
        Some(match judged {
            Ok(judgement) => verdict(&judgement, number, gold).into_any(),
            Err(words) => view! {
                <div class="field-error" data-testid="play-verdict">
                    <Icon glyph=Glyph::Alert />
                    <span>{words}</span>
                </div>
            }
            .into_any(),
        })
    }
}

fn verdict(judgement: &Judgement, number: usize, gold: String) -> impl IntoView + use<> {
    let (standing, word, why) = match judgement.diagnosis {
        None => (Standing::Done, "Right".to_owned(), "The result is that of the gold query.".to_owned()),
        Some(diagnosis) => (Standing::Failed, format!("Wrong: {}", diagnosis.words()), judgement.difference.clone()),
    };
    view! {
        <div class="stack against-gold" style="--gap:4px" data-testid="play-verdict">
            <p class="row">
                <Status standing=standing words=word />
                <span class="small muted">{why}</span>
            </p>
            <details class="fold">
                <summary>{format!("Gold query of No. {number}")}</summary>
                <Sql text=gold />
            </details>
        </div>
    }
}
