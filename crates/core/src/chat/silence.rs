//! Time passing: opening, reminders and giving up (A12).

use super::event::HowSoon::Now;
use super::{Chat, Effect, Pace, Why, tell};
use crate::conversation::{ChatState, Driver, SKIPPED};
use crate::lead::LeadStatus;
use crate::texts::Key;
use jiff::{SignedDuration, Timestamp};

impl Chat {
    /// The first message went out: the owner hears of the lead, the first reminder is set.
    pub(super) fn open(&mut self, pace: &Pace, out: &mut Vec<Effect>) {
        if !self.first_time("opened") {
            return;
        }
        out.push(tell(Now, Why::NewLead));
        if !self.waits_for_first_reply() {
            return;
        }
        if self.known.is_complete() {
            return self.complete(&[], out); // a voicemail told everything: nothing is asked, nothing reminded
        }
        out.push(match pace.reminders.first() {
            Some(after) => Effect::ScheduleReminder { nth: 1, at: later(self.opened_at, *after) },
            None => Effect::ScheduleGiveUp { at: later(self.opened_at, pace.give_up) },
        });
    }

    /// The nth reminder goes, or could not. The next one keeps its distance, however late this one was.
    pub(super) fn remind(&mut self, nth: u8, goes: bool, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        let planned = pace.reminders.len().min(2);
        if !self.waits_for_first_reply() || nth != self.reminders_dealt_with() + 1 || usize::from(nth) > planned {
            return;
        }
        if goes {
            self.reminders_sent += 1;
            let key = if nth == 2 { Key::LastReminder } else { Key::Reminder };
            self.say(&[key], out);
        } else {
            self.first_time(&format!("{SKIPPED}{nth}"));
        }
        let this = pace.reminders[usize::from(nth) - 1];
        out.push(match pace.reminders.get(usize::from(nth)).filter(|_| usize::from(nth) < planned) {
            Some(next) => {
                let at = later(self.opened_at, *next).max(later(now, (*next - this).max(SignedDuration::ZERO)));
                Effect::ScheduleReminder { nth: nth + 1, at }
            }
            None => Effect::ScheduleGiveUp { at: later(now, pace.give_up) },
        });
    }

    /// Nobody answered at all: unresponsive. Someone fell silent half-way: the owner hears once what is known and missing.
    pub(super) fn give_up(&mut self, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        if self.driver != Driver::Bot
            || self.opted_out
            || matches!(self.state, ChatState::Completed | ChatState::Unresponsive)
        {
            return;
        }
        if self.has_reply() {
            let due = later(self.last_inbound_at.unwrap_or(self.opened_at), pace.give_up);
            if now < due {
                out.push(Effect::ScheduleGiveUp { at: due });
            } else if self.first_time("went_silent") {
                out.push(tell(Now, Why::WentSilent));
            }
            return;
        }
        self.state = ChatState::Unresponsive;
        self.closed_reason = Some("unresponsive".to_owned());
        out.push(Effect::CancelReminders);
        if matches!(self.lead, LeadStatus::New | LeadStatus::Qualifying) {
            self.set_lead(LeadStatus::Unresponsive, None, out);
        }
        out.push(tell(Now, Why::Unresponsive));
        out.push(Effect::CloseEpisode { reason: "unresponsive" });
    }

    fn waits_for_first_reply(&self) -> bool {
        self.state == ChatState::AwaitingResponse && !self.has_reply() && self.bot_may_speak()
    }

    fn reminders_dealt_with(&self) -> u8 {
        let skipped = self.said.iter().filter(|mark| mark.starts_with(SKIPPED)).count();
        self.reminders_sent.saturating_add(u8::try_from(skipped).unwrap_or(2))
    }
}

/// `at` plus `span`, at the end of time at the latest.
pub(super) fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}
