//! Appointments: viewings, valuations, visits (C6, C7).

use crate::id::{AppointmentId, ContactId, PropertyId};
use crate::reception::words::Purpose;
use jiff::Timestamp;

/// The grid that agents and properties are booked on, in minutes.
pub const GRID: i64 = 15;

crate::words! {
    /// What became of an appointment.
    pub enum AppointmentState {
        /// To come.
        Booked = "booked",
        /// Called off.
        Cancelled = "cancelled",
        /// Took place.
        Done = "done",
        /// The caller did not come.
        NoShow = "no_show",
    }
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Its id; also the calendar's.
    pub id: AppointmentId,
    /// What for.
    pub purpose: Purpose,
    /// With whom.
    pub contact_id: Option<ContactId>,
    /// Of which property.
    pub property_id: Option<PropertyId>,
    /// The agent who goes.
    pub agent_id: String,
    /// Where, in words.
    pub place: String,
    /// Begin.
    pub start: Timestamp,
    /// Length in minutes.
    pub minutes: i64,
    /// What became of it.
    pub state: AppointmentState,
    /// How often it was changed: the calendar's sequence.
    pub sequence: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When they were asked what they thought of it.
    pub feedback_asked_at: Option<Timestamp>,
    /// What they thought of it.
    pub feedback: Option<Feedback>,
}

/// What somebody thought of a viewing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// In their words; empty if they only tapped.
    pub words: String,
    /// Whether they liked it, where that was plain.
    pub liked: Option<bool>,
    /// When they said so.
    pub at: Timestamp,
}

/// The cells of the grid that a stretch of time takes, in order; the first begins at or before `start`.
pub fn cells(start: Timestamp, minutes: i64) -> Vec<Timestamp> {
    let step = GRID * 60;
    let first = start.as_second().div_euclid(step);
    let last = (start.as_second() + minutes.max(1) * 60 - 1).div_euclid(step);
    (first..=last).filter_map(|cell| Timestamp::from_second(cell * step).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_takes_every_cell_it_touches() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(cells(at("2026-03-10T09:00:00Z"), 30), [at("2026-03-10T09:00:00Z"), at("2026-03-10T09:15:00Z")]);
        assert_eq!(cells(at("2026-03-10T09:10:00Z"), 30).len(), 3);
        assert_eq!(cells(at("2026-03-10T09:00:00Z"), 0).len(), 1);
    }
}
