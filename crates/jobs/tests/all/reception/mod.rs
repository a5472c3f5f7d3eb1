//! The receptionist's engine: whole talks on both databases (C1-C15).

mod closed;
mod current;
mod danger;
mod fishing;
mod general;
mod handed;
mod home;
mod merged;
mod office;
mod promises;
mod race;
mod readings;
mod scripts;
