//! Our client over real HTTP: what it sends, what it reads, what it never says.

use super::world::{NOA, TOKEN, World, config, http, outgoing, template, text};
use ringleader_core::message::{Content, ListRow};
use ringleader_providers::messaging::{Address, Lookup, Messaging, Outgoing, SendError, scrub};
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, NumberSpec, Says, TemplateSpec};
use ringleader_providers::whatsapp_cloud::{Client, Config};
use serde_json::json;

#[tokio::test]
async fn a_template_arrives_with_plus_key_and_clean_parameters() {
    let world = World::new().await;
    let accepted = world.send(template("first_message", &["מספרת\nהדגמה\t ו    בניו"])).await.unwrap();
    assert_eq!(accepted.remark.as_deref(), Some("accepted"));
    let sent = world.fake.sent_to(NOA);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].id, accepted.provider_id);
    assert_eq!(sent[0].text, "שלום ממספרת הדגמה ו בניו, איך אפשר לעזור?");
    assert_eq!(sent[0].send_key.as_deref(), Some("msg_1"));
    assert_eq!(sent[0].template, Some(("first_message".to_owned(), "he".to_owned())));
}

#[tokio::test]
async fn buttons_and_texts_go_out_once_the_customer_has_written() {
    let world = World::new().await;
    world.fake.customer_says(NOA, Says::text("היי"));
    let buttons = vec![("yes".to_owned(), "כן".to_owned()), ("no".to_owned(), "לא".to_owned())];
    world.send(Content::Buttons { body: "לחזור אליך?".to_owned(), buttons: buttons.clone() }).await.unwrap();
    world.send(text("תודה")).await.unwrap();
    let sent = world.fake.sent();
    assert_eq!((&sent[0].buttons, sent[0].text.as_str()), (&buttons, "לחזור אליך?"));
    assert_eq!((sent[1].kind.as_str(), sent[1].text.as_str()), ("text", "תודה"));
}

#[tokio::test]
async fn a_list_goes_out_with_up_to_ten_rows() {
    let world = World::new().await;
    world.fake.customer_says(NOA, Says::text("hello"));
    let row = |nth: usize| ListRow {
        id: format!("option:{nth}"),
        title: format!("Row {nth}"),
        description: (nth == 1).then(|| "The first of them, in more words than a title holds".to_owned()),
    };
    let list = |rows: usize| Content::List {
        body: "Which one?".to_owned(),
        label: "Choose".to_owned(),
        rows: (1..=rows).map(row).collect(),
    };
    world.send(list(10)).await.unwrap();
    let sent = world.fake.sent().pop().unwrap();
    assert_eq!(
        (sent.kind.as_str(), sent.list.as_deref(), sent.text.as_str()),
        ("interactive", Some("Choose"), "Which one?")
    );
    assert_eq!((sent.buttons.len(), &sent.buttons[9]), (10, &("option:10".to_owned(), "Row 10".to_owned())));
    let refused = world.send(list(11)).await;
    assert!(matches!(&refused, Err(SendError::Rejected(f)) if f.code == "131009"), "{refused:?}");
}

#[tokio::test]
async fn a_customer_known_only_by_user_id_is_reached_by_it() {
    let world = World::new().await;
    let user = "GB.30000000000000000017".to_owned();
    let spec = CustomerSpec { user_id: Some(user.clone()), hide_phone: true, ..CustomerSpec::default() };
    world.fake.customer(NOA, spec);
    world.fake.customer_says(NOA, Says::text("hello"));
    let to = Address { user_key: Some(user.clone()), ..Address::default() };
    let accepted = world
        .client
        .send(&Outgoing {
            to,
            send_key: "msg_2".to_owned(),
            content: text("hi"),
            link: None,
            leave: None,
            calendar: None,
        })
        .await
        .unwrap();
    assert_eq!(accepted.user_key, Some(user));
    assert_eq!(world.fake.sent_to(NOA).len(), 1);
}

#[tokio::test]
async fn nothing_leaves_without_an_address_or_with_content_that_cannot_be_sent() {
    let world = World::new().await;
    let nobody = Outgoing {
        to: Address::default(),
        send_key: "k".to_owned(),
        content: text("hi"),
        link: None,
        leave: None,
        calendar: None,
    };
    assert!(matches!(world.client.send(&nobody).await, Err(SendError::Rejected(f)) if f.code == "no_address"));
    let odd = Content::Revoke { original: "x".to_owned() };
    assert!(matches!(world.send(odd).await, Err(SendError::Rejected(f)) if f.code == "unsupported_content"));
    let look_up = world.client.find_sent(&outgoing("k", text("hi")), world.clock.now()).await;
    assert_eq!(look_up, Ok(Lookup::NotOffered));
}

#[tokio::test]
async fn a_refused_connection_is_known_to_have_sent_nothing() {
    // Bound, so that nobody else gets the port; not listening, so that whoever connects is refused.
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = format!("http://{}/v26.0", held.local_addr().unwrap());
    let client = Client::new(http(), &closed, &config());
    let error = client.send(&outgoing("k", text("hi"))).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error:?}");
    assert_eq!(error.failure().code, "not_sent");
}

#[tokio::test]
async fn a_wrong_token_halts_and_is_never_printed() {
    let world = World::new().await;
    let spec = NumberSpec { access_token: Some("another".to_owned()), ..NumberSpec::default() };
    world.fake.number(spec);
    let error = world.send(text("hello")).await.unwrap_err();
    assert!(matches!(&error, SendError::Halted(f) if f.code == "190"), "{error:?}");
    let printed = format!("{error:?} {error} {:?} {:?}", world.client, config());
    assert!(!printed.contains(TOKEN), "{printed}");
}

#[test]
fn words_of_a_provider_lose_long_numbers_and_excess() {
    assert_eq!(scrub("(#131047) to +447700900117 failed"), "(#131047) to +… failed");
    assert_eq!(scrub(&"x".repeat(1000)).len(), 300);
    assert_eq!(scrub("447700900117"), "…");
}

#[tokio::test]
async fn marking_read_shows_typing_and_a_bad_id_is_refused() {
    let world = World::new().await;
    let id = world.fake.customer_says(NOA, Says::text("היי"));
    world.client.mark_read(&id, true).await.unwrap();
    assert_eq!(world.fake.counts().marked_read, 1);
    let error = world.client.mark_read("wamid.NONE", false).await.unwrap_err();
    assert_eq!(error.failure().code, "131009");
}

#[tokio::test]
async fn all_pages_of_templates_are_read() {
    let world = World::new().await;
    for n in 0..230 {
        let mut spec = TemplateSpec::approved(&format!("t{n}"), "en_GB", "Hello {{1}}, {{2}} and {{1}}");
        spec.status = if n % 2 == 0 { "APPROVED" } else { "PAUSED" }.to_owned();
        world.fake.template(spec);
    }
    let templates = world.client.templates().await.unwrap();
    assert_eq!(templates.len(), 231);
    let last = templates.last().unwrap();
    assert_eq!((last.name.as_str(), last.params, last.status.as_str()), ("t229", 2, "PAUSED"));
}

#[tokio::test]
async fn the_connection_test_sees_the_number() {
    let world = World::new().await;
    let number = world.client.number().await.unwrap();
    assert_eq!(number.status.as_deref(), Some("CONNECTED"));
    assert_eq!(number.display_phone_number.as_deref(), Some("+442079460018"));
}

#[test]
fn wrong_settings_are_named_field_by_field() {
    let fields = |value| -> Vec<String> {
        let errors = Config::parse(&value).map(|_| ()).unwrap_err();
        errors.into_iter().map(|e| e.field).collect()
    };
    assert_eq!(fields(json!({})), ["phone_number_id", "display_number", "access_token"]);
    assert_eq!(fields(json!([])), [""]);
    let wrong = json!({ "phone_number_id": "+442079460018", "display_number": "050-123-4567", "access_token": "a b",
        "app_secret": 7, "waba_id": "../x", "verify": "?" });
    assert_eq!(fields(wrong), ["phone_number_id", "display_number", "access_token", "waba_id", "verify"]);
    let good =
        json!({ "phone_number_id": 800000000000042_u64, "display_number": "44 20 7946-0018", "access_token": "t" });
    let config = Config::parse(&good).unwrap();
    assert_eq!(config.display_number.as_str(), "+442079460018");
    assert_eq!(config.phone_number_id, "800000000000042");
}
