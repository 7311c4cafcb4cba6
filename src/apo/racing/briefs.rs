//! What the children of a round are to be: one takes up the first critique in a small change, one all of them in a new wording,
//! the others all but one, so that a critique that is wrong is missing somewhere; and one is shorter. Different families,
//! because one kind of edit can be stuck where another is not; several critiques at once, because each edit brings its own
//! accidents, however little it was to change.

use crate::{
    apo::{
        edit::{self, Rules},
        world::Ask,
    },
    domain::{
        id::StepId,
        prompt::PromptTemplate,
        racing::{Brief, EditFamily},
    },
};

const LOCAL: &str = include_str!("templates/editor_local.md");
const REWRITE: &str = include_str!("templates/editor_rewrite.md");
const SHORTEN: &str = include_str!("templates/editor_shorten.md");

/// Briefs for at most `children` children from `critiques` critiques. `is_long`: there is something to shorten.
pub fn briefs(critiques: usize, children: usize, is_long: bool) -> Vec<Brief> {
    if critiques == 0 {
        return Vec::new();
    }
    let shorter = usize::from(children >= 3 && is_long);
    let all: Vec<usize> = (0..critiques).collect();
    let without = |left_out: usize| all.iter().copied().filter(|at| *at != left_out).collect::<Vec<_>>();
    let fewer = all.iter().filter(|_| critiques >= 2).map(|at| without(*at));
    let rewrites = std::iter::once(all.clone()).chain(fewer).take(children - 1);
    let rewrites: Vec<Brief> = rewrites.map(|critiques| Brief { family: EditFamily::Rewrite, critiques }).collect();
    let locals = all.iter().take(children.saturating_sub(rewrites.len() + shorter));
    let mut briefs: Vec<Brief> = locals.map(|at| Brief { family: EditFamily::Local, critiques: vec![*at] }).collect();
    briefs.extend(rewrites);
    if shorter > 0 {
        briefs.push(Brief { family: EditFamily::Shorten, critiques: vec![0] });
    }
    briefs
}

/// The question to the editor: to edit `prompt` as `brief` says.
pub fn ask(step: StepId, brief: &Brief, prompt: &PromptTemplate, critiques: &[String], rules: &Rules<'_>) -> Ask {
    let instruction = match brief.family {
        EditFamily::Local => LOCAL,
        EditFamily::Rewrite => REWRITE,
        EditFamily::Shorten => SHORTEN,
    };
    edit::brief(step, instruction, prompt, &brief.points(critiques), rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(critiques: usize, children: usize, is_long: bool) -> String {
        let letter = |family| match family {
            EditFamily::Local => "L",
            EditFamily::Rewrite => "R",
            EditFamily::Shorten => "S",
        };
        let brief = |brief: Brief| {
            let critiques: String = brief.critiques.iter().map(usize::to_string).collect();
            format!("{}{critiques}", letter(brief.family))
        };
        briefs(critiques, children, is_long).into_iter().map(brief).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_first_critique_has_a_small_edit_and_many_together_are_rewritten() {
        assert_eq!(told(4, 4, false), "L0 R0123 R123 R023");
        assert_eq!(told(4, 4, true), "R0123 R123 R023 S0");
        assert_eq!(told(3, 3, false), "L0 R012 R12");
        assert_eq!(told(2, 6, true), "L0 L1 R01 R1 R0 S0", "no more rewrites than there are different ones");
        assert_eq!(told(1, 4, false), "L0 R0", "no more children than there are different briefs");
        assert_eq!(told(3, 1, true), "L0");
        assert_eq!(told(0, 4, true), "");
    }
}
