//! The port to time. Twin: `ManualClock`, a virtual clock that a test moves on.

pub mod few_at_once;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::future::{FutureExt, LocalBoxFuture, poll_fn};

/// Time and waiting.
pub trait Clock {
    /// Milliseconds since 1970 UTC.
    fn now(&self) -> f64;
    /// Waits at least `ms` milliseconds; with none, a page goes on in a task after this one. Dropping the future ends the wait.
    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()>;
}

/// A virtual clock: it stands still until `advance` moves it to the next waiter. Starts at 0.
#[derive(Clone, Default)]
pub struct ManualClock {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    now: Cell<f64>,
    next_id: Cell<u64>,
    waiters: RefCell<Vec<(f64, u64, Waker)>>,
}

impl ManualClock {
    /// Moves to the earliest time that somebody waits for and wakes everybody who waits for it.
    /// Returns whether there was anybody.
    pub fn advance(&self) -> bool {
        let mut waiters = self.inner.waiters.borrow_mut();
        let Some(next) = waiters.iter().map(|waiter| waiter.0).min_by(f64::total_cmp) else { return false };
        self.inner.now.set(self.inner.now.get().max(next));
        waiters.retain(|(at, _, waker)| {
            let due = *at <= next;
            if due {
                waker.wake_by_ref();
            }
            !due
        });
        true
    }

    /// Runs `future` to its end on this thread, moving the clock whenever nothing else can happen.
    /// Returns `None` if the future waits for something that is not this clock.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let mut future = std::pin::pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return Some(output);
            }
            // Time moves only when everything that can happen now has happened.
            if !woken.0.swap(false, Ordering::Relaxed) {
                let moved = self.advance();
                woken.0.store(false, Ordering::Relaxed);
                if !moved {
                    return None;
                }
            }
        }
    }
}

/// Remembers whether somebody asked to be polled again.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> f64 {
        self.inner.now.get()
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        let inner = Rc::clone(&self.inner);
        let deadline = inner.now.get() + ms.max(0.0);
        let id = inner.next_id.get();
        inner.next_id.set(id + 1);
        let guard = WaiterGuard { inner: Rc::clone(&inner), id };
        poll_fn(move |context| {
            let guard = &guard;
            if guard.inner.now.get() >= deadline {
                return Poll::Ready(());
            }
            let mut waiters = guard.inner.waiters.borrow_mut();
            waiters.retain(|waiter| waiter.1 != id);
            waiters.push((deadline, id, context.waker().clone()));
            Poll::Pending
        })
        .boxed_local()
    }
}

/// Forgets a sleeper whose future was dropped.
struct WaiterGuard {
    inner: Rc<Inner>,
    id: u64,
}

impl Drop for WaiterGuard {
    fn drop(&mut self) {
        self.inner.waiters.borrow_mut().retain(|waiter| waiter.1 != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join;

    #[test]
    fn sleepers_wake_in_the_order_of_their_deadlines() {
        let clock = ManualClock::default();
        let order = RefCell::new(Vec::new());
        let nap = |ms: f64| {
            let (clock, order) = (clock.clone(), &order);
            async move {
                clock.sleep(ms).await;
                order.borrow_mut().push((ms, clock.now()));
            }
        };
        clock.run(join(nap(20.0), nap(10.0))).unwrap();
        assert_eq!(*order.borrow(), [(10.0, 10.0), (20.0, 20.0)]);
    }

    #[test]
    fn a_future_that_waits_for_nothing_on_the_clock_is_reported() {
        assert_eq!(ManualClock::default().run(futures::future::pending::<()>()), None);
    }
}
