//! Trials: the records of one caller come twice, out of order and at once, while nodes are killed and others start. Whatever
//! happens, each caller gets exactly one effect (P2, P3, P4): one episode, one lead, one chat, one message handed over, or, where
//! a node died between request and answer, a message that is not sent again but looked after by a person.
//!
//! `RINGLEADER_TRIALS` says how many (`make trials`: 10,000), `RINGLEADER_SEED` with which seed.

use crate::nodes::{Nodes, say, setting};
use crate::support::{App, World};
use crate::town::Dice;
use http::StatusCode;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::TenantId;
use ringleader_providers::voicenter::fake::{Encoding, Payload, Scenario};
use ringleader_providers::whatsapp_cloud::fake::{Behaviour, Options, WhatsappFake};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, args, both_engines};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

const DID: &str = "0771234567";

/// Callers whose records are on their way at once.
const BATCH: usize = 400;

/// The world: one shop, one provider, one node or, on PostgreSQL, two.
struct Arena {
    app: App,
    fake: WhatsappFake,
    nodes: Nodes,
    cdr: String,
    tenant: TenantId,
    dice: Dice,
}

/// What one caller's switchboard reports, and how many messages must come of it.
struct Trial {
    phone: String,
    records: Vec<Payload>,
    calls: i64,
    expected: i64,
}

impl Trial {
    fn draw(n: usize, dice: &mut Dice, now: Timestamp) -> Self {
        let (local, seconds) = (format!("05012{n:05}"), |s: i64| SignedDuration::from_secs(s));
        let missed = |id: &str| Scenario::missed(&local, DID).id(&format!("{id}-{n}")).at(now - seconds(50));
        let (scenarios, calls, expected) = match dice.below(5) {
            0 => (vec![missed("a")], 1, 1),
            1 => (vec![missed("a").extensions(&["SIPa", "SIPb", "SIPc"])], 1, 1),
            2 => (vec![missed("a"), missed("b").at(now - seconds(20))], 2, 1),
            3 => (vec![Scenario::queue_abandoned(&local, DID, 20).id(&format!("q-{n}")).at(now - seconds(50))], 1, 1),
            _ => {
                let back = Scenario::called_back(DID, &local, 15).id(&format!("c-{n}")).at(now - seconds(20));
                (vec![missed("a").ring(5), back], 2, 0)
            }
        };
        let mut records: Vec<Payload> = scenarios.iter().flat_map(|call| call.payloads(Encoding::Json)).collect();
        for _ in 0..=dice.below(3) {
            let again = dice.below(records.len() as u64) as usize;
            records.push(records[again].clone());
        }
        Self { phone: format!("+972{}", &local[1..]), records, calls, expected }
    }
}

impl Arena {
    async fn new(db: TestDb, seed: u64) -> Self {
        let clock = db.clock.clone();
        let mut options = Options::new(Arc::new(move || clock.now()), ringleader_brain::models::http_client());
        options.behaviour = Behaviour::fast();
        let fake = WhatsappFake::start(options).await.unwrap();
        let second = if db.store.engine() == Engine::Postgres { Some(db.second_store().await) } else { None };
        let app = App::with(db, 1024, &fake.base_url()).await;
        let key = app.shop("Plumbers").await;
        let settings = json!({"settings": {"templates": {"first_message": {"name": "first", "language": "he"}},
            "limits": {"first_messages_per_minute": 100_000, "first_messages_per_day": 1_000_000,
                "messages_per_day": 1_000_000}}});
        assert_eq!(app.patch("/api/v1/tenant", &key, settings).await.status, StatusCode::OK);
        let cdr = app.connection(&key, "voicenter", json!({}), "cdr").await;
        let whatsapp =
            json!({"phone_number_id": "800000000000042", "display_number": "+442079460018", "access_token": "t"});
        app.connection(&key, "whatsapp_cloud", whatsapp, "messages").await;
        let line = json!({"number": DID, "uses": ["missed_call"]});
        assert_eq!(app.post("/api/v1/lines", &key, line).await.status, StatusCode::CREATED);
        let tenant = app.get("/api/v1/tenant", &key).await.id().parse().unwrap();
        let nodes = Nodes::new(&app, second, &World { whatsapp: fake.base_url(), ..World::default() });
        Self { app, fake, nodes, cdr, tenant, dice: Dice::new(seed) }
    }

    /// A time at which nothing has to wait for quiet hours to end (A7): a long run goes on the next morning.
    fn in_office_hours(&self) -> Timestamp {
        let (clock, zone) = (&self.app.db.clock, TimeZone::get("Asia/Jerusalem").unwrap());
        let now = clock.now().to_zoned(zone);
        if now.hour() >= 18 {
            let morning = now.tomorrow().unwrap().with().hour(9).build().unwrap();
            clock.advance(morning.timestamp().duration_since(now.timestamp()));
        }
        clock.now()
    }

    /// Delivers records at once, in any order, and kills nodes meanwhile.
    async fn deliver(&mut self, mut records: Vec<Payload>) {
        for i in (1..records.len()).rev() {
            records.swap(i, self.dice.below(i as u64 + 1) as usize);
        }
        for wave in records.chunks(64) {
            futures::future::join_all(
                wave.iter().map(|record| self.app.insist(&self.cdr, record.content_type, &record.body)),
            )
            .await;
            if self.dice.below(2) == 0 {
                self.nodes.kill(&mut self.dice).await;
            }
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
        }
    }

    async fn round(&mut self, trials: &[Trial]) {
        self.deliver(trials.iter().flat_map(|trial| trial.records.clone()).collect()).await;
        self.work().await;
        self.app.db.clock.advance(SignedDuration::from_mins(2));
        self.deliver(trials.iter().map(|trial| trial.records[0].clone()).collect()).await; // late repeats
        self.work().await;
        // Answers that were lost are settled by then, also of those who waited for their number's turn (A8) and died in it.
        for _ in 0..2 {
            self.app.db.clock.advance(SignedDuration::from_mins(11));
            self.work().await;
        }
    }

    /// Rows of a table for each phone.
    async fn count(&self, sql: &'static str) -> BTreeMap<String, i64> {
        let mut read = self.app.db.store.read(self.tenant).await.unwrap();
        let rows: Vec<(String, i64)> = read.fetch_all(sql, args![self.tenant]).await.unwrap();
        rows.into_iter().collect()
    }

    /// What is known of a caller whose effect is not the expected one.
    async fn story(&self, trial: &Trial) -> String {
        let mut told = format!(" at {} (", self.app.db.clock.now());
        for sql in [
            "SELECT 'call ' || id || ' ' || COALESCE(outcome, '') || ' ' || COALESCE(episode_id, '') FROM calls WHERE tenant_id = $1 AND from_number = $2",
            "SELECT 'episode ' || e.id || ' ' || e.state || ' ' || COALESCE(e.reason, '') || ' due ' || e.due_at FROM episodes e JOIN contacts c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id WHERE e.tenant_id = $1 AND c.phone = $2",
            "SELECT 'decision ' || d.rule || ' ' || d.verdict || ' at ' || d.at FROM decisions d JOIN contacts c ON c.tenant_id = d.tenant_id AND c.id = d.contact_id WHERE d.tenant_id = $1 AND c.phone = $2",
            "SELECT 'job ' || j.kind || ' ' || j.state || ' attempt ' || j.attempt || ' at ' || j.run_at || ' ' || COALESCE(j.last_error, '') FROM jobs j JOIN episodes e ON e.tenant_id = j.tenant_id AND j.payload LIKE '%' || e.id || '%' JOIN contacts c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id WHERE j.tenant_id = $1 AND c.phone = $2",
            "SELECT 'message ' || m.id || ' ' || m.status || ' ' || COALESCE(m.error, '') || ' job ' || COALESCE(j.kind || ' ' || j.state || ' attempt ' || j.attempt || ' at ' || j.run_at || ' ' || COALESCE(j.last_error, ''), '') FROM messages m LEFT JOIN jobs j ON m.tenant_id = j.tenant_id AND j.payload LIKE '%' || m.id || '%' WHERE m.tenant_id = $1 AND m.to_phone = $2",
        ] {
            let mut read = self.app.db.store.read(self.tenant).await.unwrap();
            match read.fetch_all::<(String,)>(sql, args![self.tenant, &trial.phone]).await {
                Ok(rows) => rows.iter().for_each(|(row,)| told.push_str(&format!("{row}; "))),
                Err(error) => told.push_str(&format!("{error}; ")),
            }
        }
        told
    }

    /// How many messages were handed over, and how many were left to a person.
    async fn check(&mut self, trials: &[Trial]) -> (i64, i64) {
        self.nodes.stop();
        let mut sent: BTreeMap<String, i64> = BTreeMap::new();
        for message in self.fake.sent() {
            *sent.entry(message.to).or_default() += 1;
        }
        let calls = self.count("SELECT c.phone, COUNT(*) FROM calls k JOIN contacts c ON c.tenant_id = k.tenant_id AND c.id = k.contact_id WHERE k.tenant_id = $1 GROUP BY c.phone").await;
        let episodes = self.count("SELECT c.phone, COUNT(*) FROM episodes e JOIN contacts c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id WHERE e.tenant_id = $1 GROUP BY c.phone").await;
        let leads = self.count("SELECT c.phone, COUNT(*) FROM leads l JOIN contacts c ON c.tenant_id = l.tenant_id AND c.id = l.contact_id WHERE l.tenant_id = $1 GROUP BY c.phone").await;
        let wished = self.count("SELECT to_phone, COUNT(*) FROM messages WHERE tenant_id = $1 AND audience = 'contact' GROUP BY to_phone").await;
        let decided = self.count("SELECT c.phone, COUNT(*) FROM decisions d JOIN contacts c ON c.tenant_id = d.tenant_id AND c.id = d.contact_id JOIN messages m ON m.tenant_id = d.tenant_id AND m.id = d.message_id WHERE d.tenant_id = $1 AND d.verdict = 'send' AND m.audience = 'contact' GROUP BY c.phone").await;
        let asked = self.count("SELECT phone, COUNT(*) FROM tasks WHERE tenant_id = $1 AND kind = 'check_send' AND phone IS NOT NULL GROUP BY phone").await;
        let of = |map: &BTreeMap<String, i64>, trial: &Trial| map.get(&trial.phone).copied().unwrap_or(0);
        assert_eq!(self.app.given_up(self.tenant).await, [], "no work was given up");
        let (mut handed_over, mut left) = (0, 0);
        for trial in trials {
            let mut told = format!("trial of {}", &trial.phone[8..]);
            if of(&leads, trial) != trial.expected || of(&episodes, trial) != 1 {
                told.push_str(&self.story(trial).await);
            }
            assert_eq!(of(&calls, trial), trial.calls, "{told}: calls");
            assert_eq!(of(&episodes, trial), 1, "{told}: episodes");
            assert_eq!(of(&leads, trial), trial.expected, "{told}: leads");
            assert_eq!(of(&wished, trial), trial.expected, "{told}: messages");
            assert_eq!(of(&decided, trial), trial.expected, "{told}: decisions to send");
            let (sent, asked) = (of(&sent, trial), of(&asked, trial));
            if sent != trial.expected && asked != 1 {
                told.push_str(&self.story(trial).await);
            }
            assert!(sent == trial.expected || (sent == 0 && asked == 1), "{told}: {sent} sent, {asked} asked");
            handed_over += sent;
            left += i64::from(sent < trial.expected);
        }
        (handed_over, left)
    }
}

async fn trials(db: TestDb) {
    let (count, seed) = (setting("RINGLEADER_TRIALS", 60) as usize, setting("RINGLEADER_SEED", 1));
    let began = std::time::Instant::now();
    let mut arena = Arena::new(db, seed).await;
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let now = arena.in_office_hours();
        let batch: Vec<Trial> =
            (all.len()..(all.len() + BATCH).min(count)).map(|n| Trial::draw(n, &mut arena.dice, now)).collect();
        arena.round(&batch).await;
        all.extend(batch);
    }
    let (handed_over, left) = arena.check(&all).await;
    assert_eq!(arena.fake.counts().duplicate_keys, 0);
    assert!(arena.nodes.kills > 0);
    if std::env::var_os("RINGLEADER_TRIALS").is_some() {
        let (engine, took) = (arena.app.db.store.engine(), began.elapsed());
        let expected: i64 = all.iter().map(|trial| trial.expected).sum();
        let line = format!(
            "{engine:?}: {count} trials, seed {seed}, {} kills, {expected} messages expected, {handed_over} handed over, \
             {left} left to a person, none twice; {took:.0?}\n",
            arena.nodes.kills
        );
        say(&line);
    }
}

both_engines! {
    async fn each_caller_gets_exactly_one_effect_whatever_dies(db: TestDb) {
        trials(db).await;
    }
}
