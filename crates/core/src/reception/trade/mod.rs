//! The seam of trades (C16): which topics a trade has, and what each needs next. To add a trade: a file beside this one that
//! implements [`Trade`], a word in [`TradeKind`] and a line in [`of`].

mod estate;
mod general;

use super::desk::{Desk, Topic};
use super::words::{Intent, Purpose, Question};

crate::words! {
    /// A line of business.
    pub enum TradeKind {
        /// Estate agency.
        Estate = "estate",
        /// Any other business: name, need, appointment, message.
        General = "general",
    }
}

#[expect(clippy::derivable_impls, reason = "the words! macro has no default variant")]
impl Default for TradeKind {
    fn default() -> Self {
        Self::General
    }
}

/// What a topic needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Something must be asked.
    Ask(Question),
    /// Enough is known to search.
    Search,
    /// A road or a reference names the property.
    Lookup,
    /// Slots must be looked for.
    Slots(Purpose),
    /// The chosen slot must be held.
    Hold(Purpose),
    /// Everything is known: read it back.
    ReadBack(Purpose),
    /// The report is whole.
    Ticket,
    /// The message is whole.
    Message,
    /// An appointment that exists is meant.
    Change,
    /// Tell the office hours.
    Hours,
}

/// What a key of the menu stands for.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// What whoever presses it wants.
    pub intent: Intent,
    /// In English as it is said before "press 1".
    pub said: &'static str,
    /// In English as it is read after "1".
    pub written: &'static str,
    /// In Hebrew, before the figure.
    pub hebrew: &'static str,
}

/// The key of every menu for what fits no other.
const A_MESSAGE: Choice =
    Choice {
        intent: Intent::General, said: "to leave a message", written: "leave a message", hebrew: "להשארת הודעה"
    };

/// A line of business.
pub trait Trade: Sync {
    /// The topic behind an intent; `None` for what is no topic (a person is wanted).
    fn topic(&self, intent: Intent) -> Option<Topic>;

    /// What the topic needs next.
    fn next(&self, desk: &Desk, topic: Topic) -> Next;

    /// What the keys stand for where nothing else is to be chosen, from 1 on (C1, C15); 0 is a person in every trade.
    fn menu(&self) -> &'static [Choice];

    /// What people say here, for whoever was not understood: in English and in Hebrew, after "for example".
    fn examples(&self) -> [&'static str; 2];
}

/// The trade of that kind.
pub fn of(kind: TradeKind) -> &'static dyn Trade {
    match kind {
        TradeKind::Estate => &estate::Estate,
        TradeKind::General => &general::General,
    }
}

/// What every appointment needs: a slot on offer, one chosen and held, the caller's name and number, and a yes.
fn appointment(desk: &Desk, purpose: Purpose) -> Next {
    let known = &desk.known;
    match () {
        () if known.chosen.is_none() && known.offers.is_empty() => Next::Slots(purpose),
        () if known.chosen.is_none() => Next::Ask(Question::Slot),
        () if !known.held => Next::Hold(purpose),
        () if known.name.is_none() => Next::Ask(Question::Name),
        () if known.phone.is_none() => Next::Ask(Question::Phone),
        () => Next::ReadBack(purpose),
    }
}

/// What every message needs: words, a name, a number.
fn message(desk: &Desk) -> Next {
    let known = &desk.known;
    match () {
        () if known.note.is_none() => Next::Ask(Question::Wish),
        () if known.name.is_none() => Next::Ask(Question::Name),
        () if known.phone.is_none() => Next::Ask(Question::Phone),
        () => Next::Message,
    }
}
