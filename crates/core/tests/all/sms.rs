//! Segments of text messages, by the alphabets' own limits (A8).

use proptest::prelude::*;
use ringleader_core::sms::{Segments, segments};

#[test]
fn the_alphabet_decides_how_much_fits() {
    for (text, wide, count) in [
        (String::new(), false, 1),
        ("a".repeat(160), false, 1),
        ("a".repeat(161), false, 2),
        ("a".repeat(306), false, 2),
        ("a".repeat(307), false, 3),
        ("{".repeat(80), false, 1), // two places each
        ("{".repeat(81), false, 2),
        (format!("{}{{", "a".repeat(152)), false, 1),
        ("ש".repeat(70), true, 1),
        ("ש".repeat(71), true, 2),
        ("ש".repeat(134), true, 2),
        ("ש".repeat(135), true, 3),
        (format!("{}’", "a".repeat(70)), true, 2), // one curly quote makes it wide
        ("😀".repeat(35), true, 1),
        ("😀".repeat(36), true, 2),
        ("😀".repeat(67), true, 3), // 33 whole ones a segment
        ("Grüße für 5 €".to_owned(), false, 1),
    ] {
        assert_eq!(
            segments(&text),
            Segments { wide, count },
            "{} characters of {:?}",
            text.chars().count(),
            text.chars().next()
        );
    }
}

proptest! {
    #[test]
    fn more_words_never_cost_less_and_every_character_fits(text in ".{0,400}", more in ".{0,100}") {
        let (short, long) = (segments(&text), segments(&format!("{text}{more}")));
        prop_assert!(short.count >= 1 && short.count <= long.count);
        prop_assert!(u32::try_from(text.encode_utf16().count()).unwrap() <= short.count * 160);
    }
}
