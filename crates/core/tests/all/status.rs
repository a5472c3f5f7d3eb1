//! The status of a message does not depend on the order of reports (DESIGN 6, P2).

use proptest::prelude::*;
use ringleader_core::message::MessageStatus::{self, *};
use ringleader_core::status::fold;

#[test]
fn each_report_does_what_the_ladder_says() {
    for (current, report, result) in [
        (Wanted, Sending, Sending),
        (Sending, Unknown, Unknown),
        (Unknown, Accepted, Accepted),
        (Accepted, Unknown, Accepted),
        (Accepted, Sent, Sent),
        (Sent, Accepted, Sent),
        (Sent, Failed, Failed),
        (Failed, Sent, Failed),
        (Delivered, Failed, Delivered),
        (Failed, Delivered, Delivered), // another device of theirs
        (Read, Delivered, Read),
        (Sending, Delivered, Delivered), // a status may come before the answer to the send
        (Held, Sent, Sent),
        (Received, Failed, Received),
    ] {
        assert_eq!(fold(current, report), result, "{current} then {report}");
    }
}

fn reports() -> impl Strategy<Value = Vec<MessageStatus>> {
    prop::collection::vec(prop::sample::select(vec![Unknown, Accepted, Sent, Delivered, Read, Failed]), 0..8)
}

proptest! {
    #[test]
    fn the_set_of_reports_decides_not_their_order_or_number(list in reports(), seed in any::<u64>()) {
        let mut shuffled = [list.clone(), list.clone()].concat();
        let len = shuffled.len();
        for i in 0..len {
            let other = usize::try_from(seed.rotate_left(u32::try_from(i).unwrap()) % 97).unwrap() % len;
            shuffled.swap(i, other);
        }
        let folded = |reports: &[MessageStatus]| reports.iter().fold(Sending, |status, report| fold(status, *report));
        prop_assert_eq!(folded(&list), folded(&shuffled));
    }
}
