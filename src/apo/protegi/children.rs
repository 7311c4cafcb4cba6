//! New prompts: parents are run on training questions, critics see what went wrong, editors mend it, and edits and parents
//! are said in other words. Which of all these children are wanted is drawn first: the others are not paid for.

use std::rc::Rc;

use futures::future::join_all;

use super::Search;
use crate::{
    apo::{
        edit::{self, Edit, Expansion},
        world::{Ask, World},
    },
    domain::{
        candidate::{Candidate, Origin, Place, Rejection},
        chat::{Message, ModelRole},
        event::Event,
        id::{ExampleId, StepId, Version},
        prompt::PromptTemplate,
        protegi::ProtegiConfig,
        rollout::{Outcome, Purpose, Rollout},
    },
};

const CRITIC: &str = include_str!("templates/critic.md");
const EDITOR: &str = include_str!("templates/editor.md");
const PARAPHRASE: &str = include_str!("templates/paraphrase.md");
const PARAPHRASE_REQUEST: &str = include_str!("templates/paraphrase_request.md");

/// How a child is made from its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recipe {
    /// By a critique of its own.
    Edit(usize),
    /// As that edit, or the parent itself, in other words.
    Paraphrase(Option<usize>),
}

/// All children that a parent can have, by branch: its edits, the paraphrases of each, its own paraphrases.
fn recipes(config: &ProtegiConfig) -> Vec<Recipe> {
    let edits = config.critiques_per_parent;
    let sources = (0..edits).map(Some).chain([None]);
    let paraphrases = sources.flat_map(|source| vec![Recipe::Paraphrase(source); config.paraphrases]);
    (0..edits).map(Recipe::Edit).chain(paraphrases).collect()
}

/// What a critique came to: the edited template, or why there is none.
type Mended = Result<PromptTemplate, (Rejection, String)>;

impl<W: World> Search<'_, W> {
    /// The children of a round, numbered in the order of parents and branches.
    pub(super) async fn expand(
        &self,
        round: u32,
        beam: &[Rc<Candidate>],
        candidates: &mut Vec<Rc<Candidate>>,
    ) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let parents = beam.iter().map(|parent| parent.version).collect();
        self.world.record(Event::RoundStarted { round, parents }).await?;
        let mut minibatch = self.task.splits.train.clone();
        self.draw(format_args!("minibatch/{round}")).shuffle(&mut minibatch);
        minibatch.truncate(self.task.config.minibatch);
        let of_parents = beam.iter().enumerate().map(|(slot, parent)| self.expand_one(round, slot, parent, &minibatch));
        let expansions = join_all(of_parents).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.number(expansions.into_iter().flatten(), candidates).await
    }

    async fn number(
        &self,
        expansions: impl Iterator<Item = Expansion>,
        candidates: &mut Vec<Rc<Candidate>>,
    ) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let mut children = Vec::new();
        for expansion in expansions {
            let (place, parent) = (expansion.place, expansion.parent.version);
            match edit::admit(expansion, &self.task.rules, candidates) {
                Ok((template, origin)) => {
                    let origin = match recipes(self.task.config)[place.branch] {
                        Recipe::Edit(_) => origin,
                        Recipe::Paraphrase(edit) => Origin::Paraphrase { parent, place, edit },
                    };
                    let version = Version(candidates.len() as u32);
                    let child = Rc::new(Candidate { version, template, origin });
                    self.world.record(Event::CandidateProposed { candidate: (*child).clone() }).await?;
                    candidates.push(Rc::clone(&child));
                    children.push(child);
                }
                Err((reason, text)) => {
                    self.world.record(Event::EditRejected { place, parent, reason, text }).await?;
                }
            }
        }
        Ok(children)
    }

    /// The wanted children of one parent.
    async fn expand_one(
        &self,
        round: u32,
        slot: usize,
        parent: &Rc<Candidate>,
        minibatch: &[ExampleId],
    ) -> Result<Vec<Expansion>, W::Halt> {
        let place = |branch| Place { round, slot, branch };
        let wanted = self.wanted(place(0));
        let rollouts = self.roll_out(round, parent, minibatch, Purpose::Train).await?;
        self.record_score(round, parent.version, Purpose::Train, Some(place(0)), minibatch, &rollouts).await?;
        let errors: Vec<&Rollout> =
            rollouts.iter().map(|rollout| &**rollout).filter(|rollout| is_wrong(&rollout.outcome)).collect();

        let edits = join_all((0..self.task.config.critiques_per_parent).map(|branch| {
            let errors = &errors;
            let needed = wanted.iter().any(
                |(_, recipe)| matches!(recipe, Recipe::Edit(edit) | Recipe::Paraphrase(Some(edit)) if *edit == branch),
            );
            async move {
                match needed {
                    true => self.mend(place(branch), parent, errors, minibatch.len()).await.map(Some),
                    false => Ok(None),
                }
            }
        }));
        let edits = edits.await.into_iter().collect::<Result<Vec<Option<Mended>>, _>>()?;
        let children = wanted.into_iter().map(|(branch, recipe)| {
            let source = match recipe {
                Recipe::Edit(edit) | Recipe::Paraphrase(Some(edit)) => edits[edit].clone(),
                Recipe::Paraphrase(None) => Some(Ok(parent.template.clone())),
            };
            self.child(place(branch), parent, recipe, source)
        });
        join_all(children).await.into_iter().collect()
    }

    /// The children that are drawn for a parent, by branch.
    fn wanted(&self, first: Place) -> Vec<(usize, Recipe)> {
        let config = self.task.config;
        let mut all: Vec<(usize, Recipe)> = recipes(config).into_iter().enumerate().collect();
        self.draw(format_args!("children/{}/{}", first.round, first.slot)).shuffle(&mut all);
        all.truncate(config.max_children);
        all.sort_by_key(|(branch, _)| *branch);
        all
    }

    async fn child(
        &self,
        place: Place,
        parent: &Rc<Candidate>,
        recipe: Recipe,
        source: Option<Mended>,
    ) -> Result<Expansion, W::Halt> {
        let parent = Rc::clone(parent);
        let edit = match (source, recipe) {
            (None, _) => None,
            (Some(Err((reason, text))), Recipe::Edit(_)) => Some(Edit::Refused { reason, text }),
            // The text is listed with the edit.
            (Some(Err((reason, _))), Recipe::Paraphrase(_)) => Some(Edit::Refused { reason, text: String::new() }),
            (Some(Ok(template)), Recipe::Edit(_)) => Some(Edit::Template(template)),
            (Some(Ok(template)), Recipe::Paraphrase(_)) => Some(self.paraphrase(place, &parent, template).await?),
        };
        Ok(Expansion { place, parent, edit })
    }

    /// A critique of some of the parent's errors, and the edit that heeds it.
    async fn mend(
        &self,
        place: Place,
        parent: &Rc<Candidate>,
        errors: &[&Rollout],
        questions: usize,
    ) -> Result<Mended, W::Halt> {
        if errors.is_empty() {
            return Ok(Err((Rejection::NoFailures { questions }, String::new())));
        }
        let mut shown = errors.to_vec();
        self.draw(format_args!("errors/{}/{}/{}", place.round, place.slot, place.branch)).shuffle(&mut shown);
        shown.truncate(self.task.config.errors_per_critique);
        let step = step(place);
        let critique = self.world.ask(self.ask_critic(step.child("critic"), &parent.template, &shown)).await?;
        let ids = shown.iter().map(|rollout| rollout.example.clone()).collect();
        let (version, text) = (parent.version, critique.clone());
        self.world
            .record(Event::CritiqueWritten { place, parent: version, template: 0, shown: ids, critique: text })
            .await?;
        if critique.trim().is_empty() {
            return Ok(Err((Rejection::EmptyCritique, String::new())));
        }
        let rules = &self.task.rules;
        let ask = edit::brief(step.child("editor"), EDITOR, &parent.template, &critique, rules);
        Ok(match edit::write(self.world, rules, place, parent, ask).await? {
            Edit::Template(template) => Ok(template),
            Edit::Refused { reason, text } => Err((reason, text)),
        })
    }

    /// `template`, which is `parent`'s or an edit of it, in other words.
    async fn paraphrase(&self, place: Place, parent: &Candidate, template: PromptTemplate) -> Result<Edit, W::Halt> {
        let rules = &self.task.rules;
        let request = PARAPHRASE_REQUEST.trim_end();
        let ask = edit::brief(step(place).child("paraphrase"), PARAPHRASE, &template, request, rules);
        edit::write(self.world, rules, place, &Candidate { template, ..parent.clone() }, ask).await
    }

    fn ask_critic(&self, step: StepId, prompt: &PromptTemplate, errors: &[&Rollout]) -> Ask {
        let errors: Vec<String> =
            errors.iter().enumerate().map(|(at, rollout)| self.world.trace(rollout).in_words(at + 1)).collect();
        let instruction = PromptTemplate(CRITIC.trim_end().to_owned());
        let text = instruction.render(&[("prompt_template", prompt.as_str()), ("errors", &errors.join("\n"))]);
        Ask { step, role: ModelRole::Critic, messages: vec![Message::user(text)] }
    }
}

/// An answer that was judged and is wrong; one that never came says nothing about the prompt.
fn is_wrong(outcome: &Outcome) -> bool {
    outcome.reward().is_some_and(|reward| reward < 1.0)
}

fn step(place: Place) -> StepId {
    let round = StepId::default().child(format_args!("r{:02}", place.round));
    round.child(format_args!("p{}", place.slot)).child(format_args!("b{}", place.branch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_can_have_its_edits_their_paraphrases_and_its_own() {
        let config = ProtegiConfig { critiques_per_parent: 2, paraphrases: 2, ..ProtegiConfig::default() };
        let (edit, paraphrase) = (Recipe::Edit, Recipe::Paraphrase);
        assert_eq!(
            recipes(&config),
            [
                edit(0),
                edit(1),
                paraphrase(Some(0)),
                paraphrase(Some(0)),
                paraphrase(Some(1)),
                paraphrase(Some(1)),
                paraphrase(None),
                paraphrase(None)
            ]
        );
    }
}
