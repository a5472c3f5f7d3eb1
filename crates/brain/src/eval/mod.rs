//! Understanding is measured: runs a brain over a labelled file and counts what it got right (D7).
//!
//! Each kind of file has its module with rows and scoring; the report is the same for all.

mod calls;
mod compare;
mod messages;
mod report;
mod turns;

pub use calls::{Call, ExpectedCall, holds_calls, parse_calls, run_calls};
pub use compare::{Floor, Measured, below, run_file, side_by_side};
pub use messages::{Expected, LoadError, Row, default_now, parse, run, run_at};
pub use report::{Miss, Rate, Report, Table};
pub use turns::{ExpectedTurn, TurnRow, holds_turns, parse_turns, run_turns, turn_request};
