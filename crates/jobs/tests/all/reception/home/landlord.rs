//! What a landlord hears of a repair in their property, and when (C8).

use super::super::office::Office;
use super::{LANDLORD, SAM, rents, tickets, work};
use jiff::SignedDuration;
use ringleader_core::id::TicketId;
use ringleader_core::reception::words::FaultUrgency;
use ringleader_core::ticket::TicketState;
use ringleader_jobs::actions::{self, TicketChange};
use ringleader_jobs::reception::Medium;
use ringleader_store::both_engines;
use ringleader_store::db::ToValue as _;
use ringleader_store::testing::TestDb;

/// From when an office opens to the middle of the night.
const AT_NIGHT: SignedDuration = SignedDuration::from_hours(14);

/// After so long Sam, who rents, has reported a leak.
async fn leaking(db: TestDb, after: SignedDuration) -> (Office, TicketId) {
    let office = Office::open(db).await;
    office.with_texts().await;
    rents(&office, "MV-1").await;
    office.pass(after);
    let sam = office.person(SAM, None).await;
    let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
    chat.says("my shower is leaking").await;
    chat.says("yes").await;
    work(&office).await;
    let id = tickets(&office).await[0].id;
    (office, id)
}

/// What the landlord was told, newest first.
async fn told(office: &Office) -> Vec<String> {
    let all = office.written("reception").await;
    all.into_iter().filter(|(to, _)| to == LANDLORD).map(|(_, words)| words).collect()
}

/// The same, some minutes after these changes.
async fn after(office: &Office, id: TicketId, changes: Vec<TicketChange>) -> Vec<String> {
    for change in changes {
        actions::change_ticket(&office.cx, office.tenant, id, change, "test").await.unwrap();
    }
    office.pass(SignedDuration::from_mins(10));
    work(office).await;
    told(office).await
}

both_engines! {
    async fn the_landlord_hears_of_a_repair_in_waking_hours_and_once(db: TestDb) {
        let (office, id) = leaking(db, AT_NIGHT).await;
        let note = TicketChange { state: None, urgency: None, note: Some("The water is off.".to_owned()) };
        assert!(after(&office, id, vec![note]).await.is_empty());
        for _ in 0..2 {
            office.pass(SignedDuration::from_hours(10));
            work(&office).await;
        }
        let told = told(&office).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("7 Elgin Avenue") && told[0].contains("shower"), "{told:?}");
        assert!(told[0].ends_with("The water is off."), "what was noted since: {told:?}");
    }

    async fn the_landlord_hears_once_of_each_state_that_lasts(db: TestDb) {
        let (office, id) = leaking(db, SignedDuration::ZERO).await;
        let set = async |states: &[TicketState], note: Option<&str>| {
            let change = |state: &TicketState| TicketChange { state: Some(*state), urgency: None, note: note.map(str::to_owned) };
            after(&office, id, states.iter().map(change).collect()).await
        };
        use TicketState::{Dismissed, Done, InProgress, Open, Waiting};
        assert_eq!(set(&[InProgress, Open], None).await.len(), 1, "there and back: only the report is known");
        let told = set(&[InProgress], Some("The plumber comes on Tuesday.")).await;
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("is being worked on") && told[0].contains("Tuesday") && told[0].contains("7 Elgin Avenue"), "{told:?}");
        assert_eq!(set(&[Waiting, InProgress], None).await.len(), 2, "told before");
        let told = set(&[Done], None).await;
        assert!(told.len() == 3 && told[0].contains("is done"), "{told:?}");
        assert_eq!(set(&[InProgress, Done], None).await.len(), 3);
        // Taken up again: the last word they have is never one that is not true any more.
        assert!(set(&[Open], None).await[0].contains("is open again"));
        assert!(set(&[InProgress], None).await[0].contains("is being worked on"));
        let told = set(&[Done], None).await;
        assert!(told.len() == 6 && told[0].contains("is done"), "{told:?}");
        // Who left hears nothing.
        let lea = office.person(LANDLORD, None).await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let now = tx.now();
        tx.contacts().set_opted_out(lea, Some(now), "test", "test").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(set(&[Dismissed], None).await.len(), 6);
    }

    async fn an_emergency_that_is_one_again_at_night_does_not_wait_for_the_morning(db: TestDb) {
        let (office, id) = leaking(db, AT_NIGHT).await;
        let set = async |state: Option<TicketState>, urgency: Option<FaultUrgency>| {
            after(&office, id, vec![TicketChange { state, urgency, note: None }]).await
        };
        assert_eq!(set(None, Some(FaultUrgency::Urgent)).await.len(), 0, "a leak waits for the morning");
        assert_eq!(set(None, Some(FaultUrgency::Emergency)).await.len(), 1, "an emergency does not");
        assert_eq!(set(Some(TicketState::Done), None).await.len(), 1, "its end does");
        let told = set(Some(TicketState::InProgress), None).await;
        assert!(told.len() == 2 && told[0].contains("is being worked on"), "taken up again, it does not: {told:?}");
    }

    async fn a_job_that_is_wanted_again_while_it_runs_tells_what_is_new(db: TestDb) {
        let (office, id) = leaking(db, SignedDuration::ZERO).await;
        let set = async |state| after(&office, id, vec![TicketChange { state: Some(state), urgency: None, note: None }]).await;
        assert_eq!(set(TicketState::InProgress).await.len(), 2);
        // What was enqueued during the run waits in the same row, under the same id.
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let sql = "UPDATE jobs SET state = 'scheduled' WHERE id = (SELECT MAX(id) FROM jobs WHERE kind = 'tell_landlord')";
        assert_eq!(tx.execute(sql, vec![]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let told = set(TicketState::Done).await;
        assert!(told.len() == 3 && told[0].contains("is done"), "{told:?}");
    }

    async fn what_landlords_heard_before_it_was_noted_is_known(db: TestDb) {
        let (office, id) = leaking(db, SignedDuration::ZERO).await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        for (key, told) in [("", TicketState::Open), (":in_progress", TicketState::InProgress), (":done", TicketState::Done)] {
            let sql = "UPDATE messages SET send_key = $1 WHERE send_key LIKE 'letter:tkt_%:landlord%'";
            assert_eq!(tx.execute(sql, vec![format!("letter:{id}:landlord{key}").to_value()]).await.unwrap(), 1);
            tx.execute("UPDATE tickets SET landlord_told = NULL", vec![]).await.unwrap();
            let migration = include_str!("../../../../../store/migrations/0061_landlord_told.sql");
            tx.execute_built(migration[migration.find("UPDATE").unwrap()..].to_owned(), vec![]).await.unwrap();
            assert_eq!(tx.tickets().get(id).await.unwrap().unwrap().landlord_told, Some(told));
        }
    }
}
