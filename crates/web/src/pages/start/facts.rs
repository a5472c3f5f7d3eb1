//! What is known of a business that begins: read once for the page, a few short queries however large the business has become.

use super::checks::{self, Finding, Numbers, Outreach, Rang, Tested, Wanted};
use crate::pages::shell::{When, terms};
use crate::problem::Result;
use crate::session::Me;
use crate::state::AppState;
use ringleader_core::call::Outcome;
use ringleader_core::decision::Decision;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::id::{CallId, LeadId};
use ringleader_core::message::{Message, MessageStatus};
use ringleader_core::tenant::{Line, LineUse};
use ringleader_core::texts::Key;
use ringleader_jobs::{actions, ledger};
use ringleader_providers::all::{self, Capability};
use ringleader_store::Conn;
use ringleader_store::db::id_text;
use ringleader_store::inbox::{self, State as InboxState};
use ringleader_store::repo::{Connection, Filter, Page, Template};

/// Everything that the steps look at.
pub(super) struct Facts {
    pub board: Option<Board>,
    pub writer: Option<Connection>,
    pub templates: Vec<Template>,
    pub lines: Vec<Line>,
    pub rang: Rang,
    proved: bool,
    latest: Option<Latest>,
    pub lead: Option<LeadId>,
}

/// The connection that reports calls.
pub(super) struct Board {
    pub connection: Connection,
    /// A test asks it something.
    asked: bool,
}

/// How the latest missed call goes on.
struct Latest {
    episode: Option<Episode>,
    message: Option<Message>,
    told: Option<Decision>,
}

const ONE: Page = Page { limit: 1, before: None };

/// Of so many outreaches one is looked for that arrived.
const FEW: Page = Page { limit: 5, before: None };

impl Facts {
    /// Reads them.
    pub(super) async fn of(state: &AppState, me: &Me) -> Result<Self> {
        let mut read = state.store.read(me.tenant.id).await?;
        let connections = read.connections().list(&Page { limit: 200, before: None }).await?.rows;
        let lines = read.tenants().lines().await?;
        let board = best(&connections, Capability::CallEvents).map(|it| {
            let asked = actions::can_be_asked(&state.cx, it);
            Board { connection: it.clone(), asked }
        });
        let writer = writer(&connections, &lines).cloned();
        let templates = match &writer {
            Some(it) => read.templates().of(it.id).await?,
            None => vec![],
        };
        let missed = Filter::default().and("outcome =", Some(Outcome::Missed.as_str()));
        let missed = read.desk().calls(missed, &ONE).await?.rows.into_iter().next();
        let rang = match (&missed, &board) {
            (Some(_), _) => Rang::Missed,
            (None, board) => tried(&mut read, board.as_ref()).await?,
        };
        let proved = proved(&mut read).await?;
        let latest = match &missed {
            Some(call) if !proved => Some(latest(&mut read, call.id).await?),
            _ => None,
        };
        let lead = read.desk().leads(Filter::default(), &ONE).await?.rows.first().map(|row| row.lead.id);
        Ok(Self { board, writer, templates, lines, rang, proved, latest, lead })
    }

    /// What is said of the switchboard.
    pub(super) fn board(&self, me: &Me) -> Finding {
        let tested = self.board.as_ref().map(|it| Tested {
            health: &it.connection.health,
            detail: it.connection.health_detail.as_deref(),
            asked: it.asked,
            heard: self.rang != Rang::Nothing,
        });
        checks::connection(me.lang, tested.as_ref())
    }

    /// The switchboard answered when it was asked, which says nothing of whether it knows where to report.
    pub(super) fn proved_by_an_answer(&self) -> bool {
        self.board.as_ref().is_some_and(|it| it.asked && it.connection.health == "good")
    }

    /// What is said of WhatsApp.
    pub(super) fn writer(&self, me: &Me) -> Finding {
        let tested = self.writer.as_ref().map(|it| Tested {
            health: &it.health,
            detail: it.health_detail.as_deref(),
            asked: true,
            heard: self.proved,
        });
        checks::connection(me.lang, tested.as_ref())
    }

    /// What is said of the first message's template.
    pub(super) fn template(&self, me: &Me) -> Finding {
        let chosen = me.tenant.settings.templates.first_message.as_ref();
        checks::template(me.lang, chosen, &self.templates, &wanted(me, Key::FirstMessage))
    }

    /// What is said of the numbers.
    pub(super) fn line(&self, me: &Me) -> Finding {
        let for_missed_calls = self.lines.iter().filter(|line| line.uses.contains(&LineUse::MissedCall)).count();
        let numbers = Numbers { all: self.lines.len(), for_missed_calls, writes: self.writer.is_some() };
        checks::line(me.lang, &numbers)
    }

    /// What is said of the answer to the latest missed call.
    pub(super) fn handed_over(&self, me: &Me) -> Finding {
        let latest = self.latest.as_ref().map(|it| it.outreach(me));
        checks::handed_over(me.lang, self.proved, latest.as_ref(), me.now)
    }
}

/// What a template for this text has to be.
pub(super) fn wanted(me: &Me, key: Key) -> Wanted<'_> {
    Wanted { language: me.tenant.language(), values: key.variables().len() }
}

/// The connection that can do this: one that works rather than another.
fn best(all: &[Connection], able: Capability) -> Option<&Connection> {
    let can = |it: &&Connection| all::spec(&it.kind).is_some_and(|spec| spec.able(able, &it.config));
    let working = all.iter().filter(can).find(|it| it.health == "good");
    working.or_else(|| all.iter().find(can))
}

/// The WhatsApp that messages go out over: the line's own, else the best.
fn writer<'a>(all: &'a [Connection], lines: &[Line]) -> Option<&'a Connection> {
    let named =
        lines.iter().filter(|line| line.uses.contains(&LineUse::MissedCall)).find_map(|line| line.connection_id);
    let can = |it: &&Connection| all::spec(&it.kind).is_some_and(|spec| spec.able(Capability::Whatsapp, &it.config));
    all.iter().filter(can).find(|it| Some(it.id) == named).or_else(|| best(all, Capability::Whatsapp))
}

/// What came, if no missed call did.
async fn tried(read: &mut Conn, board: Option<&Board>) -> Result<Rang> {
    if !read.desk().calls(Filter::default(), &ONE).await?.rows.is_empty() {
        return Ok(Rang::Answered);
    }
    let Some(board) = board else { return Ok(Rang::Nothing) };
    for (state, rang) in [(InboxState::Unroutable, Rang::Elsewhere), (InboxState::Unreadable, Rang::Unreadable)] {
        let filter = inbox::Filter {
            state: Some(state),
            connection: Some(board.connection.id),
            limit: 1,
            ..inbox::Filter::default()
        };
        if !read.inbox().list(&filter).await?.is_empty() {
            return Ok(rang);
        }
    }
    Ok(Rang::Nothing)
}

/// Whether one of the last callers who were written to has the message.
async fn proved(read: &mut Conn) -> Result<bool> {
    let contacted = Filter::default().and("state =", Some(EpisodeState::Contacted.as_str()));
    for episode in read.episodes().list(contacted, &FEW).await?.rows {
        let message = first_message(read, &episode).await?;
        let there =
            |it: &Message| matches!(it.status, MessageStatus::Sent | MessageStatus::Delivered | MessageStatus::Read);
        if message.as_ref().is_some_and(there) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The message that answered the calls; the text message that went in its place, if it failed.
async fn first_message(read: &mut Conn, episode: &Episode) -> Result<Option<Message>> {
    let Some(first) = read.messages().by_send_key(&format!("{}:first", episode.id)).await? else { return Ok(None) };
    let instead = match first.status {
        MessageStatus::Failed => read.messages().by_send_key(&format!("{}:sms", first.id)).await?,
        _ => None,
    };
    Ok(Some(instead.unwrap_or(first)))
}

async fn latest(read: &mut Conn, call: CallId) -> Result<Latest> {
    let known = read.calls().get(call).await?.and_then(|call| call.episode_id);
    let episode = match known {
        Some(id) => read.episodes().get(id).await?,
        None => None,
    };
    let message = match &episode {
        Some(episode) => first_message(read, episode).await?,
        None => None,
    };
    let about = match &episode {
        Some(episode) => Filter::default().and("episode_id =", Some(id_text(episode.id))),
        None => Filter::default().and("call_id =", Some(id_text(call))),
    };
    let told = read.decisions().list(about, &ONE).await?.rows.into_iter().next();
    Ok(Latest { episode, message, told })
}

impl Latest {
    fn outreach(&self, me: &Me) -> Outreach<'_> {
        let words = |it: &Decision| ledger::told(&me.tenant, it, me.lang.tag());
        let reason = self.episode.as_ref().and_then(|it| it.reason.as_deref());
        Outreach {
            state: self.episode.as_ref().map(|it| it.state),
            due: self.episode.as_ref().map(|it| When::of(me).time(it.due_at)).unwrap_or_default(),
            told: self.told.as_ref().map(words).or_else(|| reason.map(|word| terms::reason(me.lang, word))),
            message: self.message.as_ref().map(|it| {
                let failed = it.error.as_ref().map(|error| error.detail.as_str());
                (it.status, it.at, failed)
            }),
        }
    }
}
