//! What is true: types, rules, state machines, texts. No I/O, no clock, no async.
//!
//! Everything here is a function of what is so, what came in, and what time it is. Words are those of PRODUCT section 0;
//! rule ids (A6, P2 …) are cited where they are served.

pub mod analysis;
pub mod appointment;
pub mod calendar;
pub mod call;
pub mod chat;
pub mod contact;
pub mod conversation;
pub mod credits;
pub mod currency;
pub mod decision;
pub mod episode;
pub mod facts;
pub mod figures;
pub mod hours;
pub mod id;
pub mod invitation;
pub mod language;
pub mod lead;
pub mod legs;
pub mod lifecycle;
pub mod loss;
pub mod message;
pub mod missed;
pub mod notify;
pub mod optout;
pub mod phone;
pub mod policy;
pub mod property;
pub mod quiet;
pub mod reading;
pub mod reception;
pub mod reports;
pub mod secret;
pub mod settings;
pub mod settings_check;
pub mod sms;
pub mod status;
pub mod task;
pub mod tenant;
pub mod texts;
pub mod ticket;
pub mod user;
pub mod words;
