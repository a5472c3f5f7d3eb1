//! One turn of the customer: what was learned, what is asked next (A9, A11, A15).

use super::event::HowSoon::{Debounced, Now};
use super::silence::later;
use super::{Chat, Effect, Known, NonText, Pace, Topic, Understood, Why, task, tell};
use crate::conversation::ChatState;
use crate::lead::LeadStatus;
use crate::task::Urgency;
use crate::texts::Key;
use jiff::Timestamp;

impl Chat {
    /// The customer wrote.
    pub(super) fn hear(&mut self, heard: &Understood, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        if heard.is_no_turn() {
            return;
        }
        let unresponsive = self.note_reply(now, out);
        self.known = self.known.and(heard.learned);
        if self.close_by_signal(heard, now, out) {
            return;
        }
        if self.is_finished() || self.opted_out {
            return self.pass_on(heard, out);
        }
        if unresponsive {
            self.closed_reason = None;
        }
        self.raise_lead(LeadStatus::Qualifying, out);
        if heard.signals.declines {
            self.drop_open_question(heard.learned);
        }
        if !heard.learned.is_empty() && !self.known.is_complete() {
            out.push(tell(Debounced, Why::NewFacts));
        }
        if heard.signals.question {
            out.push(tell(Debounced, Why::Question));
        }
        self.go_on(lead_in(heard), pace, now, out);
    }

    /// The customer sent something without words.
    pub(super) fn receive(&mut self, kind: NonText, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        if kind == NonText::NoTurn {
            return;
        }
        if self.note_reply(now, out) {
            self.closed_reason = None;
        }
        if self.is_finished() || self.opted_out {
            return self.pass_on(&Understood::default(), out);
        }
        self.raise_lead(LeadStatus::Qualifying, out);
        match kind {
            NonText::Content => self.go_on(&[Key::Received], pace, now, out),
            _ => {
                if self.first_time("please_type") {
                    self.say(&[Key::PleaseType], out);
                } else {
                    out.push(tell(Debounced, Why::LaterMessage));
                }
                self.wait_for_more(pace, now, out);
            }
        }
    }

    /// Facts came from elsewhere: no words, but the state follows from what is missing.
    pub(super) fn correct(&mut self, learned: Known, out: &mut Vec<Effect>) {
        self.known = self.known.and(learned);
        if self.is_finished() {
            return self.complete_late(out);
        }
        if self.known.is_complete() {
            return self.complete(&[], out);
        }
        self.follow_missing();
        if !learned.is_empty() {
            out.push(tell(Debounced, Why::NewFacts));
        }
    }

    /// They spoke to a voicemail (A2): what it tells is known from here, and nothing is said. Of danger, whoever heard it has
    /// told people.
    pub(super) fn overhear(&mut self, heard: &Understood, now: Timestamp, out: &mut Vec<Effect>) {
        self.known = self.known.and(heard.learned);
        if heard.signals.emergency {
            if !self.is_finished() {
                self.end("emergency", &[], out);
            }
            return self.raise_lead(LeadStatus::Qualifying, out);
        }
        if self.close_by_signal(heard, now, out) {
            return out.retain(|effect| !matches!(effect, Effect::Say(_)));
        }
        self.correct(heard.learned, out);
    }

    /// Completes, asks the next missing fact, or ends with what is known.
    fn go_on(&mut self, lead_in: &[Key], pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        if self.known.is_complete() {
            return self.complete(&[lead_in, &[Key::Confirm]].concat(), out);
        }
        if !self.bot_may_speak() {
            self.follow_missing();
            return self.wait_for_more(pace, now, out);
        }
        let Some(topic) = self.next_topic() else {
            return self.complete_partly(out);
        };
        let times = &mut self.asked[topic.index()];
        *times += 1;
        let question = topic.question(*times > 1);
        self.state = state_of(topic);
        self.say(&[lead_in, &[question]].concat(), out);
        self.wait_for_more(pace, now, out);
    }

    pub(super) fn complete(&mut self, words: &[Key], out: &mut Vec<Effect>) {
        self.end("complete", words, out);
        self.raise_lead(LeadStatus::Qualified, out);
        out.push(tell(Now, Why::Complete));
    }

    fn complete_partly(&mut self, out: &mut Vec<Effect>) {
        self.end("partial", &[Key::ConfirmPartial], out);
        if self.known.is_empty() {
            out.push(task(Key::TaskReview, Urgency::Normal)); // nothing was understood: a person reads it
        }
        out.push(tell(Now, Why::Partial));
    }

    /// What was missing came after the end: the lead is complete now, and the owner hears it at once.
    fn complete_late(&mut self, out: &mut Vec<Effect>) {
        if self.known.is_complete() {
            self.raise_lead(LeadStatus::Qualified, out);
        }
        if self.known.is_complete() && self.closed_reason.as_deref() == Some("partial") {
            self.closed_reason = Some("complete".to_owned());
            out.push(tell(Now, Why::Complete));
        } else {
            out.push(tell(Debounced, Why::NewFacts));
        }
    }

    /// After the end: timeline and owner, one thanks, no loop (A15).
    fn pass_on(&mut self, heard: &Understood, out: &mut Vec<Effect>) {
        if !heard.learned.is_empty() {
            self.complete_late(out);
        }
        out.push(tell(Debounced, if heard.signals.question { Why::Question } else { Why::LaterMessage }));
        let polite = matches!(self.closed_reason.as_deref(), Some("complete" | "partial"));
        if heard.signals.asks_if_bot && self.first_time("i_am_a_bot_later") {
            self.say(&[Key::IAmABot], out);
        } else if polite && self.bot_may_speak() && self.first_time("thanks_later") {
            self.say(&[Key::ThanksLater], out);
        }
    }

    /// A reply: reminders are over. True when it reopens an unresponsive chat.
    fn note_reply(&mut self, now: Timestamp, out: &mut Vec<Effect>) -> bool {
        self.last_inbound_at = self.last_inbound_at.max(Some(now.max(self.opened_at)));
        if matches!(self.state, ChatState::AwaitingResponse) {
            out.push(Effect::CancelReminders);
        }
        let reopened = self.state == ChatState::Unresponsive;
        if reopened {
            self.state = ChatState::AwaitingResponse;
        }
        reopened
    }

    /// What will not be told is not asked again.
    fn drop_open_question(&mut self, learned: Known) {
        let open = Topic::ALL.iter().copied().find(|topic| state_of(*topic) == self.state);
        if let Some(topic) = open.filter(|topic| !learned.has(*topic)) {
            self.asked[topic.index()] = 2;
        }
    }

    /// The state without asking anything: someone else leads, or the facts came from elsewhere. An open question stays open.
    fn follow_missing(&mut self) {
        let open = self.missing().any(|topic| state_of(topic) == self.state);
        if open || !self.has_reply() || self.state == ChatState::Unresponsive {
            return;
        }
        let first = self.missing().next();
        if let Some(topic) = self.next_topic().or(first) {
            self.state = state_of(topic);
        }
    }

    pub(super) fn wait_for_more(&mut self, pace: &Pace, now: Timestamp, out: &mut Vec<Effect>) {
        out.push(Effect::ScheduleGiveUp { at: later(now, pace.give_up) });
    }

    pub(super) fn urgent(&mut self, kind: Key, why: Why, out: &mut Vec<Effect>) {
        out.push(task(kind, Urgency::Urgent));
        out.push(tell(Now, why));
    }
}

/// What is acknowledged before the next question.
fn lead_in(heard: &Understood) -> &'static [Key] {
    match (heard.signals.asks_if_bot, heard.signals.question) {
        (true, _) => &[Key::IAmABot],
        (false, true) => &[Key::QuestionNoted],
        (false, false) => &[],
    }
}

pub(super) fn state_of(topic: Topic) -> ChatState {
    match topic {
        Topic::Name => ChatState::AwaitingName,
        Topic::Need => ChatState::AwaitingNeed,
        Topic::Preference => ChatState::AwaitingPreference,
    }
}
