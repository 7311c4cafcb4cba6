//! Time limits for many short calls. Nearly every call ends long before its limit, so calls do not start a timer each: they
//! share one sleep of the clock, and look at the time when it is over.

use std::{cell::RefCell, pin::pin, rc::Rc};

use futures::future::{Either, FutureExt, LocalBoxFuture, Shared, select};

use super::clock::Clock;

/// The limits that hold at the moment, on one clock.
pub struct Deadlines {
    clock: Rc<dyn Clock>,
    /// The sleep that was begun last, and when it ends.
    sleep: RefCell<Option<(f64, Sleep)>>,
}

type Sleep = Shared<LocalBoxFuture<'static, ()>>;

impl Deadlines {
    /// Limits on `clock`.
    pub fn on(clock: Rc<dyn Clock>) -> Self {
        Self { clock, sleep: RefCell::default() }
    }

    /// `future`, or nothing if it takes longer than `limit_ms` milliseconds. What is there when the time is over counts.
    pub async fn within<T>(&self, limit_ms: u32, future: impl Future<Output = T>) -> Option<T> {
        let deadline = self.clock.now() + f64::from(limit_ms);
        let mut future = pin!(future);
        loop {
            match select(future.as_mut(), self.sleep_until(deadline)).await {
                Either::Left((output, _)) => return Some(output),
                Either::Right(_) if self.clock.now() >= deadline => return None,
                Either::Right(_) => {}
            }
        }
    }

    /// A sleep that is over at `deadline` at the latest: the one of others, or a new one.
    fn sleep_until(&self, deadline: f64) -> Sleep {
        let now = self.clock.now();
        let mut last = self.sleep.borrow_mut();
        match &*last {
            Some((end, sleep)) if (now..=deadline).contains(end) && sleep.peek().is_none() => sleep.clone(),
            _ => {
                let sleep = self.clock.sleep(deadline - now).shared();
                *last = Some((deadline, sleep.clone()));
                sleep
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        future::{pending, ready},
    };

    use futures::future::join;

    use super::*;
    use crate::ports::clock::ManualClock;

    /// Counts the sleeps that are begun.
    #[derive(Clone, Default)]
    struct Counted {
        clock: ManualClock,
        sleeps: Rc<Cell<usize>>,
    }

    impl Clock for Counted {
        fn now(&self) -> f64 {
            self.clock.now()
        }

        fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
            self.sleeps.set(self.sleeps.get() + 1);
            self.clock.sleep(ms)
        }
    }

    fn deadlines() -> (Counted, Deadlines) {
        let clock = Counted::default();
        (clock.clone(), Deadlines::on(Rc::new(clock)))
    }

    #[test]
    fn each_call_ends_at_its_own_limit() {
        let (clock, deadlines) = deadlines();
        let ended = |begin: f64, limit_ms: u32| {
            let (clock, deadlines) = (&clock, &deadlines);
            async move {
                clock.clock.sleep(begin).await;
                assert_eq!(deadlines.within(limit_ms, pending::<()>()).await, None);
                clock.now()
            }
        };
        let both = join(join(ended(0.0, 60_000), ended(1.0, 10_000)), join(ended(4_000.0, 10_000), ended(0.0, 0)));
        assert_eq!(clock.clock.run(both), Some(((60_000.0, 10_001.0), (14_000.0, 0.0))));
    }

    #[test]
    fn what_is_there_when_the_time_is_over_counts() {
        let (clock, deadlines) = deadlines();
        let slow = async {
            clock.clock.sleep(10.0).await;
            "done"
        };
        assert_eq!(clock.clock.run(deadlines.within(10, slow)), Some(Some("done")));
        assert_eq!(clock.clock.run(deadlines.within(0, ready("done"))), Some(Some("done")));
    }

    #[test]
    fn a_thousand_short_calls_begin_one_sleep_for_each_limit_that_passes() {
        let (clock, deadlines) = deadlines();
        let calls = async {
            for _ in 0..1000 {
                let short = clock.clock.sleep(25.0);
                assert_eq!(deadlines.within(10_000, short).await, Some(()));
            }
        };
        assert_eq!(clock.clock.run(calls), Some(()));
        assert_eq!((clock.now(), clock.sleeps.get()), (25_000.0, 3));
    }
}
