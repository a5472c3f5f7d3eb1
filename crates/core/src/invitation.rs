//! Calendar invitations and feeds as text (RFC 5545, RFC 5546; C6).
//!
//! Always true: times are written in UTC, so that no calendar needs to know our zones and a clock change moves nothing; a later
//! sequence replaces an earlier one under the same uid; no line is longer than 75 octets, and no value can end its line.

use crate::appointment::{Appointment, AppointmentState};
use jiff::{SignedDuration, Timestamp};

/// The longest line, in octets, without its end.
const LINE: usize = 75;

crate::words! {
    /// What the recipient's calendar is asked to do.
    pub enum Method {
        /// To enter, or to bring up to date.
        Request = "REQUEST",
        /// To take out.
        Cancel = "CANCEL",
        /// To show; nobody is asked.
        Publish = "PUBLISH",
    }
}

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// The appointment: its id, time, length and sequence.
    pub appointment: &'a Appointment,
    /// What it is, as "Viewing of the property".
    pub summary: String,
    /// Where.
    pub location: String,
    /// The business, by name.
    pub organizer: String,
    /// Its address.
    pub from: String,
    /// Who is invited; none in a feed.
    pub to: Option<String>,
}

/// A calendar with one event that asks its recipient for something.
pub fn invitation(event: &Event, method: Method, now: Timestamp) -> String {
    calendar(std::slice::from_ref(event), method, now)
}

/// A calendar of events.
pub fn calendar(events: &[Event], method: Method, now: Timestamp) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Ringleader//Receptionist//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", method.as_str());
    for event in events {
        let it = event.appointment;
        let end = it.start + SignedDuration::from_mins(it.minutes);
        let gone = method == Method::Cancel || it.state == AppointmentState::Cancelled;
        line("BEGIN", "VEVENT");
        line("UID", &format!("{}@ringleader", it.id));
        line("DTSTAMP", &utc(now));
        line("DTSTART", &utc(it.start));
        line("DTEND", &utc(end));
        line("SEQUENCE", &it.sequence.to_string());
        line("STATUS", if gone { "CANCELLED" } else { "CONFIRMED" });
        line("SUMMARY", &escaped(&event.summary));
        line("LOCATION", &escaped(&event.location));
        line(&format!("ORGANIZER;CN={}", quoted(&event.organizer)), &format!("mailto:{}", plain(&event.from)));
        if let Some(to) = &event.to {
            let answer = if method == Method::Request { ";PARTSTAT=NEEDS-ACTION;RSVP=FALSE" } else { "" };
            line(&format!("ATTENDEE;ROLE=REQ-PARTICIPANT{answer}"), &format!("mailto:{}", plain(to)));
        }
        line("TRANSP", "OPAQUE");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    text
}

/// `20260329T090000Z`.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value: backslash, comma, semicolon and line ends are escaped, other control signs go.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A parameter value in quotes, which it cannot hold itself.
fn quoted(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !c.is_control() && *c != '"').collect();
    format!("\"{inner}\"")
}

/// An address without anything that could end its line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// Adds a line, folded between signs, with the line end of the standard.
fn fold(text: &mut String, line: &str) {
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        text.push(c);
        room -= c.len_utf8();
    }
    text.push_str("\r\n");
}
