//! Reading an outcome without a copy of it in between, which a derived tagged enum makes. The kind comes first in every
//! journal that the page writes; where it does not, the fields are collected until it is there.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Judgement, NoAnswer, Outcome};

const KINDS: &[&str] = &["judged", "no_answer", "unfinished"];

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OutcomeVisitor)
    }
}

#[derive(Deserialize)]
struct Reason {
    reason: NoAnswer,
}

fn of_kind<'de, D: Deserializer<'de>>(kind: &str, fields: D) -> Result<Outcome, D::Error> {
    match kind {
        "judged" => Judgement::deserialize(fields).map(Outcome::Judged),
        "no_answer" => Reason::deserialize(fields).map(|Reason { reason }| Outcome::NoAnswer { reason }),
        "unfinished" => IgnoredAny::deserialize(fields).map(|_| Outcome::Unfinished),
        other => Err(Error::unknown_variant(other, KINDS)),
    }
}

struct OutcomeVisitor;

impl<'de> Visitor<'de> for OutcomeVisitor {
    type Value = Outcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an outcome with its kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outcome, A::Error> {
        let mut early = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if name != "kind" {
                early.insert(name, map.next_value()?);
                continue;
            }
            let kind: String = map.next_value()?;
            if early.is_empty() {
                return of_kind(&kind, MapAccessDeserializer::new(map));
            }
            while let Some((name, value)) = map.next_entry()? {
                early.insert(name, value);
            }
            return of_kind(&kind, serde_json::Value::Object(early)).map_err(Error::custom);
        }
        Err(Error::missing_field("kind"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{rollout::Execution, sql::ResultTable};

    #[test]
    fn outcomes_are_read_wherever_their_kind_stands() {
        let judged = Outcome::Judged(Judgement {
            reward: 1.0,
            diagnosis: None,
            difference: String::new(),
            predicted: Execution::Rows(ResultTable::default()),
            gold: None,
        });
        for outcome in [judged, Outcome::NoAnswer { reason: NoAnswer::Refused }, Outcome::Unfinished] {
            let json = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&json).unwrap(), outcome);
        }
        let late = r#"{"reason":"refused","kind":"no_answer"}"#;
        assert_eq!(serde_json::from_str::<Outcome>(late).unwrap(), Outcome::NoAnswer { reason: NoAnswer::Refused });
        assert!(serde_json::from_str::<Outcome>(r#"{"kind":"lost"}"#).is_err());
        assert!(serde_json::from_str::<Outcome>("{}").is_err());
    }
}
