//! Conversations: a chat on one channel, with its state, window and driver (A9).

use crate::id::{ConnectionId, ContactId, ConversationId, EpisodeId, LeadId, UserId};
use crate::phone::Phone;
use jiff::{SignedDuration, Timestamp};

crate::words! {
    /// What the chat waits for (A9).
    pub enum ChatState {
        /// The first message went out.
        AwaitingResponse = "awaiting_response",
        /// Asked for the name.
        AwaitingName = "awaiting_name",
        /// Asked for the need.
        AwaitingNeed = "awaiting_need",
        /// Asked how and when to get back.
        AwaitingPreference = "awaiting_preference",
        /// Everything is known, or the chat was ended for a reason.
        Completed = "completed",
        /// Fell silent.
        Unresponsive = "unresponsive",
    }
}

crate::words! {
    /// How words travel.
    pub enum Channel {
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// Text message.
        Sms = "sms",
        /// Email.
        Email = "email",
        /// Slack, for the business's own people only.
        Slack = "slack",
    }
}

/// Who leads a conversation (P9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// The program.
    Bot,
    /// A person: the user who took over.
    User(UserId),
    /// A person who answered from the handset (A13, coexistence echoes): we do not know which.
    Handset,
}

impl std::fmt::Display for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bot => f.write_str("bot"),
            Self::User(id) => id.fmt(f),
            Self::Handset => f.write_str("handset"),
        }
    }
}

impl std::str::FromStr for Driver {
    type Err = crate::id::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "bot" => Ok(Self::Bot),
            "handset" => Ok(Self::Handset),
            id => id.parse().map(Self::User),
        }
    }
}

/// How long a customer's message lets free text through (WhatsApp's service window).
pub const SERVICE_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Taken off the window, since clocks differ and sends take time.
pub const WINDOW_MARGIN: SignedDuration = SignedDuration::from_mins(3);

/// Why a chat ended that goes on over another channel, since nothing reached the customer on this one.
pub const MOVED: &str = "moved";

/// `said` mark of a reminder that could not go.
pub(crate) const SKIPPED: &str = "reminder_skipped_";

/// A chat on one channel.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// With whom.
    pub contact_id: ContactId,
    /// The lead it belongs to.
    pub lead_id: Option<LeadId>,
    /// The episode that began it, if one did.
    pub episode_id: Option<EpisodeId>,
    /// Channel.
    pub channel: Channel,
    /// The connection it runs over.
    pub connection_id: ConnectionId,
    /// What it waits for.
    pub state: ChatState,
    /// Who leads it.
    pub driver: Driver,
    /// When a person first led it, or was asked for, since it began; handing it back does not undo that.
    pub handed_over_at: Option<Timestamp>,
    /// The users who led it since it began, the first one first: they took it over, or wrote in it. One to whom it was only
    /// given has not.
    pub led_by: Vec<UserId>,
    /// How often each fact was asked: name, need, preference (A11: at most twice each).
    pub asked: [u8; 3],
    /// Until when free text may go out; `None`: never was open.
    pub window_until: Option<Timestamp>,
    /// Reminders that went out (A12: at most two).
    pub reminders_sent: u8,
    /// When the first message went out: reminders are counted from here.
    pub opened_at: Timestamp,
    /// The customer's last message.
    pub last_inbound_at: Option<Timestamp>,
    /// Said once: thanks after completion, the request to type instead of speaking … (words).
    pub said: Vec<String>,
    /// The number it is with: a person may have several. None: only the channel's own id is known.
    pub peer: Option<Phone>,
    /// Why it ended: `moved` (goes on elsewhere), `complete`, `opt_out`, `wrong_number`, `already_spoke`, `wants_person`, `unresponsive` …
    pub closed_reason: Option<String>,
}

impl Conversation {
    /// Somebody else leads it from now on.
    pub fn hand_over(&mut self, driver: Driver, now: Timestamp) {
        self.driver = driver;
        if driver != Driver::Bot {
            self.handed_over_at.get_or_insert(now);
        }
    }

    /// The numbers of the reminders that went out (A12): where the first could not, the second was sent alone.
    pub fn reminders(&self) -> impl Iterator<Item = u8> + '_ {
        let skipped = |nth: &u8| self.said.contains(&format!("{SKIPPED}{nth}"));
        (1..=2).filter(move |nth| !skipped(nth)).take(usize::from(self.reminders_sent))
    }

    /// Whether free text may be sent at `now` (A8).
    pub fn window_open(&self, now: Timestamp) -> bool {
        self.window_until.is_some_and(|until| now < until - WINDOW_MARGIN)
    }
}
