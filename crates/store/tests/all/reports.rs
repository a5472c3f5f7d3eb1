//! Reports are those of a count of what a business really had (D2): a generator makes a business with a known truth, tells it
//! late, twice, in any order and wrongly at first, and every sum equals the truth, over clock changes too.

use crate::rows::{Dice, LINES, at, call, contact, outreach, sums, tenant, week};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ringleader_core::call::{AgentCall, Call, CallStatus, Direction, Outcome};
use ringleader_core::id::{LeadId, TenantId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_store::both_engines;
use ringleader_store::repo::{Kind, Only, Period};
use ringleader_store::testing::TestDb;
use std::collections::BTreeMap;

/// The sums by measure, day, hour and line.
type Truth = BTreeMap<(String, Date, i8, String), i64>;

/// Counts calls as a person with a list would, without the rules that are tried here.
fn truth(calls: &[Call], zone: &TimeZone) -> Truth {
    let mut truth = Truth::new();
    for call in calls {
        let local = call.started_at.unwrap().to_zoned(zone.clone());
        let line = call.line.as_ref().unwrap().as_str().to_owned();
        let mut add = |measure: &str, value: i64| {
            if value != 0 {
                *truth.entry((measure.to_owned(), local.date(), local.hour(), line.clone())).or_default() += value;
            }
        };
        let inbound = call.direction == Direction::Inbound;
        add(if inbound { "calls:inbound" } else { "calls:outbound" }, 1);
        let answered = call.outcome == Some(Outcome::Answered);
        add("answered", i64::from(inbound && answered));
        let machine = matches!(call.outcome, Some(Outcome::Missed | Outcome::Voicemail | Outcome::Menu));
        add("missed", i64::from(inbound && machine));
        add("talk_seconds", if inbound && answered { call.duration_seconds.unwrap_or(0) } else { 0 });
    }
    truth
}

const MEASURES: [&str; 5] = ["calls:inbound", "calls:outbound", "answered", "missed", "talk_seconds"];

/// Every measure of the truth, by day, by hour, by line and in all; and the rows behind.
async fn holds(db: &TestDb, tenant: TenantId, truth: &Truth, first: Date, last: Date) {
    let mut read = db.store.read(tenant).await.unwrap();
    for line in [None, Some(LINES[0]), Some(LINES[1])] {
        let period = Period { first, last, line: line.map(str::to_owned) };
        let mine = || truth.iter().filter(|((.., of), _)| line.is_none_or(|line| of == line));
        let sums = read.reports().sums(&period).await.unwrap();
        let days = read.reports().by_day(&MEASURES, &period).await.unwrap();
        for measure in MEASURES {
            let all: i64 = mine().filter(|((of, ..), _)| of == measure).map(|(_, value)| value).sum();
            assert_eq!(sums.get(measure).copied().unwrap_or(0), all, "{measure} {line:?}");
            let mut hours: BTreeMap<(Date, i8), i64> = BTreeMap::new();
            for ((_, day, hour, _), value) in mine().filter(|((of, ..), _)| of == measure) {
                *hours.entry((*day, *hour)).or_default() += value;
            }
            assert_eq!(read.reports().by_slot(measure, &period).await.unwrap(), week(&hours), "{measure} {line:?}");
            for (day, sums) in &days {
                let of_day: i64 = hours.iter().filter(|((of, _), _)| of == day).map(|(_, value)| value).sum();
                assert_eq!(sums.get(measure).copied().unwrap_or(0), of_day, "{measure} {day}");
            }
            let (mut behind, mut cursor) = (0, None);
            loop {
                let (rows, next) = read.reports().behind(measure, &period, cursor.as_deref(), 7).await.unwrap();
                behind += rows.iter().map(|row| row.value).sum::<i64>();
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(behind, all, "the rows behind {measure}");
        }
    }
    for day in truth.keys().map(|(_, day, ..)| *day).collect::<std::collections::BTreeSet<_>>() {
        assert_eq!(read.reports().unequal(day).await.unwrap(), [], "{day}");
        assert_eq!(read.reports().unequal_month(day).await.unwrap(), Vec::<String>::new(), "{day}");
    }
}

/// Tells the calls late, twice, shuffled, and wrongly at first; some turn out to be part of another.
async fn tell(db: &TestDb, tenant: TenantId, calls: &mut Vec<Call>, dice: &mut Dice) {
    let mut events: Vec<Call> = Vec::new();
    for call in calls.iter() {
        let early = Call { status: CallStatus::InProgress, outcome: None, duration_seconds: None, ..call.clone() };
        let moved = call.started_at.map(|at| at - SignedDuration::from_hours(dice.roll(60) as i64));
        let other = Phone::from_e164(dice.pick(&LINES));
        events.extend([
            early,
            Call { started_at: moved, line: other, outcome: Some(Outcome::Missed), ..call.clone() },
            call.clone(),
        ]);
    }
    for at in (1..events.len()).rev() {
        let other = dice.roll(at + 1);
        events.swap(at, other);
    }
    // Whatever came before, what is true is told last, to some twice.
    events.extend(calls.iter().cloned());
    events.extend(calls.iter().filter(|call| call.received_at.as_second() % 3 == 0).cloned());
    for (at, event) in events.iter().enumerate() {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.calls().insert(event, None).await.unwrap();
        tx.calls().save(event).await.unwrap();
        if at % 11 == 0 {
            drop(tx); // a node that died
            continue;
        }
        tx.commit().await.unwrap();
    }
    for call in calls.iter() {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.calls().insert(call, None).await.unwrap();
        tx.calls().save(call).await.unwrap();
        tx.commit().await.unwrap();
    }
    for _ in 0..calls.len() / 10 {
        let (from, into) = (calls.remove(dice.roll(calls.len())), calls[0].id);
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.calls().absorb(into, from.id).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A business in a zone over the days around its clock changes.
async fn business(db: &TestDb, zone: &str, changes: &[Timestamp], seed: u64) {
    let mut dice = Dice(seed);
    let id = tenant(db, zone, serde_json::json!({})).await;
    let local = TimeZone::get(zone).unwrap();
    let mut calls = Vec::new();
    for (n, change) in changes.iter().flat_map(|change| std::iter::repeat_n(change, 24)).enumerate() {
        let began = *change + SignedDuration::from_mins(dice.roll(4 * 24 * 60) as i64 - 2 * 24 * 60);
        calls.push(call(db.store.ids().new_id(), n, began, &mut dice));
    }
    tell(db, id, &mut calls, &mut dice).await;
    let days = changes.iter().map(|change| change.to_zoned(local.clone()).date());
    let first = days.clone().min().unwrap().saturating_sub(7.days());
    let last = days.max().unwrap().saturating_add(7.days());
    let truth = truth(&calls, &local);
    holds(db, id, &truth, first, last).await;
    let mut tx = db.store.begin(id).await.unwrap();
    let mut after = String::new();
    loop {
        let page = tx.reports().recount(Kind::Calls, &after, 10).await.unwrap();
        assert_eq!(page.corrected, 0, "the recount finds nothing wrong");
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    tx.commit().await.unwrap();
    holds(db, id, &truth, first, last).await;
}

/// A missed call with its outreach and lead; the lead's id.
async fn missed(db: &TestDb, tenant: TenantId, n: usize, dice: &mut Dice) -> LeadId {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let contact = contact(&mut tx, &format!("+4477009001{n:02}")).await;
    let now = tx.now();
    let episode = outreach(&mut tx, contact.id).await;
    let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
    let its = Call {
        outcome: Some(Outcome::Missed),
        direction: Direction::Inbound,
        line: Phone::from_e164(LINES[0]),
        episode_id: Some(episode.id),
        ..call(tx.new_id(), 900 + n, now, dice)
    };
    tx.calls().insert(&its, None).await.unwrap();
    tx.calls().give_to_lead(episode.id, lead.id).await.unwrap();
    tx.commit().await.unwrap();
    lead.id
}

both_engines! {
    async fn every_report_is_the_truth_over_clock_changes(db: TestDb) {
        let jerusalem = at(&["2026-03-27T00:00:00Z", "2026-10-24T23:00:00Z"]);
        let london = at(&["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]);
        for seed in 1..=2 {
            business(&db, "Asia/Jerusalem", &jerusalem, seed).await;
            business(&db, "Europe/London", &london, seed + 40).await;
        }
    }

    async fn a_lead_that_people_move_counts_where_it_stands(db: TestDb) {
        let (id, mut dice) = (tenant(&db, "Europe/London", serde_json::json!({})).await, Dice(5));
        let mut leads = Vec::new();
        for n in 0..4 {
            leads.push(missed(&db, id, n, &mut dice).await);
        }
        for (lead, status) in leads.iter().zip([LeadStatus::Qualified, LeadStatus::Converted, LeadStatus::Lost, LeadStatus::Qualified]) {
            for status in [LeadStatus::Qualified, LeadStatus::New, status] {
                let mut tx = db.store.begin(id).await.unwrap();
                let mut lead = tx.leads().get(*lead).await.unwrap().unwrap();
                lead.status = status;
                tx.leads().save(&lead).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        let told = sums(&db, id).await;
        let expected = [
            ("leads", 4), ("source:missed_call", 4), ("qualified", 3), ("recovered", 3), ("converted", 1), ("spoken_with", 1),
            ("lost", 1), ("status:qualified", 2), ("missed", 4), ("outreach", 4), ("outreach:waiting", 4),
        ];
        for (measure, value) in expected {
            assert_eq!(told.get(measure).copied().unwrap_or(0), value, "{measure} of {told:?}");
        }
        let line = Period { first: "2020-01-01".parse().unwrap(), last: "2030-01-01".parse().unwrap(), line: Some(LINES[0].into()) };
        let of_line = db.store.read(id).await.unwrap().reports().sums(&line).await.unwrap();
        assert_eq!(of_line.get("leads"), Some(&4), "a lead came over the line of its first call");
    }

    async fn commits_of_one_business_do_not_wait_for_each_others_sums(db: TestDb) {
        if db.store.engine() == ringleader_store::Engine::Sqlite {
            return; // one writer at a time anyway
        }
        let (id, mut dice) = (tenant(&db, "Europe/London", serde_json::json!({})).await, Dice(3));
        let now = db.clock.now();
        let missed = |n: usize, dice: &mut Dice| Call { direction: Direction::Inbound, outcome: Some(Outcome::Missed), ..call(db.store.ids().new_id(), n, now, dice) };
        let keep = async |call: Call| {
            let mut tx = db.store.begin(id).await.unwrap();
            tx.calls().insert(&call, None).await.unwrap();
            tx.commit().await.unwrap();
        };
        keep(missed(1, &mut dice)).await;
        // A folder holds the sums of this very hour, and keeps holding them.
        let mut folder = db.store.begin(id).await.unwrap();
        assert_eq!(folder.reports().fold(10).await.unwrap(), 1);
        keep(missed(2, &mut dice)).await;
        assert_eq!(sums(&db, id).await.get("missed"), Some(&2), "before the fold is kept");
        folder.commit().await.unwrap();
        assert_eq!(sums(&db, id).await.get("missed"), Some(&2), "and after");
        let mut folder = db.store.begin(id).await.unwrap();
        assert_eq!(folder.reports().fold(10).await.unwrap(), 1, "what came meanwhile is left for the next");
        folder.commit().await.unwrap();
        assert_eq!(sums(&db, id).await.get("missed"), Some(&2));
    }

    async fn many_at_once_count_each_thing_once(db: TestDb) {
        let id = tenant(&db, "Europe/London", serde_json::json!({})).await;
        let mut dice = Dice(9);
        let now = db.clock.now();
        let one = Call { direction: Direction::Inbound, outcome: Some(Outcome::Missed), ..call(db.store.ids().new_id(), 1, now, &mut dice) };
        let racers: Vec<_> = (0..6).map(|_| {
            let (store, call) = (db.store.clone(), one.clone());
            tokio::spawn(async move {
                let mut tx = store.begin(id).await.unwrap();
                tx.calls().insert(&call, None).await.unwrap();
                tx.calls().save(&call).await.unwrap();
                tx.commit().await.unwrap();
            })
        }).collect();
        for racer in racers {
            racer.await.unwrap();
        }
        assert_eq!(sums(&db, id).await.get("missed"), Some(&1));
    }

    async fn agents_whose_ids_differ_in_the_case_of_letters_are_two(db: TestDb) {
        let id = tenant(&db, "Europe/London", serde_json::json!({})).await;
        let (mut dice, mut tx) = (Dice(3), db.store.begin(id).await.unwrap());
        let now = tx.now();
        for (n, agent) in ["agent-a", "Agent-A"].into_iter().enumerate() {
            let agent = Some(AgentCall { agent_id: Some(agent.to_owned()), ..AgentCall::default() });
            let call = Call { agent, ..call(tx.new_id(), n, now, &mut dice) };
            tx.calls().insert(&call, None).await.unwrap();
            tx.calls().save(&call).await.unwrap();
        }
        tx.commit().await.unwrap();
        let day = now.to_zoned(TimeZone::get("Europe/London").unwrap()).date();
        let (period, only) = (Period { first: day, last: day, line: None }, Only { agent: Some("agent-a".into()), slot: None });
        let mut read = db.store.read(id).await.unwrap();
        let (rows, _) = read.reports().behind_only("voice_agent_calls", &period, &only, None, 10).await.unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(read.reports().behind("voice_agent:agent-a", &period, None, 10).await.unwrap().0, rows);
        assert_eq!(read.reports().behind("voice_agent_calls", &period, None, 10).await.unwrap().0.len(), 2);
    }
}
