//! The receptionist's engine: whole talks on both databases (C1-C15).

mod closed;
mod current;
mod danger;
mod fishing;
mod merged;
mod office;
mod promises;
mod scripts;
