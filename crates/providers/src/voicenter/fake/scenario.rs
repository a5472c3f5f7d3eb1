//! Calls as they happen: each makes one record or several.

use super::encode::{Payload, Style, payload};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

/// One phone call and the records that Voicenter writes about it, newest field set, true epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    records: Vec<Map<String, Value>>,
}

impl Scenario {
    /// Rang for 25 seconds at one extension, nobody answered.
    pub fn missed(caller: &str, did: &str) -> Self {
        Self::inbound(caller, did).set("status", "NOANSWER").extension("SIPtest1").ring(25)
    }

    /// The owner answered and spoke for so many seconds.
    pub fn answered(caller: &str, did: &str, talk_seconds: i64) -> Self {
        let call = Self::inbound(caller, did).set("status", "ANSWER").set("isAnswer", 1).extension("SIPtest1").ring(8);
        let call =
            call.set("extenUser", "SIPtest1").set("representative_name", "Owner").set("representative_code", "900001");
        call.set("duration", talk_seconds).set("actualCallDuration", talk_seconds)
    }

    /// Only the menu answered.
    pub fn menu(caller: &str, did: &str) -> Self {
        let call = Self::inbound(caller, did)
            .set("status", "ANSWER")
            .set("isAnswer", 1)
            .set("representative_name", "External IVR");
        call.set("duration", 38).set("actualCallDuration", 38).ring(2)
    }

    /// The caller left a message.
    pub fn voicemail(caller: &str, did: &str, recording_url: &str) -> Self {
        let call = Self::inbound(caller, did).set("type", "VoiceMail").set("status", "VOICEMAIL").ring(25);
        call.set("duration", 21).set("actualCallDuration", 21).set("record", recording_url)
    }

    /// Gave up after so many seconds in the queue; `duration` holds the waiting, as the real records do.
    pub fn queue_abandoned(caller: &str, did: &str, waited_seconds: i64) -> Self {
        let call = Self::inbound(caller, did).set("type", "Queue").set("status", "ABANDONE").queue();
        call.set("duration", waited_seconds).set("seconds_waiting_in_queue", waited_seconds)
    }

    /// Left one queue by a key and was answered in another: two records with one id.
    pub fn left_queue_then_answered(caller: &str, did: &str) -> Self {
        let left = Self::queue_abandoned(caller, did, 15).set("status", "EXIT");
        left.and(Self::answered(caller, did, 60))
    }

    /// Answered and handed on: the second record has its own id and names the first.
    pub fn transferred(caller: &str, did: &str) -> Self {
        let first = Self::answered(caller, did, 30);
        let original = first.text("ivruniqueid");
        let onward =
            Self::answered(caller, did, 90).extension("SIPtest2").set("extenUser", "SIPtest2").set("type", "XferCDR");
        first.and(onward.set("ivruniqueid", format!("{original}-x")).set("OriginalIvrUniqueID", original))
    }

    /// The owner calls the customer back and they speak.
    pub fn called_back(did: &str, customer: &str, talk_seconds: i64) -> Self {
        let call = Self::outbound(did, customer).set("status", "ANSWER").set("isAnswer", 1);
        call.set("duration", talk_seconds).set("actualCallDuration", talk_seconds)
    }

    /// The owner tries to call back; the customer does not answer.
    pub fn call_back_failed(did: &str, customer: &str) -> Self {
        Self::outbound(did, customer).set("status", "NOANSWER").ring(30)
    }

    /// The owner's phone rings first, then the customer's: two records with one id.
    pub fn click_to_call(did: &str, customer: &str, customer_answers: bool) -> Self {
        let agent =
            Self::outbound(did, "SIPtest1").set("type", "Click2Call leg1").set("status", "ANSWER").set("duration", 40);
        let agent = agent.set("direction", "").set("targetextension", "SIPtest1").set("extenUser", "SIPtest1");
        let leg =
            if customer_answers { Self::called_back(did, customer, 35) } else { Self::call_back_failed(did, customer) };
        let id = leg.text("ivruniqueid");
        agent.and(leg.set("type", "Click2Call leg2")).set("ivruniqueid", id)
    }

    /// Another status, such as `BUSY` or one that no table knows.
    pub fn status(self, status: &str) -> Self {
        self.set("status", status)
    }

    /// The call's id, on every record of it.
    pub fn id(mut self, id: &str) -> Self {
        let old = self.text("ivruniqueid");
        for field in ["ivruniqueid", "OriginalIvrUniqueID"] {
            for value in self.records.iter_mut().filter_map(|record| record.get_mut(field)) {
                if let Some(rest) = value.as_str().and_then(|text| text.strip_prefix(&old)) {
                    *value = json!(format!("{id}{rest}"));
                }
            }
        }
        self
    }

    /// When the call began. Without an id of its own the call is named by that time.
    pub fn at(self, start: Timestamp) -> Self {
        let zone = TimeZone::get("Asia/Jerusalem").unwrap_or(TimeZone::UTC);
        let stamp = zone.to_datetime(start).strftime("%Y%m%d%H%M%S").to_string();
        let old = self.text("ivruniqueid");
        let named = match old.strip_prefix(DRAFT) {
            Some(rest) => self.id(&format!("{stamp}{rest}")),
            None => self,
        };
        named.set("time", start.as_second())
    }

    /// Seconds of ringing.
    pub fn ring(self, seconds: i64) -> Self {
        self.set("dialtime", seconds).set("actualCallDialtime", seconds)
    }

    /// The extension that rang or answered.
    pub fn extension(self, sip: &str) -> Self {
        self.set("targetextension", sip).set("target", sip)
    }

    /// The call rang at several extensions: a record for each.
    pub fn extensions(self, sips: &[&str]) -> Self {
        let each = |sip: &&str| self.clone().extension(sip).records;
        Self { records: sips.iter().flat_map(each).collect() }
    }

    /// Any field of every record, for what the others do not offer.
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        for record in &mut self.records {
            record.insert(field.to_owned(), value.clone());
        }
        self
    }

    /// The first record, as it goes over the wire.
    pub fn payload(&self, style: impl Into<Style>) -> Payload {
        payload(&self.records[0], style.into())
    }

    /// The first record's body.
    pub fn body(&self, style: impl Into<Style>) -> Vec<u8> {
        self.payload(style).body
    }

    /// Every record of the call.
    pub fn payloads(&self, style: impl Into<Style>) -> Vec<Payload> {
        let style = style.into();
        self.records.iter().map(|record| payload(record, style)).collect()
    }

    /// The records themselves, in the webhook's names.
    pub fn records(&self) -> &[Map<String, Value>] {
        &self.records
    }

    fn inbound(caller: &str, did: &str) -> Self {
        Self::blank(caller, did)
            .set("type", "Incoming Call")
            .set("direction", "incoming")
            .set("caller", caller)
            .set("callerPhone", caller)
    }

    fn outbound(did: &str, customer: &str) -> Self {
        let call = Self::blank(customer, did).set("type", "Extension Outgoing").set("direction", "outgoing");
        call.set("caller", did).set("target", customer).set("did", "").set("callerextension", "SIPtest1").ring(6)
    }

    /// Every field of the new set, empty.
    fn blank(customer: &str, did: &str) -> Self {
        let record = json!({
            "caller": "", "target": "", "time": 0, "duration": 0, "ivruniqueid": format!("{DRAFT}{:08x}", mix(&[customer, did])), "type": "",
            "status": "", "direction": "", "isAnswer": 0, "actualCallDuration": 0, "actualCallDialtime": 0, "dialtime": 0,
            "targetextension": "", "callerextension": "", "extenUser": "", "callerPhone": "", "did": did, "queueid": 0, "queuename": "",
            "record": "", "price": 0, "representative_name": "", "representative_code": "", "target_country": "Israel",
            "caller_country": "Israel", "DepartmentID": 1001, "DepartmentName": "Demo",
            "IVR": [{"layer_id": 11, "layer_name": "ראשי", "layer_number": 0, "Dtmf": 1, "dtmf_order": 1}],
        });
        Self { records: record.as_object().cloned().into_iter().collect() }
    }

    fn queue(self) -> Self {
        self.set("queueid", 55).set("queuename", "מכירות")
    }

    fn and(mut self, other: Self) -> Self {
        self.records.extend(other.records);
        self
    }

    fn text(&self, field: &str) -> String {
        self.records.first().and_then(|record| record.get(field)?.as_str()).unwrap_or_default().to_owned()
    }
}

/// What an id begins with until the call has a time.
const DRAFT: &str = "draft";

/// FNV-1a, so that calls of different people at one time have different ids.
fn mix(texts: &[&str]) -> u32 {
    texts
        .iter()
        .flat_map(|text| text.bytes())
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
