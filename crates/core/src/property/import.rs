//! Properties from a CSV file (D3): each row is a property or a list of what is wrong with it; nothing is guessed.
//!
//! Comma-separated with quotes as in RFC 4180; the first row names the columns: `reference, deal, kind, door, street, area,
//! postcode, bedrooms, price, period, features (separated by ;), link, photos, floor_plan, epc, tour (addresses, separated by
//! blanks or |), state`.

use super::{Media, Medium, MediumKind, NewProperty, PropertyState};
use crate::reception::words::{Deal, Period};
use std::str::FromStr;

/// The most rows of one file.
pub const MOST_ROWS: usize = 20_000;

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Counted as a spreadsheet does: the header is row 1.
    pub row: usize,
    /// The column at fault; empty for the row as a whole.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// Reads a file: the properties that are whole, with their rows, and everything that is wrong with the others.
pub fn read(text: &str) -> (Vec<(usize, NewProperty)>, Vec<BadRow>) {
    let mut rows = records(text.trim_start_matches('\u{feff}')).into_iter().enumerate();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let Some((_, header)) = rows.next() else { return (good, vec![whole(1, "must name the columns")]) };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    for name in ["reference", "deal", "kind", "street", "price"] {
        if !header.iter().any(|column| column == name) {
            bad.push(BadRow { row: 1, field: name.to_owned(), message: "is missing among the columns".to_owned() });
        }
    }
    if !bad.is_empty() {
        return (good, bad);
    }
    for (at, record) in rows.filter(|(_, record)| record.iter().any(|cell| !cell.trim().is_empty())) {
        let row = at + 1;
        if good.len() >= MOST_ROWS {
            bad.push(whole(row, "is one too many for a file"));
            break;
        }
        let cells = Cells { row, header: &header, record: &record };
        match cells.property() {
            Ok(property) => good.push((row, property)),
            Err(wrong) => bad.extend(wrong),
        }
    }
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

fn whole(row: usize, message: &str) -> BadRow {
    BadRow { row, field: String::new(), message: message.to_owned() }
}

struct Cells<'a> {
    row: usize,
    header: &'a [String],
    record: &'a [String],
}

impl Cells<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let at = self.header.iter().position(|column| column == name)?;
        let cell = self.record.get(at)?.trim();
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    fn bad(&self, field: &str, message: &str) -> BadRow {
        BadRow { row: self.row, field: field.to_owned(), message: message.to_owned() }
    }

    fn word<T: FromStr>(&self, name: &str, usual: Option<T>, wrong: &mut Vec<BadRow>, words: &str) -> Option<T> {
        let Some(text) = self.text(name) else {
            if usual.is_none() {
                wrong.push(self.bad(name, &format!("must be one of: {words}")));
            }
            return usual;
        };
        let read = text.to_lowercase().replace(' ', "_").parse().ok();
        if read.is_none() {
            wrong.push(self.bad(name, &format!("must be one of: {words}")));
        }
        read
    }

    fn number<T: FromStr>(&self, name: &str, usual: T, wrong: &mut Vec<BadRow>) -> T {
        let Some(text) = self.text(name) else { return usual };
        let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '£' | '₪')).collect();
        plain.parse().unwrap_or_else(|_| {
            wrong.push(self.bad(name, "must be a whole number"));
            usual
        })
    }

    /// What shows it, of the kinds that have a column; `None` where none has.
    fn media(&self) -> Option<Media> {
        let columns = [
            ("photos", MediumKind::Photo),
            ("floor_plan", MediumKind::FloorPlan),
            ("epc", MediumKind::Epc),
            ("tour", MediumKind::Tour),
        ];
        let told: Vec<_> = columns.iter().filter(|(name, _)| self.header.iter().any(|own| own == name)).collect();
        let urls = |name: &str, kind: MediumKind| {
            let cell = self.text(name).unwrap_or_default();
            let urls = cell.split(|c: char| c == '|' || c.is_whitespace()).filter(|url| !url.is_empty());
            urls.map(|url| Medium { kind, url: url.to_owned() }).collect::<Vec<_>>()
        };
        (!told.is_empty()).then(|| Media {
            kinds: told.iter().map(|(_, kind)| *kind).collect(),
            all: told.iter().flat_map(|(name, kind)| urls(name, *kind)).collect(),
        })
    }

    fn property(&self) -> Result<NewProperty, Vec<BadRow>> {
        let mut wrong = Vec::new();
        let deal = self.word("deal", None, &mut wrong, "rent, sale");
        let kind = self.word("kind", None, &mut wrong, "flat, house, studio, maisonette");
        let usual = if deal == Some(Deal::Sale) { Period::Total } else { Period::Month };
        let period = self.word("period", Some(usual), &mut wrong, "week, month, year, total");
        let state = "available, under_offer, gone, withdrawn";
        let state = self.word("state", Some(PropertyState::Available), &mut wrong, state);
        let bedrooms = self.number("bedrooms", 0_u8, &mut wrong);
        let price = self.number("price", 0_i64, &mut wrong);
        let features = self.text("features").unwrap_or_default();
        let (Some(deal), Some(kind), Some(period), Some(state), true) = (deal, kind, period, state, wrong.is_empty())
        else {
            return Err(wrong);
        };
        let property = NewProperty {
            reference: self.text("reference").unwrap_or_default(),
            deal,
            kind,
            door: self.text("door"),
            street: self.text("street").unwrap_or_default(),
            area: self.text("area"),
            postcode: self.text("postcode"),
            bedrooms,
            price,
            period,
            features: features.split(';').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            link: self.text("link"),
            media: self.media(),
            state,
        };
        let wrong: Vec<BadRow> =
            property.problems().into_iter().map(|(field, message)| self.bad(field, message)).collect();
        if wrong.is_empty() { Ok(property) } else { Err(wrong) }
    }
}

/// The records of a CSV text; quotes may hold commas, line ends and doubled quotes.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
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
