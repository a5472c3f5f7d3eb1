//! What pages read from addresses: ids and queries. What is no such thing is not found, or counts as not given.

use super::shell::{hidden, more_link};
use crate::problem::{Problem, Result};
use crate::session::Lang;
use maud::{Markup, html};
use ringleader_core::id::Id;
use ringleader_core::phone;
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
    /// How promising: a tag, or the least number of points.
    pub score: String,
    /// Another form of the list: `board`.
    pub view: String,
}

impl Look {
    /// Nothing is looked for in particular.
    pub(super) fn bare(&self) -> bool {
        [&self.q, &self.show, &self.who, &self.label, &self.score].into_iter().all(String::is_empty)
    }

    /// So many rows, from where the page before ended.
    pub(super) fn page(&self, limit: u32) -> Page {
        let bare = |c: char| c.is_ascii_hexdigit() || c == '-';
        let sane = !self.cursor.is_empty() && self.cursor.len() < 64 && self.cursor.chars().all(bare);
        Page { limit, before: sane.then(|| self.cursor.clone()) }
    }

    /// What is looked for as a number, if it looks like one.
    pub(super) fn number(&self, country: &str) -> Option<String> {
        let text = self.is_number().then(|| self.q.trim())?;
        phone::parse(text, country).phone.map(|phone| phone.as_str().to_owned())
    }

    /// What is looked for is a number.
    fn is_number(&self) -> bool {
        let digits = self.q.chars().filter(char::is_ascii_digit).count();
        digits >= 7 && self.q.trim().chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c))
    }

    /// The address of this list without its cursor, and without a number: no link carries one (P10).
    pub(super) fn path(&self, page: &str) -> String {
        let given: Vec<_> = self.given().filter(|(name, _)| *name != "q" || !self.is_number()).collect();
        let query = serde_urlencoded::to_string(given).unwrap_or_default();
        if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
    }

    /// The way to the next page of this list. For a number it is a form, as the search is.
    pub(super) fn more(&self, l: Lang, page: &str, next: Option<&str>) -> Markup {
        let Some(next) = next.filter(|_| self.is_number()) else { return more_link(l, &self.path(page), next) };
        html! {
            form class="further" method="get" action=(page) {
                @for (name, value) in self.given() { (hidden(name, value)) }
                (hidden("cursor", next))
                button type="submit" class="button" { (l.t("Show older", "להציג ישנים יותר")) }
            }
        }
    }

    fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = [
            ("q", &self.q),
            ("show", &self.show),
            ("date", &self.date),
            ("state", &self.state),
            ("month", &self.month),
            ("who", &self.who),
            ("label", &self.label),
            ("score", &self.score),
            ("view", &self.view),
        ];
        pairs.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_carries_a_number_and_the_next_page_keeps_it() {
        let look = |q: &str| Look { q: q.to_owned(), show: "ready".to_owned(), ..Look::default() };
        assert_eq!(look("dana").path("/leads"), "/leads?q=dana&show=ready");
        assert_eq!(look("050-123 4567").path("/leads"), "/leads?show=ready");
        let more = |q: &str| look(q).more(Lang::En, "/leads", Some("1f")).into_string();
        assert!(more("dana").contains("href=\"/leads?q=dana"), "{}", more("dana"));
        let form = more("050-123 4567");
        assert!(
            !form.contains("href")
                && form.contains("name=\"q\" value=\"050-123 4567\"")
                && form.contains("value=\"1f\""),
            "{form}"
        );
    }
}
