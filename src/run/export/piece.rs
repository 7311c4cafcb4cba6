//! A prompt as a piece of Python for the library that somebody works with: one file that holds the whole agent and runs given a
//! key. It fills the schema in, reads answers and runs queries as the page does, so the model gets the same messages.
//! What comes from the run stands in it as Python literals only; nothing of it can become code.

use super::{Export, file_name};
use crate::{
    domain::{
        agent::AgentKind,
        config::ModelConfig,
        endpoint::without_secrets,
        id::Version,
        prompt::PromptTemplate,
        provider::{Provider, WireFormat},
    },
    run::view::RunView,
};

/// The part that all pieces share.
const AGENT: &str = include_str!("piece/agent.py");

/// A library that a piece is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Library {
    LangGraph,
    Dspy,
    OpenAi,
    AgentLightning,
}

impl Library {
    pub const ALL: [Library; 4] = [Library::LangGraph, Library::Dspy, Library::OpenAi, Library::AgentLightning];

    /// Its name in file names and URLs.
    pub fn name(self) -> &'static str {
        match self {
            Library::LangGraph => "langgraph",
            Library::Dspy => "dspy",
            Library::OpenAi => "openai",
            Library::AgentLightning => "agent-lightning",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Library::LangGraph => "LangGraph / LangChain",
            Library::Dspy => "DSPy",
            Library::OpenAi => "OpenAI SDK",
            Library::AgentLightning => "Agent Lightning",
        }
    }

    fn template(self) -> &'static str {
        match self {
            Library::LangGraph => include_str!("piece/langgraph.py"),
            Library::Dspy => include_str!("piece/dspy.py"),
            Library::OpenAi => include_str!("piece/openai.py"),
            Library::AgentLightning => include_str!("piece/agent_lightning.py"),
        }
    }
}

/// The agent with the prompt of `version` as a Python file; `None` before there is a run.
pub fn piece(view: &RunView, library: Library, version: Version) -> Option<Export> {
    let started = view.started.as_deref()?;
    let agent = started.config.agent.with_optimized(&view.candidate(version)?.candidate.template);
    let (model, limits) = (&started.config.models.agent, &started.config.limits);
    let corrects = agent.kind == AgentKind::SelfCorrecting;
    let reviewing = |template: &PromptTemplate| match corrects {
        true => python_text(template.as_str()),
        false => "None".to_owned(),
    };
    let value = |name: &str| match name {
        "RUN" => python_line(&started.name),
        "VERSION" => python_line(&version.to_string()),
        "BASE_URL" => python_line(&base_url(model)),
        "MODEL" if model.provider.is_simulated() => "\"\"".to_owned(),
        "MODEL" => python_line(&model.name),
        "TEMPERATURE" => model.temperature.filter(|t| t.is_finite()).map_or("None".to_owned(), |t| format!("{t:?}")),
        "MAX_TURNS" => agent.max_turns.to_string(),
        "WRITE" => python_text(agent.write.as_str()),
        "CHECK" => reviewing(&agent.check),
        "REWRITE" => reviewing(&agent.rewrite),
        "TIME_LIMIT_MS" => limits.time_ms.to_string(),
        "ROW_LIMIT" => limits.rows.to_string(),
        other => unreachable!("the templates name no {other}"),
    };
    let agent_part = fill(AGENT.trim_end(), value);
    let content = fill(library.template(), |name| match name {
        "AGENT" => agent_part.clone(),
        other => value(other),
    });
    Some(Export { name: file_name(view, library.name(), "py"), mime: "text/x-python", content })
}

/// Fills the template's `@@NAME@@`s in, once: a value that looks like one stays as it is.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let pieces = template.split("@@").enumerate();
    pieces.map(|(at, piece)| if at % 2 == 0 { piece.to_owned() } else { value(piece) }).collect()
}

/// Where OpenAI's client finds the endpoint: those with a format of their own have a second address that speaks OpenAI's.
fn base_url(model: &ModelConfig) -> String {
    let url = without_secrets(&model.url);
    match (model.provider, model.provider.format()) {
        (Provider::Practice | Provider::InPage | Provider::BuiltIn, _) => "https://api.openai.com/v1".to_owned(),
        (_, WireFormat::GenerateContent) => format!("{}/openai", url.trim_end_matches('/')),
        _ => url,
    }
}

/// A text as a Python literal on one line.
fn python_line(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if !is_plain(c) => literal.push_str(&escape(u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// The same with a line for each line of the text.
fn python_text(text: &str) -> String {
    let lines: Vec<String> = text.split_inclusive('\n').map(|line| format!("    {}", python_line(line))).collect();
    if lines.is_empty() { "\"\"".to_owned() } else { format!("(\n{}\n)", lines.join("\n")) }
}

/// Whether a character may stand in a source file as it is: controls and what changes the direction or the look of other
/// characters would hide what the file says.
fn is_plain(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}');
    !c.is_control() && !hides
}

fn escape(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_literals_that_python_reads_back() {
        assert_eq!(python_line("a \"b\" \\ {c} ü\t\u{202e}\u{0}"), r#""a \"b\" \\ {c} ü\t\u202e\x00""#);
        assert_eq!(python_text("one\ntwo"), "(\n    \"one\\n\"\n    \"two\"\n)");
        assert_eq!(python_text(""), "\"\"");
    }

    #[test]
    fn values_that_look_like_marks_are_not_filled_in_again() {
        assert_eq!(fill("x = @@A@@, @@B@@", |name| format!("@@{name}!@@")), "x = @@A!@@, @@B!@@");
    }

    #[test]
    fn no_template_names_what_is_not_filled_in() {
        for library in Library::ALL {
            let marks: Vec<&str> = library.template().split("@@").skip(1).step_by(2).collect();
            assert_eq!(marks, ["AGENT"], "{}", library.title());
        }
        assert_eq!(AGENT.split("@@").count() % 2, 1);
    }

    #[test]
    fn endpoints_with_a_format_of_their_own_are_called_where_they_speak_openais() {
        let at = |provider: Provider, url: &str| {
            base_url(&ModelConfig { provider, url: url.into(), ..ModelConfig::default() })
        };
        assert_eq!(at(Provider::Gemini, "https://g.example/v1beta/"), "https://g.example/v1beta/openai");
        assert_eq!(at(Provider::Anthropic, "https://a.example/v1"), "https://a.example/v1");
        assert_eq!(at(Provider::Vllm, "http://user:secret@localhost:8000/v1?key=1"), "http://localhost:8000/v1");
    }
}
