//! What asking a brain came to, for money and measures (B7, D2).

/// One use of a model, or of the local brain, for the usage ledger. Never holds text.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelUse {
    /// `anthropic`, `openai`, `compatible` or `local`.
    pub brain: String,
    /// The model that answered.
    pub model: String,
    /// The prompt's name and version, `read_message@1`.
    pub prompt: String,
    /// Tokens in, cached ones included.
    pub tokens_in: i64,
    /// Tokens out, reasoning included.
    pub tokens_out: i64,
    /// Cost in millionths of a US dollar, where the price is known.
    pub cost_micros: Option<i64>,
    /// Wall time.
    pub latency_ms: i64,
    /// `ok`, `repaired`, `fallback` (the local brain in a model's place), or the error's word.
    pub result: String,
}
