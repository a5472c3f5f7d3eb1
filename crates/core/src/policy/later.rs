//! What follows the first message: reminders, the bot's answers, notices to the owner (A7, A8, A11-A14).

use super::route::{Form, Route, TemplateState};
use super::{Caps, Ruling, Standing, Verdict, waits};
use crate::calendar::windows::Deferral;
use crate::conversation::{Channel, Driver};
use crate::texts::Key;
use jiff::{SignedDuration, Timestamp};

/// What reminders and answers depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// The contact and the stops.
    pub standing: Standing,
    /// Who leads the conversation.
    pub driver: Driver,
    /// The conversation has ended.
    pub finished: bool,
    /// For reminders: the customer has written. For answers: newer words came in since the answer was made.
    pub overtaken: bool,
    /// What we said before may not have arrived: the provider's answer was lost, and a person is asked about it.
    pub unsettled: bool,
    /// Business and customer spoke since the conversation began.
    pub spoke: bool,
    /// What a reminder waits for (`Windows::wait`).
    pub wait: Option<Deferral>,
    /// The day's caps that are reached.
    pub caps: Caps,
    /// The channel of the conversation.
    pub channel: Channel,
    /// The ways to the customer.
    pub route: Route,
}

/// Rules on a reminder: it always waits for quiet hours and days of rest (A7), and is not worth a task if it cannot go.
pub fn reminder(it: &Later, now: Timestamp) -> Ruling {
    if it.overtaken {
        return Ruling::skip("A12", "replied", Key::WhyWrote);
    }
    if it.spoke {
        return Ruling::skip("A12", "spoke", Key::WhySpoke);
    }
    if let Some(ruling) = led_by_others(it).or_else(|| it.standing.stops()) {
        return ruling;
    }
    if it.finished {
        return Ruling::skip("A12", "finished", Key::WhyFinished);
    }
    if it.unsettled {
        return Ruling::skip("P2", "unknown_outcome", Key::WhyUnsettled);
    }
    if it.channel == Channel::Sms && !it.route.sms_answerable {
        return Ruling::skip("A12", "unanswerable", Key::WhyNoReply);
    }
    let wait = it.standing.put_off(now).or_else(|| waits(it.wait.as_ref(), now));
    let capped = || it.caps.hold(it.channel, None);
    wait.or_else(capped).unwrap_or_else(|| same_channel(it, Key::WhyReminder, now))
}

/// Rules on an answer of the bot. It waits for no hour: the customer is there; under an emergency stop it waits at the door. `purpose` is the text that goes out; the
/// confirmation of an opt-out is the one that an opt-out does not stop (A14), and last words are not stopped by the end.
pub fn bot_reply(it: &Later, purpose: Key, now: Timestamp) -> Ruling {
    if it.overtaken {
        return Ruling::skip("A11", "stale", Key::WhyStale);
    }
    let farewell = purpose == Key::OptOutDone;
    let standing = Standing { opted_out: it.standing.opted_out && !farewell, ..it.standing };
    let capped = || if farewell { None } else { it.caps.hold(it.channel, None) };
    let because = if farewell { Key::WhyFarewell } else { Key::WhyAnswer };
    led_by_others(it).or_else(|| standing.stops()).or_else(capped).unwrap_or_else(|| same_channel(it, because, now))
}

/// Rules on what is written to a customer about something of theirs: an appointment, a ticket, a talk that broke off. There
/// is no template for it: WhatsApp carries it inside its window, else SMS does.
pub fn letter(standing: &Standing, route: &Route, now: Timestamp) -> Ruling {
    let plain = Route { template: TemplateState::Missing, ..route.clone() };
    standing.stops().unwrap_or_else(|| plain.choose(Key::WhyReception, now))
}

/// After so long it is looked again whether a person still leads a chat.
const LED: SignedDuration = SignedDuration::from_hours(6);

/// What comes by itself and can wait (a question, a digest) comes between nobody: not while a person leads the chat (C13), nor in
/// the middle of a talk, which is taken for resting at `talking`. `None`: it may go.
pub fn comes_between(driver: Driver, talking: Option<Timestamp>, now: Timestamp) -> Option<Ruling> {
    if driver != Driver::Bot {
        return Some(Ruling::wait("C13", "taken_over", Key::WhyTakenOver, now + LED));
    }
    talking.filter(|rests| *rests > now).map(|rests| Ruling::wait("C13", "talking", Key::WhyTalking, rests))
}

/// Rules on a notice to one of the business's own people over `channel`: the ways are tried in the tenant's order, and the
/// caller goes on to the next when this one does not go (A13). WhatsApp needs its window or a template, the others nothing.
pub fn owner_notice(channel: Channel, connected: bool, route: &Route, now: Timestamp) -> Ruling {
    if !connected {
        return Ruling::skip("A13", "no_channel", Key::WhyNoChannel);
    }
    if channel != Channel::Whatsapp {
        return Ruling::new(Verdict::Go { channel, form: Form::Text }, "A13", "sent", Key::WhyOwner);
    }
    let ruling = Route { sms: false, ..route.clone() }.choose(Key::WhyOwner, now);
    let verdict = match ruling.verdict {
        Verdict::Hold { .. } | Verdict::Wait { .. } => Verdict::Skip,
        other => other,
    };
    Ruling { verdict, rule: "A13", ..ruling }
}

fn led_by_others(it: &Later) -> Option<Ruling> {
    (it.driver != Driver::Bot).then(|| Ruling::skip("P9", "taken_over", Key::WhyTakenOver))
}

/// A conversation stays on its channel. On WhatsApp an answer needs the open window; a reminder may be a template.
fn same_channel(it: &Later, because: Key, now: Timestamp) -> Ruling {
    let is_answer = because != Key::WhyReminder;
    if it.channel != Channel::Whatsapp {
        return match it.route.sms_unreachable {
            true => Ruling::hold("A8", "unreachable", Key::WhyUnreachable, Key::TaskCallBack),
            false => Ruling::new(Verdict::Go { channel: it.channel, form: Form::Text }, "A8", "sent", because),
        };
    }
    if is_answer && it.route.whatsapp && !it.route.window_open {
        return Ruling::hold("A8", "window_closed", Key::WhyWindowClosed, Key::TaskCallBack);
    }
    let ruling = Route { sms: false, ..it.route.clone() }.choose(because, now);
    match ruling.verdict {
        Verdict::Hold { .. } if !is_answer => Ruling { verdict: Verdict::Skip, ..ruling },
        _ => ruling,
    }
}
