//! What the trail of changes calls things, as people read it.

use crate::session::Lang;

/// Actions: their word, then English and Hebrew.
const DEEDS: &[(&str, (&str, &str))] = &[
    ("analysis.run", ("Had a call read again", "ביקשו לנתח שיחה מחדש")),
    ("connection.create", ("Made a connection", "חיברו חיבור")),
    ("connection.delete", ("Removed a connection", "הסירו חיבור")),
    ("connection.update", ("Changed a connection", "שינו חיבור")),
    ("contact.merge", ("Joined two contacts", "איחדו שני אנשי קשר")),
    ("contact.unmerge", ("Parted two contacts", "הפרידו אנשי קשר")),
    ("contact.update", ("Changed a contact", "שינו איש קשר")),
    ("credits.top_up", ("Noted credits that were bought", "רשמו קניית קרדיטים")),
    ("episode.spoke", ("Noted that people spoke", "רשמו שדיברו")),
    ("inbox.replay", ("Had an event read again", "עיבדו אירוע מחדש")),
    ("job.discard", ("Gave up a job", "ויתרו על עבודה")),
    ("job.retry", ("Tried a job again", "ניסו עבודה שוב")),
    ("key.create", ("Made an API key", "יצרו מפתח API")),
    ("key.revoke", ("Revoked an API key", "ביטלו מפתח API")),
    ("lead.fact", ("Corrected what is known", "תיקנו פרט")),
    ("lead.remind", ("Asked to be reminded", "ביקשו תזכורת")),
    ("lead.spoke", ("Noted that people spoke", "רשמו שדיברו")),
    ("lead.status", ("Moved a lead", "העבירו ליד")),
    ("leads.assign", ("Handed leads to someone", "הטילו לידים על מישהו")),
    ("leads.label", ("Labelled leads", "שינו תוויות של לידים")),
    ("leads.status", ("Moved leads", "העבירו לידים")),
    ("leads.undo", ("Took a change of leads back", "ביטלו שינוי בלידים")),
    ("line.create", ("Added a line", "הוסיפו קו")),
    ("line.end", ("Ended a line", "סגרו קו")),
    ("line.update", ("Changed a line", "שינו קו")),
    ("message.send", ("Wrote a message", "כתבו הודעה")),
    ("property.import", ("Imported properties", "ייבאו נכסים")),
    ("property.create", ("Added a property", "הוסיפו נכס")),
    ("property.update", ("Changed a property", "שינו נכס")),
    ("conversation.take_over", ("Took a conversation over", "לקחו שיחה")),
    ("conversation.hand_back", ("Handed a conversation back", "החזירו שיחה לבוט")),
    ("task.update", ("Marked a task", "סימנו משימה")),
    ("tenant.create", ("Made the business", "הקימו את העסק")),
    ("tenant.update", ("Changed the settings", "שינו הגדרות")),
    ("text.change", ("Changed a text", "שינו טקסט")),
    ("user.create", ("Let someone in", "צירפו אדם")),
    ("user.forgot", ("Asked for a new password", "ביקשו סיסמה חדשה")),
    ("user.link", ("Made a link to choose a password", "יצרו קישור לבחירת סיסמה")),
    ("user.password", ("Changed a password", "שינו סיסמה")),
    ("user.second_step_off", ("Switched the second step off", "כיבו את האימות הדו-שלבי")),
    ("user.second_step_on", ("Switched the second step on", "הפעילו אימות דו-שלבי")),
    ("user.sign_in", ("Signed in", "נכנסו")),
    ("user.sign_out", ("Signed out", "יצאו")),
    ("user.sign_out_elsewhere", ("Signed out elsewhere", "ניתקו מכשירים אחרים")),
    ("user.update", ("Changed a user", "שינו משתמש")),
];

/// What was done; `None` for a word that has no words yet.
pub(super) fn done(l: Lang, action: &str) -> Option<&'static str> {
    DEEDS.iter().find(|(known, _)| *known == action).map(|(_, words)| l.t(words.0, words.1))
}
