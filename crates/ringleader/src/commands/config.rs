//! `ringleader config`: the effective settings, or the reference of all.

use crate::cli::Config;
use crate::output::Output;
use crate::settings::{self, Loaded};
use crate::stop::Stop;

pub(crate) fn run(options: Config, load: impl FnOnce() -> Result<Loaded, Stop>, output: Output) -> anyhow::Result<()> {
    if options.reference {
        let text = settings::reference();
        output.answer(&text, &serde_json::json!({ "markdown": text }));
    } else {
        let loaded = load()?;
        output.answer(&settings::to_toml(&loaded), &settings::to_json(&loaded));
    }
    Ok(())
}
