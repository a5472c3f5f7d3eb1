//! Whom to call now: emergencies and wishes to be called first, then leads whose time has come, then other call-backs, then
//! leads that named no time. Who named a later time comes last, with it.

use crate::pages::shell::{When, dial, empty, form_key, hidden, icon, person, pill, task_button, terms};
use crate::problem::Result;
use crate::session::{Lang, Me};
use jiff::Timestamp;
use maud::{Markup, html};
use ringleader_core::facts::spoken;
use ringleader_core::id::{LeadId, TaskId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::task::{Task, Urgency};
use ringleader_core::user::Role;
use ringleader_store::Read;
use ringleader_store::repo::LeadRow;
use serde_json::Value;

/// Longest list: more would be no list of whom to call *now*.
const MOST: usize = 10;

/// Someone to be called.
#[derive(Debug)]
pub(super) struct Callee {
    rank: u8,
    at: Timestamp,
    name: Option<String>,
    phone: Option<String>,
    why: String,
    /// When they want to be called, where that is later.
    later: Option<String>,
    urgent: bool,
    lead: Option<LeadId>,
    task: Option<TaskId>,
}

/// The list, most urgent first.
pub(super) async fn gather(read: &mut Read, me: &Me) -> Result<Vec<Callee>> {
    let mut all: Vec<Callee> = Vec::new();
    for task in read.tasks().to_call(30).await? {
        let lead = match task.lead_id {
            Some(id) => read.leads().get(id).await?,
            None => None,
        };
        let known = |callee: &Callee| callee.lead.is_some() && callee.lead == task.lead_id;
        if !all.iter().any(known) {
            all.push(of_task(task, lead.and_then(|lead| lead.name)));
        }
    }
    for lead in read.desk().ready(30).await? {
        if lead.phone.is_some() && !all.iter().any(|callee| callee.lead == Some(lead.lead.id)) {
            all.push(of_lead(me, lead));
        }
    }
    all.sort_by_key(|callee| (callee.rank, callee.at));
    all.truncate(MOST);
    Ok(all)
}

fn of_task(task: Task, name: Option<String>) -> Callee {
    let rank = match (task.kind.as_str(), task.urgency) {
        ("emergency", _) => 0,
        ("call_now", _) => 1,
        (_, Urgency::Urgent) => 2,
        _ => 4,
    };
    let why = if task.detail.is_empty() { task.title.clone() } else { format!("{} {}", task.title, task.detail) };
    Callee {
        rank,
        at: task.created_at,
        name,
        phone: task.phone,
        why,
        later: None,
        urgent: task.urgency == Urgency::Urgent,
        lead: task.lead_id,
        task: Some(task.id),
    }
}

fn of_lead(me: &Me, row: LeadRow) -> Callee {
    let LeadRow { lead, phone } = row;
    let time = |field: &str| lead.preference.as_ref()?.get(field)?.as_str()?.parse::<Timestamp>().ok();
    let (from, until) = (time("from"), time("until"));
    let later = from.filter(|from| *from > me.now);
    let rank = match (from, later) {
        (Some(_), None) => 3,
        (None, _) => 5,
        (_, Some(_)) => 6,
    };
    Callee {
        rank,
        at: from.unwrap_or(lead.opened_at),
        why: lead.need.clone().unwrap_or_default(),
        later: later.map(|from| When::of(me).window(from, until)),
        urgent: false,
        name: lead.name,
        phone,
        lead: Some(lead.id),
        task: None,
    }
}

pub(super) fn shown(me: &Me, all: &[Callee]) -> Markup {
    let l = me.lang;
    html! {
        @if all.is_empty() {
            (empty("phone", l.t("Nobody to call right now", "אין למי להתקשר כרגע"), l.t("Whoever wants to be called shows here, the most urgent first.", "מי שמחכה לשיחה יופיע כאן, הדחוף ביותר ראשון.")))
        } @else {
            ul class="rows" { @for callee in all { (row(me, callee)) } }
        }
    }
}

fn row(me: &Me, callee: &Callee) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let tone = if callee.urgent {
        "bad"
    } else if callee.later.is_some() {
        "info"
    } else {
        "good"
    };
    html! {
        li {
            span class={ "face " (tone) } aria-hidden="true" { (icon(if callee.urgent { "warn" } else { "person" })) }
            span class="what" {
                @match callee.lead {
                    Some(lead) => a href={ "/leads/" (lead) } { (person(l, callee.name.as_deref(), callee.phone.as_deref())) },
                    None => b { (person(l, callee.name.as_deref(), callee.phone.as_deref())) },
                }
                span class="line" { bdi { (callee.why) } }
                span { @if callee.urgent { (pill("bad", l.t("Urgent", "דחוף"))) " " } @match &callee.later {
                    Some(later) => { (pill("info", later)) }
                    None => small { (l.t("waiting since ", "מחכה מאז ")) (when.words(callee.at)) },
                } }
            }
            span class="acts" {
                @if let Some(phone) = &callee.phone { (dial(l, phone)) }
                (spoke(me, callee))
            }
        }
    }
}

/// "We spoke": ends what is planned for a lead, or closes the task alone.
fn spoke(me: &Me, callee: &Callee) -> Markup {
    let words = me.lang.t("We spoke", "דיברנו");
    html! {
        @match (callee.lead, callee.task) {
            (Some(lead), _) => {
                @if me.may(Role::Agent) {
                    form method="post" action={ "/leads/" (lead) "/spoke" } {
                        (form_key(me)) (hidden("back", "/today")) @if let Some(task) = callee.task { (hidden("task", &task.to_string())) }
                        button type="submit" class="button" { (icon("check")) span { (words) } }
                    }
                }
            }
            (None, Some(task)) => { (task_button(me, task, "done", words, "check", "button")) }
            (None, None) => {}
        }
    }
}

/// When and how to get back to someone, in words: the time that is meant, and what they said.
pub(in crate::pages) fn preference(l: Lang, when: &When, value: &Value) -> Markup {
    let time = |field: &str| value.get(field)?.as_str()?.parse::<Timestamp>().ok();
    let said = spoken(value);
    html! {
        @match time("from") {
            Some(from) => { (when.window(from, time("until"))) @if let Some(said) = said { small { (l.t("They said: ", "במילים שלהם: ")) bdi { (said) } } } }
            None => { bdi { (said.unwrap_or_default()) } }
        }
    }
}

/// Where a lead stands, as a pill.
pub(in crate::pages) fn standing(l: Lang, status: LeadStatus) -> Markup {
    let (tone, words) = terms::lead(l, status);
    pill(tone, words)
}
