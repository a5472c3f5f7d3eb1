//! The last check before a send (A6, A7, A8, A14, P8, P9).

use jiff::{SignedDuration, Timestamp};
use ringleader_core::calendar::Occasion;
use ringleader_core::calendar::windows::{Because, Deferral, Matter};
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::decision;
use ringleader_core::policy::*;
use ringleader_core::settings::{Limits, Outreach, Span, TemplateRef};
use ringleader_core::texts::Key;

fn at(minutes: i64) -> Timestamp {
    "2026-01-05T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn template() -> TemplateRef {
    TemplateRef { name: "missed_call".into(), language: "he".into() }
}

fn route() -> Route {
    Route { whatsapp: true, template: TemplateState::Usable(template()), ..Route::default() }
}

/// Called at minute 0, due at 2, expires at 360.
fn first() -> First {
    First {
        standing: Standing::default(),
        called_at: at(0),
        due_at: at(2),
        expires_at: at(360),
        spoke_at: None,
        wrote_at: None,
        led_by_person: false,
        sent_already: false,
        unsettled: false,
        wait: None,
        repeats: Repeats::default(),
        caps: Caps::default(),
        used_up: None,
        limits: Limits::default(),
        route: route(),
    }
}

fn later() -> Later {
    Later {
        standing: Standing::default(),
        unsettled: false,
        driver: Driver::Bot,
        finished: false,
        overtaken: false,
        spoke: false,
        wait: None,
        caps: Caps::default(),
        channel: Channel::Whatsapp,
        route: route(),
    }
}

fn until(because: Because, minutes: i64) -> Option<Deferral> {
    Some(Deferral { until: at(minutes), because, steps: vec![(because, at(minutes))] })
}

fn shabbat(minutes: i64) -> Option<Deferral> {
    until(Because::Rest(Occasion::Shabbat), minutes)
}

fn night(minutes: i64) -> Option<Deferral> {
    until(Because::QuietHours, minutes)
}

fn with_route(route: Route) -> First {
    First { route, ..first() }
}

#[test]
fn the_first_message_goes_waits_or_stops_and_says_why() {
    use decision::Verdict::{Hold, Send, Skip, Wait};
    let opted_out = Standing { opted_out: true, ..Standing::default() };
    let blocked = Standing { blocked: true, ..Standing::default() };
    let stopped = Standing { stopped: true, ..Standing::default() };
    let full = Some(UsedUp { what: Allowance::Number, frees_at: at(99) });
    let busy = Some(UsedUp { what: Allowance::Minute, frees_at: at(4) });
    for (situation, now, word, rule, reason, until) in [
        (first(), 2, Send, "A8", "sent", None),
        (first(), 1, Wait, "A6", "grace", Some(at(2))),
        (First { sent_already: true, ..first() }, 2, Skip, "P2", "sent_already", None),
        (First { unsettled: true, ..first() }, 2, Hold, "P2", "unknown_outcome", None),
        (First { spoke_at: Some(at(1)), ..first() }, 2, Skip, "A6", "spoke", None),
        (First { spoke_at: Some(at(-1)), ..first() }, 2, Send, "A8", "sent", None),
        (First { wrote_at: Some(at(1)), ..first() }, 2, Skip, "A6", "wrote", None),
        (First { standing: opted_out, ..first() }, 2, Skip, "A14", "opted_out", None),
        (First { standing: blocked, ..first() }, 2, Skip, "A5", "blocked", None),
        (First { standing: stopped, ..first() }, 2, Wait, "A7", "emergency_stop", Some(at(62))),
        (First { wait: shabbat(900), ..first() }, 2, Wait, "A7", "rest", Some(at(900))),
        (First { wait: shabbat(900), ..first() }, 899, Wait, "A7", "rest", Some(at(900))),
        (First { wait: night(60), ..first() }, 30, Wait, "A7", "quiet_hours", Some(at(60))),
        (first(), 361, Hold, "A6", "expired", None),
        (First { used_up: full, ..first() }, 2, Wait, "A8", "budget", Some(at(99))),
        (First { used_up: busy, ..first() }, 2, Wait, "A8", "budget", Some(at(4))),
        (with_route(Route { whatsapp_pause: Some(at(9)), ..route() }), 2, Wait, "A8", "provider_pause", Some(at(9))),
        (with_route(Route { template: TemplateState::Missing, ..route() }), 2, Hold, "A8", "template_missing", None),
        (with_route(Route { whatsapp_unreachable: true, ..route() }), 2, Hold, "A8", "unreachable", None),
        (with_route(Route::default()), 2, Hold, "A8", "no_channel", None),
    ] {
        let ruling = first_message(&situation, at(now));
        let got = (ruling.word(), ruling.rule, ruling.reason, ruling.wait_until());
        assert_eq!(got, (word, rule, reason, until), "{situation:?}");
    }
}

#[test]
fn an_old_call_wakes_nobody_and_waiting_for_its_hour_does_not_make_a_message_expire() {
    let outreach = Outreach::default(); // grace 2 minutes, fresh for 30
    assert_eq!(matter(at(0), &outreach), Matter::FreshUntil(at(32)), "A7");
    let patient = Outreach { grace: Span::secs(3600), ..Outreach::default() };
    assert_eq!(matter(at(0), &patient), Matter::FreshUntil(at(90)), "the tenant wants to wait an hour");
    assert_eq!(expiry(at(360), at(900), &outreach), at(900 + 360));
    assert_eq!(expiry(at(360), at(-900), &outreach), at(360), "never earlier");
}

#[test]
fn a_wait_is_explained_with_everything_that_is_waited_for() {
    let steps = vec![(Because::QuietHours, at(60)), (Because::Rest(Occasion::Shabbat), at(90))];
    let deferral = Deferral { until: at(90), because: Because::Rest(Occasion::Shabbat), steps };
    let ruling = reminder(&Later { wait: Some(deferral), ..later() }, at(0));
    assert!(ruling.waits_for_its_hour());
    let expected = serde_json::json!({
        "waits_for": [
            { "why": "quiet_hours", "until": "2026-01-05T11:00:00Z" },
            { "why": "rest", "occasion": "shabbat", "until": "2026-01-05T11:30:00Z" },
        ],
        "occasion": "shabbat",
    });
    assert_eq!((ruling.explain, ruling.evidence), (Key::WhyRest, expected), "P8");
}

#[test]
fn what_whatsapp_cannot_carry_goes_by_sms_where_there_is_sms() {
    for (template, reason) in [
        (TemplateState::Missing, "template_missing"), // A8
        (TemplateState::NotApproved(template()), "template_not_approved"),
        (TemplateState::Paused(template()), "template_paused"),
    ] {
        let alone = Route { template: template.clone(), ..route() };
        let held = first_message(&with_route(alone.clone()), at(2));
        assert_eq!((held.reason, &held.verdict), (reason, &Verdict::Hold { task: Some(Key::TaskMendTemplate) }));
        let sent = first_message(&with_route(Route { sms: true, ..alone }), at(2));
        assert_eq!(sent.verdict, Verdict::Go { channel: Channel::Sms, form: Form::Text });
        assert_eq!(sent.evidence["whatsapp"], reason, "P8");
    }
    let open = Route { window_open: true, template: TemplateState::Missing, ..route() };
    let text = first_message(&with_route(open), at(2));
    assert_eq!(text.verdict, Verdict::Go { channel: Channel::Whatsapp, form: Form::Text });
    let nowhere = Route { whatsapp_unreachable: true, sms: true, sms_unreachable: true, ..route() };
    let held = first_message(&with_route(nowhere), at(2));
    assert_eq!(held.verdict, Verdict::Hold { task: Some(Key::TaskCallBack) });
}

#[test]
fn reminders_always_wait_for_quiet_hours_and_rest_and_never_trouble_a_person() {
    let person = Driver::Handset;
    let stopped = Standing { stopped: true, ..Standing::default() };
    for (situation, reason, until) in [
        (later(), "sent", None),
        (Later { wait: night(60), ..later() }, "quiet_hours", Some(at(60))), // A7
        (Later { wait: shabbat(90), ..later() }, "rest", Some(at(90))),
        (Later { standing: stopped, wait: night(90), ..later() }, "emergency_stop", Some(at(60))),
        (Later { overtaken: true, wait: night(60), ..later() }, "replied", None), // A12
        (Later { spoke: true, ..later() }, "spoke", None),
        (Later { driver: person, ..later() }, "taken_over", None), // P9
        (Later { finished: true, ..later() }, "finished", None),
        (Later { unsettled: true, ..later() }, "unknown_outcome", None), // P2
        (Later { standing: Standing { opted_out: true, ..Standing::default() }, ..later() }, "opted_out", None),
        (Later { route: Route { template: TemplateState::Missing, ..route() }, ..later() }, "template_missing", None),
    ] {
        let ruling = reminder(&situation, at(0));
        assert_eq!((ruling.reason, ruling.wait_until()), (reason, until));
        assert!(!matches!(ruling.verdict, Verdict::Hold { .. }), "{reason}");
    }
}

#[test]
fn an_answer_goes_in_the_window_whatever_the_hour() {
    let open = Later { route: Route { window_open: true, ..route() }, wait: night(60), ..later() };
    let go = Verdict::Go { channel: Channel::Whatsapp, form: Form::Text };
    assert_eq!(bot_reply(&open, Key::AskName, at(0)).verdict, go);
    assert_eq!(bot_reply(&later(), Key::AskName, at(0)).reason, "window_closed"); // A8
    assert_eq!(bot_reply(&Later { overtaken: true, ..open.clone() }, Key::AskName, at(0)).reason, "stale"); // A11
    let gone = Later { standing: Standing { opted_out: true, ..Standing::default() }, ..open.clone() };
    assert_eq!(bot_reply(&gone, Key::AskName, at(0)).reason, "opted_out");
    assert_eq!(bot_reply(&gone, Key::OptOutDone, at(0)).verdict, go, "A14: the one confirmation");
    let led = Later { driver: Driver::Handset, ..open };
    assert_eq!(bot_reply(&led, Key::AskName, at(0)).reason, "taken_over");
    let sms = Later { channel: Channel::Sms, ..later() };
    assert_eq!(bot_reply(&sms, Key::AskName, at(0)).verdict, Verdict::Go { channel: Channel::Sms, form: Form::Text });
}

#[test]
fn an_owner_notice_goes_over_the_first_channel_that_can() {
    let templated = Verdict::Go { channel: Channel::Whatsapp, form: Form::Template(template()) };
    assert_eq!(owner_notice(Channel::Whatsapp, true, &route(), at(0)).verdict, templated); // A13
    let missing = Route { template: TemplateState::Missing, sms: true, ..route() };
    assert_eq!(owner_notice(Channel::Whatsapp, true, &missing, at(0)).verdict, Verdict::Skip);
    let email = Verdict::Go { channel: Channel::Email, form: Form::Text };
    assert_eq!(owner_notice(Channel::Email, true, &missing, at(0)).verdict, email);
    assert_eq!(owner_notice(Channel::Slack, false, &missing, at(0)).reason, "no_channel");
}
