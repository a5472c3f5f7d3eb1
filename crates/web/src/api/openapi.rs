//! The API's description: made from the handlers, finished here with what all of them share.

use crate::state::AppState;
use axum::routing::{MethodRouter, get};
use http::header;
use serde_json::json;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, PathItem, RefOr, Required, ResponseBuilder, Type,
};

const ABOUT: &str = "Ringleader turns every phone call into a lead. Keys are sent as `Authorization: Bearer <key>`: the \
    installation's admin token for `/tenants`, a tenant's API key for everything else. Times are RFC 3339, numbers E.164. \
    Lists are `{\"data\": [...], \"next\": cursor}`; pass `cursor` for the next page. A POST with an `Idempotency-Key` \
    happens once. Failures are problem documents (RFC 9457).";

/// Adds what all operations share: path parameters, the problem document, the key.
pub fn finish(document: &mut OpenApi) {
    document.info =
        InfoBuilder::new().title("Ringleader").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build();
    for (path, item) in &mut document.paths.paths {
        let names: Vec<String> = in_braces(path);
        for operation in operations(item) {
            let parameters = operation.parameters.get_or_insert_default();
            // Handlers with a `Path` have described theirs already, without words.
            parameters.retain(|parameter| !matches!(parameter, RefOr::T(p) if p.parameter_in == ParameterIn::Path));
            parameters.splice(0..0, names.iter().map(|name| RefOr::T(path_parameter(name))));
            let problem = ResponseBuilder::new()
                .description("What went wrong and what to do about it")
                .content("application/problem+json", ContentBuilder::new().schema(Some(problem_schema())).build())
                .build();
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem));
            operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("key", [])]);
        }
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().add_security_scheme("key", bearer);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}

fn in_braces(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect()
}

fn path_parameter(name: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(text))
        .build()
}

fn problem_schema() -> utoipa::openapi::Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let error = ObjectBuilder::new().property("field", text()).property("message", text());
    ObjectBuilder::new()
        .property("type", text())
        .property("title", text())
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("detail", text())
        .property("trace_id", text())
        .property("errors", utoipa::openapi::ArrayBuilder::new().items(error))
        .required("type")
        .required("title")
        .required("status")
        .build()
        .into()
}

/// Serves the document.
pub fn served(document: &OpenApi) -> MethodRouter<AppState> {
    let text = document.to_json().unwrap_or_else(|_| json!({}).to_string());
    get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text) })
}
