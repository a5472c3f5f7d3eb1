//! How we try it: the kill -9 harness and what it is made of. The benchmarks are a program of their own.

pub mod dice;
pub mod kill;
