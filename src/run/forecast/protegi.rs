//! What ProTeGi will take. How many children are drawn and how many questions a selector may ask is known beforehand; how much of
//! that is known already, and which edits the drawn paraphrases need, only on average.

use super::Plan;
use crate::{apo::protegi::evaluations, domain::protegi::ProtegiConfig};

/// What a run with these splits takes on average, if every edit succeeds.
pub fn expected(config: &ProtegiConfig, train: usize, validation: usize, held_out: usize) -> Plan {
    let expected = plan(config, [train, validation, held_out], Reckoned::OnAverage);
    let most = most(config, train, validation, held_out).rollouts();
    Plan { spare: most.saturating_sub(expected.rollouts()), ..expected }
}

/// What it takes at most: nothing is known already, each drawn child needs an edit of its own as far as there are edits,
/// and each editor call is repaired where that is allowed.
pub fn most(config: &ProtegiConfig, train: usize, validation: usize, held_out: usize) -> Plan {
    plan(config, [train, validation, held_out], Reckoned::AtMost)
}

#[derive(Clone, Copy, PartialEq)]
enum Reckoned {
    OnAverage,
    AtMost,
}

fn plan(config: &ProtegiConfig, splits: [usize; 3], reckoned: Reckoned) -> Plan {
    let [train, validation, held_out] = splits;
    let children = drawn(config);
    let (critiques, edits) = calls_of_a_parent(config, reckoned);
    let asked = config.evaluations_per_prompt.min(validation);
    let mut plan = Plan { seed: validation, held_out: 2 * held_out, ..Plan::default() };
    let (mut beam, mut parents) = (1, 0);
    // From the third round on, each has as many prompts as the one before.
    let mut last = (0, 0);
    for _ in 0..config.rounds {
        let prompts = beam * (1 + children);
        if last.0 != prompts {
            last = (prompts, evaluations(config, prompts, validation));
        }
        let evaluated = last.1;
        // Of the one that was the best everything is known, of the others what they were asked a round before.
        let known = match reckoned {
            Reckoned::AtMost => 0.0,
            Reckoned::OnAverage => 1.0 + (beam - 1) as f64 * asked as f64 / validation.max(1) as f64,
        };
        let of_beam = evaluated as f64 * (beam as f64 - known) / prompts as f64;
        plan.incumbents += of_beam.round() as usize;
        plan.children += evaluated * (prompts - beam) / prompts;
        plan.train += beam * config.minibatch.min(train);
        plan.leaders += match reckoned {
            Reckoned::AtMost => validation,
            Reckoned::OnAverage => validation - asked,
        };
        parents += beam;
        beam = prompts.min(config.beam_width);
    }
    plan.expansions = (parents as f64 * critiques).ceil() as usize;
    plan.edits = (parents as f64 * edits).ceil() as usize;
    plan
}

/// Children that are drawn for each parent.
fn drawn(config: &ProtegiConfig) -> usize {
    config.max_children.min(possible(config))
}

/// Children that a parent can have: its edits, and the paraphrases of each and of itself.
fn possible(config: &ProtegiConfig) -> usize {
    let edits = config.critiques_per_parent;
    edits + (edits + 1) * config.paraphrases
}

/// Calls of critic and editor for one parent.
fn calls_of_a_parent(config: &ProtegiConfig, reckoned: Reckoned) -> (f64, f64) {
    let (edits, paraphrases) = (config.critiques_per_parent, (config.critiques_per_parent + 1) * config.paraphrases);
    let (drawn, possible) = (drawn(config), possible(config));
    match reckoned {
        Reckoned::AtMost => {
            let needed = edits.min(drawn);
            let asks = if config.repair_edits { 2 } else { 1 };
            (needed as f64, (asks * (needed + paraphrases.min(drawn))) as f64)
        }
        Reckoned::OnAverage => {
            // An edit is not needed if neither it nor one of its paraphrases is drawn.
            let left_out = |at: usize| (possible - drawn).saturating_sub(at) as f64 / (possible - at) as f64;
            let needed = edits as f64 * (1.0 - (0..=config.paraphrases).map(left_out).product::<f64>());
            (needed, needed + (drawn * paraphrases) as f64 / possible as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_those_worked_by_hand() {
        // 1, 4 and 4 parents, of 9, 36 and 36 prompts; 12 questions a prompt: 108 + 432 + 432.
        let most = most(&ProtegiConfig::default(), 50, 50, 0);
        assert_eq!((most.seed, most.train, most.leaders), (50, 16 * 9, 150));
        assert_eq!(most.incumbents + most.children, 972);
        // Four critiques, four edits and eight paraphrases for each of the nine parents.
        assert_eq!((most.expansions, most.edits), (36, 9 * 12));
        // Of 14 possible children 8 are drawn: an edit is left out with 6/14 · 5/13 · 4/12 = 0.0549.
        let expected = expected(&ProtegiConfig::default(), 50, 50, 0);
        assert_eq!(expected.expansions, 35, "9 · 4 · 0.9451 = 34.02");
        assert_eq!(expected.edits, 86, "34.02 + 9 · 8 · 10/14 = 85.45");
        assert_eq!(expected.leaders, 3 * 38);
        assert!(expected.rollouts() < most.rollouts());
    }

    #[test]
    fn small_splits_bound_what_a_prompt_can_be_asked() {
        let config = ProtegiConfig { rounds: 1, max_children: 2, ..ProtegiConfig::default() };
        let plan = most(&config, 3, 5, 4);
        assert_eq!((plan.train, plan.incumbents + plan.children, plan.held_out), (3, 15, 8));
        let none = ProtegiConfig { critiques_per_parent: 1, paraphrases: 0, max_children: 8, ..config };
        assert_eq!((most(&none, 3, 5, 0).expansions, most(&none, 3, 5, 0).edits), (1, 1));
    }
}
