//! Tables as CSV that a spreadsheet opens right, in Hebrew too (D2): UTF-8 with its mark, lines that end with CR LF.
//!
//! Always true: a text that a spreadsheet would read as a formula or a number (`=…`, `+44…`, `050…`) begins with a left-to-right mark,
//! so it stays text and its digits keep their order among Hebrew words; numbers have a point and no groups.

use crate::problem::{Problem, Result};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use http::{StatusCode, header};
use std::io;
use std::time::Duration;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number; so many digits behind the point.
    Number(f64, usize),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number, 4))
    }
}

/// The left-to-right mark.
const LRM: char = '\u{200e}';

impl Cell {
    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => {
                let digits = text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit());
                let guarded = digits || text.starts_with(['=', '+', '-', '@', '\t', '\r']);
                let mark = if guarded { String::from(LRM) } else { String::new() };
                if text.contains([',', '"', '\n', '\r', ';']) {
                    out.push_str(&format!("\"{mark}{}\"", text.replace('"', "\"\"")));
                } else {
                    out.push_str(&format!("{mark}{text}"));
                }
            }
            Self::Whole(number) => out.push_str(&number.to_string()),
            Self::Number(number, digits) => out.push_str(&format!("{number:.digits$}")),
            Self::Empty => {}
        }
    }
}

/// By this a program knows that the text is UTF-8.
const MARK: char = '\u{feff}';

/// The text of a table.
pub(crate) fn text(rows: &[Vec<Cell>]) -> String {
    format!("{MARK}{}", lines(rows))
}

fn lines(rows: &[Vec<Cell>]) -> String {
    let mut out = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            cell.write(&mut out);
        }
        out.push_str("\r\n");
    }
    out
}

/// Whether a table is asked for, by the field `format` of a question to the API.
pub(crate) fn asked(format: Option<&str>) -> Result<bool> {
    match format {
        None | Some("json") => Ok(false),
        Some("csv") => Ok(true),
        Some(_) => Err(Problem::field("format", "must be one of: json, csv")),
    }
}

/// A table to be kept as a file of this name.
pub(crate) fn file(name: &str, rows: &[Vec<Cell>]) -> Response {
    (headers(name), text(rows)).into_response()
}

fn headers(name: &str) -> [(header::HeaderName, String); 2] {
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned());
    [kind, (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\""))]
}

/// Rows of a long table, and where those after them begin.
pub(crate) type Part = (Vec<Vec<Cell>>, Option<String>);

/// A table of any length, read part by part while it is sent, so that no more than a part is ever held. What fails at once is
/// an answer as any other. Later a busy database is asked again, since it took long to come so far; what fails all the same
/// breaks the answer off, so that nobody takes it for whole.
pub(crate) async fn parts<F, R>(name: &str, head: Vec<Cell>, cursor: Option<String>, part: F) -> Result<Response>
where
    F: Fn(Option<String>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Part>> + Send,
{
    let (rows, next) = part(cursor).await?;
    let begin = format!("{}{}", text(&[head]), lines(&rows));
    let rest = stream::try_unfold((part, next), |(part, next)| async move {
        if next.is_none() {
            return Ok::<_, io::Error>(None);
        }
        let (rows, next) = patiently(&part, next).await.map_err(|_| io::Error::other("the rest could not be read"))?;
        Ok(Some((lines(&rows), (part, next))))
    });
    let body = Body::from_stream(stream::once(std::future::ready(Ok(begin))).chain(rest));
    Ok((headers(name), body).into_response())
}

/// How often a part is asked for again, and how long after; tests wait for nothing.
const AGAIN: (usize, Duration) = (5, Duration::from_secs(if cfg!(test) { 0 } else { 1 }));

/// A part, asked for again where it is only too busy right now.
async fn patiently<F, R>(part: &F, cursor: Option<String>) -> Result<Part>
where
    F: Fn(Option<String>) -> R,
    R: Future<Output = Result<Part>>,
{
    for _ in 0..AGAIN.0 {
        match part(cursor.clone()).await {
            Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => tokio::time::sleep(AGAIN.1).await,
            told => return told,
        }
    }
    part(cursor).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_spreadsheet_reads_texts_as_texts_and_numbers_as_numbers() {
        let rows = [
            vec!["שיחות, נכנסות".into(), "+972501234567".into(), "=1+1".into(), "0501234567".into()],
            vec![Cell::Whole(-3), Some(0.5).into(), "say \"hi\"\nthere".into(), Cell::Empty],
        ];
        let told = "\u{feff}\"שיחות, נכנסות\",\u{200e}+972501234567,\u{200e}=1+1,\u{200e}0501234567\r\n-3,0.5000,\"say \"\"hi\"\"\nthere\",\r\n";
        assert_eq!(text(&rows), told);
    }

    async fn told(last: bool) -> std::result::Result<String, axum::Error> {
        let part = move |cursor: Option<String>| async move {
            match cursor.as_deref() {
                None => Ok::<Part, _>((vec![vec!["1".into()]], Some("second".into()))),
                Some("second") => Ok((vec![vec!["two, דני".into()]], Some("third".into()))),
                _ if last => Ok((vec![], None)),
                _ => Err(Problem::overloaded()),
            }
        };
        let answer =
            parts("rows", vec!["name".into()], None, part).await.unwrap_or_else(|_| panic!("the first is read"));
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn a_long_table_is_sent_part_by_part_and_one_that_breaks_off_never_looks_whole() {
        assert_eq!(told(true).await.ok().as_deref(), Some("\u{feff}name\r\n1\r\n\"two, דני\"\r\n"));
        assert!(told(false).await.is_err());
        let busy = AtomicUsize::new(0);
        let part = move |cursor: Option<String>| {
            let fails = cursor.is_some() && busy.fetch_add(1, Ordering::Relaxed) < 3;
            async move {
                match cursor {
                    _ if fails => Err(Problem::overloaded()),
                    None => Ok::<Part, _>((vec![], Some("second".into()))),
                    Some(_) => Ok((vec![vec!["2".into()]], None)),
                }
            }
        };
        let answer = parts("rows", vec!["name".into()], None, part).await.unwrap_or_else(|_| panic!("it is read"));
        let whole =
            axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a busy moment breaks nothing off");
        assert_eq!(whole, "\u{feff}name\r\n2\r\n");
        let refused = |_| async { Err::<Part, _>(Problem::overloaded()) };
        assert!(parts("rows", vec![], None, refused).await.is_err(), "what fails at once is an answer as any other");
    }
}
