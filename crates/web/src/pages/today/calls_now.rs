//! Calls that go on now: who talks, since when, and a way to end a call where its provider lets us.

use crate::pages::shell::{When, form_key, icon, person, terms};
use crate::problem::Result;
use crate::session::Me;
use jiff::SignedDuration;
use maud::{Markup, html};
use ringleader_core::call::{Call, CallStatus, Direction};
use ringleader_core::contact::Contact;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::repo::{Filter, Page};

/// A call that is said to go on for longer has ended without our hearing of it.
const LONGEST: SignedDuration = SignedDuration::from_hours(3);

/// A call, and who it is with.
pub(super) type Going = (Call, Option<Contact>);

/// At most ten, the newest first; not those that nobody has dialled yet.
pub(super) async fn gather(read: &mut Read, me: &Me) -> Result<Vec<Going>> {
    let since = (me.now - LONGEST).as_millisecond().max(0);
    let filter = Filter::default()
        .and("status =", Some(CallStatus::InProgress))
        .and_is("lifecycle NOT IN ('scheduled', 'prepared', 'queued', 'rescheduled')")
        .and("id >", Some(format!("{since:012x}"))); // an id begins with its time
    let calls = read.calls().list(filter, &Page { limit: 10, before: None }).await?.rows;
    let mut all = Vec::with_capacity(calls.len());
    for call in calls {
        let contact = match call.contact_id {
            Some(contact) => read.contacts().get(contact).await?,
            None => None,
        };
        all.push((call, contact));
    }
    Ok(all)
}

fn talks(call: &Call) -> bool {
    call.answered_at.is_some() || matches!(call.lifecycle.as_str(), "in-progress" | "answered")
}

pub(super) fn shown(me: &Me, calls: &[Going]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        section class="card" id="calls-now" data-live="call contact" hidden[calls.is_empty()] {
            @if !calls.is_empty() {
                h2 { (l.t("Calls now", "שיחות עכשיו")) }
                ul class="rows" {
                    @for (call, contact) in calls {
                        @let other = if call.direction == Direction::Outbound { &call.to } else { &call.from };
                        @let name = contact.as_ref().and_then(|it| it.name.as_deref().or(it.profile_name.as_deref()));
                        li {
                            span class="face good" aria-hidden="true" { (icon("calls")) }
                            span class="what" {
                                a href={ "/calls/" (call.id) } { (person(l, name, other.as_deref())) }
                                span class="line" { (terms::direction(l, call.direction)) " · " (if talks(call) { l.t("talking", "בשיחה") } else { l.t("ringing", "מצלצל") }) }
                            }
                            span class="end" { (when.ago(call.answered_at.or(call.started_at).unwrap_or(call.received_at))) }
                            @if me.may(Role::Agent) && actions::can_hang_up(call) {
                                span class="acts" {
                                    form method="post" action={ "/calls/" (call.id) "/hang-up" } {
                                        (form_key(me))
                                        button type="submit" class="button small" data-sure=(l.t("The call ends at once. Hang up?", "השיחה תסתיים מיד. לנתק?")) { (icon("missed")) span { (l.t("Hang up", "לנתק")) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
