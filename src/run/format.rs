//! Numbers as the screens and exports write them: `84.0 % (42/50)`, `1 m 04 s`, `1,304`, `18.4 MB`, `$0.0132`, `p = .039`.

use crate::domain::{
    budget::Cap,
    config::{ModelConfig, Provider},
    endpoint::host,
    score::Score,
    usage::Usage,
};

/// `84.0 % (42/50)`; `–` when nothing was asked.
pub fn percent(score: &Score) -> String {
    if score.planned == 0 {
        return "–".into();
    }
    let share = score.correct as f64 / score.planned as f64;
    format!("{:.1} % ({}/{})", 100.0 * share, score.correct, score.planned)
}

/// The score with what is missing from it: `80.0 % (12/15), 1 no answer`.
pub fn score_words(score: &Score) -> String {
    match score.missing() {
        0 => percent(score),
        missing => format!("{}, {missing} no answer", percent(score)),
    }
}

/// `0.4 s`, `12 s`, `1 m 04 s`, `2 h 05 m`.
pub fn duration(ms: f64) -> String {
    if !ms.is_finite() || ms < 0.0 {
        return "–".into();
    }
    if ms < 9_950.0 {
        return format!("{:.1} s", ms / 1000.0);
    }
    let seconds = (ms / 1000.0).round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1,304`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 question`, `1,304 questions`.
pub fn count(number: usize, singular: &str) -> String {
    match number {
        1 => format!("1 {singular}"),
        _ => format!("{} {singular}s", thousands(number as u64)),
    }
}

/// What was said, apart from what explains it or what to do: the first sentence, without its full stop, and the others. A
/// single sentence stays as it is.
pub fn first_sentence(words: &str) -> (&str, &str) {
    words.split_once(". ").map_or((words, ""), |(first, others)| (first, others.trim_start()))
}

/// `820 B`, `18.4 kB`, `18.4 MB`, `1.2 GB` (powers of 1000).
pub fn bytes(number: u64) -> String {
    let value = number as f64;
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.1} GB", value / 1e9),
    }
}

/// `950`, `12.3 k`, `1.9 M`: for tokens.
pub fn short(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..999_950 => format!("{:.1} k", number as f64 / 1e3),
        _ => format!("{:.1} M", number as f64 / 1e6),
    }
}

/// `$0.00`, `$0.0132`, `$1.04`, `$1,304`: four places below ten cents, since calls cost fractions of one.
pub fn dollars(usd: f64) -> String {
    match usd {
        usd if usd <= 0.0 => "$0.00".into(),
        usd if usd < 0.000_05 => "< $0.0001".into(),
        usd if usd < 0.1 => format!("${usd:.4}"),
        usd if usd < 1_000.0 => format!("${usd:.2}"),
        _ => format!("${}", thousands(usd.round() as u64)),
    }
}

/// So much of what a cap is about: `1,304 calls`, `12.3 k tokens`, `$0.50`.
pub fn amount(cap: Cap, number: f64) -> String {
    match cap {
        Cap::Calls => count(number as usize, "call"),
        Cap::Tokens => format!("{} tokens", short(number.ceil() as u64)),
        Cap::Money => dollars(number),
    }
}

/// What so many calls took: `2 calls · 812 tokens in, 64 out · 1.2 s · $0.0132`. What is not known is said, and never 0.
pub fn usage_words(calls: usize, usage: &Usage) -> String {
    let mut parts = vec![count(calls, "call")];
    if usage.cached_calls > 0 {
        parts.push(format!("{} of them from the cache", usage.cached_calls));
    }
    if usage.lost_calls > 0 {
        parts.push(format!("{} without an answer that may be billed", usage.lost_calls));
    }
    let taken = usage.paid_calls() + usage.lost_calls;
    if taken > 0 {
        let unmetered = if usage.unmetered_calls > 0 { ", as far as told" } else { "" };
        let (input, output) = (thousands(usage.input_tokens), thousands(usage.output_tokens));
        parts.push(format!("{input} tokens in, {output} out{unmetered}"));
        parts.push(duration(usage.busy_ms));
        parts.push(match usage.unpriced_calls {
            0 => dollars(usage.usd),
            unpriced if unpriced < taken => {
                format!("{}, and {} of unknown price", dollars(usage.usd), count(unpriced as usize, "call"))
            }
            _ => "price not known".into(),
        });
    }
    parts.join(" · ")
}

/// The text with what belongs together held together where a line may break: a number with the word or the sign after it, a
/// share with its counts, `+13 −0`, and a ` · ` with what it follows.
pub fn unbroken(text: &str) -> String {
    let mut held = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_after_number = held.ends_with(|before: char| before.is_ascii_digit());
        let is_held = letters.peek().is_some_and(|next| match next {
            '·' | '−' => true,
            '(' => held.ends_with('%'),
            next => is_after_number && (next.is_alphabetic() || *next == '%'),
        });
        held.push(if letter == ' ' && is_held { '\u{a0}' } else { letter });
    }
    held
}

/// A model's name, and where it is asked.
pub fn model_words(model: &ModelConfig) -> String {
    match model.provider {
        Provider::Practice => "The simulated practice model".into(),
        here if here.is_here() => format!("{}, in this browser", model.name),
        _ => format!("{} at {}", model.name, host(&model.url)),
    }
}

/// `p = .039`, `p < .001`, `p = 1.00`.
pub fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < .001".into(),
        p if p > 0.995 => "p = 1.00".into(),
        p => format!("p = {:.3}", p).replace("0.", "."),
    }
}

/// A probability as tries: `39 of 1,000 tries`, `39 of 100 tries`, `fewer than 1 of 1,000 tries`, `all tries`.
pub fn chances(p: f64) -> String {
    match p {
        p if p < 0.001 => "fewer than 1 of 1,000 tries".into(),
        p if p < 0.1 => format!("{:.0} of 1,000 tries", 1000.0 * p),
        p if p > 0.995 => "all tries".into(),
        p => format!("{:.0} of 100 tries", 100.0 * p),
    }
}

/// A difference of two shares: `+8.3 points`, `−1.0 points`.
pub fn points(difference: f64) -> String {
    format!("{} points", signed(100.0 * difference))
}

/// Two differences of shares, in points: `+0.8 to +23.0`.
pub fn gain_interval(low: f64, high: f64) -> String {
    format!("{} to {}", signed(100.0 * low), signed(100.0 * high))
}

fn signed(number: f64) -> String {
    let size = format!("{:.1}", number.abs());
    match number {
        _ if size == "0.0" => size,
        number if number < 0.0 => format!("−{size}"),
        _ => format!("+{size}"),
    }
}

/// `14:02:09` in the time zone that lies `offset_min` minutes east of UTC.
pub fn clock_time(ms: f64, offset_min: i32) -> String {
    let seconds = (ms / 1000.0).floor() as i64 + i64::from(offset_min) * 60;
    let of_day = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", of_day / 3600, of_day % 3600 / 60, of_day % 60)
}

/// `2026-11-22 14:02` in the time zone that lies `offset_min` minutes east of UTC.
pub fn date_time(ms: f64, offset_min: i32) -> String {
    let seconds = (ms / 1000.0).floor() as i64 + i64::from(offset_min) * 60;
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let time = clock_time(ms, offset_min);
    format!("{year:04}-{month:02}-{day:02} {}", &time[..5])
}

/// Days since 1970 as a date. Source: Hinnant, "chrono-compatible low-level date algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{budget::Price, usage::TokenUsage};

    #[test]
    fn scores_show_their_counts_and_what_is_missing() {
        let score = Score { mean: 0.8, planned: 15, correct: 12, finished: 15, no_answer: 1 };
        assert_eq!(percent(&score), "80.0 % (12/15)");
        assert_eq!(score_words(&score), "80.0 % (12/15), 1 no answer");
        assert_eq!(percent(&Score::default()), "–");
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        let all = [400.0, 9_949.0, 9_950.0, 64_000.0, 3_599_600.0, 7_500_000.0, f64::NAN].map(duration);
        assert_eq!(all, ["0.4 s", "9.9 s", "10 s", "1 m 04 s", "1 h 00 m", "2 h 05 m", "–"]);
    }

    #[test]
    fn large_numbers_are_grouped_or_shortened() {
        assert_eq!([0, 999, 1_304, 1_234_567].map(thousands), ["0", "999", "1,304", "1,234,567"]);
        assert_eq!([820, 18_400, 18_400_000, 1_200_000_000].map(bytes), ["820 B", "18.4 kB", "18.4 MB", "1.2 GB"]);
        assert_eq!([950, 12_340, 999_949, 1_900_000].map(short), ["950", "12.3 k", "999.9 k", "1.9 M"]);
        assert_eq!((count(1, "row"), count(1304, "row")), ("1 row".into(), "1,304 rows".into()));
    }

    #[test]
    fn money_shows_what_a_call_costs_and_what_a_run_costs() {
        let all = [0.0, 0.000_01, 0.0132, 0.5, 12.3456, 1304.4].map(dollars);
        assert_eq!(all, ["$0.00", "< $0.0001", "$0.0132", "$0.50", "$12.35", "$1,304"]);
        assert_eq!(amount(Cap::Calls, 1.0), "1 call");
        assert_eq!(amount(Cap::Tokens, 12_340.0), "12.3 k tokens");
    }

    #[test]
    fn what_calls_took_says_what_is_not_known() {
        let call = |input, output, price| {
            let tokens = TokenUsage { input, output, ..TokenUsage::default() };
            Usage::of_call(tokens, price, 600.0)
        };
        let price = Price { input: Some(1.0), output: Some(2.0) };
        let mut usage = call(Some(800), Some(60), price);
        assert_eq!(usage_words(1, &usage), "1 call · 800 tokens in, 60 out · 0.6 s · $0.0009");
        usage += call(Some(12), None, price);
        usage += Usage::of_cached_call();
        assert_eq!(
            usage_words(3, &usage),
            "3 calls · 1 of them from the cache · 812 tokens in, 60 out, as far as told · 1.2 s · $0.0009, and 1 call of \
             unknown price"
        );
        assert_eq!(usage_words(1, &Usage::of_cached_call()), "1 call · 1 of them from the cache");
        let lost = Usage::of_lost_call(TokenUsage::default(), price, 600.0);
        assert_eq!(
            usage_words(0, &lost),
            "0 calls · 1 without an answer that may be billed · 0 tokens in, 0 out, as far as told · 0.6 s · price not known"
        );
    }

    #[test]
    fn a_number_keeps_its_unit_and_a_dot_ends_its_line() {
        let kept = |words: &str| unbroken(words).replace('\u{a0}', "~");
        assert_eq!(kept("7 rows · 0.0 s · $0.00"), "7~rows~· 0.0~s~· $0.00");
        assert_eq!(kept("84.0 % (42/50), v8 is best"), "84.0~%~(42/50), v8~is best");
        assert_eq!(kept("v9 beside the seed, +13 −0"), "v9~beside the seed, +13~−0");
        assert_eq!(kept("2026-11-26 06:00, no. 1"), "2026-11-26 06:00, no. 1");
    }

    #[test]
    fn p_values_have_three_places_and_no_leading_zero() {
        assert_eq!([0.0390625, 0.0004, 1.0, 0.5].map(p_value), ["p = .039", "p < .001", "p = 1.00", "p = .500"]);
    }

    #[test]
    fn gains_have_a_sign_and_chances_a_number_of_tries() {
        assert_eq!(
            [0.083, -0.01, 0.0, -0.0001].map(points),
            ["+8.3 points", "−1.0 points", "0.0 points", "0.0 points"]
        );
        assert_eq!(gain_interval(-0.021, 0.2), "−2.1 to +20.0");
        assert_eq!(
            [0.0004, 0.0390625, 0.388, 1.0].map(chances),
            ["fewer than 1 of 1,000 tries", "39 of 1,000 tries", "39 of 100 tries", "all tries"]
        );
    }

    #[test]
    fn only_a_full_stop_before_a_space_ends_the_first_sentence() {
        let words = "run.jsonl: Line 1 is no entry of v0.3.0. Choose another file. Or none.";
        assert_eq!(first_sentence(words), ("run.jsonl: Line 1 is no entry of v0.3.0", "Choose another file. Or none."));
        assert_eq!(first_sentence("Load a database first."), ("Load a database first.", ""));
    }

    #[test]
    fn times_are_those_of_the_readers_zone() {
        assert_eq!(date_time(0.0, 0), "1970-01-01 00:00");
        assert_eq!(date_time(1_709_164_800_000.0, -60), "2024-02-28 23:00");
        assert_eq!(date_time(1_709_164_800_000.0, 0), "2024-02-29 00:00");
        assert_eq!(clock_time(-1000.0, 0), "23:59:59");
    }
}
