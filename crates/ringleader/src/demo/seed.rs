//! The demo's sample data: two trade businesses, a Hebrew and a British one, each with its number, accounts, templates and
//! customers, made as the API makes them.

use super::business::{Business, CONNECTED};
use anyhow::ensure;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_core::secret::Secret;
use ringleader_core::tenant::{LineUse, Owner};
use ringleader_core::texts::{Key, TEMPLATES, as_template};
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, password};
use ringleader_jobs::accounts;
use ringleader_jobs::actions;
use ringleader_jobs::context::Context;
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, Failing, NumberSpec, TemplateSpec, WhatsappFake};
use ringleader_store::Tx;
use ringleader_store::repo::{NewTenant, NewUser};
use ringleader_web::sandbox::{Device, Person};
use serde_json::{Value, json};

const ACTOR: &str = "demo";

/// What WhatsApp says of a number that it does not know.
const NOT_ON_WHATSAPP: i64 = 131_026;

/// The password of the demo's owners; good for nothing else.
pub(super) const PASSWORD: &str = "ringleader-demo";

/// The address that the owner of a business signs in with.
pub(super) fn address_of(business: &Business) -> String {
    format!("owner@{}.example", business.shop.id)
}

/// Lets someone sign in with the demo's password.
pub(super) async fn let_in(tx: &mut Tx, name: &str, email: &str, role: Role) -> anyhow::Result<()> {
    let password_hash = password::hash(Secret::new(PASSWORD.to_owned())).await;
    access::make_user(tx, &NewUser { name, email, role, password_hash }, ACTOR).await?;
    Ok(())
}

/// What is needed to play a business.
pub(super) struct Keys {
    /// Whose.
    pub tenant: TenantId,
    /// Opens the API.
    pub api_key: String,
    /// The path that the switchboard posts call records to.
    pub call_records: String,
}

/// The templates that Meta has approved, in the words of the catalogue.
pub(super) fn templates() -> Vec<TemplateSpec> {
    let each = |language| {
        TEMPLATES.iter().map(move |key| TemplateSpec::approved(key.as_str(), language, &as_template(*key, language)))
    };
    ["he", "en"].into_iter().flat_map(each).collect()
}

/// Makes a business, its connections and its customers' phones.
pub(super) async fn make(cx: &Context, business: &Business, whatsapp: &WhatsappFake) -> anyhow::Result<Keys> {
    let id: TenantId = cx.store.ids().new_id();
    let (key, hash) = crate::credentials::new_key();
    let mut tx = cx.store.begin(id).await?;
    tx.tenants().insert(id, &tenant(business)).await?;
    tx.people().add_key("demo", &["read", "write", "admin"].map(String::from), &hash).await?;
    // The first owner runs the installation besides, so that its pages can be tried too.
    let role = if business.shop.language == "he" { Role::Admin } else { Role::Owner };
    let_in(&mut tx, &business.shop.owner.name, &address_of(business), role).await?;
    let line = Phone::from_e164(&business.shop.line).expect("the demo's lines are E.164");
    tx.tenants().add_line(&line, &[LineUse::MissedCall], None, &[]).await?;
    if let Some(csv) = business.properties {
        let (_, bad) = actions::import_properties(&mut tx, csv, false, ACTOR).await?;
        ensure!(bad.is_empty(), "the demo's properties have a bad row");
    }
    tx.commit().await?;
    business.shop.customers.iter().for_each(|person| on_whatsapp(whatsapp, person));
    connect(cx, id, CONNECTED[0], whatsapp_config(&business.number)).await?;
    let call_records = connect(cx, id, CONNECTED[1], json!({})).await?;
    Ok(Keys { tenant: id, api_key: key.reveal().clone(), call_records })
}

/// What WhatsApp knows of a person.
pub(super) fn on_whatsapp(whatsapp: &WhatsappFake, person: &Person) {
    let fails = (person.device != Device::Mobile).then_some(Failing { code: NOT_ON_WHATSAPP, later: true });
    let name = Some(person.name.clone());
    whatsapp.customer(&person.phone, CustomerSpec { name, fails, ..CustomerSpec::default() });
}

fn tenant(business: &Business) -> NewTenant {
    let shop = &business.shop;
    let template = |key: Key| json!({"name": key.as_str(), "language": shop.language});
    NewTenant {
        name: shop.name.clone(),
        locale: business.locale.to_owned(),
        country: business.country.to_owned(),
        time_zone: business.zone_name.to_owned(),
        place: Some(business.place.to_owned()),
        owner: Owner { name: shop.owner.name.clone(), phone: Phone::from_e164(&shop.owner.phone), email: None },
        settings: json!({
            "templates": {
                "first_message": template(Key::FirstMessage),
                "first_message_heard": template(Key::FirstMessageHeard),
                "reminder": template(Key::Reminder),
                "last_reminder": template(Key::LastReminder),
                "owner_lead": template(Key::OwnerLead),
            },
            "reception": reception(business),
        }),
    }
}

/// The receptionist answers where there are properties to talk about.
fn reception(business: &Business) -> Value {
    let owner = json!([{ "name": business.shop.owner.name, "phone": business.shop.owner.phone }]);
    match business.properties {
        Some(_) => json!({ "messages": true, "trade": "estate", "people": owner, "on_call": owner }),
        None => json!({}),
    }
}

/// What is entered for a number at Meta.
pub(super) fn whatsapp_config(number: &NumberSpec) -> Value {
    json!({
        "phone_number_id": number.id,
        "display_number": format!("+{}", number.display),
        "access_token": number.access_token.as_deref().unwrap_or("demo-token"),
        "waba_id": number.waba_id,
    })
}

/// Makes a connection; gives the path of its first webhook.
pub(super) async fn connect(
    cx: &Context,
    tenant: TenantId,
    (kind, name): (&str, &str),
    config: Value,
) -> anyhow::Result<String> {
    let config = config.as_object().cloned().unwrap_or_default();
    let made = actions::create_connection(cx, tenant, ACTOR, kind, name, config).await?;
    let opened = actions::open_config(cx, &made)?;
    let key = opened.get(accounts::KEY).and_then(Value::as_str).unwrap_or_default();
    let webhooks = ringleader_providers::all::spec(kind).map(|spec| spec.webhooks).unwrap_or_default();
    Ok(webhooks.first().map(|(_, path)| path.replace("{key}", key)).unwrap_or_default())
}
