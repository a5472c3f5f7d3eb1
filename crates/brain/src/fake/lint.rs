//! The schema rules of the providers, as their services check them: what they answer 400 to.

use serde_json::{Map, Value};

const FORMATS: [&str; 9] = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

/// What a provider takes.
struct Rules {
    keywords: &'static [&'static str],
    all_required: bool,
    most_depth: usize,
    most_optional: usize,
    most_unions: usize,
}

const ANTHROPIC: Rules = Rules {
    keywords: &[
        "type",
        "properties",
        "required",
        "additionalProperties",
        "enum",
        "const",
        "anyOf",
        "allOf",
        "$ref",
        "$defs",
        "default",
        "description",
        "title",
        "format",
        "items",
        "minItems",
        "pattern",
    ],
    all_required: false,
    most_depth: usize::MAX,
    most_optional: 24,
    most_unions: 16,
};

const OPENAI: Rules = Rules {
    keywords: &[
        "type",
        "properties",
        "required",
        "additionalProperties",
        "enum",
        "const",
        "anyOf",
        "$ref",
        "$defs",
        "description",
        "title",
        "format",
        "items",
        "minItems",
        "maxItems",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ],
    all_required: true,
    most_depth: 5,
    most_optional: 0,
    most_unions: usize::MAX,
};

/// Whether Anthropic's structured output takes the schema.
///
/// # Errors
/// What it would complain about.
pub fn anthropic(schema: &Value) -> Result<(), String> {
    check(schema, &ANTHROPIC)
}

/// Whether OpenAI's strict mode takes the schema.
///
/// # Errors
/// What it would complain about.
pub fn openai(schema: &Value) -> Result<(), String> {
    if schema["type"] != "object" || schema.get("anyOf").is_some() {
        return Err("the root must be of type object and not anyOf".to_owned());
    }
    check(schema, &OPENAI)
}

#[derive(Default)]
struct Counts {
    optional: usize,
    unions: usize,
}

fn check(schema: &Value, rules: &Rules) -> Result<(), String> {
    let mut counts = Counts::default();
    walk(schema, rules, 0, &mut counts)?;
    match counts {
        Counts { optional, .. } if optional > rules.most_optional => {
            Err(format!("{optional} optional parameters are too many"))
        }
        Counts { unions, .. } if unions > rules.most_unions => {
            Err(format!("{unions} union-typed parameters are too many"))
        }
        _ => Ok(()),
    }
}

fn walk(schema: &Value, rules: &Rules, depth: usize, counts: &mut Counts) -> Result<(), String> {
    let schema = schema.as_object().ok_or("a schema must be an object")?;
    if let Some(keyword) = schema.keys().find(|keyword| !rules.keywords.contains(&keyword.as_str())) {
        return Err(format!("keyword {keyword} is not supported"));
    }
    values(schema)?;
    counts.unions += usize::from(schema.contains_key("anyOf") || schema.get("type").is_some_and(Value::is_array));
    let is_object = schema
        .get("type")
        .is_some_and(|kind| kind == "object" || kind.as_array().is_some_and(|kinds| kinds.contains(&"object".into())));
    let depth = depth + usize::from(is_object);
    if depth > rules.most_depth {
        return Err("the schema is nested too deep".to_owned());
    }
    if is_object {
        object(schema, rules, counts)?;
    }
    inner(schema).try_for_each(|schema| walk(schema, rules, depth, counts))
}

/// Keywords that are taken only with some values.
fn values(schema: &Map<String, Value>) -> Result<(), String> {
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
    if text("format").is_some_and(|format| !FORMATS.contains(&format)) {
        return Err("this format is not supported".to_owned());
    }
    if text("$ref").is_some_and(|target| !target.starts_with('#')) {
        return Err("references must be local".to_owned());
    }
    if schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|words| words.len() > 1000 || words.iter().any(|w| w.is_object() || w.is_array()))
    {
        return Err("an enum holds at most 1000 primitives".to_owned());
    }
    if schema.get("minItems").is_some_and(|n| n.as_u64().is_none_or(|n| n > 1)) {
        return Err("minItems other than 0 and 1 is not supported".to_owned());
    }
    Ok(())
}

fn object(schema: &Map<String, Value>, rules: &Rules, counts: &mut Counts) -> Result<(), String> {
    if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        return Err("additionalProperties must be false".to_owned());
    }
    let required = schema.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let optional = names.filter(|name| !required.iter().any(|required| required == *name)).count();
    if rules.all_required && optional > 0 {
        return Err("required must name every property".to_owned());
    }
    counts.optional += optional;
    Ok(())
}

fn inner(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let named = ["properties", "$defs"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_object())
        .flat_map(Map::values);
    let listed = ["anyOf", "allOf"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten();
    named.chain(listed).chain(schema.get("items"))
}
