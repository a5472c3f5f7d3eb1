//! The receptionist: where it answers, how it makes appointments, whom it rings (C6, C8, C13).

use super::hours::{intervals, read};
use super::{Rows, at_their_fields, framed, values, written};
use crate::api::tenant::{ChangeTenant, apply};
use crate::pages::shell::{Said, field, field_with_help, form_key, select};
use crate::problem::{Problem, Result};
use crate::session::{Fields, Form, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use ringleader_core::currency::grouped;
use ringleader_core::settings::{Colleague, Rostered};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/reception", get(show).post(save))
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let (l, it) = (me.lang, &me.tenant.settings.reception);
    let usual = grouped(me.tenant.usual_deal_limit());
    let usual = format!("{} {usual}. {}", l.t("Empty:", "ריק:"), l.t("0: no limit", "0: בלי הגבלה"));
    let colleagues: Vec<Colleague> = it.people.iter().map(Rostered::colleague).collect();
    let body = html! {
        form method="post" action="/settings/reception" class="form" {
            (form_key(&me))
            section class="card" {
                h2 { (l.t("The receptionist", "המזכירה")) }
                label class="tick" { input type="checkbox" name="messages" checked[it.messages]; span { (l.t("Answers WhatsApp and text messages: searches, appointments, repairs", "עונה בוואטסאפ וב-SMS: חיפוש, פגישות ותקלות")) } }
                label class="tick" { input type="checkbox" name="recorded" checked[it.recorded]; span { (l.t("Calls are recorded, and callers are told so", "שיחות מוקלטות, והמתקשרים שומעים על כך")) } }
                label class="tick" { input type="checkbox" name="send_details" checked[it.send_details]; span { (l.t("After a call, details of the properties are sent in writing", "אחרי שיחה נשלחים פרטי הנכסים בכתב")) } }
                label class="tick" { input type="checkbox" name="ask_satisfaction" checked[it.ask_satisfaction]; span { (l.t("After a call, callers are asked how it was, at most monthly", "אחרי שיחה שואלים איך היתה, לכל היותר פעם בחודש")) } }
                div class="pairs" {
                    (select(l.t("Trade", "תחום"), "trade", it.trade.as_str(), &[("estate", l.t("Estate agency", "תיווך נדל״ן")), ("general", l.t("Any other business", "כל עסק אחר"))]))
                    (select(l.t("Before appointments are told on the phone", "לפני שמספרים על פגישות בטלפון"), "check", it.check.as_str(), &[("code", l.t("A code is sent to the customer's number", "נשלח קוד למספר של הלקוח")), ("person", l.t("A person rings back", "אדם מתקשר חזרה")), ("none", l.t("The caller's number is enough", "המספר המתקשר מספיק"))]))
                }
            }
            section class="card" {
                h2 { (l.t("Handed to people", "מועבר לאנשים")) }
                p class="soft" { (l.t("Complaints, whoever asks for a person, leads labelled vip, and sales above this.", "תלונות, מי שמבקשים אדם, לידים עם התווית vip, ומכירות מעל הסכום הזה.")) }
                div class="pairs" { (field_with_help(l.t("Sales above", "מכירות מעל"), "deal_limit", "number", &it.deal_limit.map(|limit| limit.to_string()).unwrap_or_default(), &usual)) }
            }
            section class="card" {
                h2 { (l.t("Appointments", "פגישות")) }
                div class="pairs" {
                    (field(l.t("Minutes each", "דקות לפגישה"), "minutes", "number", &it.minutes.to_string()))
                    (field_with_help(l.t("Way between two", "נסיעה בין שתיים"), "travel", "text", &written(it.travel), l.t("As in 30m", "למשל 30m")))
                    (field(l.t("Earliest in", "המוקדמת ביותר בעוד"), "notice", "text", &written(it.notice)))
                    (field(l.t("Days that are offered", "ימים שמוצעים"), "days", "number", &it.days.to_string()))
                    (field(l.t("A slot is held for", "זמן נשמר למשך"), "hold", "text", &written(it.hold)))
                    (field_with_help(l.t("Reminder before", "תזכורת לפני"), "remind_before", "text", &written(it.remind_before), l.t("0s: none", "0s: בלי")))
                    (field_with_help(l.t("Asked how it was after", "שואלים איך היה אחרי"), "feedback_after", "text", &written(it.feedback_after), l.t("0s: not asked", "0s: לא שואלים")))
                }
            }
            (people(&me, l.t("Rung when a caller wants a person", "מצלצלים אליהם כשמבקשים אדם"), "p", &colleagues, html! {}, |nth| duty(&me, nth, it.people.get(nth))))
            (people(&me, l.t("On call for emergencies, in this order", "תורנים לחירום, לפי הסדר"), "c", &it.on_call, html! {
                div class="pairs" { (field(l.t("Each has", "לכל אחד יש"), "on_call_wait", "text", &written(it.on_call_wait))) }
            }, |_| html! {}))
            div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
        }
    };
    framed(&state, &me, "/settings/reception", body).await
}

fn people(
    me: &Me,
    title: &str,
    prefix: &str,
    all: &[Colleague],
    more: Markup,
    besides: impl Fn(usize) -> Markup,
) -> Markup {
    let l = me.lang;
    html! {
        section class="card" {
            h2 { (title) }
            (more)
            @for nth in 0..=all.len() {
                @let one = all.get(nth);
                fieldset {
                    legend { @if one.is_some() { (l.n(nth as i64 + 1, "Person {n}", "אדם {n}")) } @else { (l.t("One more", "אדם נוסף")) } }
                    div class="pairs" {
                        (field(l.t("Name", "שם"), &format!("{prefix}{nth}_name"), "text", one.map_or("", |one| &one.name)))
                        (field(l.t("Mobile", "נייד"), &format!("{prefix}{nth}_phone"), "tel", one.map_or("", |one| &one.phone)))
                    }
                    (besides(nth))
                }
            }
        }
    }
}

/// When one of them is on duty.
fn duty(me: &Me, nth: usize, one: Option<&Rostered>) -> Markup {
    let l = me.lang;
    let (hours, away) = one.map_or((&[][..], &[][..]), |one| (&one.hours[..], &one.away[..]));
    html! {
        details id={ "duty-" (nth) } {
            summary { (l.t("On duty", "זמני תורנות")) @if hours.is_empty() && away.is_empty() { " " small { (l.t("whenever you are open", "בכל שעות הפתיחה")) } } }
            p class="soft" { (l.t("Leave the times empty for whenever you are open.", "בלי שעות: בכל שעות הפתיחה.")) }
            (intervals(me, &format!("p{nth}h"), hours))
            @for k in 0..=away.len() {
                @let days = away.get(k);
                div class="pairs" {
                    (field(l.t("Away from", "לא בעבודה מיום"), &format!("p{nth}a{k}_from"), "date", &days.map(|days| days.from.to_string()).unwrap_or_default()))
                    (field(l.t("until", "עד יום"), &format!("p{nth}a{k}_until"), "date", &days.map(|days| days.until.to_string()).unwrap_or_default()))
                }
            }
        }
    }
}

async fn save(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let known = &me.tenant.settings.reception;
    let span = |name: &str| fields.given(name).map_or(Value::Null, |text| json!(text));
    let whole = |name: &str| match fields.given(name).map(str::parse::<u16>) {
        None => Ok(Value::Null),
        Some(Ok(n)) => Ok(json!(n)),
        Some(Err(_)) => Err(Problem::field(name, "must be a number")),
    };
    let limit = match fields.given("deal_limit").map(str::parse::<u64>) {
        None => Value::Null,
        Some(Ok(n)) => json!(n),
        Some(Err(_)) => return Err(Problem::field("deal_limit", "must be a number")),
    };
    let (mut ring, duty) = (told(&fields, "p", known.people.len()), told(&fields, "c", known.on_call.len()));
    let mut hours = Vec::new();
    for (nth, person) in &mut ring {
        let was = known.people.get(*nth);
        let on_duty = read(&fields, &format!("p{nth}h"), was.map_or(0, |was| was.hours.len()));
        person["hours"] = Value::Array(values(&on_duty));
        hours.push((*nth, on_duty));
        person["away"] = away(&fields, *nth, was.map_or(0, |was| was.away.len()));
    }
    let settings = json!({"reception": {
        "messages": fields.ticked("messages"), "recorded": fields.ticked("recorded"), "send_details": fields.ticked("send_details"),
        "ask_satisfaction": fields.ticked("ask_satisfaction"), "trade": fields.trimmed("trade"),
        "check": fields.trimmed("check"),
        "minutes": whole("minutes")?, "days": whole("days")?, "travel": span("travel"), "notice": span("notice"),
        "hold": span("hold"), "remind_before": span("remind_before"), "feedback_after": span("feedback_after"), "on_call_wait": span("on_call_wait"),
        "deal_limit": limit, "people": values(&ring), "on_call": values(&duty),
    }});
    let change = ChangeTenant { settings: Some(settings), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await.map_err(|problem| {
        let problem = hours.iter().enumerate().fold(problem, |problem, (at, (nth, rows))| {
            at_their_fields(problem, &format!("settings.reception.people[{at}].hours"), &format!("p{nth}h"), rows)
        });
        let problem = at_their_fields(problem, "settings.reception.people", "p", &ring);
        at_their_fields(problem, "settings.reception.on_call", "c", &duty)
    })?;
    Ok(Said::then("saved", "/settings/reception"))
}

/// The days on which one of them is away; a single day is its own last one.
fn away(fields: &Fields, nth: usize, known: usize) -> Value {
    let part = |k: usize, name: &str| fields.given(&format!("p{nth}a{k}_{name}"));
    let days = |k: usize| {
        let from = part(k, "from").or(part(k, "until"))?;
        Some(json!({"from": from, "until": part(k, "until").unwrap_or(from)}))
    };
    (0..=known).filter_map(days).collect()
}

/// Those in whose line something stands.
fn told(fields: &Fields, prefix: &str, known: usize) -> Rows {
    let line = |nth: usize| {
        let part = |name: &str| fields.given(&format!("{prefix}{nth}_{name}"));
        let phone = part("phone")?;
        Some((nth, json!({"name": part("name").unwrap_or(phone), "phone": phone})))
    };
    (0..=known).filter_map(line).collect()
}
