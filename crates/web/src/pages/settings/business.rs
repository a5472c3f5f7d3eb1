//! The business: its name and place, who is told of leads, and how missed calls are followed up.

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
use ringleader_core::currency::Currency;
use ringleader_providers::problem::FieldError;
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings", get(show).post(save))
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let body = html! {
        form method="post" action="/settings" class="form" {
            (form_key(&me))
            section class="card" {
                h2 { (l.t("About the business", "על העסק")) }
                div class="pairs" {
                    (field(l.t("Name, as customers know it", "שם, כפי שהלקוחות מכירים"), "name", "text", &me.tenant.name))
                    (field_with_help(l.t("Town", "עיר"), "place", "text", me.tenant.place.as_deref().unwrap_or_default(), l.t("For the times of Shabbat, as in Jerusalem", "לזמני כניסת ויציאת השבת, באנגלית: Jerusalem")))
                    (field_with_help(l.t("Currency", "מטבע"), "currency", "text", me.tenant.settings.currency.map_or("", Currency::as_str), l.t("Of prices and what leads are worth, as in GBP; empty: the country's", "של מחירים ושל שווי הלידים, למשל ILS; ריק: של המדינה")))
                }
                p class="soft" { (l.t("Time zone ", "אזור זמן ")) bdi { (me.tenant.time_zone.iana_name().unwrap_or_default()) } " · " (l.t("country ", "מדינה ")) bdi { (me.tenant.country) } }
            }
            (told(&me))
            (outreach(&me))
            (reports(&me))
            (retention(&me))
            div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
        }
    };
    framed(&state, &me, "/settings", body).await
}

fn told(me: &Me) -> Markup {
    let (l, owner) = (me.lang, &me.tenant.owner);
    let recipients = &me.tenant.settings.notify.recipients;
    html! {
        section class="card" {
            h2 { (l.t("Who is told of leads", "מי מקבל הודעה על לידים")) }
            div class="pairs" {
                (field(l.t("Owner's name", "שם"), "owner_name", "text", &owner.name))
                (field(l.t("Owner's mobile", "נייד"), "owner_phone", "tel", owner.phone.as_ref().map_or("", |phone| phone.as_str())))
                (field(l.t("Owner's email", "דוא״ל"), "owner_email", "email", owner.email.as_deref().unwrap_or_default()))
            }
            @for nth in 0..=recipients.len() {
                @let one = recipients.get(nth);
                fieldset {
                    legend { @if one.is_some() { (l.n(nth as i64 + 2, "Person {n}", "אדם {n}")) } @else { (l.t("One more", "אדם נוסף")) } }
                    div class="pairs" {
                        (field(l.t("Name", "שם"), &format!("r{nth}_name"), "text", one.map_or("", |one| &one.name)))
                        (field(l.t("Mobile", "נייד"), &format!("r{nth}_phone"), "tel", one.and_then(|one| one.phone.as_deref()).unwrap_or_default()))
                        (field(l.t("Email", "דוא״ל"), &format!("r{nth}_email"), "email", one.and_then(|one| one.email.as_deref()).unwrap_or_default()))
                    }
                }
            }
        }
    }
}

fn outreach(me: &Me) -> Markup {
    let (l, it) = (me.lang, &me.tenant.settings.outreach);
    let reminders: Vec<String> = it.reminders.iter().map(|span| written(*span)).collect();
    html! {
        section class="card" {
            h2 { (l.t("After a missed call", "אחרי שיחה שלא נענתה")) }
            p class="soft" { (l.t("Lengths of time are written 90s, 2m or 24h.", "משכי זמן נכתבים כך: 90s, ‏2m או 24h.")) }
            div class="pairs" {
                (field_with_help(l.t("First message after", "הודעה ראשונה אחרי"), "grace", "text", &written(it.grace), l.t("Time to call back yourself", "זמן לחזור בעצמך לפני שנשלחת הודעה")))
                (field_with_help(l.t("Reminders after", "תזכורות אחרי"), "reminders", "text", &reminders.join(", "), l.t("At most two, from the first message", "עד שתיים, מההודעה הראשונה")))
                (field_with_help(l.t("Give up after", "הפסקה אחרי"), "give_up", "text", &written(it.give_up), l.t("From the last reminder", "מהתזכורת האחרונה")))
                (field_with_help(l.t("Shorter rings are pocket dials", "צלצול קצר מזה הוא חיוג מהכיס"), "min_ring", "text", &written(it.min_ring), l.t("0s: every ring counts", "0s: כל צלצול נחשב")))
            }
            label class="tick" { input type="checkbox" name="sms_fallback" checked[it.sms_fallback]; span { (l.t("SMS to callers without WhatsApp", "SMS למי שאין WhatsApp")) } }
            label class="tick" { input type="checkbox" name="after_menu" checked[it.after_menu]; span { (l.t("A call that only a menu answered counts as missed", "שיחה שרק תפריט ענה לה נחשבת כלא נענתה")) } }
            label class="tick" { input type="checkbox" name="only_when_open" checked[it.only_when_open]; span { (l.t("Messages wait until the business is open", "הודעות ממתינות לשעות הפתיחה")) } }
        }
    }
}

/// What reports reckon with, and the letter about the week.
fn reports(me: &Me) -> Markup {
    let (l, it) = (me.lang, &me.tenant.settings.reports);
    let value = it.lead_value.map_or(String::new(), |minor| (minor as f64 / 100.0).to_string());
    let days = [
        ("", l.t("First day of work", "היום הראשון בשבוע העבודה")),
        ("sun", l.t("Sunday", "יום ראשון")),
        ("mon", l.t("Monday", "יום שני")),
        ("tue", l.t("Tuesday", "יום שלישי")),
        ("wed", l.t("Wednesday", "יום רביעי")),
        ("thu", l.t("Thursday", "יום חמישי")),
        ("fri", l.t("Friday", "יום שישי")),
        ("sat", l.t("Saturday", "שבת")),
    ];
    html! {
        section class="card" {
            h2 { (l.t("Reports", "דוחות")) }
            div class="pairs" {
                (field_with_help(l.t("What a lead is worth", "שווי של ליד"), "lead_value", "number", &value, l.t("So that reports say what recovered calls bring", "כדי שהדוחות יראו מה מביאות שיחות שחזרו")))
                (select(l.t("Day of the weekly email", "יום המכתב השבועי"), "weekly_day", it.weekly.day.map_or("", |day| day.as_str()), &days))
                (field(l.t("Its hour", "השעה"), "weekly_hour", "number", &it.weekly.hour.to_string()))
            }
            label class="tick" { input type="checkbox" name="weekly_on" checked[it.weekly.on]; span { (l.t("Email the owner about the week: missed, recovered, waiting", "לשלוח לבעלים סיכום שבועי בדוא״ל: שיחות שלא נענו, שחזרו, שמחכות")) } }
        }
    }
}

/// How long things are kept (P10).
fn retention(me: &Me) -> Markup {
    let (l, it) = (me.lang, &me.tenant.settings.retention);
    let days = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    html! {
        section class="card" {
            h2 { (l.t("How long things are kept", "כמה זמן נשמר מידע")) }
            p class="soft" { (l.t("In days; empty: for good. Every night what is older goes, and a receipt stays in the trail.", "בימים; ריק: לתמיד. בכל לילה נמחק מה שישן יותר, ואישור נשאר ביומן השינויים.")) }
            div class="pairs" {
                (field_with_help(l.t("What providers reported, as it came in", "דיווחי הספקים כפי שהתקבלו"), "events_days", "number", &days(it.events_days), l.t("Calls, leads and conversations stay", "שיחות, לידים והתכתבויות נשארים")))
                (field_with_help(l.t("People you have not heard of", "אנשים שלא היה איתם קשר"), "people_days", "number", &days(it.people_days), l.t("They are erased with everything that is known of them; figures stay", "נמחקים עם כל מה שידוע עליהם; המספרים בדוחות נשארים")))
            }
        }
    }
}

/// What the page says about reports; an empty worth is none.
fn reports_given(fields: &Fields) -> Value {
    let value = fields.given("lead_value").map(|text| text.parse::<f64>().map(|whole| (whole * 100.0).round() as i64));
    let value = match value {
        None => Value::Null,
        Some(Ok(minor)) => json!(minor),
        Some(Err(_)) => json!(fields.trimmed("lead_value")),
    };
    let hour = fields
        .given("weekly_hour")
        .map_or(Value::Null, |hour| hour.parse::<i64>().map_or_else(|_| json!(hour), |hour| json!(hour)));
    let day = fields.given("weekly_day").map_or(Value::Null, |day| json!(day));
    json!({ "lead_value": value, "weekly": { "on": fields.ticked("weekly_on"), "day": day, "hour": hour } })
}

async fn save(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let given = |name: &str| fields.given(name).map(|text| Value::String(text.to_owned())).unwrap_or(Value::Null);
    let days = |name: &str| {
        fields
            .given(name)
            .map_or(Value::Null, |text| text.parse::<u32>().map_or_else(|_| json!(text), |days| json!(days)))
    };
    let reminders: Vec<&str> =
        fields.trimmed("reminders").split(',').map(str::trim).filter(|s| !s.is_empty()).collect();
    let recipients = recipients(&me, &fields);
    let settings = json!({
        "outreach": {
            "grace": given("grace"), "give_up": given("give_up"), "min_ring": given("min_ring"), "reminders": reminders,
            "sms_fallback": fields.ticked("sms_fallback"), "after_menu": fields.ticked("after_menu"),
            "only_when_open": fields.ticked("only_when_open"),
        },
        "notify": { "recipients": values(&recipients) },
        "reports": reports_given(&fields),
        "retention": { "events_days": days("events_days"), "people_days": days("people_days") },
        "currency": given("currency"),
    });
    let change = ChangeTenant {
        name: Some(fields.trimmed("name").to_owned()),
        place: Some(fields.trimmed("place").to_owned()),
        owner: Some(
            json!({"name": fields.trimmed("owner_name"), "phone": given("owner_phone"), "email": given("owner_email")}),
        ),
        settings: Some(settings),
    };
    let sent = apply(&state, me.tenant.id, &me.actor(), change).await;
    sent.map_err(|problem| owners(at_their_fields(problem, "settings.notify.recipients", "r", &recipients)))?;
    Ok(Said::then("saved", "/settings"))
}

/// What is wrong with the owner, at the fields that the form has for them.
fn owners(problem: Problem) -> Problem {
    if problem.errors().is_empty() {
        return problem;
    }
    let named = |error: &FieldError| match error.field.strip_prefix("owner.") {
        Some(part) => FieldError::new(format!("owner_{part}"), error.message.clone()),
        None => error.clone(),
    };
    Problem::invalid(problem.errors().iter().map(named).collect())
}

/// Those in whose line something stands; what the page does not show of them stays.
fn recipients(me: &Me, fields: &Fields) -> Rows {
    let known = &me.tenant.settings.notify.recipients;
    let line = |nth: usize| {
        let part = |name: &str| fields.given(&format!("r{nth}_{name}"));
        if part("phone").is_none() && part("email").is_none() {
            return None;
        }
        let quiet = known.get(nth).map(|one| json!(one.quiet_hours)).unwrap_or_else(|| json!([]));
        let name = part("name").unwrap_or_default();
        Some((nth, json!({"name": name, "phone": part("phone"), "email": part("email"), "quiet_hours": quiet})))
    };
    (0..=known.len()).filter_map(line).collect()
}
