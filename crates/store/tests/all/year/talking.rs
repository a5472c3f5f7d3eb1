//! Talks with the receptionist, in writing and over the telephone, as the year has them.

use super::pencil::Talking;
use ringleader_core::id::{ConnectionId, Id, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::reception::desk::Desk;
use ringleader_core::reception::say::{Line, Style};
use ringleader_core::reception::talk::{Heard, Medium, Talk, Then, Turn};
use ringleader_core::reception::trade::TradeKind;
use ringleader_store::repo::{NewTalk, NewTurn, VoiceCall};
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
