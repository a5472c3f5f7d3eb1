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
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    match problem_in(&mut response) {
        Some(problem) => asked.answered(&state, &problem).await,
        None => response,
    }
}

/// What went wrong; also where a query or a path could not be read, which is told in plain text and in English else.
fn problem_in(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let unread = plain && response.status() == StatusCode::BAD_REQUEST;
    unread.then(|| Problem::malformed("The address cannot be read."))
}

/// A failure where no route is: as a page for who reads pages, as a document for programs.
pub(crate) async fn nowhere(state: &AppState, request: Request, problem: Problem) -> Response {
    let accepts = request.headers().get_all(header::ACCEPT).iter().any(|kinds| {
        let kinds = kinds.to_str().unwrap_or_default();
        kinds.split(',').any(|kind| kind.trim().starts_with("text/html"))
    });
    let program = ["/api/", "/webhooks/"].iter().any(|root| request.uri().path().starts_with(root));
    let asked = Asked::of(&request);
    if accepts && !program { asked.answered(state, &problem).await } else { problem.into_response() }
}

/// What an answer to a failure needs to know of its request.
struct Asked {
    method: Method,
    path: String,
    token: Option<String>,
    accepted: Option<Lang>,
    trace: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            token: super::token(headers).map(str::to_owned),
            accepted: Lang::accepted(headers),
            trace: request.extensions().get::<TraceId>().map(|TraceId(id)| id.clone()),
        }
    }

    async fn answered(self, state: &AppState, problem: &Problem) -> Response {
        if problem.status() == StatusCode::UNAUTHORIZED {
            let to = if self.method == Method::GET { self.path.as_str() } else { "/" };
            let mut answer = Redirect::to(&format!("/sign-in?next={}", escaped(to))).into_response();
            if self.token.is_some() {
                answer.headers_mut().insert(header::SET_COOKIE, gone(state));
            }
            return answer;
        }
        let chosen = match &self.token {
            Some(token) => language_of(state, token, self.accepted).await,
            None => self.accepted,
        };
        let lang = chosen.unwrap_or(Lang::He);
        let mut answer = problem_page(lang, problem, self.trace.as_deref()).into_response();
        *answer.status_mut() = problem.status();
        answer
    }
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
