//! Running, pausing, stopping. Pause lets calls in flight finish and be journaled; Stop ends them at once.

use std::{cell::Cell, rc::Rc};

use futures::{
    channel::oneshot,
    future::{Either, select},
};

/// What the run was asked to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    #[default]
    Run,
    /// Start nothing new; end when what is in flight is done.
    Pause,
    /// End now.
    Stop,
}

/// The switch between a run and whoever watches it. Clones share it.
#[derive(Clone, Default)]
pub struct RunControl {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    wish: Cell<Wish>,
    stop: Cell<Option<oneshot::Sender<()>>>,
}

impl RunControl {
    /// Asks for a pause, unless a stop was asked for.
    pub fn pause(&self) {
        if self.inner.wish.get() == Wish::Run {
            self.inner.wish.set(Wish::Pause);
        }
    }

    /// Asks for a stop: the run's future is dropped, which aborts every call in flight.
    pub fn stop(&self) {
        self.inner.wish.set(Wish::Stop);
        if let Some(stop) = self.inner.stop.take() {
            // Nobody listens any more when the run has just ended by itself.
            let _ = stop.send(());
        }
    }

    /// What was asked for last.
    pub fn wish(&self) -> Wish {
        self.inner.wish.get()
    }

    /// Runs `future` until it ends or a stop is asked for (then `None`).
    pub async fn unless_stopped<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.inner.stop.set(Some(sender));
        if self.wish() == Wish::Stop {
            return None;
        }
        match select(std::pin::pin!(future), receiver).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(_) => None,
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
        let run = control.unless_stopped(pending::<()>());
        let mut run = Box::pin(run);
        assert!(run.as_mut().now_or_never().is_none());
        control.stop();
        assert_eq!(run.now_or_never(), Some(None));
        control.pause();
        assert_eq!(control.wish(), Wish::Stop);
    }
}
