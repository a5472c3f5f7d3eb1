//! What the reports of the API look like.

use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::currency::Currency;
use ringleader_core::figures::Sums;
use ringleader_core::reports::summary::Summary;
use ringleader_core::tenant::Tenant;
use ringleader_jobs::reports::{Cost, Report};
use ringleader_store::repo::{Behind, Subject, Whose};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The figures of a period. Rates are 0 to 1, times are seconds; null where there is nothing to tell of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SummaryView {
    pub(super) inbound: i64,
    outbound: i64,
    /// Of the calls that came in, by a person.
    pub(super) answered: i64,
    /// Nobody answered, or only a machine.
    pub(super) missed: i64,
    answer_rate: Option<f64>,
    /// Calls that came in and are over, by outcome.
    outcomes: BTreeMap<String, i64>,
    average_talk_seconds: Option<f64>,
    average_wait_seconds: Option<f64>,
    /// Runs of missed calls that began.
    outreaches: i64,
    /// Those whose caller was written to or spoken with.
    reached: i64,
    /// From the missed call to the first message or talk; the clock stands while the business is closed.
    average_response_seconds: Option<f64>,
    pub(super) leads: i64,
    sources: BTreeMap<String, i64>,
    /// Leads by where they stand now.
    statuses: BTreeMap<String, i64>,
    pub(super) qualified: i64,
    /// Missed calls that became qualified leads.
    pub(super) recovered: i64,
    /// Their worth in minor units, by the tenant's own value of a lead; null while that is not set.
    recovered_value: Option<i64>,
    /// What missed calls that did not come back are worth at most, if each was somebody else.
    unrecovered_value: Option<i64>,
    spoken_with: i64,
    viewing_booked: i64,
    converted: i64,
    /// Leads that have, or had, a viewing in the calendar, whatever came of them.
    with_viewing: i64,
    /// Of those, the ones that became business.
    viewing_conversion: Option<f64>,
    chats: i64,
    replied: i64,
    reminded: i64,
    replied_after_reminder: i64,
    reminder_effect: Option<f64>,
    /// The same by the number of the reminder: `1`, `2`.
    reminders: BTreeMap<String, ReminderView>,
    handover_rate: Option<f64>,
    opted_out: i64,
    /// Appointments that were made, by purpose and state.
    appointments: BTreeMap<String, i64>,
    /// Of the appointments that took place or should have, those that did.
    show_rate: Option<f64>,
    /// Visitors who were asked how it was.
    asked_feedback: i64,
    /// Those who said something.
    feedback: i64,
    /// Those who liked it, of those who said whether they did.
    liked_rate: Option<f64>,
    /// Callers who were asked how their call was.
    asked_satisfaction: i64,
    /// What they said: `good`, `so_so`, `bad`.
    opinions: BTreeMap<String, i64>,
    /// Those who said that it was good, of those who said anything.
    satisfaction: Option<f64>,
    /// Appointments by agent, in all and by state.
    agents: BTreeMap<String, i64>,
    /// Talks with the receptionist.
    talks: i64,
    /// What was wanted in those that are over.
    intents: BTreeMap<String, i64>,
    /// How they ended.
    endings: BTreeMap<String, i64>,
    /// Calls that the receptionist took and that are over.
    calls_taken: i64,
    /// Of those, the ones that went on with a person.
    call_handover_rate: Option<f64>,
    /// Voice agents' calls by agent; more of them under `/analytics/voice-agents`.
    voice_agents: BTreeMap<String, i64>,
}

/// What the first, or the second, reminder brought.
#[derive(Debug, Serialize, ToSchema)]
struct ReminderView {
    /// Chats in which it went out (`reminded:1`).
    reminded: i64,
    /// Those in which the customer wrote after it, before another (`replied_after_reminder:1`).
    replied: i64,
    effect: Option<f64>,
}

fn reminders(it: &Summary) -> BTreeMap<String, ReminderView> {
    let view = |(nth, reminded): (&String, &i64)| {
        let replied = it.replied_by.get(nth).copied().unwrap_or(0);
        (nth.clone(), ReminderView { reminded: *reminded, replied, effect: it.effect_of(nth) })
    };
    it.reminded_by.iter().map(view).collect()
}

impl From<Summary> for SummaryView {
    fn from(it: Summary) -> Self {
        Self {
            reminders: reminders(&it),
            inbound: it.inbound,
            outbound: it.outbound,
            answered: it.answered,
            missed: it.missed,
            answer_rate: it.answer_rate,
            outcomes: it.outcomes,
            average_talk_seconds: it.average_talk_seconds,
            average_wait_seconds: it.average_wait_seconds,
            outreaches: it.outreaches,
            reached: it.reached,
            average_response_seconds: it.average_response_seconds,
            leads: it.leads,
            sources: it.sources,
            statuses: it.statuses,
            qualified: it.qualified,
            recovered: it.recovered,
            recovered_value: it.recovered_value,
            unrecovered_value: it.unrecovered_value,
            spoken_with: it.spoken_with,
            viewing_booked: it.viewing_booked,
            converted: it.converted,
            with_viewing: it.with_viewing,
            viewing_conversion: it.viewing_conversion,
            chats: it.chats,
            replied: it.replied,
            reminded: it.reminded,
            replied_after_reminder: it.replied_after_reminder,
            reminder_effect: it.reminder_effect,
            handover_rate: it.handover_rate,
            opted_out: it.opted_out,
            appointments: it.appointments,
            show_rate: it.show_rate,
            asked_feedback: it.asked_feedback,
            feedback: it.feedback,
            liked_rate: it.liked_rate,
            asked_satisfaction: it.asked_satisfaction,
            opinions: it.opinions,
            satisfaction: it.satisfaction,
            agents: it.agents,
            talks: it.talks,
            intents: it.intents,
            endings: it.endings,
            calls_taken: it.calls_taken,
            call_handover_rate: it.call_handover_rate,
            voice_agents: it.voice_agents,
        }
    }
}

/// A step of the way from a missed call to business; `measure` finds the rows behind it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepView {
    measure: String,
    pub(super) value: i64,
    /// In the period before.
    before: i64,
}

/// A period and the one before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportView {
    from: String,
    to: String,
    pub(super) line: Option<String>,
    /// The currency of `recovered_value` (ISO 4217); null where neither the tenant nor its country tells it.
    currency: Option<&'static str>,
    total: SummaryView,
    funnel: Vec<StepView>,
    /// What it cost.
    cost: CostView,
    /// First day of the period before.
    before_from: String,
    /// Its last day.
    before_to: String,
    /// Its figures.
    before: SummaryView,
    before_cost: CostView,
}

/// What a period cost.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CostView {
    /// Credits of voice agents' calls.
    credits: i64,
    /// Language models, in millionths of a US dollar; of the whole business, also where one line is asked for.
    model_micros: i64,
}

impl ReportView {
    /// The view of a report.
    pub(super) fn of(report: Report, tenant: &Tenant) -> Self {
        let step = |(measure, value, before): (&str, i64, i64)| StepView { measure: measure.to_owned(), value, before };
        let funnel = report.funnel().into_iter().map(step);
        let cost = |it: Cost| CostView { credits: it.credits, model_micros: it.model_micros };
        Self {
            from: report.period.first.to_string(),
            to: report.period.last.to_string(),
            line: report.period.line,
            currency: tenant.currency().map(Currency::as_str),
            funnel: funnel.collect(),
            total: report.now.into(),
            cost: cost(report.cost),
            before_from: report.before.first.to_string(),
            before_to: report.before.last.to_string(),
            before: report.then.into(),
            before_cost: cost(report.cost_then),
        }
    }
}

/// What is told of each day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayView {
    /// The local day.
    pub(super) day: String,
    #[serde(flatten)]
    pub(super) now: DayFigures,
    /// The day as far into the period before.
    pub(super) before: DayFigures,
}

/// Figures of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayFigures {
    pub(super) inbound: i64,
    pub(super) answered: i64,
    pub(super) missed: i64,
    pub(super) leads: i64,
    pub(super) qualified: i64,
    pub(super) recovered: i64,
    pub(super) talk_seconds: i64,
}

/// An hour of the week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HourView {
    /// 1 is Monday, 7 Sunday.
    pub(super) weekday: u8,
    /// The local hour, 0 to 23.
    pub(super) hour: u8,
    pub(super) value: i64,
    /// In the period before.
    pub(super) before: i64,
}

/// A thing behind a number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowView {
    /// The id of a call, an episode, a talk, a lead, an appointment or a chat.
    pub(super) id: String,
    /// Whom it is about.
    contact_id: Option<String>,
    /// When it was, or is to be.
    pub(super) at: Option<Timestamp>,
    pub(super) day: String,
    pub(super) hour: i8,
    pub(super) line: Option<String>,
    /// How much of the number is its.
    pub(super) value: i64,
}

pub(super) fn day_view((day, now, then): (Date, Option<&Sums>, Option<&Sums>)) -> DayView {
    DayView { day: day.to_string(), now: day_figures(now), before: day_figures(then) }
}

fn day_figures(sums: Option<&Sums>) -> DayFigures {
    let of = sums.map(|sums| Summary::of(sums, None)).unwrap_or_default();
    DayFigures {
        inbound: of.inbound,
        answered: of.answered,
        missed: of.missed,
        leads: of.leads,
        qualified: of.qualified,
        recovered: of.recovered,
        talk_seconds: of.talk_seconds,
    }
}

pub(super) fn row_view(it: Behind, whose: Option<Whose>) -> RowView {
    let id = match it.subject {
        Subject::Chat(chat, ..) => chat.to_string(),
        other => other.to_string(),
    };
    RowView {
        id,
        contact_id: whose.as_ref().and_then(|whose| whose.contact).map(|contact| contact.to_string()),
        at: whose.map(|whose| whose.at),
        day: it.place.day.to_string(),
        hour: it.place.hour,
        line: Some(it.place.line).filter(|line| !line.is_empty()),
        value: it.value,
    }
}
