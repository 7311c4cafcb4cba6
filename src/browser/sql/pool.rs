//! Which worker does what: one call at a time in each, the others wait here. So a call's time is its own, and a worker that
//! has to be ended takes no other call with it. A worker that becomes free goes to the call that it knows most about: the
//! same statement's result is kept in it, or the database is open; within bounds, so that nobody waits for ever. A call
//! whose statement another worker is running is left to that one, which will have the result.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use futures::channel::oneshot;

use super::{
    link::{Death, SqlWorker},
    messages::Work,
};
use crate::domain::id::DbId;

/// How often the call that waits longest may be passed over for one whose database a worker has open.
const MOST_PASSES: usize = 16;
/// The same for one whose statement a worker has just run: its result is at hand, so it takes next to no time.
const MOST_PASSES_FOR_A_RESULT: usize = 256;

/// The workers that there are and that there may be.
pub(super) struct Pool {
    idle: RefCell<Vec<SqlWorker>>,
    /// What the permits that are out are for.
    running: RefCell<Vec<Topic>>,
    /// Permits that there are: the most workers.
    size: usize,
    waiting: RefCell<VecDeque<Waiter>>,
    /// How often the first of those was passed over.
    passes: Cell<usize>,
}

/// A call that waits for a worker.
struct Waiter {
    topic: Topic,
    permit: oneshot::Sender<Permit>,
}

/// What a call is about.
#[derive(Clone, PartialEq)]
struct Topic {
    db: DbId,
    statement: String,
}

/// The right to use one worker. Dropping it gives the worker to whoever waits longest.
pub(super) struct Permit {
    worker: Option<SqlWorker>,
    topic: Topic,
    pool: Rc<Pool>,
}

impl Pool {
    pub(super) fn new(size: usize) -> Rc<Self> {
        Rc::new(Self {
            idle: RefCell::default(),
            running: RefCell::default(),
            size,
            waiting: RefCell::default(),
            passes: Cell::new(0),
        })
    }

    /// Waits for a worker; of several, takes one that has the database open.
    pub(super) async fn acquire(self: &Rc<Self>, work: &Work) -> Permit {
        let topic = Topic { db: work.db().clone(), statement: work.statement().to_owned() };
        loop {
            if self.running.borrow().len() < self.size {
                return self.permit(self.take_idle(&topic.db), topic);
            }
            let (permit, given) = oneshot::channel();
            self.waiting.borrow_mut().push_back(Waiter { topic: topic.clone(), permit });
            if let Ok(permit) = given.await {
                return permit;
            }
        }
    }

    fn permit(self: &Rc<Self>, worker: Option<SqlWorker>, topic: Topic) -> Permit {
        self.running.borrow_mut().push(topic.clone());
        Permit { worker, topic, pool: Rc::clone(self) }
    }

    fn ended(&self, topic: &Topic) {
        let mut running = self.running.borrow_mut();
        if let Some(at) = running.iter().position(|other| other == topic) {
            running.swap_remove(at);
        }
    }

    fn take_idle(&self, db: &DbId) -> Option<SqlWorker> {
        let mut idle = self.idle.borrow_mut();
        let at = idle.iter().position(|worker| worker.opened.contains(db)).or(idle.len().checked_sub(1))?;
        Some(idle.swap_remove(at))
    }

    /// The call that a worker should do after one about `last`.
    fn next_waiter(&self, last: &Topic) -> Option<Waiter> {
        let (mut waiting, running) = (self.waiting.borrow_mut(), self.running.borrow());
        let before = waiting.len();
        waiting.retain(|waiter| !waiter.permit.is_canceled());
        let is_new = |waiter: &Waiter| !running.contains(&waiter.topic);
        let first = waiting.iter().position(is_new).unwrap_or(0);
        if waiting.len() < before {
            self.passes.set(0);
        }
        let find = |fits: &dyn Fn(&Waiter) -> bool, most| {
            if self.passes.get() < most { waiting.iter().position(fits) } else { None }
        };
        let at = find(&|waiter| waiter.topic == *last, MOST_PASSES_FOR_A_RESULT)
            .or_else(|| find(&|waiter| waiter.topic.db == last.db && is_new(waiter), MOST_PASSES))
            .unwrap_or(first);
        self.passes.set(if at <= first { 0 } else { self.passes.get() + 1 });
        waiting.remove(at)
    }
}

impl Permit {
    /// The worker, started if there is none.
    pub(super) async fn worker(&mut self) -> Result<&mut SqlWorker, Death> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => SqlWorker::start().await?,
        };
        Ok(self.worker.insert(worker))
    }

    /// Ends the worker; the next call gets a new one.
    pub(super) fn end_worker(&mut self) {
        self.worker = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let worker = self.worker.take();
        self.pool.ended(&self.topic);
        match self.pool.next_waiter(&self.topic) {
            // One that went away in this instant gives its permit back, and so to the next.
            Some(Waiter { topic, permit }) => drop(permit.send(self.pool.permit(worker, topic))),
            None => self.pool.idle.borrow_mut().extend(worker),
        }
    }
}
