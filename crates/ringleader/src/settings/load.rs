//! Reading the settings: file, then environment over it; what is wrong is gathered, never the first only.

use super::table::Field;
use super::value::{Value, plain};
use super::{Settings, check};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where settings are looked for.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file's name and text, if there is one.
    pub file: Option<(PathBuf, String)>,
    /// The environment: `RINGLEADER_*` and the keys in `GENERAL`; the rest is of no concern.
    pub env: BTreeMap<String, String>,
}

/// The file that is read when it is there and none is named.
pub const DEFAULT_FILE: &str = "ringleader.toml";

impl Sources {
    /// The file that `--config` names, else `RINGLEADER_CONFIG`, else `ringleader.toml` if present; and the environment.
    ///
    /// # Errors
    /// A file that was named and cannot be read.
    pub fn gather(named: Option<&Path>) -> Result<Self, Problem> {
        let env: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .filter(|(name, _)| name.starts_with(PREFIX) || GENERAL.iter().any(|(_, general)| general == name))
            .collect();
        let from_env = env.get("RINGLEADER_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let named = named.map(Path::to_path_buf).or(from_env);
        let path = named.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { file: Some((path, text)), env }),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { file: None, env })
            }
            Err(error) => Err(Problem {
                name: path.display().to_string(),
                what: format!("this settings file cannot be read: {error}"),
                mend: "Name a file that exists and may be read, or leave `--config` and RINGLEADER_CONFIG out.".into(),
            }),
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The settings file.
    File,
    /// This environment variable.
    Env(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File => f.write_str("file"),
            Self::Env(name) => f.write_str(name),
        }
    }
}

/// Good settings, and where each came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// In the order of `Settings::FIELDS`.
    pub origins: Vec<Origin>,
    /// The file that was read.
    pub file: Option<PathBuf>,
}

/// One wrong setting: its name, what was found, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The setting, and the variable or file it was found in.
    pub name: String,
    /// What was found, secrets masked.
    pub what: String,
    /// What to do.
    pub mend: String,
}

/// All wrong settings together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "One setting is wrong.")?,
            n => write!(f, "{n} settings are wrong.")?,
        }
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {}: {}\n      {}", problem.name, problem.what, problem.mend))
    }
}

impl Settings {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// All that is wrong, together.
    pub fn load(sources: &Sources) -> Result<Loaded, Problems> {
        let mut reader = Reader::new(sources);
        let settings = Self::read(&mut reader);
        let (origins, mut problems) = reader.finish();
        problems.extend(check::across(&settings));
        let file = sources.file.as_ref().map(|(path, _)| path.clone());
        if problems.is_empty() { Ok(Loaded { settings, origins, file }) } else { Err(Problems(problems)) }
    }
}

/// Hands out one setting after the other and notes what is wrong.
pub(crate) struct Reader {
    file_name: String,
    file: toml::Table,
    env: BTreeMap<String, String>,
    general: BTreeMap<String, String>,
    origins: Vec<Origin>,
    problems: Vec<Problem>,
}

/// Keys that other programs use too; the program's own variable and the file win over them.
const GENERAL: &[(&str, &str)] = &[("openai.api_key", "OPENAI_API_KEY"), ("anthropic.api_key", "ANTHROPIC_API_KEY")];

const PREFIX: &str = "RINGLEADER_";

impl Reader {
    fn new(sources: &Sources) -> Self {
        let mut problems = vec![];
        let (file_name, file) = match &sources.file {
            None => (String::new(), toml::Table::new()),
            Some((path, text)) => {
                let name = path.display().to_string();
                let table = text.parse::<toml::Table>().unwrap_or_else(|error| {
                    problems.push(not_toml(&name, text, &error));
                    toml::Table::new()
                });
                (name, table)
            }
        };
        let (mut env, general): (BTreeMap<_, _>, BTreeMap<_, _>) =
            sources.env.clone().into_iter().partition(|(name, _)| name.starts_with(PREFIX));
        env.remove("RINGLEADER_CONFIG"); // names the file, is not a setting of it
        Self { file_name, file, env, general, origins: vec![], problems }
    }

    /// The value of one setting; what is wrong is noted and the default taken.
    pub(crate) fn take<V: Value>(&mut self, field: &Field) -> V {
        let in_file = self.take_from_file(field);
        // An empty variable is "not set": that is what a compose file hands over for a variable that it has not.
        let filled = |text: &String| !text.is_empty();
        let in_env = self.env.remove(&field.variable()).filter(filled);
        let general = GENERAL.iter().find(|(name, _)| *name == field.name()).map(|(_, variable)| *variable);
        let general =
            general.and_then(|variable| Some((variable, self.general.get(variable).cloned().filter(filled)?)));
        let (origin, found, read) = match (in_env, in_file, general) {
            (Some(text), _, _) => (Origin::Env(field.variable()), V::found(&text), V::from_text(&text)),
            (None, Some(value), _) => {
                let found = plain(&value).map_or_else(|| "a list or table".into(), |text| V::found(&text));
                (Origin::File, found, V::from_toml(&value))
            }
            (None, None, Some((name, text))) => (Origin::Env(name.into()), V::found(&text), V::from_text(&text)),
            (None, None, None) => (Origin::Default, String::new(), V::from_text(field.default)),
        };
        let place = match &origin {
            Origin::Env(variable) => variable.clone(),
            _ => self.file_name.clone(),
        };
        self.origins.push(origin);
        read.unwrap_or_else(|why| {
            self.problems.push(Problem {
                name: format!("{} ({place})", field.name()),
                what: format!("found {found}, which {why}."),
                mend: format!("Expected {}.", V::EXPECTS),
            });
            V::from_text(field.default).expect("the defaults of the table are good; a test reads them all")
        })
    }

    fn take_from_file(&mut self, field: &Field) -> Option<toml::Value> {
        match field.section {
            "" => self.file.remove(field.key),
            section => self.file.get_mut(section)?.as_table_mut()?.remove(field.key),
        }
    }

    /// What is left was not asked for: unknown keys and variables.
    fn finish(mut self) -> (Vec<Origin>, Vec<Problem>) {
        let known: Vec<&str> =
            Settings::SECTIONS.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
        let mut unknown = vec![];
        for (key, value) in &self.file {
            match value {
                toml::Value::Table(table) if known.contains(&key.as_str()) => {
                    unknown.extend(table.keys().map(|inner| format!("{key}.{inner}")));
                }
                _ if known.contains(&key.as_str()) => self.problems.push(Problem {
                    name: format!("{key} ({})", self.file_name),
                    what: "is a section, but a single value was found.".into(),
                    mend: format!("Write `[{key}]` on a line of its own and its settings below."),
                }),
                _ => unknown.push(key.clone()),
            }
        }
        let names: Vec<String> = Settings::FIELDS.iter().map(Field::name).collect();
        let variables: Vec<String> = Settings::FIELDS.iter().map(Field::variable).collect();
        let strangers = unknown.iter().map(|name| (name, &names, self.file_name.as_str()));
        let strangers = strangers.chain(self.env.keys().map(|name| (name, &variables, "environment")));
        self.problems.extend(strangers.map(|(name, candidates, place)| Problem {
            name: format!("{name} ({place})"),
            what: "is not a setting.".into(),
            mend: match nearest(name, candidates) {
                Some(near) => format!("Did you mean `{near}`? If not, remove it."),
                None => "Remove it. `ringleader config` lists all settings.".into(),
            },
        }));
        (self.origins, self.problems)
    }
}

/// A file that is not TOML. Its text may hold secrets, so only the place and the reason are told.
fn not_toml(name: &str, text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
    Problem {
        name: format!("{name}, line {line}"),
        what: format!("the file is not valid TOML: {}.", error.message().replace('\n', ", ")),
        mend: "Texts stand in double quotes: `key = \"value\"`; sections in square brackets: `[section]`.".into(),
    }
}

/// The candidate that differs by at most a third of its letters.
fn nearest<'a>(name: &str, candidates: &'a [String]) -> Option<&'a String> {
    let distances = candidates.iter().map(|candidate| (distance(name, candidate), candidate));
    distances.min().filter(|(distance, candidate)| *distance <= candidate.len() / 3).map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
