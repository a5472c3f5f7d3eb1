//! Failures as people and programs read them: one problem document each (RFC 9457, P8).
//!
//! Always true: `type` is a stable address in the docs, `detail` says in a shop owner's words what happened and what to do,
//! `errors` names every field at fault, and no value that came in is repeated (P10). Causes go to the log, once, here.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use ringleader_jobs::actions::ActionError;
use ringleader_providers::problem::FieldError;
use ringleader_store::StoreError;
use serde_json::json;

/// A failed request.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
}

/// A handler's result.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    /// Whether it is our fault rather than the asker's.
    pub fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }

    /// A problem of a documented type.
    pub fn new(status: StatusCode, slug: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, slug, title, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// 400: the request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// 400: fields are missing or wrong.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if !only.field.is_empty() => format!("`{}` {}.", only.field, only.message.trim_end_matches('.')),
            _ => "Some fields are missing or wrong; `errors` names each of them.".to_owned(),
        };
        let title = "Some fields are missing or wrong";
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "invalid", title, detail) }
    }

    /// 400 for one field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, message)])
    }

    /// 401: no valid credentials.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Not authenticated", detail)
    }

    /// 403: valid credentials that do not allow this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404. Says the same whether a thing never was or is another tenant's.
    pub fn not_found() -> Self {
        let detail = "There is nothing at this address, or it is not yours to see.";
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// 409: it contradicts what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "It contradicts what is there", detail)
    }

    /// 413: the body is larger than allowed.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("The body is larger than the {limit} bytes that are accepted here.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
    }

    /// 503: try again soon.
    pub fn overloaded() -> Self {
        let detail = "More comes in than can be stored right now. Nothing of this request was kept; send it again.";
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too busy right now", detail);
        Self { retry_after: Some(1), ..problem }
    }

    /// 500: our fault.
    pub fn internal() -> Self {
        let detail = "Something went wrong on our side. The trace id leads to the log line that says what.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong", detail)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The name of its kind: the end of its `type`.
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    /// What happened and what to do, in English.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Every field at fault.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The document, with the request's trace id where it is known.
    pub fn document(&self, trace_id: Option<&str>) -> serde_json::Value {
        let mut document = json!({
            "type": format!("/problems/{}", self.slug),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            document["errors"] = json!(self.errors);
        }
        if let Some(trace_id) = trace_id {
            document["trace_id"] = trace_id.into();
        }
        document
    }

    /// The response, with the request's trace id where it is known.
    pub fn respond(self, trace_id: Option<&str>) -> Response {
        let mut response = Response::new(Body::from(self.document(trace_id).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.respond(None)
    }
}

/// Missing rows are 404, uniqueness is 409, a busy database is 503; the rest is ours to mend.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.may_pass() {
            tracing::warn!(error = %error, "The database is busy or away");
            return Self::overloaded();
        }
        match error {
            StoreError::Conflict(_) => Self::conflict("There is one like this already."),
            error => {
                tracing::error!(error = %error, "A request failed in the store");
                Self::internal()
            }
        }
    }
}

/// Each refusal of an application function has its own status.
impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::NotFound(_) => Self::not_found(),
            ActionError::Conflict(detail) => Self::conflict(detail),
            ActionError::Invalid(errors) => Self::invalid(errors),
            ActionError::Refused { slug, detail } => Self::new(StatusCode::CONFLICT, slug, "Not possible now", detail),
            ActionError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_type_status_fields_and_trace() {
        let problem = Problem::field("config.app_secret", "must be a text");
        let document = problem.document(Some("4bf92f3577b34da6"));
        assert_eq!(
            document,
            json!({"type": "/problems/invalid", "title": "Some fields are missing or wrong", "status": 400,
                   "detail": "`config.app_secret` must be a text.", "trace_id": "4bf92f3577b34da6",
                   "errors": [{"field": "config.app_secret", "message": "must be a text"}]})
        );
    }
}
