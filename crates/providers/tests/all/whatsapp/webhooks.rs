//! One fixture per documented variant: what it becomes in our words (whatsapp-cloud sheet, 3, 4, 6.2, 11, 12).

use jiff::Timestamp;
use ringleader_core::message::{Content, InboundMessage, MessageStatus, StatusReport};
use ringleader_providers::messaging::{FailureClass, Scope, classify};
use ringleader_providers::whatsapp_cloud::inbound::{Event, EventKind, parse};

fn fixture(name: &str) -> Vec<Event> {
    let path = format!("{}/src/whatsapp_cloud/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read(path).unwrap()).unwrap()
}

fn one(name: &str) -> EventKind {
    let mut events = fixture(name);
    assert_eq!(events.len(), 1, "{name}");
    assert_eq!(events[0].waba_id.as_deref(), Some("700000000000001"));
    events.remove(0).kind
}

fn message(name: &str) -> InboundMessage {
    match one(name) {
        EventKind::Message(message) => message,
        other => panic!("{name}: {other:?}"),
    }
}

fn status(name: &str) -> StatusReport {
    match one(name) {
        EventKind::Status(status) => status,
        other => panic!("{name}: {other:?}"),
    }
}

fn sent_at() -> Timestamp {
    Timestamp::from_second(1_795_253_400).unwrap()
}

#[test]
fn a_text_keeps_sender_name_time_and_words() {
    let m = message("text");
    assert_eq!(m.from.as_ref().map(|p| p.as_str()), Some("+447700900117"));
    assert_eq!(m.user_key.as_deref(), Some("GB.30000000000000000017"));
    assert_eq!(m.profile_name.as_deref(), Some("Noa Example"));
    assert_eq!((m.number_key.as_str(), m.provider_id.as_str(), m.at), ("800000000000042", "wamid.SIM0001", sent_at()));
    assert_eq!(m.content, Content::Text { body: "אפשר לקבוע תור?".to_owned() });
    assert_eq!(m.reply_to, None);
    assert_eq!(message("text_reply").reply_to.as_deref(), Some("wamid.SIMOUT77"));
    assert_eq!(message("text_from_ad").content.kind(), "text");
}

#[test]
fn a_sender_without_number_or_profile_is_still_known() {
    let m = message("text_without_phone");
    assert_eq!((m.from, m.user_key.as_deref()), (None, Some("GB.30000000000000000017")));
    let m = message("text_without_profile");
    assert_eq!((m.profile_name, m.user_key), (None, None));
    assert!(m.from.is_some());
}

#[test]
fn every_type_becomes_its_kind_of_content() {
    let table = [
        ("image", "media"),
        ("video", "media"),
        ("voice_note", "media"),
        ("document", "media"),
        ("sticker", "media"),
        ("location", "location"),
        ("contacts", "contacts"),
        ("button_reply", "choice"),
        ("list_reply", "choice"),
        ("flow_reply", "other"),
        ("call_permission_reply", "other"),
        ("template_quick_reply", "choice"),
        ("reaction", "reaction"),
        ("reaction_removed", "reaction"),
        ("order", "other"),
        ("system_changed_number", "system"),
        ("unsupported", "other"),
        ("edit", "edit"),
        ("revoke", "revoke"),
        ("request_welcome", "other"),
        ("unknown_type", "other"),
        ("group_text", "other"),
    ];
    for (name, kind) in table {
        assert_eq!(message(name).content.kind(), kind, "{name}");
    }
}

#[test]
fn media_choices_edits_and_unknown_types_keep_what_matters() {
    let Content::Media { media, voice, mime_type, media_id, .. } = message("voice_note").content else { panic!() };
    assert_eq!((media.as_str(), voice, mime_type.as_deref()), ("audio", true, Some("audio/ogg; codecs=opus")));
    assert_eq!(media_id.as_deref(), Some("900000000000001"));
    let Content::Media { caption, file_name, .. } = message("document").content else { panic!() };
    assert_eq!((caption.as_deref(), file_name.as_deref()), (Some("signed"), Some("lease.pdf")));
    let choice = |id: &str, title: &str| Content::Choice { id: id.to_owned(), title: title.to_owned() };
    assert_eq!(message("button_reply").content, choice("yes", "Yes"));
    assert_eq!(message("list_reply").content, choice("slot_42", "Sunday 10:00"));
    assert_eq!(message("template_quick_reply").content, choice("CB_YES", "כן"));
    let edit =
        Content::Edit { original: "wamid.SIM0000".to_owned(), body: Some("I meant Tuesday".to_owned()), before: None };
    assert_eq!(message("edit").content, edit);
    let removed = Content::Reaction { to: "wamid.SIMOUT77".to_owned(), emoji: None };
    assert_eq!(message("reaction_removed").content, removed);
    for (name, word) in [("unknown_type", "hologram"), ("unsupported", "unsupported"), ("group_text", "group_text")] {
        let Content::Other { event, detail } = message(name).content else { panic!("{name}") };
        assert_eq!((event.as_str(), detail["id"].as_str()), (word, Some("wamid.SIM0001")));
    }
    let Content::System { event, detail } = message("system_changed_number").content else { panic!() };
    assert_eq!(
        (event.as_str(), detail["previous_user_id"].as_str()),
        ("user_changed_number", Some("GB.30000000000000000017"))
    );
}

#[test]
fn statuses_carry_our_key_and_keep_unknown_words() {
    let table = [
        ("status_sent", Some(MessageStatus::Sent)),
        ("status_delivered", Some(MessageStatus::Delivered)),
        ("status_read", Some(MessageStatus::Read)),
        ("status_played", Some(MessageStatus::Read)),
        ("status_failed", Some(MessageStatus::Failed)),
        ("status_unknown", None),
    ];
    for (name, expected) in table {
        let s = status(name);
        assert_eq!(s.status, expected, "{name}");
        assert_eq!((s.provider_id.as_str(), s.send_key.as_deref()), ("wamid.SIMOUT77", Some("out_01J")));
        assert_eq!(s.at, Timestamp::from_second(1_795_260_000).unwrap());
    }
    assert_eq!(status("status_unknown").word, "warning");
    assert_eq!(status("status_sent").pricing.unwrap()["category"], "utility");
    let failure = status("status_failed").failure.unwrap();
    assert_eq!(classify(&failure.code), FailureClass::WindowClosed);
    assert_eq!(failure.detail, "Refused: Window closed for this recipient.");
}

#[test]
fn news_beside_messages_are_told_apart() {
    let EventKind::Errors(errors) = one("errors_only") else { panic!() };
    assert_eq!(classify(&errors[0].code), FailureClass::Throttled(Scope::Number));
    let EventKind::Echo { message, to } = one("echo") else { panic!() };
    assert_eq!(message.content.words(), Some("I will ring you"));
    assert_eq!(to.phone.map(|p| p.as_str().to_owned()).as_deref(), Some("+447700900117"));
    let EventKind::TemplateStatus { language, event, reason, .. } = one("template_status") else { panic!() };
    assert_eq!((language.as_str(), event.as_str(), reason), ("en_GB", "PAUSED", None));
    let EventKind::TemplateCategory { new, .. } = one("template_category") else { panic!() };
    assert_eq!(new, "MARKETING");
    let EventKind::Preference { who, stop, at, .. } = one("preference_stop") else { panic!() };
    assert!(stop && who.phone.is_some() && who.user_key.is_some() && at == sent_at());
    for (name, word) in [("account_update", "ACCOUNT_RESTRICTION"), ("number_quality", "DOWNGRADE")] {
        let EventKind::AccountAlert { event, .. } = one(name) else { panic!("{name}") };
        assert_eq!(event.as_deref(), Some(word));
    }
    for (name, word) in [("unknown_field", "payment_configuration_update"), ("user_actions", "messages")] {
        let EventKind::Unknown { field, .. } = one(name) else { panic!("{name}") };
        assert_eq!(field, word);
    }
}

#[test]
fn one_body_may_mix_numbers_accounts_messages_and_statuses() {
    let events = fixture("batch");
    let keys: Vec<_> = events.iter().map(|e| e.number_key.as_deref().unwrap()).collect();
    let (a, b, c) = ("800000000000042", "800000000000043", "800000000000044");
    assert_eq!(keys, [a, a, a, b, c]);
    assert_eq!(events[4].waba_id.as_deref(), Some("700000000000002"));
}
