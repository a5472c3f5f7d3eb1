//! `ringleader eval`: how well a brain understands a labelled file of messages (D7).

use crate::cli::Eval;
use crate::output::Output;
use crate::settings::{BrainName, Settings};
use crate::stop::Stop;
use crate::wiring;
use ringleader_brain::eval;

pub(crate) async fn run(settings: &Settings, options: Eval, output: Output) -> anyhow::Result<()> {
    let name = options.brain.parse::<BrainName>().map_err(|_| {
        let mend = "There are anthropic, openai, compatible and local.";
        Stop::wrong_use(format!("`{}` is not a brain.", options.brain), mend)
    })?;
    let brain = wiring::brain(settings, name).ok_or_else(|| {
        let missing = if name == BrainName::Compatible { "base_url" } else { "api_key" };
        Stop::wrong_use(format!("The brain `{name}` is not set up."), format!("Set `{name}.{missing}`."))
    })?;
    let file = options.file.display();
    let text = std::fs::read_to_string(&options.file)
        .map_err(|error| Stop::wrong_use(format!("{file} cannot be read: {error}."), "Name a labelled file."))?;
    let rows = eval::parse(&text).map_err(|error| {
        let what = format!("{file}, line {}: {}.", error.line, error.detail);
        Stop::wrong_use(what, "Each line is one JSON object with text, state, lang and expected.")
    })?;
    let mut report = eval::run(brain.as_ref(), &rows).await;
    if !options.misses {
        report.misses.clear();
    }
    output.answer(&report.to_string(), &serde_json::to_value(&report)?);
    Ok(())
}
