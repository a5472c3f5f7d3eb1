//! The one text of a transcript as turns (bolna sheet, 4).
//!
//! Always true: nothing that was said is lost or made up; only a known role at the beginning of a line begins a turn.

use ringleader_core::call::Turn;

/// Splits a transcript. A line without a role goes on with the turn before it.
pub(super) fn turns(text: &str) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        match (spoken_by(line), turns.last_mut()) {
            (Some((role, said)), _) => turns.push(Turn { role: role.to_owned(), text: said.to_owned() }),
            (None, Some(turn)) if !line.trim().is_empty() => {
                turn.text.push('\n');
                turn.text.push_str(line.trim());
            }
            (None, None) if !line.trim().is_empty() => {
                turns.push(Turn { role: "unknown".to_owned(), text: line.trim().to_owned() });
            }
            _ => {}
        }
    }
    turns
}

/// Who begins to speak in this line, and what they say.
fn spoken_by(line: &str) -> Option<(&'static str, &str)> {
    let (role, said) = line.split_once(':')?;
    let role = match role.trim_end().to_ascii_lowercase().as_str() {
        "assistant" | "agent" | "bot" => "agent",
        "user" => "customer",
        "system" => "system",
        "assistant_tool_call" => "assistant_tool_call",
        "tool_response" => "tool_response",
        _ => return None,
    };
    Some((role, said.trim()))
}
