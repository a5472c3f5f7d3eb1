//! Who gets what and when: the table of cases in `data/when_to_write.csv`, from the call through every wait to its end.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::calendar::{RestDays, zones};
use ringleader_core::call::{Direction, LegReport, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::legs::{self, FoldRules};
use ringleader_core::missed::{self, Course, Follow, Party, Seen};
use ringleader_core::phone::NumberKind;
use ringleader_core::policy::*;
use ringleader_core::settings::{TemplateRef, TenantSettings};
use ringleader_core::texts::Key;
use serde_json::{Value, json};

const TABLE: &str = include_str!("../data/when_to_write.csv");

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// A tenant of the table: settings, place, the ways to write, and when its stop is lifted.
struct Profile {
    settings: TenantSettings,
    tz: TimeZone,
    rest: Option<RestDays>,
    route: Route,
    used_up: Option<UsedUp>,
    reported_late: bool,
    stopped_until: Option<&'static str>,
}

fn profile(name: &str, at: Timestamp) -> Profile {
    let london = name.starts_with("london");
    let tz = TimeZone::get(if london { "Europe/London" } else { "Asia/Jerusalem" }).unwrap();
    let settings: TenantSettings = serde_json::from_value(settings(name)).unwrap();
    assert_eq!(settings.validate(if london { "GB" } else { "IL" }), [], "{name}");
    let (place, country) = if london { ("London", "GB") } else { ("Jerusalem", "IL") };
    let rest = settings.keeps_shabbat.then(|| RestDays::at(&settings.shabbat, Some(place), country, tz.clone()));
    let used_up = match name {
        "minute_full" => Some(UsedUp { what: Allowance::Minute, frees_at: at + minutes(3) }),
        "day_full" => Some(UsedUp { what: Allowance::Day, frees_at: at + minutes(62) }),
        _ => None,
    };
    let stopped_until = match name {
        "stopped" => Some("2099-01-01 00:00"),
        "stopped_till_noon" => Some("2026-01-12 12:00"),
        _ => None,
    };
    let reported_late = name != "prompt_records";
    Profile { settings, tz, rest, route: route(name, at), used_up, reported_late, stopped_until }
}

fn settings(name: &str) -> Value {
    match name {
        "keeps" | "london_keeps" | "keeps_no_template" | "window_open_keeps" => json!({"keeps_shabbat": true}),
        "no_quiet" => json!({"quiet_hours": []}),
        "memorial" => json!({"special_days": [{"date": "2026-04-21", "quiet": [{"from": "00:00", "to": "24:00"}]},
                                              {"date": "2026-04-22", "quiet": [{"from": "00:00", "to": "08:00"}]}]}),
        "strict" => json!({"outreach": {"after_menu": false, "min_ring": "5s"}}),
        "at_once" => json!({"outreach": {"grace": "0s"}}),
        "patient" => json!({"outreach": {"grace": "1h"}}),
        "open_only" => json!({"outreach": {"only_when_open": true}, "opening_hours": [
            {"days": ["sun", "mon", "tue", "wed", "thu"], "from": "09:00", "to": "18:00"}]}),
        _ => json!({}),
    }
}

fn route(name: &str, at: Timestamp) -> Route {
    let template = || TemplateRef { name: "missed_call".into(), language: "he".into() };
    let template = match name {
        n if n.contains("no_template") => TemplateState::Missing,
        "not_approved" => TemplateState::NotApproved(template()),
        n if n.starts_with("paused_template") => TemplateState::Paused(template()),
        _ => TemplateState::Usable(template()),
    };
    Route {
        whatsapp: !matches!(name, "no_channel" | "sms_only"),
        whatsapp_unreachable: name.starts_with("unreachable") || name == "nowhere",
        window_open: name.starts_with("window_open"),
        template,
        whatsapp_pause: (name == "provider_pause").then_some(at + minutes(20)),
        sms: name.contains("sms") || name == "nowhere",
        sms_unreachable: name == "nowhere",
        sms_answerable: true,
        sms_barred: false,
    }
}

/// One line of the table.
struct Case {
    wish: &'static str,
    caller: &'static str,
    call: &'static str,
    at: Timestamp,
    tenant: Profile,
    history: &'static str,
}

impl Case {
    fn read(line: &'static str) -> (Self, &'static str) {
        let [wish, caller, call, at, tenant, history, expected] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("seven columns: {line}")
        };
        let zone = profile(tenant, Timestamp::UNIX_EPOCH).tz;
        let local: DateTime = at.replace(' ', "T").parse().unwrap();
        let at = local.to_zoned(zone).unwrap().timestamp();
        (Self { wish, caller, call, at, tenant: profile(tenant, at), history }, expected)
    }

    /// When something happened, in minutes after `at`.
    fn when(&self, what: &str) -> Option<Timestamp> {
        let n = self.history.strip_prefix(what)?.trim().parse().ok()?;
        Some(self.at + minutes(n))
    }

    fn happened(&self, what: &str, now: Timestamp) -> Option<Timestamp> {
        self.when(what).filter(|at| *at <= now)
    }

    /// Minutes that the record came late.
    fn received(&self) -> Timestamp {
        let late = self.call.split("late ").nth(1).map_or(0, |n| n.parse().unwrap());
        self.at + minutes(late)
    }

    fn seen(&self) -> Seen {
        let words: Vec<_> = self.call.split(' ').collect();
        let has = |word: &str| words.contains(&word);
        let outcomes = [
            ("voicemail", Outcome::Voicemail),
            ("menu", Outcome::Menu),
            ("answered", Outcome::Answered),
            ("unknown", Outcome::Unknown),
            ("missed", Outcome::Missed),
        ];
        let direction = match () {
            () if has("outbound") => Direction::Outbound,
            () if has("internal") => Direction::Internal,
            () => Direction::Inbound,
        };
        let outcome = outcomes.iter().find(|(word, _)| has(word)).map(|(_, outcome)| *outcome).unwrap();
        let leg = LegReport { direction, outcome, ring_seconds: Some(self.ring_seconds()), ..self.leg() };
        let rules = FoldRules::from(&self.tenant.settings.outreach);
        let folded = legs::fold(&[leg], &rules).unwrap();
        Seen {
            direction,
            outcome: Some(folded.outcome),
            missed: legs::is_missed(&folded, &rules),
            started_at: folded.started_at,
            ended_at: folded.ended_at,
            received_at: self.received(),
            reported_late: self.tenant.reported_late,
        }
    }

    fn ring_seconds(&self) -> i64 {
        self.call.split("ring ").nth(1).map_or(20, |n| n.parse().unwrap())
    }

    /// The call as a switchboard with one extension reports it.
    fn leg(&self) -> LegReport {
        LegReport {
            call_key: "call-1".into(),
            own_key: "call-1".into(),
            leg_key: "a".into(),
            direction: Direction::Inbound,
            from: None,
            to: None,
            line: None,
            status: "STATUS".into(),
            outcome: Outcome::Missed,
            started_at: Some(self.at - SignedDuration::from_secs(self.ring_seconds())),
            ended_at: Some(self.at),
            ring_seconds: None,
            wait_seconds: None,
            talk_seconds: self.call.contains("answered").then_some(30),
            answered_by: self.call.contains("answered").then(|| "someone".into()),
            queue: None,
            recording_url: None,
            transcript: vec![],
            flags: vec![],
        }
    }

    fn party(&self, now: Timestamp) -> Party {
        let plain = if self.caller.starts_with("foreign") { "mobile" } else { self.caller };
        let kind = match self.caller {
            "staff" | "supplier" | "blocked" | "tenancy" | "landlord" => self.caller.parse().unwrap(),
            _ => ContactKind::Lead,
        };
        Party {
            number: plain.parse().unwrap_or(NumberKind::Mobile),
            kind,
            opted_out: self.caller == "opted_out",
            own_line: self.caller == "own_line",
            episode: self.when("episode"),
            lead: self.history.strip_prefix("lead ").map(|word| word.parse().unwrap()),
            chatting: self.history == "chatting",
            led_by_person: false,
            spoke_at: self.happened("spoke", now),
            wrote_at: self.happened("wrote", now),
        }
    }

    fn standing(&self, now: Timestamp) -> Standing {
        let stopped = self.tenant.stopped_until.map(|until| {
            let until: DateTime = until.replace(' ', "T").parse().unwrap();
            now < until.to_zoned(self.tenant.tz.clone()).unwrap().timestamp()
        });
        Standing {
            opted_out: self.caller == "opted_out" || self.happened("opts_out", now).is_some(),
            blocked: self.happened("blocked", now).is_some(),
            insider: false,
            stopped: stopped.unwrap_or(false),
        }
    }

    fn windows(&self) -> Windows<'_> {
        let theirs = self.caller.strip_prefix("foreign_").map(zones::of_country).unwrap_or_default();
        Windows::by(&self.tenant.settings, &self.tenant.tz, theirs, self.tenant.rest.clone())
    }

    fn route(&self) -> Route {
        self.tenant.route.clone()
    }

    /// What follows, from beginning to end.
    fn play(&self) -> String {
        match self.wish {
            "first" => self.after_call(),
            "reminder" => self.follow(self.at, |now, _| reminder(&self.later(now), now)),
            _ => self.follow(self.at, |now, _| bot_reply(&self.later(now), Key::AskName, now)),
        }
    }

    fn after_call(&self) -> String {
        let now = self.received();
        let outreach = &self.tenant.settings.outreach;
        let ruling = missed::on_call(&self.seen(), &self.party(now), outreach, now);
        let word = match ruling.course {
            Course::OpenEpisode { due_at, expires_at } => return self.outreach(due_at.max(now), due_at, expires_at),
            Course::JoinEpisode => "join",
            Course::OwnPath => "own_path",
            Course::Exclude => "exclude",
            Course::Hold { follow: Follow::CallBack } => "call_back",
            Course::Hold { .. } => "review",
            Course::TellOwner => "tell_owner",
            Course::CancelEpisode => "cancel",
            Course::Nothing => "nothing",
        };
        format!("{word} {} {}", ruling.rule, ruling.reason)
    }

    fn outreach(&self, from: Timestamp, due_at: Timestamp, mut expires_at: Timestamp) -> String {
        let called_at = self.at - minutes(1);
        let outreach = &self.tenant.settings.outreach;
        self.follow(from, |now, waited| {
            let first = First {
                standing: self.standing(now),
                called_at,
                due_at,
                expires_at,
                spoke_at: self.happened("spoke", now),
                wrote_at: self.happened("wrote", now),
                sent_already: self.history == "sent_already",
                unsettled: false,
                wait: self.windows().wait(matter(called_at, outreach), now),
                led_by_person: false,
                repeats: Repeats::default(),
                caps: Caps::default(),
                used_up: if waited { None } else { self.tenant.used_up },
                limits: self.tenant.settings.limits.clone(),
                route: self.route(),
            };
            let ruling = first_message(&first, now);
            if let (true, Some(until)) = (ruling.waits_for_its_hour(), ruling.wait_until())
                && ruling.reason != "emergency_stop"
            {
                expires_at = expiry(expires_at, until, outreach);
            }
            ruling
        })
    }

    fn later(&self, now: Timestamp) -> Later {
        Later {
            standing: self.standing(now),
            unsettled: false,
            driver: if self.history == "taken_over" { Driver::Handset } else { Driver::Bot },
            finished: self.history == "finished",
            overtaken: self.happened("wrote", now).is_some(),
            spoke: self.happened("spoke", now).is_some(),
            wait: self.windows().wait(Matter::CanWait, now),
            caps: Caps::default(),
            channel: Channel::Whatsapp,
            route: self.route(),
        }
    }

    /// Asks again after every wait, until something else comes.
    fn follow(&self, from: Timestamp, mut ask: impl FnMut(Timestamp, bool) -> Ruling) -> String {
        let (mut now, mut told) = (from, Vec::new());
        for _ in 0..12 {
            let ruling = ask(now, !told.is_empty());
            let (word, at) = match &ruling.verdict {
                Verdict::Go { channel: Channel::Sms, .. } => ("sms", now),
                Verdict::Go { form: Form::Text, .. } => ("text", now),
                Verdict::Go { .. } => ("template", now),
                Verdict::Wait { until } => ("wait", *until),
                Verdict::Hold { .. } => ("hold", now),
                Verdict::Skip => ("skip", now),
            };
            let shown = at.to_zoned(self.tenant.tz.clone()).strftime("%m-%d %H:%M");
            told.push(format!("{word} {shown} {} {}", ruling.rule, ruling.reason));
            match ruling.verdict {
                Verdict::Wait { until } => {
                    assert!(until > now, "a wait ends later: {told:?}");
                    now = until;
                }
                _ => break,
            }
        }
        told.join(" > ")
    }
}

#[test]
fn every_case_of_the_table_ends_as_it_says() {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in lines {
        let (case, expected) = Case::read(line);
        let got = case.play();
        cases += 1;
        let fits = match expected.strip_suffix(" > …") {
            Some(beginning) => got.starts_with(beginning),
            None => got == expected,
        };
        if !fits {
            wrong.push(format!("{line}\n    but: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 150, "{cases} cases");
}
