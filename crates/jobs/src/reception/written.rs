//! The receptionist on WhatsApp and by text message (C12): a burst of messages is one turn, answered once through the way
//! that every message takes.
//!
//! Always true: the turn, the reply and the mark on the messages that it answers are one commit, so that a crash neither
//! answers twice nor not at all (P2, P3); who asked for silence, or leaves, is heard by the chat's own rules (A14).

use super::carrier::{Carrier, Played};
use super::{Heard, Medium, Opening, TalkError};
use crate::context::Context;
use crate::engine::Outcome;
use crate::flows::chat::Scene;
use crate::letters::{self, OPTION};
use crate::work::{Burst, MarkRead, put, take_messages};
use async_trait::async_trait;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::local::read_message;
use ringleader_core::conversation::{Channel, ChatState, Conversation, Driver};
use ringleader_core::id::{ConversationId, TalkId, TenantId};
use ringleader_core::message::{Content, ListRow, Message};
use ringleader_core::optout;
use ringleader_core::reception::say::{self, Line, Style};
use ringleader_core::reception::talk::{Talk, Then};
use ringleader_core::reception::words::Question;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Tx};
use std::sync::{Mutex, PoisonError};

/// A talk in writing that rested longer is begun anew.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// The key of the first turn.
const BEGAN: &str = "began";

/// Longest words above buttons or a list on WhatsApp, in characters.
const BODY: usize = 1024;

/// Longest title of a button, and how many there may be.
const TITLE: usize = 20;
const BUTTONS: usize = 3;

/// Longest title of a row of a list, its longest description, and how many there may be.
const ROW: usize = 24;
const DESCRIPTION: usize = 72;
const ROWS: usize = 10;

/// Whether the receptionist answers this burst.
pub(crate) fn takes(chat: &Conversation, opted_out: bool, burst: &Burst) -> bool {
    let leaving = burst.messages.iter().any(|m| m.content.words().is_some_and(|w| optout::by_word(w).is_some()));
    let leaves = leaving || burst.request.as_ref().is_some_and(|request| read_message(request).signals.opt_out);
    medium(chat.channel).is_some() && chat.driver == Driver::Bot && !opted_out && !leaves
}

pub(crate) fn medium(channel: Channel) -> Option<Medium> {
    match channel {
        Channel::Whatsapp => Some(Medium::Whatsapp),
        Channel::Sms => Some(Medium::Sms),
        Channel::Email | Channel::Slack => None,
    }
}

/// Answers a burst.
pub(crate) async fn answer(cx: &Context, job: &Claimed, chat: ConversationId, burst: &Burst) -> Result<Outcome> {
    let reply = Reply { job, chat, burst, instead: Mutex::new(None) };
    match Box::pin(reply.play(cx)).await {
        Ok(()) => Ok(reply.outcome().unwrap_or(Outcome::Snooze(cx.store.clock().now()))),
        Err(TalkError::Store(error)) => Err(error),
        Err(error) => Ok(Outcome::Retry(error.to_string())),
    }
}

/// The way of a turn's answer into the chat.
struct Reply<'a> {
    job: &'a Claimed,
    chat: ConversationId,
    burst: &'a Burst,
    /// How the run ends; `None` as long as nothing was delivered.
    instead: Mutex<Option<Outcome>>,
}

impl Reply<'_> {
    async fn play(&self, cx: &Context) -> Result<(), TalkError> {
        let tenant = self.job.tenant;
        let Some((talk, open)) = Box::pin(self.talk(cx, tenant)).await? else {
            self.end(Outcome::Cancel("the chat is gone".into()));
            return Ok(());
        };
        let [first, ..] = self.burst.messages.as_slice() else { return Ok(()) };
        let heard = self.heard(open.as_ref());
        super::turn_over(cx, tenant, talk, &first.id.to_string(), heard, self).await?;
        Ok(())
    }

    /// The talk that goes on in this chat, as it stands; else a new one.
    async fn talk(&self, cx: &Context, tenant: TenantId) -> Result<Option<(TalkId, Option<Talk>)>, TalkError> {
        let mut read = cx.store.read(tenant).await?;
        let Some(chat) = read.conversations().get(self.chat).await? else { return Ok(None) };
        let Some(medium) = medium(chat.channel) else { return Ok(None) };
        let since = read.now() - REST;
        // What is written after the question how a viewing was is its answer: a talk of its own.
        let asked = super::opinion::awaited(&mut read, chat.contact_id).await?.asked_at();
        let open = read.talks().open_of(chat.contact_id, medium, since).await?;
        let open = open.filter(|open| asked.is_none_or(|asked| open.updated_at > asked));
        let business = read.tenants().me().await?;
        let contact = read.contacts().get(chat.contact_id).await?;
        drop(read);
        if let Some(open) = open {
            return Ok(Some((open.id, Some(open))));
        }
        let Some(first) = self.burst.messages.first() else { return Ok(None) };
        let own = contact.and_then(|contact| contact.language).filter(|own| own.starts_with("he") || own == "en");
        let opening = Opening {
            medium,
            external_id: first.id.to_string(),
            contact: Some(chat.contact_id),
            language: own.unwrap_or(business.locale),
            languages: Vec::new(),
        };
        let id = super::begin(cx, tenant, opening).await?;
        super::turn(cx, tenant, id, BEGAN, Heard::Began).await?;
        Ok(Some((id, None)))
    }

    /// A tapped button or a bare figure is a key, everything else is words. A button of an earlier question is its words, and
    /// no answer at all to what wants a yes; one of a letter answers that letter.
    fn heard(&self, open: Option<&Talk>) -> Heard {
        let words = || self.burst.request.as_ref().map(|request| request.text.clone()).unwrap_or_default();
        if let Some(heard) = shown(self.burst) {
            return heard;
        }
        match self.burst.messages.as_slice() {
            [Message { content: Content::Choice { id, .. }, .. }] => {
                if let Some((call, rating)) = letters::tapped(id) {
                    return Heard::Rated(call.to_owned(), rating);
                }
                let tapped = id.strip_prefix(OPTION).and_then(|rest| rest.split_once(':'));
                let now = open.map(|talk| talk.turns.to_string());
                let asked = open.and_then(|talk| talk.desk.to_choose());
                match tapped.map(|(turn, nth)| (now.as_deref() == Some(turn), figure(nth))) {
                    Some((true, Some(key))) => Heard::Pressed(key),
                    Some((false, _)) if asked == Some(Question::Confirm) => Heard::Silence,
                    _ => Heard::Words(words()),
                }
            }
            [Message { content: Content::Text { body }, .. }] => {
                figure(body.trim()).map_or_else(|| Heard::Words(words()), Heard::Pressed)
            }
            _ => Heard::Words(words()),
        }
    }

    fn end(&self, outcome: Outcome) {
        *self.instead.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }

    fn outcome(&self) -> Option<Outcome> {
        self.instead.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Newer words came in while this burst was read: all are read together, unless that went on for too long.
    async fn more(&self, tx: &mut Tx, scene: &Scene) -> Result<Option<Timestamp>> {
        crate::work::still_writing(tx, &scene.tenant, self.chat, self.burst).await
    }
}

/// What is no words alone: photos, which words may come with; a voice message; a place, which is told by its address.
fn shown(burst: &Burst) -> Option<Heard> {
    let words = burst.request.as_ref().map(|request| request.text.clone());
    let is_file =
        |content: &Content| matches!(content, Content::Media { media, .. } if media != "sticker" && media != "audio");
    let photos: Vec<String> =
        burst.messages.iter().filter(|it| is_file(&it.content)).map(|it| it.id.to_string()).collect();
    if !photos.is_empty() {
        return Some(Heard::Shown { photos, words });
    }
    if words.is_some() {
        return None;
    }
    let place = burst.messages.iter().find_map(|it| match &it.content {
        Content::Location { name, address, .. } => address.clone().or_else(|| name.clone()),
        _ => None,
    });
    let spoke = burst.messages.iter().any(|it| matches!(it.content, Content::Media { .. }));
    place.map(Heard::Words).or_else(|| spoke.then_some(Heard::Unheard))
}

/// One figure, 0 to 9.
fn figure(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|c| c.is_ascii_digit() && chars.next().is_none())
}

#[async_trait]
impl Carrier for Reply<'_> {
    async fn deliver(&self, tx: &mut Tx, played: &Played<'_>) -> Result<bool> {
        let Some(mut scene) = Scene::load(tx, self.chat).await? else {
            self.end(Outcome::Cancel("the chat is gone".into()));
            return Ok(false);
        };
        if let Some(later) = self.more(tx, &scene).await? {
            self.end(Outcome::Snooze(later));
            return Ok(false);
        }
        if scene.chat.driver != Driver::Bot {
            self.end(Outcome::Snooze(tx.now())); // a person was faster: the next run leaves it to them
            return Ok(false);
        }
        if !take_messages(tx, &self.burst.messages).await? {
            self.end(Outcome::Done); // answered by an earlier run
            return Ok(false);
        }
        let cause = self.burst.messages.last().map(|m| m.id.to_string()).unwrap_or_default();
        let now = scene.local_now(tx.now());
        let text = words(tx, played, now).await?;
        if !text.is_empty() {
            let content = content(scene.chat.channel, text, played, now);
            scene.reply(tx, content, &cause).await?;
        }
        follow(tx, &mut scene, played).await?;
        if let Some(last) = self.burst.messages.last() {
            let now = tx.now();
            put(tx, &MarkRead { message: last.id }, now, OnConflict::Keep).await?;
        }
        tx.jobs().complete(self.job).await?;
        self.end(Outcome::Committed);
        Ok(true)
    }
}

/// The answer in words. The first one is greeted; a mere "hello" gets the greeting alone.
async fn words(tx: &mut Tx, played: &Played<'_>, now: DateTime) -> Result<String> {
    let Played { talk, turn, .. } = played;
    let first = talk.turns == 2;
    let Some(began) = (if first { tx.talks().answered(talk.id, BEGAN).await? } else { None }) else {
        return Ok(turn.text.clone());
    };
    if turn.lines.iter().any(|line| matches!(line, Line::Sorry)) {
        return Ok(began.text);
    }
    let greets = |line: &&Line| matches!(line, Line::Greeting { .. } | Line::WelcomeBack { .. });
    let greeting: Vec<Line> = began.lines.iter().filter(greets).cloned().collect();
    let danger = turn.lines.iter().any(|line| matches!(line, Line::Safety(..)));
    let greeting = say::turn(&greeting, &turn.language, talk.desk.style, talk.desk.trade, now);
    Ok(if danger || greeting.is_empty() { turn.text.clone() } else { format!("{greeting} {}", turn.text) })
}

fn option(talk: &Talk, nth: usize) -> String {
    format!("{OPTION}{}:{nth}", talk.turns)
}

/// What can be chosen goes as buttons or as a list where the channel has them and it fits, else as numbered lines.
fn content(channel: Channel, body: String, played: &Played<'_>, now: DateTime) -> Content {
    let (language, trade) = (&played.turn.language, played.talk.desk.trade);
    let (body, options) = match &played.turn.then {
        Then::Listen { .. } if played.turn.lines.last() == Some(&Line::Menu) && channel == Channel::Whatsapp => {
            let menu = say::words(&Line::Menu, language, Style::Written, trade, now);
            let before = body.strip_suffix(&menu).unwrap_or(&body).trim_end();
            (format!("{before} {}", say::above_menu(language)), say::menu(language, trade))
        }
        Then::Listen { options, .. } => (body, options.clone()),
        _ => (body, Vec::new()),
    };
    if options.is_empty() {
        return Content::Text { body };
    }
    let taps = channel == Channel::Whatsapp && body.chars().count() <= BODY;
    if let Some(titles) = titles(&options, TITLE).filter(|titles| taps && titles.len() <= BUTTONS) {
        let buttons = (1..).zip(titles).map(|(nth, title)| (option(played.talk, nth), title)).collect();
        return Content::Buttons { body, buttons };
    }
    if let Some(titles) = titles(&options, ROW).filter(|titles| taps && titles.len() <= ROWS) {
        let row = |((nth, title), words): ((usize, String), &String)| {
            let description = (title != *words).then(|| words.chars().take(DESCRIPTION).collect());
            ListRow { id: option(played.talk, nth), title, description }
        };
        let rows = (1..).zip(titles).zip(&options).map(row).collect();
        return Content::List { body, label: say::open_list(language).to_owned(), rows };
    }
    let list: String = (1..).zip(options).map(|(nth, option)| format!("\n{nth}. {option}")).collect();
    Content::Text { body: format!("{body}{list}") }
}

/// Titles of at most so many characters; `None` if they cannot be told apart.
fn titles(options: &[String], most: usize) -> Option<Vec<String>> {
    let short = |text: &String| text.chars().take(most).collect::<String>().trim_end().to_owned();
    let titles: Vec<String> = options.iter().map(short).collect();
    let apart = titles.iter().enumerate().all(|(at, title)| !titles[..at].contains(title));
    apart.then_some(titles)
}

/// What the turn means for the chat: a person has it now, or it is over.
async fn follow(tx: &mut Tx, scene: &mut Scene, played: &Played<'_>) -> Result<()> {
    if let Some(person) = played.person {
        scene.chat.hand_over(person, tx.now());
        let subject = scene.chat.id.to_string();
        let after = serde_json::json!({ "driver": person.to_string() });
        tx.usage().audit("receptionist", "conversation.take_over", &subject, None, Some(after)).await?;
    }
    if played.talk.ended_at.is_some() {
        scene.chat.state = ChatState::Completed;
        scene.chat.closed_reason = Some("receptionist".to_owned());
    }
    tx.conversations().save(&scene.chat).await
}
