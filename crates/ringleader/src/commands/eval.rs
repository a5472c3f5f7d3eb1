//! `ringleader eval`: how well brains understand labelled files of messages, calls or turns of callers (D7).

use crate::cli::Eval;
use crate::output::Output;
use crate::settings::{BrainName, Settings};
use crate::stop::Stop;
use crate::wiring;
use ringleader_brain::eval::{self, Floor, Measured};
use ringleader_brain::seam::Brain;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) async fn run(settings: &Settings, options: Eval, output: Output) -> anyhow::Result<()> {
    let floors: Vec<Floor> = options
        .at_least
        .iter()
        .map(|text| text.parse().map_err(|why: String| Stop::wrong_use(format!("{why}."), "")))
        .collect::<Result<_, _>>()?;
    let brains = options.brain.iter().map(|name| brain(settings, name)).collect::<Result<Vec<_>, _>>()?;
    let mut all = Vec::new();
    for file in files(&options.files)? {
        let text = std::fs::read_to_string(&file).map_err(|error| cannot_read(&file, &error))?;
        for brain in &brains {
            let mut report = eval::run_file(brain.as_ref(), &text).await.map_err(|error| {
                let what = format!("{}, line {}: {}.", file.display(), error.line, error.detail);
                Stop::wrong_use(
                    what,
                    "Each line is one JSON object with lang, expected, and text and state or a transcript.",
                )
            })?;
            if !options.misses {
                report.misses.clear();
            }
            let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            all.push(Measured { file: name, report });
        }
    }
    answer(&all, output)?;
    match eval::below(&all, &floors) {
        wrong if wrong.is_empty() => Ok(()),
        wrong => Err(Stop::failed(format!("{}.", wrong.join("; ")), "").into()),
    }
}

fn brain(settings: &Settings, name: &str) -> Result<Arc<dyn Brain>, Stop> {
    let name = name.parse::<BrainName>().map_err(|_| {
        let mend = "There are anthropic, openai, compatible and local.";
        Stop::wrong_use(format!("`{name}` is not a brain."), mend)
    })?;
    wiring::brain(settings, name).ok_or_else(|| {
        let missing = if name == BrainName::Compatible { "base_url" } else { "api_key" };
        Stop::wrong_use(format!("The brain `{name}` is not set up."), format!("Set `{name}.{missing}`."))
    })
}

/// The files as they were named; of a folder its labelled files, by name.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| cannot_read(path, &error))?;
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inside.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
        inside.sort();
        all.append(&mut inside);
    }
    if all.is_empty() {
        return Err(Stop::wrong_use("There is no labelled file.", "Name a file, or a folder with `.jsonl` files."));
    }
    Ok(all)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Stop {
    Stop::wrong_use(format!("{} cannot be read: {error}.", path.display()), "Name a labelled file.")
}

/// One report as it is; several with their files, and side by side.
fn answer(all: &[Measured], output: Output) -> anyhow::Result<()> {
    if let [one] = all {
        output.answer(&one.report.to_string(), &serde_json::to_value(&one.report)?);
        return Ok(());
    }
    let mut text = String::new();
    let mut reports = Vec::new();
    for Measured { file, report } in all {
        text.push_str(&format!("{file}\n{report}\n"));
        let mut value = serde_json::to_value(report)?;
        if let Value::Object(fields) = &mut value {
            fields.insert("file".to_owned(), json!(file));
        }
        reports.push(value);
    }
    text.push_str(&eval::side_by_side(all));
    output.answer(&text, &json!({ "reports": reports }));
    Ok(())
}
