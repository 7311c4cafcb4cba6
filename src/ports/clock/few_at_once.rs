//! What keeps a page awake while much begins at once: only a few begin in a task, the others in the tasks after it.

use std::cell::{Cell, RefCell};

use futures::future::{FutureExt, LocalBoxFuture, Shared};

use super::Clock;

/// Lets a few begin in each task. Something in between costs nothing while they come one by one.
#[derive(Default)]
pub struct FewAtOnce {
    begun: Cell<u32>,
    /// The next task, once somebody waits for it: one wait for all, however many they are.
    next: RefCell<Option<Shared<LocalBoxFuture<'static, ()>>>>,
}

impl FewAtOnce {
    /// Waits until fewer than `most` (at least 1) have begun since the last task that somebody waited for.
    pub async fn begin(&self, most: u32, clock: &dyn Clock) {
        while self.begun.get() >= most.max(1) {
            let next = self.next.borrow_mut().get_or_insert_with(|| clock.sleep(0.0).shared()).clone();
            next.clone().await;
            // The first who comes out of it begins the count anew.
            if self.next.borrow().as_ref().is_some_and(|newest| newest.ptr_eq(&next)) {
                self.next.take();
                self.begun.set(0);
            }
        }
        self.begun.set(self.begun.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        rc::Rc,
        task::{Context, Poll, Waker},
    };

    use futures::future::join_all;

    use super::*;

    /// A clock whose waits are over in the task after the one in which they began; it counts the waits.
    #[derive(Clone, Default)]
    struct Tasks {
        now: Rc<Cell<u32>>,
        waits: Rc<Cell<u32>>,
    }

    impl Clock for Tasks {
        fn now(&self) -> f64 {
            0.0
        }

        fn sleep(&self, _ms: f64) -> LocalBoxFuture<'static, ()> {
            self.waits.set(self.waits.get() + 1);
            let (now, begun) = (Rc::clone(&self.now), self.now.get());
            poll_fn(move |_| if now.get() > begun { Poll::Ready(()) } else { Poll::Pending }).boxed_local()
        }
    }

    #[test]
    fn a_burst_begins_a_few_to_a_task_in_its_order_with_one_wait_for_each_task() {
        let (few, begun, clock) = (FewAtOnce::default(), RefCell::new(Vec::new()), Tasks::default());
        let burst = (0..10).map(|number| {
            let (few, begun, clock) = (&few, &begun, &clock);
            async move {
                few.begin(4, clock).await;
                begun.borrow_mut().push(number);
            }
        });
        let mut burst = std::pin::pin!(join_all(burst));
        let mut context = Context::from_waker(Waker::noop());
        let mut tasks = Vec::new();
        while burst.as_mut().poll(&mut context).is_pending() {
            tasks.push(begun.borrow().len());
            clock.now.set(clock.now.get() + 1);
        }
        assert_eq!(tasks, [4, 8]);
        assert_eq!(*begun.borrow(), (0..10).collect::<Vec<_>>());
        assert_eq!(clock.waits.get(), 2);
    }
}
