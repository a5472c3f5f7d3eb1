//! Pages for people: server-rendered, live through one small script, strict about what they load.

pub mod answer;
mod assets;
pub mod docs;
pub mod phone;
