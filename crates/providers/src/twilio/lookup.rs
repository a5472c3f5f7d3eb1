//! What kind of line a number is (twilio sheet, 11.7). Each answer is paid for: a number is asked about once.

use super::client::Client;
use crate::messaging::SendError;
use ringleader_core::phone::Phone;

ringleader_core::words! {
    /// What Twilio knows of a line.
    pub enum LineType {
        /// A mobile phone.
        Mobile = "mobile",
        /// A landline: it takes no text messages.
        Landline = "landline",
        /// No number that anybody has.
        Invalid = "invalid",
        /// Over the internet, a service, or what Twilio does not know.
        Other = "other",
    }
}

impl LineType {
    /// Whether text messages can reach it, as far as is known.
    pub const fn takes_texts(self) -> bool {
        matches!(self, Self::Mobile | Self::Other)
    }
}

impl Client {
    /// Asks what kind of line a number is; `host` is `https://lookups.twilio.com`.
    ///
    /// # Errors
    /// As for sending: away, throttled, refused.
    pub async fn line_type(&self, host: &str, phone: &Phone) -> Result<LineType, SendError> {
        let url = format!("{}/v2/PhoneNumbers/{}", host.trim_end_matches('/'), phone.as_str());
        let request = self.http.get(url).query(&[("Fields", "line_type_intelligence")]);
        let answer = self.run("look_up_number", request).await?;
        if answer["valid"] == false {
            return Ok(LineType::Invalid);
        }
        Ok(match answer["line_type_intelligence"]["type"].as_str() {
            Some("mobile") => LineType::Mobile,
            Some("landline") => LineType::Landline,
            _ => LineType::Other,
        })
    }
}
