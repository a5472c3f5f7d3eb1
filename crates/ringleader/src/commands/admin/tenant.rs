//! `ringleader admin tenant`: makes a business with its first API key; lists businesses.

use super::ACTOR;
use crate::cli::{AdminTenant, CreateTenant};
use crate::credentials;
use crate::output::Output;
use crate::stop::Stop;
use ringleader_core::id::TenantId;
use ringleader_core::phone;
use ringleader_core::tenant::{Owner, Tenant};
use ringleader_core::user::Role;
use ringleader_jobs::access;
use ringleader_store::Store;
use ringleader_store::repo::{NewTenant, NewUser};
use serde_json::{Value, json};

const COLUMNS: &[&str] = &["id", "name", "locale", "country", "time_zone", "created_at"];

/// Everything that a key can be allowed; each includes what stands before it.
pub(super) const SCOPES: [&str; 3] = ["read", "write", "admin"];

pub(super) async fn run(store: &Store, what: AdminTenant, output: Output) -> anyhow::Result<()> {
    match what {
        AdminTenant::Create(options) => create(store, checked(options)?, output).await,
        AdminTenant::List => {
            let tenants = store.read_system().await?.tenants().all().await?;
            let rows: Vec<Value> = tenants.iter().map(shown).collect();
            output.list(COLUMNS, &rows, "There are no tenants yet; `ringleader admin tenant create` makes one.");
            Ok(())
        }
    }
}

async fn create(store: &Store, new: NewTenant, output: Output) -> anyhow::Result<()> {
    let id: TenantId = store.ids().new_id();
    let (key, hash) = credentials::new_key();
    let mut tx = store.begin(id).await?;
    tx.tenants().insert(id, &new).await?;
    tx.people().add_key("first key", &SCOPES.map(String::from), &hash).await?;
    if let Some(email) = &new.owner.email {
        let owner = NewUser { name: &new.owner.name, email, role: Role::Owner, password_hash: None };
        access::make_user(&mut tx, &owner, ACTOR).await?;
    }
    let after = json!({"name": new.name, "locale": new.locale, "country": new.country});
    tx.usage().audit(ACTOR, "tenant.create", &id.to_string(), None, Some(after)).await?;
    let tenant = tx.tenants().me().await?;
    ringleader_jobs::work::check_loss_account::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::recount_reports::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::send_weekly_letter::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::forget_old::plan(&mut tx, &tenant).await?;
    tx.commit().await?;
    let text = format!("Tenant {id} is made.\nIts API key, shown this once: {}", key.reveal());
    output.answer(&text, &json!({"tenant": shown(&tenant), "api_key": key.reveal()}));
    Ok(())
}

/// Everything that is wrong at once, or the tenant.
fn checked(options: CreateTenant) -> Result<NewTenant, Stop> {
    let mut wrong = vec![];
    let region = options.locale.rsplit('-').next().filter(|part| part.len() == 2 && options.locale.contains('-'));
    let country = options.country.as_deref().or(region).unwrap_or_default().to_uppercase();
    let subtag = options.locale.split('-').next().unwrap_or_default();
    if options.name.trim().is_empty() {
        wrong.push("--name is empty.");
    }
    if !(2..=3).contains(&subtag.len()) || !options.locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        wrong.push("--locale must be a language tag, as in he-IL or en-GB.");
    }
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong.push("--country must be two letters, as in IL or GB.");
    }
    if jiff::tz::TimeZone::get(&options.time_zone).is_err() {
        wrong.push("--time-zone must be an IANA zone, as in Asia/Jerusalem or Europe/London.");
    }
    let phone = options.owner_phone.as_deref().map(|raw| phone::parse(raw, &country).phone);
    if phone == Some(None) {
        wrong.push("--owner-phone is not a phone number.");
    }
    if !wrong.is_empty() {
        return Err(Stop::wrong_use(wrong.join("\n  "), "`ringleader admin tenant create --help` says more."));
    }
    Ok(NewTenant {
        name: options.name.trim().to_owned(),
        locale: options.locale,
        country,
        time_zone: options.time_zone,
        place: options.place,
        owner: Owner { name: options.owner_name, phone: phone.flatten(), email: options.owner_email },
        settings: json!({}),
    })
}

fn shown(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "locale": tenant.locale,
        "country": tenant.country,
        "time_zone": tenant.time_zone.iana_name(),
        "place": tenant.place,
        "created_at": tenant.created_at,
    })
}
