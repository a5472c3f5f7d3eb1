//! Styles and scripts, served by this program alone.

use axum::response::{IntoResponse, Response};
use http::header;

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// The style of the pages.
pub(super) async fn app_css() -> Response {
    file("text/css; charset=utf-8", include_str!("app.css"))
}

/// The script of the pages.
pub(super) async fn app_js() -> Response {
    file("text/javascript; charset=utf-8", include_str!("app.js"))
}

/// The phone page's style.
pub(super) async fn phone_css() -> Response {
    file("text/css; charset=utf-8", include_str!("phone/phone.css"))
}

/// The phone page's script.
pub(super) async fn phone_js() -> Response {
    file("text/javascript; charset=utf-8", include_str!("phone/phone.js"))
}

/// The style of the page behind a notice's link.
pub(super) async fn answer_css() -> Response {
    file("text/css; charset=utf-8", include_str!("answer.css"))
}

/// The style of the API's page.
pub(super) async fn docs_css() -> Response {
    file("text/css; charset=utf-8", include_str!("docs.css"))
}

/// The product's sign.
pub(super) async fn mark() -> Response {
    file("image/svg+xml", include_str!("mark.svg"))
}
