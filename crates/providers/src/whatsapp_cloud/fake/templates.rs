//! The register of templates: what may be sent, with how many variables (whatsapp-cloud sheet, 6).

use super::check::Refusal;
use super::options::TemplateSpec;
use crate::whatsapp_cloud::client::variables;
use serde_json::Value;

/// Templates by account, name and language.
#[derive(Debug, Default)]
pub(super) struct Templates(pub(super) Vec<TemplateSpec>);

/// A template that may be sent, with its words.
pub(super) struct Hydrated {
    pub(super) category: String,
    pub(super) text: String,
}

impl Templates {
    pub(super) fn set(&mut self, spec: TemplateSpec) {
        let same = |t: &TemplateSpec| (&t.waba_id, &t.name, &t.language) == (&spec.waba_id, &spec.name, &spec.language);
        self.0.retain(|t| !same(t));
        self.0.push(spec);
    }

    /// Those of an account, in order of registration.
    pub(super) fn of<'a>(&'a self, account: &'a str) -> impl Iterator<Item = &'a TemplateSpec> {
        self.0.iter().filter(move |t| t.waba_id.as_deref().is_none_or(|id| id == account))
    }

    /// Checks a template send and fills the words in.
    pub(super) fn hydrate(&self, account: &str, template: &Value, any: bool) -> Result<Hydrated, Refusal> {
        let (Some(name), Some(language)) = (template["name"].as_str(), template["language"]["code"].as_str()) else {
            return Err((131_008, "a template needs a name and a language code"));
        };
        let params = body_params(template)?;
        let found = self.of(account).find(|t| t.name == name && t.language == language);
        let Some(spec) = found else {
            return if any {
                let text = format!("[{name}] {}", params.join(" | "));
                Ok(Hydrated { category: "UTILITY".to_owned(), text })
            } else {
                Err((132_001, "the template does not exist in this language"))
            };
        };
        match spec.status.as_str() {
            "APPROVED" => {}
            "PAUSED" => return Err((132_015, "the template is paused for its quality")),
            "DISABLED" => return Err((132_016, "the template is disabled")),
            _ => return Err((132_001, "the template is not approved")),
        }
        if params.len() != variables(&spec.body) {
            return Err((132_000, "the number of parameters does not match"));
        }
        let text = fill(&spec.body, &params);
        if text.chars().count() > 1024 {
            return Err((132_005, "the text with its parameters is too long"));
        }
        Ok(Hydrated { category: spec.category.clone(), text })
    }
}

fn body_params(template: &Value) -> Result<Vec<&str>, Refusal> {
    let components = template["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let body = components.iter().find(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("body")));
    let params = body.and_then(|b| b["parameters"].as_array()).map(Vec::as_slice).unwrap_or_default();
    params.iter().map(param).collect()
}

fn param(param: &Value) -> Result<&str, Refusal> {
    let (Some("text"), Some(text)) = (param["type"].as_str(), param["text"].as_str()) else {
        return Err((132_012, "a parameter has the wrong format"));
    };
    if text.is_empty() {
        return Err((131_008, "a parameter is empty"));
    }
    if text.contains(['\n', '\t']) || text.contains("    ") {
        return Err((132_012, "a parameter may not hold new lines, tabs or more than four blanks"));
    }
    Ok(text)
}

/// Puts the parameters in, in the order in which the variables first occur.
fn fill(body: &str, params: &[&str]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut text = String::new();
    let mut parts = body.split("{{");
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((name, rest)) = part.split_once("}}") else {
            text.push_str(part);
            continue;
        };
        let name = name.trim();
        let nth = name.parse::<usize>().ok().map(|n| n.saturating_sub(1));
        let nth = nth.unwrap_or_else(|| {
            seen.iter().position(|s| *s == name).unwrap_or_else(|| {
                seen.push(name);
                seen.len() - 1
            })
        });
        text.push_str(params.get(nth).copied().unwrap_or_default());
        text.push_str(rest);
    }
    text
}
