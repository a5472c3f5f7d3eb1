//! What a span of time came to: uses of models and messages, as the usage page shows them. Read from indexes alone.

use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::conversation::Channel;
use ringleader_core::message::Audience;

/// Sums of a span of time.
pub struct Sums<'c>(pub(super) &'c mut Conn);

/// What a model was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelSum {
    /// The brain: `openai`, `local` …
    pub brain: String,
    /// Its model.
    pub model: String,
    /// How often it was asked.
    pub uses: i64,
    /// Tokens that it read.
    pub tokens_in: i64,
    /// Tokens that it wrote.
    pub tokens_out: i64,
    /// Money, in millionths of a US dollar.
    pub cost_micros: i64,
}

/// Messages of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSum {
    /// With whom.
    pub audience: Audience,
    /// How.
    pub channel: Channel,
    /// They came in.
    pub inbound: bool,
    /// How many.
    pub count: i64,
}

impl FromRow for ModelSum {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            brain: row.get("brain")?,
            model: row.get("model")?,
            uses: row.get("uses")?,
            tokens_in: row.get("tokens_in")?,
            tokens_out: row.get("tokens_out")?,
            cost_micros: row.get("cost_micros")?,
        })
    }
}

impl FromRow for MessageSum {
    fn from_row(row: &Row) -> Result<Self> {
        let inbound: i64 = row.get("inbound")?;
        Ok(Self {
            audience: row.word("audience")?,
            channel: row.word("channel")?,
            inbound: inbound == 1,
            count: row.get("n")?,
        })
    }
}

impl Sums<'_> {
    /// Uses of models from `begin` to before `end`, by brain and model. The local brain, which costs nothing, is none.
    pub async fn models(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<ModelSum>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT brain, model, COUNT(*) AS uses, CAST(SUM(tokens_in) AS BIGINT) AS tokens_in,
            CAST(SUM(tokens_out) AS BIGINT) AS tokens_out, CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) AS cost_micros
            FROM model_usage WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND brain <> 'local' GROUP BY brain, model ORDER BY brain, model";
        self.0.fetch_all(sql, args![tenant, begin, end]).await
    }

    /// Messages from `begin` to before `end`, those kinds of which there are any. Each kind is counted by itself, since it
    /// stands in one stretch of its index.
    pub async fn messages(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<MessageSum>> {
        let tenant = self.0.tenant()?;
        let mut counts = Vec::new();
        for audience in Audience::ALL {
            for channel in Channel::ALL {
                for inbound in [0, 1] {
                    counts.push(format!(
                        "SELECT '{audience}' AS audience, '{channel}' AS channel, CAST({inbound} AS BIGINT) AS inbound,
                         COUNT(*) AS n FROM messages WHERE tenant_id = $1 AND audience = '{audience}'
                         AND channel = '{channel}' AND inbound = {inbound} AND at >= $2 AND at < $3"
                    ));
                }
            }
        }
        let sql = counts.join(" UNION ALL ");
        let all: Vec<MessageSum> = self.0.fetch_all_built(sql, args![tenant, begin, end]).await?;
        Ok(all.into_iter().filter(|sum| sum.count > 0).collect())
    }
}
