//! What is wrong with a tenant's settings, all of it at once: the field and how to mend it (P8, A6, A12, A16).

mod reception;
pub(crate) mod time;

use crate::conversation::Channel;
use crate::phone;
use crate::settings::{Limits, Notify, Outreach, Recipient, Retention, Span, TemplateRef, Templates, TenantSettings};
use crate::texts::check_overrides;
use jiff::SignedDuration;

pub(crate) type Wrong = Vec<(String, String)>;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MONTH: SignedDuration = SignedDuration::from_hours(24 * 31);
/// For a number that nobody could be reached at.
const NO_PHONE: &str = "is not a phone number; best written with its country code";
const BRAINS: [&str; 4] = ["anthropic", "openai", "compatible", "local"];

impl TenantSettings {
    /// Field and message of everything that is wrong; nothing if all is well. `country` is the tenant's: people write numbers
    /// as one does there.
    pub fn validate(&self, country: &str) -> Vec<(String, String)> {
        let mut wrong = Wrong::new();
        outreach(&self.outreach, &mut wrong);
        notify(&self.notify, country, &mut wrong);
        time::check(self, &mut wrong);
        templates(&self.templates, &mut wrong);
        if self.limits.first_messages_per_minute == 0 {
            add(&mut wrong, "limits.first_messages_per_minute", "at least 1; to stop all sending set `emergency_stop`");
        }
        if self.limits.released_per_minute == 0 {
            add(&mut wrong, "limits.released_per_minute", "at least 1; to stop all sending set `emergency_stop`");
        }
        limits(&self.limits, &mut wrong);
        reception::check(&self.reception, country, &mut wrong);
        if self.reports.lead_value.is_some_and(|value| !(0..=100_000_000_000).contains(&value)) {
            add(&mut wrong, "reports.lead_value", "an amount in minor units, 0 or more");
        }
        if !(0..24).contains(&self.reports.weekly.hour) {
            add(&mut wrong, "reports.weekly.hour", "a full hour, 0 to 23");
        }
        retention(&self.retention, &mut wrong);
        if self.outreach.sms_link.as_deref().is_some_and(|link| !link.starts_with("https://") || link.len() > 200) {
            add(&mut wrong, "outreach.sms_link", "an address that begins with https://, at most 200 characters");
        }
        if self.credits.per_minute < 0 {
            add(&mut wrong, "credits.per_minute", "cannot be below 0");
        }
        for (i, name) in self.brain.order.iter().enumerate() {
            if !BRAINS.contains(&name.as_str()) {
                add(
                    &mut wrong,
                    &format!("brain.order[{i}]"),
                    &format!("`{name}` is not one of: {}", BRAINS.join(", ")),
                );
            }
        }
        wrong.extend(check_overrides(&self.texts).into_iter().map(|(field, problem)| (field, problem.to_string())));
        wrong
    }
}

fn limits(it: &Limits, wrong: &mut Wrong) {
    for (field, value) in [("messages_per_day", it.messages_per_day), ("sms_segments_per_day", it.sms_segments_per_day)]
    {
        if value == 0 {
            add(wrong, &format!("limits.{field}"), "at least 1; to stop all sending use the emergency stop");
        }
    }
    let prices = [("sms_segments_100", it.prices.sms_segments_100), ("templates_100", it.prices.templates_100)];
    for (field, price) in prices {
        if price < 0 {
            add(wrong, &format!("limits.prices.{field}"), "cannot be below 0");
        }
    }
    let caps = [
        ("message_money_per_day", it.message_money_per_day),
        ("model_money_per_day", it.model_money_per_day),
        ("call_minutes_per_day", it.call_minutes_per_day),
    ];
    for (field, cap) in caps {
        if cap.is_some_and(|cap| cap < 0) {
            add(wrong, &format!("limits.{field}"), "cannot be below 0; null means no cap");
        }
    }
}

fn retention(it: &Retention, wrong: &mut Wrong) {
    let spans = [
        ("retention.events_days", it.events_days, Retention::SHORTEST_EVENTS),
        ("retention.people_days", it.people_days, Retention::SHORTEST_PEOPLE),
    ];
    for (field, days, shortest) in spans {
        if days.is_some_and(|days| !(shortest..=Retention::LONGEST).contains(&days)) {
            add(wrong, field, &format!("days, {shortest} to {}; null keeps them for good", Retention::LONGEST));
        }
    }
}

fn outreach(it: &Outreach, wrong: &mut Wrong) {
    between(it.grace, SignedDuration::ZERO, DAY, "outreach.grace", "0s to 24h", wrong);
    between(it.latest, SignedDuration::from_mins(1), MONTH, "outreach.latest", "1m to 31 days", wrong);
    between(it.give_up, SignedDuration::from_mins(1), MONTH, "outreach.give_up", "1m to 31 days", wrong);
    between(it.fresh, SignedDuration::ZERO, DAY, "outreach.fresh", "0s to 24h", wrong);
    between(it.min_ring, SignedDuration::ZERO, SignedDuration::from_mins(10), "outreach.min_ring", "0s to 10m", wrong);
    between(it.burst, SignedDuration::ZERO, SignedDuration::from_mins(5), "outreach.burst", "0s to 5m", wrong);
    between(it.unknown_after, SignedDuration::from_secs(10), DAY, "outreach.unknown_after", "10s to 24h", wrong);
    if it.reminders.len() > 2 {
        add(wrong, "outreach.reminders", "at most two reminders");
    }
    for (i, reminder) in it.reminders.iter().enumerate() {
        let field = format!("outreach.reminders[{i}]");
        between(*reminder, SignedDuration::from_secs(1), MONTH, &field, "1s to 31 days", wrong);
        if i > 0 && *reminder <= it.reminders[i - 1] {
            add(wrong, &field, "each reminder is counted from the first message and comes after the one before");
        }
    }
}

fn notify(it: &Notify, country: &str, wrong: &mut Wrong) {
    between(it.debounce, SignedDuration::ZERO, DAY, "notify.debounce", "0s to 24h", wrong);
    between(it.remind_after, SignedDuration::from_mins(1), MONTH, "notify.remind_after", "1m to 31 days", wrong);
    time::quiet_hours(&it.owner_quiet_hours, "notify.owner_quiet_hours", wrong);
    if it.channels.is_empty() {
        add(wrong, "notify.channels", "at least one channel, else nobody hears of leads");
    }
    for (i, channel) in it.channels.iter().enumerate() {
        if it.channels[..i].contains(channel) {
            add(wrong, &format!("notify.channels[{i}]"), &format!("`{channel}` is there twice"));
        }
    }
    for (i, recipient) in it.recipients.iter().enumerate() {
        reachable(recipient, (&it.channels, country), &format!("notify.recipients[{i}]"), wrong);
    }
}

fn reachable(it: &Recipient, (channels, country): (&[Channel], &str), field: &str, wrong: &mut Wrong) {
    if it.phone.is_none() && it.email.is_none() {
        add(wrong, field, "needs a phone or an email address");
    } else if it.phone.is_none() && !channels.contains(&Channel::Email) {
        add(wrong, field, "has an email address only, but `email` is not among the channels");
    }
    time::quiet_hours(&it.quiet_hours, &format!("{field}.quiet_hours"), wrong);
    if it.phone.as_deref().is_some_and(|raw| phone::parse(raw, country).phone.is_none()) {
        add(wrong, &format!("{field}.phone"), NO_PHONE);
    }
    if let Some(email) = &it.email
        && !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    {
        add(wrong, &format!("{field}.email"), "is not an email address");
    }
}

fn templates(it: &Templates, wrong: &mut Wrong) {
    let all: [(&str, &Option<TemplateRef>); 5] = [
        ("first_message", &it.first_message),
        ("first_message_heard", &it.first_message_heard),
        ("reminder", &it.reminder),
        ("last_reminder", &it.last_reminder),
        ("owner_lead", &it.owner_lead),
    ];
    for (name, template) in all {
        let Some(template) = template else { continue };
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let named = (1..=512).contains(&template.name.len()) && template.name.chars().all(fine);
        if !named && !template.is_id() {
            let what = "small Latin letters, digits and underscores, or HX and 32 hexadecimal digits";
            add(wrong, &format!("templates.{name}.name"), what);
        }
        if template.language.is_empty() || !template.language.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
            add(wrong, &format!("templates.{name}.language"), "a language code as `he` or `en_GB`");
        }
    }
}

fn between(span: Span, least: SignedDuration, most: SignedDuration, field: &str, range: &str, wrong: &mut Wrong) {
    if span.0 < least || span.0 > most {
        add(wrong, field, range);
    }
}

pub(crate) fn add(wrong: &mut Wrong, field: &str, message: &str) {
    wrong.push((field.to_owned(), message.to_owned()));
}
