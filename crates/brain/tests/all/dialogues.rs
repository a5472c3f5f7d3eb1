//! Whole talks: the offline brain understands, the policy decides, a world of data answers (C1-C8, C12, C13). Each script of
//! `dialogues.txt` is a talk; everything that is said is checked against the world's data.
//!
//! `>` is said by the caller, `~` is silence, `k` a key, `x` a hang-up, `&` sets the world up; `<` must be said, `!` must be
//! done, `-` must not happen in that turn.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ringleader_brain::local::turn::read_turn;
use ringleader_brain::seam::TurnRequest;
use ringleader_core::currency::Currency;
use ringleader_core::reception::desk::{Act, Appointment, Desk, Event, Facts, step};
use ringleader_core::reception::say::{self, Card, Line, Relaxed, Style};
use ringleader_core::reception::trade::TradeKind;
use ringleader_core::reception::words::{Period, Purpose, Question};

const SCRIPTS: &str = include_str!("../data/dialogues.txt");

fn at(text: &str) -> DateTime {
    text.parse().expect("a time of the table")
}

/// The data that the business has.
struct World {
    desk: Desk,
    facts: Facts,
    cards: Vec<Card>,
    slots: Vec<DateTime>,
    taken: bool,
    none: bool,
    nearby: bool,
    person: bool,
    said: Vec<Line>,
    done: Vec<&'static str>,
}

impl World {
    fn new(setup: &[&str]) -> Self {
        let language = if setup.contains(&"he") { "he" } else { "en" };
        let mut desk = Desk::new(language, Style::Spoken, TradeKind::Estate);
        if !setup.contains(&"withheld") {
            desk.known.phone = Some("+447700900123".to_owned());
        }
        let own = |id: &str, place: &str, when: &str| Appointment {
            id: id.to_owned(),
            purpose: Purpose::Viewing,
            place: place.to_owned(),
            at: at(when),
        };
        if setup.contains(&"appointment") {
            desk.known.appointments.push(own("app_1", "on Elgin Avenue", "2026-03-10T15:00"));
        }
        if setup.contains(&"two appointments") {
            desk.known.appointments.push(own("app_1", "on Elgin Avenue", "2026-03-10T15:00"));
            desk.known.appointments.push(own("app_2", "on Shirland Road", "2026-03-13T11:00"));
        }
        let card = |id: &str, title: &str, place: &str, price, period| Card {
            id: id.to_owned(),
            title: title.to_owned(),
            place: place.to_owned(),
            price,
            currency: Some(Currency::Gbp),
            period,
        };
        let mut world = Self {
            desk,
            facts: Facts {
                business: "Acme Homes".to_owned(),
                country: if language == "he" { "IL" } else { "GB" }.to_owned(),
                now: at("2026-03-09T09:20"),
                hours: Some("nine to six, Monday to Saturday".to_owned()),
                call_back_by: Some(at("2026-03-09T12:00")),
                recorded: true,
                on_call: true,
                staffed: true,
                opens: None,
                vip: false,
                deal_limit: 2_000_000,
            },
            cards: vec![
                card("prp_1", "two bedroom flat", "on Elgin Avenue in Maida Vale", 2_100, Period::Month),
                card("prp_2", "two bedroom flat", "on Shirland Road in Maida Vale", 1_950, Period::Month),
                card("prp_3", "two bedroom maisonette", "on Walterton Road in Maida Hill", 2_200, Period::Month),
            ],
            slots: ["2026-03-10T09:00", "2026-03-11T13:30", "2026-03-13T16:00"].map(at).to_vec(),
            taken: setup.contains(&"taken"),
            none: setup.contains(&"none"),
            nearby: setup.contains(&"nearby"),
            person: !setup.contains(&"nobody"),
            said: Vec::new(),
            done: Vec::new(),
        };
        let name = setup.iter().find_map(|line| line.strip_prefix("name ")).map(str::to_owned);
        world.happen(Event::Began { name });
        world
    }

    fn hear(&mut self, text: &str) {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let reading = read_turn(&TurnRequest {
            text: text.to_owned(),
            asked: self.desk.asked,
            offers: self.desk.on_offer(),
            areas: Vec::new(),
            now: zone.to_zoned(self.facts.now).expect("a time").timestamp(),
            zone,
            country: self.facts.country.clone(),
            mask: Vec::new(),
        });
        self.happen(Event::Heard { reading: Box::new(reading), text: text.to_owned() });
    }

    /// One event and everything that the data answers to it.
    fn happen(&mut self, event: Event) {
        (self.said, self.done) = (Vec::new(), Vec::new());
        let mut events = vec![event];
        for _ in 0..12 {
            let Some(event) = events.pop() else { return };
            let (desk, acts) = step(self.desk.clone(), event, &self.facts);
            self.desk = desk;
            for act in acts {
                match self.answer(act) {
                    Some(event) if event.says().is_some() => self.said.extend(event.says()),
                    event => events.extend(event),
                }
            }
        }
        panic!("the talk goes round in circles: {:?}", self.said);
    }

    fn answer(&mut self, act: Act) -> Option<Event> {
        let (word, answer) = match act {
            Act::Say(line) => {
                self.check(&line);
                if line == Line::Ask(Question::Name, false) {
                    self.done.push("ask_name");
                }
                self.said.push(line);
                return None;
            }
            Act::Search(_) => ("search", Some(self.found(self.cards.clone()))),
            Act::More(..) => ("search_more", Some(self.found(Vec::new()))),
            Act::Lookup { street, reference } => {
                let wanted = street.unwrap_or_default();
                let mut cards = self.cards.clone();
                cards.retain(|card| card.place.contains(&wanted) || reference.as_deref() == Some("JB2014"));
                cards.truncate(1);
                ("lookup", Some(self.found(cards)))
            }
            Act::FindSlots { .. } => ("find_slots", Some(Event::Slots(self.slots.clone()))),
            Act::Hold(_) => ("hold", Some(Event::Held(!std::mem::take(&mut self.taken)))),
            Act::Release => ("release", None),
            Act::Book(booking) => {
                assert!(self.slots.contains(&booking.at));
                ("book", Some(Event::Booked(true)))
            }
            Act::SendCode => ("send_code", Some(Event::CodeSent(false))),
            Act::CheckCode(_) => ("check_code", Some(Event::Checked(false))),
            Act::KeepRating(..) => ("keep_rating", None),
            Act::KeepFeedback(..) => ("keep_feedback", None),
            Act::SendDetails(_, way) => ("send_details", Some(Event::Sent(Some(way)))),
            Act::Watch(_) => ("watch", Some(Event::Watching(true))),
            Act::Change(..) => ("change", Some(Event::Changed(true))),
            Act::OpenTicket(_) => ("open_ticket", Some(Event::Ticketed("T7".to_owned()))),
            Act::KeepPhotos(_) => ("keep_photos", None),
            Act::RingOnCall(_) => ("ring_on_call", None),
            Act::HandOver(_) => ("hand_over", Some(Event::Answered(self.person))),
            Act::TakeMessage(_) => ("take_message", None),
            Act::PromiseCallBack(_) => ("promise_call_back", None),
            Act::FollowUp => ("follow_up", None),
            Act::End => ("end", None),
        };
        self.done.push(word);
        answer
    }

    fn found(&self, cards: Vec<Card>) -> Event {
        let cards = if self.none { Vec::new() } else { cards };
        Event::Found { cards, more: false, relaxed: self.nearby.then_some(Relaxed::Nearby) }
    }

    /// Whatever is told stands in the data (P7).
    fn check(&self, line: &Line) {
        match line {
            Line::Found(cards, _) => assert!(cards.iter().all(|card| self.cards.contains(card))),
            Line::Offer(_, _, slots) => assert!(slots.iter().all(|slot| self.slots.contains(slot))),
            Line::ReadBack(_, _, slot) | Line::Booked(_, _, slot) => assert!(self.slots.contains(slot)),
            _ => {}
        }
    }

    fn words(&self) -> String {
        say::turn(&self.said, &self.desk.language, self.desk.style, self.desk.trade, self.facts.now)
    }
}

fn play(script: &str) -> Result<(), String> {
    let setup: Vec<&str> = script.lines().filter_map(|line| line.strip_prefix("& ")).collect();
    let mut world = World::new(&setup);
    for line in script.lines() {
        let rest = line.get(2..).unwrap_or_default();
        let words = world.words();
        let fail = |what: &str| Err(format!("{line}: {what}; said {words:?}, done {:?}, {:?}", world.done, world.desk));
        match line.chars().next() {
            Some('>') => world.hear(rest),
            Some('~') => world.happen(Event::Silence),
            Some('k') => world.happen(Event::Pressed(rest.chars().next().unwrap_or('9'))),
            Some('x') => world.happen(Event::Gone),
            Some('<') if !words.to_lowercase().contains(&rest.to_lowercase()) => return fail("not said"),
            Some('!') if !rest.split(' ').all(|act| world.done.contains(&act)) => return fail("not done"),
            Some('-') if rest.split(' ').any(|act| world.done.contains(&act)) => return fail("done"),
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn whole_talks_end_as_they_should() {
    let scripts: Vec<(&str, &str)> = SCRIPTS.split("\n# ").filter_map(|script| script.split_once('\n')).collect();
    assert!(scripts.len() >= 45, "{} scripts", scripts.len());
    let broken: Vec<String> = scripts
        .iter()
        .filter_map(|(title, script)| play(script).err().map(|error| format!("{title}\n    {error}")))
        .collect();
    assert!(broken.is_empty(), "{} of {} talks:\n{}", broken.len(), scripts.len(), broken.join("\n"));
}

#[test]
fn a_talk_that_stopped_goes_on_elsewhere_with_what_is_known() {
    let mut call = World::new(&[]);
    call.hear("id like to book a viewing for the flat on elgin avenue please");
    call.happen(Event::Gone);
    assert!(call.done.contains(&"follow_up"));
    let mut chat = World::new(&[]);
    let kept = serde_json::to_string(&call.desk).expect("a state");
    chat.desk = serde_json::from_str(&kept).expect("the same state");
    (chat.desk.ended, chat.desk.style) = (false, Style::Written);
    chat.happen(Event::Began { name: None });
    assert!(chat.words().contains("carry on where we stopped"), "{}", chat.words());
    chat.hear("the second one");
    assert!(chat.done.contains(&"hold"), "{}", chat.words());
}
