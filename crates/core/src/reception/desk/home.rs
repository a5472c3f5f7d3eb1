//! Whether a report is about the home that the caller rents through the business (C2, C8): one question in place of the
//! address. On the phone the address on file is never told, since a number can be forged; in writing it is.

use super::Desk;
use super::heard::Answer;
use crate::reception::reading::TurnReading;
use crate::reception::say::Style;
use crate::reception::words::Question;
use crate::tenancy::Home;
use std::slice;

impl Desk {
    /// The address that the question for the home tells.
    pub(super) fn told_home(&self, question: Question) -> Option<String> {
        let told = question == Question::Home && self.style == Style::Written;
        self.known.homes.first().filter(|_| told).map(|home| home.address.clone())
    }

    /// A yes or a no to it; anything else may be the address itself.
    pub(super) fn at_home(&mut self, reading: &TurnReading) -> Answer {
        let Some(yes) = reading.answer else { return Answer::None };
        if yes {
            self.known.home = self.known.homes.first().map(|home| home.property.clone());
        } else {
            self.known.elsewhere = true;
        }
        self.asked = None;
        Answer::Taken
    }

    /// Another place was named than the home that was agreed to.
    pub(super) fn leave_home(&mut self) {
        let known = &mut self.known;
        let said = known.address.as_deref().unwrap_or_default();
        let agreed = known.homes.iter().find(|it| known.home.as_ref() == Some(&it.property));
        if agreed.is_none_or(|home| Home::meant(slice::from_ref(home), said).is_none()) {
            known.home = None;
        }
    }

    /// The home that the report is about: as it was agreed to, or by the address that was said.
    pub(super) fn home_meant(&self) -> Option<String> {
        let known = &self.known;
        let said = known.address.as_deref();
        let by_address = || said.and_then(|said| Home::meant(&known.homes, said));
        known.home.clone().or_else(|| by_address().map(|home| home.property.clone()))
    }
}
