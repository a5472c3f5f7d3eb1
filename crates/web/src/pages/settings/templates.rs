//! The templates that WhatsApp has approved, and what each is for (A8).

use crate::api::tenant::{ChangeTenant, apply};
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, field_in, form_key, hidden};
use crate::problem::Result;
use crate::session::{Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use maud::{Markup, html};
use ringleader_core::id::ConnectionId;
use ringleader_core::settings::TemplateRef;
use ringleader_jobs::actions;
use ringleader_store::repo::Template;
use serde_json::{Map, Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/settings/connections/{id}/templates", post(read_templates))
        .route("/settings/connections/{id}/use", post(use_templates))
}

const HERE: &str = "/settings/connections";

/// What each template is for: its name in the settings and its words.
const PURPOSES: [(&str, (&str, &str)); 5] = [
    ("first_message", ("First message", "הודעה ראשונה")),
    ("first_message_heard", ("First message after a voicemail", "הודעה ראשונה אחרי תא קולי")),
    ("reminder", ("Reminder", "תזכורת")),
    ("last_reminder", ("Last reminder", "תזכורת אחרונה")),
    ("owner_lead", ("Lead, to you", "ליד, אליך")),
];

/// What is set for each purpose.
fn set(me: &Me) -> [&Option<TemplateRef>; 5] {
    let set = &me.tenant.settings.templates;
    [&set.first_message, &set.first_message_heard, &set.reminder, &set.last_reminder, &set.owner_lead]
}

/// Which template is for what, among those that are known.
pub(super) fn card(me: &Me, id: ConnectionId, all: &[Template]) -> Markup {
    let (l, chosen) = (me.lang, set(me));
    let word = |it: &Template| format!("{}|{}", it.name, it.language);
    let is = |it: &Template, to: &Option<TemplateRef>| {
        to.as_ref().is_some_and(|t| t.name == it.name && t.language == it.language)
    };
    html! {
        section class="card" {
            header {
                h2 { (l.t("Templates", "תבניות")) }
                form method="post" action={ (HERE) "/" (id) "/templates" } { (form_key(me)) button type="submit" class="button small" { (l.t("Read from WhatsApp", "קריאה מ-WhatsApp")) } }
            }
            @if all.is_empty() { p class="soft" { (l.t("None is known yet. WhatsApp approves them; the first message needs one.", "עוד לא ידועות. WhatsApp מאשר אותן, וההודעה הראשונה צריכה אחת.")) } }
            @else {
                form method="post" action={ (HERE) "/" (id) "/use" } class="form" {
                    (form_key(me))
                    @for ((name, words), set) in PURPOSES.iter().zip(chosen) {
                        div class="field" {
                            label for={ "t-" (name) } { (l.t(words.0, words.1)) }
                            select id={ "t-" (name) } name=(name) {
                                option value="" selected[set.is_none()] { (l.t("None", "ללא")) }
                                @for it in all { option value=(word(it)) selected[is(it, set)] { (it.name) " · " (it.language) " · " (it.status) } }
                            }
                        }
                    }
                    div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
                }
            }
        }
    }
}

/// The same where the provider names its templates by ids, which are copied from its console.
pub(super) fn by_id(me: &Me, id: ConnectionId) -> Markup {
    let (l, chosen) = (me.lang, set(me));
    html! {
        section class="card" {
            h2 { (l.t("Templates", "תבניות")) }
            p class="soft" { (l.t("WhatsApp approves them. Copy the id of each, HX and 32 characters, from the provider's console.", "WhatsApp מאשר אותן. יש להעתיק את המזהה של כל אחת, HX ואחריו 32 תווים, מלוח הבקרה של הספק.")) }
            form method="post" action={ (HERE) "/" (id) "/use" } class="form" {
                (form_key(me)) (hidden("by", "id"))
                @for ((name, words), set) in PURPOSES.iter().zip(chosen) {
                    @let value = set.as_ref().filter(|it| it.is_id()).map(|it| it.name.as_str()).unwrap_or_default();
                    (field_in("t", l.t(words.0, words.1), name, "text", value))
                }
                div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
            }
        }
    }
}

async fn read_templates(
    State(state): State<AppState>,
    Sent { me, id, .. }: Sent<ConnectionId, Owner>,
) -> Result<Redirect> {
    actions::sync_templates(&state.cx, me.tenant.id, id).await?;
    Ok(Said::then("saved", &format!("{HERE}/{id}")))
}

async fn use_templates(
    State(state): State<AppState>,
    Sent { me, id, fields, .. }: Sent<ConnectionId, Owner>,
) -> Result<Redirect> {
    let by_id = fields.trimmed("by") == "id";
    let chosen = |name: &str, set: &Option<TemplateRef>| match fields.trimmed(name).split_once('|') {
        Some((name, language)) => json!({"name": name, "language": language}),
        // Nothing is said of those that belong to a connection of the other sort.
        None if fields.trimmed(name).is_empty() => json!(set.as_ref().filter(|it| it.is_id() != by_id)),
        None => json!({"name": fields.trimmed(name), "language": me.tenant.language()}),
    };
    let all: Map<String, Value> =
        PURPOSES.iter().zip(set(&me)).map(|((name, _), set)| ((*name).to_owned(), chosen(name, set))).collect();
    let change = ChangeTenant { settings: Some(json!({ "templates": all })), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await?;
    Ok(Said::then("saved", &format!("{HERE}/{id}")))
}
