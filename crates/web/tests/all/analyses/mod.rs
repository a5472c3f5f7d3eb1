//! Calls of voice agents become analysed leads, from the platform's webhook to lead and complete analysis, with models played
//! by their fakes (B5, B6, B7, B10).

mod history;
mod leads;
mod models;
mod world;
