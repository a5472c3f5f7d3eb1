//! Prompts: versioned files of the project (B7), and how a request becomes what a model reads.
//!
//! Always true: a prompt file never changes once it was in use, a change is a new file with the next number; what a customer
//! said travels as a JSON string between delimiters it cannot write (P7); identifiers of the contact do not travel (B7).

pub mod mask;
pub mod read_message;

pub use mask::Masked;

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
