//! `ringleader admin reseal`: all secrets are sealed with the first key, so that a former one can be forgotten.

use super::ACTOR;
use crate::output::Output;
use crate::stop::Stop;
use ringleader_store::Store;
use ringleader_store::inbox;
use ringleader_store::repo::Resealed;
use ringleader_store::secrets::Keys;
use serde_json::json;

pub(super) async fn run(keys: &Keys, store: &Store, output: Output) -> anyhow::Result<()> {
    let tenants = store.read_system().await?.tenants().all().await?;
    let mut all = Resealed::default();
    // What the installation's own keys were answered belongs to nobody.
    for tenant in tenants.into_iter().map(|tenant| tenant.id).chain([inbox::nobody()]) {
        let mut tx = store.begin(tenant).await?;
        let done = tx.sealed().anew(keys).await?;
        if done.anew > 0 {
            let after = json!({"anew": done.anew, "lost": done.lost});
            tx.usage().audit(ACTOR, "secrets.reseal", &tenant.to_string(), None, Some(after)).await?;
        }
        tx.commit().await?;
        all = Resealed { anew: all.anew + done.anew, lost: all.lost + done.lost };
    }
    if all.lost > 0 {
        let what = format!("{} secrets are sealed anew, {} open with none of the keys.", all.anew, all.lost);
        return Err(Stop::failed(what, "Add the key that sealed them to `secret_key`, behind the present one.").into());
    }
    let text = format!(
        "{} secrets are sealed anew. Nothing needs a former key but links in messages that went out.",
        all.anew
    );
    output.answer(&text, &json!({"anew": all.anew}));
    Ok(())
}
