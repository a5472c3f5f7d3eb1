//! Whom we talk to: one folder per outside service, with its faithful fake.
