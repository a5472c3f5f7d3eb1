//! `ringleader eval`: how well a brain understands a labelled file of messages, calls or turns of callers (D7).

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
    let unreadable = |error: eval::LoadError| {
        let what = format!("{file}, line {}: {}.", error.line, error.detail);
        Stop::wrong_use(what, "Each line is one JSON object with lang, expected, and text and state or a transcript.")
    };
    let mut report = if eval::holds_turns(&text) {
        eval::run_turns(brain.as_ref(), &eval::parse_turns(&text).map_err(unreadable)?).await
    } else if eval::holds_calls(&text) {
        eval::run_calls(brain.as_ref(), &eval::parse_calls(&text).map_err(unreadable)?).await
    } else {
        eval::run(brain.as_ref(), &eval::parse(&text).map_err(unreadable)?).await
    };
    if !options.misses {
        report.misses.clear();
    }
    output.answer(&report.to_string(), &serde_json::to_value(&report)?);
    Ok(())
}
