//! What does not let in whom it should not: older passwords, older links, roles that were taken away (D1).

use super::visitor::PASSWORD;
use crate::support::App;
use futures::StreamExt as _;
use http::StatusCode;
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::secret::Secret;
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, Change, Entry, Network};
use ringleader_store::both_engines;
use ringleader_store::repo::User;
use ringleader_store::testing::TestDb;

const DANA: &str = "dana@doors.example";
const ELI: &str = "eli@doors.example";

/// A business of Dana, an owner, and Eli, who has this role.
async fn two(db: TestDb, role: Role) -> (App, TenantId, UserId, UserId) {
    let app = App::new(db).await;
    let key = app.shop("Plumbers").await;
    let tenant = app.tenant_of(&key).await;
    let dana = app.user(tenant, DANA, Role::Owner).await;
    let eli = app.user(tenant, ELI, role).await;
    (app, tenant, dana, eli)
}

async fn user(app: &App, tenant: TenantId, id: UserId) -> User {
    app.db.store.read(tenant).await.unwrap().users().get(id).await.unwrap().unwrap()
}

both_engines! {
    async fn a_new_password_brings_no_role_back_that_was_taken_away_meanwhile(db: TestDb) {
        let (app, tenant, _, eli) = two(db, Role::Owner).await;
        let seen = user(&app, tenant, eli).await;
        let entry = access::sign_in(&app.cx, ELI, Secret::new(PASSWORD.into()), &Network::default()).await.unwrap();
        let Entry::Opened(opened) = entry else { panic!("one business") };
        let (session, ..) = access::who(&app.cx, &opened.token).await.unwrap().unwrap();
        let change = Change { role: Some(Role::Viewer), ..Change::default() };
        access::change_user(&app.cx, tenant, eli, change, "test").await.unwrap();
        let new = || Secret::new("another long password".to_owned());
        access::change_password(&app.cx, &seen, new(), &session).await.unwrap();
        assert_eq!(user(&app, tenant, eli).await.role, Role::Viewer);
        access::change_password(&app.cx, &seen, new(), &session).await.expect_err("the old password is not the present one");
        assert_eq!(app.visitor().sign_in(ELI, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn two_owners_who_demote_each_other_leave_one(db: TestDb) {
        let (app, tenant, dana, eli) = two(db, Role::Owner).await;
        for _ in 0..8 {
            let demote = |id| {
                let (cx, change) = (app.cx.clone(), Change { role: Some(Role::Agent), ..Change::default() });
                tokio::spawn(async move { access::change_user(&cx, tenant, id, change, "test").await.is_ok() })
            };
            let (one, other) = (demote(dana), demote(eli));
            assert!(one.await.unwrap() != other.await.unwrap(), "one of the two");
            for id in [dana, eli] {
                let change = Change { role: Some(Role::Owner), ..Change::default() };
                access::change_user(&app.cx, tenant, id, change, "test").await.unwrap();
            }
        }
    }

    async fn ones_own_second_step_is_not_taken_away_without_the_password(db: TestDb) {
        let (app, tenant, dana, eli) = two(db, Role::Agent).await;
        let mut visitor = app.signed_in(DANA).await;
        for id in [dana, eli] {
            let mut tx = app.db.store.begin(tenant).await.unwrap();
            let now = tx.now();
            tx.users().set_totp(id, Some("sealed"), Some(now)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let own = visitor.post(&format!("/settings/people/{dana}/second-step/off"), &[]).await;
        assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.text);
        assert!(user(&app, tenant, dana).await.totp_since.is_some());
        visitor.done(&format!("/settings/people/{eli}/second-step/off"), &[]).await;
        assert!(user(&app, tenant, eli).await.totp_since.is_none());
    }

    async fn only_failures_count_and_who_guesses_elsewhere_locks_nobody_out(db: TestDb) {
        let (app, tenant, dana, _) = two(db, Role::Agent).await;
        let mut guesser = app.visitor();
        guesser.from = [198, 51, 100, 9];
        assert_eq!(guesser.sign_in(DANA, PASSWORD).await.status, StatusCode::SEE_OTHER, "what is right does not count");
        for _ in 0..5 {
            assert_eq!(guesser.sign_in(DANA, "a guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
            let wrong = guesser.post("/account/password", &[("old", "a guess"), ("password", "another long password")]).await;
            assert!(wrong.text.contains("is not right"), "guesses from an open session count too: {}", wrong.text);
        }
        let wrong = guesser.post("/account/password", &[("old", PASSWORD), ("password", "another long password")]).await;
        assert!(wrong.text.contains("too often"), "{}", wrong.text);
        let known = guesser.sign_in(DANA, PASSWORD).await;
        for _ in 0..10 {
            guesser.sign_in("nobody@doors.example", "a guess").await;
        }
        let unknown = guesser.sign_in("nobody@doors.example", "a guess").await;
        assert_eq!((known.status, unknown.status), (StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(app.visitor().sign_in(DANA, PASSWORD).await.status, StatusCode::SEE_OTHER, "from elsewhere");
        let link = access::link_for(&app.cx, tenant, dana, "test").await.unwrap();
        let path = link.url.reveal().strip_prefix("https://ring.example").unwrap().to_owned();
        let chosen = guesser.post_bare(&path, &[("password", "another long password")]).await;
        assert_eq!(chosen.headers[http::header::LOCATION], "/today", "who has the link is no guesser");
    }

    async fn a_stream_ends_with_the_session_or_the_key_that_opened_it(db: TestDb) {
        let (app, tenant, dana, eli) = two(db, Role::Agent).await;
        let open = async |path: &str, name: &str, value: String| {
            let request = http::Request::get(path).header(name, value).body(axum::body::Body::empty()).unwrap();
            let answer = app.open(request).await;
            assert_eq!(answer.status(), StatusCode::OK);
            answer.into_body().into_data_stream()
        };
        let rename = async || {
            let change = Change { name: Some("D.".into()), ..Change::default() };
            access::change_user(&app.cx, tenant, dana, change, "test").await.unwrap();
        };
        let (mut one, other) = (app.signed_in(DANA).await, app.signed_in(ELI).await);
        let mut streams = vec![open("/live", "cookie", one.cookie.clone().unwrap()).await];
        streams.push(open("/live", "cookie", other.cookie.clone().unwrap()).await);
        rename().await;
        for stream in &mut streams {
            assert!(stream.next().await.is_some(), "whoever is signed in hears of it");
        }
        let shut_out = Change { disabled: Some(true), ..Change::default() };
        access::change_user(&app.cx, tenant, eli, shut_out, "test").await.unwrap();
        assert!(streams[1].next().await.is_none(), "shut out");
        assert!(streams[0].next().await.is_some());
        one.done("/sign-out", &[]).await;
        rename().await;
        assert!(streams[0].next().await.is_none(), "signed out");

        let mut later = app.signed_in(DANA).await;
        let mut stream = open("/live", "cookie", later.cookie.clone().unwrap()).await;
        app.db.clock.advance(access::SESSION - jiff::SignedDuration::from_hours(1));
        assert_eq!(later.get("/today").await.status, StatusCode::SEE_OTHER, "unused for too long");
        app.db.clock.advance(jiff::SignedDuration::from_hours(2));
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        let phone = ringleader_core::phone::Phone::from_e164("+447700900555").unwrap();
        tx.contacts().find_or_make(&[ringleader_store::repo::Identity::Phone(phone)]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(stream.next().await.is_none(), "its time was over");

        let mut tx = app.db.store.begin(tenant).await.unwrap();
        let scopes = ["read".to_owned()];
        let id = tx.people().add_key("hears", &scopes, &ringleader_jobs::tokens::digest("the key")).await.unwrap();
        tx.commit().await.unwrap();
        let mut stream = open("/api/v1/events", "authorization", "Bearer the key".into()).await;
        stream.next().await.unwrap().unwrap(); // `behind`
        rename().await;
        assert!(stream.next().await.is_some());
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        assert!(tx.people().revoke_key(id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(stream.next().await.is_none(), "taken back");
    }

    async fn one_password_in_two_businesses_asks_which_and_opens_each(db: TestDb) {
        let (app, first, ..) = two(db, Role::Agent).await;
        let second = app.tenant_of(&app.shop("Florists").await).await;
        let of_second = app.user(second, DANA, Role::Owner).await;
        let asked = app.visitor().sign_in(DANA, PASSWORD).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.headers.get(http::header::SET_COOKIE).is_none(), "nothing is open yet");
        let ticket = asked.text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let users = asked.text.split("name=\"user\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let users: Vec<String> = users.map(str::to_owned).collect();
        assert_eq!(users.len(), 2);
        for user in &users {
            let mut dana = app.visitor();
            let opened = dana.post_bare("/sign-in/business", &[("ticket", &ticket), ("user", user), ("next", "/leads")]).await;
            assert_eq!(opened.headers[http::header::LOCATION], "/leads");
            let name = if *user == of_second.to_string() { "Florists" } else { "Plumbers" };
            assert!(dana.page("/today").await.contains(name), "{name}");
        }
        let foreign = app.user(first, "noa@doors.example", Role::Owner).await.to_string();
        for (ticket, user) in [(ticket.as_str(), foreign.as_str()), ("v1.x.y", users[0].as_str())] {
            let refused = app.visitor().post_bare("/sign-in/business", &[("ticket", ticket), ("user", user)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{user}");
        }
        let link = access::link_for(&app.cx, second, of_second, "test").await.unwrap();
        access::take_link(&app.cx, link.url.reveal().rsplit('/').next().unwrap(), Secret::new("another long password".into())).await.unwrap();
        let own = of_second.to_string();
        let void = app.visitor().post_bare("/sign-in/business", &[("ticket", &ticket), ("user", &own)]).await;
        assert_eq!(void.status, StatusCode::UNPROCESSABLE_ENTITY, "the password is another one now");
        app.db.clock.advance(jiff::SignedDuration::from_mins(11));
        let late = app.visitor().post_bare("/sign-in/business", &[("ticket", &ticket), ("user", &users[0])]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "too late");
    }

    async fn a_link_opens_the_business_that_it_was_given_for_and_asks_for_the_second_step(db: TestDb) {
        let (app, ..) = two(db, Role::Agent).await;
        let second = app.tenant_of(&app.shop("Florists").await).await;
        let path = |url: &str| url.strip_prefix("https://ring.example").unwrap().to_owned();
        let link = access::invite(&app.cx, second, "Dana", DANA, Role::Agent, "test").await.unwrap();
        let mut dana = app.visitor();
        let chosen = dana.post_bare(&path(link.url.reveal()), &[("password", PASSWORD)]).await;
        assert_eq!(chosen.headers[http::header::LOCATION], "/today");
        assert!(dana.page("/today").await.contains("Florists"), "the password fits the Plumbers too");
        let users = app.db.store.read(second).await.unwrap().users().all().await.unwrap();
        let id = users.iter().find(|user| user.email == DANA).unwrap().id;
        let mut tx = app.db.store.begin(second).await.unwrap();
        let now = tx.now();
        tx.users().set_totp(id, Some("sealed"), Some(now)).await.unwrap();
        tx.commit().await.unwrap();
        let link = access::link_for(&app.cx, second, id, "test").await.unwrap();
        let mut dana = app.visitor();
        let chosen = dana.post_bare(&path(link.url.reveal()), &[("password", PASSWORD)]).await;
        assert!(chosen.headers[http::header::LOCATION].to_str().unwrap().starts_with("/sign-in/code"));
        assert_eq!(dana.get("/today").await.status, StatusCode::SEE_OTHER, "half-way is not in");
    }

    async fn a_link_outlives_neither_a_new_password_nor_a_shut_out(db: TestDb) {
        let (app, tenant, dana, eli) = two(db, Role::Agent).await;
        let link = async |id: UserId| {
            let link = access::link_for(&app.cx, tenant, id, "test").await.unwrap();
            link.url.reveal().strip_prefix("https://ring.example").unwrap().to_owned()
        };
        let older = link(dana).await;
        let mut visitor = app.signed_in(DANA).await;
        let fields = [("old", PASSWORD), ("password", "another long password")];
        visitor.done("/account/password", &fields).await;
        assert!(app.visitor().page(&older).await.contains("This link is over"));
        let older = link(eli).await;
        for out in ["yes", "no"] {
            visitor.done(&format!("/settings/people/{eli}"), &[("disabled", out)]).await;
        }
        assert!(app.visitor().page(&older).await.contains("This link is over"), "letting in again gives no link back");
    }
}
