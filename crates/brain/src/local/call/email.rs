//! Email addresses as they are spoken: "nadia dot farouk at example dot com", "p d e l at …", "erez שטרודל …" (B5).
//!
//! Always true: what is returned has one `@`, a local part, and a domain with a dot and a top level of letters.

use super::dialogue::Dialogue;

/// The last address that the customer gave: later ones correct earlier ones.
pub(super) fn read(dialogue: &Dialogue) -> Option<String> {
    dialogue.customer().filter_map(|(_, line)| in_text(line.text)).next_back()
}

/// The last address in a text.
pub(super) fn in_text(text: &str) -> Option<String> {
    let words: Vec<String> = text.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect();
    let written = words.iter().rev().find_map(|word| word.split_once('@').and_then(|(l, d)| address(l, d)));
    written.or_else(|| (1..words.len()).rev().filter(|at| is_at(&words[*at])).find_map(|at| spoken(&words, at)))
}

fn plain(word: &str) -> String {
    let marks: &[char] = &[',', '.', '!', '?', ';', ':', '"', '\'', '(', ')', '<', '>'];
    word.trim_matches(marks).to_lowercase()
}

fn is_at(word: &str) -> bool {
    matches!(word, "at" | "@" | "שטרודל" | "כרוכית" | "ett")
}

/// The sign that a word stands for.
fn sign(word: &str) -> Option<&'static str> {
    Some(match word {
        "dot" | "point" | "נקודה" | "nekuda" => ".",
        "underscore" | "תחתון" => "_",
        "dash" | "hyphen" | "minus" | "מקף" | "מינוס" => "-",
        _ => return None,
    })
}

fn digit(word: &str) -> Option<&'static str> {
    Some(match word {
        "zero" | "oh" | "אפס" => "0",
        "one" | "אחת" => "1",
        "two" | "שתיים" => "2",
        "three" | "שלוש" => "3",
        "four" | "ארבע" => "4",
        "five" | "חמש" => "5",
        "six" | "שש" => "6",
        "seven" | "שבע" => "7",
        "eight" | "שמונה" => "8",
        "nine" | "תשע" => "9",
        _ => return None,
    })
}

/// A letter that is spelled, or digits.
fn is_spelled(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(|c| c.is_ascii_alphanumeric())
        || word.chars().all(|c| c.is_ascii_digit())
        || digit(word).is_some()
}

fn spoken(words: &[String], at: usize) -> Option<String> {
    address(&local(&words[..at]), &domain(&words[at + 1..]))
}

/// Walks back from "at": words joined by signs, and letters one by one.
fn local(words: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut at = words.len();
    let mut open = true;
    while at > 0 {
        let word = words[at - 1].as_str();
        let doubled = at > 1 && words[at - 2] == "double" && word.chars().count() == 1;
        if let Some(sign) = sign(word) {
            parts.push(sign.to_owned());
            open = true;
        } else if doubled {
            parts.push(word.repeat(2));
            (at, open) = (at - 1, false);
        } else if is_spelled(word) {
            parts.push(digit(word).unwrap_or(word).to_owned());
            open = open && digit(word).is_some();
        } else if open && is_part(word) {
            parts.push(word.to_owned());
            open = false;
        } else {
            break;
        }
        at -= 1;
    }
    parts.reverse();
    parts.concat()
}

fn domain(words: &[String]) -> String {
    let mut domain = String::new();
    let mut wants_word = true;
    for word in words {
        match sign(word) {
            Some(sign) if !wants_word => {
                domain.push_str(sign);
                wants_word = true;
            }
            None if wants_word && is_part(word) => {
                domain.push_str(digit(word).unwrap_or(word));
                wants_word = false;
            }
            // A domain that is spelled goes on letter by letter.
            None if !wants_word && word.len() == 1 && !domain.contains('.') && is_part(word) => domain.push_str(word),
            _ => break,
        }
    }
    domain
}

fn is_part(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
}

fn address(local: &str, domain: &str) -> Option<String> {
    let (local, domain) = (local.trim_matches(['.', '-', '_']), domain.trim_matches(['.', '-', '_']));
    let top = domain.rsplit_once('.')?.1;
    let good = !local.is_empty()
        && local.len() + domain.len() < 120
        && is_part(local)
        && is_part(domain)
        && top.len() >= 2
        && top.chars().all(|c| c.is_ascii_alphabetic());
    good.then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn addresses_are_read_as_they_are_spoken() {
        let cases = [
            ("nadia dot farouk at example dot com", Some("nadia.farouk@example.com")),
            ("ill spell it p d e l a n e y at example dot org", Some("pdelaney@example.org")),
            ("its bethan at example dot net", Some("bethan@example.net")),
            ("send it to Tom at clipperhouse dot example dot com", Some("tom@clipperhouse.example.com")),
            ("erez.malka at example dot com", Some("erez.malka@example.com")),
            ("זה dana נקודה levi שטרודל example נקודה com", Some("dana.levi@example.com")),
            ("Mail me: Jo.Bloggs@Example.co.uk.", Some("jo.bloggs@example.co.uk")),
            ("jo underscore seven seven at my dash firm dot example dot com", Some("jo_77@my-firm.example.com")),
            ("its a double n a at example dot com", Some("anna@example.com")),
            ("old at example dot com no sorry new at example dot com", Some("new@example.com")),
            ("meet me at half past ten", None),
            ("we live at the green dot", None),
            ("", None),
        ];
        for (said, expected) in cases {
            assert_eq!(in_text(said).as_deref(), expected, "{said}");
        }
    }
}
