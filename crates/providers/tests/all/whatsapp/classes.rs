//! Error codes: what each one lets the caller do, as an answer to a send and as a word of its own.

use super::world::{World, outgoing, text};
use ringleader_providers::messaging::{FailureClass, Messaging, Scope, SendError, classify};
use ringleader_providers::whatsapp_cloud::fake::{Fault, WindowCheck};
use std::time::Duration;

#[test]
fn every_code_of_the_sheet_has_its_class() {
    use FailureClass::*;
    let table: &[(FailureClass, &[i64])] = &[
        (Unreachable, &[131_026, 130_472, 130_497, 131_049]),
        (WindowClosed, &[131_047]),
        (Throttled(Scope::Pair), &[131_056]),
        (Throttled(Scope::Number), &[130_429]),
        (Throttled(Scope::Account), &[4, 80_007]),
        (Template, &[132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016]),
        (OptedOut, &[131_050]),
        (
            Halted,
            &[0, 3, 10, 190, 200, 299, 368, 131_005, 131_031, 131_037, 131_042, 131_045, 131_048, 131_064, 133_010],
        ),
        (Transient, &[1, 2, 131_000, 131_016, 131_057, 133_004]),
        (Rejected, &[33, 100, 803, 130_403, 131_008, 131_009, 131_021, 131_030, 131_051, 131_062, 135_000, 137_000]),
        (Rejected, &[424_242, -1]),
    ];
    for (class, codes) in table {
        for code in *codes {
            assert_eq!(classify(&code.to_string()), *class, "{code}");
        }
    }
    assert_eq!(classify("window_closed?"), Rejected);
}

/// The name of an error's variant.
fn variant(error: &SendError) -> String {
    let text = format!("{error:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()
}

#[tokio::test]
async fn each_refusal_reaches_the_caller_as_what_can_be_done_about_it() {
    let world = World::new().await;
    let table = [
        (131_026, "Unreachable"),
        (131_047, "WindowClosed"),
        (131_056, "Throttled"),
        (130_429, "Throttled"),
        (4, "Throttled"),
        (80_007, "Throttled"),
        (132_000, "Template"),
        (132_015, "Template"),
        (131_050, "OptedOut"),
        (190, "Halted"),
        (368, "Halted"),
        (131_042, "Halted"),
        (131_016, "Transient"),
        (2, "Transient"),
        (131_009, "Rejected"),
        (777_777, "Rejected"),
        // Answered with HTTP 500 and "something went wrong": it may have gone.
        (1, "Unknown"),
        (131_000, "Unknown"),
    ];
    for (code, expected) in table {
        world.fake.fail_next(1, Fault::Error { code });
        let error = world.send(text("hello")).await.unwrap_err();
        assert_eq!(variant(&error), expected, "{code}: {error:?}");
        if expected != "Unknown" {
            assert_eq!(error.failure().code, code.to_string());
        }
    }
    assert_eq!(world.fake.counts().accepted, 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_unknown_whether_the_message_went_or_not() {
    let world = World::new().await;
    world.fake.behave(|b| b.window = WindowCheck::Off);
    let hasty = world.client.clone().with_timeout(Duration::from_secs(1));
    let lost = [
        (Fault::Http500AfterAccept, 1),
        (Fault::HangAfterAccept { ms: 60_000 }, 2),
        (Fault::CutAfterAccept, 3),
        (Fault::GarbageAfterAccept, 4),
        (Fault::CutBefore, 4),
        (Fault::Status { status: 502 }, 4),
    ];
    for (fault, accepted) in lost {
        world.fake.fail_next(1, fault.clone());
        let error = hasty.send(&outgoing("msg_1", text("hello"))).await.unwrap_err();
        assert_eq!(variant(&error), "Unknown", "{fault:?}");
        assert_eq!(world.fake.counts().accepted, accepted, "{fault:?}");
    }
    assert_eq!(world.fake.counts().duplicate_keys, 3, "the fake counts sends with a key seen before");
    assert_eq!(world.fake.counts().repeats, 3);
    let statuses = world.statuses().await;
    assert_eq!(statuses.iter().filter(|s| *s == "delivered").count(), 4, "the status proves that it went");
}

#[tokio::test]
async fn bare_refusals_of_a_gateway_are_definite_below_500() {
    let world = World::new().await;
    for (status, expected) in
        [(404, "Rejected"), (401, "Halted"), (429, "Throttled"), (408, "Unknown"), (503, "Unknown")]
    {
        world.fake.fail_next(1, Fault::Status { status });
        let error = world.send(text("hello")).await.unwrap_err();
        assert_eq!(variant(&error), expected, "{status}");
    }
}
