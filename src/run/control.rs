//! Running, pausing, stopping. Pause lets calls in flight finish and be journaled; Stop ends them at once.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::{Either, pending, poll_fn, select};

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
    /// Rollouts of a preflight that may still begin, and that have not ended.
    preflight: Cell<Option<(usize, usize)>>,
    watching: RefCell<Vec<Waker>>,
}

impl RunControl {
    /// A switch for a run that pauses by itself after `rollouts` rollouts, at least 1: nothing else begins meanwhile.
    pub fn preflight(rollouts: usize) -> Self {
        let control = Self::default();
        control.inner.preflight.set(Some((rollouts.max(1), rollouts.max(1))));
        control
    }

    /// Waits until one more rollout may begin: at once, or never in a preflight that has all of its own (then `None`, when
    /// the run pauses).
    pub async fn admitted(&self) -> Option<()> {
        match self.inner.preflight.get() {
            None => Some(()),
            Some((0, _)) => self.unless(Wish::Pause, pending()).await,
            Some((left, open)) => {
                self.inner.preflight.set(Some((left - 1, open)));
                Some(())
            }
        }
    }

    /// An admitted rollout has ended.
    pub fn rolled_out(&self) {
        if let Some((left, open)) = self.inner.preflight.get() {
            let open = open.saturating_sub(1);
            self.inner.preflight.set(Some((left, open)));
            if open == 0 {
                self.ask(Wish::Pause);
            }
        }
    }

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
    use futures::FutureExt;

    #[test]
    fn a_preflight_pauses_when_its_rollouts_have_ended() {
        let control = RunControl::preflight(2);
        let admitted = || control.admitted().now_or_never();
        assert_eq!([admitted(), admitted()], [Some(Some(())); 2]);
        let mut third = Box::pin(control.admitted());
        assert_eq!(third.as_mut().now_or_never(), None);
        control.rolled_out();
        assert_eq!(control.wish(), Wish::Run);
        control.rolled_out();
        assert_eq!((control.wish(), third.now_or_never()), (Wish::Pause, Some(None)));
    }

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
