//! What a call of the receptionist's came to (C14), and how good a lead its caller is (C10), in a shop owner's words.

use super::shell::{pill, terms};
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::analysis::Tag;
use ringleader_core::reception::afterwards::{Action, Afterwards, Ending, FollowUp};
use ringleader_core::reception::score::{Score, Temperature};
use ringleader_core::reception::words::{Change, FaultUrgency, Intent, Purpose};
use ringleader_store::repo::VoiceCall;

/// The card on a call's page.
pub(super) fn shown(me: &Me, call: &VoiceCall, score: Option<&Score>, rating: Option<i64>) -> Markup {
    let l = me.lang;
    html! {
        section class="card" id="afterwards" data-live="call" {
            header {
                h2 { (l.t("What it came to", "מה יצא מזה")) }
                @if let Some(after) = &call.summary { (pill(tone(after), ending_words(me.lang, after.ending))) }
            }
            @match &call.summary {
                Some(after) => (told(me, call, after)),
                None => p class="soft" { (l.t("The call is going on, or has just ended.", "השיחה עדיין מתקיימת או שזה עתה הסתיימה.")) },
            }
            @match rating {
                Some(1) => p { (pill("good", l.t("They found the call good", "השיחה היתה טובה בעיניהם"))) },
                Some(2) => p { (pill("info", l.t("They found the call so-so", "השיחה היתה ככה ככה בעיניהם"))) },
                Some(_) => p { (pill("bad", l.t("They found the call bad", "השיחה לא היתה טובה בעיניהם"))) },
                None => {}
            }
            @if let Some(score) = score { (scored(me, score)) }
        }
    }
}

/// The same in one line, for the timeline.
pub(super) fn line(me: &Me, after: &Afterwards) -> String {
    let parts: Vec<String> = match after.actions.as_slice() {
        [] => after.intents.iter().map(|intent| intent_words(me.lang, *intent).to_owned()).collect(),
        actions => actions.iter().map(|done| action(me, done)).collect(),
    };
    let parts = if parts.is_empty() { vec![ending_words(me.lang, after.ending).to_owned()] } else { parts };
    parts.join(" · ")
}

fn told(me: &Me, call: &VoiceCall, after: &Afterwards) -> Markup {
    let l = me.lang;
    html! {
        dl class="facts" {
            @if !after.intents.is_empty() {
                div { dt { (l.t("Wanted", "מה רצו")) } dd { @for intent in &after.intents { span class="tag" { (intent_words(me.lang, *intent)) } " " } } }
            }
            @for done in &after.actions { div { dt { (l.t("Done", "בוצע")) } dd dir="auto" { (action(me, done)) } } }
            @for left in &after.follow_ups { div { dt { (l.t("Left to do", "נותר לעשות")) } dd { (follow_up(me, left)) } } }
            @if !after.properties.is_empty() {
                div { dt { (l.t("Properties told of", "נכסים שהוזכרו")) } dd { bdi { (after.properties.len()) } } }
            }
            @if let Some(who) = &call.taken_by { div { dt { (l.t("Taken by", "מי ענה")) } dd { bdi { (who) } } } }
        }
    }
}

/// A score with its parts.
pub(super) fn scored(me: &Me, score: &Score) -> Markup {
    let l = me.lang;
    let tag = match score.temperature() {
        Temperature::Hot => Tag::Hot,
        Temperature::Warm => Tag::Warm,
        Temperature::Cold => Tag::Cold,
    };
    let (tone, words) = terms::warmth(l, tag);
    html! {
        h3 { (l.t("Lead score", "ציון הליד")) " " bdi { (score.total) } " " (pill(tone, words)) }
        dl class="facts" {
            @for part in &score.parts { div { dt { (part_words(me, part.name)) } dd { bdi dir="ltr" { @if part.points > 0 { "+" } (part.points) } } } }
        }
    }
}

fn tone(after: &Afterwards) -> &'static str {
    match after.ending {
        Ending::Goodbye | Ending::HandedOver => "good",
        Ending::CallBack => "warn",
        Ending::HungUp => "quiet",
    }
}

pub(super) fn ending_words(l: Lang, ending: Ending) -> &'static str {
    match ending {
        Ending::Goodbye => l.t("Came to an end", "הגיעה לסיומה"),
        Ending::HungUp => l.t("Caller hung up", "נותקה באמצע"),
        Ending::HandedOver => l.t("Put through", "הועברה"),
        Ending::CallBack => l.t("Call promised", "הובטחה שיחה"),
    }
}

pub(super) fn intent_words(l: Lang, intent: Intent) -> &'static str {
    match intent {
        Intent::EnquiryRent => l.t("To rent", "שכירות"),
        Intent::EnquiryBuy => l.t("To buy", "קנייה"),
        Intent::BookViewing => l.t("A viewing", "סיור בנכס"),
        Intent::BookValuation => l.t("A valuation", "הערכת שווי"),
        Intent::Maintenance => l.t("A repair", "תיקון"),
        Intent::TenantGeneral => l.t("About the tenancy", "בעניין השכירות"),
        Intent::Landlord => l.t("A landlord", "בעלי נכס"),
        Intent::ExistingViewing => l.t("About an appointment", "בעניין פגישה"),
        Intent::Agent => l.t("A person", "לדבר עם אדם"),
        Intent::OfficeHours => l.t("Office hours", "שעות פעילות"),
        Intent::General => l.t("Something else", "עניין אחר"),
    }
}

fn action(me: &Me, action: &Action) -> String {
    let l = me.lang;
    match action {
        Action::Booked { purpose, place, at } => {
            let what = match purpose {
                Purpose::Viewing => l.t("Viewing booked", "נקבע סיור"),
                Purpose::Valuation => l.t("Valuation booked", "נקבעה הערכת שווי"),
                Purpose::Visit => l.t("Visit booked", "נקבע ביקור"),
            };
            format!("{what}: {place}, {}", at.strftime("%d.%m.%Y %H:%M"))
        }
        Action::Changed { change } => match change {
            Change::Cancel => l.t("Appointment called off", "הפגישה בוטלה"),
            Change::Move => l.t("Wants another time", "מבקשים מועד אחר"),
            Change::Late => l.t("Is running late", "מאחרים"),
            Change::Feedback => l.t("Told what they thought of it", "מסרו משוב"),
        }
        .to_owned(),
        Action::Ticket { number, urgency } => {
            let soon = match urgency {
                FaultUrgency::Emergency => l.t("emergency", "חירום"),
                FaultUrgency::Urgent => l.t("urgent", "דחוף"),
                FaultUrgency::Normal => l.t("normal", "רגיל"),
            };
            format!("{} {number} ({soon})", l.t("Ticket", "קריאה"))
        }
        Action::Warned { .. } => l.t("Danger: people on call were told", "סכנה: התורנים עודכנו").to_owned(),
        Action::Message => l.t("Message passed on", "נמסרה הודעה").to_owned(),
        Action::HandedOver => l.t("Put through to a colleague", "הועברה לאיש צוות").to_owned(),
    }
}

fn follow_up(me: &Me, left: &FollowUp) -> String {
    let l = me.lang;
    match left {
        FollowUp::CallBack { by: Some(by) } => {
            format!("{} {}", l.t("Ring back by", "להתקשר חזרה עד"), by.strftime("%d.%m.%Y %H:%M"))
        }
        FollowUp::CallBack { by: None } => l.t("Ring back", "להתקשר חזרה").to_owned(),
        FollowUp::Arrange => l.t("Arrange a time", "לקבוע מועד").to_owned(),
        FollowUp::TakeUp => l.t("Go on in writing", "להמשיך בכתב").to_owned(),
    }
}

fn part_words(me: &Me, name: &str) -> String {
    let l = me.lang;
    match name {
        "base" => l.t("To begin with", "בסיס"),
        "calls" => l.t("Calls", "שיחות"),
        "viewings" => l.t("Viewings", "סיורים"),
        "deposit" => l.t("Has a deposit", "יש מקדמה"),
        "budget" => l.t("Named a budget", "צוין תקציב"),
        "ready" => l.t("Mortgage or references ready", "משכנתה או המלצות מוכנות"),
        "immediate" => l.t("Wants to move at once", "מעבר מיידי"),
        "within_a_month" => l.t("Wants to move within a month", "מעבר תוך חודש"),
        "recent_contact" => l.t("In touch this week", "קשר בשבוע האחרון"),
        "no_contact" => l.t("Silent for a month", "חודש ללא קשר"),
        "no_show" => l.t("Did not come", "לא הגיעו"),
        "bounds" => l.t("Between 0 and 100", "בין 0 ל-100"),
        "gone" => l.t("Left or lost", "עזבו או אבדו"),
        "rejected" => l.t("Refused properties", "נכסים שנדחו"),
        other => return other.to_owned(),
    }
    .to_owned()
}
