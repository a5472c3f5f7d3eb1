//! A crowd of callers who all want the same time (C6, P4), as whole talks: one of them has it, the others are offered another,
//! which they then all want.
//! `RINGLEADER_RACE_ROUNDS` says how often (`make races`: 1,000), with 200 callers then.

use super::office::{Office, Talk};
use futures::future::join_all;
use jiff::SignedDuration;
use ringleader_core::appointment::AppointmentState;
use ringleader_core::reception::say::Line;
use ringleader_jobs::reception::{Heard, Medium, Turn};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;

/// Times that one crowd wants, one after the other, each time one caller less; then it hangs up, and all of them are free again.
const IN_A_ROW: usize = 8;

/// How often, and how many callers at once.
fn sizes() -> (usize, usize) {
    let told = std::env::var("RINGLEADER_RACE_ROUNDS").ok().and_then(|n| n.parse().ok());
    told.map_or((1, 40), |rounds| (rounds, 200))
}

/// Somebody calls and is offered times for the same flat.
async fn caller(office: &Office, nth: usize) -> Talk<'_> {
    let contact = office.person(&format!("+4477009{nth:05}"), Some("Sam Hill")).await;
    let talk = office.begin(Medium::Voice, Some(contact), "en-GB").await;
    let turn = talk.says("I'd like to view the flat on Elgin Avenue").await;
    assert!(turn.lines.iter().any(|line| matches!(line, Line::Offer(..))), "{}", turn.text);
    talk
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
        let (mut round, mut nth) = (0, 0);
        while round < rounds {
            let in_a_row = IN_A_ROW.min(rounds - round);
            let mut talks = Vec::new();
            for _ in 1..count + in_a_row {
                talks.push(caller(&office, nth % 90_000).await);
                nth += 1;
            }
            for booked in 1..=in_a_row {
                round += 1;
                let heard = join_all(talks.iter().map(|talk| talk.hears(Heard::Pressed('1')))).await;
                let winners: Vec<usize> = (0..talks.len()).filter(|nth| reads_back(&heard[*nth])).collect();
                let told: Vec<&str> = heard.iter().map(|turn| turn.text.as_str()).collect();
                assert_eq!(winners.len(), 1, "round {round}: {told:#?}");
                let others = heard.iter().filter(|turn| offers_another(turn)).count();
                assert_eq!(others, talks.len() - 1, "round {round}: {told:#?}");
                let winner = talks.remove(winners[0]);
                let turn = winner.says("yes").await;
                assert!(turn.text.contains("That's booked"), "round {round}: {}", turn.text);
                let mut tx = office.db.store.begin(office.tenant).await.unwrap();
                let now = tx.now();
                let all = tx.appointments().booked(now, now + SignedDuration::from_hours(24 * 60)).await.unwrap();
                assert_eq!(all.len(), booked, "round {round}");
            }
            let mut tx = office.db.store.begin(office.tenant).await.unwrap();
            let now = tx.now();
            for it in tx.appointments().booked(now, now + SignedDuration::from_hours(24 * 60)).await.unwrap() {
                tx.appointments().close(it.id, AppointmentState::Cancelled).await.unwrap();
            }
            tx.commit().await.unwrap();
            join_all(talks.iter().map(|talk| talk.hears(Heard::Gone))).await;
            office.pass(SignedDuration::from_hours(4 * 24)); // what was left half-way is forgotten
        }
    }
}
