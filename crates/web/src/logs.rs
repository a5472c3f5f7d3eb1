//! What may be logged at all (P10): whatever the settings ask for, no phone number and no text reaches a log line.

/// Libraries that write what they are given into their own log lines: the numbering metadata logs each number at `trace`.
const TELLTALES: &[&str] = &["rlibphonenumber"];

/// Whether lines of this target may be written. Belongs around every filter that people can set.
pub fn may_be_written(target: &str) -> bool {
    !TELLTALES.iter().any(|library| target.starts_with(library))
}
