//! The plays of `plays.txt`, each played as it stands there, by TwiML and over a relay.
//!
//! A play begins with `call:` and its name. Before the first thing that is done: `caller N` (the Nth customer), `withheld`,
//! `speaks en-GB he-IL` (the languages of the line), `twice` (every request comes twice), `only gather`, `people accept|decline|away|voicemail|leave` (one word for each colleague).
//! Then what the caller does: `says …`, `presses 1`, `silent`, `interrupts 10 …`, `hangs up`, `gives the code` (that was texted), `meanwhile take the slots`; and
//! what they heard since they last did something: `hears …`, `never …`. After the call: `ends …`, `intent …`, `does …`,
//! `leaves …` (a follow-up), `task …`, `outcome …`, `rang 1 no-answer`, `nobody` (no contact was made).

use super::agency::{Agency, LONDON, PEOPLE, TEL_AVIV, Town, customer};
use async_trait::async_trait;
use ringleader_core::id::TenantId;
use ringleader_providers::twilio::fake::caller::{Does, Mind, Picks, Played, Step};
use ringleader_store::repo::{Filter, Page, Stretch};
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, both_engines};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// One call as it is told.
#[derive(Debug, Clone, Default)]
struct Play {
    name: String,
    lines: Vec<String>,
}

fn plays(file: &str) -> Vec<Play> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/calls/");
    let text = std::fs::read_to_string(format!("{path}{file}")).unwrap();
    let mut plays: Vec<Play> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("call: ") {
            Some(name) => plays.push(Play { name: name.to_owned(), lines: vec![] }),
            None => plays.last_mut().expect("a play begins with its name").lines.push(line.to_owned()),
        }
    }
    plays
}

impl Play {
    fn has(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line == word)
    }

    fn each<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
    }
}

/// The caller of a play: does what stands there, and notes what should have been heard and was not.
struct Actor {
    left: VecDeque<String>,
    seen: usize,
    wrong: Vec<String>,
    code: Arc<dyn Fn() -> futures::future::BoxFuture<'static, String> + Send + Sync>,
    slots: Arc<dyn Fn() -> futures::future::BoxFuture<'static, ()> + Send + Sync>,
}

#[async_trait]
impl Mind for Actor {
    async fn next(&mut self, heard: &[Step]) -> Does {
        self.listen(heard);
        while let Some(line) = self.left.pop_front() {
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            return match word {
                "says" => Does::Says(rest.to_owned()),
                "presses" => Does::Presses(rest.chars().next().unwrap()),
                "gives" => Does::Says((self.code)().await),
                "silent" => Does::KeepsSilent,
                "interrupts" => {
                    let (until, words) = rest.split_once(' ').unwrap();
                    Does::Interrupts(until.parse().unwrap(), words.to_owned())
                }
                "hangs" => Does::HangsUp,
                "meanwhile" => Does::Meanwhile(self.slots.clone()),
                _ => continue,
            };
        }
        Does::HangsUp
    }
}

impl Actor {
    /// Checks what the play says was heard since the last thing that was done.
    fn listen(&mut self, heard: &[Step]) {
        let words = heard[self.seen.min(heard.len())..].iter().filter_map(|step| match step {
            Step::Heard { text, .. } => Some(text.as_str()),
            _ => None,
        });
        let words = words.collect::<Vec<_>>().join(" ");
        self.seen = heard.len();
        while let Some(line) = self.left.front() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "hears" if !words.contains(rest) => self.wrong.push(format!("did not hear «{rest}» but «{words}»")),
                "never" if words.contains(rest) => self.wrong.push(format!("heard «{rest}» in «{words}»")),
                "hears" | "never" => {}
                _ => return,
            }
            self.left.pop_front();
        }
    }
}

/// Someone else takes every slot of the next days.
async fn take_slots(store: Store, tenant: TenantId) {
    let mut tx = store.begin(tenant).await.unwrap();
    let from = tx.now();
    let users = tx.users().all().await.unwrap();
    let agent_id = users.first().map_or_else(|| "office".to_owned(), |user| user.id.to_string());
    let day = jiff::SignedDuration::from_hours(24);
    let first = from.to_zoned(jiff::tz::TimeZone::UTC).start_of_day().unwrap().timestamp();
    for n in 0..3 {
        for half in 0..18 {
            let nine = first + day * n + jiff::SignedDuration::from_hours(9);
            let start = nine + jiff::SignedDuration::from_mins(30 * half);
            let stretch = Stretch { agent_id: agent_id.clone(), property_id: None, start, minutes: 30 };
            tx.appointments().hold(&stretch, from + day * 30).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// The last code that was texted.
async fn texted(store: Store, tenant: TenantId) -> String {
    let mut read = store.read(tenant).await.unwrap();
    let filter = Filter::default().and("purpose =", Some("code"));
    let last = read.messages().list(filter, &Page { limit: 1, before: None }).await.unwrap().rows.remove(0);
    last.content.words().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}

fn picks(word: &str) -> Picks {
    match word {
        "accept" => Picks::Accepts,
        "decline" => Picks::Declines,
        "away" => Picks::NoAnswer,
        "busy" => Picks::Busy,
        "voicemail" => Picks::Voicemail,
        "leave" => Picks::CallerLeaves,
        _ => panic!("who is that: {word}"),
    }
}

/// Plays one, and gives what was not as it stands there.
async fn play(agency: &Agency, play: &Play) -> Vec<String> {
    let nth: usize = play.each("caller").next().unwrap_or("0").parse().unwrap();
    let from = if play.has("withheld") { String::new() } else { customer(nth).as_str().to_owned() };
    let people: Vec<&str> = play.each("people").flat_map(str::split_whitespace).collect();
    for (nth, number) in PEOPLE.iter().enumerate() {
        agency.exchange.person(number, picks(people.get(nth).copied().unwrap_or("away")));
    }
    let mut call = agency.dialled(&from);
    call.twice = play.has("twice");
    let (store, tenant) = (agency.app.db.store.clone(), agency.tenant);
    let slots =
        Arc::new(move || -> futures::future::BoxFuture<'static, ()> { Box::pin(take_slots(store.clone(), tenant)) });
    let (store, tenant) = (agency.app.db.store.clone(), agency.tenant);
    let code =
        Arc::new(move || -> futures::future::BoxFuture<'static, String> { Box::pin(texted(store.clone(), tenant)) });
    let acted = ["gives", "says", "presses", "silent", "interrupts", "hangs", "meanwhile", "hears", "never"];
    let during = |line: &&String| line.split(' ').next().is_some_and(|word| acted.contains(&word));
    let left = play.lines.iter().filter(during).cloned().collect();
    let mut actor = Actor { left, seen: 0, wrong: vec![], code, slots };
    let played = agency.call(&call, &mut actor).await;
    actor.listen(&played.steps);
    let mut wrong = actor.wrong;
    wrong.extend(voices(&played));
    wrong.extend(after(agency, play, &played).await);
    agency.grounded(&played).await;
    if !wrong.is_empty() {
        wrong.push(format!("{:#?}", played.steps));
    }
    wrong
}

/// Every word is said in the voice of its language: Hebrew letters by a Hebrew one, all else by another. A name is a name.
fn voices(played: &Played) -> Vec<String> {
    let hebrew = |text: &str| text.replace("בתים בעיר", "").chars().any(|c| ('א'..='ת').contains(&c));
    let wrong = |step: &Step| match step {
        Step::Heard { voice, language, text } => {
            let fits = |tag: &str| tag.contains("he-IL") == hebrew(text);
            (!fits(voice) || !fits(language)).then(|| format!("«{text}» in {language} by {voice}"))
        }
        _ => None,
    };
    played.steps.iter().filter_map(wrong).collect()
}

/// What should be so after the call.
async fn after(agency: &Agency, play: &Play, played: &Played) -> Vec<String> {
    let mut wrong: Vec<String> = played.failures().iter().map(|code| format!("Twilio would log {code}")).collect();
    let Some(voice) = agency.voice(played).await else { return vec!["the call is not kept".to_owned()] };
    let summary = serde_json::to_value(voice.summary).unwrap();
    let mut check = |what: &str, wanted: &str, found: &[String]| {
        if !found.iter().any(|one| one == wanted) {
            wrong.push(format!("{what} should be {wanted}, is {found:?}"));
        }
    };
    let words = |field: &str, name: &str| -> Vec<String> {
        let list = summary[field].as_array().cloned().unwrap_or_default();
        let word = |one: &Value| one.as_str().or(one[name].as_str()).unwrap_or_default().to_owned();
        list.iter().map(word).collect()
    };
    let ending = summary["ending"].as_str().unwrap_or("nothing").to_owned();
    play.each("ends").for_each(|wanted| check("the ending", wanted, std::slice::from_ref(&ending)));
    play.each("intent").for_each(|wanted| check("an intent", wanted, &words("intents", "")));
    play.each("does").for_each(|wanted| check("an action", wanted, &words("actions", "action")));
    play.each("leaves").for_each(|wanted| check("a follow-up", wanted, &words("follow_ups", "follow_up")));
    let tasks = agency.list("tasks?limit=200").await;
    let kinds: Vec<String> = tasks.iter().map(|task| task["kind"].as_str().unwrap_or_default().to_owned()).collect();
    play.each("task").for_each(|wanted| check("a task", wanted, &kinds));
    let call = agency.app.get(&format!("/api/v1/calls/{}", voice.call_id), &agency.key).await.json();
    let outcome = call["outcome"].as_str().unwrap_or("none").to_owned();
    play.each("outcome").for_each(|wanted| check("the outcome", wanted, std::slice::from_ref(&outcome)));
    for rang in play.each("rang") {
        let found: Vec<String> = played
            .rang()
            .iter()
            .filter_map(|(number, status)| {
                Some(format!("{} {status}", PEOPLE.iter().position(|known| known == number)? + 1))
            })
            .collect();
        check("who was rung", rang, &found);
    }
    if play.has("nobody") && !call["contact_id"].is_null() {
        wrong.push("a contact was made".to_owned());
    }
    if !play.has("nobody") && !play.has("withheld") && call["contact_id"].is_null() {
        wrong.push("the caller is nobody".to_owned());
    }
    wrong
}

/// Plays all, and tells of every play that did not go as told.
async fn play_all(db: TestDb, town: &'static Town, file: &str, mode: &str) {
    let agency = Agency::open_in(db, town, mode).await;
    let only = std::env::var("PLAY").unwrap_or_default();
    let mut failed = vec![];
    let mut count = 0;
    for one in plays(file) {
        if mode == "relay" && one.has("only gather") || !one.name.contains(&only) {
            continue;
        }
        count += 1;
        let languages: Vec<&str> = one.each("speaks").flat_map(str::split_whitespace).collect();
        agency.speaks(if languages.is_empty() { town.languages } else { &languages }).await;
        let wrong = play(&agency, &one).await;
        if !wrong.is_empty() {
            failed.push(format!("{}:\n  {}", one.name, wrong.join("\n  ")));
        }
    }
    assert!(failed.is_empty(), "{} of {count} plays went wrong:\n{}", failed.len(), failed.join("\n"));
    let least = if file == "plays.txt" { 40 } else { 7 };
    assert!(count >= least || !only.is_empty(), "there are {count} plays");
}

both_engines! {
    async fn every_call_goes_as_it_is_told_question_after_question(db: TestDb) {
        play_all(db, &LONDON, "plays.txt", "gather").await;
    }

    async fn every_call_goes_as_it_is_told_over_a_relay(db: TestDb) {
        play_all(db, &LONDON, "plays.txt", "relay").await;
    }

    async fn every_hebrew_call_goes_as_it_is_told_question_after_question(db: TestDb) {
        play_all(db, &TEL_AVIV, "plays_he.txt", "gather").await;
    }

    async fn every_hebrew_call_goes_as_it_is_told_over_a_relay(db: TestDb) {
        play_all(db, &TEL_AVIV, "plays_he.txt", "relay").await;
    }
}
