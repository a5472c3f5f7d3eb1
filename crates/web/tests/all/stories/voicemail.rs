//! A voicemail is content: read like a message of the caller's, before or after the first message, and not asked again (A2, A9).

use crate::shop::{CALLER, DID, OWNER, Shop, minutes};
use http::StatusCode;
use ringleader_providers::generic::fake::{call, sign};
use ringleader_providers::standard_webhooks::Secrets;
use ringleader_providers::voicenter::fake::Scenario;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// `CALLER` as the switchboard tells it.
const MOBILE: &str = "0501234567";
const NEED_AND_TIME: &str = "היי, אני צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// A shop whose switchboard tells of voicemails.
struct Board {
    shop: Shop,
    path: String,
}

impl Board {
    async fn open(shop: Shop) -> Self {
        let path = shop.app.connection(&shop.key, "calls", json!({"secret": SECRET}), "calls").await;
        let heard = json!({"settings": {"templates": {"first_message_heard": {"name": "heard", "language": "he"}}}});
        let patched = shop.app.patch("/api/v1/tenant", &shop.key, heard).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        Self { shop, path }
    }

    /// The switchboard tells of a voicemail, with its words where they are known.
    async fn left(&self, event: &str, from: Option<&str>, words: Option<&str>) {
        let id = format!("pbx-{}", from.unwrap_or("withheld"));
        self.tell(event, &id, from, words).await;
    }

    /// The same of a call of this id.
    async fn tell(&self, event: &str, id: &str, from: Option<&str>, words: Option<&str>) {
        let now = self.shop.app.db.clock.now();
        let mut body = call(id, "", DID, "voicemail", now);
        body["from"] = json!(from);
        if let Some(words) = words {
            body["transcript"] = json!([{"role": "customer", "text": words}]);
        }
        let signed = sign(&Secrets::parse(SECRET).unwrap(), event, now, &body);
        let headers: Vec<(&str, &str)> = signed.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.shop.post(&self.path, &headers, signed.body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.shop.run().await;
    }

    /// The facts of the lead, and what each was read from.
    async fn facts(&self) -> Vec<(String, Option<String>)> {
        let lead = self.shop.lead().await["id"].as_str().unwrap().parse().unwrap();
        let mut read = self.shop.app.cx.store.read(self.shop.app.tenant_of(&self.shop.key).await).await.unwrap();
        read.leads().facts(lead).await.unwrap().into_iter().map(|fact| (fact.name, fact.origin)).collect()
    }
}

both_engines! {
    async fn the_first_message_asks_only_for_what_a_voicemail_did_not_tell(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        for event in ["evt_1", "evt_2"] {
            board.left(event, Some(MOBILE), Some(NEED_AND_TIME)).await;
        }
        let call = board.shop.list("calls").await[0]["id"].clone();
        let facts = board.facts().await;
        let known = |name: &str| (name.to_owned(), call.as_str().map(str::to_owned));
        assert_eq!(facts, [known("need"), known("preference")]);
        assert_eq!(board.shop.lead().await["status"], "qualifying");
        board.shop.pass(minutes(2)).await;
        let sent = board.shop.to_caller();
        let (name, _) = sent[0].template.clone().unwrap();
        assert_eq!((sent.len(), name.as_str()), (1, "heard"));
        assert!(sent[0].text.contains("אפשר לכתוב כאן שם.") && !sent[0].text.contains("במה מדובר"), "{}", sent[0].text);
        let decisions = board.shop.list("decisions?limit=200").await;
        let sending = decisions.iter().find(|it| it["verdict"] == "send" && it["evidence"]["voicemail"][0] == call);
        assert!(sending.unwrap()["explanation"].as_str().unwrap().contains("תא הקולי"), "{sending:?}");
        board.shop.says("דני").await;
        let lead = board.shop.lead().await;
        assert_eq!((&lead["status"], &lead["name"]), (&json!("qualified"), &json!("דני")), "{lead}");
        assert!(board.shop.wished().await.last().unwrap()["purpose"] == "confirm");
    }

    async fn a_voicemail_that_tells_everything_is_asked_nothing_and_reminded_of_nothing(db: TestDb) {
        let board = Board::open(Shop::open(db).await.with_sms().await).await;
        let off = json!({"settings": {"templates": {"first_message": null, "first_message_heard": null}}});
        board.shop.app.patch("/api/v1/tenant", &board.shop.key, off).await;
        board.left("evt_1", Some(MOBILE), Some("שלום, קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר")).await;
        board.shop.pass(minutes(2)).await;
        let texts = board.shop.texts_to(CALLER);
        assert_eq!(texts.len(), 1);
        assert!(texts[0].body.contains("נחזור אליכם") && !texts[0].body.contains("לכתוב כאן"), "{}", texts[0].body);
        assert_eq!(board.shop.lead().await["status"], "qualified");
        board.shop.pass_in_steps(60, minutes(60)).await;
        assert_eq!(board.shop.texts_to(CALLER).len(), 1, "nothing is missing, so nothing is reminded");
    }

    async fn words_that_come_late_are_not_asked_again(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        board.left("evt_1", Some(MOBILE), None).await;
        board.shop.pass(minutes(2)).await;
        assert_eq!(board.shop.to_caller()[0].template.as_ref().unwrap().0, "first", "no words, no facts");
        let told = board.shop.fake.sent_to(OWNER).len();
        for event in ["evt_2", "evt_3", "evt_1"] {
            board.left(event, Some(MOBILE), Some(NEED_AND_TIME)).await;
        }
        assert_eq!(board.shop.to_caller().len(), 1, "a voicemail is answered by nothing");
        assert!(board.shop.lead().await["need"].as_str().unwrap().contains("אינסטלטור"));
        board.shop.pass(minutes(6)).await;
        assert_eq!(board.shop.fake.sent_to(OWNER).len(), told + 1, "the owner hears of it once");
        board.shop.says("היי").await;
        assert_eq!(board.shop.purposes().await, ["first_message", "ask_name"]);
        board.shop.says("דני").await;
        assert_eq!(board.shop.purposes().await.last().unwrap(), "confirm");
    }

    async fn who_asks_for_silence_or_dialled_wrongly_is_not_written_to(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        board.left("evt_1", Some(MOBILE), Some("סליחה, טעות במספר")).await;
        board.shop.pass(minutes(5)).await;
        assert!(board.shop.to_caller().is_empty());
        assert!(board.shop.decided("skip", "wrong_number").await);
        board.left("evt_2", Some("0501234568"), Some("אל תשלחו לי יותר הודעות")).await;
        board.shop.pass(minutes(5)).await;
        assert!(board.shop.fake.sent_to("+972501234568").is_empty());
        assert!(board.shop.decided("skip", "opted_out").await);
    }

    async fn whose_chat_is_over_is_not_written_to_when_their_voicemail_says_that_it_is_over(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        board.left("evt_1", Some(MOBILE), None).await;
        board.shop.pass(minutes(2)).await;
        for _ in 0..9 {
            board.shop.says("אוקיי").await; // nothing useful: the chat ends with what is known
        }
        assert_eq!(board.shop.list("conversations").await[0]["state"], "completed");
        board.shop.pass(minutes(60)).await;
        let before = board.shop.to_caller().len();
        board.tell("evt_2", "pbx-2", Some(MOBILE), Some("סליחה, טעות במספר")).await;
        board.shop.pass(minutes(5)).await;
        assert_eq!(board.shop.to_caller().len(), before, "no opener");
        assert!(board.shop.decided("skip", "wrong_number").await);
    }

    async fn a_chat_that_a_voicemail_completes_leaves_the_call_its_answer(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        board.left("evt_1", Some(MOBILE), None).await;
        board.shop.pass(minutes(2)).await;
        board.shop.pass_in_steps(80, minutes(60)).await;
        assert_eq!(board.shop.lead().await["status"], "unresponsive");
        let before = board.shop.to_caller().len();
        board.tell("evt_2", "pbx-2", Some(MOBILE), Some("שלום, קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר")).await;
        assert_eq!(board.shop.lead().await["status"], "qualified");
        board.shop.pass(minutes(3)).await;
        assert_eq!(board.shop.to_caller().len(), before + 1, "they hear that we have it");
        let episodes = board.shop.list("episodes?limit=200").await;
        assert!(episodes.iter().all(|it| it["state"] == "contacted"), "{episodes:?}");
    }

    async fn who_asks_on_a_voicemail_to_be_rung_at_once_is_a_task_and_the_owner_knows(db: TestDb) {
        let board = Board::open(Shop::open(db).await).await;
        for event in ["evt_1", "evt_2"] {
            board.left(event, Some(MOBILE), Some("היי זה דני, צריך אינסטלטור, תתקשרו אליי עכשיו בבקשה")).await;
        }
        let tasks = board.shop.tasks("call_now").await;
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        assert!(tasks[0]["urgency"] == "urgent" && tasks[0]["detail"].as_str().unwrap().contains("הושארה הודעה"), "{tasks:?}");
        assert!(tasks[0]["title"].as_str().unwrap().contains("דני") && tasks[0]["lead_id"].is_string(), "{tasks:?}");
        assert_eq!(board.shop.fake.sent_to(OWNER).len(), 1, "at once");
        // They are rung: nothing is left to do, and words that come again after that are no new wish.
        let talk = Scenario::called_back(DID, MOBILE, 40).id("back-1").at(board.shop.app.db.clock.now());
        board.shop.report(&talk).await;
        assert!(board.shop.tasks("call_now").await.is_empty());
        board.tell("evt_2b", "vm-2", Some(MOBILE), None).await;
        let talk = Scenario::called_back(DID, MOBILE, 40).id("back-2").at(board.shop.app.db.clock.now());
        board.shop.report(&talk).await;
        let told = board.shop.fake.sent_to(OWNER).len();
        board.tell("evt_2c", "vm-2", Some(MOBILE), Some("תתקשרו אליי עכשיו")).await;
        assert!(board.shop.tasks("call_now").await.is_empty(), "what they asked for before they were rung comes late");
        assert_eq!(board.shop.fake.sent_to(OWNER).len(), told);
        // A talk of before, that is reported late, was not about what they asked for since.
        let before = board.shop.app.db.clock.now();
        board.shop.pass(minutes(2)).await; // it was over for a minute
        board.tell("evt_2d", "vm-3", Some(MOBILE), Some("זה דני, תתקשרו אליי עכשיו")).await;
        board.shop.report(&Scenario::called_back(DID, MOBILE, 40).id("back-0").at(before)).await;
        let tasks = board.shop.tasks("call_now").await;
        assert_eq!(tasks.len(), 1);
        // Who said that it is done hears of it no more, though the words come again in a better spelling.
        let done = format!("/api/v1/tasks/{}", tasks[0]["id"].as_str().unwrap());
        assert_eq!(board.shop.app.patch(&done, &board.shop.key, json!({"state": "done"})).await.status, StatusCode::OK);
        let told = board.shop.fake.sent_to(OWNER).len();
        board.tell("evt_2e", "vm-3", Some(MOBILE), Some("זה דני, תתקשרו אליי עכשיו בבקשה")).await;
        assert_eq!((board.shop.tasks("call_now").await.len(), board.shop.fake.sent_to(OWNER).len()), (0, told));
        // Who cannot be written to has one task: that a message was left says more than that they called.
        board.left("evt_3", Some("031234567"), Some("זה דני, תתקשרו אליי עכשיו")).await;
        let open = board.shop.list("tasks?limit=200").await;
        let open: Vec<_> = open.iter().filter(|it| it["state"] == "open" && it["phone"] == "+97231234567").collect();
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!(open[0]["kind"], "call_now");
    }

    async fn danger_on_a_voicemail_calls_for_people_at_once_and_writes_no_cold_opener(db: TestDb) {
        let board = Board::open(Shop::open(db).await.with_sms().await).await;
        let on_call = json!({"settings": {"reception": {"on_call": [{"name": "Ido", "phone": "+972507654329"}]}}});
        let patched = board.shop.app.patch("/api/v1/tenant", &board.shop.key, on_call).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        for event in ["evt_1", "evt_2"] {
            board.left(event, Some(MOBILE), Some("יש ריח חזק של גז בדירה")).await;
        }
        assert_eq!(board.shop.tasks("emergency").await.len(), 1);
        assert_eq!(board.shop.texts_to("+972507654329").len(), 1, "who is on call has it");
        board.shop.pass(minutes(3)).await;
        let texts = board.shop.texts_to(CALLER);
        assert_eq!(texts.len(), 1, "safety words, once: {texts:?}");
        assert!(texts[0].body.contains("102"), "{}", texts[0].body);
        assert!(board.shop.to_caller().is_empty(), "no cold opener");
        // Of a number that is withheld nothing is known, and people hear of the danger all the same.
        board.left("evt_3", None, Some("there is a fire in the kitchen")).await;
        assert_eq!(board.shop.tasks("emergency").await.len(), 2);
    }
}
