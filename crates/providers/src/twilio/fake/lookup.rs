//! The played number look-up (twilio sheet, 11.7): what kind of line a number is, for a fee.

use super::{Account, Cx, TwilioFake, authorised, error};
use crate::faults::{Fault, Faults};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

/// What the account knows of lines.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    lines: HashMap<String, &'static str>,
    asked: Vec<String>,
    faults: Faults,
}

impl TwilioFake {
    /// What kind of line a number is: `mobile` where nothing is said, `landline`, `nonFixedVoip`; `invalid` for nobody's.
    pub fn line(&self, number: &str, kind: &'static str) {
        self.shared.account().lookup.lines.insert(number.to_owned(), kind);
    }

    /// The next `times` questions about lines meet this fault.
    pub fn fail_look_ups(&self, times: u32, fault: Fault) {
        self.shared.account().lookup.faults.next(times, fault);
    }

    /// The numbers that were asked about, each time.
    pub fn asked_lines(&self) -> Vec<String> {
        self.shared.account().lookup.asked.clone()
    }
}

/// Lookup v2 (twilio sheet, 11.7): fields that were not asked for are null.
pub(super) async fn look_up(
    State(cx): Cx,
    Path(number): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let fault = {
        let mut account = cx.account();
        account.lookup.asked.push(number.clone());
        let Account { lookup, dice, .. } = &mut *account;
        lookup.faults.take(dice)
    };
    match fault {
        Some(Fault::Status { status: 401 }) => return error(401, 20003, "Authenticate"),
        Some(Fault::Status { status }) => {
            return StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response();
        }
        Some(Fault::HangAfterAccept { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    let account = cx.account();
    let kind = account.lookup.lines.get(&number).copied().unwrap_or("mobile");
    let valid = kind != "invalid";
    let wanted = asked.get("Fields").is_some_and(|fields| fields.split(',').any(|it| it == "line_type_intelligence"));
    let line = (wanted && valid).then(|| {
        json!({ "type": kind, "carrier_name": "Sandbox", "mobile_country_code": null, "mobile_network_code": null,
            "error_code": null })
    });
    let errors: &[&str] = if valid { &[] } else { &["INVALID_LENGTH"] };
    Json(json!({ "phone_number": number, "valid": valid, "validation_errors": errors, "line_type_intelligence": line,
        "caller_name": null, "sim_swap": null }))
    .into_response()
}
