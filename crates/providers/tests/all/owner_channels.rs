//! Email and Slack over real connections: what arrives, what is refused, and what may have been taken (A13, P2, P10).

use crate::whatsapp::world::{http, text};
use ringleader_core::message::Content;
use ringleader_providers::messaging::{Address, Messaging, Outgoing, SendError};
use ringleader_providers::slack::{self, fake::SlackFake, fake::SlackFault};
use ringleader_providers::smtp::{self, fake::Rules, fake::SmtpFake, fake::SmtpFault};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const LOOPBACK: ([u8; 4], u16) = ([127, 0, 0, 1], 0);
const LEAD: &str = "ליד מלא\nשם: <!channel> דני & בניו\nטלפון: +972501234567";

fn notice(to: &str) -> Outgoing {
    let buttons =
        vec![("spoke:lead_1".to_owned(), "דיברנו".to_owned()), ("remind:lead_1".to_owned(), "עוד שעה".to_owned())];
    Outgoing {
        to: Address { email: Some(to.to_owned()), ..Address::default() },
        send_key: "msg_1".to_owned(),
        content: Content::Buttons { body: LEAD.to_owned(), buttons },
        link: Some("https://ring.example/a/token".to_owned()),
        leave: None,
        calendar: None,
    }
}

fn mailer(fake: &SmtpFake, login: &str, query: &str, ca: Option<&str>) -> smtp::Client {
    let url = format!("smtp://{login}{}{query}", fake.address()).replace("127.0.0.1", "localhost");
    let config = json!({ "url": url, "from": "Acme <office@acme.example>", "ca": ca });
    smtp::Client::new(&smtp::Config::parse(&config).unwrap(), true).with_timeout(Duration::from_millis(500))
}

async fn plain_server() -> (SmtpFake, smtp::Client) {
    let fake = SmtpFake::start(LOOPBACK.into(), Rules::default()).await.unwrap();
    let client = mailer(&fake, "", "", None);
    (fake, client)
}

#[tokio::test]
async fn an_email_has_both_forms_tappable_answers_and_headers_against_robots() {
    let (fake, client) = plain_server().await;
    let accepted = client.send(&notice("dana@shop.example")).await.unwrap();
    assert_eq!(accepted.provider_id, "<msg_1@acme.example>");
    let mail = fake.mails().remove(0);
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("office@acme.example", &["dana@shop.example".to_owned()][..])
    );
    assert_eq!(mail.header("Message-ID").as_deref(), Some("<msg_1@acme.example>"));
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.header("Date").is_some() && mail.header("Subject").is_some_and(|s| s.is_ascii()), "RFC 2047");
    let plain = mail.part("text/plain").unwrap();
    assert!(plain.starts_with(LEAD) && plain.contains("דיברנו:\nhttps://ring.example/a/token?a=spoke"), "{plain}");
    let html = mail.part("text/html").unwrap();
    assert!(html.contains("&lt;!channel&gt;") && html.contains("href=\"tel:+972501234567\""), "{html}");
    assert!(html.contains("href=\"https://ring.example/a/token?a=remind\""), "{html}");
}

#[tokio::test]
async fn a_password_travels_only_over_tls() {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private = rustls::pki_types::PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    let tls = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_no_client_auth().with_single_cert(vec![key.cert.der().clone()], private).unwrap();
    let login = Some(("office".to_owned(), "p:w".to_owned()));
    let rules = Rules { starttls: Some(Arc::new(tls)), login: login.clone(), refuses: vec![] };
    let fake = SmtpFake::start(LOOPBACK.into(), rules).await.unwrap();
    let ca = key.cert.pem();

    mailer(&fake, "office:p%3Aw@", "", Some(&ca)).send(&notice("dana@shop.example")).await.unwrap();
    let mail = fake.mails().remove(0);
    assert!(mail.encrypted && mail.user.as_deref() == Some("office"));
    let wrong = mailer(&fake, "office:other@", "", Some(&ca)).send(&notice("dana@shop.example")).await;
    assert!(matches!(wrong, Err(SendError::Halted(f)) if f.code == "smtp_535"));
    let stranger = mailer(&fake, "office:p%3Aw@", "", None).send(&notice("dana@shop.example")).await;
    assert!(matches!(&stranger, Err(SendError::Halted(f)) if f.code == "bad_tls"), "{stranger:?}");

    let bare = SmtpFake::start(LOOPBACK.into(), Rules { login, ..Rules::default() }).await.unwrap();
    let refused = mailer(&bare, "office:p%3Aw@", "", None).send(&notice("dana@shop.example")).await;
    assert!(matches!(refused, Err(SendError::Halted(f)) if f.code == "no_tls"));
    mailer(&bare, "office:p%3Aw@", "?tls=none", None).probe().await.unwrap();
}

#[tokio::test]
async fn refusals_are_sorted_by_what_can_be_done_and_name_nobody() {
    let refuses = vec![("gone@shop.example".to_owned(), 550), ("later@shop.example".to_owned(), 450)];
    let fake = SmtpFake::start(LOOPBACK.into(), Rules { refuses, ..Rules::default() }).await.unwrap();
    let client = mailer(&fake, "", "", None);
    let gone = client.send(&notice("gone@shop.example")).await.unwrap_err();
    assert!(matches!(&gone, SendError::Unreachable(f) if f.code == "smtp_550"), "{gone}");
    assert!(!gone.to_string().contains("gone@"), "{gone}");
    assert!(matches!(client.send(&notice("later@shop.example")).await, Err(SendError::Transient(_))));
    assert!(matches!(client.send(&notice("no address")).await, Err(SendError::Rejected(_))));
    for (fault, expected) in [
        (SmtpFault::Greeting(421), "Transient"),
        (SmtpFault::Greeting(554), "Halted"),
        (SmtpFault::Sender(553), "Halted"),
        (SmtpFault::Content(552), "Rejected"),
        (SmtpFault::Content(451), "Transient"),
        (SmtpFault::CutBeforeData, "NotSent"),
        (SmtpFault::Slow(5_000), "NotSent"),
    ] {
        fake.fail_next(fault.clone());
        let error = client.send(&notice("dana@shop.example")).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{fault:?}: {error:?}");
    }
    assert!(fake.mails().is_empty());
}

#[tokio::test]
async fn a_mail_that_may_have_been_taken_is_unknown() {
    let (fake, client) = plain_server().await;
    for fault in [SmtpFault::CutAfterData, SmtpFault::HangAfterData(5_000)] {
        fake.fail_next(fault);
        assert!(matches!(client.send(&notice("dana@shop.example")).await, Err(SendError::Unknown { .. })));
    }
    assert_eq!(fake.mails().len(), 2);
}

#[tokio::test]
async fn a_server_in_the_operators_own_network_is_not_spoken_to() {
    let (fake, _) = plain_server().await;
    let config = json!({ "url": format!("smtp://{}", fake.address()), "from": "office@acme.example" });
    let client = smtp::Client::new(&smtp::Config::parse(&config).unwrap(), false);
    assert!(matches!(client.probe().await, Err(SendError::Halted(f)) if f.code == "private_address"));
}

async fn room() -> (SlackFake, slack::Client) {
    let fake = SlackFake::start(LOOPBACK.into()).await.unwrap();
    let config = slack::Config::parse(&json!({ "webhook_url": fake.webhook_url() }), true).unwrap();
    let client = slack::Client::new(http(), &config).with_timeout(Duration::from_millis(500));
    (fake, client)
}

#[tokio::test]
async fn a_notice_in_slack_calls_no_channel_and_has_link_buttons() {
    let (fake, client) = room().await;
    client.probe().await.unwrap();
    assert!(fake.posts().is_empty(), "a probe posts nothing");
    client.send(&notice("")).await.unwrap();
    let post = fake.posts().remove(0);
    assert!(post["text"].as_str().unwrap().contains("&lt;!channel&gt; דני &amp; בניו"), "{post}");
    assert_eq!(post["blocks"][1]["elements"][0]["url"], "https://ring.example/a/token?a=spoke");
    let long = Outgoing { content: text(&"&".repeat(4_000)), link: None, ..notice("") };
    client.send(&long).await.unwrap();
}

#[tokio::test]
async fn slack_refusals_are_sorted_by_what_can_be_done() {
    let (fake, client) = room().await;
    for (fault, expected) in [
        (SlackFault::RateLimited(7), "Throttled"),
        (SlackFault::Word(403, "invalid_token"), "Halted"),
        (SlackFault::Word(404, "channel_not_found"), "Halted"),
        (SlackFault::Word(410, "channel_is_archived"), "Halted"),
        (SlackFault::Word(400, "invalid_blocks"), "Rejected"),
        (SlackFault::Word(500, "rollup_error"), "Transient"),
        (SlackFault::Word(503, "<html>"), "Unknown"),
        (SlackFault::Http500AfterPost, "Unknown"),
        (SlackFault::HangAfterPost(5_000), "Unknown"),
    ] {
        fake.fail_next(1, fault.clone());
        let error = client.send(&notice("")).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{fault:?}: {error:?}");
        assert!(!format!("{error:?}").contains("sim-hook"), "the address is the secret");
    }
    fake.fail_next(1, SlackFault::RateLimited(7));
    let error = client.send(&notice("")).await.unwrap_err();
    assert!(matches!(error, SendError::Throttled { retry_after: Some(wait), .. } if wait.as_secs() == 7));
}

#[test]
fn only_slacks_own_addresses_are_taken_as_webhooks() {
    let parse = |url: &str| slack::Config::parse(&json!({ "webhook_url": url }), false);
    assert!(parse("https://hooks.slack.com/services/T0SIM/B0SIM/sim").is_ok());
    for url in
        ["http://hooks.slack.com/services/x", "https://hooks.slack.com.evil.example/services/x", "https://10.0.0.1/"]
    {
        assert!(parse(url).is_err(), "{url}");
    }
}
