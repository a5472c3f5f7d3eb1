//! Who rents what and who mends it, entered one by one or from a file (C2, C8, D3).

use super::colleagues::{NOBODY, colleague};
use super::contacts::{self, ContactChange};
use super::{ActionError, Done};
use ringleader_core::contact::ContactKind;
use ringleader_core::id::{ContactId, ContractorId, PropertyId, TenancyId, UserId};
use ringleader_core::phone::{Phone, parse};
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::rows::BadRow;
use ringleader_core::tenancy::{self, NewTenancy};
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use ringleader_store::repo::{Identity, Let, User};
use serde_json::json;

/// Longest name, in characters.
const LONGEST: usize = 200;

/// A contractor to be entered.
#[derive(Debug, Clone, Default)]
pub struct NewContractor {
    /// Their number.
    pub phone: String,
    /// Their name.
    pub name: Option<String>,
    /// The reference of the property; none for all.
    pub reference: Option<String>,
    /// What they mend; none for everything.
    pub trade: Option<FaultCategory>,
}

/// Enters a tenancy, or brings the one of the same person and property up to date; `true` if it is new.
///
/// # Errors
/// `Invalid` with every field that is wrong.
pub async fn put_tenancy(tx: &mut Tx, new: &NewTenancy, actor: &str) -> Done<(TenancyId, bool)> {
    let here = Here::read(tx).await?;
    let found = find(tx, &here, new).await?;
    hold(tx, [&found]).await?;
    let (id, fresh) = keep(tx, new, &found, actor).await?;
    let what = if fresh { "tenancy.create" } else { "tenancy.update" };
    tx.usage().audit(actor, what, &id.to_string(), None, Some(json!({"reference": new.reference}))).await?;
    Ok((id, fresh))
}

/// Takes in a file of tenancies. Nothing is kept if a row is bad, or if it is only tried. How many rows are good, and the bad
/// ones.
///
/// # Errors
/// The database.
pub async fn import_tenancies(tx: &mut Tx, csv: &str, only_try: bool, actor: &str) -> Done<(usize, Vec<BadRow>)> {
    let (rows, mut bad) = tenancy::read(csv);
    let here = Here::read(tx).await?;
    let mut good = Vec::with_capacity(rows.len());
    for (row, new) in &rows {
        match find(tx, &here, new).await {
            Ok(found) => good.push((new, found)),
            Err(ActionError::Invalid(wrong)) => {
                bad.extend(wrong.into_iter().map(|FieldError { field, message }| BadRow { row: *row, field, message }))
            }
            Err(error) => return Err(error),
        }
    }
    bad.sort_by_key(|bad| bad.row);
    if only_try || !bad.is_empty() {
        return Ok((good.len(), bad));
    }
    hold(tx, good.iter().map(|(_, found)| found)).await?;
    for (new, found) in &good {
        keep(tx, new, found, actor).await?;
    }
    tx.usage().audit(actor, "tenancy.import", "tenancies", None, Some(json!({"rows": good.len()}))).await?;
    Ok((good.len(), bad))
}

/// Takes a tenancy away.
///
/// # Errors
/// `NotFound`.
pub async fn end_tenancy(tx: &mut Tx, id: TenancyId, actor: &str) -> Done<()> {
    let tenancy = tx.tenancies().get(id).await?.ok_or(ActionError::NotFound("tenancy"))?;
    tx.tenancies().remove(&tenancy).await?;
    let before = json!({"property_id": tenancy.property_id, "contact_id": tenancy.contact_id});
    Ok(tx.usage().audit(actor, "tenancy.delete", &id.to_string(), Some(before), None).await?)
}

/// Enters a contractor, in place of the one for the same property and trade.
///
/// # Errors
/// `Invalid` with every field that is wrong.
pub async fn put_contractor(tx: &mut Tx, new: &NewContractor, actor: &str) -> Done<ContractorId> {
    let mut wrong = Vec::new();
    let property = match &new.reference {
        Some(reference) => property(tx, reference, &mut wrong).await?,
        None => None,
    };
    let country = tx.tenants().me().await?.country;
    let phone = number(&country, "phone", &new.phone, &mut wrong);
    name("name", new.name.as_deref(), &mut wrong);
    let Some(phone) = phone.filter(|_| wrong.is_empty()) else { return Err(ActionError::Invalid(wrong)) };
    let contact = person(tx, &phone, new.name.as_deref(), ContactKind::Supplier, actor).await?;
    let id = tx.tenancies().put_contractor(contact, property, new.trade).await?;
    let after = json!({"reference": new.reference, "trade": new.trade});
    tx.usage().audit(actor, "contractor.create", &id.to_string(), None, Some(after)).await?;
    Ok(id)
}

/// Takes a contractor away; the person stays.
///
/// # Errors
/// `NotFound`.
pub async fn remove_contractor(tx: &mut Tx, id: ContractorId, actor: &str) -> Done<()> {
    let contractor = tx.tenancies().contractor(id).await?.ok_or(ActionError::NotFound("contractor"))?;
    tx.tenancies().remove_contractor(&contractor).await?;
    let before = json!({"property_id": contractor.property_id, "trade": contractor.trade});
    Ok(tx.usage().audit(actor, "contractor.delete", &id.to_string(), Some(before), None).await?)
}

/// What a tenancy names, as it is known here.
struct Found {
    property: PropertyId,
    holder: Phone,
    landlord: Option<Phone>,
    manager: Option<UserId>,
}

/// What every row is read by.
struct Here {
    country: String,
    users: Vec<User>,
}

impl Here {
    async fn read(tx: &mut Tx) -> Done<Self> {
        Ok(Self { country: tx.tenants().me().await?.country, users: tx.users().all().await? })
    }
}

async fn find(tx: &mut Tx, here: &Here, new: &NewTenancy) -> Done<Found> {
    let mut wrong = Vec::new();
    let property = property(tx, &new.reference, &mut wrong).await?;
    let holder = number(&here.country, "phone", &new.phone, &mut wrong);
    let landlord = new.landlord_phone.as_ref();
    let landlord = landlord.and_then(|phone| number(&here.country, "landlord_phone", phone, &mut wrong));
    name("name", new.name.as_deref(), &mut wrong);
    name("landlord_name", new.landlord_name.as_deref(), &mut wrong);
    if new.landlord_name.is_some() && new.landlord_phone.is_none() {
        wrong.push(FieldError::new("landlord_phone", "must be given with the landlord's name"));
    }
    let manager = new.manager.as_ref().and_then(|email| colleague(&here.users, email)).map(|user| user.id);
    if new.manager.is_some() && manager.is_none() {
        wrong.push(FieldError::new("manager", NOBODY));
    }
    match (property, holder) {
        (Some(property), Some(holder)) if wrong.is_empty() => Ok(Found { property, holder, landlord, manager }),
        _ => Err(ActionError::Invalid(wrong)),
    }
}

/// Takes everybody whom tenancies name, in the order of their ids as everywhere: two entries at a time, or an entry and a merge,
/// wait for each other, and both get there.
async fn hold(tx: &mut Tx, all: impl IntoIterator<Item = &Found>) -> Done<()> {
    let numbers = all.into_iter().flat_map(|found| [Some(&found.holder), found.landlord.as_ref()]).flatten();
    let mut numbers: Vec<&Phone> = numbers.collect();
    numbers.sort();
    numbers.dedup();
    let mut people = Vec::with_capacity(numbers.len());
    for phone in numbers {
        people.push(tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await?.id);
    }
    people.sort_unstable();
    people.dedup();
    for id in people {
        tx.contacts().hold(id).await?;
    }
    Ok(())
}

async fn keep(tx: &mut Tx, new: &NewTenancy, found: &Found, actor: &str) -> Done<(TenancyId, bool)> {
    let holder = person(tx, &found.holder, new.name.as_deref(), ContactKind::Tenancy, actor).await?;
    let landlord = match &found.landlord {
        Some(phone) => Some(person(tx, phone, new.landlord_name.as_deref(), ContactKind::Landlord, actor).await?),
        None => None,
    };
    let (property, manager, ends_on) = (found.property, found.manager, new.ends_on);
    let mut told = Let { property, holder, landlord, manager, ends_on };
    if let Some(before) = tx.tenancies().of(property, holder).await? {
        for name in &new.untold {
            match *name {
                "landlord_phone" => told.landlord = before.landlord_id,
                "manager" => told.manager = before.manager_id,
                _ => told.ends_on = before.ends_on,
            }
        }
    }
    Ok(tx.tenancies().put(&told).await?)
}

/// The person with this number. Who was nothing in particular is that kind of person from now on.
async fn person(tx: &mut Tx, phone: &Phone, name: Option<&str>, kind: ContactKind, actor: &str) -> Done<ContactId> {
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await?;
    let contact = tx.contacts().hold(contact.id).await?;
    let change = ContactChange {
        kind: Some(kind).filter(|_| contact.kind == ContactKind::Lead),
        name: name.filter(|name| contact.name.as_deref() != Some(name)).map(str::to_owned),
        ..ContactChange::default()
    };
    if change.kind.is_some() || change.name.is_some() {
        contacts::set(tx, &contact, &change, actor).await?;
    }
    Ok(contact.id)
}

async fn property(tx: &mut Tx, reference: &str, wrong: &mut Vec<FieldError>) -> Done<Option<PropertyId>> {
    let found = tx.properties().by_reference(reference).await?;
    if found.is_none() {
        wrong.push(FieldError::new("reference", "is the reference of no property"));
    }
    Ok(found.map(|property| property.id))
}

fn number(country: &str, field: &str, text: &str, wrong: &mut Vec<FieldError>) -> Option<Phone> {
    let phone = parse(text, country).phone;
    if phone.is_none() {
        wrong.push(FieldError::new(field, "is not a phone number"));
    }
    phone
}

fn name(field: &str, name: Option<&str>, wrong: &mut Vec<FieldError>) {
    if name.is_some_and(|name| name.chars().count() > LONGEST) {
        wrong.push(FieldError::new(field, "must be at most 200 characters long"));
    }
}
