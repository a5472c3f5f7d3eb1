//! Who calls whom, and what they will write: made from the seed before anything starts.
//!
//! Numbers are from the ranges that are reserved for fiction. A caller belongs to one shop and has one script.

use crate::dice::Dice;
use std::collections::HashMap;

/// Callers of one shop: as many mobile numbers as are reserved.
pub const MOST_CALLERS: usize = 1000;

/// Most shops: their lines and owners share a reserved range.
pub const MOST_SHOPS: usize = 400;

/// How records of calls are grouped: repeats come within a group, in any order.
const GROUP: usize = 100;

/// A business.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Its number, national.
    pub line: String,
    /// Its owner's number, E.164.
    pub owner: String,
    /// Its `phone_number_id`.
    pub number: String,
    /// Its WhatsApp account; some shops share one.
    pub account: String,
}

/// What a caller does after the first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Everything in one message.
    AtOnce,
    /// Name, need and preference, each after the bot has asked.
    StepByStep,
    /// Everything in two messages at the same time.
    Burst,
    /// Calls a second time instead, and writes nothing.
    Silent,
}

impl Script {
    /// What is written after the nth message of the bot (from 0), all of it at once.
    pub fn turn(self, nth: usize) -> &'static [&'static str] {
        let turns: &[&[&str]] = match self {
            Self::AtOnce => {
                &[&["Hi, my name is Sarah, I need a plumber for a new boiler, please call me tomorrow morning"]]
            }
            Self::StepByStep => {
                &[&["My name is Sarah"], &["I need a plumber for a new boiler"], &["Please call me tomorrow morning"]]
            }
            Self::Burst => {
                &[&["My name is Sarah, I need a plumber for a new boiler", "Please call me tomorrow morning"]]
            }
            Self::Silent => &[],
        };
        turns.get(nth).copied().unwrap_or_default()
    }

    /// How many messages there are in all.
    pub fn messages(self) -> usize {
        (0..3).map(|nth| self.turn(nth).len()).sum()
    }
}

/// Someone who calls.
#[derive(Debug, Clone)]
pub struct Person {
    /// The shop called, by index.
    pub shop: usize,
    /// The number, E.164.
    pub phone: String,
    /// What they do.
    pub script: Script,
}

/// A missed call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The switchboard's id of it.
    pub id: String,
    /// Who called, by index.
    pub person: usize,
    /// It rang at several extensions: a record for each.
    pub extensions: bool,
}

/// One post of a call's records.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    /// The call, by index.
    pub call: usize,
    /// 0: the usual way; else another encoding of the same record.
    pub style: usize,
}

/// Everyone, and everything that will happen.
#[derive(Debug, Clone)]
pub struct World {
    /// Businesses.
    pub shops: Vec<Shop>,
    /// Callers.
    pub people: Vec<Person>,
    /// Calls.
    pub calls: Vec<Call>,
    /// In which order their records come, repeats included.
    pub deliveries: Vec<Delivery>,
    by_phone: HashMap<(String, String), usize>,
}

impl World {
    /// Makes a world of so many calls at at least so many shops.
    ///
    /// # Errors
    /// More calls than there are numbers.
    pub fn new(calls: usize, shops: usize, seed: u64) -> anyhow::Result<Self> {
        let shops = shops.max(1).max(calls.div_ceil(MOST_CALLERS));
        anyhow::ensure!(shops <= MOST_SHOPS, "at most {} calls", MOST_SHOPS * MOST_CALLERS);
        let mut dice = Dice::new(seed, 1);
        let mut world = Self {
            shops: (0..shops).map(shop).collect(),
            people: vec![],
            calls: vec![],
            deliveries: vec![],
            by_phone: HashMap::new(),
        };
        while world.calls.len() < calls {
            world.add_person(&mut dice, calls);
        }
        dice.shuffle(&mut world.calls);
        world.plan_deliveries(&mut dice);
        Ok(world)
    }

    fn add_person(&mut self, dice: &mut Dice, calls: usize) {
        let nth = self.people.len();
        let script = match dice.below(10) {
            0..=5 => Script::AtOnce,
            6 => Script::StepByStep,
            7 => Script::Burst,
            _ => Script::Silent,
        };
        let shop = nth % self.shops.len();
        let phone = format!("+447700900{:03}", nth / self.shops.len());
        self.by_phone.insert((self.shops[shop].number.clone(), phone.clone()), nth);
        self.people.push(Person { shop, phone, script });
        let times = if script == Script::Silent { 2 } else { 1 };
        for _ in 0..times.min(calls - self.calls.len()) {
            let id = format!("kill-{:06}", self.calls.len());
            self.calls.push(Call { id, person: nth, extensions: dice.percent(20) });
        }
    }

    fn plan_deliveries(&mut self, dice: &mut Dice) {
        for from in (0..self.calls.len()).step_by(GROUP) {
            let group = from..(from + GROUP).min(self.calls.len());
            let mut posts: Vec<Delivery> = Vec::new();
            for call in group {
                for _ in 0..=dice.below(3) {
                    let style = if dice.percent(70) { 0 } else { 1 + dice.below(3) };
                    posts.push(Delivery { call, style });
                }
            }
            dice.shuffle(&mut posts);
            self.deliveries.append(&mut posts);
        }
    }

    /// Whom a message went to: the person, if the number is a caller's.
    pub fn person(&self, number: &str, phone: &str) -> Option<usize> {
        self.by_phone.get(&(number.to_owned(), phone.to_owned())).copied()
    }
}

fn shop(nth: usize) -> Shop {
    Shop {
        line: format!("02079460{nth:03}"),
        owner: format!("+442079460{:03}", 500 + nth),
        number: format!("8000000000{nth:05}"),
        account: format!("7000000000{:05}", nth / 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_reported_and_silent_people_call_twice() {
        let world = World::new(500, 20, 3).unwrap();
        assert_eq!((world.shops.len(), world.calls.len()), (20, 500));
        let mut reported: Vec<usize> = world.deliveries.iter().map(|delivery| delivery.call).collect();
        assert!(reported.len() > 700, "records are repeated");
        reported.sort_unstable();
        reported.dedup();
        assert_eq!(reported.len(), 500);
        for (nth, person) in world.people.iter().enumerate().take(world.people.len() - 1) {
            let calls = world.calls.iter().filter(|call| call.person == nth).count();
            assert_eq!(calls, if person.script == Script::Silent { 2 } else { 1 });
        }
    }

    #[test]
    fn no_two_people_share_shop_and_number() {
        let world = World::new(3000, 2, 1).unwrap();
        assert_eq!(world.shops.len(), 3);
        assert_eq!(world.by_phone.len(), world.people.len());
        assert!(World::new(MOST_SHOPS * MOST_CALLERS + 1, 1, 1).is_err());
    }
}
