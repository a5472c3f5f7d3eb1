//! How a chat ends before everything is known: leaving, mistakes, people stepping in (A14, P9).

use super::event::HowSoon::Debounced;
use super::silence::later;
use super::{Chat, Effect, Pace, Understood, Why, task, tell};
use crate::conversation::{ChatState, Driver};
use crate::lead::LeadStatus;
use crate::task::Urgency;
use crate::texts::Key;
use jiff::Timestamp;

/// Why a chat ended with an opt-out.
const OPT_OUT: &str = "opt_out";

impl Chat {
    /// Signals that decide the turn, gravest first. True when nothing is left to be said.
    pub(super) fn close_by_signal(&mut self, heard: &Understood, now: Timestamp, out: &mut Vec<Effect>) -> bool {
        let signals = heard.signals;
        if signals.opt_out {
            if signals.emergency {
                self.urgent(Key::TaskEmergency, Why::Emergency, out);
            }
            self.opt_out_by_message(out);
            return true;
        }
        if signals.opt_in && self.opted_out {
            self.opt_in_by_message(out);
            return true;
        }
        if signals.emergency {
            self.urgent(Key::TaskEmergency, Why::Emergency, out);
            return self.step_back("emergency", Key::Emergency, out);
        }
        if signals.wants_person || signals.call_now {
            self.handed_over_at.get_or_insert(now);
            return self.hand_over(heard, out);
        }
        if self.is_finished() || self.opted_out {
            return false;
        }
        self.close_politely(heard, out)
    }

    /// Mistakes and news that make further questions pointless, each with its polite end.
    fn close_politely(&mut self, heard: &Understood, out: &mut Vec<Effect>) -> bool {
        let signals = heard.signals;
        if signals.abuse {
            self.end("abuse", &[], out);
            out.push(task(Key::TaskReview, Urgency::Normal));
            out.push(tell(Debounced, Why::Abuse));
        } else if signals.wrong_number {
            self.end("wrong_number", &[Key::WrongNumber], out);
            self.lose("wrong_number", out);
            out.push(tell(Debounced, Why::WrongNumber));
        } else if signals.already_spoke {
            self.end("already_spoke", &[Key::AlreadySpoke], out);
            self.contacted(out);
            out.push(tell(Debounced, Why::AlreadySpoke));
        } else if signals.resolved {
            self.end("resolved", &[Key::Resolved], out);
            self.lose("resolved", out);
            out.push(tell(Debounced, Why::Resolved));
        } else {
            return false;
        }
        true
    }

    /// A person is wanted. Where everything is known by now, the confirmation says enough; else one sentence, and silence.
    fn hand_over(&mut self, heard: &Understood, out: &mut Vec<Effect>) -> bool {
        if heard.signals.call_now {
            self.urgent(Key::TaskCallNow, Why::CallNow, out);
        } else {
            self.urgent(Key::TaskCallBack, Why::WantsPerson, out);
        }
        if self.known.is_complete() && !self.is_finished() && !self.opted_out {
            self.raise_lead(LeadStatus::Qualifying, out);
            self.complete(&[Key::Confirm], out);
            return true;
        }
        self.step_back("wants_person", Key::StepBack, out)
    }

    /// One sentence, once, and the bot is silent. Always true: the turn is over.
    fn step_back(&mut self, reason: &'static str, words: Key, out: &mut Vec<Effect>) -> bool {
        let words: &[Key] = if self.bot_may_speak() && self.first_time(words.as_str()) { &[words] } else { &[] };
        if self.is_finished() || self.opted_out {
            self.say(words, out);
        } else {
            self.end(reason, words, out);
            self.raise_lead(LeadStatus::Qualifying, out);
        }
        if self.known.is_complete() {
            self.raise_lead(LeadStatus::Qualified, out);
        }
        true
    }

    /// The chat is over: state, reason, last words, nothing scheduled any more.
    pub(super) fn end(&mut self, reason: &'static str, words: &[Key], out: &mut Vec<Effect>) {
        self.state = ChatState::Completed;
        self.closed_reason = Some(reason.to_owned());
        if !words.is_empty() {
            self.say(words, out);
        }
        out.push(Effect::CancelReminders);
        out.push(Effect::CloseEpisode { reason });
    }

    /// Confirmed once, then final until START (A14).
    fn opt_out_by_message(&mut self, out: &mut Vec<Effect>) {
        if self.opted_out {
            return;
        }
        self.end(OPT_OUT, &[Key::OptOutDone], out);
        self.opted_out = true;
        out.push(Effect::OptOutContact);
        self.lose(OPT_OUT, out);
        out.push(tell(Debounced, Why::OptedOut));
    }

    fn opt_in_by_message(&mut self, out: &mut Vec<Effect>) {
        self.come_back(out);
        self.say(&[Key::OptInDone], out);
    }

    /// They left on another channel: silent here. The contact may be marked already; this chat ends all the same.
    pub(super) fn leave(&mut self, out: &mut Vec<Effect>) {
        let new = !self.opted_out;
        self.opted_out = true;
        if self.closed_reason.as_deref() != Some(OPT_OUT) {
            self.end(OPT_OUT, &[], out);
        }
        if new {
            out.push(Effect::OptOutContact);
        }
        self.lose(OPT_OUT, out);
    }

    /// Back after an opt-out: the chat is open again where something is missing.
    pub(super) fn come_back(&mut self, out: &mut Vec<Effect>) {
        if self.opted_out {
            self.opted_out = false;
            out.push(Effect::OptInContact);
        }
        if self.closed_reason.as_deref() != Some(OPT_OUT) {
            return;
        }
        if self.known.is_complete() {
            self.closed_reason = Some("complete".to_owned());
        } else {
            self.state = ChatState::AwaitingResponse;
            self.closed_reason = None;
        }
        if self.lead == LeadStatus::Lost {
            let status = if self.known.is_complete() { LeadStatus::Qualified } else { LeadStatus::Qualifying };
            self.set_lead(status, None, out);
        }
    }

    /// A person leads from now on: the bot is silent, nothing is scheduled (P9).
    pub(super) fn take_over(&mut self, driver: Driver, now: Timestamp, out: &mut Vec<Effect>) {
        self.driver = driver;
        if driver != Driver::Bot {
            self.handed_over_at.get_or_insert(now);
            out.push(Effect::CancelReminders);
        }
        if let Driver::User(user) = driver
            && !self.led_by.contains(&user)
        {
            self.led_by.push(user);
        }
    }

    /// The bot goes on with the customer's next message; it does not speak up by itself.
    pub(super) fn hand_back(&mut self, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        self.driver = Driver::Bot;
        let open = !matches!(self.state, ChatState::Completed | ChatState::Unresponsive);
        if open && !self.opted_out {
            out.push(Effect::ScheduleGiveUp { at: later(now, pace.give_up) });
        }
    }

    /// Business and customer spoke: questions and reminders are pointless (A6, A12).
    pub(super) fn spoke(&mut self, out: &mut Vec<Effect>) {
        if !self.is_finished() {
            self.end("spoke", &[], out);
        }
        self.contacted(out);
    }

    fn contacted(&mut self, out: &mut Vec<Effect>) {
        use LeadStatus::{New, Qualified, Qualifying, Unresponsive};
        if matches!(self.lead, New | Qualifying | Qualified | Unresponsive) {
            self.set_lead(LeadStatus::Contacted, None, out);
        }
    }

    /// Lost, unless a person got further with them.
    fn lose(&mut self, reason: &'static str, out: &mut Vec<Effect>) {
        use LeadStatus::{New, Qualified, Qualifying, Unresponsive};
        let keep = self.lead == Qualified && reason == OPT_OUT;
        if matches!(self.lead, New | Qualifying | Qualified | Unresponsive) && !keep {
            self.set_lead(LeadStatus::Lost, Some(reason), out);
        }
    }
}
