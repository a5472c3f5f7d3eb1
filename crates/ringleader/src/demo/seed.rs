//! The demo's sample data: a Hebrew trade business with its number, accounts and templates, made as the API makes them.

use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_core::tenant::{LineUse, Owner};
use ringleader_core::texts::{self, Key};
use ringleader_jobs::accounts;
use ringleader_jobs::actions;
use ringleader_jobs::context::Context;
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, NumberSpec, TemplateSpec, WhatsappFake};
use ringleader_store::repo::NewTenant;
use serde_json::{Value, json};

/// An answer that completes the lead in one message.
pub(super) const ANSWER: &str = "היי קוראים לי דני, צריך אינסטלטור לפיצוץ, תתקשרו מחר בבוקר";

/// The business's line.
const LINE: &str = "+972771234567";

/// Who can be played, with the names of their profiles.
const CUSTOMERS: [(&str, &str); 3] = [("+972501234567", "דני"), ("+972521234567", "Noa"), ("+972541234567", "Misha")];

const OWNER: &str = "+972501234568";
const LANGUAGE: &str = "he";
const ZONE: &str = "Asia/Jerusalem";
const ACTOR: &str = "demo";

/// What the phone page needs to know of the business.
pub(super) struct Shop {
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: jiff::tz::TimeZone,
    /// Its line.
    pub line: &'static str,
    /// Who can be played.
    pub customers: Vec<String>,
    /// Opens the API.
    pub api_key: String,
    /// The path that the switchboard posts call records to.
    pub call_records: String,
}

/// The business's WhatsApp number at Meta.
pub(super) fn number() -> NumberSpec {
    NumberSpec { display: LINE.trim_start_matches('+').to_owned(), ..NumberSpec::default() }
}

/// The templates that Meta has approved, in the words of the catalogue.
pub(super) fn templates() -> Vec<TemplateSpec> {
    KEYS.iter().map(|key| TemplateSpec::approved(key.as_str(), LANGUAGE, &body(*key))).collect()
}

const KEYS: [Key; 4] = [Key::FirstMessage, Key::Reminder, Key::LastReminder, Key::OwnerLead];

/// The catalogue's words with Meta's numbered variables.
fn body(key: Key) -> String {
    let mut words = texts::source(key, LANGUAGE).to_owned();
    for (nth, variable) in (1..).zip(key.variables()) {
        words = words.replace(&format!("{{{{ {} }}}}", variable.name), &format!("{{{{{nth}}}}}"));
    }
    while let Some((from, to)) = words.find("{%").zip(words.find("%}")) {
        words.replace_range(from..to + 2, "");
    }
    words
}

/// Makes the business.
pub(super) async fn shop(cx: &Context, whatsapp: &WhatsappFake) -> anyhow::Result<Shop> {
    let id: TenantId = cx.store.ids().new_id();
    let new = business();
    let (key, hash) = crate::credentials::new_key();
    let mut tx = cx.store.begin(id).await?;
    tx.tenants().insert(id, &new).await?;
    tx.people().add_key("demo", &["read", "write", "admin"].map(String::from), &hash).await?;
    let line = Phone::from_e164(LINE).expect("the demo's line is E.164");
    tx.tenants().add_line(&line, &[LineUse::MissedCall], None, &[]).await?;
    tx.commit().await?;
    for (phone, name) in CUSTOMERS {
        whatsapp.customer(phone, CustomerSpec { name: Some(name.to_owned()), ..CustomerSpec::default() });
    }
    connect(cx, id, "whatsapp_cloud", "WhatsApp", whatsapp_config()).await?;
    let path = connect(cx, id, "voicenter", "Switchboard", json!({})).await?;
    Ok(Shop {
        name: new.name,
        zone: jiff::tz::TimeZone::get(ZONE)?,
        line: LINE,
        customers: CUSTOMERS.iter().map(|(phone, _)| (*phone).to_owned()).collect(),
        api_key: key.reveal().clone(),
        call_records: path,
    })
}

fn business() -> NewTenant {
    let template = |key: Key| json!({"name": key.as_str(), "language": LANGUAGE});
    NewTenant {
        name: "דני אינסטלציה".to_owned(),
        locale: "he-IL".to_owned(),
        country: "IL".to_owned(),
        time_zone: ZONE.to_owned(),
        place: Some("Tel Aviv".to_owned()),
        owner: Owner { name: "Dani".to_owned(), phone: Phone::from_e164(OWNER), email: None },
        settings: json!({ "templates": {
            "first_message": template(Key::FirstMessage),
            "reminder": template(Key::Reminder),
            "last_reminder": template(Key::LastReminder),
            "owner_lead": template(Key::OwnerLead),
        } }),
    }
}

fn whatsapp_config() -> Value {
    let number = number();
    json!({
        "phone_number_id": number.id,
        "display_number": format!("+{}", number.display),
        "access_token": "demo-token",
        "waba_id": number.waba_id,
    })
}

/// Makes a connection; gives the path of its first webhook.
async fn connect(cx: &Context, tenant: TenantId, kind: &str, name: &str, config: Value) -> anyhow::Result<String> {
    let config = config.as_object().cloned().unwrap_or_default();
    let made = actions::create_connection(cx, tenant, ACTOR, kind, name, config).await?;
    let opened = actions::open_config(cx, &made)?;
    let key = opened.get(accounts::KEY).and_then(Value::as_str).unwrap_or_default();
    let webhooks = ringleader_providers::all::spec(kind).map(|spec| spec.webhooks).unwrap_or_default();
    Ok(webhooks.first().map(|(_, path)| path.replace("{key}", key)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_each_variable_once_and_nothing_of_the_catalogues_own_marks() {
        for key in KEYS {
            let body = body(key);
            assert!(!body.contains("{%") && !body.contains("{{ "), "{body}");
            for nth in 1..=key.variables().len() {
                assert_eq!(body.matches(&format!("{{{{{nth}}}}}")).count(), 1, "{body}");
            }
        }
    }
}
