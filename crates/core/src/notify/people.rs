//! Who is told of leads, when each of them may be told, and what they can answer with one tap (A13).
//!
//! Always true: the owner comes first and everyone once; an emergency waits for nobody's quiet hours; whoever is not told now
//! has a time at which they are.

use crate::id::LeadId;
use crate::phone::{Phone, parse};
use crate::settings::{QuietHours, Tell};
use crate::tenant::Tenant;
use crate::texts::Key;
use jiff::Timestamp;

/// One of the business's own people.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Stays the same as long as their addresses do, and does not show them.
    pub key: String,
    /// Name.
    pub name: String,
    /// Mobile number.
    pub phone: Option<Phone>,
    /// Email address.
    pub email: Option<String>,
    /// When they are told nothing but emergencies.
    pub quiet: QuietHours,
}

impl Person {
    fn new(name: &str, phone: Option<Phone>, email: Option<&str>, quiet: &QuietHours) -> Self {
        let email = email.map(|email| email.trim().to_lowercase());
        let address = phone.as_ref().map(|p| p.as_str().to_owned()).or_else(|| email.clone()).unwrap_or_default();
        Self { key: fingerprint(&address), name: name.to_owned(), phone, email, quiet: quiet.clone() }
    }

    fn is(&self, other: &Self) -> bool {
        let same_phone = self.phone.is_some() && self.phone == other.phone;
        same_phone || self.phone.is_none() && self.email.is_some() && self.email == other.email
    }
}

/// The owner, then the recipients in the tenant's order, each once. The owner is among them even without any address: a
/// room in Slack needs none.
pub fn people(tenant: &Tenant) -> Vec<Person> {
    let notify = &tenant.settings.notify;
    let owner = &tenant.owner;
    let mut all =
        vec![Person::new(&owner.name, owner.phone.clone(), owner.email.as_deref(), &notify.owner_quiet_hours)];
    for recipient in &notify.recipients {
        let phone = recipient.phone.as_deref().and_then(|raw| parse(raw, &tenant.country).phone);
        let person = Person::new(&recipient.name, phone, recipient.email.as_deref(), &recipient.quiet_hours);
        let reachable = person.phone.is_some() || person.email.is_some();
        if reachable && !all.iter().any(|known| person.is(known)) {
            all.push(person);
        }
    }
    all
}

/// Who may be told now, in order, and who later.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rota {
    /// May be told now; with `Tell::OnDuty` the first who can be reached is enough.
    pub now: Vec<Person>,
    /// In their quiet hours, and until when. With `Tell::OnDuty` only the first to be back, and only if nobody is on duty.
    pub later: Vec<(Person, Timestamp)>,
}

/// Sorts people by their quiet hours.
pub fn rota(people: Vec<Person>, tenant: &Tenant, emergency: bool, now: Timestamp) -> Rota {
    let mut rota = Rota::default();
    for person in people {
        match person.quiet.wait_until(&[], now, &tenant.time_zone).filter(|_| !emergency) {
            Some(until) => rota.later.push((person, until)),
            None => rota.now.push(person),
        }
    }
    if tenant.settings.notify.tell == Tell::OnDuty {
        let first = rota.later.into_iter().min_by_key(|(_, until)| *until);
        rota.later = first.into_iter().filter(|_| rota.now.is_empty()).collect();
    }
    rota
}

crate::words! {
    /// What can be answered to a notice with one tap.
    pub enum Answer {
        /// "I spoke with them": nothing more is sent to the customer.
        Spoke = "spoke",
        /// "Not a lead": the lead is closed.
        NotLead = "not_lead",
        /// "Remind me": told again after a while.
        Remind = "remind",
    }
}

impl Answer {
    /// The words on the button.
    pub const fn title(self) -> Key {
        match self {
            Self::Spoke => Key::ButtonSpoke,
            Self::NotLead => Key::ButtonNotLead,
            Self::Remind => Key::ButtonRemind,
        }
    }

    /// The id of the button under a notice about this lead.
    pub fn button(self, lead: LeadId) -> String {
        format!("{self}:{lead}")
    }

    /// The answer and the lead in the id of a tapped button.
    pub fn of_button(id: &str) -> Option<(Self, LeadId)> {
        let (word, lead) = id.split_once(':')?;
        Some((word.parse().ok()?, lead.parse().ok()?))
    }
}

/// FNV-1a, 64 bits: tells a handful of people apart without showing their numbers. Not a secret.
fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}
