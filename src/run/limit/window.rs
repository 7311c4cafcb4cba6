//! How many calls an endpoint gets at once: one more after a window of answers, half after "too many requests", a little less
//! when it is overloaded, and one at a time while nothing but failures comes back. What it cuts, it cuts at most once in a
//! round trip, since the calls that went out together fail together.

/// What a call's end says about its endpoint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    Answered,
    /// HTTP 429, with the wait that the provider asked for, in milliseconds.
    TooMany {
        retry_after_ms: Option<f64>,
    },
    /// 5xx, 529, no connection, or no answer in time.
    Failing,
    /// A failure that says nothing about load: a refused request, an answer that cannot be read.
    Nothing,
}

/// Failures in a row, with no answer between them, after which only one call at a time looks whether it goes again.
const BROKEN_AFTER: u32 = 5;

/// An endpoint's window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    size: f64,
    ceiling: f64,
    /// When the window was last cut; calls sent before say nothing new.
    cut_at: f64,
    not_before: f64,
    failures: u32,
}

impl Window {
    /// A window that starts at `size` calls and never gets more than `ceiling`; both at least 1.
    pub fn new(size: usize, ceiling: usize) -> Self {
        let ceiling = ceiling.max(1) as f64;
        let size = (size.max(1) as f64).min(ceiling);
        Self { size, ceiling, cut_at: f64::NEG_INFINITY, not_before: f64::NEG_INFINITY, failures: 0 }
    }

    /// Calls at once, at least 1.
    pub fn calls(&self) -> usize {
        if self.failures >= BROKEN_AFTER { 1 } else { self.size as usize }
    }

    /// When the endpoint wants to be asked again, in the clock's milliseconds.
    pub fn not_before(&self) -> f64 {
        self.not_before
    }

    /// Takes note of a call that was sent at `sent` and was over at `now`, in the clock's milliseconds.
    pub fn heed(&mut self, sign: Sign, sent: f64, now: f64) {
        match sign {
            Sign::Answered => {
                self.failures = 0;
                self.size = (self.size + 1.0 / self.size).min(self.ceiling);
            }
            Sign::TooMany { retry_after_ms } => {
                self.cut(0.5, sent, now);
                self.not_before = self.not_before.max(now + retry_after_ms.unwrap_or_default());
            }
            Sign::Failing => {
                self.failures += 1;
                self.cut(0.8, sent, now);
            }
            Sign::Nothing => {}
        }
    }

    fn cut(&mut self, factor: f64, sent: f64, now: f64) {
        if sent >= self.cut_at {
            self.size = (self.size * factor).max(1.0);
            self.cut_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(signs: &[(Sign, f64, f64)]) -> Window {
        let mut window = Window::new(8, 8);
        for (sign, sent, now) in signs {
            window.heed(*sign, *sent, *now);
        }
        window
    }

    const TOO_MANY: Sign = Sign::TooMany { retry_after_ms: None };

    #[test]
    fn calls_that_fail_together_cut_once() {
        assert_eq!(after(&[(TOO_MANY, 0.0, 100.0); 8]).calls(), 4);
        assert_eq!(after(&[(TOO_MANY, 0.0, 100.0), (TOO_MANY, 100.0, 200.0)]).calls(), 2);
    }

    #[test]
    fn a_window_of_answers_gains_one_call_up_to_the_ceiling() {
        let mut window = after(&[(TOO_MANY, 0.0, 100.0)]);
        (0..4).for_each(|_| window.heed(Sign::Answered, 100.0, 200.0));
        assert_eq!(window.calls(), 4);
        window.heed(Sign::Answered, 100.0, 200.0);
        assert_eq!(window.calls(), 5);
        (0..100).for_each(|_| window.heed(Sign::Answered, 200.0, 300.0));
        assert_eq!(window.calls(), 8);
    }

    #[test]
    fn the_wait_that_was_asked_for_is_the_longest_of_all() {
        let wait = |ms| Sign::TooMany { retry_after_ms: Some(ms) };
        assert_eq!(after(&[(wait(5_000.0), 0.0, 100.0), (wait(1_000.0), 0.0, 110.0)]).not_before(), 5_100.0);
    }

    #[test]
    fn an_endpoint_that_only_fails_is_asked_one_call_at_a_time_until_it_answers() {
        let mut window = after(&[(Sign::Failing, 0.0, 100.0); 5]);
        assert_eq!(window.calls(), 1);
        window.heed(Sign::Answered, 100.0, 200.0);
        assert_eq!(window.calls(), 6, "one cut by a fifth, since all five went out together");
    }

    #[test]
    fn it_never_closes() {
        let mut window = Window::new(0, 0);
        (0..50).for_each(|at| window.heed(TOO_MANY, f64::from(at), f64::from(at)));
        assert_eq!(window.calls(), 1);
    }
}
