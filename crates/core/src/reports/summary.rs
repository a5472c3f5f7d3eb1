//! What the sums of a period say (D2): rates, averages, the funnel, and what recovered leads are worth.

use crate::figures::{Sums, named, ratio};
use serde::Serialize;

/// The figures of a period. Rates are 0 to 1; what cannot be said of nothing is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Summary {
    /// Calls that came in.
    pub inbound: i64,
    /// Calls that went out, those of voice agents too.
    pub outbound: i64,
    /// Of the calls that came in, those a person answered.
    pub answered: i64,
    /// Those nobody answered, or only a machine.
    pub missed: i64,
    /// Answered, of those that were answered or missed.
    pub answer_rate: Option<f64>,
    /// Calls that came in and are over, by outcome.
    pub outcomes: Sums,
    /// Callers who were asked how their call was.
    pub asked_satisfaction: i64,
    /// What they said: `good`, `so_so`, `bad`.
    pub opinions: Sums,
    /// Those who said that it was good, of those who said anything.
    pub satisfaction: Option<f64>,
    /// Seconds of talk of answered calls that came in.
    pub talk_seconds: i64,
    /// The same for one.
    pub average_talk_seconds: Option<f64>,
    /// From the first ring to the answer, for one.
    pub average_wait_seconds: Option<f64>,
    /// Outreaches that began: runs of missed calls.
    pub outreaches: i64,
    /// Those whose caller was written to or spoken with.
    pub reached: i64,
    /// From the missed call to the first message or talk, for one, with the clock stopped while the business is closed.
    pub average_response_seconds: Option<f64>,
    /// New leads.
    pub leads: i64,
    /// By where they came from.
    pub sources: Sums,
    /// By where they stand now.
    pub statuses: Sums,
    /// Leads of which everything is known that a call back needs, or that got further.
    pub qualified: i64,
    /// Of those, the ones that began with a missed call.
    pub recovered: i64,
    /// What the recovered are worth, by the tenant's own value of a lead, in minor units; absent while that is not set.
    pub recovered_value: Option<i64>,
    /// What the missed calls that did not become recovered leads are worth at most, if each was somebody else; by the same value.
    pub unrecovered_value: Option<i64>,
    /// Leads that a person spoke with, or that got further.
    pub spoken_with: i64,
    /// Leads with a viewing, or that got further.
    pub viewing_booked: i64,
    /// Leads that became business.
    pub converted: i64,
    /// Leads that have, or had, a viewing in the calendar, whatever came of them.
    pub with_viewing: i64,
    /// Of those, the ones that became business.
    pub viewing_conversion: Option<f64>,
    /// Chats about enquiries.
    pub chats: i64,
    /// Those in which the customer wrote.
    pub replied: i64,
    /// Those in which a reminder went out.
    pub reminded: i64,
    /// Those in which the customer wrote after it.
    pub replied_after_reminder: i64,
    /// The same as a rate of the reminded.
    pub reminder_effect: Option<f64>,
    /// Chats in which a reminder went out, by its number; one with two is in both.
    pub reminded_by: Sums,
    /// Those in which the customer wrote after this one, before another.
    pub replied_by: Sums,
    /// Chats that a person took over, or whose customer asked for one, of all.
    pub handover_rate: Option<f64>,
    /// Of the missed calls, those whose caller wrote in the chat about it.
    pub recovered_replied: i64,
    /// Of the recovered leads, those with a viewing, or that got further.
    pub recovered_viewing_booked: i64,
    /// Those that became business.
    pub recovered_converted: i64,
    /// Chats in which the customer asked not to be written to.
    pub opted_out: i64,
    /// Appointments that were made: `viewing`, `viewing:booked`, `viewing:done` …
    pub appointments: Sums,
    /// Appointments that took place, of those that did or should have: called off and not come to count against it.
    pub show_rate: Option<f64>,
    /// Visitors who were asked how it was.
    pub asked_feedback: i64,
    /// Those who said something.
    pub feedback: i64,
    /// Those who liked it, of those who said whether they did.
    pub liked_rate: Option<f64>,
    /// Appointments by agent: `usr_…`, `usr_…:done` …
    pub agents: Sums,
    /// Talks with the receptionist, on whatever channel.
    pub talks: i64,
    /// What was wanted in those that are over; a talk may have several wishes.
    pub intents: Sums,
    /// How they ended.
    pub endings: Sums,
    /// Calls that the receptionist took and that are over.
    pub calls_taken: i64,
    /// Those that went on with a person, of them.
    pub call_handover_rate: Option<f64>,
    /// Voice agents' calls, by agent.
    pub voice_agents: Sums,
}

impl Summary {
    /// Reads the sums. `lead_value`: what a recovered lead is worth, in minor units.
    pub fn of(sums: &Sums, lead_value: Option<i64>) -> Self {
        let sum = |name: &str| sums.get(name).copied().unwrap_or(0);
        let (answered, missed, recovered) = (sum("answered"), sum("missed"), sum("recovered"));
        Self {
            inbound: sum("calls:inbound"),
            outbound: sum("calls:outbound"),
            answered,
            missed,
            answer_rate: ratio(answered, answered + missed),
            outcomes: named(sums, "outcome:"),
            asked_satisfaction: sum("asked_satisfaction"),
            satisfaction: ratio(sum("satisfaction:good"), named(sums, "satisfaction:").values().sum()),
            opinions: named(sums, "satisfaction:"),
            talk_seconds: sum("talk_seconds"),
            average_talk_seconds: ratio(sum("talk_seconds"), answered),
            average_wait_seconds: ratio(sum("wait_seconds"), sum("waits")),
            outreaches: sum("outreach"),
            reached: sum("reached"),
            average_response_seconds: ratio(sum("response_seconds"), sum("responses")),
            leads: sum("leads"),
            sources: named(sums, "source:"),
            statuses: named(sums, "status:"),
            qualified: sum("qualified"),
            recovered,
            recovered_value: lead_value.map(|value| value.saturating_mul(recovered)),
            unrecovered_value: lead_value.map(|value| value.saturating_mul((missed - recovered).max(0))),
            spoken_with: sum("spoken_with"),
            viewing_booked: sum("viewing_booked"),
            converted: sum("converted"),
            with_viewing: sum("with_viewing"),
            viewing_conversion: ratio(sum("with_viewing_converted"), sum("with_viewing")),
            chats: sum("chats"),
            replied: sum("replied"),
            reminded: sum("reminded"),
            replied_after_reminder: sum("replied_after_reminder"),
            reminder_effect: ratio(sum("replied_after_reminder"), sum("reminded")),
            reminded_by: named(sums, "reminded:"),
            replied_by: named(sums, "replied_after_reminder:"),
            handover_rate: ratio(sum("handed_over"), sum("chats")),
            recovered_replied: sum("funnel:replied"),
            recovered_viewing_booked: sum("funnel:viewing_booked"),
            recovered_converted: sum("funnel:converted"),
            opted_out: sum("opted_out"),
            show_rate: ratio(kept(sums, "done"), kept(sums, "done") + kept(sums, "cancelled") + kept(sums, "no_show")),
            appointments: named(sums, "appointments:"),
            asked_feedback: sum("asked_feedback"),
            feedback: sum("feedback"),
            liked_rate: ratio(sum("liked"), sum("liked") + sum("disliked")),
            agents: named(sums, "agent:"),
            talks: sum("talks"),
            intents: named(sums, "intent:"),
            endings: named(sums, "ending:"),
            calls_taken: sum("calls_taken"),
            call_handover_rate: ratio(sum("calls_handed_over"), sum("calls_taken")),
            voice_agents: named(sums, "voice_agent:"),
        }
    }

    /// Of the chats in which this reminder went out, those in which the customer wrote after it, before another.
    pub fn effect_of(&self, reminder: &str) -> Option<f64> {
        let of = |sums: &Sums| sums.get(reminder).copied().unwrap_or(0);
        ratio(of(&self.replied_by), of(&self.reminded_by))
    }

    /// The way from a missed call to business: each step with the measure behind it. Who came another way is in none.
    pub fn funnel(&self) -> [(&'static str, i64); 6] {
        [
            ("outreach", self.outreaches),
            ("reached", self.reached),
            ("funnel:replied", self.recovered_replied),
            ("recovered", self.recovered),
            ("funnel:viewing_booked", self.recovered_viewing_booked),
            ("funnel:converted", self.recovered_converted),
        ]
    }
}

/// Appointments of all purposes that are in a state.
fn kept(sums: &Sums, state: &str) -> i64 {
    named(sums, "appointments:").iter().filter(|(name, _)| name.ends_with(&format!(":{state}"))).map(|(_, n)| n).sum()
}
