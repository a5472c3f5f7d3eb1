//! What is wrong with something that came from outside: one line per field, ready for a problem document (A1, P8).

/// One field at fault and why, in words for the person who sent it. Never carries the value itself (P10).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// Name of the field as the sender knows it: `access_token`, `entry`; empty for the whole body.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}
