//! The program: settings, wiring, command line, demo.

fn main() {}
