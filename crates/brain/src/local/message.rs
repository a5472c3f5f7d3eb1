//! A burst as the extractors see it: tokens, sentences, clauses, and what each token was found to be.

use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token, tokens};
use std::ops::Range;
use std::sync::LazyLock;

/// What a token was found to be; later finds do not overwrite earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Not yet known.
    Plain,
    /// Greeting, thanks, acknowledgement.
    Manners,
    /// The customer's name and what introduces it.
    Name,
    /// A time.
    Time,
    /// A wish about getting back: call, write, when free.
    Contact,
    /// In a sentence that says nothing for us (about us, injected orders).
    Void,
}

/// A part of a sentence between commas and the like.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Its tokens.
    pub at: Range<usize>,
    /// The sentence it is in.
    pub sentence: usize,
}

/// A burst, taken apart.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// As written.
    pub text: &'a str,
    /// All tokens.
    pub tokens: Vec<Token>,
    /// One for each token.
    pub roles: Vec<Role>,
    /// Sentences, line breaks end them too.
    pub sentences: Vec<Range<usize>>,
    /// Clauses in order.
    pub clauses: Vec<Clause>,
}

static MANNERS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("phrases/manners.txt")));

impl<'a> Message<'a> {
    /// Takes a text apart and marks greetings and thanks.
    pub fn new(text: &'a str) -> Self {
        let tokens = tokens(text);
        let sentences = split(&tokens, 0..tokens.len(), |t| t.kind == Kind::Stop);
        let mut clauses = Vec::new();
        for (sentence, range) in sentences.iter().enumerate() {
            for at in split(&tokens, range.clone(), |t| t.kind == Kind::Comma) {
                clauses.extend(at_turns(&tokens, at).into_iter().map(|at| Clause { at, sentence }));
            }
        }
        let roles = vec![Role::Plain; tokens.len()];
        let mut message = Self { text, tokens, roles, sentences, clauses };
        for range in MANNERS.all(&message.tokens) {
            message.mark(range, Role::Manners);
        }
        message
    }

    /// Gives the plain tokens of a range a role.
    pub fn mark(&mut self, range: Range<usize>, role: Role) {
        for at in range {
            if let Some(slot) = self.roles.get_mut(at).filter(|slot| **slot == Role::Plain) {
                *slot = role;
            }
        }
    }

    /// The tokens of a clause.
    pub fn words(&self, range: Range<usize>) -> &[Token] {
        &self.tokens[range]
    }

    /// The text from the first to the last token of a range.
    pub fn slice(&self, range: Range<usize>) -> &'a str {
        let (Some(first), Some(last)) =
            (self.tokens.get(range.start), range.end.checked_sub(1).and_then(|i| self.tokens.get(i)))
        else {
            return "";
        };
        self.text.get(first.start..last.end).unwrap_or("")
    }

    /// The tokens that lie in a byte span.
    pub fn tokens_in(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.tokens.iter().position(|t| t.end > span.start).unwrap_or(self.tokens.len());
        let last = self.tokens.iter().rposition(|t| t.start < span.end).map_or(first, |i| i + 1);
        first..last.max(first)
    }
}

fn split(tokens: &[Token], range: Range<usize>, ends: impl Fn(&Token) -> bool) -> Vec<Range<usize>> {
    let (mut out, mut begin) = (Vec::new(), range.start);
    for at in range.clone() {
        if ends(&tokens[at]) {
            out.push(begin..at);
            begin = at + 1;
        }
    }
    out.push(begin..range.end);
    out.retain(|r| !r.is_empty());
    out
}

/// A clause also ends where a new thought begins: "and I …", "but …".
fn at_turns(tokens: &[Token], range: Range<usize>) -> Vec<Range<usize>> {
    let (mut out, mut begin) = (Vec::new(), range.start);
    for at in range.clone().skip(1) {
        let next = tokens.get(at + 1).map_or("", |t| t.norm.as_str());
        let turn = match tokens[at].norm.as_str() {
            "ואני" | "אבל" | "but" | "אז" | "ani" | "aval" | "ואם" | "ועדיף" => true,
            "and" => matches!(next, "i" | "i'm" | "im" | "call" | "please"),
            _ => false,
        };
        if turn && at > begin {
            out.push(begin..at);
            begin = at;
        }
    }
    out.push(begin..range.end);
    out
}
