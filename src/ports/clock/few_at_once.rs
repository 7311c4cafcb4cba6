//! What keeps a page awake while much begins at once: only a few begin in a task, the others in the tasks after it.

use std::cell::Cell;

use super::Clock;

/// Lets a few begin in each task. Something in between costs nothing while they come one by one.
#[derive(Default)]
pub struct FewAtOnce {
    begun: Cell<u32>,
    /// Counts the tasks that somebody has waited for.
    task: Cell<u32>,
}

impl FewAtOnce {
    /// Waits until fewer than `most` (at least 1) have begun since the last task that somebody waited for.
    pub async fn begin(&self, most: u32, clock: &dyn Clock) {
        while self.begun.get() >= most.max(1) {
            let task = self.task.get();
            clock.sleep(0.0).await;
            if self.task.get() == task {
                self.task.set(task.wrapping_add(1));
                self.begun.set(0);
            }
        }
        self.begun.set(self.begun.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        future::poll_fn,
        task::{Context, Poll, Waker},
    };

    use futures::future::{FutureExt, LocalBoxFuture, join_all};

    use super::*;

    /// A clock whose waits are over when they are looked at a second time: in the next task.
    struct NextTask;

    impl Clock for NextTask {
        fn now(&self) -> f64 {
            0.0
        }

        fn sleep(&self, _ms: f64) -> LocalBoxFuture<'static, ()> {
            let mut looked = false;
            poll_fn(move |_| if std::mem::replace(&mut looked, true) { Poll::Ready(()) } else { Poll::Pending })
                .boxed_local()
        }
    }

    #[test]
    fn a_burst_begins_a_few_to_a_task_in_its_order() {
        let (few, begun) = (FewAtOnce::default(), RefCell::new(Vec::new()));
        let burst = (0..10).map(|number| {
            let (few, begun) = (&few, &begun);
            async move {
                few.begin(4, &NextTask).await;
                begun.borrow_mut().push(number);
            }
        });
        let mut burst = std::pin::pin!(join_all(burst));
        let mut context = Context::from_waker(Waker::noop());
        let mut tasks = Vec::new();
        while burst.as_mut().poll(&mut context).is_pending() {
            tasks.push(begun.borrow().len());
        }
        assert_eq!(tasks, [4, 8]);
        assert_eq!(*begun.borrow(), (0..10).collect::<Vec<_>>());
    }
}
