//! First steps: from nothing to the first missed call and its answer, with a strict check at each step that says what is
//! wrong and what to do. What is done is seen, never asked. In the sandbox each step can be taken with one press besides.

mod acts;
mod checks;
mod facts;
mod parts;

use super::shell::{Page, Place, form_key, icon, trouble};
use crate::problem::Result;
use crate::sandbox::Accounts;
use crate::session::{Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use checks::{Finding, Stand};
use facts::Facts;
use maud::{Markup, html};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/start", get(show))
        .route("/start/sandbox", post(acts::use_sandbox))
        .route("/start/address", post(acts::enter_address))
        .route("/start/templates", post(acts::choose_templates))
}

/// One step: what was found of it, what it is, and what can be done.
struct Step {
    finding: Finding,
    title: &'static str,
    words: &'static str,
    acts: Markup,
}

/// What the page is made from.
struct Guide<'a> {
    me: &'a Me,
    state: &'a AppState,
    facts: Facts,
    /// What the sandbox gives this business.
    sandbox: Option<Accounts>,
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let sandbox = match &state.sandbox {
        Some(sandbox) => sandbox.accounts(&me.tenant).await?,
        None => None,
    };
    let guide = Guide { me: &me, state: &state, facts: Facts::of(&state, &me).await?, sandbox };
    let steps = guide.steps();
    let open = |step: &Step| matches!(step.finding.stand, Stand::Todo | Stand::Wrong);
    let now = steps.iter().position(open).or_else(|| steps.iter().position(|it| it.finding.stand != Stand::Done));
    let body = html! {
        div id="guide" data-live="connection line call lead tenant message episode decision" {
            @if now.is_none() { (guide.all_set()) }
            @else { p class="soft" { (l.t("Each step checks itself; this page moves on by itself.", "כל צעד נבדק מעצמו, והדף מתקדם לבד.")) } }
            ol class="steps" { @for (nth, step) in steps.iter().enumerate() { (shown(&me, step, now == Some(nth))) } }
        }
    };
    Page::new(&me, Place::Start, l.t("First steps", "צעדים ראשונים"), body).show(&state).await
}

fn shown(me: &Me, step: &Step, now: bool) -> Markup {
    let l = me.lang;
    let stand = step.finding.stand;
    let (class, tone, sign) = match stand {
        Stand::Done => ("done", "good", Some("check")),
        Stand::Waits => ("waits", "info", Some("clock")),
        Stand::Wrong => ("wrong", "bad", Some("warn")),
        Stand::Todo => ("todo", "quiet", None),
    };
    html! {
        li class={ (class) @if now { " now" } } aria-current=[now.then_some("step")] {
            span class="nth" aria-hidden="true" { (icon("check")) }
            div {
                h2 { (step.title) @if stand == Stand::Done { span class="unseen" { (l.t(" (done)", " (בוצע)")) } } }
                @if stand != Stand::Done { p class="soft" { (step.words) } }
                @if !step.finding.words.is_empty() && (now || stand != Stand::Todo) {
                    p class={ "found " (tone) } { @if let Some(sign) = sign { (icon(sign)) } span { (step.finding.words)
                        @if let Some(detail) = &step.finding.detail { " " (trouble::trouble(l, detail)) } } }
                }
                @if now || matches!(stand, Stand::Waits | Stand::Wrong) { (step.acts) }
            }
        }
    }
}

impl Guide<'_> {
    fn steps(&self) -> [Step; 6] {
        let (l, facts) = (self.me.lang, &self.facts);
        let step = |finding, title, words, acts| Step { finding, title, words, acts };
        [
            step(
                facts.board(self.me),
                l.t("Connect the switchboard", "חיבור המרכזייה"),
                l.t(
                    "It reports every call. Voicenter, or any other by a signed event.",
                    "היא מדווחת על כל שיחה. Voicenter, או כל מרכזייה אחרת באירוע חתום.",
                ),
                self.board_acts(),
            ),
            step(
                facts.writer(self.me),
                l.t("Connect WhatsApp and test it", "חיבור WhatsApp ובדיקה"),
                l.t(
                    "It writes to callers. The test says at once whether number and token fit.",
                    "הוא כותב למתקשרים. הבדיקה אומרת מיד אם המספר והאסימון מתאימים.",
                ),
                self.writer_acts(),
            ),
            step(
                facts.template(self.me),
                l.t("Choose the first message's template", "בחירת תבנית להודעה הראשונה"),
                l.t(
                    "WhatsApp lets only an approved template open a conversation.",
                    "WhatsApp מאפשר לפתוח שיחה רק בתבנית מאושרת.",
                ),
                self.template_acts(),
            ),
            step(
                facts.line(self.me),
                l.t("Add your number", "הוספת המספר שלך"),
                l.t(
                    "The number that customers call, so that a call finds its business.",
                    "המספר שאליו הלקוחות מתקשרים, כדי ששיחה תמצא את העסק.",
                ),
                self.line_acts(),
            ),
            step(
                checks::rang(l, facts.rang),
                l.t("Let it ring", "שיחת ניסיון"),
                l.t("Call your number, and let nobody answer.", "להתקשר למספר שלך, ולא לענות."),
                self.ring_acts(),
            ),
            step(
                facts.handed_over(self.me),
                l.t("The first message, the first lead", "ההודעה הראשונה, הליד הראשון"),
                l.t(
                    "After the waiting time that you set, the caller has a message, and you have a lead.",
                    "אחרי זמן ההמתנה שהגדרת נשלחת הודעה למתקשר, ואצלך מופיע ליד.",
                ),
                self.first_acts(),
            ),
        ]
    }

    fn all_set(&self) -> Markup {
        let l = self.me.lang;
        html! {
            div class="callout good" id="all-set" {
                (icon("check"))
                div {
                    p { b { (l.t("All set.", "הכול מוכן.")) } }
                    p { (l.t("From now on a missed call becomes a conversation by itself.", "מעכשיו שיחה שלא נענתה הופכת לשיחה כתובה מעצמה.")) }
                }
                @if self.sandbox.is_some() { (self.phone("button small", l.t("Answer as the caller", "לתשובה בשם המתקשר"))) }
                @if let Some(lead) = self.facts.lead { a class="button small" href={ "/leads/" (lead) } { (l.t("To the lead", "לליד")) } }
                a class="button small" href="/today" { (l.t("To today", "להיום")) }
            }
        }
    }

    /// The form key of a form on this page.
    fn key(&self) -> Markup {
        form_key(self.me)
    }
}
