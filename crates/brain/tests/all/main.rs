//! The brain crate, tried from outside: one binary, one module per story.

mod answers;
mod chains;
mod clients;
mod prompting;
mod support;
mod eval;
mod local;
mod times;
