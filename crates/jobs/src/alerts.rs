//! Things that a person must mend, told once a day however many callers they concern (A8, P8).

use crate::ledger::{self, Wish};
use ringleader_core::policy::Ruling;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};

/// A message went another way, or not at all, because of its template: someone mends that.
pub async fn degraded(tx: &mut Tx, tenant: &Tenant, ruling: &Ruling) -> Result<()> {
    let why = ruling.evidence["whatsapp"].as_str().unwrap_or(ruling.reason);
    if !why.starts_with("template_") {
        return Ok(());
    }
    mend_template(tx, tenant, ruling.evidence["template"].as_str().unwrap_or_default()).await
}

/// A template must be mended; without a name, none is set.
pub async fn mend_template(tx: &mut Tx, tenant: &Tenant, name: &str) -> Result<()> {
    let wish = Wish {
        title: Key::TaskMendTemplate,
        urgency: Urgency::Urgent,
        key: format!("template:{name}:{}", tx.now().to_zoned(tenant.time_zone.clone()).date()),
        because: None,
        contact: None,
        lead: None,
        phone: None,
        who: name.to_owned(),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}
