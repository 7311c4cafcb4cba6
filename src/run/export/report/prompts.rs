//! The prompts: the seed, the best, and what changed between them word by word.

use super::{compared, html::Html, title};
use crate::{
    domain::{id::Version, prompt::Piece, prompt::PromptTemplate},
    run::{
        diff::{Change, word_diff},
        format::count,
        view::RunView,
    },
};

/// The prompts with their difference.
pub fn section(html: &mut Html, view: &RunView) {
    let template = |version| view.candidate(version).map(|known| &known.candidate.template);
    let versions = compared(view);
    if let [seed, best] = versions[..]
        && let (Some(old), Some(new)) = (template(seed), template(best))
    {
        let diff = word_diff(old.as_str(), new.as_str());
        html.raw("<section><h2>What changed</h2>\n<p>");
        html.text(format_args!(
            "From the original to {best}: {} added, {} removed.",
            count(diff.added, "word"),
            count(diff.removed, "word")
        ));
        html.raw("</p>\n<pre class=\"prompt\">");
        for piece in &diff.pieces {
            match piece.change {
                Change::Kept => html.text(&piece.text),
                Change::Removed => html.element("<del>", &piece.text, "</del>"),
                Change::Added => html.element("<ins>", &piece.text, "</ins>"),
            };
        }
        html.raw("</pre></section>\n");
    }
    for version in versions.into_iter().rev() {
        let Some(template) = template(version) else { continue };
        html.element("<section><h2>Prompt: ", title(version), "</h2>\n<pre class=\"prompt\">");
        placeholders(html, template);
        html.raw("</pre></section>\n");
        if version == Version::SEED {
            break;
        }
    }
}

fn placeholders(html: &mut Html, template: &PromptTemplate) {
    for piece in template.pieces() {
        match piece {
            Piece::Text(text) => html.text(text),
            Piece::Placeholder(name) => html.element("<b>{", name, "}</b>"),
        };
    }
}
