//! The owner hears by email what the week brought (D2): once a week, in their language, whatever dies on the way.

use crate::support::{App, World};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::user::Role;
use ringleader_jobs::engine::Config;
use ringleader_providers::smtp::fake::{Mail, Rules, SmtpFake, SmtpFault};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

struct Shop {
    app: App,
    key: String,
    mail: SmtpFake,
}

impl Shop {
    async fn open(db: TestDb, settings: Value) -> Self {
        let mail = SmtpFake::start(([127, 0, 0, 1], 0).into(), Rules::default()).await.unwrap();
        let app = App::in_world(db, World::default()).await;
        let key = app.shop("Plumbers").await;
        let change = json!({"settings": settings, "owner": {"name": "Dana", "email": "dana@shop.example"}});
        let patched = app.patch("/api/v1/tenant", &key, change).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        let smtp = json!({"url": format!("smtp://{}", mail.address()), "from": "Ringleader <news@ring.example>"});
        let made = app.post("/api/v1/connections", &key, json!({"kind": "smtp", "config": smtp})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        Self { app, key, mail }
    }

    async fn pass(&self, time: SignedDuration) {
        self.app.db.clock.advance(time);
        ringleader_jobs::all::engine(&self.app.cx, Config::default()).run_due().await.unwrap();
    }

    async fn days(&self, days: i64) {
        for _ in 0..days * 4 {
            self.pass(SignedDuration::from_hours(6)).await;
        }
    }

    fn letters(&self) -> Vec<Mail> {
        self.mail
            .mails()
            .into_iter()
            .filter(|mail| mail.part("text/plain").unwrap_or_default().contains("/reports"))
            .collect()
    }
}

both_engines! {
    async fn the_owner_hears_of_each_week_once_in_hebrew(db: TestDb) {
        let shop = Shop::open(db, json!({})).await; // a Monday, noon in Jerusalem
        shop.days(5).await;
        assert_eq!(shop.letters().len(), 0);
        shop.days(2).await;
        let letters = shop.letters();
        assert_eq!((letters.len(), letters[0].to.clone()), (1, vec!["dana@shop.example".to_owned()]));
        let (text, html) = (letters[0].part("text/plain").unwrap(), letters[0].part("text/html").unwrap());
        assert!(text.contains("22.11.2026 – 28.11.2026") && text.contains("שיחות שלא נענו: 0"), "{text}");
        assert!(html.contains("dir=\"rtl\"") && html.contains("שיחות שלא נענו"), "{html}");
        shop.days(7).await;
        assert_eq!(shop.letters().len(), 2, "each week has one");
    }

    async fn settings_say_whether_and_when(db: TestDb) {
        let shop = Shop::open(db, json!({"reports": {"weekly": {"day": "tue", "hour": 17}}})).await;
        shop.days(1).await;
        assert_eq!(shop.letters().len(), 0, "Tuesday noon");
        shop.days(1).await;
        assert_eq!(shop.letters().len(), 1);
        let off = json!({"settings": {"reports": {"weekly": {"on": false}}}});
        assert_eq!(shop.app.patch("/api/v1/tenant", &shop.key, off).await.status, StatusCode::OK);
        shop.days(7).await;
        assert_eq!(shop.letters().len(), 1);
        let wrong = json!({"settings": {"reports": {"weekly": {"hour": 24}}}});
        assert_eq!(shop.app.patch("/api/v1/tenant", &shop.key, wrong).await.status, StatusCode::BAD_REQUEST);
        let on = json!({"settings": {"reports": {"weekly": {"on": true, "day": "thu", "hour": 9}}}});
        assert_eq!(shop.app.patch("/api/v1/tenant", &shop.key, on).await.status, StatusCode::OK);
        shop.days(2).await;
        assert_eq!(shop.letters().len(), 2, "planned anew with the change");
    }

    async fn a_mail_server_that_is_away_delays_the_letter_and_does_not_double_it(db: TestDb) {
        let shop = Shop::open(db, json!({"reports": {"weekly": {"day": "tue", "hour": 6}}})).await;
        shop.mail.fail_next(SmtpFault::Greeting(421));
        shop.days(2).await;
        assert_eq!(shop.letters().len(), 1, "tried again");
        let tenant = shop.app.tenant_of(&shop.key).await;
        let mut tx = shop.app.cx.store.begin(tenant).await.unwrap();
        let me = tx.tenants().me().await.unwrap();
        ringleader_jobs::work::send_weekly_letter::plan(&mut tx, &me).await.unwrap();
        tx.commit().await.unwrap();
        shop.days(1).await;
        assert_eq!(shop.letters().len(), 1);
    }

    async fn an_owner_sets_it_on_the_page(db: TestDb) {
        let shop = Shop::open(db, json!({})).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "dana@letters.example", Role::Owner).await;
        let mut dana = shop.app.signed_in("dana@letters.example").await;
        let given = [("name", "Plumbers"), ("place", ""), ("owner_name", "Dana"), ("owner_email", "dana@shop.example"), ("grace", "2m"),
            ("reminders", "2h, 24h"), ("give_up", "24h"), ("min_ring", "0s"), ("lead_value", "350.5"), ("weekly_day", "fri"), ("weekly_hour", "7")];
        dana.done("/settings", &given).await;
        let settings = shop.app.get("/api/v1/tenant", &shop.key).await.json()["settings"]["reports"].clone();
        assert_eq!(settings, json!({"lead_value": 35_050, "weekly": {"on": false, "day": "fri", "hour": 7}}));
        let page = dana.page("/settings").await;
        assert!(page.contains("350.5") && page.contains("weekly_on"), "{page}");
    }
}
