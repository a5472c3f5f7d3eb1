//! Analyses: one per call, one complete one per contact, replaced under a version check, with its history (B5, B6).

use jiff::Timestamp;
use ringleader_core::analysis::complete::{Analysed, complete};
use ringleader_core::analysis::record::Summed;
use ringleader_core::analysis::{Judgement, Made, State, Understanding, overview, score};
use ringleader_core::id::{CallId, ContactId, TenantId};
use ringleader_store::repo::{Filter, NewComplete, Page};
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, Tx, both_engines};

fn understood(intent: u8) -> Understanding {
    let mut understood = Understanding { summary: format!("Wants it: {intent}."), ..Understanding::default() };
    understood.dimensions.intent =
        Judgement { score: intent, reasoning: "Said so.".into(), quotes: vec!["כן".into()] };
    understood
}

fn summed(calls: &[(CallId, u8)]) -> Summed {
    let analysed = |(call_id, intent): &(CallId, u8)| {
        let understood = understood(*intent);
        Analysed { call_id: *call_id, at: Timestamp::UNIX_EPOCH, scored: score::score(&understood), understood }
    };
    let calls: Vec<Analysed> = calls.iter().map(analysed).collect();
    Summed { complete: complete(&calls).unwrap(), overview: overview::of(&calls) }
}

async fn put(tx: &mut Tx, contact: ContactId, replaces: Option<i64>, summed: &Summed) -> bool {
    let made = Made { brain: "local".into(), ..Made::default() };
    let called_at = Timestamp::UNIX_EPOCH;
    let new = NewComplete { contact, replaces, state: State::Done, called_at, summed, made: &made };
    tx.analyses().put_complete(&new).await.unwrap()
}

/// Takes the place of version 1 with a row of its own.
async fn race(store: Store, tenant: TenantId, contact: ContactId, call: CallId) -> bool {
    let mut tx = store.begin(tenant).await.unwrap();
    let won = put(&mut tx, contact, Some(1), &summed(&[(call, 2)])).await;
    tx.commit().await.unwrap();
    won
}

both_engines! {
    async fn a_call_has_one_analysis_however_often_it_is_asked_for(db: TestDb) {
        let (tenant, call): (TenantId, CallId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let mut tx = db.store.begin(tenant).await.unwrap();
        let id = tx.analyses().ask(call, Timestamp::UNIX_EPOCH).await.unwrap();
        let row = tx.analyses().of_call(call).await.unwrap().unwrap();
        assert_eq!((row.state, row.version, row.result.is_none(), row.scored), (State::Pending, 0, true, None));
        let made = Made { brain: "openai".into(), tokens_in: 7, cost_micros: 3, ..Made::default() };
        let says = understood(3);
        tx.analyses().save(id, &says, score::score(&says), "words", &made, State::Provisional).await.unwrap();
        let row = tx.analyses().get(id).await.unwrap().unwrap();
        assert_eq!((row.understood(), row.scored, row.made.as_ref()), (Some(&says), Some(score::score(&says)), Some(&made)));
        assert_eq!((row.state, row.version, row.words.as_deref()), (State::Provisional, 1, Some("words")));
        assert_eq!(tx.analyses().ask(call, Timestamp::UNIX_EPOCH).await.unwrap(), id);
        let row = tx.analyses().get(id).await.unwrap().unwrap();
        assert_eq!((row.state, row.understood()), (State::Pending, Some(&says)), "what is known stays until there is more");
        tx.analyses().set_state(id, State::Failed, Some("why")).await.unwrap();
        let failed = Filter::default().and("state =", Some("failed"));
        let rows = tx.analyses().list(failed, &Page::default()).await.unwrap().rows;
        assert_eq!((rows.len(), rows[0].error.as_deref()), (1, Some("why")));
    }

    async fn a_complete_analysis_takes_the_place_of_the_one_that_it_was_made_from_and_of_no_other(db: TestDb) {
        let (tenant, contact): (TenantId, ContactId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let (one, two): (CallId, CallId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(put(&mut tx, contact, None, &summed(&[(one, 1)])).await);
        assert!(!put(&mut tx, contact, None, &summed(&[(two, 1)])).await, "there is one already");
        assert!(!put(&mut tx, contact, Some(7), &summed(&[(two, 1)])).await, "not made from that one");
        assert!(put(&mut tx, contact, Some(1), &summed(&[(one, 1), (two, 3)])).await);
        let row = tx.analyses().of_contact(contact).await.unwrap().unwrap();
        assert_eq!((row.version, row.calls_analysed, row.call_id), (2, 2, two.max(one)));
        let mut other = row.summed().unwrap().clone();
        other.overview.summary = "Other words".into();
        assert!(!tx.analyses().put_words(row.id, 1, &other, &Made::default(), State::Done).await.unwrap(), "for numbers of before");
        assert!(tx.analyses().put_words(row.id, 2, &other, &Made::default(), State::Done).await.unwrap());
        assert_eq!(tx.analyses().of_contact(contact).await.unwrap().unwrap().summed(), Some(&other));
        let past = tx.analyses().past(contact).await.unwrap();
        assert_eq!((past.len(), past[0].version, past[0].calls_analysed), (1, 1, 1));
        tx.analyses().retire_complete(contact).await.unwrap();
        assert!(tx.analyses().of_contact(contact).await.unwrap().is_none());
        assert_eq!(tx.analyses().past(contact).await.unwrap().len(), 2);
    }

    async fn of_two_that_replace_the_same_one_at_once_one_wins(db: TestDb) {
        let (tenant, contact): (TenantId, ContactId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let calls: [CallId; 3] = std::array::from_fn(|_| db.store.ids().new_id());
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(put(&mut tx, contact, None, &summed(&[(calls[0], 1)])).await);
        tx.commit().await.unwrap();
        let other = db.second_store().await;
        let (a, b) = tokio::join!(
            tokio::spawn(race(db.store.clone(), tenant, contact, calls[1])),
            tokio::spawn(race(other, tenant, contact, calls[2])),
        );
        assert!(matches!((a, b), (Ok(true), Ok(false)) | (Ok(false), Ok(true))), "exactly one");
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.analyses().of_contact(contact).await.unwrap().unwrap().version, 2);
        assert_eq!(read.analyses().past(contact).await.unwrap().len(), 1);
    }
}
