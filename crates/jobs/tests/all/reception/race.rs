//! A crowd of callers who all want the same time (C6, P4), as whole talks: one of them has it, the others are offered another.
//! `RINGLEADER_RACE_ROUNDS` says how often (`make races`: 1,000), with 200 callers then.

use super::office::{Office, Talk};
use futures::future::join_all;
use jiff::SignedDuration;
use ringleader_core::appointment::AppointmentState;
use ringleader_core::reception::say::Line;
use ringleader_jobs::reception::{Heard, Medium, Turn};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;

/// How often, and how many callers at once.
fn sizes() -> (usize, usize) {
    let told = std::env::var("RINGLEADER_RACE_ROUNDS").ok().and_then(|n| n.parse().ok());
    told.map_or((1, 40), |rounds| (rounds, 200))
}

/// Everyone calls, is offered times for the same flat, and names the same one.
async fn callers(office: &Office, count: usize) -> Vec<Talk<'_>> {
    let mut talks = Vec::with_capacity(count);
    for nth in 0..count {
        let contact = office.person(&format!("+4477009{nth:05}"), Some("Sam Hill")).await;
        let talk = office.begin(Medium::Voice, Some(contact), "en-GB").await;
        let turn = talk.says("I'd like to view the flat on Elgin Avenue").await;
        assert!(turn.lines.iter().any(|line| matches!(line, Line::Offer(..))), "{}", turn.text);
        talks.push(talk);
    }
    talks
}

fn reads_back(turn: &Turn) -> bool {
    turn.lines.iter().any(|line| matches!(line, Line::ReadBack(..)))
}

/// They are told that it has gone, and hear of others.
fn offers_another(turn: &Turn) -> bool {
    turn.lines.contains(&Line::SlotTaken) && turn.lines.iter().any(|line| matches!(line, Line::Offer(..)))
}

both_engines! {
    async fn callers_for_one_slot_make_one_booking_and_the_others_are_offered_another(db: TestDb) {
        let office = Office::open(db).await;
        let (rounds, count) = sizes();
        for round in 1..=rounds {
            let talks = callers(&office, count).await;
            let heard = join_all(talks.iter().map(|talk| talk.hears(Heard::Pressed('1')))).await;
            let winners: Vec<usize> = (0..count).filter(|nth| reads_back(&heard[*nth])).collect();
            assert_eq!(winners.len(), 1, "round {round}");
            let others = heard.iter().filter(|turn| offers_another(turn)).count();
            assert_eq!(others, count - 1, "round {round}");
            let turn = talks[winners[0]].says("yes").await;
            assert!(turn.text.contains("That's booked"), "round {round}: {}", turn.text);
            let mut tx = office.db.store.begin(office.tenant).await.unwrap();
            let now = tx.now();
            let booked = tx.appointments().booked(now, now + SignedDuration::from_hours(24 * 30)).await.unwrap();
            assert_eq!(booked.len(), 1, "round {round}");
            // The time is free for the next round, and everyone hangs up.
            tx.appointments().close(booked[0].id, AppointmentState::Cancelled).await.unwrap();
            tx.commit().await.unwrap();
            join_all(talks.iter().map(|talk| talk.hears(Heard::Gone))).await;
            office.pass(SignedDuration::from_hours(4 * 24)); // what was left half-way is forgotten
        }
    }
}
