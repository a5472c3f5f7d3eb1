//! A notice as an email: plain words, the same as a page with buttons, and headers that keep robots from answering.

use super::config::Config;
use crate::messaging::{Outgoing, SendError};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use ringleader_core::message::Content;

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 120;

/// The email for a message; its id is our key, so that a repeat can be told (sheet B.3).
pub(super) fn write(config: &Config, message: &Outgoing) -> Result<Message, SendError> {
    let to =
        message.to.email.as_deref().ok_or_else(|| SendError::rejected("no_address", "an email needs an address"))?;
    let to: Mailbox =
        to.parse().map_err(|_| SendError::rejected("bad_address", "the recipient's email address is not one"))?;
    let words = message.words()?;
    let subject = match &message.content {
        Content::Letter { .. } => subject(words.lines().next().unwrap_or_default()),
        _ => subject(words),
    };
    let mut mail = Message::builder();
    if let Some(leave) = &message.leave {
        // RFC 2369 and RFC 8058: mail programs show a button, and press it with one request.
        mail = mail
            .raw_header(header("List-Unsubscribe", format!("<{leave}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    mail.from(config.from.clone())
        .to(to)
        .subject(subject)
        .message_id(Some(id(config, message)))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .multipart(body(message, words)?)
        .map_err(|_| SendError::rejected("bad_message", "the email could not be put together"))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// The words as text and as a page; with an invitation, the calendar's part stands last, as mail programs expect (RFC 6047).
fn body(message: &Outgoing, words: &str) -> Result<MultiPart, SendError> {
    let both = MultiPart::alternative_plain_html(plain(message, words), html(message, words));
    let Some((method, text)) = &message.calendar else { return Ok(both) };
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))
        .map_err(|_| SendError::rejected("bad_message", "the invitation could not be put together"))?;
    Ok(both.singlepart(SinglePart::builder().header(kind).body(text.clone())))
}

/// The message's own id.
pub(super) fn id(config: &Config, message: &Outgoing) -> String {
    format!("<{}@{}>", message.send_key, config.domain())
}

/// The first two lines, as one.
fn subject(words: &str) -> String {
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).take(2).collect();
    let all = lines.join(", ").replace(char::is_control, " ");
    if all.chars().count() <= MAX_SUBJECT {
        return all;
    }
    all.chars().take(MAX_SUBJECT - 1).chain(['…']).collect()
}

fn plain(message: &Outgoing, words: &str) -> String {
    let mut text = words.to_owned();
    for (title, url) in message.answers() {
        text.push_str(&format!("\n\n{title}:\n{url}"));
    }
    text
}

fn html(message: &Outgoing, words: &str) -> String {
    if let Content::Letter { html, .. } = &message.content {
        return html.clone();
    }
    let lines: String =
        words.lines().map(|line| format!("<p dir=\"auto\">{}</p>\n", callable(&escape(line)))).collect();
    let button = |(title, url): (String, String)| {
        let style = "display:inline-block;margin:4px;padding:10px 16px;border:1px solid #888;border-radius:6px;text-decoration:none";
        format!("<a href=\"{}\" style=\"{style}\">{}</a>\n", escape(&url), escape(&title))
    };
    let buttons: String = message.answers().into_iter().map(button).collect();
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{lines}<p dir=\"auto\">{buttons}</p></body></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Numbers in E.164 become links that call.
fn callable(line: &str) -> String {
    let Some(plus) = line.find('+') else { return line.to_owned() };
    let digits: String = line[plus + 1..].chars().take_while(char::is_ascii_digit).collect();
    let end = plus + 1 + digits.len();
    if !(8..=15).contains(&digits.len()) {
        return format!("{}{}", &line[..end], callable(&line[end..]));
    }
    format!("{}<a href=\"tel:+{digits}\">+{digits}</a>{}", &line[..plus], callable(&line[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_first_two_lines_and_cannot_break_the_header() {
        assert_eq!(subject("Full lead\n\nName: Danny\nNeed: a\rb"), "Full lead, Name: Danny");
        assert!(!subject("a\u{7}b\rc").contains(char::is_control));
        assert_eq!(subject(&"x".repeat(500)).chars().count(), MAX_SUBJECT);
    }

    #[test]
    fn numbers_can_be_tapped_and_nothing_else_becomes_markup() {
        assert_eq!(callable("Phone: +447700900123."), "Phone: <a href=\"tel:+447700900123\">+447700900123</a>.");
        assert_eq!(callable("1+1, +, +12"), "1+1, +, +12");
        assert_eq!(escape("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}
