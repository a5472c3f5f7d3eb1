//! The estate agency: searches, viewings, valuations, repairs (C4-C8).

use super::{A_MESSAGE, Choice, Next, Trade, appointment, message};
use crate::reception::desk::{Desk, Topic};
use crate::reception::words::{Intent, Purpose, Question};

/// The estate agency.
pub(super) struct Estate;

impl Trade for Estate {
    fn topic(&self, intent: Intent) -> Option<Topic> {
        Some(match intent {
            Intent::EnquiryRent | Intent::EnquiryBuy => Topic::Search,
            Intent::BookViewing => Topic::Viewing,
            Intent::BookValuation => Topic::Valuation,
            Intent::Maintenance => Topic::Repair,
            Intent::ExistingViewing => Topic::Change,
            Intent::OfficeHours => Topic::Hours,
            Intent::TenantGeneral | Intent::Landlord | Intent::General => Topic::Message,
            Intent::Agent => return None,
        })
    }

    fn next(&self, desk: &Desk, topic: Topic) -> Next {
        let known = &desk.known;
        match topic {
            _ if known.moving.is_some() && topic.purpose().is_some() => {
                appointment(desk, topic.purpose().unwrap_or(Purpose::Viewing))
            }
            Topic::Search => search(desk),
            Topic::Viewing
                if known.property.is_none() && (known.criteria.street.is_some() || known.reference.is_some()) =>
            {
                Next::Lookup
            }
            Topic::Viewing if known.property.is_none() => {
                // What is looked for says which property, too.
                if known.criteria.fields() >= 2 && known.cards.is_empty() {
                    search(desk)
                } else {
                    Next::Ask(Question::Property)
                }
            }
            Topic::Viewing => appointment(desk, Purpose::Viewing),
            Topic::Valuation if known.address.is_none() => Next::Ask(Question::Address),
            Topic::Valuation => appointment(desk, Purpose::Valuation),
            Topic::Repair if known.fault.is_none() || known.report.is_none() => Next::Ask(Question::Fault),
            Topic::Repair if known.address.is_none() && known.home.is_none() => {
                let home = known.homes.len() == 1 && !known.elsewhere;
                Next::Ask(if home { Question::Home } else { Question::Address })
            }
            Topic::Repair if known.name.is_none() => Next::Ask(Question::Name),
            Topic::Repair if known.phone.is_none() => Next::Ask(Question::Phone),
            Topic::Repair => Next::Ticket,
            Topic::Visit => appointment(desk, Purpose::Visit),
            Topic::Change => Next::Change,
            Topic::Hours => Next::Hours,
            Topic::Message => message(desk),
        }
    }

    fn menu(&self) -> &'static [Choice] {
        &MENU
    }

    fn examples(&self) -> [&'static str; 2] {
        ["a viewing, a valuation or a repair", "ביקור בדירה, הערכת שווי או תקלה"]
    }
}

const MENU: [Choice; 4] = [
    Choice {
        intent: Intent::EnquiryRent,
        said: "for properties and viewings",
        written: "properties and viewings",
        hebrew: "לנכסים ולביקורים",
    },
    Choice {
        intent: Intent::BookValuation, said: "for a valuation", written: "valuation", hebrew: "להערכת שווי"
    },
    Choice { intent: Intent::Maintenance, said: "for a repair", written: "repair", hebrew: "לתקלה" },
    A_MESSAGE,
];

/// Deal and area are needed; the budget and the day of the move are asked once and may stay open.
fn search(desk: &Desk) -> Next {
    let criteria = &desk.known.criteria;
    let asked = |question| desk.asks.get(&question).copied().unwrap_or_default();
    match () {
        () if criteria.deal.is_none() => Next::Ask(Question::Deal),
        () if criteria.areas.is_empty() && criteria.street.is_none() && asked(Question::Area) == 0 => {
            Next::Ask(Question::Area)
        }
        () if criteria.price_max.is_none() && criteria.street.is_none() && asked(Question::Budget) == 0 => {
            Next::Ask(Question::Budget)
        }
        // Whoever tells all in one breath hears properties at once; whoever is asked is asked this too (C9).
        () if asked(Question::Deal) + asked(Question::Area) > 0
            && desk.known.situation.move_date.is_none()
            && !desk.known.move_asked =>
        {
            Next::Ask(Question::MoveDate)
        }
        () => Next::Search,
    }
}
