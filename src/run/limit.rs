//! The one limit on calls at once, most urgent first. Plain semaphores let everybody wait in line; here a critique that a
//! whole round waits for overtakes validation work that is needed a round later, which is what keeps the line full.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::poll_fn;

/// A number of places. Clones share them.
#[derive(Clone)]
pub struct Limit {
    inner: Rc<Inner>,
}

struct Inner {
    free: Cell<usize>,
    arrivals: Cell<u64>,
    /// By urgency (smallest first), then by arrival; `None` until first polled.
    waiting: RefCell<BTreeMap<(u32, u64), Option<Waker>>>,
}

/// A place; given back on drop.
pub struct Permit {
    inner: Rc<Inner>,
}

impl Limit {
    /// A limit of `places`, at least 1.
    pub fn new(places: usize) -> Self {
        let inner = Inner { free: Cell::new(places.max(1)), arrivals: Cell::new(0), waiting: RefCell::default() };
        Self { inner: Rc::new(inner) }
    }

    /// Waits for a place. Smaller `urgency` goes first, equal ones in order of arrival. Dropping the future gives the turn up.
    pub fn acquire(&self, urgency: u32) -> impl Future<Output = Permit> + use<> {
        let inner = Rc::clone(&self.inner);
        let arrival = inner.arrivals.get();
        inner.arrivals.set(arrival + 1);
        let place = (urgency, arrival);
        inner.waiting.borrow_mut().insert(place, None);
        let ticket = Ticket { inner, place };
        poll_fn(move |context| {
            let inner = &ticket.inner;
            let first = inner.waiting.borrow().keys().next() == Some(&ticket.place);
            if !(first && inner.free.get() > 0) {
                inner.waiting.borrow_mut().insert(ticket.place, Some(context.waker().clone()));
                return Poll::Pending;
            }
            inner.waiting.borrow_mut().remove(&ticket.place);
            inner.free.set(inner.free.get() - 1);
            inner.wake_first();
            Poll::Ready(Permit { inner: Rc::clone(inner) })
        })
    }
}

impl Inner {
    fn wake_first(&self) {
        if self.free.get() > 0
            && let Some((_, Some(waker))) = self.waiting.borrow().iter().next()
        {
            waker.wake_by_ref();
        }
    }
}

/// A turn in the line; given up on drop.
struct Ticket {
    inner: Rc<Inner>,
    place: (u32, u64),
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.inner.waiting.borrow_mut().remove(&self.place).is_some() {
            self.inner.wake_first();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.inner.free.set(self.inner.free.get() + 1);
        self.inner.wake_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::clock::{Clock, ManualClock};
    use futures::{FutureExt, future::join_all};

    /// Starts each (urgency, name) at once on `places`, each holding its place for 10 ms; returns (name, start time).
    fn schedule(places: usize, work: &[(u32, &'static str)]) -> Vec<(&'static str, f64)> {
        let (clock, limit, started) = (ManualClock::default(), Limit::new(places), RefCell::new(Vec::new()));
        let tasks = work.iter().map(|(urgency, name)| {
            let place = limit.acquire(*urgency);
            async {
                let _permit = place.await;
                started.borrow_mut().push((*name, clock.now()));
                clock.sleep(10.0).await;
            }
        });
        clock.run(join_all(tasks)).unwrap();
        started.into_inner()
    }

    #[test]
    fn the_urgent_overtake_and_equals_keep_their_order() {
        let order = schedule(1, &[(2, "a"), (1, "b"), (2, "c"), (0, "d")]);
        assert_eq!(order, [("d", 0.0), ("b", 10.0), ("a", 20.0), ("c", 30.0)]);
    }

    #[test]
    fn all_places_are_used_and_never_more() {
        let order = schedule(2, &[(0, "a"), (0, "b"), (0, "c")]);
        assert_eq!(order, [("a", 0.0), ("b", 0.0), ("c", 10.0)]);
    }

    #[test]
    fn who_gives_up_waiting_does_not_block_the_next() {
        let limit = Limit::new(1);
        let held = limit.acquire(0).now_or_never().unwrap();
        let impatient = limit.acquire(0);
        let mut patient = Box::pin(limit.acquire(1));
        assert!(patient.as_mut().now_or_never().is_none());
        drop(held);
        drop(impatient);
        assert!(patient.now_or_never().is_some());
    }
}
