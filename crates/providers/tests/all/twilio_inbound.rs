//! Twilio's webhooks: signatures by the sheet's vectors, every kind of message, statuses (P5).

use jiff::Timestamp;
use proptest::prelude::*;
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Content, InboundMessage, MessageStatus};
use ringleader_core::optout::OptWord;
use ringleader_providers::twilio::inbound::{Event, parse};
use ringleader_providers::twilio::signature::{sign, verify};
use ringleader_providers::twilio::voice_status::form;

const TOKEN: &str = "fake-auth-token-for-tests-only-1";
const CA: &str = "CA00000000000000000000000000000001";
const AC: &str = "AC00000000000000000000000000000001";

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn at() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn read(body: &str) -> (Channel, Vec<InboundMessage>, Option<OptWord>) {
    match parse(body.as_bytes(), at()).unwrap() {
        Event::Messages { channel, messages, handled } => (channel, messages, handled),
        other => panic!("not a message: {other:?}"),
    }
}

fn sms(body: &str) -> String {
    let fields = [("MessageSid", "SM1"), ("From", "+447700900117"), ("To", "+15005550006"), ("Body", body)];
    let form = pairs(&fields);
    form.iter().map(|(n, v)| format!("{n}={}", v.replace('+', "%2B").replace(' ', "+"))).collect::<Vec<_>>().join("&")
}

#[test]
fn signatures_are_those_of_twilios_own_validator() {
    let voice = pairs(&[
        ("CallSid", CA),
        ("AccountSid", AC),
        ("From", "+442071838750"),
        ("To", "+15005550006"),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("ApiVersion", "2010-04-01"),
        ("CallerName", ""),
    ]);
    let sms = pairs(&[
        ("Body", "  כן 1 "),
        ("From", "whatsapp:+972501234567"),
        ("To", "whatsapp:+15005550006"),
        ("MessageSid", "SM00000000000000000000000000000001"),
        ("Tag", "b"),
        ("Tag", "a"),
        ("Tag", "b"),
    ]);
    let url = "https://calls.example.test/hooks/twilio/voice?org=7&x=a%20b";
    let get = format!("https://calls.example.test/hooks/twilio/voice?CallSid={CA}&From=%2B442071838750");
    for (url, form, signature) in [
        (url, &voice, "sCdXbZ4AhK6zJQM/j+ZyrLjMJ3s="),
        (url, &voice, "5ufdugiXUwQkjcjthxMpL8Up+F8="), // as signed with `:443`
        (get.as_str(), &vec![], "f+vIh5RM4BHUaaW4Bg8RXGKaUtQ="),
        ("https://calls.example.test/hooks/twilio/sms", &sms, "CB85dL5H+iyjFYWzWzc9TqpE0zE="),
    ] {
        assert!(verify(TOKEN, url, form, signature), "{signature}");
        assert!(!verify("another", url, form, signature));
        assert!(!verify(TOKEN, &format!("{url}x"), form, signature));
    }
}

#[test]
fn a_text_is_read_with_its_blanks_and_its_sender() {
    let (channel, messages, handled) = read(&sms("  hello there "));
    assert_eq!((channel, handled, messages.len()), (Channel::Sms, None, 1));
    assert_eq!(messages[0].from.as_ref().unwrap().as_str(), "+447700900117");
    assert_eq!(messages[0].content, Content::Text { body: "  hello there ".into() });
    assert_eq!((messages[0].number_key.as_str(), messages[0].at), ("+15005550006", at()));
}

#[test]
fn twilio_handles_its_own_words_and_no_others() {
    for (body, expected) in [
        ("STOP", Some(OptWord::Stop)),
        ("stop ", Some(OptWord::Stop)),
        ("Unsubscribe", Some(OptWord::Stop)),
        ("START", Some(OptWord::Start)),
        ("stop please", None),
        ("הסר", None),
    ] {
        assert_eq!(read(&sms(body)).2, expected, "{body}");
    }
    assert_eq!(read(&format!("{}&OptOutType=STOP", sms("nein danke"))).2, Some(OptWord::Stop), "its word counts");
    assert_eq!(read(&format!("{}&OptOutType=HELP", sms("stop"))).2, None);
}

#[test]
fn buttons_places_and_files_become_what_they_are() {
    let (channel, messages, _) = read(
        "MessageSid=SM2&From=whatsapp%3A%2B972501234567&To=whatsapp%3A%2B15005550006&ProfileName=Noa&Body=Sunday+10%3A00\
         &ButtonText=Sunday+10%3A00&ButtonPayload=slot%3A42&NumMedia=0",
    );
    assert_eq!(channel, Channel::Whatsapp);
    assert_eq!(messages[0].content, Content::Choice { id: "slot:42".into(), title: "Sunday 10:00".into() });
    assert_eq!(messages[0].profile_name.as_deref(), Some("Noa"));
    let (_, messages, _) = read(&format!("{}&Latitude=51.5&Longitude=-0.1&Label=Shop", sms("")));
    assert!(matches!(&messages[0].content, Content::Location { name: Some(name), .. } if name == "Shop"));
    let files = "&NumMedia=2&MediaUrl0=https%3A%2F%2Fa&MediaContentType0=image%2Fjpeg&MediaUrl1=https%3A%2F%2Fb&MediaContentType1=text%2Fvcard";
    let (_, messages, _) = read(&format!("{}{files}", sms("the leak")));
    assert_eq!(messages.len(), 2, "one for each file");
    assert_eq!(messages[0].content.words(), Some("the leak"));
    assert_ne!(messages[0].provider_id, messages[1].provider_id);
}

#[test]
fn statuses_are_read_and_unknown_ones_kept() {
    for (word, status) in [
        ("queued", Some(MessageStatus::Accepted)),
        ("sent", Some(MessageStatus::Sent)),
        ("delivered", Some(MessageStatus::Delivered)),
        ("undelivered", Some(MessageStatus::Failed)),
        ("teleported", None),
    ] {
        let body = format!("MessageSid=SM9&MessageStatus={word}&ErrorCode=30006&To=%2B447700900117");
        let Event::Status(report) = parse(body.as_bytes(), at()).unwrap() else { panic!("not a status") };
        assert_eq!((report.status, report.word.as_str(), report.provider_id.as_str()), (status, word, "SM9"));
        assert_eq!(report.failure.map(|f| f.code), (word == "undelivered").then(|| "30006".to_owned()));
    }
}

#[test]
fn what_lacks_its_fields_names_them() {
    let fields = |body: &str| -> Vec<String> {
        parse(body.as_bytes(), at()).unwrap_err().errors.into_iter().map(|e| e.field).collect()
    };
    assert_eq!(fields("Body=hi"), ["MessageSid", "From", "To"]);
    assert_eq!(fields("MessageStatus=sent"), ["MessageSid"]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..400), url in ".{0,40}") {
        let _ = parse(&body, at());
        let form = form(&body);
        prop_assert!(verify("token", &url, &form, &sign("token", url.split('#').next().unwrap(), &form)));
        let _ = verify("token", &url, &form, "not base64!");
    }
}
