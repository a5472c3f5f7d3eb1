//! One turn: the policy is asked, what it wants is done, what came of that is told to it, until it waits for the caller.

use super::understand::{ToKeep, Understood};
use super::{act, lead, take_up};
use crate::bookings;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::Appointment;
use ringleader_core::calendar::closures;
use ringleader_core::contact::Contact;
use ringleader_core::conversation::Driver;
use ringleader_core::hours::OpeningHours;
use ringleader_core::reception::desk::{Act, Desk, Event, Facts, step};
use ringleader_core::reception::roster;
use ringleader_core::reception::say::{self, Card, Line, News};
use ringleader_core::reception::talk::{Medium, Talk, Then, Turn, listen};
use ringleader_core::reception::tongue::{self, Wish};
use ringleader_core::reception::words::Question;
use ringleader_core::settings::{Colleague, Rostered};
use ringleader_core::tenant::Tenant;
use ringleader_core::texts;
use ringleader_store::repo::{NewReading, Words};
use ringleader_store::{Result, Tx};
use std::collections::VecDeque;

/// More rounds between policy and data than any turn needs.
const MOST_ROUNDS: usize = 24;

/// Days of rest, and openings at which nobody is on duty, that follow each other are fewer.
const MOST_RESTS: usize = 64;

/// So far ahead days without work are looked for; what is open for longer is looked at in parts.
const AHEAD: SignedDuration = SignedDuration::from_hours(9 * 24);

/// How long after the office opens a promised call comes at the latest.
const CALL_BACK: SignedDuration = SignedDuration::from_hours(1);

/// After such a rest, danger that is told again is answered again (C8).
const AFRESH: SignedDuration = SignedDuration::from_mins(30);

/// The label of leads whom people see to themselves (C13).
const VIP: &str = "vip";

/// A talk with everything around it.
pub(super) struct Scene {
    /// The business.
    pub tenant: Tenant,
    /// The talk as it is now.
    pub talk: Talk,
    /// Who talks, where that is known.
    pub contact: Option<Contact>,
    /// People see to them themselves (C13).
    vip: bool,
    /// The language that was written, where it was plain.
    pub language: Option<&'static str>,
    /// How what was heard was understood, where it was words.
    pub read: Option<ToKeep>,
    /// Names of the facts that were found in it.
    pub found: Vec<String>,
    /// What was done, in words.
    pub done: Vec<&'static str>,
    /// Appointments that were made in this turn.
    pub made: Vec<Appointment>,
    /// Who has a written talk from now on.
    pub person: Option<Driver>,
    /// Who is to be rung, and what they are told.
    pub dial: Option<Then>,
    /// Now.
    pub now: Timestamp,
}

impl Scene {
    /// Loads what is around a talk.
    pub(super) async fn of(tx: &mut Tx, mut talk: Talk) -> Result<Self> {
        if tx.now().duration_since(talk.updated_at) > AFRESH {
            talk.desk.warned.clear();
        }
        let tenant = tx.tenants().me().await?;
        let (contact, vip) = match talk.contact_id {
            Some(id) => (tx.contacts().get(id).await?, tx.leads().bears(id, VIP).await?),
            None => (None, false),
        };
        take_up::refresh(tx, &tenant, &mut talk).await?;
        Ok(Self {
            tenant,
            talk,
            contact,
            vip,
            language: None,
            read: None,
            found: Vec::new(),
            done: Vec::new(),
            made: Vec::new(),
            person: None,
            dial: None,
            now: tx.now(),
        })
    }

    /// Takes note of who understood what is heard now.
    pub(super) fn hear(&mut self, understood: &Understood) {
        if self.talk.desk.asked != Some(Question::Code) {
            self.read = Some(understood.to_keep()); // a code is nobody's business but ours
        }
    }

    /// Keeps how what was heard was understood, for people to judge (D2).
    pub(super) async fn keep_reading(&self, tx: &mut Tx, key: &str) -> Result<()> {
        let Some(read) = &self.read else { return Ok(()) };
        let new = NewReading {
            of: Words::Turn(self.talk.id, key),
            by: &read.by,
            facts: &self.found,
            intents: &read.intents,
            signals: &read.signals,
            at: self.now,
        };
        tx.quality().keep_reading(&new).await
    }

    /// The language that is asked for, or plainly spoken, is the talk's from then on, and the next talk's (C2).
    pub(super) async fn speak(
        &mut self,
        tx: &mut Tx,
        wish: Option<&Wish>,
        understood: Option<&Understood>,
    ) -> Result<()> {
        let desk = &self.talk.desk;
        let plain = || understood.and_then(|it| tongue::plain(desk, it.reading.language, it.words));
        let Some(language) = wish.map(|wish| wish.language.clone()).or_else(plain) else { return Ok(()) };
        let turns = texts::spoken(&desk.language) != texts::spoken(&language);
        if turns || self.talk.medium != Medium::Voice {
            self.language = Some(texts::spoken(&language)); // what a recogniser writes says nothing of its own
        }
        if turns {
            let cards = cards_in(tx, &self.tenant, &self.talk.desk, &language).await?;
            let booked = take_up::booked_in(tx, &self.tenant, &self.talk.desk, &language).await?;
            let hours = say::hours::words(&self.tenant.settings.opening_hours, &language, self.talk.desk.style);
            self.talk.desk.turn_to(language, &cards, &booked, hours.as_ref());
        }
        Ok(())
    }

    /// The name that may be said to whoever has this number (C2).
    pub(super) fn first_name(&self) -> Option<String> {
        let name = self.contact.as_ref()?.name.as_deref()?;
        name.split_whitespace().next().map(str::to_owned)
    }

    /// Moves the talk on and carries out what follows.
    pub(super) async fn play(&mut self, tx: &mut Tx, events: Vec<Event>) -> Result<Turn> {
        let before = self.talk.desk.known.clone();
        let facts = self.facts();
        let (mut lines, mut told) = (Vec::new(), VecDeque::from(events));
        for _ in 0..MOST_ROUNDS {
            let Some(event) = told.pop_front() else { break };
            let (desk, acts) = step(self.talk.desk.clone(), event, &facts);
            self.talk.desk = desk;
            for wanted in acts {
                match wanted {
                    Act::Say(line) => lines.push(line),
                    wanted => match act::carry_out(self, tx, wanted).await? {
                        Some(event) if event.says().is_some() => lines.extend(event.says()),
                        event => told.extend(event),
                    },
                }
            }
        }
        self.talk.turns += 1;
        if self.talk.desk.ended {
            self.talk.ended_at = Some(self.now);
        }
        lead::keep(self, tx, &before).await?;
        let spoken = self.talk.medium == Medium::Voice;
        for made in std::mem::take(&mut self.made) {
            bookings::follow(tx, &self.tenant, &made, News::Booked, !spoken).await?;
        }
        Ok(self.answer(lines, facts.now))
    }

    fn answer(&mut self, lines: Vec<Line>, now: DateTime) -> Turn {
        let desk = &self.talk.desk;
        let text = say::turn(&lines, &desk.language, desk.style, desk.trade, now);
        let aside = say::aside(&lines, desk.style, desk.trade, now);
        let then = match self.dial.take() {
            _ if desk.ended => Then::End,
            Some(dial) => dial,
            None => {
                let known = &desk.known;
                listen(desk, say::options(desk.to_choose(), &desk.on_offer(), &known.cards, &desk.language))
            }
        };
        Turn { lines, text, language: desk.language.clone(), aside, then }
    }

    /// The facts of the moment.
    fn facts(&self) -> Facts {
        let settings = &self.tenant.settings;
        Facts {
            business: self.tenant.name.clone(),
            country: self.tenant.country.clone(),
            now: self.local(self.now),
            hours: say::hours::words(&settings.opening_hours, &self.talk.desk.language, self.talk.desk.style),
            call_back_by: self.call_back_by().map(|at| self.local(at)),
            recorded: settings.reception.recorded && self.talk.medium == Medium::Voice,
            on_call: !settings.reception.on_call.is_empty(),
            staffed: self.is_staffed(),
            opens: self.opens().map(|at| self.local(at)),
            vip: self.vip,
            deal_limit: self.tenant.deal_limit(),
        }
    }

    /// The business's hours; `None` if it has told none.
    fn hours(&self) -> Option<OpeningHours<'_>> {
        let settings = &self.tenant.settings;
        OpeningHours::of(&settings.opening_hours, &settings.special_days, &self.tenant.time_zone)
    }

    /// Who is on duty now, in ring order (C13).
    pub(super) fn on_duty(&self) -> Vec<Colleague> {
        roster::on_duty(&self.tenant.settings.reception.people, self.now, &self.tenant.time_zone)
    }

    /// Whether somebody can be reached now: a call needs people on duty who can be rung. A business without hours is always
    /// open, but for the days of rest that it keeps.
    pub(super) fn is_staffed(&self) -> bool {
        let there = self.talk.medium != Medium::Voice || !self.on_duty().is_empty();
        there && self.opening(self.now).is_some_and(|(at, _)| at == self.now)
    }

    /// When it opens, if it is closed.
    fn opens(&self) -> Option<Timestamp> {
        self.opening(self.now).map(|(at, _)| at).filter(|at| *at > self.now)
    }

    /// When it is open next, from `from` on, and until when; `None` if it does not open within two months.
    fn opening(&self, mut from: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let hours = self.hours();
        for _ in 0..MOST_RESTS {
            let at = hours.as_ref().map_or(Some(from), |hours| hours.next_open(from))?;
            let closed = closures(&self.tenant, at, at + AHEAD);
            match closed.iter().filter(|(from, until)| *from <= at && at < *until).map(|(_, until)| *until).max() {
                Some(until) => from = until,
                None => {
                    let closes = hours.as_ref().map_or(Some(Timestamp::MAX), |hours| hours.open_until(at))?;
                    let begin = closed.iter().map(|(from, _)| *from).filter(|from| *from > at).min();
                    return Some((at, closes.min(begin.unwrap_or(at + AHEAD))));
                }
            }
        }
        None
    }

    /// When somebody is there to ring back next, from `from` on, and until when: the office is open, and of those who are rung,
    /// where there are any, one is on duty. Where the office has told no hours, those with hours of their own count (C13).
    fn duty(&self, mut from: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let told = self.hours().is_some();
        let people = self.tenant.settings.reception.people.iter();
        let people: Vec<Rostered> = people.filter(|person| told || !person.hours.is_empty()).cloned().collect();
        for _ in 0..MOST_RESTS {
            let (at, closes) = self.opening(from)?;
            if people.is_empty() {
                return Some((at, closes));
            }
            if let Some(duty) = roster::next_duty(&people, at, closes, &self.tenant.time_zone) {
                return Some(duty);
            }
            from = closes;
        }
        None
    }

    /// When somebody can have rung back: within an hour of one being there, and not after they left (C13).
    pub(super) fn call_back_by(&self) -> Option<Timestamp> {
        let people = &self.tenant.settings.reception.people;
        if self.hours().is_none() && people.iter().all(|person| person.hours.is_empty()) {
            return None; // who has told no hours rings back as soon as possible
        }
        let soon = self.now + CALL_BACK;
        let (at, end) = self.duty(self.now)?;
        let (next, end) = match at == self.now {
            true if end >= soon => return Some(soon),
            true => self.duty(end)?,
            false => (at, end),
        };
        Some((next + CALL_BACK).min(end))
    }

    /// Local time of the business.
    pub(super) fn local(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.tenant.time_zone.clone()).datetime()
    }

    /// The moment of a local time; a time that comes twice, or never, is none.
    pub(super) fn moment(&self, at: DateTime) -> Option<Timestamp> {
        let found = self.tenant.time_zone.to_ambiguous_timestamp(at);
        if found.is_ambiguous() { None } else { found.unambiguous().ok() }
    }
}

/// The properties that stand in a talk, as they are told in a language.
pub(super) async fn cards_in(tx: &mut Tx, tenant: &Tenant, desk: &Desk, language: &str) -> Result<Vec<Card>> {
    let missed = desk.known.missed.as_ref().and_then(|missed| missed.property.as_ref());
    let told = desk.known.cards.iter().chain(&desk.known.property).chain(missed);
    let mut cards = Vec::new();
    for id in told.filter_map(|card| card.id.parse().ok()) {
        if let Some(property) = tx.properties().get(id).await? {
            cards.push(property.card(language, tenant.currency()));
        }
    }
    Ok(cards)
}
