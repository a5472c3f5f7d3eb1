//! The settings as people and programs read them: effective and documented, and the reference of all.

use super::load::{Loaded, Origin};
use super::{Field, Settings, Shown};
use std::fmt::Write as _;

/// The effective settings as a documented TOML file, secrets masked. What nobody set stands behind `#`.
pub fn to_toml(loaded: &Loaded) -> String {
    let mut out = String::new();
    let shown = loaded.settings.shown();
    for (section, about) in Settings::SECTIONS {
        if !section.is_empty() {
            let _ = write!(out, "\n#{about}\n[{section}]\n");
        }
        let rows = shown.iter().zip(&loaded.origins).filter(|(shown, _)| shown.field.section == *section);
        for (i, (shown, origin)) in rows.enumerate() {
            if i > 0 || section.is_empty() && !out.is_empty() {
                out.push('\n');
            }
            shown.field.doc.iter().for_each(|line| out += &format!("#{line}\n"));
            out += &assignment(shown, origin);
        }
    }
    out
}

fn assignment(shown: &Shown, origin: &Origin) -> String {
    match (&shown.value, origin) {
        (None, _) => format!("# {} =\n", shown.field.key),
        (Some(value), Origin::Default) => format!("{} = {value}\n", shown.field.key),
        (Some(value), origin) => format!("{} = {value} # from {origin}\n", shown.field.key),
    }
}

/// The effective settings as JSON, secrets masked.
pub fn to_json(loaded: &Loaded) -> serde_json::Value {
    let rows = loaded.settings.shown().into_iter().zip(&loaded.origins).map(|(shown, origin)| {
        serde_json::json!({
            "name": shown.field.name(),
            "variable": shown.field.variable(),
            "value": shown.value,
            "default": (!shown.field.default.is_empty()).then_some(shown.field.default),
            "from": origin.to_string(),
            "secret": shown.field.secret,
            "about": shown.field.text(),
        })
    });
    serde_json::json!({ "file": loaded.file, "settings": rows.collect::<Vec<_>>() })
}

const HEAD: &str = "# Settings

<!-- Made by `make docs` from the program. Do not edit by hand. -->

Settings are read from one TOML file and from the environment; the environment wins. The file is the one that `--config`
names, else the one that `RINGLEADER_CONFIG` names, else `ringleader.toml` in the current directory if there is one.

- A duration is written `2s`, `10m`, `24h` or `7d`; a size `512 KiB` or `1 MiB`.
- In the environment a list is JSON (`[\"openai\",\"local\"]`) or has commas between its items (`openai,local`).
- An empty variable counts as not set.
- A key or a `RINGLEADER_` variable that is not listed here is an error. All wrong settings are reported together.
- `ringleader config` prints what is in effect and where each value came from, with secrets masked.
";

/// The reference of all settings, as Markdown (docs/settings.md).
pub fn reference() -> String {
    let mut out = HEAD.to_owned();
    for (section, about) in Settings::SECTIONS {
        let title = if section.is_empty() { "Top level".to_owned() } else { format!("`[{section}]`") };
        let _ = write!(out, "\n## {title}\n\n{}\n", about.trim());
        for field in Settings::FIELDS.iter().filter(|field| field.section == *section) {
            out += &entry(field);
        }
    }
    out
}

fn entry(field: &Field) -> String {
    let default = match (field.default, field.secret) {
        ("", true) => "not set; a secret, never shown".to_owned(),
        ("", false) => "not set".to_owned(),
        (default, _) => format!("`{default}`"),
    };
    format!(
        "\n### `{}`\n\n{}\n\n- Variable: `{}`\n- Value: {}\n- Default: {default}\n",
        field.name(),
        field.text(),
        field.variable(),
        field.expects,
    )
}
