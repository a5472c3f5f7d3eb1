//! A year of a business as a person with a pencil counts it. It knows nothing of the rules that are tried: it counts the list
//! of what happened, and waits minute by minute; rates are worked out from the list too.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::call::{Call, Direction, Outcome};
use ringleader_core::id::{CallId, ContactId, ConversationId, EpisodeId, LeadId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::reports::people::by_person;
use ringleader_core::reports::summary::Summary;
use std::collections::BTreeMap;

/// Open Sunday to Thursday, nine to six, closed around noon, and past midnight on Thursdays.
pub const WEEK: [(&str, i64, i64); 3] =
    [("sun,mon,tue,wed,thu", 9 * 60, 12 * 60), ("sun,mon,tue,wed,thu", 13 * 60, 18 * 60), ("thu", 22 * 60, 26 * 60)];

/// How a caller was answered, and after how many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// By the first message.
    Opener(i64),
    /// By the first message over SMS, since the one before it did not arrive.
    Sms(i64),
    /// They were rung back; the exchange tells of it much later.
    Rang(i64),
    /// People say after so long that they spoke; no call shows it.
    Said(i64),
    /// The caller wrote after a minute, and was answered then, if at all.
    Wrote(Option<i64>),
    /// Somebody of the business wrote from the handset.
    Handset(i64),
    /// Not at all: it is put before a person.
    Nobody,
}

impl Answer {
    /// Minutes until they were answered.
    pub fn after(self) -> Option<i64> {
        match self {
            Self::Opener(after) | Self::Sms(after) | Self::Rang(after) | Self::Said(after) | Self::Handset(after) => {
                Some(after)
            }
            Self::Wrote(after) => after,
            Self::Nobody => None,
        }
    }

    /// Minutes until there is a chat of our own.
    pub fn chat(self) -> Option<i64> {
        match self {
            Self::Opener(after) | Self::Sms(after) => Some(after),
            _ => None,
        }
    }
}

/// What became of a chat.
#[derive(Debug, Clone, Copy)]
pub struct Chat {
    pub replied: bool,
    /// Which of the two reminders went out; the first may have been left out.
    pub reminders: [bool; 2],
    pub taken_over: bool,
    /// Which of the two colleagues took it over; neither: somebody did from the handset.
    pub leaders: [bool; 2],
    /// Whoever took it over gave it back to the bot.
    pub handed_back: bool,
    pub opted_out: bool,
}

/// A viewing: whose, what became of it, and what the visitor said of it when asked.
#[derive(Debug, Clone, Copy)]
pub struct Viewing {
    pub agent: usize,
    pub state: AppointmentState,
    pub asked: bool,
    pub said: Option<Option<bool>>,
}

/// One run of a missed call, and how it went on.
#[derive(Debug, Clone)]
pub struct Story {
    pub n: usize,
    pub rang: Timestamp,
    pub line: &'static str,
    pub source: &'static str,
    pub call: CallId,
    pub contact: Option<ContactId>,
    pub episode: EpisodeId,
    pub lead: Option<LeadId>,
    pub chat_id: Option<ConversationId>,
    pub answer: Answer,
    pub status: LeadStatus,
    /// The colleague whose lead it is in the end.
    pub assigned: Option<usize>,
    pub chat: Chat,
    /// Days until the same person rings again, and what becomes of the chat then.
    pub again: Option<(i64, EpisodeId, Chat)>,
    pub viewing: Option<Viewing>,
    /// Asked how the call was; the answer, if there was one.
    pub opinion: Option<Option<i64>>,
}

impl Story {
    /// Shown a property, or about to be.
    fn is_viewed(&self) -> bool {
        let viewed = |it: Viewing| matches!(it.state, AppointmentState::Booked | AppointmentState::Done);
        self.viewing.is_some_and(viewed)
    }
}

/// A talk with the receptionist: when, whether it is over, and which kind of the three below.
#[derive(Debug, Clone, Copy)]
pub struct Talking {
    pub at: Timestamp,
    pub over: bool,
    pub kind: usize,
    /// Over the telephone, on this line.
    pub line: Option<&'static str>,
}

/// What was wanted in each kind of talk, and how it ended.
pub const TALKS: [(&str, &str); 3] = [
    ("intent:office_hours", "ending:goodbye"),
    ("intent:general_enquiry", "ending:call_back"),
    ("intent:speak_to_agent", "ending:handed_over"),
];

/// The measures that a summary is made of, by local day, hour and line, as the pencil counts them.
pub type Truth = BTreeMap<(String, Date, i8, String), i64>;

pub struct Pencil {
    pub zone: TimeZone,
    pub truth: Truth,
}

impl Pencil {
    pub fn add(&mut self, measure: &str, at: Timestamp, line: &str, value: i64) {
        let local = at.to_zoned(self.zone.clone());
        *self.truth.entry((measure.to_owned(), local.date(), local.hour(), line.to_owned())).or_default() += value;
    }

    /// Whole minutes in which the business was open: each is looked at by itself.
    fn open_minutes(&self, from: Timestamp, minutes: i64) -> i64 {
        (0..minutes).filter(|minute| self.is_open(from + SignedDuration::from_mins(*minute))).count() as i64
    }

    fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        let day = |date: Date| date.strftime("%a").to_string().to_lowercase();
        let (today, yesterday) = (day(local.date()), day(local.date().yesterday().unwrap()));
        WEEK.iter().any(|(days, from, to)| {
            days.contains(&today) && (*from..*to).contains(&minute)
                || days.contains(&yesterday) && (*from..*to).contains(&(minute + 24 * 60))
        })
    }

    /// `merged`: whose lead took over this one's, for good; `took_over`: whose this lead took over.
    pub fn story(&mut self, it: &Story, merged: Option<&Story>, took_over: Option<&Story>) {
        let (rang, line) = (it.rang, it.line);
        // What the chat was about before it began anew stays where it was.
        let now = merged.map_or(line, |into| into.line);
        for measure in ["calls:inbound", "missed", "outcome:missed"] {
            self.add(measure, rang, line, 1);
        }
        self.add("asked_satisfaction", rang, line, i64::from(it.opinion.is_some()));
        if let Some(Some(answer)) = it.opinion {
            self.add(
                ["satisfaction:good", "satisfaction:so_so", "satisfaction:bad"][answer as usize - 1],
                rang,
                line,
                1,
            );
        }
        self.outreach(rang, line, it.answer);
        if merged.is_none() {
            self.lead(it, took_over);
        }
        if let Some(after) = it.answer.chat() {
            let line = if it.again.is_some() { line } else { now };
            self.chat(rang + SignedDuration::from_mins(after), line, it.chat);
        }
        if let Some((days, _, chat)) = it.again {
            let again = rang + SignedDuration::from_hours(24 * days);
            self.outreach(again, line, Answer::Opener(2));
            self.chat(again + SignedDuration::from_mins(2), now, chat);
        }
        if let Answer::Rang(after) = it.answer {
            let back = rang + SignedDuration::from_mins(after);
            for measure in ["calls:outbound", "outbound_answered"] {
                self.add(measure, back, line, 1);
            }
            self.add("outbound_talk_seconds", back, line, 60);
        }
        if let Some(viewing) = it.viewing {
            self.viewing(rang + SignedDuration::from_hours(5), now, viewing);
        }
    }

    fn outreach(&mut self, rang: Timestamp, line: &str, answer: Answer) {
        self.add("outreach", rang, line, 1);
        self.add("reached", rang, line, i64::from(answer != Answer::Nobody));
        self.add("responses", rang, line, i64::from(answer.after().is_some()));
        let waited = answer.after().map_or(0, |minutes| 60 * self.open_minutes(rang, minutes));
        self.add("response_seconds", rang, line, waited);
    }

    fn lead(&mut self, it: &Story, took_over: Option<&Story>) {
        use LeadStatus::{Contacted, Converted, Lost, OfferMade, Qualified, ViewingBooked};
        let among = |all: &[LeadStatus]| i64::from(all.contains(&it.status));
        let missed = i64::from(it.source == "missed_call");
        let ready = among(&[Qualified, Contacted, ViewingBooked, OfferMade, Converted]);
        let viewing = i64::from(it.is_viewed() || took_over.is_some_and(Story::is_viewed));
        let booked = among(&[ViewingBooked, OfferMade, Converted]).max(viewing);
        let counts = [
            ("leads".to_owned(), 1),
            (format!("source:{}", it.source), 1),
            (format!("status:{}", it.status), 1),
            ("qualified".to_owned(), ready),
            ("recovered".to_owned(), missed * ready),
            ("spoken_with".to_owned(), among(&[Contacted, ViewingBooked, OfferMade, Converted])),
            ("viewing_booked".to_owned(), booked),
            ("converted".to_owned(), among(&[Converted])),
            ("with_viewing".to_owned(), viewing),
            ("with_viewing_converted".to_owned(), viewing * among(&[Converted])),
            ("lost".to_owned(), among(&[Lost])),
            ("funnel:viewing_booked".to_owned(), missed * booked),
            ("funnel:converted".to_owned(), missed * among(&[Converted])),
        ];
        for (measure, value) in counts {
            self.add(&measure, it.rang, it.line, value);
        }
        if let Some(colleague) = it.assigned.map(|nth| AGENTS[nth]) {
            self.add(&format!("assigned:{colleague}"), it.rang, it.line, 1);
            self.add(&format!("assigned:{colleague}:converted"), it.rang, it.line, among(&[Converted]));
            self.add(&format!("assigned:{colleague}:lost"), it.rang, it.line, among(&[Lost]));
        }
    }

    fn chat(&mut self, opened: Timestamp, line: &str, chat: Chat) {
        let yes = i64::from;
        self.add("chats", opened, line, 1);
        self.add("replied", opened, line, yes(chat.replied));
        self.add("funnel:replied", opened, line, yes(chat.replied));
        let [first, second] = chat.reminders;
        self.add("reminded", opened, line, yes(first || second));
        self.add("replied_after_reminder", opened, line, yes(chat.replied && (first || second)));
        self.add("reminded:1", opened, line, yes(first));
        self.add("reminded:2", opened, line, yes(second));
        self.add("replied_after_reminder:1", opened, line, yes(chat.replied && first && !second));
        self.add("replied_after_reminder:2", opened, line, yes(chat.replied && second));
        self.add("handed_over", opened, line, yes(chat.taken_over));
        self.add("opted_out", opened, line, yes(chat.opted_out));
        for (colleague, led) in AGENTS.iter().zip(chat.leaders) {
            self.add(&format!("led:{colleague}"), opened, line, yes(chat.taken_over && led));
        }
    }

    fn viewing(&mut self, made: Timestamp, line: &str, it: Viewing) {
        let agent = format!("agent:{}", AGENTS[it.agent]);
        for of in ["appointments:viewing".to_owned(), agent] {
            self.add(&of, made, line, 1);
            self.add(&format!("{of}:{}", it.state), made, line, 1);
        }
        self.add("took_place", made, line, i64::from(it.state == AppointmentState::Done));
        self.add("asked_feedback", made, line, i64::from(it.asked));
        self.add("feedback", made, line, i64::from(it.said.is_some()));
        self.add("liked", made, line, i64::from(it.said == Some(Some(true))));
        self.add("disliked", made, line, i64::from(it.said == Some(Some(false))));
    }

    pub fn talk(&mut self, it: Talking) {
        let (line, over) = (it.line.unwrap_or_default(), i64::from(it.over));
        self.add("talks", it.at, line, 1);
        self.add(if it.line.is_some() { "talks:voice" } else { "talks:whatsapp" }, it.at, line, 1);
        let (intent, ending) = TALKS[it.kind];
        self.add(intent, it.at, line, over);
        self.add(ending, it.at, line, over);
        if it.line.is_some() {
            self.add("calls_taken", it.at, line, over);
            self.add("calls_handed_over", it.at, line, if it.kind == 2 { over } else { 0 });
        }
    }

    /// `scores`: of the call by itself, and of its contact with it.
    pub fn scored(&mut self, it: &Call, scores: (i64, i64)) {
        let (at, line) = (it.started_at.unwrap(), it.line.as_ref().unwrap().as_str());
        for (kind, score) in [("individual", scores.0), ("complete", scores.1)] {
            self.add(&format!("scored:{kind}"), at, line, 1);
            self.add(&format!("points:{kind}"), at, line, score);
        }
    }

    pub fn plain(&mut self, it: &Call) {
        let (at, line) = (it.started_at.unwrap(), it.line.as_ref().unwrap().as_str());
        let (outcome, yes) = (it.outcome.unwrap(), i64::from);
        if let Some(agent) = &it.agent {
            self.add(&format!("voice_agent:{}", agent.agent_id.as_deref().unwrap()), at, line, 1);
            self.add("voice_agent_calls", at, line, 1);
            self.add("voice_agent_missed", at, line, yes(matches!(outcome, Outcome::Missed | Outcome::Voicemail)));
            let picked_up = matches!(outcome, Outcome::Answered | Outcome::Silent);
            self.add("voice_agent_connected", at, line, yes(picked_up));
            self.add("voice_agent_waits", at, line, yes(picked_up));
            self.add("voice_agent_talk_seconds", at, line, it.duration_seconds.unwrap_or(0));
            self.add("credits", at, line, it.credits.unwrap_or(0));
            self.add("platform_cost_micros", at, line, agent.cost_micros.unwrap_or(0));
            if let Some(reason) = it.hangup.as_ref().and_then(|hangup| hangup.reason.as_deref()) {
                self.add(&format!("hangup:{reason}"), at, line, 1);
            }
        }
        let answered = outcome == Outcome::Answered;
        if it.direction == Direction::Outbound {
            self.add("calls:outbound", at, line, 1);
            self.add("outbound_answered", at, line, yes(answered));
            return self.add("outbound_talk_seconds", at, line, it.duration_seconds.unwrap_or(0));
        }
        self.add("calls:inbound", at, line, 1);
        self.add(&format!("outcome:{outcome}"), at, line, 1);
        let missed = matches!(outcome, Outcome::Missed | Outcome::Voicemail | Outcome::Menu);
        self.add("missed", at, line, yes(missed));
        if answered {
            self.add("answered", at, line, 1);
            self.add("talk_seconds", at, line, it.duration_seconds.unwrap());
            self.add("waits", at, line, 1);
            self.add("wait_seconds", at, line, it.ring_seconds.unwrap());
        }
    }
}

pub const AGENTS: [&str; 2] = ["usr_01970000000070008000000000000001", "usr_01970000000070008000000000000002"];

/// What a person would write under the sums: shares and averages, the way from a missed call, what it is worth.
pub fn under_the_line(told: &Summary, sums: &BTreeMap<String, i64>) {
    let n = |measure: &str| sums.get(measure).copied().unwrap_or(0);
    let share = |part: i64, whole: i64| (whole != 0).then(|| part as f64 / whole as f64);
    let rates = [
        (told.answer_rate, share(n("answered"), n("answered") + n("missed"))),
        (told.average_talk_seconds, share(n("talk_seconds"), n("answered"))),
        (told.average_wait_seconds, share(n("wait_seconds"), n("waits"))),
        (told.average_response_seconds, share(n("response_seconds"), n("responses"))),
        (told.reminder_effect, share(n("replied_after_reminder"), n("reminded"))),
        (told.effect_of("1"), share(n("replied_after_reminder:1"), n("reminded:1"))),
        (told.effect_of("2"), share(n("replied_after_reminder:2"), n("reminded:2"))),
        (told.handover_rate, share(n("handed_over"), n("chats"))),
        (told.call_handover_rate, share(n("calls_handed_over"), n("calls_taken"))),
        (told.viewing_conversion, share(n("with_viewing_converted"), n("with_viewing"))),
        (told.liked_rate, share(n("liked"), n("liked") + n("disliked"))),
        (told.show_rate, {
            let of = |state: &str| n(&format!("appointments:viewing:{state}"));
            share(of("done"), of("done") + of("cancelled") + of("no_show"))
        }),
        (told.satisfaction, {
            let all = n("satisfaction:good") + n("satisfaction:so_so") + n("satisfaction:bad");
            share(n("satisfaction:good"), all)
        }),
    ];
    for (at, (told, expected)) in rates.into_iter().enumerate() {
        assert_eq!(told, expected, "rate {at} of {sums:?}");
    }
    let way =
        ["outreach", "reached", "funnel:replied", "recovered", "funnel:viewing_booked", "funnel:converted"].map(n);
    assert_eq!(told.funnel().map(|(_, value)| value), way);
    assert_eq!(told.recovered_value, Some(250 * 100 * n("recovered")));
    let lost = (0..n("missed")).skip(usize::try_from(n("recovered")).unwrap()).count() as i64;
    assert_eq!(told.unrecovered_value, Some(250 * 100 * lost));
    let people = by_person(sums);
    for colleague in AGENTS {
        let of = |kind: &str, state: &str| n(&format!("{kind}:{colleague}{state}"));
        let person = people.get(colleague).copied().unwrap_or_default();
        let leads = [of("assigned", ""), of("assigned", ":converted"), of("assigned", ":lost")];
        assert_eq!([person.leads, person.converted, person.lost], leads, "{colleague} in {sums:?}");
        assert_eq!(person.converted_value(Some(25_000)), Some(250 * 100 * leads[1]));
        let appointments = [of("agent", ""), of("agent", ":done"), of("agent", ":no_show")];
        assert_eq!([person.appointments, person.took_place, person.nobody_came], appointments);
        assert_eq!(person.chats, of("led", ""));
    }
    let parts = |prefix: &str| -> BTreeMap<String, i64> {
        let named = sums.iter().filter(|(_, value)| **value != 0);
        named.filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), *value))).collect()
    };
    for (told, prefix) in [
        (&told.outcomes, "outcome:"),
        (&told.sources, "source:"),
        (&told.statuses, "status:"),
        (&told.appointments, "appointments:"),
        (&told.agents, "agent:"),
        (&told.intents, "intent:"),
        (&told.endings, "ending:"),
        (&told.opinions, "satisfaction:"),
        (&told.voice_agents, "voice_agent:"),
    ] {
        assert_eq!(*told, parts(prefix), "{prefix}");
    }
}
