//! One leg of a call: its requests, its documents, its end.

use super::super::PlacedCall;
use super::markup::{self, Node};
use super::mind::{Does, Mind, Picks, Script};
use super::wire::Form;
use super::{Dialled, Exchange, Played, Step, Steps, Webhooks};

/// Documents after which a call is taken for a loop.
const MOST_DOCUMENTS: usize = 200;

/// What follows from a verb.
pub(super) enum Flow {
    /// The next verb.
    On,
    /// Another document.
    Go(String, Form),
    /// The leg is over.
    Over,
}

/// A leg that is going on.
pub(super) struct Leg<'x> {
    pub(super) exchange: &'x Exchange,
    pub(super) hooks: &'x Webhooks,
    pub(super) mind: &'x mut dyn Mind,
    pub(super) sid: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) direction: &'static str,
    pub(super) parent: Option<String>,
    pub(super) steps: Steps,
    pub(super) seconds: i64,
    pub(super) gone: bool,
    /// The document ended it.
    pub(super) hung_up: bool,
    pub(super) twice: bool,
    /// Who is told of the call's recording.
    pub(super) recording: Option<String>,
    requests: u64,
}

/// Plays a call to its end.
pub(super) async fn play(exchange: &Exchange, call: &Dialled, mind: &mut dyn Mind) -> Played {
    let sid = format!("CA{:032x}", exchange.next_number());
    let from = if call.from.is_empty() { "anonymous" } else { call.from.as_str() };
    let mut leg = Leg::new(exchange, &call.webhooks, mind, sid, "inbound");
    (leg.from, leg.to, leg.twice) = (from.to_owned(), call.to.clone(), call.twice);
    let first = format!("{}{}", call.webhooks.public, call.webhooks.voice);
    leg.run(first, Form::new()).await;
    leg.finish().await;
    Played { call_sid: leg.sid, steps: leg.steps, seconds: leg.seconds }
}

/// Plays a call that the program placed.
pub(super) async fn ring(exchange: &Exchange, call: &PlacedCall, hooks: &Webhooks, picks: Picks) -> Played {
    let (mut mind, answers) = match picks.mind() {
        Some(mind) => (mind, true),
        None => (Script::default(), false),
    };
    let mut leg = Leg::new(exchange, hooks, &mut mind, call.sid.clone(), "outbound-api");
    (leg.from, leg.to) = (call.from.clone(), call.to.clone());
    if answers {
        leg.run(call.url.clone(), Form::new()).await;
    }
    leg.steps.push(Step::Rang(call.to.clone(), picks.status().to_owned()));
    let seconds = leg.seconds.to_string();
    let over = vec![("CallDuration".to_owned(), if answers { seconds } else { "0".to_owned() })];
    leg.tell(&call.status_callback, picks.status(), &over).await;
    Played { call_sid: leg.sid, steps: leg.steps, seconds: leg.seconds }
}

impl<'x> Leg<'x> {
    pub(super) fn new(
        exchange: &'x Exchange,
        hooks: &'x Webhooks,
        mind: &'x mut dyn Mind,
        sid: String,
        direction: &'static str,
    ) -> Self {
        Self {
            exchange,
            hooks,
            mind,
            sid,
            from: String::new(),
            to: String::new(),
            direction,
            parent: None,
            steps: Vec::new(),
            seconds: 0,
            gone: false,
            hung_up: false,
            twice: false,
            recording: None,
            requests: 0,
        }
    }

    /// Runs documents until the leg is over. A webhook that fails is replaced by the fallback, once.
    pub(super) async fn run(&mut self, mut url: String, mut extra: Form) {
        let mut fallen = false;
        for _ in 0..MOST_DOCUMENTS {
            let verbs = match self.fetch(&url, &extra).await {
                Ok(verbs) => verbs,
                Err(code) => {
                    self.steps.push(Step::Failed(code));
                    if fallen || self.hooks.fallback.is_empty() || self.parent.is_some() {
                        return self.end("failure");
                    }
                    fallen = true;
                    extra = vec![("ErrorCode".into(), code.to_string()), ("ErrorUrl".into(), url.clone())];
                    url = format!("{}{}", self.hooks.public, self.hooks.fallback);
                    continue;
                }
            };
            match self.execute(&url, verbs).await {
                Flow::Go(next, form) => (url, extra) = (next, form),
                Flow::On | Flow::Over => return self.end(if self.gone { "caller" } else { "callee" }),
            }
        }
        self.end("failure");
    }

    async fn execute(&mut self, url: &str, verbs: Vec<Node>) -> Flow {
        for verb in &verbs {
            match self.verb(url, verb).await {
                Flow::On => {}
                flow => return flow,
            }
        }
        Flow::On
    }

    /// Asks for a document. When everything comes twice, the second answer must be the first one again.
    async fn fetch(&mut self, url: &str, extra: &Form) -> Result<Vec<Node>, i64> {
        let token = self.token();
        let form = self.form(if self.requests == 1 { "ringing" } else { "in-progress" }, extra);
        let text = self.exchange.post(self.hooks, url, &form, &token).await?;
        if self.twice {
            let again = self.exchange.post(self.hooks, url, &form, &token).await?;
            if again != text {
                self.steps.push(Step::Failed(-1));
            }
        }
        markup::verbs(&text)
    }

    /// Tells an address something; what it answers does not matter.
    pub(super) async fn tell(&mut self, url: &str, status: &str, extra: &Form) {
        let form = self.form(status, extra);
        self.deliver(url, &form).await;
    }

    /// Tells of a recording: the call's id and the recording, neither numbers nor a status.
    pub(super) async fn tell_of_recording(&mut self, url: &str, extra: &Form) {
        let own = |(name, _): &(String, String)| matches!(name.as_str(), "CallSid" | "AccountSid" | "ApiVersion");
        let mut form: Form = self.form("", &Form::new()).into_iter().filter(own).collect();
        form.extend(extra.iter().cloned());
        self.deliver(url, &form).await;
    }

    async fn deliver(&mut self, url: &str, form: &Form) {
        let token = self.token();
        for _ in 0..=usize::from(self.twice) {
            if let Err(code) = self.exchange.post(self.hooks, url, form, &token).await
                && code != 12_300
            {
                self.steps.push(Step::Failed(code));
            }
        }
    }

    fn token(&mut self) -> String {
        self.requests += 1;
        format!("{}-{}", self.sid, self.requests)
    }

    /// The parameters that every request of a call carries, and more.
    fn form(&self, status: &str, extra: &Form) -> Form {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut form = vec![
            pair("CallSid", &self.sid),
            pair("AccountSid", &self.exchange.account_sid),
            pair("ApiVersion", "2010-04-01"),
            pair("From", &self.from),
            pair("To", &self.to),
            pair("Caller", &self.from),
            pair("Called", &self.to),
            pair("CallStatus", status),
            pair("Direction", self.direction),
            pair("FromCity", ""),
        ];
        form.extend(self.parent.as_deref().map(|parent| pair("ParentCallSid", parent)));
        form.extend(extra.iter().cloned());
        form
    }

    /// What the person does now; what happens elsewhere is waited for.
    pub(super) async fn act(&mut self) -> Does {
        loop {
            match self.mind.next(&self.steps).await {
                Does::Meanwhile(happens) => happens().await,
                Does::HangsUp => {
                    self.gone = true;
                    return Does::HangsUp;
                }
                does => return does,
            }
        }
    }

    fn end(&mut self, by: &'static str) {
        if !matches!(self.steps.last(), Some(Step::Ended(_))) {
            self.steps.push(Step::Ended(by));
        }
    }

    /// What is told after all is over: the recording, and the number's status callback.
    async fn finish(&mut self) {
        if let Some(told) = self.recording.take() {
            let sid = format!("RE{:032x}", self.exchange.next_number());
            let pair = |name: &str, value: String| (name.to_owned(), value);
            let form = vec![
                pair("RecordingUrl", format!("https://api.twilio.example/Recordings/{sid}")),
                pair("RecordingSid", sid),
                pair("RecordingStatus", "completed".to_owned()),
                pair("RecordingDuration", self.seconds.to_string()),
                pair("RecordingSource", "StartCallRecordingAPI".to_owned()),
            ];
            self.tell_of_recording(&told, &form).await;
        }
        if self.hooks.status.is_empty() {
            return;
        }
        let date = jiff::fmt::rfc2822::DateTimePrinter::new();
        let date = date.timestamp_to_string(&(self.exchange.now)()).unwrap_or_default();
        let seconds = self.seconds.max(1);
        let extra = vec![
            ("CallDuration".to_owned(), seconds.to_string()),
            ("Duration".to_owned(), (seconds.div_euclid(60) + 1).to_string()),
            ("CallbackSource".to_owned(), "call-progress-events".to_owned()),
            ("SequenceNumber".to_owned(), "0".to_owned()),
            ("Timestamp".to_owned(), date),
        ];
        let url = format!("{}{}", self.hooks.public, self.hooks.status);
        self.tell(&url, "completed", &extra).await;
    }
}
