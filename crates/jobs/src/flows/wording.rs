//! What a chat says, in the customer's language and with what is known of them (A16).

use super::chat::Scene;
use ringleader_core::facts::Columns;
use ringleader_core::message::Content;
use ringleader_core::policy::Form;
use ringleader_core::texts::{self, Key, Texts, Vars};
use ringleader_store::{Result, StoreError};

impl Scene {
    /// The texts of `keys` as a message of this form, in the language the customer writes.
    pub fn content(&self, keys: &[Key], form: &Form) -> Result<Content> {
        let language = self.language();
        let mut vars = self.vars();
        let texts = Texts::with(&self.tenant.settings.texts);
        let bad = |_| StoreError::Corrupt { column: "texts".into(), expected: "renderable" };
        if keys.contains(&Key::FirstMessageHeard) {
            vars.insert("ask", texts.render(Key::AskMissing, &language, &vars).map_err(bad)?);
        }
        let body = texts.compose(keys, &language, &vars).map_err(bad)?;
        Ok(match (form, keys) {
            (Form::Template(template), [.., key]) => Content::Template {
                name: template.name.clone(),
                language: template.language.clone(),
                params: texts::params(*key, &language, &vars).map_err(bad)?,
                preview: body,
            },
            _ => Content::Text { body },
        })
    }

    /// The customer's language where the catalogue speaks it, else the tenant's.
    fn language(&self) -> String {
        let own = self.contact.language.as_deref().filter(|l| l.starts_with("he") || *l == "en");
        own.unwrap_or(self.tenant.language()).to_owned()
    }

    fn vars(&self) -> Vars<'static> {
        let columns = Columns::of(&self.facts);
        // The link asks what it is about: nobody who told that is sent there (A9).
        let link =
            self.tenant.settings.outreach.sms_link.clone().filter(|_| columns.need.is_none()).unwrap_or_default();
        let mut vars = Vars::from([("business", self.tenant.name.clone()), ("link", link)]);
        let preference = columns.preference_text();
        for (name, value) in [("name", columns.name), ("need", columns.need), ("preference", preference)] {
            vars.insert(name, value.unwrap_or_default());
        }
        vars
    }
}
