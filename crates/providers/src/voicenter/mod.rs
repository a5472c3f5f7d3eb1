//! Voicenter: a cloud switchboard (Israel) that posts a record of every finished call (A1-A3).
//!
//! What it offers: call records by webhook, minutes after the call, in JSON, form or XML-RPC; a Call Log to be asked.
//! What it lacks: any signature. The unguessable key in the URL is the only proof, so a record is evidence of a call and
//! never more than that (P5).
//!
//! - [`inbound`] turns the bytes of a record into a [`LegReport`](ringleader_core::call::LegReport). Pure.
//! - `wire` reads the three encodings (`value` JSON, `xml` XML-RPC) into one bag of fields with forgiving names.
//! - [`table`] holds its words: call types, statuses.
//! - `clock` knows the trap in its times.
//! - [`call_log`] asks for past calls; [`Config`] says whether and how often.
//! - [`fake`] plays it: scenarios, encodings, redelivery, disorder, Call Log.
//!
//! Three records of one call with three extensions are three legs of one call. A record that came out of another call
//! names that one: `call_key` is the parent's id then, `own_key` the record's own. A parent may itself be a child, so a
//! chain of transfers is followed from `call_key` to the call that holds a leg with that `own_key`.

pub mod call_log;
mod clock;
mod config;
pub mod fake;
pub mod inbound;
pub mod table;
mod value;
mod wire;
mod xml;

pub use config::Config;
