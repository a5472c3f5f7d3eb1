//! What the receptionist says in a chat: ruled, recorded and sent like every answer (A8, P8, C12).

use super::chat::Scene;
use crate::ledger::{self, About, Entry};
use crate::work::send_message;
use jiff::Timestamp;
use jiff::civil::DateTime;
use ringleader_core::message::{Audience, Content};
use ringleader_core::policy::Verdict;
use ringleader_core::texts::Key;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// Why it is said, as the message's purpose.
const PURPOSE: &str = "reception";

impl Scene {
    /// Says something that is in words already. The same cause says one thing.
    pub(crate) async fn reply(&mut self, tx: &mut Tx, content: Content, cause: &str) -> Result<()> {
        let ruling = self.rule_reply(tx, Key::WhyReception).await?;
        let Verdict::Go { channel, .. } = ruling.verdict else { return self.unsaid(tx, Some(ruling), cause).await };
        let wish = NewMessage {
            send_key: format!("{}:{cause}:{PURPOSE}", self.chat.id),
            conversation_id: Some(self.chat.id),
            contact_id: Some(self.contact.id),
            lead_id: Some(self.lead.id),
            episode_id: self.chat.episode_id,
            audience: Audience::Contact,
            channel,
            connection_id: Some(self.chat.connection_id),
            to: self.to(),
            to_email: None,
            content,
            purpose: PURPOSE.to_owned(),
        };
        let Some(message) = send_message::wish(tx, &wish).await? else { return Ok(()) };
        let about = About { message: Some(message), ..self.about() };
        ledger::record(tx, &self.tenant, about, Entry::from(&ruling)).await
    }

    /// A moment in the business's own time.
    pub(crate) fn local_now(&self, now: Timestamp) -> DateTime {
        now.to_zoned(self.tenant.time_zone.clone()).datetime()
    }
}
