//! The meters of all requests, kept at hand: looking them up by their labels costs more than all else that the edge does.
//!
//! Always true: routes are templates and methods are known words, so that there is an end of them; the recorder is installed
//! before the first request and forgets no meter (no idle timeout), for what it forgot would be counted into nothing.

use metrics::{Counter, Histogram};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// Counts the answers to a method with a status, and how long they took.
struct Meter {
    method: &'static str,
    status: u16,
    answers: Counter,
    seconds: Histogram,
}

impl Meter {
    fn new(method: &'static str, route: &str, status: u16) -> Self {
        let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
        Self {
            method,
            status,
            answers: metrics::counter!("ringleader_http_requests_total", &labels),
            seconds: metrics::histogram!("ringleader_http_request_seconds", "route" => route.to_owned()),
        }
    }
}

thread_local! {
    /// By route.
    static METERS: RefCell<HashMap<String, Vec<Meter>>> = RefCell::default();
}

/// One more answer.
pub(super) fn count(method: &'static str, route: &str, status: u16, took: Duration) {
    METERS.with_borrow_mut(|all| {
        if !all.contains_key(route) {
            all.insert(route.to_owned(), Vec::new());
        }
        let Some(meters) = all.get_mut(route) else { return };
        let known = meters.iter().position(|meter| meter.method == method && meter.status == status);
        let at = known.unwrap_or_else(|| {
            meters.push(Meter::new(method, route, status));
            meters.len() - 1
        });
        meters[at].answers.increment(1);
        meters[at].seconds.record(took.as_secs_f64());
    });
}
