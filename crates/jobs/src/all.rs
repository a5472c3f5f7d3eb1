//! The list of kinds of work. A new kind is a line here.

use crate::context::Context;
use crate::engine::{Config, Engine};
use crate::work;
use std::sync::Arc;

/// An engine that knows every kind of work.
pub fn engine(cx: &Context, config: Config) -> Engine<Context> {
    Engine::new(cx.store.clone(), Arc::new(cx.clone()), config)
        .with::<work::DrainInbox>()
        .with::<work::SortInbox>()
        .with::<work::ReachOut>()
        .with::<work::SendMessage>()
        .with::<work::ResolveSend>()
        .with::<work::AnswerBurst>()
        .with::<work::ReadAgain>()
        .with::<work::ReadCallLog>()
        .with::<work::ReadVoicemail>()
        .with::<work::SyncTemplates>()
        .with::<work::AnalyseCall>()
        .with::<work::CompleteAnalysis>()
        .with::<work::Remind>()
        .with::<work::GiveUp>()
        .with::<work::TellOwner>()
        .with::<work::RemindOwner>()
        .with::<work::MarkRead>()
        .with::<work::SendPasswordLink>()
        .with::<work::Housekeeping>()
        .with::<work::ForgetOld>()
        .with::<work::CheckLossAccount>()
        .with::<work::RecountReports>()
        .with::<work::SendWeeklyLetter>()
        .with::<work::FoldReports>()
        .with::<work::RepairCalls>()
        .with::<work::RemindAppointment>()
        .with::<work::RingOnCall>()
        .with::<work::AskFeedback>()
        .with::<work::OfferAnother>()
        .with::<work::AskSatisfaction>()
        .with::<work::MatchSearches>()
        .with::<work::SendMatches>()
        .with::<work::CallOnCall>()
        .with::<work::StopRings>()
        .with::<work::TellMore>()
        .with::<work::TellLandlord>()
        .with::<work::CloseTalk>()
        .with::<work::FetchCall>()
}
