//! A person's enquiries (A8, A9): one lead is open at a time, and a new one begins with what is known of the person.

use jiff::{SignedDuration, Timestamp};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{ChatState, Conversation, Driver};
use ringleader_core::id::EpisodeId;
use ringleader_core::lead::{Fact, FactSource, Lead, LeadStatus};
use ringleader_store::{Result, Tx};

/// How long after the last words what comes still belongs to an enquiry that was closed: thanks, and "one more thing".
const AFTERGLOW: SignedDuration = SignedDuration::from_hours(24);

/// How long someone who answered from the handset leads the chat without writing again.
pub const HANDSET_REST: SignedDuration = SignedDuration::from_hours(72);

/// The open lead of a contact, made if there is none. Nobody is asked their name twice (A9).
pub async fn open(tx: &mut Tx, contact: &Contact, source: &str) -> Result<(Lead, bool)> {
    let (mut lead, made) = tx.leads().open_or_make(contact.id, LeadStatus::New, source).await?;
    if !made {
        return Ok((lead, false));
    }
    if let Some(name) = known_name(tx, contact).await? {
        lead.name = name.value.as_str().map(str::to_owned);
        tx.leads().put_fact(&lead, &name).await?;
        tx.leads().save(&lead).await?;
    }
    Ok((lead, true))
}

/// From an earlier enquiry, with its source; else as a person entered it.
async fn known_name(tx: &mut Tx, contact: &Contact) -> Result<Option<Fact>> {
    let Some(name) = contact.name.as_deref().filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    let said = tx.leads().last_fact(contact.id, "name").await?.filter(|fact| fact.value == *name);
    let id = tx.new_id();
    let at = tx.now();
    Ok(Some(match said {
        Some(fact) => Fact { id, provisional: false, ..fact },
        None => Fact {
            id,
            name: "name".to_owned(),
            value: name.into(),
            confidence: 1.0,
            source: FactSource::Person,
            origin: None,
            provisional: false,
            read_by: None,
            at,
        },
    }))
}

/// The lead that a customer's message belongs to. A closed one is left alone: after a day, it is a second enquiry, and the
/// chat begins anew.
pub async fn for_message(
    tx: &mut Tx,
    contact: &Contact,
    chat: &mut Conversation,
    last_words: Option<Timestamp>,
    source: &str,
) -> Result<(Lead, bool)> {
    let current = match chat.lead_id {
        Some(id) => tx.leads().get(id).await?,
        None => None,
    };
    let now = tx.now();
    if let Some(lead) = current {
        let fresh = last_words.is_some_and(|at| now.duration_since(at) < AFTERGLOW);
        if lead.closed_at.is_none() || contact.opted_out_at.is_some() || fresh {
            return Ok((lead, false));
        }
        begin_anew(chat, None, now);
    }
    let (lead, made) = open(tx, contact, source).await?;
    chat.lead_id = Some(lead.id);
    Ok((lead, made))
}

/// A chat that ended, or fell silent, begins anew; what is known stays in the lead. A handset that fell silent long ago
/// leads no more; a user who took over does until they hand back.
pub fn begin_anew(chat: &mut Conversation, episode: Option<EpisodeId>, now: Timestamp) {
    chat.state = ChatState::AwaitingResponse;
    chat.asked = [0; 3];
    chat.reminders_sent = 0;
    chat.said.clear();
    chat.closed_reason = None;
    chat.opened_at = now;
    chat.episode_id = episode;
    if chat.driver == Driver::Handset {
        chat.driver = Driver::Bot;
    }
    chat.handed_over_at = (chat.driver != Driver::Bot).then_some(now);
    let driver = chat.driver;
    chat.led_by.retain(|user| driver == Driver::User(*user));
}

/// Whether a person leads one of these chats right now (P9).
pub async fn led_by_person(tx: &mut Tx, chats: &[Conversation]) -> Result<bool> {
    for chat in chats {
        let led = match chat.driver {
            Driver::Bot => false,
            Driver::User(_) => true,
            Driver::Handset => {
                let wrote = tx.messages().last_by_person(chat.id).await?.unwrap_or(chat.opened_at);
                tx.now().duration_since(wrote) < HANDSET_REST
            }
        };
        if led {
            return Ok(true);
        }
    }
    Ok(false)
}
