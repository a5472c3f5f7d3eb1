//! What is meant: the brain seam, the offline brain, the model clients, prompts and evaluation.

pub mod chain;
pub mod eval;
pub mod fake;
pub mod local;
pub mod models;
pub mod prompts;
pub mod seam;
pub mod times;
pub mod wire;
