//! Someone with a browser: keeps cookies, follows redirects, and sends forms with the key that the page gave.

use crate::support::{Answer, App};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request, StatusCode, header};
use ringleader_core::id::TenantId;
use ringleader_core::secret::Secret;
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, password};
use ringleader_store::repo::NewUser;
use std::net::SocketAddr;

pub const PASSWORD: &str = "a good long password";

/// Someone who looks at the pages.
pub struct Visitor<'a> {
    app: &'a App,
    pub cookie: Option<String>,
    pub language: &'static str,
    /// The address that they come from.
    pub from: [u8; 4],
}

impl App {
    /// The tenant of a key.
    pub async fn tenant_of(&self, key: &str) -> TenantId {
        self.get("/api/v1/tenant", key).await.id().parse().unwrap()
    }

    /// Lets someone in with the usual password.
    pub async fn user(&self, tenant: TenantId, email: &str, role: Role) -> ringleader_core::id::UserId {
        let hash = password::hash(Secret::new(PASSWORD.into())).await;
        let mut tx = self.db.store.begin(tenant).await.unwrap();
        let new = NewUser { name: "Dana", email, role, password_hash: hash };
        let id = access::make_user(&mut tx, &new, "test").await.unwrap().unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { app: self, cookie: None, language: "en", from: [192, 0, 2, 1] }
    }

    /// Someone who is signed in.
    pub async fn signed_in(&self, email: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let answer = visitor.sign_in(email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }
}

impl Visitor<'_> {
    async fn ask(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("accept-language", self.language)
            .header("accept", "text/html,*/*");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie.clone());
        }
        if body.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let mut request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((self.from, 4000))));
        let answer = self.app.send(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let pair = cookie.split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    /// A page that must be there.
    pub async fn page(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends a form as it is.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Sends a form of a signed-in page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let key = self.form_key();
        let mut all = vec![("form_key", key.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all).await
    }

    /// The same, where it must be done; where it leads.
    pub async fn done(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        answer.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    fn form_key(&self) -> String {
        let token = self.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).map_or("", |(_, token)| token);
        access::form_key(token)
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post_bare("/sign-in", &[("email", email), ("password", password), ("lang", self.language)]).await
    }
}
