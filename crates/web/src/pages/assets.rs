//! Styles and scripts, served by this program alone.

use axum::response::{IntoResponse, Response};
use http::header;

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text).into_response()
}

/// The phone page's style.
pub(super) async fn phone_css() -> Response {
    file("text/css; charset=utf-8", include_str!("phone.css"))
}

/// The phone page's script.
pub(super) async fn phone_js() -> Response {
    file("text/javascript; charset=utf-8", include_str!("phone.js"))
}

/// The style of the API's page.
pub(super) async fn docs_css() -> Response {
    file("text/css; charset=utf-8", include_str!("docs.css"))
}
