//! Everything that happened with a person, newest first: calls with what was understood, messages with why they went,
//! decisions, facts with who said them, appointments, repairs, and who led the chat. One cursor, the moment and the id of the last
//! one, pages through all of them at once; a page costs as many queries as there are kinds of things, however much it shows.

use crate::pages::calls::course;
use crate::pages::shell::{When, icon, pill, score, terms, trouble};
use crate::problem::Result;
use crate::session::{Lang, Me};
use jiff::Timestamp;
use maud::{Markup, html};
use ringleader_core::analysis::record::{Analysis, State};
use ringleader_core::appointment::Appointment;
use ringleader_core::call::Outcome;
use ringleader_core::conversation::Conversation;
use ringleader_core::decision::{Decision, Verdict};
use ringleader_core::id::{CallId, ContactId, MessageId};
use ringleader_core::lead::FactSource;
use ringleader_core::message::{Audience, Message};
use ringleader_core::reception::afterwards::Afterwards;
use ringleader_core::ticket::Ticket;
use ringleader_jobs::{actions, ledger};
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::{AuditEntry, CallRow, Filter, Page, Place, SaidFact};
use std::collections::HashMap;

/// One thing that happened.
pub(super) enum Entry {
    /// A call, what it came to where the receptionist held it, and what was understood from it.
    Call(Box<CallRow>, Option<Box<Afterwards>>, Option<Box<Analysis>>),
    /// A message, and why it went.
    Message(Box<Message>, Option<Box<Decision>>),
    Decision(Box<Decision>),
    /// What was said at one time by one source.
    Facts(Vec<SaidFact>),
    /// What several calls came to together.
    SummedUp(Box<Analysis>),
    Appointment(Box<Appointment>),
    Ticket(Box<Ticket>),
    /// A chat was taken over, or handed back.
    Takeover(Box<AuditEntry>),
}

impl Entry {
    fn place(&self) -> Place {
        let id = match self {
            Self::Call(call, ..) => id_text(call.id),
            Self::Message(message, _) => id_text(message.id),
            Self::Decision(decision) => id_text(decision.id),
            Self::Facts(facts) => facts.last().map(|said| id_text(said.fact.id)).unwrap_or_default(),
            Self::SummedUp(analysis) => id_text(analysis.id),
            Self::Appointment(appointment) => id_text(appointment.id),
            Self::Ticket(ticket) => id_text(ticket.id),
            Self::Takeover(line) => id_text(line.id),
        };
        Place { at: self.at(), id }
    }

    fn at(&self) -> Timestamp {
        match self {
            Self::Call(call, ..) => call.began,
            Self::Message(message, _) => message.at,
            Self::Decision(decision) => decision.at,
            Self::Facts(facts) => facts.first().map(|said| said.fact.at).unwrap_or_default(),
            Self::SummedUp(analysis) => analysis.updated_at,
            Self::Appointment(appointment) => appointment.created_at,
            Self::Ticket(ticket) => ticket.created_at,
            Self::Takeover(line) => line.at,
        }
    }

    /// Takes what was said in the same breath to itself.
    fn joins(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            // A new enquiry, and a merge, take along what was said before: that is told once.
            (Self::Facts(all), Self::Facts(more)) if breath(all) == breath(&more) => {
                for said in more {
                    match all.iter_mut().find(|it| same(it, &said)) {
                        Some(told) if told.replaced_at.is_some() => *told = said,
                        Some(_) => {}
                        None => all.push(said),
                    }
                }
                None
            }
            (_, next) => Some(next),
        }
    }
}

fn same(one: &SaidFact, other: &SaidFact) -> bool {
    (&one.fact.name, &one.fact.value) == (&other.fact.name, &other.fact.value)
}

fn breath(facts: &[SaidFact]) -> Option<(Timestamp, FactSource, Option<&str>)> {
    facts.first().map(|said| (said.fact.at, said.fact.source, said.fact.origin.as_deref()))
}

/// Why a message went stands at the message, on whichever page that is.
const ALONE: &str = "NOT (verdict = 'send' AND message_id IS NOT NULL AND EXISTS (SELECT 1 FROM messages m
    WHERE m.tenant_id = $1 AND m.id = decisions.message_id AND m.contact_id = decisions.contact_id AND m.audience = 'contact'))";

/// One page of it, and where the next begins. `chats` are all chats with the contact.
pub(super) async fn entries(
    read: &mut Read,
    contact: ContactId,
    chats: &[Conversation],
    page: &Page,
) -> Result<(Vec<Entry>, Option<String>)> {
    let of = |moment| Filter::default().and("contact_id =", Some(id_text(contact))).newest_by(moment);
    // Of each kind as many as may all be the newest, and one more.
    let each = Page { limit: page.limit + 1, before: page.before.clone() };
    let calls = read.desk().calls(of("COALESCE(started_at, received_at)"), &each).await?.rows;
    let theirs = of("at").and("audience =", Some(Audience::Contact));
    let messages = read.messages().list(theirs, &each).await?.rows;
    let decisions = read.decisions().list(of("at").and_is(ALONE), &each).await?.rows;
    let appointments = read.appointments().list(of("created_at"), &each).await?.rows;
    let tickets = read.tickets().list(of("created_at"), &each).await?.rows;
    let chats: Vec<_> = chats.iter().map(|chat| chat.id).collect();
    let takeovers = read.usage().takeovers(&chats, &each).await?;
    let said = read.leads().said_of(contact, &each).await?;
    let summed = read.analyses().summed_up(contact, &each).await?;

    let mut all = with_outcomes(read, calls).await?;
    all.extend(with_reasons(read, contact, messages).await?);
    all.extend(decisions.into_iter().map(|it| Entry::Decision(Box::new(it))));
    all.extend(appointments.into_iter().map(|it| Entry::Appointment(Box::new(it))));
    all.extend(tickets.into_iter().map(|it| Entry::Ticket(Box::new(it))));
    all.extend(takeovers.into_iter().map(|it| Entry::Takeover(Box::new(it))));
    all.extend(said.into_iter().map(|it| Entry::Facts(vec![it])));
    all.extend(summed.into_iter().map(|it| Entry::SummedUp(Box::new(it))));
    all.sort_by_cached_key(|entry| std::cmp::Reverse(entry.place()));

    let more = all.len() > page.limit as usize;
    all.truncate(page.limit as usize);
    let next = all.last().filter(|_| more).map(|last| last.place().to_string());
    Ok((gathered(all), next))
}

/// Facts of one breath as one entry.
fn gathered(all: Vec<Entry>) -> Vec<Entry> {
    let mut gathered: Vec<Entry> = Vec::with_capacity(all.len());
    for entry in all {
        let apart = match gathered.last_mut() {
            Some(last) => last.joins(entry),
            None => Some(entry),
        };
        gathered.extend(apart);
    }
    gathered
}

async fn with_outcomes(read: &mut Read, calls: Vec<CallRow>) -> Result<Vec<Entry>> {
    let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
    let held = read.voice().of_calls(&ids).await?.into_iter();
    let mut held: HashMap<_, _> = held.filter_map(|it| Some((it.call_id, Box::new(it.summary?)))).collect();
    let read_from = read.analyses().of_calls(&ids).await?.into_iter();
    let mut read_from: HashMap<_, _> = read_from.map(|it| (it.call_id, Box::new(it))).collect();
    let entry = |call: CallRow| {
        let (held, read_from) = (held.remove(&call.id), read_from.remove(&call.id));
        Entry::Call(Box::new(call), held, read_from)
    };
    Ok(calls.into_iter().map(entry).collect())
}

async fn with_reasons(read: &mut Read, contact: ContactId, messages: Vec<Message>) -> Result<Vec<Entry>> {
    let sent: Vec<MessageId> = messages.iter().filter(|message| !message.inbound).map(|message| message.id).collect();
    let why = read.decisions().of_messages(contact, &sent).await?.into_iter();
    let mut why: HashMap<_, _> = why.filter_map(|it| Some((it.message_id?, Box::new(it)))).collect();
    let entry = |message: Message| {
        let why = why.remove(&message.id);
        Entry::Message(Box::new(message), why)
    };
    Ok(messages.into_iter().map(entry).collect())
}

/// `names` are those of users, by id.
pub(super) fn shown(me: &Me, entries: &[Entry], names: &HashMap<String, String>) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let mut day = String::new();
    html! {
        @if entries.is_empty() { p class="soft" { (l.t("Nothing yet.", "עוד לא קרה דבר.")) } }
        ol class="timeline" {
            @for entry in entries {
                @let of_day = when.day(entry.at());
                @if std::mem::replace(&mut day, of_day.clone()) != of_day { li class="day" { (of_day) } }
                (one(me, &when, entry, names))
            }
        }
    }
}

fn one(me: &Me, when: &When, entry: &Entry, names: &HashMap<String, String>) -> Markup {
    let time = html! { small { time datetime=(entry.at()) { (when.time(entry.at())) } } };
    match entry {
        Entry::Call(it, after, analysis) => call(me, it, after.as_deref(), analysis.as_deref(), &time),
        Entry::Message(it, why) => message(me, it, why.as_deref(), &time),
        Entry::Decision(it) => decision(me, it, &time),
        Entry::Facts(all) => facts(me, all, names, &time),
        Entry::SummedUp(it) => summed_up(me, it, &time),
        Entry::Appointment(it) => appointment(me, when, it, &time),
        Entry::Ticket(it) => ticket(me, it, &time),
        Entry::Takeover(it) => takeover(me, it, names, &time),
    }
}

/// A mark beside the line, a heading with the time, and what there is to say.
fn entry(tone: &str, sign: &str, heading: Markup, time: &Markup, rest: Markup) -> Markup {
    html! {
        li {
            span class={ "mark " (tone) } aria-hidden="true" { (icon(sign)) }
            div class="entry" { div class="top" { (heading) (time) } (rest) }
        }
    }
}

fn facts(me: &Me, all: &[SaidFact], names: &HashMap<String, String>, time: &Markup) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let Some(first) = all.first() else { return html! {} };
    let user = first.fact.origin.as_deref().and_then(|origin| super::name_of(origin, names));
    let heading = html! { b { (l.t("Noted", "נרשם")) } };
    let rest = html! {
        dl class="said" {
            @for said in all {
                div {
                    dt { (terms::fact(l, &said.fact.name)) }
                    dd {
                        (super::person::value(me, &said.fact))
                        @if let Some(at) = said.replaced_at { " " (pill("quiet", l.t("replaced since", "הוחלף מאז"))) " " small { (when.at(at)) } }
                    }
                }
            }
        }
        small { (terms::source(l, first.fact.source)) @if let Some(user) = user { ", " bdi { (user) } } }
    };
    entry("info", "pencil", heading, time, rest)
}

/// What was understood, in a line.
fn understood(l: Lang, it: &Analysis) -> Markup {
    let summary = it.summed().map(|all| &all.overview.summary).or_else(|| it.understood().map(|call| &call.summary));
    html! {
        @if let Some(scored) = &it.scored { p { (score(l, scored.tag, scored.score, None)) @if it.state != State::Done { " " small { (crate::pages::analysis::standing(l, it.state)) } } } }
        @if let Some(summary) = summary.filter(|words| !words.is_empty()) { p class="soft" dir="auto" { (summary) } }
    }
}

fn summed_up(me: &Me, it: &Analysis, time: &Markup) -> Markup {
    let l = me.lang;
    let heading = html! { b { (l.n(it.calls_analysed, "{n} calls together", "{n} שיחות ביחד")) } };
    entry("info", "reports", heading, time, understood(l, it))
}

fn appointment(me: &Me, when: &When, it: &Appointment, time: &Markup) -> Markup {
    let l = me.lang;
    let day = it.start.to_zoned(me.tenant.time_zone.clone()).date();
    let heading =
        html! { a href={ "/calendar?date=" (day) "#" (it.id) } { (crate::pages::calendar::what(l, it.purpose)) } };
    let rest = html! {
        p { bdi { (when.at(it.start)) } " " (crate::pages::calendar::became(l, it)) }
        @if !it.place.is_empty() { p class="soft" { bdi { (it.place) } } }
    };
    entry("good", "clock", heading, time, rest)
}

fn ticket(me: &Me, it: &Ticket, time: &Markup) -> Markup {
    let l = me.lang;
    let words = crate::pages::tickets::stands(l, it.state);
    let heading =
        html! { a href={ "/tickets?show=" (it.state) "#" (it.id) } { (l.t("Repair ", "תקלה ")) bdi { (it.number) } } };
    let rest = html! { p class="quote" dir="auto" { (it.report) } p { (pill("quiet", words)) @if let Some(note) = &it.note { " " bdi { (note) } } } };
    entry("warn", "settings", heading, time, rest)
}

fn takeover(me: &Me, it: &AuditEntry, names: &HashMap<String, String>, time: &Markup) -> Markup {
    let l = me.lang;
    let back = it.action == "conversation.hand_back";
    let words = if back {
        l.t("The bot leads the chat", "הבוט מוביל את ההתכתבות")
    } else {
        l.t("A person leads the chat", "אדם מוביל את ההתכתבות")
    };
    let rest = html! { @if let Some(name) = super::name_of(&it.actor, names) { small { bdi { (name) } } } };
    entry("info", if back { "bot" } else { "hand" }, html! { b { (words) } }, time, rest)
}

fn call(me: &Me, call: &CallRow, after: Option<&Afterwards>, read: Option<&Analysis>, time: &Markup) -> Markup {
    let l = me.lang;
    let (tone, words) = terms::outcome(l, call.outcome);
    html! {
        li {
            span class={ "mark " (tone) } aria-hidden="true" { (icon(if tone == "warn" { "missed" } else { "calls" })) }
            div class="entry" {
                div class="top" { a href={ "/calls/" (call.id) } { (terms::direction(l, call.direction)) " · " (l.t("call", "שיחה")) } (time) }
                p { (pill(tone, words)) @if let Some(seconds) = call.duration_seconds.filter(|s| *s > 0) { " " bdi { (When::length(seconds)) } } }
                @if let Some(after) = after { p dir="auto" { (crate::pages::afterwards::line(me, after)) } }
                @if let Some(read) = read { (understood(l, read)) }
                @if call.outcome == Some(Outcome::Voicemail) {
                    (course::player(l, call.id, actions::where_told(&call.provider, call.recording_url.as_deref()), call.recording_url.is_some()))
                }
            }
        }
    }
}

fn message(me: &Me, message: &Message, why: Option<&Decision>, time: &Markup) -> Markup {
    let l = me.lang;
    let (sign, status) = terms::message(l, message.status);
    let who = if message.inbound {
        l.t("They wrote", "כתבו")
    } else {
        match message.purpose.as_deref() {
            Some("person") => l.t("Your team wrote", "הצוות כתב"),
            Some("handset") => l.t("Written from the handset", "נכתב מהטלפון"),
            _ => l.t("We wrote", "כתבנו"),
        }
    };
    html! {
        li {
            span class={ "mark" @if message.inbound { " info" } @else { " good" } } aria-hidden="true" { (icon(message.channel.as_str())) }
            div class="entry" {
                div class="top" { b { (who) } (time) }
                p class="quote" dir="auto" { (crate::pages::inbox::words(l, &message.content)) }
                @if !message.inbound { small { (icon(sign)) " " (status) @if let Some(error) = message.error.as_ref().filter(|_| message.status.is_broken()) { ": " (trouble::failure(l, error)) } } }
                @if let Some(why) = why { small dir="auto" { (ledger::told(&me.tenant, why, l.tag())) } }
            }
        }
    }
}

fn decision(me: &Me, decision: &Decision, time: &Markup) -> Markup {
    let l = me.lang;
    let tone = match decision.verdict {
        Verdict::Send => "good",
        Verdict::Wait => "info",
        Verdict::Hold => "warn",
        Verdict::Skip => "quiet",
    };
    let sign = match decision.verdict {
        Verdict::Send => "check",
        Verdict::Wait => "wait",
        Verdict::Hold => "hold",
        Verdict::Skip => "skip",
    };
    html! {
        li {
            span class={ "mark " (tone) } aria-hidden="true" { (icon(sign)) }
            div class="entry" {
                div class="top" { span dir="auto" { (ledger::told(&me.tenant, decision, l.tag())) } (time) }
                small { (l.t("rule ", "כלל ")) bdi { (decision.rule) } }
            }
        }
    }
}
