//! When callers were answered, what they said of it, and chats that begin anew (D2, C14): counted at once as a recount would.

use crate::rows::{Dice, at, call, contact, letter, outreach, sums, tenant};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::conversation::Channel;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{ConnectionId, ContactId, Id, MessageId, TenantId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::{Content, MessageStatus};
use ringleader_core::reception::words::Purpose;
use ringleader_store::both_engines;
use ringleader_store::repo::{Incoming, Kind, NewAppointment, Period, Stretch};
use ringleader_store::testing::TestDb;
use std::collections::BTreeMap;

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Somebody rang now; the outreach waits.
async fn rings(db: &TestDb, tenant: TenantId) -> Episode {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let caller = contact(&mut tx, "+447700900123").await;
    let episode = outreach(&mut tx, caller.id).await;
    tx.commit().await.unwrap();
    episode
}

/// The outreach is over, as is told now.
async fn ends(db: &TestDb, tenant: TenantId, episode: &Episode, state: EpisodeState, reason: &str) {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let closed_at = Some(tx.now());
    let over = Episode { state, reason: Some(reason.to_owned()), closed_at, ..episode.clone() };
    tx.episodes().save(&over).await.unwrap();
    tx.commit().await.unwrap();
}

/// Words that go out now, about no outreach.
async fn writes(db: &TestDb, tenant: TenantId, contact: ContactId) -> MessageId {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let words = letter("letter", contact, None, "answer");
    let id = tx.messages().want(&words).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

/// What is told, and what a recount would.
async fn told(db: &TestDb, tenant: TenantId) -> BTreeMap<String, i64> {
    for kind in Kind::ALL {
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert_eq!(tx.reports().recount(kind, "", 100).await.unwrap().corrected, 0, "{kind:?}");
        tx.commit().await.unwrap();
    }
    sums(db, tenant).await
}

/// Who was reached, how many answers there are, and after how many seconds all together.
async fn answers(db: &TestDb, tenant: TenantId) -> [i64; 3] {
    let told = told(db, tenant).await;
    ["reached", "responses", "response_seconds"].map(|measure| told.get(measure).copied().unwrap_or(0))
}

async fn business(db: &TestDb) -> TenantId {
    tenant(db, "Europe/London", serde_json::json!({})).await
}

both_engines! {
    async fn a_talk_counts_when_it_was_and_not_when_it_was_told(db: TestDb) {
        let (id, began) = (business(&db).await, db.clock.now());
        let episode = rings(&db, id).await;
        assert_eq!(answers(&db, id).await, [0, 0, 0]);
        // They were rung back after five minutes; the switchboard tells of it after forty.
        db.clock.set(began + minutes(40));
        let mut tx = db.store.begin(id).await.unwrap();
        let mut back = ringleader_core::call::Call {
            direction: Direction::Outbound,
            outcome: Some(Outcome::Answered),
            contact_id: Some(episode.contact_id),
            received_at: began + minutes(40),
            ..call(tx.new_id(), 1, began + minutes(5), &mut Dice(1))
        };
        tx.calls().insert(&back, None).await.unwrap();
        tx.commit().await.unwrap();
        ends(&db, id, &episode, EpisodeState::Cancelled, "spoke").await;
        assert_eq!(answers(&db, id).await, [1, 1, 300]);
        // Told again a day later, with a better time.
        db.clock.set(began + minutes(24 * 60));
        back.started_at = Some(began + minutes(7));
        let mut tx = db.store.begin(id).await.unwrap();
        tx.calls().save(&back).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(answers(&db, id).await, [1, 1, 420]);
    }

    async fn that_they_spoke_counts_when_it_is_said_where_no_call_shows_it(db: TestDb) {
        let (id, began) = (business(&db).await, db.clock.now());
        let episode = rings(&db, id).await;
        db.clock.set(began + minutes(9));
        ends(&db, id, &episode, EpisodeState::Cancelled, "spoke").await;
        assert_eq!(answers(&db, id).await, [1, 1, 540]);
    }

    async fn who_wrote_is_reached_and_answered_by_whatever_words_follow(db: TestDb) {
        let (id, began) = (business(&db).await, db.clock.now());
        let episode = rings(&db, id).await;
        db.clock.set(began + minutes(1));
        ends(&db, id, &episode, EpisodeState::Cancelled, "wrote").await;
        assert_eq!(answers(&db, id).await, [1, 0, 0], "as the loss account says");
        db.clock.set(began + minutes(3));
        let message = writes(&db, id, episode.contact_id).await;
        assert_eq!(answers(&db, id).await, [1, 1, 180]);
        let mut tx = db.store.begin(id).await.unwrap();
        tx.messages().settle(message, MessageStatus::Failed, None, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(answers(&db, id).await, [1, 0, 0], "it never arrived");
    }

    async fn words_from_the_handset_answer_when_they_were_written(db: TestDb) {
        let (id, began) = (business(&db).await, db.clock.now());
        let episode = rings(&db, id).await;
        db.clock.set(began + minutes(9));
        let mut tx = db.store.begin(id).await.unwrap();
        let connection = ConnectionId::from_uuid(id.uuid());
        let (chat, _) = tx.conversations().find_or_make(episode.contact_id, Channel::Whatsapp, connection, None).await.unwrap();
        let words = Incoming {
            conversation_id: chat.id,
            contact_id: episode.contact_id,
            channel: Channel::Whatsapp,
            connection_id: connection,
            content: Content::Text { body: "Hello".into() },
            provider_id: "echo".into(),
            at: began + minutes(4),
            to_be_read: false,
        };
        assert!(tx.messages().echo(&words).await.unwrap());
        tx.commit().await.unwrap();
        ends(&db, id, &episode, EpisodeState::Contacted, "person").await;
        assert_eq!(answers(&db, id).await, [1, 1, 240]);
    }

    async fn a_chat_that_begins_anew_leaves_the_month_before_as_it_was(db: TestDb) {
        let id = business(&db).await;
        let [november, december]: [Timestamp; 2] = at(&["2026-11-09T10:00:00Z", "2026-12-14T10:00:00Z"]).try_into().unwrap();
        db.clock.set(november);
        let mut tx = db.store.begin(id).await.unwrap();
        let caller = contact(&mut tx, "+447700900123").await;
        let (lead, _) = tx.leads().open_or_make(caller.id, LeadStatus::New, "missed_call").await.unwrap();
        let connection = ConnectionId::from_uuid(id.uuid());
        let (mut chat, _) = tx.conversations().find_or_make(caller.id, Channel::Whatsapp, connection, None).await.unwrap();
        chat.lead_id = Some(lead.id);
        chat.reminders_sent = 2;
        chat.last_inbound_at = Some(november + minutes(5));
        chat.closed_reason = Some("opt_out".into());
        tx.conversations().save(&chat).await.unwrap();
        tx.commit().await.unwrap();
        let month = async |first: &str, last: &str| {
            let period = Period { first: first.parse().unwrap(), last: last.parse().unwrap(), line: None };
            let sums = db.store.read(id).await.unwrap().reports().sums(&period).await.unwrap();
            ["chats", "replied", "reminded", "replied_after_reminder", "opted_out"].map(|of| sums.get(of).copied().unwrap_or(0))
        };
        assert_eq!(month("2026-11-01", "2026-11-30").await, [1, 1, 1, 1, 1]);
        // The same person rings again, the lead still open: the same chat begins anew.
        db.clock.set(december);
        let mut tx = db.store.begin(id).await.unwrap();
        chat.opened_at = december;
        chat.reminders_sent = 0;
        chat.closed_reason = None;
        tx.conversations().save(&chat).await.unwrap();
        tx.commit().await.unwrap();
        told(&db, id).await;
        assert_eq!(month("2026-11-01", "2026-11-30").await, [1, 1, 1, 1, 1], "what was, was");
        assert_eq!(month("2026-12-01", "2026-12-31").await, [1, 0, 0, 0, 0]);
    }

    async fn what_is_open_is_counted_however_much_it_is(db: TestDb) {
        let id = business(&db).await;
        let mut tx = db.store.begin(id).await.unwrap();
        for n in 0..205 {
            let caller = contact(&mut tx, &format!("+4477009{n:05}")).await;
            let (mut lead, _) = tx.leads().open_or_make(caller.id, LeadStatus::New, "missed_call").await.unwrap();
            lead.status = LeadStatus::Qualified;
            tx.leads().save(&lead).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(db.store.read(id).await.unwrap().reports().open().await.unwrap(), (205, 0));
    }

    async fn what_callers_and_visitors_are_asked_counts_at_once(db: TestDb) {
        let (id, began) = (business(&db).await, db.clock.now());
        let mut tx = db.store.begin(id).await.unwrap();
        let caller = contact(&mut tx, "+447700900123").await;
        let mut calls = Vec::new();
        for n in 0..3 {
            let one = ringleader_core::call::Call { contact_id: Some(caller.id), ..call(tx.new_id(), n, began, &mut Dice(1)) };
            tx.calls().insert(&one, None).await.unwrap();
            calls.push(one.id);
        }
        let stretch = Stretch { agent_id: "usr_1".into(), property_id: None, start: began, minutes: 30 };
        let hold = tx.appointments().hold(&stretch, began + minutes(5)).await.unwrap().unwrap();
        let new = NewAppointment { purpose: Purpose::Viewing, contact_id: Some(caller.id), place: "Here".into() };
        let viewing = tx.appointments().book(hold, &stretch, &new).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        for call in &calls {
            let mut tx = db.store.begin(id).await.unwrap();
            let later = db.clock.now() + minutes(1);
            assert!(tx.satisfaction().ask(*call, caller.id, later).await.unwrap());
            tx.commit().await.unwrap();
        }
        let mut tx = db.store.begin(id).await.unwrap();
        assert!(tx.appointments().ask_feedback(viewing.id).await.unwrap());
        tx.commit().await.unwrap();
        let sums = told(&db, id).await;
        assert_eq!((sums.get("asked_satisfaction"), sums.get("asked_feedback")), (Some(&3), Some(&1)), "{sums:?}");
        for (call, answer) in calls.iter().zip([1, 3]) {
            let mut tx = db.store.begin(id).await.unwrap();
            assert!(tx.satisfaction().answer(*call, caller.id, answer).await.unwrap());
            tx.commit().await.unwrap();
        }
        let sums = told(&db, id).await;
        let said = ["good", "so_so", "bad"].map(|word| sums.get(&format!("satisfaction:{word}")).copied().unwrap_or(0));
        assert_eq!(said, [1, 0, 1]);
        let period = Period { first: "2020-01-01".parse().unwrap(), last: "2030-01-01".parse().unwrap(), line: None };
        let mut read = db.store.read(id).await.unwrap();
        let (rows, _) = read.reports().behind("satisfaction:bad", &period, None, 10).await.unwrap();
        assert_eq!(rows.len(), 1, "the call behind it");
    }
}
