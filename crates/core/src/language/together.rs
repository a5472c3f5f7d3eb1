//! Words that mean something when they stand in one sentence, in whatever order: `water|leak & gushing|all over ! half`.
//!
//! Groups are joined by ` & `, phrases of a group by ` / `, and what must not be there follows ` ! `. Each phrase is in the
//! notation of [`super::phrase`].

use super::phrase::Phrases;
use super::token::{Kind, Token};

/// One rule.
#[derive(Debug)]
pub struct Together {
    groups: Vec<Phrases>,
    without: Option<Phrases>,
}

impl Together {
    /// Reads the notation.
    pub fn new(written: &str) -> Self {
        let list = |text: &str| Phrases::new(&text.replace(" / ", "\n"));
        let (groups, without) = written.split_once(" ! ").map_or((written, None), |(with, out)| (with, Some(out)));
        Self { groups: groups.split(" & ").map(list).collect(), without: without.map(list) }
    }

    /// Every word that the rule names in full.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().chain(&self.without).flat_map(Phrases::words)
    }

    /// Whether one sentence has a phrase of every group, and none of what must not be there.
    pub fn occurs(&self, tokens: &[Token]) -> bool {
        tokens.split(|token| token.kind == Kind::Stop).any(|sentence| {
            self.groups.iter().all(|group| group.occur(sentence))
                && !self.without.as_ref().is_some_and(|list| list.occur(sentence))
        })
    }
}
