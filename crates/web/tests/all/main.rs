//! The web as its callers see it: the real router and the real database, without a socket.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod agents;
mod analyses;
mod api;
mod calls;
mod decisions;
mod depth;
mod described;
mod hours;
mod letters;
mod loss;
mod matrix;
mod nodes;
mod owner_channels;
mod pages;
mod properties;
mod reports;
mod shop;
mod stories;
mod support;
mod switchboards;
mod texts;
mod town;
mod trials;
mod voicenter;
mod whatsapp;
