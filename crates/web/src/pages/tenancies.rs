//! The people of a property: who rents it, whose it is, who looks after it, and who mends what there (C2, C8).

use super::sent::Sent;
use super::shell::{Said, field_in, form_key, hidden, icon, person as who, select_in, terms};
use crate::problem::{Problem, Result};
use crate::session::Me;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use maud::{Markup, html};
use ringleader_core::contact::Contact;
use ringleader_core::id::{ContactId, ContractorId, PropertyId, TenancyId};
use ringleader_core::property::Property;
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::{A_DATE, Contractor, NewTenancy, Tenancy};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::db::id_text;
use ringleader_store::repo::{Filter, Page, User};
use std::collections::BTreeMap;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/properties/{id}/tenancies", post(put))
        .route("/properties/{id}/contractors", post(put_contractor))
        .route("/tenancies/{id}/end", post(end))
        .route("/contractors/{id}/remove", post(remove))
}

/// The people of a property.
pub(super) struct People {
    tenancies: Vec<Tenancy>,
    contractors: Vec<Contractor>,
    contacts: BTreeMap<ContactId, Contact>,
    pub(super) colleagues: Vec<User>,
}

impl People {
    pub(super) async fn read(read: &mut Read, property: PropertyId) -> Result<Self> {
        let page = Page { limit: 50, before: None };
        let here = Filter::default().and("property_id =", Some(id_text(property)));
        let tenancies = read.tenancies().list(here, &page).await?.rows;
        let near = Filter::default().and_expr("(property_id IS NULL OR property_id = {})", Some(id_text(property)));
        let contractors = read.tenancies().contractors(near, &page).await?.rows;
        let mut who: Vec<ContactId> = contractors.iter().map(|it| it.contact_id).collect();
        tenancies.iter().for_each(|it| who.extend([Some(it.contact_id), it.landlord_id].into_iter().flatten()));
        let mut contacts = BTreeMap::new();
        for id in who {
            if let Some(contact) = read.contacts().get(id).await? {
                contacts.insert(id, contact);
            }
        }
        let colleagues = read.users().all().await?.into_iter().filter(|user| user.disabled_at.is_none()).collect();
        Ok(Self { tenancies, contractors, contacts, colleagues })
    }
}

/// Who they are, and how to add others.
pub(super) fn shown(me: &Me, property: &Property, people: &People) -> Markup {
    let l = me.lang;
    html! {
        section class="card" id="people" data-live="property contact" {
            h2 { (l.t("Its people", "האנשים של הנכס")) }
            @if people.tenancies.is_empty() && people.contractors.is_empty() {
                p class="soft" { (l.t("Who rents it is recognised when something is broken, and is not asked for the address.", "מי ששוכר את הנכס מזוהה בדיווח על תקלה, ולא צריך לומר כתובת.")) }
            }
            ul class="rows" {
                @for tenancy in &people.tenancies { (tenancy_row(me, people, tenancy)) }
                @for contractor in &people.contractors { (contractor_row(me, people, contractor)) }
            }
            @if me.may(Role::Agent) { (adding(me, property, people)) }
        }
    }
}

fn person(me: &Me, people: &People, id: ContactId) -> Markup {
    let contact = people.contacts.get(&id);
    let name = contact.and_then(|it| it.name.as_deref());
    let phone = contact.and_then(|it| it.phone.as_ref()).map(|phone| phone.as_str());
    html! { a href={ "/contacts/" (id) } { (who(me.lang, name, phone)) } }
}

fn tenancy_row(me: &Me, people: &People, tenancy: &Tenancy) -> Markup {
    let l = me.lang;
    let manager = people.colleagues.iter().find(|user| Some(user.id) == tenancy.manager_id);
    html! {
        li {
            span class="face" aria-hidden="true" { (icon("key")) }
            span class="what" {
                span { (l.t("Rented by ", "השוכרים: ")) (person(me, people, tenancy.contact_id)) }
                @if let Some(landlord) = tenancy.landlord_id { span class="line" { (l.t("Landlord: ", "בעלי הנכס: ")) (person(me, people, landlord)) } }
                @if let Some(manager) = manager { span class="line" { (l.t("Looked after by ", "באחריות ")) bdi { (manager.name) } } }
                @if let Some(last) = tenancy.ends_on { small { (l.t("until ", "עד ")) bdi dir="ltr" { (last) } } }
            }
            @if me.may(Role::Agent) {
                (taken_away(me, &format!("/tenancies/{}/end", tenancy.id)))
                (changing(me, people, tenancy))
            }
        }
    }
}

/// Every part of it, to be changed.
fn changing(me: &Me, people: &People, tenancy: &Tenancy) -> Markup {
    let l = me.lang;
    let contact = |id: Option<ContactId>| id.and_then(|id| people.contacts.get(&id));
    let phone = |id| contact(id).and_then(|it| it.phone.as_ref()).map_or("", |phone| phone.as_str());
    let name = |id| contact(id).and_then(|it| it.name.as_deref()).unwrap_or_default();
    let (row, holder, landlord) = (tenancy.id.to_string(), Some(tenancy.contact_id), tenancy.landlord_id);
    let manager = people.colleagues.iter().find(|user| Some(user.id) == tenancy.manager_id);
    let email = manager.map_or("", |user| user.email.as_str());
    let ends_on = tenancy.ends_on.map(|day| day.to_string()).unwrap_or_default();
    let fields = html! {
        (hidden("phone", phone(holder)))
        @for (name, value) in NewTenancy::KEPT.into_iter().zip([phone(landlord), email, &ends_on]) { (hidden(&format!("was_{name}"), value)) }
        (field_in(&row, l.t("Their name", "שם"), "name", "text", name(holder)))
        (field_in(&row, l.t("The landlord's number", "מספר הטלפון של בעלי הנכס"), "landlord_phone", "tel", phone(landlord)))
        (field_in(&row, l.t("The landlord's name", "שם בעלי הנכס"), "landlord_name", "text", name(landlord)))
        (select_in(&row, l.t("Looked after by", "באחריות"), "manager", email, &managers(me, people)))
        (field_in(&row, l.t("Last day", "היום האחרון"), "ends_on", "date", &ends_on))
    };
    if phone(holder).is_empty() {
        html! {}
    } else {
        entered(me, l.t("Change", "שינוי"), &format!("/properties/{}/tenancies", tenancy.property_id), &fields)
    }
}

/// Colleagues to choose from, or none of them.
fn managers<'p>(me: &Me, people: &'p People) -> Vec<(&'p str, &'p str)> {
    let all = people.colleagues.iter().map(|user| (user.email.as_str(), user.name.as_str()));
    [("", me.lang.t("Nobody", "אף אחד"))].into_iter().chain(all).collect()
}

/// A form behind its title.
fn entered(me: &Me, title: &str, path: &str, fields: &Markup) -> Markup {
    html! {
        details {
            summary { (title) }
            form method="post" action=(path) class="form" {
                (form_key(me)) (fields)
                div class="acts" { button type="submit" class="button main" { (me.lang.t("Save", "שמירה")) } }
            }
        }
    }
}

fn contractor_row(me: &Me, people: &People, contractor: &Contractor) -> Markup {
    let l = me.lang;
    html! {
        li {
            span class="face" aria-hidden="true" { (icon("settings")) }
            span class="what" {
                span { (contractor.trade.map_or(l.t("Any repair", "כל תקלה"), |trade| terms::trade(l, trade))) ": " (person(me, people, contractor.contact_id)) }
                @if contractor.property_id.is_none() { small { (l.t("for every property", "לכל הנכסים")) } }
            }
            @if me.may(Role::Agent) { (taken_away(me, &format!("/contractors/{}/remove", contractor.id))) }
        }
    }
}

fn taken_away(me: &Me, path: &str) -> Markup {
    html! {
        span class="acts" {
            form method="post" action=(path) {
                (form_key(me)) (hidden("back", &Said::without(&me.path)))
                button type="submit" class="button small" { (me.lang.t("Take away", "הסרה")) }
            }
        }
    }
}

fn adding(me: &Me, property: &Property, people: &People) -> Markup {
    let l = me.lang;
    let trades = FaultCategory::ALL.iter().map(|trade| (trade.as_str(), terms::trade(l, *trade)));
    let trades: Vec<_> = [("", l.t("Any repair", "כל תקלה"))].into_iter().chain(trades).collect();
    let everywhere = [("", l.t("This property", "הנכס הזה")), ("yes", l.t("Every property", "כל הנכסים"))];
    let tenancy = html! {
        (field_in("t", l.t("Their number", "מספר הטלפון"), "phone", "tel", ""))
        (field_in("t", l.t("Their name", "שם"), "name", "text", ""))
        (field_in("t", l.t("The landlord's number", "מספר הטלפון של בעלי הנכס"), "landlord_phone", "tel", ""))
        (field_in("t", l.t("The landlord's name", "שם בעלי הנכס"), "landlord_name", "text", ""))
        (select_in("t", l.t("Looked after by", "באחריות"), "manager", "", &managers(me, people)))
        (field_in("t", l.t("Last day", "היום האחרון"), "ends_on", "date", ""))
    };
    let contractor = html! {
        (field_in("c", l.t("Their number", "מספר הטלפון"), "phone", "tel", ""))
        (field_in("c", l.t("Their name", "שם"), "name", "text", ""))
        (select_in("c", l.t("What", "מה"), "trade", "", &trades))
        (select_in("c", l.t("Where", "איפה"), "everywhere", "", &everywhere))
        small { (l.t("In an emergency their number is given to whoever is on call.", "בחירום המספר נמסר לתורן.")) }
    };
    html! {
        (entered(me, l.t("Who rents it", "מי שוכר"), &format!("/properties/{}/tenancies", property.id), &tenancy))
        (entered(me, l.t("Who mends it", "מי מתקן"), &format!("/properties/{}/contractors", property.id), &contractor))
    }
}

async fn put(State(state): State<AppState>, sent: Sent<PropertyId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    let property = tx.properties().get(sent.id).await?.ok_or_else(Problem::not_found)?;
    let own = |name: &str| sent.fields.given(name).map(str::to_owned);
    // What stood in the form is taken away where it is empty now; what is as it was says nothing, whatever came between.
    let untold = NewTenancy::KEPT.into_iter().filter(|name| own(name) == own(&format!("was_{name}"))).collect();
    let ends_on = sent.fields.given("ends_on").map(|text| text.parse().map_err(|_| Problem::field("ends_on", A_DATE)));
    let new = NewTenancy {
        reference: property.entered.reference,
        phone: sent.fields.trimmed("phone").to_owned(),
        name: own("name"),
        landlord_phone: own("landlord_phone"),
        landlord_name: own("landlord_name"),
        manager: own("manager"),
        ends_on: ends_on.transpose()?,
        untold,
    };
    actions::put_tenancy(&mut tx, &new, &sent.me.actor()).await?;
    tx.commit().await?;
    Ok(Said::then("saved", &format!("/properties/{}", sent.id)))
}

async fn put_contractor(State(state): State<AppState>, sent: Sent<PropertyId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    let property = tx.properties().get(sent.id).await?.ok_or_else(Problem::not_found)?;
    let everywhere = sent.fields.given("everywhere").is_some();
    let new = actions::NewContractor {
        phone: sent.fields.trimmed("phone").to_owned(),
        name: sent.fields.given("name").map(str::to_owned),
        reference: (!everywhere).then_some(property.entered.reference),
        trade: if sent.fields.given("trade").is_some() { Some(sent.fields.word("trade")?) } else { None },
    };
    actions::put_contractor(&mut tx, &new, &sent.me.actor()).await?;
    tx.commit().await?;
    Ok(Said::then("saved", &format!("/properties/{}", sent.id)))
}

async fn end(State(state): State<AppState>, sent: Sent<TenancyId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    actions::end_tenancy(&mut tx, sent.id, &sent.me.actor()).await?;
    tx.commit().await?;
    Ok(Said::then("removed", &sent.back("/properties")))
}

async fn remove(State(state): State<AppState>, sent: Sent<ContractorId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    actions::remove_contractor(&mut tx, sent.id, &sent.me.actor()).await?;
    tx.commit().await?;
    Ok(Said::then("removed", &sent.back("/properties")))
}
