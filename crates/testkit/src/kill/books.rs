//! What is there at the end: the database's rows and the provider's books, read once, as plain data for the proof.

use super::quiet::{ENDLESS, HORIZON};
use jiff::Timestamp;
use ringleader_providers::whatsapp_cloud::fake::Sent;
use ringleader_store::{Clock, Result, Store, args};
use std::collections::HashMap;

/// A call, as kept.
pub type Call = (String, String, Option<String>, Option<String>); // tenant, provider_call_id, contact, episode
/// An outbound message, as kept.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// Tenant.
    pub tenant: String,
    /// Id.
    pub id: String,
    /// Contact.
    pub contact: String,
    /// `contact` or `owner`.
    pub audience: String,
    /// Why it was sent.
    pub purpose: String,
    /// Its status.
    pub status: String,
    /// Its content, as JSON.
    pub content: String,
}

/// A lead, as kept.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Id.
    pub id: String,
    /// Contact.
    pub contact: String,
    /// Its status.
    pub status: String,
    /// Name, need and preference are known.
    pub full: bool,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Calls.
    pub calls: Vec<Call>,
    /// Tenant and phone of each contact: its id.
    pub contacts: HashMap<(String, String), String>,
    /// Tenant and contact of each episode, and why it ended where that has a reason.
    pub episodes: Vec<(String, String, Option<String>)>,
    /// Outbound messages.
    pub outbound: Vec<Outbound>,
    /// Inbound messages: tenant, provider id, contact, whether it was read.
    pub inbound: Vec<(String, String, String, bool)>,
    /// Leads.
    pub leads: Vec<Lead>,
    /// Tenant and message of each question "did this go?" that a person is asked.
    pub asked: Vec<(String, String)>,
    /// Events by state.
    pub events: Vec<(String, i64)>,
    /// Jobs by kind and state, that are due or given up.
    pub jobs: Vec<(String, String, i64)>,
    /// What the provider accepted.
    pub sent: Vec<Sent>,
}

impl Books {
    /// Reads the database.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn read(store: &Store, sent: Vec<Sent>) -> Result<Self> {
        let mut read = store.read_system().await?;
        let contacts: Vec<(String, String, Option<String>)> =
            read.fetch_all("SELECT tenant_id, id, phone FROM contacts", args![]).await?;
        // A customer's message is asked about by itself, an owner's notice by an alert beside its lead.
        let asks =
            "SELECT tenant_id, task_key FROM tasks WHERE task_key LIKE 'check_send:%' OR task_key LIKE 'alert:%:msg_%'";
        let asked: Vec<(String, String)> = read.fetch_all(asks, args![]).await?;
        let due = Clock::system().now() + HORIZON;
        Ok(Self {
            calls: read
                .fetch_all(
                    "SELECT tenant_id, provider_call_id, contact_id, episode_id FROM calls WHERE provider <> 'bolna'",
                    args![],
                )
                .await?,
            contacts: contacts.into_iter().filter_map(|(tenant, id, phone)| Some(((tenant, phone?), id))).collect(),
            episodes: read.fetch_all("SELECT tenant_id, contact_id, reason FROM episodes", args![]).await?,
            outbound: outbound(&mut read).await?,
            inbound: inbound(&mut read).await?,
            leads: leads(&mut read).await?,
            asked: asked
                .into_iter()
                .filter_map(|(tenant, key)| Some((tenant, bare(key.rsplit(':').next()?).to_owned())))
                .collect(),
            events: read.fetch_all("SELECT state, count(*) FROM inbox GROUP BY state", args![]).await?,
            jobs: read
                .fetch_all(
                    "SELECT kind, state, count(*) FROM jobs WHERE state IN ('running', 'retryable', 'discarded') \
                     OR (state IN ('available', 'scheduled') AND run_at <= $1 AND kind NOT IN ($2, $3)) GROUP BY kind, state",
                    args![due, ENDLESS[0], ENDLESS[1]],
                )
                .await?,
            sent,
        })
    }
}

async fn outbound(read: &mut ringleader_store::Read) -> Result<Vec<Outbound>> {
    type Row = (String, String, String, String, String, String, String);
    let sql = "SELECT tenant_id, id, contact_id, audience, purpose, status, content FROM messages WHERE inbound = 0";
    let rows: Vec<Row> = read.fetch_all(sql, args![]).await?;
    let whole = |(tenant, id, contact, audience, purpose, status, content): Row| Outbound {
        tenant,
        id,
        contact,
        audience,
        purpose,
        status,
        content,
    };
    Ok(rows.into_iter().map(whole).collect())
}

async fn inbound(read: &mut ringleader_store::Read) -> Result<Vec<(String, String, String, bool)>> {
    let sql = "SELECT tenant_id, provider_id, contact_id, handled_at FROM messages WHERE inbound = 1";
    let rows: Vec<(String, String, String, Option<Timestamp>)> = read.fetch_all(sql, args![]).await?;
    Ok(rows.into_iter().map(|(tenant, id, contact, read_at)| (tenant, id, contact, read_at.is_some())).collect())
}

async fn leads(read: &mut ringleader_store::Read) -> Result<Vec<Lead>> {
    type Row = (String, String, String, Option<String>, Option<String>, Option<String>);
    let sql = "SELECT id, contact_id, status, name, need, preference FROM leads";
    let rows: Vec<Row> = read.fetch_all(sql, args![]).await?;
    let whole = |(id, contact, status, name, need, preference): Row| {
        let full = name.is_some() && need.is_some() && preference.is_some();
        Lead { id, contact, status, full }
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// An id without its prefix, as the database keeps it.
pub fn bare(id: &str) -> &str {
    id.split_once('_').map_or(id, |(_, bare)| bare)
}
