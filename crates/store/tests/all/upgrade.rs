//! A database of an older version, with things in it: what a newer one adds is filled in as if it had always been there.

use crate::queue::claim_all;
use crate::rows::{Dice, call, contact, letter, tenant};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{AgentCall, Call};
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::figures::Sums;
use ringleader_core::id::{ConnectionId, Id, LeadId, TenantId, UserId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::reception::words::Purpose;
use ringleader_store::jobs::{Filter, NewJob, OnConflict};
use ringleader_store::repo::{NewAppointment, Period, Stretch};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, Store, args, both_engines};

/// What takes the months, and the moment that decides a call's day, away again.
const OLDER: &[&str] = &[
    "DROP TABLE rollups_monthly",
    "DROP TABLE rollups_slots",
    "DROP TABLE model_money",
    "DROP INDEX rollups_daily_by_measure",
    "DROP INDEX calls_not_answered",
    "ALTER TABLE calls DROP COLUMN counted_at",
    "CREATE INDEX calls_not_answered ON calls (tenant_id, received_at)",
    "DELETE FROM schema_migrations WHERE name = '0028_months'",
];

/// The words that row security had before: the setting is asked for each row.
const OLDER_POLICY: &[&str] = &[
    "DROP POLICY ringleader_tenant_2 ON calls",
    "CREATE POLICY ringleader_tenant ON calls USING (tenant_id = current_setting('ringleader.tenant', true)
     OR current_setting('ringleader.tenant', true) = '*')",
];

/// Everything that is read from what the migration fills.
#[derive(Debug, PartialEq)]
struct Told {
    sums: Sums,
    slots: [[i64; 24]; 7],
    lines: Vec<String>,
    moments: Vec<(String, i64)>,
}

async fn told(store: &Store, tenant: TenantId) -> Told {
    let day = |text: &str| text.parse().unwrap();
    let period = Period { first: day("2027-12-01"), last: day("2028-03-31"), line: None };
    let mut read = store.read(tenant).await.unwrap();
    Told {
        sums: read.reports().sums(&period).await.unwrap(),
        slots: read.reports().by_slot("calls:inbound", &period).await.unwrap(),
        lines: read.reports().lines(&period).await.unwrap(),
        moments: read
            .fetch_all("SELECT id, counted_at FROM calls WHERE tenant_id = $1 ORDER BY id", args![tenant])
            .await
            .unwrap(),
    }
}

/// Calls over the end of a year and of a leap year's February, at all hours; some records come weeks late.
async fn calls(db: &TestDb, tenant: TenantId) {
    let mut dice = Dice(5);
    let first: Timestamp = "2027-12-20T00:00:00Z".parse().unwrap();
    for n in 0..150 {
        let began = first + SignedDuration::from_mins(dice.roll(77 * 24 * 60) as i64);
        let mut tx = db.store.begin(tenant).await.unwrap();
        let mut call = call(tx.new_id(), n, began, &mut dice);
        if n % 5 == 0 {
            call.received_at = began + SignedDuration::from_hours(24 * 6 + dice.roll(60) as i64);
        }
        tx.calls().insert(&call, None).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = db.store.begin(tenant).await.unwrap();
    while tx.reports().fold(50).await.unwrap() > 0 {}
    tx.commit().await.unwrap();
}

both_engines! {
    async fn sums_by_month_and_the_days_of_calls_are_filled_in_as_they_would_have_been(db: TestDb) {
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        calls(&db, id).await;
        let before = told(&db.store, id).await;
        assert!(before.slots.iter().flatten().filter(|count| **count > 0).count() > 50, "{before:?}");

        let mut tx = db.store.begin_system().await.unwrap();
        let postgres = tx.engine() == Engine::Postgres;
        for sql in OLDER.iter().chain(OLDER_POLICY.iter().filter(|_| postgres)) {
            tx.execute(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();

        let newer = db.second_store().await;
        assert_eq!(told(&newer, id).await, before);
        let mut read = newer.read(id).await.unwrap();
        for month in ["2027-12-01", "2028-01-01", "2028-02-01", "2028-03-01"] {
            assert_eq!(read.reports().unequal_month(month.parse().unwrap()).await.unwrap(), Vec::<String>::new());
        }
        drop(read);
        let other = tenant(&db, "Europe/London", serde_json::json!({})).await;
        let mut read = newer.read(other).await.unwrap();
        let seen: (i64,) = read.fetch_one("SELECT COUNT(*) AS n FROM calls WHERE tenant_id <> $1", args![other]).await.unwrap();
        assert_eq!(seen.0, if postgres { 0 } else { 150 }, "row security stands behind, where there is one");
        if postgres {
            let words = "SELECT COUNT(*) AS n FROM pg_policies WHERE policyname = 'ringleader_tenant'";
            assert_eq!(read.fetch_one::<(i64,)>(words, args![]).await.unwrap().0, 0, "the old words are gone");
        }
    }

    async fn a_count_that_was_under_way_is_begun_anew(db: TestDb) {
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        let mut tx = db.store.begin(id).await.unwrap();
        for kind in ["recount_reports", "work"] {
            tx.jobs().enqueue(NewJob::new(kind, serde_json::json!({})), OnConflict::Keep).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(claim_all(&db).await.len(), 2);
        let mut tx = db.store.begin_system().await.unwrap();
        tx.execute("DELETE FROM schema_migrations WHERE name = '0056_count_anew'", args![]).await.unwrap();
        tx.commit().await.unwrap();
        let newer = db.second_store().await;
        let jobs = newer.read(id).await.unwrap().jobs().list(&Filter { limit: 5, ..Filter::default() }).await.unwrap();
        assert_eq!(jobs.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), ["work"]);
    }

    async fn chats_that_people_led_were_handed_over(db: TestDb) {
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        let mut tx = db.store.begin(id).await.unwrap();
        let mut chats = Vec::new();
        for n in 0..4 {
            let caller = contact(&mut tx, &format!("+44770090000{n}")).await;
            let connection = ConnectionId::from_uuid(id.uuid());
            let (mut chat, _) = tx.conversations().find_or_make(caller.id, Channel::Whatsapp, connection, caller.phone.as_ref()).await.unwrap();
            match n {
                0 => chat.driver = Driver::Handset,
                1 => chat.closed_reason = Some("wants_person".into()),
                2 => tx.usage().audit("owner", "conversation.take_over", &chat.id.to_string(), None, None).await.unwrap(),
                _ => chat.closed_reason = Some("complete".into()),
            }
            tx.conversations().save(&chat).await.unwrap();
            chats.push(chat.id);
        }
        tx.commit().await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        for sql in ["ALTER TABLE conversations DROP COLUMN handed_over_at", "DELETE FROM schema_migrations WHERE name = '0040_handed_over'"] {
            tx.execute(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let newer = db.second_store().await;
        let mut read = newer.read(id).await.unwrap();
        let mut handed = Vec::new();
        for chat in chats {
            handed.push(read.conversations().get(chat).await.unwrap().unwrap().handed_over_at.is_some());
        }
        assert_eq!(handed, [true, true, true, false]);
    }

    async fn who_led_a_chat_is_known_of_those_before_too(db: TestDb) {
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        let user = |n: u128| UserId::from_uuid(uuid::Uuid::from_u128(n));
        let mut tx = db.store.begin(id).await.unwrap();
        let mut chats = Vec::new();
        let drivers = [Driver::User(user(1)), Driver::Bot, Driver::Handset, Driver::User(user(4)), Driver::User(user(4)), Driver::Bot];
        for (n, driver) in drivers.into_iter().enumerate() {
            let caller = contact(&mut tx, &format!("+44770090000{n}")).await;
            let connection = ConnectionId::from_uuid(id.uuid());
            let (mut chat, _) = tx.conversations().find_or_make(caller.id, Channel::Whatsapp, connection, caller.phone.as_ref()).await.unwrap();
            chat.hand_over(Driver::Handset, db.clock.now());
            chat.driver = driver;
            tx.conversations().save(&chat).await.unwrap();
            chats.push((caller.id, chat.id));
        }
        let given = |who: u128| Some(serde_json::json!({ "driver": user(who).to_string() }));
        let (two, three) = (user(2).to_string(), user(3).to_string());
        for (chat, actor, after) in [
            (1, two.as_str(), None),
            (1, three.as_str(), given(3)),
            (1, two.as_str(), given(2)),
            (2, "key_1", given(3)),
            (2, "key_1", Some(serde_json::json!({ "driver": "handset" }))),
            (3, "receptionist", given(4)),
            (4, "receptionist", given(4)),
        ] {
            tx.usage().audit(actor, "conversation.take_over", &chats[chat].1.to_string(), None, after).await.unwrap();
        }
        // The receptionist gave the chat to them, and they wrote in it.
        let (contact, chat) = chats[4];
        let words = letter("their words", contact, Some(chat), "person");
        let message = tx.messages().want(&words).await.unwrap().unwrap();
        tx.usage().audit(&user(4).to_string(), "message.send", &message.to_string(), None, None).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        for sql in [
            "ALTER TABLE conversations DROP COLUMN led_by",
            "DELETE FROM schema_migrations WHERE name IN ('0050_led_by', '0057_led_by_trail')",
        ] {
            tx.execute(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let newer = db.second_store().await;
        let mut read = newer.read(id).await.unwrap();
        let leaders = [vec![user(1)], vec![user(2), user(3)], vec![user(3)], vec![], vec![user(4)], vec![]];
        for ((_, chat), leaders) in chats.into_iter().zip(leaders) {
            let mut led_by = read.conversations().get(chat).await.unwrap().unwrap().led_by;
            led_by.sort();
            assert_eq!(led_by, leaders);
        }
    }

    async fn a_migration_that_had_another_form_for_a_time_is_one_of_ours(db: TestDb) {
        let mut tx = db.store.begin_system().await.unwrap();
        let sql = "UPDATE schema_migrations SET checksum = $1 WHERE name = '0050_led_by'";
        let former = "30da1bd8606e21aaa47348806560d72503a9a947456b53bd94ccef0c1f50d084";
        assert_eq!(tx.execute(sql, args![former]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        db.second_store().await;
    }

    async fn leads_of_calls_are_told_apart_by_their_call_and_have_their_appointments(db: TestDb) {
        let id = tenant(&db, "Asia/Jerusalem", serde_json::json!({})).await;
        let (mut dice, at, mut leads) = (Dice(7), db.clock.now(), Vec::new());
        let mut tx = db.store.begin(id).await.unwrap();
        for n in 0..3 {
            let caller = contact(&mut tx, &format!("+44770090000{n}")).await;
            let (lead, _) = tx.leads().open_or_make(caller.id, LeadStatus::New, "call").await.unwrap();
            let agent = (n == 0).then(AgentCall::default);
            let call = Call { agent, contact_id: Some(caller.id), ..call(tx.new_id(), n, at, &mut dice) };
            tx.calls().insert(&call, None).await.unwrap();
            tx.calls().save(&call).await.unwrap();
            tx.calls().attach(call.id, None, Some(lead.id)).await.unwrap();
            if n == 1 {
                let sql = "INSERT INTO voice_calls (tenant_id, provider_call_id, call_id, connection_id, line, mode, language, begun_at)
                           VALUES ($1, 'one', $2, 'none', '+442079460000', 'sound', 'en-GB', 0)";
                tx.execute(sql, args![id, call.id]).await.unwrap();
            }
            leads.push((caller.id, lead.id));
        }
        let stretch = Stretch { agent_id: "usr_1".into(), property_id: None, start: at + SignedDuration::from_hours(30), minutes: 30 };
        let hold = tx.appointments().hold(&stretch, at + SignedDuration::from_mins(5)).await.unwrap().unwrap();
        let new = NewAppointment { purpose: Purpose::Viewing, contact_id: Some(leads[0].0), place: "Here".into() };
        tx.appointments().book(hold, &stretch, &new).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        for sql in [
            "DROP INDEX appointments_of_lead",
            "ALTER TABLE appointments DROP COLUMN lead_id",
            "DELETE FROM schema_migrations WHERE name = '0041_bookings_of_leads'",
        ] {
            tx.execute(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let newer = db.second_store().await;
        let mut read = newer.read(id).await.unwrap();
        let mut sources = Vec::new();
        for (_, lead) in &leads {
            sources.push(read.leads().get(*lead).await.unwrap().unwrap().source);
        }
        assert_eq!(sources, ["voice_agent", "receptionist", "call"]);
        let (about,): (LeadId,) = read.fetch_one("SELECT lead_id FROM appointments WHERE tenant_id = $1", args![id]).await.unwrap();
        assert_eq!(about, leads[0].1);
    }
}
