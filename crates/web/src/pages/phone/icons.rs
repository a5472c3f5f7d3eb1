//! Small signs, drawn here, so that they look alike whatever fonts the machine has.

use maud::{Markup, html};

/// A sign of 24 by 24 units made of one path; what it means is said by the words beside it.
fn sign(path: &'static str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" { path d=(path); }
    }
}

/// A handset.
pub(super) fn call() -> Markup {
    sign(
        "M22 17v3a2 2 0 0 1-2.2 2A18 18 0 0 1 2 4.2 2 2 0 0 1 4 2h3a2 2 0 0 1 2 1.7l.7 2.8a2 2 0 0 1-.6 2L7.9 9.7a14 14 0 0 0 6.4 6.4l1.2-1.2a2 2 0 0 1 2-.6l2.8.7A2 2 0 0 1 22 17z",
    )
}

/// A paper plane; the style turns it round where lines run from the right.
pub(super) fn send() -> Markup {
    sign("M4 12 3 4l18 8-18 8 1-8zm0 0h8")
}

/// What was decided.
pub(super) fn verdict(word: &str) -> Markup {
    match word {
        "send" => sign("M5 13l4 4L19 7"),
        "wait" => sign("M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"),
        "hold" => {
            sign("M12 8v5M12 16.5v.1M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0z")
        }
        _ => sign("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.6 5.6l12.8 12.8"),
    }
}

/// How far a message has come: one tick on its way, two arrived.
pub(super) fn ticks(status: &str) -> Markup {
    match status {
        "delivered" | "read" => sign("M1 13l4.5 4.5L14 8M10 16l1.5 1.5L21 8"),
        _ => sign("M5 13l4 4L19 7"),
    }
}
