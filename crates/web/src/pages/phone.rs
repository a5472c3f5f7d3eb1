//! The phone page.
use crate::state::AppState;
use axum::Router;
/// Routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/assets/phone.css", axum::routing::get(super::assets::phone_css))
        .route("/assets/phone.js", axum::routing::get(super::assets::phone_js))
}
