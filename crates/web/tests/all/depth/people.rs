//! One person, two contacts: merged and parted again without loss (P9).

use super::world::{CALLER, Shop};
use http::StatusCode;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

const SECOND: &str = "+972501234568";

/// Everything that hangs on a contact, by list: ids, sorted.
async fn belongings(shop: &Shop, contact: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for list in ["calls", "episodes", "leads", "conversations", "messages", "decisions", "tasks"] {
        let rows = shop.list(&format!("{list}?contact_id={contact}&limit=200")).await;
        let mut ids: Vec<String> = rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        all.push(ids);
    }
    all
}

async fn id_of(shop: &Shop, phone: &str) -> String {
    shop.contact(phone).await["id"].as_str().unwrap().to_owned()
}

fn facts(lead: &Value) -> Vec<(String, Value)> {
    let all = lead["facts"].as_array().unwrap();
    all.iter().map(|f| (f["name"].as_str().unwrap().to_owned(), f["value"].clone())).collect()
}

/// Two chats of one person under two numbers: one told the name, the other the need.
async fn two_numbers(shop: &Shop) -> (String, String) {
    shop.missed("0501234567").await;
    shop.grace().await;
    shop.says(CALLER, "קוראים לי דני").await;
    shop.missed("0501234568").await;
    shop.grace().await;
    shop.says(SECOND, "צריך אינסטלטור").await;
    (id_of(shop, CALLER).await, id_of(shop, SECOND).await)
}

both_engines! {
    async fn merging_brings_everything_together_and_undoing_puts_everything_back(db: TestDb) {
        let shop = Shop::open(db).await;
        let (one, two) = two_numbers(&shop).await;
        let (of_one, of_two) = (belongings(&shop, &one).await, belongings(&shop, &two).await);
        let lead_one = shop.list(&format!("leads?contact_id={one}")).await.remove(0);
        let lead_two = shop.list(&format!("leads?contact_id={two}")).await.remove(0);

        let merge = shop.post(&format!("contacts/{one}/merge"), json!({"contact_id": two})).await;
        let together = belongings(&shop, &one).await;
        for (list, (a, b)) in together.iter().zip(of_one.iter().zip(&of_two)) {
            let mut both: Vec<String> = a.iter().chain(b).cloned().collect();
            both.sort();
            assert!(both.iter().all(|id| list.contains(id)), "nothing is lost: {both:?} in {list:?}");
        }
        assert!(belongings(&shop, &two).await.iter().all(Vec::is_empty));
        assert_eq!(id_of(&shop, SECOND).await, one, "both numbers are theirs");
        assert_eq!(shop.get(&format!("contacts/{two}")).await["merged_into"], one.as_str());
        let lead = shop.get(&format!("leads/{}", lead_one["id"].as_str().unwrap())).await;
        assert_eq!((&lead["name"], lead["need"].is_string()), (&json!("דני"), true), "the facts of both: {lead}");
        let open = shop.list(&format!("leads?contact_id={one}")).await;
        assert_eq!(open.iter().filter(|l| l["closed_at"].is_null()).count(), 1, "one open lead");

        shop.says(SECOND, "מחר בבוקר").await;
        let lead = shop.get(&format!("leads/{}", lead_one["id"].as_str().unwrap())).await;
        assert_eq!(lead["status"], "qualified", "the chat goes on from what both told");
        assert_eq!(shop.on_whatsapp(SECOND).last().unwrap().to, SECOND, "answers go to the number that wrote");

        let undone = shop.post(&format!("contacts/{}/unmerge", merge["from_contact_id"].as_str().unwrap()), json!({})).await;
        assert!(undone["undone_at"].is_string());
        for (contact, before) in [(&one, &of_one), (&two, &of_two)] {
            let after = belongings(&shop, contact).await;
            for (list, ids) in after.iter().zip(before) {
                assert!(ids.iter().all(|id| list.contains(id)), "{contact}: {ids:?} in {list:?}");
            }
        }
        assert_eq!((id_of(&shop, CALLER).await, id_of(&shop, SECOND).await), (one.clone(), two.clone()));
        let back = shop.get(&format!("leads/{}", lead_one["id"].as_str().unwrap())).await;
        assert_eq!(back["need"], lead_one["need"], "what came from the other is gone");
        let other = shop.get(&format!("leads/{}", lead_two["id"].as_str().unwrap())).await;
        assert_eq!((facts(&other), &other["closed_at"]), (facts(&lead_two), &Value::Null));
        let messages = shop.list(&format!("messages?contact_id={two}&limit=200")).await;
        assert!(messages.iter().any(|m| m["text"] == "מחר בבוקר"), "what came since goes with its number");
        let trail = shop.list("audit").await;
        for action in ["contact.merge", "contact.unmerge"] {
            assert!(trail.iter().any(|line| line["action"] == action), "{action} is in the trail");
        }
    }

    async fn an_opt_out_of_either_is_the_opt_out_of_both_and_parting_takes_only_the_borrowed_one_back(db: TestDb) {
        let shop = Shop::open(db).await;
        let (one, two) = two_numbers(&shop).await;
        shop.says(SECOND, "stop").await;
        let merge = shop.post(&format!("contacts/{one}/merge"), json!({"contact_id": two})).await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_string());
        let before = shop.on_whatsapp(CALLER).len();
        shop.says(CALLER, "מחר בבוקר").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before, "silence on the first number too");
        shop.post(&format!("contacts/{}/unmerge", merge["from_contact_id"].as_str().unwrap()), json!({})).await;
        assert!(shop.contact(CALLER).await["opted_out_at"].is_null());
        assert!(shop.contact(SECOND).await["opted_out_at"].is_string());
        let consents = shop.list(&format!("contacts/{one}/consents")).await;
        assert!(consents.iter().all(|line| line["state"] != "granted"), "nobody granted anything by that: {consents:?}");
        let lead = shop.list("leads").await.into_iter().find(|lead| lead["contact_id"] == one.as_str()).unwrap();
        assert_ne!(lead["status"], "lost", "what had ended only by the merge goes on");
        let before = shop.on_whatsapp(CALLER).len();
        shop.says(CALLER, "קוראים לי דני").await;
        assert_eq!(shop.on_whatsapp(CALLER).len(), before + 1);
    }

    async fn leads_are_merged_by_their_people_and_a_waiting_outreach_is_not_doubled(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.missed("0501234568").await;
        let (one, two) = (id_of(&shop, CALLER).await, id_of(&shop, SECOND).await);
        let merge = shop.post(&format!("contacts/{one}/merge"), json!({"contact_id": two})).await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER).len() + shop.on_whatsapp(SECOND).len(), 1, "one person, one message");
        shop.post(&format!("contacts/{}/unmerge", merge["from_contact_id"].as_str().unwrap()), json!({})).await;
        shop.grace().await;
        assert_eq!((shop.on_whatsapp(CALLER).len(), shop.on_whatsapp(SECOND).len()), (1, 1), "two people after all");
        let leads: Vec<String> = shop.list("leads").await.iter().map(|l| l["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(leads.len(), 2);
        shop.post(&format!("leads/{}/merge", leads[0]), json!({"lead_id": leads[1]})).await;
        let open: Vec<Value> = shop.list("leads").await.into_iter().filter(|l| l["closed_at"].is_null()).collect();
        assert_eq!((open.len(), open[0]["id"].as_str()), (1, Some(leads[0].as_str())), "the named one stays");
    }

    async fn what_cannot_be_merged_or_parted_says_why(db: TestDb) {
        let shop = Shop::open(db).await;
        let (one, two) = two_numbers(&shop).await;
        let merge = |a: String, b: String| {
            let (path, key) = (format!("/api/v1/contacts/{a}/merge"), shop.key.clone());
            let app = &shop.app;
            async move { app.post(&path, &key, json!({"contact_id": b})).await }
        };
        assert_eq!(merge(one.clone(), one.clone()).await.status, StatusCode::CONFLICT);
        let made = merge(one.clone(), two.clone()).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(merge(one.clone(), two.clone()).await.status, StatusCode::CONFLICT);
        let undo = format!("/api/v1/contacts/{two}/unmerge");
        assert_eq!(shop.app.post(&undo, &shop.key, json!({})).await.status, StatusCode::OK);
        assert_eq!(shop.app.post(&undo, &shop.key, json!({})).await.status, StatusCode::CONFLICT);
        let stranger = shop.app.shop("Painters").await;
        assert_eq!(shop.app.post(&undo, &stranger, json!({})).await.status, StatusCode::NOT_FOUND);
        let foreign = shop.app.post(&format!("/api/v1/contacts/{one}/merge"), &stranger, json!({"contact_id": two})).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }

    async fn a_message_that_proves_two_contacts_to_be_one_merges_them(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await; // known by the number
        let user = "IL.30000000000000000017";
        let value = |from: Option<&str>, id: &str| {
            let mut message = json!({"from_user_id": user, "id": id, "timestamp": shop.app.db.clock.now().as_second().to_string(),
                "type": "text", "text": {"body": "שלום"}});
            let mut contact = json!({"profile": {"name": "D"}, "user_id": user});
            if let Some(from) = from {
                message["from"] = json!(from);
                contact["wa_id"] = json!(from);
            }
            json!({"contacts": [contact], "messages": [message]})
        };
        shop.hook("messages", value(None, "wamid.U1")).await; // known by the channel's id
        assert_eq!(shop.list("contacts").await.len(), 2);
        shop.hook("messages", value(Some("972501234567"), "wamid.U2")).await;
        let people = shop.list("contacts").await;
        assert_eq!(people.len(), 1, "{people:?}");
        let trail = shop.list("audit?kind=contact.merge").await;
        assert_eq!(trail[0]["actor"], "bot");
        assert_eq!(shop.list("episodes").await[0]["reason"], "wrote", "they wrote within the grace");
    }

    async fn a_person_with_two_numbers_is_written_to_where_they_called_from(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.missed("0501234567").await;
        shop.missed("0501234568").await;
        let (one, two) = (id_of(&shop, CALLER).await, id_of(&shop, SECOND).await);
        shop.post(&format!("contacts/{one}/merge"), json!({"contact_id": two})).await;
        shop.grace().await;
        shop.hours(80).await;
        let before = shop.on_whatsapp(SECOND).len();
        shop.missed("0501234568").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(SECOND).len(), before + 1);
    }
}
