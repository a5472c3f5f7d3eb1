//! Who rents a property, whose it is, which colleague looks after it, and who mends what (C2, C8).

use crate::id::{ContactId, ContractorId, PropertyId, TenancyId, UserId};
use crate::property::{NewProperty, Property, address_of};
use crate::reception::words::FaultCategory;
use crate::rows::{BadRow, Cells, each};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A property that somebody rents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenancy {
    /// Its id.
    pub id: TenancyId,
    /// Which property.
    pub property_id: PropertyId,
    /// Who rents it.
    pub contact_id: ContactId,
    /// Whose it is.
    pub landlord_id: Option<ContactId>,
    /// The colleague who looks after it.
    pub manager_id: Option<UserId>,
    /// Its last day, where that is known.
    pub ends_on: Option<Date>,
    /// Entered at.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// Someone who mends things: everywhere or in one property, everything or one trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contractor {
    /// Its id.
    pub id: ContractorId,
    /// Who.
    pub contact_id: ContactId,
    /// The property; none for all.
    pub property_id: Option<PropertyId>,
    /// What they mend; none for everything.
    pub trade: Option<FaultCategory>,
    /// Entered at.
    pub created_at: Timestamp,
}

/// A tenancy as it is entered, one by one or from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewTenancy {
    /// The business's own reference of the property.
    pub reference: String,
    /// The number of who rents it.
    pub phone: String,
    /// Their name.
    pub name: Option<String>,
    /// The number of whose it is.
    pub landlord_phone: Option<String>,
    /// Their name.
    pub landlord_name: Option<String>,
    /// The address that the managing colleague signs in with.
    pub manager: Option<String>,
    /// Its last day.
    pub ends_on: Option<Date>,
    /// Which of [`KEPT`](Self::KEPT) were not told at all: of a tenancy that is known they stay as they are.
    pub untold: Vec<&'static str>,
}

impl NewTenancy {
    /// What can be left as it is.
    pub const KEPT: [&'static str; 3] = ["landlord_phone", "manager", "ends_on"];
}

/// Reads a CSV file of tenancies: those that are whole, with their rows, and everything that is wrong with the others. The
/// columns: `reference, phone, name, landlord_phone, landlord_name, manager, ends_on`.
pub fn read(text: &str) -> (Vec<(usize, NewTenancy)>, Vec<BadRow>) {
    each(text, &["reference", "phone"], tenancy)
}

fn tenancy(row: &Cells<'_>) -> Result<NewTenancy, Vec<BadRow>> {
    let ends_on = row.text("ends_on").map(|text| text.parse::<Date>());
    let new = NewTenancy {
        reference: row.text("reference").unwrap_or_default(),
        phone: row.text("phone").unwrap_or_default(),
        name: row.text("name"),
        landlord_phone: row.text("landlord_phone"),
        landlord_name: row.text("landlord_name"),
        manager: row.text("manager"),
        ends_on: ends_on.clone().and_then(Result::ok),
        untold: NewTenancy::KEPT.into_iter().filter(|name| !row.has(name)).collect(),
    };
    match ends_on {
        Some(Err(_)) => Err(vec![row.bad("ends_on", A_DATE)]),
        _ => Ok(new),
    }
}

/// What is wrong with a last day.
pub const A_DATE: &str = "must be a date such as 2027-03-31";

/// A home that a caller rents, as a talk knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The property's id.
    pub property: String,
    /// Door and road.
    pub place: String,
    /// The whole address.
    pub address: String,
}

impl Home {
    /// A property as its tenant's home.
    pub fn of(property: &Property) -> Self {
        let NewProperty { door, street, .. } = &property.entered;
        Self {
            property: property.id.to_string(),
            place: address_of(door.as_deref(), street, None),
            address: property.address(),
        }
    }

    /// The home that an address is said of: the one with its door and road, else the only one that tells all of it.
    pub fn meant<'h>(homes: &'h [Self], said: &str) -> Option<&'h Self> {
        let mut telling = homes.iter().filter(|home| home.tells(said));
        let told = telling.next().filter(|_| telling.next().is_none());
        homes.iter().find(|home| home.is_at(said)).or(told)
    }

    /// Whether all that was said stands in this address: its postcode, its road, its number.
    fn tells(&self, said: &str) -> bool {
        let (own, said) = (words(&self.address), words(said));
        !said.is_empty() && said.iter().all(|word| own.contains(word))
    }

    /// Whether an address as it was said is this one: door and road stand in it as they are, or with the road first.
    fn is_at(&self, said: &str) -> bool {
        let number = ["number", "no", "מספר", "מס"];
        let bare = |text: &str| -> Vec<String> {
            words(text).into_iter().filter(|word| !number.contains(&word.as_str())).collect()
        };
        let (said, mut place) = (bare(said), bare(&self.place));
        (0..place.len()).any(|_| {
            place.rotate_left(1);
            said.windows(place.len()).any(|part| part == place)
        })
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_tenancies_or_say_what_is_wrong() {
        let text = "reference,phone,name,landlord_phone,manager,ends_on\n\
            EA-7,+447700900123,Sam Hill,+447700900124,kim@acme.example,2027-03-31\n\
            EA-8,+447700900125,,,,soon\n";
        let (good, bad) = read(text);
        assert_eq!((good.len(), good[0].0, good[0].1.name.as_deref()), (1, 2, Some("Sam Hill")));
        assert_eq!(good[0].1.ends_on, Some(jiff::civil::date(2027, 3, 31)));
        assert!(good[0].1.untold.is_empty());
        assert_eq!(read("reference,phone,manager\nEA-7,+447700900123,\n").0[0].1.untold, ["landlord_phone", "ends_on"]);
        assert_eq!(bad, [BadRow { row: 3, field: "ends_on".to_owned(), message: A_DATE.to_owned() }]);
        assert_eq!(read("reference,name\nEA-7,Sam").1[0].field, "phone");
    }

    #[test]
    fn a_part_of_an_address_is_the_only_home_that_has_it() {
        let home = |property: &str, place: &str, code: &str| Home {
            property: property.into(),
            place: place.into(),
            address: format!("{place}, {code}"),
        };
        let homes = [home("a", "7 Elgin Avenue", "W9 2AB"), home("b", "9 Elgin Avenue", "W9 2AC")];
        let meant = |said: &str| Home::meant(&homes, said).map(|home| home.property.as_str());
        assert_eq!(meant("W9 2AC"), Some("b"));
        assert_eq!(meant("9 Elgin Avenue, London"), Some("b"));
        assert_eq!(meant("Elgin Avenue"), None, "it may be either");
        assert_eq!(meant("12 Elm Road"), None);
    }

    #[test]
    fn a_home_is_known_by_door_and_road() {
        for (place, said, same) in [
            ("7 Elgin Avenue", "it's 7 elgin avenue, W9", true),
            ("7 Elgin Avenue", "Elgin Avenue number 7", true),
            ("7 Elgin Avenue", "17 Elgin Avenue", false),
            ("7 Elgin Avenue", "7 Acacia Road", false),
            ("7 Elgin Avenue", "Flat 7, 12 Elgin Avenue", false),
            ("7 Elgin Avenue", "Elgin Avenue 12, flat 7", false),
            ("Flat 2, 14 Elgin Avenue", "14 Elgin Avenue, flat 2", true),
            ("Flat 2, 14 Elgin Avenue", "Flat 14, 2 Elgin Avenue", false),
            ("7 הרצל", "רחוב הרצל מספר 7", true),
            ("7 הרצל", "הרצל 12 דירה 7", false),
        ] {
            let home = Home { property: String::new(), place: place.into(), address: String::new() };
            assert_eq!(home.is_at(said), same, "{place}: {said}");
        }
    }
}
