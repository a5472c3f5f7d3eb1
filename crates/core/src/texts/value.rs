//! Values that are put into texts: cleaned, bounded and isolated, so that a name cannot turn, break or bait a line (P7, A16).

/// Longest value, in characters.
pub const MAX_VALUE: usize = 300;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// `text` on one line, without control and direction characters, without links, at most `max` characters.
///
/// A link is kept only where the whole value is one of ours: it begins with `https://` or `http://` and has no spaces.
pub fn clean(text: &str, max: usize) -> String {
    if is_link(text) {
        return text.to_owned();
    }
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let words: Vec<_> = visible.split(' ').filter(|word| !word.is_empty() && !looks_like_link(word)).collect();
    let line = words.join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let mut cut: String = line.chars().take(max.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Wraps `text` so that its direction does not disturb the line around it. Left as it is: nothing; links, since the closing
/// mark would become part of them when tapped; and words that run as the line around them does. A line that held nothing but
/// isolated words would have no direction of its own.
pub fn isolate(text: &str, language: &str) -> String {
    let plain = match language {
        "he" => text.chars().all(|c| is_right_to_left(c) || c == ' '),
        _ => !text.chars().any(is_right_to_left),
    };
    if text.is_empty() || plain || is_link(text) {
        return text.to_owned();
    }
    format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}")
}

fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
}

/// `www.x`, `http://x`, `x.co/y`: a dot between Latin letters makes a link in most readers.
fn looks_like_link(word: &str) -> bool {
    if word.contains("://") || word.to_ascii_lowercase().starts_with("www.") {
        return true;
    }
    let bytes = word.as_bytes();
    bytes.windows(4).any(|w| {
        w[0].is_ascii_alphanumeric() && w[1] == b'.' && w[2].is_ascii_alphabetic() && w[3].is_ascii_alphabetic()
    })
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}
