//! Prompts: versioned files of the project (B7), and how a request becomes what a model reads.
//!
//! Always true: a prompt file never changes once it was in use, a change is a new file with the next number; what a customer
//! said travels as a JSON string between delimiters it cannot write (P7); identifiers of the contact do not travel (B7).

pub mod analyse_call;
pub mod analyse_history;
pub mod mask;
pub mod read_message;
pub mod read_turn;

pub use mask::Masked;

use serde::{Serialize, de::DeserializeOwned};

const OPEN: &str = "<data>\n";
const CLOSE: &str = "\n</data>";

/// One version of one prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Its name and version, as the usage ledger keeps it: `read_message@1`.
    pub id: &'static str,
    /// What the model is told.
    pub text: &'static str,
}

/// Reads a burst of a customer's messages (A10).
pub const READ_MESSAGE: Prompt = Prompt { id: "read_message@1", text: include_str!("../../prompts/read_message@1.md") };

/// Analyses one call (B5).
pub const ANALYSE_CALL: Prompt = Prompt { id: "analyse_call@2", text: include_str!("../../prompts/analyse_call@2.md") };

/// Sums up all calls of a contact (B6).
pub const ANALYSE_HISTORY: Prompt =
    Prompt { id: "analyse_history@2", text: include_str!("../../prompts/analyse_history@2.md") };

/// Reads one turn of a caller (C4-C8).
pub const READ_TURN: Prompt = Prompt { id: "read_turn@2", text: include_str!("../../prompts/read_turn@2.md") };

/// A request made ready: the user turn, and what was hidden in it.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The text of the user turn.
    pub text: String,
    /// Puts hidden identifiers back into the answer.
    pub masked: Masked,
}

/// The user turn that holds `data`, in which `masked` hid what it found.
fn data_turn(data: &impl Serialize, masked: Masked) -> Turn {
    let json = serde_json::to_string(data).expect("strings, lists and options always serialise");
    // Only strings can hold angle brackets, and there the escaped form means the same.
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
    Turn { text: format!("{OPEN}{json}{CLOSE}"), masked }
}

/// The data of a user turn, if it is one of this kind: fakes read it so.
pub fn read_back<D: DeserializeOwned>(turn: &str) -> Option<D> {
    let json = turn.split_once(OPEN)?.1.split_once(CLOSE)?.0;
    serde_json::from_str(json).ok()
}

/// The turn that asks for one repair, `flaw` saying what was wrong.
pub fn repair_note(flaw: &str) -> String {
    format!(
        "Your last answer could not be used: {flaw}. Read the data again and answer with one complete JSON object of the schema, nothing else."
    )
}
