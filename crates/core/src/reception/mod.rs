//! The receptionist: what callers want, and what is done about it (PRODUCT part C).
//!
//! Pure: what was understood and the time come in, what is said and done goes out. Brains only fill in a [`reading::TurnReading`];
//! danger is found by rules before any of them is asked ([`danger`], C8).

pub mod afterwards;
pub mod areas;
pub mod complaint;
pub mod criteria;
pub mod danger;
pub mod desk;
pub mod feedback;
pub mod gathered;
pub mod proof;
pub mod reading;
pub mod roster;
pub mod say;
pub mod score;
pub mod sending;
pub mod situation;
pub mod slots;
pub mod talk;
pub mod telephone;
pub mod tongue;
pub mod trade;
pub mod words;
