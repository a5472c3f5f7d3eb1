//! Tests of the program from outside: its settings, the built binary, the demo, and the demo's page in a real browser.

mod binary;
mod browser;
mod dashboard;
mod demo;
mod every_page;
mod first_run;
mod keyboard;
mod kill;
mod letter;
mod meters;
mod running;
mod screen;
mod settings;
#[cfg(feature = "otel")]
mod traces;
