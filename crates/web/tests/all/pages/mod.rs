//! The pages as people use them, through the real router.

mod access;
mod doors;
mod first_steps;
mod leads;
mod matrix;
mod order;
mod settings;
mod trail;
mod visitor;
mod work;
