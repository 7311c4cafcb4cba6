//! The one limit on calls at once, most urgent first, and under it a window for each endpoint that follows what the endpoint
//! bears (additive increase, multiplicative decrease). Plain semaphores let everybody wait in line; here a critique that a
//! whole round waits for overtakes validation work that is needed a round later, which is what keeps the line full.

mod window;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::poll_fn;

use crate::{domain::rng::SplitMix64, ports::clock::Clock};

pub use self::window::{Sign, Window};

/// A number of places. Clones share them.
#[derive(Clone)]
pub struct Limit {
    inner: Rc<Inner>,
}

/// An endpoint's share of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane(usize);

/// Who goes before whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    urgency: u32,
    arrival: u64,
}

struct Inner {
    places: usize,
    free: Cell<usize>,
    lanes: RefCell<Vec<LaneState>>,
    arrivals: Cell<u64>,
    waiting: RefCell<BTreeMap<Turn, Waiter>>,
}

struct LaneState {
    window: Window,
    taken: usize,
}

struct Waiter {
    lane: Lane,
    /// `None` until first polled.
    waker: Option<Waker>,
}

/// A place; given back on drop.
pub struct Permit {
    inner: Rc<Inner>,
    lane: Lane,
}

impl Limit {
    /// A limit of `places`, at least 1.
    pub fn new(places: usize) -> Self {
        let places = places.max(1);
        let inner = Inner {
            places,
            free: Cell::new(places),
            lanes: RefCell::default(),
            arrivals: Cell::new(0),
            waiting: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// A lane whose window starts at `calls`, or at the whole limit. `rng` decides on the jitter of its waits.
    pub fn lane(&self, calls: Option<usize>, rng: SplitMix64) -> Lane {
        let places = self.inner.places;
        self.lane_with(Window::new(calls.unwrap_or(places), places, rng))
    }

    /// A lane that takes `most` calls at once, however well it goes.
    pub fn narrow_lane(&self, most: usize, rng: SplitMix64) -> Lane {
        self.lane_with(Window::new(most, most, rng))
    }

    fn lane_with(&self, window: Window) -> Lane {
        let mut lanes = self.inner.lanes.borrow_mut();
        lanes.push(LaneState { window, taken: 0 });
        Lane(lanes.len() - 1)
    }

    /// A turn in the line: smaller `urgency` goes first, equal ones in the order in which they asked for their turns.
    pub fn turn(&self, urgency: u32) -> Turn {
        let arrival = self.inner.arrivals.get();
        self.inner.arrivals.set(arrival + 1);
        Turn { urgency, arrival }
    }

    /// Waits for a place in `lane`. Whoever's lane is full is passed by those of other lanes. A turn may be used again, by
    /// one waiter at a time: who comes back is not last. Dropping the future gives the place in the line up.
    pub fn acquire(&self, lane: Lane, turn: Turn) -> impl Future<Output = Permit> + use<> {
        let inner = Rc::clone(&self.inner);
        inner.waiting.borrow_mut().insert(turn, Waiter { lane, waker: None });
        let ticket = Ticket { inner, turn };
        poll_fn(move |context| {
            let inner = &ticket.inner;
            if inner.next() != Some(ticket.turn) {
                inner.waiting.borrow_mut().insert(ticket.turn, Waiter { lane, waker: Some(context.waker().clone()) });
                return Poll::Pending;
            }
            inner.waiting.borrow_mut().remove(&ticket.turn);
            inner.take(lane);
            inner.wake_next();
            Poll::Ready(Permit { inner: Rc::clone(inner), lane })
        })
    }

    /// Waits for a place in `lane` that its endpoint wants to be used: while it is to be left alone, everybody waits, and
    /// nobody holds a place meanwhile.
    pub async fn place(&self, lane: Lane, turn: Turn, clock: &dyn Clock) -> Permit {
        loop {
            let permit = self.acquire(lane, turn).await;
            let wait = self.inner.lanes.borrow()[lane.0].window.not_before() - clock.now();
            if wait <= 0.0 {
                return permit;
            }
            drop(permit);
            clock.sleep(wait).await;
        }
    }

    /// What the end of a call, sent at `sent` and over at `now`, says about its endpoint.
    pub fn heed(&self, lane: Lane, sign: Sign, sent: f64, now: f64) {
        self.inner.lanes.borrow_mut()[lane.0].window.heed(sign, sent, now);
        self.inner.wake_next();
    }

    /// Whether the lane's endpoint has failed so long that asking on is no use.
    pub fn is_down(&self, lane: Lane) -> bool {
        self.inner.lanes.borrow()[lane.0].window.is_down()
    }

    /// The calls that the lane's endpoint gets at once at present.
    pub fn window(&self, lane: Lane) -> usize {
        self.inner.lanes.borrow()[lane.0].window.calls()
    }
}

impl Inner {
    /// The most urgent of those whose lane has room, if there is a place at all.
    fn next(&self) -> Option<Turn> {
        if self.free.get() == 0 {
            return None;
        }
        let lanes = self.lanes.borrow();
        let has_room = |lane: Lane| lanes[lane.0].taken < lanes[lane.0].window.calls();
        self.waiting.borrow().iter().find(|(_, waiter)| has_room(waiter.lane)).map(|(turn, _)| *turn)
    }

    fn take(&self, lane: Lane) {
        self.free.set(self.free.get() - 1);
        self.lanes.borrow_mut()[lane.0].taken += 1;
    }

    fn wake_next(&self) {
        let Some(turn) = self.next() else { return };
        if let Some(Waiter { waker: Some(waker), .. }) = self.waiting.borrow().get(&turn) {
            waker.wake_by_ref();
        }
    }
}

/// Somebody in the line; gone on drop.
struct Ticket {
    inner: Rc<Inner>,
    turn: Turn,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.inner.waiting.borrow_mut().remove(&self.turn).is_some() {
            self.inner.wake_next();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.inner.free.set(self.inner.free.get() + 1);
        self.inner.lanes.borrow_mut()[self.lane.0].taken -= 1;
        self.inner.wake_next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::clock::ManualClock;
    use futures::{FutureExt, future::join_all};

    fn rng() -> SplitMix64 {
        SplitMix64::labelled(1, "limit")
    }

    /// Starts each (urgency, name) at once on `places`, each holding its place for 10 ms; returns (name, start time).
    fn schedule(places: usize, work: &[(u32, &'static str)]) -> Vec<(&'static str, f64)> {
        let (clock, limit, started) = (ManualClock::default(), Limit::new(places), RefCell::new(Vec::new()));
        let lane = limit.lane(None, rng());
        let tasks = work.iter().map(|(urgency, name)| {
            let place = limit.acquire(lane, limit.turn(*urgency));
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
        let lane = limit.lane(None, rng());
        let held = limit.acquire(lane, limit.turn(0)).now_or_never().unwrap();
        let impatient = limit.acquire(lane, limit.turn(0));
        let mut patient = Box::pin(limit.acquire(lane, limit.turn(1)));
        assert!(patient.as_mut().now_or_never().is_none());
        drop(held);
        drop(impatient);
        assert!(patient.now_or_never().is_some());
    }

    #[test]
    fn a_full_lane_is_passed_by_the_others() {
        let limit = Limit::new(3);
        let (slow, fast) = (limit.lane(Some(1), rng()), limit.lane(None, rng()));
        let first = limit.acquire(slow, limit.turn(0)).now_or_never().unwrap();
        let mut second = Box::pin(limit.acquire(slow, limit.turn(0)));
        assert!(second.as_mut().now_or_never().is_none(), "the lane has one place");
        assert!(limit.acquire(fast, limit.turn(9)).now_or_never().is_some());
        drop(first);
        assert!(second.now_or_never().is_some());
    }

    #[test]
    fn a_narrow_lane_stays_narrow_after_answers() {
        let limit = Limit::new(8);
        let lane = limit.narrow_lane(1, rng());
        (0..20).for_each(|i| limit.heed(lane, Sign::Answered, f64::from(i), f64::from(i) + 1.0));
        assert_eq!(limit.window(lane), 1);
    }

    #[test]
    fn a_window_that_shrinks_takes_effect_as_places_come_back() {
        let limit = Limit::new(4);
        let lane = limit.lane(None, rng());
        let held: Vec<_> = (0..4).map(|_| limit.acquire(lane, limit.turn(0)).now_or_never().unwrap()).collect();
        limit.heed(lane, Sign::TooMany { retry_after_ms: None }, 0.0, 100.0);
        let mut next = Box::pin(limit.acquire(lane, limit.turn(0)));
        for (left, permit) in held.into_iter().enumerate().map(|(i, permit)| (3 - i, permit)) {
            assert!(next.as_mut().now_or_never().is_none(), "{left} in flight");
            drop(permit);
            if left == 1 {
                break;
            }
        }
        assert!(next.now_or_never().is_some());
    }
}
