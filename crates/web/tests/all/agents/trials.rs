//! Trials: the events of many calls come twice, in any order, over two connections at once, while nodes are killed and others
//! start. At every look the balance is that of a recount, and so are the figures; at the end each call has its price once
//! (P2, P3, P4, B1, B3, B8).
//!
//! `RINGLEADER_AGENT_TRIALS` says how many (`make trials`: 5,000), `RINGLEADER_SEED` with which seed. Up to a thousand calls
//! are in progress at once.

use super::settings;
use crate::nodes::{Nodes, say, setting};
use crate::support::{App, World};
use crate::town::Dice;
use ringleader_core::figures::{Figures, count, group};
use ringleader_core::id::TenantId;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_store::repo::{Filter, Page};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, Read, args, both_engines};
use serde_json::Value;
use std::collections::BTreeMap;

/// Calls that are in progress at once.
const BATCH: usize = 1000;

/// Customers who are called.
const CUSTOMERS: u64 = 40;

/// One tenant with two connections for the same agent, and one node or, on PostgreSQL, two.
struct Arena {
    app: App,
    nodes: Nodes,
    paths: Vec<String>,
    tenant: TenantId,
    dice: Dice,
    looks: u32,
    most_in_progress: i64,
}

/// What a call's platform tells, and what it must cost.
struct Trial {
    execution: String,
    events: Vec<Value>,
    outcome: &'static str,
    credits: i64,
}

impl Trial {
    fn draw(n: usize, dice: &mut Dice, now: jiff::Timestamp) -> Self {
        let (scenario, outcome, credits) = match dice.below(10) {
            0 => (Scenario::answered(27.2), "answered", 1),
            1 => (Scenario::answered(61.0).empty_disconnect(), "answered", 2),
            2 => (Scenario::answered(200.0).inbound().numbers_in_telephony(), "answered", 4),
            3 => (Scenario::answered_at_the_second_try(60.0), "answered", 1),
            4 => (Scenario::silent(12.0), "silent", 1),
            5 => (Scenario::voicemail(9.0), "voicemail", 1),
            6 => (Scenario::completed_without_talk(), "missed", 0),
            7 => (Scenario::no_answer(), "missed", 0),
            8 => (Scenario::answered(119.5).handed_on("asked for a person"), "answered", 2),
            _ => (Scenario::ending("failed"), "technical", 0),
        };
        let execution = format!("ex-{n}");
        let customer = format!("+4477009001{:02}", dice.below(CUSTOMERS));
        let events = scenario.id(&execution).customer(&customer).at(now).bodies();
        Self { execution, events, outcome, credits }
    }
}

impl Arena {
    async fn new(db: TestDb, seed: u64) -> Self {
        let second = if db.store.engine() == Engine::Postgres { Some(db.second_store().await) } else { None };
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let mut paths = Vec::new();
        for _ in 0..2 {
            paths.push(app.connection(&key, "bolna", settings(), "executions").await);
        }
        let tenant = app.get("/api/v1/tenant", &key).await.id().parse().unwrap();
        let nodes = Nodes::new(&app, second, &World::default());
        Self { app, nodes, paths, tenant, dice: Dice::new(seed), looks: 0, most_in_progress: 0 }
    }

    /// Delivers events at once, in any order, some twice, over either connection, and kills nodes meanwhile.
    async fn deliver(&mut self, mut events: Vec<Value>) {
        for _ in 0..events.len() / 3 {
            let again = self.dice.below(events.len() as u64) as usize;
            events.push(events[again].clone());
        }
        for i in (1..events.len()).rev() {
            events.swap(i, self.dice.below(i as u64 + 1) as usize);
        }
        for wave in events.chunks(64) {
            let paths: Vec<&str> =
                wave.iter().map(|_| self.dice.below(2) as usize).map(|n| self.paths[n].as_str()).collect();
            let bodies: Vec<Vec<u8>> = wave.iter().map(|event| event.to_string().into_bytes()).collect();
            let posts = bodies.iter().zip(paths).map(|(body, path)| self.app.insist(path, "application/json", body));
            futures::future::join_all(posts).await;
            if self.dice.below(2) == 0 {
                self.nodes.kill(&mut self.dice).await;
            }
            self.look().await;
        }
    }

    /// Lets the nodes work until nothing is due, and kills them meanwhile.
    async fn work(&mut self) {
        self.nodes.wake().await;
        let mut looks = 0;
        while self.app.due(self.tenant).await > 0 {
            looks += 1;
            if looks < 80 && self.dice.below(16) == 0 {
                self.nodes.kill(&mut self.dice).await;
            }
            self.look().await;
        }
    }

    /// At one moment: the balance is the sum of what calls cost, and the figures are those of a count.
    async fn look(&mut self) {
        let Ok(mut read) = self.app.db.store.read(self.tenant).await else { return };
        let Ok(seen) = seen(&mut read, self.tenant).await else { return };
        assert_eq!(seen.balance, -seen.recount.credits, "the balance is that of a recount");
        assert_eq!(seen.figures, seen.recount);
        self.most_in_progress = self.most_in_progress.max(seen.recount.in_progress);
        self.looks += 1;
    }

    async fn round(&mut self, trials: &[Trial]) {
        self.deliver(trials.iter().map(|trial| trial.events[0].clone()).collect()).await;
        self.work().await;
        self.deliver(trials.iter().flat_map(|trial| trial.events.clone()).collect()).await;
        self.work().await;
        self.deliver(trials.iter().filter_map(|trial| trial.events.last().cloned()).collect()).await; // late repeats
        self.work().await;
    }

    /// Each call has its outcome and its price, and one debit if it costs.
    async fn check(&mut self, trials: &[Trial]) {
        self.nodes.stop();
        let mut read = self.app.db.store.read(self.tenant).await.unwrap();
        let sql = "SELECT c.provider_call_id, c.outcome, c.credits, CAST(COALESCE(SUM(l.credits), 0) AS BIGINT),
            CAST(SUM(CASE WHEN l.kind = 'debit' THEN 1 ELSE 0 END) AS BIGINT) FROM calls c LEFT JOIN credits_ledger l
            ON l.tenant_id = c.tenant_id AND l.call_id = c.id WHERE c.tenant_id = $1 GROUP BY c.provider_call_id, c.outcome, c.credits";
        let rows: Vec<Booked> = read.fetch_all(sql, args![self.tenant]).await.unwrap();
        assert_eq!(rows.len(), trials.len(), "one row for each execution");
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|(id, outcome, credits, booked, debits)| (id, (outcome, credits, booked, debits)))
            .collect();
        for trial in trials {
            let expected =
                (Some(trial.outcome.to_owned()), Some(trial.credits), -trial.credits, i64::from(trial.credits > 0));
            assert_eq!(rows[&trial.execution], expected, "{}", trial.execution);
        }
        assert_eq!(self.app.given_up(self.tenant).await, [], "no work was given up");
        self.check_places(&mut read).await;
    }

    /// Sums by day, line and agent are those of all calls.
    async fn check_places(&self, read: &mut Read) {
        let zone = read.tenants().me().await.unwrap().time_zone;
        let (mut expected, mut page) = (BTreeMap::new(), Page { limit: 200, before: None });
        loop {
            let calls = read.calls().list(Filter::default(), &page).await.unwrap();
            for counted in calls.rows.iter().filter_map(|call| count(call, &zone)) {
                let sums: &mut BTreeMap<String, i64> = expected.entry(counted.place).or_default();
                counted.sums.into_iter().for_each(|(measure, value)| *sums.entry(measure).or_default() += value);
            }
            match calls.next {
                Some(next) => page.before = Some(next),
                None => break,
            }
        }
        assert_eq!(group(&rows(read).await.unwrap(), Clone::clone), expected);
    }
}

/// A call with its outcome, its price, what is booked about it, and how many debits there are.
type Booked = (String, Option<String>, Option<i64>, i64, i64);

/// What one moment shows.
struct Seen {
    balance: i64,
    figures: Counts,
    recount: Counts,
}

#[derive(Debug, Default, PartialEq)]
struct Counts {
    calls: i64,
    in_progress: i64,
    outcomes: BTreeMap<String, i64>,
    talk_seconds: i64,
    credits: i64,
}

async fn rows(read: &mut Read) -> ringleader_store::Result<Vec<ringleader_core::figures::Change>> {
    let day = |text: &str| text.parse().unwrap();
    read.rollups().read(day("2000-01-01"), day("2100-01-01"), None, None).await
}

async fn seen(read: &mut Read, tenant: TenantId) -> ringleader_store::Result<Seen> {
    let balance = read.credits().balance().await?;
    let told = Figures::of(&group(&rows(read).await?, |_| ()).remove(&()).unwrap_or_default());
    let figures = Counts {
        calls: told.calls,
        in_progress: told.in_progress,
        outcomes: told.outcomes,
        talk_seconds: told.talk_seconds,
        credits: told.credits,
    };
    let sql = "SELECT status, outcome, COUNT(*), CAST(COALESCE(SUM(duration_seconds), 0) AS BIGINT),
               CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM calls WHERE tenant_id = $1 AND agent_id IS NOT NULL GROUP BY status, outcome";
    let counted: Vec<(String, Option<String>, i64, i64, i64)> = read.fetch_all(sql, args![tenant]).await?;
    let mut recount = Counts::default();
    for (status, outcome, calls, seconds, credits) in counted {
        recount.calls += calls;
        recount.credits += credits;
        if status == "in_progress" {
            recount.in_progress += calls;
            continue;
        }
        let outcome = outcome.unwrap_or_default();
        recount.talk_seconds += if outcome == "answered" { seconds } else { 0 };
        *recount.outcomes.entry(outcome).or_default() += calls;
    }
    Ok(Seen { balance, figures, recount })
}

async fn trials(db: TestDb) {
    let (count, seed) = (setting("RINGLEADER_AGENT_TRIALS", 80) as usize, setting("RINGLEADER_SEED", 1));
    let began = std::time::Instant::now();
    let mut arena = Arena::new(db, seed).await;
    let mut all: Vec<Trial> = Vec::with_capacity(count);
    while all.len() < count {
        let now = arena.app.db.clock.now();
        let batch: Vec<Trial> =
            (all.len()..(all.len() + BATCH).min(count)).map(|n| Trial::draw(n, &mut arena.dice, now)).collect();
        arena.round(&batch).await;
        all.extend(batch);
    }
    arena.check(&all).await;
    assert!(arena.nodes.kills > 0 && arena.looks > 0);
    assert_eq!(arena.most_in_progress, count.min(BATCH) as i64, "all of a batch were in progress at once");
    if std::env::var_os("RINGLEADER_AGENT_TRIALS").is_some() {
        let (engine, took, credits) =
            (arena.app.db.store.engine(), began.elapsed(), all.iter().map(|t| t.credits).sum::<i64>());
        let line = format!(
            "{engine:?}: {count} calls, seed {seed}, {} kills, {} looks, at most {} in progress, {credits} credits, \
             balance and figures right at each look; {took:.0?}\n",
            arena.nodes.kills, arena.looks, arena.most_in_progress
        );
        say(&line);
    }
}

both_engines! {
    async fn the_balance_and_the_figures_are_never_those_of_another_count(db: TestDb) {
        trials(db).await;
    }
}
