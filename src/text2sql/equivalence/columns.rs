//! The search for a permutation of columns under which two results have the same rows. Both have as many rows and columns.
//! The reference tries permutations one by one; here only columns with the same values are tried for each other, and a
//! choice is given up as soon as the rows, as far as they are chosen, differ as bags. The verdict is the same.

use std::collections::HashMap;

type Column = Vec<u32>;

/// Whether the predicted columns can be permuted to equal the gold ones, rows in order.
pub(super) fn match_in_order(gold: &[Column], predicted: &[Column]) -> bool {
    // Equality is transitive, so that taking the first equal column is never a wrong choice.
    let mut free: Vec<&Column> = predicted.iter().collect();
    gold.iter().all(|column| match free.iter().position(|other| *other == column) {
        Some(at) => {
            free.swap_remove(at);
            true
        }
        None => false,
    })
}

/// Whether the predicted columns can be permuted so that both have the same bag of rows.
pub(super) fn match_as_bags(gold: &[Column], predicted: &[Column]) -> bool {
    let sorted_gold: Vec<Column> = gold.iter().map(sorted).collect();
    let sorted_predicted: Vec<Column> = predicted.iter().map(sorted).collect();
    if let [only_gold] = &sorted_gold[..] {
        return *only_gold == sorted_predicted[0];
    }
    let candidates = sorted_gold
        .iter()
        .map(|column| (0..predicted.len()).filter(|&at| sorted_predicted[at] == *column).collect())
        .collect();
    // Columns with many values first: they tell rows apart and leave little to try.
    let mut sequence: Vec<usize> = (0..gold.len()).collect();
    sequence.sort_by_key(|&at| std::cmp::Reverse(distinct(&sorted_gold[at])));
    let search = Search { gold, predicted, candidates, sequence };
    let start = vec![0; gold[0].len()];
    search.can_match(0, &mut vec![false; predicted.len()], &start, &start)
}

struct Search<'a> {
    gold: &'a [Column],
    predicted: &'a [Column],
    /// For each gold column the predicted ones with the same bag of values.
    candidates: Vec<Vec<usize>>,
    /// The gold columns in the order of choosing.
    sequence: Vec<usize>,
}

impl Search<'_> {
    /// Whether the gold columns from `depth` on find partners. `gold_rows` and `predicted_rows` number the rows by what was
    /// chosen so far: equal rows have equal numbers.
    fn can_match(&self, depth: usize, used: &mut [bool], gold_rows: &[u32], predicted_rows: &[u32]) -> bool {
        let Some(&column) = self.sequence.get(depth) else { return true };
        let mut tried: Vec<&Column> = Vec::new();
        for &candidate in &self.candidates[column] {
            let values = &self.predicted[candidate];
            if used[candidate] || tried.contains(&values) {
                continue;
            }
            tried.push(values);
            let Some((gold_rows, predicted_rows)) = refine(gold_rows, &self.gold[column], predicted_rows, values)
            else {
                continue;
            };
            used[candidate] = true;
            if self.can_match(depth + 1, used, &gold_rows, &predicted_rows) {
                return true;
            }
            used[candidate] = false;
        }
        false
    }
}

/// Rows numbered anew with one more column each; `None` when the two bags of rows differ.
fn refine(gold_rows: &[u32], gold: &[u32], predicted_rows: &[u32], predicted: &[u32]) -> Option<(Column, Column)> {
    let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
    let mut left: Vec<u32> = Vec::new();
    let mut refined_gold = Vec::with_capacity(gold.len());
    for row in gold_rows.iter().copied().zip(gold.iter().copied()) {
        let number = *numbers.entry(row).or_insert_with(|| {
            left.push(0);
            left.len() as u32 - 1
        });
        left[number as usize] += 1;
        refined_gold.push(number);
    }
    let mut refined_predicted = Vec::with_capacity(predicted.len());
    for row in predicted_rows.iter().copied().zip(predicted.iter().copied()) {
        let number = *numbers.get(&row)?;
        left[number as usize] = left[number as usize].checked_sub(1)?;
        refined_predicted.push(number);
    }
    Some((refined_gold, refined_predicted))
}

fn sorted(column: &Column) -> Column {
    let mut column = column.clone();
    column.sort_unstable();
    column
}

fn distinct(sorted: &[u32]) -> usize {
    sorted.chunk_by(|left, right| left == right).count()
}
