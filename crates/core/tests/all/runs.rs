//! Random runs of events around one caller: whatever happens, in whatever order, however late work runs, nothing illegal is
//! sent and no episode is opened twice (A5-A8, A12, A14, P2). What is legal is judged by other means than the rules use: the
//! printed table of Shabbat, the hour of the clock, and what the run itself remembers.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::calendar::RestDays;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::contact::ContactKind;
use ringleader_core::conversation::{Channel, Driver};
use ringleader_core::legs::NotMissed;
use ringleader_core::missed::{self, Course, Party, Seen};
use ringleader_core::phone::NumberKind;
use ringleader_core::policy::*;
use ringleader_core::settings::{TemplateRef, TenantSettings};

/// What can happen.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A record of a missed call comes, so many minutes late.
    Missed {
        late: i64,
    },
    /// A record of an answered call.
    Spoke,
    Writes,
    OptsOut,
    OptsIn,
    Kind(ContactKind),
    TakenOver,
    HandedBack,
    Stop(bool),
    Template(bool),
    /// WhatsApp reaches them, or does not any more.
    Whatsapp(bool),
    /// The worker was down: what is due now runs so many minutes late, and every run happens twice.
    Outage {
        minutes: i64,
    },
}

fn event() -> impl Strategy<Value = Event> {
    use ContactKind::{Blocked, Lead, Staff, Supplier};
    prop_oneof![
        6 => prop_oneof![4 => Just(0i64), 2 => 1..60i64, 1 => 60..500i64].prop_map(|late| Event::Missed { late }),
        1 => Just(Event::Spoke),
        1 => Just(Event::Writes),
        1 => Just(Event::OptsOut),
        1 => Just(Event::OptsIn),
        1 => prop::sample::select(vec![Lead, Lead, Staff, Supplier, Blocked]).prop_map(Event::Kind),
        1 => Just(Event::TakenOver),
        1 => Just(Event::HandedBack),
        1 => any::<bool>().prop_map(Event::Stop),
        1 => any::<bool>().prop_map(Event::Template),
        1 => any::<bool>().prop_map(Event::Whatsapp),
        1 => (1..900i64).prop_map(|minutes| Event::Outage { minutes }),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wish {
    First { called_at: Timestamp, expires_at: Timestamp },
    Reminder { opened_at: Timestamp, nth: u8 },
}

#[derive(Debug, Clone, Copy)]
struct Job {
    due: Timestamp,
    wish: Wish,
}

struct Run {
    settings: TenantSettings,
    tz: TimeZone,
    rest: Option<RestDays>,
    kind: ContactKind,
    opted_out: bool,
    driver: Driver,
    template: bool,
    /// WhatsApp reaches them.
    whatsapp: bool,
    /// The tenant sends text messages.
    sms: bool,
    late: SignedDuration,
    episode: Option<Timestamp>,
    spoke_at: Option<Timestamp>,
    wrote_at: Option<Timestamp>,
    jobs: Vec<Job>,
    /// Calls whose episode got its first message.
    opened: Vec<Timestamp>,
    sent: Vec<(Timestamp, Wish, Channel)>,
}

impl Run {
    fn new(keeps: bool, sms: bool, tz: &TimeZone) -> Self {
        let settings = TenantSettings { keeps_shabbat: keeps, ..TenantSettings::default() };
        let rest = keeps.then(|| RestDays::at(&settings.shabbat, Some("Jerusalem"), "IL", tz.clone()));
        Self {
            settings,
            tz: tz.clone(),
            rest,
            kind: ContactKind::Lead,
            opted_out: false,
            driver: Driver::Bot,
            template: true,
            whatsapp: true,
            sms,
            late: SignedDuration::ZERO,
            episode: None,
            spoke_at: None,
            wrote_at: None,
            jobs: vec![],
            opened: vec![],
            sent: vec![],
        }
    }

    fn happen(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Missed { late } => self.call(Outcome::Missed, now - SignedDuration::from_mins(late), now),
            Event::Spoke => {
                self.call(Outcome::Answered, now, now);
                self.spoke_at = Some(now);
            }
            Event::Writes => {
                self.wrote_at = Some(now);
                self.episode = None;
            }
            Event::OptsOut => self.opted_out = true,
            Event::OptsIn => self.opted_out = false,
            Event::Kind(kind) => self.kind = kind,
            Event::TakenOver => self.driver = Driver::Handset,
            Event::HandedBack => self.driver = Driver::Bot,
            Event::Stop(on) => self.settings.emergency_stop = on,
            Event::Template(on) => self.template = on,
            Event::Whatsapp(on) => self.whatsapp = on,
            Event::Outage { minutes } => self.late = SignedDuration::from_mins(minutes),
        }
    }

    fn call(&mut self, outcome: Outcome, ended: Timestamp, now: Timestamp) {
        let seen = Seen {
            direction: Direction::Inbound,
            outcome: Some(outcome),
            missed: if outcome == Outcome::Missed { Ok(()) } else { Err(NotMissed::Answered) },
            started_at: Some(ended),
            ended_at: Some(ended),
            received_at: now,
            reported_late: true,
        };
        let party = Party {
            number: NumberKind::Mobile,
            kind: self.kind,
            opted_out: self.opted_out,
            own_line: false,
            episode: self.episode,
            lead: None,
            chatting: false,
            led_by_person: false,
            spoke_at: self.spoke_at,
            wrote_at: self.wrote_at,
        };
        match missed::on_call(&seen, &party, &self.settings.outreach, now).course {
            Course::OpenEpisode { due_at, expires_at } => {
                self.episode = Some(ended);
                self.jobs.push(Job { due: due_at, wish: Wish::First { called_at: ended, expires_at } });
            }
            Course::CancelEpisode => self.episode = None,
            _ => {}
        }
    }

    /// Everything that is due until `until`, each a little or much too late, and each a second time (a killed worker).
    fn work(&mut self, until: Timestamp) {
        while let Some(next) = (0..self.jobs.len()).min_by_key(|i| self.jobs[*i].due) {
            if self.jobs[next].due + self.late > until {
                return;
            }
            let job = self.jobs.remove(next);
            self.run(job, job.due + self.late);
            if !self.jobs.iter().any(|waiting| waiting.wish == job.wish) {
                self.run(job, job.due + self.late);
            }
        }
    }

    fn run(&mut self, job: Job, now: Timestamp) {
        let ruling = match job.wish {
            Wish::First { called_at, expires_at } => {
                first_message(&self.first(called_at, expires_at, job.due, now), now)
            }
            Wish::Reminder { opened_at, .. } => reminder(&self.later(opened_at, now), now),
        };
        match &ruling.verdict {
            Verdict::Go { channel, form } => self.send(now, job.wish, *channel, form),
            Verdict::Wait { until } => {
                let wish = match job.wish {
                    Wish::First { called_at, expires_at } if ruling.waits_for_its_hour() => {
                        let expires_at = expiry(expires_at, *until, &self.settings.outreach);
                        Wish::First { called_at, expires_at }
                    }
                    wish => wish,
                };
                self.jobs.push(Job { due: *until, wish });
            }
            Verdict::Hold { .. } | Verdict::Skip => {}
        }
    }

    fn standing(&self) -> Standing {
        let blocked = self.kind == ContactKind::Blocked;
        let insider = matches!(self.kind, ContactKind::Staff | ContactKind::Supplier);
        Standing { opted_out: self.opted_out, blocked, insider, stopped: self.settings.emergency_stop }
    }

    fn windows(&self) -> Windows<'_> {
        Windows::by(&self.settings, &self.tz, vec![], self.rest.clone())
    }

    fn route(&self, now: Timestamp) -> Route {
        let template = TemplateRef { name: "t".into(), language: "he".into() };
        Route {
            whatsapp: true,
            whatsapp_unreachable: !self.whatsapp,
            sms: self.sms,
            sms_answerable: true,
            window_open: self.window_open(now),
            template: if self.template { TemplateState::Usable(template) } else { TemplateState::Paused(template) },
            ..Route::default()
        }
    }

    fn window_open(&self, now: Timestamp) -> bool {
        self.wrote_at.is_some_and(|at| now.duration_since(at) < SignedDuration::from_hours(24))
    }

    fn first(&self, called_at: Timestamp, expires_at: Timestamp, due_at: Timestamp, now: Timestamp) -> First {
        First {
            standing: self.standing(),
            called_at,
            due_at,
            expires_at,
            spoke_at: self.spoke_at,
            wrote_at: self.wrote_at,
            sent_already: self.opened.contains(&called_at),
            unsettled: false,
            wait: self.windows().wait(matter(called_at, &self.settings.outreach), now),
            led_by_person: false,
            repeats: Repeats::default(),
            caps: Caps::default(),
            used_up: None,
            limits: self.settings.limits.clone(),
            route: self.route(now),
        }
    }

    fn later(&self, opened_at: Timestamp, now: Timestamp) -> Later {
        let since = |at: Option<Timestamp>| at.is_some_and(|at| at >= opened_at);
        Later {
            standing: self.standing(),
            unsettled: false,
            driver: self.driver,
            finished: false,
            overtaken: since(self.wrote_at),
            spoke: since(self.spoke_at),
            wait: self.windows().wait(Matter::CanWait, now),
            caps: Caps::default(),
            channel: self.channel_of(opened_at),
            route: self.route(now),
        }
    }

    /// The channel of the chat that began then.
    fn channel_of(&self, opened_at: Timestamp) -> Channel {
        let opener =
            |(at, wish, _): &&(Timestamp, Wish, Channel)| *at == opened_at && matches!(wish, Wish::First { .. });
        self.sent.iter().find(opener).map_or(Channel::Whatsapp, |(_, _, channel)| *channel)
    }

    /// A send happens; it is judged on the spot.
    fn send(&mut self, now: Timestamp, wish: Wish, channel: Channel, form: &Form) {
        if matches!(wish, Wish::Reminder { .. }) && self.sent.iter().any(|(_, sent, _)| *sent == wish) {
            return; // the send key of a message is unique in the database (P4)
        }
        self.judge(now, wish, channel, form);
        self.sent.push((now, wish, channel));
        if let Wish::First { called_at, .. } = wish {
            self.opened.push(called_at);
            let opened_at = now;
            for (nth, after) in (1..).zip(self.settings.outreach.reminders.clone()) {
                self.jobs.push(Job { due: now + after.0, wish: Wish::Reminder { opened_at, nth } });
            }
        }
    }

    fn judge(&self, now: Timestamp, wish: Wish, channel: Channel, form: &Form) {
        let local = now.to_zoned(self.tz.clone());
        let told = format!("{wish:?} at {local}");
        assert!(!self.opted_out && self.kind == ContactKind::Lead, "A14, A5: {told}");
        assert!(!self.settings.emergency_stop, "stopped: {told}");
        let sms = channel == Channel::Sms;
        assert!(!sms || self.sms, "the tenant has no text messages: {told}");
        assert!(sms || self.whatsapp, "WhatsApp does not reach them: {told}");
        assert!(sms || *form != Form::Text || self.window_open(now), "no free text outside the window: {told}");
        assert!(*form == Form::Text || self.template, "a paused template: {told}");
        assert!(
            self.rest.is_none() || !printed_rest().iter().any(|(from, until)| *from <= now && now < *until),
            "{told}"
        );
        let night = local.hour() >= 21 || local.hour() < 8;
        match wish {
            Wish::Reminder { opened_at, .. } => {
                assert!(!night, "reminders wait: {told}");
                assert!(self.driver == Driver::Bot && self.wrote_at.is_none_or(|at| at < opened_at), "P9, A12: {told}");
            }
            Wish::First { called_at, .. } => {
                let old = now.duration_since(called_at) > SignedDuration::from_mins(32);
                assert!(!(night && old), "an old call wakes nobody: {told}");
                assert!(!self.opened.contains(&called_at), "one opener an episode: {told}");
                let since = |at: Option<Timestamp>| at.is_some_and(|at| at >= called_at);
                assert!(!since(self.spoke_at) && !since(self.wrote_at), "A6: {told}");
            }
        }
    }
}

/// Shabbat and festivals in Jerusalem as printed, less the two minutes by which the print may differ.
fn printed_rest() -> &'static [(Timestamp, Timestamp)] {
    static TABLE: std::sync::OnceLock<Vec<(Timestamp, Timestamp)>> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let tz = TimeZone::get("Asia/Jerusalem").unwrap();
        let at = |text: &str| {
            let local: DateTime = text.replace(' ', "T").parse().unwrap();
            local.to_zoned(tz.clone()).unwrap().timestamp()
        };
        let slack = SignedDuration::from_mins(2);
        let rows = include_str!("../data/shabbat.csv").lines().filter(|line| line.starts_with("Jerusalem,"));
        rows.map(|row| {
            let cells: Vec<_> = row.split(',').collect();
            (at(cells[1]) + slack, at(cells[2]) - slack)
        })
        .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn no_run_of_events_sends_anything_illegal_or_opens_an_episode_twice(
        keeps in any::<bool>(),
        sms in any::<bool>(),
        start in 0..600i64,
        events in prop::collection::vec((0..700i64, event()), 1..40),
    ) {
        let tz = TimeZone::get("Asia/Jerusalem").unwrap();
        let mut run = Run::new(keeps, sms, &tz);
        let mut now = "2026-01-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(start);
        for (gap, event) in events {
            now += SignedDuration::from_mins(gap);
            run.work(now);
            run.late = SignedDuration::ZERO;
            run.happen(event, now);
        }
        // Everything comes to its end once nothing is in the way any more.
        run.settings.emergency_stop = false;
        run.work(now + SignedDuration::from_hours(24));
        run.late = SignedDuration::ZERO;
        run.work(now + SignedDuration::from_hours(24 * 10));
        prop_assert!(run.jobs.is_empty(), "{:?}", run.jobs);
        let mut openers: Vec<_> = run.opened.clone();
        openers.dedup();
        prop_assert_eq!(openers.len(), run.opened.len());
    }
}

#[test]
fn the_runs_reach_messages_at_all() {
    let tz = TimeZone::get("Asia/Jerusalem").unwrap();
    let mut run = Run::new(true, false, &tz);
    let friday: Timestamp = "2026-01-16T16:00:00Z".parse().unwrap();
    run.happen(Event::Missed { late: 0 }, friday);
    run.work(friday + SignedDuration::from_hours(24 * 5));
    let times: Vec<_> =
        run.sent.iter().map(|(at, ..)| at.to_zoned(tz.clone()).strftime("%a %H:%M").to_string()).collect();
    assert_eq!(times, ["Sat 17:39", "Sat 19:39", "Sun 17:39"]);
}

#[test]
fn the_runs_reach_text_messages_too() {
    let tz = TimeZone::get("Asia/Jerusalem").unwrap();
    let mut run = Run::new(false, true, &tz);
    let monday: Timestamp = "2026-01-19T10:00:00Z".parse().unwrap();
    run.happen(Event::Whatsapp(false), monday);
    run.happen(Event::Missed { late: 0 }, monday);
    run.work(monday + SignedDuration::from_hours(24 * 5));
    assert_eq!(run.sent.iter().map(|(.., channel)| *channel).collect::<Vec<_>>(), [Channel::Sms; 3]);
}
