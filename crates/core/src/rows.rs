//! Rows of a CSV file (D3): comma-separated with quotes as in RFC 4180; the first row names the columns. What cannot be taken
//! is told row by row, as a spreadsheet counts; nothing is guessed.

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

/// Reads a file row by row with `read`, which says what a row is or everything that is wrong with it: the rows that are whole,
/// with their numbers, and what is wrong with the others.
pub(crate) fn each<T>(
    text: &str,
    columns: &[&str],
    read: impl Fn(&Cells<'_>) -> Result<T, Vec<BadRow>>,
) -> (Vec<(usize, T)>, Vec<BadRow>) {
    let mut rows = records(text.trim_start_matches('\u{feff}')).into_iter().enumerate();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let Some((_, header)) = rows.next() else { return (good, vec![whole(1, "must name the columns")]) };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    for name in columns {
        if !header.iter().any(|column| column == name) {
            bad.push(BadRow { row: 1, field: (*name).to_owned(), message: "is missing among the columns".to_owned() });
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
        match read(&Cells { row, header: &header, record: &record }) {
            Ok(found) => good.push((row, found)),
            Err(wrong) => bad.extend(wrong),
        }
    }
    (good, bad)
}

fn whole(row: usize, message: &str) -> BadRow {
    BadRow { row, field: String::new(), message: message.to_owned() }
}

/// One row.
pub(crate) struct Cells<'a> {
    row: usize,
    header: &'a [String],
    record: &'a [String],
}

impl Cells<'_> {
    /// Whether the file has this column.
    pub fn has(&self, name: &str) -> bool {
        self.header.iter().any(|column| column == name)
    }

    /// What stands in a column, if something does.
    pub fn text(&self, name: &str) -> Option<String> {
        let at = self.header.iter().position(|column| column == name)?;
        let cell = self.record.get(at)?.trim();
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    /// What is wrong with a column of this row.
    pub fn bad(&self, field: &str, message: &str) -> BadRow {
        BadRow { row: self.row, field: field.to_owned(), message: message.to_owned() }
    }

    /// One of `words`; `usual` where nothing stands.
    pub fn word<T: FromStr>(&self, name: &str, usual: Option<T>, wrong: &mut Vec<BadRow>, words: &str) -> Option<T> {
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

    /// A number; `usual` where nothing stands.
    pub fn number<T: FromStr>(&self, name: &str, usual: T, wrong: &mut Vec<BadRow>) -> T {
        let Some(text) = self.text(name) else { return usual };
        let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '£' | '₪')).collect();
        plain.parse().unwrap_or_else(|_| {
            wrong.push(self.bad(name, "must be a whole number"));
            usual
        })
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
