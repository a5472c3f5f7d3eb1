//! The board: a column for each place where a lead can stand. Cards are dragged, or ticked and moved with the form above.

use super::{Sorting, bulk, marks, promise};
use crate::pages::look::Look;
use crate::pages::shell::{Said, When, form_key, hidden, number, person as who, terms};
use crate::problem::Result;
use crate::session::Me;
use maud::{Markup, html};
use ringleader_core::lead::LeadStatus;
use ringleader_core::user::Role;
use ringleader_store::Read;
use ringleader_store::repo::{Filter, LeadRow, Listing, Page};

/// Most cards of a column; the list of its status has the others.
const CARDS: u32 = 20;

/// Most cards of all columns together when words are looked for.
const FOUND: u32 = 100;

/// A place and the leads that stand there.
pub(super) struct Column {
    status: LeadStatus,
    leads: Listing<LeadRow>,
}

/// The columns. What is looked for by words is looked for once, not in each column: words are found by going through all. So
/// are those with so many points at `least`: the most promising of all come.
pub(super) async fn gather(
    read: &mut Read,
    filter: &Filter,
    by_words: bool,
    least: Option<i64>,
) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    if by_words || least.is_some() {
        let some = Page { limit: FOUND, before: None };
        let found = match least {
            Some(least) => read.desk().best_leads(least, filter.clone(), &some).await?,
            None => read.desk().leads(filter.clone(), &some).await?,
        };
        for status in LeadStatus::ALL {
            let rows = found.rows.iter().filter(|row| row.lead.status == *status).cloned().collect();
            columns.push(Column { status: *status, leads: Listing { rows, next: found.next.clone() } });
        }
        return Ok(columns);
    }
    for status in LeadStatus::ALL {
        let there = filter.clone().and("status =", Some(*status));
        let leads = read.desk().leads(there, &Page { limit: CARDS, before: None }).await?;
        columns.push(Column { status: *status, leads });
    }
    Ok(columns)
}

/// The leads of all columns.
pub(super) fn leads(columns: &[Column]) -> impl Iterator<Item = &LeadRow> {
    columns.iter().flat_map(|column| &column.leads.rows)
}

pub(super) fn shown(me: &Me, columns: &[Column], sorting: &Sorting, look: &Look) -> Markup {
    let l = me.lang;
    html! {
        @if me.may(Role::Agent) {
            form id="move" method="post" action="/leads/bulk" hidden { (form_key(me)) (hidden("back", &Said::without(&me.path))) (hidden("lead", "")) (hidden("change", "")) }
        }
        div class="board" id="board" data-live="lead contact" tabindex="0" role="group" aria-label=(l.t("Board", "לוח")) {
            @for column in columns {
                @let (tone, words) = terms::lead(l, column.status);
                section class="column" data-change={ "status:" (column.status) } aria-label=(words) {
                    header { h2 class={ "pill " (tone) } { (words) } small { (column.leads.rows.len()) @if column.leads.next.is_some() { "+" } } }
                    ul { @for row in &column.leads.rows { (card(me, row, sorting)) } }
                    @if column.leads.next.is_some() {
                        @let all = Look { view: String::new(), show: column.status.to_string(), ..look.clone() };
                        a href=(all.path("/leads")) { (l.t("All of them", "לכולם")) }
                    }
                }
            }
        }
    }
}

fn card(me: &Me, row: &LeadRow, sorting: &Sorting) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (lead, phone) = (&row.lead, row.phone.as_deref());
    html! {
        li draggable=[me.may(Role::Agent).then_some("true")] data-lead=(lead.id) {
            div class="top" {
                a href={ "/leads/" (lead.id) } draggable="false" { (who(l, lead.name.as_deref(), phone)) }
                @if me.may(Role::Agent) { (bulk::tick(me, lead, phone)) }
            }
            @if let Some(need) = &lead.need { p dir="auto" { (need) } }
            @else if let (Some(_), Some(phone)) = (&lead.name, phone) { p { (number(phone)) } }
            small { (promise(me, lead)) " " (when.ago(lead.opened_at)) (marks(lead, sorting)) }
        }
    }
}
