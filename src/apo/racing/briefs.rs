//! What the children of a round are to be: most take up one critique each in a small change, one takes up all of them in a new
//! wording, and one is shorter. Different families, because one kind of edit can be stuck where another is not.

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
    let rewrites = usize::from(children >= 2);
    let shorter = usize::from(children >= 3 && is_long);
    let all: Vec<usize> = (0..critiques).collect();
    let locals = all.iter().take(children - rewrites - shorter);
    let mut briefs: Vec<Brief> = locals.map(|at| Brief { family: EditFamily::Local, critiques: vec![*at] }).collect();
    if rewrites > 0 {
        briefs.push(Brief { family: EditFamily::Rewrite, critiques: all });
    }
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
    fn each_critique_has_its_small_edit_and_all_of_them_a_rewrite() {
        assert_eq!(told(4, 4, false), "L0 L1 L2 R0123");
        assert_eq!(told(4, 4, true), "L0 L1 R0123 S0");
        assert_eq!(told(2, 4, true), "L0 L1 R01 S0");
        assert_eq!(told(1, 4, false), "L0 R0", "no more children than there are different briefs");
        assert_eq!(told(3, 1, true), "L0");
        assert_eq!(told(0, 4, true), "");
    }
}
