//! Talks with the receptionist, in writing and over the telephone, as the year has them; and what was understood of calls.

use super::pencil::Talking;
use crate::rows::Dice;
use ringleader_core::analysis::complete::{Analysed, complete};
use ringleader_core::analysis::record::Summed;
use ringleader_core::analysis::{Made, Scored, State, Understanding, overview, score};
use ringleader_core::call::Call;
use ringleader_core::id::{ConnectionId, ContactId, Id, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::reception::desk::Desk;
use ringleader_core::reception::say::{Line, Style};
use ringleader_core::reception::talk::{Heard, Medium, Talk, Then, Turn};
use ringleader_core::reception::trade::TradeKind;
use ringleader_store::repo::{NewComplete, NewTalk, NewTurn, VoiceCall};
use ringleader_store::testing::TestDb;
use std::collections::BTreeMap;

/// Somebody talks with the receptionist, in writing or over the telephone.
pub async fn talks(db: &TestDb, tenant: TenantId, n: usize, it: Talking) {
    db.clock.set(it.at);
    let desk = Desk::new("en-GB", Style::Written, TradeKind::default());
    let medium = if it.line.is_some() { Medium::Voice } else { Medium::Whatsapp };
    let new = NewTalk { medium, external_id: format!("talk-{n}"), contact_id: None, desk };
    let mut tx = db.store.begin(tenant).await.unwrap();
    if let Some(line) = it.line {
        let call = VoiceCall {
            provider_call_id: new.external_id.clone(),
            call_id: tx.new_id(),
            talk_id: None,
            connection_id: ConnectionId::from_uuid(tenant.uuid()),
            contact_id: None,
            line: Phone::from_e164(line).unwrap(),
            caller: None,
            mode: "sound".into(),
            language: "en-GB".into(),
            begun_at: it.at,
            ended_at: None,
            taken_by: None,
            cuts: BTreeMap::new(),
            summary: None,
        };
        assert!(tx.voice().begin(&call).await.unwrap());
    }
    let (talk, _) = tx.talks().begin(&new).await.unwrap();
    tx.commit().await.unwrap();
    let (heard, lines, acts): (Heard, Vec<Line>, &[&'static str]) = match it.kind {
        0 => (Heard::Words("when?".into()), vec![Line::Hours("nine to five".into()), Line::Goodbye], &[]),
        1 => (Heard::Words("tell them".into()), vec![Line::Noted, Line::CallBack(None)], &[]),
        _ => (Heard::Answered(true), vec![], &["hand_over"]),
    };
    let answer = Turn { lines, text: String::new(), language: "en-GB".into(), aside: None, then: Then::End };
    let turn = NewTurn { key: "1", heard: &heard, answer: &answer, acts, brain: None };
    let mut tx = db.store.begin(tenant).await.unwrap();
    tx.talks().add_turn(&talk, &turn).await.unwrap();
    let ended_at = it.over.then(|| tx.now());
    assert!(tx.talks().save(&Talk { ended_at, ..talk }).await.unwrap());
    tx.commit().await.unwrap();
}

/// A call is analysed, wrongly at first, and so are all calls of its contact with it; the scores that stand in the end.
pub async fn scores(db: &TestDb, tenant: TenantId, call: &Call, contact: ContactId, dice: &mut Dice) -> (i64, i64) {
    let (made, called_at) = (Made::default(), call.started_at.unwrap());
    let mut last = (0, 0);
    for _ in 0..2 {
        last = (dice.roll(101) as i64, dice.roll(101) as i64);
        let understood = Understanding::default();
        let scored = |score: i64| Scored { score: score as u8, ..score::score(&understood) };
        let mut tx = db.store.begin(tenant).await.unwrap();
        let id = tx.analyses().ask(call.id, called_at).await.unwrap();
        tx.analyses().save(id, &understood, scored(last.0), "words", &made, State::Done).await.unwrap();
        let analysed =
            Analysed { call_id: call.id, at: called_at, scored: scored(last.0), understood: understood.clone() };
        let mut complete = complete(std::slice::from_ref(&analysed)).unwrap();
        complete.scored = scored(last.1);
        let summed = Summed { complete, overview: overview::of(&[analysed]) };
        let replaces = tx.analyses().of_contact(contact).await.unwrap().map(|row| row.version);
        let new = NewComplete { contact, replaces, state: State::Done, called_at, summed: &summed, made: &made };
        assert!(tx.analyses().put_complete(&new).await.unwrap());
        tx.commit().await.unwrap();
    }
    last
}
