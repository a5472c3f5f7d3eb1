//! The word lists of calls; each is a file in `phrases/call`.

use crate::times::phrase::Phrases;
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

macro_rules! lists {
    ($($(#[$meta:meta])* $name:ident = $file:literal),+ $(,)?) => {$(
        $(#[$meta])*
        pub(super) static $name: List =
            LazyLock::new(|| Phrases::new(include_str!(concat!("../phrases/call/", $file, ".txt"))));
    )+};
}

lists! {
    /// The business asks for a name.
    ASK_NAME = "ask_name",
    /// The business asks for a company.
    ASK_COMPANY = "ask_company",
    /// The business offers an appointment, or times for one.
    OFFER_DEMO = "offer_demo",
    /// The business offers a price.
    OFFER_PRICE = "offer_price",
    /// The business offers to call, or to send something.
    OFFER_FOLLOW_UP = "offer_follow_up",
    /// The business offers a sample.
    OFFER_SAMPLE = "offer_sample",
    /// The business confirms an appointment.
    BOOKED = "booked",
    /// The business hands the call over.
    HANDS_OVER = "hands_over",
    /// The business takes the customer off its list.
    REMOVES = "removes",
    /// Agreement.
    YES = "yes",
    /// Refusal.
    NO = "no",
    /// Asks for a price.
    PRICE = "price",
    /// Asks for an appointment.
    DEMO = "demo",
    /// Asks for a call, or to be sent something.
    FOLLOW_UP = "follow_up",
    /// What is sent is the invitation to an appointment.
    INVITE = "invite",
    /// Asks for a sample.
    SAMPLE = "sample",
    /// Wants a person.
    WANTS_PERSON = "wants_person",
    /// Asks not to be called.
    OPT_OUT = "opt_out",
    /// Sells something.
    SELLS = "sells",
    /// Meant somebody else.
    WRONG = "wrong",
    /// Within days.
    SOON = "soon",
    /// Within weeks.
    WEEKS = "weeks",
    /// Within months.
    FAR = "far",
    /// No hurry, only looking.
    NO_RUSH = "no_rush",
    /// Speaks of an amount.
    MONEY = "money",
    /// The money is there.
    MONEY_READY = "money_ready",
    /// Too expensive.
    TOO_DEAR = "too_dear",
    /// Wants it.
    STRONG = "strong",
    /// Does not want it.
    NEGATES = "negates",
}
