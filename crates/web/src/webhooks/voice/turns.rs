//! A call that rings, and each thing that is heard in it, by TwiML: question after question.

use super::render::Paper;
use super::signed::{Known, Place, Signed};
use super::waiting::{self, Answer};
use super::{KIND, document, fallback};
use crate::directory::Account;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::Response;
use ringleader_core::reception::telephone;
use ringleader_jobs::reception::{Heard, Turn};
use ringleader_jobs::voice::{self, Answered, Arriving, hand_over};
use ringleader_providers::twilio::config::Mode;
use ringleader_providers::twilio::twiml::Verb;
use ringleader_providers::twilio::voice_inbound;
use ringleader_providers::twilio::voice_status::get;

/// Times that an answer is asked for again before a message is taken instead.
const MOST_WAITS: u32 = 3;

/// A call rings.
pub(super) async fn ringing(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = match Signed::read(&state, request).await {
        Err(problem) if problem.is_ours() => return Ok(fallback::unknown_line()),
        signed => signed?,
    };
    let to = get(&signed.form, "To").unwrap_or_default().to_owned();
    match take(&state, &signed).await {
        Ok(Taken::Held(known)) => begin(&state, &signed, &known).await,
        Ok(Taken::UsedUp) => Ok(fallback::document_for(&to)),
        Ok(Taken::Unknown) => {
            metrics::counter!("ringleader_voice_calls_total", "mode" => "none").increment(1);
            let account = signed.accounts.first();
            let language = telephone::language_of(&to);
            Ok(account.map_or_else(fallback::unknown_line, |account| refuse(&state, account, language)))
        }
        Err(error) => {
            tracing::error!(%error, "A call that rings could not be taken; a message is taken instead");
            Ok(fallback::document_for(&to))
        }
    }
}

/// What becomes of a call.
enum Taken {
    Held(Box<Known>),
    UsedUp,
    Unknown,
}

/// The tenant whose line was called.
async fn take(state: &AppState, signed: &Signed) -> ringleader_store::Result<Taken> {
    let Some(call) = voice_inbound::ringing(&signed.form) else { return Ok(Taken::Unknown) };
    for account in &signed.accounts {
        let arriving = Arriving {
            tenant: account.tenant,
            connection: account.connection,
            provider: KIND,
            provider_call_id: call.call_sid.clone(),
            from: call.from.clone(),
            to: call.to.clone(),
            mode: account.phone.as_ref().map_or(Mode::Gather, |phone| phone.mode).as_str().to_owned(),
        };
        match voice::answer(&state.cx, &arriving).await? {
            Answered::Held(call) => {
                return Ok(Taken::Held(Box::new(Known { account: account.clone(), call: *call })));
            }
            Answered::UsedUp => return Ok(Taken::UsedUp),
            Answered::Unknown => {}
        }
    }
    Ok(Taken::Unknown)
}

fn refuse(state: &AppState, account: &Account, language: &str) -> Response {
    let paper = Paper { public: &state.settings.public_url, account };
    document(&[Verb::Say(paper.say(language, telephone::not_in_service(language))), Verb::Hangup])
}

/// The greeting; on a relay it is spoken there, unless the call is recorded: the notice comes before the recording.
async fn begin(state: &AppState, signed: &Signed, known: &Known) -> Result<Response> {
    let paper = Paper { public: &state.settings.public_url, account: &known.account };
    if known.call.mode == Mode::Gather.as_str() {
        return answer(state, known, "g0", Heard::Began, Place::default()).await;
    }
    let others = voice::languages_of(&state.cx, known.account.tenant, &known.call).await?;
    let account_sid = get(&signed.form, "AccountSid").unwrap_or_default();
    let relay = paper.relay(&known.call.language, &others, account_sid);
    if !recorded(state, known).await? {
        return Ok(document(&[relay]));
    }
    let patience = state.settings.voice.answer_within;
    match waiting::turn(state, known.account.tenant, &known.call, "g0", Heard::Began, patience).await {
        Answer::Turn(turn) => {
            let notice = paper.words(&turn).into_iter().map(Verb::Say);
            Ok(document(&notice.chain([Verb::RecordCall(paper.url("recording")), relay]).collect::<Vec<_>>()))
        }
        Answer::Later | Answer::Failed => Ok(fallback::document_for(known.call.line.as_str())),
    }
}

/// Whether the tenant's calls are recorded.
pub(super) async fn recorded(state: &AppState, known: &Known) -> Result<bool> {
    let tenant = state.store.read(known.account.tenant).await?.tenants().me().await?;
    Ok(tenant.settings.reception.recorded)
}

/// Something was heard.
pub(super) async fn heard(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = match Signed::read(&state, request).await {
        Err(problem) if problem.is_ours() => return Ok(fallback::unknown_line()),
        signed => signed?,
    };
    let to = get(&signed.form, "To").unwrap_or_default();
    let known = match signed.call(&state, "CallSid").await {
        Ok(Some(known)) => known,
        Ok(None) | Err(_) => return Ok(fallback::document_for(to)),
    };
    // Asked for again, nothing is in the form: the words are with the work, or the question comes once more.
    let heard = match voice_inbound::heard(&signed.form) {
        voice_inbound::Heard::Words(words) => Heard::Words(words),
        voice_inbound::Heard::Silence => Heard::Silence,
        voice_inbound::Heard::Keys(keys) => match keys.chars().next() {
            Some(key) if keys.chars().count() == 1 => Heard::Pressed(key),
            _ => Heard::Words(keys),
        },
    };
    answer(&state, &known, &format!("g{}", signed.place.n), heard, signed.place).await
}

/// What follows from what was heard, as a document.
async fn answer(state: &AppState, known: &Known, key: &str, heard: Heard, place: Place) -> Result<Response> {
    let (account, call) = (&known.account, &known.call);
    let patience = state.settings.voice.answer_within;
    // Asked for again, the words are where the work is; the last time, nobody works on it any more.
    let waits = (1..MOST_WAITS).contains(&place.wait);
    let answer = match waits {
        true => waiting::again(state, account.tenant, call, key, patience).await,
        false => waiting::turn(state, account.tenant, call, key, heard, patience).await,
    };
    match answer {
        Answer::Turn(turn) => {
            let first = place.n == 1 && call.mode == Mode::Gather.as_str();
            written(state, known, &turn, place, first).await
        }
        Answer::Later if place.wait < MOST_WAITS => {
            let paper = Paper { public: &state.settings.public_url, account };
            let again = paper.url(&format!("turn?n={}&wait={}", place.n, place.wait + 1));
            let language = voice::language_of(&state.cx, account.tenant, call).await?;
            let filler = Verb::Say(paper.say(&language, telephone::one_moment(&language)));
            Ok(document(&[filler, Verb::Pause(1), Verb::Redirect(again)]))
        }
        Answer::Later | Answer::Failed => Ok(fallback::document_for(call.line.as_str())),
    }
}

/// A turn as the answer to the question at `place`. A call that is recorded is so from the first answer on: after the notice.
pub(super) async fn written(
    state: &AppState,
    known: &Known,
    turn: &Turn,
    place: Place,
    first: bool,
) -> Result<Response> {
    let (account, call) = (&known.account, &known.call);
    let paper = Paper { public: &state.settings.public_url, account };
    let callee = hand_over::next(&state.cx, account.tenant, call, turn, 0).await?;
    let mut verbs = paper.turn(turn, place, callee.as_ref());
    if first && recorded(state, known).await? {
        verbs.insert(0, Verb::RecordCall(paper.url("recording")));
    }
    Ok(document(&verbs))
}
