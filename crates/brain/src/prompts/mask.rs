//! Hides the identifiers of a contact before text goes to a model, and puts them back into what comes from it (B7, P10).
//!
//! Always true: no spelling of a known number (spaces, dashes, brackets, country or trunk prefix, digits of other scripts,
//! split over lines) and no known address is left; restoring the masked text gives the text.

/// The last digits that make a number recognisable: subscriber part without area code.
const CORE_DIGITS: usize = 7;

/// The fewest digits of an identifier that is looked for.
const FEWEST_DIGITS: usize = 5;

/// The fewest characters of an address or id that is looked for.
const FEWEST_CHARS: usize = 4;

/// How many signs may stand between two digits of one number.
const MOST_BETWEEN: usize = 8;

/// Collects what it hides, so that it can be put back.
#[derive(Debug, Clone, Default)]
pub struct Masked {
    identifiers: Vec<Identifier>,
    hidden: Vec<String>,
}

#[derive(Debug, Clone)]
enum Identifier {
    Number(Vec<u8>),
    Text(Vec<char>),
}

impl Masked {
    /// Prepares for the identifiers of a contact: numbers in E.164, email addresses, ids of a channel.
    pub fn new(identifiers: &[String]) -> Self {
        Self { identifiers: identifiers.iter().filter_map(|text| identifier(text)).collect(), hidden: Vec::new() }
    }

    /// The text with each identifier replaced by `[hidden-1]`, `[hidden-2]` …
    pub fn hide(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut spans: Vec<(usize, usize)> = self.identifiers.iter().flat_map(|id| id.spans(&chars)).collect();
        spans.sort_unstable();
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for (from, until) in merged(spans) {
            masked.extend(&chars[at..from]);
            self.hidden.push(chars[from..until].iter().collect());
            masked.push_str(&placeholder(self.hidden.len()));
            at = until;
        }
        masked.extend(&chars[at..]);
        masked
    }

    /// The text with the identifiers back in their places.
    pub fn restore(&self, text: &str) -> String {
        let places = self.hidden.iter().enumerate();
        places.fold(text.to_owned(), |text, (i, original)| text.replace(&placeholder(i + 1), original))
    }
}

fn placeholder(nth: usize) -> String {
    format!("[hidden-{nth}]")
}

fn identifier(text: &str) -> Option<Identifier> {
    let digits: Vec<u8> = text.chars().filter_map(digit).collect();
    if text.chars().any(char::is_alphabetic) {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(lower).collect();
        return (chars.len() >= FEWEST_CHARS).then_some(Identifier::Text(chars));
    }
    (digits.len() >= FEWEST_DIGITS).then_some(Identifier::Number(digits))
}

impl Identifier {
    /// Where it stands in the text: from, until.
    fn spans(&self, text: &[char]) -> Vec<(usize, usize)> {
        match self {
            Self::Number(digits) => number_spans(digits, text),
            Self::Text(chars) => {
                (0..text.len()).filter_map(|from| Some((from, text_end(chars, text, from)?))).collect()
            }
        }
    }
}

/// The end of `needle` in `text` at `from`, whatever the case and the spaces between.
fn text_end(needle: &[char], text: &[char], from: usize) -> Option<usize> {
    let mut at = from;
    for &wanted in needle {
        while at > from && text.get(at).is_some_and(|&c| c.is_whitespace() || is_joiner(c)) {
            at += 1;
        }
        if lower(*text.get(at)?) != wanted {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Finds the last digits of the number, then takes what stands before them as far as it belongs to the number.
fn number_spans(number: &[u8], text: &[char]) -> Vec<(usize, usize)> {
    let digits: Vec<(usize, u8)> = text.iter().enumerate().filter_map(|(at, &c)| Some((at, digit(c)?))).collect();
    let core = &number[number.len().saturating_sub(CORE_DIGITS)..];
    let found = digits.windows(core.len()).enumerate().filter(|(_, window)| {
        window.iter().map(|&(_, digit)| digit).eq(core.iter().copied())
            && window.windows(2).all(|pair| is_joined(text, pair[0].0, pair[1].0))
    });
    let spans = found.map(|(first, _)| {
        let last = digits[first + core.len() - 1].0;
        let end = last + 1 + text[last + 1..].iter().take_while(|c| is_keycap(**c)).count();
        let start = digits[beginning(&digits, text, first, &number[..number.len() - core.len()])].0;
        (with_sign(text, start), end)
    });
    spans.collect()
}

/// Walks back from the digit `first` over the rest of the number, a trunk or international prefix of zeros included.
fn beginning(digits: &[(usize, u8)], text: &[char], mut first: usize, mut rest: &[u8]) -> usize {
    while first > 0 && is_joined(text, digits[first - 1].0, digits[first].0) {
        let before = digits[first - 1].1;
        match rest.split_last() {
            Some((&wanted, less)) if wanted == before => rest = less,
            _ if before == 0 => {}
            _ => break,
        }
        first -= 1;
    }
    first
}

/// Takes a plus sign or an opening bracket before the first digit along.
fn with_sign(text: &[char], mut start: usize) -> usize {
    while start > 0 && matches!(text[start - 1], '+' | '(' | '\u{FF0B}') {
        start -= 1;
    }
    start
}

/// Whether only signs and spaces, and not too many, stand between two digits.
fn is_joined(text: &[char], left: usize, right: usize) -> bool {
    let between = &text[left + 1..right];
    between.len() <= MOST_BETWEEN && between.iter().all(|c| !c.is_alphanumeric())
}

fn merged(spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, until) in spans {
        match merged.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

/// The value of a decimal digit of any script that people type: ASCII, Arabic, Persian, Devanagari, full width, mathematical.
fn digit(c: char) -> Option<u8> {
    let code = c as u32;
    let value = match code {
        0x30..=0x39 => code - 0x30,
        0x660..=0x669 => code - 0x660,
        0x6F0..=0x6F9 => code - 0x6F0,
        0x966..=0x96F => code - 0x966,
        0xFF10..=0xFF19 => code - 0xFF10,
        0x1D7CE..=0x1D7FF => (code - 0x1D7CE) % 10,
        _ => return None,
    };
    u8::try_from(value).ok()
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// What turns a digit into a keycap emoji.
fn is_keycap(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{20E3}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
