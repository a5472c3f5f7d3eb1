//! The few statements that must differ between the engines, side by side, each with the reason why.

pub mod postgres;
pub mod sqlite;
