//! Checking a prompt of the run on the screens: with which model, on which of the loaded questions, and its start.

use std::rc::Rc;

use leptos::prelude::*;

use super::AppState;
use crate::{
    browser::clock::offset_minutes,
    domain::{
        config::{ModelConfig, RunConfig},
        dataset::{Example, SplitError},
        event::{Check, RunStarted},
        id::Version,
    },
    run::{
        check::{self, draw, repeated, unseen},
        control::RunControl,
        format::date_time,
    },
};
/// The model that a check asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// The agent's in the run that the prompt comes from.
    #[default]
    OfRun,
    /// The agent's on Models now.
    OfDraft,
}

/// What a check would be.
#[derive(Clone, PartialEq)]
pub struct CheckPlan {
    pub config: RunConfig,
    /// Questions of the loaded data that the search never saw.
    pub unseen: usize,
    /// Those that would be asked.
    pub questions: Vec<Example>,
    /// Those of them that gave the run's own verdict.
    pub repeated: usize,
}

impl AppState {
    /// The check that these choices come to; `None` without a run or without data.
    pub fn check_plan(self, asked: Asked, number: usize) -> Option<CheckPlan> {
        let origin = self.run.with(|run| run.started.clone())?;
        self.dataset.with(|dataset| {
            let dataset = dataset.as_ref()?;
            let config = check::settings(&origin, &self.asked(&origin, asked), &self.effective_config(), dataset);
            let unseen = unseen(&origin, dataset);
            let questions = draw(&unseen, number, config.seed);
            let repeated = repeated(&origin, &questions);
            Some(CheckPlan { config, unseen: unseen.len(), questions, repeated })
        })
    }

    fn asked(self, origin: &RunStarted, asked: Asked) -> ModelConfig {
        match asked {
            Asked::OfRun => origin.config.models.agent.clone(),
            Asked::OfDraft => self.effective_config().models.agent,
        }
    }

    /// Scores a prompt of the run on the screens beside the prompt that the run began with, as a run of its own.
    pub fn start_check(self, version: Version, asked: Asked, number: usize) {
        self.start_by(self.try_start_check(version, asked, number));
    }

    async fn try_start_check(self, version: Version, asked: Asked, number: usize) -> Result<(), String> {
        let Some((dataset, sql)) = self.current() else { return Err(SplitError::NoExamples.to_string()) };
        let (origin, template) = self
            .run
            .with_untracked(|run| {
                Some((Rc::clone(run.started.as_ref()?), run.candidate(version)?.candidate.template.clone()))
            })
            .ok_or("This prompt is no longer on the screens. Open its run on Home.")?;
        let config =
            untrack(|| check::settings(&origin, &self.asked(&origin, asked), &self.effective_config(), &dataset));
        let now = self.clock().now();
        let name = format!("Check of {version}, {}, {}", dataset.name, date_time(now, offset_minutes(now)));
        let prompt = Check {
            run: origin.name.clone(),
            version,
            template,
            model: origin.config.models.agent.name.clone(),
            dataset: origin.dataset.clone(),
        };
        let started = check::prepare(name, &origin, prompt, &dataset, config, number, &*sql).await;
        let started = started.map_err(|error| self.refused(error))?;
        self.begin(dataset.id.clone(), started, RunControl::default()).await
    }
}
