//! How a command ends when it does not end well: what happened, what to do, which exit code.

use crate::settings::{Problem, Problems};

/// Exit code of a command that could not do its work.
pub const FAILED: u8 = 1;
/// Exit code of wrong arguments or settings: running again changes nothing.
pub const WRONG_USE: u8 = 2;

/// Why a command stopped.
#[derive(Debug, Clone, thiserror::Error, serde::Serialize)]
#[error("{what}")]
pub struct Stop {
    /// The exit code.
    #[serde(rename = "exit_code")]
    pub code: u8,
    /// What happened, as one sentence.
    pub what: String,
    /// What to do about it; empty: the sentence says it.
    pub mend: String,
    /// The wrong settings, if that is why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Problem>,
}

impl Stop {
    /// The work could not be done.
    pub fn failed(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { code: FAILED, what: what.into(), mend: mend.into(), settings: vec![] }
    }

    /// The command was used wrongly.
    pub fn wrong_use(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { code: WRONG_USE, ..Self::failed(what, mend) }
    }
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self { settings: problems.0.clone(), ..Self::wrong_use(problems.to_string(), "") }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(stop) => stop,
            Err(error) => Self::failed(format!("{error:#}."), ""),
        }
    }
}
