//! Codes that show that a number is the caller's (C2): sent to the number on file, never to one that was told in the talk.
//!
//! Always true: a contact gets only so many a day; the database has the digest alone beside the talk; what was tried and how
//! it ended is in the decisions and in the trail.

use super::act::{Did, record};
use super::scene::Scene;
use crate::letters::{self, Sent};
use crate::tokens;
use ringleader_core::decision::Verdict;
use ringleader_core::reception::desk::Event;
use ringleader_core::reception::{proof, say};
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Codes that one contact is sent a day.
const MOST: u8 = 5;

/// What the code's message is for.
const PURPOSE: &str = "code";

/// Sends a code to the number on file.
pub(super) async fn send(scene: &mut Scene, tx: &mut Tx) -> Result<Event> {
    let sent = match scene.contact.clone() {
        Some(contact) => {
            let code = tokens::figures(proof::FIGURES);
            let words = say::code(&code, &scene.tenant.name, &scene.talk.desk.language);
            let day = scene.local(scene.now).date();
            let mut sent = Sent::Before;
            for nth in 0..MOST {
                let cause = format!("code:{}:{day}:{nth}", contact.id);
                sent = letters::send(tx, &scene.tenant, &contact, words.clone(), &cause, PURPOSE).await?;
                if sent != Sent::Before {
                    break;
                }
            }
            let digest = digest(scene, &code);
            if let Some(seal) = scene.talk.desk.seal.as_mut().filter(|_| sent == Sent::Now) {
                seal.code = Some(digest);
            }
            sent
        }
        None => Sent::Not,
    };
    let verdict = if sent == Sent::Now { Verdict::Send } else { Verdict::Hold };
    note(scene, tx, verdict, if sent == Sent::Now { "code_sent" } else { "code_not_sent" }).await?;
    Ok(Event::CodeSent(sent == Sent::Now))
}

/// Compares what was told with what was sent.
pub(super) async fn check(scene: &Scene, tx: &mut Tx, told: &str) -> Result<Event> {
    let sent = scene.talk.desk.seal.as_ref().and_then(|seal| seal.code.clone());
    let right = sent.is_some_and(|sent| sent == digest(scene, told));
    note(scene, tx, if right { Verdict::Send } else { Verdict::Hold }, if right { "proved" } else { "wrong_code" })
        .await?;
    Ok(Event::Checked(right))
}

async fn note(scene: &Scene, tx: &mut Tx, verdict: Verdict, reason: &'static str) -> Result<()> {
    metrics::counter!("ringleader_talk_checks_total", "result" => reason).increment(1);
    let did = Did { verdict, explain: Key::WhyCheck, ..Did::asked("C2", reason, json!({})) };
    record(scene, tx, &scene.talk.id.to_string(), did).await
}

/// A code of one talk is worth nothing in another.
fn digest(scene: &Scene, code: &str) -> String {
    tokens::digest(&format!("{}:{code}", scene.talk.id))
}
