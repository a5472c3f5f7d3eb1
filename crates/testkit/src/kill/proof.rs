//! Nothing lost, nothing twice (P1, P2): each thing that was acknowledged is looked for in the database and in the
//! provider's books. Pure, so that the proof itself can be tried.
//!
//! A message whose fate nobody can know (it was about to leave when the program died, and no status ever came) must stand
//! before a person as a question; that is neither lost nor doubled, and counted on its own.

use super::books::{Books, Lead, Outbound, bare};
use super::customers::Written;
use super::setup::Tenant;
use super::world::{Script, World};
use ringleader_core::texts::Key;
use std::collections::HashMap;
use std::fmt;

/// Why an episode is held when nobody knows whether its message went.
const UNKNOWN: &str = "unknown_outcome";

/// What kind of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// Something acknowledged left no effect, or work was left undone.
    Lost,
    /// An effect happened twice.
    Doubled,
    /// The books disagree in another way.
    Wrong,
}

/// One thing that is not as it should be. Ids, never numbers of people (P10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub harm: Harm,
    /// What, with its ids.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let harm = match self.harm {
            Harm::Lost => "lost",
            Harm::Doubled => "doubled",
            Harm::Wrong => "wrong",
        };
        write!(f, "{harm}: {}", self.what)
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls with their row.
    pub calls: usize,
    /// First messages that reached their callers, each once.
    pub openers: usize,
    /// Messages of customers, each kept once and read.
    pub written: usize,
    /// Answers of the bot.
    pub answers: usize,
    /// Leads that are complete.
    pub complete: usize,
    /// Notices to owners.
    pub notices: usize,
    /// Messages whose fate a person is asked about.
    pub asked: usize,
}

/// Looks at everything.
pub fn check(world: &World, tenants: &[Tenant], written: &[Written], books: &Books) -> (Tally, Vec<Finding>) {
    let mut proof = Proof::new(world, tenants, written, books);
    proof.calls();
    proof.sends();
    proof.inbound();
    for person in 0..world.people.len() {
        proof.person(person);
    }
    proof.left_over();
    (proof.tally, proof.findings)
}

struct Proof<'a> {
    world: &'a World,
    tenants: &'a [Tenant],
    written: &'a [Written],
    books: &'a Books,
    /// By person.
    contacts: Vec<Option<&'a str>>,
    /// How many messages each person wrote.
    wrote: Vec<usize>,
    /// By contact.
    outbound: HashMap<&'a str, Vec<&'a Outbound>>,
    /// By contact: why each ended, if it did.
    episodes: HashMap<&'a str, Vec<Option<&'a str>>>,
    leads: HashMap<&'a str, Vec<&'a Lead>>,
    tally: Tally,
    findings: Vec<Finding>,
}

impl<'a> Proof<'a> {
    fn new(world: &'a World, tenants: &'a [Tenant], written: &'a [Written], books: &'a Books) -> Self {
        let contact = |person: &super::world::Person| {
            let key = (tenants[person.shop].id.clone(), person.phone.clone());
            books.contacts.get(&key).map(String::as_str)
        };
        let mut proof = Self {
            world,
            tenants,
            written,
            books,
            contacts: world.people.iter().map(contact).collect(),
            wrote: vec![0; world.people.len()],
            outbound: HashMap::new(),
            episodes: HashMap::new(),
            leads: HashMap::new(),
            tally: Tally::default(),
            findings: vec![],
        };
        for message in written {
            proof.wrote[message.person] += 1;
        }
        for message in &books.outbound {
            proof.outbound.entry(&message.contact).or_default().push(message);
        }
        for (_, contact, reason) in &books.episodes {
            proof.episodes.entry(contact).or_default().push(reason.as_deref());
        }
        for lead in &books.leads {
            proof.leads.entry(&lead.contact).or_default().push(lead);
        }
        proof
    }

    fn find(&mut self, harm: Harm, what: impl Into<String>) {
        self.findings.push(Finding { harm, what: what.into() });
    }

    /// `found` must be one.
    fn one(&mut self, found: usize, what: &str) {
        match found {
            0 => self.find(Harm::Lost, what),
            1 => {}
            more => self.find(Harm::Doubled, format!("{what}: {more} times")),
        }
    }

    /// Each acknowledged call is one row, with contact and episode.
    fn calls(&mut self) {
        let mut rows: HashMap<(&str, &str), Vec<&super::books::Call>> = HashMap::new();
        for row in &self.books.calls {
            rows.entry((&row.0, &row.1)).or_default().push(row);
        }
        for call in &self.world.calls {
            let shop = self.world.people[call.person].shop;
            let found = rows.remove(&(self.tenants[shop].id.as_str(), call.id.as_str())).unwrap_or_default();
            self.one(found.len(), &format!("call {}", call.id));
            self.tally.calls += found.len();
            for (_, _, contact, episode) in found {
                if contact.as_deref() != self.contacts[call.person] {
                    self.find(Harm::Wrong, format!("call {} belongs to another contact", call.id));
                }
                if episode.is_none() {
                    self.find(Harm::Lost, format!("call {} has no episode", call.id));
                }
            }
        }
        if !rows.is_empty() {
            self.find(Harm::Wrong, format!("{} calls that nobody made", rows.len()));
        }
    }

    /// What the provider accepted and what the database says of it are the same, message by message.
    fn sends(&mut self) {
        let mut accepted: HashMap<&str, usize> = HashMap::new();
        for sent in &self.books.sent {
            *accepted.entry(sent.send_key.as_deref().map(bare).unwrap_or_default()).or_default() += 1;
        }
        for message in &self.books.outbound {
            let times = accepted.remove(message.id.as_str()).unwrap_or_default();
            let asked = self.books.asked.iter().any(|(tenant, id)| *tenant == message.tenant && *id == message.id);
            let what = format!("message msg_{} ({}, {})", message.id, message.purpose, message.status);
            match (message.status.as_str(), times) {
                (_, 2..) => self.find(Harm::Doubled, format!("{what}: accepted {times} times")),
                ("delivered" | "read", 1) => {}
                ("held", 0) if asked => self.tally.asked += 1,
                (_, 0) => self.find(Harm::Lost, format!("{what}: never accepted")),
                (_, _) => self.find(Harm::Wrong, format!("{what}: accepted, and not known to be delivered")),
            }
        }
        for key in accepted.into_keys() {
            self.find(Harm::Wrong, format!("a message of key `{key}` was accepted that is not in the database"));
        }
    }

    /// Each message of a customer is one row, and was read.
    fn inbound(&mut self) {
        let mut rows: HashMap<(&str, &str), Vec<bool>> = HashMap::new();
        for (tenant, id, _, read) in &self.books.inbound {
            rows.entry((tenant, id)).or_default().push(*read);
        }
        for message in self.written {
            let shop = self.world.people[message.person].shop;
            let found = rows.remove(&(self.tenants[shop].id.as_str(), message.id.as_str())).unwrap_or_default();
            self.one(found.len(), &format!("inbound message {}", message.id));
            self.tally.written += found.len();
            if found.contains(&false) {
                self.find(Harm::Lost, format!("inbound message {} was never read", message.id));
            }
        }
        if !rows.is_empty() {
            self.find(Harm::Wrong, format!("{} inbound messages that nobody wrote", rows.len()));
        }
    }

    /// One episode, one lead, one first message; an answer for each turn; the owner told once of the complete lead.
    fn person(&mut self, person: usize) {
        let Some(contact) = self.contacts[person] else {
            return self.find(Harm::Lost, format!("caller {person} is no contact"));
        };
        let who = format!("contact cnt_{contact}");
        let messages = self.outbound.get(contact).cloned().unwrap_or_default();
        let (owners, theirs): (Vec<&Outbound>, Vec<&Outbound>) = messages.iter().partition(|m| m.audience == "owner");
        let (openers, answers): (Vec<&Outbound>, Vec<&Outbound>) =
            theirs.into_iter().partition(|m| m.purpose == Key::FirstMessage.as_str());
        self.episode(contact, &who);
        self.one(openers.len(), &format!("first message to {who}"));
        self.tally.openers += openers.iter().filter(|m| m.status != "held").count();
        self.tally.answers += answers.len();
        self.tally.notices += owners.len();
        let leads = self.leads.get(contact).cloned().unwrap_or_default();
        self.one(leads.len(), &format!("lead of {who}"));
        let script = self.world.people[person].script;
        let wrote = self.wrote[person];
        self.answered(&who, script, wrote, answers.len());
        if let [lead] = leads[..] {
            self.told(lead, wrote == script.messages() && wrote > 0, &owners);
        }
    }

    /// One episode. A person whose first message has an unknown fate may ring again: the episode of that call is held for the
    /// same reason, and nobody is written to.
    fn episode(&mut self, contact: &str, who: &str) {
        let reasons = self.episodes.get(contact).map(Vec::as_slice).unwrap_or_default();
        let held = reasons.iter().filter(|reason| **reason == Some(UNKNOWN)).count();
        self.one(reasons.len().min(reasons.len() - held + 1), &format!("episode of {who}"));
    }

    /// A burst of two messages is answered once or, where they came apart, twice; everything else exactly once.
    fn answered(&mut self, who: &str, script: Script, wrote: usize, answers: usize) {
        let least = if script == Script::Burst { wrote.min(1) } else { wrote };
        if answers < least {
            self.find(Harm::Lost, format!("{answers} answers to {wrote} messages of {who}"));
        } else if answers > wrote {
            self.find(Harm::Doubled, format!("{answers} answers to {wrote} messages of {who}"));
        }
    }

    fn told(&mut self, lead: &Lead, complete: bool, notices: &[&Outbound]) {
        let with = |key: Key| {
            let header = ringleader_core::texts::source(key, "en");
            notices.iter().filter(|notice| notice.content.contains(header)).count()
        };
        let (full, partial) = (with(Key::OwnerHeaderFull), with(Key::OwnerHeaderPartial));
        let what = format!("lead lead_{}", lead.id);
        if complete {
            self.tally.complete += 1;
            if lead.status != "qualified" || !lead.full {
                self.find(Harm::Lost, format!("{what} is {}, though everything was written", lead.status));
            }
            self.one(full, &format!("notice of complete {what}"));
            if partial > 1 {
                self.find(Harm::Doubled, format!("notice of new {what}: {partial} times"));
            }
        } else {
            self.one(full + partial, &format!("notice of new {what}"));
        }
    }

    /// Nothing waits, nothing was given up.
    fn left_over(&mut self) {
        for (state, count) in self.books.events.iter().filter(|(state, _)| state != "processed") {
            self.find(Harm::Lost, format!("{count} events are {state}"));
        }
        // Showing that a message was read is a courtesy, given up after two tries.
        let lost = |(kind, state, _): &&(String, String, i64)| !(kind == "mark_read" && state == "discarded");
        for (kind, state, count) in self.books.jobs.iter().filter(lost) {
            self.find(Harm::Lost, format!("{count} jobs {kind} are {state}"));
        }
    }
}
