//! One model call of a run: from the cache or under the limit, tried again where that may help, and durable before it is
//! used.

use std::rc::Rc;

use futures::future::join;

use super::{Began, Context, Halt, lanes::sign_of};
use crate::{
    apo::world::World,
    domain::{
        chat::{Adjustment, ChatAnswer, ModelRole},
        event::{CallLost, Event, ModelAnswered},
        id::StepId,
        problem::{ChatError, Effect, Problem},
        rng::SplitMix64,
        rollout::NoAnswer,
        usage::TokenUsage,
    },
    ports::chat::ChatRequest,
    run::{
        control::Wish,
        limit::Sign,
        meter::{Bill, Passed, Reached, Reservation, chars_asked},
        retry::{Next, Tries},
    },
};

impl Context {
    /// One answer, from the journal where it is already there; else durable before it is returned. The inner error says
    /// that the model has no answer to this very request.
    pub(super) async fn call(
        &self,
        mut request: ChatRequest,
        urgency: u32,
        began: Option<&Began>,
    ) -> Result<Result<ChatAnswer, NoAnswer>, Halt> {
        if let Some(answer) = self.journal.answer(&request.step) {
            return Ok(Ok(answer));
        }
        let (lane, turn) = (self.lanes.of(request.role), self.limit.turn(urgency));
        let mut tries = Tries::new(SplitMix64::labelled(self.started.config.seed, request.step.as_str()));
        let mut attempts = 0;
        let error = loop {
            let known = self.control.unless(Wish::Pause, self.cache.seek(&request)).await.ok_or(Halt::Paused)?;
            if let Some(answer) = known {
                let (step, role, asked_chars) = (request.step, request.role, chars_asked(&request.messages));
                let answered =
                    ModelAnswered { step, role, answer: answer.clone(), attempts, elapsed_ms: 0.0, asked_chars };
                self.answered(answered).await?;
                return Ok(Ok(answer));
            }
            let place = self.limit.place(lane, turn, &*self.clock);
            let permit = self.control.unless(Wish::Pause, place).await.ok_or(Halt::Paused)?;
            // Somebody who stood in line too may have come first with the same request.
            let Some(flight) = self.cache.begin(&request) else { continue };
            if let Some(began) = began {
                began.now();
            }
            let reservation = match self.control.unless(Wish::Pause, self.meter.reserve(&request)).await {
                Some(Ok(reservation)) => reservation,
                Some(Err(Reached { cap, most, spent, next })) => {
                    let problem = Problem::BudgetReached { cap, most, spent, next };
                    return self.give_up(problem, None, &request.step).await;
                }
                None => return Err(Halt::Paused),
            };
            attempts += 1;
            let asked_chars = chars_asked(&request.messages);
            let start = self.clock.now();
            let answer = self.models.of(request.role).complete(&request).await;
            let sign = sign_of(&answer);
            self.limit.heed(lane, sign, start, self.clock.now());
            let error = match answer {
                Ok(answer) => {
                    let elapsed_ms = self.clock.now() - start;
                    let (step, role) = (request.step, request.role);
                    let answered = ModelAnswered {
                        step: step.clone(),
                        role,
                        answer: answer.clone(),
                        attempts,
                        elapsed_ms,
                        asked_chars,
                    };
                    let passed = reservation.settle(&Bill::of(&answered));
                    // It gives its place back when it is durable: a page that dies loses no more answers than there are
                    // calls at once.
                    let durable = async {
                        let recorded = self.answered(answered).await;
                        drop(permit);
                        recorded
                    };
                    let (recorded, kept) = join(durable, flight.keep(&answer)).await;
                    recorded?;
                    self.warn(&passed, &step).await?;
                    if let Err(error) = kept {
                        let problem = Problem::Uncached { message: error.to_string() };
                        self.raise(problem, Effect::Noted, None, &step).await?;
                    }
                    return Ok(Ok(answer));
                }
                Err(error) => error,
            };
            // Whoever waits to ask the same asks now.
            drop(flight);
            let is_here = self.started.config.models.of(request.role).provider.is_here();
            if error.may_be_billed() && !is_here {
                self.lost(&request, &error, self.clock.now() - start, reservation).await?;
            } else {
                drop(reservation);
            }
            // Who waits before another try takes nobody's place.
            drop(permit);
            if sign == Sign::Failing && self.limit.is_down(lane) {
                break error;
            }
            let wait = match tries.failed(error.clone(), &mut request) {
                Next::After(wait) => wait,
                Next::Otherwise => continue,
                Next::GiveUp(error) => break error,
            };
            self.raise(Problem::Chat { error }, Effect::Retried, Some(request.role), &request.step).await?;
            self.control.unless(Wish::Pause, self.clock.sleep(wait)).await.ok_or(Halt::Paused)?;
        };
        match (request.role, &error) {
            (ModelRole::Agent, ChatError::Refused) => Ok(Err(NoAnswer::Refused)),
            (ModelRole::Agent, ChatError::ContextTooLong) => Ok(Err(NoAnswer::ContextTooLong)),
            (ModelRole::Agent, ChatError::Truncated { .. }) => Ok(Err(NoAnswer::Truncated)),
            _ => self.give_up(Problem::Chat { error }, Some(request.role), &request.step).await,
        }
    }

    /// Makes an answer durable.
    async fn answered(&self, answered: ModelAnswered) -> Result<(), Halt> {
        let (adjusted, role, step) = (answered.answer.adjusted.clone(), answered.role, answered.step.clone());
        self.record(Event::ModelAnswered(Rc::new(answered))).await?;
        self.note(&adjusted, role, &step).await
    }

    /// Records a call that may have been billed and gave nothing.
    async fn lost(
        &self,
        request: &ChatRequest,
        error: &ChatError,
        elapsed_ms: f64,
        reservation: Reservation,
    ) -> Result<(), Halt> {
        let output = match error {
            ChatError::Truncated { at } => at.map(u64::from),
            _ => None,
        };
        let lost = CallLost {
            step: request.step.clone(),
            role: request.role,
            error: error.clone(),
            usage: TokenUsage { output, ..TokenUsage::default() },
            elapsed_ms,
            asked_chars: chars_asked(&request.messages),
        };
        let passed = reservation.settle(&Bill::of_lost(&lost));
        self.record(Event::CallLost(Box::new(lost))).await?;
        self.warn(&passed, &request.step).await
    }

    /// Says which shares of the caps were passed.
    async fn warn(&self, passed: &[Passed], step: &StepId) -> Result<(), Halt> {
        for Passed { cap, percent, most } in passed.iter().copied() {
            self.raise(Problem::BudgetUsed { cap, percent, most }, Effect::Noted, None, step).await?;
        }
        Ok(())
    }

    /// Says once a session what a role's model was asked otherwise than the settings say.
    async fn note(&self, adjusted: &[Adjustment], role: ModelRole, step: &StepId) -> Result<(), Halt> {
        for adjustment in adjusted {
            if self.noted.borrow().contains(&(role, *adjustment)) {
                continue;
            }
            self.noted.borrow_mut().push((role, *adjustment));
            let (model, adjustment) = (self.started.config.models.of(role).name.clone(), *adjustment);
            self.raise(Problem::Adjusted { model, adjustment }, Effect::Noted, Some(role), step).await?;
        }
        Ok(())
    }
}
