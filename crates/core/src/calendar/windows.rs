//! When a message may go, everything taken together: quiet hours here and where the recipient lives, days of rest, opening
//! hours (A7).
//!
//! Always true, and checked as properties: the moment waited for is allowed; every moment before it is not (it is the first);
//! asked again at that moment, the answer is "now"; asked later, the answer is never earlier.

use super::zones;
use super::{Occasion, Rest, RestDays};
use crate::hours::OpeningHours;
use crate::phone::{self, Phone};
use crate::settings::{QuietHours, SpecialDay, TenantSettings};
use crate::tenant::Tenant;
use crate::texts::Key;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// Reasons to wait that follow each other; whatever is left after so many is asked afresh then.
const CHAIN: usize = 64;

/// What is to be sent, as far as the hour matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The first message to someone who has called: until then they are awake and it waits for days of rest alone, later it
    /// minds everything.
    FreshUntil(Timestamp),
    /// A reminder: it minds everything, always.
    CanWait,
}

impl Matter {
    /// Whether it would wake someone at `at`.
    fn minds_the_hour(self, at: Timestamp) -> bool {
        match self {
            Self::FreshUntil(until) => at > until,
            Self::CanWait => true,
        }
    }
}

/// Why a message waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Shabbat or a festival.
    Rest(Occasion),
    /// The tenant's quiet hours.
    QuietHours,
    /// The same hours where the recipient lives.
    TheirNight,
    /// The business is closed.
    Closed,
}

impl Because {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rest(_) => "rest",
            Self::QuietHours => "quiet_hours",
            Self::TheirNight => "their_night",
            Self::Closed => "closed",
        }
    }

    /// The text that explains it.
    pub const fn text(self) -> Key {
        match self {
            Self::Rest(_) => Key::WhyRest,
            Self::QuietHours => Key::WhyQuietHours,
            Self::TheirNight => Key::WhyTheirNight,
            Self::Closed => Key::WhyClosed,
        }
    }
}

/// A message waits: until when, and for what, one thing after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferral {
    /// The first moment at which it may go.
    pub until: Timestamp,
    /// What ends then.
    pub because: Because,
    /// Everything waited for, in order, each with its end.
    pub steps: Vec<(Because, Timestamp)>,
}

impl Deferral {
    /// The day of rest that ends then, if that is what is waited for last.
    pub const fn occasion(&self) -> Option<Occasion> {
        match self.because {
            Because::Rest(occasion) => Some(occasion),
            _ => None,
        }
    }

    /// For the decision: words and times.
    pub fn evidence(&self) -> Value {
        let step = |(because, until): &(Because, Timestamp)| match because {
            Because::Rest(occasion) => json!({ "why": "rest", "occasion": occasion, "until": until.to_string() }),
            other => json!({ "why": other.word(), "until": until.to_string() }),
        };
        let mut evidence = json!({ "waits_for": self.steps.iter().map(step).collect::<Vec<_>>() });
        if let Some(occasion) = self.occasion() {
            evidence["occasion"] = json!(occasion);
        }
        evidence
    }
}

/// When a tenant may write to one person.
#[derive(Debug, Clone)]
pub struct Windows<'a> {
    quiet: &'a QuietHours,
    special: &'a [SpecialDay],
    tz: &'a TimeZone,
    open: Option<OpeningHours<'a>>,
    theirs: Vec<TimeZone>,
    rest: Option<RestDays>,
}

impl<'a> Windows<'a> {
    /// For messages of this tenant to the person with this number.
    pub fn of(tenant: &'a Tenant, to: Option<&Phone>) -> Self {
        let theirs = match to.map(|phone| phone::parse(phone.as_str(), &tenant.country)) {
            Some(number) if number.foreign => number.country.map(|c| zones::of_country(&c)).unwrap_or_default(),
            _ => vec![],
        };
        Self::by(&tenant.settings, &tenant.time_zone, theirs, RestDays::of(tenant))
    }

    /// From its parts: the tenant's settings and zone, the zones where the recipient may be, the days of rest that are kept.
    pub fn by(
        settings: &'a TenantSettings,
        tz: &'a TimeZone,
        mut theirs: Vec<TimeZone>,
        rest: Option<RestDays>,
    ) -> Self {
        theirs.retain(|zone| zone != tz);
        let special = settings.special_days.as_slice();
        let open = OpeningHours::of(&settings.opening_hours, special, tz).filter(|_| settings.outreach.only_when_open);
        Self { quiet: &settings.quiet_hours, special, tz, open, theirs, rest }
    }

    /// The wait of a message that is ready at `now`; `None`: it may go.
    pub fn wait(&self, matter: Matter, now: Timestamp) -> Option<Deferral> {
        let mut steps: Vec<(Because, Timestamp)> = Vec::new();
        let mut at = now;
        while let Some((because, until)) = self.barrier(matter, at).filter(|_| steps.len() < CHAIN) {
            steps.push((because, until));
            at = until;
        }
        let (because, until) = steps.last().copied()?;
        Some(Deferral { until, because, steps })
    }

    /// The first moment from `now` on at which such a message may go.
    pub fn next_allowed(&self, matter: Matter, now: Timestamp) -> Timestamp {
        self.wait(matter, now).map_or(now, |deferral| deferral.until)
    }

    /// The day of rest that `now` falls into, else the next one.
    pub fn next_rest(&self, now: Timestamp) -> Option<Rest> {
        self.rest.as_ref()?.next(now)
    }

    /// What stands in the way at `at`: of several things the one that ends last.
    fn barrier(&self, matter: Matter, at: Timestamp) -> Option<(Because, Timestamp)> {
        let rest = self.rest.as_ref().and_then(|days| days.during(at)).map(|r| (Because::Rest(r.occasion), r.until));
        let closed = self.open.and_then(|hours| hours.next_open(at)).filter(|opens| *opens > at);
        let (mut quiet, mut theirs) = (None, None);
        if matter.minds_the_hour(at) {
            quiet = self.quiet.end_of(self.special, at, self.tz);
            theirs = self.theirs.iter().filter_map(|tz| self.quiet.end_of(&[], at, tz)).max();
        }
        let quiet = quiet.map(|until| (Because::QuietHours, until));
        let theirs = theirs.map(|until| (Because::TheirNight, until));
        let closed = closed.map(|until| (Because::Closed, until));
        // Of two that end together the later in this list is told.
        [closed, theirs, quiet, rest].into_iter().flatten().max_by_key(|(_, until)| *until)
    }
}

/// A moment as a person would say it in the tenant's zone: `today 17:45`, `Saturday 17:45`, with the date when it is far.
pub fn in_words(at: Timestamp, now: Timestamp, tz: &TimeZone, language: &str) -> String {
    let (local, today) = (at.to_zoned(tz.clone()), now.to_zoned(tz.clone()).date());
    let hebrew = language.starts_with("he");
    let time = local.strftime("%H:%M");
    let days = (local.date() - today).get_days();
    if days == 0 {
        return if hebrew { format!("היום {time}") } else { format!("today {time}") };
    }
    let day = if hebrew {
        HEBREW_DAYS[local.weekday().to_sunday_zero_offset().unsigned_abs() as usize].to_owned()
    } else {
        local.strftime("%A").to_string()
    };
    if (1..=6).contains(&days) { format!("{day} {time}") } else { format!("{day} {} {time}", local.strftime("%d.%m.")) }
}

const HEBREW_DAYS: [&str; 7] = ["יום ראשון", "יום שני", "יום שלישי", "יום רביעי", "יום חמישי", "יום שישי", "יום שבת"];
