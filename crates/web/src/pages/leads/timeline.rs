//! Everything that happened with a person, newest first: calls, messages with why they went, decisions, and facts. Ids carry
//! their time, so one cursor pages through all of them at once.

use crate::pages::shell::{When, icon, pill, terms};
use crate::problem::Result;
use crate::session::Me;
use maud::{Markup, html};
use ringleader_core::decision::{Decision, Verdict};
use ringleader_core::id::ContactId;
use ringleader_core::message::{Audience, Message};
use ringleader_core::reception::afterwards::Afterwards;
use ringleader_jobs::ledger;
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::{CallRow, Filter, Page};

/// One thing that happened.
pub(super) enum Entry {
    /// A call, and what it came to where the receptionist held it.
    Call(Box<CallRow>, Option<Box<Afterwards>>),
    /// A message, and why it went.
    Message(Box<Message>, Option<Box<Decision>>),
    Decision(Box<Decision>),
}

impl Entry {
    fn id(&self) -> String {
        match self {
            Self::Call(call, _) => id_text(call.id),
            Self::Message(message, _) => id_text(message.id),
            Self::Decision(decision) => id_text(decision.id),
        }
    }

    fn at(&self) -> jiff::Timestamp {
        match self {
            Self::Call(call, _) => call.began,
            Self::Message(message, _) => message.at,
            Self::Decision(decision) => decision.at,
        }
    }
}

/// One page of it, and where the next begins.
pub(super) async fn entries(read: &mut Read, contact: ContactId, page: &Page) -> Result<(Vec<Entry>, Option<String>)> {
    let of = || Filter::default().and("contact_id =", Some(id_text(contact)));
    let calls = read.desk().calls(of(), page).await?;
    let messages = read.messages().list(of().and("audience =", Some(Audience::Contact)), page).await?;
    let decisions = read.decisions().list(of(), page).await?;
    let more = calls.next.is_some() || messages.next.is_some() || decisions.next.is_some();
    let (mut about, alone): (Vec<_>, Vec<_>) = decisions.rows.into_iter().partition(|decision| {
        decision.verdict == Verdict::Send && messages.rows.iter().any(|m| Some(m.id) == decision.message_id)
    });
    let mut why = |message: &Message| {
        let at = about.iter().position(|decision| decision.message_id == Some(message.id))?;
        Some(Box::new(about.swap_remove(at)))
    };
    let mut all: Vec<Entry> = messages
        .rows
        .into_iter()
        .map(|m| {
            let w = why(&m);
            Entry::Message(Box::new(m), w)
        })
        .collect();
    for call in calls.rows {
        let held = read.voice().of_call(call.id).await?;
        all.push(Entry::Call(Box::new(call), held.and_then(|it| it.summary).map(Box::new)));
    }
    all.extend(alone.into_iter().map(|decision| Entry::Decision(Box::new(decision))));
    all.sort_by_key(|entry| std::cmp::Reverse(entry.id()));
    let cut = all.len() > page.limit as usize;
    all.truncate(page.limit as usize);
    let next = (cut || more).then(|| all.last().map(Entry::id)).flatten();
    Ok((all, next))
}

pub(super) fn shown(me: &Me, entries: &[Entry]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let mut day = String::new();
    html! {
        @if entries.is_empty() { p class="soft" { (l.t("Nothing yet.", "עוד לא קרה דבר.")) } }
        ol class="timeline" {
            @for entry in entries {
                @let of_day = when.day(entry.at());
                @if std::mem::replace(&mut day, of_day.clone()) != of_day { li class="day" { (of_day) } }
                (one(me, &when, entry))
            }
        }
    }
}

fn one(me: &Me, when: &When, entry: &Entry) -> Markup {
    let time = html! { small { time datetime=(entry.at()) { (when.time(entry.at())) } } };
    match entry {
        Entry::Call(it, after) => call(me, it, after.as_deref(), &time),
        Entry::Message(it, why) => message(me, it, why.as_deref(), &time),
        Entry::Decision(it) => decision(me, it, &time),
    }
}

fn call(me: &Me, call: &CallRow, after: Option<&Afterwards>, time: &Markup) -> Markup {
    let l = me.lang;
    let (tone, words) = terms::outcome(l, call.outcome);
    html! {
        li {
            span class={ "mark " (tone) } aria-hidden="true" { (icon(if tone == "warn" { "missed" } else { "calls" })) }
            div class="entry" {
                div class="top" { a href={ "/calls/" (call.id) } { (terms::direction(l, call.direction)) " · " (l.t("call", "שיחה")) } (time) }
                p { (pill(tone, words)) @if let Some(seconds) = call.duration_seconds.filter(|s| *s > 0) { " " bdi { (When::length(seconds)) } } }
                @if let Some(after) = after { p dir="auto" { (crate::pages::afterwards::line(me, after)) } }
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
                @if !message.inbound { small { (icon(sign)) " " (status) @if let Some(error) = &message.error { ": " bdi { (error.detail) } } } }
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
