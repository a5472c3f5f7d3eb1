//! Israeli mobile ranges that are sold as kosher lines: calls only, no messages.
//!
//! There is no register that a program could ask. The table holds the ranges on which at least two public lists agree:
//! the list that Wikipedia's "Telephone numbers in Israel" carried under "Kosher numbers" (a public gist by
//! AnalyzePlatypus quotes it), the package `parse-holy-land-phone`, and the ranges that the rabbinical committee
//! publishes, as SMS senders use them. Ranges that one list alone names (055-40, 055-41, 055-52, 055-71, 055-76, 055-98)
//! are left out: a message that cannot be delivered falls back to a call-back task by itself, while a wrong entry here
//! would never even try. Numbers can be ported since 2022, so this is a likely property, not a certain one.

/// The first digits after +972.
const RANGES: &[&str] = &["5041", "5271", "5276", "5331", "5341", "5484", "5485", "5532", "5567", "5832"];

/// Whether a national number (without trunk prefix) is in a kosher range.
pub(super) fn is_kosher(national: &str) -> bool {
    national.len() == 9 && RANGES.iter().any(|range| national.starts_with(range))
}
