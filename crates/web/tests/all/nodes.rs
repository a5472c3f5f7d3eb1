//! Nodes that work for a tenant, and are killed and started again while they do (P1, P3): what trials have in common.

use crate::support::{App, World, context};
use crate::town::Dice;
use axum::body::Body;
use http::{Request, StatusCode};
use ringleader_core::id::TenantId;
use ringleader_jobs::context::Context;
use ringleader_jobs::engine::{Config, Running};
use ringleader_store::{Store, args};
use std::time::Duration;

/// A number from the environment.
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What a long run has to say at its end.
pub fn say(line: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}

/// The app's own node and, on PostgreSQL, a second one.
pub struct Nodes {
    contexts: Vec<Context>,
    running: Vec<Option<Running>>,
    pub kills: u32,
}

impl Nodes {
    pub fn new(app: &App, second: Option<Store>, world: &World) -> Self {
        let mut contexts = vec![app.cx.clone()];
        contexts.extend(second.map(|store| context(store, world)));
        let running = contexts.iter().map(|_| None).collect();
        Self { contexts, running, kills: 0 }
    }

    /// Kills a node, whatever it is doing, and starts another in its place.
    pub async fn kill(&mut self, dice: &mut Dice) {
        let which = dice.below(self.contexts.len() as u64) as usize;
        self.kills += u32::from(self.running[which].is_some());
        self.running[which] = None;
        self.start(which).await;
    }

    async fn start(&mut self, which: usize) {
        let pace = Config { lease: Duration::from_millis(900), poll: Duration::from_millis(20), ..Config::default() };
        self.running[which] = Some(ringleader_jobs::all::engine(&self.contexts[which], pace).start().await.unwrap());
    }

    /// All of them work.
    pub async fn wake(&mut self) {
        for which in 0..self.contexts.len() {
            if self.running[which].is_none() {
                self.start(which).await;
            }
        }
    }

    /// None of them works.
    pub fn stop(&mut self) {
        self.running.iter_mut().for_each(|node| *node = None);
    }
}

impl App {
    /// As those do it who report: what is refused for being too much is sent again.
    pub async fn insist(&self, path: &str, content_type: &str, body: &[u8]) {
        loop {
            let request = Request::post(path).header("content-type", content_type);
            let answer = self.send(request.body(Body::from(body.to_vec())).unwrap()).await;
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                return assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            }
        }
    }

    /// Work of the tenant that is due or running. A database that is too busy to tell counts as work.
    pub async fn due(&self, tenant: TenantId) -> i64 {
        let sql = "SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND run_at <= $2
                   AND state IN ('available', 'scheduled', 'retryable', 'running')";
        let Ok(mut read) = self.db.store.read(tenant).await else { return 1 };
        let now = read.now();
        let due = read.fetch_one::<(i64,)>(sql, args![tenant, now]).await;
        due.map_or(1, |(due,)| due)
    }

    /// Work of the tenant that was given up: kind and why.
    pub async fn given_up(&self, tenant: TenantId) -> Vec<(String, Option<String>)> {
        let sql = "SELECT kind, last_error FROM jobs WHERE tenant_id = $1 AND state = 'discarded' LIMIT 5";
        self.db.store.read(tenant).await.unwrap().fetch_all(sql, args![tenant]).await.unwrap()
    }
}
