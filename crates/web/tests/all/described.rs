//! The API describes itself: every route is in the document, and every documented route is served.

use crate::support::App;
use http::{Method, StatusCode};
use ringleader_store::Engine;
use ringleader_store::testing::TestDb;

/// What DESIGN promises of this part of the API.
const PROMISED: &[&str] = &[
    "POST /tenants",
    "GET /tenants",
    "GET /tenant",
    "PATCH /tenant",
    "POST /connections",
    "GET /connections",
    "GET /connections/{id}",
    "PATCH /connections/{id}",
    "DELETE /connections/{id}",
    "POST /connections/{id}/test",
    "POST /connections/{id}/templates",
    "POST /lines",
    "GET /lines",
    "GET /lines/{id}",
    "PATCH /lines/{id}",
    "DELETE /lines/{id}",
    "GET /calls",
    "GET /calls/{id}",
    "GET /calls/{id}/recording",
    "POST /calls/{id}/analysis",
    "POST /calls/{id}/hang-up",
    "GET /analyses",
    "GET /analyses/{id}",
    "POST /analyses/{id}/rerun",
    "GET /contacts/{id}/analysis",
    "GET /contacts/{id}/analysis/history",
    "GET /leads",
    "GET /leads/{id}",
    "PATCH /leads/{id}",
    "PUT /leads/{id}/facts/{name}",
    "GET /leads/{id}/facts/history",
    "POST /leads/{id}/merge",
    "POST /leads/changes",
    "POST /leads/changes/{id}/undo",
    "GET /contacts",
    "GET /contacts/{id}",
    "PATCH /contacts/{id}",
    "GET /contacts/{id}/consents",
    "POST /contacts/{id}/erase",
    "GET /contacts/{id}/export",
    "POST /contacts/{id}/merge",
    "GET /contacts/{id}/merges",
    "POST /contacts/{id}/unmerge",
    "GET /conversations",
    "GET /conversations/{id}",
    "GET /conversations/{id}/messages",
    "POST /conversations/{id}/messages",
    "POST /conversations/{id}/takeover",
    "POST /conversations/{id}/handback",
    "GET /messages",
    "GET /messages/{id}",
    "GET /decisions",
    "GET /episodes",
    "GET /erasures",
    "GET /episodes/{id}",
    "POST /episodes/{id}/spoke",
    "GET /loss-account",
    "GET /loss-account/calls",
    "GET /talks",
    "GET /talks/{id}",
    "GET /tickets",
    "POST /tickets",
    "GET /tickets/{id}",
    "PATCH /tickets/{id}",
    "GET /alarms",
    "GET /alarms/{id}",
    "POST /alarms/{id}/taken",
    "GET /appointments",
    "POST /appointments",
    "GET /appointments/{id}",
    "PATCH /appointments/{id}",
    "GET /viewings",
    "GET /valuations",
    "GET /slots",
    "GET /agents",
    "PUT /agents/{id}/hours",
    "POST /agents/{id}/calendar",
    "DELETE /agents/{id}/calendar",
    "GET /tasks",
    "GET /tasks/{id}",
    "PATCH /tasks/{id}",
    "GET /hours",
    "POST /properties",
    "GET /properties",
    "GET /properties/{id}",
    "GET /properties/search",
    "POST /properties/import",
    "POST /tenancies",
    "GET /tenancies",
    "DELETE /tenancies/{id}",
    "POST /tenancies/import",
    "POST /contractors",
    "GET /contractors",
    "DELETE /contractors/{id}",
    "GET /inbox",
    "GET /inbox/{id}",
    "POST /inbox/{id}/replay",
    "POST /inbox/{id}/discard",
    "GET /audit",
    "GET /credits",
    "POST /credits/top-ups",
    "GET /credits/statement",
    "GET /credits/statement.csv",
    "GET /analytics/brain",
    "GET /analytics/judged",
    "GET /analytics/sample",
    "PUT /messages/{id}/label",
    "PUT /readings/{id}/label",
    "GET /analytics/days",
    "GET /analytics/hours",
    "GET /analytics/people",
    "GET /analytics/rows",
    "GET /analytics/summary",
    "GET /analytics/uses",
    "GET /analytics/voice-agents",
    "GET /analytics/voice-agents/scores",
    "GET /texts",
    "PUT /texts/{key}",
    "POST /texts/preview",
    "POST /api-keys",
    "GET /api-keys",
    "DELETE /api-keys/{id}",
    "GET /events",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_document_lists_every_promised_route_and_nothing_that_is_not_served() {
    let app = App::new(TestDb::new(Engine::Sqlite).await).await;
    let document = app.get("/api/v1/openapi.json", "").await.json();
    let mut listed: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.starts_with("/webhooks/") {
            let served = app.call(Method::POST, &path.replace("{key}", "x"), "", None).await;
            assert_eq!(served.json()["type"], "/problems/not-found", "{path} knows no key x");
            assert!(item["post"]["security"].is_null(), "{path} is signed, and takes no API key");
            continue;
        }
        let bare = path.strip_prefix("/api/v1").expect("all others under /api/v1");
        for (method, operation) in item.as_object().unwrap() {
            listed.push(format!("{} {bare}", method.to_uppercase()));
            assert!(
                operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path} has no summary"
            );
            let in_path =
                operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path").count();
            assert_eq!(in_path, path.matches('{').count(), "{method} {path}");
            let method: Method = method.to_uppercase().parse().unwrap();
            let served = app
                .call(method, &path.replace("{id}", "x").replace("{name}", "y").replace("{key}", "z"), "", None)
                .await;
            assert_eq!(served.status, StatusCode::UNAUTHORIZED, "{path} is not served, or open to all");
        }
    }
    listed.sort();
    let mut promised: Vec<String> = PROMISED.iter().map(|route| (*route).to_owned()).collect();
    promised.sort();
    assert_eq!(listed, promised);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_references_lead_somewhere_and_the_page_shows_them() {
    let app = App::new(TestDb::new(Engine::Sqlite).await).await;
    let answer = app.get("/api/v1/openapi.json", "").await;
    let document = answer.json();
    for reference in answer.text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is not described");
    }
    let page = app.get("/docs", "").await;
    assert!(page.text.contains("/api/v1/leads/{id}/facts/{name}") && !page.text.contains("<script"), "{}", page.text);
}

/// Slugs of problem types in the sources of a crate: what follows one of the ways to name one.
fn slugs(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            slugs(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let flat = source.split_whitespace().collect::<Vec<_>>().join(" ");
        for way in
            ["slug: \"", "refused( \"", "refused(\"", "Problem::new(", "Problem::new( ", "Self::new(", "Self::new( "]
        {
            for rest in flat.split(way).skip(1) {
                let named = match way.ends_with('"') {
                    true => rest,
                    false => {
                        rest.split_once(", \"").filter(|(status, _)| is_status(status)).map_or("", |(_, slug)| slug)
                    }
                };
                let slug = named.split('"').next().unwrap();
                if !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
                    found.insert(slug.to_owned());
                }
            }
        }
    }
}

fn is_status(argument: &str) -> bool {
    argument.trim_start_matches("http::").starts_with("StatusCode::") && !argument.contains(' ')
}

#[test]
fn every_problem_type_has_its_section_in_the_docs_and_every_section_its_type() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut used = std::collections::BTreeSet::new();
    slugs(&root.join("crates/web/src"), &mut used);
    slugs(&root.join("crates/jobs/src/actions"), &mut used);
    let docs = std::fs::read_to_string(root.join("docs/problems.md")).unwrap();
    let told: std::collections::BTreeSet<String> =
        docs.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect();
    assert_eq!(used, told);
}
