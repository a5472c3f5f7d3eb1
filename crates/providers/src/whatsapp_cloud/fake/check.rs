//! What Meta refuses in the body of a send, before it looks at customers, windows and rates (whatsapp-cloud sheet, 5, 8).

use serde_json::Value;

/// A refusal: Meta's code and a detail.
pub(super) type Refusal = (i64, &'static str);

/// Checks everything but templates.
pub(super) fn content(kind: &str, body: &Value) -> Result<(), Refusal> {
    let part = &body[kind];
    if body["biz_opaque_callback_data"].as_str().is_some_and(|k| k.chars().count() > 512) {
        return Err((100, "biz_opaque_callback_data may have at most 512 characters"));
    }
    match kind {
        "text" => length(part, "body", 1, 4096),
        "interactive" => interactive(part),
        "image" | "video" | "audio" | "document" | "sticker" => media(part),
        "reaction" => length(part, "message_id", 1, 512),
        "template" | "location" | "contacts" if part.is_null() => Err((131_008, "the object of this type is missing")),
        "template" | "location" | "contacts" => Ok(()),
        _ => Err((131_051, "this message type is not supported")),
    }
}

fn length(part: &Value, name: &str, min: usize, max: usize) -> Result<(), Refusal> {
    let Some(text) = part[name].as_str() else {
        return Err((131_008, "a required parameter is missing"));
    };
    match text.chars().count() {
        n if n < min => Err((131_009, "a parameter is empty")),
        n if n > max => Err((100, "a parameter is too long")),
        _ => Ok(()),
    }
}

/// Like `length`, for what may be absent.
fn at_most(part: &Value, name: &str, max: usize) -> Result<(), Refusal> {
    if part[name].is_null() { Ok(()) } else { length(part, name, 1, max) }
}

fn media(part: &Value) -> Result<(), Refusal> {
    if part["id"].is_null() && part["link"].is_null() {
        return Err((131_008, "a medium needs an id or a link"));
    }
    if part["link"].as_str().is_some_and(|link| !link.starts_with("https://")) {
        return Err((131_053, "the link cannot be fetched"));
    }
    at_most(part, "caption", 1024)
}

fn interactive(part: &Value) -> Result<(), Refusal> {
    length(&part["body"], "text", 1, 1024)?;
    at_most(&part["footer"], "text", 60)?;
    if part["header"]["type"] == "text" {
        length(&part["header"], "text", 1, 60)?;
    }
    match part["type"].as_str() {
        Some("button") => buttons(&part["action"]),
        Some("list") => rows(&part["action"]),
        Some(_) => Ok(()),
        None => Err((131_008, "interactive.type is missing")),
    }
}

fn buttons(action: &Value) -> Result<(), Refusal> {
    let buttons = action["buttons"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=3).contains(&buttons.len()) {
        return Err((131_009, "one to three buttons are allowed"));
    }
    for button in buttons {
        length(&button["reply"], "id", 1, 256)?;
        length(&button["reply"], "title", 1, 20)?;
    }
    let mut titles: Vec<_> = buttons.iter().map(|b| b["reply"]["title"].as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    let unique = titles.len() == buttons.len();
    if unique { Ok(()) } else { Err((131_009, "button titles must differ")) }
}

fn rows(action: &Value) -> Result<(), Refusal> {
    length(action, "button", 1, 20)?;
    let sections = action["sections"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<&Value> = sections.iter().filter_map(|s| s["rows"].as_array()).flatten().collect();
    if sections.len() > 10 || !(1..=10).contains(&rows.len()) {
        return Err((131_009, "one to ten rows in at most ten sections are allowed"));
    }
    for section in sections {
        at_most(section, "title", 24)?;
    }
    for row in rows {
        length(row, "id", 1, 200)?;
        length(row, "title", 1, 24)?;
        at_most(row, "description", 72)?;
    }
    Ok(())
}
