//! Home: the unfinished run first, then three ways to begin, then the runs so far.

mod recent;
mod starts;
mod unfinished;

use leptos::prelude::*;

use self::{recent::RecentRuns, starts::Starts, unfinished::Unfinished};
use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn HomeScreen() -> impl IntoView {
    view! {
        <PageHead title="Home" words="Make a text-to-SQL prompt measurably better on your own questions." />
        <Unfinished />
        <section>
            <div class="section-head">
                <h2>"Start"</h2>
            </div>
            <Starts />
        </section>
        <RecentRuns />
    }
}
