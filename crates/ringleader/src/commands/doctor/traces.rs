//! Whether the collector of traces takes them.

use super::Check;
use crate::settings::Settings;
use crate::telemetry;

pub(super) async fn check(settings: &Settings) -> Option<Check> {
    let endpoint = settings.telemetry.otlp_endpoint.as_ref()?;
    let (what, url) = ("traces", endpoint.as_str());
    Some(match telemetry::probe(endpoint).await {
        Ok(()) => Check::good(what, format!("the collector at {url} takes them")),
        Err(why) => {
            let mend = "Does a collector listen there for OTLP over HTTP? Mend or remove `telemetry.otlp_endpoint`.";
            Check::bad(what, format!("the collector at {url} takes none: {why}"), mend)
        }
    })
}
