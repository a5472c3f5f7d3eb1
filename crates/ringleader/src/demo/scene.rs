//! What the phone page shows, read from our own API: the demo sees what a tenant's key may see and nothing else.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use ringleader_web::Problem;
use ringleader_web::sandbox::{Bubble, Episode, Lead, Person, Ring, Row, Scene, Shop, Speaker, Told};
use serde_json::Value;

/// Our API, with a business's key.
pub(super) struct Api {
    http: reqwest::Client,
    root: String,
    key: String,
}

/// A time as the page takes it: RFC 3339 with the zone's offset.
pub(super) fn written(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

impl Api {
    /// At this address, with this key.
    pub(super) fn new(http: reqwest::Client, root: String, key: String) -> Self {
        Self { http, root, key }
    }

    /// Everything that is known of a customer and of the business's leads; time and speed are for others to say.
    pub(super) async fn scene(&self, shop: &Shop, zone: &TimeZone, customer: &Person) -> Result<Scene, Problem> {
        let phone = customer.phone.as_str();
        let (one, some) = ([("phone", phone), ("limit", "1")], [("phone", phone), ("limit", "50")]);
        let chat = [("phone", phone), ("audience", "contact"), ("limit", "100")];
        let told = [("audience", "owner"), ("limit", "50")];
        let answered = [("phone", shop.owner.phone.as_str()), ("audience", "contact"), ("limit", "20")];
        let open = [("phone", phone), ("state", "open"), ("limit", "20")];
        let (chat, calls, told, answered, lead, episode, tasks, decisions, leads) = tokio::try_join!(
            self.rows("messages", &chat),
            self.rows("calls", &some),
            self.rows("messages", &told),
            self.rows("messages", &answered),
            self.rows("leads", &one),
            self.rows("episodes", &one),
            self.rows("tasks", &open),
            self.rows("decisions", &some),
            self.rows("leads", &[("limit", "50")]),
        )?;
        let read = Read { zone, shop, messages: chat.iter().chain(&told).collect() };
        let mut owner = [read.phone(&told), read.phone(&answered)].concat();
        owner.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(Scene {
            chat: read.phone(&chat),
            calls: calls.iter().rev().map(|call| read.call(call)).collect(),
            owner,
            lead: lead.first().map(|lead| read.lead(lead)),
            episode: episode.first().map(|it| Episode { state: text(it, "state"), due: read.local(&it["due_at"]) }),
            tasks: tasks.iter().map(|task| text(task, "title")).collect(),
            decisions: decisions.iter().map(|decision| read.told(decision)).collect(),
            leads: leads.iter().map(|lead| read.row(lead)).collect(),
            ..Scene::default()
        })
    }

    /// The rows of a list, newest first.
    async fn rows(&self, list: &str, query: &[(&str, &str)]) -> Result<Vec<Value>, Problem> {
        let request = self.http.get(format!("{}/{list}", self.root)).query(query).bearer_auth(&self.key);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status).map_err(|e| broken(&e))?;
        let mut answer: Value = answer.json().await.map_err(|error| broken(&error))?;
        match answer["data"].take() {
            Value::Array(rows) => Ok(rows),
            _ => Ok(vec![]),
        }
    }
}

fn broken(error: &reqwest::Error) -> Problem {
    match error.status() {
        Some(status) => tracing::warn!(status = status.as_u16(), "The demo's own API refuses it"),
        None => tracing::debug!("The demo's own API does not answer; it is stopping"),
    }
    Problem::internal()
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

fn maybe(row: &Value, field: &str) -> Option<String> {
    row[field].as_str().map(str::to_owned)
}

/// Turns rows of the API into what the page shows.
struct Read<'a> {
    zone: &'a TimeZone,
    shop: &'a Shop,
    messages: Vec<&'a Value>,
}

impl Read<'_> {
    /// A time of the API in the business's zone.
    fn local(&self, at: &Value) -> String {
        let at = at.as_str().and_then(|text| text.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH);
        written(&at.to_zoned(self.zone.clone()))
    }

    /// Messages that are on someone's phone, oldest first.
    fn phone(&self, newest_first: &[Value]) -> Vec<Bubble> {
        let left = |row: &&Value| !matches!(row["status"].as_str(), Some("wanted" | "sending" | "held" | "failed"));
        newest_first.iter().rev().filter(left).map(|row| self.bubble(row)).collect()
    }

    fn bubble(&self, row: &Value) -> Bubble {
        Bubble {
            id: text(row, "provider_id"),
            mine: row["direction"] == "inbound",
            text: maybe(row, "text").unwrap_or_else(|| format!("({})", text(row, "kind"))),
            template: !row["template"].is_null(),
            buttons: choices(&row["content"]),
            status: text(row, "status"),
            at: self.local(&row["at"]),
        }
    }

    fn call(&self, row: &Value) -> Ring {
        let began = ["started_at", "received_at"].into_iter().map(|field| &row[field]).find(|at| at.is_string());
        Ring {
            at: self.local(began.unwrap_or(&Value::Null)),
            outcome: text(row, "outcome"),
            seconds: row["duration_seconds"].as_i64(),
        }
    }

    fn lead(&self, row: &Value) -> Lead {
        let preference = &row["preference"];
        let time = |field: &str| preference[field].is_string().then(|| self.local(&preference[field]));
        Lead {
            status: text(row, "status"),
            name: maybe(row, "name"),
            need: maybe(row, "need"),
            preference: maybe(preference, "text"),
            window: time("from").map(|from| (from, time("until"))),
        }
    }

    fn told(&self, row: &Value) -> Told {
        let about = self.messages.iter().find(|message| row["message_id"] == message["id"]);
        let message = about.map(|message| {
            let owner = message["audience"] == "owner";
            (if owner { Speaker::Owner } else { Speaker::Customer }, text(message, "text"))
        });
        Told {
            message,
            at: self.local(&row["at"]),
            verdict: text(row, "verdict"),
            rule: text(row, "rule"),
            words: text(row, "explanation"),
        }
    }

    fn row(&self, row: &Value) -> Row {
        let phone = text(row, "phone");
        let customer = self.shop.customers.iter().find(|person| person.phone == phone);
        Row {
            customer: customer.map(|person| person.id.clone()).unwrap_or_default(),
            name: maybe(row, "name"),
            phone,
            need: maybe(row, "need"),
            status: text(row, "status"),
            at: self.local(&row["open_since"]),
        }
    }
}

/// Id and title of the buttons of a message, or of the rows of its list.
fn choices(content: &Value) -> Vec<(String, String)> {
    let rows = content["rows"].as_array().into_iter().flatten();
    let rows: Vec<_> = rows.map(|row| (text(row, "id"), text(row, "title"))).collect();
    if rows.is_empty() { serde_json::from_value(content["buttons"].clone()).unwrap_or_default() } else { rows }
}
