//! What models answer with, and how it becomes a reading (P7, B7).
//!
//! Always true: a schema that leaves here is within the subsets of every provider; a value that leaves here is within the
//! bounds of `bounds`; no error text repeats what a model or a customer wrote (P10).

pub mod analyse_call;
pub mod analyse_history;
pub mod bounds;
pub mod read_message;
pub mod read_turn;
pub mod schema;

pub use analyse_call::AnalyseCall;
pub use analyse_history::AnalyseHistory;
pub use read_message::ReadMessage;
pub use read_turn::ReadTurn;
