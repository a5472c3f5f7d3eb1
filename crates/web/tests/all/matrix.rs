//! Two tenants with the same caller, and every route and every kind of work tried across them: refused, and nothing of the other
//! tenant has changed. Routes come from the API's own description, kinds from the engine, so a new one must be covered here.

use crate::support::App;
use crate::town::Town;
use futures::StreamExt;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_jobs::engine::Config;
use ringleader_providers::bolna;
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::jobs::{NewJob, OnConflict, State};
use ringleader_store::testing::TestDb;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is sent to routes that take a body: right in form, about the other tenant's things where ids go.
fn body(route: &str, theirs: &Things) -> Value {
    let connection = theirs.one("connections");
    match route {
        "POST /tenants" => crate::support::tenant("Third"),
        "PATCH /tenant" => json!({"name": "Mine"}),
        "POST /api-keys" => json!({"name": "mine"}),
        "PUT /texts/{key}" => json!({"en": "Mine"}),
        "POST /texts/preview" => json!({"key": "first_message"}),
        "POST /connections" => json!({"kind": "voicenter", "name": "mine", "config": {}}),
        "PATCH /connections/{id}" => json!({"name": "mine"}),
        "POST /credits/top-ups" => json!({"credits": 5}),
        "POST /lines" => json!({"number": "077-999-0000", "uses": ["missed_call"], "connection_id": connection}),
        "PATCH /lines/{id}" => json!({"uses": ["messaging"]}),
        "POST /properties" => property("MINE"),
        "POST /properties/import" => json!({"csv": "reference\nMINE-2", "dry_run": true}),
        "POST /tenancies" => json!({"reference": "EA-1", "phone": "+972501234567"}),
        "POST /tenancies/import" => json!({"csv": "reference,phone\nEA-1,+972501234567", "dry_run": true}),
        "POST /contractors" => json!({"phone": "+972501234568"}),
        "PATCH /leads/{id}" => json!({"status": "lost"}),
        "PUT /messages/{id}/label" | "PUT /readings/{id}/label" => json!({"verdict": "right"}),
        "PUT /leads/{id}/facts/{name}" => json!({"value": "mine"}),
        "PATCH /contacts/{id}" => json!({"kind": "blocked"}),
        "POST /contacts/{id}/merge" => json!({"contact_id": theirs.one("contacts")}),
        "POST /contacts/{id}/unmerge" => json!({}),
        "POST /contacts/{id}/erase" => json!({"confirm": "erase"}),
        "POST /leads/{id}/merge" => json!({"lead_id": theirs.one("leads")}),
        "POST /leads/changes" => json!({"leads": [theirs.one("leads")], "change": {"status": "lost"}}),
        "POST /leads/changes/{id}/undo" => json!({}),
        "POST /analyses/{id}/rerun" | "POST /calls/{id}/analysis" => json!({}),
        "PATCH /tasks/{id}" => json!({"state": "done"}),
        "PATCH /tickets/{id}" => json!({"state": "done", "note": "mine"}),
        "POST /tickets" => {
            json!({"category": "plumbing", "urgency": "normal", "report": "mine", "contact_id": theirs.one("contacts")})
        }
        "POST /alarms/{id}/taken" | "POST /calls/{id}/hang-up" => json!({}),
        "POST /appointments" => {
            json!({"purpose": "visit", "contact_id": theirs.one("contacts"), "starts_at": "2026-11-24T10:00:00Z"})
        }
        "PATCH /appointments/{id}" => json!({"state": "done"}),
        "POST /agents/{id}/calendar" => json!({}),
        "PUT /agents/{id}/hours" => json!({"hours": []}),
        "POST /conversations/{id}/messages" => json!({"text": "mine"}),
        "POST /connections/{id}/test" | "POST /connections/{id}/templates" | "POST /episodes/{id}/spoke" => json!({}),
        "POST /conversations/{id}/takeover"
        | "POST /conversations/{id}/handback"
        | "POST /inbox/{id}/replay"
        | "POST /inbox/{id}/discard" => {
            json!({})
        }
        _ => panic!("{route} is new and takes a body: say here which, so that it is tried across tenants"),
    }
}

fn property(reference: &str) -> Value {
    json!({"reference": reference, "deal": "rent", "kind": "flat", "bedrooms": 2, "street": "1 Mine Street",
        "postcode": "W9 1AA", "price": 2000})
}

/// A payload that every kind of work can read, about the other tenant's things.
fn payload(theirs: &Things) -> Value {
    let id = |list: &str| theirs.one(list);
    json!({
        "connection_id": id("connections"), "connection": id("connections"), "conversation": id("conversations"), "message": id("messages"),
        "messages": theirs.all("messages"), "episode": id("episodes"), "lead": id("leads"), "contact": id("contacts"),
        "call": id("calls"), "event": id("inbox"), "alarm": id("alarms"), "appointment": id("appointments"), "start": "2026-11-25T10:00:00Z", "property": id("properties"), "ticket": id("tickets"), "sequence": 0, "task": id("tasks"), "line": id("lines"), "lane": null, "nth": 1, "state": "awaiting_need",
        "user": "usr_01970000000070008000000000000000", "since": "2026-11-23T10:00:00Z", "asked_at": "2026-11-23T10:00:00Z", "person": null, "day": "2026-11-23",
        "period": "2026-11-23T10:00:00Z", "provider_call_id": theirs.0["calls"][0]["provider_call_id"],
        "kind": 0, "after": "", "corrected": 0,
    })
}

/// Everything that a tenant sees of itself, by list.
struct Things(BTreeMap<String, Vec<Value>>);

impl Things {
    async fn of(town: &Town, shop: usize, lists: &[String]) -> Self {
        let mut things = BTreeMap::new();
        for list in lists {
            let mut rows = town.all(shop, list).await;
            rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| drop(row.remove("last_used_at")));
            things.insert(list.clone(), rows);
        }
        for thing in
            ["tenant", "credits", "analytics/voice-agents", "analytics/summary", "analytics/people", "analytics/brain"]
        {
            things.insert(thing.to_owned(), vec![town.get(shop, thing).await]);
        }
        Self(things)
    }

    fn all(&self, list: &str) -> Vec<String> {
        let rows = self.0.get(list).unwrap_or_else(|| panic!("there is no list of {list} to take an id from"));
        rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
    }

    fn one(&self, list: &str) -> String {
        self.all(list).pop().unwrap_or_else(|| panic!("the other tenant has no {list}"))
    }

    /// Every id that names something of this tenant.
    fn ids(&self) -> Vec<String> {
        self.0.keys().flat_map(|list| self.all(list)).collect()
    }
}

struct Route {
    /// `GET /leads/{id}`.
    name: String,
    method: Method,
    path: String,
    operation: Map<String, Value>,
}

async fn routes(app: &App) -> Vec<Route> {
    let document = app.get("/api/v1/openapi.json", "").await.json();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue }; // webhooks: the address is the tenant's secret
        for (method, operation) in item.as_object().unwrap() {
            let (method, path) = (method.to_uppercase(), path.to_owned());
            let operation = operation.as_object().unwrap().clone();
            all.push(Route { name: format!("{method} {path}"), method: method.parse().unwrap(), path, operation });
        }
    }
    all
}

/// Figures with pages; what they list is listed elsewhere too.
fn figures(path: &str) -> bool {
    path == "/credits" || path.starts_with("/analytics/")
}

/// Lists: what can be read without an id and comes in pages.
fn lists(routes: &[Route]) -> Vec<String> {
    let paged = |route: &&Route| {
        let parameters = route.operation.get("parameters").and_then(Value::as_array);
        let cursor = parameters.into_iter().flatten().any(|parameter| parameter["name"] == "cursor");
        route.method == Method::GET && !route.path.contains('{') && cursor && !figures(&route.path)
    };
    let mut lists: Vec<String> = routes.iter().filter(paged).map(|route| route.path[1..].to_owned()).collect();
    lists.extend(["connections", "api-keys", "lines"].map(str::to_owned));
    lists.sort();
    lists.dedup();
    lists
}

/// Two shops that the same customer called and wrote to; each has some of everything.
async fn two_shops(db: TestDb) -> Town {
    let town = Town::build(db, 2).await;
    for shop in [0, 1] {
        for (caller, id) in [("0501234567", "a"), ("02-123-4567", "b")] {
            let at = town.app.db.clock.now() - SignedDuration::from_secs(40);
            town.report(shop, &Scenario::missed(caller, &town.shops[shop].did).id(id).at(at)).await;
        }
    }
    town.run().await;
    town.pass(SignedDuration::from_mins(3)).await;
    for shop in [0, 1] {
        let settings = json!({"agents": [{"agent_id": "agent-1", "name": "Dana"}]});
        let path = town.app.connection(&town.shops[shop].key, "bolna", settings, "executions").await;
        let talk = bolna::fake::Scenario::answered(60.0).customer("+972501234567").at(town.app.db.clock.now());
        for body in talk.bodies() {
            let told = Request::post(&path).body(axum::body::Body::from(body.to_string())).unwrap();
            assert_eq!(town.app.send(told).await.status, StatusCode::OK);
        }
    }
    town.run().await;
    for shop in [0, 1] {
        let kept = town.app.post("/api/v1/properties", &town.shops[shop].key, property("EA-1")).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
        for (route, people) in [
            ("tenancies", json!({"reference": "EA-1", "phone": "+972501234567", "landlord_phone": "+972501234569"})),
            ("contractors", json!({"reference": "EA-1", "phone": "+972501234568"})),
        ] {
            let kept = town.app.post(&format!("/api/v1/{route}"), &town.shops[shop].key, people).await;
            assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
        }
        town.writes(shop, "+972501234567", "קוראים לי דני").await;
    }
    town.pass(SignedDuration::from_mins(1)).await;
    // The receptionist of each has a talk, an emergency and a repair.
    for shop in [0, 1] {
        let key = &town.shops[shop].key;
        let on = json!({"settings": {"reception": {"messages": true, "trade": "estate"}}});
        assert_eq!(town.app.patch("/api/v1/tenant", key, on).await.status, StatusCode::OK);
        town.writes(shop, "+972521234567", "I can smell gas in the kitchen").await;
        let repair = json!({"category": "plumbing", "urgency": "normal", "report": "the tap drips"});
        assert_eq!(town.app.post("/api/v1/tickets", key, repair).await.status, StatusCode::CREATED);
        let whom = town.all(shop, "contacts").await[0]["id"].clone();
        let visit = json!({"purpose": "visit", "contact_id": whom, "starts_at": "2026-11-25T10:00:00Z"});
        let made = town.app.post("/api/v1/appointments", key, visit).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    town.run().await;
    town.pass(SignedDuration::from_mins(1)).await;
    town
}

/// One request of the first shop about the second one's things.
async fn trespass(town: &Town, route: &Route, theirs: &Things) {
    let (key, thing) = (&town.shops[0].key, route.path[1..].split('/').next().unwrap());
    let mut path = format!("/api/v1{}", route.path.replace("{name}", "name").replace("{key}", "first_message"));
    let thing = if route.path.starts_with("/leads/changes") { "audit" } else { thing };
    if path.contains("{id}") {
        // People of a tenant are no list of the API, nor are readings.
        let id = match thing {
            "agents" => "usr_01970000000070008000000000000000".to_owned(),
            "readings" => theirs.one("messages").replacen("msg", "rdg", 1), // that of a message has its UUID
            thing => theirs.one(thing),
        };
        path = path.replace("{id}", &id);
    }
    assert!(!path.contains('{'), "{}: say here what stands in its path", route.name);
    let takes_body = route.method != Method::GET && route.method != Method::DELETE;
    let answer = town.app.call(route.method.clone(), &path, key, takes_body.then(|| body(&route.name, theirs))).await;
    if route.path.contains("{id}") {
        let refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
        assert!(refused, "{} let the other tenant in: {} {}", route.name, answer.status, answer.text);
    }
    let shown: Vec<_> = theirs.ids().into_iter().filter(|id| answer.text.contains(id.as_str())).collect();
    assert!(shown.is_empty(), "{} shows {shown:?} of the other tenant", route.name);
}

/// Filters of a list that take ids find nothing of the other tenant.
async fn look_for(town: &Town, route: &Route, theirs: &Things) {
    let parameters = route.operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    for name in parameters.iter().filter_map(|parameter| parameter["name"].as_str()) {
        let Some(thing) = name.strip_suffix("_id") else { continue };
        let things = if thing == "property" { "properties".to_owned() } else { format!("{thing}s") };
        let path = format!("/api/v1{}?{name}={}", route.path, theirs.one(&things));
        let answer = town.app.get(&path, &town.shops[0].key).await;
        let refused = matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND);
        let nothing = refused || answer.json()["data"] == json!([]);
        assert!(nothing, "{} by {name}: {}", route.name, answer.text);
    }
}

both_engines! {
    async fn every_route_refuses_the_other_tenant(db: TestDb) {
        let town = two_shops(db.narrow().await).await;
        let routes = routes(&town.app).await;
        let lists = lists(&routes);
        let before = Things::of(&town, 1, &lists).await;
        for route in routes.iter().filter(|route| route.path != "/events") {
            trespass(&town, route, &before).await;
            if route.method == Method::GET && !route.path.contains('{') {
                look_for(&town, route, &before).await;
            }
        }
        town.run().await;
        let after = Things::of(&town, 1, &lists).await;
        for (list, rows) in &before.0 {
            assert_eq!(rows, &after.0[list], "{list} of the other tenant");
        }
    }

    async fn every_kind_of_work_leaves_the_other_tenant_alone(db: TestDb) {
        let town = two_shops(db.narrow().await).await;
        let lists = lists(&routes(&town.app).await);
        let before = Things::of(&town, 1, &lists).await;
        let first: TenantId = town.get(0, "tenant").await["id"].as_str().unwrap().parse().unwrap();
        let engine = ringleader_jobs::all::engine(&town.app.cx, Config::default());
        for kind in engine.kinds() {
            let mut tx = town.app.db.store.begin(first).await.unwrap();
            let job = NewJob { key: Some("trespass".to_owned()), ..NewJob::new(kind, payload(&before)) };
            tx.jobs().enqueue(job, OnConflict::Keep).await.unwrap();
            tx.commit().await.unwrap();
            engine.run_due().await.unwrap();
            let filter = ringleader_store::jobs::Filter { kind: Some(kind.to_owned()), limit: 200, ..Default::default() };
            let jobs = town.app.db.store.read(first).await.unwrap().jobs().list(&filter).await.unwrap();
            let mine = jobs.iter().find(|job| job.key.as_deref() == Some("trespass")).expect("the job");
            assert_ne!(mine.state, State::Discarded, "{kind} did not run: {:?}. Add its fields to `payload`", mine.last_error);
            let after = Things::of(&town, 1, &lists).await;
            for (list, rows) in &before.0 {
                assert_eq!(rows, &after.0[list], "{kind} changed {list} of the other tenant");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_of_events_tells_of_the_own_tenant_only() {
    let town = two_shops(TestDb::new(ringleader_store::Engine::Sqlite).await).await;
    let request = Request::get("/api/v1/events").header("authorization", format!("Bearer {}", town.shops[0].key));
    let mut stream =
        town.app.open(request.body(axum::body::Body::empty()).unwrap()).await.into_body().into_data_stream();
    let mut ids = Vec::new();
    for shop in [1, 0] {
        let task = town.all(shop, "tasks").await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/tasks/{task}");
        assert_eq!(town.app.patch(&path, &town.shops[shop].key, json!({"state": "done"})).await.status, StatusCode::OK);
        ids.push(task);
    }
    stream.next().await.unwrap().unwrap(); // that something may have happened before
    let first = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains(&ids[1]) && !first.contains(&ids[0]), "{first}");
}
