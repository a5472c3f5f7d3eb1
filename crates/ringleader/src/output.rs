//! The one place that prints: answers to standard output, failures to standard error, as text or as JSON.

use crate::stop::Stop;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// Prints for people or, with `--json`, for programs.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// For programs if `json`.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// An answer: `text` for people, `value` for programs.
    pub fn answer(self, text: &str, value: &Value) {
        if self.json { put(&format!("{value:#}")) } else { put(text) }
    }

    /// A list: a table for people, `{"data": […]}` for programs. `columns` are keys of the rows.
    pub fn list(self, columns: &[&str], rows: &[Value], empty: &str) {
        match rows {
            _ if self.json => put(&format!("{:#}", json!({ "data": rows }))),
            [] => put(empty),
            rows => put(&table(columns, rows)),
        }
    }

    /// Why a command stopped.
    pub fn failure(self, stop: &Stop) {
        let text = if self.json {
            format!("{:#}", json!({ "error": stop }))
        } else if stop.mend.is_empty() {
            format!("ringleader: {}", stop.what)
        } else {
            format!("ringleader: {}\n{}", stop.what, stop.mend)
        };
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Wrong arguments, or a question for help or version; gives the exit code.
pub fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { crate::stop::WRONG_USE } else { 0 })
}

fn put(text: &str) {
    // A reader that went away (`| head`) is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end_matches('\n'));
}

fn table(columns: &[&str], rows: &[Value]) -> String {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|column| cell(&row[column])).collect()).collect();
    let width = |i: usize| cells.iter().map(|row| row[i].chars().count()).chain([columns[i].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut out = String::new();
    let head = columns.iter().map(|column| column.replace('_', " ")).collect();
    for row in std::iter::once(&head).chain(&cells) {
        let line = row.iter().zip(&widths).fold(String::new(), |mut line, (cell, width)| {
            let _ = write!(line, "{cell:width$}  ");
            line
        });
        out += line.trim_end();
        out.push('\n');
    }
    out
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.replace(['\n', '\r'], " "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_straight_columns_and_no_blanks_at_the_end() {
        let rows = [json!({"id": "job_1", "last_error": "a\nb"}), json!({"id": "job_20", "last_error": null})];
        assert_eq!(table(&["id", "last_error"], &rows), "id      last error\njob_1   a b\njob_20  -\n");
    }
}
