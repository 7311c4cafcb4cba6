//! Reading an entry without a copy of its fields in between, which a derived flattened enum makes. Number, time and type come
//! first in every journal that the page writes; where they do not, the fields are collected until they are there.

use std::{fmt, rc::Rc};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

use super::{Entry, Event};

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Seq,
    At,
    Type,
    Other(String),
}

/// The events that come in thousands are read as they stand, the few others by way of their fields.
fn of_type<'de, D: Deserializer<'de>>(name: String, fields: D) -> Result<Event, D::Error> {
    match name.as_str() {
        "run_started" => Deserialize::deserialize(fields).map(|started| Event::RunStarted(Rc::new(started))),
        "model_answered" => Deserialize::deserialize(fields).map(|answered| Event::ModelAnswered(Rc::new(answered))),
        "rollout_finished" => Deserialize::deserialize(fields).map(|rollout| Event::RolloutFinished(Rc::new(rollout))),
        "candidate_scored" => Deserialize::deserialize(fields).map(|scored| Event::CandidateScored(Box::new(scored))),
        _ => {
            let mut collected = Map::deserialize(fields)?;
            collected.insert("type".into(), Value::String(name));
            Event::deserialize(Value::Object(collected)).map_err(Error::custom)
        }
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry of a journal")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let (mut seq, mut at, mut early) = (None, None, Map::new());
        while let Some(field) = map.next_key()? {
            match (field, seq, at) {
                (Field::Seq, ..) => seq = Some(map.next_value()?),
                (Field::At, ..) => at = Some(map.next_value()?),
                (Field::Type, Some(seq), Some(at)) if early.is_empty() => {
                    let name = map.next_value()?;
                    let event = of_type(name, MapAccessDeserializer::new(map))?;
                    return Ok(Entry { seq, at, event });
                }
                (Field::Type, ..) => drop(early.insert("type".into(), map.next_value()?)),
                (Field::Other(name), ..) => drop(early.insert(name, map.next_value()?)),
            }
        }
        let seq = seq.ok_or_else(|| Error::missing_field("seq"))?;
        let at = at.ok_or_else(|| Error::missing_field("at"))?;
        let event = Event::deserialize(Value::Object(early)).map_err(Error::custom)?;
        Ok(Entry { seq, at, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        budget::Budget,
        chat::{ChatAnswer, ModelRole},
        event::ModelAnswered,
        id::Version,
    };

    #[test]
    fn entries_are_read_in_whatever_order_their_fields_stand() {
        let answered = ModelAnswered {
            step: "r01/a/write1".into(),
            role: ModelRole::Agent,
            answer: ChatAnswer { text: "SELECT 1".into(), ..ChatAnswer::default() },
            attempts: 2,
            elapsed_ms: 12.5,
            asked_chars: 7,
        };
        let events = [
            Event::ModelAnswered(Rc::new(answered)),
            Event::BudgetChanged { budget: Budget { max_calls: Some(3), ..Budget::default() } },
            Event::RunFinished { best: Version(4) },
            Event::RunPaused,
        ];
        for (seq, event) in events.into_iter().enumerate() {
            let entry = Entry { seq: seq as u64, at: 1.5, event };
            let json = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry, "{json}");
            let Value::Object(mut fields) = serde_json::from_str(&json).unwrap() else { panic!() };
            let seq = fields.shift_remove("seq").unwrap();
            fields.insert("seq".into(), seq);
            let moved = Value::Object(fields).to_string();
            assert_eq!(serde_json::from_str::<Entry>(&moved).unwrap(), entry, "{moved}");
        }
    }

    #[test]
    fn what_is_no_entry_is_refused_with_what_is_missing() {
        let error = |json: &str| serde_json::from_str::<Entry>(json).unwrap_err().to_string();
        assert!(error(r#"{"at":1,"type":"run_paused"}"#).contains("seq"));
        assert!(error(r#"{"seq":1,"type":"run_paused"}"#).contains("at"));
        assert!(error(r#"{"seq":1,"at":1}"#).contains("type"));
        assert!(error(r#"{"seq":1,"at":1,"type":"unheard_of"}"#).contains("unheard_of"));
        assert!(error("[]").contains("an entry of a journal"));
    }
}
