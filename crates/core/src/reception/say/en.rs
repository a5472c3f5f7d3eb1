//! The receptionist's lines in British English.

use super::numbers::{clock, dated, moment, price};
use super::{Card, Line, Looked, News, Relaxed, Style};
use crate::currency::{Currency, grouped};
use crate::property::in_english;
use crate::reception::danger::Danger;
use crate::reception::desk::Topic;
use crate::reception::sending::Way;
use crate::reception::telephone;
use crate::reception::trade::Choice;
use crate::reception::words::{Change, Deal, FaultUrgency, Period, Purpose, Question};
use jiff::civil::DateTime;

pub(super) fn words(line: &Line, style: Style, now: DateTime) -> String {
    match line {
        Line::Greeting { business, name, recorded } => greeting(business, name.as_deref(), *recorded, now),
        Line::OtherLanguage(_) => "For English, press nine.".to_owned(),
        Line::StillLooking(it) => still_looking(it),
        Line::WelcomeBack { name: Some(name) } => format!("Hello again {name}. Let's carry on where we stopped."),
        Line::WelcomeBack { name: None } => "Hello again. Let's carry on where we stopped.".to_owned(),
        Line::Ask(question, again) => ask(*question, *again, style).to_owned(),
        Line::AtHome(address) => format!("Is it at {address}?"),
        Line::Found(cards, more) => found(cards, *more, style),
        Line::Relaxed(what) => relaxed(what).to_owned(),
        Line::NoMore => "That's everything we have that fits. Would you like to see one of them?".to_owned(),
        Line::NothingFound => {
            "I'm sorry, we have nothing like that at the moment. I've noted what you're looking for.".to_owned()
        }
        Line::Offer(purpose, place, slots) => offer(*purpose, place, slots, now),
        Line::NoSlots => {
            "I'm sorry, I have no free times in the coming days. A colleague will ring you to arrange one.".to_owned()
        }
        Line::SlotTaken => "I'm sorry, that time has just gone.".to_owned(),
        Line::ReadBack(purpose, place, at) => {
            format!("So that's the {}, on {}. Is that right?", what(*purpose, place), dated(*at))
        }
        Line::Booked(purpose, place, at) => {
            format!(
                "That's booked: the {}, on {}. You'll get a confirmation in writing.",
                what(*purpose, place),
                dated(*at)
            )
        }
        Line::Appointment(purpose, place, at) => {
            format!("You have the {} booked for {}.", what(*purpose, place), moment(*at, now))
        }
        Line::ConfirmCancel(purpose, place, at) => {
            format!("You have the {} booked for {}. Shall I cancel it?", what(*purpose, place), moment(*at, now))
        }
        Line::Kept => "All right, it stays as it is.".to_owned(),
        Line::NoAppointment => "I can't find an appointment under this number.".to_owned(),
        Line::Sending(Way::Message) => "I'll send you the details in a message.".to_owned(),
        Line::Sending(Way::Email) => "I'll email you the details.".to_owned(),
        Line::NotSent => "I'm sorry, I can't send it to you from here. I've asked a colleague to do that.".to_owned(),
        Line::NotWatching => {
            "I've noted your search. I can't write to you from here, so a colleague will tell you when something fits."
                .to_owned()
        }
        Line::Watching => "Good, I'll write to you when something fits, at most once a day.".to_owned(),
        Line::CodeSent => {
            "Before I can tell you anything about appointments: I've just sent a code to the number that we have for you."
                .to_owned()
        }
        Line::WrongCode => "I'm sorry, that isn't the code.".to_owned(),
        Line::Unproven => {
            "I'm sorry, I can't tell you about that here. A colleague will ring you on the number that we have for you."
                .to_owned()
        }
        Line::Changed(change) => changed(*change).to_owned(),
        Line::Ticket(number, urgency) => {
            let number = if style == Style::Spoken { super::numbers::spelled(number) } else { number.clone() };
            format!("I've reported that. Your reference is {number}. {}", soon(*urgency))
        }
        Line::PhotoKept => "Thank you, I've put the photo with the report.".to_owned(),
        Line::PhotoSeen => "Thank you, I have your photo. I can't look at it myself.".to_owned(),
        Line::CannotListen => "I'm sorry, I can't listen to voice messages. Please put it in a few words.".to_owned(),
        Line::Noted => "Thank you, I've passed that on. Someone will get back to you.".to_owned(),
        Line::Hours(hours) => format!("Our office hours are {hours}."),
        Line::Safety(danger, country) => safety(*danger, country),
        Line::OnCall => "I'm calling our on-call team for you now.".to_owned(),
        Line::ToldOffice(country) => {
            format!("I've told the office. If anyone is in danger, don't wait for us, ring {} now.", emergency(country))
        }
        Line::HandingOver => "One moment, I'll try to get a colleague for you.".to_owned(),
        Line::PassedOn(Some(at)) => {
            format!("I've passed this on. A colleague answers you here when we open, {}.", moment(*at, now))
        }
        Line::PassedOn(None) => "I've passed this on. A colleague answers you here as soon as possible.".to_owned(),
        Line::CallBack(Some(at)) => {
            format!("Nobody is free just now. A colleague will call you back {} at the latest.", by(*at, now))
        }
        Line::CallBack(None) => {
            "Nobody is free just now. A colleague will call you back as soon as possible.".to_owned()
        }
        Line::Sorry => "I'm sorry, I didn't catch that.".to_owned(),
        Line::Menu => String::new(), // the trade's own: [`menu`]
        Line::TooLong => telephone::too_long("en").to_owned(),
        Line::StillThere => "Are you still there?".to_owned(),
        Line::Goodbye => "Thank you for getting in touch. Goodbye.".to_owned(),
    }
}

fn greeting(business: &str, name: Option<&str>, recorded: bool, now: DateTime) -> String {
    let part = match now.hour() {
        0..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    };
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let notice = if recorded { " This call is recorded." } else { "" };
    format!("{part}{name}, this is the automated assistant of {business}.{notice}")
}

fn still_looking(it: &Looked) -> String {
    let what = it.kind.map_or("place".to_owned(), |kind| in_english(kind, it.bedrooms.unwrap_or(0)));
    let deal = if it.deal == Deal::Rent { "to rent" } else { "to buy" };
    let areas = if it.areas.is_empty() { String::new() } else { format!(" in {}", it.told_areas().join(" or ")) };
    format!("Are you still looking for a {what} {deal}{areas}?")
}

fn ask(question: Question, again: bool, style: Style) -> &'static str {
    match (question, again) {
        (Question::Wish, _) => "How can I help?",
        (Question::Name, false) => "May I take your name?",
        (Question::Name, true) => "Sorry, what name shall I put down?",
        (Question::Email, false) => "What's your email address, for the confirmation?",
        (Question::Email, true) => "Could you spell the email address for me?",
        (Question::Phone, false) => "What number can we reach you on?",
        (Question::Phone, true) => "Could you give me the phone number digit by digit?",
        (Question::Deal, false) => "Is that to rent or to buy?",
        (Question::Deal, true) => "Are you looking to rent, or to buy?",
        (Question::Area, false) => "Which area are you looking in?",
        (Question::Area, true) => "Which part of town, or which postcode, would you like?",
        (Question::Budget, false) => "What's your budget?",
        (Question::Budget, true) => "Roughly how much would you like to spend at most?",
        (Question::MoveDate, false) => "When would you like to move?",
        (Question::MoveDate, true) => "Roughly when would you like to move in?",
        (Question::Bedrooms, false) => "How many bedrooms do you need?",
        (Question::Bedrooms, true) => "How many bedrooms should it have?",
        (Question::Property, false) => "Which property is it about?",
        (Question::Property, true) => "Which road is it on, or do you have a reference number?",
        (Question::Address, false) => "What's the address of the property?",
        (Question::Address, true) => "Could you give me the road and the postcode?",
        (Question::Home, false) => "Is it at your home, at the address that we have for you?",
        (Question::Home, true) => "Is it at the address that we have for you, yes or no?",
        (Question::Slot, false) => "Which one suits you?",
        (Question::Slot, true) if style == Style::Spoken => {
            "Which of those times would you like? You can say first, second or third."
        }
        (Question::Slot, true) => "Which of those times would you like? Please reply with 1, 2 or 3.",
        (Question::Appointment, false) => "Which one do you mean?",
        (Question::Appointment, true) => "Which of these appointments is it? You can say the day.",
        (Question::Confirm, _) => "Is that right?",
        (Question::Fault, false) => "What's the problem?",
        (Question::Fault, true) => "Can you tell me what's broken, and in which room?",
        (Question::Watch, false) => "Shall I write to you when something like that comes up?",
        (Question::Watch, true) => "Would you like a message when something like that comes up?",
        (Question::Code, false) => "What are the six figures in it?",
        (Question::Code, true) => "Please read me the six figures of the code, or key them in.",
        (Question::More, false) => "Is there anything else I can do for you?",
        (Question::More, true) => "Can I help with anything else?",
    }
}

fn found(cards: &[Card], more: bool, style: Style) -> String {
    let told: Vec<String> = cards.iter().map(|card| card_words(card, style)).collect();
    let lead = if cards.len() == 1 { "I have " } else { "I have, first, " };
    let list = match told.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first}; and second, {second}"),
        [first, second, third, ..] => format!("{first}; second, {second}; and third, {third}"),
        [] => String::new(),
    };
    let more = if more { " There are more." } else { "" };
    let ask = if cards.len() == 1 { "Would you like to see it?" } else { "Would you like to see one of them?" };
    format!("{lead}{list}.{more} {ask}")
}

fn card_words(card: &Card, style: Style) -> String {
    format!("a {} {}, at {}", card.title, card.place, money(card, style))
}

pub(super) fn money(card: &Card, style: Style) -> String {
    let Card { price: amount, period, currency, .. } = card;
    if style == Style::Spoken {
        return price(*amount, *currency, *period);
    }
    let sign = currency.map(Currency::sign).unwrap_or_default();
    let figures = grouped(*amount);
    match period {
        Period::Total => format!("{sign}{figures}"),
        period => format!("{sign}{figures} a {period}"),
    }
}

fn relaxed(what: &Relaxed) -> &'static str {
    match what {
        Relaxed::Nearby => "There's nothing in that very area, but close by.",
        Relaxed::Price(_) => "There's nothing within that budget, but a little above it.",
        Relaxed::Bedrooms => "There's nothing with just that many bedrooms, but close to it.",
        Relaxed::MustHaves => "There's nothing with all of that, but without one of your wishes.",
    }
}

fn offer(purpose: Purpose, place: &str, slots: &[DateTime], now: DateTime) -> String {
    let told: Vec<String> = slots.iter().map(|slot| moment(*slot, now)).collect();
    let list = match told.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{}, or {last}", rest.join(", ")),
        _ => told.join(""),
    };
    format!("For the {} I have {list}.", what(purpose, place))
}

/// What for and where, as far as there is a place.
fn what(purpose: Purpose, place: &str) -> String {
    format!("{} {place}", of(purpose)).trim_end().to_owned()
}

fn of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Viewing => "viewing of the property",
        Purpose::Valuation => "valuation of the property",
        Purpose::Visit => "appointment",
    }
}

/// "Tue 10 Mar, 11:30".
pub(super) fn slot(at: DateTime) -> String {
    at.strftime("%a %-d %b, %H:%M").to_string()
}

pub(super) fn whisper(name: Option<&str>, topic: Option<Topic>, style: Style) -> String {
    let about = match topic {
        Some(Topic::Search) => " about a property",
        Some(Topic::Viewing) => " about a viewing",
        Some(Topic::Valuation) => " about a valuation",
        Some(Topic::Visit | Topic::Change) => " about an appointment",
        Some(Topic::Repair) => " about a repair",
        Some(Topic::Hours | Topic::Message) | None => "",
    };
    let what = if style == Style::Spoken { "call" } else { "message" };
    format!("A {what} from {}{about}.", name.unwrap_or("a customer"))
}

pub(super) fn news(news: News, purpose: Purpose, place: &str, at: DateTime) -> String {
    let what = what(purpose, place);
    let at = at.strftime("%A %-d %B at %H:%M");
    match news {
        News::Booked => format!("your {what} is booked for {at}."),
        News::Moved => format!("your {what} is now on {at}."),
        News::CalledOff => format!("your {what} on {at} is cancelled."),
        News::Feedback => format!(
            "how was your {what} on {at}? Reply 1 if you liked it, 2 if it is not for you, or tell us in your own words."
        ),
        News::Missed => format!("we missed you at your {what} on {at}. Just reply if you would like another time."),
        News::Reminder => format!("a reminder of your {what} on {at}. If you cannot come, just reply."),
    }
}

fn changed(change: Change) -> &'static str {
    match change {
        Change::Move => "A colleague will ring you to find another time.",
        Change::Cancel => "That's cancelled.",
        Change::Late => "Thank you, I've told the agent that you're running late.",
        Change::Feedback => "Thank you, I've passed that on.",
    }
}

pub(super) fn soon(urgency: FaultUrgency) -> &'static str {
    match urgency {
        FaultUrgency::Emergency => "Someone will ring you straight away.",
        FaultUrgency::Urgent => "Someone will be in touch within a working day.",
        FaultUrgency::Normal => "Someone will be in touch in the next few days.",
    }
}

pub(super) fn by(at: DateTime, now: DateTime) -> String {
    if at.date() == now.date() { format!("by {}", clock(at)) } else { moment(at, now) }
}

pub(super) fn menu(choices: &[Choice], style: Style) -> String {
    let nth = || choices.iter().zip(1..);
    let list: Vec<String> = match style {
        Style::Spoken => nth().map(|(choice, key)| format!("{} press {key}", choice.said)).collect(),
        Style::Written => nth().map(|(choice, key)| format!("{key} {}", choice.written)).collect(),
    };
    match style {
        Style::Spoken => capital(&format!("{}, to speak to someone press 0.", list.join(", "))),
        Style::Written => format!("Please reply with a number: {}, 0 speak to someone.", list.join(", ")),
    }
}

/// The second time that somebody is asked what they want.
pub(super) fn wish(examples: &str) -> String {
    format!("Tell me in a few words what it's about: for example {examples}.")
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whom to ring in an emergency.
fn emergency(country: &str) -> &'static str {
    match country {
        "GB" => "999",
        "IL" => "100, 101 or 102",
        "US" | "CA" => "911",
        _ => "112",
    }
}

/// What to do first (C8). The country decides whom to ring.
pub(super) fn safety(danger: Danger, country: &str) -> String {
    let emergency = emergency(country);
    let gas = match country {
        "GB" => "Then ring the gas emergency line on 0800 111 999.",
        "IL" => "Then ring the fire service on 102.",
        "US" | "CA" => "Then ring 911.",
        _ => "Then ring 112.",
    };
    match danger {
        Danger::Gas => format!(
            "Please don't switch anything on or off and don't light anything. Open the windows, turn the gas off at the meter if you can, and leave the building now. {gas}"
        ),
        Danger::CarbonMonoxide => format!(
            "Please leave the building now, into fresh air, with everyone in it. {gas} If anyone feels unwell, ring {emergency}."
        ),
        Danger::Fire => {
            format!("Please leave the building now, close the doors behind you and ring {emergency}. Don't go back in.")
        }
        Danger::Injury => format!("If anyone is hurt, please ring {emergency} now."),
        Danger::Electric => format!(
            "Please don't touch it, keep away from any water, and switch the power off at the fuse box if that's safe. If anyone is hurt, ring {emergency}."
        ),
        Danger::Trapped => format!("Please stay calm. If anyone is in danger, ring {emergency} now."),
        Danger::BreakIn => format!("If anyone may still be inside, please go somewhere safe and ring {emergency} now."),
        Danger::Flood => {
            "Please turn the water off at the stopcock if you can, and keep away from anything electrical that is wet."
                .to_owned()
        }
        Danger::Sewage => "Please keep away from it, and don't flush or run any water.".to_owned(),
        Danger::Collapse => format!("Please keep everyone out of that room. If anyone is hurt, ring {emergency}."),
        Danger::Insecure => {
            format!("If you feel unsafe, please go to a neighbour, and ring {emergency} if anyone threatens you.")
        }
        Danger::NoHeat => format!("Please keep everyone warm in one room. If anyone becomes unwell, ring {emergency}."),
        Danger::NoPower => "Please don't touch any wires. If the whole street is dark, it's the network; ring 105."
            .replace("; ring 105", if country == "GB" { "; ring 105" } else { "" }),
    }
}
