//! What pages add to an answer: the session's cookie, and problems as a page a person can read.

use super::{COOKIE, Lang};
use crate::edge::TraceId;
use crate::pages::problem_page;
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, StatusCode, header};

/// The cookie of a session, for as long as a session lasts.
pub(crate) fn cookie(state: &AppState, token: &str) -> HeaderValue {
    let seconds = ringleader_jobs::access::SESSION.as_secs();
    written(state, &format!("{COOKIE}={token}; Max-Age={seconds}"))
}

/// The same, taken away.
pub(crate) fn gone(state: &AppState) -> HeaderValue {
    written(state, &format!("{COOKIE}=; Max-Age=0"))
}

fn written(state: &AppState, cookie: &str) -> HeaderValue {
    let secure = if state.settings.public_url.starts_with("https:") { "; Secure" } else { "" };
    let text = format!("{cookie}; Path=/; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("")) // tokens are plain letters
}

/// Problems of pages are pages; who has no session is led to sign in, and from there back.
pub(crate) async fn page_problems(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let accepted = Lang::accepted(headers);
    let (method, signed_in) = (request.method().clone(), super::token(headers).map(str::to_owned));
    let asked = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let trace = request.extensions().get::<TraceId>().map(|TraceId(id)| id.clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if problem.status() == StatusCode::UNAUTHORIZED {
        let to = if method == Method::GET { asked.as_str() } else { "/" };
        let mut answer = Redirect::to(&format!("/sign-in?next={}", escaped(to))).into_response();
        if signed_in.is_some() {
            answer.headers_mut().insert(header::SET_COOKIE, gone(&state));
        }
        return answer;
    }
    let chosen = match &signed_in {
        Some(token) => language_of(&state, token, accepted).await,
        None => accepted,
    };
    let lang = chosen.unwrap_or(Lang::He);
    let mut answer = problem_page(lang, &problem, trace.as_deref()).into_response();
    *answer.status_mut() = problem.status();
    answer
}

/// The language of whoever is signed in: as they chose, else as the browser asks, else the business's.
async fn language_of(state: &AppState, token: &str, accepted: Option<Lang>) -> Option<Lang> {
    let (_, user, tenant) = ringleader_jobs::access::who(&state.cx, token).await.ok()??;
    let chosen = user.language.as_deref().map(Lang::of);
    chosen.or(accepted).or_else(|| Some(Lang::of(tenant.language())))
}

/// A path as the value of a query.
pub(crate) fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
