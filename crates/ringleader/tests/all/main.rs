//! Tests of the program from outside: its settings, and the built binary.

mod binary;
mod demo;
mod settings;
