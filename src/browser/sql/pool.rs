//! Which worker does what: one call at a time in each, the others wait here, in the order in which they came. So a call's
//! time is its own, and a worker that has to be ended takes no other call with it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use futures::channel::oneshot;

use super::link::{Death, SqlWorker};
use crate::domain::id::DbId;

/// The workers that there are and that there may be.
pub(super) struct Pool {
    idle: RefCell<Vec<SqlWorker>>,
    /// Permits that are out.
    busy: Cell<usize>,
    /// Permits that there are: the most workers.
    size: usize,
    waiting: RefCell<VecDeque<oneshot::Sender<Permit>>>,
}

/// The right to use one worker. Dropping it gives the worker to whoever waits longest.
pub(super) struct Permit {
    worker: Option<SqlWorker>,
    pool: Rc<Pool>,
}

impl Pool {
    pub(super) fn new(size: usize) -> Rc<Self> {
        Rc::new(Self { idle: RefCell::default(), busy: Cell::new(0), size, waiting: RefCell::default() })
    }

    /// Waits for a worker; of several, takes one that has `db` open.
    pub(super) async fn acquire(self: &Rc<Self>, db: &DbId) -> Permit {
        loop {
            if self.busy.get() < self.size {
                self.busy.set(self.busy.get() + 1);
                return Permit { worker: self.take_idle(db), pool: Rc::clone(self) };
            }
            let (sender, permit) = oneshot::channel();
            self.waiting.borrow_mut().push_back(sender);
            if let Ok(permit) = permit.await {
                return permit;
            }
        }
    }

    fn take_idle(&self, db: &DbId) -> Option<SqlWorker> {
        let mut idle = self.idle.borrow_mut();
        let at = idle.iter().position(|worker| worker.opened.contains(db)).or(idle.len().checked_sub(1))?;
        Some(idle.swap_remove(at))
    }

    fn next_waiter(&self) -> Option<oneshot::Sender<Permit>> {
        let mut waiting = self.waiting.borrow_mut();
        std::iter::from_fn(|| waiting.pop_front()).find(|waiter| !waiter.is_canceled())
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
        match self.pool.next_waiter() {
            // One that went away in this instant gives its permit back, and so to the next.
            Some(waiter) => drop(waiter.send(Permit { worker, pool: Rc::clone(&self.pool) })),
            None => {
                self.pool.busy.set(self.pool.busy.get() - 1);
                self.pool.idle.borrow_mut().extend(worker);
            }
        }
    }
}
