//! The API's description as a page that needs no script.

use crate::state::AppState;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// `/docs`, rendered once.
pub fn router(document: &OpenApi) -> Router<AppState> {
    let page = render(&serde_json::to_value(document).unwrap_or_default()).into_string();
    Router::new()
        .route("/docs", get(move || async move { Html(page) }))
        .route("/assets/docs.css", get(super::assets::docs_css))
}

fn render(document: &Value) -> Markup {
    let mut operations: Vec<(&str, &str, &str, &Value)> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            operations.push((tag, method, path, operation));
        }
    }
    let mut tags: Vec<&str> = Vec::new();
    for (tag, ..) in &operations {
        if !tags.contains(tag) {
            tags.push(tag);
        }
    }
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Ringleader API" }
                link rel="stylesheet" href="/assets/docs.css";
            }
            body {
                header {
                    h1 { "Ringleader API" }
                    p { (document["info"]["description"].as_str().unwrap_or_default()) }
                    p { a href="/api/v1/openapi.json" { "OpenAPI document" } }
                    nav { @for tag in &tags { a href={ "#" (tag) } { (tag) } " " } }
                }
                main {
                    @for tag in &tags {
                        section id=(tag) {
                            h2 { (tag) }
                            @for (_, method, path, operation) in operations.iter().filter(|(of, ..)| of == tag) {
                                (one(document, method, path, operation))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn one(document: &Value, method: &str, path: &str, operation: &Value) -> Markup {
    let body = fields(document, &operation["requestBody"]["content"]["application/json"]["schema"]);
    let query = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
    let query: Vec<&str> = query.filter_map(|parameter| parameter["name"].as_str()).collect();
    html! {
        details {
            summary { b class=(method) { (method.to_uppercase()) } " " code { (path) } " " span { (operation["summary"].as_str().unwrap_or_default()) } }
            @if !query.is_empty() { p { "Query: " @for name in &query { code { (name) } " " } } }
            @if !body.is_empty() {
                table {
                    thead { tr { th { "Field" } th { "Type" } th { "Meaning" } } }
                    tbody { @for (name, kind, meaning) in &body { tr { td { code { (name) } } td { (kind) } td { (meaning) } } } }
                }
            }
        }
    }
}

/// The fields of a schema, by name, type and meaning.
fn fields(document: &Value, schema: &Value) -> Vec<(String, String, String)> {
    let named = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    let schema = named.map_or(schema, |name| &document["components"]["schemas"][name]);
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, field)| {
            let kind = match &field["type"] {
                Value::String(word) => word.clone(),
                Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
                _ => "object".to_owned(),
            };
            (name.clone(), kind, field["description"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}
