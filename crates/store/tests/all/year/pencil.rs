//! A year of a business as a person with a pencil counts it. It knows nothing of the rules that are tried: it counts the list
//! of what happened, and waits minute by minute.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::id::{CallId, ContactId, ConversationId, EpisodeId, LeadId};
use ringleader_core::lead::LeadStatus;
use std::collections::BTreeMap;

/// Open Sunday to Thursday, nine to six, closed around noon, and past midnight on Thursdays.
pub const WEEK: [(&str, i64, i64); 3] =
    [("sun,mon,tue,wed,thu", 9 * 60, 12 * 60), ("sun,mon,tue,wed,thu", 13 * 60, 18 * 60), ("thu", 22 * 60, 26 * 60)];

/// One run of a missed call, and how it went on.
#[derive(Debug, Clone)]
pub struct Story {
    pub n: usize,
    pub rang: Timestamp,
    pub line: &'static str,
    pub call: CallId,
    pub contact: Option<ContactId>,
    pub episode: EpisodeId,
    pub lead: Option<LeadId>,
    pub chat: Option<ConversationId>,
    /// Minutes until the first message; none: never written to.
    pub written: Option<i64>,
    pub spoke: bool,
    pub status: LeadStatus,
    pub replied: bool,
    pub reminders: u8,
    pub taken_over: bool,
    pub opted_out: bool,
    pub viewing: Option<(usize, AppointmentState)>,
}

/// The measures that a summary is made of, by local day, hour and line, as the pencil counts them.
pub type Truth = BTreeMap<(&'static str, Date, i8, String), i64>;

pub struct Pencil {
    pub zone: TimeZone,
    pub truth: Truth,
}

impl Pencil {
    pub fn add(&mut self, measure: &'static str, at: Timestamp, line: &str, value: i64) {
        let local = at.to_zoned(self.zone.clone());
        *self.truth.entry((measure, local.date(), local.hour(), line.to_owned())).or_default() += value;
    }

    /// Whole minutes in which the business was open: each is looked at by itself.
    pub fn open_minutes(&self, from: Timestamp, minutes: i64) -> i64 {
        (0..minutes).filter(|minute| self.is_open(from + SignedDuration::from_mins(*minute))).count() as i64
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        let day = |date: Date| date.strftime("%a").to_string().to_lowercase();
        let (today, yesterday) = (day(local.date()), day(local.date().yesterday().unwrap()));
        WEEK.iter().any(|(days, from, to)| {
            days.contains(&today) && (*from..*to).contains(&minute)
                || days.contains(&yesterday) && (*from..*to).contains(&(minute + 24 * 60))
        })
    }

    pub fn story(&mut self, it: &Story) {
        let (rang, line) = (it.rang, it.line);
        let yes = i64::from;
        self.add("calls:inbound", rang, line, 1);
        self.add("missed", rang, line, 1);
        self.add("outcome:missed", rang, line, 1);
        self.add("outreach", rang, line, 1);
        let first = it.written.or(it.spoke.then_some(37));
        self.add("reached", rang, line, yes(first.is_some()));
        self.add("responses", rang, line, yes(first.is_some()));
        self.add("response_seconds", rang, line, first.map_or(0, |minutes| 60 * self.open_minutes(rang, minutes)));
        if it.lead.is_none() {
            return;
        }
        self.add("leads", rang, line, 1);
        self.add("source:missed_call", rang, line, 1);
        use LeadStatus::{Contacted, Converted, OfferMade, Qualified, ViewingBooked};
        let among = |all: &[LeadStatus]| yes(all.contains(&it.status));
        let ready = among(&[Qualified, Contacted, ViewingBooked, OfferMade, Converted]);
        self.add("qualified", rang, line, ready);
        self.add("recovered", rang, line, ready);
        self.add("spoken_with", rang, line, among(&[Contacted, ViewingBooked, OfferMade, Converted]));
        self.add("viewing_booked", rang, line, among(&[ViewingBooked, OfferMade, Converted]));
        self.add("converted", rang, line, among(&[Converted]));
        if let Some(minutes) = it.written {
            let opened = rang + SignedDuration::from_mins(minutes);
            self.add("chats", opened, line, 1);
            self.add("replied", opened, line, yes(it.replied));
            self.add("reminded", opened, line, yes(it.reminders > 0));
            self.add("replied_after_reminder", opened, line, yes(it.replied && it.reminders > 0));
            self.add("handed_over", opened, line, yes(it.taken_over));
            self.add("opted_out", opened, line, yes(it.opted_out));
        }
        if let Some((agent, state)) = it.viewing {
            let made = rang + SignedDuration::from_hours(5);
            self.add("appointments:viewing", made, "", 1);
            let measure = match state {
                AppointmentState::Booked => "appointments:viewing:booked",
                AppointmentState::Cancelled => "appointments:viewing:cancelled",
                AppointmentState::Done => "appointments:viewing:done",
                AppointmentState::NoShow => "appointments:viewing:no_show",
            };
            self.add(measure, made, "", 1);
            self.add(AGENT_MEASURES[agent], made, "", 1);
            self.add(format!("{}:{state}", AGENT_MEASURES[agent]).leak(), made, "", 1);
        }
    }

    pub fn plain(&mut self, it: &Call) {
        let (at, line) = (it.started_at.unwrap(), it.line.as_ref().unwrap().as_str());
        if it.direction == Direction::Outbound {
            return self.add("calls:outbound", at, line, 1);
        }
        self.add("calls:inbound", at, line, 1);
        let outcome = it.outcome.unwrap();
        let missed = matches!(outcome, Outcome::Missed | Outcome::Voicemail | Outcome::Menu);
        self.add("missed", at, line, i64::from(missed));
        self.add("outcome:missed", at, line, i64::from(outcome == Outcome::Missed));
        if outcome == Outcome::Answered {
            self.add("answered", at, line, 1);
            self.add("talk_seconds", at, line, it.duration_seconds.unwrap());
            self.add("waits", at, line, 1);
            self.add("wait_seconds", at, line, it.ring_seconds.unwrap());
        }
    }
}

pub const AGENTS: [&str; 2] = ["usr_01970000000070008000000000000001", "usr_01970000000070008000000000000002"];
pub const AGENT_MEASURES: [&str; 2] =
    ["agent:usr_01970000000070008000000000000001", "agent:usr_01970000000070008000000000000002"];

pub const MEASURES: [&str; 30] = [
    "calls:inbound",
    "calls:outbound",
    "missed",
    "outcome:missed",
    "answered",
    "talk_seconds",
    "waits",
    "wait_seconds",
    "outreach",
    "reached",
    "responses",
    "response_seconds",
    "leads",
    "source:missed_call",
    "qualified",
    "recovered",
    "spoken_with",
    "viewing_booked",
    "converted",
    "chats",
    "replied",
    "reminded",
    "replied_after_reminder",
    "handed_over",
    "opted_out",
    "appointments:viewing",
    "appointments:viewing:done",
    "appointments:viewing:cancelled",
    AGENT_MEASURES[0],
    AGENT_MEASURES[1],
];
