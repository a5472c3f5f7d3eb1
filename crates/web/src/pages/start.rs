//! First steps: from nothing to the first missed call, with a check at each step. What is done is seen, never asked.

use super::shell::{Page, Place, icon};
use crate::problem::Result;
use crate::session::{Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use ringleader_providers::all::{self, Capability};
use ringleader_store::repo::{Connection, Filter, Page as ListPage};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/start", get(show))
}

/// One step: whether it is done, what it is, and the way there.
struct Step {
    done: bool,
    title: &'static str,
    words: &'static str,
    way: (String, &'static str),
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let mut read = state.store.read(me.tenant.id).await?;
    let connections = read.connections().list(&ListPage::default()).await?.rows;
    let lines = read.tenants().lines().await?;
    let calls = read.desk().calls(Filter::default(), &ListPage { limit: 1, before: None }).await?.rows;
    let leads = read.desk().leads(Filter::default(), &ListPage { limit: 1, before: None }).await?.rows;
    drop(read);
    let steps = steps(&me, &connections, !lines.is_empty(), !calls.is_empty(), !leads.is_empty());
    let left = steps.iter().filter(|step| !step.done).count();
    let now = steps.iter().position(|step| !step.done);
    let body = html! {
        @if left == 0 {
            div class="callout good" { (icon("check")) div { p { b { (l.t("All set.", "הכול מוכן.")) } } p { (l.t("From now on a missed call becomes a conversation by itself.", "מעכשיו שיחה שלא נענתה הופכת לשיחה כתובה מעצמה.")) } } a class="button small" href="/today" { (l.t("To today", "להיום")) } }
        } @else {
            p class="soft" { (l.t("Each step checks itself; this page moves on by itself.", "כל צעד נבדק מעצמו, והדף מתקדם לבד.")) }
        }
        ol class="steps" id="steps" data-live="connection line call lead tenant" {
            @for (nth, step) in steps.iter().enumerate() {
                li class={ @if step.done { "done" } @else if now == Some(nth) { "now" } } {
                    span class="nth" aria-hidden="true" { (icon("check")) }
                    div {
                        h2 { (step.title) @if step.done { span class="unseen" { (l.t(" (done)", " (בוצע)")) } } }
                        p class="soft" { (step.words) }
                        @if !step.done { p { a class={ "button" @if now == Some(nth) { " main" } } href=(step.way.0) { (step.way.1) } } }
                    }
                }
            }
        }
    };
    Page::new(&me, Place::Start, l.t("First steps", "צעדים ראשונים"), body).show(&state).await
}

fn steps(me: &Me, connections: &[Connection], line: bool, call: bool, lead: bool) -> [Step; 6] {
    let l = me.lang;
    let with = |able: Capability| {
        connections.iter().find(|it| all::spec(&it.kind).is_some_and(|spec| spec.can.contains(&able)))
    };
    let (board, writer) = (with(Capability::CallEvents), with(Capability::Whatsapp));
    let page = |it: Option<&Connection>| {
        it.map_or_else(|| "/settings/connections".to_owned(), |it| format!("/settings/connections/{}", it.id))
    };
    let connect = l.t("Connect", "לחיבור");
    [
        Step {
            done: board.is_some(),
            title: l.t("Connect the switchboard", "חיבור המרכזייה"),
            words: l.t(
                "It reports every call. Voicenter, or any other by a signed event.",
                "היא מדווחת על כל שיחה. Voicenter, או כל מרכזייה אחרת באירוע חתום.",
            ),
            way: ("/settings/connections".to_owned(), connect),
        },
        Step {
            done: line,
            title: l.t("Add your number", "הוספת המספר שלך"),
            words: l.t(
                "The number that customers call, so that a call finds its business.",
                "המספר שאליו הלקוחות מתקשרים.",
            ),
            way: ("/settings/lines".to_owned(), l.t("Add a line", "הוספת קו")),
        },
        Step {
            done: writer.is_some_and(|it| it.health == "good"),
            title: l.t("Connect WhatsApp and test it", "חיבור WhatsApp ובדיקה"),
            words: l.t(
                "It writes to callers. The test says at once whether number and token fit.",
                "הוא כותב למתקשרים. הבדיקה אומרת מיד אם המספר והאסימון מתאימים.",
            ),
            way: (page(writer), if writer.is_some() { l.t("Test it", "לבדיקה") } else { connect }),
        },
        Step {
            done: me.tenant.settings.templates.first_message.is_some(),
            title: l.t("Choose the first message's template", "בחירת תבנית להודעה הראשונה"),
            words: l.t(
                "WhatsApp lets only an approved template open a conversation.",
                "WhatsApp מאפשר לפתוח שיחה רק בתבנית מאושרת.",
            ),
            way: (page(writer), l.t("Templates", "לתבניות")),
        },
        Step {
            done: call,
            title: l.t("Let it ring", "שיחת ניסיון"),
            words: l.t(
                "Enter the webhook address at the switchboard, then call your number and let nobody answer.",
                "יש להזין את הכתובת במרכזייה, להתקשר למספר ולא לענות.",
            ),
            way: (page(board), l.t("The address to enter", "לכתובת")),
        },
        Step {
            done: lead,
            title: l.t("The first lead", "הליד הראשון"),
            words: l.t(
                "Two minutes later the caller has a message, and you have a lead.",
                "כעבור שתי דקות נשלחת הודעה למתקשר, ואצלך מופיע ליד.",
            ),
            way: (
                if me.sandbox { "/phone" } else { "/leads" }.to_owned(),
                if me.sandbox {
                    l.t("Play the caller", "לטלפון הניסיון")
                } else {
                    l.t("Leads", "ללידים")
                },
            ),
        },
    ]
}
