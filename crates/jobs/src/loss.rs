//! The loss account of a tenant's local day (P11): what is stored, put into its places by core.

use jiff::civil::Date;
use ringleader_core::loss::{self, Fate};
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::{Page, Traced};
use ringleader_store::{Conn, Result};
use std::collections::BTreeMap;

/// Calls looked at in one go.
const BATCH: u32 = 200;

/// What became of the missed calls of one local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The day, in the tenant's zone.
    pub date: Date,
    /// How many calls in each place, by reason.
    pub places: BTreeMap<Fate, BTreeMap<String, i64>>,
    /// Events of the day that came in and became nothing, by state of the inbox.
    pub set_aside: BTreeMap<String, i64>,
}

impl Account {
    /// Calls with this fate.
    pub fn count(&self, fate: Fate) -> i64 {
        self.places.get(&fate).map_or(0, |reasons| reasons.values().sum())
    }

    /// Calls that nobody answered and that count as missed.
    pub fn missed(&self) -> i64 {
        Fate::ALL.iter().filter(|fate| **fate != Fate::NotMissed).map(|fate| self.count(*fate)).sum()
    }

    /// Every missed call is contacted, held, excluded or on its way.
    pub fn balanced(&self) -> bool {
        self.count(Fate::Lost) == 0
    }
}

/// One call of an account with its place.
#[derive(Debug, Clone)]
pub struct Placed {
    /// What is stored about it.
    pub traced: Traced,
    /// Where it counts.
    pub fate: Fate,
    /// Why there.
    pub reason: String,
}

/// The account of a day.
pub async fn account(conn: &mut Conn, tenant: &Tenant, date: Date) -> Result<Account> {
    let mut account = Account { date, places: BTreeMap::new(), set_aside: BTreeMap::new() };
    let Some((begin, end)) = loss::bounds(date, &tenant.time_zone) else { return Ok(account) };
    for alike in conn.loss().alike(begin, end).await? {
        let (fate, reason) = loss::place(&alike.trace);
        *account.places.entry(fate).or_default().entry(reason).or_default() += alike.calls;
    }
    account.set_aside = conn.loss().set_aside(begin, end).await?.into_iter().collect();
    Ok(account)
}

/// The calls behind a number of the account, newest first: those of one place, or all. The second value is the cursor of the
/// next page.
pub async fn calls(
    conn: &mut Conn,
    tenant: &Tenant,
    date: Date,
    fate: Option<Fate>,
    page: &Page,
) -> Result<(Vec<Placed>, Option<String>)> {
    let Some((begin, end)) = loss::bounds(date, &tenant.time_zone) else { return Ok((vec![], None)) };
    let wanted = page.limit.clamp(1, 200) as usize;
    let (mut found, mut from) = (Vec::new(), Page { limit: BATCH, before: page.before.clone() });
    loop {
        let batch = conn.loss().one_by_one(begin, end, &from).await?;
        let last = batch.len() < BATCH as usize;
        from.before = batch.last().map(|traced| ringleader_store::db::id_text(traced.call)).or(from.before);
        let placed = batch.into_iter().map(|traced| {
            let (fate, reason) = loss::place(&traced.trace);
            Placed { traced, fate, reason }
        });
        found.extend(placed.filter(|call| fate.is_none_or(|fate| fate == call.fate)));
        if last || found.len() > wanted {
            break;
        }
    }
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = more.then(|| found.last().map(|call| ringleader_store::db::id_text(call.traced.call))).flatten();
    Ok((found, next))
}

/// Every lost call of a day.
pub async fn lost(conn: &mut Conn, tenant: &Tenant, date: Date) -> Result<Vec<Placed>> {
    let mut page = Page { limit: BATCH, before: None };
    let mut all = Vec::new();
    loop {
        let (found, next) = calls(conn, tenant, date, Some(Fate::Lost), &page).await?;
        all.extend(found);
        match next {
            Some(_) => page.before = next,
            None => return Ok(all),
        }
    }
}
