//! Loss accounts that do not close (P11): missed calls that nothing stands behind.

use super::Check;
use ringleader_core::loss::{Fate, OPEN_BOOKS};
use ringleader_jobs::loss::account;
use ringleader_store::Store;

/// Looks at the days that may still change, of every tenant; says nothing where there are no tenants.
pub(super) async fn check(store: &Store) -> anyhow::Result<Vec<Check>> {
    let tenants = store.read_system().await?.tenants().all().await?;
    let mut checks = Vec::new();
    for tenant in &tenants {
        let mut read = store.read(tenant.id).await?;
        let today = read.now().to_zoned(tenant.time_zone.clone()).date();
        for back in (0..=OPEN_BOOKS.as_hours() / 24).rev() {
            let Ok(date) = today.checked_sub(jiff::Span::new().days(back)) else { continue };
            let lost = account(&mut read, tenant, date).await?.count(Fate::Lost);
            if lost > 0 {
                let found =
                    format!("{date} at {} ({}): {lost} missed calls have nothing behind them", tenant.name, tenant.id);
                let mend = format!("Call back: GET /api/v1/loss-account/calls?date={date}&state=lost names them.");
                checks.push(Check::bad("loss account", found, mend));
            }
        }
    }
    if checks.is_empty() && !tenants.is_empty() {
        checks.push(Check::good("loss account", format!("it closes for all {} tenants", tenants.len())));
    }
    Ok(checks)
}
