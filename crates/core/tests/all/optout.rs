//! The words that end and resume messages (A14).

use ringleader_core::optout::{OptWord, by_word, carrier_word};

#[test]
fn only_a_message_that_is_nothing_but_the_word_counts() {
    use OptWord::{Start, Stop};
    for (text, ours, carriers) in [
        ("STOP", Some(Stop), Some(Stop)),
        (" stop. ", Some(Stop), None),
        ("Unsubscribe", Some(Stop), Some(Stop)),
        ("הסר", Some(Stop), None),
        ("הסירו!", Some(Stop), None),
        ("\u{200f}עצור", Some(Stop), None),
        ("stop all", Some(Stop), None),
        ("START", Some(Start), Some(Start)),
        ("yes", None, Some(Start)), // an answer, unless the carrier had blocked them
        ("לחדש", Some(Start), None),
        ("stop the leak please", None, None),
        ("", None, None),
    ] {
        assert_eq!((by_word(text), carrier_word(text)), (ours, carriers), "{text}");
    }
}
