//! The few statements that must differ between the engines, side by side, each with the reason why.

mod claim;
pub mod postgres;
pub mod sqlite;
pub mod words;
