//! The missed-call chat: what to ask next, and what else to do about it (A9, A11, A12, A14, A15).
//!
//! Pure: what is known and the time come in, effects go out. Always true, and checked as properties:
//! - a finished chat asks nothing more, whatever arrives;
//! - nothing already known is asked, nothing is asked a third time;
//! - one step says at most one message; while a person drives, or after an opt-out, the bot says nothing;
//! - there are never more than two reminders, and none after a reply;
//! - the state follows from the facts that are missing, never from what was just learned.

mod close;
mod event;
mod silence;
mod turn;

pub use event::{Effect, Event, HowSoon, Known, NonText, Topic, Understood, Why};

use crate::conversation::{ChatState, Conversation, Driver};
use crate::id::UserId;
use crate::lead::LeadStatus;
use crate::settings::Outreach;
use crate::task::Urgency;
use crate::texts::Key;
use jiff::{SignedDuration, Timestamp};

/// When to remind and when to give up (A12), from the tenant's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Each counted from the first message; at most two.
    pub reminders: Vec<SignedDuration>,
    /// From the last reminder, or from the customer's last message, to giving up.
    pub give_up: SignedDuration,
}

impl From<&Outreach> for Pace {
    fn from(outreach: &Outreach) -> Self {
        Self { reminders: outreach.reminders.iter().take(2).map(|span| span.0).collect(), give_up: outreach.give_up.0 }
    }
}

/// The part of a conversation, its contact and its lead that decides what happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// What it waits for.
    pub state: ChatState,
    /// Which of name, need and preference are known.
    pub known: Known,
    /// How often each was asked; a declined one counts as asked twice.
    pub asked: [u8; 3],
    /// Reminders that went out.
    pub reminders_sent: u8,
    /// What is said once only.
    pub said: Vec<String>,
    /// Who leads.
    pub driver: Driver,
    /// When a person first led, or was asked for.
    pub handed_over_at: Option<Timestamp>,
    /// The users who led it since it began.
    pub led_by: Vec<UserId>,
    /// Why it ended.
    pub closed_reason: Option<String>,
    /// When it began.
    pub opened_at: Timestamp,
    /// The customer's last message.
    pub last_inbound_at: Option<Timestamp>,
    /// Whether the contact has opted out.
    pub opted_out: bool,
    /// Where the lead stands.
    pub lead: LeadStatus,
}

impl Chat {
    /// Puts together what is decided upon. `known` is what the facts say now.
    pub fn of(conversation: &Conversation, known: Known, opted_out: bool, lead: LeadStatus) -> Self {
        Self {
            state: conversation.state,
            known,
            asked: conversation.asked,
            reminders_sent: conversation.reminders_sent,
            said: conversation.said.clone(),
            driver: conversation.driver,
            handed_over_at: conversation.handed_over_at,
            led_by: conversation.led_by.clone(),
            closed_reason: conversation.closed_reason.clone(),
            opened_at: conversation.opened_at,
            last_inbound_at: conversation.last_inbound_at,
            opted_out,
            lead,
        }
    }

    /// Writes the chat back to its conversation. Contact and lead change by effects.
    pub fn save_to(&self, conversation: &mut Conversation) {
        conversation.state = self.state;
        conversation.asked = self.asked;
        conversation.reminders_sent = self.reminders_sent;
        conversation.said.clone_from(&self.said);
        conversation.driver = self.driver;
        conversation.handed_over_at = self.handed_over_at;
        conversation.led_by.clone_from(&self.led_by);
        conversation.closed_reason.clone_from(&self.closed_reason);
        conversation.last_inbound_at = self.last_inbound_at;
    }

    /// Ended for a reason, be it that everything is known. Silence is no end: a late reply reopens (A9).
    pub fn is_finished(&self) -> bool {
        self.state == ChatState::Completed
    }

    /// Whether the customer has written since the chat began.
    pub fn has_reply(&self) -> bool {
        self.last_inbound_at.is_some_and(|at| at >= self.opened_at)
    }

    /// Whether the bot may speak at all.
    pub fn bot_may_speak(&self) -> bool {
        self.driver == Driver::Bot && !self.opted_out
    }

    /// The fact that is asked next: the first missing one that was asked less than twice (A9, A11).
    pub fn next_topic(&self) -> Option<Topic> {
        self.missing().find(|topic| self.asked[topic.index()] < 2)
    }

    /// What the customer's words answer: an opener that left out what a voicemail told asked for the first of what is missing.
    pub fn asked_for(state: ChatState, known: Known) -> ChatState {
        let told = known.has(Topic::Need) || known.has(Topic::Preference);
        let first = Topic::ALL.iter().copied().find(|topic| !known.has(*topic));
        match first.filter(|_| told && state == ChatState::AwaitingResponse) {
            Some(topic) => turn::state_of(topic),
            None => state,
        }
    }

    fn missing(&self) -> impl Iterator<Item = Topic> + '_ {
        Topic::ALL.iter().copied().filter(|topic| !self.known.has(*topic))
    }
}

/// Moves `chat` on by one event: the chat as it is now, and what is to be done, in order.
pub fn step(mut chat: Chat, event: Event, pace: &Pace, now: Timestamp) -> (Chat, Vec<Effect>) {
    let mut out = Vec::new();
    match event {
        Event::Opened => chat.open(pace, &mut out),
        Event::Understood(heard) => chat.hear(&heard, pace, now, &mut out),
        Event::NonText(kind) => chat.receive(kind, pace, now, &mut out),
        Event::Corrected(learned) => chat.correct(learned, &mut out),
        Event::Overheard(heard) => chat.overhear(&heard, now, &mut out),
        Event::ReminderDue(nth) => chat.remind(nth, true, pace, now, &mut out),
        Event::ReminderSkipped(nth) => chat.remind(nth, false, pace, now, &mut out),
        Event::PatienceOver => chat.give_up(pace, now, &mut out),
        Event::TakenOver(driver) => chat.take_over(driver, now, &mut out),
        Event::HandedBack => chat.hand_back(pace, now, &mut out),
        Event::Spoke => chat.spoke(&mut out),
        Event::OptOut => chat.leave(&mut out),
        Event::OptIn => chat.come_back(&mut out),
    }
    (chat, out)
}

impl Chat {
    /// Says `keys` as one message, if the bot may speak.
    fn say(&self, keys: &[Key], out: &mut Vec<Effect>) {
        if self.bot_may_speak() {
            out.push(Effect::Say(keys.to_vec()));
        }
    }

    /// Marks something as said; true the first time.
    fn first_time(&mut self, mark: &str) -> bool {
        let new = !self.said.iter().any(|said| said == mark);
        if new {
            self.said.push(mark.to_owned());
        }
        new
    }

    fn set_lead(&mut self, status: LeadStatus, reason: Option<&'static str>, out: &mut Vec<Effect>) {
        if self.lead != status {
            self.lead = status;
            out.push(Effect::SetLead { status, reason });
        }
    }

    /// Raises the lead; what people or bookings reached is not undone (A9).
    fn raise_lead(&mut self, status: LeadStatus, out: &mut Vec<Effect>) {
        use LeadStatus::{New, Qualified, Qualifying, Unresponsive};
        let open = matches!(self.lead, New | Unresponsive) || (self.lead == Qualifying && status == Qualified);
        if open {
            self.set_lead(status, None, out);
        }
    }
}

fn tell(soon: HowSoon, why: Why) -> Effect {
    Effect::TellOwner { soon, why }
}

fn task(kind: Key, urgency: Urgency) -> Effect {
    Effect::AddTask { kind, urgency }
}
