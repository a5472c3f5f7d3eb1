//! Conversations in depth: a shop with every channel, and what customers do with it (A5, A8-A11, A14, A15, P9, P10).

mod appointments;
mod desk;
mod erasing;
mod information;
mod leaving;
mod letters;
mod people;
mod photos;
mod sms;
mod talking;
mod two_senders;
mod whom;
mod world;
