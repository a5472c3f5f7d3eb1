//! What the receptionist says in a chat: ruled, recorded and sent like every answer (A8, P8, C12).

use super::chat::Scene;
use crate::ledger::Entry;
use jiff::Timestamp;
use jiff::civil::DateTime;
use ringleader_core::message::Content;
use ringleader_core::policy::Verdict;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};

/// Why it is said, as the message's purpose.
const PURPOSE: &str = "reception";

impl Scene {
    /// Says something that is in words already. The same cause says one thing.
    pub(crate) async fn reply(&mut self, tx: &mut Tx, content: Content, cause: &str) -> Result<()> {
        let ruling = self.rule_reply(tx, Key::WhyReception).await?;
        let Verdict::Go { channel, .. } = ruling.verdict else { return self.unsaid(tx, Some(ruling), cause).await };
        self.send(tx, channel, content, PURPOSE, cause, Entry::from(&ruling)).await
    }

    /// A moment in the business's own time.
    pub(crate) fn local_now(&self, now: Timestamp) -> DateTime {
        now.to_zoned(self.tenant.time_zone.clone()).datetime()
    }
}
