//! The JSON schema that models are held to: derived from the wire types, then reduced to what every provider accepts (B7).
//!
//! Always true of the result: each object names all its properties as required and allows no others; a value that may be
//! missing is `anyOf [.., null]`; nothing is a reference; only the keywords in `KEPT` occur. The tests prove it against the
//! rules of both providers.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The keywords that stay; all others (formats, bounds, titles) are checked by us instead.
const KEPT: [&str; 8] =
    ["type", "properties", "required", "additionalProperties", "enum", "anyOf", "items", "description"];

/// The strict schema of a wire type.
pub fn strict<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
    reduce(generator.into_root_schema_for::<T>().to_value())
}

fn reduce(schema: Value) -> Value {
    let Value::Object(mut schema) = schema else { return schema };
    schema.retain(|keyword, _| KEPT.contains(&keyword.as_str()));
    if let Some(options) = nullable_parts(&schema) {
        return with_description(schema.remove("description"), options);
    }
    if let Some(Value::Object(properties)) = schema.remove("properties") {
        schema.insert("required".into(), properties.keys().cloned().collect());
        let properties = properties.into_iter().map(|(name, inner)| (name, reduce(inner))).collect::<Map<_, _>>();
        schema.insert("properties".into(), properties.into());
        schema.insert("additionalProperties".into(), false.into());
    }
    if let Some(items) = schema.remove("items") {
        schema.insert("items".into(), reduce(items));
    }
    if let Some(Value::Array(options)) = schema.remove("anyOf") {
        schema.insert("anyOf".into(), options.into_iter().map(reduce).collect());
    }
    Value::Object(schema)
}

/// `{"type": ["object", "null"], ..}` as two options; not every provider reads the short form on objects.
fn nullable_parts(schema: &Map<String, Value>) -> Option<Vec<Value>> {
    let kinds = schema.get("type")?.as_array()?;
    let options = kinds.iter().map(|kind| {
        if kind == "null" {
            return json!({"type": "null"});
        }
        let mut option = schema.clone();
        option.shift_remove("description");
        option.insert("type".into(), kind.clone());
        reduce(Value::Object(option))
    });
    Some(options.collect())
}

fn with_description(description: Option<Value>, options: Vec<Value>) -> Value {
    let mut schema = Map::new();
    schema.extend(description.map(|text| ("description".to_owned(), text)));
    schema.insert("anyOf".into(), options.into());
    Value::Object(schema)
}
