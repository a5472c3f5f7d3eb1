//! What a text costs as a text message: its alphabet and its segments (A8; twilio sheet, 11.1).
//!
//! Always true: one character outside the small alphabet makes the whole text wide; no character is split between segments;
//! an empty text is one segment, since something is sent.

/// How a text travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// It needs the wide alphabet (Hebrew does): 70 characters a segment instead of 160.
    pub wide: bool,
    /// How many segments are sent and paid.
    pub count: u32,
}

/// The small alphabet of GSM 03.38; each takes one place.
const SMALL: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
    abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension; each takes two places.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How `text` travels.
pub fn segments(text: &str) -> Segments {
    let narrow: Option<Vec<usize>> = text.chars().map(places).collect();
    match narrow {
        Some(widths) => Segments { wide: false, count: pack(&widths, 160, 153) },
        None => {
            let widths: Vec<usize> = text.chars().map(char::len_utf16).collect();
            Segments { wide: true, count: pack(&widths, 70, 67) }
        }
    }
}

/// The places that a character of the small alphabet takes.
fn places(c: char) -> Option<usize> {
    match c {
        _ if SMALL.contains(c) => Some(1),
        _ if EXTENDED.contains(c) => Some(2),
        _ => None,
    }
}

/// One segment holds `alone`; of several, each holds `each`.
fn pack(widths: &[usize], alone: usize, each: usize) -> u32 {
    if widths.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (mut count, mut used) = (1, 0);
    for width in widths {
        if used + width > each {
            count += 1;
            used = 0;
        }
        used += width;
    }
    count
}
