//! What is meant: the brain seam, the offline brain, the model clients, prompts and evaluation.

pub mod seam;
