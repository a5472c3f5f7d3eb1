//! `ringleader admin key`: makes, lists and revokes the API keys of a tenant.

use super::tenant::SCOPES;
use super::{ACTOR, existing};
use crate::cli::AdminKey;
use crate::credentials;
use crate::output::Output;
use crate::stop::Stop;
use ringleader_core::id::{ApiKeyId, TenantId};
use ringleader_store::Store;
use ringleader_store::repo::ApiKey;
use serde_json::{Value, json};

const COLUMNS: &[&str] = &["id", "name", "scopes", "created_at", "revoked_at"];

pub(super) async fn run(store: &Store, what: AdminKey, output: Output) -> anyhow::Result<()> {
    match what {
        AdminKey::Create { tenant, name, scopes } => {
            let tenant = existing(store, &tenant).await?;
            create(store, tenant, &name, scopes, output).await
        }
        AdminKey::List { tenant } => {
            let tenant = existing(store, &tenant).await?;
            let keys = store.read(tenant).await?.people().keys().await?;
            output.list(COLUMNS, &keys.iter().map(shown).collect::<Vec<_>>(), "This tenant has no keys.");
            Ok(())
        }
        AdminKey::Revoke { tenant, id } => {
            let tenant = existing(store, &tenant).await?;
            revoke(store, tenant, &id, output).await
        }
    }
}

async fn create(
    store: &Store,
    tenant: TenantId,
    name: &str,
    scopes: Vec<String>,
    output: Output,
) -> anyhow::Result<()> {
    let scopes = if scopes.is_empty() { vec!["read".to_owned()] } else { scopes };
    if let Some(unknown) = scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        let what = format!("`{unknown}` is not something a key can be allowed.");
        return Err(Stop::wrong_use(what, format!("There are {}.", SCOPES.join(", "))).into());
    }
    let (key, hash) = credentials::new_key();
    let mut tx = store.begin(tenant).await?;
    let id = tx.people().add_key(name.trim(), &scopes, &hash).await?;
    let after = json!({"name": name.trim(), "scopes": scopes});
    tx.usage().audit(ACTOR, "key.create", &id.to_string(), None, Some(after)).await?;
    tx.commit().await?;
    let text = format!("Key {id} is made. It is shown this once: {}", key.reveal());
    output.answer(&text, &json!({"id": id, "name": name.trim(), "scopes": scopes, "api_key": key.reveal()}));
    Ok(())
}

async fn revoke(store: &Store, tenant: TenantId, id: &str, output: Output) -> anyhow::Result<()> {
    let id: ApiKeyId = id.parse().map_err(|error| Stop::wrong_use(format!("`{id}` is {error}."), ""))?;
    let mut tx = store.begin(tenant).await?;
    if !tx.people().revoke_key(id).await? {
        let what = format!("There is no key {id} that could be revoked.");
        return Err(Stop::failed(what, "`ringleader admin key list` shows the tenant's keys.").into());
    }
    tx.usage().audit(ACTOR, "key.revoke", &id.to_string(), None, None).await?;
    tx.commit().await?;
    output.answer(&format!("Key {id} is revoked; running programs notice within seconds."), &json!({"id": id}));
    Ok(())
}

fn shown(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    })
}
