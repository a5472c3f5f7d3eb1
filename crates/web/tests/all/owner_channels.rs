//! The owner is told: over each channel, in duty order, in their own time, and with one-tap answers (A13).

mod shop;

use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use ringleader_providers::faults::Fault;
use ringleader_providers::slack::fake::SlackFault;
use ringleader_providers::smtp::fake::SmtpFault;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

use shop::*;

both_engines! {
    async fn an_email_is_answered_by_a_form_once_and_looking_changes_nothing(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["email"]})).await;
        shop.lead("0501234567", "call-1").await;
        let mails = shop.mail.mails();
        assert_eq!((mails.len(), mails[0].to[0].as_str()), (1, "dana@shop.example"));
        let text = mails[0].part("text/plain").unwrap();
        assert!(text.contains("+972501234567"), "a tappable number: {text}");
        let link = Shop::link(&text);
        let stored = shop.app.get("/api/v1/messages", &shop.key).await.text;
        assert!(!stored.contains(&link), "whoever reads messages cannot answer");
        for _ in 0..3 {
            let page = shop.app.get(&format!("{link}?a=not_lead"), "").await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text.contains("form") && !page.text.contains("501234567"), "{}", page.text);
            assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow");
        }
        assert_eq!(shop.list("leads").await[0]["status"], "new", "previews do nothing");
        let wrong = Request::post(&link).header("content-type", "application/x-www-form-urlencoded");
        let wrong = shop.app.send(wrong.body(Body::from("a=delete")).unwrap()).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);

        shop.tap(&link, "not_lead").await;
        assert_eq!(shop.list("leads").await[0]["status"], "lost");
        shop.tap(&link, "spoke").await;
        assert_eq!(shop.list("leads").await[0]["status"], "lost", "one answer");
        shop.pass(hours(30)).await;
        assert_eq!(shop.whatsapp.sent_to("+972501234567").len(), 1, "no reminders to someone who is no lead");
        assert_eq!(shop.app.get("/a/guessed", "").await.status, StatusCode::NOT_FOUND);
        let trail = shop.list("audit").await;
        assert!(trail.iter().any(|line| line["actor"] == "owner" && line["action"] == "lead.status"), "{trail:?}");
    }

    async fn a_text_message_and_a_room_carry_the_same_answers(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["sms"]})).await;
        shop.lead("0501234567", "call-1").await;
        let sms: Vec<_> = shop.twilio.sent().into_iter().filter(|s| s.to == OWNER).collect();
        assert_eq!(sms.len(), 1);
        shop.tap(&Shop::link(&sms[0].body), "spoke").await;
        assert_eq!(shop.list("leads").await[0]["status"], "contacted");

        let settings = json!({"settings": {"notify": {"channels": ["slack"]}}});
        assert_eq!(shop.app.patch("/api/v1/tenant", &shop.key, settings).await.status, StatusCode::OK);
        shop.lead("0521234567", "call-2").await;
        let posts = shop.slack.posts();
        assert_eq!(posts.len(), 1);
        let url = posts[0]["blocks"][1]["elements"][2]["url"].as_str().unwrap();
        assert!(url.ends_with("?a=remind"), "{url}");
        shop.tap(&Shop::link(url), "remind").await;
        shop.pass(SignedDuration::from_mins(59)).await;
        assert_eq!(shop.slack.posts().len(), 1);
        shop.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(shop.slack.posts().len(), 2, "reminded after an hour");
    }

    async fn when_a_channel_fails_the_next_is_used_at_once_and_the_failure_is_told(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["sms", "email", "slack"]})).await;
        shop.twilio.fail_next(1, Fault::Error { code: 20003 }); // our account is refused
        shop.mail.fail_next(SmtpFault::Greeting(421)); // "come back later"
        shop.lead("0501234567", "call-1").await;
        assert_eq!(shop.slack.posts().len(), 1, "no clock moved");
        assert!(shop.mail.mails().is_empty());
        assert_eq!(shop.decided("channel_failed").await, 2);
        assert_eq!(shop.tasks("channel_failed").await, 2);
        assert_eq!(shop.tasks("mend_connection").await, 1);
        assert_eq!(shop.tasks("alert").await, 0);
        shop.pass(hours(1)).await;
        assert_eq!((shop.slack.posts().len(), shop.mail.mails().len()), (1, 0), "told once");
    }

    async fn a_text_message_that_fails_after_it_was_taken_is_followed_by_the_next_channel(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["sms", "email"]})).await;
        shop.lead("0501234567", "call-1").await;
        assert_eq!((shop.twilio.sent().len(), shop.mail.mails().len()), (1, 0));
        let sid = shop.twilio.sent()[0].sid.clone();
        for _ in 0..2 {
            shop.text_status(&sid, "undelivered", Some("30003")).await;
        }
        assert_eq!(shop.mail.mails().len(), 1, "at once, and once");
        assert_eq!((shop.decided("channel_failed").await, shop.tasks("channel_failed").await), (1, 1));
        shop.text_status(&sid, "sent", None).await; // an old status that comes late
        shop.pass(hours(1)).await;
        assert_eq!((shop.twilio.sent().len(), shop.mail.mails().len()), (1, 1));
    }

    async fn who_left_by_text_message_gets_no_email_either(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["slack"]})).await;
        shop.lead("0501234567", "call-1").await;
        assert!(shop.emails_customer("before").await == "accepted" && shop.mail.mails().len() == 1);
        let url = "https://ring.example/webhooks/twilio/messages";
        let stop = shop.twilio.customer_says("+972501234567", "+15005550006", "STOP", url);
        shop.twilio_posts("/webhooks/twilio/messages", stop).await;
        assert_eq!(shop.emails_customer("after").await, "held");
        assert_eq!(shop.mail.mails().len(), 1);
    }

    async fn a_mail_that_may_have_been_taken_is_not_repeated_and_the_next_channel_is_used(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["email", "slack"]})).await;
        shop.mail.fail_next(SmtpFault::CutAfterData);
        shop.lead("0501234567", "call-1").await;
        assert_eq!((shop.mail.mails().len(), shop.slack.posts().len()), (1, 1));
        shop.pass(hours(2)).await;
        assert_eq!((shop.mail.mails().len(), shop.slack.posts().len()), (1, 1));
        assert_eq!(shop.tasks("alert").await, 0);
    }

    async fn when_nothing_works_the_dashboard_has_an_alert(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["sms", "email", "slack"]})).await;
        shop.twilio.fail_next(1, Fault::Error { code: 21211 });
        shop.mail.fail_next(SmtpFault::Sender(553));
        shop.slack.fail_next(1, SlackFault::Word(400, "invalid_blocks"));
        shop.lead("0501234567", "call-1").await;
        assert_eq!(shop.tasks("alert").await, 1);
        assert_eq!(shop.decided("owner_not_reached").await, 1);
    }

    async fn a_note_that_the_room_does_not_take_is_told_of_once_a_day(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["email"]})).await;
        shop.lead("0501234567", "call-1").await;
        for n in 1..=2 {
            shop.slack.fail_next(1, SlackFault::Word(400, "invalid_blocks"));
            assert_eq!(shop.writes("slack", note(&format!("note-{n}"))).await, "failed");
            assert_eq!((shop.decided("channel_failed").await, shop.tasks("channel_failed").await), (n, 1));
        }
        assert!(shop.slack.posts().is_empty());
    }

    async fn a_passing_problem_of_the_only_channel_is_waited_for(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["email"]})).await;
        shop.mail.fail_next(SmtpFault::CutBeforeData);
        shop.lead("0501234567", "call-1").await;
        assert!(shop.mail.mails().is_empty());
        shop.pass(SignedDuration::from_secs(10)).await;
        assert_eq!(shop.mail.mails().len(), 1);
        assert_eq!(shop.tasks("alert").await, 0);
    }

    async fn everyone_is_told_in_their_own_time_of_what_is_new_to_them(db: TestDb) {
        // The test begins at some hour of the day: silence is set around it.
        let now = db.clock.now().to_zoned(jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap());
        let clock = |z: &jiff::Zoned| z.strftime("%H:%M").to_string();
        let quiet = json!([{"days": "all", "from": clock(&(&now - hours(1))), "to": clock(&(&now + hours(3)))}]);
        let recipients = json!([
            {"name": "Avi", "email": "avi@shop.example", "quiet_hours": quiet},
            {"name": "Ruth", "email": "ruth@shop.example"}]);
        let shop = Shop::open(db, json!({"channels": ["email", "slack"], "recipients": recipients})).await;
        shop.lead("0501234567", "call-1").await;
        let to = |shop: &Shop| shop.mail.mails().iter().map(|m| m.to[0].clone()).collect::<Vec<_>>();
        assert_eq!(to(&shop), ["dana@shop.example", "ruth@shop.example"]);
        assert_eq!(shop.decided("owner_quiet_hours").await, 1);
        shop.pass(hours(4)).await;
        assert_eq!(to(&shop).iter().filter(|who| *who == "avi@shop.example").count(), 1);
        assert!(shop.slack.posts().is_empty(), "the first channel that works wins");
    }

    async fn on_duty_means_the_first_who_can_be_reached(db: TestDb) {
        let recipients = json!([{"name": "Avi", "email": "avi@shop.example"}, {"name": "Ruth", "email": "ruth@shop.example"}]);
        let always = json!([{"days": "all", "from": "00:00", "to": "12:00"}, {"days": "all", "from": "12:00", "to": "24:00"}]);
        let notify = json!({"channels": ["email"], "tell": "on_duty", "recipients": recipients, "owner_quiet_hours": always});
        let shop = Shop::open(db, notify).await;
        shop.lead("0501234567", "call-1").await;
        let mails = shop.mail.mails();
        assert_eq!((mails.len(), mails[0].to[0].as_str()), (1, "avi@shop.example"));
    }

    async fn buttons_on_whatsapp_answer_too(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["whatsapp"]})).await;
        shop.owner_sends("wamid.O1", json!({"type": "text", "text": {"body": "היי"}})).await;
        shop.lead("0501234567", "call-1").await;
        let sent = shop.whatsapp.sent_to(OWNER);
        assert_eq!((sent.len(), sent[0].kind.as_str()), (1, "interactive"));
        let lead = shop.list("leads").await[0]["id"].as_str().unwrap().to_owned();
        let tap = |answer: &str| json!({"type": "interactive", "interactive": {"type": "button_reply",
            "button_reply": {"id": format!("{answer}:{lead}"), "title": "x"}}});
        shop.owner_sends("wamid.O2", tap("remind")).await;
        shop.pass(hours(1)).await;
        assert_eq!(shop.whatsapp.sent_to(OWNER).len(), 2);
        shop.owner_sends("wamid.O3", tap("remind")).await;
        shop.owner_sends("wamid.O4", tap("spoke")).await;
        assert_eq!(shop.list("leads").await[0]["status"], "contacted");
        shop.pass(hours(2)).await;
        assert_eq!(shop.whatsapp.sent_to(OWNER).len(), 2, "nothing to be reminded of");
    }

    async fn outside_the_owners_window_the_template_carries_the_link(db: TestDb) {
        let shop = Shop::open(db, json!({"channels": ["whatsapp"]})).await;
        shop.lead("0501234567", "call-1").await;
        let sent = shop.whatsapp.sent_to(OWNER);
        let words = format!("{:?}", sent[0]);
        assert_eq!(sent[0].kind, "template");
        shop.tap(&Shop::link(&words), "not_lead").await;
        assert_eq!(shop.list("leads").await[0]["status"], "lost");
    }
}
