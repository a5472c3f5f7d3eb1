//! Whom to call first, however many wait (D1).

use crate::support::App;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_core::task::Urgency;
use ringleader_core::user::Role;
use ringleader_store::repo::{Identity, NewTask};
use ringleader_store::testing::TestDb;
use ringleader_store::{Tx, both_engines};
use serde_json::json;

const DANA: &str = "dana@order.example";

fn phone(nth: u32) -> Phone {
    Phone::from_e164(&format!("+447700900{nth:03}")).unwrap()
}

async fn task(tx: &mut Tx, title: String, urgency: Urgency) {
    let new = NewTask {
        key: None,
        kind: "call_back".into(),
        title,
        detail: String::new(),
        contact_id: None,
        lead_id: None,
        phone: Some(phone(1).as_str().to_owned()),
        due_at: None,
        urgency,
        asked_at: None,
    };
    assert!(tx.tasks().add(&new).await.unwrap());
}

/// A lead that is ready to be called, from this time on if one is given.
async fn ready(tx: &mut Tx, nth: u32, from: Option<Timestamp>) {
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone(nth))]).await.unwrap();
    let (mut lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::Qualified, "missed_call").await.unwrap();
    lead.name = Some(format!("Lead {nth:02}"));
    lead.preference = from.map(|from| json!({"text": "then", "from": from, "until": null}));
    tx.leads().save(&lead).await.unwrap();
}

both_engines! {
    async fn who_waits_longest_is_not_hidden_by_who_came_later(db: TestDb) {
        let app = App::new(db).await;
        let tenant = app.tenant_of(&app.shop("Plumbers").await).await;
        app.user(tenant, DANA, Role::Agent).await;
        let minute = || app.db.clock.advance(SignedDuration::from_mins(1));
        let mut dana = app.signed_in(DANA).await;

        let start = app.db.clock.now();
        for nth in 0..40 {
            let mut tx = app.db.store.begin(tenant).await.unwrap();
            let from = match nth {
                38 => Some(start + SignedDuration::from_mins(20)),
                39 => Some(start + SignedDuration::from_hours(24)),
                _ => None,
            };
            ready(&mut tx, nth, from).await;
            tx.commit().await.unwrap();
            minute();
        }
        let today = dana.page("/today").await;
        let place = |text: &str| today.split("id=\"call-now\"").nth(1).and_then(|list| list.split("</section>").next().unwrap().find(text));
        assert!(place("Lead 38") < place("Lead 00") && place("Lead 38").is_some(), "whose time has come: {today}");
        assert!(place("Lead 00") < place("Lead 01") && place("Lead 39").is_none(), "{today}");

        for nth in 0..60 {
            let mut tx = app.db.store.begin(tenant).await.unwrap();
            task(&mut tx, format!("Task {nth:02}."), if nth < 2 { Urgency::Urgent } else { Urgency::Normal }).await;
            tx.commit().await.unwrap();
            minute();
        }
        let today = dana.page("/today").await;
        let place = |text: &str| today.split("id=\"call-now\"").nth(1).and_then(|list| list.split("</section>").next().unwrap().find(text));
        assert!(place("Task 00.").is_some() && place("Task 00.") < place("Task 01."), "{today}");
        assert!(place("Task 59.").is_none());
        let tasks = dana.page("/tasks").await;
        let at = |text: &str| tasks.find(text).unwrap_or(usize::MAX);
        assert!(at("Task 00.") < at("Task 01.") && at("Task 01.") < at("Task 59."), "urgent ones are on the first page");
    }

    async fn every_urgent_task_is_reached_however_many_there_are(db: TestDb) {
        let app = App::new(db).await;
        let tenant = app.tenant_of(&app.shop("Plumbers").await).await;
        app.user(tenant, DANA, Role::Agent).await;
        let mut dana = app.signed_in(DANA).await;
        let mut tx = app.db.store.begin(tenant).await.unwrap();
        for nth in 0..230 {
            task(&mut tx, format!("Task {nth:03}."), Urgency::Urgent).await;
        }
        task(&mut tx, "In good time.".to_owned(), Urgency::Normal).await;
        tx.commit().await.unwrap();
        let mut path = "/tasks".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = dana.page(&path).await;
            assert_eq!(page.contains("In good time."), path == "/tasks", "{path}");
            seen.extend(page.split("Task ").skip(1).map(|rest| rest[..3].to_owned()));
            let Some((_, more)) = page.split_once("rel=\"next\" href=\"") else { break };
            path = more.split('"').next().unwrap().replace("&amp;", "&");
        }
        assert_eq!(seen, (0..230).map(|nth| format!("{nth:03}")).collect::<Vec<_>>(), "each once, the oldest first");
    }
}
