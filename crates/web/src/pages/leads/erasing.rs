//! Everything that is held about a person as a file, and erasing them for good (P10): at the foot of their page, for who runs the
//! business.

use crate::api::erasures::CONFIRM;
use crate::pages::look;
use crate::pages::sent::Sent;
use crate::pages::shell::{Said, field, form_key, icon};
use crate::problem::{Problem, Result};
use crate::session::{Me, Owner};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use ringleader_core::contact::Contact;
use ringleader_core::id::ContactId;
use ringleader_core::user::Role;
use ringleader_jobs::actions;

pub(super) fn shown(me: &Me, contact: &Contact) -> Markup {
    let l = me.lang;
    html! {
        @if me.may(Role::Owner) && contact.merged_into.is_none() && !contact.erased {
            section class="card" id="erasing" {
                p { a href={ "/contacts/" (contact.id) "/export" } download { (icon("copy")) " " (l.t("Everything held about this person, as a file", "כל מה שנשמר על האדם הזה, כקובץ")) } }
                details {
                    summary { small { (icon("skip")) " " (l.t("Erase this person", "מחיקת האדם הזה")) } }
                    p { (l.t(
                        "Name, numbers, messages, recordings' links, transcripts, notes and everything that was understood go for good. What reports count stays, without a word of who it was. If they asked for no messages, that holds on. Appointments that are still to come stay in the diary without a name: call them off first if nobody will come.",
                        "השם, המספרים, ההודעות, הקישורים להקלטות, התמלולים, ההערות וכל מה שהובן נמחקים לתמיד. מה שנספר בדוחות נשאר, בלי מילה על מי היה שם. אם ביקשו לא לקבל הודעות, זה ממשיך לחול. פגישות עתידיות נשארות ביומן בלי שם: אם איש לא יגיע, כדאי לבטל אותן קודם.",
                    )) }
                    form method="post" action={ "/contacts/" (contact.id) "/erase" } class="form" {
                        (form_key(me))
                        (field(l.t("Why, without naming them (it is kept with the receipt)", "מה הסיבה, בלי לציין במי מדובר (נשמר עם האישור)"), "reason", "text", ""))
                        (field(l.t("To confirm, type: erase", "לאישור יש להקליד: erase"), "confirm", "text", ""))
                        div class="acts" { button type="submit" class="button" data-sure=(l.t("This cannot be taken back. Erase?", "אי אפשר לבטל את זה. למחוק?")) { (l.t("Erase for good", "מחיקה לתמיד")) } }
                    }
                }
            }
        }
    }
}

pub(super) async fn export(
    State(state): State<AppState>,
    Owner(me): Owner,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: ContactId = look::id(&id)?;
    let held = actions::export_contact(&state.cx, me.tenant.id, id, &me.actor()).await?;
    let text = serde_json::to_string_pretty(&held).map_err(|_| Problem::internal())?;
    let name = format!("attachment; filename=\"{id}.json\"");
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, name)], text).into_response())
}

pub(super) async fn erase(State(state): State<AppState>, sent: Sent<ContactId, Owner>) -> Result<Redirect> {
    if !sent.fields.trimmed("confirm").eq_ignore_ascii_case(CONFIRM) {
        return Err(Problem::field("confirm", format!("must be `{CONFIRM}`")));
    }
    let reason = sent.fields.trimmed("reason");
    actions::erase_contact(&state.cx, sent.me.tenant.id, sent.id, reason, &sent.me.actor()).await?;
    Ok(Said::then("erased", "/leads"))
}
