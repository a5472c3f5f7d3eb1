//! Stories, told end to end on both databases: real HTTP in and out, the providers and models played faithfully.

mod brains;
mod chat;
mod delivery;
mod live;
mod logs;
mod missed;
mod records;
mod tenants;
mod unknown;
mod voicemail;
