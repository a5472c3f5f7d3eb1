//! What can happen to a chat and what follows from it.

use crate::conversation::Driver;
use crate::lead::LeadStatus;
use crate::message::Content;
use crate::reading::Signals;
use crate::task::Urgency;
use crate::texts::Key;
use jiff::Timestamp;

crate::words! {
    /// A fact that the chat asks for, in this order (A9).
    pub enum Topic {
        /// Who they are.
        Name = "name",
        /// What they need.
        Need = "need",
        /// When and how to get back to them.
        Preference = "preference",
    }
}

impl Topic {
    /// Its place in `asked` and `known`.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The text that asks for it, the second time in other words (A11).
    pub const fn question(self, again: bool) -> Key {
        match (self, again) {
            (Self::Name, false) => Key::AskName,
            (Self::Name, true) => Key::AskNameAgain,
            (Self::Need, false) => Key::AskNeed,
            (Self::Need, true) => Key::AskNeedAgain,
            (Self::Preference, false) => Key::AskPreference,
            (Self::Preference, true) => Key::AskPreferenceAgain,
        }
    }
}

/// Which of name, need and preference there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known(pub [bool; 3]);

impl Known {
    /// Whether `topic` is among them.
    pub const fn has(self, topic: Topic) -> bool {
        self.0[topic.index()]
    }

    /// With `topic` among them.
    #[must_use]
    pub const fn with(mut self, topic: Topic) -> Self {
        self.0[topic.index()] = true;
        self
    }

    /// All three.
    pub const fn is_complete(self) -> bool {
        self.0[0] && self.0[1] && self.0[2]
    }

    /// None at all.
    pub const fn is_empty(self) -> bool {
        !(self.0[0] || self.0[1] || self.0[2])
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self([self.0[0] || more.0[0], self.0[1] || more.0[1], self.0[2] || more.0[2]])
    }
}

/// What a burst of messages told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Understood {
    /// What else it told (A10).
    pub signals: Signals,
    /// Facts that are new or changed by it, after merging.
    pub learned: Known,
    /// Whether there were words at all; bare punctuation and emoji are no turn.
    pub any_words: bool,
}

impl Understood {
    /// Nothing that a person would answer.
    pub(super) fn is_no_turn(&self) -> bool {
        !self.any_words && self.learned.is_empty() && self.signals == Signals::default()
    }
}

/// A message without words (A15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonText {
    /// Spoken, and not transcribed.
    Voice,
    /// Picture, document, place, contact card: content.
    Content,
    /// Sticker, reaction, edit, deletion, system notice: kept and shown, no turn.
    NoTurn,
}

impl NonText {
    /// What `content` is when a brain cannot read it; `None` when it has words.
    pub fn of(content: &Content) -> Option<Self> {
        match content {
            _ if content.words().is_some_and(|words| !words.trim().is_empty()) => None,
            Content::Media { voice: true, .. } => Some(Self::Voice),
            Content::Media { media, .. } if media == "audio" => Some(Self::Voice),
            Content::Media { media, .. } if media != "sticker" => Some(Self::Content),
            Content::Location { .. } | Content::Contacts { .. } => Some(Self::Content),
            _ => Some(Self::NoTurn),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The first message went out.
    Opened,
    /// The customer wrote; also the first event of a chat that they began.
    Understood(Understood),
    /// The customer sent something without words.
    NonText(NonText),
    /// Facts came from elsewhere: a person, a call, a second reading.
    Corrected(Known),
    /// They left words on a voicemail: understood like a message, answered by nothing.
    Overheard(Understood),
    /// The nth reminder (1, 2) may go now.
    ReminderDue(u8),
    /// The nth reminder could not go (no template, no channel): time goes on all the same.
    ReminderSkipped(u8),
    /// The time for giving up is there.
    PatienceOver,
    /// A person took over, from the dashboard or from the handset.
    TakenOver(Driver),
    /// The bot may go on.
    HandedBack,
    /// A call was answered, or someone tapped "we spoke".
    Spoke,
    /// The contact left on another channel, or a user noted it: no words.
    OptOut,
    /// The contact came back on another channel, or a user noted it: no words.
    OptIn,
}

/// How soon the owner is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowSoon {
    /// At once.
    Now,
    /// With the next gathered update (A13).
    Debounced,
}

crate::words! {
    /// Why the owner is told. The notice says it in words (`Why::text`).
    pub enum Why {
        /// A lead began.
        NewLead = "new_lead",
        /// Something new is known.
        NewFacts = "new_facts",
        /// All that was asked is known.
        Complete = "complete",
        /// Nothing more is asked, something is missing.
        Partial = "partial",
        /// They want a person.
        WantsPerson = "wants_person",
        /// They want to be called now.
        CallNow = "call_now",
        /// Danger.
        Emergency = "emergency",
        /// They fell silent half-way.
        WentSilent = "went_silent",
        /// They never answered.
        Unresponsive = "unresponsive",
        /// They wrote after the end.
        LaterMessage = "later_message",
        /// They asked something.
        Question = "question",
        /// They opted out.
        OptedOut = "opted_out",
        /// They did not call.
        WrongNumber = "wrong_number",
        /// They spoke already.
        AlreadySpoke = "already_spoke",
        /// It is not needed any more.
        Resolved = "resolved",
        /// Insults.
        Abuse = "abuse",
        /// They complain, or are angry.
        Complaint = "complaint",
        /// Somebody whom people see to themselves.
        Vip = "vip",
        /// A deal above the limit.
        Deal = "deal",
        /// They called again.
        CalledAgain = "called_again",
        /// A call made it a hot lead.
        HotLead = "hot_lead",
    }
}

impl Why {
    /// How the notice says it; `None` where header and facts say it already.
    pub const fn text(self) -> Option<Key> {
        match self {
            Self::NewLead | Self::NewFacts | Self::Complete | Self::Partial => None,
            Self::WantsPerson => Some(Key::OwnerWantsPerson),
            Self::CallNow => Some(Key::OwnerCallNow),
            Self::Emergency => Some(Key::OwnerEmergency),
            Self::WentSilent => Some(Key::OwnerWentSilent),
            Self::Unresponsive => Some(Key::OwnerUnresponsive),
            Self::LaterMessage => Some(Key::OwnerLaterMessage),
            Self::Question => Some(Key::OwnerQuestion),
            Self::OptedOut => Some(Key::OwnerOptedOut),
            Self::WrongNumber => Some(Key::OwnerWrongNumber),
            Self::AlreadySpoke => Some(Key::OwnerAlreadySpoke),
            Self::Resolved => Some(Key::OwnerResolved),
            Self::Abuse => Some(Key::OwnerAbuse),
            Self::Complaint => Some(Key::OwnerComplaint),
            Self::Vip => Some(Key::OwnerVip),
            Self::Deal => Some(Key::OwnerDeal),
            Self::CalledAgain => Some(Key::OwnerCalledAgain),
            Self::HotLead => Some(Key::OwnerHotLead),
        }
    }
}

/// What is to be done. The chat's own fields are saved besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// One message of these texts, a line each (`Texts::compose`); the last key is its purpose.
    Say(Vec<Key>),
    /// The nth reminder is due at that time; replaces an earlier date.
    ScheduleReminder {
        /// 1 or 2.
        nth: u8,
        /// When.
        at: Timestamp,
    },
    /// `PatienceOver` at that time; replaces an earlier date.
    ScheduleGiveUp {
        /// When.
        at: Timestamp,
    },
    /// Neither reminders nor giving up any more.
    CancelReminders,
    /// The lead's new status.
    SetLead {
        /// Status.
        status: LeadStatus,
        /// For `lost`: why, as a word.
        reason: Option<&'static str>,
    },
    /// The owner is to know.
    TellOwner {
        /// When.
        soon: HowSoon,
        /// Why.
        why: Why,
    },
    /// A follow-up for a person; `kind` is the text of its title and, without `task_`, the task's kind.
    AddTask {
        /// Title and kind.
        kind: Key,
        /// How soon.
        urgency: Urgency,
    },
    /// The contact takes no messages any more, on all channels.
    OptOutContact,
    /// The contact takes messages again.
    OptInContact,
    /// The open episode is over.
    CloseEpisode {
        /// A word: `complete`, `spoke`, `opt_out` …
        reason: &'static str,
    },
}
