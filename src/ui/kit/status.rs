//! A state as a shape and a word.

use leptos::prelude::*;

use crate::ports::store::RunState;

/// How something stands; the stylesheet has a shape and a tone for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    #[default]
    Waiting,
    Running,
    Paused,
    Stopped,
    Done,
    Warning,
    Failed,
    Unproven,
}

impl Standing {
    /// The name that the stylesheet knows.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Waiting => "waiting",
            Standing::Running => "running",
            Standing::Paused => "paused",
            Standing::Stopped => "stopped",
            Standing::Done => "done",
            Standing::Warning => "warning",
            Standing::Failed => "failed",
            Standing::Unproven => "unproven",
        }
    }
}

impl From<RunState> for Standing {
    fn from(state: RunState) -> Self {
        match state {
            RunState::Idle => Standing::Waiting,
            RunState::Running => Standing::Running,
            RunState::Paused => Standing::Paused,
            RunState::Stopped => Standing::Stopped,
            RunState::Finished => Standing::Done,
        }
    }
}

/// A state: shape and words. `pill` for the bar.
#[component]
pub fn Status(
    #[prop(into)] standing: Signal<Standing>,
    #[prop(into)] words: Signal<String>,
    #[prop(optional)] pill: bool,
) -> impl IntoView {
    view! {
        <span class="status" data-state=move || standing.get().name() data-pill=pill>
            {move || words.get()}
        </span>
    }
}
