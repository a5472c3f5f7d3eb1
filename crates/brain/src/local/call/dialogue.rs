//! A transcript as the offline brain sees it: who said what, what the business had asked, and whether the customer agreed.

use crate::local::signals;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token, tokens};
use ringleader_core::call::Turn;
use std::ops::Range;

/// The most turns that are read: hours of talk.
const MOST_LINES: usize = 2_000;

/// Words kept on each side of what was found, in a quote.
const AROUND: usize = 7;

/// One turn.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Said by the customer.
    pub customer: bool,
    /// As it stands in the transcript; of a speech, the beginning.
    pub text: &'t str,
    /// Taken apart.
    pub tokens: Vec<Token>,
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(crate::local::LONGEST).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Where the customer said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// The line.
    pub line: usize,
    /// Its tokens.
    pub at: Range<usize>,
}

/// All turns of people, in order.
#[derive(Debug)]
pub(super) struct Dialogue<'t> {
    /// The turns.
    pub lines: Vec<Line<'t>>,
}

impl<'t> Dialogue<'t> {
    /// Takes a transcript apart; what neither side said, and orders to the system (P7), are left out.
    pub fn new(transcript: &'t [Turn]) -> Self {
        let spoken = transcript.iter().filter(|turn| turn.is_customer() || turn.is_business()).take(MOST_LINES);
        let line = |turn: &'t Turn| {
            let text = beginning(&turn.text);
            Line { customer: turn.is_customer(), text, tokens: tokens(text) }
        };
        let heard = |line: &Line| !line.customer || !signals::is_injection(&line.tokens);
        Self { lines: spoken.map(line).filter(heard).collect() }
    }

    /// The customer's lines.
    pub fn customer(&self) -> impl DoubleEndedIterator<Item = (usize, &Line<'t>)> {
        self.lines.iter().enumerate().filter(|(_, line)| line.customer)
    }

    /// What the business said just before a line of the customer's.
    pub fn before(&self, line: usize) -> Option<&Line<'t>> {
        self.lines[..line].iter().rfind(|line| !line.customer)
    }

    /// Whether the business had just asked, or offered, something of `list`.
    pub fn asked(&self, line: usize, list: &Phrases) -> bool {
        self.before(line).is_some_and(|before| list.occur(&before.tokens))
    }

    /// Every place where the customer says something of `list` and does not deny it.
    pub fn hits(&self, list: &Phrases) -> Vec<Hit> {
        let found = |(line, said): (usize, &Line<'t>)| {
            let places = list.all(&said.tokens).into_iter();
            places.filter(|at| !is_denied(&said.tokens, at.start)).map(move |at| Hit { line, at }).collect::<Vec<_>>()
        };
        self.customer().flat_map(found).collect()
    }

    /// The first of them.
    pub fn hit(&self, list: &Phrases) -> Option<Hit> {
        self.hits(list).into_iter().next()
    }

    /// Whether the business says something of `list` after the customer spoke.
    pub fn business_says(&self, list: &Phrases) -> Option<usize> {
        let first = self.customer().next()?.0;
        (first..self.lines.len()).find(|at| !self.lines[*at].customer && list.occur(&self.lines[*at].tokens))
    }

    /// The words around a find, as they stand in the transcript.
    pub fn quote(&self, hit: &Hit) -> String {
        let line = &self.lines[hit.line];
        let stop = |i: usize| line.tokens.get(i).is_some_and(|t| t.kind == Kind::Stop);
        let low = hit.at.start.saturating_sub(AROUND);
        let start = (low..hit.at.start).rev().find(|i| stop(*i)).map_or(low, |i| i + 1);
        let high = (hit.at.end + AROUND).min(line.tokens.len());
        let end = (hit.at.end..high).find(|i| stop(*i)).unwrap_or(high);
        let (Some(first), Some(last)) = (line.tokens.get(start), line.tokens.get(end.max(start + 1) - 1)) else {
            return String::new();
        };
        line.text.get(first.start..last.end).unwrap_or_default().trim().to_owned()
    }

    /// The whole line as a find.
    pub fn whole(&self, line: usize) -> Hit {
        Hit { line, at: 0..self.lines[line].tokens.len() }
    }
}

/// "not", shortly before, in the same sentence.
fn is_denied(tokens: &[Token], at: usize) -> bool {
    let near = tokens[..at].iter().rev().take(2).take_while(|t| t.kind == Kind::Word);
    near.filter(|t| {
        t.is_any(&[
            "not", "don't", "dont", "didn't", "didnt", "never", "won't", "wont", "nahi", "לא", "אל", "בלי", "lo",
        ])
    })
    .count()
        > 0
}
