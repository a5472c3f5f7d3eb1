//! What the fake remembers: numbers, customers, windows, rates, and everything it accepted.

use super::news::{Due, News, Part};
use super::options::{Behaviour, CustomerSpec, NumberSpec, Options, TemplateSpec, Webhook};
use super::templates::Templates;
use crate::faults::{Dice, Faults};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// One accepted message.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    /// Counts from 1.
    pub seq: u64,
    /// The id given to it.
    pub id: String,
    /// The business number (`phone_number_id`).
    pub number: String,
    /// To whom: `+…`, or a user id.
    pub to: String,
    /// Its type: `text`, `template`, `interactive` …
    pub kind: String,
    /// The template's name and language.
    pub template: Option<(String, String)>,
    /// The words as the customer sees them.
    pub text: String,
    /// Id and title of its reply buttons, or of the rows of its list.
    pub buttons: Vec<(String, String)>,
    /// Where its picture or file lies.
    pub link: Option<String>,
    /// What the button says that opens its list.
    pub list: Option<String>,
    /// `biz_opaque_callback_data`.
    pub send_key: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Totals since start or reset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sends accepted.
    pub accepted: u64,
    /// Sends refused with an error.
    pub refused: u64,
    /// Faults that were played.
    pub faults: u64,
    /// Accepted sends whose `biz_opaque_callback_data` had been accepted before: each is a doubled message.
    pub duplicate_keys: u64,
    /// Accepted sends with the same template (or the same words) from the same number to the same person as one before.
    pub repeats: u64,
    /// Messages marked as read.
    pub marked_read: u64,
    /// Webhook requests by HTTP status; 0: no answer.
    pub webhooks: BTreeMap<u16, u64>,
    /// Webhooks given up after seven days.
    pub webhooks_lost: u64,
}

/// The chat between a number and a customer.
#[derive(Debug, Default)]
pub(super) struct Chat {
    /// Free text may go out until then.
    pub(super) window_until: Option<Timestamp>,
    /// When the pair's allowance is whole again.
    pub(super) pair_full: Option<Timestamp>,
    /// The business's "is typing" shows until then.
    pub(super) typing_until: Option<Timestamp>,
}

/// A number and its rate.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) spec: NumberSpec,
    pub(super) rate_full: Option<Timestamp>,
    pub(super) free_service: u32,
}

#[derive(Default)]
pub(super) struct Memory {
    keys: HashMap<u64, u32>,
    purposes: HashMap<u64, u32>,
}

pub(super) struct State {
    pub(super) behaviour: Behaviour,
    pub(super) webhook: Option<Webhook>,
    pub(super) numbers: Vec<Number>,
    pub(super) templates: Templates,
    pub(super) customers: HashMap<String, CustomerSpec>,
    pub(super) chats: HashMap<u64, Chat>,
    /// Which customer wrote an inbound message: for "read" and "typing".
    pub(super) inbound: HashMap<String, u64>,
    pub(super) sent: VecDeque<Sent>,
    pub(super) memory: Memory,
    pub(super) counts: Counts,
    pub(super) faults: Faults,
    pub(super) dice: Dice,
    pub(super) due: BinaryHeap<Reverse<Due>>,
    pub(super) in_flight: usize,
    seq: u64,
    born: i64,
}

impl State {
    pub(super) fn new(options: Options) -> Self {
        let number = |spec| Number { spec, rate_full: None, free_service: 0 };
        let mut templates = Templates::default();
        options.templates.into_iter().for_each(|t| templates.set(t));
        Self {
            behaviour: options.behaviour,
            webhook: options.webhook,
            numbers: options.numbers.into_iter().map(number).collect(),
            templates,
            customers: HashMap::new(),
            chats: HashMap::new(),
            inbound: HashMap::new(),
            sent: VecDeque::new(),
            memory: Memory::default(),
            counts: Counts::default(),
            faults: Faults::default(),
            dice: Dice(options.seed),
            due: BinaryHeap::new(),
            in_flight: 0,
            seq: 0,
            born: (options.now)().as_microsecond(),
        }
    }

    /// Forgets what happened; numbers, templates and behaviour stay.
    pub(super) fn reset(&mut self) {
        self.customers.clear();
        self.chats.clear();
        self.inbound.clear();
        self.sent.clear();
        self.memory = Memory::default();
        self.counts = Counts::default();
        self.faults = Faults::default();
        self.due.clear();
    }

    pub(super) fn first_number(&self) -> String {
        self.numbers.first().map(|n| n.spec.id.clone()).unwrap_or_default()
    }

    pub(super) fn number(&self, id: &str) -> Option<&Number> {
        self.numbers.iter().find(|n| n.spec.id == id)
    }

    pub(super) fn number_mut(&mut self, id: &str) -> Option<&mut Number> {
        self.numbers.iter_mut().find(|n| n.spec.id == id)
    }

    pub(super) fn add_number(&mut self, spec: NumberSpec) {
        self.numbers.retain(|n| n.spec.id != spec.id);
        self.numbers.push(Number { spec, rate_full: None, free_service: 0 });
    }

    pub(super) fn set_template(&mut self, spec: TemplateSpec, now: Timestamp) {
        let value = json!({
            "event": spec.status, "message_template_id": hash(&spec.name) >> 12, "message_template_name": spec.name,
            "message_template_language": spec.language.replace('_', "-"), "reason": "NONE"
        });
        self.templates.set(spec);
        let number = self.first_number();
        self.tell(now, News { number, part: Part::Other("message_template_status_update".to_owned(), value) });
    }

    pub(super) fn set_customer(&mut self, phone: &str, spec: CustomerSpec) {
        self.customers.insert(phone.to_owned(), spec);
    }

    /// The chat of a number with a customer.
    pub(super) fn chat(&mut self, number: &str, customer: &str) -> &mut Chat {
        self.chats.entry(chat_key(number, customer)).or_default()
    }

    /// The user id of a customer: given, or one that follows from the number.
    pub(super) fn user_id(&self, phone: &str) -> String {
        let given = self.customers.get(phone).and_then(|c| c.user_id.clone());
        given.unwrap_or_else(|| {
            let country = match phone {
                p if p.starts_with("+972") => "IL",
                p if p.starts_with("+44") => "GB",
                p if p.starts_with("+1") => "US",
                _ => "ZZ",
            };
            format!("{country}.{:020}", hash(phone))
        })
    }

    /// The number behind a user id; the id itself if nobody knows.
    pub(super) fn by_user(&self, user_id: &str) -> String {
        let theirs = self.customers.iter().find(|(_, c)| c.user_id.as_deref() == Some(user_id));
        theirs.map_or_else(|| user_id.to_owned(), |(phone, _)| phone.clone())
    }

    /// An id that no earlier run of the fake gave away.
    pub(super) fn next_id(&mut self) -> (u64, String) {
        self.seq += 1;
        (self.seq, format!("wamid.SIM{:014X}{:08X}", self.born, self.seq))
    }

    /// Remembers an accepted message and counts what should not be.
    pub(super) fn remember(&mut self, sent: Sent) {
        self.counts.accepted += 1;
        if let Some(key) = &sent.send_key {
            let seen = self.memory.keys.entry(hash(&(&sent.number, key))).or_default();
            *seen += 1;
            self.counts.duplicate_keys += u64::from(*seen > 1);
        }
        let purpose = match &sent.template {
            Some((name, _)) => hash(&(&sent.number, &sent.to, name)),
            None => hash(&(&sent.number, &sent.to, &sent.text)),
        };
        let seen = self.memory.purposes.entry(purpose).or_default();
        *seen += 1;
        self.counts.repeats += u64::from(*seen > 1);
        self.sent.push_back(sent);
        while self.sent.len() > self.behaviour.keep_sent {
            self.sent.pop_front();
        }
    }

    /// Lines news up for the webhook.
    pub(super) fn tell(&mut self, at: Timestamp, news: News) {
        let late = self.dice.below(self.behaviour.jitter_ms.saturating_add(1));
        self.seq += 1;
        self.due.push(Reverse(Due::news(after(at, late), self.seq, news)));
    }
}

/// The key of a chat.
pub(super) fn chat_key(number: &str, customer: &str) -> u64 {
    hash(&(number, customer))
}

pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// So many milliseconds later.
pub(super) fn after(at: Timestamp, ms: u64) -> Timestamp {
    let span = SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX));
    at.saturating_add(span).unwrap_or(at)
}

/// A leaky bucket: whether one more fits at `now`, given one per `every` and `ahead` at once.
pub(super) fn fits(full: &mut Option<Timestamp>, now: Timestamp, every: SignedDuration, ahead: i32) -> bool {
    let from = full.map_or(now, |f| f.max(now));
    let next = from.saturating_add(every).unwrap_or(from);
    let fits = next.duration_since(now) <= every.saturating_mul(ahead);
    if fits {
        *full = Some(next);
    }
    fits
}
