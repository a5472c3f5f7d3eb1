//! Who asks: the accounts whose token signed a form, and the call that it is about.

use super::KIND;
use crate::body;
use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::Request;
use http::request::Parts;
use ringleader_core::phone::parse;
use ringleader_jobs::voice;
use ringleader_providers::twilio::signature;
use ringleader_providers::twilio::voice_status::{self, Form};
use ringleader_store::repo::VoiceCall;
use serde::Deserialize;

/// A form that a known account signed.
pub(super) struct Signed {
    /// The accounts that did: one, unless several tenants share an account.
    pub(super) accounts: Vec<Account>,
    /// The form.
    pub(super) form: Form,
    /// What our own address carried.
    pub(super) place: Place,
    /// The same as it was written.
    pub(super) query: String,
}

/// Where in a call a question is asked: our own query, which Twilio gives back and signs.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Which question of the call.
    pub(super) n: u32,
    /// Which person in ring order.
    pub(super) i: usize,
    /// How often it was asked for again.
    pub(super) wait: u32,
    /// The question was a relay's.
    pub(super) relay: bool,
}

impl Place {
    /// The key of the turn that answered the question.
    pub(super) fn key(self) -> String {
        format!("{}{}", if self.relay { 'r' } else { 'g' }, self.n)
    }
}

/// A call with the account that it came over.
pub(super) struct Known {
    pub(super) account: Account,
    pub(super) call: VoiceCall,
}

impl Signed {
    /// Reads a request; refuses one that no account signed.
    pub(super) async fn read(state: &AppState, request: Request) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let body = body::read(&parts.headers, body, state.settings.webhook_limit).await?;
        let form = voice_status::form(&body);
        let accounts = signed_by(state, &parts, &form).await?;
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let place = serde_urlencoded::from_str(&query).unwrap_or_default();
        Ok(Self { accounts, form, place, query })
    }

    /// The call that a parameter names.
    pub(super) async fn call(&self, state: &AppState, name: &str) -> Result<Option<Known>> {
        let Some(sid) = voice_status::get(&self.form, name) else { return Ok(None) };
        find(state, &self.accounts, sid).await
    }
}

/// The accounts whose token signed a form over the address that it came to.
///
/// # Errors
/// None did; the database.
pub(in crate::webhooks) async fn signed_by(state: &AppState, parts: &Parts, form: &Form) -> Result<Vec<Account>> {
    let given = parts.headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let (Some(given), Some(sid)) = (given, voice_status::get(form, "AccountSid")) else { return Err(refused()) };
    let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let url = format!("{}{path}", state.settings.public_url);
    let all = state.directory.by_account(KIND, sid).await?;
    let signed = |account: &&Account| {
        let token = account.signing_secret.as_ref();
        token.is_some_and(|token| signature::verify(token.reveal(), &url, form, given))
    };
    let accounts: Vec<Account> = all.iter().filter(signed).cloned().collect();
    if accounts.is_empty() { Err(refused()) } else { Ok(accounts) }
}

/// Whose of several tenants that share an account an event of a call is: the one that holds the call, else the one whose
/// line was called, else the oldest.
///
/// # Errors
/// The database.
pub(in crate::webhooks) async fn whose(
    state: &AppState,
    accounts: Vec<Account>,
    form: &Form,
) -> Result<Option<Account>> {
    if accounts.len() > 1 {
        let own = ["ParentCallSid", "CallSid"].into_iter().filter_map(|name| voice_status::get(form, name));
        for sid in own {
            if let Some(known) = find(state, &accounts, sid).await? {
                return Ok(Some(known.account));
            }
        }
        if let Some(account) = of_line(state, &accounts, voice_status::get(form, "To")).await? {
            return Ok(Some(account));
        }
    }
    Ok(accounts.into_iter().next())
}

/// The account of the tenant that has this line.
async fn of_line(state: &AppState, accounts: &[Account], number: Option<&str>) -> Result<Option<Account>> {
    let Some(number) = number else { return Ok(None) };
    for account in accounts {
        let mut read = state.store.read(account.tenant).await?;
        let country = read.tenants().me().await?.country;
        let Some(number) = parse(number, &country).phone else { continue };
        if read.tenants().line_by_number(&number).await?.is_some() {
            return Ok(Some(account.clone()));
        }
    }
    Ok(None)
}

/// The call with this id among those of the accounts.
pub(super) async fn find(state: &AppState, accounts: &[Account], sid: &str) -> Result<Option<Known>> {
    for account in accounts {
        if let Some(call) = voice::call_of(&state.cx, account.tenant, sid).await? {
            return Ok(Some(Known { account: account.clone(), call }));
        }
    }
    Ok(None)
}

/// Not signed by anyone we know.
pub(in crate::webhooks) fn refused() -> Problem {
    metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
    Problem::unauthenticated(
        "The signature is missing, or was not made with the auth token of this account for this address. \
         Is `public_url` the address that is entered at Twilio?",
    )
}
