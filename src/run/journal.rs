//! A run's journal while it is being written: numbers entries, makes them durable in groups, and knows what is in it.
//! Resuming runs the same function again over it: steps that it holds are answered, facts that it holds are not written twice.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::poll_fn;

use crate::{
    domain::{
        budget::{Budget, Prices},
        chat::ChatAnswer,
        event::{Entry, Event, ModelAnswered},
        id::{RunId, StepId},
        rollout::Rollout,
    },
    ports::{
        clock::Clock,
        store::{RunStore, StoreError},
    },
    run::meter::Bill,
};

/// Told of every entry once it is durable, in order.
pub type Listener = Rc<dyn Fn(&Entry)>;

/// The journal of one run.
pub struct Journal {
    run: RunId,
    store: Rc<dyn RunStore>,
    clock: Rc<dyn Clock>,
    listener: Listener,
    next_seq: Cell<u64>,
    pending: RefCell<Vec<Entry>>,
    is_writing: Cell<bool>,
    /// Those who wait for a write to end.
    waiting: RefCell<Vec<Waker>>,
    durable: Cell<u64>,
    answers: RefCell<HashMap<StepId, Rc<ModelAnswered>>>,
    rollouts: RefCell<HashMap<StepId, Rc<Rollout>>>,
    facts: RefCell<HashMap<String, Event>>,
    bills: RefCell<Vec<Bill>>,
    budget: Cell<Option<Budget>>,
    prices: Cell<Option<Prices>>,
}

/// Why something could not be recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordError {
    Store(StoreError),
    /// The journal holds another fact under this name: it was written with other settings or by another version.
    Diverged {
        fact: String,
    },
}

impl Journal {
    /// The journal of `run`, which already holds `entries`.
    pub fn new(
        run: RunId,
        entries: &[Entry],
        store: Rc<dyn RunStore>,
        clock: Rc<dyn Clock>,
        listener: Listener,
    ) -> Self {
        let next_seq = entries.last().map_or(0, |entry| entry.seq + 1);
        let journal = Self {
            run,
            store,
            clock,
            listener,
            next_seq: Cell::new(next_seq),
            pending: RefCell::default(),
            is_writing: Cell::new(false),
            waiting: RefCell::default(),
            durable: Cell::new(next_seq),
            answers: RefCell::default(),
            rollouts: RefCell::default(),
            facts: RefCell::default(),
            bills: RefCell::default(),
            budget: Cell::default(),
            prices: Cell::default(),
        };
        entries.iter().for_each(|entry| journal.remember(&entry.event));
        journal
    }

    /// The recorded answer of a step.
    pub fn answer(&self, step: &StepId) -> Option<ChatAnswer> {
        self.answers.borrow().get(step).map(|answered| answered.answer.clone())
    }

    /// The recorded rollout of a step.
    pub fn rollout(&self, step: &StepId) -> Option<Rc<Rollout>> {
        self.rollouts.borrow().get(step).cloned()
    }

    /// Makes `event` durable and returns then. A fact that the journal already holds is not written again.
    pub async fn record(&self, event: Event) -> Result<(), RecordError> {
        if let Some(name) = event.name() {
            let answered =
                matches!(&event, Event::ModelAnswered(answered) if self.answers.borrow().contains_key(&answered.step));
            let rolled_out =
                matches!(&event, Event::RolloutFinished(rollout) if self.rollouts.borrow().contains_key(&rollout.step));
            if answered || rolled_out {
                return Ok(());
            }
            match self.facts.borrow().get(&name) {
                Some(known) if *known == event => return Ok(()),
                Some(_) => return Err(RecordError::Diverged { fact: name }),
                None => {}
            }
        }
        let seq = self.next_seq.get();
        self.next_seq.set(seq + 1);
        self.remember(&event);
        self.pending.borrow_mut().push(Entry { seq, at: self.clock.now(), event });
        self.flush_to(seq).await.map_err(RecordError::Store)
    }

    /// Every call that may have been billed.
    pub fn bills(&self) -> Vec<Bill> {
        self.bills.borrow().clone()
    }

    /// The caps that the run was last given, if they were changed since it began.
    pub fn budget(&self) -> Option<Budget> {
        self.budget.get()
    }

    /// What the models were last said to cost, if that was changed since the run began.
    pub fn prices(&self) -> Option<Prices> {
        self.prices.get()
    }

    /// The run that it is of.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.next_seq.get() == 0
    }

    /// Entries that are not durable yet: what an export must add when storage fails.
    pub fn unsaved(&self) -> Vec<Entry> {
        self.pending.borrow().clone()
    }

    /// Ends an interrupted session: a write may have been cut off half-way, so the store is asked what it holds; what it
    /// lacks is written again, and `last` after it.
    pub async fn settle(&self, last: Event) -> Result<(), StoreError> {
        let known = self.durable.get();
        let stored = self.store.journal_from(&self.run, known).await?.last().map_or(known, |entry| entry.seq + 1);
        let arrived: Vec<Entry> = {
            let mut pending = self.pending.borrow_mut();
            let cut = pending.partition_point(|entry| entry.seq < stored);
            pending.drain(..cut).collect()
        };
        self.durable.set(stored);
        arrived.iter().for_each(|entry| (self.listener)(entry));
        match self.record(last).await {
            Ok(()) | Err(RecordError::Diverged { .. }) => Ok(()),
            Err(RecordError::Store(error)) => Err(error),
        }
    }

    /// One writer at a time; it takes along everything that has come up meanwhile. Whoever's entry is durable goes on at once,
    /// also while the next write is under way.
    async fn flush_to(&self, seq: u64) -> Result<(), StoreError> {
        let turn = poll_fn(|context| {
            if self.durable.get() > seq {
                return Poll::Ready(None);
            }
            if !self.is_writing.get() {
                return Poll::Ready(Some(WriteTurn::of(self)));
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        });
        let Some(_turn) = turn.await else { return Ok(()) };
        let entries = self.pending.borrow().clone();
        let Some(last) = entries.last() else { return Ok(()) };
        self.store.append(&self.run, &entries).await?;
        self.durable.set(last.seq + 1);
        self.pending.borrow_mut().drain(..entries.len());
        entries.iter().for_each(|entry| (self.listener)(entry));
        Ok(())
    }

    fn remember(&self, event: &Event) {
        match event {
            Event::ModelAnswered(answered) => {
                if !answered.answer.from_cache {
                    self.bills.borrow_mut().push(Bill::of(answered));
                }
                self.answers.borrow_mut().insert(answered.step.clone(), Rc::clone(answered));
            }
            Event::RolloutFinished(rollout) => {
                self.rollouts.borrow_mut().insert(rollout.step.clone(), Rc::clone(rollout));
            }
            Event::CallLost(lost) => self.bills.borrow_mut().push(Bill::of_lost(lost)),
            Event::BudgetChanged { budget } => self.budget.set(Some(*budget)),
            Event::PricesChanged { prices } => self.prices.set(Some(*prices)),
            other => {
                if let Some(name) = other.name() {
                    self.facts.borrow_mut().insert(name, other.clone());
                }
            }
        }
    }
}

/// The only write under way; over on drop, when all who wait look again.
struct WriteTurn<'a> {
    journal: &'a Journal,
}

impl<'a> WriteTurn<'a> {
    fn of(journal: &'a Journal) -> Self {
        journal.is_writing.set(true);
        Self { journal }
    }
}

impl Drop for WriteTurn<'_> {
    fn drop(&mut self) {
        self.journal.is_writing.set(false);
        self.journal.waiting.take().into_iter().for_each(Waker::wake);
    }
}
