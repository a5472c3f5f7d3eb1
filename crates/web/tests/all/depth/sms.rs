//! Text messages in place of WhatsApp, templates, and what a day may cost (A8, P12).

use super::world::{CALLER, Plan, SMS_FROM, Shop};
use http::StatusCode;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_providers::faults::Fault;
use ringleader_providers::whatsapp_cloud::fake::TemplateSpec;
use ringleader_store::both_engines;
use ringleader_store::repo::Identity;
use ringleader_store::testing::TestDb;
use serde_json::json;

/// Whether the account looks up numbers of unclear kind.
async fn look_ups(shop: &Shop, word: &str) {
    let twilio = shop.list("connections").await.into_iter().find(|it| it["kind"] == "twilio").unwrap();
    let path = format!("/api/v1/connections/{}", twilio["id"].as_str().unwrap());
    let changed = shop.app.patch(&path, &shop.key, json!({"config": {"lookup": word}})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    shop.set(json!({"outreach": {"sms_abroad": true}})).await;
}

both_engines! {
    async fn a_caller_without_whatsapp_is_written_to_by_text_message_and_the_chat_goes_on_there(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.whatsapp.fail_next(1, Fault::Error { code: 131026 });
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.by_sms(CALLER).len(), 1);
        shop.texts(CALLER, "קוראים לי דני").await;
        shop.texts(CALLER, "צריך אינסטלטור").await;
        shop.texts(CALLER, "מחר בבוקר").await;
        let lead = shop.lead().await;
        assert_eq!((&lead["status"], &lead["name"], &lead["source"]), (&json!("qualified"), &json!("דני"), &json!("missed_call")));
        assert_eq!(shop.by_sms(CALLER).len(), 4, "the opener, two questions, one confirmation");
        let texts = shop.sms_rows().await;
        let opener = texts.iter().find(|m| m["purpose"] == "first_message").unwrap_or_else(|| panic!("{texts:?}"));
        assert!(opener["segments"].as_i64().unwrap() > 1, "Hebrew is wide: {opener}");
        let total = shop.get("analytics/summary").await["total"].clone();
        assert_eq!((&total["chats"], &total["replied"], &total["leads"]), (&json!(1), &json!(1), &json!(1)), "one chat, which moved");
    }

    async fn reminders_go_by_text_message_too_where_they_can_be_answered(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.whatsapp.fail_next(1, Fault::Error { code: 131026 });
        shop.missed("0501234567").await;
        shop.grace().await;
        shop.hours(80).await;
        assert_eq!(shop.by_sms(CALLER).len(), 3, "the opener and two reminders");
        assert_eq!(shop.lead().await["status"], "unresponsive");
    }

    async fn a_text_from_a_name_promises_a_call_or_carries_a_link_and_the_promise_is_kept(db: TestDb) {
        let plan = Plan { whatsapp: false, sms_from: Some("Plumbers"), ..Plan::default() };
        let shop = Shop::planned(db, plan).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        let sent = shop.by_sms(CALLER);
        assert!(sent[0].body.contains("נחזור"), "{}", sent[0].body);
        assert_eq!(shop.tasks().await, ["call_back"]);
        shop.hours(60).await;
        assert_eq!(shop.by_sms(CALLER).len(), 1, "nobody is reminded who cannot answer");
        shop.set(json!({"outreach": {"sms_link": "https://plumbers.example/ask"}})).await;
        shop.missed("0501234568").await;
        shop.grace().await;
        assert!(shop.by_sms("+972501234568")[0].body.contains("https://plumbers.example/ask"));
    }

    async fn what_becomes_of_a_text_message_is_told_by_twilio_and_a_landline_becomes_a_task(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        for number in ["0501234567", "0501234568"] {
            shop.missed(number).await;
        }
        shop.grace().await;
        let url = "https://ring.example/webhooks/twilio/messages/status";
        let sids: Vec<String> =
            shop.twilio.sent().iter().filter(|s| s.to.starts_with("+9725012345")).map(|s| s.sid.clone()).collect();
        for (sid, status, error) in [(&sids[0], "delivered", None), (&sids[0], "sent", None), (&sids[1], "undelivered", Some("30006"))] {
            let signed = shop.twilio.status(sid, status, error, url);
            assert_eq!(shop.twilio_hook("/webhooks/twilio/messages/status", &signed).await.status, StatusCode::OK);
        }
        shop.run().await;
        let mut states: Vec<String> = shop.sms_rows().await.iter().map(|m| m["status"].as_str().unwrap().to_owned()).collect();
        states.sort();
        assert_eq!(states, ["delivered", "failed"], "a late `sent` changes nothing");
        assert_eq!(shop.tasks().await, ["call_back"]);
        assert!(shop.twilio.sent().iter().all(|sent| sent.from == SMS_FROM));
    }

    async fn a_number_of_unclear_kind_is_looked_up_once_and_a_landline_gets_no_text(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        shop.twilio.line("+12025550124", "landline");
        look_ups(&shop, "no").await;
        shop.missed("12025550123").await;
        shop.grace().await;
        assert!(shop.twilio.asked_lines().is_empty(), "it is paid for: only who wants it");
        assert_eq!(shop.by_sms("+12025550123").len(), 1);
        look_ups(&shop, "yes").await;
        for _ in 0..2 {
            for number in ["12025550124", "12025550125", "0501234567"] {
                shop.missed(number).await;
            }
            shop.grace().await;
            shop.hours(30).await;
        }
        let mut asked = shop.twilio.asked_lines();
        asked.sort();
        assert_eq!(asked, ["+12025550124", "+12025550125"], "once each, and not where the number tells");
        assert!(shop.by_sms("+12025550124").is_empty() && !shop.by_sms("+12025550125").is_empty());
        assert!(shop.tasks().await.iter().any(|task| task == "call_back"));
    }

    async fn what_was_looked_up_is_the_numbers_and_not_its_owners(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        look_ups(&shop, "yes").await;
        shop.twilio.line("+12025550124", "landline");
        shop.missed("12025550124").await;
        shop.grace().await;
        assert!(shop.by_sms("+12025550124").is_empty());
        let ids = ["+12025550124", "+12025550125"].map(|it| Identity::Phone(Phone::from_e164(it).unwrap()));
        let tenant: TenantId = shop.get("tenant").await["id"].as_str().unwrap().parse().unwrap();
        let mut tx = shop.app.db.store.begin(tenant).await.unwrap();
        tx.contacts().find_or_make(&ids).await.unwrap();
        tx.commit().await.unwrap();
        shop.missed("12025550125").await;
        shop.grace().await;
        assert_eq!(shop.by_sms("+12025550125").len(), 1, "the mobile of the same person");
        shop.hours(200).await;
        shop.missed("12025550124").await;
        shop.grace().await;
        assert!(shop.by_sms("+12025550124").is_empty(), "their landline still takes none");
        shop.texts("+12025550124", "צריך אינסטלטור").await;
        assert!(!shop.by_sms("+12025550124").is_empty(), "it does, after all");
    }

    async fn no_look_up_is_paid_for_where_no_text_goes(db: TestDb) {
        let shop = Shop::open(db).await;
        look_ups(&shop, "yes").await;
        shop.missed("12025550126").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp("+12025550126").len(), 1);
        shop.texts("+12025550127", "STOP").await;
        shop.missed("12025550127").await;
        shop.grace().await;
        assert!(shop.twilio.asked_lines().is_empty());
    }

    async fn look_ups_of_a_day_are_no_more_than_its_first_messages_may_be(db: TestDb) {
        let settings = json!({"limits": {"first_messages_per_day": 1}});
        let shop = Shop::planned(db, Plan { whatsapp: false, settings, ..Plan::default() }).await;
        look_ups(&shop, "yes").await;
        for number in ["12025550127", "12025550128"] {
            shop.twilio.line(&format!("+{number}"), "landline");
            shop.missed(number).await;
            shop.grace().await;
        }
        assert_eq!(shop.twilio.asked_lines(), ["+12025550127"]);
        assert_eq!(shop.by_sms("+12025550128").len(), 1, "it is tried then");
    }

    async fn an_account_that_does_not_say_holds_nobody_up_and_one_that_is_refused_is_told_of(db: TestDb) {
        let shop = Shop::planned(db, Plan { whatsapp: false, ..Plan::default() }).await;
        look_ups(&shop, "yes").await;
        let faults = [Fault::Status { status: 500 }, Fault::Status { status: 429 }, Fault::HangAfterAccept { ms: 60_000 }];
        for (nth, fault) in faults.into_iter().enumerate() {
            shop.twilio.fail_look_ups(1, fault);
            let number = format!("1202555013{nth}");
            shop.missed(&number).await;
            shop.grace().await;
            assert_eq!((shop.twilio.asked_lines().len(), shop.by_sms(&format!("+{number}")).len()), (nth + 1, 1));
        }
        assert!(shop.tasks().await.is_empty());
        // The first account looks nothing up, a second one does, and is refused.
        look_ups(&shop, "no").await;
        let config = json!({"account_sid": "AC00000000000000000000000000000002", "auth_token": "token-3", "lookup": "yes"});
        shop.app.connection(&shop.key, "twilio", config, "messages").await;
        shop.missed("12025550139").await;
        shop.grace().await;
        assert_eq!(shop.by_sms("+12025550139").len(), 1);
        assert_eq!(shop.tasks().await, ["mend_connection"]);
    }

    async fn a_paused_template_degrades_to_text_messages_with_one_alert_a_day(db: TestDb) {
        let shop = Shop::open(db).await;
        shop.hook("message_template_status_update", json!({"event": "PAUSED", "message_template_id": 1,
            "message_template_name": "first", "message_template_language": "he"})).await;
        for number in ["0501234567", "0501234568"] {
            shop.missed(number).await;
        }
        shop.grace().await;
        assert_eq!(shop.twilio.sent().len(), 2);
        assert_eq!(shop.tasks().await, ["mend_template"], "told once");
        shop.hours(4).await; // a first pause lasts three hours
        shop.missed("0501234569").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp("+972501234569").len(), 1, "the pause is over");
    }

    async fn without_text_messages_a_paused_template_means_a_task_for_each_caller_and_one_to_mend_it(db: TestDb) {
        let shop = Shop::planned(db, Plan { sms_from: None, ..Plan::default() }).await;
        shop.hook("message_template_status_update", json!({"event": "REJECTED", "message_template_id": 1,
            "message_template_name": "first", "message_template_language": "he"})).await;
        for number in ["0501234567", "0501234568"] {
            shop.missed(number).await;
        }
        shop.grace().await;
        assert_eq!(shop.tasks().await, ["call_back", "call_back", "mend_template"]);
        assert!(shop.decided("hold", "A8", "template_not_approved").await);
    }

    async fn a_template_speaks_the_customers_language_where_it_is_approved_in_it(db: TestDb) {
        let plan = Plan::default();
        let templates = [plan.templates, vec![TemplateSpec::approved("first", "en", "{{1}}")]].concat();
        let shop = Shop::planned(db, Plan { templates, settings: json!({"outreach": {"give_up": "1h", "reminders": []}}), ..Plan::default() }).await;
        let connection = shop.list("connections").await.into_iter().find(|c| c["kind"] == "whatsapp_cloud").unwrap();
        shop.app.patch(&format!("/api/v1/connections/{}", connection["id"].as_str().unwrap()), &shop.key, json!({"config": {"waba_id": "700000000000001"}})).await;
        shop.post(&format!("connections/{}/templates", connection["id"].as_str().unwrap()), json!({})).await;
        shop.missed("0501234567").await;
        shop.change_contact(CALLER, json!({"language": "en"})).await;
        shop.grace().await;
        shop.missed("0501234568").await;
        shop.grace().await;
        let language = |to: &str| shop.on_whatsapp(to)[0].template.clone().map(|(_, language)| language);
        assert_eq!(language(CALLER).as_deref(), Some("en"));
        assert_eq!(language("+972501234568").as_deref(), Some("he"));
    }

    async fn a_template_gets_as_many_parameters_as_it_takes(db: TestDb) {
        let templates = vec![TemplateSpec::approved("first", "he", "..."), TemplateSpec::approved("lead", "he", "{{1}}, {{2}}")];
        let shop = Shop::planned(db, Plan { templates, ..Plan::default() }).await;
        let connection = shop.list("connections").await.into_iter().find(|c| c["kind"] == "whatsapp_cloud").unwrap();
        let account = json!({"config": {"waba_id": "700000000000001"}});
        shop.app.patch(&format!("/api/v1/connections/{}", connection["id"].as_str().unwrap()), &shop.key, account).await;
        shop.app.run_due().await; // the templates are read by themselves
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp(CALLER)[0].template, Some(("first".to_owned(), "he".to_owned())));
        assert_eq!(shop.tasks().await, [""; 0], "nobody need mend anything, and the owner was told");
    }

    async fn a_days_caps_hold_what_is_above_them_and_are_told_once(db: TestDb) {
        let shop = Shop::with(db, json!({"limits": {"messages_per_day": 2}, "outreach": {"reminders": []}})).await;
        for number in ["0501234567", "0501234568", "0501234569", "0501234560"] {
            shop.missed(number).await;
            shop.grace().await;
        }
        assert_eq!(shop.whatsapp.sent().iter().filter(|s| s.to != "+972507654321").count(), 2);
        assert!(shop.decided("hold", "P12", "cap_messages").await);
        assert_eq!(shop.tasks().await, ["call_back", "call_back", "cap"], "a task for each caller, one alert");
        shop.hours(24).await;
        shop.missed("0501234561").await;
        shop.grace().await;
        assert_eq!(shop.on_whatsapp("+972501234561").len(), 1, "a new day");
    }

    async fn money_and_segments_have_caps_of_their_own(db: TestDb) {
        let plan = Plan { whatsapp: false, settings: json!({"limits": {"sms_segments_per_day": 3}}), ..Plan::default() };
        let shop = Shop::planned(db, plan).await;
        shop.missed("0501234567").await;
        shop.grace().await;
        assert_eq!(shop.twilio.sent().iter().filter(|s| s.to == CALLER).count(), 1, "three wide segments at least");
        shop.missed("0501234568").await;
        shop.grace().await;
        assert!(shop.decided("hold", "P12", "cap_sms").await);
        shop.set(json!({"limits": {"sms_segments_per_day": 1000, "message_money_per_day": 10, "prices": {"sms_segments_100": 500}}})).await;
        shop.missed("0501234569").await;
        shop.grace().await;
        shop.missed("0501234560").await;
        shop.grace().await;
        assert!(shop.decided("hold", "P12", "cap_money").await, "three segments of five cents each are above ten");
    }
}
