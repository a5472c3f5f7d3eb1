//! Token buckets that survive restarts and hold across nodes (P12, A8).

use crate::{Conn, Result, args};
use jiff::{SignedDuration, Timestamp};

/// Token buckets.
pub struct Budgets<'c>(pub(super) &'c mut Conn);

impl Budgets<'_> {
    /// Takes one token of a bucket that holds `capacity` and fills in `period`. Empty: when the next token is there.
    pub async fn take(&mut self, key: &str, capacity: u32, period: SignedDuration) -> Result<Result<(), Timestamp>> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let (capacity, seconds) = (f64::from(capacity.max(1)), period.as_secs_f64().max(0.001));
        // The insert also locks the row, so that nodes take tokens one after the other.
        let seed = "INSERT INTO budgets (tenant_id, bucket_key, tokens, at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (tenant_id, bucket_key) DO UPDATE SET bucket_key = excluded.bucket_key
                    RETURNING tokens, at";
        let (tokens, at): (f64, Timestamp) = self.0.fetch_one(seed, args![tenant, key, capacity, now]).await?;
        let elapsed = now.duration_since(at).as_secs_f64().max(0.0);
        let filled = (tokens + elapsed * capacity / seconds).min(capacity);
        if filled < 1.0 {
            let wait = SignedDuration::from_secs_f64((1.0 - filled) * seconds / capacity);
            return Ok(Err(now + wait.max(SignedDuration::from_millis(1))));
        }
        let sql = "UPDATE budgets SET tokens = $3, at = $4 WHERE tenant_id = $1 AND bucket_key = $2";
        self.0.execute(sql, args![tenant, key, filled - 1.0, now]).await?;
        Ok(Ok(()))
    }

    /// Takes one of the `capacity` that there are in any 24 hours; none left: when there is one again. It is counted by the full
    /// hour, so a day may have a little less, and never more.
    pub async fn take_of_day(&mut self, key: &str, capacity: u32) -> Result<Result<(), Timestamp>> {
        let (tenant, hour) = (self.0.tenant()?, self.0.now().as_second().div_euclid(3600));
        self.spend(&hour_row(key, hour), 1).await?; // also locks the row of this hour
        let sql = "SELECT COALESCE(SUM(tokens), 0) AS taken, MIN(CASE WHEN tokens > 0 THEN bucket_key END) AS first FROM budgets
                   WHERE tenant_id = $1 AND bucket_key >= $2 AND bucket_key <= $3";
        let args = args![tenant, hour_row(key, hour - 24), hour_row(key, hour)];
        let (taken, first): (f64, Option<String>) = self.0.fetch_one(sql, args).await?;
        if taken <= f64::from(capacity) {
            return Ok(Ok(()));
        }
        self.give_back_of_day(key).await?;
        let first = first.and_then(|key| key.rsplit(':').next()?.parse::<i64>().ok()).unwrap_or(hour);
        Ok(Err(Timestamp::from_second((first + 25) * 3600).unwrap_or(Timestamp::MAX)))
    }

    /// Gives one back that was taken just now.
    pub async fn give_back_of_day(&mut self, key: &str) -> Result<()> {
        let hour = self.0.now().as_second().div_euclid(3600);
        self.spend(&hour_row(key, hour), -1).await
    }

    /// Gives a token back that was taken for something that then was not to count.
    pub async fn give_back(&mut self, key: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE budgets SET tokens = tokens + 1 WHERE tenant_id = $1 AND bucket_key = $2";
        self.0.execute(sql, args![tenant, key]).await?;
        Ok(())
    }

    /// Fills all buckets whose key begins so; the beginning has none of the signs that `LIKE` reads.
    pub async fn refill(&mut self, beginning: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM budgets WHERE tenant_id = $1 AND bucket_key LIKE $2";
        self.0.execute(sql, args![tenant, format!("{beginning}%")]).await?;
        Ok(())
    }

    /// The next free moment from `from` on in a row of moments `spacing` apart: the first asker gets `from` itself. Rows of
    /// different hours do not meet; a row that was left behind begins anew.
    pub async fn slot(&mut self, row: &str, from: Timestamp, spacing: SignedDuration) -> Result<Timestamp> {
        let hour = from.as_second().div_euclid(3600).rem_euclid(7 * 24);
        self.turn(&format!("{row}:{hour}"), from, spacing).await
    }

    /// The same in one row for all hours: who asks has that moment to themselves, on all nodes.
    pub async fn turn(&mut self, key: &str, from: Timestamp, spacing: SignedDuration) -> Result<Timestamp> {
        let tenant = self.0.tenant()?;
        let seed = "INSERT INTO budgets (tenant_id, bucket_key, tokens, at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (tenant_id, bucket_key) DO UPDATE SET bucket_key = excluded.bucket_key RETURNING at";
        let (free,): (Timestamp,) = self.0.fetch_one(seed, args![tenant, key, 0.0, from]).await?;
        let slot = free.max(from);
        let sql = "UPDATE budgets SET at = $3 WHERE tenant_id = $1 AND bucket_key = $2";
        self.0.execute(sql, args![tenant, key, slot + spacing]).await?;
        Ok(slot)
    }

    /// Adds to what was spent under a key.
    pub async fn spend(&mut self, key: &str, amount: i64) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO budgets (tenant_id, bucket_key, tokens, at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, bucket_key) DO UPDATE SET tokens = budgets.tokens + excluded.tokens";
        #[expect(clippy::cast_precision_loss, reason = "a day's count is far below 2^52")]
        let amount = amount as f64;
        self.0.execute(sql, args![tenant, key, amount, now]).await?;
        Ok(())
    }

    /// What was spent under a key.
    pub async fn spent(&mut self, key: &str) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT tokens FROM budgets WHERE tenant_id = $1 AND bucket_key = $2";
        let found = self.0.fetch_optional::<(f64,)>(sql, args![tenant, key]).await?;
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers go in")]
        Ok(found.map_or(0, |(spent,)| spent as i64))
    }

    /// Forgets counters that nothing was added to for long, attempts to sign in, and paces to single people; of all tenants (housekeeping).
    pub async fn forget_spent(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM budgets WHERE (bucket_key LIKE 'spent:%' OR bucket_key LIKE 'attempt:%' OR bucket_key LIKE 'pair:%') AND at < $1";
        self.0.execute(sql, args![before]).await
    }
}

/// The counter of an hour since 1970; keys of later hours are greater.
fn hour_row(key: &str, hour: i64) -> String {
    format!("spent:{key}:{hour:010}")
}
