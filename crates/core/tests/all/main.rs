//! The rules of core, as tables and properties.

mod legs;
mod phone;
