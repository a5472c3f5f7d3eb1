//! What is shown in writing: photos of what is broken go with its report (C8), and what is sent without words is answered by
//! the same receptionist (C12).
//!
//! Always true: a photo waits in the talk until its report is open, whichever comes first; it is thanked for once; nobody
//! claims to have seen what is on it.

use super::{Act, Desk, Facts, MOST_TURNS, Reason, Topic};
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::words::{FaultCategory, Intent, Question};
use serde::{Deserialize, Serialize};

/// So many wait for a report at most.
const MOST: usize = 20;

/// Photos that wait for a report to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Photos {
    /// The messages that hold them.
    pub ids: Vec<String>,
    /// They were thanked for.
    pub thanked: bool,
}

/// What was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The messages that hold the photos.
    pub ids: Vec<String>,
    /// A report of theirs is open, and these are about it as far as one can tell.
    pub reported: bool,
    /// Words came with them: those are answered next.
    pub words: bool,
}

/// How words that came with a photo stand to what is `reported` already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caption {
    /// They only say what the photo shows: there is nothing to answer.
    Bare,
    /// They tell of something that is not reported yet.
    NewFault,
    /// They are about something else.
    Other,
}

impl Caption {
    /// Sorts the words. `asked`: the question that stood.
    pub fn of(reading: &TurnReading, asked: Option<Question>, reported: Option<FaultCategory>) -> Self {
        let about_repair = reading.intents.iter().all(|it| matches!(it, Intent::Maintenance | Intent::General));
        let empty = TurnReading { language: reading.language, ..TurnReading::nothing() };
        let open = matches!(asked, None | Some(Question::Wish | Question::More));
        match (reading.danger, reading.fault) {
            (None, Some(fault)) if about_repair && reported == Some(fault.category) => Self::Bare,
            (None, None) if open && *reading == empty => Self::Bare,
            (None, None) if !reading.intents.contains(&Intent::Maintenance) => Self::Other,
            _ => Self::NewFault,
        }
    }
}

impl Desk {
    /// Photos came.
    pub(super) fn show(&mut self, shown: Shown, facts: &Facts, acts: &mut Vec<Act>) {
        let reporting = self.topics.contains(&Topic::Repair);
        let warned = !self.warned.is_empty(); // what else there is to say comes with the report
        if shown.reported && !reporting {
            acts.push(Act::KeepPhotos(shown.ids));
            acts.push(Act::Say(Line::PhotoKept));
        } else {
            let photos = &mut self.known.photos;
            photos.ids.extend(shown.ids);
            photos.ids.truncate(MOST);
            if reporting && !warned && !photos.thanked {
                photos.thanked = true;
                acts.push(Act::Say(Line::PhotoKept));
            } else if !shown.words && (!reporting || warned) {
                acts.push(Act::Say(Line::PhotoSeen));
            }
        }
        if !shown.words {
            self.go_on_after(facts, acts);
        }
    }

    /// A voice message came, which nobody hears here.
    pub(super) fn cannot_listen(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        acts.push(Act::Say(Line::CannotListen));
        self.go_on_after(facts, acts);
    }

    /// The report is open: the photos go with it.
    pub(super) fn file_photos(&mut self, acts: &mut Vec<Act>) {
        let Photos { ids, thanked } = std::mem::take(&mut self.known.photos);
        if ids.is_empty() {
            return;
        }
        acts.push(Act::KeepPhotos(ids));
        if !thanked {
            acts.push(Act::Say(Line::PhotoKept));
        }
    }

    /// The question that stands, as long as this talk may last.
    fn go_on_after(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        self.turns = self.turns.saturating_add(1);
        self.silences = 0;
        self.busy = false;
        if self.turns > MOST_TURNS {
            return self.hand_over(Reason::TooLong, acts);
        }
        self.ask_again(facts, acts);
    }
}
