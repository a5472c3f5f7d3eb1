//! Settings of the receptionist (part C): where it answers, how appointments are made, who is rung.

use super::{Interval, Span};
use crate::reception::proof::Check;
use crate::reception::score::Weights;
use crate::reception::slots::Rules;
use crate::reception::trade::TradeKind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The receptionist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reception {
    /// It answers what customers write on WhatsApp and by SMS (C12). Off: the chat about missed calls answers.
    pub messages: bool,
    /// The business's trade (C16).
    pub trade: TradeKind,
    /// Calls are recorded, and callers are told so (C1).
    pub recorded: bool,
    /// What shows that a caller is who their number says, before anything of theirs is told on the phone (C2).
    pub check: Check,
    /// The length of an appointment, in minutes (C6).
    pub minutes: u16,
    /// Between two appointments of one agent at different places.
    pub travel: Span,
    /// The earliest appointment is so far ahead.
    pub notice: Span,
    /// So many days are offered.
    pub days: u8,
    /// How long a slot is held while someone decides.
    pub hold: Span,
    /// So long before an appointment the customer is reminded; `0s`: not at all.
    pub remind_before: Span,
    /// So long after a viewing the visitor is asked what they thought of it; `0s`: not at all.
    pub feedback_after: Span,
    /// After a call, the details of the properties that were told of are sent in writing (C11).
    pub send_details: bool,
    /// After a call, the caller is asked in writing how it was, at most monthly (C14).
    pub ask_satisfaction: bool,
    /// Points that make a lead's score (C10).
    pub score: Weights,
    /// Who is rung when a caller wants a person, in this order, while they are on duty (C13).
    pub people: Vec<Rostered>,
    /// A sale above this is for people (C13), in whole units of the tenant's currency; 0: there is no limit; null: what is
    /// dear in that currency.
    pub deal_limit: Option<i64>,
    /// Who is told of emergencies, one after the other, until one acknowledges (C8).
    pub on_call: Vec<Colleague>,
    /// How long each of them has.
    pub on_call_wait: Span,
}

impl Default for Reception {
    fn default() -> Self {
        Self {
            messages: false,
            trade: TradeKind::General,
            recorded: false,
            check: Check::Code,
            minutes: 30,
            travel: Span::secs(30 * 60),
            notice: Span::secs(2 * 3600),
            days: 14,
            hold: Span::secs(10 * 60),
            remind_before: Span::secs(24 * 3600),
            feedback_after: Span::secs(2 * 3600),
            send_details: true,
            ask_satisfaction: true,
            score: Weights::default(),
            people: Vec::new(),
            deal_limit: None,
            on_call: Vec::new(),
            on_call_wait: Span::secs(2 * 60),
        }
    }
}

impl Reception {
    /// The rules that slots follow.
    pub fn rules(&self) -> Rules {
        Rules {
            minutes: self.minutes.into(),
            travel: self.travel.0,
            notice: self.notice.0,
            days: self.days.into(),
            ..Rules::default()
        }
    }
}

/// Someone who is rung when a caller wants a person, and when they are on duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rostered {
    /// Name.
    pub name: String,
    /// Number, E.164 or local to the tenant.
    pub phone: String,
    /// Their own hours, in the words of the opening hours; none: whenever the office is open.
    #[serde(default)]
    pub hours: Vec<Interval>,
    /// Days on which they are not there.
    #[serde(default)]
    pub away: Vec<Away>,
}

impl Rostered {
    /// As somebody to be rung.
    pub fn colleague(&self) -> Colleague {
        Colleague { name: self.name.clone(), phone: self.phone.clone() }
    }
}

/// Days on which somebody is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Away {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

/// Someone of the business who can be rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colleague {
    /// Name.
    pub name: String,
    /// Number, E.164 or local to the tenant.
    pub phone: String,
}
