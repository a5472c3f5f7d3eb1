//! A year of a business whose truth is known (D2): calls, outreaches, leads, chats, talks and appointments come in any order,
//! late, twice and wrongly at first, some transactions die, contacts are merged, and some parted again; then every figure of
//! every period, day, hour and line is the one that a person with a pencil would get, in two zones with their clock changes.

mod pencil;
mod talking;
mod telling;

use crate::rows::{Dice, LINES, at, call, week};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use pencil::{Pencil, Story, Talking, Truth, WEEK, under_the_line};
use ringleader_core::call::{AgentCall, Call, Hangup, Outcome};
use ringleader_core::id::{ContactId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::reports::summary::Summary;
use ringleader_store::both_engines;
use ringleader_store::repo::{Kind, Only, Period};
use ringleader_store::testing::TestDb;
use std::collections::{BTreeMap, BTreeSet};
use talking::{scores, talks};
use telling::{begins, goes_on, is_answered, is_shown, merge, moment, rings_again, story};

async fn tenant(db: &TestDb, zone: &str) -> TenantId {
    let clock = |minutes: i64| format!("{:02}:{:02}", minutes % (24 * 60) / 60, minutes % 60);
    let week: Vec<serde_json::Value> = WEEK
        .iter()
        .map(|(days, from, to)| serde_json::json!({"days": days.split(',').collect::<Vec<_>>(), "from": clock(*from), "to": clock(*to)}))
        .collect();
    crate::rows::tenant(db, zone, serde_json::json!({ "opening_hours": week })).await
}

/// What a period sums up to by the pencil.
fn summed(truth: &Truth, period: &Period) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for ((measure, day, _, line), value) in truth {
        let within = (period.first..=period.last).contains(day);
        if within && period.line.as_ref().is_none_or(|only| only == line) {
            *sums.entry(measure.clone()).or_insert(0) += value;
        }
    }
    sums.retain(|_, value| *value != 0);
    sums
}

/// What the pencil counts too: it leaves the states of outreaches and the channels of chats to others.
fn is_counted(measure: &str) -> bool {
    !measure.starts_with("outreach:") && !measure.starts_with("chats:")
}

/// Every figure, of the year and of ten periods drawn from it, in all and by line, day and hour; and the rows behind.
async fn holds(db: &TestDb, tenant: TenantId, truth: &Truth, dice: &mut Dice) {
    let mut read = db.store.read(tenant).await.unwrap();
    let year: Date = "2026-01-01".parse().unwrap();
    let mut periods = vec![(year.saturating_sub(2.days()), year.saturating_add(370.days()))];
    for _ in 0..10 {
        let first = year.saturating_add((dice.roll(360) as i64).days());
        periods.push((first, first.saturating_add((dice.roll(90) as i64).days())));
    }
    for (first, last) in periods {
        for line in [None, Some(LINES[0]), Some(LINES[1])] {
            let period = Period { first, last, line: line.map(str::to_owned) };
            let expected = summed(truth, &period);
            let mut told = read.reports().sums(&period).await.unwrap();
            told.retain(|measure, _| is_counted(measure));
            assert_eq!(told, expected, "from {first} to {last} on {line:?}");
            under_the_line(&Summary::of(&told, Some(25_000)), &expected);
        }
    }
    let period = Period { first: year.saturating_sub(2.days()), last: year.saturating_add(370.days()), line: None };
    let measures: BTreeSet<&str> = truth.keys().map(|(measure, ..)| measure.as_str()).collect();
    let measures: Vec<&str> = measures.into_iter().collect();
    let days = read.reports().by_day(&measures, &period).await.unwrap();
    for measure in measures {
        let (mut of_days, mut of_hours): (BTreeMap<Date, i64>, BTreeMap<(Date, i8), i64>) = Default::default();
        for ((_, day, hour, _), value) in truth.iter().filter(|((of, ..), value)| of == measure && **value != 0) {
            *of_days.entry(*day).or_default() += value;
            *of_hours.entry((*day, *hour)).or_default() += value;
        }
        let told: BTreeMap<Date, i64> =
            days.iter().filter_map(|(day, sums)| Some((*day, *sums.get(measure)?))).collect();
        assert_eq!(told, of_days, "{measure} by day");
        assert_eq!(read.reports().by_slot(measure, &period).await.unwrap(), week(&of_hours), "{measure} by hour");
        let (mut behind, mut cursor) = (0, None);
        loop {
            let (rows, next) = read.reports().behind(measure, &period, cursor.as_deref(), 50).await.unwrap();
            behind += rows.iter().map(|row| row.value).sum::<i64>();
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(behind, of_days.values().sum::<i64>(), "the rows behind {measure}");
    }
    for day in truth.keys().map(|(_, day, ..)| *day).collect::<BTreeSet<_>>() {
        assert_eq!(read.reports().unequal(day).await.unwrap(), [], "{day}");
        if day.day() == 1 {
            assert_eq!(read.reports().unequal_month(day).await.unwrap(), Vec::<String>::new(), "{day}");
        }
    }
}

/// The rows of each voice agent alone: what its own calls come to.
async fn agents_hold(db: &TestDb, tenant: TenantId, plain: &[Call]) {
    let (first, last) = ("2025-12-30".parse().unwrap(), "2027-01-05".parse().unwrap());
    let period = Period { first, last, line: None };
    let mut read = db.store.read(tenant).await.unwrap();
    for agent in ["agent-0", "agent-1", "agent-2"] {
        let theirs = |call: &&Call| call.agent.as_ref().is_some_and(|it| it.agent_id.as_deref() == Some(agent));
        let calls: Vec<&Call> = plain.iter().filter(theirs).collect();
        let nobody = |call: &&&Call| matches!(call.outcome, Some(Outcome::Missed | Outcome::Voicemail));
        let missed = calls.iter().filter(nobody).count() as i64;
        let credits = calls.iter().filter_map(|call| call.credits).sum::<i64>();
        let only = Only { agent: Some(agent.to_owned()), slot: None };
        for (measure, expected) in [("voice_agent_missed", missed), ("credits", credits)] {
            let (mut told, mut cursor) = (0, None);
            loop {
                let (rows, next) =
                    read.reports().behind_only(measure, &period, &only, cursor.as_deref(), 2).await.unwrap();
                told += rows.iter().map(|row| row.value).sum::<i64>();
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(told, expected, "{measure} of {agent}");
        }
    }
}

/// Counts everything afresh: nothing was counted wrongly.
async fn recount_finds_nothing(db: &TestDb, tenant: TenantId) {
    for kind in Kind::ALL {
        let mut after = String::new();
        loop {
            let mut tx = db.store.begin(tenant).await.unwrap();
            let page = tx.reports().recount(kind, &after, 40).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(page.corrected, 0, "{kind:?}");
            let Some(next) = page.next else { break };
            after = next;
        }
    }
}

async fn fold(db: &TestDb, tenant: TenantId, limit: usize) {
    let mut tx = db.store.begin(tenant).await.unwrap();
    tx.reports().fold(limit).await.unwrap();
    tx.commit().await.unwrap();
}

async fn year(db: &TestDb, zone: &str, changes: &[Timestamp], seed: u64) {
    let mut dice = Dice(seed);
    let id = tenant(db, zone).await;
    let mut stories: Vec<Story> = (0..48).map(|n| story(db, n, &mut dice, changes)).collect();
    for it in &mut stories {
        begins(db, id, it, &mut dice).await;
        is_answered(db, id, it, &mut dice).await;
    }
    fold(db, id, 40).await;
    let plain: Vec<Call> = (0..48)
        .map(|n| {
            let cost_micros = (n % 4 > 0).then_some(1_000 * n as i64);
            let agent = AgentCall { agent_id: Some(format!("agent-{}", n % 2)), cost_micros, ..AgentCall::default() };
            let agent = (n % 3 == 0).then_some(agent);
            let hangup = (agent.is_some() && n % 2 == 0).then(|| Hangup {
                by: None,
                reason: Some("100% \"busy\"_line".into()),
                code: None,
            });
            let call = call(db.store.ids().new_id(), n, moment(&mut dice, changes), &mut dice);
            let picked_up = matches!(call.outcome, Some(Outcome::Answered | Outcome::Silent));
            let rang = call.started_at.zip(call.ring_seconds).filter(|_| picked_up && agent.is_some());
            let answered_at = rang.map(|(began, seconds)| began + SignedDuration::from_secs(seconds));
            Call { credits: agent.as_ref().map(|_| n as i64 % 5), answered_at, agent, hangup, ..call }
        })
        .collect();
    let talking: Vec<Talking> = (0..18)
        .map(|n| Talking {
            at: moment(&mut dice, changes),
            over: dice.roll(4) > 0,
            kind: n % 3,
            line: (n % 2 == 0).then(|| dice.pick(&LINES)),
        })
        .collect();
    for (n, it) in talking.iter().enumerate() {
        talks(db, id, n, *it).await;
    }
    // The rest comes in any order, much of it twice; the last word on a status comes last.
    let mut events: Vec<(usize, usize)> =
        (0..stories.len()).flat_map(|n| [(n, 0), (n, 1), (n, 3), (n, 4), (n, 4)]).collect();
    for at in (1..events.len()).rev() {
        let other = dice.roll(at + 1);
        events.swap(at, other);
    }
    let callers: [ContactId; 4] = std::array::from_fn(|_| db.store.ids().new_id());
    let mut analysed = Vec::new();
    for (at, (n, step)) in events.iter().enumerate() {
        goes_on(db, id, &stories[*n], *step, &mut dice).await;
        if let Some(call) = plain.get(at) {
            let wrong = Call { outcome: Some(Outcome::Technical), line: Phone::from_e164(LINES[0]), ..call.clone() };
            for call in [&wrong, call, call] {
                let mut tx = db.store.begin(id).await.unwrap();
                tx.calls().insert(call, None).await.unwrap();
                tx.calls().save(call).await.unwrap();
                tx.commit().await.unwrap();
            }
            if at % 3 > 0 {
                analysed.push((call, scores(db, id, call, callers[at % 4], &mut dice).await));
            }
        }
    }
    let mut tx = db.store.begin(id).await.unwrap();
    tx.analyses().retire_complete(callers[0]).await.unwrap();
    tx.commit().await.unwrap();
    let mut still = Dice(1);
    for it in &stories {
        for step in [0, 2, 3, 4] {
            // Told until it is kept: the dice may kill a node several times.
            for _ in 0..4 {
                goes_on(db, id, it, step, &mut still).await;
            }
        }
        rings_again(db, id, it).await;
        is_shown(db, id, it).await;
    }
    let mut pencil = Pencil { zone: TimeZone::get(zone).unwrap(), truth: Truth::new() };
    for (n, pair) in stories.chunks(2).enumerate() {
        let merged = (4..8).contains(&n);
        if n < 8 {
            merge(db, id, &pair[0], &pair[1], !merged).await;
        }
        pencil.story(&pair[0], None, merged.then_some(&pair[1]));
        pencil.story(&pair[1], merged.then_some(&pair[0]), None);
    }
    plain.iter().for_each(|it| pencil.plain(it));
    analysed.iter().for_each(|(it, scores)| pencil.scored(it, *scores));
    talking.iter().for_each(|it| pencil.talk(*it));
    holds(db, id, &pencil.truth, &mut dice).await;
    agents_hold(db, id, &plain).await;
    recount_finds_nothing(db, id).await;
    fold(db, id, 10_000).await;
    holds(db, id, &pencil.truth, &mut dice).await;
}

both_engines! {
    async fn every_figure_of_a_year_is_what_a_pencil_counts(db: TestDb) {
        year(&db, "Asia/Jerusalem", &at(&["2026-03-27T00:00:00Z", "2026-10-24T23:00:00Z"]), 3).await;
        year(&db, "Europe/London", &at(&["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]), 4).await;
    }
}
