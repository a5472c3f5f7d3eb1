//! What people do on the pages, end to end: a missed call appears, a chat is taken over and handed back, facts are corrected;
//! and nothing of one business shows at another.

use super::visitor::Visitor;
use crate::shop::{Shop, minutes};
use http::StatusCode;
use jiff::SignedDuration;
use ringleader_core::id::{FactId, LeadId};
use ringleader_core::lead::{Fact, FactSource};
use ringleader_core::user::Role;
use ringleader_store::testing::TestDb;
use ringleader_store::{args, both_engines};
use serde_json::json;

pub(super) const DANA: &str = "dana@work.example";
const FULL: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// Someone of the shop with this role, signed in.
pub(super) async fn someone(shop: &Shop, role: Role) -> Visitor<'_> {
    let tenant = shop.app.tenant_of(&shop.key).await;
    let email = if role == Role::Owner { DANA.to_owned() } else { format!("{role}@work.example") };
    shop.app.user(tenant, &email, role).await;
    shop.app.signed_in(&email).await
}

/// The address of the first thing of a list.
pub(super) async fn first(shop: &Shop, list: &str, page: &str) -> String {
    format!("{page}/{}", shop.list(list).await[0]["id"].as_str().unwrap())
}

/// The whole timeline of a contact, page by page, and how many pages it has.
async fn timeline(visitor: &mut Visitor<'_>, contact: String) -> (String, usize) {
    let (mut path, mut all, mut pages) = (contact, String::new(), 0);
    loop {
        let page = visitor.page(&path).await;
        pages += 1;
        all.push_str(page.split_once("<ol class=\"timeline\">").unwrap().1.split("</ol>").next().unwrap());
        let Some((_, more)) = page.split_once("rel=\"next\" href=\"") else { return (all, pages) };
        path = more.split('"').next().unwrap().to_owned();
    }
}

both_engines! {
    async fn a_missed_call_and_its_answer_show_on_every_page(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut dana = someone(&shop, Role::Owner).await;
        let today = dana.page("/today").await;
        assert!(today.contains("Nobody was lost today.") && today.contains("One missed call so far"), "{today}");
        shop.says(FULL).await;
        let today = dana.page("/today").await;
        assert!(today.contains("דני") && today.contains("tel:+972501234567"), "whom to call: {today}");
        let lead = dana.page(&first(&shop, "leads", "/leads").await).await;
        for part in ["דני", "Not known yet", "said by them", "They wrote", "We wrote", "Incoming"] {
            assert_eq!(lead.contains(part), part != "Not known yet", "{part}: {lead}");
        }
        assert!(dana.page("/leads?show=ready").await.contains("דני"));
        assert!(dana.page("/leads?show=silent").await.contains("Nothing found"));
        assert!(dana.page("/leads?q=050-123-4567").await.contains("דני"), "by number");
        assert!(dana.page("/leads?q=%D7%93%D7%A0%D7%99").await.contains("דני"), "by name");
        assert!(dana.page("/leads?q=%25").await.contains("Nothing found"), "a percent sign is no wildcard");
        let call = dana.page(&first(&shop, "calls", "/calls").await).await;
        assert!(call.contains("Missed") && call.contains("rule "), "{call}");
        assert!(dana.page("/losses").await.contains("One missed call, accounted for."));
        dana.language = "he";
        dana.done("/language", &[("lang", "he"), ("back", "/today")]).await;
        assert!(dana.page("/today").await.contains("אף אחד לא אבד היום."));
    }

    async fn a_chat_is_taken_over_answered_and_handed_back(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut agent = someone(&shop, Role::Agent).await;
        let chat = first(&shop, "conversations", "/inbox").await;
        let page = agent.page(&chat).await;
        assert!(page.contains("The bot leads") && page.contains("Template"), "{page}");
        assert!(!page.contains("/say\""), "nothing came from the customer yet, so only a template goes");
        shop.says("שלום").await;
        agent.done(&format!("{chat}/takeover"), &[]).await;
        let mut owner = someone(&shop, Role::Owner).await;
        assert!(owner.page(&chat).await.contains("Led by \u{2068}Dana\u{2069}"));
        let sent = shop.to_caller().len();
        shop.says("יש כאן מישהו?").await;
        assert_eq!(shop.to_caller().len(), sent, "the bot is silent");
        let waiting = agent.page("/inbox?show=waiting").await;
        assert!(waiting.contains("יש כאן מישהו?") && waiting.contains(&format!("href=\"{chat}?show=waiting\"")), "{waiting}");
        let beside = agent.page(&format!("{chat}?show=waiting")).await;
        assert!(beside.contains("name=\"show\" value=\"waiting\""), "{beside}");
        let to = agent.done(&format!("{chat}/takeover"), &[("show", "waiting")]).await;
        assert_eq!(to, format!("{chat}?show=waiting&said=taken"));
        assert!(agent.page("/today").await.contains("class=\"count\""), "the inbox counts who waits");
        let contact = first(&shop, "contacts", "/contacts").await;
        agent.done(&contact, &[("kind", "staff")]).await;
        assert!(agent.page("/inbox?show=waiting").await.contains("No conversations here"));
        let tenant = shop.app.tenant_of(&shop.key).await;
        let waiting = shop.app.db.store.read(tenant).await.unwrap().desk().waiting().await.unwrap();
        assert_eq!(waiting.chats, 0, "what the list hides is not counted");
        agent.done(&contact, &[("kind", "lead")]).await;
        let refused = agent.post(&format!("{chat}/say"), &[("text", "   "), ("once", "1")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        agent.done(&format!("{chat}/say"), &[("text", "כן, דנה כאן"), ("once", "1")]).await;
        shop.run().await;
        assert_eq!(shop.to_caller().last().unwrap().text, "כן, דנה כאן");
        assert!(agent.page("/inbox?show=waiting").await.contains("No conversations here"));
        let to = agent.done(&format!("{chat}/handback"), &[]).await;
        assert!(agent.page(&to).await.contains("The bot leads the conversation again."));
        shop.says("קוראים לי דני").await;
        assert!(shop.to_caller().last().unwrap().text.contains("דני"), "the bot goes on");
    }

    async fn a_form_that_is_sent_twice_says_it_once_and_the_bot_stays_silent(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut agent = someone(&shop, Role::Agent).await;
        shop.says("שלום").await;
        let chat = first(&shop, "conversations", "/inbox").await;
        let page = agent.page(&chat).await;
        assert!(page.contains("name=\"once\" value=\"msg_"), "{page}");
        let sent = shop.to_caller().len();
        let said = async |visitor: &mut Visitor<'_>, once, text| {
            visitor.done(&format!("{chat}/say"), &[("text", text), ("once", once)]).await;
            shop.run().await;
            shop.to_caller().len() - sent
        };
        assert_eq!(said(&mut agent, "first", "אנחנו בדרך").await, 1);
        assert_eq!(said(&mut agent, "first", "אנחנו בדרך").await, 1, "sent again by a second press");
        assert_eq!(said(&mut agent, "first", "עוד עשר דקות").await, 2, "other words from a page that was gone back to");
        assert_eq!(said(&mut agent, "second", "אנחנו בדרך").await, 3, "the same words, meant again");
        let without = agent.post(&format!("{chat}/say"), &[("text", "hm")]).await;
        assert_eq!(without.status, StatusCode::BAD_REQUEST);
        let driver = shop.list("conversations").await[0]["driver"].clone();
        assert!(driver.as_str().unwrap().starts_with("usr_"), "whoever writes leads: {driver}");
    }

    async fn where_nothing_may_be_written_the_page_says_why(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut agent = someone(&shop, Role::Agent).await;
        let mut viewer = someone(&shop, Role::Viewer).await;
        shop.says("שלום").await;
        let chat = first(&shop, "conversations", "/inbox").await;
        assert!(viewer.page(&chat).await.contains("You may look, not write."));
        shop.pass(minutes(25 * 60)).await;
        let page = agent.page(&chat).await;
        assert!(page.contains("more than 24 hours old"), "{page}");
        let refused = agent.post(&format!("{chat}/say"), &[("text", "late"), ("once", "1")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text.contains("id=\"problem\"") && refused.text.contains("approved template"));
        shop.says("הסר").await;
        let page = agent.page(&chat).await;
        assert!(page.contains("asked not to be written to") && !page.contains("<textarea"), "{page}");
    }

    async fn why_a_message_went_is_told_at_the_message_alone_whichever_page_that_is_on(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.pass(minutes(1)).await;
        for nth in 0..45 {
            shop.says(&format!("שורה {nth}")).await;
        }
        let chat = first(&shop, "conversations", "/inbox").await;
        let contact = first(&shop, "contacts", "/contacts").await;
        let mut agent = someone(&shop, Role::Agent).await;
        agent.language = "he";
        agent.done(&format!("{chat}/takeover"), &[]).await;
        let sends = shop.list("decisions?verdict=send&limit=200").await;
        let first = sends.last().unwrap()["explanation"].as_str().unwrap().to_owned();
        let (timeline, pages) = timeline(&mut agent, contact).await;
        assert!(pages > 1 && timeline.contains("אדם מוביל את ההתכתבות"), "{pages}");
        for nth in 0..45 {
            assert_eq!(timeline.matches(&format!("<p class=\"quote\" dir=\"auto\">שורה {nth}</p>")).count(), 1, "{nth}");
        }
        let said = sends.iter().filter(|it| it["explanation"] == first.as_str()).count();
        assert_eq!(timeline.matches(&first).count(), said, "{first} in {timeline}");
    }

    async fn what_was_said_before_it_was_heard_stands_in_its_time_on_some_page(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("קוראים לי דני").await;
        let tenant = shop.app.tenant_of(&shop.key).await;
        let lead: LeadId = shop.list("leads").await[0]["id"].as_str().unwrap().parse().unwrap();
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        let lead = tx.leads().get(lead).await.unwrap().unwrap();
        for hours in 1..=130 {
            let fact = Fact {
                id: tx.new_id(),
                name: format!("detail_{hours}"),
                value: json!(format!("said {hours} hours ago")),
                confidence: 1.0,
                source: FactSource::Explicit,
                origin: None,
                provisional: false,
                read_by: None,
                at: tx.now() - SignedDuration::from_hours(hours),
            };
            tx.leads().put_fact(&lead, &fact).await.unwrap();
        }
        // A new enquiry takes along what is known: the same, said at the same time.
        let again: FactId = tx.new_id();
        let copied = "INSERT INTO fact_history (tenant_id, lead_id, contact_id, name, id, value, confidence, source, origin,
            provisional, at, replaced_at) SELECT tenant_id, lead_id, contact_id, name, $2, value, confidence, source, origin,
            provisional, at, at FROM facts WHERE tenant_id = $1 AND name = 'detail_7'";
        assert_eq!(tx.execute(copied, args![tenant, again]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let contact = first(&shop, "contacts", "/contacts").await;
        let mut agent = someone(&shop, Role::Agent).await;
        let (timeline, pages) = timeline(&mut agent, contact).await;
        assert!(pages > 3, "{pages}");
        let places: Vec<_> = (1..=130).map(|hours| timeline.match_indices(&format!("said {hours} hours ago")).map(|(at, _)| at).collect::<Vec<_>>()).collect();
        assert!(places.iter().all(|found| found.len() == 1), "each once: {places:?}");
        assert!(places.is_sorted(), "in the order of time: {places:?}");
        assert!(timeline.find("קוראים לי דני") < places[0].first().copied());
    }

    async fn a_page_older_than_a_stop_takes_nothing_back(db: TestDb) {
        let shop = Shop::opened(db).await;
        let mut agent = someone(&shop, Role::Agent).await;
        let contact = first(&shop, "contacts", "/contacts").await;
        assert!(agent.page(&contact).await.contains("They want no messages"));
        shop.says("הסר").await;
        agent.done(&contact, &[("kind", "tenancy"), ("back", "/leads")]).await;
        let page = agent.page(&contact).await;
        assert!(page.contains("Asked not to be written to") && page.contains("They want messages again"), "{page}");
        agent.done(&contact, &[("messages", "yes")]).await;
        assert!(!agent.page(&contact).await.contains("Asked not to be written to"), "they said so in person");
        agent.done(&contact, &[("messages", "no")]).await;
        assert!(agent.page(&contact).await.contains("Asked not to be written to"));
    }

    async fn a_corrected_fact_wins_and_the_one_before_is_kept(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        let mut agent = someone(&shop, Role::Agent).await;
        let lead = first(&shop, "leads", "/leads").await;
        let script = "<script>alert(1)</script>";
        agent.done(&format!("{lead}/fact"), &[("name", "name"), ("value", script)]).await;
        let page = agent.page(&lead).await;
        assert!(page.contains("set by your team, \u{2068}Dana") || page.contains("set by your team, <bdi>Dana"), "{page}");
        assert!(page.contains("1 earlier") && page.contains("דני"));
        assert_eq!(shop.lead().await["name"], script);
        for path in ["/today", "/leads", "/inbox", "/calls", "/tasks", "/losses", &lead] {
            let page = agent.page(path).await;
            assert!(!page.contains(script), "a stored name never becomes script: {path}");
        }
        let wrong = agent.post(&format!("{lead}/fact"), &[("name", "Not a word"), ("value", "x")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let id = lead.trim_start_matches("/leads/");
        agent.done("/leads/bulk", &[("lead", id), ("change", "status:converted")]).await;
        assert_eq!(shop.lead().await["status"], "converted");
    }

    async fn tasks_are_done_and_undone_and_calls_spoken_of(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says("תתקשרו אליי עכשיו דחוף").await;
        let mut agent = someone(&shop, Role::Agent).await;
        let task = shop.list("tasks").await[0]["id"].as_str().unwrap().to_owned();
        let to = agent.done(&format!("/tasks/{task}"), &[("state", "done"), ("back", "/tasks")]).await;
        let page = agent.page(&to).await;
        assert!(page.contains("Undo") && page.contains("Done. One less."), "{page}");
        agent.done(&format!("/tasks/{task}"), &[("state", "open")]).await;
        assert_eq!(shop.list("tasks").await[0]["state"], "open");
        let lead = first(&shop, "leads", "/leads").await;
        agent.done(&format!("{lead}/spoke"), &[("task", task.as_str()), ("back", "/today")]).await;
        assert_eq!(shop.lead().await["status"], "contacted");
        assert_eq!(shop.list("tasks").await[0]["state"], "done");
    }

    async fn nothing_of_one_business_shows_at_another(db: TestDb) {
        let shop = Shop::opened(db).await;
        shop.says(FULL).await;
        let other = shop.app.shop("Painters").await;
        let tenant = shop.app.tenant_of(&other).await;
        shop.app.user(tenant, "eve@painters.example", Role::Admin).await;
        let mut eve = shop.app.signed_in("eve@painters.example").await;
        let contact = first(&shop, "contacts", "/contacts").await;
        let lead = first(&shop, "leads", "/leads").await;
        let chat = first(&shop, "conversations", "/inbox").await;
        let connection = first(&shop, "connections", "/settings/connections").await;
        for path in [&contact, &lead, &chat, &connection, &first(&shop, "calls", "/calls").await] {
            assert_eq!(eve.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/today", "/inbox", "/leads", "/calls", "/tasks", "/losses", "/settings/trail", "/settings/lines"] {
            let page = eve.page(path).await;
            assert!(!page.contains("דני") && !page.contains("501234567") && !page.contains("Plumbers"), "{path}");
        }
        for (path, fields) in [
            ("/leads/bulk".to_owned(), vec![("lead", lead.trim_start_matches("/leads/")), ("change", "status:lost")]),
            (format!("{lead}/fact"), vec![("name", "name"), ("value", "Eve")]),
            (format!("{lead}/spoke"), vec![]),
            (format!("{chat}/takeover"), vec![]),
            (format!("{chat}/say"), vec![("text", "mine"), ("once", "1")]),
            (contact, vec![("kind", "blocked")]),
            (format!("{connection}/test"), vec![]),
        ] {
            assert_eq!(eve.post(&path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(shop.lead().await["name"], "דני");
    }

    async fn the_stream_tells_of_ones_own_changes_and_of_no_others(db: TestDb) {
        use futures::StreamExt as _;
        let shop = Shop::opened(db).await;
        let other = shop.app.shop("Painters").await;
        let tenant = shop.app.tenant_of(&other).await;
        shop.app.user(tenant, "eve@painters.example", Role::Viewer).await;
        let dana = someone(&shop, Role::Viewer).await;
        let eve = shop.app.signed_in("eve@painters.example").await;
        let mut streams = Vec::new();
        for visitor in [&dana, &eve] {
            let request = http::Request::builder().uri("/live").header("cookie", visitor.cookie.clone().unwrap());
            let answer = shop.app.open(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(answer.status(), StatusCode::OK);
            streams.push(answer.into_body().into_data_stream());
        }
        shop.says("שלום").await;
        shop.app.post("/api/v1/lines", &other, json!({"number": "077-999-0000", "uses": ["missed_call"]})).await;
        let mut told = Vec::new();
        for stream in &mut streams {
            let event = stream.next().await.unwrap().unwrap();
            told.push(String::from_utf8(event.to_vec()).unwrap());
        }
        assert!(told[0].contains("event: change\ndata: ") && !told[0].contains("data: line"), "{told:?}");
        assert!(told[1].contains("data: line"), "the first that the other hears of is its own: {told:?}");
    }
}
