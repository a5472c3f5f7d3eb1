//! The web as its callers see it: the real router and the real database, without a socket.

mod access;
mod api;
mod described;
mod support;
mod voicenter;
mod whatsapp;
