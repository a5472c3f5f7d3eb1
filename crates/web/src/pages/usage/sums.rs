//! Tables of sums, and numbers as people read them.

use crate::pages::shell::{icon, terms};
use crate::session::Lang;
use maud::{Markup, html};
use ringleader_core::currency::grouped;
use ringleader_core::message::Audience;
use ringleader_store::repo::{MessageSum, ModelSum};

pub(super) fn models(l: Lang, sums: &[ModelSum]) -> Markup {
    let total: i64 = sums.iter().map(|sum| sum.cost_micros).sum();
    html! {
        @if sums.is_empty() {
            p class="soft" { (l.t("None was asked: the local brain understands without cost.", "לא נשאל אף מודל: המוח המקומי מבין בלי עלות.")) }
        } @else {
            div class="scroll" { table {
                thead { tr { th { (l.t("Model", "מודל")) } th { (l.t("Asked", "שאלות")) } th { (l.t("Tokens in / out", "טוקנים פנימה / החוצה")) } th { (l.t("Money", "עלות")) } } }
                tbody { @for sum in sums { tr {
                    td { bdi { (sum.model) } }
                    td { (grouped(sum.uses)) }
                    td { bdi dir="ltr" { (grouped(sum.tokens_in)) " / " (grouped(sum.tokens_out)) } }
                    td { bdi dir="ltr" { (dollars(sum.cost_micros)) } }
                } } }
                @if sums.len() > 1 { tfoot { tr { th colspan="3" scope="row" { (l.t("Together", "יחד")) } td { b { bdi dir="ltr" { (dollars(total)) } } } } } }
            } }
        }
    }
}

pub(super) fn messages(l: Lang, sums: &[MessageSum]) -> Markup {
    let mut channels: Vec<_> = sums.iter().map(|sum| sum.channel).collect();
    channels.sort_unstable_by_key(|channel| channel.as_str());
    channels.dedup();
    let count = |channel, audience, inbound| {
        let these = sums.iter().filter(|s| s.channel == channel && s.audience == audience && s.inbound == inbound);
        grouped(these.map(|sum| sum.count).sum())
    };
    html! {
        @if channels.is_empty() { p class="soft" { (l.t("None this month.", "לא היו הודעות החודש.")) } } @else {
            div class="scroll" { table {
                thead { tr { th { (l.t("Channel", "ערוץ")) } th { (l.t("In", "נכנסו")) } th { (l.t("Out", "יצאו")) } th { (l.t("To your team", "לצוות")) } } }
                tbody { @for channel in channels { tr {
                    td class="nowrap" { (icon(channel.as_str())) " " (terms::channel(l, channel)) }
                    td { (count(channel, Audience::Contact, true)) }
                    td { (count(channel, Audience::Contact, false)) }
                    td { (count(channel, Audience::Owner, false)) }
                } } }
            } }
        }
    }
}

/// With its sign: `+100`, `−2`.
pub(super) fn signed(number: i64) -> String {
    if number > 0 { format!("+{}", grouped(number)) } else { grouped(number) }
}

/// Millionths of a US dollar as dollars and cents.
pub(in crate::pages) fn dollars(micros: i64) -> String {
    format!("${}.{:02}", grouped(micros / 1_000_000), (micros % 1_000_000).abs() / 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_sign() {
        assert_eq!(
            (signed(5), signed(-5), dollars(12_345_678)),
            ("+5".to_owned(), "−5".to_owned(), "$12.34".to_owned())
        );
    }
}
