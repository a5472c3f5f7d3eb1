//! A send, from its body to its fate: refused, accepted, or accepted and then something goes wrong (whatsapp-cloud sheet, 5, 7, 9).

use super::check::{self, Refusal};
use super::news::{News, Part, contact};
use super::options::{Failing, WindowCheck};
use super::state::{Sent, State, after, fits};
use super::{Shared, says::Says};
use crate::faults::Fault;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// What the server does about a request.
#[derive(Debug)]
pub(super) enum Reaction {
    /// A good answer.
    Good(Value),
    /// Meta's error object.
    Refused(i64, &'static str),
    /// A bare status.
    Bare(u16),
    /// The connection is cut.
    Cut,
    /// The good answer after so many milliseconds.
    Late(u64, Value),
    /// 200 with nonsense.
    Garbage,
}

/// `POST /{number}/messages`.
pub(super) fn post(state: &mut State, number: &str, body: &Value, now: Timestamp) -> Reaction {
    if body["messaging_product"] != "whatsapp" {
        return Reaction::Refused(100, "the parameter messaging_product is required");
    }
    if body["status"] == "read" {
        return mark_read(state, body, now);
    }
    let State { faults, dice, .. } = &mut *state;
    let fault = faults.take(dice);
    state.counts.faults += u64::from(fault.is_some());
    match fault {
        Some(Fault::Error { code }) => return Reaction::Refused(code, "on demand"),
        Some(Fault::Status { status }) => return Reaction::Bare(status),
        Some(Fault::CutBefore) => return Reaction::Cut,
        _ => {}
    }
    let later = match fault {
        Some(Fault::FailsLater { code }) => Some(code),
        _ => None,
    };
    match accept(state, number, body, now, later, fault == Some(Fault::LostAfterAccept)) {
        Err((code, detail)) => {
            state.counts.refused += 1;
            Reaction::Refused(code, detail)
        }
        Ok(answer) => match fault {
            Some(Fault::Http500AfterAccept) => Reaction::Bare(500),
            Some(Fault::HangAfterAccept { ms }) => Reaction::Late(ms, answer),
            Some(Fault::CutAfterAccept) => Reaction::Cut,
            Some(Fault::GarbageAfterAccept) => Reaction::Garbage,
            _ => Reaction::Good(answer),
        },
    }
}

fn mark_read(state: &mut State, body: &Value, now: Timestamp) -> Reaction {
    let chat = body["message_id"].as_str().and_then(|id| state.inbound.get(id).copied());
    let Some(chat) = chat else {
        return Reaction::Refused(131_009, "there is no such message");
    };
    state.counts.marked_read += 1;
    if !body["typing_indicator"].is_null() {
        state.chats.entry(chat).or_default().typing_until = Some(after(now, 25_000));
    }
    Reaction::Good(json!({ "success": true }))
}

/// Everything that a good send leaves behind.
fn accept(
    state: &mut State,
    number: &str,
    body: &Value,
    now: Timestamp,
    fault: Option<i64>,
    lost: bool,
) -> Result<Value, Refusal> {
    let kind = body["type"].as_str().unwrap_or("text");
    check::content(kind, body)?;
    let to = recipient(state, number, body)?;
    rates(state, number, &to, now)?;
    let failing = state.customers.get(&to).and_then(|c| c.fails);
    if let Some(Failing { code, later: false }) = failing {
        return Err((code, "this customer refuses"));
    }
    let mut later = fault.or(failing.map(|f| f.code));
    let (text, category) = if kind == "template" {
        let account = state.number(number).map(|n| n.spec.waba_id.clone()).unwrap_or_default();
        let any = state.behaviour.any_template;
        let filled = state.templates.hydrate(&account, &body["template"], any)?;
        (filled.text, filled.category.to_lowercase())
    } else {
        later = later.or(window(state, number, &to, now)?);
        (words(kind, body), "service".to_owned())
    };
    let (seq, id) = state.next_id();
    let send_key = body["biz_opaque_callback_data"].as_str().map(str::to_owned);
    state.chat(number, &to).typing_until = None;
    if !lost {
        let pricing = pricing(state, number, &category);
        statuses(state, number, &to, &id, send_key.as_deref(), later, pricing, now);
    }
    let template = &body["template"];
    let name = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let answer = answer(state, body, &to, &id);
    state.remember(Sent {
        seq,
        id,
        number: number.to_owned(),
        to,
        kind: kind.to_owned(),
        template: (kind == "template").then(|| (name(&template["name"]), name(&template["language"]["code"]))),
        text,
        buttons: buttons(body),
        link: body[kind]["link"].as_str().map(str::to_owned),
        list: body["interactive"]["action"]["button"].as_str().map(str::to_owned),
        send_key,
        at: now,
    });
    Ok(answer)
}

fn answer(state: &State, body: &Value, to: &str, id: &str) -> Value {
    let contact = match body["to"].as_str() {
        Some(input) => json!({ "input": input, "wa_id": to.trim_start_matches('+') }),
        None => json!({ "input": body["recipient"], "user_id": state.user_id(to) }),
    };
    let mut message = json!({ "id": id });
    if body["type"] == "template" {
        message["message_status"] = "accepted".into();
    }
    json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] })
}

/// Who gets it. `to` wins over `recipient`; without `+` the business's own country code is put in front, as Meta may do.
fn recipient(state: &State, number: &str, body: &Value) -> Result<String, Refusal> {
    let own = state.number(number).map(|n| n.spec.display.clone()).unwrap_or_default();
    let Some(to) = body["to"].as_str() else {
        let user = body["recipient"].as_str().filter(|u| !u.is_empty());
        return user.map(|u| state.by_user(u)).ok_or((100, "the parameter to is required"));
    };
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    let country = match own.as_str() {
        own if own.starts_with('1') => "1",
        own if own.starts_with("972") => "972",
        own => own.get(..2).unwrap_or_default(),
    };
    let to = if to.starts_with('+') { format!("+{digits}") } else { format!("+{country}{digits}") };
    match to.len() - 1 {
        _ if to[1..] == own => Err((131_021, "sender and recipient are the same")),
        7..=18 => Ok(to),
        _ => Err((131_009, "the recipient is not a phone number")),
    }
}

fn rates(state: &mut State, number: &str, to: &str, now: Timestamp) -> Result<(), Refusal> {
    if let Some(per_second) = state.behaviour.throughput.filter(|n| *n > 0) {
        let every = SignedDuration::from_micros(1_000_000 / i64::from(per_second));
        let ahead = i32::try_from(per_second).unwrap_or(i32::MAX);
        let number = state.number_mut(number);
        if number.is_some_and(|n| !fits(&mut n.rate_full, now, every, ahead)) {
            return Err((130_429, "too many messages of this number"));
        }
    }
    let pair = state.behaviour.pair_rate;
    let chat = state.chat(number, to);
    if pair && !fits(&mut chat.pair_full, now, SignedDuration::from_secs(6), 45) {
        return Err((131_056, "too many messages to this person"));
    }
    Ok(())
}

/// Free text outside the window: refused, or the code with which it fails later.
fn window(state: &mut State, number: &str, to: &str, now: Timestamp) -> Result<Option<i64>, Refusal> {
    let open = state.chat(number, to).window_until.is_some_and(|until| now < until);
    match state.behaviour.window {
        _ if open => Ok(None),
        WindowCheck::Off => Ok(None),
        WindowCheck::Async => Ok(Some(131_047)),
        WindowCheck::Sync => Err((131_047, "more than 24 hours have passed since the customer last replied")),
    }
}

/// What the customer sees.
fn words(kind: &str, body: &Value) -> String {
    let part = &body[kind];
    let text = [&part["body"], &part["body"]["text"], &part["caption"], &part["emoji"]];
    let text = text.into_iter().find_map(Value::as_str);
    text.map_or_else(|| format!("[{kind}]"), str::to_owned)
}

fn buttons(body: &Value) -> Vec<(String, String)> {
    let action = &body["interactive"]["action"];
    let all = |list: &'_ Value| list.as_array().cloned().unwrap_or_default();
    let rows = all(&action["sections"]).into_iter().flat_map(|section| all(&section["rows"]));
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let buttons = all(&action["buttons"]).into_iter().map(|button| button["reply"].clone());
    buttons.chain(rows).map(|it| (text(&it["id"]), text(&it["title"]))).collect()
}

/// The first thousand service messages of a number are free.
fn pricing(state: &mut State, number: &str, category: &str) -> Value {
    let free = match state.number_mut(number) {
        Some(number) if category == "service" => {
            number.free_service = number.free_service.saturating_add(1);
            number.free_service <= 1000
        }
        _ => false,
    };
    let kind = if free { "free_customer_service" } else { "regular" };
    json!({ "billable": !free, "pricing_model": "PMP", "type": kind, "category": category })
}

#[expect(clippy::too_many_arguments, reason = "one call, and every argument is a different thing")]
fn statuses(
    state: &mut State,
    number: &str,
    to: &str,
    id: &str,
    send_key: Option<&str>,
    fails: Option<i64>,
    pricing: Value,
    now: Timestamp,
) {
    if state.webhook.is_none() && state.number(number).is_none_or(|n| n.spec.webhook.is_none()) {
        return; // nobody listens, and benchmarks should not pay for it
    }
    let customer = state.customers.get(to);
    let read_ms = customer.and_then(|c| c.read_ms).or(state.behaviour.read_ms);
    let user = state.user_id(to);
    let contact = contact(to, &user, customer);
    let status = |word: &str, at: Timestamp| {
        let mut status = json!({ "id": id, "status": word, "timestamp": at.as_second().to_string() });
        if to.starts_with('+') {
            status["recipient_id"] = to.trim_start_matches('+').into();
        }
        if let Some(key) = send_key {
            status["biz_opaque_callback_data"] = key.into();
        }
        status
    };
    let tell = |state: &mut State, at, status, contact| {
        state.tell(at, News { number: number.to_owned(), part: Part::Status(status, contact) });
    };
    let Some(sent_ms) = state.behaviour.sent_ms else { return };
    if let Some(code) = fails {
        let at = after(now, sent_ms);
        let mut failed = status("failed", at);
        let title = super::graph::title(code);
        failed["errors"] = json!([{ "code": code, "title": title, "message": title,
            "error_data": { "details": title }, "href": "https://developers.facebook.com/" }]);
        return tell(state, at, failed, None);
    }
    let steps = [("sent", Some(sent_ms)), ("delivered", state.behaviour.delivered_ms), ("read", read_ms)];
    for (word, ms) in steps {
        let Some(ms) = ms else { continue };
        let at = after(now, ms);
        let mut news = status(word, at);
        news["recipient_user_id"] = user.as_str().into();
        if word == "sent" {
            news["pricing"] = pricing.clone();
        }
        tell(state, at, news, Some(contact.clone()));
    }
}

impl Shared {
    /// A customer writes: the window opens, the webhook is told.
    pub(super) fn customer_says(&self, number: &str, phone: &str, says: &Says) -> String {
        let now = (self.now)();
        let mut state = self.state();
        let (_, id) = state.next_id();
        let user = state.user_id(phone);
        let spec = state.customers.get(phone);
        let contact = contact(phone, &user, spec);
        let mut message = says.wire();
        message["id"] = id.as_str().into();
        message["timestamp"] = now.as_second().to_string().into();
        message["from_user_id"] = user.into();
        if !spec.is_some_and(|s| s.hide_phone) {
            message["from"] = phone.trim_start_matches('+').into();
        }
        state.chat(number, phone).window_until = Some(after(now, 24 * 3_600_000));
        let key = super::state::chat_key(number, phone);
        state.inbound.insert(id.clone(), key);
        state.tell(now, News { number: number.to_owned(), part: Part::Message(message, contact) });
        drop(state);
        self.wake.notify_one();
        id
    }

    /// Any other news.
    pub(super) fn announce(&self, field: &str, value: Value) {
        let now = (self.now)();
        let mut state = self.state();
        let number = state.first_number();
        state.tell(now, News { number, part: Part::Other(field.to_owned(), value) });
        drop(state);
        self.wake.notify_one();
    }
}
