//! Work: one file per kind of job. A payload holds ids; a run looks again whether it is still wanted, and may happen twice.
//!
//! To add a kind: a file here, a line in `all.rs`. Its stored name stays when the type moves.

mod analyse_call;
mod answer_burst;
mod ask_feedback;
mod ask_satisfaction;
mod call_on_call;
pub mod check_loss_account;
mod close_talk;
mod complete_analysis;
mod door;
mod drain_inbox;
mod fetch_call;
pub mod fold_reports;
pub mod forget_old;
mod give_up;
pub mod housekeeping;
mod invitation;
pub(crate) use invitation::summary;
mod mark_read;
mod match_searches;
mod offer_another;
mod outgoing;
mod owner_link;
mod owner_ways;
mod pace;
mod reach_out;
mod read_again;
pub mod read_call_log;
mod read_voicemail;
pub mod recount_reports;
mod remind;
mod remind_appointment;
mod remind_owner;
pub mod repair_calls;
mod resolve_send;
pub(crate) mod ring_on_call;
pub mod send_message;
mod send_password_link;
pub mod send_weekly_letter;
mod sort_inbox;
pub mod sync_templates;
mod tell_landlord;
mod tell_more;
pub(crate) mod tell_of_danger;
mod tell_owner;

pub use analyse_call::AnalyseCall;
pub use answer_burst::AnswerBurst;
pub(crate) use answer_burst::{Burst, still_writing, take as take_messages};
pub use ask_feedback::AskFeedback;
pub use ask_satisfaction::AskSatisfaction;
pub(crate) use call_on_call::stop_soon as stop_rings;
pub use call_on_call::{CallOnCall, StopRings};
pub use check_loss_account::CheckLossAccount;
pub use close_talk::CloseTalk;
pub use complete_analysis::CompleteAnalysis;
pub use drain_inbox::DrainInbox;
pub use fetch_call::FetchCall;
pub use fold_reports::FoldReports;
pub use forget_old::ForgetOld;
pub use give_up::GiveUp;
pub use housekeeping::Housekeeping;
pub use mark_read::MarkRead;
pub use match_searches::{MatchSearches, SendMatches};
pub use offer_another::OfferAnother;
pub use reach_out::ReachOut;
pub use read_again::ReadAgain;
pub use read_call_log::ReadCallLog;
pub use read_voicemail::ReadVoicemail;
pub use recount_reports::RecountReports;
pub use remind::Remind;
pub use remind_appointment::RemindAppointment;
pub use remind_owner::RemindOwner;
pub use repair_calls::RepairCalls;
pub use resolve_send::{ResolveSend, check_task};
pub use ring_on_call::RingOnCall;
pub use send_message::SendMessage;
pub use send_password_link::SendPasswordLink;
pub use send_weekly_letter::SendWeeklyLetter;
pub use sort_inbox::SortInbox;
pub use sync_templates::SyncTemplates;
pub use tell_landlord::TellLandlord;
pub use tell_more::TellMore;
pub use tell_owner::{TellOwner, notice};

use crate::context::Context;
use crate::engine::{Job, Outcome, enqueue};
use jiff::Timestamp;
use ringleader_core::id::ConversationId;
use ringleader_store::jobs::{Claimed, Ending, Enqueued, OnConflict};
use ringleader_store::{Result, StoreError, Tx};

/// Adds a job to the transaction of the state change that it follows from (P3).
pub async fn put<J: Job<Context = Context>>(
    tx: &mut Tx,
    job: &J,
    run_at: Timestamp,
    on_conflict: OnConflict,
) -> Result<Enqueued> {
    enqueue(tx, job, Some(run_at), on_conflict).await
}

/// What a run's result means to the engine: a fenced run leaves everything to the one that took over, and a database that
/// is in the way is not the job's fault.
pub fn settle(result: Result<Outcome>) -> Outcome {
    match result {
        Ok(outcome) => outcome,
        Err(StoreError::Fenced) => Outcome::Committed,
        Err(error @ StoreError::Erased) => Outcome::Cancel(error.to_string()),
        Err(error @ (StoreError::Busy | StoreError::Unavailable(_))) => Outcome::Hindered(error.to_string()),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Keeps what was done so far and runs again at this time.
async fn put_off(mut tx: Tx, job: &Claimed, at: Timestamp) -> Result<Outcome> {
    tx.jobs().finish(job, Ending::Snooze(at)).await?;
    tx.commit().await?;
    Ok(Outcome::Committed)
}

/// Work on one chat runs one after the other.
fn chat_lane(id: ConversationId) -> String {
    id.to_string()
}
