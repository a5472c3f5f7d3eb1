//! Leads: the list and the board with their views, filters and search, what people do with them, and a person's page.

mod acts;
mod board;
mod bulk;
mod erasing;
mod find;
mod person;
mod same;
mod timeline;

pub(super) use person::name_of;

use super::look::Look;
use super::shell::{Page, Place, When, dial, empty, icon, number, person as who, score, tabs, terms};
use super::today::{preference, standing};
use crate::api::contacts::HAS_NUMBER;
use crate::problem::Result;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::analysis::Tag;
use ringleader_core::id::{LeadId, UserId};
use ringleader_core::lead::{Lead, LeadStatus};
use ringleader_core::user::Role;
use ringleader_store::Read;
use ringleader_store::repo::{Filter, LeadRow, User};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/leads", get(list))
        .route("/leads/find", get(find::find))
        .route("/leads/bulk", post(bulk::change))
        .route("/leads/undo", post(bulk::undo))
        .route("/leads/{id}", get(person::of_lead))
        .route("/leads/{id}/fact", post(acts::fact))
        .route("/leads/{id}/spoke", post(acts::spoke))
        .route("/contacts/{id}/erase", post(erasing::erase))
        .route("/contacts/{id}/export", get(erasing::export))
        .route("/contacts/{id}/merge", post(same::merge))
        .route("/contacts/{id}/unmerge", post(same::unmerge))
        .route("/contacts/{id}", get(person::of_contact).post(acts::contact))
}

/// Views of the list: their word, their name and their condition.
const VIEWS: [(&str, (&str, &str), &str); 6] = [
    ("", ("All", "הכול"), ""),
    ("ready", ("Ready to call", "מוכנים לשיחה"), "status = 'qualified'"),
    ("talking", ("In conversation", "בשיחה"), "status IN ('new', 'qualifying')"),
    ("spoken", ("Spoken with", "דיברנו"), "status IN ('contacted', 'viewing_booked', 'offer_made')"),
    ("silent", ("No answer", "ללא מענה"), "status = 'unresponsive'"),
    ("closed", ("Closed", "סגורים"), "status IN ('converted', 'lost')"),
];

/// Least points that can be asked for.
const POINTS: [i64; 3] = [90, 75, 50];

/// The tag that is asked for.
fn tag(look: &Look) -> Option<Tag> {
    look.score.parse().ok()
}

/// The least points that are asked for; then the most promising come first.
fn least(look: &Look) -> Option<i64> {
    look.score.parse().ok().filter(|points| (0..=100).contains(points))
}

/// What leads can be sorted by, and the labels of those that are shown.
struct Sorting {
    people: Vec<User>,
    labels: Vec<String>,
    of: Vec<(LeadId, String)>,
}

impl Sorting {
    async fn read(read: &mut Read) -> Result<Self> {
        Ok(Self { people: read.users().all().await?, labels: read.leads().labels().await?, of: Vec::new() })
    }

    fn name(&self, user: UserId) -> Option<&str> {
        self.people.iter().find(|known| known.id == user).map(|user| user.name.as_str())
    }

    fn labels_of(&self, lead: LeadId) -> impl Iterator<Item = &str> {
        self.of.iter().filter(move |(id, _)| *id == lead).map(|(_, label)| label.as_str())
    }
}

/// The conditions of a list: its view, whose leads, a label, and what is looked for.
fn filter(me: &Me, look: &Look) -> Filter {
    let number = look.number(&me.tenant.country);
    let words = Some(look.q.as_str()).filter(|_| number.is_none());
    let whose = match look.who.as_str() {
        "mine" => Some(me.user.id),
        other => other.parse().ok(),
    };
    let view = VIEWS.iter().find(|(show, ..)| *show == look.show).map_or("", |(.., condition)| *condition);
    let status: Option<LeadStatus> = look.show.parse().ok().filter(|_| view.is_empty());
    let filter = if view.is_empty() { Filter::default() } else { Filter::default().and_is(view) };
    let filter = if look.who == "nobody" { filter.and_is("assigned_to IS NULL") } else { filter };
    filter
        .and("status =", status)
        .and("assigned_to =", whose)
        .and("tag =", tag(look))
        .and_expr(
            "id IN (SELECT lead_id FROM lead_labels WHERE tenant_id = $1 AND label = {})",
            Some(look.label.clone()).filter(|label| !label.is_empty()),
        )
        .and_expr(HAS_NUMBER, number)
        .and_found("words", "leads_by_words", words)
}

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let as_board = look.view == "board";
    let mut read = state.store.read(me.tenant.id).await?;
    let mut sorting = Sorting::read(&mut read).await?;
    let shown = if as_board {
        let wanted = filter(&me, &Look { show: String::new(), ..look.clone() });
        let columns = board::gather(&mut read, &wanted, !look.q.is_empty(), least(&look)).await?;
        let ids: Vec<LeadId> = board::leads(&columns).map(|row| row.lead.id).collect();
        sorting.of = label_rows(&mut read, &ids).await?;
        board::shown(&me, &columns, &sorting, &look)
    } else {
        let found = match least(&look) {
            Some(least) => read.desk().best_leads(least, filter(&me, &look), &look.page(50)).await?,
            None => read.desk().leads(filter(&me, &look), &look.page(50)).await?,
        };
        let ids: Vec<LeadId> = found.rows.iter().map(|row| row.lead.id).collect();
        sorting.of = label_rows(&mut read, &ids).await?;
        html! {
            section class="card" id="leads" data-live="lead contact" {
                @if found.rows.is_empty() { (nothing(&me, &look)) } @else { ul class="rows" { @for lead in &found.rows { (row(&me, lead, &sorting)) } } }
                (look.more(l, "/leads", found.next.as_deref()))
            }
        }
    };
    drop(read);
    let as_list = Look { view: String::new(), ..look.clone() }.path("/leads");
    let on_board = Look { view: "board".to_owned(), show: String::new(), ..look.clone() }.path("/leads");
    let beside = tabs(
        l.t("How to show them", "צורת התצוגה"),
        &[(as_list, l.t("List", "רשימה"), !as_board), (on_board, l.t("Board", "לוח"), as_board)],
    );
    let body = html! {
        @if !as_board { (views(&me, &look)) }
        (filters(&me, &look, &sorting))
        @if me.may(Role::Agent) { (bulk::bar(&me, &sorting)) }
        (shown)
    };
    Page::new(&me, Place::Leads, l.t("Leads", "לידים"), body).beside(beside).show(&state).await
}

async fn label_rows(read: &mut Read, ids: &[LeadId]) -> Result<Vec<(LeadId, String)>> {
    Ok(read.leads().labels_of(ids).await?)
}

fn views(me: &Me, look: &Look) -> Markup {
    let l = me.lang;
    let path = |show: &str| Look { show: show.to_owned(), ..look.clone() }.path("/leads");
    let of_status = look.show.parse::<LeadStatus>().ok().map(|status| terms::lead(l, status).1);
    let mut all: Vec<_> = VIEWS.iter().map(|(show, w, _)| (path(show), l.t(w.0, w.1), look.show == *show)).collect();
    all.extend(of_status.map(|words| (path(&look.show), words, true)));
    tabs(l.t("Which leads", "אילו לידים"), &all)
}

fn filters(me: &Me, look: &Look, sorting: &Sorting) -> Markup {
    let l = me.lang;
    let mine = look.who == me.user.id.to_string();
    html! {
        form class="filters" method="get" action="/leads" role="search" {
            @for (name, value) in [("show", &look.show), ("view", &look.view)] { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
            div class="field" { label for="q" { (l.t("Name, need or number", "שם, צורך או מספר")) } input id="q" type="search" name="q" value=(look.q) dir="auto"; }
            div class="field" {
                label for="who" { (l.t("Looked after by", "באחריות")) }
                select id="who" name="who" data-at-once {
                    option value="" { (l.t("Anyone", "כולם")) }
                    option value="mine" selected[look.who == "mine" || mine] { (l.t("Me", "אני")) }
                    option value="nobody" selected[look.who == "nobody"] { (l.t("Nobody yet", "עוד אף אחד")) }
                    @for user in sorting.people.iter().filter(|user| user.id != me.user.id) {
                        option value=(user.id) selected[look.who == user.id.to_string()] { (user.name) }
                    }
                }
            }
            (how_promising(me, look))
            @if !sorting.labels.is_empty() {
                div class="field" {
                    label for="label" { (l.t("Label", "תווית")) }
                    select id="label" name="label" data-at-once {
                        option value="" { (l.t("Any", "הכול")) }
                        @for label in &sorting.labels { option value=(label) selected[look.label == *label] { (label) } }
                    }
                }
            }
            button type="submit" class="button" { (icon("search")) span { (l.t("Find", "חיפוש")) } }
        }
    }
}

fn how_promising(me: &Me, look: &Look) -> Markup {
    let l = me.lang;
    html! {
        div class="field" {
            label for="score" { (l.t("How promising", "כמה מבטיח")) }
            select id="score" name="score" data-at-once {
                option value="" { (l.t("Any", "הכול")) }
                @for it in Tag::ALL { option value=(it) selected[tag(look) == Some(*it)] { (terms::warmth(l, *it).1) } }
                @for it in POINTS { option value=(it) selected[least(look) == Some(it)] { (l.n(it, "{n} points and more, the best first", "{n} נקודות ומעלה, הטובים קודם")) } }
            }
        }
    }
}

fn nothing(me: &Me, look: &Look) -> Markup {
    let l = me.lang;
    if look.bare() {
        empty(
            "leads",
            l.t("No leads yet", "עוד אין לידים"),
            l.t("The next missed call becomes one by itself.", "השיחה הבאה שלא תיענה תהפוך לליד מעצמה."),
        )
    } else {
        empty(
            "search",
            l.t("Nothing found", "לא נמצא דבר"),
            l.t("Try fewer letters, or another view.", "אפשר לנסות פחות אותיות, או תצוגה אחרת."),
        )
    }
}

fn row(me: &Me, row: &LeadRow, sorting: &Sorting) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (lead, phone) = (&row.lead, row.phone.as_deref());
    html! {
        li {
            @if me.may(Role::Agent) { (bulk::tick(me, lead, phone)) }
            span class="face" aria-hidden="true" { (initial(lead.name.as_deref())) }
            span class="what" {
                a href={ "/leads/" (lead.id) } { (who(l, lead.name.as_deref(), phone)) }
                @match &lead.need {
                    Some(need) => span class="line" dir="auto" { (need) },
                    None => span class="line" { (l.t("Need not known yet", "עוד לא ידוע מה צריך")) },
                }
                @if let Some(wish) = &lead.preference { small { (icon("clock")) " " (preference(l, &when, &wished(wish))) } }
                @else if let (Some(_), Some(phone)) = (&lead.name, phone) { small { (number(phone)) } }
                @if lead.assigned_to.is_some() || sorting.labels_of(lead.id).next().is_some() { small { (marks(lead, sorting)) } }
            }
            span class="end" { (standing(l, lead.status)) (promise(me, lead)) (when.ago(lead.opened_at)) }
            @if let Some(phone) = phone.filter(|_| lead.status == LeadStatus::Qualified) { span class="acts" { (dial(l, phone)) } }
        }
    }
}

/// A wish as the list shows it: the time that is meant, without their words for it.
fn wished(wish: &Value) -> Value {
    let words = if wish["from"].is_null() { wish["text"].clone() } else { Value::Null };
    json!({ "from": wish["from"], "until": wish["until"], "text": words })
}

/// How promising it is, if that is known.
fn promise(me: &Me, lead: &Lead) -> Markup {
    html! { @if let Some(it) = &lead.score { (score(me.lang, it.tag, it.total, None)) } }
}

/// Who looks after a lead, and its labels.
fn marks(lead: &Lead, sorting: &Sorting) -> Markup {
    html! {
        @if let Some(name) = lead.assigned_to.and_then(|user| sorting.name(user)) { " " span class="nowrap" { (icon("person")) " " bdi { (name) } } }
        @for label in sorting.labels_of(lead.id) { " " span class="pill" { bdi { (label) } } }
    }
}

/// The first letter of a name, or the sign of a person.
pub(super) fn initial(name: Option<&str>) -> Markup {
    match name.and_then(|name| name.trim().chars().next()) {
        Some(letter) => html! { (letter.to_uppercase()) },
        None => icon("person"),
    }
}
