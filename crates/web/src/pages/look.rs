//! What pages read from addresses: ids and queries. What is no such thing is not found, or counts as not given.

use crate::problem::{Problem, Result};
use ringleader_core::id::Id;
use ringleader_store::repo::Page;
use serde::Deserialize;
use std::str::FromStr;

/// The id in a path.
pub(super) fn id<T: Id + FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The query of a list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    /// Words or a number to look for.
    pub q: String,
    /// Which view of the list.
    pub show: String,
    /// Where the page begins.
    pub cursor: String,
    /// A day.
    pub date: String,
    /// A place in the loss account.
    pub state: String,
    /// A template.
    pub template: String,
    /// A month, `2026-11`.
    pub month: String,
    /// Whose: a user's id, `mine` or `nobody`.
    pub who: String,
    /// A label.
    pub label: String,
    /// Another form of the list: `board`.
    pub view: String,
}

impl Look {
    /// Nothing is looked for in particular.
    pub(super) fn bare(&self) -> bool {
        [&self.q, &self.show, &self.who, &self.label].into_iter().all(String::is_empty)
    }

    /// So many rows, from where the page before ended.
    pub(super) fn page(&self, limit: u32) -> Page {
        let bare = |c: char| c.is_ascii_hexdigit() || c == '-';
        let sane = !self.cursor.is_empty() && self.cursor.len() < 64 && self.cursor.chars().all(bare);
        Page { limit, before: sane.then(|| self.cursor.clone()) }
    }

    /// What is looked for as a number, if it looks like one.
    pub(super) fn number(&self, country: &str) -> Option<String> {
        let digits = self.q.chars().filter(char::is_ascii_digit).count();
        let text = self.q.trim();
        let all = text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
        let parsed = (digits >= 7 && all).then(|| ringleader_core::phone::parse(text, country).phone).flatten();
        parsed.map(|phone| phone.as_str().to_owned())
    }

    /// The address of this list without its cursor.
    pub(super) fn path(&self, page: &str) -> String {
        let pairs = [
            ("q", &self.q),
            ("show", &self.show),
            ("date", &self.date),
            ("state", &self.state),
            ("month", &self.month),
            ("who", &self.who),
            ("label", &self.label),
            ("view", &self.view),
        ];
        let given: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let query = serde_urlencoded::to_string(given).unwrap_or_default();
        if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
    }
}
