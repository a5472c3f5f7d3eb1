//! Whole calls with the receptionist, played by a caller who runs our TwiML and speaks ConversationRelay as Twilio does, through
//! real HTTP and WebSockets (C1-C9, C13-C15). The calls are told in `plays.txt`.

mod agency;
mod edges;
mod ends;
mod on_call;
mod plays;
mod satisfaction;
