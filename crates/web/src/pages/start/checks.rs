//! What is looked at for each of the first steps, and what is said of it. Pure.
//!
//! Always true: a step is done when it was proved, never because something was typed; what is wrong is said together with
//! what to do about it.

use crate::session::Lang;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::episode::EpisodeState;
use ringleader_core::message::MessageStatus;
use ringleader_core::settings::TemplateRef;
use ringleader_store::repo::Template;

/// A provider that took a message tells within this time where it went.
const TELLS_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// Proved.
    Done,
    /// Your part is done; the proof comes by itself.
    Waits,
    /// Yours to do.
    Todo,
    /// Done, but not right.
    Wrong,
}

/// What was found of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub stand: Stand,
    /// In the reader's language.
    pub words: String,
    /// The provider's own words, in English.
    pub detail: Option<String>,
}

fn found(stand: Stand, words: impl Into<String>) -> Finding {
    Finding { stand, words: words.into(), detail: None }
}

/// What is known of a connection.
pub(super) struct Tested<'a> {
    pub health: &'a str,
    pub detail: Option<&'a str>,
    /// A test asks the provider something.
    pub asked: bool,
    /// Events came over it.
    pub heard: bool,
}

/// Whether a connection works: asked, or heard of.
pub(super) fn connection(l: Lang, it: Option<&Tested<'_>>) -> Finding {
    let Some(it) = it else { return found(Stand::Todo, "") };
    let plain = match (it.health, it.asked, it.heard) {
        ("good", true, _) => found(Stand::Done, l.t("It was asked, and it answers.", "נבדק, ויש מענה.")),
        ("good", false, true) => found(Stand::Done, l.t("Its calls reach us.", "השיחות מגיעות אלינו.")),
        ("good", false, false) => found(
            Stand::Waits,
            l.t(
                "It cannot be asked from here; its first call proves it. Until then: is the address below entered there?",
                "אי אפשר לבדוק מכאן, והשיחה הראשונה תוכיח. עד אז: האם הכתובת שלמטה הוזנה במרכזייה?",
            ),
        ),
        ("failing" | "halted", ..) => found(
            Stand::Wrong,
            l.t(
                "The test failed. Put the settings right, then test again.",
                "הבדיקה נכשלה. יש לתקן את ההגדרות ולבדוק שוב.",
            ),
        ),
        _ => found(Stand::Todo, l.t("It is there, but was never tested.", "מוגדר, אבל עוד לא נבדק.")),
    };
    let detail = it.detail.filter(|_| plain.stand == Stand::Wrong).map(str::to_owned);
    Finding { detail, ..plain }
}

/// What the first message's template has to be.
pub(super) struct Wanted<'a> {
    /// The language of the business.
    pub language: &'a str,
    /// How many values the first message gives.
    pub values: usize,
}

/// The language of a code: `he` of `he_IL`.
pub(super) fn tongue(code: &str) -> String {
    code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

impl Wanted<'_> {
    /// Whether this template can open a conversation.
    pub(super) fn fits(&self, it: &Template) -> bool {
        let few = it.params.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count <= self.values));
        it.status == "APPROVED" && tongue(&it.language) == tongue(self.language) && few
    }
}

/// Whether the chosen template will go out: there, in the right language, approved, with no more values than are given.
pub(super) fn template(l: Lang, chosen: Option<&TemplateRef>, known: &[Template], wanted: &Wanted<'_>) -> Finding {
    let Some(chosen) = chosen else {
        return found(Stand::Todo, l.t("None is chosen yet.", "עוד לא נבחרה תבנית."));
    };
    if chosen.is_id() {
        let words = l.t(
            "A template is chosen by its id. Whether WhatsApp has approved it shows with the first message.",
            "נבחרה תבנית לפי המזהה שלה. אם WhatsApp אישר אותה יתברר בהודעה הראשונה.",
        );
        return found(Stand::Done, words);
    }
    let Some(it) = known.iter().find(|it| it.name == chosen.name && it.language == chosen.language) else {
        let words = if known.is_empty() {
            l.t(
                "WhatsApp was not asked for its templates yet. Read them.",
                "עוד לא קראנו את התבניות מ-WhatsApp. יש לקרוא אותן.",
            )
        } else {
            l.t(
                "WhatsApp does not know the chosen template in its language. Create it there, or choose another.",
                "ל-WhatsApp אין את התבנית שנבחרה בשפה שלה. יש ליצור אותה שם, או לבחור אחרת.",
            )
        };
        return found(Stand::Wrong, words);
    };
    if tongue(&it.language) != tongue(wanted.language) {
        let words = l.t(
            "The chosen template is in another language than the business. Choose one in {n}.",
            "התבנית שנבחרה בשפה אחרת משפת העסק. יש לבחור תבנית ב{n}.",
        );
        let language = match tongue(wanted.language).as_str() {
            "he" => l.t("Hebrew", "עברית"),
            "en" => l.t("English", "אנגלית"),
            _ => wanted.language,
        };
        return found(Stand::Wrong, words.replace("{n}", language));
    }
    let standing = approval(l, it);
    if standing.stand != Stand::Done {
        return standing;
    }
    match it.params.map(usize::try_from) {
        Some(Ok(count)) if count <= wanted.values => standing,
        Some(Ok(count)) => {
            let words = l.t(
                "The template takes more values ({a}) than the first message gives ({b}). Choose one with no more than that.",
                "התבנית מקבלת יותר ערכים ({a}) ממה שההודעה הראשונה נותנת ({b}). יש לבחור תבנית שלא מקבלת יותר מזה.",
            );
            found(Stand::Wrong, words.replace("{a}", &count.to_string()).replace("{b}", &wanted.values.to_string()))
        }
        _ => found(
            Stand::Wrong,
            l.t(
                "How many values the template takes is not known. Read the templates again.",
                "לא ידוע כמה ערכים התבנית מקבלת. יש לקרוא את התבניות שוב.",
            ),
        ),
    }
}

fn approval(l: Lang, it: &Template) -> Finding {
    let plain = match it.status.as_str() {
        "APPROVED" => found(Stand::Done, l.t("WhatsApp has approved it.", "WhatsApp אישר אותה.")),
        "PENDING" | "IN_APPEAL" => found(
            Stand::Waits,
            l.t(
                "WhatsApp has not decided on it yet. That takes minutes to a day.",
                "WhatsApp עוד לא החליט. זה לוקח בין כמה דקות ליום.",
            ),
        ),
        "PAUSED" | "DISABLED" => found(
            Stand::Wrong,
            l.t("WhatsApp has stopped it. Choose another one.", "WhatsApp עצר אותה. יש לבחור אחרת."),
        ),
        _ => found(
            Stand::Wrong,
            l.t(
                "WhatsApp did not approve it. Choose another one, or change it there and submit it again.",
                "WhatsApp לא אישר אותה. יש לבחור אחרת, או לתקן אותה שם ולהגיש שוב.",
            ),
        ),
    };
    let reason = it.reason.clone().filter(|reason| plain.stand == Stand::Wrong && reason != "NONE");
    Finding { detail: reason, ..plain }
}

/// What is known of the business's numbers.
pub(super) struct Numbers {
    /// How many there are.
    pub all: usize,
    /// How many of them are for missed calls.
    pub for_missed_calls: usize,
    /// Messages can go out for them.
    pub writes: bool,
}

/// Whether a call finds the business, and an answer to it a way out.
pub(super) fn line(l: Lang, it: &Numbers) -> Finding {
    match (it.all, it.for_missed_calls, it.writes) {
        (0, ..) => found(Stand::Todo, ""),
        (_, 0, _) => found(
            Stand::Wrong,
            l.t(
                "None of your numbers is for missed calls. Add one that is.",
                "אף אחד מהמספרים אינו מיועד לשיחות שלא נענו. יש להוסיף אחד כזה.",
            ),
        ),
        (.., false) => found(
            Stand::Waits,
            l.t("Its messages go out as soon as WhatsApp is connected.", "ההודעות שלו ייצאו ברגע ש-WhatsApp מחובר."),
        ),
        (.., true) => found(
            Stand::Done,
            l.t(
                "Calls to it are yours, and its messages go out over WhatsApp.",
                "השיחות אליו שלך, וההודעות שלו יוצאות ב-WhatsApp.",
            ),
        ),
    }
}

/// What came from the switchboard so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rang {
    /// Nothing.
    Nothing,
    /// A call to a number that is no line.
    Elsewhere,
    /// Something that cannot be read.
    Unreadable,
    /// Calls, but none that was missed.
    Answered,
    /// A missed call.
    Missed,
}

/// Whether a missed call has arrived.
pub(super) fn rang(l: Lang, it: Rang) -> Finding {
    match it {
        Rang::Nothing => found(Stand::Todo, l.t("No call has reached us yet.", "עוד לא הגיעה אלינו אף שיחה.")),
        Rang::Elsewhere => found(
            Stand::Wrong,
            l.t(
                "A call arrived, but to a number that is none of your lines. It waits: add that number above, and it is processed.",
                "הגיעה שיחה, אבל למספר שאינו אחד הקווים שלך. היא מחכה: יש להוסיף את המספר למעלה, והיא תטופל.",
            ),
        ),
        Rang::Unreadable => found(
            Stand::Wrong,
            l.t(
                "Something arrived that cannot be read as a call. Was this address entered where calls are reported?",
                "הגיע משהו שאי אפשר לקרוא כשיחה. האם הכתובת הוזנה במקום שבו מדווחים על שיחות?",
            ),
        ),
        Rang::Answered => found(
            Stand::Todo,
            l.t(
                "Calls arrive, so the address is right; none was missed so far. Call again and let nobody answer.",
                "שיחות מגיעות, כלומר הכתובת נכונה; עדיין לא הייתה שיחה שלא נענתה. אפשר להתקשר שוב ולא לענות.",
            ),
        ),
        Rang::Missed => found(Stand::Done, l.t("A missed call has arrived.", "הגיעה שיחה שלא נענתה.")),
    }
}

/// How far the answer to the latest missed call is.
pub(super) struct Outreach<'a> {
    pub state: Option<EpisodeState>,
    /// When it is due, as the reader says it.
    pub due: String,
    /// Why it stands there, in the reader's language.
    pub told: Option<String>,
    /// The first message: where it stands, since when, and what failed.
    pub message: Option<(MessageStatus, Timestamp, Option<&'a str>)>,
}

/// Whether a first message was handed over: `proved` by any call so far, else what stands in the way of the latest.
pub(super) fn handed_over(l: Lang, proved: bool, latest: Option<&Outreach<'_>>, now: Timestamp) -> Finding {
    if proved {
        return found(
            Stand::Done,
            l.t("A caller has the message on their phone, and you have the lead.", "ההודעה אצל המתקשר, והליד אצלך."),
        );
    }
    let Some(it) = latest else { return found(Stand::Todo, "") };
    let told = |stand, otherwise: &str| found(stand, it.told.clone().unwrap_or_else(|| otherwise.to_owned()));
    match (it.state, it.message) {
        (_, Some((status, since, detail))) => sent(l, status, now.duration_since(since), detail),
        (Some(EpisodeState::Waiting), _) => {
            found(Stand::Waits, l.t("The message goes out at {t}.", "ההודעה תצא בשעה {t}.").replace("{t}", &it.due))
        }
        (Some(EpisodeState::Deferred), _) => told(Stand::Waits, l.t("It is put off.", "נדחה.")),
        (Some(EpisodeState::Held | EpisodeState::Excluded), _) => told(Stand::Wrong, l.t("It is held back.", "עוכב.")),
        (Some(EpisodeState::Cancelled | EpisodeState::Contacted), _) => told(
            Stand::Todo,
            l.t("You were in touch since. Try it with another call.", "מאז דיברתם. אפשר לנסות עם שיחה נוספת."),
        ),
        (None, _) => told(Stand::Waits, l.t("The call is being looked at.", "השיחה נבדקת.")),
    }
}

fn sent(l: Lang, status: MessageStatus, since: SignedDuration, detail: Option<&str>) -> Finding {
    let plain = match status {
        MessageStatus::Failed => found(
            Stand::Wrong,
            l.t("The message did not arrive. The caller is among your tasks.", "ההודעה לא הגיעה. המתקשר נמצא במשימות שלך."),
        ),
        MessageStatus::Held => found(Stand::Wrong, l.t("The message is held: a person must decide.", "ההודעה מעוכבת: נדרשת החלטה של אדם.")),
        MessageStatus::Accepted if since > TELLS_WITHIN => found(
            Stand::Wrong,
            l.t(
                "WhatsApp took the message, but tells us nothing of it. Enter the webhook address of the WhatsApp connection in the Meta app, else answers do not reach us either.",
                "WhatsApp קיבל את ההודעה אבל לא מדווח עליה. יש להזין את הכתובת של חיבור WhatsApp באפליקציה ב-Meta, אחרת גם תשובות לא יגיעו אלינו.",
            ),
        ),
        _ => found(Stand::Waits, l.t("The message is on its way.", "ההודעה בדרך.")),
    };
    Finding { detail: detail.filter(|_| plain.stand == Stand::Wrong).map(str::to_owned), ..plain }
}

#[cfg(test)]
mod tests;
