//! A round's first half: whose edits, after what evidence, and which of them become candidates.

use std::rc::Rc;

use futures::future::join_all;

use super::{Pool, Search, briefs, critiques, memory::Memory, parent, traces::Traces};
use crate::{
    apo::{
        edit::{self, Expansion},
        world::{Batch, Urgency, World},
    },
    domain::{
        candidate::{Candidate, Place},
        event::Event,
        id::{StepId, Version},
        racing::{Brief, Evidence, ParentChoice},
        rng::SplitMix64,
        rollout::{Purpose, Rollout},
    },
};

/// Words that a prompt has grown by before one of its children is to be shorter.
const GROWN: usize = 40;

/// What the first half of a round came to.
pub(super) enum Proposed {
    /// The parent is wrong on no training question that was tried.
    NoFailures,
    /// The children, with the critique that each took up; perhaps none.
    Children(Vec<(Rc<Candidate>, String)>),
}

impl<W: World> Search<'_, W> {
    pub(super) async fn choose_parent(&self, round: u32, pool: &Pool) -> Result<Rc<Candidate>, W::Halt> {
        let versions = pool.candidates.iter().map(|candidate| candidate.version);
        let finished: Vec<(Version, &[bool])> = versions
            .map(|version| (version, pool.right(version)))
            .filter(|(_, right)| right.len() == self.order.len())
            .collect();
        let rng = SplitMix64::labelled(self.task.chance, &format!("racing/parent/{round}"));
        let (parent, why) = match round {
            1 => (pool.best, ParentChoice::Best),
            _ => parent::choose(rng, pool.best, &finished),
        };
        self.world.record(Event::RoundStarted { round, parents: vec![parent] }).await?;
        self.world.record(Event::ParentChosen { round, parent, why }).await?;
        Ok(pool.candidate(parent))
    }

    /// Traces, critiques, edits, checks. Children are numbered in the order of the briefs, whatever order answers came in.
    pub(super) async fn propose(
        &self,
        round: u32,
        parent: &Rc<Candidate>,
        pool: &mut Pool,
        traces: &mut Traces<'_>,
        memory: &mut Memory,
    ) -> Result<Proposed, W::Halt> {
        let step = StepId::default().child(format_args!("r{round:02}"));
        let (evidence, shown) = self.gather(&step, parent, traces).await?;
        let has_failures = !evidence.failures.is_empty();
        self.world.record(Event::EvidenceChosen { round, parent: parent.version, evidence }).await?;
        if !has_failures {
            return Ok(Proposed::NoFailures);
        }
        let (critiques, briefs) = self.criticise(round, &step, parent, &shown, memory).await?;
        let edits = briefs.iter().enumerate().map(|(branch, brief)| {
            let place = Place { round, slot: 0, branch };
            let step = step.child(format_args!("b{branch}"));
            self.edit(step, place, parent, brief, &critiques)
        });
        let edits = join_all(edits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut children = Vec::new();
        for (expansion, brief) in edits.into_iter().zip(&briefs) {
            let (place, critique) = (expansion.place, brief.points(&critiques));
            match edit::admit(expansion, &self.task.rules, &pool.candidates) {
                Ok((template, origin)) => {
                    let child = pool.add(template, origin);
                    self.world.record(Event::CandidateProposed { candidate: (*child).clone() }).await?;
                    children.push((child, critique));
                }
                Err((reason, text)) => {
                    memory.rejected(&critique, &reason.words());
                    self.world.record(Event::EditRejected { place, parent: parent.version, reason, text }).await?;
                }
            }
        }
        Ok(Proposed::Children(children))
    }

    /// Rolls the parent out on training questions until there is enough to learn from.
    async fn gather(
        &self,
        step: &StepId,
        parent: &Candidate,
        traces: &mut Traces<'_>,
    ) -> Result<(Evidence, Vec<Rollout>), W::Halt> {
        let mut asked = 0;
        for wave in 0.. {
            let examples = traces.wanted(parent.version, wave);
            if examples.is_empty() {
                break;
            }
            asked += examples.len();
            let step = step.child("train").child(parent.version);
            let (purpose, urgency) = (Purpose::Train, Urgency::Now);
            let batch = Batch { step, candidate: parent, examples: &examples, purpose, urgency };
            traces.add(parent.version, self.world.roll_out(batch).await?);
        }
        Ok(traces.choose(parent.version, asked))
    }

    async fn criticise(
        &self,
        round: u32,
        step: &StepId,
        parent: &Candidate,
        shown: &[Rollout],
        memory: &Memory,
    ) -> Result<(Vec<String>, Vec<Brief>), W::Halt> {
        let children = self.task.config.children;
        let traces: Vec<_> = shown.iter().map(|rollout| self.world.trace(rollout)).collect();
        let ask = critiques::ask(step.child("critic"), children, &parent.template, &traces, memory);
        let critiques = critiques::parse(&self.world.ask(ask).await?, children);
        let is_long = parent.template.words() > self.task.seed.words() + GROWN;
        let briefs = briefs::briefs(critiques.len(), children, is_long);
        let (of, found, planned) = (parent.version, critiques.clone(), briefs.clone());
        self.world.record(Event::CritiquesWritten { round, parent: of, critiques: found, briefs: planned }).await?;
        Ok((critiques, briefs))
    }

    async fn edit(
        &self,
        step: StepId,
        place: Place,
        parent: &Rc<Candidate>,
        brief: &Brief,
        critiques: &[String],
    ) -> Result<Expansion, W::Halt> {
        let rules = &self.task.rules;
        let ask = briefs::ask(step.child("editor"), brief, &parent.template, critiques, rules);
        let edit = Some(edit::write(self.world, rules, place, parent, ask).await?);
        Ok(Expansion { place, parent: Rc::clone(parent), edit })
    }
}
