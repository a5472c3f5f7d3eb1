//! What happens: one file per flow and per kind of work.
