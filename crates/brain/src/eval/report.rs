//! What came out of a measurement: rates per field and language with their uncertainty, and every miss.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// So many of so many were right. A program is told the share and its interval too.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rate {
    /// Right.
    pub right: usize,
    /// Compared.
    pub of: usize,
}

impl Rate {
    /// Counts one.
    pub fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    /// The share that was right, 0 to 1; 1 when nothing was compared.
    pub fn share(&self) -> f64 {
        if self.of == 0 { 1.0 } else { self.right as f64 / self.of as f64 }
    }

    /// The Wilson interval that holds the true share with 95 % confidence.
    pub fn interval(&self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, p, z) = (self.of as f64, self.share(), 1.959_964);
        let middle = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (low, high) = self.interval();
        let mut fields = serializer.serialize_struct("Rate", 5)?;
        fields.serialize_field("right", &self.right)?;
        fields.serialize_field("of", &self.of)?;
        fields.serialize_field("share", &self.share())?;
        fields.serialize_field("low", &low)?;
        fields.serialize_field("high", &high)?;
        fields.end()
    }
}

/// Rates by field.
pub type Table = BTreeMap<String, Rate>;

/// One field of one row that was not right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// The row.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// The field.
    pub field: String,
    /// What was written.
    pub text: String,
    /// What it should have given.
    pub expected: String,
    /// What it gave.
    pub got: String,
}

/// The result of a measurement.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The brain that was measured.
    pub brain: String,
    /// Rows read.
    pub rows: usize,
    /// Rows that the brain could not answer; all their fields count as wrong.
    pub failed: usize,
    /// Over all languages.
    pub total: Table,
    /// Over the languages the product promises: he, he-Latn, he-en, en (A10).
    pub promised: Table,
    /// By language.
    pub by_language: BTreeMap<String, Table>,
    /// How often each intent was understood, by the one that should have been (turns of callers).
    pub by_intent: Table,
    /// Everything that was wrong.
    pub misses: Vec<Miss>,
}

/// Languages in which understanding is promised.
const PROMISED: [&str; 4] = ["he", "he-Latn", "he-en", "en"];

impl Report {
    /// Counts one field of one row.
    pub fn add(&mut self, lang: &str, field: &str, right: bool) {
        let mut tables = vec![&mut self.total];
        if PROMISED.contains(&lang) {
            tables.push(&mut self.promised);
        }
        tables.push(self.by_language.entry(lang.to_owned()).or_default());
        for table in tables {
            table.entry(field.to_owned()).or_default().add(right);
        }
    }

    /// The rate of a field over the promised languages.
    pub fn promised(&self, field: &str) -> Rate {
        self.promised.get(field).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} rows, {} not answered", self.brain, self.rows, self.failed)?;
        table(f, "he+he-Latn+he-en+en", &self.promised)?;
        table(f, "all", &self.total)?;
        for (lang, rates) in &self.by_language {
            table(f, lang, rates)?;
        }
        table(f, "intent", &self.by_intent)?;
        for miss in &self.misses {
            writeln!(f, "miss {} {} {}: {:?}", miss.id, miss.lang, miss.field, miss.text)?;
            writeln!(f, "     expected {}, got {}", miss.expected, miss.got)?;
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, title: &str, rates: &Table) -> fmt::Result {
    for (field, rate) in rates {
        let (low, high) = rate.interval();
        let percent = |x: f64| x * 100.0;
        writeln!(
            f,
            "{title:<20} {field:<22} {:>4}/{:<4} {:>5.1} %  ({:.1} to {:.1})",
            rate.right,
            rate.of,
            percent(rate.share()),
            percent(low),
            percent(high)
        )?;
    }
    Ok(())
}
