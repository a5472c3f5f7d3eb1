//! What models cost: list prices of 21 November 2026, for the usage ledger and the daily budget (B7, P12).
//!
//! Unknown models have no price rather than a guessed one.

/// Tokens of one answer, by price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Input that no cache had.
    pub input: i64,
    /// Input read from a cache.
    pub cached: i64,
    /// Input written to a cache.
    pub cache_written: i64,
    /// Output, reasoning included.
    pub output: i64,
}

impl Tokens {
    /// All input.
    pub const fn total_in(self) -> i64 {
        self.input + self.cached + self.cache_written
    }
}

/// What an operator says that tokens cost, in US cents for a million: of models that no list knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tariff {
    /// Input, cached or not.
    pub input: u32,
    /// Output, reasoning included.
    pub output: u32,
}

impl Tariff {
    /// The cost in millionths of a dollar, rounded up.
    pub fn cost_micros(self, tokens: Tokens) -> i64 {
        let hundredths = tokens.total_in() * i64::from(self.input) + tokens.output * i64::from(self.output);
        (hundredths + 99) / 100
    }
}

/// Prices in thousandths of a millionth of a dollar per token (0.10 dollars per million tokens are 100).
struct Price {
    model: &'static str,
    /// Valid up to this many input tokens; above, the next row of the model counts.
    up_to: i64,
    input: i64,
    cached: i64,
    cache_written: i64,
    output: i64,
}

const fn price(model: &'static str, up_to: i64, [input, cached, cache_written, output]: [i64; 4]) -> Price {
    Price { model, up_to, input, cached, cache_written, output }
}

/// Beyond this many tokens OpenAI charges another tariff, which is not known here.
const OPENAI_LONG: i64 = 272_000;
const ANY: i64 = i64::MAX;

const PRICES: &[Price] = &[
    price("claude-haiku-5-5", 100_000, [100, 10, 125, 500]),
    price("claude-haiku-5-5", ANY, [500, 50, 625, 2_500]),
    price("claude-sonnet-5-5", ANY, [2_000, 200, 2_500, 10_000]),
    price("claude-opus-5-5", ANY, [4_000, 400, 5_000, 20_000]),
    price("claude-opus-5", ANY, [5_000, 500, 6_250, 25_000]),
    price("claude-fable-5-1", ANY, [10_000, 1_000, 12_500, 50_000]),
    price("claude-fable-5-2", ANY, [10_000, 1_000, 12_500, 50_000]),
    price("claude-haiku-4-5", ANY, [1_000, 100, 1_250, 5_000]),
    price("claude-sonnet-4-5", ANY, [3_000, 300, 3_750, 15_000]),
    price("gpt-6-luna", OPENAI_LONG, [100, 10, 125, 500]),
    price("gpt-6-sol", OPENAI_LONG, [2_000, 200, 2_500, 10_000]),
    price("gpt-6-astra", OPENAI_LONG, [10_000, 1_000, 10_000, 50_000]),
    price("gpt-5.6-luna", OPENAI_LONG, [200, 20, 200, 1_200]),
    price("gpt-5.4-mini", OPENAI_LONG, [750, 75, 750, 4_500]),
    price("gpt-5.4", OPENAI_LONG, [2_500, 250, 2_500, 15_000]),
    price("gpt-4o", OPENAI_LONG, [2_500, 1_250, 2_500, 10_000]),
    price("gpt-4o-mini", OPENAI_LONG, [150, 75, 150, 600]),
];

/// The cost in millionths of a dollar, rounded up; `None` for a model or size without a known price.
pub fn cost_micros(model: &str, tokens: Tokens) -> Option<i64> {
    let price = PRICES.iter().find(|price| is_version_of(model, price.model) && tokens.total_in() <= price.up_to)?;
    let nanos = tokens.input * price.input
        + tokens.cached * price.cached
        + tokens.cache_written * price.cache_written
        + tokens.output * price.output;
    Some((nanos + 999) / 1_000)
}

/// `gpt-6-luna-2026-10-01` is a version of `gpt-6-luna`; `gpt-4o-mini` is none of `gpt-4o`.
fn is_version_of(model: &str, name: &str) -> bool {
    let Some(rest) = model.strip_prefix(name) else { return false };
    let date = rest.strip_prefix('-').unwrap_or_default();
    rest.is_empty() || date.len() >= 8 && date.chars().all(|c| c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operators_tariff_is_in_cents_for_a_million_and_rounds_up() {
        let tariff = Tariff { input: 25, output: 200 };
        let tokens = Tokens { input: 900_000, cached: 100_000, output: 500_000, ..Tokens::default() };
        assert_eq!(tariff.cost_micros(tokens), 250_000 + 1_000_000);
        assert_eq!(tariff.cost_micros(Tokens { output: 1, ..Tokens::default() }), 2);
        assert_eq!(Tariff { input: 0, output: 0 }.cost_micros(tokens), 0);
    }

    #[test]
    fn money_follows_the_list_of_the_day() {
        let tokens = Tokens { input: 1_000_000, output: 100_000, ..Tokens::default() };
        let chat = Tokens { input: 3_000, output: 150, ..Tokens::default() };
        let cases = [
            ("claude-haiku-5-5", chat, Some(375)),
            ("claude-haiku-5-5", tokens, Some(750_000)),
            ("claude-haiku-4-5-20251001", tokens, Some(1_500_000)),
            ("gpt-6-luna-2026-10-01", chat, Some(375)),
            ("gpt-4o-mini", chat, Some(540)),
            ("gpt-6-luna", tokens, None),
            ("gpt-6-luna-turbo", chat, None),
            ("claude-haiku-9", chat, None),
        ];
        for (model, tokens, micros) in cases {
            assert_eq!(cost_micros(model, tokens), micros, "{model}");
        }
    }

    #[test]
    fn what_a_cache_had_is_cheaper_and_nothing_costs_less_than_nothing() {
        let fresh = Tokens { input: 4_000, ..Tokens::default() };
        let cached = Tokens { cached: 4_000, ..Tokens::default() };
        assert_eq!(fresh.total_in(), cached.total_in());
        assert!(cost_micros("gpt-6-luna", cached) < cost_micros("gpt-6-luna", fresh));
        assert_eq!(cost_micros("gpt-6-luna", Tokens { output: 1, ..Tokens::default() }), Some(1));
    }
}
