//! Who looks at the pages: a person with a session in a cookie (D1).
//!
//! Always true: the cookie is out of reach of scripts and of other sites; a handler names what it needs ([`Viewer`],
//! [`Agent`], [`Owner`], [`Operator`]) and gets user and tenant from the session, never from the request; every form carries
//! the session's form key ([`Form`]), so that no other site can send one.

pub(crate) mod form;
mod lang;
mod shown;

pub use form::{Fields, Form};
pub use lang::Lang;
pub(crate) use shown::{cookie, escaped, gone, nowhere, page_problems};

use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ringleader_core::tenant::Tenant;
use ringleader_core::user::Role;
use ringleader_jobs::access;
use ringleader_store::repo::{Session, User};

/// The name of the session's cookie.
pub(crate) const COOKIE: &str = "ringleader_session";

/// Who looks, and at which business.
#[derive(Debug, Clone)]
pub struct Me {
    /// The user.
    pub user: User,
    /// Their business.
    pub tenant: Tenant,
    /// The language of their pages.
    pub lang: Lang,
    /// Now, by the installation's clock.
    pub now: Timestamp,
    /// The path that was asked for, with its query.
    pub path: String,
    /// What every form carries.
    pub form_key: String,
    /// Their session.
    pub session: Session,
    /// The demo's phone page is there.
    pub sandbox: bool,
}

impl Me {
    /// How the audit trail names them.
    pub fn actor(&self) -> String {
        self.user.id.to_string()
    }

    /// The zone in which the business counts its hours.
    pub fn zone(&self) -> TimeZone {
        self.tenant.time_zone.clone()
    }

    /// Whether they may do this.
    pub fn may(&self, role: Role) -> bool {
        self.user.role >= role
    }

    /// Finds out from the cookie. 401 without a session that works; the pages turn that into the way to sign in.
    async fn of(parts: &Parts, state: &AppState) -> Result<Self> {
        let token = token(&parts.headers).ok_or_else(no_session)?;
        let found = access::who(&state.cx, token).await?;
        let (session, user, tenant) = found.filter(|(session, ..)| !session.second_step).ok_or_else(no_session)?;
        let asked = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            lang: user.language.as_deref().map_or_else(|| Lang::asked(&parts.headers, &tenant), Lang::of),
            now: state.store.clock().now(),
            path: asked.to_owned(),
            form_key: access::form_key(token),
            sandbox: state.sandbox.is_some(),
            user,
            tenant,
            session,
        })
    }

    fn with(self, role: Role) -> Result<Self> {
        let detail = format!("This needs the role `{role}`; yours is `{}`.", self.user.role);
        if self.may(role) { Ok(self) } else { Err(Problem::forbidden(detail)) }
    }
}

fn no_session() -> Problem {
    Problem::unauthenticated("Sign in first.")
}

/// The session's token in the cookies of a request.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let found = all.flat_map(|cookies| cookies.split(';')).find_map(|pair| pair.trim().strip_prefix(COOKIE));
    found.and_then(|rest| rest.strip_prefix('=')).filter(|token| !token.is_empty())
}

macro_rules! guards {
    ($($(#[$meta:meta])* $name:ident = $role:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Me);

        impl FromRequestParts<AppState> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
                Me::of(parts, state).await?.with(Role::$role).map(Self)
            }
        }

        impl From<$name> for Me {
            fn from($name(me): $name) -> Self {
                me
            }
        }
    )+};
}

guards! {
    /// May look.
    Viewer = Viewer,
    /// May work with leads, conversations and tasks.
    Agent = Agent,
    /// May change settings, connections, people and keys.
    Owner = Owner,
    /// Runs the installation.
    Operator = Admin,
}
