//! How we try it: the kill -9 harness, and a crowd of leads to measure the pages on. The benchmarks are a program of their own.

pub mod crowd;
pub mod dice;
pub mod kill;
