//! Answers of editors, usable and not.

use super::*;
use crate::domain::id::Version;

const PARENT: &str = "You write {dialect} for these tables:\n\n{table_info}\n\nAnswer with one query.";

fn seed() -> PromptTemplate {
    PromptTemplate(PARENT.into())
}

fn checked(answer: &str) -> Result<String, Rejection> {
    let seed = seed();
    let example = Example {
        id: "q7".into(),
        question: "Which singers were born before the year 1980 in France?".into(),
        gold: "SELECT name FROM singer WHERE country = 'France'".into(),
        ..Example::default()
    };
    let rules = Rules { longest: 200, training: vec![&example], ..Rules::new(&seed) };
    rules.check(answer, &seed).map(|template| template.0)
}

fn placeholders(missing: &[&str], unknown: &[&str], repeated: &[&str]) -> Rejection {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Rejection::Placeholders { missing: owned(missing), unknown: owned(unknown), repeated: owned(repeated) }
}

#[test]
fn the_editor_sees_marks_and_its_answer_has_placeholders_again() {
    let seed = seed();
    let rules = Rules::new(&seed);
    let ask = ask(StepId::default(), 0, &seed, "Mind {table_info}.", &rules);
    assert!(ask.messages[1].content.contains("for these tables:\n\n[[table_info]]\n"), "{:?}", ask.messages);
    assert!(ask.messages[1].content.ends_with("Mind [[table_info]]."));
    assert!(ask.messages[0].content.contains("double square brackets"), "{:?}", ask.messages[0]);
    let answer = PARENT.replace("{table_info}", "[[table_info]]").replace("{dialect}", "[[dialect]]");
    assert_eq!(rules.check(&answer, &seed).unwrap().as_str(), PARENT);
    let original = brief(StepId::default(), REWRITE, &seed, "", &Rules { reproduce: true, ..rules });
    assert!(original.messages[1].content.contains("{table_info}"), "the original shows the template as it is");
    assert!(original.messages[0].content.contains("placeholder in curly brackets"));
}

#[test]
fn an_edit_has_the_seeds_placeholders_each_no_more_often_and_no_others() {
    assert_eq!(checked("You write {dialect} and answer with one query."), Err(placeholders(&["table_info"], &[], &[])));
    assert_eq!(checked("Sure!"), Err(placeholders(&["dialect", "table_info"], &[], &[])));
    assert_eq!(checked(&format!("{PARENT} {{foo}} [[bar]]")), Err(placeholders(&[], &["foo", "bar"], &[])));
    assert_eq!(checked(&format!("{PARENT} Again: {{table_info}}")), Err(placeholders(&[], &[], &["table_info"])));
}

#[test]
fn an_answer_in_json_is_no_template() {
    let json = format!("{{\"template\": \"{}\"}}", PARENT.replace('\n', "\\n"));
    assert!(matches!(checked(&json), Err(Rejection::StrayBraces { .. })), "{:?}", checked(&json));
    let seed = PromptTemplate("Example: {\"a\": 1}\nUse {table_info} only.".into());
    let rules = Rules::new(&seed);
    let edit = "Example: {\"a\": 1}\nUse {table_info} and nothing else.";
    assert_eq!(rules.check(edit, &seed).unwrap().as_str(), edit, "the seed's own brackets may stay");
}

#[test]
fn length_scraps_and_copies_are_found() {
    assert_eq!(checked(&format!("{PARENT}{}", " more".repeat(40))), Err(Rejection::TooLong { chars: 275, most: 200 }));
    assert!(matches!(checked("{dialect} {table_info}"), Err(Rejection::TooShort { words: 2, parent_words: 11 })));
    let copy = format!("{PARENT}\nFor France write country = 'France'.");
    assert!(matches!(checked(&copy), Err(Rejection::Copied { .. })));
    assert_eq!(checked(&format!("Sure!\n\n```\n{PARENT}\n```")).unwrap(), PARENT);
}

fn candidate(version: u32, text: &str) -> Rc<Candidate> {
    Rc::new(Candidate { version: Version(version), template: PromptTemplate(text.into()), origin: Origin::Seed })
}

fn admitted(answer: Option<&str>, reproduce: bool) -> Result<String, Rejection> {
    let parent = candidate(0, "Use {table_info}.");
    let place = Place { round: 1, slot: 0, branch: 0 };
    let rules = Rules { reproduce, ..Rules::new(&parent.template) };
    let edit = answer.map(|answer| match rules.check(answer, &parent.template) {
        Ok(template) => Edit::Template(template),
        Err(reason) => Edit::Refused { reason, text: answer.to_owned() },
    });
    let expansion = Expansion { place, parent: Rc::clone(&parent), edit };
    admit(expansion, &rules, &[Rc::clone(&parent)]).map(|(template, _)| template.0).map_err(|(reason, _)| reason)
}

#[test]
fn copies_of_a_candidate_and_empty_answers_make_no_child() {
    assert_eq!(admitted(Some(" Use {table_info}.\n"), false), Err(Rejection::Duplicate { of: Version(0) }));
    assert_eq!(admitted(Some("use  {table_info}"), false), Err(Rejection::NearDuplicate { of: Version(0) }));
    assert_eq!(admitted(Some(" \n"), false), Err(Rejection::EmptyEdit));
    assert_eq!(admitted(None, false), Err(Rejection::EmptyCritique));
}

#[test]
fn the_original_takes_every_text_as_it_is() {
    assert_eq!(admitted(Some("```\nUse {schema}.\n```"), true).unwrap(), "```\nUse {schema}.\n```");
    assert_eq!(admitted(Some(" \n"), true).unwrap(), " \n");
    assert_eq!(admitted(Some(""), true), Err(Rejection::EmptyEdit));
    assert_eq!(admitted(None, true).unwrap(), "Use {table_info}.");
}
