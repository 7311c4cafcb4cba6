//! How many calls an endpoint gets at once and when: one more after a window of answers, half after "too many requests", a
//! little less when it is overloaded. What it cuts, it cuts at most once in a round trip, since the calls that went out
//! together fail together. After "too many requests" nobody asks for a while; an endpoint that only fails is asked one call at
//! a time, with longer and longer waits, and taken for down if that brings nothing.

use crate::{domain::rng::SplitMix64, run::retry::longest_wait_ms};

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

/// Failures in a row after which only one call at a time looks whether it goes again.
const BROKEN_AFTER: u32 = 5;
/// Such looks that may fail before the endpoint is taken for down. With the waits before them they take 15 to 30 s.
const LOOKS: u32 = 4;

/// An endpoint's window.
#[derive(Clone, Debug)]
pub struct Window {
    size: f64,
    ceiling: f64,
    /// When the window was last cut; calls sent before say nothing new.
    cut_at: f64,
    not_before: f64,
    /// Round trips in a row that were turned away.
    turned_away: u32,
    /// Failures in a row, with neither an answer nor "too many requests" between them.
    failures: u32,
    /// While the endpoint only fails.
    broken: Option<Broken>,
    rng: SplitMix64,
}

/// An endpoint that only fails.
#[derive(Clone, Copy, Debug)]
struct Broken {
    /// When it was last seen failing: calls sent before are no look at whether it goes again.
    at: f64,
    /// Looks that have failed.
    looks: u32,
}

impl Window {
    /// A window that starts at `size` calls and never gets more than `ceiling`; both at least 1. `rng` decides on the jitter.
    pub fn new(size: usize, ceiling: usize, rng: SplitMix64) -> Self {
        let ceiling = ceiling.max(1) as f64;
        let size = (size.max(1) as f64).min(ceiling);
        let never = f64::NEG_INFINITY;
        Self { size, ceiling, cut_at: never, not_before: never, turned_away: 0, failures: 0, broken: None, rng }
    }

    /// Calls at once, at least 1.
    pub fn calls(&self) -> usize {
        if self.broken.is_some() { 1 } else { self.size as usize }
    }

    /// When the endpoint may be asked again, in the clock's milliseconds.
    pub fn not_before(&self) -> f64 {
        self.not_before
    }

    /// Whether it has failed so long that asking on is no use.
    pub fn is_down(&self) -> bool {
        self.broken.is_some_and(|broken| broken.looks >= LOOKS)
    }

    /// Takes note of a call that was sent at `sent` and was over at `now`, in the clock's milliseconds.
    pub fn heed(&mut self, sign: Sign, sent: f64, now: f64) {
        match sign {
            Sign::Answered => {
                (self.failures, self.broken) = (0, None);
                if sent >= self.cut_at {
                    self.turned_away = 0;
                }
                self.size = (self.size + 1.0 / self.size).min(self.ceiling);
            }
            Sign::TooMany { retry_after_ms } => {
                // Whoever says so is not down.
                (self.failures, self.broken) = (0, None);
                let is_news = self.cut(0.5, sent, now);
                self.turned_away += u32::from(is_news);
                let told = retry_after_ms.filter(|wait| *wait > 0.0);
                // Full jitter, as for a single call.
                let drawn = || self.rng.unit() * longest_wait_ms(self.turned_away);
                if let Some(wait) = told.or_else(|| is_news.then(drawn)) {
                    self.close(now + wait);
                }
            }
            Sign::Failing => {
                self.failures += 1;
                self.cut(0.8, sent, now);
                match self.broken {
                    Some(broken) if sent >= broken.at => self.break_off(broken.looks + 1, now),
                    None if self.failures >= BROKEN_AFTER => self.break_off(0, now),
                    _ => {}
                }
            }
            Sign::Nothing => {}
        }
    }

    /// The endpoint fails, also at the last of so many looks: the next one comes after a wait of at least half of the longest.
    fn break_off(&mut self, looks: u32, now: f64) {
        self.broken = Some(Broken { at: now, looks });
        let wait = longest_wait_ms(looks + 2) * (1.0 + self.rng.unit()) / 2.0;
        self.close(now + wait);
    }

    /// Lets nobody ask before `until`.
    fn close(&mut self, until: f64) {
        self.not_before = self.not_before.max(until);
    }

    /// Cuts the window unless the call was sent before the last cut. Whether it did.
    fn cut(&mut self, factor: f64, sent: f64, now: f64) -> bool {
        let is_news = sent >= self.cut_at;
        if is_news {
            self.size = (self.size * factor).max(1.0);
            self.cut_at = now;
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(size: usize) -> Window {
        Window::new(size, size, SplitMix64::labelled(1, "window"))
    }

    fn after(signs: &[(Sign, f64, f64)]) -> Window {
        let mut window = window(8);
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
    fn without_a_hint_nobody_asks_for_a_while_that_grows_with_each_round_trip_that_is_turned_away() {
        for seed in 0..50 {
            let mut window = Window::new(32, 32, SplitMix64::labelled(seed, "window"));
            let (mut sent, mut waits) = (0.0, Vec::new());
            for _ in 0..4 {
                let now = sent + 100.0;
                // All that went out together are turned away together: one wait for them all.
                (0..window.calls()).for_each(|_| window.heed(TOO_MANY, sent, now));
                waits.push(window.not_before() - now);
                sent = window.not_before().max(now);
            }
            for (wait, longest) in waits.iter().zip([1_000.0, 2_000.0, 4_000.0, 8_000.0]) {
                assert!((0.0..longest).contains(wait), "{waits:?}");
            }
            // An answer to a call of before says nothing; one to a later call does.
            window.heed(Sign::Answered, 0.0, sent + 10.0);
            assert_eq!(window.turned_away, 4);
            window.heed(Sign::Answered, sent, sent + 10.0);
            window.heed(TOO_MANY, sent + 10.0, sent + 20.0);
            assert!(window.not_before() < sent + 20.0 + 1_000.0, "it begins anew");
        }
    }

    #[test]
    fn an_endpoint_that_only_fails_is_down_after_four_looks_with_growing_waits() {
        for seed in 0..50 {
            let mut window = Window::new(8, 8, SplitMix64::labelled(seed, "window"));
            (0..8).for_each(|_| window.heed(Sign::Failing, 0.0, 100.0));
            let mut now = 100.0;
            for longest in [2_000.0, 4_000.0, 8_000.0, 16_000.0] {
                assert!(!window.is_down());
                assert_eq!(window.calls(), 1);
                let wait = window.not_before() - now;
                assert!((longest / 2.0..longest).contains(&wait), "{wait} of {longest}");
                let sent = window.not_before();
                // One that was in flight all the time is no look.
                window.heed(Sign::Failing, 0.0, sent + 1.0);
                assert!(!window.is_down());
                now = sent + 10.0;
                window.heed(Sign::Failing, sent, now);
            }
            assert!(window.is_down());
            for up in [Sign::Answered, TOO_MANY] {
                let mut window = window.clone();
                window.heed(up, 0.0, now + 1.0);
                assert!(!window.is_down(), "one answer or refusal, however late, says that it is up");
            }
        }
    }

    #[test]
    fn it_never_closes() {
        let mut window = window(0);
        (0..50).for_each(|at| window.heed(TOO_MANY, f64::from(at), f64::from(at)));
        assert_eq!(window.calls(), 1);
    }
}
