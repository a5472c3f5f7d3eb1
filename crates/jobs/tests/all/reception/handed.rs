//! Who wants a person, and what is promised (C13).

use super::office::Office;
use jiff::SignedDuration;
use ringleader_jobs::reception::{Medium, Then};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;

both_engines! {
    async fn nobody_is_promised_at_once_while_the_office_is_closed(db: TestDb) {
        let office = Office::open(db).await;
        let sam = office.person("+447700900555", Some("Sam Hill")).await;
        for (medium, open, closed) in [
            (Medium::Whatsapp, "One moment", "A colleague answers you here when we open, tomorrow at nine in the morning."),
            (Medium::Sms, "One moment", "A colleague answers you here when we open, tomorrow at nine in the morning."),
            (Medium::Voice, "One moment", "Nobody is free just now. A colleague will call you back tomorrow at ten"),
        ] {
            let turn = office.begin(medium, Some(sam), "en-GB").await.says("can I speak to a person please").await;
            assert!(turn.text.contains(open), "{medium}: {}", turn.text);
            assert_eq!(turn.then == Then::End, medium != Medium::Voice, "a chat is the person's, people are rung for a call");
            office.pass(SignedDuration::from_hours(12));
            let turn = office.begin(medium, Some(sam), "en-GB").await.says("can I speak to a person please").await;
            assert!(turn.text.contains(closed) && !turn.text.contains(open), "{medium}: {}", turn.text);
            assert_eq!(turn.then, Then::End);
            office.pass(SignedDuration::from_hours(12));
        }
    }
}
