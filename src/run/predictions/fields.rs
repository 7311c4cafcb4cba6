//! What the fields of prediction files are called.

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Sql,
    Id,
    Database,
}

impl Field {
    /// Known names, lower case with `_` between words, the likeliest first: a bare `sql` or `query` beside a predicted one is gold.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Sql => &[
                "predicted_sql",
                "pred_sql",
                "predict_sql",
                "predicted_query",
                "pred_query",
                "generated_sql",
                "prediction",
                "predicted",
                "predict",
                "pred",
                "sql",
                "query",
                "sql_query",
                "output",
                "answer",
            ],
            Self::Id => &["question_id", "example_id", "instance_id", "id", "index", "idx"],
            Self::Database => &["db_id", "database", "database_id", "db_name", "db"],
        }
    }

    /// Which of `names` is this field.
    pub(super) fn find<'a>(self, names: impl Iterator<Item = &'a str> + Clone) -> Option<usize> {
        let normal = |name: &str| name.trim().to_lowercase().replace([' ', '-'], "_");
        self.names().iter().find_map(|known| names.clone().position(|name| normal(name) == *known))
    }
}

/// What BIRD writes between a query and its database.
const BIRD_MARK: &str = "\t----- bird -----\t";

/// A query and the database that may follow it after BIRD's mark.
pub(super) fn split_bird(text: &str) -> (&str, Option<&str>) {
    text.split_once(BIRD_MARK).map_or((text, None), |(sql, db)| (sql, Some(db)))
}
