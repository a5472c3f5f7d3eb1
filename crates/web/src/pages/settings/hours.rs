//! When messages go: quiet and opening hours, Shabbat and festivals, and the switch that stops everything (A7).

use super::{Rows, at_their_fields, framed, values};
use crate::api::tenant::{ChangeTenant, apply};
use crate::pages::shell::{Said, When, form_key, hidden, icon, select};
use crate::problem::Result;
use crate::session::{Fields, Form, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::calendar::{HolidayTable, RestDays};
use ringleader_core::settings::{Day, Days, Interval};
use serde_json::json;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/hours", get(show).post(save)).route("/settings/stop", post(stop))
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let settings = &me.tenant.settings;
    let body = html! {
        form method="post" action="/settings/hours" class="form" {
            (form_key(&me))
            section class="card" {
                h2 { (l.t("Quiet hours", "שעות שקט")) }
                p class="soft" { (l.t("Reminders wait until they are over. Who has just called is answered even then.", "תזכורות ממתינות עד שייגמרו. מי שהתקשר ממש עכשיו מקבל תשובה גם אז.")) }
                (intervals(&me, "q", &settings.quiet_hours.0))
            }
            section class="card" {
                h2 { (l.t("Opening hours", "שעות פתיחה")) }
                p class="soft" { (l.t("Leave the times empty if there are none.", "בלי שעות קבועות? אפשר להשאיר ריק.")) }
                (intervals(&me, "o", &settings.opening_hours))
            }
            section class="card" {
                h2 { (l.t("Public holidays", "חגים וימי שבתון")) }
                p class="soft" { (l.t("No appointments are offered on them, and nobody is rung.", "בימים האלה לא מוצעות פגישות ולא מצלצלים לאף אחד.")) }
                (select(l.t("Which", "אילו"), "public_holidays", settings.public_holidays.map_or("", HolidayTable::as_str), &[
                    ("", l.t("The country's", "של המדינה")),
                    ("england", l.t("England and Wales", "אנגליה וויילס")),
                    ("israel", l.t("Israel", "ישראל")),
                    ("none", l.t("None", "בלי")),
                ]))
            }
            section class="card" {
                h2 { (l.t("Shabbat and festivals", "שבת וחגים")) }
                label class="tick" { input type="checkbox" name="keeps_shabbat" checked[settings.keeps_shabbat]; span { (l.t("Messages wait for Shabbat and festivals to end", "הודעות ממתינות לצאת שבת וחג")) } }
                (rest(&me))
            }
            div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
        }
        (emergency(&me))
    };
    framed(&state, &me, "/settings/hours", body).await
}

/// The next silence, so that anyone can see whether the place is right.
fn rest(me: &Me) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let mut keeping = me.tenant.clone();
    keeping.settings.keeps_shabbat = true;
    let Some(days) = RestDays::of(&keeping) else { return html! {} };
    html! {
        @match days.next(me.now) {
            Some(next) if days.knows_the_sun() => p class="soft" {
                (l.t("Next: ", "הקרוב: ")) (next.occasion.name(l.tag())) ", " (when.words(next.from)) " – " (when.words(next.until))
                @if let Some(place) = days.place() { " (" bdi { (place) } ")" }
            },
            _ => p class="soft" { (icon("warn")) " " (l.t("The town under Business must be one whose sun is known, as in Jerusalem.", "בלשונית העסק צריכה להיות עיר מוכרת, למשל Jerusalem.")) },
        }
    }
}

pub(in crate::pages) fn intervals(me: &Me, prefix: &str, all: &[Interval]) -> Markup {
    let l = me.lang;
    let names = l.t(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], ["א׳", "ב׳", "ג׳", "ד׳", "ה׳", "ו׳", "ש׳"]);
    html! {
        @for nth in 0..=all.len() {
            @let one = all.get(nth);
            fieldset class="hours" {
                legend class="unseen" { (l.n(nth as i64 + 1, "Hours {n}", "שעות {n}")) }
                div class="days" {
                    @for (day, name) in Day::ALL.iter().zip(names) {
                        label class="tick" {
                            input type="checkbox" name={ (prefix) (nth) "_day" } value=(day) checked[one.is_none_or(|one| holds(&one.days, *day))];
                            span { (name) }
                        }
                    }
                }
                label { (l.t("from", "מ-")) " " input type="time" name={ (prefix) (nth) "_from" } value=(one.map_or("", |one| &one.from)); }
                label { (l.t("to", "עד")) " " input type="time" name={ (prefix) (nth) "_to" } value=(one.map_or("", |one| &one.to)); }
            }
        }
    }
}

fn holds(days: &Days, day: Day) -> bool {
    match days {
        Days::All => true,
        Days::Some(some) => some.contains(&day),
    }
}

/// The intervals that have a time, each with the row it stands in. One with half of them is sent on, to be named as wrong.
pub(in crate::pages) fn read(fields: &Fields, prefix: &str, known: usize) -> Rows {
    let one = |nth: usize| {
        let part = |name: &str| fields.trimmed(&format!("{prefix}{nth}_{name}")).to_owned();
        let (from, to) = (part("from"), part("to"));
        let name = format!("{prefix}{nth}_day");
        let days: Vec<&str> = fields.all(&name).collect();
        let days = if days.len() == 7 { json!("all") } else { json!(days) };
        let empty = from.is_empty() && to.is_empty();
        (!empty).then(|| (nth, json!({"days": days, "from": from, "to": to})))
    };
    (0..=known).filter_map(one).collect()
}

async fn save(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let quiet = read(&fields, "q", me.tenant.settings.quiet_hours.0.len());
    let open = read(&fields, "o", me.tenant.settings.opening_hours.len());
    let settings = json!({
        "quiet_hours": values(&quiet),
        "opening_hours": values(&open),
        "public_holidays": fields.given("public_holidays"),
        "keeps_shabbat": fields.ticked("keeps_shabbat"),
    });
    let change = ChangeTenant { settings: Some(settings), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await.map_err(|problem| {
        let problem = at_their_fields(problem, "settings.quiet_hours", "q", &quiet);
        at_their_fields(problem, "settings.opening_hours", "o", &open)
    })?;
    Ok(Said::then("saved", "/settings/hours"))
}

fn emergency(me: &Me) -> Markup {
    let (l, stopped) = (me.lang, me.tenant.settings.emergency_stop);
    html! {
        section class="card" {
            h2 { (l.t("Stop all sending", "עצירת כל השליחה")) }
            @if stopped { p { (l.t("Nothing is sent to customers now. What waits is looked at afresh when it is switched on.", "כרגע לא נשלח דבר ללקוחות. מה שממתין ייבדק מחדש כשהשליחה תופעל.")) } }
            @else { p class="soft" { (l.t("For a fault or a bad day: nobody is written to until it is switched on again.", "לתקלה או ליום חירום: לא נכתב לאף אחד עד שמפעילים מחדש.")) } }
            form method="post" action="/settings/stop" {
                (form_key(me)) (hidden("stop", if stopped { "no" } else { "yes" }))
                @if stopped { button type="submit" class="button main" { (l.t("Switch sending on", "הפעלת השליחה")) } }
                @else { button type="submit" class="button danger" { (icon("skip")) (l.t("Stop all sending", "עצירת כל השליחה")) } }
            }
        }
    }
}

async fn stop(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let settings = json!({ "emergency_stop": fields.trimmed("stop") == "yes" });
    let change = ChangeTenant { settings: Some(settings), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await?;
    Ok(Said::then("saved", "/settings/hours"))
}
