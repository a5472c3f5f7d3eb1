//! Calls of voice agents beside the missed ones (B1, B3, B5): their platform tells of each in several events, in any order and
//! some again, until each is acknowledged; at the end each call is one row with its outcome, one debit of its price, and one
//! analysis if somebody spoke.

use super::progress::Progress;
use super::proof::{Finding, Harm};
use crate::dice::Dice;
use anyhow::bail;
use jiff::{SignedDuration, Timestamp};
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::{Clock, Result, Store, args};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// One call of an agent for so many missed calls.
const SHARE: usize = 4;

/// Posts at the same time.
const SENDERS: usize = 8;

/// People whom agents talk to.
const CUSTOMERS: usize = 500;

/// Between two tries of an event, at most.
const PAUSE: Duration = Duration::from_millis(100);

/// The agent of the connection.
pub const AGENT: &str = "agent-1";

/// A call, and what must be left of it.
struct AgentCall {
    execution: String,
    kind: usize,
    customer: String,
}

/// What must be left of a call of a kind: its outcome, its price in credits, and whether it is analysed.
const LEFT: [(&str, i64, bool); 7] = [
    ("answered", 1, true),
    ("answered", 2, true),
    ("silent", 1, false),
    ("voicemail", 1, false),
    ("missed", 0, false),
    ("missed", 0, false),
    ("technical", 0, false),
];

impl AgentCall {
    fn scenario(&self) -> Scenario {
        match self.kind {
            0 => Scenario::answered(27.2),
            1 => Scenario::answered(61.0),
            2 => Scenario::silent(12.0),
            3 => Scenario::voicemail(9.0),
            4 => Scenario::no_answer(),
            5 => Scenario::completed_without_talk(),
            _ => Scenario::ending("failed"),
        }
    }

    fn events(&self, at: Timestamp) -> Vec<Value> {
        self.scenario().id(&self.execution).agent(AGENT).customer(&self.customer).at(at).bodies()
    }
}

/// The platform of the agents.
pub struct Agents {
    calls: Vec<AgentCall>,
    url: String,
    http: reqwest::Client,
    progress: Arc<Progress>,
    /// Deliveries of missed calls, along which these go.
    deliveries: usize,
    began: Timestamp,
}

impl Agents {
    /// Plans calls beside so many missed ones.
    pub fn new(missed: usize, deliveries: usize, seed: u64, url: String, progress: Arc<Progress>) -> Self {
        let mut dice = Dice::new(seed, 50);
        let call = |nth: usize| AgentCall {
            execution: format!("ex-{nth}"),
            kind: dice.below(LEFT.len()),
            customer: format!("+44161496{:04}", dice.below(CUSTOMERS)),
        };
        let began = Clock::system().now() - SignedDuration::from_mins(5);
        let calls = (0..missed / SHARE).map(call).collect();
        Self { calls, url, http: ringleader_brain::models::http_client(), progress, deliveries, began }
    }

    /// How many calls there are.
    pub fn count(&self) -> usize {
        self.calls.len()
    }

    /// Tells of all of them, until all is acknowledged.
    ///
    /// # Errors
    /// The program refuses an event for good.
    pub async fn run(self: Arc<Self>, seed: u64) -> anyhow::Result<()> {
        let mut senders = JoinSet::new();
        for nth in 0..SENDERS {
            senders.spawn(self.clone().send(nth, Dice::new(seed, 200 + nth as u64)));
        }
        while let Some(ended) = senders.join_next().await {
            ended??;
        }
        Ok(())
    }

    async fn send(self: Arc<Self>, first: usize, mut dice: Dice) -> anyhow::Result<()> {
        for nth in (first..self.calls.len()).step_by(SENDERS) {
            self.progress.reach(self.deliveries * nth / self.calls.len()).await;
            let mut events = self.calls[nth].events(self.began);
            if dice.percent(30) {
                events.push(events[dice.below(events.len())].clone());
            }
            dice.shuffle(&mut events);
            for event in &events {
                self.post(event, &mut dice).await?;
            }
        }
        Ok(())
    }

    async fn post(&self, event: &Value, dice: &mut Dice) -> anyhow::Result<()> {
        loop {
            match self.http.post(&self.url).json(event).send().await.map(|answer| answer.status().as_u16()) {
                Ok(200..=299) => return Ok(()),
                Ok(status @ 400..=499) => bail!("an event of an agent's call was refused with {status}"),
                _ => tokio::time::sleep(dice.span(PAUSE / 10, PAUSE)).await,
            }
        }
    }

    /// Looks for everything that must be left of the calls.
    ///
    /// # Errors
    /// The database.
    pub async fn check(&self, store: &Store) -> Result<Vec<Finding>> {
        let mut read = store.read_system().await?;
        let sql = "SELECT c.provider_call_id, c.outcome, c.credits,
            CAST(COALESCE((SELECT SUM(l.credits) FROM credits_ledger l WHERE l.tenant_id = c.tenant_id AND l.call_id = c.id), 0) AS BIGINT),
            (SELECT COUNT(*) FROM credits_ledger l WHERE l.tenant_id = c.tenant_id AND l.call_id = c.id),
            (SELECT COUNT(*) FROM analyses a WHERE a.tenant_id = c.tenant_id AND a.call_id = c.id AND a.kind = 'individual'
             AND a.state IN ('done', 'provisional'))
            FROM calls c WHERE c.provider = 'bolna'";
        let rows: Vec<Row> = read.fetch_all(sql, args![]).await?;
        let (found, mut rows) = (rows.len(), by_execution(rows));
        let mut findings = vec![];
        let mut find = |harm, what: String| findings.push(Finding { harm, what });
        for call in &self.calls {
            let Some((outcome, credits, booked, debits, analyses)) = rows.remove(&call.execution) else {
                find(Harm::Lost, format!("agent's call {}", call.execution));
                continue;
            };
            let (expected, price, analysed) = LEFT[call.kind];
            let what = format!("agent's call {}", call.execution);
            if (outcome.as_deref(), credits) != (Some(expected), Some(price)) {
                find(Harm::Wrong, format!("{what}: {outcome:?} for {credits:?} credits"));
            }
            if (booked, debits) != (-price, i64::from(price > 0)) {
                find(Harm::Doubled, format!("{what}: {debits} entries of {booked} credits"));
            }
            if analyses != i64::from(analysed) {
                find(if analyses == 0 { Harm::Lost } else { Harm::Doubled }, format!("{what}: {analyses} analyses"));
            }
        }
        if found != self.calls.len() {
            find(Harm::Wrong, format!("{found} calls of agents, and {} were made", self.calls.len()));
        }
        let wrong = "SELECT COUNT(*) FROM (SELECT contact_id FROM analyses WHERE kind = 'complete'
            GROUP BY tenant_id, contact_id HAVING COUNT(*) > 1) doubled";
        let (doubled,): (i64,) = read.fetch_one(wrong, args![]).await?;
        if doubled > 0 {
            find(Harm::Doubled, format!("{doubled} contacts have several complete analyses"));
        }
        Ok(findings)
    }
}

/// Execution, outcome, price, booked, entries, analyses.
type Row = (String, Option<String>, Option<i64>, i64, i64, i64);

/// The rest of a row.
type Left = (Option<String>, Option<i64>, i64, i64, i64);

fn by_execution(rows: Vec<Row>) -> HashMap<String, Left> {
    rows.into_iter()
        .map(|(id, outcome, credits, booked, entries, analyses)| (id, (outcome, credits, booked, entries, analyses)))
        .collect()
}
