//! What the policy wants done, sorted to who does it; what was done is recorded (P8).

use super::scene::Scene;
use super::{diary, errands, opinion, proof, sending};
use crate::ledger::{self, About, Entry};
use ringleader_core::decision::Verdict;
use ringleader_core::reception::desk::{Act, Event};
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::{Value, json};

/// Carries out one act; what the policy is to hear of it.
pub(super) async fn carry_out(scene: &mut Scene, tx: &mut Tx, act: Act) -> Result<Option<Event>> {
    let word = word(&act);
    metrics::counter!("ringleader_talk_acts_total", "act" => word).increment(1);
    scene.done.push(word);
    match act {
        Act::Search(criteria) => errands::search(scene, tx, &criteria).await.map(Some),
        Act::More(criteria, told) => errands::more(scene, tx, &criteria, &told).await.map(Some),
        Act::Lookup { street, reference } => errands::look_up(scene, tx, street, reference).await.map(Some),
        Act::FindSlots { property, from, .. } => diary::offer(scene, tx, property, from).await.map(Some),
        Act::Hold(booking) => diary::hold(scene, tx, &booking).await.map(Some),
        Act::Release => diary::release(scene, tx).await.map(|()| None),
        Act::Book(booking) => diary::book(scene, tx, &booking).await.map(Some),
        Act::Change(id, change) => diary::change(scene, tx, &id, change).await.map(Some),
        Act::KeepFeedback(id, words, liked) => opinion::keep(scene, tx, &id, &words, liked).await.map(|()| None),
        Act::SendDetails(ids, way) => sending::details(scene, tx, &ids, way).await.map(Some),
        Act::Watch(criteria) => sending::watch(scene, tx, &criteria).await.map(Some),
        Act::KeepRating(call, rating) => opinion::rate(scene, tx, &call, rating).await.map(|()| None),
        Act::SendCode => proof::send(scene, tx).await.map(Some),
        Act::CheckCode(figures) => proof::check(scene, tx, &figures).await.map(Some),
        Act::OpenTicket(draft) => errands::ticket(scene, tx, draft).await.map(Some),
        Act::KeepPhotos(messages) => errands::keep_photos(scene, tx, &messages).await.map(|()| None),
        Act::RingOnCall(danger) => errands::on_call(scene, tx, danger).await.map(|()| None),
        Act::HandOver(reason) => errands::hand_over(scene, tx, reason).await,
        Act::TakeMessage(draft) => errands::message(scene, tx, &draft).await.map(|()| None),
        Act::PromiseCallBack(by) => errands::call_back(scene, tx, by).await.map(|()| None),
        Act::FollowUp => errands::follow_up(scene, tx).await.map(|()| None),
        Act::Say(_) | Act::End => Ok(None),
    }
}

/// The act's word, for the turn's row and for metrics.
fn word(act: &Act) -> &'static str {
    match act {
        Act::Say(_) => "say",
        Act::Search(_) => "search",
        Act::More(..) => "search_more",
        Act::Lookup { .. } => "lookup",
        Act::FindSlots { .. } => "find_slots",
        Act::Hold(_) => "hold",
        Act::Release => "release",
        Act::Book(_) => "book",
        Act::Change(..) => "change",
        Act::KeepFeedback(..) => "keep_feedback",
        Act::SendDetails(..) => "send_details",
        Act::Watch(_) => "watch",
        Act::KeepRating(..) => "keep_rating",
        Act::SendCode => "send_code",
        Act::CheckCode(_) => "check_code",
        Act::OpenTicket(_) => "open_ticket",
        Act::KeepPhotos(_) => "keep_photos",
        Act::RingOnCall(_) => "ring_on_call",
        Act::HandOver(_) => errands::HAND_OVER,
        Act::TakeMessage(_) => "take_message",
        Act::PromiseCallBack(_) => "promise_call_back",
        Act::FollowUp => "follow_up",
        Act::End => "end",
    }
}

/// Something that was done, or could not be: its rule, its word, the text that explains it, and what it rests on.
pub(super) struct Did {
    /// Rule of PRODUCT.
    pub rule: &'static str,
    /// A word for programs.
    pub reason: &'static str,
    /// Whether it was done.
    pub verdict: Verdict,
    /// Why, in the owner's words.
    pub explain: Key,
    /// Ids and times.
    pub evidence: Value,
}

impl Did {
    /// Done because the caller asked for it.
    pub(super) fn asked(rule: &'static str, reason: &'static str, evidence: Value) -> Self {
        Self { rule, reason, verdict: Verdict::Send, explain: Key::WhyReception, evidence }
    }
}

/// Records a decision and a line of the audit trail. `subject` is the thing that it was done to.
pub(super) async fn record(scene: &Scene, tx: &mut Tx, subject: &str, did: Did) -> Result<()> {
    let Did { rule, reason, verdict, explain, mut evidence } = did;
    evidence["talk_id"] = json!(scene.talk.id);
    let action = format!("reception.{reason}");
    tx.usage().audit("receptionist", &action, subject, None, Some(evidence.clone())).await?;
    let about = About { contact: scene.talk.contact_id, ..About::default() };
    let entry = Entry { verdict, rule, reason: reason.to_owned(), explain, evidence, until: None };
    ledger::record(tx, &scene.tenant, about, entry).await
}
