//! Every text that people read, in Hebrew and in English, changeable by the tenant (A16).
//!
//! Always true: each key has a text in both languages (the compiler sees to it); a text uses the variables of its key and no
//! others; inserted values cannot change the direction of the line, break it, or bring a link in (P7); rendering is bounded.

mod en;
pub mod gender;
mod he;
mod key;
mod template;
pub mod value;

pub use key::{Key, Variable};
pub use template::{TEMPLATES, as_template};

use minijinja::{Environment, Error, UndefinedBehavior};
use std::collections::BTreeMap;

/// Changed texts of a tenant: key, then language (`TenantSettings::texts`).
pub type Overrides = BTreeMap<String, BTreeMap<String, String>>;

/// Values of variables by name. What a text does not use is not looked at; an optional one may be missing.
pub type Vars<'a> = BTreeMap<&'a str, String>;

/// Longer texts are refused: a message of WhatsApp holds 4,096 characters.
pub const MAX_TEXT: usize = 1024;

/// Steps that rendering one text may take.
const FUEL: u64 = 5_000;

/// Why a text cannot be used. Names key, language and variable, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// No such text.
    #[error("there is no text `{0}`")]
    UnknownKey(String),
    /// A text is there for he and en.
    #[error("`{key}`: texts are kept in `he` and `en`, not in `{language}`")]
    UnknownLanguage {
        /// Which text.
        key: Key,
        /// What was found.
        language: String,
    },
    /// It names something that this text does not have.
    #[error("`{key}` in `{language}`: there is no variable `{variable}` here; there are: {known}")]
    UnknownVariable {
        /// Which text.
        key: Key,
        /// In which language.
        language: String,
        /// What was found.
        variable: String,
        /// What there is.
        known: String,
    },
    /// A value that the text must have is missing.
    #[error("`{key}`: no value for `{variable}`")]
    MissingValue {
        /// Which text.
        key: Key,
        /// Which variable.
        variable: &'static str,
    },
    /// Braces do not match, too long, too much work.
    #[error("`{key}` in `{language}`: {problem}")]
    Broken {
        /// Which text.
        key: Key,
        /// In which language.
        language: String,
        /// What is wrong.
        problem: String,
    },
}

/// The catalogue of one tenant: the built-in texts with the tenant's changes on top.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    overrides: Option<&'a Overrides>,
}

impl<'a> Texts<'a> {
    /// The texts as the program brings them.
    pub const fn built_in() -> Self {
        Self { overrides: None }
    }

    /// With a tenant's changes. A change that is not in order is passed over when rendering: a message goes out in any case.
    pub const fn with(overrides: &'a Overrides) -> Self {
        Self { overrides: Some(overrides) }
    }

    /// The words of `key` in `language` (anything but Hebrew falls back to English).
    ///
    /// # Errors
    /// `MissingValue` when a variable without which the text makes no sense is not in `vars`.
    pub fn render(&self, key: Key, language: &str, vars: &Vars) -> Result<String, TextError> {
        let language = spoken(language);
        let changed = self.overrides.and_then(|all| all.get(key.as_str())?.get(language));
        if let Some(source) = changed
            && check(key, language, source).is_ok()
            && let Ok(words) = fill(key, language, source, vars)
        {
            return Ok(words);
        }
        fill(key, language, source(key, language), vars)
    }

    /// Several texts as one message, a line each: an acknowledgement and a question.
    ///
    /// # Errors
    /// As [`Texts::render`].
    pub fn compose(&self, keys: &[Key], language: &str, vars: &Vars) -> Result<String, TextError> {
        let lines: Result<Vec<_>, _> = keys.iter().map(|key| self.render(*key, language, vars)).collect();
        Ok(lines?.join("\n"))
    }

    /// A text without variables, or one whose variables are all optional.
    pub fn plain(&self, key: Key, language: &str) -> String {
        self.render(key, language, &Vars::new()).unwrap_or_default()
    }
}

/// The built-in words of `key`, with variables unfilled.
pub fn source(key: Key, language: &str) -> &'static str {
    if spoken(language) == "he" { he::text(key) } else { en::text(key) }
}

/// The language of the catalogue for a language tag: Hebrew in any script is answered in Hebrew script.
pub fn spoken(language: &str) -> &'static str {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if matches!(primary, "he" | "iw") { "he" } else { "en" }
}

/// How a changed text will look, with sample values; for the settings page.
///
/// # Errors
/// Everything that makes the text unusable.
pub fn preview(key: Key, language: &str, source: &str) -> Result<String, TextError> {
    render_source(key, language, source, &samples(key, language))
}

/// A changed text with these values in place.
///
/// # Errors
/// Everything that makes the text unusable.
pub fn render_source(key: Key, language: &str, source: &str, vars: &Vars) -> Result<String, TextError> {
    check(key, language, source)?;
    fill(key, language, source, vars)
}

/// Sample values for every variable of `key`.
pub fn samples(key: Key, language: &str) -> Vars<'static> {
    let pick = |v: &Variable| if spoken(language) == "he" { v.sample.0 } else { v.sample.1 };
    key.variables().iter().map(|v| (v.name, pick(v).to_owned())).collect()
}

/// Parameters of a template message, in order: one for each variable of `key`; empty ones become a dash, since providers
/// refuse empty parameters.
///
/// # Errors
/// `MissingValue`, as for rendering.
pub fn params(key: Key, language: &str, vars: &Vars) -> Result<Vec<String>, TextError> {
    let mut out = Vec::new();
    for variable in key.variables() {
        let text = value::clean(given(key, *variable, vars)?, value::MAX_VALUE);
        out.push(if text.is_empty() { "-".to_owned() } else { value::isolate(&text, spoken(language)) });
    }
    Ok(out)
}

/// What is wrong with a tenant's changed texts: field (`texts.ask_name.he`) and problem, all at once.
pub fn check_overrides(overrides: &Overrides) -> Vec<(String, TextError)> {
    let mut wrong = Vec::new();
    for (word, languages) in overrides {
        let Ok(key) = word.parse::<Key>() else {
            wrong.push((format!("texts.{word}"), TextError::UnknownKey(word.clone())));
            continue;
        };
        for (language, source) in languages {
            if let Err(problem) = preview(key, language, source) {
                wrong.push((format!("texts.{word}.{language}"), problem));
            }
        }
    }
    wrong
}

fn check(key: Key, language: &str, source: &str) -> Result<(), TextError> {
    if !matches!(language, "he" | "en") {
        return Err(TextError::UnknownLanguage { key, language: language.to_owned() });
    }
    if source.trim().is_empty() || source.chars().count() > MAX_TEXT {
        return Err(broken(key, language, format!("a text has 1 to {MAX_TEXT} characters")));
    }
    let env = environment("en");
    let template = env.template_from_str(source).map_err(|e| broken(key, language, problem(&e)))?;
    let known = key.variables();
    let mut used: Vec<_> = template.undeclared_variables(false).into_iter().collect();
    used.sort();
    match used.into_iter().find(|name| known.iter().all(|v| v.name != name)) {
        None => Ok(()),
        Some(variable) => {
            let names: Vec<_> = known.iter().map(|v| v.name).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Err(TextError::UnknownVariable { key, language: language.to_owned(), variable, known })
        }
    }
}

fn fill(key: Key, language: &str, source: &str, vars: &Vars) -> Result<String, TextError> {
    let mut context = Vec::new();
    for variable in key.variables() {
        context.push((variable.name, value::clean(given(key, *variable, vars)?, value::MAX_VALUE)));
    }
    let env = environment(spoken(language));
    let context = minijinja::Value::from_pairs(context);
    env.render_str(source, context).map_err(|e| broken(key, language, problem(&e)))
}

fn given<'v>(key: Key, variable: Variable, vars: &'v Vars) -> Result<&'v str, TextError> {
    match vars.get(variable.name) {
        Some(text) => Ok(text),
        None if variable.optional => Ok(""),
        None => Err(TextError::MissingValue { key, variable: variable.name }),
    }
}

fn environment(language: &'static str) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_formatter(move |out, _state, value| {
        let text = value.to_string();
        out.write_str(&value::isolate(&text, language)).map_err(Error::from)
    });
    env
}

/// The engine's own words carry no values: only the kind and the line.
fn problem(error: &Error) -> String {
    match error.line() {
        Some(line) => format!("{} (line {line})", error.kind()),
        None => error.kind().to_string(),
    }
}

fn broken(key: Key, language: &str, problem: String) -> TextError {
    TextError::Broken { key, language: language.to_owned(), problem }
}
