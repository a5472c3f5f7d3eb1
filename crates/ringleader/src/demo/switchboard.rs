//! The played switchboard of one business: it reports calls to the address that was entered there, and keeps them in its log.

use ringleader_brain::models::http_client;
use ringleader_providers::voicenter::fake::{CallLog, Encoding, Scenario as Call, VoicenterFake};
use ringleader_web::Problem;
use std::sync::{Mutex, PoisonError};

/// A switchboard.
#[derive(Default)]
pub(super) struct Switchboard {
    reports_to: Mutex<Option<String>>,
    /// Its account at the Call Log, if it has one.
    code: Option<String>,
}

impl Switchboard {
    /// One that reports to this address and keeps no log.
    pub(super) fn reporting_to(address: String) -> Self {
        Self { reports_to: Mutex::new(Some(address)), code: None }
    }

    /// One with a log, at which no address was entered yet.
    pub(super) fn with_log(code: String) -> Self {
        Self { code: Some(code), ..Self::default() }
    }

    /// Somebody enters an address.
    pub(super) fn report_to(&self, address: String) {
        *self.reports_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// The address that was entered.
    pub(super) fn reports_to(&self) -> Option<String> {
        self.reports_to.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A call took place: it is in the log, and is reported.
    pub(super) async fn tell(&self, log: &CallLog, call: &Call) -> Result<(), Problem> {
        if let Some(code) = &self.code {
            log.add_to(code, call);
        }
        let Some(address) = self.reports_to() else {
            return Err(Problem::conflict(
                "The switchboard of this business does not know where to report calls. Enter its address there: First steps, step 1.",
            ));
        };
        let fake = VoicenterFake::new(http_client(), address, 1);
        for told in call.payloads(Encoding::Json) {
            if fake.deliver(&told).await.status != Some(200) {
                return Err(Problem::conflict("What was told of the call was not taken. Try again."));
            }
        }
        Ok(())
    }
}
