//! The brain crate, tried from outside: one binary, one module per story.

mod analyses;
mod answers;
mod calls;
mod chains;
mod clients;
mod dialogues;
mod eval;
mod heard;
mod histories;
mod local;
mod prompting;
mod support;
mod times;
mod turns;
