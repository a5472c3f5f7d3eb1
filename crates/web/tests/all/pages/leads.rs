//! Leads on the pages: the board, several at once, whose they are, labels, and taking it all back.

use super::visitor::Visitor;
use crate::shop::{Shop, minutes};
use http::StatusCode;
use ringleader_core::id::UserId;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

const FULL: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// A shop with two leads, and someone who works there; the ids of the leads, the newest first.
async fn two_leads(db: TestDb) -> (Shop, UserId, Vec<String>) {
    let shop = Shop::opened(db).await;
    shop.says(FULL).await;
    shop.report(&shop.missed_from("0521234567", "another")).await;
    shop.pass(minutes(3)).await;
    let tenant = shop.app.tenant_of(&shop.key).await;
    let user = shop.app.user(tenant, "agent@leads.example", Role::Agent).await;
    let leads = shop.list("leads").await.iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect();
    (shop, user, leads)
}

async fn agent(shop: &Shop) -> Visitor<'_> {
    shop.app.signed_in("agent@leads.example").await
}

/// The form of a page that takes the last change back.
fn undo_of(page: &str) -> String {
    let (_, form) = page.split_once("action=\"/leads/undo\"").expect("an undo");
    let (_, rest) = form.split_once("name=\"what\" value=\"").expect("its line");
    rest.split('"').next().unwrap().to_owned()
}

/// The column of a status on the board.
fn column<'a>(page: &'a str, status: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("data-change=\"status:{status}\"")).expect("the column");
    rest.split("</section>").next().unwrap()
}

both_engines! {
    async fn several_leads_are_moved_at_once_and_one_click_takes_it_back(db: TestDb) {
        let (shop, _, leads) = two_leads(db).await;
        let mut agent = agent(&shop).await;
        let board = agent.page("/leads?view=board").await;
        assert!(column(&board, "qualified").contains("דני") && column(&board, "lost").contains("<ul></ul>"), "{board}");
        let both = [("lead", leads[0].as_str()), ("lead", leads[1].as_str()), ("change", "status:lost"), ("back", "/leads?view=board")];
        let to = agent.done("/leads/bulk", &both).await;
        let page = agent.page(&to).await;
        assert_eq!(column(&page, "lost").matches("data-lead=").count(), 2, "{page}");
        agent.done("/leads/undo", &[("what", &undo_of(&page))]).await;
        let board = agent.page("/leads?view=board").await;
        assert!(column(&board, "qualified").contains("דני") && column(&board, "lost").contains("<ul></ul>"));
        let audit = shop.list("audit").await;
        let actions: Vec<&str> = audit.iter().take(2).map(|line| line["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["leads.undo", "leads.status"]);
    }

    async fn what_was_changed_since_is_not_taken_back_and_nobody_takes_back_for_others(db: TestDb) {
        let (shop, _, leads) = two_leads(db).await;
        let mut agent = agent(&shop).await;
        let to = agent.done("/leads/bulk", &[("lead", &leads[0]), ("lead", &leads[1]), ("change", "status:contacted")]).await;
        let line = undo_of(&agent.page(&to).await);
        shop.app.patch(&format!("/api/v1/leads/{}", leads[0]), &shop.key, json!({"status": "offer_made"})).await;
        let path = format!("/api/v1/leads/changes/{line}/undo");
        assert_eq!(shop.app.post(&path, &shop.key, json!({})).await.status, StatusCode::NOT_FOUND, "it is another's");
        agent.done("/leads/undo", &[("what", &line)]).await;
        let now: Vec<_> = shop.list("leads").await.iter().map(|lead| lead["status"].clone()).collect();
        assert_eq!(now, [json!("offer_made"), json!("qualified")]);
    }

    async fn leads_are_handed_to_people_and_each_finds_their_own(db: TestDb) {
        let (shop, user, leads) = two_leads(db).await;
        let mut agent = agent(&shop).await;
        assert!(agent.page("/leads?who=mine").await.contains("Nothing found"));
        let mine = format!("assign:{user}");
        agent.done("/leads/bulk", &[("lead", &leads[1]), ("change", &mine)]).await;
        agent.done("/leads/bulk", &[("lead", &leads[1]), ("change", "status:lost"), ("label", "VIP"), ("do", "label")]).await;
        let lead = shop.app.get(&format!("/api/v1/leads/{}", leads[1]), &shop.key).await.json();
        assert_ne!(lead["status"], "lost", "one press is one change");
        let page = agent.page("/leads?who=mine").await;
        assert!(page.contains(&leads[1]) && !page.contains(&leads[0]) && page.contains("VIP"), "{page}");
        assert!(agent.page(&format!("/leads?who={user}")).await.contains(&leads[1]));
        assert!(!agent.page("/leads?who=nobody").await.contains(&leads[1]));
        let labelled = agent.page("/leads?label=VIP").await;
        assert!(labelled.contains(&leads[1]) && !labelled.contains(&leads[0]));
        let lead = shop.app.get(&format!("/api/v1/leads/{}", leads[1]), &shop.key).await.json();
        assert_eq!((&lead["assigned_to"], &lead["labels"]), (&json!(user), &json!(["VIP"])));
        let person = agent.page(&format!("/leads/{}", leads[1])).await;
        assert!(person.contains("Looked after by") && person.contains("label:-VIP"), "{person}");
        agent.done("/leads/bulk", &[("lead", &leads[1]), ("change", "label:-VIP")]).await;
        assert!(agent.page("/leads?label=VIP").await.contains("Nothing found"));
    }

    async fn what_cannot_be_done_with_leads_is_said(db: TestDb) {
        let (shop, _, leads) = two_leads(db).await;
        let mut agent = agent(&shop).await;
        let long = "x".repeat(41);
        for (fields, field) in [
            (vec![("change", "status:lost")], "lead"),
            (vec![("lead", leads[0].as_str())], "change"),
            (vec![("lead", &leads[0]), ("label", "VIP")], "change"),
            (vec![("lead", &leads[0]), ("change", "status:nowhere")], "change"),
            (vec![("lead", &leads[0]), ("change", "assign:usr_01970000000070008000000000000000")], "assigned_to"),
            (vec![("lead", &leads[0]), ("label", &long), ("do", "label")], "label"),
        ] {
            let answer = agent.post("/leads/bulk", &fields).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}");
            assert!(answer.text.contains(&format!("data-field=\"{field}\"")), "{fields:?}: {}", answer.text);
        }
        let other = shop.app.shop("Painters").await;
        let body = json!({"leads": [leads[0]], "change": {"status": "lost"}});
        assert_eq!(shop.app.post("/api/v1/leads/changes", &other, body).await.status, StatusCode::NOT_FOUND);
        let wrong = json!({"leads": [], "change": {"label": "VIP"}});
        assert_eq!(shop.app.post("/api/v1/leads/changes", &shop.key, wrong).await.wrong_fields(), ["lead"]);
    }

    async fn who_may_only_look_is_offered_no_change(db: TestDb) {
        let (shop, _, leads) = two_leads(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "viewer@leads.example", Role::Viewer).await;
        let mut viewer = shop.app.signed_in("viewer@leads.example").await;
        for path in ["/leads", "/leads?view=board", &format!("/leads/{}", leads[0])] {
            let page = viewer.page(path).await;
            assert!(!page.contains("/leads/bulk") && !page.contains("draggable=\"true\""), "{path}");
        }
    }

    async fn two_contacts_are_joined_from_the_page_of_one_and_taken_apart_again(db: TestDb) {
        let (shop, _, _) = two_leads(db).await;
        let contacts: Vec<String> = shop.list("contacts").await.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
        let page = format!("/contacts/{}", contacts[0]);
        let mut agent = agent(&shop).await;
        let found = agent.page(&format!("{page}?q=050-1234567")).await;
        let offer = format!("name=\"contact\" value=\"{}\"", contacts[1]);
        assert!(found.contains(&offer), "{found}");
        assert!(agent.page(&format!("{page}?q=nobody")).await.contains("Nobody found."));
        let to = agent.done(&format!("{page}/merge"), &[("contact", &contacts[1]), ("back", &page)]).await;
        let joined = agent.page(&to).await;
        let apart = format!("/contacts/{}/unmerge", contacts[1]);
        assert!(joined.contains(&apart) && joined.contains("דני"), "{joined}");
        assert!(!joined.contains("Other enquiries"), "what was joined is no other enquiry: {joined}");
        let gone = agent.page(&format!("/contacts/{}", contacts[1])).await;
        assert!(gone.contains("The same person as") && gone.contains(&apart), "{gone}");
        agent.done(&apart, &[("back", &page)]).await;
        let parted = agent.page(&page).await;
        assert!(!parted.contains("/unmerge"), "{parted}");
        assert!(agent.page(&format!("/contacts/{}", contacts[1])).await.contains("דני"), "each with what is theirs");
    }

    async fn a_person_without_an_open_lead_shows_the_last_one_and_one_without_any_gets_a_name(db: TestDb) {
        let (shop, _, leads) = two_leads(db).await;
        let dani = shop.list("leads").await.into_iter().find(|lead| lead["name"] == "דני").unwrap();
        let text = |field: &str| dani[field].as_str().unwrap().to_owned();
        let mut agent = agent(&shop).await;
        agent.done("/leads/bulk", &[("lead", &text("id")), ("change", "status:lost")]).await;
        let page = agent.page(&format!("/contacts/{}", text("contact_id"))).await;
        assert!(page.contains(&format!("/leads/{}/fact", text("id"))), "the last enquiry, with what is known: {page}");
        shop.pass(minutes(7 * 24 * 60)).await;
        shop.report(&shop.missed("once more")).await;
        shop.pass(minutes(3)).await;
        let open = shop.list("leads").await.into_iter().find(|lead| lead["contact_id"] == text("contact_id") && lead["id"] != text("id")).unwrap();
        let page = agent.page(&format!("/contacts/{}", text("contact_id"))).await;
        assert!(page.contains(&format!("/leads/{}/fact", open["id"].as_str().unwrap())), "{page}");
        assert!(page.contains("Other enquiries") && page.contains(&format!("href=\"/leads/{}\"", text("id"))), "{page}");
        assert!(!leads.is_empty());

        let tenant = shop.app.tenant_of(&shop.key).await;
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        let phone = ringleader_core::phone::Phone::from_e164("+447700900555").unwrap();
        let contact = tx.contacts().find_or_make(&[ringleader_store::repo::Identity::Phone(phone)]).await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/contacts/{}", contact.id);
        assert!(agent.page(&path).await.contains("name=\"name\""));
        agent.done(&path, &[("name", "Noa Levi"), ("kind", "supplier")]).await;
        assert!(agent.page(&path).await.contains("Noa Levi"));
    }

    async fn who_runs_the_business_takes_out_what_is_held_and_erases_a_person_who_means_it(db: TestDb) {
        let (shop, _, _) = two_leads(db).await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        shop.app.user(tenant, "owner@leads.example", Role::Owner).await;
        let dani = shop.list("leads").await.into_iter().find(|lead| lead["name"] == "דני").unwrap();
        let path = format!("/contacts/{}", dani["contact_id"].as_str().unwrap());
        let erase = format!("{path}/erase");
        let mut agent = agent(&shop).await;
        assert!(!agent.page(&path).await.contains(&erase), "not for an agent");
        assert_eq!(agent.get(&format!("{path}/export")).await.status, StatusCode::FORBIDDEN);
        let mut owner = shop.app.signed_in("owner@leads.example").await;
        assert!(owner.page(&path).await.contains(&erase));
        let held = owner.get(&format!("{path}/export")).await;
        assert!(held.status == StatusCode::OK && held.text.contains("דני"), "{}", held.text);
        assert!(held.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(owner.post(&erase, &[("confirm", "yes")]).await.status, StatusCode::BAD_REQUEST);
        let to = owner.done(&erase, &[("confirm", "Erase"), ("reason", "asked by letter")]).await;
        assert!(!owner.page(&to).await.contains("דני"));
        let page = owner.page(&path).await;
        assert!(page.contains("was erased") && !page.contains(&erase), "{page}");
        let trail = owner.page("/settings/trail").await;
        assert!(trail.contains("asked by letter") && trail.contains("Erased a person"), "{trail}");
    }
}
