//! Who talks to us: webhooks, API, pages, live stream.
