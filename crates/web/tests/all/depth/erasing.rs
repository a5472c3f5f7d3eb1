//! A person is erased (P10): nothing anywhere tells of them, what is counted is as before, and whoever left is not written to.

mod late;
mod outlived;

use super::desk::agency;
use super::world::{CALLER, DID, Shop};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_providers::bolna::fake::Scenario;
use ringleader_providers::voicenter::fake::Scenario as Rings;
use ringleader_store::db::{Cell, id_text};
use ringleader_store::repo::{Identity, Kind};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, FromRow, Row, both_engines};
use serde_json::{Value, json};

const OTHER_NUMBER: &str = "+972521111222";
const NEIGHBOUR: &str = "+972501234569";

/// What gives them away: their numbers without the country, and a rare word of everything that was said, noted or read.
const SIGNS: &[&str] = &[
    "501234567",
    "521111222",
    "zorbax",
    "marbleworks",
    "plumsock",
    "wobblegong",
    "gribblenook",
    "quagmint",
    "snorkelby",
    "hear.example",
    "kitchen",
];

/// Everything in a row.
struct Everything(Vec<Cell>);

impl FromRow for Everything {
    fn from_row(row: &Row) -> ringleader_store::Result<Self> {
        row.cells().map(Self)
    }
}

/// Every text of every table that is not this other tenant's, with its table.
async fn everything(shop: &Shop, but: TenantId) -> Vec<(String, String)> {
    let mut read = shop.app.db.store.read_system().await.unwrap();
    let tables = match shop.app.db.store.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()",
    };
    let tables: Vec<(String,)> = read.fetch_all(tables, vec![]).await.unwrap();
    let (mut all, but) = (Vec::new(), Cell::Text(id_text(but)));
    for (table,) in tables {
        let rows: Vec<Everything> = read.fetch_all_built(format!("SELECT * FROM {table}"), vec![]).await.unwrap();
        for Everything(cells) in rows.into_iter().filter(|row| !row.0.contains(&but)) {
            for cell in cells {
                match cell {
                    Cell::Text(text) => all.push((table.clone(), text)),
                    Cell::Bytes(bytes) => all.push((table.clone(), String::from_utf8_lossy(&bytes).into_owned())),
                    _ => {}
                }
            }
        }
    }
    all
}

/// Where they are still told of.
async fn traces(shop: &Shop, but: TenantId) -> Vec<(String, String)> {
    let tells = |text: &str| {
        let bare: String = text.to_lowercase().chars().filter(|c| !" -()".contains(*c)).collect();
        SIGNS.iter().any(|sign| bare.contains(sign))
    };
    everything(shop, but).await.into_iter().filter(|(_, text)| tells(text)).collect()
}

async fn figures(shop: &Shop) -> Vec<Value> {
    let mut all = Vec::new();
    for what in ["analytics/summary", "analytics/people", "analytics/voice-agents", "loss-account"] {
        all.push(shop.get(what).await);
    }
    all
}

async fn erase(shop: &Shop, id: &str) -> crate::support::Answer {
    let body = json!({"confirm": "erase", "reason": "asked by letter"});
    shop.app.post(&format!("/api/v1/contacts/{id}/erase"), &shop.key, body).await
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// Somebody of whom there is something everywhere.
async fn known_everywhere(db: TestDb) -> Shop {
    let shop = agency(db).await;
    // Rang in vain twice, from two numbers, left a message, and was written to.
    shop.missed(CALLER).await;
    shop.grace().await;
    let at = shop.app.db.clock.now() - SignedDuration::from_secs(40);
    shop.report(&Rings::voicemail("052-111-1222", DID, "https://hear.example/1.mp3").id("voice-1").at(at)).await;
    shop.grace().await;
    // Booked a viewing in writing.
    let wish = "I'd like to view the flat on Elgin Avenue, my name is Sam Zorbax, my email is zorbax@zorbax.example";
    shop.says(CALLER, wish).await;
    shop.taps(CALLER, 2).await;
    shop.taps(CALLER, 0).await;
    // Spoke with a voice agent, and that was analysed.
    let settings = json!({"agents": [{"agent_id": "agent-1", "name": "Dana"}]});
    let path = shop.app.connection(&shop.key, "bolna", settings, "executions").await;
    let words = "assistant:  Hello?\nuser:  I'm Sam Zorbax and I need a plumsock for my flat this week, call me back";
    let talk =
        Scenario::saying(60.0, words).customer(CALLER).at(shop.app.db.clock.now() - SignedDuration::from_mins(5));
    for body in talk.bodies() {
        let told = Request::post(&path).header("content-type", "application/json").body(Body::from(body.to_string()));
        assert_eq!(shop.app.send(told.unwrap()).await.status, StatusCode::OK);
    }
    shop.run().await;
    // Two contacts are one; people noted, corrected and wrote.
    let (one, two) = (id(&shop.contact(CALLER).await), id(&shop.contact(OTHER_NUMBER).await));
    shop.post(&format!("contacts/{one}/merge"), json!({"contact_id": two})).await;
    shop.change_contact(CALLER, json!({"name": "Sam Zorbax"})).await;
    let lead = shop.list("leads").await.into_iter().find(|lead| lead["contact_id"] == one.as_str()).expect("a lead");
    let fact = json!({"value": "a wobblegong"});
    let path = format!("/api/v1/leads/{}/facts/need", id(&lead));
    let put = shop.app.call(Method::PUT, &path, &shop.key, Some(fact)).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    let repair =
        json!({"category": "plumbing", "urgency": "normal", "report": "the marbleworks leak", "contact_id": one});
    let request = Request::post("/api/v1/tickets")
        .header("authorization", format!("Bearer {}", shop.key))
        .header("content-type", "application/json")
        .header("idempotency-key", "once");
    let made = shop.app.send(request.body(Body::from(repair.to_string())).unwrap()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    shop.change_ticket(&made.id(), json!({"note": "snorkelby comes at four"})).await;
    let chat = shop.chat_of(&one).await;
    shop.post(&format!("conversations/{chat}/takeover"), json!({})).await;
    shop.post(&format!("conversations/{chat}/messages"), json!({"text": "the gribblenook is here"})).await;
    shop.post("tenancies", json!({"reference": "MV-1", "phone": CALLER})).await;
    let visit =
        json!({"purpose": "visit", "contact_id": one, "starts_at": "2026-11-26T11:00:00Z", "place": "Quagmint House"});
    let made = shop.app.post("/api/v1/appointments", &shop.key, visit).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    shop.run().await;
    shop.pass(SignedDuration::from_mins(3)).await;
    shop
}

impl Shop {
    async fn change_ticket(&self, ticket: &str, change: Value) {
        let path = format!("/api/v1/tickets/{ticket}");
        let changed = self.app.patch(&path, &self.key, change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    }

    /// The chat in which they wrote.
    async fn chat_of(&self, contact: &str) -> String {
        let all = self.list("conversations").await;
        let wrote = |it: &&Value| it["contact_id"] == contact && !it["last_inbound_at"].is_null();
        id(all.iter().find(wrote).expect("a chat"))
    }

    /// What they have ahead is called off.
    async fn calls_off_all(&self) {
        for visit in self.list("appointments?limit=200").await.into_iter().filter(|it| it["state"] == "booked") {
            let path = format!("/api/v1/appointments/{}", id(&visit));
            let off = self.app.patch(&path, &self.key, json!({"state": "cancelled"})).await;
            assert_eq!(off.status, StatusCode::OK, "{}", off.text);
        }
        self.run().await;
    }

    async fn tenant(&self) -> TenantId {
        self.get("tenant").await["id"].as_str().unwrap().parse().unwrap()
    }
}

both_engines! {
    async fn nothing_anywhere_tells_of_who_was_erased_and_every_figure_is_as_before(db: TestDb) {
        let shop = known_everywhere(db).await;
        // Another customer, and the same one at another business.
        shop.says(NEIGHBOUR, "my name is Robin Hale, I look for a two bedroom flat to rent").await;
        let elsewhere = shop.app.shop("Painters").await;
        let kept = shop.app.post("/api/v1/contractors", &elsewhere, json!({"phone": CALLER})).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
        let other: TenantId = shop.app.get("/api/v1/tenant", &elsewhere).await.json()["id"].as_str().unwrap().parse().unwrap();
        // An emergency that rings keeps everything as it is.
        let person = id(&shop.contact(CALLER).await);
        shop.post(&format!("conversations/{}/handback", shop.chat_of(&person).await), json!({})).await;
        shop.says(CALLER, "I can smell gas in the kitchen").await;
        let alarm = shop.list("alarms").await.into_iter().find(|it| it["state"] == "ringing").expect("an alarm");
        let refused = erase(&shop, &person).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(refused.text.contains("emergency"), "{}", refused.text);
        shop.post(&format!("alarms/{}/taken", id(&alarm)), json!({})).await;
        // So does what they have ahead: somebody would wait for them.
        let refused = erase(&shop, &person).await;
        assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("appointment"), "{}", refused.text);
        shop.calls_off_all().await;
        shop.change_contact(CALLER, json!({"opted_out": true})).await;
        shop.done_with_tasks().await;
        shop.pass(SignedDuration::from_mins(20)).await;

        let told: std::collections::BTreeSet<String> = traces(&shop, other).await.into_iter().map(|(table, _)| table).collect();
        for table in ["contacts", "identities", "calls", "call_events", "call_legs", "analyses", "leads", "facts", "messages", "inbox", "talks", "talk_turns", "tickets", "alarms", "tasks", "merges", "merge_moves"] {
            assert!(told.contains(table), "{table} should have told of them: {told:?}");
        }
        let before = figures(&shop).await;
        let neighbour = shop.contact(NEIGHBOUR).await;
        let wrong = shop.app.post(&format!("/api/v1/contacts/{person}/erase"), &shop.key, json!({"confirm": "yes"})).await;
        assert_eq!(wrong.wrong_fields(), ["confirm"]);
        let naming = json!({"confirm": "erase", "reason": "050-123-4567 asked"});
        let wrong = shop.app.post(&format!("/api/v1/contacts/{person}/erase"), &shop.key, naming).await;
        assert_eq!(wrong.wrong_fields(), ["reason"], "{}", wrong.text);
        let receipt = erase(&shop, &person).await;
        assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.text);

        let left = traces(&shop, other).await;
        assert!(left.is_empty(), "{left:#?}");
        assert_eq!(figures(&shop).await, before);
        let tenant = shop.tenant().await;
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        for kind in Kind::ALL {
            let counted = tx.reports().recount(kind, "", 200).await.unwrap();
            assert_eq!(counted.corrected, 0, "{kind:?} counts as before, counted anew");
        }
        drop(tx);
        // The others are untouched, and every list can still be read.
        assert_eq!(shop.contact(NEIGHBOUR).await, neighbour);
        assert!(shop.list("messages?limit=200").await.iter().any(|it| it.to_string().contains("Robin Hale")));
        let theirs = shop.app.get("/api/v1/contacts?phone=%2B972501234567", &elsewhere).await.json();
        assert_eq!(theirs["data"].as_array().map(Vec::len), Some(1));
        for list in ["calls", "leads", "contacts", "conversations", "messages", "decisions", "episodes", "tasks", "tickets", "alarms", "talks", "appointments", "analyses", "audit", "inbox", "loss-account/calls"] {
            shop.list(&format!("{list}?limit=200")).await;
        }
        for call in shop.list("calls?limit=200").await {
            shop.get(&format!("calls/{}", id(&call))).await;
        }
        // The receipt, and no second erasure.
        let receipts = shop.list("erasures").await;
        assert_eq!((receipts.len(), &receipts[0]["reason"]), (1, &json!("asked by letter")));
        assert!(receipts[0]["counts"]["messages"].as_u64() > Some(3), "{receipts:?}");
        assert_eq!(erase(&shop, &person).await.status, StatusCode::CONFLICT);
        assert_eq!(shop.get(&format!("contacts/{person}")).await["erased"], true);
        assert!(shop.list("audit?limit=200").await.iter().any(|it| it["action"] == "contact.erase"));
        // They had left: a new call makes a new person, who is not written to.
        let sent = shop.on_whatsapp(CALLER).len() + shop.by_sms(CALLER).len();
        shop.missed(CALLER).await;
        shop.grace().await;
        let again = shop.contact(CALLER).await;
        assert!(again["id"] != person.as_str() && !again["opted_out_at"].is_null(), "{again}");
        assert_eq!(shop.on_whatsapp(CALLER).len() + shop.by_sms(CALLER).len(), sent);
    }

    async fn a_person_gets_everything_that_is_held_about_them_in_one_document(db: TestDb) {
        let shop = known_everywhere(db).await;
        shop.says(NEIGHBOUR, "my name is Robin Hale, I look for a two bedroom flat to rent").await;
        let person = id(&shop.contact(CALLER).await);
        let whole = shop.get(&format!("contacts/{person}/export")).await;
        let text = whole.to_string().to_lowercase();
        for sign in ["501234567", "521111222", "sam zorbax", "zorbax@zorbax.example", "marbleworks", "plumsock", "wobblegong", "gribblenook", "snorkelby", "hear.example"] {
            assert!(text.contains(sign), "{sign}: {whole:#}");
        }
        assert!(!text.contains("robin hale") && !text.contains("501234569"), "{whole:#}");
        let held = whole["held"].as_object().unwrap();
        for table in ["contacts", "identities", "consents", "calls", "call_events", "analyses", "leads", "facts", "messages", "talks", "talk_turns", "appointments", "tickets", "decisions", "tasks", "tenancies"] {
            assert!(held.contains_key(table), "{table}: {:?}", held.keys());
        }
        let read = held["facts"].as_array().unwrap().iter().find(|fact| !fact["brain"].is_null()).expect("a fact that a brain read");
        assert!(read["source"].is_string() && read["prompt"].is_string() && read["at"].as_str().unwrap().ends_with('Z'), "{read}");
        assert!(held["decisions"].as_array().unwrap().iter().all(|it| it["explanation"].is_string() && it["rule"].is_string()));
        assert!(shop.list("audit?limit=200").await.iter().any(|it| it["action"] == "contact.export"));
        let other = shop.app.shop("Painters").await;
        let foreign = shop.app.get(&format!("/api/v1/contacts/{person}/export"), &other).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", foreign.text);
        shop.calls_off_all().await;
        shop.pass(SignedDuration::from_mins(1)).await;
        assert_eq!(erase(&shop, &person).await.status, StatusCode::OK);
        let gone = shop.app.get(&format!("/api/v1/contacts/{person}/export"), &shop.key).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.text);
    }

    async fn who_had_not_left_is_somebody_new_after_an_erasure(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed(CALLER).await;
        let person = id(&shop.contact(CALLER).await);
        let receipt = erase(&shop, &person).await;
        assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.text);
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 0, "what was planned is off");
        assert!(shop.decided("skip", "P10", "erased").await);
        // Late news of the old call bring nobody back.
        let call = Rings::missed("0501234567", DID).id("call-1").at(shop.app.db.clock.now() - SignedDuration::from_mins(4));
        shop.report(&call).await;
        assert!(shop.list("contacts").await.is_empty(), "still nobody");
        let nobody = shop.app.db.store.ids().new_id();
        assert_eq!(traces(&shop, nobody).await, [], "nor do they stay where they came in");
        shop.missed(CALLER).await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), 1, "somebody new");
    }

    async fn a_landlord_and_a_contractor_go_from_the_repairs_of_others(db: TestDb) {
        let shop = agency(db).await;
        shop.post("tenancies", json!({"reference": "MV-1", "phone": NEIGHBOUR, "landlord_phone": CALLER})).await;
        shop.post("contractors", json!({"phone": OTHER_NUMBER, "name": "Joe Zorbax"})).await;
        let tenant = id(&shop.contact(NEIGHBOUR).await);
        let repair = json!({"category": "plumbing", "urgency": "normal", "report": "a leak", "contact_id": tenant});
        let ticket = shop.app.post("/api/v1/tickets", &shop.key, repair).await.id();
        shop.says(NEIGHBOUR, "I can smell gas in the flat").await;
        shop.run().await;
        let landlord = id(&shop.contact(CALLER).await);
        let theirs = async || {
            let ticket = shop.get(&format!("tickets/{ticket}")).await;
            let mut read = shop.app.db.store.read(shop.tenant().await).await.unwrap();
            let whose = read.tickets().get(ticket["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap();
            (whose.landlord_id.map(|id| id.to_string()), ticket["contractor"].is_string())
        };
        assert_eq!(theirs().await, (Some(landlord), true));
        let told = |all: Vec<(String, String)>, table: &str| all.iter().filter(|(at, text)| at == table && text.contains("Zorbax")).count();
        let nobody = shop.app.db.store.ids().new_id();
        assert!(told(traces(&shop, nobody).await, "alarms") > 0, "who could mend it stands with the alarm");
        for alarm in shop.list("alarms").await {
            shop.post(&format!("alarms/{}/taken", id(&alarm)), json!({})).await;
        }
        shop.pass(SignedDuration::from_mins(20)).await;
        for number in [CALLER, OTHER_NUMBER] {
            let person = id(&shop.contact(number).await);
            assert_eq!(erase(&shop, &person).await.status, StatusCode::OK);
        }
        assert_eq!((traces(&shop, nobody).await, theirs().await), (vec![], (None, false)));
        shop.change_ticket(&ticket, json!({"state": "in_progress"})).await;
        shop.pass(SignedDuration::from_mins(30)).await;
        let mut read = shop.app.db.store.read_system().await.unwrap();
        let sql = "SELECT COUNT(*) FROM jobs WHERE kind = 'tell_landlord' AND state IN ('available', 'scheduled', 'retryable')";
        assert_eq!(read.fetch_one::<(i64,)>(sql, vec![]).await.unwrap().0, 0, "nobody is left to tell");
        assert_eq!(shop.get(&format!("tickets/{ticket}")).await["report"], "a leak");
    }

    async fn what_the_business_was_told_stays_though_its_owner_tried_the_line(db: TestDb) {
        let shop = Shop::open(db).await;
        let owner = shop.get("tenant").await["owner"]["phone"].as_str().unwrap().to_owned();
        shop.missed(CALLER).await;
        shop.grace().await;
        shop.says(CALLER, "I'm Sam Zorbax and I need a plumber tomorrow morning").await;
        shop.pass(SignedDuration::from_mins(6)).await;
        let told = async || {
            let all = shop.list("messages?limit=200").await;
            all.iter().filter(|it| it["audience"] != "contact" && it.to_string().contains("Zorbax")).count()
        };
        let before = told().await;
        assert!(before > 0);
        let chat = shop.chat_of(&id(&shop.contact(CALLER).await)).await;
        shop.post(&format!("conversations/{chat}/takeover"), json!({})).await;
        shop.post(&format!("conversations/{chat}/messages"), json!({"text": format!("Ring me on {owner}, or owner-user-1")})).await;
        shop.pass(SignedDuration::from_mins(1)).await;
        shop.missed(&owner).await;
        let both = [Identity::Phone(Phone::from_e164(&owner).unwrap()), Identity::WhatsappUser("owner-user-1".to_owned())];
        let mut tx = shop.app.db.store.begin(shop.tenant().await).await.unwrap();
        tx.contacts().find_or_make(&both).await.unwrap();
        tx.commit().await.unwrap();
        let person = id(&shop.contact(&owner).await);
        assert_eq!(erase(&shop, &person).await.status, StatusCode::OK);
        assert_eq!(told().await, before);
        let said = shop.list("messages?limit=200").await;
        assert!(said.iter().any(|it| it["audience"] == "contact" && it.to_string().contains(&owner)), "and what customers were told");
    }

    async fn ids_that_a_switchboard_counts_give_nobody_away(db: TestDb) {
        let shop = Shop::open(db).await;
        let at = shop.app.db.clock.now();
        shop.report(&Rings::missed("0501234567", DID).id("1001").at(at)).await;
        shop.grace().await;
        shop.missed(NEIGHBOUR).await;
        shop.grace().await;
        shop.says(NEIGHBOUR, "my name is Robin Hale, flat 1001, I need a plumber").await;
        shop.pass(SignedDuration::from_mins(6)).await;
        assert_eq!(erase(&shop, &id(&shop.contact(CALLER).await)).await.status, StatusCode::OK);
        assert!(shop.list("messages?limit=200").await.iter().any(|it| it.to_string().contains("flat 1001")));
    }
}
