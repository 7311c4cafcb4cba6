//! The allocation of one round: says which prompts to evaluate on how many further questions, until the budget is spent,
//! and ranks them at the end. It decides by what it is shown and by nothing else, so that a run can be repeated.

use super::{arm::Arm, successive_halving, successive_rejects, ucb, ucb_e, uniform};
use crate::domain::protegi::{ContenderFate, ProtegiConfig, Selector};

/// Further questions for one prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Position among the round's prompts.
    pub arm: usize,
    pub more: usize,
}

/// The allocation of one round.
pub struct Bandit<'a> {
    config: &'a ProtegiConfig,
    /// The order in which prompts come at the first step, and among equals later.
    order: Vec<usize>,
    /// Questions that there are: no prompt can be asked more.
    most: usize,
    /// Evaluations that are left.
    left: usize,
    /// Steps that were made.
    steps: u32,
    phases: Vec<Phase>,
    /// Phases that were begun.
    begun: usize,
    /// By position; the phase that dropped it, from 1.
    dropped: Vec<Option<u32>>,
}

/// Those left are brought to so many questions, and so many of them are kept.
#[derive(Clone, Copy)]
struct Phase {
    until: usize,
    kept: usize,
}

impl<'a> Bandit<'a> {
    /// The allocation for the prompts that `order` puts into a random order, on at most `most` questions each.
    pub fn new(config: &'a ProtegiConfig, order: Vec<usize>, most: usize) -> Self {
        let prompts = order.len();
        let budget = prompts * config.evaluations_per_prompt;
        let phases = phases(config.selector, prompts, budget);
        Self { config, order, most, left: budget, steps: 0, phases, begun: 0, dropped: vec![None; prompts] }
    }

    /// What is to be evaluated next, given what is known of each prompt in this round; nothing when the round is over.
    pub fn next(&mut self, arms: &[Arm]) -> Vec<Pull> {
        let wanted = match self.config.selector {
            Selector::Ucb | Selector::UcbE => self.highest_bounds(arms),
            Selector::Uniform | Selector::SuccessiveRejects | Selector::SuccessiveHalving => self.next_phase(arms),
        };
        self.steps += 1;
        let mut pulls = Vec::new();
        for Pull { arm, more } in wanted {
            let more = more.min(self.most - arms[arm].questions).min(self.left);
            if more > 0 {
                self.left -= more;
                pulls.push(Pull { arm, more });
            }
        }
        pulls
    }

    fn highest_bounds(&self, arms: &[Arm]) -> Vec<Pull> {
        let bound = |arm: usize| match self.config.selector {
            // Nobody knows anything yet: the first ones are drawn.
            _ if self.steps == 0 => 0.0,
            Selector::UcbE => ucb_e::bound(arms[arm], self.config.exploration),
            _ => ucb::bound(arms[arm], self.steps, self.config.exploration),
        };
        // Of a prompt that was asked everything nothing more can be learnt.
        let open = self.order.iter().copied().filter(|arm| arms[*arm].questions < self.most);
        let mut open: Vec<(usize, f64)> = open.map(|arm| (arm, bound(arm))).collect();
        open.sort_by(|a, b| b.1.total_cmp(&a.1));
        let more = self.config.questions_per_step;
        open.into_iter().take(self.config.prompts_per_step).map(|(arm, _)| Pull { arm, more }).collect()
    }

    /// The next phase for those that the last one kept.
    fn next_phase(&mut self, arms: &[Arm]) -> Vec<Pull> {
        loop {
            if let Some(over) = self.begun.checked_sub(1) {
                self.drop_all_but(self.phases[over].kept, arms);
            }
            let Some(Phase { until, .. }) = self.phases.get(self.begun) else { return Vec::new() };
            let until = (*until).min(self.most);
            self.begun += 1;
            let short = self.in_the_running().into_iter().filter(|arm| arms[*arm].questions < until);
            let pulls: Vec<Pull> = short.map(|arm| Pull { arm, more: until - arms[arm].questions }).collect();
            // Where they were all asked as much before, the phase is over as it begins.
            if !pulls.is_empty() && self.left > 0 {
                return pulls;
            }
        }
    }

    fn in_the_running(&self) -> Vec<usize> {
        self.order.iter().copied().filter(|arm| self.dropped[*arm].is_none()).collect()
    }

    fn drop_all_but(&mut self, kept: usize, arms: &[Arm]) {
        let mut running = self.in_the_running();
        running.sort_by(|a, b| arms[*b].mean().total_cmp(&arms[*a].mean()));
        for arm in running.into_iter().skip(kept) {
            self.dropped[arm] = Some(self.begun as u32);
        }
    }

    /// What became of each prompt, by position.
    pub fn fates(&self) -> Vec<ContenderFate> {
        let fate = |phase: &Option<u32>| match phase {
            Some(phase) => ContenderFate::Dropped { phase: *phase },
            None => ContenderFate::Ranked,
        };
        self.dropped.iter().map(fate).collect()
    }

    /// Positions, best first: who was dropped later stands before who was dropped earlier, then the mean decides, and among
    /// equals the earlier position.
    pub fn ranking(&self, arms: &[Arm]) -> Vec<usize> {
        let mut ranking: Vec<usize> = (0..arms.len()).collect();
        let lasted = |arm: usize| self.dropped[arm].unwrap_or(u32::MAX);
        ranking.sort_by(|a, b| lasted(*b).cmp(&lasted(*a)).then_with(|| arms[*b].mean().total_cmp(&arms[*a].mean())));
        ranking
    }
}

/// Evaluations of a round with so many prompts, on at most `most` questions each. Where they go depends on the answers; how many
/// there are does not.
pub fn evaluations(config: &ProtegiConfig, prompts: usize, most: usize) -> usize {
    if matches!(config.selector, Selector::Ucb | Selector::UcbE) {
        return prompts * config.evaluations_per_prompt.min(most);
    }
    let mut bandit = Bandit::new(config, (0..prompts).collect(), most);
    let mut arms = vec![Arm::default(); prompts];
    loop {
        let pulls = bandit.next(&arms);
        if pulls.is_empty() {
            return arms.iter().map(|arm| arm.questions).sum();
        }
        pulls.into_iter().for_each(|Pull { arm, more }| arms[arm].questions += more);
    }
}

fn phases(selector: Selector, prompts: usize, budget: usize) -> Vec<Phase> {
    let all_at_once = vec![Phase { until: uniform::questions(prompts, budget), kept: prompts }];
    if prompts <= 1 {
        return all_at_once;
    }
    match selector {
        Selector::Uniform => all_at_once,
        Selector::Ucb | Selector::UcbE => Vec::new(),
        Selector::SuccessiveRejects => successive_rejects::schedule(prompts, budget)
            .into_iter()
            .enumerate()
            .map(|(phase, until)| Phase { until, kept: prompts - phase - 1 })
            .collect(),
        Selector::SuccessiveHalving => {
            let mut until = 0;
            let phases = successive_halving::phases(prompts, budget).into_iter();
            phases
                .map(|phase| {
                    until += phase.more;
                    Phase { until, kept: phase.kept }
                })
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a round in which prompt i is right on the share `means[i]` of its questions, exactly. Returns the questions
    /// spent on each, and the ranking.
    fn play(config: &ProtegiConfig, means: &[f64], most: usize) -> (Vec<usize>, Vec<usize>, Vec<ContenderFate>) {
        let mut arms = vec![Arm::default(); means.len()];
        let mut bandit = Bandit::new(config, (0..means.len()).collect(), most);
        loop {
            let pulls = bandit.next(&arms);
            if pulls.is_empty() {
                break;
            }
            for Pull { arm, more } in pulls {
                arms[arm].questions += more;
                arms[arm].sum = arms[arm].questions as f64 * means[arm];
            }
        }
        (arms.iter().map(|arm| arm.questions).collect(), bandit.ranking(&arms), bandit.fates())
    }

    fn config(selector: Selector) -> ProtegiConfig {
        ProtegiConfig { selector, evaluations_per_prompt: 25, ..ProtegiConfig::default() }
    }

    #[test]
    fn uniform_asks_everybody_the_same() {
        let (asked, ranking, fates) = play(&config(Selector::Uniform), &[0.5, 0.9, 0.7], 1000);
        assert_eq!((asked, ranking), (vec![25, 25, 25], vec![1, 2, 0]));
        assert_eq!(fates, [ContenderFate::Ranked; 3]);
    }

    #[test]
    fn successive_rejects_follows_its_schedule_and_drops_the_worst_of_each_phase() {
        // K = 4, B = 100: 16, 21, 31 (see the formula's own test).
        let (asked, ranking, fates) = play(&config(Selector::SuccessiveRejects), &[0.5, 0.9, 0.7, 0.6], 1000);
        assert_eq!(asked, [16, 31, 31, 21]);
        assert_eq!(ranking, [1, 2, 3, 0]);
        let dropped = |phase| ContenderFate::Dropped { phase };
        assert_eq!(fates, [dropped(1), ContenderFate::Ranked, dropped(3), dropped(2)]);
    }

    #[test]
    fn successive_halving_keeps_the_better_half() {
        // K = 4, B = 100: 2 phases of 50: 12 each, then 25 more for two.
        let (asked, ranking, _) = play(&config(Selector::SuccessiveHalving), &[0.5, 0.9, 0.7, 0.6], 1000);
        assert_eq!((asked, ranking), (vec![12, 37, 37, 12], vec![1, 2, 3, 0]));
    }

    #[test]
    fn bounds_spend_most_on_the_promising_and_exactly_the_budget() {
        for selector in [Selector::Ucb, Selector::UcbE] {
            let config = ProtegiConfig { prompts_per_step: 1, exploration: 0.3, ..config(selector) };
            let (asked, ranking, _) = play(&config, &[0.2, 0.9, 0.3, 0.25], 1000);
            assert_eq!(asked.iter().sum::<usize>(), 100, "{selector:?}");
            assert!(asked[1] > 40 && asked.iter().all(|asked| *asked > 0), "{selector:?}: {asked:?}");
            assert_eq!(ranking[0], 1);
        }
    }

    #[test]
    fn nobody_is_asked_more_than_there_is_and_a_round_ends() {
        for selector in Selector::ALL {
            for prompts in [1, 2, 3, 9, 36] {
                let means: Vec<f64> = (0..prompts).map(|i| i as f64 / prompts as f64).collect();
                for most in [1, 5, 20, 1000] {
                    let (asked, ranking, _) = play(&config(selector), &means, most);
                    assert!(asked.iter().all(|asked| *asked <= most), "{selector:?}: {asked:?} of {most}");
                    assert!(asked.iter().sum::<usize>() <= 25 * prompts, "{selector:?}: {asked:?}");
                    assert_eq!(asked.iter().sum::<usize>(), evaluations(&config(selector), prompts, most));
                    assert_eq!(ranking.len(), prompts);
                }
            }
        }
    }
}
