//! People by a few letters of name, need or number, for the list of places behind Ctrl+K (D1).

use super::{filter, standing};
use crate::pages::look::Look;
use crate::pages::shell::{icon, person as who};
use crate::problem::Result;
use crate::session::Viewer;
use crate::state::AppState;
use axum::extract::{Query, State};
use maud::{Markup, html};
use ringleader_store::repo::Page;

/// So many are shown; who looks for more has the list of leads.
const SHOWN: u32 = 6;

/// The newest that fit, as items of a list.
pub(super) async fn find(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Query(look): Query<Look>,
) -> Result<Markup> {
    let wanted = Look { q: look.q, ..Look::default() };
    if wanted.q.trim().is_empty() {
        return Ok(html! {});
    }
    let page = Page { limit: SHOWN, before: None };
    let found = state.store.read(me.tenant.id).await?.desk().leads(filter(&me, &wanted), &page).await?;
    Ok(html! {
        @for row in &found.rows {
            li { a href={ "/leads/" (row.lead.id) } { (icon("leads")) span { (who(me.lang, row.lead.name.as_deref(), row.phone.as_deref())) } (standing(me.lang, row.lead.status)) } }
        }
    })
}
