//! Taking in what was said: details whenever they come, and topics that are new.

use super::{Desk, Topic, bounded};
use crate::reception::reading::TurnReading;
use crate::reception::trade;
use crate::reception::words::Question;

impl Desk {
    /// Keeps every detail of a turn. True if there was one.
    pub(super) fn absorb(&mut self, reading: &TurnReading, text: &str) -> bool {
        let before = self.known.clone();
        let address = self.is_address(reading, text);
        let (asked, home) = (self.asked, self.is_about_home(reading));
        let known = &mut self.known;
        let sure = asked == Some(Question::Name) || known.name.is_none();
        if let Some(name) =
            reading.name.as_ref().filter(|name| sure && (name.explicit || asked == Some(Question::Name)))
        {
            known.name = Some(bounded(&name.value));
        }
        known.reference = reading.reference.clone().or(known.reference.take());
        known.email = reading.email.clone().or(known.email.take());
        if asked == Some(Question::Phone) || known.phone.is_none() {
            known.phone = reading.phone.clone().or(known.phone.take());
        }
        // An address that was asked for is no search, nor is the place of a report.
        let detail = matches!(
            asked,
            Some(
                Question::Address
                    | Question::Home
                    | Question::Name
                    | Question::Phone
                    | Question::Email
                    | Question::Code
            )
        );
        let existing = self.is_about_existing(reading);
        let known = &mut self.known;
        if !reading.criteria.is_empty() && !detail && !home && !existing {
            known.criteria = known.criteria.merged(&reading.criteria);
            known.without(&reading.criteria);
        }
        known.situation = known.situation.merged(&reading.situation);
        known.change = reading.change.or(known.change);
        if let Some(fault) = reading.fault {
            known.fault = Some(fault);
            known.report = Some(bounded(text));
        }
        if asked == Some(Question::Address) && address {
            known.address = Some(bounded(text));
        }
        if asked == Some(Question::Fault) && known.report.is_none() {
            known.report = Some(bounded(text));
            known.fault = reading.fault.or(known.fault);
        }
        self.absorb_existing(reading);
        self.known != before
    }

    /// Whether words can answer the question for an address: another wish does not, nor does danger, unless a place is
    /// named as well.
    fn is_address(&self, reading: &TurnReading, text: &str) -> bool {
        let number = text.chars().any(|c| c.is_ascii_digit());
        let place = number || reading.postcode.is_some() || reading.criteria.street.is_some();
        let wish = self.wishes(reading).any(|topic| !self.topics.contains(&topic));
        let danger = reading.danger.is_some_and(|danger| !self.warned.contains(&danger));
        text.split_whitespace().count() >= 2 && (place || !(wish || danger))
    }

    /// The topics that a turn names.
    fn wishes<'r>(&self, reading: &'r TurnReading) -> impl Iterator<Item = Topic> + use<'r> {
        let trade = trade::of(self.trade);
        reading.intents.iter().filter_map(move |intent| trade.topic(*intent))
    }

    /// Whether a turn tells of the caller's own place, and not of one that they look for.
    pub(super) fn is_about_home(&self, reading: &TurnReading) -> bool {
        let named = |topics: [Topic; 2]| self.wishes(reading).any(|topic| topics.contains(&topic));
        reading.danger.is_some()
            || !named([Topic::Search, Topic::Viewing])
                && (reading.fault.is_some() || named([Topic::Repair, Topic::Valuation]))
    }

    /// Whether a turn tells of an appointment that exists, and not of a new one.
    pub(super) fn is_about_existing(&self, reading: &TurnReading) -> bool {
        let looks = self.wishes(reading).any(|topic| matches!(topic, Topic::Search | Topic::Viewing));
        let named = self.wishes(reading).any(|topic| topic == Topic::Change);
        self.asked == Some(Question::Appointment) || named && !looks
    }

    /// A place that was named on the way is the address of a report or a valuation, never of a search. A road without a number
    /// is none. One that is named later takes the place of the one before: the danger may be somewhere else.
    pub(super) fn take_address(&mut self, reading: &TurnReading, text: &str) -> bool {
        let wanted = matches!(self.topic(), Some(Topic::Repair | Topic::Valuation));
        let looks = self.wishes(reading).any(|topic| matches!(topic, Topic::Search | Topic::Viewing));
        if !(self.is_about_home(reading) || wanted && !looks) {
            return false;
        }
        let street = reading.criteria.street.as_deref();
        let postcode = reading.postcode.as_deref();
        let place = street.and_then(|street| numbered(street, text));
        let place = place.or_else(|| street.filter(|_| postcode.is_some()).map(str::to_owned));
        let known = self.known.address.take();
        let named = match (place, &known) {
            (Some(place), Some(known)) if says(known, &place) => recoded(known, postcode),
            (Some(place), _) => Some(completed(&place, postcode).unwrap_or(place)),
            // Danger at another postcode is at another place; else the postcode was put right.
            (None, Some(known)) => {
                let reported = reading.danger.is_some() || reading.fault.is_some();
                let elsewhere = reported && without_postcode(known).is_some();
                let new = recoded(known, postcode);
                if elsewhere { new.and(postcode).map(str::to_owned) } else { new }
            }
            (None, None) => postcode.map(str::to_owned),
        };
        let taken = named.is_some();
        self.known.address = named.map(|named| bounded(&named)).or(known);
        if taken {
            self.leave_home();
        }
        taken
    }

    /// Puts new wishes behind the current one; a message takes the words with it. True if there was a new one.
    pub(super) fn take_wishes(&mut self, reading: &TurnReading, text: &str) -> bool {
        let mut fresh = false;
        for intent in &reading.intents {
            let Some(topic) = trade::of(self.trade).topic(*intent) else { continue };
            if topic == Topic::Message && self.known.note.is_none() {
                self.known.note = Some(bounded(text));
            }
            if self.topics.contains(&topic) || self.is_within(topic) {
                continue;
            }
            fresh = true;
            if topic == Topic::Repair && self.topic() == Some(Topic::Search) {
                self.topics.insert(0, topic); // what is broken is more pressing than what is looked for
                self.ask_anew();
            } else {
                self.topics.push(topic);
            }
        }
        fresh
    }

    /// Details of a search that is going on are no new wish, nor is a message in the middle of a booking.
    fn is_within(&self, topic: Topic) -> bool {
        let booking = self.topics.iter().any(|known| known.purpose().is_some());
        booking && matches!(topic, Topic::Search | Topic::Message | Topic::Viewing)
            || self.topics.contains(&Topic::Repair) && matches!(topic, Topic::Message)
    }
}

/// Whether an address tells a place already: all words of it, in their order.
fn says(address: &str, place: &str) -> bool {
    let words = |text: &str| {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (address, place) = (words(address), words(place));
    !place.is_empty() && address.windows(place.len()).any(|part| part == place)
}

/// A place with a postcode that it lacks; `None` if it has it.
fn completed(place: &str, postcode: Option<&str>) -> Option<String> {
    let bare = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    postcode.filter(|code| !bare(place).contains(&bare(code))).map(|code| format!("{place}, {code}"))
}

/// An address with the postcode that was said now, added or in place of its own; `None` if that says nothing new.
fn recoded(address: &str, postcode: Option<&str>) -> Option<String> {
    let added = completed(address, postcode)?;
    let rest = without_postcode(address).filter(|rest| !rest.is_empty());
    match (rest, postcode) {
        (Some(rest), postcode) => completed(rest, postcode),
        (None, Some(code)) if without_postcode(address).is_some() => Some(code.to_owned()),
        _ => Some(added),
    }
}

/// An address without its postcode ("N1 2AB" at its end); `None` if it has none.
fn without_postcode(address: &str) -> Option<&str> {
    let (rest, inward) = address.trim_end().rsplit_once(' ')?;
    let at = rest.rfind([' ', ',']).map_or(0, |at| at + 1);
    let (rest, outward) = rest.split_at(at);
    let letters = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic());
    let fits = (2..=4).contains(&outward.len())
        && outward.starts_with(|c: char| c.is_ascii_alphabetic())
        && outward.contains(|c: char| c.is_ascii_digit())
        && outward.chars().all(|c| c.is_ascii_alphanumeric())
        && inward.len() == 3
        && inward
            .split_at_checked(1)
            .is_some_and(|(digit, rest)| digit.chars().all(|c| c.is_ascii_digit()) && letters(rest));
    fits.then(|| rest.trim_end_matches([' ', ',']))
}

/// A road with the number that was said before it.
fn numbered(street: &str, text: &str) -> Option<String> {
    let has_number = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    if has_number(street) {
        return Some(street.to_owned());
    }
    let at = text.to_lowercase().find(&street.to_lowercase())?;
    let door = text.get(..at)?.split_whitespace().last()?.trim_matches(|c: char| !c.is_alphanumeric());
    has_number(door).then(|| format!("{door} {street}"))
}
