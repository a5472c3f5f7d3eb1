//! What happens to an execution, as the bodies that Bolna posts for it (bolna sheet, 8 and 11).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A call to be played. Each has its statuses, its times and its quirks.
#[derive(Debug, Clone)]
pub struct Scenario {
    id: String,
    agent: String,
    customer: String,
    ours: String,
    inbound: bool,
    at: Timestamp,
    steps: Vec<Step>,
    /// Numbers stand in `telephony_data` alone.
    numbers_in_telephony: bool,
    /// Times have no zone.
    naive_times: bool,
    /// `call-disconnected` is empty, as the documents say; else full, as captures show.
    empty_disconnect: bool,
}

#[derive(Debug, Clone)]
struct Step {
    status: &'static str,
    after: SignedDuration,
    attempt: i64,
    more: Value,
}

const HELLO: &str = "assistant:  Hello, this is Dana from Acme Homes. How can I help?\n";

/// A talk of an ordinary call.
pub const TALK: &str = "assistant:  Hello, this is Dana from Acme Homes. How can I help?\nuser:  Hi, do you have three \
    room flats in Haifa?\nassistant:  Yes. What is your budget?\nuser:  About two million.\n";

impl Scenario {
    fn new(steps: &[(&'static str, i64)]) -> Self {
        let step = |(status, second): &(&'static str, i64)| Step {
            status,
            after: SignedDuration::from_secs(*second),
            attempt: 0,
            more: json!({}),
        };
        Self {
            id: "0b5f2c1e-7a0d-4c39-9d54-6f1f0f3d2a11".to_owned(),
            agent: "agent-1".to_owned(),
            customer: "+447700900123".to_owned(),
            ours: "+442079460018".to_owned(),
            inbound: false,
            at: Timestamp::UNIX_EPOCH,
            steps: steps.iter().map(step).collect(),
            numbers_in_telephony: false,
            naive_times: false,
            empty_disconnect: false,
        }
    }

    /// They talk for so long: five events.
    pub fn answered(seconds: f64) -> Self {
        Self::talk(seconds, TALK, json!({}))
    }

    /// The agent talks to nobody.
    pub fn silent(seconds: f64) -> Self {
        Self::talk(seconds, HELLO, json!({}))
    }

    /// A machine answers and the agent hangs up.
    pub fn voicemail(seconds: f64) -> Self {
        Self::talk(seconds, HELLO, json!({ "answered_by_voice_mail": true }))
    }

    /// Completed, and nobody ever spoke.
    pub fn completed_without_talk() -> Self {
        Self::talk(0.0, "", json!({ "telephony_data": { "hangup_reason": "Call unanswered", "hangup_by": "Carrier" } }))
    }

    /// They talk these words for so long.
    pub fn saying(seconds: f64, transcript: &str) -> Self {
        Self::talk(seconds, transcript, json!({}))
    }

    fn talk(seconds: f64, transcript: &str, more: Value) -> Self {
        let hung_up = 5 + seconds.ceil() as i64;
        let names = ["initiated", "ringing", "in-progress", "call-disconnected", "completed"];
        let times = [0, 2, 5, hung_up, hung_up + 150];
        let mut scenario = Self::new(&names.into_iter().zip(times).collect::<Vec<_>>());
        let carriers = (seconds.ceil() as i64).to_string();
        let hangup =
            json!({ "hangup_by": "Callee", "hangup_reason": "Call recipient hung up", "hangup_provider_code": 4000 });
        let end = json!({ "conversation_duration": seconds, "transcript": transcript, "telephony_data": hangup });
        let money = json!({ "total_cost": 4.31, "cost_breakdown": { "platform": 2, "network": 2.31 },
            "extracted_data": { "Lead": { "Budget": { "subjective": "About two million", "confidence": 0.91 } } },
            "telephony_data": { "duration": carriers } });
        for step in &mut scenario.steps[3..] {
            merge(&mut step.more, &end);
            merge(&mut step.more, &more);
        }
        merge(&mut scenario.steps[4].more, &money);
        scenario
    }

    /// Rings out: three events.
    pub fn no_answer() -> Self {
        Self::new(&[("initiated", 0), ("ringing", 2), ("no-answer", 46)]).ended("Call unanswered")
    }

    /// Busy: three events.
    pub fn busy() -> Self {
        Self::new(&[("initiated", 0), ("ringing", 2), ("busy", 24)]).ended("Call recipient was busy")
    }

    /// Ends in this status without a talk, whatever it is.
    pub fn ending(status: &'static str) -> Self {
        let scenario = Self::new(&[("queued", 0), ("initiated", 1), (status, 4)]);
        let mut scenario = scenario.ended("Unknown");
        if let Some(last) = scenario.steps.last_mut() {
            merge(&mut last.more, &json!({ "error_message": "Telephony Internal Error" }));
        }
        scenario
    }

    /// Not answered, tried again by the platform, answered then.
    pub fn answered_at_the_second_try(seconds: f64) -> Self {
        let mut scenario = Self::new(&[("initiated", 0), ("ringing", 2), ("no-answer", 46)]);
        let retry = json!({ "retry_config": { "enabled": true, "max_retries": 3 } });
        let later = SignedDuration::from_mins(30);
        let mut again = Self::answered(seconds).steps;
        again.insert(
            0,
            Step { status: "scheduled", after: SignedDuration::from_secs(48) - later, attempt: 0, more: json!({}) },
        );
        for step in &mut again {
            step.after += later;
            step.attempt = 1;
        }
        scenario.steps.extend(again);
        scenario.steps.iter_mut().for_each(|step| merge(&mut step.more, &retry));
        scenario
    }

    fn ended(mut self, reason: &str) -> Self {
        let end = json!({ "telephony_data": { "hangup_by": "Carrier", "hangup_reason": reason, "hangup_provider_code": 3010 } });
        if let Some(last) = self.steps.last_mut() {
            merge(&mut last.more, &end);
        }
        self
    }

    /// With this execution id.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.id = id.to_owned();
        self
    }

    /// By this agent.
    #[must_use]
    pub fn agent(mut self, agent: &str) -> Self {
        self.agent = agent.to_owned();
        self
    }

    /// With this customer.
    #[must_use]
    pub fn customer(mut self, number: &str) -> Self {
        self.customer = number.to_owned();
        self
    }

    /// With this number of the business.
    #[must_use]
    pub fn ours(mut self, number: &str) -> Self {
        self.ours = number.to_owned();
        self
    }

    /// The customer called; such calls begin when they are answered.
    #[must_use]
    pub fn inbound(mut self) -> Self {
        self.inbound = true;
        self.steps.retain(|step| !matches!(step.status, "queued" | "initiated" | "ringing"));
        self
    }

    /// Dialled at this time.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    /// Numbers stand in `telephony_data` alone.
    #[must_use]
    pub fn numbers_in_telephony(mut self) -> Self {
        self.numbers_in_telephony = true;
        self
    }

    /// Times have no zone.
    #[must_use]
    pub fn naive_times(mut self) -> Self {
        self.naive_times = true;
        self
    }

    /// `call-disconnected` says nothing of the talk.
    #[must_use]
    pub fn empty_disconnect(mut self) -> Self {
        self.empty_disconnect = true;
        self
    }

    /// The agent says why it hands the call on: a pre-call webhook on the same address.
    #[must_use]
    pub fn handed_on(mut self, reason: &str) -> Self {
        let more = json!({ "transfer_reason": reason, "customer_summary": "Wants a viewing on Sunday" });
        let place = self.steps.iter().position(|s| s.status == "call-disconnected").unwrap_or(self.steps.len());
        let step = Step { status: "in-progress", after: SignedDuration::from_secs(9), attempt: 0, more };
        self.steps.insert(place, step);
        self
    }

    /// The execution's id.
    pub fn execution(&self) -> &str {
        &self.id
    }

    /// The agent's id.
    pub fn by(&self) -> &str {
        &self.agent
    }

    /// When it was made.
    pub fn made_at(&self) -> Timestamp {
        self.at
    }

    /// The bodies in the order in which things happened.
    pub fn bodies(&self) -> Vec<Value> {
        self.steps.iter().map(|step| self.body(step)).collect()
    }

    fn body(&self, step: &Step) -> Value {
        let empty = self.empty_disconnect && step.status == "call-disconnected";
        let (from, to) = if self.inbound { (&self.customer, &self.ours) } else { (&self.ours, &self.customer) };
        let mut body = json!({
            "id": self.id, "agent_id": self.agent, "batch_id": null, "status": step.status, "conversation_duration": 0,
            "total_cost": 0, "transcript": null, "extracted_data": null, "error_message": null, "retry_count": step.attempt,
            "answered_by_voice_mail": null, "created_at": self.time(SignedDuration::ZERO), "updated_at": self.time(step.after),
            "telephony_data": { "call_type": if self.inbound { "inbound" } else { "outbound" }, "provider": "plivo",
                "recording_url": "", "provider_call_id": "11111111-2222-4333-8444-555555555555" },
        });
        if self.numbers_in_telephony {
            merge(&mut body, &json!({ "telephony_data": { "from_number": from, "to_number": to } }));
        } else {
            merge(&mut body, &json!({ "user_number": self.customer, "agent_number": self.ours }));
        }
        if step.status == "completed" {
            let url = format!("https://api.bolna.ai/recordings/call/{}", self.id);
            merge(&mut body, &json!({ "telephony_data": { "recording_url": url } }));
        }
        if !empty {
            merge(&mut body, &step.more);
        }
        body
    }

    fn time(&self, after: SignedDuration) -> String {
        let at = self.at.checked_add(after).unwrap_or(self.at);
        if self.naive_times { format!("{}.193399", at.strftime("%Y-%m-%dT%H:%M:%S")) } else { at.to_string() }
    }
}

/// Puts the fields of `more` into `into`, objects within objects.
fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}
