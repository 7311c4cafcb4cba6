//! Running, pausing, stopping. Pause lets calls in flight finish and be journaled; Stop ends them at once.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::{Either, poll_fn, select};

/// What the run was asked to do; later ones outrank earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    #[default]
    Run,
    /// Start nothing new; end when what is in flight is done.
    Pause,
    /// End now.
    Stop,
}

/// The switch between a run and whoever watches it. Clones share it. A new one is made for each resumption.
#[derive(Clone, Default)]
pub struct RunControl {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    wish: Cell<Wish>,
    watching: RefCell<Vec<Waker>>,
}

impl RunControl {
    /// Asks for a pause or a stop. A stop cannot be taken back.
    pub fn ask(&self, wish: Wish) {
        if wish > self.inner.wish.get() {
            self.inner.wish.set(wish);
            self.inner.watching.take().into_iter().for_each(Waker::wake);
        }
    }

    /// What was asked for last.
    pub fn wish(&self) -> Wish {
        self.inner.wish.get()
    }

    /// Runs `future` until it ends, or until `wish` or more is asked for (then `None`, and the future is dropped).
    pub async fn unless<T>(&self, wish: Wish, future: impl Future<Output = T>) -> Option<T> {
        let asked = poll_fn(|context| {
            if self.wish() >= wish {
                return Poll::Ready(());
            }
            self.inner.watching.borrow_mut().push(context.waker().clone());
            Poll::Pending
        });
        match select(asked, std::pin::pin!(future)).await {
            Either::Left(_) => None,
            Either::Right((output, _)) => Some(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, future::pending};

    #[test]
    fn a_stop_ends_what_would_never_end() {
        let control = RunControl::default();
        let mut run = Box::pin(control.unless(Wish::Stop, pending::<()>()));
        assert!(run.as_mut().now_or_never().is_none());
        control.ask(Wish::Pause);
        assert!(run.as_mut().now_or_never().is_none(), "a pause is not a stop");
        control.ask(Wish::Stop);
        assert_eq!(run.now_or_never(), Some(None));
        control.ask(Wish::Pause);
        assert_eq!(control.wish(), Wish::Stop);
    }
}
