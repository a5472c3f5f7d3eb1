//! Calls through Twilio's REST API (twilio sheet, 8 and 9): placed, turned elsewhere, ended; recordings fetched.
//!
//! Always true: nothing here is tried twice. A call whose answer was lost may ring all the same, so the caller decides (P2).

use super::Client;
use super::client::CLOCK_MARGIN;
use super::voice_status::Form;
use crate::messaging::SendError;
use crate::sound::{Host, Sound, SoundError};
use jiff::Timestamp;
use ringleader_core::phone::Phone;
use serde_json::Value;

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Whom to ring.
    pub to: Phone,
    /// Our number that is shown.
    pub from: Phone,
    /// Where the document is that is run when somebody answers.
    pub url: String,
    /// Who is told how it went.
    pub status_callback: String,
    /// Seconds that it rings.
    pub timeout: u32,
}

/// What becomes of a call that is going on.
#[derive(Debug, Clone)]
pub enum Turn {
    /// Another document is run, in place of what is being done.
    To(String),
    /// It ends.
    Hangup,
}

/// A call as Twilio knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallState {
    /// `queued`, `in-progress`, `completed` …
    pub status: String,
    /// Seconds, once it is over.
    pub seconds: Option<i64>,
    /// What a status callback of it would tell.
    pub form: Form,
}

impl CallState {
    /// As the body of a status callback.
    pub fn as_callback(&self) -> String {
        serde_urlencoded::to_string(&self.form).unwrap_or_default()
    }

    /// Whether nothing more comes.
    pub fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "queued" | "initiated" | "ringing" | "in-progress")
    }
}

/// The id of a recording that is kept at Twilio; `None` for one that the business keeps in a store of its own.
pub fn recording_sid(told: &str) -> Option<&str> {
    let sid = told.rsplit('/').next()?.trim_end_matches(".mp3");
    (sid.len() == 34 && sid.starts_with("RE") && sid.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(sid)
}

impl Client {
    /// Places a call; its id.
    ///
    /// # Errors
    /// As for a message: refused for good, for now, or unknown.
    pub async fn place_call(&self, call: &NewCall) -> Result<String, SendError> {
        let timeout = call.timeout.to_string();
        let form = [
            ("To", call.to.as_str()),
            ("From", call.from.as_str()),
            ("Url", &call.url),
            ("Method", "POST"),
            ("StatusCallback", &call.status_callback),
            ("Timeout", &timeout),
        ];
        let answer = self.run("make_call", self.http.post(self.calls_url("Calls.json")).form(&form)).await?;
        let sid = answer["sid"].as_str().filter(|sid| !sid.is_empty());
        sid.map(str::to_owned).ok_or_else(|| SendError::Unknown { detail: "an answer without an id".to_owned() })
    }

    /// The newest call that was placed to a number since a moment, if there is one: for a placing whose answer was lost.
    ///
    /// # Errors
    /// As for a message.
    pub async fn placed_since(&self, to: &Phone, since: Timestamp) -> Result<Option<String>, SendError> {
        let since = since.saturating_sub(CLOCK_MARGIN).unwrap_or(since);
        let request = self.http.get(self.calls_url("Calls.json"));
        let answer = self.run("find_call", request.query(&[("To", to.as_str()), ("PageSize", "20")])).await?;
        let recent = |call: &&Value| {
            let made = call["date_created"].as_str().and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
            call["direction"] == "outbound-api" && made.is_none_or(|made| made.timestamp() >= since)
        };
        let found = answer["calls"].as_array().and_then(|calls| calls.iter().find(recent));
        Ok(found.and_then(|call| call["sid"].as_str()).map(str::to_owned))
    }

    /// Changes what a call does. One that is over is refused with 21220.
    ///
    /// # Errors
    /// As for a message.
    pub async fn turn_call(&self, call_sid: &str, turn: &Turn) -> Result<(), SendError> {
        let form = match turn {
            Turn::To(url) => vec![("Url", url.as_str()), ("Method", "POST")],
            Turn::Hangup => vec![("Status", "completed")],
        };
        let url = self.calls_url(&format!("Calls/{call_sid}.json"));
        self.run("turn_call", self.http.post(url).form(&form)).await.map(drop)
    }

    /// Asks how a call stands.
    ///
    /// # Errors
    /// As for a message.
    pub async fn call_state(&self, call_sid: &str) -> Result<CallState, SendError> {
        let answer = self.run("read_call", self.http.get(self.calls_url(&format!("Calls/{call_sid}.json")))).await?;
        let told = |name: &str| answer[name].as_str().unwrap_or_default();
        let names = [
            ("CallSid", "sid"),
            ("ParentCallSid", "parent_call_sid"),
            ("From", "from"),
            ("To", "to"),
            ("CallStatus", "status"),
            ("CallDuration", "duration"),
            ("Direction", "direction"),
            ("AnsweredBy", "answered_by"),
            ("Timestamp", "end_time"),
        ];
        let form = names.map(|(name, theirs)| (name.to_owned(), told(theirs).to_owned())).to_vec();
        Ok(CallState { status: told("status").to_owned(), seconds: told("duration").parse().ok(), form })
    }

    /// Whether a number of the account sends its calls to this address; `None` if the number is not the account's.
    ///
    /// # Errors
    /// As for a message.
    pub async fn voice_url_of(&self, number: &Phone) -> Result<Option<String>, SendError> {
        let request = self.http.get(self.calls_url("IncomingPhoneNumbers.json"));
        let answer = self.run("find_number", request.query(&[("PhoneNumber", number.as_str())])).await?;
        let found = answer["incoming_phone_numbers"].as_array().and_then(|all| all.first());
        Ok(found.map(|number: &Value| number["voice_url"].as_str().unwrap_or_default().to_owned()))
    }

    /// The sound of a recording as MP3, or the part of it that `range` names. Only the recording's id is taken from where an
    /// event says that it is: the account's key goes nowhere else.
    ///
    /// # Errors
    /// [`SoundError::Missing`] too for a moment after it was told of.
    pub async fn recording(&self, told: &str, range: Option<&str>) -> Result<Sound, SoundError> {
        let Some(sid) = recording_sid(told) else { return Err(SoundError::Missing) };
        let token = self.config.auth_token.reveal();
        let request = self.http.get(self.calls_url(&format!("Recordings/{sid}.mp3")));
        let host = Host { provider: "twilio", http: &self.http, base: &self.base_url, timeout: self.timeout };
        host.listen(request.basic_auth(&self.config.account_sid, Some(token)), range).await
    }

    fn calls_url(&self, path: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{path}", self.base_url, self.config.account_sid)
    }
}
