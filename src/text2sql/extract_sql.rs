//! Finding the query in a model's answer: the text of the last fenced block, else the whole answer.
//! Models fence carelessly, so a fence may stand inside a line, stay open, or carry the query where its language belongs.

/// The query in `answer`: what `last_fenced` finds, else the whole answer, trimmed.
pub fn extract_sql(answer: &str) -> &str {
    last_fenced(answer).unwrap_or_else(|| answer.trim())
}

/// The text of the last fenced block (``` or ~~~, with any info string, trimmed), `None` where nothing is fenced.
/// Blank blocks count only when there is no other; the last block may be unclosed.
pub fn last_fenced(answer: &str) -> Option<&str> {
    let mut last = None;
    let mut from = 0;
    while let Some(open) = next_fence(answer, from) {
        let (content_end, next) = closing_fence(answer, open);
        let content = without_info(&answer[open.end..content_end]).trim();
        if !content.is_empty() || last.is_none() {
            last = Some(content);
        }
        from = next;
    }
    last
}

/// A run of at least three backticks or tildes.
#[derive(Clone, Copy)]
struct Fence {
    start: usize,
    end: usize,
    mark: char,
}

impl Fence {
    fn length(self) -> usize {
        self.end - self.start
    }
}

/// The next fence at or after `from`. Tildes count only at the start of a line: `~` is an operator of SQL.
fn next_fence(text: &str, from: usize) -> Option<Fence> {
    let mut at = from;
    while let Some(start) = text[at..].find(['`', '~']).map(|found| at + found) {
        let mark = if text[start..].starts_with('`') { '`' } else { '~' };
        let end = start + text[start..].find(|c| c != mark).unwrap_or(text.len() - start);
        if end - start >= 3 && (mark == '`' || starts_line(text, start)) {
            return Some(Fence { start, end, mark });
        }
        at = end;
    }
    None
}

/// Where the block that `open` begins ends, and where to look on. A fence with a language at the start of a line begins
/// the next block even though this one was not closed.
fn closing_fence(text: &str, open: Fence) -> (usize, usize) {
    let mut from = open.end;
    while let Some(fence) = next_fence(text, from) {
        if fence.mark == open.mark && fence.length() >= open.length() {
            let rest_of_line = text[fence.end..].lines().next().unwrap_or_default();
            let opens_another = starts_line(text, fence.start) && rest_of_line.split_whitespace().count() == 1;
            return (fence.start, if opens_another { fence.start } else { fence.end });
        }
        from = fence.end;
    }
    (text.len(), text.len())
}

fn starts_line(text: &str, at: usize) -> bool {
    text[..at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty())
}

/// The block without its info string: the rest of the fence's line, or the first word when the block is one line; but a line
/// that starts as a query does is the query.
fn without_info(block: &str) -> &str {
    let (line, after) = match block.split_once('\n') {
        Some((line, after)) => (line, after),
        None => block.split_once(char::is_whitespace).unwrap_or(("", block)),
    };
    let first_word = line.split_whitespace().next().unwrap_or_default();
    let is_query = ["SELECT", "WITH", "VALUES", "EXPLAIN"].iter().any(|word| first_word.eq_ignore_ascii_case(word));
    if is_query { block } else { after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fenced_block_is_the_query() {
        let answer = "First:\n```sql\nSELECT 1\n```\nBetter:\n~~~\nSELECT 2;\n~~~\nThat counts.";
        assert_eq!(extract_sql(answer), "SELECT 2;");
    }

    #[test]
    fn an_answer_without_a_fence_is_the_query() {
        assert_eq!(extract_sql("  SELECT `a``b` FROM t \n"), "SELECT `a``b` FROM t");
        assert_eq!(extract_sql(""), "");
    }

    #[test]
    fn careless_fences_are_understood() {
        for answer in [
            "```sql\nSELECT 1",
            "```SELECT 1```",
            "```sql SELECT 1```",
            "Here: ```sqlite\r\nSELECT 1\r\n```",
            "   ```SQL title=\"x\"\n   SELECT 1\n   ```",
            "```\nSELECT 1``` and so on",
            "````\nSELECT 1\n````",
            "```sql\nSELECT 0\n```sql\nSELECT 1\n```",
            "```sql\nSELECT 1\n```\n```",
            "```SELECT 1\n```",
        ] {
            assert_eq!(extract_sql(answer), "SELECT 1", "{answer}");
        }
    }

    #[test]
    fn an_empty_block_is_no_query_and_no_reason_to_run_the_prose() {
        assert_eq!(last_fenced("I cannot.\n```sql\n```"), Some(""));
        assert_eq!(last_fenced("no fence"), None);
    }

    #[test]
    fn shorter_fences_inside_longer_ones_are_text() {
        assert_eq!(extract_sql("````\nSELECT '```'\n````"), "SELECT '```'");
    }
}
