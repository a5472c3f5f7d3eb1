//! Properties from a CSV file (D3): each row is a property or a list of what is wrong with it.
//!
//! The columns: `reference, deal, kind, door, street, area, postcode, bedrooms, price, period, features (separated by ;), link,
//! photos, floor_plan, epc, tour (addresses, separated by blanks or |), state`.

use super::{Media, Medium, MediumKind, NewProperty, PropertyState};
use crate::reception::words::{Deal, Period};
use crate::rows::{BadRow, Cells, each};

/// Reads a file: the properties that are whole, with their rows, and everything that is wrong with the others.
pub fn read(text: &str) -> (Vec<(usize, NewProperty)>, Vec<BadRow>) {
    let (mut good, mut bad) = each(text, &["reference", "deal", "kind", "street", "price"], property);
    let mut seen = std::collections::HashSet::new();
    good.retain(|(row, property)| {
        let first = seen.insert(property.reference.clone());
        if !first {
            let message = "stands in an earlier row, too".to_owned();
            bad.push(BadRow { row: *row, field: "reference".to_owned(), message });
        }
        first
    });
    (good, bad)
}

fn property(row: &Cells<'_>) -> Result<NewProperty, Vec<BadRow>> {
    let mut wrong = Vec::new();
    let deal = row.word("deal", None, &mut wrong, "rent, sale");
    let kind = row.word("kind", None, &mut wrong, "flat, house, studio, maisonette");
    let usual = if deal == Some(Deal::Sale) { Period::Total } else { Period::Month };
    let period = row.word("period", Some(usual), &mut wrong, "week, month, year, total");
    let state = "available, under_offer, gone, withdrawn";
    let state = row.word("state", Some(PropertyState::Available), &mut wrong, state);
    let bedrooms = row.number("bedrooms", 0_u8, &mut wrong);
    let price = row.number("price", 0_i64, &mut wrong);
    let features = row.text("features").unwrap_or_default();
    let (Some(deal), Some(kind), Some(period), Some(state), true) = (deal, kind, period, state, wrong.is_empty())
    else {
        return Err(wrong);
    };
    let property = NewProperty {
        reference: row.text("reference").unwrap_or_default(),
        deal,
        kind,
        door: row.text("door"),
        street: row.text("street").unwrap_or_default(),
        area: row.text("area"),
        postcode: row.text("postcode"),
        bedrooms,
        price,
        period,
        features: features.split(';').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        link: row.text("link"),
        media: media(row),
        viewings: None,
        state,
    };
    let wrong: Vec<BadRow> =
        property.problems().into_iter().map(|(field, message)| row.bad(&field, &message)).collect();
    if wrong.is_empty() { Ok(property) } else { Err(wrong) }
}

/// What shows it, of the kinds that have a column; `None` where none has.
fn media(row: &Cells<'_>) -> Option<Media> {
    let columns = [
        ("photos", MediumKind::Photo),
        ("floor_plan", MediumKind::FloorPlan),
        ("epc", MediumKind::Epc),
        ("tour", MediumKind::Tour),
    ];
    let told: Vec<_> = columns.iter().filter(|(name, _)| row.has(name)).collect();
    let urls = |name: &str, kind: MediumKind| {
        let cell = row.text(name).unwrap_or_default();
        let urls = cell.split(|c: char| c == '|' || c.is_whitespace()).filter(|url| !url.is_empty());
        urls.map(|url| Medium { kind, url: url.to_owned() }).collect::<Vec<_>>()
    };
    (!told.is_empty()).then(|| Media {
        kinds: told.iter().map(|(_, kind)| *kind).collect(),
        all: told.iter().flat_map(|(name, kind)| urls(name, *kind)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_properties_or_say_what_is_wrong() {
        let text = "\u{feff}Reference,Deal,Kind,Street,Area,Postcode,Bedrooms,Price,Features\r\n\
            EA-7,rent,flat,\"Elgin Avenue, upper\",Maida Vale,W9 2AB,2,\"£2,100\",garden; parking\r\n\
            \r\n\
            EA-8,lease,flat,Elgin Avenue,,W9 2AB,2,2100,\r\n\
            EA-9,rent,flat,Elgin Avenue,,,two,2100,\r\n\
            EA-7,rent,flat,Elgin Avenue,,W9 2AB,2,2100,\"say \"\"hi\"\"\"\r\n\
            S-1,sale,house,Acacia Road,Ealing,,3,750000,\r\n";
        let (good, bad) = read(text);
        let kept: Vec<(usize, &str, i64)> = good.iter().map(|(row, p)| (*row, p.reference.as_str(), p.price)).collect();
        assert_eq!(kept, [(2, "EA-7", 2_100), (7, "S-1", 750_000)]);
        assert_eq!(good[0].1.features, ["garden", "parking"]);
        assert_eq!((good[0].1.street.as_str(), good[1].1.period), ("Elgin Avenue, upper", Period::Total));
        let wrong: Vec<(usize, &str)> = bad.iter().map(|bad| (bad.row, bad.field.as_str())).collect();
        assert_eq!(wrong, [(4, "deal"), (5, "bedrooms"), (6, "reference")]);
        assert_eq!(good[0].1.media, None, "nothing is told of what shows it");
        assert_eq!(read("").1[0].row, 1);
        assert_eq!(read("a,b\n1,2").1.len(), 5);
    }

    #[test]
    fn what_shows_a_property_is_a_column_each_and_only_https() {
        let text = "reference,deal,kind,street,area,price,photos,epc\n\
            A,rent,flat,Elgin Avenue,Maida Vale,2100,https://p.example/1.jpg | https://p.example/2.jpg,https://p.example/epc\n\
            B,rent,flat,Elgin Avenue,Maida Vale,2100,,\n\
            C,rent,flat,Elgin Avenue,Maida Vale,2100,http://p.example/1.jpg,\n";
        let (good, bad) = read(text);
        let of = |kind, url: &str| Medium { kind, url: url.to_owned() };
        let photo = |n: u8| of(MediumKind::Photo, &format!("https://p.example/{n}.jpg"));
        let kinds = vec![MediumKind::Photo, MediumKind::Epc];
        let all = vec![photo(1), photo(2), of(MediumKind::Epc, "https://p.example/epc")];
        assert_eq!(good[0].1.media, Some(Media { kinds: kinds.clone(), all }));
        assert_eq!(good[1].1.media, Some(Media { kinds, all: vec![] }));
        assert_eq!(bad.iter().map(|bad| (bad.row, bad.field.as_str())).collect::<Vec<_>>(), [(4, "media")]);
    }
}
